"""Demandes d'habilitation: the structure asks, the caisse decides, late ones first (A-01, A-09, A-10)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.actions.habilitations import (
    completer_demande,
    decider_demande,
    deposer_demande,
    retirer_demande,
)
from accounts.actions.places import places
from accounts.forms.habilitations import FORMULAIRES_DEMANDE, DecisionForm
from accounts.models.compte import Compte
from accounts.models.contreseings import Contreseing
from accounts.models.habilitations import DemandeHabilitation
from accounts.regles import annonce_tardive
from accounts.views.actes import PageDeLAuteur, PageSurCompte
from conventions.models.partenaires import Partenaire
from socle import horloge
from socle.actes import LECTURE_ECRITURE, ActeDePage, PageDUnActe
from socle.listes import feuilleter
from socle.profils import Profil
from socle.roles import exiger

Nature, Statut = DemandeHabilitation.Nature, DemandeHabilitation.Statut
NIVEAUX = {
    Statut.DEPOSEE: "info",
    Statut.RENVOYEE: "avertissement",
    Statut.ACCEPTEE: "succes",
    Statut.REFUSEE: "erreur",
    Statut.RETIREE: "neutre",
}
PAR_PAGE = 25
# The delay kept is measured over the requests decided lately.
JOURS_MESURES = dt.timedelta(days=365)
REPONSES = {
    Statut.ACCEPTEE: "acceptée",
    Statut.RENVOYEE: "renvoyée à la structure",
    Statut.REFUSEE: "refusée",
}


def _decrire(demande: DemandeHabilitation) -> dict[str, Any]:
    jour = horloge.jour(demande.caisse.fuseau)
    return {
        "demande": demande,
        "niveau": NIVEAUX[Statut(demande.statut)],
        "en_retard": demande.en_retard(jour),
        "tardive": demande.depart_le is not None
        and annonce_tardive(horloge.jour(demande.caisse.fuseau, demande.deposee_le), demande.depart_le),
    }


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show what awaits the caisse, late ones first, then what was decided."""
    exiger(permissions.can_demander(request.user))
    visibles = DemandeHabilitation.objects.visibles_par(request.user).select_related(
        "caisse", "partenaire", "compte", "deposee_par"
    )
    attendues = visibles.a_traiter()
    if permissions.can_gerer_structure(request.user):
        attendues = visibles.filter(statut__in=(Statut.DEPOSEE, Statut.RENVOYEE)).order_by("echeance", "pk")
    passees = visibles.exclude(pk__in=attendues.values("pk")).order_by("-deposee_le", "-pk")
    page = feuilleter(request, passees, PAR_PAGE)
    contexte = {
        "attendues": [_decrire(demande) for demande in attendues],
        "passees": [_decrire(demande) for demande in page],
        "page": page,
        "delai": visibles.delai_tenu(horloge.maintenant() - JOURS_MESURES)
        if permissions.can_decider(request.user)
        else None,
        "natures": Nature.choices if permissions.can_gerer_structure(request.user) else [],
    }
    return render(request, "accounts/habilitations.html", contexte)


def _structure(request: HttpRequest) -> Partenaire:
    """Return the structure that asks: the gestionnaire's own, or the one that the administrateur names."""
    if permissions.can_gerer_structure(request.user):
        return request.user.partenaire
    siret = request.GET.get("structure", "")
    return get_object_or_404(Partenaire.objects.visibles_par(request.user), siret=siret)


def _contexte(nature: str, partenaire: Partenaire) -> dict[str, Any]:
    return {
        "titre": Nature(nature).label,
        "nature": nature,
        "partenaire": partenaire,
        "places": places(partenaire, Profil.GESTIONNAIRE),
    }


class _Demande(ActeDePage):
    """The form of a request is that of its nature."""

    def former(self, objet: Any, donnees: Any = None, fichiers: Any = None, **options: Any) -> Form:
        return FORMULAIRES_DEMANDE[options.pop("nature")](donnees, **options)


class _Nouvelle(PageDeLAuteur):
    """File a request; the caisse may file one for a structure that wrote to it (A-01)."""

    actes = (
        _Demande.unique(
            "deposer", deposer_demande, fait="La demande est déposée.", permis=permissions.can_demander
        ),
    )
    gabarit = "accounts/habilitation_nouvelle.html"

    def charger(self) -> Compte:
        exiger(permissions.can_demander(self.compte))
        if self.cles["nature"] not in Nature.values:
            raise Http404
        self.partenaire = _structure(self.request)
        return self.compte

    def structure(self, objet: Compte) -> Partenaire:
        return self.partenaire

    def options(self, acte: ActeDePage, objet: Compte) -> dict[str, object]:
        return {"nature": self.cles["nature"], "partenaire": self.partenaire, "par": self.compte}

    def contexte(self, objet: Compte) -> dict[str, object]:
        return _contexte(self.cles["nature"], self.partenaire)

    def faire(self, acte: ActeDePage, objet: Compte, /, **donnees: Any) -> DemandeHabilitation:
        return deposer_demande(
            nature=self.cles["nature"], partenaire=self.partenaire, par=self.compte, **donnees
        )

    def retour(self, acte: ActeDePage) -> str:
        return reverse("habilitation", args=[self.rendu.pk]) if self.rendu else reverse("habilitations")


