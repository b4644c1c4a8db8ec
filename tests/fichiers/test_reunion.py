"""Pictures of a draft put in order, turned, joined into one PDF under the limit (D-06)."""

import io
import re

import lxml.html
import pikepdf
import pytest
from django.urls import reverse
from PIL import Image

from conformite.models.journal import LigneJournal
from fichiers import controle, entretien, stockage
from fichiers.controle import reunir
from fichiers.refus import Refus
from signalements.depot.actions import deposer
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from tests.distribution import connecte
from tests.fichiers.conftest import ASSURE, attacher
from tests.fichiers.echantillons import jpeg, pdf, png

pytestmark = pytest.mark.django_db


def pages(contenu: bytes) -> list[tuple[float, float, Image.Image]]:
    """Return width, height and picture of each page."""
    with pikepdf.open(io.BytesIO(contenu)) as document:
        vues = []
        for page in document.pages:
            boite = [float(un) for un in page.mediabox]
            image = pikepdf.PdfImage(page.Resources.XObject["/Image"]).as_pil_image()
            vues.append((boite[2], boite[3], image))
        return vues


def test_un_document_dans_l_ordre():
    """One picture a page, turned as asked, the long side of a page being that of an A4."""
    debout, _ = reunir("a.jpg", [(jpeg((900, 1200), "#ff0000"), 0), (png((1200, 900), "#0000ff"), 90)])
    vues = pages(debout.contenu)
    assert [(round(largeur), round(hauteur)) for largeur, hauteur, _ in vues] == [(632, 842), (632, 842)]
    assert vues[0][2].getpixel((5, 5))[0] > 200 and vues[1][2].getpixel((5, 5))[2] > 200
    assert (debout.nom, debout.genre) == ("a.pdf", "pdf")


def test_le_sens_de_la_rotation():
    """A quarter to the right brings the left side up."""
    image = Image.new("RGB", (1200, 900), "black")
    image.paste("white", (0, 0, 300, 900))
    sortie = io.BytesIO()
    image.save(sortie, "PNG")
    vue = pages(reunir("a.png", [(sortie.getvalue(), 90)])[0].contenu)[0][2]
    assert vue.size == (900, 1200)
    assert vue.getpixel((450, 100))[0] > 200 and vue.getpixel((450, 1100))[0] < 50


def test_grandes_photos_sous_la_limite():
    """Ten photographs of 12 million points make one document under the limit of a file, in time."""
    bruit = Image.effect_noise((1000, 750), 80).resize((4000, 3000)).convert("RGB")
    sortie = io.BytesIO()
    bruit.save(sortie, "JPEG", quality=70)
    examine, _ = reunir("a.jpg", [(sortie.getvalue(), 90)] * 10)
    assert len(pages(examine.contenu)) == 10 and len(examine.contenu) < 10_000_000


def test_image_illisible():
    with pytest.raises(Refus) as refus:
        reunir("a.jpg", [(jpeg(), 0), (b"\xff\xd8\xff", 0)])
    assert refus.value.code == "image-abimee"


def valider(client, adresse: str, champs: dict[str, str]):
    """Look at the pages, then join those that were looked at, as the button of the preview does."""
    [vues] = re.findall(r'name="vues"\s+value="([^"]+)"', client.post(adresse, champs).content.decode())
    return client.post(adresse, champs | {"vues": vues})


def noms(demande: Demande) -> list[str]:
    return sorted(piece.nom for piece in demande.pieces.presentes())


