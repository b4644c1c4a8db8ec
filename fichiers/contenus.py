"""What the contents of a PDF hold without showing it: layers that are switched off, comments, other words for a text.

A layer that is off is refused: what it would show cannot be told from what the page shows. The others are all on, and
are layers no more. What is drawn off the page or under a picture stays: the words that a scanner recognised are there.
"""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from fichiers.verdict import Refuse

Name = pikepdf.Name
# A content without any of these has no words but those it draws; « # » writes a letter of a name otherwise.
# Nor has one whose marks say only their number.
_APARTES = re.compile(rb"%|ActualText|#|<<(?!\s*/MCID\s+\d+\s*>>)")
_DITES = {"/MCID", "/Lang", "/Alt", "/E", "/OC"}
_MARQUES = ("BDC", "DP")


def refuser_les_masques(pdf: pikepdf.Pdf) -> None:
    """Raise Refuse when a layer is off on the screen, by itself or where another is on."""
    vide = pikepdf.Dictionary()
    calques: Any = pdf.Root.get("/OCProperties", vide)
    etat = calques.get("/D", vide)
    allumes = (
        {un.objgen for un in etat.get("/ON", [])} if etat.get("/BaseState", Name.ON) != Name.ON else None
    )
    eteint = allumes is not None and any(un.objgen not in allumes for un in calques.get("/OCGs", []))
    if eteint or len(etat.get("/OFF", [])):
        raise Refuse("calques")


def oter_le_nom(objet: Any) -> None:
    """Leave of a layer that it is one: without their list, all are on. Raise Refuse when it says itself that it is off."""
    if objet.get("/Type") not in (Name.OCG, Name.OCMD):
        return
    vue = objet.get("/Usage", pikepdf.Dictionary()).get("/View", pikepdf.Dictionary())
    si_eteint = objet.get("/P") in (Name.AllOff, Name.AnyOff)
    if vue.get("/ViewState") == Name.OFF or "/VE" in objet or si_eteint:
        raise Refuse("calques")
    for cle in set(objet.keys()) - {"/Type"}:
        del objet[cle]
    if objet.Type == Name.OCG:
        objet.Name = ""


def contenus(objet: Any) -> Iterator[Any]:
    """The streams that draw, of one object: a form, a pattern, the letters of a font that are drawings."""
    if isinstance(objet, pikepdf.Stream):
        if objet.get("/Subtype") == Name.Form or objet.get("/PatternType") == 1:
            yield objet
    elif objet.get("/Subtype") == Name.Type3:
        lettres: Any = objet.get("/CharProcs", pikepdf.Dictionary())
        yield from (un for _, un in lettres.items() if isinstance(un, pikepdf.Stream))


def oter_les_apartes(pdf: pikepdf.Pdf, dessins: list[Any]) -> None:
    """Write again the contents that have comments, or other words for what they draw. Raise Refuse."""
    for page in pdf.pages:
        if isinstance(page.obj.get("/Contents"), pikepdf.Array):
            page.contents_coalesce()
        if "/Contents" in page.obj:
            dessins.append(page.Contents)
    for dessin in dessins:
        if _APARTES.search(dessin.read_bytes()):
            dessin.write(pikepdf.unparse_content_stream(_gestes(dessin)))


def _gestes(dessin: Any) -> list[Any]:
    try:
        gestes: list[Any] = list(pikepdf.parse_content_stream(dessin))
    except (pikepdf.PdfError, pikepdf.PdfParsingError) as erreur:
        raise Refuse("abime") from erreur
    for un in gestes:
        mots = un.operands[-1] if str(un.operator) in _MARQUES and len(un.operands) else None
        if isinstance(mots, pikepdf.Dictionary):
            for cle in set(mots.keys()) - _DITES:
                del mots[cle]
    return gestes
