"""I-01: what a caisse publishes is read by its partenaires and by nobody else; the letter goes to those who asked."""

import datetime as dt
from http import HTTPStatus

import pikepdf
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from caisses.models import Caisse
from conformite.models.journal import LigneJournal
from conformite.scellement import creer_cles
from conventions.models.partenaires import Partenaire
from fichiers import analyses
from information.models import Abonnement, Publication
from information.tasks import ecrire_la_lettre
from socle import horloge
from socle.models import CourrielSortant
from tests.distribution import connecte
from tests.fichiers.echantillons import pdf, png

PUBLIER = "/informations/publier/"
ENVOI = {"nature": "actualite", "titre": "Nouveaux plafonds", "texte": "À partir du premier du mois."}


def publier(administrateur, caisse, **champs):
    return connecte(administrateur).post(PUBLIER, ENVOI | {"caisse": caisse.pk} | champs)


def test_i01_publier_puis_lire(administrateur_moselle, technicien_metz, metz, caisse_moselle):
    assert publier(administrateur_moselle, caisse_moselle).status_code == HTTPStatus.FOUND
    assert "Nouveaux plafonds" in connecte(technicien_metz).get("/informations/").content.decode()
    assert (
        LigneJournal.objects.filter(acte="publication.publier", compte=administrateur_moselle.pk).count() == 1
    )


@pytest.mark.parametrize(
    ("personne", "statut"),
    [
        ("technicien_metz", HTTPStatus.OK),
        ("agent_moselle", HTTPStatus.OK),
        ("dpo_moselle", HTTPStatus.OK),
        ("national", HTTPStatus.FORBIDDEN),
    ],
)
def test_i01_qui_lit(request, metz, personne, statut):
    """I-01: the people of the structures and of the caisses, nobody else."""
    client = connecte(request.getfixturevalue(personne))
    for adresse in ("/informations/", "/formations/"):
        assert client.get(adresse).status_code == statut


def test_i01_jusqu_a_un_jour_a_venir(administrateur_moselle, caisse_moselle):
    """I-01: shown until a day that is not over."""
    jour = horloge.maintenant().date()
    hier = publier(administrateur_moselle, caisse_moselle, jusqu_au=(jour - dt.timedelta(days=1)).isoformat())
    assert "Ce jour est déjà passé." in hier.content.decode()
    assert Publication.objects.count() == 0
    publier(administrateur_moselle, caisse_moselle, jusqu_au=jour.isoformat())
    assert Publication.objects.get().jusqu_au == jour


def test_i01_le_dernier_jour_finit_ou_est_la_caisse(administrateur_moselle, technicien_metz, caisse_moselle):
    """I-01: midnight of La Réunion comes four hours before that of universal time."""
    Caisse.objects.update(fuseau="Indian/Reunion")
    jour = horloge.jour("Indian/Reunion")
    publier(administrateur_moselle, caisse_moselle, jusqu_au=jour.isoformat())
    for heure, montree in ((19, True), (21, False)):
        with time_machine.travel(dt.datetime.combine(jour, dt.time(heure), dt.UTC), tick=False):
            page = connecte(technicien_metz).get("/informations/").content.decode()
            assert ("Nouveaux plafonds" in page) == montree
            hier = publier(administrateur_moselle, caisse_moselle, jusqu_au=jour.isoformat())
            assert hier.status_code == (HTTPStatus.FOUND if montree else HTTPStatus.UNPROCESSABLE_ENTITY)


def test_i01_un_document_a_son_adresse(administrateur_moselle, caisse_moselle):
    reponse = publier(administrateur_moselle, caisse_moselle, nature="document", accessible="on")
    assert "Joignez le document, ou donnez son adresse." in reponse.content.decode()
    reponse = publier(
        administrateur_moselle, caisse_moselle, nature="document", accessible="on", url="javascript:alert(1)"
    )
    assert "Indiquez une adresse en https" in reponse.content.decode()
    assert Publication.objects.count() == 0
    publier(
        administrateur_moselle,
        caisse_moselle,
        nature="document",
        accessible="on",
        url="https://documents.example/a.pdf",
    )
    assert Publication.objects.get().url == "https://documents.example/a.pdf"


def test_i01_pas_de_numero_de_securite_sociale(administrateur_moselle, caisse_moselle):
    reponse = publier(administrateur_moselle, caisse_moselle, texte="Voir 2 55 08 14 168 025 38")
    assert "numéro de sécurité sociale" in reponse.content.decode()
    assert Publication.objects.count() == 0


