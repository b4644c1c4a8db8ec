"""The list of conventions: by state, searched, watched, sorted, due soon; as CSV, and as a calendar."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conformite.journal import consigner_lecture
from conventions import agenda, bilans
from conventions.forms.listes import ALERTES, ONGLETS, ConventionsForm
from conventions.frise import comite_en_retard
from conventions.journal import Acte
from conventions.models.conventions import Convention, Participation
from conventions.permissions import can_chercher_partenaire, can_lire_conventions
from conventions.views.actes import NIVEAUX
from socle.listes import feuilleter
from socle.roles import Droit, exiger, profils_avec
from socle.tableur import reponse_csv

PAR_PAGE = 25
EXPORTS = ("csv", "ics")
_GESTIONNAIRE = Q(
    partenaire__comptes__profil__in=profils_avec(Droit.GERER_STRUCTURE), partenaire__comptes__statut="actif"
)


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show the conventions of the perimeter, by state, with their next date."""
    exiger(can_lire_conventions(request.user))
    redige = can_chercher_partenaire(request.user)
    toutes = Convention.objects.visibles_par(request.user)
    filtres = ConventionsForm(request.GET, redige=redige)
    choisies = _ordonner(filtres.filter(toutes))
    if redige and request.GET.get("export") in EXPORTS:
        return _exporter(request, _choisies(choisies, filtres))
    # Every line is read only when something is asked of them all.
    feuille = feuilleter(request, _choisies(choisies, filtres) if filtres.lignes else choisies, PAR_PAGE)
    comptes = dict(toutes.order_by().values_list("statut").annotate(Count("pk", distinct=True)))
    contexte = {
        "lignes": [une if isinstance(une, dict) else _ligne(une) for une in feuille],
        "filtres": filtres,
        "parametres": urlencode({"onglet": filtres.montre} | filtres.poses),
        "feuille": feuille,
        "onglets": [
            (cle, titre, sum(comptes.get(statut, 0) for statut in statuts))
            for cle, (titre, statuts) in ONGLETS.items()
        ],
        "peut_rediger": redige,
    }
    return render(request, "conventions/liste.html", contexte)


def _choisies(conventions: QuerySet[Convention], filtres: ConventionsForm) -> list[dict[str, Any]]:
    """Return the lines that answer what is asked of them, in the order that is asked."""
    lignes = [_ligne(convention) for convention in conventions]
    if sous := filtres.choix("sous"):
        lignes = [ligne for ligne in lignes if _proche(ligne, int(sous))]
    if alerte := filtres.choix("alerte"):
        lignes = [ligne for ligne in lignes if alerte in ligne["alertes"]]
    if tri := filtres.choix("tri") or ("prochaine" if sous else ""):
        lignes.sort(key=lambda ligne: ligne[tri] or dt.date.max)
    return lignes


def _proche(ligne: dict[str, Any], jours: int) -> bool:
    """Whether its next échéance or end comes within so many days (T-01)."""
    return ligne["prochaine"] is not None and 0 < (ligne["prochaine"] - ligne["jour"]).days <= jours


ENTETES = (
    *("Référence", "Structure", "SIRET", "Caisses", "Objet", "État", "Prochaine date", "Quoi"),
    *("Dernier jour pour dénoncer", "À surveiller"),
)


def _exporter(request: HttpRequest, lignes: list[dict[str, Any]]) -> HttpResponse:
    """Send the list as CSV for a spreadsheet, or its dates as a calendar."""
    consigner_lecture(
        Acte.CONVENTION_EXPORTER,
        [ligne["convention"] for ligne in lignes],
        par=request.user,
        nombre=len(lignes),
    )
    if request.GET["export"] == "ics":
        return agenda.en_calendrier(ligne["convention"] for ligne in lignes)
    return reponse_csv("conventions.csv", ENTETES, [_cellules(ligne) for ligne in lignes])


def _cellules(ligne: dict[str, Any]) -> tuple[str, ...]:
    convention, denoncer = ligne["convention"], ligne["denoncer"]
    return (
        convention.reference,
        convention.partenaire.nom,
        convention.partenaire.siret,
        ligne["caisses"],
        convention.get_objet_display(),
        convention.get_statut_display(),
        f"{ligne['prochaine']:%d/%m/%Y}" if ligne["prochaine"] else "",
        ligne["quoi"] if ligne["prochaine"] else "",
        f"{denoncer:%d/%m/%Y}" if denoncer else "",
        ", ".join(ALERTES[code][0] for code in ligne["alertes"]),
    )


def _ordonner(conventions: QuerySet[Convention]) -> QuerySet[Convention]:
    return (
        conventions.select_related("partenaire")
        .prefetch_related("participations__caisse", "participations__mises_en_demeure", "bilans", "suivis")
        .annotate(gestionnaires=Count("partenaire__comptes", filter=_GESTIONNAIRE, distinct=True))
        .order_by("partenaire__nom", "-creee_le", "pk")
    )


def _ligne(convention: Convention) -> dict[str, Any]:
    parts = list(convention.participations.all())
    for part in parts:
        part.convention = convention
    dates = [date for part in parts if (date := part.prochaine_echeance(part.caisse.jour))]
    derniers = [jour for part in parts if (jour := agenda.dernier_jour_pour_denoncer(part, part.caisse.jour))]
    fins = [part.fin for part in parts if part.fin]
    alertes = _alertes(convention, parts)
    return {
        "convention": convention,
        "jour": max((part.caisse.jour for part in parts), default=None),
        "caisses": ", ".join(part.caisse.nom for part in parts),
        "niveau": NIVEAUX[Convention.Statut(convention.statut)],
        "prochaine": min(dates, default=None),
        "denoncer": min(derniers, default=None),
        "quoi": "Fin" if fins else "Reconduction",
        "alertes": alertes,
        "badges": [ALERTES[code] for code in alertes],
    }


def _alertes(convention: Convention, parts: list[Participation]) -> list[str]:
    """Return what the state does not say: an access suspended, a formal notice, a year without its bilan or comité."""
    vivante = convention.statut in ONGLETS["vivantes"][1]
    jour = max((part.caisse.jour for part in parts), default=None)
    dites = {
        "suspendue": any(part.suspendue_le is not None for part in parts),
        "mise-en-demeure": any(
            mise.close_le is None for part in parts for mise in part.mises_en_demeure.all()
        ),
        "sans-gestionnaire": vivante and not convention.gestionnaires,
        "bilan": vivante and bool(bilans.en_souffrance(convention, jour)),
        "comite": vivante and convention.comite_pilotage and comite_en_retard(convention, jour),
    }
    return [code for code in ALERTES if dites[code]]
