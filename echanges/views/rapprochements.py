"""A list of PCH or ACTP beside the beneficiaries of the MTP: certain, to check, none; a person decides the middle (E-05)."""

from collections import Counter
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from conformite.journal import consigner
from echanges import permissions, tableaux
from echanges.actions.rapprochements import AUCUNE, Comparee, comparer, decider
from echanges.forms import RapprochementForm
from echanges.journal import Acte
from echanges.models.depots import Depot
from echanges.rapprochement import Correspondance
from echanges.views.commun import apres_engagement, charger_depot
from socle.actes import LECTURE_ECRITURE, a_agi, envoye

PAR_PAGE = 50
# In the order in which they are read: what waits for a person first.
ONGLETS = {
    Correspondance.A_VERIFIER: ("À vérifier", "avertissement"),
    Correspondance.CERTAIN: ("Reconnues", "succes"),
    Correspondance.AUCUN: ("Sans majoration", "neutre"),
}


@require_safe
@apres_engagement(charger=charger_depot, permis=permissions.can_rapprocher)
def rapprochement(request: HttpRequest, depot: Depot) -> HttpResponse:
    """Show who stands in both lists, those to check first."""
    comparees = comparer(depot)
    nombres = Counter(une.verdict for une in comparees)
    demande = request.GET.get("etat", "")
    choisi = next((un for un in ONGLETS if un.value == demande), Correspondance.A_VERIFIER)
    siennes = [une for une in comparees if une.verdict is choisi]
    feuille = Paginator(siennes, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "depot": depot,
        "onglets": [(un.value, titre, nombres[un], un is choisi) for un, (titre, _) in ONGLETS.items()],
        "etat": choisi.value,
        "feuille": feuille,
        "lignes": [_ligne(une) for une in feuille],
    }
    _consigner(request, depot, list(feuille))
    return render(request, "echanges/rapprochement.html", contexte)


@require_http_methods(LECTURE_ECRITURE)
@apres_engagement(charger=charger_depot, permis=permissions.can_rapprocher)
def decision(request: HttpRequest, depot: Depot, rang: int) -> HttpResponse:
    """Say whom a row designates, among those that its names resemble."""
    une = next((une for une in comparer(depot) if une.rang == rang and une.candidats), None)
    if une is None:
        raise Http404
    form = RapprochementForm(envoye(request), candidats=une.candidats, aucune=AUCUNE)
    if a_agi(request, form, partial(decider, depot=depot, rang=rang), "Votre décision est notée."):
        return redirect("rapprochement", depot.reference)
    contexte = {"depot": depot, "form": form, "ligne": _ligne(une)}
    _consigner(request, depot, [une])
    return render(request, "echanges/decision.html", contexte, status=422 if form.errors else 200)


def _consigner(request: HttpRequest, depot: Depot, lues: list[Comparee]) -> None:
    """R-04: the rows of both lists were read."""
    citees = sorted({un.depot.reference for une in lues for un in une.candidats})
    consigner(Acte.RAPPROCHEMENT_LIRE, par=request.user, objet=depot, citees=citees, lignes=len(lues))


def _ligne(une: Comparee) -> dict[str, Any]:
    ligne, trouvee = une.ligne, une.beneficiaire
    return {
        "une": une,
        "personne": f"{ligne['prenoms']} {ligne['nom']}",
        "usage": ligne["nom_usage"],
        "naissance": tableaux.en_jour(ligne["naissance"]),
        "commune": ligne["commune"],
        "prestation": ligne["prestation"],
        "debut": tableaux.en_jour(ligne["debut"]),
        "fin": tableaux.en_jour(ligne["fin"]) if ligne["fin"] else "",
        "montant": tableaux.en_euros(ligne["montant_mensuel"]),
        "mtp": trouvee
        and {
            "depuis": tableaux.en_jour(trouvee.ligne["ouverture"]),
            "montant": tableaux.en_euros(trouvee.ligne["montant_mensuel"]),
            "depot": trouvee.depot.reference,
        },
    }
