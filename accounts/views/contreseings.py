"""What takes two persons: the second one's page says who asked, for whom, what it gives; he confirms or refuses (A-24)."""

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.actions.confirmations import decider_contreseing
from accounts.forms.contreseings import DecisionContreseingForm
from accounts.models.contreseings import Contreseing
from accounts.views.actes import PageSurCompte
from conventions.models.partenaires import Partenaire
from socle.actes import ActeDePage
from socle.notifications import lire_celles_de
from socle.roles import exiger, role

Statut = Contreseing.Statut
NIVEAUX = {
    Statut.ATTENDU: "info",
    Statut.CONFIRME: "succes",
    Statut.REFUSE: "erreur",
    Statut.EXPIRE: "neutre",
    Statut.SEUL: "avertissement",
}
# As many as one looks back on.
DERNIERS = 50


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person's confirmation, then what waits for others, then what was decided lately."""
    exiger(permissions.can_suivre_contreseings(request.user))
    visibles = Contreseing.objects.visibles_par(request.user)
    miens = visibles.a_confirmer_par(request.user)
    autres = visibles.exclude(pk__in=[un.pk for un in miens]).select_related("compte", "demande_par")
    contexte = {
        "groupes": [
            ("À confirmer par vous", _decrits(miens)),
            ("Tous les autres", _decrits(autres.prefetch_related("caisses")[:DERNIERS])),
        ]
    }
    return render(request, "accounts/contreseings.html", contexte)


def _decrits(contreseings: list[Contreseing]) -> list[dict[str, object]]:
    return [{"c": un, "niveau": NIVEAUX[Statut(un.statut)]} for un in contreseings]


ACTES = (
    ActeDePage.unique(
        *("decider", decider_contreseing, DecisionContreseingForm),
        fait=lambda un: "C’est confirmé." if un.statut == Statut.CONFIRME else "La demande est refusée.",
        quand=lambda contreseing: contreseing.statut == Statut.ATTENDU,
        droit=permissions.can_refuser,
    ),
)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who asked, for whom, which profile and caisse, and who may confirm."""
    page = _Page(request, pk=pk)
    contreseing = page.charger()
    lire_celles_de(request.user, request.path)
    return page.afficher(contreseing)


class _Page(PageSurCompte):
    """Confirm or refuse, with the password; both rights are asked again under the lock (A-24)."""

    actes = ACTES
    vers = ("contreseing", "pk")

    def charger(self) -> Contreseing:
        visibles = Contreseing.objects.visibles_par(self.compte)
        return get_object_or_404(
            visibles.select_related("compte__partenaire", "demande_par", "decide_par"), pk=self.cles["pk"]
        )

    def structure(self, objet: Contreseing) -> Partenaire | None:
        return objet.compte.partenaire

    def comptes(self, objet: Contreseing) -> set[int | None]:
        return {objet.compte_id, objet.demande_par_id}

    def afficher(
        self, objet: Contreseing, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        attendu = objet.statut == Statut.ATTENDU
        liste = self.offerts(objet, verbe, form)
        contexte = {
            "c": objet,
            "niveau": NIVEAUX[Statut(objet.statut)],
            "phrase": role(objet.compte.profil).phrase,
            "form": form if statut == 422 else None,
            "offerts": {acte.verbe: forme for acte, forme in liste},
            "caisses": objet.caisses.order_by("nom"),
            "poles": objet.poles.order_by("libelle"),
            "seconds": objet.seconds().order_by("nom", "prenom") if attendu else [],
            "peut_contresigner": attendu and objet.attend(self.compte),
            "texte_perdu": self.perdu(liste, verbe, form),
        }
        return render(self.request, "accounts/contreseing.html", contexte, status=statut)

    def pourquoi(self, objet: Contreseing) -> str:
        return f"Cette demande n’attend plus personne : {objet.get_statut_display().lower()}."


decider = _Page.vue()
