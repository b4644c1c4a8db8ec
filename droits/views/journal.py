"""Search of the journal, by account, reference and period (R-04)."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models.compte import Compte
from conformite.journal import consigner
from conformite.models.journal import LigneJournal
from droits import libelles
from droits.forms.journal import LECTURES, RechercheJournalForm
from droits.journal import Acte
from droits.perimetre import caisses_de, lignes_visibles_par
from droits.permissions import can_lire_details, can_lire_journal
from socle.roles import exiger
from socle.tableur import reponse_csv

PAR_PAGE = 50
# An answer longer than this is narrowed first: the file is made in one request.
EXPORT_MAX = 20_000


@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Show the lines of the account's perimeter, the last ones first, by pages that look further back."""
    exiger(can_lire_journal(request.user))
    fuseau = _fuseau(request.user)
    form = RechercheJournalForm(request.GET or None, par=request.user)
    criteres = form.cleaned_data if form.is_valid() else {}
    lignes: list[LigneJournal] = []
    if not form.errors:
        trouvees = _filtrer(lignes_visibles_par(request.user), criteres, fuseau)
        lignes = list(_avant(trouvees, request.GET.get("avant", ""))[: PAR_PAGE + 1])
        consigner(
            Acte.JOURNAL_LIRE,
            par=request.user,
            objet=request.user,
            resultats=min(len(lignes), PAR_PAGE),
        )
    parametres = request.GET.copy()
    parametres.pop("avant", None)
    contexte = {
        "form": form,
        "filtres": form,
        "lignes": _avec_comptes(lignes[:PAR_PAGE]),
        "suite": lignes[PAR_PAGE - 1].pk if len(lignes) > PAR_PAGE else None,
        "parametres": parametres.urlencode(),
        "details": can_lire_details(request.user),
        "fuseau": fuseau,
    }
    return render(request, "droits/journal.html", contexte, status=422 if form.errors else 200)


@require_safe
def exporter(request: HttpRequest) -> HttpResponse:
    """Send all that was found, lists that showed the reference too, as CSV for a spreadsheet (R-04)."""
    exiger(can_lire_journal(request.user))
    fuseau = _fuseau(request.user)
    form = RechercheJournalForm(request.GET or None, par=request.user)
    if form.is_bound and not form.is_valid():
        return redirect(f"{reverse('journal')}?{request.GET.urlencode()}")
    criteres = form.cleaned_data if form.is_bound else {}
    lignes = list(_filtrer(lignes_visibles_par(request.user), criteres, fuseau)[:EXPORT_MAX])
    consigner(Acte.JOURNAL_EXPORTER, par=request.user, objet=request.user, resultats=len(lignes))
    details = can_lire_details(request.user)
    cellules = [
        (
            f"{ligne.quand.astimezone(ZoneInfo(fuseau)):%d/%m/%Y %H:%M:%S}",
            acte,
            compte or "exécution automatique",
            profil,
            ligne.reference or objet or ", ".join(ligne.citees),
            " ; ".join(f"{nom} : {valeur}" for nom, valeur in precisions) if details else "",
        )
        for ligne, acte, profil, compte, objet, precisions in _avec_comptes(lignes)
    ]
    return reponse_csv(
        "journal.csv", ("Quand", "Acte", "Compte", "Profil", "Référence ou objet", "Détails"), cellules
    )


def _fuseau(compte: Compte) -> str:
    premiere = caisses_de(compte).order_by("pk").first()
    return premiere.fuseau if premiere else "Europe/Paris"


def _filtrer(lignes: QuerySet[LigneJournal], criteres: dict[str, Any], fuseau: str) -> QuerySet[LigneJournal]:
    if compte := criteres.get("compte"):
        lignes = lignes.filter(compte=compte.pk)
    if reference := criteres.get("reference"):
        lignes = lignes.citant(reference)
    if (acte := criteres.get("acte")) == LECTURES:
        lignes = lignes.filter(acte__in=libelles.lectures())
    elif acte:
        lignes = lignes.filter(acte__startswith=acte)
    if du := criteres.get("du"):
        lignes = lignes.filter(quand__gte=_minuit(du, fuseau))
    if au := criteres.get("au"):
        lignes = lignes.filter(quand__lt=_minuit(au + dt.timedelta(days=1), fuseau))
    return lignes.order_by("-pk")


def _minuit(jour: dt.date, fuseau: str) -> dt.datetime:
    return dt.datetime.combine(jour, dt.time(), ZoneInfo(fuseau))


def _avant(lignes: QuerySet[LigneJournal], repere: str) -> QuerySet[LigneJournal]:
    """Look before the line `repere`: a number that is none is ignored."""
    return (
        lignes.filter(pk__lt=int(repere))
        if repere.isascii() and repere.isdigit() and len(repere) < 19
        else lignes
    )


def _avec_comptes(
    lignes: list[LigneJournal],
) -> list[tuple[LigneJournal, str, str, str, str, list[tuple[str, str]]]]:
    """Give each line the words of its act, profile, object and details, and the identifiant of its account (its number when it is gone)."""
    noms = dict(
        Compte.objects.filter(pk__in={ligne.compte for ligne in lignes}).values_list("pk", "identifiant")
    )
    return [
        (
            ligne,
            libelles.acte(ligne.acte),
            libelles.profil(ligne.profil),
            "" if ligne.compte is None else noms.get(ligne.compte, f"compte n° {ligne.compte}"),
            libelles.objet(ligne),
            libelles.details(ligne),
        )
        for ligne in lignes
    ]
