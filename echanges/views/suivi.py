"""What both sides follow: the exchanges of each convention, what is awaited, a deposit and its proof (E-02, E-10)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models.compte import Compte
from conformite.journal import consigner
from conventions.models.conventions import Participation
from conventions.models.suites import Referent
from echanges import calendrier, permissions, tableaux
from echanges.actions.reception import boite_refusee, mot_de_passe_parti
from echanges.catalogue import CoteDuFlux
from echanges.journal import Acte
from echanges.models.depots import Depot, EtapeDepot, StatutDepot
from echanges.models.flux import FluxConvenu
from echanges.notifications import boite_de
from echanges.views.portes import charger_depot, charger_flux, charger_participation
from socle.listes import feuilleter
from socle.pdf import rendre_pdf, reponse_pdf
from socle.roles import exiger
from socle.templatetags.portail import accorder

PAR_PAGE = 20
# Their states, told on the page of the deposit that declared them.
INDUS_MAX = 200
TYPES = {"ods": "application/vnd.oasis.opendocument.spreadsheet", "csv": "text/csv; charset=utf-8"}


@require_safe
def echanges(request: HttpRequest) -> HttpResponse:
    """List the conventions that exchange files, with what they await."""
    exiger(permissions.can_voir(request.user))
    parts = (
        permissions.participations_visibles(request.user)
        .filter(flux__isnull=False)
        .select_related("caisse", "convention", "partenaire")
        .order_by("partenaire__nom", "pk")
        .distinct()
    )
    lignes = [{"part": part, "retards": len(calendrier.en_retard(part, part.caisse.jour))} for part in parts]
    return render(request, "echanges/echanges.html", {"lignes": lignes})


@require_safe
def echange(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Show the exchanges of one convention."""
    return montrer_echange(request, charger_participation(request, reference, caisse))


def montrer_echange(request: HttpRequest, participation: Participation, statut: int = 200) -> HttpResponse:
    """Show flows, calendar, deposits, who is told."""
    compte: Any = request.user
    depots = permissions.depots_visibles(compte).filter(participation=participation).select_related("flux")
    contexte = {
        "participation": participation,
        "convention": participation.convention,
        "flux": [_flux(compte, un) for un in _ouverts(participation)],
        "echeances": [
            {"une": une, "neant": une.manque and permissions.can_declarer_neant(compte, une.flux)}
            for une in calendrier.echeances(participation, participation.caisse.jour)
        ],
        "feuille": feuilleter(request, depots.order_by("-ouvert_le", "-pk"), PAR_PAGE),
        "boites": [(cote.label, boite_de(participation, cote)) for cote in CoteDuFlux],
        "referents": Referent.objects.filter(
            convention=participation.convention, jusqu_au=None
        ).select_related("caisse"),
        "a_signer": permissions.can_signer(compte, participation.convention)
        and not permissions.a_signe(compte, participation.convention),
        "echangeur": permissions.can_signer(compte, participation.convention),
    }
    return render(request, "echanges/echange.html", contexte, status=statut)


def _ouverts(participation: Participation) -> list[FluxConvenu]:
    ouverts = list(participation.flux.ouverts().order_by("code"))
    for flux in ouverts:
        flux.participation = participation
    return ouverts


def _flux(compte: Compte, flux: FluxConvenu) -> dict[str, object]:
    return {
        "flux": flux,
        "de": flux.participation.partenaire.nom
        if flux.de == CoteDuFlux.PARTENAIRE
        else flux.participation.caisse.nom,
        "depose": permissions.can_deposer(compte, flux),
        "autorise": permissions.est_autorise(compte, flux),
    }


@require_safe
def depot(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a deposit."""
    return montrer_depot(request, charger_depot(request, reference))


def montrer_depot(request: HttpRequest, trouve: Depot, statut: int = 200) -> HttpResponse:
    """Show where a deposit stands, its steps, and what the account may do of it."""
    compte: Any = request.user
    poursuit = permissions.can_poursuivre(compte, trouve)
    contexte = {
        "depot": trouve,
        "convention": trouve.participation.convention,
        "etapes": _etapes(trouve),
        "ecartees": _ecartees(trouve),
        "indus": [
            (un.rang + 2, un.get_impossibilite_display() or un.get_statut_display())
            for un in trouve.dossiers.order_by("rang")[:INDUS_MAX]
        ],
        "parti_le": mot_de_passe_parti(trouve),
        "refusee": boite_refusee(trouve),
        "attend_le_fichier": poursuit and trouve.statut == StatutDepot.OUVERT,
        "a_confirmer": poursuit and trouve.statut == StatutDepot.A_CONFIRMER,
        "lit": trouve.est_la and permissions.can_lire(compte, trouve),
        "inscrit": trouve.est_la and permissions.can_suivre_inscriptions(compte, trouve),
        "rapproche": trouve.est_la and permissions.can_rapprocher(compte, trouve),
        "recupere": trouve.est_la and permissions.can_recuperer(compte, trouve),
        "retire": trouve.est_vivant and permissions.can_retirer(compte, trouve),
        "remplace": trouve.est_la and permissions.can_deposer(compte, trouve.flux),
        "successeur": trouve.remplacants.filter(depose_le__isnull=False).first(),
    }
    return render(request, "echanges/depot.html", contexte, status=statut)


def _ecartees(trouve: Depot) -> str:
    """Return the rows whose persons opposed (R-03), as the file that is given numbers them."""
    return ", ".join(str(rang + 2) for rang in sorted(trouve.rangs_ecartes)) if trouve.est_la else ""


def _etapes(trouve: Depot) -> list[dict[str, object]]:
    """Return the steps, each with the side and the function of who did it: both sides know who and when."""
    return [
        {
            "quoi": _en_mots(une),
            "quand": une.quand,
            "qui": une.compte.nom_complet if une.compte else "Le portail",
        }
        for une in EtapeDepot.objects.filter(depot=trouve).select_related("compte").order_by("quand", "pk")
    ]


def _en_mots(etape: EtapeDepot) -> str:
    """Return what was done, and how many rows it took or refused."""
    if not etape.lignes:
        return etape.get_quoi_display()
    mots = "ligne à corriger,lignes à corriger" if etape.quoi == EtapeDepot.Quoi.REFUSE else "ligne,lignes"
    return f"{etape.get_quoi_display()}\N{NO-BREAK SPACE}: {accorder(etape.lignes, mots)}"


@require_safe
def preuve(request: HttpRequest, reference: str) -> HttpResponse:
    """Send the proof of a deposit: both digests, sizes, rows, every step (E-02)."""
    trouve = charger_depot(request, reference)
    if trouve.depose_le is None:
        raise Http404
    contexte = {"depot": trouve, "convention": trouve.participation.convention, "etapes": _etapes(trouve)}
    contenu = rendre_pdf("echanges/pdf/preuve.html", contexte)
    consigner(Acte.DEPOT_PREUVE, par=request.user, objet=trouve)
    return reponse_pdf(contenu, f"{trouve.reference}-preuve.pdf")


@require_safe
def modele(request: HttpRequest, flux: int, forme: str) -> HttpResponse:
    """Send an empty table of a flow, its columns as the convention wants them (E-10)."""
    trouve = charger_flux(request, flux)
    if forme not in TYPES:
        raise Http404
    nom = f"modele-{trouve.code}.{forme}"
    return HttpResponse(
        tableaux.modele(trouve.colonnes, forme),
        content_type=TYPES[forme],
        headers={"Content-Disposition": f'attachment; filename="{nom}"', "X-Content-Type-Options": "nosniff"},
    )
