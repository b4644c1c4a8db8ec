"""The keys of a PDF, inside the child process: by kind of dictionary, the listed ones are kept, all others go.

What stands under a key that no page needs is nobody's to see: a stream, a string, whatever its name. Strings are kept
where one is needed, within a size. A profile of colours becomes the plain colours that it refines.
"""

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Name
from pikepdf import Object as Objet

from fichiers.contenus import oter_le_nom
from fichiers.verdict import Refuse

OBJETS_MAX = 100_000
PROFONDEUR_MAX = 60
NOM_MAX = 127
# Where a string may stand, and its bytes: a language, an identifier; words for a picture; the colours of a palette.
TEXTES = {"court": 64, "mots": 2000, "palette": 1024}
_COULEURS = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}
# Read to decode a stream, then written anew (`flux.py`).
_CODAGE = {"/Filter", "/DecodeParms", "/Length"}


def _cles(simples: str, **composees: str) -> dict[str, tuple[str, ...]]:
    """Keys of numbers and names, then those of something else: of which kinds."""
    return {f"/{une}": () for une in simples.split()} | {
        f"/{k}": tuple(v.split()) for k, v in composees.items()
    }


DICTIONNAIRES = {
    "catalogue": _cles(
        "Type Version", Pages="page", Lang="court", MarkInfo="marques", StructTreeRoot="balise"
    ),
    "marques": _cles("Marked Suspects"),
    "page": _cles(
        "Type Count MediaBox CropBox Rotate UserUnit StructParents",
        **{
            "Kids": "page",
            "Parent": "page",
            "Resources": "ressources",
            "Contents": "dessin",
            "Group": "groupe",
        },
    ),
    "groupe": _cles("Type S I K", CS="couleur"),
    "ressources": _cles(
        "ProcSet",
        ExtGState="etats",
        ColorSpace="couleurs",
        Pattern="motifs",
        Shading="nuances",
        XObject="images",
        Font="polices",
        Properties="proprietes",
    ),
    "etat": _cles(
        "Type LW LC LJ ML D RI OP op OPM FL SM SA BM CA ca AIS TK",
        **dict.fromkeys(("BG", "BG2", "UCR", "UCR2", "TR", "TR2"), "fonction"),
        Font="police",
        SMask="masque",
    ),
    "masque": _cles("Type S BC", G="image", TR="fonction"),
    "calibre": _cles("WhitePoint BlackPoint Gamma Matrix Range"),
    "police": _cles(
        "Type Subtype BaseFont FirstChar LastChar Widths DW W DW2 W2 FontBBox FontMatrix",
        FontDescriptor="descripteur",
        Encoding="encodage cmap",
        ToUnicode="cmap",
        DescendantFonts="police",
        CIDSystemInfo="systeme",
        CIDToGIDMap="rangs",
        CharProcs="lettres",
        Resources="ressources",
    ),
    "descripteur": _cles(
        "Type FontName FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent Leading CapHeight XHeight"
        " StemV StemH AvgWidth MaxWidth MissingWidth",
        **dict.fromkeys(("FontFile", "FontFile2", "FontFile3"), "lettrage"),
    ),
    "encodage": _cles("Type BaseEncoding Differences"),
    "systeme": _cles("Supplement", Registry="court", Ordering="court"),
    # A layer has lost its name by then; a reader wants it one.
    "propriete": _cles("Type MCID", Lang="court", Name="court"),
    # The tree of tags, its root, its leaves.
    "balise": _cles(
        "Type S R C MCID ParentTreeNextKey",
        K="balise",
        P="balise",
        Pg="page",
        A="attributs",
        ParentTree="rangees",
        IDTree="rangees",
        RoleMap="roles",
        ID="court",
        Lang="court",
        Alt="mots",
        E="mots",
    ),
    "rangees": _cles("", Nums="balise", Names="balise court", Kids="rangees", Limits="court"),
    "attributs": _cles("O Scope RowSpan ColSpan ListNumbering Placement BBox Width Height", Headers="court"),
}
FLUX = {
    "dessin": {},
    "pixels": _cles(
        "Type Subtype Width Height BitsPerComponent ImageMask Interpolate Decode Intent SMaskInData Matte StructParent",
        ColorSpace="couleur",
        Mask="image",
        SMask="image",
    ),
    "forme": _cles(
        "Type Subtype FormType BBox Matrix StructParent StructParents", Resources="ressources", Group="groupe"
    ),
    "palette": {},
    "lettrage": _cles("Subtype Length1 Length2 Length3"),
    "cmap": _cles("Type CMapName WMode", CIDSystemInfo="systeme", UseCMap="cmap"),
    "rangs": {},
}
# A dictionary or a stream.
DEUX = {
    "fonction": _cles(
        "FunctionType Domain Range C0 C1 N Bounds Encode Size BitsPerSample Order Decode",
        Functions="fonction",
    ),
    "motif": _cles(
        "Type PatternType PaintType TilingType BBox XStep YStep Matrix",
        Resources="ressources",
        Shading="nuance",
        ExtGState="etat",
    ),
    "nuance": _cles(
        "ShadingType Background BBox AntiAlias Domain Matrix Coords Extend BitsPerCoordinate BitsPerComponent"
        " BitsPerFlag Decode VerticesPerRow",
        ColorSpace="couleur",
        Function="fonction",
    ),
}
# Whose keys are names that the document gives: what each is.
NOMMES = {
    "etats": "etat",
    "couleurs": "couleur",
    "motifs": "motif",
    "nuances": "nuance",
    "images": "image",
    "polices": "police",
    "proprietes": "propriete",
    "lettres": "dessin",
    "roles": "",
}


