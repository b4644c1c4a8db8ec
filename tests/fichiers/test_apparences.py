"""What a reader draws by itself on a PDF is kept as seen, or the file is refused, or its loss is said (D-06)."""

from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import ImageChops, ImageStat
from weasyprint import HTML

from fichiers.controle import examiner
from fichiers.pdf import nettoyer_pdf
from fichiers.refus import AVERTISSEMENTS, IMPRIMER_EN_PDF, Refus
from socle.texte import espaces_francaises
from tests.fichiers.familles_pdf import lettre
from tests.fichiers.test_familles_pdf import refus, vues

DESSIN = b"/Tx BMC q BT /F 20 Tf 0 g 2 10 Td (Ada Exemple) Tj ET Q EMC"


def formulaire(*champs: dict, a_dessiner: bool | None = None, police: str = "/F") -> bytes:
    """A form whose fields stand under each other; each a simple answer, but for what is said of it.

    `dessin`: the content of its appearance; it has none without.
    """

    def modifier(document: pikepdf.Pdf) -> None:
        page, fields = document.pages[0], []
        for rang, dits in enumerate(champs):
            bas = 580 - 60 * rang
            cles = {
                "Type": Name.Annot,
                "Subtype": Name.Widget,
                "FT": Name.Tx,
                "T": String(f"c{rang}"),
                "V": String("Ada Exemple"),
                "DA": String(f"{police} 20 Tf 0 g"),
                "Rect": [60, bas, 460, bas + 40],
                "F": 4,
            } | {cle: valeur for cle, valeur in dits.items() if cle != "dessin"}
            champ = document.make_indirect(Dictionary(**cles))
            if "dessin" in dits:
                champ.AP = Dictionary(N=_dessin(document, dits["dessin"]))
            fields.append(champ)
        page.Annots = Array(fields)
        document.Root.AcroForm = Dictionary(Fields=fields, DA=String("/F 20 Tf 0 g"), DR=page.Resources)
        if a_dessiner is not None:
            document.Root.AcroForm.NeedAppearances = a_dessiner

    return lettre(modifier)


def _dessin(document: pikepdf.Pdf, contenu: bytes) -> pikepdf.Object:
    return document.make_stream(
        contenu,
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=[0, 0, 400, 40],
        Resources=document.pages[0].Resources,
    )


GARDES: dict[str, Callable[[], bytes]] = {
    "sans apparence": lambda: formulaire({}),
    "un champ avec, l’autre sans": lambda: formulaire({"dessin": DESSIN}, {"V": String("Été à Sète")}),
    "à dessiner": lambda: formulaire({"V": String("œuvre, 12 €")}, a_dessiner=True),
    "à redessiner": lambda: formulaire({"dessin": b"/Tx BMC EMC"}, a_dessiner=True),
    "liste": lambda: formulaire({"FT": Name.Ch, "Ff": 1 << 17, "Opt": [String("Ada Exemple")]}),
    "plusieurs lignes, dessinées": lambda: formulaire({"Ff": 1 << 12, "dessin": DESSIN}),
    "en code-barres": lambda: formulaire(
        {"dessin": b"".join(b"%d 2 3 36 re f " % x for x in range(9, 99, 9))}
    ),
    "vide": lambda: formulaire({"V": String(" ")}, {"V": String(""), "Ff": 1 << 12}),
    "dit invisible": lambda: formulaire({"F": 5}),
}


@pytest.mark.parametrize("nom", GARDES)
def test_la_reponse_est_gardee(nom):
    """What a reader shows of the form is on the page that is kept."""
    contenu = GARDES[nom]()
    [avant], [apres] = vues(contenu), vues(nettoyer_pdf(contenu)[0])
    assert ImageStat.Stat(ImageChops.difference(avant, apres)).mean[0] < 1
    zones = [(60, 222, 460, 262), (60, 282, 460, 322)]
    ecrites = [ImageStat.Stat(apres.crop(zone)).extrema[0][0] < 128 for zone in zones]
    assert ecrites == [nom != "vide", nom == "un champ avec, l’autre sans"]


