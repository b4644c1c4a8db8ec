"""One mechanism for an act on a page (socle/actes.py): every address that accepts a form is served by it, or says why not."""

import ast
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from tests.maison.depot import APPS, python_ecrit, texte
from tests.matrice.table import TABLE
from tests.matrice.test_matrice import motifs_du_resolveur

# The proof is a password, a code or a link, not a right; or no row is changed but one's own, twice as once.
A_PART = {
    *("connexion", "connexion-code", "connexion-cle", "deconnexion", "cgu", "activation", "activation-code"),
    *("adresse-confirmer", "mot-de-passe-oublie", "mot-de-passe-changer", "mot-de-passe-nouveau"),
    *("second-facteur-nouveau", "identifiant-oublie", "depot-ouvrir", "contact-securite"),
    # Anybody, from the sign-in page; signed in, it is the mechanism's.
    *("securite-signaler", "accessibilite-contact"),
    # Shown once, in the answer itself.
    "codes-secours",
    # A search, whose words stay out of addresses; a filter that is kept; a mark that is read.
    *("demandes", "tri", "dossiers", "appelant", "notification-ouvrir", "notifications-lues"),
    *("demandes-preferences", "demandes-vue-garder", "demandes-vue-oublier"),
    *("tri-preferences", "tri-vue-garder", "tri-vue-oublier", "tri-presence"),
}
# What is not served by it yet: no name is added here.
RESTENT = {
    *("appel-enregistrer", "compte-reprendre", "demande-brouillon", "demande-motif", "demande-recapitulatif"),
    *("demande-message-destruction", "demande-message-detruire", "demande-message-retirer"),
    *("demande-piece-destruction", "demande-piece-detruire", "demande-piece-retirer", "demande-pieces"),
    *("demande-pieces-reunir", "demande-supprimer", "demandes-absence-supprimer", "demandes-absences"),
    *("tri-absence-supprimer", "tri-absences", "tri-equipe", "tri-lot", "tri-message-destruction"),
    *("tri-message-detruire", "tri-message-retirer", "tri-modele", "tri-modele-nouveau"),
    *("tri-modele-supprimer", "tri-piece-destruction", "tri-piece-detruire", "tri-piece-rappeler"),
    "tri-pieces",
    *("attestation", "droits-nouvelle", "frein-liberer", "gel-lever", "gels", "violation-nouvelle"),
    *("annonce-clore", "annonce-nouvelle", "avenant-nouveau", "avenant-signer", "bilan-arreter"),
    *("bilan-part", "code-confidentiel", "code-confidentiel-renouveler", "comite-confirmer"),
    *("convention-clauses", "convention-denoncer", "convention-evaluation", "convention-lever-suspension"),
    *("convention-mettre-a-la-signature", "convention-mettre-en-demeure", "convention-modele"),
    *("convention-modifier", "convention-nouvelle", "convention-ouvrir-motifs"),
    *("convention-preuve-nouvelle", "convention-renvoyer", "convention-resilier", "convention-signer"),
    *("convention-suivi", "convention-suspendre", "conventions-importer", "denonciation-corriger"),
    *("mise-en-demeure-clore", "mise-en-demeure-corriger", "mise-en-demeure-noter-reception"),
    *("partenaire-modifier", "referent-nouveau", "referent-retirer", "signature-corriger"),
    *("sous-traitance-finir", "sous-traitance-nouvelle"),
    *("autorisation-nouvelle", "autorisation-retirer", "boite-nouvelle", "boite-retirer"),
    *("boite-verifier", "compte-payeur", "depot-confirmation", "depot-fichier", "depot-lecture"),
    *("depot-retrait", "dossier-agir", "engagement", "flux-clore", "flux-neant", "flux-nouveau"),
    *("inscription-noter", "rapprochement-decider"),
    *("assistance", "assistance-agir", "formation-annuler", "formation-inscrire", "formation-nouvelle"),
    *("informations-abonner", "publication-modifier", "publication-publier", "publication-retirer"),
    *("courriels-retenus", "national-maintenance-annuler", "national-maintenances"),
}


def par_le_mecanisme(vue: Callable[..., Any]) -> bool:
    """Whether a view hands what is posted to `PageDActes.agir`."""
    return ".agir(" in inspect.getsource(inspect.unwrap(vue))


def test_every_form_is_served_by_the_mechanism():
    vues = {motif.name: motif.callback for motif in motifs_du_resolveur()}
    ecrivent = {ligne.vue for ligne in TABLE if "POST" in ligne.methodes.split()}
    ailleurs = {nom for nom in ecrivent if not par_le_mecanisme(vues[nom])}
    assert ailleurs - A_PART - RESTENT == set(), "un acte passe par PageDActes (socle/actes.py)"
    assert (A_PART | RESTENT) - {nom for nom in vues if nom} == set()


def test_the_test_knows_a_view_of_its_own_from_one_of_the_mechanism():
    vues = {motif.name: motif.callback for motif in motifs_du_resolveur()}
    assert par_le_mecanisme(vues["compte-inactiver"]) and par_le_mecanisme(vues["tri-agir"])
    assert not par_le_mecanisme(vues["connexion"])


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for chemin in python_ecrit():
        if chemin.parts[0] in APPS:
            yield str(chemin), ast.parse(texte(chemin))


def test_nobody_tells_the_journal_whose_line_it_is():
    """The object says its caisses, never the caller."""
    ecrits = {"consigner", "consigner_tous", "consigner_lecture"}
    bavards = [
        f"{chemin}:{appel.lineno}"
        for chemin, arbre in _modules()
        for appel in ast.walk(arbre)
        if isinstance(appel, ast.Call)
        and getattr(appel.func, "attr", getattr(appel.func, "id", "")) in ecrits
        and {"caisse", "caisses", "partenaire", "reference"} & {mot.arg for mot in appel.keywords}
    ]
    assert bavards == []
