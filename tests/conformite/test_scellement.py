"""Sealed data: unreadable without the key of their term day, and only where they were sealed."""

import base64
import datetime as dt
import os
import threading
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest
from django.core.management import call_command

from conformite import scellement
from conformite.models.objet_scelle import ObjetScelle
from conformite.scellement import (
    CleAbsente,
    CleMaitreInvalide,
    Illisible,
    cle_de_terme,
    creer_cles,
    detruire_cle,
    jours_de_terme,
    magasin,
    ouvrir_secret,
    problemes,
    sceller_secret,
    tourner_cles,
    vider_le_cache,
)
from socle import horloge

AUJOURD_HUI = horloge.temps_reel().date()
TERME = AUJOURD_HUI + dt.timedelta(days=30)


class Dossier(ObjetScelle):
    """A sealed object that has no table: sealing needs none."""

    class Meta:
        app_label = "essai"
        managed = False


@pytest.fixture(autouse=True)
def cles(tmp_path: Path, settings) -> Path:
    settings.DOSSIER_CLES = tmp_path / "cles"
    vider_le_cache()
    creer_cles(AUJOURD_HUI + dt.timedelta(days=60), AUJOURD_HUI)
    yield settings.DOSSIER_CLES
    vider_le_cache()


def un_dossier(terme: dt.date = TERME) -> Dossier:
    dossier = Dossier()
    dossier.fixer_terme(terme)
    return dossier


def copie(dossier: Dossier) -> Dossier:
    """Return what a backup of the row gives back."""
    return Dossier(sceau=dossier.sceau, cle_enveloppee=dossier.cle_enveloppee, terme_le=dossier.terme_le)


@pytest.mark.parametrize("valeur", ["Élodie", {"nom": "Le Goff", "n": [1, None]}, "", "مرحبا 🙂"])
def test_what_is_sealed_is_read_back(valeur):
    dossier = un_dossier()
    assert copie(dossier).ouvrir(dossier.sceller(valeur, "identite"), "identite") == valeur


def test_bytes_are_sealed_as_they_are():
    dossier = un_dossier()
    octets = os.urandom(100_000)
    scelle = dossier.sceller_octets(octets, "fichier:1")
    assert octets[:64] not in scelle
    assert dossier.ouvrir_octets(scelle, "fichier:1") == octets


def test_a_value_moved_elsewhere_is_unreadable():
    dossier, autre = un_dossier(), un_dossier()
    scelle = dossier.sceller("x", "message:1")
    with pytest.raises(Illisible):
        dossier.ouvrir(scelle, "message:2")
    with pytest.raises(Illisible):
        autre.ouvrir(scelle, "message:1")
    autre.cle_enveloppee = dossier.cle_enveloppee
    with pytest.raises(Illisible):
        autre.ouvrir(scelle, "message:1")


@pytest.mark.parametrize("octet", [0, 5, 20, -1])
def test_an_altered_value_is_unreadable(octet):
    dossier = un_dossier()
    scelle = bytearray(dossier.sceller("x", "identite"))
    scelle[octet] ^= 1
    with pytest.raises(Illisible):
        dossier.ouvrir(bytes(scelle), "identite")


def test_without_a_term_nothing_is_sealed():
    with pytest.raises(Illisible):
        Dossier().sceller("x", "identite")


def test_a_destroyed_day_is_unreadable_even_from_a_copy_of_the_row():
    dossier, autre_jour = un_dossier(), un_dossier(TERME + dt.timedelta(days=1))
    scelle, reste = dossier.sceller("secret", "identite"), autre_jour.sceller("reste", "identite")
    assert detruire_cle(TERME) is True
    with pytest.raises(CleAbsente):
        copie(dossier).ouvrir(scelle, "identite")
    assert autre_jour.ouvrir(reste, "identite") == "reste"
    assert detruire_cle(TERME) is False


def test_a_key_destroyed_elsewhere_is_forgotten_after_ten_minutes(cles, monkeypatch):
    dossier = un_dossier()
    scelle = dossier.sceller("secret", "identite")
    (cles / f"termes/{TERME.isoformat()}.cle").unlink()
    assert dossier.ouvrir(scelle, "identite") == "secret"
    instant = magasin.time.monotonic()
    monkeypatch.setattr(magasin.time, "monotonic", lambda: instant + 601)
    with pytest.raises(CleAbsente):
        dossier.ouvrir(scelle, "identite")


