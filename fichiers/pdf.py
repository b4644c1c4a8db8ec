"""A PDF, inside the child process: read in full, and rebuilt from what its pages show.

What is kept is listed; all the rest goes: actions, scripts, links, files inside, metadata, form fields and signatures
(flattened: what they show stays), older revisions, what stands before the header and after the end, what a content
says beside what it draws (`contenus.py`). A stream is decoded within bounds and encoded again (`flux.py`). What a
screen reader needs stays: tags, language, words for a picture, and the title that a tagged document gives itself; that
of another only tells its maker's folders. A layer that is switched off is a reason to refuse.
"""

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pikepdf
import pypdfium2

from fichiers import polices
from fichiers.apparences import dessiner, notes
from fichiers.cles import OBJETS_MAX, tenir
from fichiers.contenus import contenus, oter_les_apartes, refuser_les_masques
from fichiers.flux import Reste, refaire
from fichiers.images import ILLISIBLE, intituler, unie
from fichiers.limites import AVANT_L_ENTETE, ENTETE_LOIN
from fichiers.verdict import Refuse

PAGES_MAX = 300
# Two metres, in typographic points: an A0 has its long side in 1.19 m.
COTE_MAX = 5670
TITRE_MAX = 200
# Of a document that shows nothing: how many of its pages are looked at, their long side in points.
VUES_MAX, VUE_POINTS = 6, 500
_DEBUT, _FIN = b"%PDF", b"%%EOF"
# Where a table of the objects begins, of either form.
_TABLE = re.compile(rb"(?<!start)xref\s|\d+ \d+ obj\s*<<(?=[^>]{0,400}/Type\s*/XRef)")

# What these show is not on the page: dropped, they would leave a hole.
JOUEES = ("/RichMedia", "/Screen", "/Movie", "/Sound", "/3D")
SANS_APPARENCE = ("/Link", "/Popup")


def se_preparer() -> None:
    """Do once, on a document of ours, what will be done in the cage: qpdf opens its source of random numbers."""
    with pikepdf.new() as essai:
        essai.add_blank_page()
        sortie = io.BytesIO()
        essai.save(sortie, encryption=pikepdf.Encryption(owner="-", user="", R=6))
    nettoyer_pdf(sortie.getvalue())
    polices.se_preparer()


def nettoyer_pdf(contenu: bytes) -> tuple[bytes, list[str]]:
    """Return the PDF rebuilt, and what its depositor and its reader are to know. Raise Refuse."""
    with _ouvrir(_cadrer(contenu)) as pdf:
        _verifier(pdf)
        refuser_les_masques(pdf)
        dits, titre = _ce_qui_part(pdf), _titre(pdf)
        _aplatir(pdf)
        reste = Reste()
        dessins: list[Any] = []
        for objet, genre in tenir(pdf.Root):
            dessins += contenus(objet)
            if isinstance(objet, pikepdf.Stream):
                refaire(objet, genre, reste)
        oter_les_apartes(pdf, dessins)
        # Each stream is bounded by now: what no page draws, a picture under another, is left.
        pdf.remove_unreferenced_resources()
        for cle in ("/Info", "/ID"):
            if cle in pdf.trailer:
                del pdf.trailer[cle]
        if titre:
            intituler(pdf, titre)
        sortie = io.BytesIO()
        pdf.save(
            sortie,
            encryption=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            fix_metadata_version=False,
            # The same document sent twice is the same.
            deterministic_id=True,
        )
    return sortie.getvalue(), dits + ["vide"] * _ne_montre_rien(sortie.getvalue())


def _ne_montre_rien(propre: bytes) -> bool:
    """Whether every page has one colour, as a scanner gives of a sheet laid on its wrong side. Stops at the first that has not."""
    with suppress(*ILLISIBLE, pypdfium2.PdfiumError), pypdfium2.PdfDocument(propre) as document:
        for rang in range(min(len(document), VUES_MAX)):
            page = document[rang]
            vue = page.render(scale=VUE_POINTS / max(page.get_size())).to_pil().convert("L")
            if not unie(vue):
                return False
        return len(document) <= VUES_MAX
    return False


def se_lit_a_voix_haute(contenu: bytes) -> bool:
    """Whether a PDF that was cleaned has what a screen reader needs: tags, a language, a title (RGAA 13.3)."""
    with _ouvrir(contenu) as pdf:
        return "/StructTreeRoot" in pdf.Root and "/Lang" in pdf.Root and bool(_titre(pdf))


def _titre(pdf: pikepdf.Pdf) -> str:
    """Return the title of a tagged document, on one line; empty where it has none, or no tags."""
    vide = pikepdf.Dictionary()
    marques: Any = pdf.Root.get("/MarkInfo", vide)
    infos: Any = pdf.trailer.get("/Info", vide)
    if not all(isinstance(un, pikepdf.Dictionary) for un in (marques, infos)) or not marques.get("/Marked"):
        return ""
    dit = str(infos.get("/Title", ""))[:TITRE_MAX]
    return " ".join("".join(c if c.isprintable() else " " for c in dit).split())


