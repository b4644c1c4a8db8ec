"""R-09: a robot is slowed, then stopped until a code is typed; who works is not. Counted by account, whatever it opens."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models.compte import Compte
from conformite import volumes
from conformite.journal import EXPORT
from conformite.models.journal import LigneJournal
from signalements.models.demandes import Demande
from socle import crochets
from socle.models import CourrielSortant
from socle.profils import Profil
from tests.accounts.aides import texte
from tests.accounts.test_connexion import code_present
from tests.conformite.demandes import un_decor, une_demande
from tests.distribution import connecte, creer_compte_actif

# What a browser says of a form sent from our own pages.
NOTRES = {"Sec-Fetch-Site": "same-origin"}
TERME = dt.timedelta(days=30)


@pytest.fixture
def temps() -> Iterator[time_machine.Traveller]:
    """Let the test say how fast pages are opened."""
    with time_machine.travel(timezone.now().replace(hour=9, minute=0), tick=False) as fige:
        yield fige


@pytest.fixture
def decor(db: None) -> dict[str, Any]:
    return un_decor()


@pytest.fixture
def superviseur(decor: dict[str, Any]) -> Compte:
    return creer_compte_actif("superviseur.moselle", Profil.SUPERVISEUR, caisses=(decor["caisse"],))


@pytest.fixture
def dpo(decor: dict[str, Any]) -> Compte:
    return creer_compte_actif("dpo.moselle", Profil.DPO, caisses=(decor["caisse"],))


@pytest.fixture
def serre(settings: Any) -> None:
    """Thirty things an hour for everyone: the floor, whatever is written."""
    settings.VOLUMES_USUELS = dict.fromkeys(Profil.values, 0)


def demandes(decor: dict[str, Any], nombre: int) -> list[Demande]:
    """Make demandes about as many persons."""
    terme = timezone.now().date() + TERME
    return [
        une_demande(
            decor,
            terme,
            contenu={
                "assure": {
                    "nom": f"Canari{rang:03d}",
                    "prenom": "Jaune",
                    "naissance": f"{1940 + rang % 60}-{1 + rang // 60:02}-01",
                }
            },
        )
        for rang in range(nombre)
    ]


def lire(client: Client, demande: Demande, racine: str = "tri") -> HttpResponse:
    return client.get(f"/{racine}/{demande.reference}/")


def lignes(compte: Compte, acte: str) -> int:
    return LigneJournal.objects.filter(compte=compte.pk, acte=acte).count()


def avertis(destinataire: Compte) -> list[CourrielSortant]:
    return list(
        CourrielSortant.objects.filter(destinataire=destinataire.email, gabarit="droits/volume").order_by(
            "pk"
        )
    )


def arreter(client: Client, lues: list[Demande], temps: time_machine.Traveller) -> HttpResponse:
    """Read on, whatever is answered, until the account is stopped; return that answer."""
    for une in lues:
        temps.shift(1)
        reponse = lire(client, une)
        if "Saisissez un code" in texte(reponse):
            return reponse
    raise AssertionError("jamais arrêté")


def test_r09_un_robot_lit_trois_cents_demandes_en_dix_minutes(decor, superviseur, dpo, temps):
    """Requirement 28: it reads what a superviseur reads in an hour, then waits, then is stopped, and it is told at once."""
    collegue = creer_compte_actif("collegue.superviseur", Profil.SUPERVISEUR, caisses=(decor["caisse"],))
    toutes, client, statuts = demandes(decor, 300), connecte(superviseur), []
    for une in toutes:
        statuts.append(lire(client, une).status_code)
        temps.shift(2)
    usuel = volumes.usuel(Profil.SUPERVISEUR)
    assert set(statuts[:usuel]) == {200}
    # One page in ten seconds, then none.
    assert statuts[usuel : 2 * usuel].count(200) == usuel // 5
    assert set(statuts[2 * usuel :]) == {429}
    assert lignes(superviseur, volumes.RALENTIR) == usuel - usuel // 5
    assert lignes(superviseur, volumes.ARRETER) == 1
    for qui in (dpo, collegue):
        assert [("ralenti" in un.sujet, "arrêté" in un.sujet) for un in avertis(qui)] == [
            (True, False),
            (False, True),
        ]
        assert all("superviseur.moselle" in un.corps and "Canari" not in un.corps for un in avertis(qui))
    assert avertis(superviseur) == []


def test_r09_qui_traite_quatre_vingts_demandes_dans_la_journee_n_attend_jamais(decor, temps):
    """The list and the demande each five minutes, a search by name at times."""
    client = connecte(decor["agent"])
    for rang, une in enumerate(demandes(decor, 80)):
        reponses = [client.get("/tri/"), lire(client, une)]
        if rang % 4 == 0:
            reponses.append(client.post("/tri/", {"mots": f"Canari{rang:03d}"}))
        assert {une.status_code for une in reponses} == {200}, rang
        temps.shift(300)
    assert not LigneJournal.objects.filter(acte__startswith="volume.").exists()


def test_r09_relire_la_meme_page_n_est_pas_un_volume(decor, temps, serre):
    (une,) = demandes(decor, 1)
    client = connecte(decor["agent"])
    assert {lire(client, une).status_code for _ in range(31)} == {200}
    assert {client.get("/tri/?panier=terminees").status_code for _ in range(31)} == {200}


def test_r09_le_journal_exporte_encore_et_encore(dpo, temps):
    """An export counts for ten each time, whoever it is written down about: the seventh waits, who insists is stopped."""
    client, statuts = connecte(dpo), []
    for _ in range(25):
        temps.shift(1)
        statuts.append(client.get("/conformite/journal/journal.csv").status_code)
    permis = volumes.usuel(Profil.DPO) // EXPORT
    assert statuts[:permis] == [200] * permis and statuts[permis] == statuts[-1] == 429
    assert lignes(dpo, volumes.RALENTIR) and lignes(dpo, volumes.ARRETER) <= 1


def test_r09_une_recherche_qui_enumere(decor, temps, serre):
    """Names that nobody bears count too: what was typed is given back to be sent again."""
    client, statuts = connecte(decor["agent"]), []
    for rang in range(31):
        temps.shift(1)
        reponse = client.post("/tri/", {"mots": f"Inconnue{rang:02d}"}, headers=NOTRES)
        statuts.append(reponse.status_code)
    assert statuts == [200] * 30 + [429]
    assert 0 < int(reponse["Retry-After"]) <= 10 and reponse["Cache-Control"] == "no-store"
    assert "Inconnue30" in reponse.content.decode()
    temps.shift(10)
    assert client.post("/tri/", {"mots": "Inconnue30"}).status_code == 200


def test_r09_une_liste_compte_ce_qu_elle_montre(decor, temps, serre):
    """Twenty-five names a page: nine pages are one list each, and twenty-two things more."""
    demandes(decor, 250)
    client, statuts = connecte(decor["agent"]), []
    for page in range(1, 11):
        temps.shift(1)
        statuts.append(client.get(f"/tri/?panier=terminees&page={page}").status_code)
    assert statuts == [200] * 9 + [429]


def test_r09_un_export_compte_pour_dix(decor, temps, serre):
    client, statuts = connecte(decor["technicien"]), []
    for _ in range(4):
        demandes(decor, 1)
        temps.shift(60)
        statuts.append(client.get("/demandes/export/csv/").status_code)
        temps.shift(-59)
    assert statuts == [200, 200, 200, 429]


def test_r09_tout_acte_d_export_est_declare_comme_tel():
    """An act whose words say that a list leaves as a file counts as such."""
    actes = [une for actes in crochets.actes.values() for une in actes if une.lecture]
    assert {une.value for une in actes if "xport" in une.label and une.lecture != EXPORT} <= {
        "securite.exporter"  # one report, not a list
    }


def test_r09_ni_deux_navigateurs_ni_une_nouvelle_connexion_ne_recommencent_le_compte(decor, temps, serre):
    agent = decor["agent"]
    toutes = demandes(decor, 31)
    un, autre = connecte(agent), connecte(agent)
    for rang, une in enumerate(toutes[:30]):
        temps.shift(1)
        assert lire(un if rang % 2 else autre, une).status_code == 200
    un.post("/deconnexion/")
    assert lire(connecte(agent), toutes[30]).status_code == 429
    assert lire(autre, toutes[30]).status_code == 429
    # An hour later it is another hour.
    temps.shift(3601)
    assert lire(connecte(agent), toutes[30]).status_code == 200


def test_r09_le_compte_du_partenaire_aussi(decor, dpo, superviseur, temps, serre):
    """Those of the caisse whose demandes were read are told."""
    client, statuts = connecte(decor["technicien"]), []
    for une in demandes(decor, 31):
        temps.shift(1)
        statuts.append(lire(client, une, "demandes").status_code)
    assert statuts == [200] * 30 + [429]
    assert len(avertis(dpo)) == len(avertis(superviseur)) == 1


def test_r09_seul_le_code_rouvre_et_le_compte_recommence(decor, dpo, temps, serre):
    """Stopped in every browser, home page apart; a wrong code opens nothing, the right one the page that was asked."""
    agent, toutes = decor["agent"], demandes(decor, 62)
    page = arreter(connecte(agent), toutes, temps)
    assert page.status_code == 429 and "volume-code" in page.content.decode()
    adresse = f"/tri/{toutes[0].reference}/"
    temps.shift(7200)
    client, autre = connecte(agent), connecte(agent)
    for un in (client, autre):
        assert "Saisissez un code" in texte(un.get(adresse))
        assert un.get("/").status_code == 200
    faux = client.post(adresse, {"volume-code": "000000", "volume-suite": "page"})
    assert faux.status_code == 422 and "Ce code n’est pas valable" in texte(faux)
    assert client.get(adresse).status_code == 429
    temps.shift(60)
    juste = client.post(adresse, {"volume-code": code_present(), "volume-suite": "page"})
    assert juste.status_code == 302 and juste["Location"] == adresse
    assert lignes(agent, volumes.REPRENDRE) == 1 and lignes(agent, volumes.ARRETER) == 1
    assert [lire(un, une).status_code for un in (client, autre) for une in toutes[:15]] == [200] * 30
    assert len(avertis(dpo)) == 2


def test_r09_la_recherche_qui_attendait_part_avec_le_code(decor, temps, serre):
    client = connecte(decor["agent"])
    arreter(client, demandes(decor, 62), temps)
    temps.shift(60)
    page = client.post("/tri/", {"mots": "Canari007"}, headers=NOTRES)
    assert page.status_code == 429 and "Canari007" in page.content.decode()
    trouvee = client.post("/tri/", {"mots": "Canari007", "volume-code": code_present()})
    assert trouvee.status_code == 200 and "Canari007" in texte(trouvee)


def test_r09_un_code_ne_recommence_pas_le_compte_de_qui_n_est_pas_arrete(decor, temps, serre):
    client, toutes = connecte(decor["agent"]), demandes(decor, 31)
    for une in toutes[:30]:
        temps.shift(1)
        lire(client, une)
    client.post("/tri/", {"volume-code": code_present(), "volume-suite": "page"})
    assert lire(client, toutes[30]).status_code == 429
    assert lignes(decor["agent"], volumes.REPRENDRE) == 0


@pytest.mark.parametrize(("ecrit", "lu"), [(0, 30), (45, 45), (10**9, 500), (None, 30)])
def test_r09_aucun_reglage_ne_l_eteint(settings, ecrit, lu):
    settings.VOLUMES_USUELS = {} if ecrit is None else {"agent": ecrit}
    assert volumes.usuel("agent") == lu


def test_r09_chaque_profil_a_le_sien(settings):
    assert set(settings.VOLUMES_USUELS) == set(Profil.values)
