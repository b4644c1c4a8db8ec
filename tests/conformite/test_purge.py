"""The retention engine: what is due goes, on its day, once, whatever stops it; nothing else does."""

import dataclasses
import datetime as dt
import json
import os
import threading
import uuid
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, models

from conformite import freins, purge
from conformite.declarations import Conservation, modeles_non_declares
from conformite.journal import Acte, consigner
from conformite.jours import plus_mois, terme
from conformite.livre import lots
from conformite.models.journal import LigneJournal
from conformite.models.travaux import FreinPurge, Gel, LotDetruit
from conformite.purge import apercu, purger
from conformite.scellement import CleAbsente, creer_cles, jours_de_terme, mois_index, vider_le_cache
from conformite.suppression import supprimer
from conformite.tasks import purger_ce_qui_est_du
from droits.actions.surveillance import surveiller
from fichiers import entretien
from fichiers.models import EmplacementAEffacer
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.models.pieces import Piece
from socle import crochets, horloge
from socle.models import CourrielSortant
from tests.conformite.demandes import un_decor, une_demande, une_piece
from tests.distribution import connecte
from tests.fichiers.conftest import stockage_a_soi  # noqa: F401
from tests.mourir import mourir

TERME = dt.date(2027, 2, 28)


@pytest.fixture(autouse=True)
def cles(tmp_path: Path, settings) -> Path:
    settings.DOSSIER_CLES = tmp_path / "cles"
    vider_le_cache()
    creer_cles(TERME + dt.timedelta(days=3), TERME - dt.timedelta(days=3))
    yield settings.DOSSIER_CLES
    vider_le_cache()


def a(texte: str) -> time_machine.travel:
    return time_machine.travel(dt.datetime.fromisoformat(texte), tick=False)


def test_every_installed_model_says_what_becomes_of_its_rows():
    assert modeles_non_declares() == []


def test_a_model_that_says_nothing_is_named(monkeypatch):
    monkeypatch.delitem(crochets.retention, "signalements.message")
    assert modeles_non_declares() == ["signalements.message"]


# --- Terms (T-02, T-06)


@pytest.mark.parametrize(
    ("jour", "mois", "attendu"),
    [
        ("2025-08-31", 6, "2026-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-05-31", -3, "2026-02-28"),
        ("2026-01-15", 0, "2026-01-15"),
    ],
)
def test_t02_months_keep_the_day_or_take_the_last_one(jour, mois, attendu):
    assert plus_mois(dt.date.fromisoformat(jour), mois) == dt.date.fromisoformat(attendu)


@pytest.mark.parametrize(
    ("fuseau", "attendu"),
    [("Europe/Paris", "2026-03-01"), ("America/Martinique", "2026-02-28"), ("Indian/Reunion", "2026-03-01")],
)
def test_t06_the_term_counts_from_the_day_of_reception_in_the_zone_of_the_caisse(fuseau, attendu):
    recue = dt.datetime(
        2025, 8, 31, 22, 30, tzinfo=dt.UTC
    )  # 1 September in Paris, 31 August in Fort-de-France
    assert terme(recue, 6, fuseau) == dt.date.fromisoformat(attendu)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fuseau", "instant", "presente"),
    [
        ("Europe/Paris", "2027-02-27T12:00+00:00", True),
        ("Europe/Paris", "2027-02-28T12:00+00:00", True),
        ("Europe/Paris", "2027-02-28T22:59+00:00", True),
        ("Europe/Paris", "2027-02-28T23:00+00:00", False),
        ("Europe/Paris", "2027-03-05T12:00+00:00", False),
        ("America/Martinique", "2027-03-01T03:59+00:00", True),
        ("America/Martinique", "2027-03-01T04:00+00:00", False),
        ("Indian/Reunion", "2027-02-28T19:59+00:00", True),
        ("Indian/Reunion", "2027-02-28T20:00+00:00", False),
    ],
)
def test_t06_a_demande_is_there_until_midnight_in_its_zone_and_goes_at_the_first_run_after(
    fuseau, instant, presente
):
    with a("2027-02-26T12:00+00:00"):
        demande = une_demande(un_decor(fuseau=fuseau), TERME)
    with a(instant):
        purger()
    assert Demande.objects.filter(pk=demande.pk).exists() is presente
    assert Message.objects.filter(demande=demande.pk).exists() is presente


