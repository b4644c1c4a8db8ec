"""Which letters this machine can draw on a PDF: a name whose letters no font has is written in Latin letters."""

import ctypes
import functools
import re

from socle.alphabets import en_latin

# Words of other alphabets, with the blanks between them.
_MOTS = r"[^\x00-\u024f\u1e00-\u1eff\u2000-\u2bff\s]+"
_AUTRES = re.compile(rf"{_MOTS}(?:\s+{_MOTS})*")
_MOT = re.compile(r"\S+")
_ENTRE_BALISES = re.compile(r">[^<]+<")
TRANSCRIT = " (en lettres latines)"


def sans_carres(html: str) -> str:
    """Return a page where a name that would be drawn as boxes is transcribed, and said to be."""
    if html.isascii():
        return html
    return _ENTRE_BALISES.sub(lambda vu: _AUTRES.sub(_transcrire, vu[0]), html)


def _transcrire(vu: re.Match[str]) -> str:
    """Only the words that have no font are written otherwise; their code says how they are kept."""
    perdus = [mot for mot in _MOT.findall(vu[0]) if not all(map(dessinable, filter(str.isalpha, mot)))]
    if not perdus:
        return vu[0]
    codes = " ".join(f"U+{ord(signe):04X}" for mot in perdus for signe in mot)
    ecrit = (
        en_latin(vu[0])
        if len(perdus) == len(vu[0].split())
        else _MOT.sub(lambda mot: en_latin(mot[0]) if mot[0] in perdus else mot[0], vu[0])
    )
    return f"{ecrit}{TRANSCRIT} [{codes}]"


class _Polices(ctypes.Structure):
    """A list of fonts, as fontconfig answers one."""

    _fields_ = (("nombre", ctypes.c_int), ("taille", ctypes.c_int), ("liste", ctypes.c_void_p))


@functools.cache
def dessinable(signe: str) -> bool:
    """Whether a font of this machine has this letter; true where fontconfig cannot say."""
    try:
        fontconfig = _fontconfig()
    except (OSError, AttributeError):
        return True
    signes, modele = fontconfig.FcCharSetCreate(), fontconfig.FcPatternCreate()
    objets = fontconfig.FcObjectSetCreate()
    fontconfig.FcCharSetAddChar(signes, ord(signe))
    fontconfig.FcPatternAddCharSet(modele, b"charset", signes)
    trouvees = fontconfig.FcFontList(None, modele, objets)
    nombre = int(trouvees.contents.nombre)
    fontconfig.FcFontSetDestroy(trouvees)
    fontconfig.FcObjectSetDestroy(objets)
    fontconfig.FcPatternDestroy(modele)
    fontconfig.FcCharSetDestroy(signes)
    return nombre > 0


@functools.cache
def _fontconfig() -> ctypes.CDLL:
    """The library that the PDFs are drawn with. Raise OSError, AttributeError."""
    bibliotheque = ctypes.CDLL("libfontconfig.so.1")
    pointeur = ctypes.c_void_p
    for nom, rend, prend in (
        ("FcCharSetCreate", pointeur, ()),
        ("FcPatternCreate", pointeur, ()),
        ("FcObjectSetCreate", pointeur, ()),
        ("FcCharSetAddChar", ctypes.c_int, (pointeur, ctypes.c_uint32)),
        ("FcPatternAddCharSet", ctypes.c_int, (pointeur, ctypes.c_char_p, pointeur)),
        ("FcFontList", ctypes.POINTER(_Polices), (pointeur, pointeur, pointeur)),
        ("FcFontSetDestroy", None, (ctypes.POINTER(_Polices),)),
        ("FcObjectSetDestroy", None, (pointeur,)),
        ("FcPatternDestroy", None, (pointeur,)),
        ("FcCharSetDestroy", None, (pointeur,)),
    ):
        fonction = getattr(bibliotheque, nom)
        fonction.restype, fonction.argtypes = rend, prend
    return bibliotheque
