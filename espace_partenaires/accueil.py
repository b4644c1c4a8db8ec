"""Home page of each profile, and the navigation shown on every page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from espace_partenaires import registres
from espace_partenaires.profils import Profil

# Profile -> (label, URL name), in the order of the menu.
NAVIGATION: dict[str, list[tuple[str, str]]] = {
    Profil.TECHNICIEN: [
        ("Accueil", "accueil"),
        ("Nouvelle demande", "demande-nouvelle"),
        ("Demandes de la structure", "demandes"),
        ("Convention", "conventions"),
        ("Aide", "aide"),
    ],
    Profil.GESTIONNAIRE: [
        ("Accueil", "accueil"),
        ("Comptes", "comptes"),
        ("Conventions", "conventions"),
        ("Aide", "aide"),
    ],
    Profil.AGENT: [("Accueil", "accueil"), ("Demandes à traiter", "tri"), ("Aide", "aide")],
    Profil.SUPERVISEUR: [("Accueil", "accueil"), ("Demandes à traiter", "tri"), ("Aide", "aide")],
    Profil.DPO: [
        ("Accueil", "accueil"),
        ("Journal", "journal"),
        ("Conservation", "conservation"),
        ("Traitements", "traitements"),
        ("Aide", "aide"),
    ],
    Profil.ADMINISTRATEUR: [
        ("Accueil", "accueil"),
        ("Conventions", "conventions"),
        ("Partenaires", "partenaires"),
        ("Habilitations", "habilitations"),
        ("La caisse", "caisse"),
        ("Traitements", "traitements"),
        ("Aide", "aide"),
    ],
    Profil.NATIONAL: [
        ("Accueil", "accueil"),
        ("Caisses", "national-caisses"),
        ("Maintenances", "national-maintenances"),
        ("Aide", "aide"),
    ],
}


@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """Show what awaits the account now: the cards that each app registered for its profile."""
    cartes = [carte for fournir in registres.accueil.values() for carte in fournir(request.user)]
    return render(request, "accueil.html", {"cartes": sorted(cartes, key=lambda carte: carte.ordre)})


def _entrees(profil: str) -> list[tuple[str, str]]:
    entrees = []
    for libelle, nom in NAVIGATION[profil]:
        try:
            entrees.append((libelle, reverse(nom)))
        except NoReverseMatch:  # BUILD ONLY: removed when every page is there
            continue
    return entrees


def contexte(request: HttpRequest) -> dict[str, Any]:
    """Give every page its navigation; nothing for who has not passed every step of the sign-in."""
    compte = getattr(request, "user", None)
    if compte is None or not compte.is_authenticated or not compte.is_verified():
        return {"navigation": [], "profil_libelle": ""}
    entrees = _entrees(compte.profil)
    actif = max(
        (url for _, url in entrees if request.path == url or (url != "/" and request.path.startswith(url))),
        key=len,
        default="",
    )
    return {
        "navigation": [{"libelle": libelle, "url": url, "active": url == actif} for libelle, url in entrees],
        "profil_libelle": compte.get_profil_display(),
    }
