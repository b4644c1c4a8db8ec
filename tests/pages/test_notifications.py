"""The notification centre: what was written to an account, a count, where it leads; read marks."""

from http import HTTPStatus

from django.urls import reverse

from signalements.actions import instruction
from socle.courriels import deposer_courriel
from socle.models import CourrielSortant
from tests.distribution import connecte
from tests.signalements.fabrique import demande_en

GABARIT = "signalements/reponse_donnee"


def prevenir(compte, chemin="/demandes/"):
    return deposer_courriel(compte.email, GABARIT, {"reference": "D26-7KQ4-M9XP", "chemin": chemin})


def test_la_cloche_compte_et_la_liste_montre(technicien_metz, collegue_metz):
    prevenir(technicien_metz)
    page = connecte(technicien_metz)
    html = page.get("/notifications/").content.decode()
    assert "1\N{NO-BREAK SPACE}non lue" in html
    assert "La caisse a répondu à la demande D26-7KQ4-M9XP" in html
    autre = connecte(collegue_metz).get("/notifications/").content.decode()
    assert "non lue" not in autre
    assert "Aucune notification" in autre


def test_ouvrir_marque_comme_lue_et_mene_a_la_page(technicien_metz, collegue_metz):
    recue = prevenir(technicien_metz)
    adresse = reverse("notification-ouvrir", args=[recue.pk])
    assert connecte(collegue_metz).post(adresse).status_code == HTTPStatus.NOT_FOUND
    recue.refresh_from_db()
    assert recue.lu_le is None
    reponse = connecte(technicien_metz).post(adresse)
    assert reponse.headers["Location"] == "/demandes/"
    recue.refresh_from_db()
    assert recue.lu_le is not None
    assert "non lue" not in connecte(technicien_metz).get("/").content.decode()


def test_lire_la_liste_ne_marque_rien(technicien_metz):
    recue = prevenir(technicien_metz)
    page = connecte(technicien_metz)
    page.get("/notifications/")
    recue.refresh_from_db()
    assert recue.lu_le is None
    page.post("/notifications/lues/")
    recue.refresh_from_db()
    assert recue.lu_le is not None


def test_un_chemin_ne_sort_pas_du_portail(technicien_metz):
    recue = prevenir(technicien_metz, chemin="//ailleurs.example/")
    reponse = connecte(technicien_metz).post(reverse("notification-ouvrir", args=[recue.pk]))
    assert reponse.headers["Location"] == "/notifications/"


def test_un_lien_personnel_n_est_pas_une_notification(technicien_metz):
    deposer_courriel(
        technicien_metz.email, "accounts/adresse_changee", {"identifiant": technicien_metz.identifiant}
    )
    assert CourrielSortant.objects.filter(destinataire=technicien_metz.email).exists()
    assert "Aucune notification" in connecte(technicien_metz).get("/notifications/").content.decode()


def test_m12_ouvrir_la_demande_lit_ses_notifications(technicien_metz, agent_moselle):
    """Whatever the way there; those of another demande stay; one's own accusé de réception never counted."""
    ici, la_bas = (demande_en("en_cours", technicien_metz, agent_moselle) for _ in range(2))
    client = connecte(technicien_metz)
    assert "non lue" not in client.get("/").content.decode()
    for demande in (ici, la_bas):
        instruction.ecrire(demande, texte="Bonjour.", par=agent_moselle)
    assert "2\N{NO-BREAK SPACE}non lues" in client.get("/").content.decode()
    client.get(f"/demandes/{ici.reference}/")
    assert "1\N{NO-BREAK SPACE}non lue" in client.get("/").content.decode()
