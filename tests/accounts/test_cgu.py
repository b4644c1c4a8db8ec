"""Conditions of use: written by the national administrateur, accepted before anything else (A-08, A-18)."""

import pytest
from django.conf import settings

from accounts.models.acces import AcceptationCGU, VersionCGU
from demonstration.management.commands.demonstration import CGU
from socle import horloge
from tests.accounts.aides import texte
from tests.distribution import connecte

ADRESSE = "/national/cgu/"


def test_a08_publier_ferme_le_reste(national, technicien_metz):
    """A-08: published by the national one; each account accepts before anything else; the proof is counted."""
    client, technicien = connecte(national), connecte(technicien_metz)
    assert technicien.get("/").status_code == 200
    page = client.post(ADRESSE, {"texte": CGU})
    # The one who publishes accepts too, at the next page.
    assert page.url == ADRESSE and client.get(ADRESSE).url == "/cgu/"
    version = VersionCGU.objects.en_vigueur()
    assert version.publiee_par == national and technicien.get("/").url == "/cgu/"
    for entre in (client, technicien):
        assert "Accepter et continuer" in texte(entre.get("/cgu/"))
        assert entre.post("/cgu/", {"accepter": "on"}).status_code == 302
        assert "Vous avez accepté cette version." in texte(entre.get("/cgu/"))
    assert technicien.get("/").status_code == 200
    preuve = AcceptationCGU.objects.get(compte=technicien_metz, version=version)
    assert preuve.acceptee_le >= version.publiee_le
    lignes = texte(client.get(ADRESSE))
    publiee = horloge.jour(settings.TIME_ZONE, version.publiee_le)
    assert f"Version {version.numero} {publiee:%d/%m/%Y} {national.nom_complet} 2" in lignes


def test_m21_avant_les_premieres_conditions_rien_n_ouvre_que_leur_publication(
    national, technicien_metz, agent_moselle
):
    """A-08: who may publish is led there, everybody else waits, on every page; then each accepts."""
    AcceptationCGU.objects.all().delete()
    VersionCGU.objects.all().delete()
    premier, *autres = connecte(national), connecte(technicien_metz), connecte(agent_moselle)
    for adresse in ("/", "/demandes/", "/demandes/nouvelle/", "/tri/", "/conventions/", "/mon-compte/"):
        assert premier.get(adresse).url == ADRESSE, adresse
        assert [autre.get(adresse).url for autre in autres] == ["/cgu/"] * 2, adresse
    for autre in autres:
        assert "Le portail n’est pas encore ouvert" in texte(autre.get("/cgu/"))
        assert (
            autre.get(ADRESSE).url == "/cgu/" and autre.post("/cgu/", {"accepter": "on"}).status_code == 200
        )
    assert premier.post(ADRESSE, {"texte": CGU}).url == ADRESSE
    for entre in (premier, *autres):
        assert entre.get("/").url == "/cgu/" and entre.post("/cgu/", {"accepter": "on"}).url == "/"
        assert entre.get("/").status_code == 200


@pytest.mark.parametrize(
    ("retire", "mention"),
    [
        ("professionnel", "l’usage est professionnel"),
        ("européen", "depuis le territoire européen"),
        ("gratuit", "le portail est gratuit"),
        ("facultatif", "le portail est facultatif"),
    ],
)
def test_a18_les_mentions_sont_dites(national, retire, mention):
    """A-18: a text that does not say it is refused, with what is missing; nothing is published."""
    client, avant = connecte(national), VersionCGU.objects.count()
    reponse = client.post(ADRESSE, {"texte": CGU.replace(retire, "…")})
    assert reponse.status_code == 422
    assert "Le texte doit dire aussi : " in texte(reponse) and mention in texte(reponse)
    assert VersionCGU.objects.count() == avant


def test_a18_les_conditions_de_la_demonstration_disent_tout(national, technicien_metz):
    """A-18: professional, European, free, optional, without effect: what the person reads before accepting."""
    connecte(national).post(ADRESSE, {"texte": CGU})
    page = texte(connecte(technicien_metz).get("/cgu/"))
    for mot in ("professionnel", "territoire européen", "gratuit et facultatif", "ni sur les assurés"):
        assert mot in page


def test_a08_le_meme_texte_n_est_pas_publie(national):
    """A-08: the same text again would only bother people."""
    client = connecte(national)
    client.post(ADRESSE, {"texte": CGU})
    client.post("/cgu/", {"accepter": "on"})
    reponse = client.post(ADRESSE, {"texte": f"{CGU}\n\n"})
    assert "rien ne change" in texte(reponse)
    assert VersionCGU.objects.filter(texte=CGU).count() == 1


@pytest.mark.parametrize(
    "acteur", ["administrateur_moselle", "gestionnaire_metz", "technicien_metz", "dpo_moselle"]
)
def test_a08_personne_d_autre_ne_publie(request, acteur):
    """A-08: nobody but the national administrateur."""
    client, avant = connecte(request.getfixturevalue(acteur)), VersionCGU.objects.count()
    assert client.get(ADRESSE).status_code == client.post(ADRESSE, {"texte": CGU}).status_code == 403
    assert VersionCGU.objects.count() == avant
