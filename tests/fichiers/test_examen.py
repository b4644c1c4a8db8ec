"""What a file is: extension, magic number, full parse; what it carries; what is left of it (D-06)."""

import io
import resource
import subprocess
import time

import pikepdf
import pytest
from PIL import Image

from fichiers import controle
from fichiers.controle import Examine, examiner, nom_sur
from fichiers.images import CLAIRE, PETITE, SOMBRE, juger
from fichiers.refus import MESSAGES, Refus
from tests.fichiers import echantillons
from tests.fichiers.echantillons import BOMBES, MAUVAIS

MOT = "CANARI-ICHTYORNIS"


@pytest.mark.parametrize(
    ("nom", "contenu", "genre"),
    [
        ("Avis d’imposition 2026.pdf", echantillons.pdf(), "pdf"),
        ("photo.JPG", echantillons.jpeg(), "jpeg"),
        ("photo.jpeg", echantillons.jpeg(), "jpeg"),
        ("page.png", echantillons.png(), "png"),
    ],
)
def test_ce_qui_est_pris(nom, contenu, genre):
    examine = examiner(nom, contenu)
    # The PDF of the sample has nothing on its page.
    assert (examine.genre, examine.avertissements) == (genre, ("vide",) * (genre == "pdf"))
    assert examine.contenu and isinstance(examine, Examine)


@pytest.mark.parametrize("cas", MAUVAIS)
def test_ce_qui_est_refuse(cas):
    """Each refusal has its code, and a sentence that says how to mend it."""
    nom, faire, code = MAUVAIS[cas]
    with pytest.raises(Refus) as refus:
        examiner(nom, faire())
    assert refus.value.code == code
    assert refus.value.message == MESSAGES[code]


@pytest.mark.parametrize("cas", BOMBES)
def test_une_bombe_ne_fait_pas_attendre(cas):
    """Answered under ten seconds, and the process that asked has not grown."""
    nom, faire = BOMBES[cas]
    contenu = faire()
    avant, debut = _memoire(), time.monotonic()
    with pytest.raises(Refus):
        examiner(nom, contenu)
    assert time.monotonic() - debut < 10
    assert _memoire() - avant < 64_000_000
    assert examiner("après.pdf", echantillons.pdf()).genre == "pdf"


def _memoire() -> int:
    """Resident memory of this process, in bytes."""
    with open("/proc/self/statm", encoding="ascii") as fichier:
        return int(fichier.read().split()[1]) * resource.getpagesize()


@pytest.mark.parametrize(
    ("nom", "faire"),
    [
        ("a.jpg", echantillons.jpeg_bavard),
        ("a.png", echantillons.png_bavard),
        ("a.pdf", echantillons.pdf_bavard),
    ],
)
def test_metadonnees_retirees(nom, faire):
    """Who took the picture, where, with what, does not come through."""
    contenu = faire(MOT)
    assert MOT.encode() in contenu
    assert MOT.encode() not in examiner(nom, contenu).contenu


def test_image_redressee():
    """A photograph taken upside down is stored upright: its orientation was in the metadata."""
    image = Image.new("RGB", (1200, 900), "black")
    image.paste("white", (0, 0, 1200, 450))
    exif = Image.Exif()
    exif[0x0112] = 3
    sortie = io.BytesIO()
    image.save(sortie, "JPEG", exif=exif)
    droite = Image.open(io.BytesIO(examiner("a.jpg", sortie.getvalue()).contenu))
    assert droite.getpixel((600, 100))[0] < 20 and droite.getpixel((600, 800))[0] > 235


@pytest.mark.parametrize(
    ("nom", "contenu"),
    [
        ("a.jpg", echantillons.jpeg() + echantillons.DOCM),
        ("a.png", echantillons.png() + echantillons.DOCM),
        ("a.pdf", echantillons.pdf() + echantillons.DOCM),
        ("a.jpg", echantillons.jpeg(comment=echantillons.DOCM)),
        ("a.png", echantillons.png() + echantillons.pdf(texte=b"PK\x03\x04")),
    ],
)
def test_polyglotte(nom, contenu):
    """A file that is also another one is stored as one only."""
    assert b"PK\x03\x04" not in examiner(nom, contenu).contenu


def test_le_pdf_garde_ce_qu_il_dit():
    """Cleaning a PDF does not touch what its pages show."""
    examine = examiner("a.pdf", echantillons.pdf(texte=b"Avis de situation"))
    with pikepdf.open(io.BytesIO(examine.contenu)) as document:
        assert b"Avis de situation" in document.pages[0].Contents.read_bytes()


