"""What a reader draws by itself on the pages of a PDF: the answers of a form, marks, notes.

qpdf draws simple answers. Where a part of an answer or a mark would be lost, the file is refused: nothing that was
seen goes without a word.
"""

import codecs
from collections.abc import Iterator
from typing import Any

import pikepdf

from fichiers.verdict import Refuse

_CACHEE = 2 | 32  # hidden; not viewed
_BOUTON_SIMPLE = 1 << 16
_COMBO = 1 << 17
# Several lines, password, rich text, one letter a box: qpdf draws none of them.
_NON_DESSINES = 1 << 12 | 1 << 13 | 1 << 24 | 1 << 25
_ECRIRE = {"Tj", "TJ", "'", '"', "Do", "INLINE IMAGE"}
_PEINDRE = {"f", "F", "f*", "S", "s", "B", "B*", "b", "b*"}
# A ground and a border in relief; a bar code, or letters in outline, paint more.
_CADRE = 4
# Looked up now: the cage opens no file.
_ENCODAGES = {
    "/WinAnsiEncoding": codecs.lookup("cp1252"),
    "/MacRomanEncoding": codecs.lookup("mac_roman"),
}
_A_DEFAUT = codecs.lookup("ascii")
_ANCETRES_MAX = 30
MARQUES = {
    *(
        "/FreeText",
        "/Line",
        "/Square",
        "/Circle",
        "/Polygon",
        "/PolyLine",
        "/Ink",
        "/Stamp",
        "/Caret",
        "/Redact",
    ),
    *("/Highlight", "/Underline", "/Squiggly", "/StrikeOut"),
}
# The text of these opens beside the page.
_NOTES = MARQUES - {"/FreeText"} | {"/Text"}


