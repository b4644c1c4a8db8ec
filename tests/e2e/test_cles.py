"""Passkeys in Chromium, with its virtual authenticator: added, proved after the password, alone, copied, lost (A-25)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from outils.visiteur import MOT_DE_PASSE

TECHNICIEN = "technicien.metz"
pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

POSTE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def adresse(demonstration: None, portail: str, settings: Any) -> Iterator[str]:
    """Tell the portal its address: keys belong to it."""
    settings.ADRESSE_DU_PORTAIL = portail
    return portail


def brancher(page: Page) -> tuple[CDPSession, str]:
    """Give the browser an authenticator; return what speaks to it, and its number."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    return cdp, cdp.send("WebAuthn.addVirtualAuthenticator", {"options": POSTE})["authenticatorId"]


def sortir(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/connexion/")


def par_le_mot_de_passe(page: Page) -> None:
    page.get_by_label("Identifiant").fill(TECHNICIEN)
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def confirmer(page: Page) -> None:
    """A passkey more: the password first, by keyboard."""
    page.get_by_label("Votre mot de passe").fill(MOT_DE_PASSE)
    page.get_by_label("Votre mot de passe").press("Enter")


@pytest.mark.parametrize("largeur", [1280, 360])
def test_une_cle_au_clavier(adresse: str, ouvrir: Callable[..., Page], largeur: int) -> None:
    """A-25: added, then the second factor, then the whole sign-in; withdrawn, it opens nothing."""
    page = ouvrir(TECHNICIEN, largeur=largeur)
    cdp, poste = brancher(page)
    page.goto("/mon-compte/")
    page.get_by_role("link", name="Ajouter une clé d’accès").press("Enter")
    confirmer(page)
    page.get_by_label("Nom de cette clé").fill("Poste du bureau")
    page.get_by_label("Nom de cette clé").press("Enter")
    expect(page.get_by_text("Votre clé d’accès est enregistrée.")).to_be_visible()
    expect(page.get_by_text("Poste du bureau, ajoutée le")).to_be_visible()

    sortir(page)
    par_le_mot_de_passe(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour")

    sortir(page)
    page.get_by_role("button", name="Utiliser une clé d’accès").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour")

    # A copy made before: its count is behind the portal's.
    copie = cdp.send("WebAuthn.getCredentials", {"authenticatorId": poste})["credentials"][0]
    cdp.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": poste})
    voleur = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": POSTE})["authenticatorId"]
    cdp.send("WebAuthn.addCredential", {"authenticatorId": voleur, "credential": copie | {"signCount": 0}})
    sortir(page)
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_text("Cette clé d’accès n’a pas été reconnue")).to_be_visible()

    # The key is lost: the code, then the key is withdrawn.
    cdp.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": voleur})
    perdue = ouvrir(TECHNICIEN, largeur=largeur)
    perdue.goto("/mon-compte/")
    perdue.get_by_role("link", name="retirer Poste du bureau").click()
    perdue.get_by_role("button", name="Retirer cette clé d’accès").click()
    expect(perdue.get_by_text("n’ouvre plus votre compte")).to_be_visible()


def test_sans_reponse_la_page_dit_le_mot(adresse: str, ouvrir: Callable[..., Page]) -> None:
    """Nothing answers, or the site is another's: a sentence, and the password stays in reach."""
    page = ouvrir()
    brancher(page)
    page.goto("/connexion/")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_role("status").filter(has_text="Aucune clé d’accès n’a répondu")).to_be_visible()
    expect(page.get_by_role("link", name="Se connecter avec un mot de passe")).to_be_visible()


def test_a_une_autre_adresse_rien_n_est_demande(
    demonstration: None, ouvrir: Callable[..., Page], settings: Any
) -> None:
    """A-25: served under another name, the browser itself refuses to ask for the portal's keys."""
    settings.ADRESSE_DU_PORTAIL = "https://portail.example"
    page = ouvrir()
    brancher(page)
    page.goto("/connexion/")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_text("ne fonctionnent pas à cette adresse")).to_be_visible()


def test_sans_javascript_le_code_reste(adresse: str, ouvrir: Callable[..., Page]) -> None:
    page = ouvrir(TECHNICIEN, javascript=False)
    page.goto("/mon-compte/cles/ajouter/")
    confirmer(page)
    expect(page.get_by_text("Les clés d’accès demandent JavaScript")).to_be_visible()
