"""What narrows and orders the desk: structure, motif, agent, pôle, state, dates, answer received, pieces."""

import datetime as dt
import re
from urllib.parse import urlencode

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict

from accounts.models.compte import Compte
from caisses.models import Motif, Pole, cles_des_caisses
from signalements.forms.agents import agents_des
from signalements.models.demandes import DemandeQuerySet
from signalements.models.etiquettes import Etiquette
from signalements.models.fil import Message
from signalements.models.pieces import Piece
from signalements.paniers import REQUALIFIEE, SIGNALEE, TENUE, Ordre, deposees_au, deposees_du, miennes_de
from signalements.suites import Irrecevable, Issue
from signalements.workflow import OUVERTS, Statut
from socle.champs import Code, Jour
from socle.listes import FiltresDeListe

MOI, PERSONNE = "moi", "personne"
TOUS, MIENS = "tous", "miens"
# Code -> (words, order); without one, the order of the basket.
TRIS: dict[str, tuple[str, tuple[str, ...]]] = {
    "promise": ("Date promise", ("promise_le", "id")),
    "anciennes": ("Les plus anciennes d’abord", ("deposee_le", "id")),
    "recentes": ("Les plus récentes d’abord", ("-deposee_le", "-id")),
    "structure": ("Structure", ("partenaire__nom", "id")),
    "terme": ("Date d’effacement", ("terme_le", "id")),
}


def adresse_de(panier: str, filtres: "FiltresForm") -> str:
    """Return the end of the address of a list: its basket, its filters, its order."""
    return urlencode({"panier": panier} | filtres.poses)


def _nom(agent: Compte) -> str:
    return f"{agent.nom_complet}{'' if agent.is_active else ' (compte inactif)'}"