nouvelle = _Nouvelle.vue(methodes=LECTURE_ECRITURE)


def _a_completer(demande: DemandeHabilitation) -> bool:
    return demande.statut in (Statut.RENVOYEE, Statut.DEPOSEE)


def _attente(demande: DemandeHabilitation) -> str:
    """Who filed it decides nothing alone (A-01, A-24)."""
    attend = Contreseing.objects.attendus().filter(
        compte__partenaire=demande.partenaire_id,
        demande_par=demande.traitee_par,
        nature=Contreseing.Nature.OUVERTURE,
    )
    return " Le compte s’ouvrira quand une seconde personne aura confirmé." if attend.exists() else ""


ACTES = (
    ActeDePage.unique(
        *("decider", decider_demande, DecisionForm),
        fait=lambda demande: f"La demande est {REPONSES[demande.statut]}.{_attente(demande)}",
        quand=lambda demande: demande.statut == Statut.DEPOSEE,
        permis=permissions.can_decider,
    ),
    ActeDePage.unique(
        *("retirer", retirer_demande),
        bouton="Retirer la demande",
        fait="La demande est retirée.",
        quand=_a_completer,
        permis=permissions.can_gerer_structure,
        pertes=lambda demande: [
            "La caisse ne la traitera pas. Pour la faire à nouveau, il faudra tout saisir."
        ],
    ),
)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request."""
    page = _Page(request, pk=pk)
    return page.afficher(page.charger())


class _Page(PageSurCompte):
    """Accept, send back with a comment, refuse with a reason; or withdraw it (A-01)."""

    actes: Sequence[ActeDePage] = ACTES
    vers: Sequence[str] = ("habilitations",)

    def charger(self) -> DemandeHabilitation:
        visibles = DemandeHabilitation.objects.visibles_par(self.compte).select_related(
            "caisse", "partenaire", "compte", "releve_de", "deposee_par", "traitee_par"
        )
        return get_object_or_404(visibles, pk=self.cles["pk"])

    def comptes(self, objet: DemandeHabilitation) -> set[int | None]:
        return {objet.compte_id}

    def afficher(
        self, objet: DemandeHabilitation, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        liste = self.offerts(objet, verbe, form)
        offerts = {acte.verbe: forme for acte, forme in liste}
        contexte = _decrire(objet) | {
            "form": form if statut == 422 else None,
            "offerts": offerts,
            "peut_completer": permissions.can_gerer_structure(self.compte) and _a_completer(objet),
            "places": places(objet.partenaire, Profil.GESTIONNAIRE),
            "texte_perdu": self.perdu(liste, verbe, form),
        }
        return render(self.request, "accounts/habilitation.html", contexte, status=statut)

    def renoncer(self, acte: ActeDePage) -> str:
        return reverse("habilitation", args=[self.cles["pk"]])

    def pourquoi(self, objet: DemandeHabilitation) -> str:
        etat = objet.get_statut_display().lower()
        return f"Cette demande vient d’être traitée par un collègue : {etat}. Votre action n’a pas été faite."


decider = _Page.vue()
retirer = _Page.vue("retirer", methodes=LECTURE_ECRITURE)


class _Completer(PageDUnActe, _Page):
    """Complete what the caisse sent back and file it again."""

    actes = (
        _Demande.unique(
            *("completer", completer_demande),
            fait="La demande est déposée à nouveau.",
            quand=_a_completer,
            permis=permissions.can_gerer_structure,
            vu=lambda demande: (demande.statut, demande.deposee_le),
        ),
    )
    gabarit = "accounts/habilitation_nouvelle.html"
    vers = ("habilitation", "pk")

    def options(self, acte: ActeDePage, objet: DemandeHabilitation) -> dict[str, object]:
        return {
            "nature": objet.nature,
            "partenaire": objet.partenaire,
            "par": self.compte,
            "initial": {champ.name: getattr(objet, champ.attname) for champ in objet._meta.concrete_fields},
        }

    def contexte(self, objet: DemandeHabilitation) -> dict[str, object]:
        titre = f"Compléter\N{NO-BREAK SPACE}: {objet.get_nature_display()}"
        return _contexte(objet.nature, objet.partenaire) | {"titre": titre}


completer = _Completer.vue(methodes=LECTURE_ECRITURE)
