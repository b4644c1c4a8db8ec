"""PDFs as their makers write them: office, browser, scanner, telephone, administration, signature, invoice.

`FAMILLES` gives for each maker a document that everybody opens; the last word of each name says what is special.
"""

import functools
import io
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, TiffImagePlugin
from weasyprint import HTML

from tests.fichiers.familles_images import TAILLE, dessin

ZIP = b"PK\x03\x04" + b"\0" * 26 + b"charge.exe" + b"MZ" * 40
MOT = "CANARI-ICHTYORNIS"


def ecrire(document: pikepdf.Pdf, **options: object) -> bytes:
    sortie = io.BytesIO()
    document.save(sortie, **options)
    return sortie.getvalue()


def _police(document: pikepdf.Pdf) -> pikepdf.Object:
    return document.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )


def lettre(modifier: Callable[[pikepdf.Pdf], None] | None = None, **options: object) -> bytes:
    """One A4 page of text, changed by `modifier`."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    page = document.pages[0]
    page.Resources = Dictionary(Font=Dictionary(F=_police(document)))
    page.Contents = document.make_stream(
        b"BT /F 40 Tf 60 700 Td (Avis de situation) Tj ET 80 400 300 90 re f"
    )
    if modifier:
        modifier(document)
    return ecrire(document, **options)


def numerise(*images: Callable[[pikepdf.Pdf], pikepdf.Object]) -> bytes:
    """A scan: one picture that fills each page."""
    document = pikepdf.new()
    for faire in images:
        document.add_blank_page(page_size=(595, 446))
        page = document.pages[-1]
        page.Resources = Dictionary(XObject=Dictionary(I=faire(document)))
        page.Contents = document.make_stream(b"q 595 0 0 446 0 0 cm /I Do Q")
    return ecrire(document, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def image(octets: bytes, filtre: str, **cles: object) -> Callable[[pikepdf.Pdf], pikepdf.Object]:
    """A picture of a page, its bytes as they are."""
    base = {
        "Type": Name.XObject,
        "Subtype": Name.Image,
        "Width": TAILLE[0],
        "Height": TAILLE[1],
        "ColorSpace": Name.DeviceGray,
        "BitsPerComponent": 8,
    }

    def faire(document: pikepdf.Pdf) -> pikepdf.Object:
        filtre_nomme = {"Filter": Name(f"/{filtre}")} if filtre else {}
        parms = cles.get("DecodeParms")
        neufs = {"DecodeParms": parms(document)} if callable(parms) else {}
        return document.make_stream(octets, **(base | filtre_nomme | cles | neufs))

    return faire


def _pillow(forme: str, mode: str = "L", **options: object) -> bytes:
    sortie = io.BytesIO()
    dessin().convert(mode).save(sortie, forme, **options)
    return sortie.getvalue()


def jpeg_de_telephone() -> bytes:
    """Where it was taken, with what, by whom; and an archive after its end."""
    exif = Image.Exif()
    exif[0x010F] = exif[0x013B] = MOT
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (49.0, 7.0, 12.0)
    return _pillow("JPEG", "RGB", exif=exif, comment=MOT.encode(), quality=90) + ZIP


def fax(page: Image.Image | None = None) -> bytes:
    """A drawing in two tones, in fax of group 4."""
    page, sortie = page or dessin(), io.BytesIO()
    page.convert("1", dither=Image.Dither.NONE).save(
        sortie, "TIFF", compression="group4", tiffinfo={262: 0, TiffImagePlugin.ROWSPERSTRIP: page.height}
    )
    with Image.open(io.BytesIO(sortie.getvalue())) as lue:
        [debut], [taille] = lue.tag_v2[273], lue.tag_v2[279]
    return sortie.getvalue()[debut : debut + taille]


def jbig2() -> bytes:
    """The same, as one region of a JBIG2 page coded by MMR: no encoder needed."""

    def segment(numero: int, genre: int, contenu: bytes) -> bytes:
        return struct.pack(">IBBBI", numero, genre, 0, 1, len(contenu)) + contenu

    page = struct.pack(">IIIIBH", *TAILLE, 0, 0, 0, 0)
    region = struct.pack(">IIIIBB", *TAILLE, 0, 0, 0, 1) + fax()
    return segment(0, 48, page) + segment(1, 38, region)


FAX = image(
    fax(),
    "CCITTFaxDecode",
    BitsPerComponent=1,
    DecodeParms=Dictionary(K=-1, Columns=TAILLE[0], Rows=TAILLE[1]),
)
JBIG2 = image(jbig2(), "JBIG2Decode", BitsPerComponent=1)
JPX = image(_pillow("JPEG2000", "RGB"), "JPXDecode", ColorSpace=Name.DeviceRGB)
PHOTO = image(jpeg_de_telephone(), "DCTDecode", ColorSpace=Name.DeviceRGB)
CMJN = image(_pillow("JPEG", "CMYK", quality=95), "DCTDecode", ColorSpace=Name.DeviceCMYK, Decode=[1, 0] * 4)
BRUT = image(dessin().tobytes(), "")


def _formulaire(document: pikepdf.Pdf, apparences: bool = True) -> None:
    """A filled field, as an administration’s form; drawn, or left to the reader to draw."""
    page = document.pages[0]
    champ = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Tx,
        T=String("nom"),
        V=String("Ada Exemple"),
        DA=String("/F 20 Tf 0 g"),
        Rect=[60, 560, 360, 600],
        F=4,
        AA=Dictionary(K=Dictionary(S=Name.JavaScript, JS=String("AFNumber_Keystroke()"))),
    )
    if apparences:
        dessin_champ = document.make_stream(
            b"/Tx BMC q BT /F 20 Tf 0 g 2 10 Td (Ada Exemple) Tj ET Q EMC",
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=[0, 0, 300, 40],
            Resources=page.Resources,
        )
        champ.AP = Dictionary(N=dessin_champ)
    champ = document.make_indirect(champ)
    page.Annots = Array([champ])
    document.Root.AcroForm = Dictionary(
        Fields=[champ], DA=String("/F 20 Tf 0 g"), DR=page.Resources, NeedAppearances=not apparences
    )


def _signe(document: pikepdf.Pdf) -> None:
    """A signature with its stamp, and the permissions that forbid to change the document."""
    page = document.pages[0]
    tampon = document.make_stream(
        b"1 0 0 RG 2 2 196 56 re S BT /F 16 Tf 10 25 Td (Signe par A. Exemple) Tj ET",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=[0, 0, 200, 60],
        Resources=page.Resources,
    )
    valeur = document.make_indirect(
        Dictionary(
            Type=Name.Sig,
            Filter=Name("/Adobe.PPKLite"),
            SubFilter=Name("/adbe.pkcs7.detached"),
            ByteRange=[0, 10, 20, 30],
            Contents=String("0" * 64),
        )
    )
    champ = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String("Signature1"),
            V=valeur,
            Rect=[350, 60, 550, 120],
            F=132,
            AP=Dictionary(N=tampon),
        )
    )
    page.Annots = Array([champ])
    document.Root.AcroForm = Dictionary(Fields=[champ], SigFlags=3)
    document.Root.Perms = Dictionary(DocMDP=valeur)


def _facture(document: pikepdf.Pdf) -> None:
    """Factur-X: the invoice in XML beside its page, and the words that say so."""
    document.attachments["factur-x.xml"] = (
        f"<rsm:CrossIndustryInvoice>{MOT}</rsm:CrossIndustryInvoice>".encode()
    )
    document.Root.AF = Array([document.attachments["factur-x.xml"].obj])
    with document.open_metadata() as mots:
        mots["pdf:Producer"] = MOT


def _liens(document: pikepdf.Pdf) -> None:
    """A site, another document, a program; and where to go when it opens."""
    actions = (
        Dictionary(S=Name.URI, URI=String("http://phish.example/")),
        Dictionary(S=Name.GoToR, F=String("annexe.pdf"), D=Array([0, Name.Fit])),
        Dictionary(S=Name.Launch, F=String("cmd.exe")),
    )
    document.pages[0].Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action) for action in actions]
    )
    document.Root.OpenAction = actions[0]
    document.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=[String("a"), Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))])
    )
    document.Root["/Intrus"] = document.make_stream(MOT.encode())


def _image_en_ligne(document: pikepdf.Pdf) -> None:
    document.pages[0].Contents = document.make_stream(
        b"q 595 0 0 446 0 0 cm BI /W %d /H %d /CS /G /BPC 8 ID " % TAILLE + dessin().tobytes() + b" EI Q"
    )


def _note(document: pikepdf.Pdf) -> None:
    """A stamp drawn over the page, and its note that opens beside."""
    tampon = document.make_stream(
        b"0 0 1 rg 0 0 100 30 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 100, 30]
    )
    document.pages[0].Annots = Array(
        [
            Dictionary(
                Type=Name.Annot, Subtype=Name.Stamp, Rect=[100, 600, 200, 630], F=4, AP=Dictionary(N=tampon)
            ),
            Dictionary(Type=Name.Annot, Subtype=Name.Popup, Rect=[0, 0, 50, 50]),
        ]
    )


def _protege(**options: object) -> bytes:
    return lettre(encryption=pikepdf.Encryption(owner="gestion", user="", **options))


def _de_bureau() -> bytes:
    page = f"<html lang=fr><title>Avis</title><meta name=author content={MOT}><h1>Avis</h1><p>Été à <a href='http://a.example'>Sète</a>, œuvre"
    return HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")


def _de_pillow() -> bytes:
    sortie = io.BytesIO()
    dessin().convert("RGB").save(sortie, "PDF", save_all=True, append_images=[dessin()], title=MOT)
    return sortie.getvalue()


LETTRE_RTF = rf"{{\rtf1\ansi{{\info{{\author {MOT}}}}}\fs48\b Avis de situation\par\b0\fs24 Votre dossier est complet.\par}}"
LETTRE_HTML = "<html lang=fr><h1>Avis de situation</h1><p>Votre dossier est complet.</p></html>"
# Who writes the letter, and how it is asked to.
LOGICIELS = {
    "libreoffice": (
        LETTRE_RTF,
        "soffice -env:UserInstallation=file://{dossier}/profil --headless --convert-to pdf --outdir {dossier}"
        " {dossier}/lettre.rtf",
    ),
    "chromium": (
        LETTRE_HTML,
        "chromium --headless --no-sandbox --user-data-dir={dossier}/profil --no-pdf-header-footer"
        " --print-to-pdf={dossier}/lettre.pdf {dossier}/lettre.html",
    ),
}


@functools.cache
def ecrit_par(logiciel: str) -> bytes:
    """A letter that this program writes now where it is installed, or wrote once (`documents/`)."""
    lettre_tapee, commande = LOGICIELS[logiciel]
    if not shutil.which(commande.split()[0]):
        return (Path(__file__).parent / "documents" / f"{logiciel}.pdf").read_bytes()
    with tempfile.TemporaryDirectory() as dossier:
        suite = "rtf" if lettre_tapee is LETTRE_RTF else "html"
        (Path(dossier) / f"lettre.{suite}").write_text(lettre_tapee, encoding="utf-8")
        subprocess.run(commande.format(dossier=dossier).split(), check=True, capture_output=True, timeout=120)
        return (Path(dossier) / "lettre.pdf").read_bytes()


FAMILLES: dict[str, Callable[[], bytes]] = {
    "LibreOffice": lambda: ecrit_par("libreoffice"),
    "Chromium": lambda: ecrit_par("chromium"),
    "qpdf": lettre,
    "qpdf linéaire": lambda: lettre(linearize=True),
    "qpdf sans flux d’objets": lambda: lettre(object_stream_mode=pikepdf.ObjectStreamMode.disable),
    "WeasyPrint, accessible": _de_bureau,
    "Pillow": _de_pillow,
    "scanner, fax": lambda: numerise(FAX),
    "scanner, jbig2": lambda: numerise(JBIG2),
    "scanner, brut": lambda: numerise(BRUT, BRUT),
    "scanner, zéros après la fin": lambda: numerise(FAX) + bytes(5000),
    "courriel, ligne blanche avant l’en-tête": lambda: b"\r\n\r\n" + lettre(),
    "marque d’encodage avant l’en-tête": lambda: b"\xef\xbb\xbf" + lettre(),
    "téléphone, photo": lambda: numerise(PHOTO),
    "téléphone, jpeg 2000": lambda: numerise(JPX),
    "imprimeur, cmjn": lambda: numerise(CMJN),
    "image en ligne": lambda: lettre(_image_en_ligne),
    "formulaire rempli": lambda: lettre(_formulaire),
    "formulaire à dessiner": lambda: lettre(functools.partial(_formulaire, apparences=False)),
    "signé": lambda: lettre(_signe),
    "Factur-X": lambda: lettre(_facture),
    "liens et programmes": lambda: lettre(_liens),
    "tampon et note": lambda: lettre(_note),
    "protégé, RC4 40": lambda: _protege(R=2, aes=False, metadata=False),
    "protégé, RC4 128": lambda: _protege(R=3, aes=False, metadata=False),
    "protégé, AES 128": lambda: _protege(R=4),
    "protégé, AES 256": lambda: _protege(R=6),
}
DITS = {"signé": ("signe",), "Factur-X": ("retires",)}
