"""What the history of a structure shows: whose demandes, in which state, with which caisse, in which order (D-09)."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Case, Count, Q, Value, When

from accounts.models.compte import Compte
from caisses.models import Caisse, Motif
from signalements.models.demandes import DemandeQuerySet
from signalements.models.etiquettes import Etiquette
from signalements.models.preferences import ARevoir
from signalements.paniers import deposees_au, deposees_du, en_retard
from signalements.workflow import FINIS, OUVERTS, Statut
from socle.champs import Jour
from socle.listes import FiltresDeListe


@dataclass(frozen=True)
class EtatDeListe:
    """One state of the list, in words and as a condition. `onglet`: it has its tab, with its count."""

    libelle: str
    condition: Q
    onglet: bool = True


CHEZ_LA_CAISSE = Q(statut__in=(Statut.DEPOSEE, Statut.EN_COURS))
ETATS: dict[str, EtatDeListe] = {
    "ouvertes": EtatDeListe("En cours", Q(statut__in=OUVERTS)),
    "a-vous": EtatDeListe("À vous de jouer", Q(statut__in=(Statut.EN_ATTENTE, Statut.TRAITEE))),
    "complements": EtatDeListe("Compléments à apporter", Q(statut=Statut.EN_ATTENTE), onglet=False),
    "a-lire": EtatDeListe("Réponses à lire", Q(statut=Statut.TRAITEE, lue_le=None), onglet=False),
    "chez-la-caisse": EtatDeListe("Chez la caisse", CHEZ_LA_CAISSE),
    "brouillons": EtatDeListe("Brouillons", Q(statut=Statut.BROUILLON)),
    "terminees": EtatDeListe("Terminées", Q(statut__in=FINIS)),
    "toutes": EtatDeListe("Toutes", Q()),
}
PAR_DEFAUT = "ouvertes"
MOI, STRUCTURE, SANS_SUIVI = "moi", "structure", "sans-suivi"
SUIVIS = [
    (MOI, "Celles que je suis"),
    (STRUCTURE, "Toute la structure"),
    (SANS_SUIVI, "Demandes sans suivi"),
]
TRIS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "recentes": ("Les plus récentes d’abord", ("-id",)),
    "a-vous": (
        "À vous de jouer d’abord",
        (
            Case(When(statut__in=(Statut.EN_ATTENTE, Statut.TRAITEE), then=Value(0)), default=Value(1)),
            "promise_le",
            "id",
        ),
    ),
    "promesse": ("Réponse promise la plus proche", ("promise_le", "id")),
}


def suivies(demandes: DemandeQuerySet, compte: Compte, qui: str) -> DemandeQuerySet:
    """Return those of `demandes` that `qui` follows: oneself, the whole structure, nobody, or a colleague (his key)."""
    if qui == STRUCTURE:
        return demandes
    if qui == SANS_SUIVI:
        return demandes.sans_suivi()
    return demandes.filter(technicien=int(qui)) if qui.isdecimal() else demandes.suivies_par(compte)


class FiltreForm(FiltresDeListe):
    """The filters of the list; each is optional, none carries a word about a person: they stand in the address."""

    dits_par_le_titre = ("filtre",)

    filtre = forms.ChoiceField(
        label="État", required=False, choices=[(code, etat.libelle) for code, etat in ETATS.items()]
    )
    qui = forms.ChoiceField(label="Suivies par", required=False)
    caisse = forms.ModelChoiceField(
        Caisse.objects.none(), label="Organisme", required=False, empty_label="Tous"
    )
    motif = forms.ModelChoiceField(Motif.objects.none(), label="Motif", required=False, empty_label="Tous")
    etiquette = forms.ModelChoiceField(
        Etiquette.objects.none(), label="Étiquette", required=False, empty_label="Toutes"
    )
    du = Jour(label="Déposées depuis le", required=False)
    au = Jour(label="Jusqu’au", required=False)
    tri = forms.ChoiceField(
        label="Ordre", required=False, choices=[(code, libelle) for code, (libelle, _) in TRIS.items()]
    )
    retard = forms.BooleanField(label="En retard seulement", required=False)
    urgente = forms.BooleanField(label="Urgentes seulement", required=False)
    revoir = forms.BooleanField(label="À revoir aujourd’hui", required=False)

    def __init__(self, donnees: Any, *, compte: Compte, demandes: DemandeQuerySet) -> None:
        super().__init__(donnees)
        self.compte = compte
        # What may be chosen is what is there, read once.
        presents = list(demandes.order_by().values_list("technicien", "caisse", "motif").distinct())
        techniciens, caisses, motifs = map(set, zip(*presents, strict=True)) if presents else ((), (), ())
        collegues = Compte.objects.filter(partenaire=compte.partenaire_id).exclude(pk=compte.pk)
        suivant = collegues.filter(pk__in=techniciens).order_by("nom", "prenom", "pk")
        self.fields["qui"].choices = [*SUIVIS, *((str(un.pk), un.nom_complet) for un in suivant)]
        self.fields["caisse"].queryset = Caisse.objects.filter(pk__in=caisses)
        self.fields["motif"].queryset = Motif.objects.filter(pk__in=motifs)
        self.fields["etiquette"].queryset = siennes = Etiquette.objects.de(compte)
        if not siennes:
            del self.fields["etiquette"]
        self.full_clean()

    @property
    def etat(self) -> str:
        """The state shown."""
        return self.choix("filtre") or PAR_DEFAUT

    @property
    def suivi_par(self) -> str:
        """Whose demandes are shown: one's own unless said otherwise."""
        return self.choix("qui") or MOI

    @property
    def precise(self) -> bool:
        """Whether more than a tab was chosen: the form then stands open."""
        return any(self.choix(nom) for nom in self.fields if nom not in {"filtre", "qui"}) or bool(
            self.errors
        )

    def perimetre(self, demandes: DemandeQuerySet) -> DemandeQuerySet:
        """Return those of `demandes` that are followed by whom was chosen, whatever their state."""
        return suivies(demandes, self.compte, self.suivi_par)

    def filter(self, demandes: DemandeQuerySet) -> DemandeQuerySet:
        """Return those of `demandes` that answer to every choice, in the order that was chosen."""
        conditions = Q(ETATS[self.etat].condition)
        for nom, condition in (
            ("caisse", Q(caisse=self.choix("caisse"))),
            ("motif", Q(motif=self.choix("motif"))),
            ("etiquette", Q(etiquettes=self.choix("etiquette"))),
            ("du", deposees_du(self.choix("du"))),
            ("au", deposees_au(self.choix("au"))),
            ("urgente", Q(urgente=True)),
            ("retard", en_retard()),
            ("revoir", Q(pk__in=ARevoir.dus(self.compte) if self.choix("revoir") else [])),
        ):
            if self.choix(nom):
                conditions &= condition
        ordre = TRIS[self.choix("tri") or "recentes"][1]
        return self.perimetre(demandes).filter(conditions).order_by(*ordre)


def compter_les_onglets(demandes: DemandeQuerySet) -> dict[str, int]:
    """Return how many of `demandes` each tab holds, in one query."""
    return demandes.order_by().aggregate(
        **{
            code: Count("id", filter=etat.condition) if etat.condition else Count("id")
            for code, etat in ETATS.items()
            if etat.onglet
        }
    )
