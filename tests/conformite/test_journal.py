"""The journal: identifiers only, append-only in the database, sealed by day, purged by whole days past 12 months."""

import datetime as dt
import threading
from pathlib import Path

import psycopg
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from conformite.journal import Acte, consigner
from conformite.models.journal import LigneJournal, PurgeJournal, SceauJournal
from conformite.models.travaux import Gel, LotDetruit
from conformite.sceaux import purger_le_journal, sceller_le_journal, verifier_le_journal
from conformite.scellement import creer_cles, vider_le_cache

JOUR = dt.date(2026, 3, 10)


@pytest.fixture(autouse=True)
def cles(tmp_path: Path, settings) -> None:
    settings.DOSSIER_CLES = tmp_path / "cles"
    vider_le_cache()
    creer_cles(JOUR, JOUR)
    yield
    vider_le_cache()


def ecrire(jour: dt.date, nombre: int = 3) -> None:
    with time_machine.travel(dt.datetime(jour.year, jour.month, jour.day, 10, tzinfo=dt.UTC), tick=False):
        for rang in range(nombre):
            consigner(Acte.PURGE_LOT, rang=rang)


def le(jour: dt.date, heure: int = 3) -> dt.datetime:
    return dt.datetime(jour.year, jour.month, jour.day, heure, 1, tzinfo=dt.UTC)


def apres(jours: int) -> dt.date:
    return JOUR + dt.timedelta(days=jours)


# --- What a line holds


@pytest.mark.django_db
def test_a_line_says_who_what_and_when_with_identifiers_only():
    class Compte:
        pk, profil = 12, "agent"

    gel = Gel(pk=7, caisse=3, reference="D26-1")
    consigner(Acte.GEL_LEVER, par=Compte(), objet=gel, citees=["D26-2"], n=[1, "a"])
    ligne = LigneJournal.objects.get()
    assert (ligne.acte, ligne.compte, ligne.profil) == ("gel.lever", 12, "agent")
    assert (ligne.objet_type, ligne.objet_id) == ("conformite.gel", "7")
    assert (ligne.reference, ligne.citees, ligne.caisse) == ("D26-1", ["D26-2"], 3)
    assert (ligne.partenaire, ligne.details) == (None, {"n": [1, "a"]})


@pytest.mark.django_db
def test_r04_neither_a_free_word_nor_an_object_that_is_nobody_s_is_written():
    """A new act goes to an enumeration, a new model says whose its lines are."""
    with pytest.raises(TypeError, match="énumération"):
        consigner("gel.lever", objet=Gel(caisse=3))
    with pytest.raises(TypeError, match="SceauJournal ne dit pas à qui"):
        consigner(Acte.GEL_LEVER, objet=SceauJournal())
    assert not LigneJournal.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("valeur", ["x" * 61, {"nom": "Martin"}, 3.5, object(), ["x" * 61]])
def test_what_could_hold_a_text_is_refused(valeur):
    with pytest.raises(ValueError, match="journal"):
        consigner(Acte.PURGE_LOT, detail=valeur)
    assert not LigneJournal.objects.exists()


# --- What the application's role cannot do


@pytest.mark.django_db
@pytest.mark.parametrize(
    "table", ["conformite_lignejournal", "conformite_sceaujournal", "conformite_lotdetruit"]
)
@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE {t} SET id = id",
        "DELETE FROM {t}",
        "TRUNCATE {t}",
        "ALTER TABLE {t} DISABLE TRIGGER ALL",
        "DROP TABLE {t}",
    ],
)
def test_the_role_of_the_application_cannot_change_what_is_append_only(table, ordre):
    consigner(Acte.PURGE_CLE)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre.format(t=table))
    assert LigneJournal.objects.count() == 1


@pytest.mark.django_db
def test_the_role_of_the_application_cannot_pretend_that_a_day_was_purged():
    with pytest.raises(DatabaseError), transaction.atomic():
        PurgeJournal.objects.create(jour=JOUR, nombre=0, purge_le=le(JOUR))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SELECT set_config('conformite.purge_du_jour', %s, true)", [JOUR.isoformat()])
        curseur.execute("DELETE FROM conformite_lignejournal")