REFUSES: dict[str, dict] = {
    "hors de la police": {"V": String("Łukasz Yıldız")},
    "arabe": {"V": String("محمد الأمين")},
    "plusieurs lignes": {"V": String("une\rdeux"), "Ff": 1 << 12},
    "une lettre par case": {"V": String("12031985"), "Ff": 1 << 24, "MaxLen": 8},
    "police inconnue": {"DA": String("/Arial 20 Tf 0 g")},
    "plus longue que son cadre": {"V": String("Ada Exemple " * 9)},
    "code d’une liste": {"FT": Name.Ch, "V": String("57"), "Opt": [[String("57"), String("Été 雨")]]},
    "case sans apparence": {"FT": Name.Btn, "V": Name.Oui, "AS": Name.Oui},
}


@pytest.mark.parametrize("a_dessiner", [None, True])
@pytest.mark.parametrize("nom", REFUSES)
def test_la_reponse_serait_perdue(nom, a_dessiner):
    """Refused, beside an answer that could be read, whether the form asks to be drawn or not."""
    assert refus(formulaire({"dessin": DESSIN}, REFUSES[nom], a_dessiner=a_dessiner)) == "reponses"


def test_une_apparence_d_avant_la_reponse():
    """A frame without a word under an answer: drawn before it, and nobody asks to draw it again."""
    assert refus(formulaire({"dessin": b"0 0 1 RG 1 1 398 38 re S"})) == "reponses"


def test_une_case_cochee_dessinee_vide():
    """Ticked by its value, empty by its drawing."""

    def modifier(document: pikepdf.Pdf) -> None:
        etats = Dictionary(Oui=_dessin(document, b"5 5 30 30 re f"), Off=_dessin(document, b"5 5 30 30 re S"))
        case = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Btn, T=String("c"), V=Name.Oui, AS=Name.Off, F=4
        )
        case.Rect, case.AP = Array([60, 560, 100, 600]), Dictionary(N=etats)
        document.pages[0].Annots = Array([document.make_indirect(case)])
        document.Root.AcroForm = Dictionary(Fields=document.pages[0].Annots)

    assert refus(lettre(modifier)) == "reponses"


def test_un_formulaire_de_weasyprint():
    """Its own font, cut down to some letters: the answer would come out as garbage."""
    page = HTML(string='<form><input value="MARTINEZ"></form>').write_pdf(pdf_forms=True)
    assert refus(page) == "reponses"


def test_le_refus_dit_la_sortie():
    """Through the child too; the sentence says how to send it all the same."""
    with pytest.raises(Refus) as refuse:
        examiner("a.pdf", formulaire(REFUSES["arabe"]))
    assert "formulaire dont les réponses" in refuse.value.message
    assert espaces_francaises(IMPRIMER_EN_PDF) in refuse.value.message
    assert examiner("a.pdf", GARDES["sans apparence"]()).avertissements == ()


def annote(**cles: object) -> bytes:
    def modifier(document: pikepdf.Pdf) -> None:
        une = Dictionary(Type=Name.Annot, Rect=[60, 560, 360, 600], F=4, C=[1, 0, 0])
        for cle, valeur in cles.items():
            une[f"/{cle}"] = valeur
        document.pages[0].Annots = Array([document.make_indirect(une)])

    return lettre(modifier)


MARQUES = {
    "texte": {"Subtype": Name.FreeText, "Contents": String("Lu et approuvé"), "DA": String("/F 20 Tf 0 g")},
    "surlignage": {"Subtype": Name.Highlight, "QuadPoints": Array([60, 600, 360, 600, 60, 560, 360, 560])},
    "cadre": {"Subtype": Name.Square},
    "trait à la main": {"Subtype": Name.Ink, "InkList": Array([Array([60, 560, 150, 600, 360, 570])])},
}


@pytest.mark.parametrize("nom", MARQUES)
def test_une_marque_sans_apparence(nom):
    """A reader would show it, the kept page would not: refused. Hidden, it is nobody's loss."""
    assert refus(annote(**MARQUES[nom])) == "marques"
    assert nettoyer_pdf(annote(**MARQUES[nom] | {"F": 2}))[1] == []


def test_une_note_repliee():
    """What opens beside the page does not stay; it is said. A note without text is nothing."""
    note = {"Subtype": Name.Text, "Contents": String("Il manque la page 2")}
    assert examiner("a.pdf", annote(**note)).avertissements == ("notes",)
    assert "notes" in AVERTISSEMENTS["notes"]
    assert nettoyer_pdf(annote(**note | {"Contents": String("")}))[1] == []
    assert nettoyer_pdf(annote(**note | {"F": 2}))[1] == []