@pytest.mark.django_db
def test_t06_the_key_goes_once_the_day_is_over_in_every_zone_and_nothing_lives_under_it():
    with a("2027-02-26T12:00+00:00"):
        paris, martinique = un_decor("moselle"), un_decor("martinique", "America/Martinique")
        une, autre = une_demande(paris, TERME), une_demande(martinique, TERME)
        vivante = une_demande(paris, TERME, statut=Demande.Statut.EN_COURS, terminee_le=None)
    with a("2027-02-28T23:30+00:00"):
        purger()
        assert not Demande.objects.filter(pk=une.pk).exists()
        assert TERME in jours_de_terme(), "the day is not over in Fort-de-France"
        assert autre.contenu
    with a("2027-03-01T05:00+00:00"):
        purger()
        assert TERME in jours_de_terme(), "an open demande still lives under it"
        assert vivante.contenu
        vivante.fixer_terme(TERME + dt.timedelta(days=2))
        vivante.save()
        assert purger()["cles"] == 1
    assert TERME not in jours_de_terme()
    assert vivante.contenu, "moved to another day, it is still readable"
    with pytest.raises(CleAbsente):
        _ = une.contenu
    assert LotDetruit.objects.filter(modele=purge.CLE_DE_TERME, identites=["2027-02-28"]).count() == 1


@pytest.mark.django_db
def test_the_index_key_of_a_month_goes_with_its_last_day():
    with a("2027-02-26T12:00+00:00"):
        un_decor()
    with a("2027-03-01T12:00+00:00"):
        purger()
        assert mois_index() == [dt.date(2027, 3, 1)]


# --- The ledger


@pytest.mark.django_db
def test_the_ledger_says_what_went_inside_and_outside_the_database(cles, django_capture_on_commit_callbacks):
    with a("2027-02-26T12:00+00:00"):
        demande = une_demande(un_decor(), TERME)
    with a("2027-03-01T12:00+00:00"), django_capture_on_commit_callbacks(execute=True):
        assert purger()["demande"] == 1
    lot = LotDetruit.objects.get(modele="signalements.demande")
    assert (lot.identites, lot.nombre, lot.decompte["message"]) == ([demande.reference], 1, 1)
    assert LigneJournal.objects.filter(acte="purge.lot", details__nombre=1).exists()
    dehors = [un for un in lots(dt.date(2027, 3, 1)) if un.modele == "signalements.demande"]
    assert [(un.identites, un.fait) for un in dehors] == [([demande.reference], True)]
    contenu = b"".join(chemin.read_bytes() for chemin in cles.glob("livre/*"))
    assert b"Canari" not in contenu
    assert all(json.loads(ligne) for ligne in contenu.splitlines())


# --- The brake


def des_courriels(nombre: int, envoye: dt.datetime) -> None:
    CourrielSortant.objects.bulk_create(
        CourrielSortant(
            message_id=CourrielSortant.nouveau_message_id(),
            destinataire="x@exemple.example",
            gabarit="essai",
            sujet="Essai",
            corps="Essai",
            cree_le=envoye,
            envoye_le=envoye,
        )
        for _ in range(nombre)
    )


@pytest.fixture
def courriels_freines(monkeypatch):
    declaration = crochets.retention["espace_partenaires.courrielsortant"]
    monkeypatch.setitem(
        crochets.retention,
        "espace_partenaires.courrielsortant",
        dataclasses.replace(declaration, frein=True),
    )


MAINTENANT = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
IL_Y_A_UN_AN = MAINTENANT - dt.timedelta(days=365)


class Dpo:
    """An account, as far as the engine reads it."""

    pk, profil = 7, "dpo"


@pytest.mark.django_db
def test_an_abnormal_volume_waits_for_a_dpo_who_releases_what_was_noticed(courriels_freines):
    with a("2027-03-01T12:00+00:00"):
        des_courriels(300, IL_Y_A_UN_AN)
        assert purger()["freins"] == 1
        assert purger()["freins"] == 1
        assert CourrielSortant.objects.count() == 300
        frein = FreinPurge.objects.get()
        assert (frein.volume, frein.total) == (300, 300)
        assert LigneJournal.objects.filter(acte="purge.frein").count() == 1
    with a("2027-03-02T12:00+00:00"):
        # Due one hour after the notice: not what the DPO released, and few enough to go by themselves.
        des_courriels(3, frein.constate_le - dt.timedelta(days=90) + dt.timedelta(hours=1))
        assert freins.liberer(frein, par=Dpo, a=horloge.maintenant())
        assert not freins.liberer(frein, par=Dpo, a=horloge.maintenant())
        assert purger(taille_lot=50)["courrielsortant"] == 303
    frein.refresh_from_db()
    assert (frein.cloture, frein.libere_par) == ("execute", 7)


