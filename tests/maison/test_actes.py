"""One mechanism for an act on a page (socle/actes.py): every address that accepts a form is served by it, or says why not."""

from collections.abc import Callable
from typing import Any

from socle.actes import PageDActes
from tests.matrice.table import TABLE
from tests.matrice.test_matrice import motifs_du_resolveur

# The proof is a password, a code or a link, not a right; or no row is changed but one's own, twice as once.
A_PART = {
    *("connexion", "connexion-code", "connexion-cle", "deconnexion", "cgu", "activation", "activation-code"),
    *("adresse-confirmer", "mot-de-passe-oublie", "mot-de-passe-changer", "mot-de-passe-nouveau"),
    *("second-facteur-nouveau", "identifiant-oublie"),
    # Anybody, from the sign-in page; signed in, it is the mechanism's.
    *("securite-signaler", "accessibilite-contact"),
    # Shown once, in the answer itself.
    *("codes-secours", "agenda-nouveau"),
    # A search, whose words stay out of addresses; a filter that is kept; a mark that is read.
    *("demandes", "tri", "appelant", "notification-ouvrir", "notifications-lues"),
    *("demandes-preferences", "demandes-vue-garder", "demandes-vue-oublier"),
    *("tri-preferences", "tri-vue-garder", "tri-vue-oublier", "tri-presence"),
}
# What is not served by it yet: no name is added here.
RESTENT: set[str] = set()


def par_le_mecanisme(vue: Callable[..., Any]) -> bool:
    """Whether a view is that of a page of acts: what is posted goes to `PageDActes.agir`."""
    return isinstance(page := getattr(vue, "page", None), type) and issubclass(page, PageDActes)


def test_every_form_is_served_by_the_mechanism():
    vues = {motif.name: motif.callback for motif in motifs_du_resolveur()}
    ecrivent = {ligne.vue for ligne in TABLE if "POST" in ligne.methodes.split()}
    ailleurs = {nom for nom in ecrivent if not par_le_mecanisme(vues[nom])}
    assert ailleurs - A_PART - RESTENT == set(), "un acte passe par PageDActes (socle/actes.py)"
    assert (A_PART | RESTENT) - ailleurs == set(), "ce nom est servi par PageDActes, ou n’est pas un acte"


def test_no_page_opens_or_does_an_act_in_its_own_way():
    """What comes before and after an act is the floor's: no page can inherit that of another act."""
    a_soi = {page: {"vue", "ouvrir", "agir", "_faire"} & vars(page).keys() for page in _filles(PageDActes)}
    assert {page: noms for page, noms in a_soi.items() if noms} == {}


def _filles(classe: type) -> set[type]:
    return {un for fille in classe.__subclasses__() for un in {fille, *_filles(fille)}}


def test_the_test_knows_a_view_of_its_own_from_one_of_the_mechanism():
    vues = {motif.name: motif.callback for motif in motifs_du_resolveur()}
    assert par_le_mecanisme(vues["compte-inactiver"]) and par_le_mecanisme(vues["tri-agir"])
    assert not par_le_mecanisme(vues["connexion"])
