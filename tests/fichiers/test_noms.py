"""Names as people give them, and the same file twice (D-03, D-06)."""

import uuid

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pikepdf import Dictionary, Name

from conventions.forms.annonces import AnnonceForm
from conventions.forms.suites import PreuveForm
from fichiers.controle import examiner
from information.forms import PublicationForm
from signalements.documents.actions import DocumentForm
from signalements.models.pieces import Piece
from tests.distribution import connecte
from tests.fichiers.echantillons import jpeg, pdf, png

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("envoye", "contenu", "garde"),
    [
        ("photo.jpg", png(), "photo.png"),
        ("photo.pdf", jpeg(), "photo.jpg"),
        ("document", pdf(), "document.pdf"),
        ("Avis du 12.03.2026", pdf(), "Avis du 12.03.2026.pdf"),
        ("avis.PDF", pdf(), "avis.pdf"),
    ],
)
def test_le_portail_nomme_d_apres_le_contenu(envoye, contenu, garde):
    """A slip of the name is no reason to refuse: the name that is kept says what the file is."""
    assert examiner(envoye, contenu).nom == garde


def envoyer(client, demande, *fichiers):
    donnees = {"jeton": str(uuid.uuid4()), "nature": "identite"}
    donnees["fichiers"] = [SimpleUploadedFile(nom, contenu) for nom, contenu in fichiers]
    return client.post(reverse("demande-pieces", args=[demande.reference]), donnees, follow=True)


@pytest.mark.parametrize(
    "nom", ["CNI 2690575123456.pdf", "cni_2-69-05-75-123-456-67.pdf", "2.69.05.75.123.456.pdf"]
)
def test_un_nir_dans_un_nom(brouillon, technicien_metz, nom):
    """Refused, and not repeated: both sides would read it beside the file."""
    reponse = envoyer(connecte(technicien_metz), brouillon, (nom, pdf()))
    page = reponse.content.decode()
    assert reponse.status_code == 422 and "Renommez le fichier" in page
    assert nom not in page and not Piece.objects.exists()


@pytest.mark.parametrize("form", [PublicationForm, PreuveForm, AnnonceForm, DocumentForm])
def test_un_nir_dans_un_nom_a_toutes_les_portes(form):
    """D-03: proofs, publications, letters, documents of the caisse: no name says a NIR."""
    champ = form.base_fields["fichiers"]
    with pytest.raises(ValidationError, match="Renommez le fichier"):
        champ.clean([SimpleUploadedFile("CNI 2690575123456.pdf", b"%PDF")])
    assert champ.clean([SimpleUploadedFile("Convention 2026.pdf", b"%PDF")])


def test_le_meme_fichier_deux_fois(brouillon, technicien_metz):
    """Twice in one sending, then again under another name: attached once, and it is said."""
    client = connecte(technicien_metz)
    page = envoyer(
        client, brouillon, ("a.pdf", pdf(texte=b"un")), ("b.pdf", pdf(texte=b"un"))
    ).content.decode()
    assert "1\N{NO-BREAK SPACE}fichier était déjà joint" in page and Piece.objects.count() == 1
    page = envoyer(client, brouillon, ("c.pdf", pdf(texte=b"un")), ("d.jpg", jpeg())).content.decode()
    assert "1\N{NO-BREAK SPACE}fichier était déjà joint" in page and Piece.objects.count() == 2


def _signer(document: pikepdf.Pdf) -> None:
    """A signature that shows nothing on the page."""
    document.Root.AcroForm = Dictionary(Fields=[Dictionary(FT=Name.Sig, V=Dictionary(Type=Name.Sig))])


def _inclure(document: pikepdf.Pdf) -> None:
    document.attachments["facture.xml"] = b"<x/>"


@pytest.mark.parametrize(
    ("faire", "dit"), [(_signer, "signé électroniquement"), (_inclure, "fichiers étaient inclus")]
)
@pytest.mark.parametrize("ensemble", [False, True])
def test_la_copie_dont_il_y_a_plus_a_dire(brouillon, technicien_metz, faire, dit, ensemble):
    """Signed, or with files inside, after its twin that is not: joined, and what was lost is said; twice is once."""
    client, nue, dite = connecte(technicien_metz), ("a.pdf", pdf()), ("b.pdf", pdf(faire))
    for envoi in [[nue, dite]] if ensemble else [[nue], [dite]]:
        page = envoyer(client, brouillon, *envoi).content.decode()
    assert "déjà joint" not in page and dit in page and Piece.objects.count() == 2
    page = envoyer(client, brouillon, dite, nue).content.decode()
    assert "2\N{NO-BREAK SPACE}fichiers étaient déjà joints" in page and Piece.objects.count() == 2


def test_un_nom_qui_n_est_pas_en_utf_8(brouillon, technicien_metz):
    """The file was sent: the sentence speaks of its name, not of a file to choose."""
    champs = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % un
        for un in ((b"jeton", str(uuid.uuid4()).encode()), (b"nature", b"identite"))
    )
    fichier = (
        b'--x\r\nContent-Disposition: form-data; name="fichiers"; filename="pi\xe8ce.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n" + jpeg() + b"\r\n--x--\r\n"
    )
    reponse = connecte(technicien_metz).generic(
        "POST",
        reverse("demande-pieces", args=[brouillon.reference]),
        champs + fichier,
        content_type="multipart/form-data; boundary=x",
    )
    assert reponse.status_code == 422 and "n’a pas pu être lu" in reponse.content.decode()
