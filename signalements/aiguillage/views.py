"""The page of the rules, for the administrateur: read, tried, changed (D-11)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from caisses.models import Caisse, RegleAiguillage
from caisses.permissions import can_regler_caisse
from conventions.models.partenaires import Partenaire
from signalements.aiguillage.actions import aiguiller, enregistrer_regle, retirer_regle
from signalements.aiguillage.forms import EssaiForm, RegleForm
from signalements.departements import DEPARTEMENTS
from socle.actes import ActeDePage, PageDUnActe
from socle.acteurs import Acteur
from socle.roles import Droit, exiger, peut


def _charger(request: HttpRequest, code: str) -> Caisse:
    caisse: Caisse = get_object_or_404(Caisse.objects.visibles_par(request.user), code=code)
    exiger(can_regler_caisse(request.user, caisse))
    return caisse


def _en_mots(regle: RegleAiguillage) -> str:
    """Say of which demandes a rule decides."""
    conditions: tuple[str | None, ...] = (
        regle.motif_id and f"motif « {regle.motif} »",
        regle.structure and f"structure « {Partenaire.Type(regle.structure).label} »",
        regle.departement and f"personne du département {dict(DEPARTEMENTS)[regle.departement]}",
    )
    return ", ".join(filter(None, conditions)) or "toutes les demandes"


@require_safe
def aiguillage(request: HttpRequest, code: str) -> HttpResponse:
    """The rules in their order, and where such a demande would go."""
    caisse = _charger(request, code)
    essai = EssaiForm(request.GET or None)
    va = aiguiller(caisse, **essai.cleaned_data) if essai.is_valid() else None
    regles = caisse.aiguillages.select_related("motif__service").prefetch_related("poles")
    contexte = {
        "caisse": caisse,
        "regles": [(regle, _en_mots(regle)) for regle in regles],
        "essai": essai,
        "va": va,
        "par_regle": va and va.regle and _en_mots(va.regle),
    }
    return render(request, "signalements/aiguillage.html", contexte, status=422 if essai.errors else 200)


class _Page(PageDUnActe):
    """The form of one rule."""

    gabarit = "caisses/acte.html"
    vers = ("aiguillage", "code")

    def charger(self) -> Caisse:
        caisse = _charger(self.request, self.cles["code"])
        siennes = caisse.aiguillages
        self.regle = get_object_or_404(siennes, pk=self.cles["pk"]) if "pk" in self.cles else None
        self.nombre = siennes.count()
        return caisse

    def options(self, acte: ActeDePage, objet: Caisse) -> dict[str, object]:
        if acte.faire is retirer_regle:
            return {}
        initial: dict[str, object] = {"place": self.nombre + 1}
        if self.regle:
            initial = {nom: getattr(self.regle, nom) for nom in ("motif", "structure", "departement")}
            initial |= {"poles": self.regle.poles.all(), "place": self.regle.ordre + 1}
        return {"caisse": objet, "initial": initial}

    def contexte(self, objet: Caisse) -> dict[str, object]:
        rang = f"Règle d’aiguillage n°\N{NO-BREAK SPACE}{self.regle.ordre + 1}" if self.regle else ""
        return {"caisse": objet, "titre_acte": rang or "Nouvelle règle d’aiguillage"}

    def pertes(self, acte: ActeDePage, objet: Caisse) -> list[str]:
        if acte.faire is not retirer_regle or self.regle is None:
            return []
        return [f"La règle n’existera plus : {_en_mots(self.regle)}."]

    def faire(self, acte: ActeDePage, objet: Caisse, /, **donnees: object) -> object:
        return acte.faire(self.regle, caisse=objet, par=self.compte, **donnees)


def _permis(compte: Acteur) -> bool:
    return peut(compte, Droit.REGLER_CAISSE)


enregistrer = _Page.pour(
    "enregistrer",
    titre="Règle d’aiguillage",
    bouton="Enregistrer",
    fait="La règle est enregistrée : elle vaut pour les prochaines demandes.",
    faire=enregistrer_regle,
    formulaire=RegleForm,
    permis=_permis,
    vu=lambda caisse: list(caisse.aiguillages.values_list("pk", "motif", "structure", "departement")),
)
retirer = _Page.pour(
    "retirer",
    bouton="Retirer cette règle",
    fait="La règle est retirée.",
    faire=retirer_regle,
    permis=_permis,
)
