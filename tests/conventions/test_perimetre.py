"""Whose convention it is: two administrateurs on one text, another caisse, another structure (C-07, C-13, A-21)."""

import html

import pytest

from conventions.models.conventions import Convention
from socle.profils import Profil
from tests.conventions.aides import erreurs, rien_ne_change
from tests.conventions.fabrique import SIRET, STRUCTURE, contenu
from tests.conventions.test_avenants import avenant
from tests.distribution import connecte, creer_compte_actif

PERDU = "Une autre personne a modifié cette convention pendant votre saisie."


@pytest.fixture
def collegue(caisse_moselle):
    """A second administrateur of Moselle."""
    return connecte(creer_compte_actif("adjointe.moselle", Profil.ADMINISTRATEUR, caisses=(caisse_moselle,)))


def version(page):
    """Return the version that a form carries."""
    return str(page.context["form"]["version"].value())


def test_two_administrateurs_on_one_draft(client, collegue, brouillon, caisse_moselle):
    """C-13: the second is told, its text is kept, nothing is overwritten; sent again, it passes."""
    adresse = f"/conventions/{brouillon.reference}/modifier/"
    premier, second = (
        contenu(caisse_moselle, version=version(une.get(adresse)), public=texte)
        for une, texte in ((client, "Premier texte"), (collegue, "Second texte"))
    )
    assert client.post(adresse, premier).status_code == 302
    with rien_ne_change():
        reponse = collegue.post(adresse, second)
    assert reponse.status_code == 422
    page = reponse.content.decode()
    assert PERDU in page
    assert "Second texte" in page
    brouillon.refresh_from_db()
    assert brouillon.public == "Premier texte"
    assert collegue.post(adresse, second | {"version": version(reponse)}).status_code == 302
    brouillon.refresh_from_db()
    assert brouillon.public == "Second texte"


def test_two_administrateurs_on_one_avenant(client, collegue, en_vigueur):
    """C-06, C-13: the second is told that the rules it read have moved; its text is kept, no avenant is added."""
    adresse = f"/conventions/{en_vigueur.reference}/avenants/nouveau/"
    premier, second = (
        avenant(en_vigueur) | {"version": version(une.get(adresse)), "delai_habilitation_jours": delai}
        for une, delai in ((client, "10"), (collegue, "7"))
    )
    assert client.post(adresse, premier).status_code == 302
    with rien_ne_change():
        reponse = collegue.post(adresse, second | {"objet_avenant": "Sept jours suffisent"})
    assert reponse.status_code == 422
    assert PERDU in reponse.content.decode()
    assert "Sept jours suffisent" in reponse.content.decode()
    assert en_vigueur.avenants.get().changements == {"delai_habilitation_jours": [5, 10]}


ADRESSES = (
    "", "modifier/", "avenants/nouveau/", "referents/nouveau/", "sous-traitances/nouvelle/", "suivi/", "evaluation/",
    "preuves/", "preuves/nouvelle/", "renvoyer/", "caisses/moselle/denoncer/", "caisses/moselle/mettre-en-demeure/",
    "caisses/moselle/suspendre/", "caisses/moselle/code/", "caisses/moselle/ouvrir-motifs/", "convention.pdf",
    "bilans/1/", "bilans/1/bilan.pdf",
)  # fmt: skip


@pytest.mark.parametrize("personne", ["administrateur_var", "gestionnaire_grimaud", "technicien_grimaud"])
def test_nobody_else_reads_lists_or_guesses(request, personne, metz, administrateur_moselle):
    """A-21, C-07: every page of it does not exist for another caisse, nor for another structure."""
    reference = metz.conventions.get().reference
    etranger = connecte(request.getfixturevalue(personne))
    for suite in ADRESSES:
        assert etranger.get(f"/conventions/{reference}/{suite}").status_code == 404, suite
        # What never existed answers the same.
        assert etranger.get(f"/conventions/C26-0000-0000/{suite}").status_code == 404
    for recherche in (
        "/conventions/",
        f"/conventions/?q={reference}",
        "/conventions/?q=Metz",
        "/conventions/?sous=90",
    ):
        page = html.unescape(etranger.get(recherche).content.decode())
        # What was typed is said again.
        for redit in (
            f"q={reference}",
            f'value="{reference}"',
            f"«\xa0{reference}\xa0»",
            f"référence\xa0: {reference}",
        ):
            page = page.replace(redit, "")
        assert reference not in page


def test_a_caisse_guesses_nothing_by_its_forms(connecte, administrateur_var, caisse_var, metz):
    """A-21, C-12, C-15: neither what it may replace, nor its list in CSV, nor a caller tells of another's convention."""
    reference = metz.conventions.get().reference
    client = connecte(administrateur_var)
    with rien_ne_change():
        donnees = contenu(caisse_var, remplace=reference) | STRUCTURE
        reponse = client.post(f"/conventions/nouvelle/?siret={SIRET}", donnees)
        inconnue = client.post(
            f"/conventions/nouvelle/?siret={SIRET}", donnees | {"remplace": "C26-0000-0000"}
        )
        assert erreurs(reponse) == erreurs(inconnue)
        assert erreurs(reponse)["remplace"] == "Aucune convention de votre caisse ne porte cette référence."
    assert reference not in client.get("/conventions/?export=csv").content.decode()
    appelant = client.post("/appelant/", {"siret": metz.siret, "code": ""}).content.decode()
    assert "Structure non reconnue" in appelant
    assert Convention.objects.filter(reference=reference).exists()
