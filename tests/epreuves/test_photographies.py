"""Ten photographs of 4 to 12 MB on a line of 200 kB a second: joined, put in order, turned, sent, and still read.

`make test` sends one, heavier than the portal takes (tests/e2e/test_pieces.py).
"""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models.compte import Compte
from fichiers import stockage
from signalements.models.pieces import Piece
from tests.fichiers.echantillons import barres, photographie
from tests.fichiers.test_reunion import pages
from tests.signalements.fabrique import commencer

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

OCTETS_PAR_SECONDE = 200_000


def ralentir(page: Page) -> None:
    """A line of the country: what leaves and what comes."""
    ligne = {
        "offline": False,
        "latency": 100,
        "uploadThroughput": OCTETS_PAR_SECONDE,
        "downloadThroughput": OCTETS_PAR_SECONDE,
    }
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", ligne)


def test_dix_photographies(demonstration: None, ouvrir: Callable[..., Page], tmp_path: Path, capsys):
    """D-06, M17."""
    poids = [4, 5, 6, 7, 8, 9, 10, 11, 12, 12]
    photos = []
    for numero, mo in enumerate(poids, 1):
        photos.append(tmp_path / f"photo-{numero:02}.jpg")
        photos[-1].write_bytes(photographie(numero, mo * 1_000_000))
    octets = sum(un.stat().st_size for un in photos)
    assert octets > 75_000_000
    demande = commencer(Compte.objects.get(identifiant="technicien.metz"), "ame", raison_portail="autonomie")
    page = ouvrir("technicien.metz", largeur=360)
    page.set_default_timeout(300_000)
    page.goto(f"/demandes/{demande.reference}/pieces/")
    ralentir(page)

    depart = time.monotonic()
    page.get_by_label("Justificatifs de ressources").set_input_files(photos)
    page.get_by_role("button", name="Joindre", exact=True).click()
    page.get_by_role("link", name="Réunir les images en un seul PDF").click()
    jointes = time.monotonic() - depart
    for place, autre in ((1, 2), (2, 1)):
        page.get_by_label(f"Place de « photo-{autre:02}.jpg »").select_option(label=f"Page {place}")
    page.get_by_label("Sens de « photo-03.jpg »").select_option(label="Retourner")
    page.get_by_role("button", name="Voir les pages").click()
    expect(page.get_by_role("img", name="Page 10 du document")).to_be_visible()
    page.get_by_role("button", name="Réunir en un PDF").click()
    expect(page.get_by_text("Les images sont réunies en un seul PDF.")).to_be_visible(timeout=300_000)
    fini = time.monotonic() - depart
    with capsys.disabled():
        print(
            f"\n{octets / 1e6:.0f} Mo : jointes en {jointes:.0f} s, réunies en {fini:.0f} s ; entières, {octets / 200_000:.0f} s"
        )

    [piece] = [un for un in Piece.objects.presentes().filter(demande=demande) if un.nom.endswith(".pdf")]
    document = b"".join(stockage.lire(demande, piece.emplacement))
    vues = [barres(image) for _, _, image in pages(document)]
    assert [nombre for nombre, _ in vues] == [2, 1, *range(3, 11)]
    assert [a_droite for _, a_droite in vues[:5]] == [True, True, False, True, True]
