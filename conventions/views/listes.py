"""The list of conventions: by state, searched, due soon, and as CSV."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conformite.journal import consigner_lecture
from conventions import bilans
from conventions.journal import Acte
from conventions.models.conventions import Convention, Participation
from conventions.permissions import can_chercher_partenaire, can_lire_conventions
from conventions.views.actes import NIVEAUX
from socle.roles import exiger
from socle.tableur import reponse_csv

PAR_PAGE = 25
ONGLETS = {
    "vivantes": ("En vigueur", (Convention.Statut.EN_VIGUEUR, Convention.Statut.DENONCEE)),
    "a-faire": ("À rédiger ou à signer", (Convention.Statut.BROUILLON, Convention.Statut.A_SIGNER)),
    "finies": (
        "Terminées",
        (Convention.Statut.RESILIEE, Convention.Statut.REMPLACEE, Convention.Statut.TERMINEE),
    ),
}


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show the conventions of the perimeter, by state, with their next date."""
    exiger(can_lire_conventions(request.user))
    redige = can_chercher_partenaire(request.user)
    toutes = Convention.objects.visibles_par(request.user)
    code = request.GET.get("onglet", "vivantes")
    onglet = code if code in ONGLETS else "vivantes"
    saisie = request.GET.get("q", "").strip()[:60]
    comptes = dict(toutes.order_by().values_list("statut").annotate(Count("pk", distinct=True)))
    choisies = toutes.filter(statut__in=ONGLETS[onglet][1])
    if saisie:
        chiffres = saisie.replace(" ", "")
        choisies = toutes.filter(
            Q(reference__icontains=saisie)
            | Q(partenaire__nom__icontains=saisie)
            | Q(partenaire__siret=chiffres)
        )
    sous = _sous_combien(request)
    lignes = _proches(choisies, sous) if sous else _ordonner(choisies)
    if "export" in request.GET and redige:
        return _exporter(request, [_ligne(convention) for convention in lignes])
    page = Paginator(lignes, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "lignes": [_ligne(convention) for convention in page],
        "sous": sous,
        "parametres": urlencode(
            {nom: valeur for nom, valeur in (("onglet", onglet), ("q", saisie), ("sous", sous)) if valeur}
        ),
        "feuille": page,
        "onglets": [
            (cle, titre, sum(comptes.get(statut, 0) for statut in statuts))
            for cle, (titre, statuts) in ONGLETS.items()
        ],
        "onglet": onglet,
        "saisie": saisie,
        "peut_rediger": redige,
    }
    return render(request, "conventions/liste.html", contexte)


def _sous_combien(request: HttpRequest) -> int:
    """Return within how many days the next date is wanted; 0 for all."""
    demande = request.GET.get("sous", "")
    return int(demande) if demande in {"30", "90"} else 0


def _proches(conventions: QuerySet[Convention], jours: int) -> list[Convention]:
    """Return the conventions whose next échéance or end is within `jours`, soonest first (T-01)."""
    trouvees = []
    for convention in _ordonner(conventions):
        prochaine = _ligne(convention)["prochaine"]
        jour = max((part.caisse.jour for part in convention.participations.all()), default=None)
        if prochaine and jour and 0 < (prochaine - jour).days <= jours:
            trouvees.append((prochaine, convention))
    return [convention for _, convention in sorted(trouvees, key=lambda paire: paire[0])]


ENTETES = ("Référence", "Structure", "SIRET", "Caisses", "Objet", "État", "Prochaine date", "Quoi")


def _exporter(request: HttpRequest, lignes: list[dict[str, Any]]) -> HttpResponse:
    """Send the list as CSV for a spreadsheet."""
    cellules = [
        (
            ligne["convention"].reference,
            ligne["convention"].partenaire.nom,
            ligne["convention"].partenaire.siret,
            ligne["caisses"],
            ligne["convention"].get_objet_display(),
            ligne["convention"].get_statut_display(),
            f"{ligne['prochaine']:%d/%m/%Y}" if ligne["prochaine"] else "",
            ligne["quoi"] if ligne["prochaine"] else "",
        )
        for ligne in lignes
    ]
    consigner_lecture(
        Acte.CONVENTION_EXPORTER,
        [ligne["convention"] for ligne in lignes],
        par=request.user,
        nombre=len(lignes),
    )
    return reponse_csv("conventions.csv", ENTETES, cellules)


def _ordonner(conventions: QuerySet[Convention]) -> QuerySet[Convention]:
    return (
        conventions.select_related("partenaire")
        .prefetch_related("participations__caisse", "participations__mises_en_demeure", "bilans")
        .annotate(premiere_fin=Min("participations__fin"))
        .order_by("partenaire__nom", "-creee_le", "pk")
    )


def _ligne(convention: Convention) -> dict[str, Any]:
    parts = list(convention.participations.all())
    for part in parts:
        part.convention = convention
    dates = [date for part in parts if (date := part.prochaine_echeance(part.caisse.jour))]
    fins = [part.fin for part in parts if part.fin]
    return {
        "convention": convention,
        "caisses": ", ".join(part.caisse.nom for part in parts),
        "niveau": NIVEAUX[Convention.Statut(convention.statut)],
        "prochaine": min(dates, default=None),
        "quoi": "Fin" if fins else "Reconduction",
        "alertes": _alertes(convention, parts),
    }


def _alertes(convention: Convention, parts: list[Participation]) -> list[tuple[str, str]]:
    """Return what the state does not say: an access suspended, a formal notice that runs, a year without its bilan."""
    alertes = []
    if any(part.suspendue_le is not None for part in parts):
        alertes.append(("Accès suspendu", "erreur"))
    if any(mise.close_le is None for part in parts for mise in part.mises_en_demeure.all()):
        alertes.append(("Mise en demeure", "avertissement"))
    vivante = convention.statut in {Convention.Statut.EN_VIGUEUR, Convention.Statut.DENONCEE}
    if vivante and bilans.en_souffrance(convention, max(part.caisse.jour for part in parts)):
        alertes.append(("Bilan à établir", "info"))
    return alertes
