"""Sending files in a browser (D-06): limits before choosing, progress, refusals explained, photographs joined.

At 1280 and 360 px; then the pieces of the demonstration, listed on both sides.
"""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pikepdf
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from accounts.models.compte import Compte
from fichiers import stockage
from fichiers.limites import FICHIER_MAX
from signalements.models.pieces import Piece
from tests.fichiers.echantillons import barres, jpeg, pdf, photographie
from tests.signalements.fabrique import commencer

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

CHIFFREMENT = pikepdf.Encryption(owner="essai", user="essai")


def fichier(nom: str, contenu: bytes, genre: str = "application/pdf") -> dict[str, object]:
    return {"name": nom, "mimeType": genre, "buffer": contenu}


def joindre(page: Page, *fichiers: dict[str, object], nature: str) -> None:
    page.get_by_label(re.compile(f"^{re.escape(nature)}")).set_input_files(list(fichiers))
    page.get_by_role("button", name="Joindre", exact=True).click()


def tient_en_largeur(page: Page) -> bool:
    """Whether nothing needs to be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@contextmanager
def ligne_lente(page: Page) -> Iterator[None]:
    """Hold what is sent until the end of the block."""
    tenus: list[Route] = []
    page.route("**/pieces/", lambda route: tenus.append(route))
    yield
    for tenu in tenus:
        tenu.continue_()
    page.unroute("**/pieces/")


def photographier_et_reunir(page: Page) -> None:
    """Two photographs become one document, in the order that was asked."""
    photos = [
        fichier(f"page-{n}.jpg", jpeg(couleur=gris), "image/jpeg")
        for n, gris in ((1, "#c0c0c0"), (2, "#d0d0d0"))
    ]
    joindre(page, *photos, nature="Justificatifs de ressources")
    page.get_by_role("link", name="Réunir les images en un seul PDF").click()
    for nom, place in (("page-1.jpg", "Page 2"), ("page-2.jpg", "Page 1")):
        page.get_by_role("combobox", name=f"Place de « {nom} »").select_option(label=place)
    assert tient_en_largeur(page)
    page.get_by_role("button", name="Voir les pages").click()
    expect(page.get_by_role("img", name="Page 2 du document")).to_be_visible()
    assert tient_en_largeur(page)
    page.get_by_role("button", name="Réunir en un PDF").click()
    expect(page.get_by_text("Les images sont réunies en un seul PDF.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="page-2.pdf")).to_be_visible()


@pytest.mark.parametrize("largeur", [1280, 360])
def test_joindre_lire_les_refus_et_reunir(demonstration, ouvrir: Callable[..., Page], largeur: int):
    demande = commencer(Compte.objects.get(identifiant="technicien.metz"), "ame", raison_portail="autonomie")
    page = ouvrir("technicien.metz", largeur=largeur)
    page.goto(f"/demandes/{demande.reference}/pieces/")
    expect(page.get_by_text("Mo au plus par fichier")).to_be_visible()
    assert tient_en_largeur(page)

    # Too large: said before anything leaves.
    joindre(page, fichier("gros.pdf", b"%PDF-1.7" + bytes(10_500_000)), nature="Pièce d’identité")
    expect(page.get_by_role("status").filter(has_text="Trop lourd")).to_contain_text("gros.pdf")
    assert not Piece.objects.filter(demande=demande).exists()

    with ligne_lente(page):
        joindre(page, fichier("carte.pdf", pdf()), nature="Pièce d’identité")
        expect(page.get_by_role("progressbar", name="Progression de l’envoi")).to_be_visible()
        expect(page.get_by_role("status").filter(has_text="en cours")).to_be_visible()
        assert tient_en_largeur(page)
    expect(page.get_by_role("listitem").filter(has_text="carte.pdf")).to_be_visible()

    # One good, two bad: the good one is kept, the others are named with what to do.
    joindre(
        page,
        fichier("bail.pdf", pdf(texte=b"bail")),
        fichier("photo.heic", b"\x00\x00\x00\x18ftypheic" + bytes(64), "image/heic"),
        fichier("fermé.pdf", pdf(encryption=CHIFFREMENT)),
        nature="Justificatif de résidence",
    )
    alerte = page.locator("#erreurs")
    expect(alerte).to_be_focused()
    for mots in ("photo.heic", "Le plus compatible", "fermé.pdf", "demande un mot de passe"):
        expect(alerte).to_contain_text(mots)
    expect(page.get_by_role("listitem").filter(has_text="bail.pdf")).to_be_visible()
    assert tient_en_largeur(page)

    photographier_et_reunir(page)
    assert tient_en_largeur(page)
    noms = {piece.nom: piece for piece in Piece.objects.presentes().filter(demande=demande)}
    assert set(noms) == {"carte.pdf", "bail.pdf", "page-2.pdf"}
    document = io.BytesIO(b"".join(stockage.lire(demande, noms["page-2.pdf"].emplacement)))
    assert len(pikepdf.open(document).pages) == 2


def test_une_photographie_trop_lourde_arrive_reduite(demonstration, ouvrir: Callable[..., Page]):
    """D-06, M17: what a telephone takes weighs more than a file may; it leaves smaller, upright, and is read as well."""
    demande = commencer(Compte.objects.get(identifiant="technicien.metz"), "ame", raison_portail="autonomie")
    page = ouvrir("technicien.metz", largeur=360)
    page.goto(f"/demandes/{demande.reference}/pieces/")
    lourde = photographie(3, 11_000_000)
    assert len(lourde) > FICHIER_MAX
    joindre(page, fichier("bail.jpg", lourde, "image/jpeg"), nature="Justificatif de résidence")
    expect(page.get_by_role("listitem").filter(has_text="bail.jpg")).to_be_visible()
    [piece] = Piece.objects.presentes().filter(demande=demande)
    recue = b"".join(stockage.lire(demande, piece.emplacement))
    assert len(recue) < 3_000_000
    assert barres(Image.open(io.BytesIO(recue))) == (3, True)


@pytest.mark.parametrize("largeur", [1280, 360])
def test_pieces_de_la_demonstration(demonstration, ouvrir: Callable[..., Page], largeur: int):
    """D-06, D-12: what the structure attached and what the caisse sent stand on the pages of both, and open."""
    pieces = {piece.nom: piece for piece in Piece.objects.select_related("demande")}
    assert {piece.cote for piece in pieces.values()} == {"partenaire", "caisse"}
    envoyee = pieces["attestation-de-droits.pdf"]
    for identifiant, cote in (("technicien.tutelle", "demandes"), ("agent.moselle", "tri")):
        page = ouvrir(identifiant, largeur=largeur)
        page.goto(f"/{cote}/{envoyee.demande.reference}/")
        for nom in ("jugement.pdf", "attestation-de-droits.pdf"):
            lien = page.get_by_role("link", name=nom, exact=True)
            expect(lien).to_be_visible()
            with page.expect_download() as telechargement:
                lien.click()
            assert telechargement.value.suggested_filename == nom
        assert tient_en_largeur(page)
