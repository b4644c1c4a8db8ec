"""I-04: the local interlocuteur first, then the national support; a report gathers what is needed to treat it."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from information import regles
from information.models import Assistance
from socle import horloge
from socle.courriels import corps_complet
from socle.models import CourrielSortant
from tests.distribution import connecte

RECIT = {"page": "Joindre des pièces", "tentative": "Joindre une photo", "constat": "Message : trop lourd."}


@pytest.fixture
def demande(technicien_metz, caisse_moselle, metz):
    type(caisse_moselle).objects.filter(pk=caisse_moselle.pk).update(
        support_nom="Service partenariats", support_courriel="partenariats@moselle.example"
    )
    client = connecte(technicien_metz)
    client.post(
        "/assistance/", RECIT | {"caisse": caisse_moselle.pk}, headers={"User-Agent": "Navigateur d’essai"}
    )
    return Assistance.objects.get()


def agir(compte, demande, verbe, **envoi):
    return connecte(compte).post(reverse("assistance-agir", args=[demande.reference, verbe]), envoi)


def test_i04_la_page_nomme_l_interlocuteur_de_la_caisse(demande, technicien_metz):
    html = connecte(technicien_metz).get("/assistance/").content.decode()
    assert "Service partenariats" in html
    assert "partenariats@moselle.example" in html


def test_i04_le_rapport_porte_ce_qu_il_faut_pour_le_traiter(demande, technicien_metz, caisse_moselle):
    assert (demande.niveau, demande.caisse, demande.compte) == ("local", caisse_moselle, technicien_metz)
    assert demande.recit["environnement"] == "Navigateur d’essai"
    assert demande.due_le == caisse_moselle.jour_ouvre_apres(caisse_moselle.jour, regles.JOURS_OUVRES_SUPPORT)
    (courriel,) = CourrielSortant.objects.filter(gabarit="information/assistance_recue")
    assert courriel.destinataire == "partenariats@moselle.example"
    assert demande.reference in courriel.sujet
    assert "trop lourd" not in courriel.corps


def test_i04_pas_de_numero_de_securite_sociale(technicien_metz, caisse_moselle, metz):
    envoi = RECIT | {"caisse": caisse_moselle.pk, "constat": "Pour 2 55 08 14 168 025 38 rien ne marche"}
    reponse = connecte(technicien_metz).post("/assistance/", envoi)
    assert "numéro de sécurité sociale" in reponse.content.decode()
    assert Assistance.objects.count() == 0


def test_i04_la_caisse_repond_une_fois(demande, technicien_metz, administrateur_moselle):
    assert agir(administrateur_moselle, demande, "repondre", texte="Réduisez la photo.").status_code == 302
    demande.refresh_from_db()
    assert demande.reponse == "Réduisez la photo."
    assert (
        "Réduisez la photo."
        in connecte(technicien_metz).get(f"/assistance/{demande.reference}/").content.decode()
    )
    courriel = CourrielSortant.objects.get(gabarit="information/assistance_repondue")
    assert f"/assistance/{demande.reference}/" in courriel.corps
    assert "Réduisez" not in courriel.corps and courriel.secret_scelle is None
    assert (
        agir(administrateur_moselle, demande, "repondre", texte="Encore").status_code == HTTPStatus.FORBIDDEN
    )
    demande.refresh_from_db()
    assert demande.reponse == "Réduisez la photo."


def test_i04_une_reponse_vide_est_refusee(demande, administrateur_moselle):
    reponse = agir(administrateur_moselle, demande, "repondre", texte="")
    assert "Ce champ est obligatoire" in reponse.content.decode()
    demande.refresh_from_db()
    assert demande.repondue_le is None


def test_i04_puis_le_support_national(demande, administrateur_moselle, national):
    assert agir(national, demande, "repondre", texte="Non").status_code == HTTPStatus.NOT_FOUND
    assert agir(administrateur_moselle, demande, "transmettre").status_code == HTTPStatus.FOUND
    assert agir(administrateur_moselle, demande, "repondre", texte="Trop tard").status_code == 403
    assert agir(national, demande, "repondre", texte="C’est réparé.").status_code == HTTPStatus.FOUND
    demande.refresh_from_db()
    assert (demande.niveau, demande.reponse) == ("national", "C’est réparé.")


def test_i04_on_ne_transmet_qu_une_fois_et_avant_la_reponse(demande, administrateur_moselle, national):
    """I-04: offered and done by the caisse, once; the national support passes nothing on, nobody after an answer."""
    adresse = reverse("assistance-fiche", args=[demande.reference])
    assert "support national" in connecte(administrateur_moselle).get(adresse).content.decode()
    assert agir(administrateur_moselle, demande, "transmettre").status_code == HTTPStatus.FOUND
    avant = CourrielSortant.objects.count()
    for compte in (administrateur_moselle, national):
        assert agir(compte, demande, "transmettre").status_code == HTTPStatus.FORBIDDEN
    assert CourrielSortant.objects.count() == avant
    scellee = demande.sceller("Réparé.", "reponse")
    Assistance.objects.update(niveau="local", reponse_scellee=scellee, repondue_le=horloge.maintenant())
    assert agir(administrateur_moselle, demande, "transmettre").status_code == HTTPStatus.FORBIDDEN
    assert Assistance.objects.get().niveau == "local"


def test_i04_les_autres_ne_la_voient_pas(demande, collegue_metz, gestionnaire_metz, administrateur_var):
    for compte in (collegue_metz, gestionnaire_metz, administrateur_var):
        adresse = reverse("assistance-fiche", args=[demande.reference])
        assert connecte(compte).get(adresse).status_code == HTTPStatus.NOT_FOUND
    assert Assistance.objects.get().repondue_le is None


CONTACT = {"page": "Connexion", "constat": "Le code n’est pas lu.", "courriel": "personne@ccas.example"}


def test_accessibilite_une_reponse_sous_une_semaine(db, national):
    reponse = Client().post("/accessibilite/contact/", CONTACT, follow=True)
    demande = Assistance.objects.get()
    assert demande.due_le == horloge.jour("Europe/Paris") + dt.timedelta(days=7)
    assert demande.reference in reponse.content.decode()
    html = connecte(national).get("/").content.decode()
    assert "Demande d’assistance" in html
    agir(national, demande, "repondre", texte="Voici le code en texte.")
    (courriel,) = CourrielSortant.objects.filter(gabarit="information/assistance_repondue")
    assert courriel.destinataire == "personne@ccas.example"
    # She has no page: the mail says it, and its row no more than that there is one.
    assert "Voici le code" not in courriel.corps and "Voici le code en texte." in corps_complet(courriel)


def test_accessibilite_une_rafale_est_arretee(db):
    """A robot is stopped with a sentence; the channel stays open to the others."""
    for _ in range(regles.ANONYMES_PAR_HEURE):
        Client(REMOTE_ADDR="192.0.2.7").post("/accessibilite/contact/", CONTACT)
    reponse = Client(REMOTE_ADDR="192.0.2.7").post("/accessibilite/contact/", CONTACT)
    assert "Réessayez dans une heure" in reponse.content.decode()
    assert Assistance.objects.count() == regles.ANONYMES_PAR_HEURE
    assert Client(REMOTE_ADDR="192.0.2.8").post("/accessibilite/contact/", CONTACT).status_code == 302
