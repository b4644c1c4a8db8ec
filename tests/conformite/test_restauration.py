"""A restored backup brings rows back: the ledger kept outside the database destroys them again, before opening."""

import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command

from conformite.journal import consigner
from conformite.purge import purger
from conformite.sceaux import sceller_le_journal, verifier_le_journal
from conformite.scellement import creer_cles, vider_le_cache
from outils.services import creer_base, supprimer_base
from signalements.models.demandes import Demande
from socle.courriels import envoyer_courriels
from socle.models import CourrielSortant
from tests.conformite.demandes import CONTENU, un_decor, une_demande
from tests.conftest import _brancher

TERME = dt.date(2027, 2, 28)


@pytest.fixture(autouse=True)
def cles(tmp_path: Path, settings) -> None:
    settings.DOSSIER_CLES = tmp_path / "cles"
    vider_le_cache()
    creer_cles(TERME + dt.timedelta(days=90), TERME - dt.timedelta(days=3))
    yield
    vider_le_cache()


def a(texte: str) -> time_machine.travel:
    return time_machine.travel(dt.datetime.fromisoformat(texte), tick=False)


def test_last_weeks_backup_is_purged_again_and_sends_no_mail_twice(base_reelle, postgres, mailoutbox, capsys):
    sauvegarde = "sauvegarde_essai"
    with a("2027-02-26T12:00+00:00"):
        decor = un_decor()
        due, gardee = une_demande(decor, TERME), une_demande(decor, TERME + dt.timedelta(days=60))
        brouillon = une_demande(decor, TERME + dt.timedelta(days=30))
        CourrielSortant.objects.create(
            message_id="<1@x.example>",
            destinataire="x@exemple.example",
            gabarit="essai",
            sujet="Essai",
            corps="Essai",
            cree_le=dt.datetime(2027, 2, 26, tzinfo=dt.UTC),
        )
        consigner("essai")
    _brancher(base_reelle)
    with postgres.connexion() as admin:
        creer_base(admin, sauvegarde, base_reelle)
    with a("2027-03-01T12:00+00:00"):
        envoyer_courriels()
        # Its term was brought forward after the backup: only the ledger knows that it had to go.
        brouillon.fixer_terme(TERME)
        brouillon.save()
        assert purger()["demande"] == 2
        sceller_le_journal()
    _brancher(base_reelle)
    with postgres.connexion() as admin:
        supprimer_base(admin, base_reelle)
        creer_base(admin, base_reelle, sauvegarde)
        supprimer_base(admin, sauvegarde)
    vider_le_cache()

    with a("2027-03-02T08:00+00:00"):
        assert Demande.objects.count() == 3
        call_command("rejouer_livre", depuis=dt.date(2027, 2, 26))
        assert "signalements.demande : 2" in capsys.readouterr().out
        assert Demande.objects.count() == 3
        call_command("rejouer_livre", depuis=dt.date(2027, 2, 26), pour_de_vrai=True)
        assert list(Demande.objects.values_list("reference", flat=True)) == [gardee.reference]
        assert due.reference != gardee.reference
        envoyer_courriels()
        assert len(mailoutbox) == 1, "the mail already sent is in quarantine"
        sceller_le_journal()
        assert verifier_le_journal() == []
        call_command("rejouer_livre", depuis=dt.date(2027, 2, 26), pour_de_vrai=True)
        assert Demande.objects.get().contenu == CONTENU