class FiltresForm(FiltresDeListe):
    """The filters of the desk, in its address: nothing there names an assuré. What is not a choice is left out."""

    pole = forms.ChoiceField(label="Pôle", required=False)
    structure = Code(label="Structure", help_text="Nom ou SIRET.", max_length=80, required=False)
    motif = forms.ModelChoiceField(
        Motif.objects.all(), label="Motif", required=False, empty_label="Tous les motifs"
    )
    etiquette = forms.ModelChoiceField(
        Etiquette.objects.none(), label="Étiquette", required=False, empty_label="Toutes"
    )
    agent = forms.ChoiceField(label="Agent", required=False)
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[("", "Tous les états"), *((str(un), un.label) for un in OUVERTS)],
    )
    du = Jour(label="Déposées du", required=False)
    au = Jour(label="au", required=False)
    # Asked by the figures, shown while they stand.
    issue = forms.ChoiceField(label="Issue", required=False, choices=[("", "Toutes"), *Issue.choices])
    irrecevable = forms.ChoiceField(
        label="Non recevable", required=False, choices=[("", "Toutes les raisons"), *Irrecevable.choices]
    )
    signalee = forms.BooleanField(label="Signalées urgentes par la structure", required=False)
    requalifiee = forms.BooleanField(label="Requalifiées par la caisse", required=False)
    par = forms.ChoiceField(label="Réponse donnée par", required=False)
    tenue = forms.BooleanField(label="À la date promise", required=False)
    reponse = forms.BooleanField(label="Avec une réponse reçue", required=False)
    pieces = forms.BooleanField(label="Avec des pièces jointes", required=False)
    tri = forms.ChoiceField(
        label="Ordre",
        required=False,
        choices=[("", "Celui de la corbeille"), *((code, un[0]) for code, un in TRIS.items())],
    )

    def __init__(self, donnees: QueryDict, *, compte: Compte) -> None:
        self.compte = compte
        caisses = cles_des_caisses(compte)
        lus = Pole.objects.filter(caisse__in=caisses).select_related("caisse")
        lus = lus.annotate(mien=Q(pk__in=compte.poles.values("pk")))
        self.miens = [pole.pk for pole in lus if pole.mien]
        poles = [(str(pole.pk), f"{pole.libelle} – {pole.caisse.nom}") for pole in lus]
        siens = [(MIENS, "Mes pôles")] if self.miens else []
        # Those who left too: a superviseur looks for what they left.
        self.agents = list(agents_des(caisses))
        agents = [(str(agent.pk), _nom(agent)) for agent in self.agents]
        choix = {
            "pole": [(TOUS, "Tous les pôles"), *siens, *poles],
            "agent": [("", "Tous les agents"), (MOI, "Moi"), (PERSONNE, "Personne"), *agents],
            "par": [("", "Tous les agents"), *agents],
        }
        super().__init__(donnees, auto_id="filtre_%s")
        for nom, offerts in choix.items():
            self.fields[nom].choices = offerts
        self.fields["etiquette"].queryset = siennes = Etiquette.objects.de(compte)
        if not siennes:
            del self.fields["etiquette"]
        # An address that was kept outlives a pôle, a colleague.
        self.data = self.data.copy()
        for nom in ("pole", "agent", "par", "etat", "issue", "irrecevable", "tri"):
            if self.data.get(nom) not in dict(self.fields[nom].choices):
                self.data.pop(nom, None)
        for nom in ("issue", "irrecevable", "signalee", "requalifiee", "par", "tenue"):
            if not self.data.get(nom):
                del self.fields[nom]
        self.is_valid()

    @property
    def poses(self) -> dict[str, str]:
        """Return what narrows the desk, or orders it: all the pôles is no choice."""
        return {nom: valeur for nom, valeur in super().poses.items() if valeur != TOUS}

    @property
    def ordre_dit(self) -> str:
        """Return the words of the order that was chosen; empty when it is the basket's."""
        tri = self.cleaned_data.get("tri")
        return f"Ordre : {TRIS[tri][0].lower()}." if tri else ""

    def filter(self, demandes: DemandeQuerySet) -> DemandeQuerySet:
        """Return those of `demandes` that answer to every filter."""
        for nom in self.poses.keys() - {"tri"}:
            demandes = demandes.filter(getattr(self, f"_{nom}")(self.cleaned_data[nom]))
        return demandes

    def ranger(self, demandes: DemandeQuerySet, ordre: Ordre) -> DemandeQuerySet:
        """Return `demandes` in the order that was chosen, in `ordre` when none was."""
        tri = self.cleaned_data.get("tri")
        return demandes.order_by(*(TRIS[tri][1] if tri else ordre))

    def _pole(self, pole: str) -> Q:
        return Q(pole__in=self.miens if pole == MIENS else [int(pole)])

    def _structure(self, structure: str) -> Q:
        siret = re.sub(r"\s", "", structure)
        return Q(partenaire__siret=siret) if siret.isdigit() else Q(partenaire__nom__icontains=structure)

    def _motif(self, motif: Motif) -> Q:
        return Q(motif=motif)

    def _etiquette(self, une: Etiquette) -> Q:
        return Q(etiquettes=une)

    def _agent(self, agent: str) -> Q:
        if agent == PERSONNE:
            return Q(agent=None)
        return miennes_de(self.compte) if agent == MOI else Q(agent=int(agent))

    def _etat(self, etat: str) -> Q:
        return Q(statut=etat)

    def _du(self, jour: dt.date) -> Q:
        return deposees_du(jour)

    def _au(self, jour: dt.date) -> Q:
        return deposees_au(jour)

    def _issue(self, issue: str) -> Q:
        return Q(issue=issue)

    def _irrecevable(self, raison: str) -> Q:
        return Q(irrecevable=raison)

    def _signalee(self, _: bool) -> Q:
        return SIGNALEE

    def _requalifiee(self, _: bool) -> Q:
        return REQUALIFIEE

    def _par(self, agent: str) -> Q:
        return Q(traitee_par=int(agent))

    def _tenue(self, _: bool) -> Q:
        return TENUE

    def _reponse(self, _: bool) -> Q:
        return Q(statut=Statut.EN_COURS, en_attente_le__isnull=False)

    def _pieces(self, _: bool) -> Q:
        return Q(
            Exists(Piece.objects.presentes().filter(demande=OuterRef("pk"), cote=Message.Cote.PARTENAIRE))
        )
