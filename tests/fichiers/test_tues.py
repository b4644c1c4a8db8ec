"""Erasing, scanning again and repairing, each killed (SIGKILL) at every step and run again: the same end state."""

import datetime as dt
import os
import uuid
from pathlib import Path

import pytest

from fichiers import analyses, entretien, stockage
from fichiers import clamd as client
from fichiers.limites import ORPHELIN_HEURES
from fichiers.models import EmplacementAEffacer
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from socle import horloge
from socle.profils import Profil
from tests import distribution
from tests.fichiers.clamav import POISON
from tests.fichiers.conftest import attacher
from tests.fichiers.echantillons import pdf
from tests.mourir import mourir
from tests.signalements.fabrique import commencer

pytestmark = [pytest.mark.pannes, pytest.mark.lent]


@pytest.fixture
def demande(base_reelle: str) -> Demande:
    """A draft in a database with real commits."""
    metz = distribution.creer_partenaire("90057001100016", "Metz Métropole")
    distribution.creer_convention(metz, distribution.creer_caisse("moselle", "CPAM de Moselle", "57"))
    technicien = distribution.creer_compte_actif("technicien.metz", Profil.TECHNICIEN, partenaire=metz)
    return Demande.objects.select_related("technicien").get(pk=commencer(technicien).pk)


def contenus(dossier: Path) -> set[str]:
    """Return the stored contents."""
    return {chemin.name for chemin in dossier.rglob("*") if chemin.is_file()}


def test_effacement_tue(demande, stockage_a_soi):
    """What was removed goes, what was not stays, and nothing is left to erase."""
    gardee = attacher(demande)
    etape, meurt = 0, True
    while meurt:
        etape += 1
        for _ in range(3):
            attacher(demande)
        Piece.objects.filter(demande=demande).exclude(pk=gardee.pk).delete()
        meurt = mourir(entretien.effacer_les_contenus, etape, (os, "remove"))
        entretien.effacer_les_contenus()
        assert contenus(stockage_a_soi) == {gardee.emplacement.hex}, etape
        assert not EmplacementAEffacer.objects.exists(), etape
    assert etape > 6, "each statement and each removal was a place to die"


def test_reparation_tuee(demande, stockage_a_soi):
    """Orphans go and lost rows are refused, whatever was done before the kill."""
    gardee = attacher(demande)
    avant = (horloge.temps_reel() - dt.timedelta(hours=ORPHELIN_HEURES + 1)).timestamp()
    etape, meurt = 0, True
    while meurt:
        etape += 1
        perdue = attacher(demande)
        stockage.effacer(stockage.nom_stocke(perdue.emplacement))
        for _ in range(3):
            stockage.ecrire(demande, uuid.uuid4(), b"orphelin")
        for chemin in stockage_a_soi.rglob("*"):
            os.utime(chemin, (avant, avant))
        meurt = mourir(entretien.reparer, etape, (os, "remove"), lectures=False)
        entretien.reparer()
        assert contenus(stockage_a_soi) == {gardee.emplacement.hex}, etape
        perdue.refresh_from_db()
        assert (perdue.etat, perdue.raison) == ("refuse", "perdu"), etape
        Piece.objects.filter(pk=perdue.pk).delete()
        entretien.effacer_les_contenus()
    assert entretien.reparer() == {"perdus": 0, "orphelins": 0}
    assert etape > 6, "each write and each removal was a place to die"


@pytest.mark.antivirus
def test_nouvelle_analyse_tuee(clamd, demande, stockage_a_soi):
    """Each file is judged by the new signatures in the end; the infected one is blocked and told once."""
    bonne, mauvaise = attacher(demande), attacher(demande, pdf(texte=POISON))
    etape, meurt = 0, True
    while meurt:
        etape += 1
        Piece.objects.update(
            etat="sain", raison="", analyse_le=horloge.temps_reel(), analyse_version="ClamAV d’hier"
        )
        meurt = mourir(analyses.reanalyser, etape, (client, "analyser"))
        for _ in range(2):
            analyses.reanalyser()
        bonne.refresh_from_db()
        mauvaise.refresh_from_db()
        assert (bonne.etat, mauvaise.etat) == ("sain", "infecte"), etape
        assert bonne.analyse_version == mauvaise.analyse_version != "ClamAV d’hier", etape
    assert etape > 6
