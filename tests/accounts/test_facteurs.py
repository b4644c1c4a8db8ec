"""Printed codes and remembered post: the second factor without the telephone (ASVS 6.5)."""

import time_machine
from django.conf import settings
from django.test import Client

from accounts.actions.acces import definir_mot_de_passe, envoyer_lien
from accounts.models.acces import LienPersonnel
from accounts.models.facteurs import CodeSecours
from accounts.views.connexion import COOKIE_POSTE
from tests.accounts.aides import courriels, lien, texte
from tests.accounts.test_connexion import code_present, saisir_mot_de_passe
from tests.distribution import MOT_DE_PASSE, connecte


def carte(compte) -> list[str]:
    reponse = connecte(compte).post("/mon-compte/codes-de-secours/", {"mot_de_passe": MOT_DE_PASSE})
    return reponse.context["codes"]


def test_un_code_imprime_sert_une_fois(technicien_metz):
    codes = carte(technicien_metz)
    assert len(set(codes)) == 10
    for attendu in (302, 200):
        client = Client()
        saisir_mot_de_passe(client, "technicien.metz")
        assert client.post("/connexion/code/", {"code": codes[0]}).status_code == attendu
    assert "Il en reste 9" in courriels(technicien_metz.email)[-1].corps


def test_aucun_courriel_ne_porte_de_code(technicien_metz):
    """The mail box is no second factor (ASVS 6.3.6): signing in writes to nobody."""
    client = Client()
    saisir_mot_de_passe(client, technicien_metz.identifiant)
    client.post("/connexion/code/", {"code": code_present()})
    assert client.get("/").status_code == 200 and courriels(technicien_metz.email) == []


def test_les_codes_ne_sont_gardes_que_haches(technicien_metz):
    codes = carte(technicien_metz)
    gardes = " ".join(CodeSecours.objects.values_list("empreinte", flat=True))
    assert not any(code.replace(" ", "") in gardes for code in codes)


def test_la_carte_demande_le_mot_de_passe_et_annule_l_ancienne(technicien_metz):
    ancienne = carte(technicien_metz)
    reponse = connecte(technicien_metz).post("/mon-compte/codes-de-secours/", {"mot_de_passe": "faux"})
    assert "Ce n’est pas votre mot de passe" in texte(reponse) and not reponse.context["codes"]
    carte(technicien_metz)
    client = Client()
    saisir_mot_de_passe(client, "technicien.metz")
    assert client.post("/connexion/code/", {"code": ancienne[0]}).status_code == 200


def test_les_essais_de_codes_imprimes_sont_ralentis(technicien_metz):
    codes = carte(technicien_metz)
    with time_machine.travel("2026-11-22T10:00:05Z", tick=False):
        client = Client()
        saisir_mot_de_passe(client, "technicien.metz")
        for faux in ("0000000000", "0000000001"):
            client.post("/connexion/code/", {"code": faux})
        assert client.post("/connexion/code/", {"code": codes[0]}).status_code == 200


def test_poste_retenu_douze_heures_pour_le_code_seulement(technicien_metz):
    with time_machine.travel("2026-11-22T08:00:05Z", tick=False) as temps:
        client = Client()
        saisir_mot_de_passe(client, "technicien.metz")
        client.post("/connexion/code/", {"code": code_present(), "se_souvenir": "on"})
        client.post("/deconnexion/")
        assert client.get("/").url.startswith("/connexion/")
        assert saisir_mot_de_passe(client, "technicien.metz", "mauvais mot").status_code == 200
        assert saisir_mot_de_passe(client, "technicien.metz").url == "/"
        client.post("/deconnexion/")
        temps.move_to("2026-11-22T20:00:06Z")
        assert saisir_mot_de_passe(client, "technicien.metz").url == "/connexion/code/"


def test_ce_qui_ouvre_ne_se_devine_pas(technicien_metz):
    """Session, remembered post, personal link: 128 random bits at least (ASVS 11.5.1)."""
    client = Client()
    saisir_mot_de_passe(client, "technicien.metz")
    client.post("/connexion/code/", {"code": code_present(), "se_souvenir": "on"})
    envoyer_lien(technicien_metz, LienPersonnel.Usage.MOT_DE_PASSE)
    jetons = {nom: client.cookies[nom].value for nom in (settings.SESSION_COOKIE_NAME, COOKIE_POSTE)}
    jetons["lien"] = lien(technicien_metz.email, "mot-de-passe").rstrip("/").rpartition("/")[2]
    # Letters of one case and figures at the worst: 5 bits a sign.
    assert {nom: jeton for nom, jeton in jetons.items() if len(jeton) * 5 < 128 or len(set(jeton)) < 10} == {}


def test_le_poste_d_un_autre_ne_sert_pas(technicien_metz, collegue_metz):
    client = Client()
    saisir_mot_de_passe(client, "technicien.metz")
    client.post("/connexion/code/", {"code": code_present(), "se_souvenir": "on"})
    client.post("/deconnexion/")
    assert saisir_mot_de_passe(client, "collegue.metz").url == "/connexion/code/"


def test_un_nouveau_mot_de_passe_oublie_les_postes(technicien_metz):
    client = Client()
    saisir_mot_de_passe(client, "technicien.metz")
    client.post("/connexion/code/", {"code": code_present(), "se_souvenir": "on"})
    definir_mot_de_passe(technicien_metz, "Trois loutres et un piano")
    reponse = saisir_mot_de_passe(client, "technicien.metz", "Trois loutres et un piano")
    assert reponse.url == "/connexion/code/"
