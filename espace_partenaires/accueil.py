"""Home page of each profile, and the navigation shown on every page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from echanges.accueil import a_des_echanges
from signalements.accueil import a_des_demandes
from socle import crochets
from socle.acteurs import Acteur
from socle.models import CourrielSortant
from socle.roles import Droit, peut

# Label, URL name, and the right that it takes; none for everybody. The menu of a profile is what it has a right to.
NAVIGATION: tuple[tuple[str, str, Droit | None], ...] = (
    ("Accueil", "accueil", None),
    ("Nouvelle demande", "demande-nouvelle", Droit.DEPOSER_DEMANDES),
    ("Demandes de la structure", "demandes", Droit.SUIVRE_DEMANDES),
    ("Demandes à traiter", "tri", Droit.LIRE_DEMANDES),
    ("Violations", "violations", Droit.TRAITER_VIOLATIONS),
    ("Échanges", "echanges", Droit.VOIR_ECHANGES),
    ("Comptes", "comptes", Droit.GERER_STRUCTURE),
    ("Conventions", "conventions", Droit.LIRE_CONVENTIONS),
    ("Partenaires", "partenaires", Droit.CONDUIRE_CONVENTIONS),
    ("Habilitations", "habilitations", Droit.HABILITER),
    ("Caisses", "national-caisses", Droit.CREER_CAISSES),
    ("Équipe", "equipe", Droit.GERER_EQUIPE),
    ("La caisse", "caisse", Droit.REGLER_CAISSE),
    ("Appelant", "appelant", Droit.IDENTIFIER_APPELANT),
    ("Maintenances", "national-maintenances", Droit.ANNONCER_MAINTENANCE),
    ("Assistance", "assistance", Droit.REPONDRE_ASSISTANCE_NATIONALE),
    ("Droits des personnes", "droits", Droit.TRANSMETTRE_DROITS),
    ("Conservation", "conservation", Droit.VOIR_CONSERVATION),
    ("Journal", "journal", Droit.LIRE_JOURNAL),
    ("Exécutions", "executions", Droit.VOIR_EXECUTIONS),
    ("Statistiques", "statistiques", Droit.LIRE_CHIFFRES),
    ("Informations", "informations", Droit.LIRE_INFORMATIONS),
    ("Aide", "aide", None),
)
# What a partner does not have where none of its conventions opens the services of the portal.
_DES_DEMANDES = frozenset({"demande-nouvelle", "demandes", "statistiques"})


@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """Show what awaits the account now: the cards that each app registered for its profile."""
    cartes = [carte for fournir in crochets.accueil.values() for carte in fournir(request.user)]
    return render(request, "accueil.html", {"cartes": sorted(cartes, key=lambda carte: carte.ordre)})


def menu(compte: Acteur) -> list[tuple[str, str]]:
    """Return the entries of the menu of `compte`, in order: label and URL name."""
    return [(libelle, nom) for libelle, nom, droit in NAVIGATION if droit is None or peut(compte, droit)]


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


def _navigation(request: HttpRequest) -> list[dict[str, object]]:
    """Return the menu of an account: the entries of its profile, less those that no convention gives it."""
    compte = request.user
    absentes = set() if a_des_echanges(compte) else {"echanges"}
    if compte.cote_partenaire and not a_des_demandes(compte):
        absentes |= _DES_DEMANDES
    entrees = [(libelle, reverse(nom)) for libelle, nom in menu(compte) if nom not in absentes]
    actif = max(
        (url for _, url in entrees if request.path == url or (url != "/" and request.path.startswith(url))),
        key=len,
        default="",
    )
    return [{"libelle": libelle, "url": url, "active": url == actif} for libelle, url in entrees]
