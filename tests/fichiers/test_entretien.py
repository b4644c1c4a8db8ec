"""Rows and storage in agreement, whatever stopped whoever was writing or erasing."""

import datetime as dt
import os
import uuid

import pytest
from django.db import IntegrityError

from conformite.models.travaux import LotDetruit
from conformite.purge import purger
from fichiers import entretien, stockage
from fichiers.models import EmplacementAEffacer, modeles_de_fichiers
from fichiers.tasks import balayer
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from signalements.pieces.actions import retirer_piece
from socle import horloge
from tests.fichiers.conftest import attacher

pytestmark = pytest.mark.django_db


def _contenus(dossier) -> list[str]:
    return sorted(chemin.name for chemin in dossier.rglob("*") if chemin.is_file())


def _vieillir(dossier) -> None:
    hier = (horloge.temps_reel() - dt.timedelta(days=1)).timestamp()
    for chemin in dossier.rglob("*"):
        os.utime(chemin, (hier, hier))


def test_retirer_efface_le_contenu(brouillon, technicien_metz, stockage_a_soi):
    """The row goes with the act, the content after it."""
    piece, autre = attacher(brouillon), attacher(brouillon)
    retirer_piece(piece, par=technicien_metz)
    assert EmplacementAEffacer.objects.count() == 1 and len(_contenus(stockage_a_soi)) == 2
    assert entretien.effacer_les_contenus() == {"effaces": 1, "echecs": 0}
    assert _contenus(stockage_a_soi) == [autre.emplacement.hex]
    assert entretien.effacer_les_contenus() == {"effaces": 0, "echecs": 0}


@pytest.mark.parametrize("comment", ["cascade", "sql"])
def test_quoi_qui_retire_la_ligne(brouillon, stockage_a_soi, comment):
    """A cascade or plain SQL leaves the content to be erased too: the database sees to it."""
    attacher(brouillon)
    if comment == "cascade":
        brouillon.delete()
    else:
        Piece.objects.filter(demande=brouillon)._raw_delete("default")
    assert balayer() == {"effaces": 1}
    assert _contenus(stockage_a_soi) == []


def test_purge(brouillon, stockage_a_soi):
    """D-15: at its term the demande goes with its pieces and their contents."""
    attacher(brouillon)
    attacher(brouillon)
    apres = horloge.maintenant() + dt.timedelta(days=32)
    purger(apres)
    assert not Demande.objects.exists() and not Piece.objects.exists()
    assert LotDetruit.objects.get(modele="signalements.demande").decompte["piece"] == 2
    entretien.effacer_les_contenus()
    assert _contenus(stockage_a_soi) == []


def test_effacement_interrompu(brouillon, stockage_a_soi, monkeypatch):
    """Killed between two contents, or refused by the storage: run again, it ends in the same state."""
    for _ in range(5):
        attacher(brouillon)
    brouillon.delete()
    effacer, faits = stockage.effacer, []

    def au_troisieme(nom: str) -> None:
        if len(faits) == 2:
            raise KeyboardInterrupt
        faits.append(nom)
        effacer(nom)

    monkeypatch.setattr(stockage, "effacer", au_troisieme)
    with pytest.raises(KeyboardInterrupt):
        entretien.effacer_les_contenus()
    assert EmplacementAEffacer.objects.count() == 5 and len(_contenus(stockage_a_soi)) == 3

    def panne(nom: str) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(stockage, "effacer", panne)
    assert entretien.effacer_les_contenus() == {"effaces": 0, "echecs": 5}
    monkeypatch.setattr(stockage, "effacer", effacer)
    assert entretien.effacer_les_contenus() == {"effaces": 5, "echecs": 0}
    assert _contenus(stockage_a_soi) == [] and not EmplacementAEffacer.objects.exists()


def test_contenu_sans_ligne(brouillon, stockage_a_soi):
    """What a killed process left is erased once it is old; what is being written now is not."""
    piece = attacher(brouillon)
    stockage.ecrire(brouillon, uuid.uuid4(), b"orphelin")
    assert entretien.reparer() == {"perdus": 0, "orphelins": 0}
    _vieillir(stockage_a_soi)
    assert entretien.reparer() == {"perdus": 0, "orphelins": 1}
    assert _contenus(stockage_a_soi) == [piece.emplacement.hex]
    assert entretien.reparer() == {"perdus": 0, "orphelins": 0}


def test_ligne_sans_contenu(brouillon, stockage_a_soi):
    """A row whose content is gone is refused, told once, and stays readable as a row."""
    piece, bonne = attacher(brouillon), attacher(brouillon)
    next(stockage_a_soi.rglob(piece.emplacement.hex)).unlink()
    assert entretien.reparer() == {"perdus": 1, "orphelins": 0}
    piece.refresh_from_db()
    bonne.refresh_from_db()
    assert (piece.etat, piece.raison, bonne.etat) == ("refuse", "perdu", "en_analyse")
    assert entretien.reparer() == {"perdus": 0, "orphelins": 0}


def test_frein_des_orphelins(brouillon, stockage_a_soi, monkeypatch):
    """Too many orphans at once is an accident, a database of elsewhere for instance: nothing is erased unseen."""
    monkeypatch.setattr(entretien, "ORPHELINS_NOMBRE", 2)
    attacher(brouillon)
    for _ in range(3):
        stockage.ecrire(brouillon, uuid.uuid4(), b"orphelin")
    _vieillir(stockage_a_soi)
    assert entretien.reparer() == {"perdus": 0, "freins": 1}
    assert len(_contenus(stockage_a_soi)) == 4
    assert entretien.reparer(sans_frein=True) == {"perdus": 0, "orphelins": 3}


def test_reparation_interrompue(brouillon, stockage_a_soi, monkeypatch):
    attacher(brouillon)
    for _ in range(3):
        stockage.ecrire(brouillon, uuid.uuid4(), b"orphelin")
    _vieillir(stockage_a_soi)
    effacer, faits = stockage.effacer, []

    def au_second(nom: str) -> None:
        if faits:
            raise KeyboardInterrupt
        faits.append(nom)
        effacer(nom)

    monkeypatch.setattr(stockage, "effacer", au_second)
    with pytest.raises(KeyboardInterrupt):
        entretien.reparer()
    monkeypatch.setattr(stockage, "effacer", effacer)
    assert entretien.reparer() == {"perdus": 0, "orphelins": 2}
    assert len(_contenus(stockage_a_soi)) == 1


def test_ligne_refusee_par_la_base(brouillon, stockage_a_soi, monkeypatch):
    """When the row cannot be written, the content that was stored for it is taken back."""
    monkeypatch.setattr(Piece._meta.get_field("nature_scellee"), "get_db_prep_save", lambda *_, **__: None)
    with pytest.raises(IntegrityError, match="nature_scellee"):
        attacher(brouillon)
    assert _contenus(stockage_a_soi) == [] and not Piece.objects.exists()


def test_tous_les_modeles_ont_le_declencheur(db):
    """Each table of files erases its contents: the trigger is inherited."""
    for modele in modeles_de_fichiers():
        assert "contenu_a_effacer" in [un.name for un in modele._meta.triggers], modele
        assert modele._meta.get_field("emplacement").unique
