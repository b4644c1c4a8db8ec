"""The fonts of a PDF, inside the child process: read, and written again with what draws letters.

Names, licences, hints, unknown tables, what stands between two letters stay behind. A font that cannot be read is no
font: a reader would show other letters in its place. The table that says which letter is which is written anew too.
"""

import io
import re
import struct
from contextlib import suppress

import fontTools.agl
import fontTools.encodings.StandardEncoding  # noqa: F401 (both looked up late by what is below)
from fontTools.cffLib import CFFFontSet
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.eexec import decrypt
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, TTLibError

# What draws letters, and what only finds them: a broken one is left.
_DESSIN = ("head", "hhea", "maxp", "hmtx", "loca", "glyf", "CFF ")
_RECHERCHE = ("cmap", "post", "OS/2", "vhea", "vmtx")
_SFNT = (b"\0\1\0\0", b"true", b"OTTO")
_FAUSSES = (TTLibError, AssertionError, struct.error, LookupError, TypeError, AttributeError, ArithmeticError)
_SECTION = re.compile(
    rb"(\d+)\s+begin((?:codespace|bf|cid|notdef)(?:char|range))\b(.*?)\bend\2\b|(/[\w-]{1,60})\s+usecmap|/WMode\s+([01])\s+def",
    re.DOTALL,
)
_LIEU = re.compile(rb"<[0-9A-Fa-f\s]*>|\d+|[][]|/[\w.]{1,60}")
_CMAP = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def /CMapName /C def /CMapType 2 def\n%s\n"
    b"endcmap CMapName currentdict /CMap defineresource pop end end\n"
)
# None stands in the head of a font, which is a program in letters.
_BINAIRE = re.compile(rb"[\0-\x08\x0e-\x1f]")
_EEXEC_CLE = 55665


def se_preparer() -> None:
    """Write a font of either form, and read it: the library loads its tables one by one."""
    for vrai in (True, False):
        neuve = FontBuilder(unitsPerEm=1000, isTTF=vrai)
        neuve.setupGlyphOrder([".notdef", "a"])
        neuve.setupCharacterMap({97: "a"})
        if vrai:
            neuve.setupGlyf(dict.fromkeys((".notdef", "a"), TTGlyphPen(None).glyph()))
        else:
            trait = T2CharStringPen(500, None).getCharString()
            neuve.setupCFF("A", {}, {".notdef": trait, "a": trait}, {})
        neuve.setupHorizontalMetrics(dict.fromkeys((".notdef", "a"), (500, 0)))
        neuve.setupHorizontalHeader()
        neuve.setupOS2()
        neuve.setupPost()
        sortie = io.BytesIO()
        neuve.save(sortie)
        lettrage(sortie.getvalue())
    with suppress(*_FAUSSES, ValueError):
        lettrage(b"\x01\0\x04\x01")


def lettrage(contenu: bytes) -> bytes:
    """Return the file of a font, of any form. Raise ValueError."""
    try:
        if contenu[:4] in _SFNT:
            return _tables(contenu)
        return _type_1(contenu) if contenu[:2] == b"%!" else _cff(contenu)
    except _FAUSSES as erreur:
        raise ValueError("police") from erreur


def cmap(contenu: bytes) -> bytes:
    """Return a table of letters with its numbers alone."""
    return _CMAP % b"\n".join(map(_section, _SECTION.finditer(contenu)))


def _section(trouve: re.Match[bytes]) -> bytes:
    nombre, sorte, lieux, base, sens = trouve.groups()
    if sorte:
        return b"%s begin%s\n%s\nend%s" % (nombre, sorte, b" ".join(_LIEU.findall(lieux)), sorte)
    return base + b" usecmap" if base else b"/WMode %s def" % sens


def _tables(contenu: bytes) -> bytes:
    police = TTFont(io.BytesIO(contenu), recalcBBoxes=False, recalcTimestamp=False)
    for nom in set(police.keys()) - {*_DESSIN, *_RECHERCHE, "GlyphOrder"}:
        del police[nom]
    for nom in _RECHERCHE:
        if nom in police:
            try:
                police[nom]
            except _FAUSSES:
                del police[nom]
    for nom in _DESSIN:
        if nom in police:
            police[nom]
    if "glyf" in police:
        lettres = police["glyf"]
        for lettre in lettres.glyphs.values():
            lettre.expand(lettres)
            lettre.removeHinting()
    if "CFF " in police:
        _nettoyer(police["CFF "].cff)
    sortie = io.BytesIO()
    police.save(sortie, reorderTables=None)
    return sortie.getvalue()


def _cff(contenu: bytes) -> bytes:
    police = CFFFontSet()
    police.decompile(io.BytesIO(contenu), None)
    _nettoyer(police)
    sortie = io.BytesIO()
    police.compile(sortie, None)
    return sortie.getvalue()


def _nettoyer(police: CFFFontSet) -> None:
    """Read each letter, and leave what a font says of itself."""
    for tete in police:
        for cle in (
            "version",
            "Notice",
            "Copyright",
            "FullName",
            "FamilyName",
            "Weight",
            "PostScript",
            "XUID",
        ):
            tete.rawDict.pop(cle, None)
            tete.__dict__.pop(cle, None)
        lettres = tete.CharStrings
        for nom in lettres.keys():  # noqa: SIM118 (no mapping)
            lettres[nom].decompile()


def _type_1(contenu: bytes) -> bytes:
    """The head in letters, the part that draws, and the end that every font has."""
    tete, debut, suite = contenu.partition(b"eexec")
    chiffre = suite.lstrip(b" \t\r\n")
    if re.fullmatch(rb"[0-9A-Fa-f\s]{8}", chiffre[:8]):
        hexa = re.sub(rb"\s", b"", chiffre)
        chiffre = bytes.fromhex(re.findall(rb"(?:[0-9A-Fa-f]{2})*", hexa)[0].decode())
    clair, _ = decrypt(chiffre, _EEXEC_CLE)
    fin = clair.find(b"closefile")
    if not debut or fin < 0 or b"/CharStrings" not in clair or _BINAIRE.search(tete):
        raise ValueError("police")
    return tete + b"eexec\n" + chiffre[: fin + 10] + b"\n" + (b"0" * 64 + b"\n") * 8 + b"cleartomark\n"
