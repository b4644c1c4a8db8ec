"""A PDF gives back what its pages show, whatever the key that a file or a word was put under (F12)."""

import io

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable
from pikepdf import Dictionary, Name, String
from PIL import ImageChops, ImageStat

from fichiers.pdf import nettoyer_pdf
from tests.fichiers import familles_pdf
from tests.fichiers.familles_images import dessin
from tests.fichiers.familles_pdf import FAMILLES, ZIP, image, lettre
from tests.fichiers.test_familles_pdf import CANARI, en_clair, refus, vues


def _ailleurs(document: pikepdf.Pdf) -> dict[str, object]:
    """Where a page needs dictionaries, by name: each takes a file and words under a key of its own."""
    racine, ressources = document.Root, document.pages[0].Resources
    racine.Extensions = Dictionary()
    racine.MarkInfo = Dictionary(Marked=True)
    racine.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot)
    document.pages[0].Group = Dictionary(S=Name.Transparency)
    ressources.ExtGState = Dictionary(GS0=Dictionary(Type=Name.ExtGState, CA=1))
    ressources.Properties = Dictionary(P0=Dictionary())
    ressources.XObject = Dictionary(I=image(dessin().tobytes(), "")(document))
    document.pages[0].contents_add(
        b"/GS0 gs /Span /P0 BDC q 90 0 0 90 9 9 cm /I Do Q EMC /Span <</Mot (%s)>> BDC EMC" % CANARI
    )
    return {
        "catalogue": racine,
        "extensions": racine.Extensions,
        "MarkInfo": racine.MarkInfo,
        "balises": racine.StructTreeRoot,
        "groupe": document.pages[0].Group,
        "ressources": ressources,
        "ExtGState": ressources.ExtGState.GS0,
        "Properties": ressources.Properties.P0,
        "image": ressources.XObject.I,
        "police": ressources.Font.F,
    }


def test_une_cle_que_personne_n_a_nommee():
    """F12: a file, or words, under any key of any dictionary that a page needs, is given back to nobody."""

    def charger(document: pikepdf.Pdf) -> None:
        for un in _ailleurs(document).values():
            un["/Zip"], un["/Note"] = document.make_stream(ZIP), String(CANARI)

    contenu = lettre(charger)
    propre, _ = nettoyer_pdf(contenu)
    assert ImageStat.Stat(ImageChops.difference(vues(contenu)[0], vues(propre)[0])).mean[0] < 0.1
    assert en_clair(contenu).count(ZIP) >= 10 and en_clair(contenu).count(CANARI) > 10
    assert ZIP not in en_clair(propre) and CANARI not in en_clair(propre)


@pytest.mark.parametrize("cle", ["FontFile", "FontFile2", "FontFile3"])
def test_une_police_qui_n_en_est_pas_une(cle):
    """F12: another file said a font is refused, with the way out."""

    def charger(document: pikepdf.Pdf) -> None:
        fichier = {cle: document.make_stream(ZIP)}
        document.pages[0].Resources.Font.F.FontDescriptor = Dictionary(Type=Name.FontDescriptor, **fichier)

    assert refus(lettre(charger)) == "abime"


def test_ce_qu_une_police_porte_avec_ses_lettres():
    """F12: names, tables that nobody knows, what follows the letters, comments of the table of letters stay behind."""
    with pikepdf.open(io.BytesIO(FAMILLES["WeasyPrint, accessible"]())) as document:
        [fiche, *_] = [un for un in document.objects if isinstance(un, Dictionary) and "/FontFile2" in un]
        police = TTFont(io.BytesIO(fiche.FontFile2.read_bytes()))
        police["ZZZZ"] = DefaultTable("ZZZZ")
        police["ZZZZ"].data = ZIP
        sortie = io.BytesIO()
        police.save(sortie)
        fiche.FontFile2.write(sortie.getvalue() + ZIP)
        for un in document.objects:
            if isinstance(un, Dictionary) and "/ToUnicode" in un:
                un.ToUnicode.write(un.ToUnicode.read_bytes() + b"% " + CANARI + ZIP)
        contenu = familles_pdf.ecrire(document)
    propre, _ = nettoyer_pdf(contenu)
    assert ImageStat.Stat(ImageChops.difference(vues(contenu)[0], vues(propre)[0])).mean[0] < 0.1
    assert (
        en_clair(contenu).count(ZIP) >= 3 and ZIP not in en_clair(propre) and CANARI not in en_clair(propre)
    )
    with pypdfium2.PdfDocument(propre) as lu:
        assert "œuvre" in lu[0].get_textpage().get_text_range()
