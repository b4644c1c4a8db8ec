"""Workbooks of the tests, written by hand: what spreadsheets write, and what they should not."""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

_PAQUET = "http://schemas.openxmlformats.org/package/2006"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FEUILLE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def xlsx(lignes: Sequence[Sequence[Any]], *, etats: Sequence[str] = ("visible",), fusion: str = "") -> bytes:
    """Return a workbook whose sheets all hold these rows, one for each state; « =A1 »: a formula without a value."""
    rangees = "".join(f"<row>{''.join(map(_cellule, ligne))}</row>" for ligne in lignes)
    fusions = f'<mergeCells count="1"><mergeCell ref="{fusion}"/></mergeCells>' if fusion else ""
    feuille = f'<worksheet xmlns="{_FEUILLE}"><sheetData>{rangees}</sheetData>{fusions}</worksheet>'
    noms = range(1, len(etats) + 1)
    parties = {
        "[Content_Types].xml": f'<Types xmlns="{_PAQUET}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_FEUILLE}" xmlns:r="{_DOC}"><sheets>'
        + "".join(
            f'<sheet name="F{n}" sheetId="{n}" state="{etat}" r:id="r{n}"/>'
            for n, etat in zip(noms, etats, strict=True)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations([("worksheet", f"worksheets/sheet{n}.xml") for n in noms]),
        **{f"xl/worksheets/sheet{n}.xml": feuille for n in noms},
    }
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, texte in parties.items():
            archive.writestr(nom, f'<?xml version="1.0" encoding="UTF-8"?>{texte}')
    return tampon.getvalue()


def _relations(cibles: list[tuple[str, str]]) -> str:
    liens = "".join(
        f'<Relationship Id="r{n}" Type="{_DOC}/{genre}" Target="{cible}"/>'
        for n, (genre, cible) in enumerate(cibles, 1)
    )
    return f'<Relationships xmlns="{_PAQUET}/relationships">{liens}</Relationships>'


def _cellule(valeur: Any) -> str:
    if isinstance(valeur, int | float):
        return f"<c><v>{valeur}</v></c>"
    if isinstance(valeur, dt.date):
        return f'<c t="d"><v>{valeur.isoformat()}</v></c>'
    if valeur.startswith("=A"):
        return f"<c><f>{escape(valeur[1:])}</f></c>"
    return f'<c t="inlineStr"><is><t>{escape(valeur)}</t></is></c>'