def test_par_la_page(brouillon, technicien_metz):
    """The pages are seen first; then the document takes the place of its pictures; what was left apart stays."""
    un, deux = attacher(brouillon, jpeg(), "recto.jpg"), attacher(brouillon, png(), "verso.png")
    apart = attacher(brouillon, jpeg(), "autre.jpg")
    attacher(brouillon, pdf(), "avis.pdf")
    client = connecte(technicien_metz)
    adresse = reverse("demande-pieces-reunir", args=[brouillon.reference])
    assert adresse in client.get(reverse("demande-pieces", args=[brouillon.reference])).content.decode()
    page = client.get(adresse).content.decode()
    assert "recto.jpg" in page and "avis.pdf" not in page
    champs = {f"page-{un.pk}": "2", f"sens-{un.pk}": "0", f"page-{deux.pk}": "1", f"sens-{deux.pk}": "180"}
    champs |= {f"page-{apart.pk}": ""}
    apercu = client.post(adresse, champs)
    assert apercu.status_code == 200 and apercu.content.decode().count("data:image/jpeg;base64,") == 2
    assert not Piece.objects.filter(genre="pdf").exclude(pk=apart.pk + 1).exists()
    assert valider(client, adresse, champs).status_code == 302
    assert noms(brouillon) == ["autre.jpg", "avis.pdf", "verso.pdf"]
    document = Piece.objects.latest("pk")
    assert (document.genre, document.etat) == ("pdf", "en_analyse")
    assert len(pages(b"".join(stockage.lire(brouillon, document.emplacement)))) == 2
    assert LigneJournal.objects.get(acte="piece.reunir").details["pages"] == 2
    page = client.get(reverse("demande-pieces", args=[brouillon.reference])).content.decode()
    assert "verso.pdf" in page and "recto.jpg" not in page


def test_m17_la_page_s_ouvre_sur_ses_vignettes(brouillon, technicien_metz):
    """All in, in their order, seen before anything is chosen: one press joins them; alone, nothing to see."""
    adresse = reverse("demande-pieces-reunir", args=[brouillon.reference])
    client = connecte(technicien_metz)
    attacher(brouillon, jpeg(), "0.jpg")
    seule = client.get(adresse).content.decode()
    assert "data:image/jpeg" not in seule and 'id="erreurs"' not in seule
    attacher(brouillon, jpeg(), "1.jpg")
    reponse = client.get(adresse)
    page = reponse.content.decode()
    assert reponse.status_code == 200 and page.count("data:image/jpeg;base64,") == 2
    formulaire = lxml.html.fromstring(page).xpath("//main//form[@method='post']")[0]
    champs = dict(formulaire.form_values()) | {"vues": formulaire.xpath(".//button[@name='vues']/@value")[0]}
    assert client.post(adresse, champs).status_code == 302
    assert noms(brouillon) == ["0.pdf"]


def test_les_images_reviennent(brouillon, technicien_metz):
    """The document removed before the sending gives its pictures back."""
    images = [attacher(brouillon, jpeg(), f"{n}.jpg") for n in range(2)]
    client, adresse = connecte(technicien_metz), reverse("demande-pieces-reunir", args=[brouillon.reference])
    assert (
        valider(client, adresse, {f"page-{un.pk}": str(n) for n, un in enumerate(images, 1)}).status_code
        == 302
    )
    assert noms(brouillon) == ["0.pdf"]
    document = brouillon.pieces.presentes().get()
    retirer = reverse("demande-piece-retirer", args=[brouillon.reference, document.emplacement])
    assert (
        "ses images reviennent" in client.get(retirer).text
        and "joindre à nouveau" not in client.get(retirer).text
    )
    client.post(retirer)
    assert noms(brouillon) == ["0.jpg", "1.jpg"]


def test_les_images_partent_avec_l_envoi(brouillon, technicien_metz, stockage_a_soi):
    """Once the demande is sent only the document remains, and its content alone is stored."""
    images = [attacher(brouillon, jpeg(), f"{n}.jpg") for n in range(2)]
    adresse = reverse("demande-pieces-reunir", args=[brouillon.reference])
    valider(connecte(technicien_metz), adresse, {f"page-{un.pk}": str(n) for n, un in enumerate(images, 1)})
    assert Piece.objects.count() == 3
    brouillon.poser_contenu({"assure": ASSURE, "texte": "Demande d’AME"})
    brouillon.save()
    deposer(brouillon, attestations=["information", "accord"], par=technicien_metz)
    assert [piece.nom for piece in Piece.objects.all()] == ["0.pdf"]
    entretien.effacer_les_contenus()
    assert len([chemin for chemin in stockage_a_soi.rglob("*") if chemin.is_file()]) == 1


