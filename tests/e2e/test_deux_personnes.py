"""What takes two persons, seen by both in Chromium: who asks is told to wait, who confirms sees who asked, for whom (A-24)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models.compte import Compte
from accounts.models.sessions import OUVERTE, SessionStore
from outils.visiteur import MOT_DE_PASSE

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]


def vieillir(page: Page) -> None:
    """Let a quarter of an hour pass since the password was typed."""
    (cle,) = [un["value"] for un in page.context.cookies() if un["name"] == "session"]
    session = SessionStore(cle)
    session[OUVERTE] -= 15 * 60
    session.save()


@pytest.mark.parametrize("largeur", [1280, 360])
def test_a24_vu_des_deux_cotes(demonstration: None, ouvrir: Callable[..., Page], largeur: int) -> None:
    """A-24: one alone opens nothing and reads why; the second types his password; then only does the link leave."""
    premier = ouvrir("administrateur.moselle", largeur=largeur)
    premier.goto("/caisse/agents/nouveau/")
    premier.get_by_role("radio", name="Agent", exact=False).first.check()
    premier.get_by_role("radio", name="Madame").check()
    premier.get_by_label("Nom", exact=True).fill("Petit")
    premier.get_by_label("Prénom").fill("Alix")
    premier.get_by_label("Fonction").fill("Conseillère")
    premier.get_by_label("Téléphone").fill("03 87 00 00 00")
    premier.get_by_label("Adresse électronique").fill("alix.petit@assurance-maladie.example")
    premier.get_by_role("checkbox", name="CPAM de Moselle", exact=True).check()
    premier.get_by_role("button", name="Créer").or_(premier.get_by_role("button", name="Demander")).click()
    expect(premier.get_by_text("rien n’est ouvert avant qu’une seconde personne confirme")).to_be_visible()
    expect(premier.get_by_text("(national)")).to_be_visible()
    expect(premier.get_by_role("heading", name="Retirer la demande")).to_be_visible()
    expect(premier.get_by_role("heading", name="Confirmer ou refuser")).to_have_count(0)
    adresse = premier.url
    assert Compte.objects.get(nom="Petit").statut == "a_confirmer"

    second = ouvrir("national", largeur=largeur)
    second.goto("/")
    expect(second.get_by_role("main").get_by_text("À confirmer")).to_be_visible()
    second.goto(adresse)
    for dit in ("Alix Petit", "alix.petit@assurance-maladie.example", "CPAM de Moselle", "Demandé par"):
        expect(second.get_by_role("main").get_by_text(dit).first).to_be_visible()
    vieillir(second)
    second.get_by_role("button", name="Confirmer", exact=True).click()
    second.get_by_label("Votre mot de passe").fill(MOT_DE_PASSE)
    second.get_by_role("button", name="Confirmer et continuer").click()
    expect(second.get_by_text("C’est confirmé.")).to_be_visible()
    assert Compte.objects.get(nom="Petit").statut == "en_attente"

    premier.reload()
    expect(premier.get_by_text("Confirmé").first).to_be_visible()
    expect(premier.get_by_role("heading", name="Retirer la demande")).to_have_count(0)
