"""A key folder that is not this database's own is refused, not filled."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from conformite import temoin
from conformite.models.travaux import TemoinDesCles
from conformite.scellement import jours_de_terme, vider_le_cache
from conformite.tasks import creer_les_cles

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(tmp_path: Path, settings) -> Path:
    TemoinDesCles.objects.all().delete()
    settings.DOSSIER_CLES = tmp_path / "cles"
    vider_le_cache()
    call_command("creer_cles")
    yield settings.DOSSIER_CLES
    vider_le_cache()


def test_the_command_makes_400_days_and_runs_twice(dossier, capsys):
    assert len(jours_de_terme()) == 401
    call_command("creer_cles")
    assert "0 créées" in capsys.readouterr().out
    assert creer_les_cles() == {"cles": 0}
    assert temoin.problemes() == []


@pytest.mark.parametrize("etranger", [False, True])
def test_another_folder_is_refused_and_nothing_is_written_in_it(dossier, settings, tmp_path, etranger):
    settings.DOSSIER_CLES = tmp_path / "autre"
    vider_le_cache()
    if etranger:
        attendu = TemoinDesCles.objects.get()
        TemoinDesCles.objects.all().delete()
        call_command("creer_cles", jours=400)
        TemoinDesCles.objects.all().delete()
        attendu.save(force_insert=True)
    avant = len(jours_de_terme())
    assert temoin.problemes()
    with pytest.raises(CommandError, match="dossier de clés"):
        call_command("creer_cles", jours=500)
    with pytest.raises(temoin.DossierEtranger):
        creer_les_cles()
    assert len(jours_de_terme()) == avant


def test_the_loss_of_the_folder_may_be_accepted(dossier, settings, tmp_path):
    settings.DOSSIER_CLES = tmp_path / "neuf"
    vider_le_cache()
    call_command("creer_cles", accepter_ce_dossier=True)
    assert temoin.problemes() == []
