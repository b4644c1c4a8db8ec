"""The guard of the free-text zones while one types (D-03, D-04): in the browser, the server's own judgement."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from stdnum import luhn

from accounts.models.compte import Compte
from signalements.garde_texte import ALERTES, MESSAGE_NIR, alertes, contient_un_nir
from tests.signalements.fabrique import commencer

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

CORPUS = Path(__file__).parents[1] / "signalements/corpus_garde.txt"
CHIFFRES = [
    "2 85 03 57 463 123 45",
    "son numéro : 285032A463123",
    "NIR 2.85.03.57.463.123.",
    "SIRET 900 570 011 00016",
    "Voici FR76 3000 6000 0112 3456 7890 189 pour le virement",
    "FR76 3000 6000 0112 3456 7890 188",
    f"Carte 4970-1012-3456-789{luhn.calc_check_digit('497010123456789')}, validité juin",
    "Carte 4970 1012 3456 7890 et 4970 1012 3456 7891",
    "Cœur, œdème et DIABÈTE",
    "Né le 27/03/1985, tél. 03 87 00 11 22, 1 250,00 €",
]


def test_le_navigateur_juge_comme_le_serveur(demonstration, ouvrir: Callable[..., Page]):
    """D-03, D-04: the whole corpus, and numbers of every kind, get the same codes on both sides."""
    demande = commencer(Compte.objects.get(identifiant="technicien.metz"))
    page = ouvrir("technicien.metz")
    page.goto(f"/demandes/{demande.reference}/brouillon/")
    phrases = [ligne[2:] for ligne in CORPUS.read_text(encoding="utf-8").splitlines()] + CHIFFRES
    attendus = [["nir"] * contient_un_nir(phrase) + alertes(phrase) for phrase in phrases]
    assert {code for codes in attendus for code in codes} == {"nir", *ALERTES}
    recus = page.evaluate("phrases => phrases.map(alertesDuTexte)", phrases)
    assert [
        (phrase, recu, attendu)
        for phrase, recu, attendu in zip(phrases, recus, attendus, strict=True)
        if recu != attendu
    ] == []

    # Said beside the zone, by a status that assistive technologies read; gone once corrected; nothing sent meanwhile.
    envois: list[str] = []
    page.on("request", lambda requete: envois.append(requete.url))
    aide = page.get_by_label("Aide attendue de la caisse")
    aide.fill("Son numéro est 2 85 03 57 463 123 45")
    expect(page.get_by_role("status").filter(has_text=MESSAGE_NIR)).to_be_visible()
    aide.fill("Elle suit une chimiothérapie.")
    expect(page.get_by_role("status").filter(has_text=ALERTES["sante"])).to_be_visible()
    aide.fill("Un rendez-vous avec un conseiller.")
    expect(page.get_by_role("status").filter(has_text="semble contenir")).to_have_count(0)
    nom = page.get_by_label("Prénom")
    nom.fill("Élodie 2850357463123")
    expect(page.get_by_role("status").filter(has_text=MESSAGE_NIR)).to_be_visible()
    assert envois == []