def annotations(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """The annotations of every page that a reader shows."""
    for page in pdf.pages:
        liste: Any = page.obj.get("/Annots", [])
        for une in liste:
            if isinstance(une, pikepdf.Dictionary) and not int(une.get("/F", 0)) & _CACHEE and _etendue(une):
                yield une


def _etendue(annotation: pikepdf.Object) -> bool:
    cotes = [float(un) for un in annotation.get("/Rect", [])]
    return len(cotes) == 4 and cotes[0] != cotes[2] and cotes[1] != cotes[3]


def notes(pdf: pikepdf.Pdf) -> bool:
    """Whether notes are attached, whose text no page shows."""
    return any(
        str(une.get("/Subtype")) in _NOTES and str(une.get("/Contents", "")).strip()
        for une in annotations(pdf)
    )


def dessiner(pdf: pikepdf.Pdf) -> None:
    """Have qpdf draw the answers that a reader would. Raise Refuse when it cannot, or for a mark without drawing."""
    formulaire = pdf.Root.get("/AcroForm")
    tous = formulaire is not None and bool(formulaire.get("/NeedAppearances", False))
    if formulaire is not None:
        # qpdf leaves the field of a signature that has none of the others' appearances.
        pdf.generate_appearance_streams()
    # Taken once: it goes through the whole document to link fields and annotations.
    champs = pdf.acroform
    for une in annotations(pdf):
        sorte = str(une.get("/Subtype"))
        if "/F" in une and sorte in MARQUES | {"/Widget"}:
            # « Invisible » is said of kinds that readers do not know: those are shown, and qpdf would drop them.
            une.F = int(une.F) & ~1
        if sorte == "/Widget":
            _verifier_reponse(champs, une, tous)
        elif sorte in MARQUES and _dessin(une) is None and not (sorte == "/FreeText" and _muette(une)):
            raise Refuse("marques")


def _muette(annotation: pikepdf.Object) -> bool:
    return not any(_texte(annotation.get(cle)).strip() for cle in ("/Contents", "/RC"))


def _dessin(annotation: pikepdf.Object) -> Any:
    """The stream that draws an annotation in its state, or None."""
    dessin = annotation.get("/AP", pikepdf.Dictionary()).get("/N")
    if isinstance(dessin, pikepdf.Dictionary):
        dessin = dessin.get(str(annotation.get("/AS", "/Off")))
    return dessin if isinstance(dessin, pikepdf.Stream) else None


def _herite(champ: Any, cle: str) -> Any:
    for _ in range(_ANCETRES_MAX):
        if cle in champ or "/Parent" not in champ:
            break
        champ = champ.Parent
    return champ.get(cle)


def _texte(valeur: Any) -> str:
    if isinstance(valeur, pikepdf.Stream):
        return valeur.read_bytes().decode("utf-8", "replace")
    if isinstance(valeur, pikepdf.Array):
        return "\n".join(_texte(une) for une in valeur)
    return "" if valeur is None else str(valeur)


def _verifier_reponse(champs: Any, champ: Any, tous: bool) -> None:
    """Refuse an answer whose drawing does not show it all; `tous`: qpdf has just drawn those that are written."""
    genre, attributs = _herite(champ, "/FT"), int(_herite(champ, "/Ff") or 0)
    reponse = _texte(_herite(champ, "/V"))
    if not reponse.strip():
        return
    if genre == pikepdf.Name.Btn and not attributs & _BOUTON_SIMPLE:
        _verifier_case(champ, reponse.lstrip("/"))
    if genre not in (pikepdf.Name.Tx, pikepdf.Name.Ch):
        return
    annotation = pikepdf.Annotation(champ)
    officiel = champs.get_field_for_annotation(annotation)
    if _dessin(champ) is None and champs.exists:
        tous = True
        officiel.generate_appearance(annotation)
    dessin = _dessin(champ)
    if dessin is None:
        raise Refuse("reponses")
    if not tous:
        # Drawn by who filled the form in, unless it is no more than a frame: that was made before the answer.
        if not _montre(dessin):
            raise Refuse("reponses")
    elif (
        attributs & _NON_DESSINES
        or (genre == pikepdf.Name.Ch and not attributs & _COMBO)
        or not _fidele(dessin, officiel.default_resources, _libelle(champ, reponse))
    ):
        raise Refuse("reponses")


def _montre(dessin: Any) -> bool:
    gestes = [str(un.operator) for un in pikepdf.parse_content_stream(dessin)]
    return not _ECRIRE.isdisjoint(gestes) or sum(un in _PEINDRE for un in gestes) > _CADRE


def _libelle(champ: Any, reponse: str) -> str:
    """What a list shows for an answer that it keeps as a code."""
    for choix in _herite(champ, "/Opt") or []:
        if isinstance(choix, pikepdf.Array) and str(choix[0]) == reponse:
            return str(choix[1])
    return reponse


def _verifier_case(champ: Any, reponse: str) -> None:
    """Refuse a box that is ticked and not drawn so."""
    etats = champ.get("/AP", pikepdf.Dictionary()).get("/N")
    etat = str(champ.get("/AS", "/Off")).lstrip("/")
    if reponse == "Off" or isinstance(etats, pikepdf.Stream):
        return
    if etats is None or (etat != reponse and f"/{reponse}" in etats):
        raise Refuse("reponses")
    if etat != "Off" and _dessin(champ) is None:
        raise Refuse("reponses")


def _fidele(dessin: Any, communes: Any, reponse: str) -> bool:
    """Whether a drawing made by qpdf shows the answer: its letters, in a font that has them, within its frame."""
    ecrit, nom, taille = b"", "", 0.0
    for un in pikepdf.parse_content_stream(dessin):
        if str(un.operator) == "Tf":
            nom, taille = str(un.operands[0]), float(un.operands[1])
        elif str(un.operator) == "Tj":
            ecrit += bytes(un.operands[0])
    police = _police(nom, dessin.get("/Resources"), communes)
    if police is None:
        return False
    gauche, bas, droite, haut = (float(un) for un in dessin.BBox)
    encodage = _ENCODAGES.get(str(police.get("/Encoding")), _A_DEFAUT)
    return (
        reponse.isprintable()
        and encodage.decode(ecrit, "replace")[0] == reponse
        and _largeur(reponse) * taille <= droite - gauche
        and taille <= (haut - bas) * 1.2
    )


def _police(nom: str, *ressources: Any) -> Any:
    """The font of that name, if any letter may be asked of it."""
    for une in ressources:
        police = une.get("/Font", {}).get(nom) if une is not None else None
        if police is not None:
            entiere = str(police.get("/Subtype")) in ("/Type1", "/TrueType")
            return police if entiere and "+" not in str(police.get("/BaseFont")) else None
    return None


def _largeur(reponse: str) -> float:
    """At most so wide, for a letter one point high."""
    return sum(1 if lettre in "MWmw@%" else 0.8 if lettre.isupper() else 0.6 for lettre in reponse)