def test_une_page_vide_est_demandee(brouillon, technicien_metz):
    """A page all white is named, and joined only by « quand même »."""
    images = [
        attacher(brouillon, contenu, f"{n}.jpg") for n, contenu in enumerate((jpeg(), jpeg(couleur="#fff")))
    ]
    adresse = reverse("demande-pieces-reunir", args=[brouillon.reference])
    client, champs = connecte(technicien_metz), {f"page-{un.pk}": str(n) for n, un in enumerate(images, 1)}
    page = client.post(adresse, champs).content.decode()
    assert "Page 2" in page and "rien ne s’y lit" in page and "Réunir quand même" in page
    assert valider(client, adresse, champs).status_code == 302
    assert Piece.objects.latest("pk").avertissements == ["vide"]


def test_un_choix_change_se_revoit(brouillon, technicien_metz):
    """Turning a page after the preview shows it again: nobody joins what was not looked at."""
    images = [attacher(brouillon, jpeg(), f"{n}.jpg") for n in range(2)]
    adresse = reverse("demande-pieces-reunir", args=[brouillon.reference])
    client, champs = connecte(technicien_metz), {f"page-{un.pk}": str(n) for n, un in enumerate(images, 1)}
    [vues] = re.findall(r'name="vues"\s+value="([^"]+)"', client.post(adresse, champs).content.decode())
    reponse = client.post(adresse, champs | {"vues": vues, f"sens-{images[0].pk}": "90"})
    assert reponse.status_code == 200 and "Aperçu du document" in reponse.content.decode()
    assert noms(brouillon) == ["0.jpg", "1.jpg"]


@pytest.mark.parametrize(
    ("places", "phrase"),
    [
        (("1", "1"), "même place"),
        (("1", ""), "au moins deux"),
        (("", ""), "au moins deux"),
        (("9", "1"), "Place de"),
    ],
)
def test_saisies_refusees(brouillon, technicien_metz, places, phrase):
    images = [attacher(brouillon, jpeg(), f"{n}.jpg") for n in range(2)]
    adresse = reverse("demande-pieces-reunir", args=[brouillon.reference])
    champs = {f"page-{un.pk}": place for un, place in zip(images, places, strict=True)}
    reponse = connecte(technicien_metz).post(adresse, champs)
    assert reponse.status_code == 422 and phrase in reponse.content.decode()
    assert Piece.objects.count() == 2


def test_image_retiree_entre_temps(brouillon, technicien_metz, monkeypatch):
    """A picture removed in another tab: nothing is half done, the person is told."""
    images = [attacher(brouillon, jpeg(), f"{n}.jpg") for n in range(2)]

    def retirer_puis_reunir(nom, contenus, **options):
        Piece.objects.filter(pk=images[0].pk).delete()
        return controle.reunir(nom, contenus, **options)

    monkeypatch.setattr("signalements.pieces.actions.reunir", retirer_puis_reunir)
    adresse = reverse("demande-pieces-reunir", args=[brouillon.reference])
    champs = {f"page-{un.pk}": str(rang) for rang, un in enumerate(images, 1)}
    vues = ",".join(f"{un.pk}-0" for un in images)
    reponse = connecte(technicien_metz).post(adresse, champs | {"vues": vues})
    assert reponse.status_code == 409 and "entre-temps" in reponse.content.decode()
    assert list(Piece.objects.values_list("pk", flat=True)) == [images[1].pk]


def test_brouillon_seulement(brouillon, technicien_metz, collegue_metz):
    """The author, in his draft; once sent, what the caisse received stays as it is."""
    adresse = reverse("demande-pieces-reunir", args=[brouillon.reference])
    assert connecte(collegue_metz).get(adresse).status_code == 404
    brouillon.poser_contenu({"assure": ASSURE, "texte": "Demande d’AME"})
    brouillon.save()
    deposer(brouillon, attestations=["information", "accord"], par=technicien_metz)
    assert connecte(technicien_metz).get(adresse).status_code == 403
    assert Demande.objects.count() == 1