def _cadrer(contenu: bytes) -> bytes:
    """Leave what stands before the header, and what follows the end: scanners pad their files."""
    contenu = contenu.lstrip(AVANT_L_ENTETE)
    debut, fin = max(contenu.find(_DEBUT, 0, ENTETE_LOIN), 0), contenu.rfind(_FIN)
    return contenu[debut:] if fin < 0 else contenu[debut : fin + len(_FIN)]


def _ouvrir(contenu: bytes) -> pikepdf.Pdf:
    """Open it as a reader does, without a password. Raise Refuse."""
    try:
        return _ouvrir_tel_quel(contenu)
    except pikepdf.PasswordError as erreur:
        raise Refuse("chiffre") from erreur
    except (pikepdf.PdfError, ValueError) as erreur:
        try:
            return _ouvrir_tel_quel(_recaler(contenu))
        except (pikepdf.PdfError, ValueError):
            raise Refuse("abime") from erreur


def _ouvrir_tel_quel(contenu: bytes) -> pikepdf.Pdf:
    # A damaged file that would open with pages missing is worse than a refusal.
    return pikepdf.open(io.BytesIO(contenu), password="", attempt_recovery=False, suppress_warnings=True)


def _recaler(contenu: bytes) -> bytes:
    """Say anew where the last table of the objects is: some makers count it wrong, and readers look for it.

    The table of a linear file is not its last one: left as it is.
    """
    *_, table = [None, *_TABLE.finditer(contenu)]
    if table is None or b"/Linearized" in contenu[:ENTETE_LOIN]:
        return contenu
    return contenu[: contenu.rfind(b"startxref")] + b"startxref\n%d\n%%%%EOF" % table.start()


def _verifier(pdf: pikepdf.Pdf) -> None:
    """Refuse what has too many objects or pages, none, or one that no sheet of paper could hold."""
    if len(pdf.objects) > OBJETS_MAX:
        raise Refuse("trop-complexe")
    try:
        pages = len(pdf.pages)
        cotes = [cote for page in pdf.pages for cote in _cotes(page)]
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, ArithmeticError) as erreur:
        raise Refuse("abime") from erreur
    if pages == 0:
        raise Refuse("abime")
    if pages > PAGES_MAX:
        raise Refuse("trop-de-pages")
    if max(cotes) > COTE_MAX:
        raise Refuse("page-immense")


def _cotes(page: pikepdf.Page) -> tuple[float, float]:
    gauche, bas, droite, haut = (float(un) for un in page.cropbox)
    unite = float(page.obj.get("/UserUnit", 1))
    return abs(droite - gauche) * unite, abs(haut - bas) * unite


def _ce_qui_part(pdf: pikepdf.Pdf) -> list[str]:
    """Say what the rebuilt document will not have any more; raise Refuse for what its pages do not show at all."""
    formulaire = pdf.Root.get("/AcroForm", pikepdf.Dictionary())
    if "/Collection" in pdf.Root:
        raise Refuse("inclus")
    if "/XFA" in formulaire and (not len(formulaire.get("/Fields", [])) or pdf.Root.get("/NeedsRendering")):
        # The form is drawn by a program: its pages only ask to wait.
        raise Refuse("scripts")
    annotations = [str(un.get("/Subtype")) for page in pdf.pages for un in _annotations(page)]
    if any(un in JOUEES for un in annotations):
        raise Refuse("inclus")
    # Of the permissions, only this one is a signature: « UR3 » lets a reader fill the form in.
    signe = "/DocMDP" in pdf.Root.get("/Perms", {}) or any(
        un.get("/FT") == pikepdf.Name.Sig and "/V" in un for un in _champs(formulaire)
    )
    retires = len(pdf.attachments) > 0 or "/FileAttachment" in annotations or "/AF" in pdf.Root
    return ["signe"] * signe + ["retires"] * retires + ["notes"] * notes(pdf)


def _annotations(page: pikepdf.Page) -> list[pikepdf.Object]:
    annotations: Any = page.obj.get("/Annots", [])
    return [un for un in annotations if isinstance(un, pikepdf.Dictionary)]


def _champs(formulaire: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The fields of a form, and those below them; each once."""
    a_voir = list(formulaire.get("/Fields", []))
    vus: set[Any] = set()
    while a_voir and len(vus) < OBJETS_MAX:
        champ = a_voir.pop()
        if not isinstance(champ, pikepdf.Dictionary) or champ.objgen in vus:
            continue
        if champ.is_indirect:
            vus.add(champ.objgen)
        yield champ
        a_voir += list(champ.get("/Kids", []))


def _aplatir(pdf: pikepdf.Pdf) -> None:
    """Draw fields, stamps and notes into their pages, as a reader shows them; pictures inside a text become objects."""
    try:
        for page in pdf.pages:
            page.obj["/Annots"] = pikepdf.Array(
                [un for un in _annotations(page) if str(un.get("/Subtype")) not in SANS_APPARENCE]
            )
        dessiner(pdf)
        pdf.flatten_annotations("all")
        for page in pdf.pages:
            page.externalize_inline_images()
    except (pikepdf.PdfError, ValueError, TypeError) as erreur:
        raise Refuse("trop-complexe") from erreur
