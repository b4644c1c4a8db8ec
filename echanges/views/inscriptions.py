"""The inscriptions of a deposit: what became of each, noted by the centre, seen by who sent them (E-07)."""

from collections import Counter
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from conformite.journal import consigner
from echanges import permissions, tableaux
from echanges.actions.inscriptions import noter_inscription
from echanges.forms import InscriptionForm
from echanges.journal import Acte
from echanges.lignes import lignes_de
from echanges.models.depots import Depot
from echanges.models.inscriptions import SuiteInscription
from echanges.views.commun import apres_engagement, charger_depot
from socle.actes import a_agi

PAR_PAGE = 50


@require_safe
@apres_engagement(charger=charger_depot, permis=permissions.can_suivre_inscriptions)
def inscriptions(request: HttpRequest, depot: Depot) -> HttpResponse:
    """Show each inscription and where it stands; the centre gets the form that notes what becomes of one."""
    lignes = lignes_de(depot)
    note = permissions.can_noter_inscription(request.user, depot)
    return _page(request, depot, lignes, InscriptionForm(lignes=lignes) if note else None)


@require_POST
@apres_engagement(charger=charger_depot, permis=permissions.can_noter_inscription)
def noter(request: HttpRequest, depot: Depot) -> HttpResponse:
    """Note what becomes of an inscription; what is wrong comes back beside its field."""
    lignes = lignes_de(depot)
    form = InscriptionForm(request.POST, lignes=lignes)
    if a_agi(
        request, form, partial(noter_inscription, depot=depot), "La suite est notée : la structure la voit."
    ):
        return redirect("inscriptions", depot.reference)
    return _page(request, depot, lignes, form)


def _page(
    request: HttpRequest, depot: Depot, lignes: list[dict[str, Any]], form: InscriptionForm | None
) -> HttpResponse:
    suivis = {un.rang: un for un in depot.inscriptions.order_by("rang")}
    feuille = Paginator(list(enumerate(lignes)), PAR_PAGE).get_page(request.GET.get("page"))
    ecartes = depot.rangs_ecartes
    nombres = Counter(un.suite for un in suivis.values())
    contexte = {
        "depot": depot,
        "feuille": feuille,
        "lignes": [_ligne(rang, ligne, suivis.get(rang), rang in ecartes) for rang, ligne in feuille],
        "nombres": [(un.label, nombres[un.value]) for un in SuiteInscription],
        "restent": len(lignes) - len(suivis),
        "form": form,
    }
    consigner(Acte.INSCRIPTION_LIRE, par=request.user, objet=depot)
    return render(
        request, "echanges/inscriptions.html", contexte, status=422 if form and form.errors else 200
    )


def _ligne(rang: int, ligne: dict[str, Any], suivi: Any, ecartee: bool) -> dict[str, Any]:
    return {
        "numero": rang + 1,
        "personne": f"{ligne['prenoms']} {ligne['nom']}",
        "naissance": tableaux.en_jour(ligne["naissance"]),
        "joindre": "" if ecartee else ligne["telephone"] or ligne["structure"],
        "ecartee": ecartee,
        "suite": suivi.get_suite_display() if suivi else "",
        "cause": suivi.get_cause_display() if suivi else "",
        "quand": suivi.note_le if suivi else None,
    }