def test_i01_chez_soi_seulement(
    administrateur_moselle, administrateur_var, technicien_grimaud, technicien_metz, metz, caisse_moselle
):
    publier(administrateur_moselle, caisse_moselle)
    publication = Publication.objects.get()
    assert "Nouveaux plafonds" not in connecte(technicien_grimaud).get("/informations/").content.decode()
    adresse = reverse("publication-retirer", args=[publication.pk])
    assert connecte(administrateur_var).post(adresse).status_code == HTTPStatus.NOT_FOUND
    assert connecte(technicien_metz).post(adresse).status_code == HTTPStatus.FORBIDDEN
    # Another caisse's administrateur cannot publish there: what he would send is not read, his own caisse is.
    assert publier(administrateur_var, caisse_moselle).status_code == HTTPStatus.FOUND
    assert connecte(technicien_metz).get(PUBLIER).status_code == HTTPStatus.FORBIDDEN
    publication.refresh_from_db()
    assert publication.retiree_le is None
    assert Publication.objects.filter(caisse=caisse_moselle).count() == 1


def test_i01_ce_qui_est_retire_ou_passe_ne_se_voit_plus(
    administrateur_moselle, technicien_metz, metz, caisse_moselle
):
    publier(administrateur_moselle, caisse_moselle)
    publication = Publication.objects.get()
    page = connecte(technicien_metz)
    connecte(administrateur_moselle).post(reverse("publication-retirer", args=[publication.pk]))
    assert "Nouveaux plafonds" not in page.get("/informations/").content.decode()
    Publication.objects.update(retiree_le=None, jusqu_au=horloge.maintenant().date() - dt.timedelta(days=1))
    assert "Nouveaux plafonds" not in page.get("/informations/").content.decode()


@pytest.fixture
def abonnee(technicien_metz, metz):
    assert (
        connecte(technicien_metz).post("/informations/abonner/", {"oui": "1"}).status_code == HTTPStatus.FOUND
    )
    return technicien_metz


def lettres():
    ecrire_la_lettre.apply().get()
    return CourrielSortant.objects.filter(gabarit="information/lettre")


def test_i01_la_lettre_une_fois_par_semaine(abonnee, administrateur_moselle, collegue_metz, caisse_moselle):
    assert lettres().count() == 0
    publier(administrateur_moselle, caisse_moselle)
    assert [lettre.destinataire for lettre in lettres()] == [abonnee.email]
    assert "Nouveaux plafonds" in lettres().get().corps
    publier(administrateur_moselle, caisse_moselle, titre="Autre nouvelle")
    assert lettres().count() == 1
    Abonnement.objects.update(lettre_le=horloge.maintenant() - dt.timedelta(days=8))
    assert lettres().count() == 2
    # What came before was told already, and nothing is new: no third letter.
    Abonnement.objects.update(lettre_le=horloge.maintenant())
    assert lettres().count() == 2


def test_i01_se_desabonner(abonnee, administrateur_moselle, caisse_moselle):
    connecte(abonnee).post("/informations/abonner/", {"oui": "0"})
    publier(administrateur_moselle, caisse_moselle)
    assert lettres().count() == 0
    assert connecte(administrateur_moselle).post("/informations/abonner/", {"oui": "1"}).status_code == 403
    assert Abonnement.objects.count() == 0


def balise(document: pikepdf.Pdf) -> None:
    """Give a PDF what a screen reader needs."""
    document.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
    document.Root.StructTreeRoot = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot)
    )
    document.Root.Lang = "fr"
    document.docinfo["/Title"] = "Guide"


def test_i01_un_document_dit_accessible_a_de_quoi_se_lire(administrateur_moselle, caisse_moselle):
    """I-01: said accessible, a file without tags, language or title is refused; given in text too, it is published."""
    for nom, contenu in (("guide.pdf", pdf()), ("guide.png", png())):
        muet = SimpleUploadedFile(nom, contenu)
        envoi = {"nature": "document", "titre": "Guide", "accessible": "on", "fichiers": muet}
        reponse = publier(administrateur_moselle, caisse_moselle, **envoi)
        assert "accessible" in reponse.context["form"].errors
    assert Publication.objects.count() == 0
    document(
        administrateur_moselle,
        caisse_moselle,
        accessible="",
        autre_forme="Tout le guide.",
        fichiers=SimpleUploadedFile("guide.pdf", pdf(), "application/pdf"),
    )