def test_the_owner_is_refused_by_the_trigger_too(base_reelle, postgres):
    consigner(Acte.PURGE_CLE)
    LotDetruit.objects.create(modele="x", identites=["1"], nombre=1, detruit_le=le(JOUR))
    with postgres.connexion(base_reelle, "espace_proprietaire") as proprietaire:
        for table in ("conformite_lignejournal", "conformite_lotdetruit"):
            for ordre in ("UPDATE {t} SET id = id + 1", "DELETE FROM {t}", "TRUNCATE {t}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege, match="ajout seul"):
                    proprietaire.execute(ordre.format(t=table))


# --- Seals


@pytest.mark.django_db
def test_a_day_is_sealed_the_next_one_at_three_once_and_missed_days_are_caught_up():
    ecrire(JOUR)
    ecrire(apres(2))
    assert sceller_le_journal(le(apres(1), 2)) == 0
    assert sceller_le_journal(le(apres(1))) == 1
    assert sceller_le_journal(le(apres(1))) == 0
    assert sceller_le_journal(le(apres(6))) == 5
    assert list(SceauJournal.objects.values_list("jour", "nombre")) == [
        (JOUR, 3), (apres(1), 0), (apres(2), 3), (apres(3), 0), (apres(4), 0), (apres(5), 0),
    ]  # fmt: skip
    assert verifier_le_journal() == []


@pytest.mark.django_db
def test_a_line_that_comes_late_goes_to_the_first_open_day():
    ecrire(JOUR)
    sceller_le_journal(le(apres(2)))
    ecrire(JOUR, 1)
    assert LigneJournal.objects.order_by("-pk").values_list("jour", flat=True)[0] == apres(2)
    assert verifier_le_journal() == []


def test_the_seal_waits_for_the_lines_being_written(base_reelle):
    ecrire(JOUR, 1)
    ecrit, sceller = threading.Event(), threading.Event()

    def retardataire() -> None:
        with transaction.atomic():
            ecrire(JOUR, 1)
            ecrit.set()
            sceller.wait(5)
        connection.close()

    fil = threading.Thread(target=retardataire)
    fil.start()
    ecrit.wait(5)
    threading.Timer(0.3, sceller.set).start()
    sceller_le_journal(le(apres(1)))
    fil.join()
    assert SceauJournal.objects.get().nombre == 2
    assert verifier_le_journal() == []


ALTERATIONS = {
    "alter": "UPDATE conformite_lignejournal SET reference = 'D26-9999' WHERE jour = '2026-03-11' AND details->>'rang' = '1'",
    "shown": "UPDATE conformite_lignejournal SET citees = '{D26-9999}' WHERE jour = '2026-03-11' AND details->>'rang' = '1'",
    "author": "UPDATE conformite_lignejournal SET compte = 99 WHERE jour = '2026-03-11' AND details->>'rang' = '1'",
    "delete": "DELETE FROM conformite_lignejournal WHERE jour = '2026-03-11' AND details->>'rang' = '1'",
    "empty": "DELETE FROM conformite_lignejournal WHERE jour = '2026-03-11'",
    "insert": (
        "INSERT INTO conformite_lignejournal (quand, jour, acte, profil, objet_type, objet_id, reference, citees, details)"
        " VALUES ('2026-03-11 10:00+00', '2026-03-11', 'demande.lire', '', '', '', '', '{}', '{}')"
    ),
    "reorder": ("UPDATE conformite_lignejournal SET id = 2000000 - id WHERE jour = '2026-03-11'"),
    "move the day": "UPDATE conformite_lignejournal SET jour = '2026-03-11' WHERE id = (SELECT max(id) FROM conformite_lignejournal)",
    "seal rewritten": "UPDATE conformite_sceaujournal SET nombre = 4 WHERE jour = '2026-03-11'",
    "seal removed": "DELETE FROM conformite_sceaujournal WHERE jour = '2026-03-11'",
}


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_what_a_superuser_alters_is_seen_and_the_day_named(base_reelle, postgres, alteration):
    for jour in range(4):
        ecrire(apres(jour))
    sceller_le_journal(le(apres(4)))
    call_command("verifier_journal")
    with postgres.connexion(base_reelle) as superutilisateur:
        superutilisateur.execute("SET session_replication_role = replica")  # no trigger
        superutilisateur.execute(ALTERATIONS[alteration])
    assert dt.date(2026, 3, 11) in {anomalie.jour for anomalie in verifier_le_journal()}
    with pytest.raises(CommandError, match="11/03/2026"):
        call_command("verifier_journal")


@pytest.mark.django_db
@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_the_role_of_the_application_does_none_of_it(alteration):
    """R-04: refused; a line slipped into a sealed day goes to the first open one."""
    for jour in range(4):
        ecrire(apres(jour))
    sceller_le_journal(le(apres(4)))
    avant = list(LigneJournal.objects.order_by("pk").values())
    essai = transaction.atomic()
    if alteration == "insert":
        with essai, connection.cursor() as curseur:
            curseur.execute(ALTERATIONS[alteration])
        assert LigneJournal.objects.exclude(pk__in=[une["id"] for une in avant]).get().jour == apres(4)
    else:
        with pytest.raises(DatabaseError), essai, connection.cursor() as curseur:
            curseur.execute(ALTERATIONS[alteration])
    assert list(LigneJournal.objects.order_by("pk").values())[: len(avant)] == avant
    assert verifier_le_journal() == []


def test_the_end_of_the_journal_taken_away_with_its_seals_is_seen(base_reelle, postgres):
    for jour in range(4):
        ecrire(apres(jour))
    sceller_le_journal(le(apres(4)))
    with postgres.connexion(base_reelle) as superutilisateur:
        superutilisateur.execute("SET session_replication_role = replica")
        superutilisateur.execute("DELETE FROM conformite_lignejournal WHERE jour >= '2026-03-12'")
        superutilisateur.execute("DELETE FROM conformite_sceaujournal WHERE jour >= '2026-03-12'")
    sceller_le_journal(le(apres(4)))
    assert [anomalie.jour for anomalie in verifier_le_journal()] == [apres(3)]


def test_a_seal_recomputed_without_the_key_is_seen(base_reelle, postgres, settings, tmp_path):
    for jour in range(3):
        ecrire(apres(jour))
    sceller_le_journal(le(apres(3)))
    with postgres.connexion(base_reelle) as superutilisateur:
        superutilisateur.execute("SET session_replication_role = replica")
        superutilisateur.execute("UPDATE conformite_lignejournal SET compte = 7 WHERE jour = '2026-03-11'")
        superutilisateur.execute("DELETE FROM conformite_sceaujournal WHERE jour >= '2026-03-11'")
    vrai = settings.DOSSIER_CLES
    settings.DOSSIER_CLES = tmp_path / "fausses"
    vider_le_cache()
    creer_cles(JOUR, JOUR)
    sceller_le_journal(le(apres(3)))
    settings.DOSSIER_CLES = vrai
    vider_le_cache()
    assert apres(1) in {anomalie.jour for anomalie in verifier_le_journal()}


# --- Twelve months


@pytest.mark.django_db
def test_sealed_days_past_twelve_months_leave_without_breaking_the_proof_of_the_others():
    """R-04: the readings have a retention of their own, of twelve months."""
    for jour in range(3):
        ecrire(apres(jour))
    fin = dt.date(2027, 3, 12)
    ecrire(fin)
    sceller_le_journal(le(fin + dt.timedelta(days=1)))
    assert purger_le_journal(le(fin + dt.timedelta(days=1))) == 6
    assert purger_le_journal(le(fin + dt.timedelta(days=1))) == 0
    assert sorted(set(LigneJournal.objects.values_list("jour", flat=True))) == [apres(2), fin]
    assert list(PurgeJournal.objects.values_list("jour", "nombre"))[:2] == [(JOUR, 3), (apres(1), 3)]
    assert verifier_le_journal() == []


@pytest.mark.django_db
def test_a_younger_or_unsealed_day_cannot_be_taken_out():
    """R-04: neither by the portal nor by hand before its twelve months are over."""
    ecrire(JOUR)
    for jour in (JOUR, apres(1)):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as curseur:
            curseur.execute("SELECT conformite_purger_journal(%s, %s)", [jour, le(dt.date(2030, 1, 1))])
        sceller_le_journal(le(apres(1)))
    assert LigneJournal.objects.count() == 3
    assert purger_le_journal(le(dt.date(2030, 1, 1))) == 0, "the clock of the caller does not count"
