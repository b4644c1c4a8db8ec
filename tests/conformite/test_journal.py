"""The journal: identifiers only, append-only in the database, sealed every few minutes, purged past 12 months."""

import datetime as dt
import re
import threading
import time
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
def test_the_role_of_the_application_cannot_pretend_that_a_seal_was_purged():
    with pytest.raises(DatabaseError), transaction.atomic():
        PurgeJournal.objects.create(sceau=1, nombre=0, purge_le=le(JOUR))


REGLAGES = {
    "none": "SELECT 1",
    "a day said to be purged": "SET LOCAL conformite.purge_du_jour = '2026-03-10'",
    "triggers of a library": "SET LOCAL pgtrigger.ignore = '{ajout_seul,pas_de_vidage,pgtrigger_ajout_seul_876bb}'",
}


@pytest.mark.parametrize("reglage", REGLAGES)
def test_f15_no_setting_passes_by_the_triggers(base_reelle, postgres, reglage):
    """F15: the owner of the tables, whatever its session sets; a superuser in the name of replication too."""
    ecrire(JOUR)
    LotDetruit.objects.create(modele="x", identites=["1"], nombre=1, detruit_le=le(JOUR))
    sceller_le_journal(le(JOUR, 11))
    for role, dit in (
        ("espace_proprietaire", REGLAGES[reglage]),
        ("postgres", "SET LOCAL session_replication_role = replica"),
    ):
        with postgres.connexion(base_reelle, role) as session:
            for table in ("conformite_lignejournal", "conformite_sceaujournal", "conformite_lotdetruit"):
                for ordre in ("UPDATE {t} SET id = id + 1", "DELETE FROM {t}", "TRUNCATE {t}"):
                    with (
                        pytest.raises(psycopg.errors.InsufficientPrivilege, match="ajout seul"),
                        session.transaction(),
                    ):
                        session.execute(dit)
                        session.execute(ordre.format(t=table))
    assert verifier_le_journal() == []


# --- Seals


@pytest.mark.django_db
def test_what_was_written_is_sealed_within_minutes_and_once():
    """R-04: no line of the open day waits for the next one."""
    assert sceller_le_journal(le(JOUR, 9)) == 0
    ecrire(JOUR)
    assert sceller_le_journal(le(JOUR, 11)) == 3
    assert sceller_le_journal(le(JOUR, 11)) == 0
    ecrire(JOUR, 2)
    ecrire(apres(2), 1)
    assert sceller_le_journal(le(apres(6))) == 3
    assert list(SceauJournal.objects.values_list("numero", "nombre")) == [(1, 3), (2, 3)]
    assert verifier_le_journal() == []


@pytest.mark.django_db
def test_lines_that_wait_for_their_seal_too_long_are_told():
    ecrire(JOUR)
    assert "attendent leur sceau" in verifier_le_journal()[0].message


@pytest.mark.django_db
def test_a_seal_takes_so_many_lines_and_the_next_one_goes_on(monkeypatch):
    monkeypatch.setattr("conformite.sceaux.LIGNES_PAR_SCEAU", 2)
    ecrire(JOUR, 5)
    assert sceller_le_journal(le(JOUR, 11)) == 5
    assert list(SceauJournal.objects.values_list("numero", "nombre")) == [(1, 2), (2, 2), (3, 1)]
    assert verifier_le_journal() == []


def _pendant_une_ecriture(faire) -> None:
    """Do it while somebody else's line is written and not committed."""
    ecrit, finir = threading.Event(), threading.Event()

    def retardataire() -> None:
        with transaction.atomic():
            ecrire(JOUR, 1)
            ecrit.set()
            finir.wait(10)
        connection.close()

    fil = threading.Thread(target=retardataire)
    fil.start()
    ecrit.wait(5)
    try:
        faire(finir)
    finally:
        finir.set()
        fil.join()


def test_the_seal_waits_a_moment_for_the_lines_being_written(base_reelle):
    ecrire(JOUR, 1)

    def faire(finir: threading.Event) -> None:
        threading.Timer(0.2, finir.set).start()
        assert sceller_le_journal(le(apres(1))) == 2

    _pendant_une_ecriture(faire)
    assert verifier_le_journal() == []