def document(administrateur, caisse, **champs):
    """A document published with its file, found clean."""
    fichier = SimpleUploadedFile("guide.pdf", pdf(balise), "application/pdf")
    envoi = {"nature": "document", "titre": "Guide", "accessible": "on", "fichiers": fichier}
    reponse = publier(administrateur, caisse, **envoi | champs)
    assert reponse.status_code == HTTPStatus.FOUND, reponse.context["form"].errors
    publication = Publication.objects.latest("pk")
    analyses.conclure(publication.document, "sain", "", "essai")
    return publication


def test_i01_un_document_est_un_fichier_du_portail(
    administrateur_moselle, technicien_metz, agent_var, metz, caisse_moselle
):
    """I-01: checked and sealed; by theme; updated with its date; another file takes its place; not beyond its day."""
    publication = document(administrateur_moselle, caisse_moselle, theme="Aides")
    client, adresse = connecte(technicien_metz), f"/informations/{publication.pk}/document/"
    assert "thème" in client.get("/informations/").content.decode().lower()
    assert "Guide" not in client.get("/informations/?nature=lien").content.decode()
    remis = client.get(adresse)
    assert remis.getvalue().startswith(b"%PDF") and remis["Content-Disposition"].startswith("attachment")
    assert connecte(agent_var).get(adresse).status_code == HTTPStatus.NOT_FOUND
    admin, ancien = connecte(administrateur_moselle), publication.document.emplacement
    neuf = SimpleUploadedFile("guide2.pdf", pdf(balise), "application/pdf")
    envoi = {"caisse": caisse_moselle.pk, "nature": "document", "titre": "Guide à jour", "accessible": "on"}
    assert (
        admin.post(f"/informations/{publication.pk}/modifier/", envoi | {"fichiers": neuf}).status_code == 302
    )
    publication = Publication.objects.get()
    assert publication.document.emplacement != ancien
    page = client.get("/informations/").content.decode()
    assert "Guide à jour" in page and "mise à jour" in page and "en cours de contrôle" in page
    assert client.get(adresse).status_code == HTTPStatus.FORBIDDEN, "not judged yet"
    Publication.objects.update(jusqu_au=horloge.maintenant().date() - dt.timedelta(days=1))
    assert client.get(adresse).status_code == HTTPStatus.NOT_FOUND


def test_i01_visee_par_type_de_structure(administrateur_moselle, technicien_metz, metz, caisse_moselle):
    """I-01: aimed at kinds of structures, neither the page, nor the file, nor the letter reach another kind."""
    Abonnement.objects.create(compte=technicien_metz, depuis=horloge.maintenant())
    autre = next(un for un in Partenaire.Type.values if un != metz.type)
    publication = document(administrateur_moselle, caisse_moselle, types=[autre])
    client = connecte(technicien_metz)
    assert "Guide" not in client.get("/informations/").content.decode()
    assert client.get(f"/informations/{publication.pk}/document/").status_code == HTTPStatus.NOT_FOUND
    ecrire_la_lettre()
    assert not CourrielSortant.objects.filter(corps__contains="Guide").exists()
    Publication.objects.update(types=[metz.type])
    assert "Guide" in client.get("/informations/").content.decode()


def test_i01_inaccessible_une_autre_forme(administrateur_moselle, technicien_metz, metz, caisse_moselle):
    """I-01: a document that is not accessible is given in another form, which is asked for."""
    fichier = SimpleUploadedFile("guide.pdf", pdf(balise), "application/pdf")
    envoi = {"nature": "document", "titre": "Guide", "fichiers": fichier}
    offert = connecte(administrateur_moselle).get(PUBLIER).context["form"]["accessible"]
    assert not offert.value(), "said by whom has looked, never by default"
    assert (
        "Écrivez ce que dit ce document"
        in publier(administrateur_moselle, caisse_moselle, **envoi).content.decode()
    )
    document(
        administrateur_moselle, caisse_moselle, accessible="", autre_forme="Le plafond est de 800 euros."
    )
    assert "Le plafond est de 800 euros." in connecte(technicien_metz).get("/informations/").content.decode()


def test_i01_le_document_reste_lisible_tant_qu_il_est_publie(administrateur_moselle, metz, caisse_moselle):
    """I-01: its key is moved along before it dies."""
    publication = document(administrateur_moselle, caisse_moselle)
    terme, jour = publication.document.terme_le, horloge.maintenant().date()
    creer_cles(jour + dt.timedelta(days=440), jour)
    with time_machine.travel(horloge.maintenant() + dt.timedelta(days=40)):
        assert ecrire_la_lettre()["documents"] == 1
        assert ecrire_la_lettre()["documents"] == 0
    assert Publication.objects.get().document.terme_le > terme