@pytest.mark.django_db
def test_the_brake_closes_by_itself_when_the_clock_comes_back(courriels_freines):
    with a("2027-03-01T12:00+00:00"):
        des_courriels(300, horloge.maintenant() - dt.timedelta(days=10))
    avant = jours_de_terme()
    with a("2028-03-01T12:00+00:00"):
        assert purger()["freins"] == 1
    assert jours_de_terme() == avant, "a wrong clock destroys no key"
    with a("2027-03-01T13:00+00:00"):
        assert "freins" not in purger()
    assert CourrielSortant.objects.count() == 300
    assert FreinPurge.objects.get().cloture == "sans-objet"


@pytest.mark.django_db
def test_d15_the_brake_of_one_model_holds_only_that_one_and_is_told(
    courriels_freines, dpo_moselle, django_capture_on_commit_callbacks
):
    """D-15: the run of the night goes on with the rest; no key goes; the DPO reads it and is written to once."""
    with a("2027-02-26T12:00+00:00"):
        demande = une_demande(un_decor("essai"), TERME)
    with a("2027-03-01T12:00+00:00"):
        des_courriels(300, IL_Y_A_UN_AN)
        for faites in (1, 0):
            with django_capture_on_commit_callbacks(execute=True):
                compteurs = purger_ce_qui_est_du()
            assert (compteurs["freins"], compteurs.get("demande", 0), compteurs["cles"]) == (1, faites, 0)
        assert not Demande.objects.filter(pk=demande.pk).exists()
        assert CourrielSortant.objects.filter(gabarit="essai").count() == 300
        assert TERME in jours_de_terme(), "an abnormal volume puts the clock itself in doubt"
        page = " ".join(connecte(dpo_moselle).get("/conformite/conservation/").content.decode().split())
        assert "Purge arrêtée" in page and "Courriels envoyés" in page
        assert "300 lignes sur 300 étaient arrivées à leur terme" in page
        assert page.count("Purge arrêtée") == 1
        surveiller()
        surveiller()
    assert CourrielSortant.objects.filter(gabarit="droits/frein", destinataire=dpo_moselle.email).count() == 1


@pytest.mark.parametrize(
    ("dus", "total", "attendu"),
    [
        (0, 0, False),
        (200, 200, False),
        (201, 201, True),
        (201, 2010, False),
        (202, 2010, True),
        (10**6, 10**6, True),
    ],
)
def test_what_is_abnormal(dus, total, attendu):
    assert freins.anormal(dus, total) is attendu


# --- Holds, poisoned rows


@pytest.mark.django_db
def test_a_held_object_survives_until_the_hold_ends():
    with a("2027-02-26T12:00+00:00"):
        decor = un_decor()
        gelee, autre = une_demande(decor, TERME), une_demande(decor, TERME)
        Gel.objects.create(
            objet_type="signalements.demande",
            objet_id=str(gelee.pk),
            raison=Gel.Raison.CONTENTIEUX,
            jusqu_a=dt.datetime(2027, 3, 10, tzinfo=dt.UTC),
            pose_le=horloge.maintenant(),
            pose_par=1,
        )
    with a("2027-03-01T12:00+00:00"):
        purger()
        assert list(Demande.objects.values_list("pk", flat=True)) == [gelee.pk]
        assert gelee.contenu, "its key stays as long as it lives"
        assert not Demande.objects.filter(pk=autre.pk).exists()
    with a("2027-03-10T12:00+00:00"):
        purger()
    assert not Demande.objects.exists()


@pytest.mark.django_db
def test_a_poisoned_row_keeps_only_itself(monkeypatch):
    with a("2027-02-26T12:00+00:00"):
        decor = un_decor()
        empoisonnee = une_demande(decor, TERME)
        for _ in range(4):
            une_demande(decor, TERME)
    declaration: Conservation = crochets.retention["signalements.demande"]

    def detruire(lot: models.QuerySet) -> dict[str, int]:
        if lot.filter(pk=empoisonnee.pk).exists():
            raise models.ProtectedError("protégée", {empoisonnee})
        return supprimer(lot)

    monkeypatch.setitem(
        crochets.retention, "signalements.demande", dataclasses.replace(declaration, detruire=detruire)
    )
    with a("2027-03-01T12:00+00:00"):
        compteurs = purger()
    assert (compteurs["demande"], compteurs["echecs"]) == (4, 1)
    assert list(Demande.objects.values_list("pk", flat=True)) == [empoisonnee.pk]