def test_the_seal_gives_up_and_no_line_waits_for_another(base_reelle):
    """F15: a long act holds back neither the lines of others, nor longer than a moment while the sealing tries."""
    ecrire(JOUR, 1)

    def faire(_finir: threading.Event) -> None:
        ecrire(JOUR, 1)
        essai = threading.Thread(target=lambda: (sceller_le_journal(le(apres(1))), connection.close()))
        essai.start()
        time.sleep(0.1)
        ecrire(JOUR, 1)
        essai.join()
        assert not SceauJournal.objects.exists()

    _pendant_une_ecriture(faire)
    assert sceller_le_journal(le(apres(1))) == 4
    assert verifier_le_journal() == []


UNE = "WHERE jour = '2026-03-11' AND details->>'rang' = '1'"
ALTERATIONS = {
    "alter": (
        "UPDATE conformite_lignejournal SET reference = 'D26-9999' $UNE",
        r"ligne {une} modifiée, n° 2 \(sceau n° 2\)",
    ),
    "shown": ("UPDATE conformite_lignejournal SET citees = '{D26-9999}' $UNE", "ligne {une} modifiée"),
    "author": ("UPDATE conformite_lignejournal SET compte = 99 $UNE", "ligne {une} modifiée"),
    "day": ("UPDATE conformite_lignejournal SET jour = '2026-03-12' $UNE", "ligne {une} modifiée"),
    "delete": ("DELETE FROM conformite_lignejournal $UNE", "ligne {une} disparue, n° 2"),
    "empty": ("DELETE FROM conformite_lignejournal WHERE jour = '2026-03-11'", "ligne {une} disparue"),
    "insert": (
        "INSERT INTO conformite_lignejournal (id, quand, jour, acte, profil, objet_type, objet_id, reference, citees, details)"
        " SELECT id + 1, quand, jour, 'demande.lire', '', '', '', '', '{}', '{}' FROM conformite_lignejournal "
        "WHERE jour = '2026-03-10' AND details->>'rang' = '2'",
        "ligne [0-9]+ ajoutée",
    ),
    "reorder": ("UPDATE conformite_lignejournal SET id = 2000000 - id $UNE", "ligne {une} disparue"),
    "seal rewritten": (
        "UPDATE conformite_sceaujournal SET nombre = 4 WHERE numero = 2",
        "le sceau n° 2 a été réécrit",
    ),
    "seal dated": (
        "UPDATE conformite_sceaujournal SET scelle_le = '2025-01-01' WHERE numero = 2",
        "le sceau n° 2 a été réécrit",
    ),
    "list rewritten": (
        "UPDATE conformite_sceaujournal SET releve = '' WHERE numero = 2",
        "relevé des lignes réécrit",
    ),
    "seal removed": (
        "DELETE FROM conformite_sceaujournal WHERE numero = 2",
        "un sceau a disparu avant le n° 3",
    ),
    "purged too early": (
        "INSERT INTO conformite_purgejournal (sceau, nombre, purge_le) VALUES (2, 6, '2027-03-11');"
        " DELETE FROM conformite_lignejournal WHERE jour <= '2026-03-11'",
        "purgé avant ses douze mois",
    ),
}


def quatre_jours() -> None:
    """Four days of three lines, each sealed the same day; the keys leave room between the days."""
    for jour in range(4):
        ecrire(apres(jour))
        with pytest.raises(RuntimeError), transaction.atomic():
            ecrire(apres(jour), 2)
            raise RuntimeError
        sceller_le_journal(le(apres(jour), 11))


def sans_garde(session: psycopg.Connection) -> psycopg.Connection:
    """What a superuser does who changes the tables themselves."""
    for table in ("lignejournal", "sceaujournal", "purgejournal"):
        session.execute(f"ALTER TABLE conformite_{table} DISABLE TRIGGER ALL")
    return session


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_what_a_superuser_alters_is_seen_and_the_line_named(base_reelle, postgres, alteration):
    quatre_jours()
    call_command("verifier_journal")
    une = LigneJournal.objects.get(jour=apres(1), details__rang=1).pk
    ordre, dit = ALTERATIONS[alteration]
    ordre = ordre.replace("$UNE", UNE)
    with postgres.connexion(base_reelle) as superutilisateur:
        sans_garde(superutilisateur).execute(ordre)
    messages = [anomalie.message for anomalie in verifier_le_journal()]
    assert any(re.search(dit.replace("{une}", str(une)), un) for un in messages), messages
    with pytest.raises(CommandError, match=r"\d\d/\d\d/202\d"):
        call_command("verifier_journal")


