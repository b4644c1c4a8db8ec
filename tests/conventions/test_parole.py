"""The partner speaks: what it keeps itself, writes, announces and asks (C-20)."""

import datetime as dt

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conformite.models.journal import LigneJournal
from conventions.models.suites import Annonce, Preuve
from socle.models import CourrielSortant
from tests.conventions.aides import champs_de, erreurs, rien_ne_change
from tests.conventions.textes import texte_du_pdf
from tests.fichiers.echantillons import pdf


@pytest.fixture
def base(metz, caisse_moselle):
    """The page of the convention of Metz, whose two sides have an address."""
    caisse_moselle.courriel = "partenaires@cpam-moselle.example"
    caisse_moselle.save()
    metz.courriel = "contact@metz.example"
    metz.save()
    return f"/conventions/{metz.conventions.get().reference}/"


@pytest.fixture
def gestionnaire(connecte, gestionnaire_metz):
    """The gestionnaire of Metz."""
    return connecte(gestionnaire_metz)


def lettre():
    """Return a letter to send."""
    return SimpleUploadedFile("lettre.pdf", pdf(), "application/pdf")


def destinataires(gabarit):
    """Return who was written to."""
    return set(CourrielSortant.objects.filter(gabarit=gabarit).values_list("destinataire", flat=True))


def test_it_keeps_its_referents(gestionnaire, base, metz):
    """C-08, C-20: the structure names its own référents, takes them away, and the caisse is told."""
    referent = {"theme": "Droits", "nom": "Alix Morel", "fonction": "Action sociale"}
    page = gestionnaire.get(f"{base}referents/nouveau/").content.decode()
    assert "CPAM de Moselle" not in page.split("<form", 1)[1]
    assert gestionnaire.post(f"{base}referents/nouveau/", referent).status_code == 302
    ligne = metz.conventions.get().referents.get()
    assert (ligne.partie, ligne.caisse) == ("partenaire", None)
    assert "partenaires@cpam-moselle.example" in destinataires("conventions/referents")
    assert gestionnaire.post(f"{base}referents/{ligne.pk}/retirer/", {"confirme": "oui"}).status_code in (
        200,
        302,
    )


def test_it_does_not_keep_those_of_the_caisse(
    connecte, administrateur_moselle, caisse_moselle, gestionnaire, base, metz
):
    """C-20: a référent of the caisse is not the structure's to take away."""
    referent = {
        "partie": str(caisse_moselle.pk),
        "theme": "Droits",
        "nom": "Alix Morel",
        "fonction": "Accueil",
    }
    connecte(administrateur_moselle).post(f"{base}referents/nouveau/", referent)
    ligne = metz.conventions.get().referents.get()
    with rien_ne_change():
        assert gestionnaire.post(f"{base}referents/{ligne.pk}/retirer/").status_code == 403


def test_it_keeps_what_it_must_communicate(gestionnaire, base, metz):
    """C-20: DPO, contact address, representative, sites; the caisse is told; members and domains are not its to change."""
    adresse = f"/partenaires/{metz.siret}/modifier/"
    envoi = champs_de(gestionnaire.get(adresse))
    assert not {"membres", "domaines", "nom"} & set(envoi)
    envoi |= {
        "dpo_nom": "Alix Morel",
        "dpo_courriel": "dpo@metz.example",
        "sites": "1 rue Haute\n2 rue Basse",
    }
    assert (
        gestionnaire.post(adresse, envoi | {"membres": "3", "domaines": "autre.example"}).status_code == 302
    )
    avant = metz.membres, metz.domaines
    metz.refresh_from_db()
    assert (metz.membres, metz.domaines) == avant
    assert (metz.dpo_courriel, metz.sites) == ("dpo@metz.example", ["1 rue Haute", "2 rue Basse"])
    assert "partenaires@cpam-moselle.example" in destinataires("conventions/partenaire_modifie")


def test_its_page_leads_to_all_that_it_says(gestionnaire, connecte, technicien_metz, base, metz):
    """C-20: from the page of the convention, its record, a difficulty, a letter, the evaluation; a technicien has none of them."""
    voies = {
        f"/partenaires/{metz.siret}/",
        f"{base}suivi/",
        f"{base}annonces/nouvelle/",
        f"{base}evaluation/",
    }
    liens = set(lxml.html.fromstring(gestionnaire.get(base).content).xpath("//main//a/@href"))
    assert voies <= liens
    assert all(gestionnaire.get(voie).status_code == 200 for voie in voies)
    assert not voies & set(
        lxml.html.fromstring(connecte(technicien_metz).get(base).content).xpath("//main//a/@href")
    )


