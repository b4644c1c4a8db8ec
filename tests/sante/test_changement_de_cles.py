"""The key folder was stolen: one command, and what is copied from now on opens under none of the stolen keys."""

import datetime as dt
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.actions.acces import envoyer_lien
from accounts.models.acces import LienPersonnel
from accounts.models.facteurs import AppareilTOTP
from conformite import changement, temoin
from conformite.journal import Acte, consigner
from conformite.liens import sceller_pour, secret_de
from conformite.sceaux import sceller_le_journal, verifier_le_journal
from conformite.scellement import Illisible, magasin, vider_le_cache
from conventions.actions.fiches import ouvrir_code, sceller_code
from signalements.actions.ecritures import jetons_de
from signalements.models.demandes import Demande
from socle.models import CourrielSortant
from tests.conformite.demandes import CONTENU, un_decor, une_demande
from tests.sante.test_sauvegarde import JOUR_J, TERME, lieu

__all__ = ["lieu"]
GRAINE = b"graine de vingt octets"


def changer(**options: object) -> str:
    dit = io.StringIO()
    connections.close_all()
    call_command("changer_cles", stdout=dit, **options)
    return dit.getvalue()


@pytest.fixture
def scelles(lieu: Path) -> list[Callable[[], object]]:
    """One of each thing that is sealed; how each is read."""
    with time_machine.travel(JOUR_J, tick=False):
        decor = un_decor()
        une_demande(decor, TERME + dt.timedelta(days=100))
        part = decor["participation"]
        part.code_scelle = sceller_code(part, "C0DE")
        part.save(update_fields=["code_scelle"])
        appareil = AppareilTOTP.objects.get(user=decor["technicien"])
        appareil.fixer_graine(GRAINE)
        appareil.save(update_fields=["graine_scellee"])
        envoyer_lien(decor["technicien"], LienPersonnel.Usage.MOT_DE_PASSE)
        courriel = CourrielSortant.objects.latest("pk")
        courriel.secret_scelle = sceller_pour(courriel.destinataire, "mot")
        courriel.save(update_fields=["secret_scelle"])
    return [
        lambda: Demande.objects.get().contenu == CONTENU,
        lambda: Demande.objects.get().messages.get().texte == "Bonjour",
        lambda: ouvrir_code(type(part).objects.get(pk=part.pk)) == "C0DE",
        lambda: AppareilTOTP.objects.get(pk=appareil.pk).graine == GRAINE,
        lambda: secret_de(CourrielSortant.objects.get(pk=courriel.pk)) == "mot",
    ]


def test_the_stolen_keys_open_nothing_any_more(lieu: Path, scelles, settings):
    """Everything is read under the new keys, found by new tokens, proved by the journal; nothing under the stolen ones."""
    volees = shutil.copytree(lieu / "cles", lieu / "volees")
    avant = Demande.objects.get().jetons
    with time_machine.travel(JOUR_J + dt.timedelta(days=2), tick=False):
        assert sceller_le_journal() > 0
        assert "Rien n’a changé" in changer() and all(lire() for lire in scelles)
        assert "Objets rescellés : 1." in changer(pour_de_vrai=True)
        assert all(lire() for lire in scelles) and temoin.problemes() == []
        demande = Demande.objects.get()
        assert demande.jetons == jetons_de(demande, demande.contenu) and not {*demande.jetons} & {*avant}
        assert not LienPersonnel.objects.filter(consomme_le=None).exists()
        assert verifier_le_journal() == []
    with time_machine.travel(JOUR_J + dt.timedelta(days=5), tick=False):
        consigner(Acte.PURGE_CLE)
        assert sceller_le_journal() == 1 and verifier_le_journal() == []
        settings.DOSSIER_CLES = volees
        vider_le_cache()
        for lire in scelles:
            with pytest.raises(Illisible):
                lire()
    assert not [un for un in (lieu / "cles").rglob("*") if un.name.endswith(magasin.NEUVE)]


@pytest.mark.parametrize("ou", ["avant la base", "après la base", "au milieu des clés"])
def test_killed_anywhere_it_is_run_again(lieu: Path, scelles, monkeypatch, ou: str):
    class Tue(Exception):
        pass

    def mourir(*_: object) -> None:
        raise Tue

    vrai = magasin.detruire
    restantes = iter(range(5))
    with time_machine.travel(JOUR_J, tick=False), monkeypatch.context() as mort:
        if ou == "avant la base":
            mort.setattr(changement, "_resceller", mourir)
        elif ou == "après la base":
            mort.setattr(magasin, "adopter", mourir)
        else:
            mort.setattr(
                magasin, "detruire", lambda nom: vrai(nom) if next(restantes, None) is not None else mourir()
            )
        with pytest.raises(Tue):
            changer(pour_de_vrai=True)
    with time_machine.travel(JOUR_J, tick=False):
        vider_le_cache()
        assert "Clés remplacées" in changer(pour_de_vrai=True)
        vider_le_cache()
        assert all(lire() for lire in scelles) and temoin.problemes() == []


def test_while_somebody_is_connected_nothing_changes(lieu: Path, postgres, base_reelle: str):
    with postgres.connexion(base_reelle), pytest.raises(CommandError, match="connexions à la base"):
        changer(pour_de_vrai=True)
