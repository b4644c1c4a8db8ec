"""A name whose letters no font of the machine has is read on a PDF all the same."""

import io

import pikepdf
import pypdfium2
import pytest
from PIL import ImageChops
from weasyprint import HTML

from socle import polices

BOITE = "\U000b0000"  # no letter: no font draws it
# A name of each alphabet, and its letters.
NOMS = {
    "Иванов": "Ivanov",
    "Παπαδόπουλος": "Papadopoylos",
    "Հակոբյան": "Hakobyan",
    "გიორგი": "giorgi",
    "李小龍": "LiXiaoLong",
    "김민수": "GimMinSu",
    "राज": "raj",
    "ሰላም": "selam",
    "ณัฐ": "nath",
    "العمراني": "l'mrny",
    "احمدی": "hmdy",
    "כהן": "khhn",
    "ܝܘܣܦ": "ywsp",
    "ⵎⵓⵃⵎⵎⴷ": "muhmmd",
    "குமார்": "kumar",
    "রহমান": "rhman",
    "ਸਿੰਘ": "simgh",
    "සිංහල": "simhl",
    "សុខ": "sokh",
    "ລາວ": "lav",
    "たなか": "tanaka",
}


def _document(nom: str) -> bytes:
    html = (
        f"<html lang='fr'><title>Nom</title><body style='font: 20pt DejaVu Sans'><p>Nom : {nom}.</p></html>"
    )
    sortie = HTML(string=polices.sans_carres(html)).write_pdf(pdf_variant="pdf/ua-1")
    assert isinstance(sortie, bytes)
    return sortie


def _lu(contenu: bytes) -> str:
    with pypdfium2.PdfDocument(contenu) as document:
        return document[0].get_textpage().get_text_range()


def _dessin(contenu: bytes):
    with pypdfium2.PdfDocument(contenu) as document:
        return document[0].render(scale=1).to_pil().convert("L")


@pytest.mark.parametrize("nom", NOMS)
def test_un_nom_d_un_autre_alphabet_se_lit(nom):
    """Its own letters where a font has them all; Latin ones, said so, where one is missing: never a box."""
    if all(map(polices.dessinable, filter(str.isalpha, nom))):
        assert nom in _lu(_document(nom)) and polices.TRANSCRIT not in _lu(_document(nom))
    else:
        assert f"{NOMS[nom]}{polices.TRANSCRIT}" in _lu(_document(nom)) and nom not in _lu(_document(nom))
    assert ImageChops.difference(_dessin(_document(nom)), _dessin(_document(BOITE * len(nom)))).getbbox()


@pytest.mark.parametrize("nom", NOMS)
def test_sans_police_tout_nom_est_transcrit(monkeypatch, nom):
    monkeypatch.setattr(polices, "dessinable", lambda signe: False)
    page = polices.sans_carres(f'<p title="{nom}">Mme {nom} née Müller – « {nom} {nom} » € Đặng</p>')
    assert page.count(nom) == 1 and f'title="{nom}"' in page
    assert page.count(polices.TRANSCRIT) == 2 and "Mme " + NOMS[nom] in page
    assert "née Müller – «" in page and "» € Đặng" in page


def test_seul_le_mot_sans_police_est_transcrit(monkeypatch):
    """A name of several scripts keeps those that can be drawn; the code says how the others are kept."""
    monkeypatch.setattr(polices, "dessinable", lambda signe: signe not in "王小")
    lu = polices.sans_carres("<p>عبد القادر 王 Иванов 小</p>")
    assert lu == f"<p>عبد القادر Wang Иванов Xiao{polices.TRANSCRIT} [U+738B U+5C0F]</p>"


def test_ce_que_dit_la_machine():
    assert polices.dessinable("é") and not polices.dessinable(BOITE)


def _formes(contenu: bytes) -> list[tuple[str, int]]:
    """Each shape that the page draws: its font, its number there."""
    formes, police = [], ""
    with pikepdf.open(io.BytesIO(contenu)) as document:
        page = document.pages[0]
        for instruction in pikepdf.parse_content_stream(page, "Tf Tj TJ"):
            if str(instruction.operator) == "Tf":
                police = str(page.Resources.Font[str(instruction.operands[0])].BaseFont).rpartition("+")[2]
                continue
            [ecrit] = instruction.operands
            for un in ecrit if isinstance(ecrit, pikepdf.Array) else [ecrit]:
                octets = bytes(un) if isinstance(un, pikepdf.String) else b""
                formes += [
                    (police, int.from_bytes(octets[rang : rang + 2], "big"))
                    for rang in range(0, len(octets), 2)
                ]
    return formes


def test_les_formes_dessinees_ne_sont_pas_des_boites(monkeypatch):
    """Looked at in the file: no shape of the page is the box that stands for a missing letter."""
    vues = _formes(_document(" ".join(NOMS)))
    monkeypatch.setattr(polices, "dessinable", lambda signe: True)
    [boite] = set(_formes(_document(BOITE))) - set(_formes(_document("")))
    assert boite not in vues
    manque = [nom for nom in NOMS if boite in _formes(_document(nom))]
    monkeypatch.undo()
    assert all(polices.TRANSCRIT in polices.sans_carres(f">{nom}<") for nom in manque)