@pytest.mark.django_db
def test_the_preview_and_the_dry_command_touch_nothing(capsys):
    with a("2027-02-26T12:00+00:00"):
        une_demande(un_decor(), TERME)
    with a("2027-03-01T12:00+00:00"):
        assert next(un for un in apercu() if un.modele == "signalements.demande").dus == 1
        call_command("purger")
        assert "Demandes : 1 à détruire sur 1" in capsys.readouterr().out
        assert Demande.objects.count() == 1
        call_command("purger", pour_de_vrai=True)
    assert Demande.objects.count() == 0


# --- Two at once, killed anywhere


def test_two_purges_at_once_have_one_effect(base_reelle):
    with a("2027-02-26T12:00+00:00"):
        decor = un_decor()
        references = {une_demande(decor, TERME).reference for _ in range(60)}
    depart, erreurs = threading.Barrier(4), []

    def machine() -> None:
        try:
            depart.wait(10)
            purger(taille_lot=7)
        except Exception as erreur:
            erreurs.append(erreur)
        finally:
            connection.close()

    with a("2027-03-01T12:00+00:00"):
        machines = [threading.Thread(target=machine) for _ in range(4)]
        for une in machines:
            une.start()
        for une in machines:
            une.join()
    assert erreurs == []
    detruites = [r for lot in LotDetruit.objects.filter(modele="signalements.demande") for r in lot.identites]
    assert sorted(detruites) == sorted(references)
    assert not Demande.objects.exists()
    assert LotDetruit.objects.filter(modele=purge.CLE_DE_TERME, identites=["2027-02-28"]).count() == 1


@pytest.mark.pannes
def test_killed_at_any_step_and_run_again_the_purge_ends_in_the_same_state(base_reelle, settings, cles):
    with a("2027-02-26T12:00+00:00"):
        decor = un_decor()
    etape, meurt = 0, True
    while meurt:
        etape += 1
        with a("2027-02-26T12:00+00:00"):
            vider_le_cache()
            creer_cles(TERME + dt.timedelta(days=2), TERME)
            dues = {une_piece(une_demande(decor, TERME)).demande.reference for _ in range(3)}
            gardee = une_demande(decor, TERME + dt.timedelta(days=2))
            sa_piece = une_piece(gardee)
        with a("2027-03-01T12:00+00:00"):
            meurt = mourir(
                lambda: purger(taille_lot=2), etape, (os, "fsync"), (Path, "unlink"), lectures=False
            )
            assert _contenus(settings.DOSSIER_FICHIERS) == _attendus(), etape
            vider_le_cache()
            purger(taille_lot=2)
        assert set(Demande.objects.values_list("reference", flat=True)) == {gardee.reference}, etape
        entretien.effacer_les_contenus()
        assert _contenus(settings.DOSSIER_FICHIERS) == {sa_piece.emplacement}, etape
        detruites = [
            r for lot in LotDetruit.objects.filter(modele="signalements.demande") for r in lot.identites
        ]
        assert len(detruites) == len(set(detruites)), etape
        assert dues <= set(detruites), etape
        assert TERME not in jours_de_terme(), etape
        assert gardee.contenu, etape
        Demande.objects.all().delete()
        entretien.effacer_les_contenus()
    assert etape > 30, "each write, sync and unlink was a place to die"


def _contenus(dossier: Path) -> set[uuid.UUID]:
    return {uuid.UUID(chemin.name) for chemin in dossier.rglob("*") if chemin.is_file()}


def _attendus() -> set[uuid.UUID]:
    """Each stored content has its row, or its place among those to erase, wherever the purge died."""
    lignes, restes = (
        modele.objects.values_list("emplacement", flat=True) for modele in (Piece, EmplacementAEffacer)
    )
    return set(lignes) | set(restes)


@pytest.mark.django_db
def test_the_journal_says_nothing_of_the_persons():
    with a("2027-02-26T12:00+00:00"):
        une_demande(un_decor(), TERME)
        consigner(Acte.PURGE_CLE)
    with a("2027-03-01T12:00+00:00"):
        purger()
    assert "Canari" not in json.dumps(list(LigneJournal.objects.values()), default=str)
