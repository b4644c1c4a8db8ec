"""Home page of each profile, and the navigation shown on every page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from echanges.accueil import participations_de
from signalements.accueil import a_des_demandes
from socle import crochets
from socle.models import CourrielSortant
from socle.profils import Profil

_TRAITANT = [
    ("Accueil", "accueil"),
    ("Demandes à traiter", "tri"),
    ("Échanges", "echanges"),
    ("Appelant", "appelant"),
    ("Informations", "informations"),
    ("Aide", "aide"),
]
# Profile -> (label, URL name), in the order of the menu.
NAVIGATION: dict[str, list[tuple[str, str]]] = {
    Profil.TECHNICIEN: [
        ("Accueil", "accueil"),
        ("Nouvelle demande", "demande-nouvelle"),
        ("Demandes de la structure", "demandes"),
        ("Échanges", "echanges"),
        ("Convention", "conventions"),
        ("Statistiques", "statistiques"),
        ("Informations", "informations"),
        ("Aide", "aide"),
    ],
    Profil.GESTIONNAIRE: [
        ("Accueil", "accueil"),
        ("Comptes", "comptes"),
        ("Conventions", "conventions"),
        ("Échanges", "echanges"),
        ("Droits des personnes", "droits"),
        ("Statistiques", "statistiques"),
        ("Informations", "informations"),
        ("Aide", "aide"),
    ],
    Profil.AGENT: _TRAITANT,
    Profil.SUPERVISEUR: [*_TRAITANT[:-1], ("Statistiques", "statistiques"), _TRAITANT[-1]],
    Profil.DPO: [
        ("Accueil", "accueil"),
        ("Violations", "violations"),
        ("Droits des personnes", "droits"),
        ("Conservation", "conservation"),
        ("Journal", "journal"),
        ("Traitements", "traitements"),
        ("Échanges", "echanges"),
        ("Aide", "aide"),
    ],
    Profil.ADMINISTRATEUR: [
        ("Accueil", "accueil"),
        ("Conventions", "conventions"),
        ("Partenaires", "partenaires"),
        ("Échanges", "echanges"),
        ("Habilitations", "habilitations"),
        ("Équipe", "equipe"),
        ("La caisse", "caisse"),
        ("Appelant", "appelant"),
        ("Conservation", "conservation"),
        ("Journal", "journal"),
        ("Statistiques", "statistiques"),
        ("Informations", "informations"),
        ("Aide", "aide"),
    ],
    Profil.NATIONAL: [
        ("Accueil", "accueil"),
        ("Caisses", "national-caisses"),
        ("Maintenances", "national-maintenances"),
        ("Assistance", "assistance"),
        ("Conservation", "conservation"),
        ("Traitements", "traitements"),
        ("Aide", "aide"),
    ],
}
# What a partner does not have where none of its conventions opens the services of the portal.
_DES_DEMANDES = frozenset({"demande-nouvelle", "demandes", "statistiques"})


@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """Show what awaits the account now: the cards that each app registered for its profile."""
    cartes = [carte for fournir in crochets.accueil.values() for carte in fournir(request.user)]
    return render(request, "accueil.html", {"cartes": sorted(cartes, key=lambda carte: carte.ordre)})


def contexte(request: HttpRequest) -> dict[str, Any]:
    """Give every page its navigation; nothing for who has not passed every step of the sign-in."""
    compte = getattr(request, "user", None)
    if compte is None or not compte.is_authenticated or not compte.is_verified():
        return {"navigation": [], "profil_libelle": "", "non_lues": 0}
    return {
        # Asked by the header only, as the notifications.
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
        "profil_libelle": compte.get_profil_display(),
        # Called by the header only: a download or a fragment asks nothing.
        "non_lues": lambda: CourrielSortant.objects.notifications(compte).filter(lu_le=None).count(),
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the menu of an account: the entries of its profile, less those that no convention gives it."""
    compte = request.user
    absentes = set() if participations_de(compte) else {"echanges"}
    if compte.cote_partenaire and not a_des_demandes(compte):
        absentes |= _DES_DEMANDES
    entrees = [(libelle, reverse(nom)) for libelle, nom in NAVIGATION[compte.profil] if nom not in absentes]
    actif = max(
        (url for _, url in entrees if request.path == url or (url != "/" and request.path.startswith(url))),
        key=len,
        default="",
    )
    return [{"libelle": libelle, "url": url, "active": url == actif} for libelle, url in entrees]