@pytest.mark.django_db
@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_the_role_of_the_application_does_none_of_it(alteration):
    """R-04: refused; a line slipped among those that are sealed goes to the end."""
    quatre_jours()
    avant = list(LigneJournal.objects.order_by("pk").values())
    essai, ordre = transaction.atomic(), ALTERATIONS[alteration][0].replace("$UNE", UNE)
    if alteration == "insert":
        with essai, connection.cursor() as curseur:
            curseur.execute(ordre)
        glissee = LigneJournal.objects.exclude(pk__in=[une["id"] for une in avant]).get()
        assert glissee.pk > avant[-1]["id"] and sceller_le_journal() == 1
    else:
        with pytest.raises(DatabaseError), essai, connection.cursor() as curseur:
            curseur.execute(ordre)
    assert list(LigneJournal.objects.order_by("pk").values())[: len(avant)] == avant
    assert verifier_le_journal() == []


def test_the_end_of_the_journal_taken_away_with_its_seals_is_seen(base_reelle, postgres):
    """R-04: the witness stands outside; what is sealed afterwards does not hide the loss."""
    quatre_jours()
    with postgres.connexion(base_reelle) as superutilisateur:
        sans_garde(superutilisateur)
        superutilisateur.execute("DELETE FROM conformite_lignejournal WHERE jour >= '2026-03-12'")
        superutilisateur.execute("DELETE FROM conformite_sceaujournal WHERE numero >= 3")
    ecrire(apres(4))
    sceller_le_journal(le(apres(4)))
    assert ["n° 4, a disparu" in anomalie.message for anomalie in verifier_le_journal()] == [True]


def test_a_seal_recomputed_without_the_key_is_seen(base_reelle, postgres, settings, tmp_path):
    quatre_jours()
    with postgres.connexion(base_reelle) as superutilisateur:
        sans_garde(superutilisateur)
        superutilisateur.execute("UPDATE conformite_lignejournal SET compte = 7 WHERE jour = '2026-03-11'")
        superutilisateur.execute("DELETE FROM conformite_sceaujournal WHERE numero >= 2")
    vrai = settings.DOSSIER_CLES
    settings.DOSSIER_CLES = tmp_path / "fausses"
    vider_le_cache()
    creer_cles(JOUR, JOUR)
    sceller_le_journal(le(apres(3)))
    settings.DOSSIER_CLES = vrai
    vider_le_cache()
    assert "le sceau n° 2 a été réécrit" in str(verifier_le_journal())


# --- Twelve months


@pytest.mark.django_db
def test_lines_past_twelve_months_leave_without_breaking_the_proof_of_the_others():
    """R-04: the readings have a retention of their own, of twelve months."""
    for jour in (JOUR, apres(1), apres(2), fin := dt.date(2027, 3, 12)):
        ecrire(jour)
        sceller_le_journal(le(jour, 11))
    assert purger_le_journal(le(fin + dt.timedelta(days=1))) == 6
    assert purger_le_journal(le(fin + dt.timedelta(days=1))) == 0
    assert sorted(set(LigneJournal.objects.values_list("jour", flat=True))) == [apres(2), fin]
    assert list(PurgeJournal.objects.values_list("sceau", "nombre")) == [(2, 6)]
    assert [bool(un.releve) for un in SceauJournal.objects.all()] == [False, False, True, True]
    assert verifier_le_journal() == []


@pytest.mark.django_db
def test_a_younger_or_unsealed_line_cannot_be_taken_out():
    """R-04: neither by the portal nor by hand before its twelve months are over, whatever clock the caller gives."""
    ecrire(JOUR)
    for _ in range(2):
        with connection.cursor() as curseur:
            curseur.execute("SELECT conformite_purger_journal(%s)", [le(dt.date(2030, 1, 1))])
            assert curseur.fetchone() == (None,)
        sceller_le_journal(le(apres(1)))
    assert LigneJournal.objects.count() == 3
    assert purger_le_journal(le(dt.date(2030, 1, 1))) == 0