def tenir(racine: Objet) -> Iterator[tuple[Objet, str]]:
    """Every dictionary and stream that the document still reaches, and its kind; what is not listed goes. Raise Refuse."""
    a_voir: list[tuple[Objet, tuple[str, ...], int]] = [(racine, ("catalogue",), 0)]
    vus: set[tuple[object, ...]] = set()
    nombre = 0
    while a_voir:
        courant, genres, profondeur = a_voir.pop()
        nombre += 1
        if nombre > OBJETS_MAX * 2 or profondeur > PROFONDEUR_MAX:
            raise Refuse("trop-complexe")
        if courant.is_indirect:
            if (courant.objgen, genres) in vus:
                continue
            vus.add((courant.objgen, genres))
        enfants: list[tuple[int | str, Objet, tuple[str, ...]]]
        if isinstance(courant, pikepdf.Array):
            enfants = [(rang, un, genres) for rang, un in enumerate(list(courant))]
        else:
            [genre] = genres
            _verifier(courant)
            enfants = list(_attendus(courant, genre))
            yield courant, genre
        for cle, un, attendus in enfants:
            neuf, sortes = _garder(un, attendus)
            if neuf is not un:
                courant[cle] = neuf
            if sortes is not None:
                a_voir.append((neuf, sortes, 0 if neuf.is_indirect else profondeur + 1))


def _attendus(objet: Objet, genre: str) -> Iterator[tuple[str, Objet, tuple[str, ...]]]:
    """What one holds, and of which kinds it may be; the rest is taken away."""
    en_flux = isinstance(objet, pikepdf.Stream)
    cles = FLUX.get(genre) or DICTIONNAIRES.get(genre) or DEUX.get(genre) or {}
    for cle in list(objet.keys()):
        if (
            genre in NOMMES
            and len(cle) <= NOM_MAX
            and cle not in ("/DefaultGray", "/DefaultRGB", "/DefaultCMYK")
        ):
            yield cle, objet[cle], (NOMMES[genre],)
        elif cle in cles:
            yield cle, objet[cle], cles[cle]
        elif not (en_flux and cle in _CODAGE):
            del objet[cle]


def _garder(un: Any, attendus: tuple[str, ...]) -> tuple[Any, tuple[str, ...] | None]:
    """What is left of a value, and of which kinds is what it holds: None when it holds nothing."""
    if isinstance(un, pikepdf.String):
        return (un if len(bytes(un)) <= max(TEXTES.get(une, 0) for une in (*attendus, "")) else None), None
    if isinstance(un, pikepdf.Name):
        return (un if len(str(un)) <= NOM_MAX else None), None
    if isinstance(un, pikepdf.Array):
        if "couleur" in attendus and len(un) > 1 and un[0] == Name.ICCBased:
            return _COULEURS[int(un[1].N)], None
        return un, ("couleur", "palette") if "couleur" in attendus else attendus
    if isinstance(un, pikepdf.Dictionary | pikepdf.Stream):
        genre = _genre(un, attendus)
        return (un, (genre,)) if genre else (None, None)
    return un, None


def _genre(un: Objet, attendus: tuple[str, ...]) -> str:
    """Of which kind a dictionary or a stream is, among those that may stand there; empty for none of them."""
    flux = isinstance(un, pikepdf.Stream)
    if "couleur" in attendus:
        attendus = ("fonction",) if "/FunctionType" in un else ("calibre", "palette")
    elif "image" in attendus:
        attendus = ("pixels" if un.get("/Subtype") == Name.Image else "forme",)
    connus = (FLUX, DEUX) if flux else (DICTIONNAIRES, NOMMES, DEUX)
    return next((un for un in attendus if any(un in connu for connu in connus)), "")


def _verifier(objet: Objet) -> None:
    """Raise Refuse for a program or a layer that is off; a layer loses its name."""
    oter_le_nom(objet)
    if isinstance(objet, pikepdf.Stream) and Name.PS in (objet.get("/Subtype"), objet.get("/Subtype2")):
        raise Refuse("scripts")