def test_revision_ancienne_perdue():
    """What an older revision of a PDF said, and was hidden by a newer one, does not come through."""
    ancien = echantillons.pdf(texte=MOT.encode(), compress_streams=False)
    assert MOT.encode() in ancien
    with pikepdf.open(io.BytesIO(ancien)) as document:
        numero = document.pages[0].Contents.objgen[0]
    depart = len(ancien)
    nouveau = ancien + b"\n%d 0 obj\n<</Length 5>>stream\nBT ET\nendstream\nendobj\n" % numero
    table = len(nouveau)
    precedent = ancien.rpartition(b"startxref\n")[2].split()[0]
    nouveau += (
        b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size 50/Root 1 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF"
        % (
            numero,
            depart + 1,
            precedent,
            table,
        )
    )
    assert MOT.encode() not in examiner("a.pdf", nouveau).contenu


DIFFICILES = pytest.mark.parametrize(
    ("contenu", "attendu"),
    [
        (echantillons.jpeg((400, 300)), ("petite",)),
        (echantillons.jpeg_de("#101010", "#303030"), ("sombre",)),
        (echantillons.jpeg_de("#ffffff", "#e0e0e0"), ("claire",)),
        (echantillons.jpeg(couleur="#101010"), ("vide",)),
        (echantillons.png(couleur="#ffffff"), ("vide",)),
    ],
)


@DIFFICILES
def test_juger(contenu, attendu):
    """D-06: size and light, as the process that examines judges them."""
    assert juger(Image.open(io.BytesIO(contenu))) == list(attendu)


def test_juger_une_bonne_image():
    """D-06: nothing is said of a good one."""
    assert juger(Image.new("RGB", PETITE, (SOMBRE, SOMBRE, SOMBRE))) == []
    assert juger(Image.new("RGB", PETITE[::-1], (CLAIRE, CLAIRE, CLAIRE))) == []
    for taille in ((PETITE[0] - 1, PETITE[1]), (PETITE[0], PETITE[1] - 1)):
        assert juger(Image.new("RGB", taille, (128, 128, 128))) == ["petite"]


@DIFFICILES
def test_image_difficile_a_lire(contenu, attendu):
    """D-06: legibility is told, never blocks."""
    nom = "a.png" if contenu.startswith(b"\x89") else "a.jpg"
    assert examiner(nom, contenu).avertissements == attendu


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Ada\\avis.PDF", "avis.pdf"),
        ("a" * 300 + ".pdf", "a" * 115 + ".pdf"),
        ("fac\u202efdp.exe.pdf", "fac fdp.exe.pdf"),
        ("nul\x00octet\r\nX-En-tete: 1.pdf", "nul octet X-En-tete_ 1.pdf"),
        ("é\u0301té.pdf".replace("é\u0301", "e\u0301"), "été.pdf"),
        (".pdf", "document.pdf"),
        ("   .pdf", "document.pdf"),
        ("رسالة.pdf", "رسالة.pdf"),
    ],
)
def test_nom_sur(nom, attendu):
    assert nom_sur(nom, "pdf") == attendu


def test_enfant_fige(monkeypatch, tmp_path):
    """A child that reads and never answers is killed in time; nothing of it stays."""
    programme = tmp_path / "fige.py"
    programme.write_text("import sys, time\nsys.stdin.buffer.read()\ntime.sleep(600)\n", encoding="utf-8")
    monkeypatch.setattr(controle, "PROGRAMME", str(programme))
    monkeypatch.setattr(controle, "EXAMEN_SECONDES", 1)
    debut = time.monotonic()
    with pytest.raises(Refus) as refus:
        examiner("a.pdf", echantillons.pdf())
    assert refus.value.code == "trop-complexe" and time.monotonic() - debut < 5
    assert not _enfants(str(programme))


def test_enfant_bavard(monkeypatch, tmp_path):
    """A child that answers without end fills no memory."""
    programme = tmp_path / "bavard.py"
    programme.write_text("import sys\nwhile True: sys.stdout.buffer.write(b'a' * 65536)\n", encoding="utf-8")
    monkeypatch.setattr(controle, "PROGRAMME", str(programme))
    with pytest.raises(Refus) as refus:
        examiner("a.pdf", echantillons.pdf())
    assert refus.value.code == "trop-lourd"
    assert not _enfants(str(programme))


def _enfants(programme: str) -> str:
    return subprocess.run(["pgrep", "-f", programme], capture_output=True, text=True, check=False).stdout