def test_what_it_communicates_is_read(gestionnaire, base, metz):
    """C-20: sites and web site stand on its record, the sites in the list of référents too; the members are asked for."""
    adresse = f"/partenaires/{metz.siret}/"
    envoi = champs_de(gestionnaire.get(f"{adresse}modifier/"))
    sites = {"sites": "1 rue Haute, Metz", "site_internet": "https://metz.example/"}
    assert gestionnaire.post(f"{adresse}modifier/", envoi | sites).status_code == 302
    page = gestionnaire.get(adresse).content.decode()
    assert "1 rue Haute, Metz" in page
    assert "https://metz.example/" in page
    assert 'href="/habilitations/nouvelle/membres/"' in page
    convention = metz.conventions.get()
    convention.clauses = [{"code": "liste-parties", "version": 1, "texte": ""}]
    convention.save()
    assert "1 rue Haute, Metz" in texte_du_pdf(gestionnaire.get(f"{base}referents.pdf").content)


def test_a_message_that_names_a_person_is_hidden_from_both(
    gestionnaire, connecte, administrateur_moselle, base, caisse_moselle
):
    """C-20, D-14: set aside as such, its words and its file go, and the structure is told to file it at the desk."""
    envoi = {
        "caisse": caisse_moselle.pk,
        "nature": "gestion",
        "texte": "La situation de Zoé Quatremain est bloquée.",
        "fichiers": lettre(),
    }
    assert gestionnaire.post(f"{base}annonces/nouvelle/", envoi).status_code == 302
    annonce = Annonce.objects.get()
    client = connecte(administrateur_moselle)
    envoi = {"issue": "personne", "reponse": ""}
    assert client.post(f"{base}annonces/{annonce.pk}/repondre/", envoi).status_code == 302
    for lecteur in (client, gestionnaire):
        page = lecteur.get(base).content.decode()
        assert "Quatremain" not in page
        assert "Un technicien de votre structure dépose la demande" in page
    annonce.refresh_from_db()
    assert annonce.texte == ""
    assert not Preuve.objects.filter(annonce=annonce).exists()


def test_a_letter_leads_to_what_it_undoes(
    gestionnaire, connecte, administrateur_moselle, base, caisse_moselle
):
    """C-20: who answers finds the letter, and the page on which its effects are recorded."""
    envoi = {
        "caisse": caisse_moselle.pk,
        "nature": "denonciation",
        "texte": "Nous arrêtons.",
        "lettre_du": caisse_moselle.jour.isoformat(),
        "fichiers": lettre(),
    }
    gestionnaire.post(f"{base}annonces/nouvelle/", envoi)
    page = connecte(administrateur_moselle).get(base).content.decode().split('id="titre-annonces"')[1]
    assert f'href="{base}caisses/moselle/denoncer/"' in page
    assert f'href="{base}preuves/"' in page


def test_each_side_writes_its_own_difficulty(
    connecte,
    administrateur_moselle,
    technicien_metz,
    gestionnaire_grimaud,
    gestionnaire,
    base,
    caisse_moselle,
):
    """C-11, C-20: both sides are shown with their name; a technicien and another structure write nothing."""
    jour = caisse_moselle.jour.isoformat()
    for client, texte in (
        (gestionnaire, "Réponses lentes."),
        (connecte(administrateur_moselle), "Pièces floues."),
    ):
        envoi = {"nature": "difficulte", "jour": jour, "texte": texte}
        assert client.post(f"{base}suivi/", envoi).status_code == 302
    page = gestionnaire.get(base).content.decode()
    assert "par Metz Métropole" in page
    assert "par la CPAM de Moselle" in page
    with rien_ne_change():
        assert connecte(technicien_metz).post(f"{base}suivi/", envoi).status_code == 403
        assert connecte(gestionnaire_grimaud).post(f"{base}suivi/", envoi).status_code == 404


def test_a_comite_counts_once_confirmed(gestionnaire, base, metz, caisse_moselle):
    """C-21: planned, it is to be confirmed; held, it says who came and what was decided; never twice."""
    veille = (caisse_moselle.jour - dt.timedelta(days=1)).isoformat()
    gestionnaire.post(f"{base}suivi/", {"nature": "comite", "jour": veille, "texte": "Ordre du jour"})
    comite = metz.conventions.get().suivis.get()
    adresse = f"{base}suivi/{comite.pk}/confirmer/"
    with rien_ne_change():
        assert "texte" in erreurs(gestionnaire.post(adresse, {"tenu": "oui", "presents": "", "texte": ""}))
    decisions = {"tenu": "oui", "presents": "Les deux directions", "texte": "Former en mars."}
    assert gestionnaire.post(adresse, decisions).status_code == 302
    comite.refresh_from_db()
    assert (comite.tenu, comite.presents) == (True, "Les deux directions")
    assert gestionnaire.post(adresse, decisions).status_code == 409


