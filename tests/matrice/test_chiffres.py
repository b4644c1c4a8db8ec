"""Figures of other scripts, superscripts, full width: typed anywhere, they are read or refused, never an error of ours."""

import pytest
from django.urls import reverse

from signalements.models.demandes import Demande
from signalements.workflow import Statut
from tests.matrice.monde import Monde
from tests.matrice.test_journal import NOM
from tests.matrice.test_matrice import essai

PLEINE_CHASSE = str.maketrans("0123456789", "０１２３４５６７８９")
ARABES = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
EXPOSANTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Digits by their name only: neither a value nor a figure for a pattern.
ETHIOPIENS = str.maketrans("0123456789", "0፩፪፫፬፭፮፯፰፱")
ECRITURES = [PLEINE_CHASSE, ARABES, EXPOSANTS, ETHIOPIENS]
# Where figures are typed, by address: what is sent, and by whom.
RECHERCHES = [
    ("technicien", "post", "demandes", {"mots": "{}"}),
    ("agent", "post", "tri", {"mots": "{}"}),
    ("administrateur", "get", "partenaires", {"q": "{}"}),
    ("administrateur", "get", "conventions", {"q": "{}", "sous": "{}"}),
    ("agent", "post", "appelant", {"siret": "{}", "code": "{}"}),
    ("dpo", "get", "journal", {"reference": "{}", "avant": "{}", "du": "{}"}),
    ("technicien", "get", "aide", {"q": "{}"}),
]
TAPES = [
    "D26-ABCD-EFGH",
    "D26-7KQ4-M9XP",
    "26",
    "03/07/1958",
    "20003986500014",
    "4970101234567890",
    "FR7630006000011234567890189",
]


@pytest.mark.parametrize(("colonne", "methode", "vue", "champs"), RECHERCHES, ids=lambda un: str(un)[:12])
def test_une_recherche_repond(monde: Monde, colonne, methode, vue, champs):
    client, erreurs = monde.entre(colonne), []
    client.raise_request_exception = False
    for saisie in (tape.translate(ecriture) for tape in TAPES for ecriture in ECRITURES):
        with essai():
            envoi = {nom: forme.format(saisie) for nom, forme in champs.items()}
            statut = getattr(client, methode)(reverse(vue), envoi).status_code
        if statut not in (200, 302, 422):
            erreurs.append((saisie, statut))
    assert erreurs == []


def test_un_texte_repond(monde: Monde):
    """D-04: the guard reads a text with such figures without falling."""
    adresse = reverse("demande-agir", args=[monde.objets["deposee"]["reference"], "ecrire"])
    for saisie in (tape.translate(ecriture) for tape in TAPES for ecriture in ECRITURES):
        with essai():
            reponse = monde.entre("technicien").post(adresse, {"ecrire-texte": f"Voir {saisie}."})
        assert reponse.status_code in (302, 422), saisie


@pytest.mark.parametrize("ecriture", ECRITURES[:3], ids=["pleine-chasse", "arabes", "exposants"])
@pytest.mark.parametrize(("colonne", "vue"), [("technicien", "demandes"), ("agent", "tri")])
def test_la_reference_et_la_naissance_se_lisent(monde: Monde, ecriture, colonne, vue):
    """D-09: typed on such a keyboard, a reference, or a name with a birth date, finds its demande."""
    reference = monde.objets[Statut.DEPOSEE]["reference"]
    client = monde.entre(colonne)
    for tape in (reference, f"{NOM} 27/03/1985"):
        with essai():
            page = client.post(reverse(vue), {"mots": tape.translate(ecriture)}).content.decode()
        assert reference in page, tape


def test_la_reference_en_pleine_chasse(monde: Monde):
    """A whole reference in full width, letters and dashes too, is the same reference."""
    reference = Demande.objects.get(reference=monde.objets[Statut.DEPOSEE]["reference"]).reference
    pleine = "".join(chr(ord(c) + 0xFEE0) for c in reference)
    with essai():
        page = monde.entre("technicien").post(reverse("demandes"), {"mots": pleine}).content.decode()
    assert reference in page