def test_moving_the_term_wraps_the_key_again_and_nothing_else():
    dossier = un_dossier()
    scelle, avant = dossier.sceller("secret", "identite"), dossier.cle_enveloppee
    dossier.fixer_terme(TERME + dt.timedelta(days=15))
    assert dossier.terme_le == TERME + dt.timedelta(days=15)
    assert dossier.cle_enveloppee != avant
    assert len(dossier.cle_enveloppee) == 32 + scellement.AES_GCM_OVERHEAD
    detruire_cle(TERME)
    assert copie(dossier).ouvrir(scelle, "identite") == "secret"


def test_a_term_without_its_key_is_refused():
    with pytest.raises(CleAbsente):
        Dossier().fixer_terme(AUJOURD_HUI + dt.timedelta(days=4000))


def test_the_rotation_of_the_master_key_keeps_everything_readable(settings):
    ancienne, nouvelle = settings.CLES_MAITRES[0], base64.b64encode(os.urandom(32)).decode()
    dossier = un_dossier()
    scelle, secret = dossier.sceller("secret", "identite"), sceller_secret(b"graine", "totp", "appareil:1")
    settings.CLES_MAITRES = [nouvelle, ancienne]
    vider_le_cache()
    assert dossier.ouvrir(scelle, "identite") == "secret"
    assert tourner_cles() == len(jours_de_terme()) + len(scellement.mois_index()) + 1
    assert tourner_cles() == 0
    settings.CLES_MAITRES = [nouvelle]
    vider_le_cache()
    assert dossier.ouvrir(scelle, "identite") == "secret"
    assert ouvrir_secret(secret, "totp", "appareil:1") == b"graine"
    settings.CLES_MAITRES = [ancienne]
    vider_le_cache()
    with pytest.raises(CleMaitreInvalide):
        dossier.ouvrir(scelle, "identite")


@pytest.mark.django_db
def test_the_command_rotates_while_others_read(settings, capsys):
    settings.CLES_MAITRES = [base64.b64encode(os.urandom(32)).decode(), *settings.CLES_MAITRES]
    dossier = un_dossier()
    scelle, lectures, fini = dossier.sceller("secret", "identite"), [], threading.Event()

    def lire() -> None:
        while not fini.is_set():
            vider_le_cache()
            try:
                lectures.append(dossier.ouvrir(scelle, "identite"))
            except Exception as erreur:
                lectures.append(repr(erreur))

    lecteurs = [threading.Thread(target=lire) for _ in range(2)]
    for lecteur in lecteurs:
        lecteur.start()
    call_command("tourner_cles")
    fini.set()
    for lecteur in lecteurs:
        lecteur.join()
    assert set(lectures) == {"secret"}
    assert (
        f"Clés réenveloppées : {len(jours_de_terme()) + len(scellement.mois_index()) + 1}."
        in capsys.readouterr().out
    )
    call_command("tourner_cles")
    assert "Clés réenveloppées : 0." in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize("valeurs", [[], ["pas du base64 !"], [base64.b64encode(b"court").decode()]])
def test_a_wrong_master_key_is_said_at_the_start(settings, valeurs):
    settings.CLES_MAITRES = valeurs
    vider_le_cache()
    assert problemes()


@pytest.mark.django_db
def test_missing_keys_are_said_at_the_start(settings, tmp_path):
    assert problemes(), "60 days ahead are not enough"
    creer_cles(AUJOURD_HUI + dt.timedelta(days=400))
    assert problemes() == []
    settings.DOSSIER_CLES = tmp_path / "ailleurs"
    vider_le_cache()
    assert problemes()


def test_the_key_folder_never_holds_a_key_in_clear(cles):
    cle = cle_de_terme(TERME)
    assert not any(cle in chemin.read_bytes() for chemin in cles.rglob("*.cle"))
    assert {chemin.stat().st_mode & 0o777 for chemin in cles.rglob("*.cle")} == {0o600}


def test_twenty_machines_that_create_the_same_keys_agree(settings, tmp_path):
    settings.DOSSIER_CLES = tmp_path / "partage"
    fin = AUJOURD_HUI + dt.timedelta(days=20)
    with ThreadPool(20) as machines:
        faites = machines.map(lambda _: creer_cles(fin, AUJOURD_HUI), range(20))
    assert sum(faites) == len(jours_de_terme()) + len(scellement.mois_index()) + 1
    assert not list(settings.DOSSIER_CLES.rglob(".*"))
    vider_le_cache()
    cle = cle_de_terme(fin)
    assert creer_cles(fin, AUJOURD_HUI) == 0
    vider_le_cache()
    assert cle_de_terme(fin) == cle


def test_a_system_secret_belongs_to_its_owner_and_usage():
    scelle = sceller_secret(b"graine", "totp", "appareil:1")
    assert b"graine" not in scelle
    for usage, lien in (("totp", "appareil:2"), ("code", "appareil:1")):
        with pytest.raises(Illisible):
            ouvrir_secret(scelle, usage, lien)