def test_it_announces_a_letter_with_its_proof(
    connecte, administrateur_moselle, administrateur_var, gestionnaire, base, metz, caisse_moselle
):
    """C-20: date and file are asked for; the caisse is told, answers, and the structure reads its answer."""
    adresse = f"{base}annonces/nouvelle/"
    jour = caisse_moselle.jour
    envoi = {
        "caisse": caisse_moselle.pk,
        "nature": "denonciation",
        "texte": "Nous arrêtons.",
        "lettre_du": jour.isoformat(),
    }
    with rien_ne_change():
        assert "fichiers" in erreurs(gestionnaire.post(adresse, envoi))
        demain = (jour + dt.timedelta(days=1)).isoformat()
        assert "lettre_du" in erreurs(
            gestionnaire.post(adresse, envoi | {"lettre_du": demain, "fichiers": lettre()})
        )
    assert gestionnaire.post(adresse, envoi | {"fichiers": lettre()}).status_code == 302
    annonce = Annonce.objects.get()
    assert Preuve.objects.get(annonce=annonce).nature == "denonciation"
    assert destinataires("conventions/annonce") == {"partenaires@cpam-moselle.example"}
    client = connecte(administrateur_moselle)
    assert "Nous arrêtons." in client.get(base).content.decode()
    assert "Annonce d’une structure" in client.get("/").content.decode()
    reponse = f"{base}annonces/{annonce.pk}/repondre/"
    assert connecte(administrateur_var).get(reponse).status_code == 404
    assert gestionnaire.get(reponse).status_code == 403
    with rien_ne_change():
        assert "reponse" in erreurs(client.post(reponse, {"issue": "ecartee", "reponse": ""}))
    assert client.post(reponse, {"issue": "ecartee", "reponse": "Lettre non reçue."}).status_code == 302
    assert "Lettre non reçue." in gestionnaire.get(base).content.decode()
    assert destinataires("conventions/annonce_close") == {"contact@metz.example"}
    assert {"annonce.faire", "annonce.clore"} <= set(LigneJournal.objects.values_list("acte", flat=True))


def test_it_asks_for_a_rule(gestionnaire, connecte, technicien_metz, base, caisse_moselle):
    """C-20: a change of parameter is asked, without a letter; the convention is unchanged; a technicien asks nothing."""
    envoi = {"caisse": caisse_moselle.pk, "nature": "regle", "texte": "Un comité par an."}
    adresse = f"{base}annonces/nouvelle/"
    assert connecte(technicien_metz).post(adresse, envoi).status_code == 403
    assert gestionnaire.post(adresse, envoi).status_code == 302
    assert Annonce.objects.get().lettre_du is None


def test_a_question_on_the_partnership_reaches_who_can_answer(
    gestionnaire, connecte, administrateur_moselle, base, caisse_moselle
):
    """C-20, D-01: evolutions, offers, management: asked by the gestionnaire, answered in words by the administrateur."""
    for nature in ("gestion", "evolutions", "offres"):
        envoi = {"caisse": caisse_moselle.pk, "nature": nature, "texte": "Que change la réforme ?"}
        assert gestionnaire.post(f"{base}annonces/nouvelle/", envoi).status_code == 302
        question = Annonce.objects.get(nature=nature)
        reponse = f"{base}annonces/{question.pk}/repondre/"
        client = connecte(administrateur_moselle)
        assert "reponse" in erreurs(client.post(reponse, {"issue": "suivie", "reponse": ""}))
        assert (
            client.post(reponse, {"issue": "suivie", "reponse": f"Voici pour {nature}."}).status_code == 302
        )
        assert f"Voici pour {nature}." in gestionnaire.get(base).content.decode()


def test_a_nir_is_refused_in_what_it_writes(gestionnaire, base, caisse_moselle):
    """D-03: no social security number in an announce."""
    envoi = {"caisse": caisse_moselle.pk, "nature": "regle", "texte": "Pour 2 55 03 83 069 123 45 aussi."}
    with rien_ne_change():
        assert "texte" in erreurs(gestionnaire.post(f"{base}annonces/nouvelle/", envoi))
