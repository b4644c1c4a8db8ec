"""The antivirus reads what is sent before it is sealed, and the file again before its first byte (E-09)."""

import pytest
from django.core.exceptions import ValidationError

from conformite.models.journal import LigneJournal
from echanges.actions import lecture, reception
from echanges.models.depots import FichierDepose
from tests.echanges.fabrique import Scene, csv, deposer, indu, ouvrir, recharge
from tests.fichiers.clamav import EICAR, POISON, POISON_NOUVEAU

pytestmark = pytest.mark.antivirus


def envoyer(scene: Scene, contenu: bytes):
    depot, _ = ouvrir(scene)
    return reception.recevoir_fichier(par=scene.technicien, depot=depot, nom="a.csv", contenu=contenu)


@pytest.mark.parametrize("contenu", [EICAR, csv("indu", indu(commune=POISON.decode()))])
def test_a_dangerous_file_is_never_kept(scene: Scene, clamd, contenu: bytes, stockage_a_soi):
    with pytest.raises(ValidationError, match="programme dangereux"):
        envoyer(scene, contenu)
    assert not FichierDepose.objects.exists()
    assert not [un for un in stockage_a_soi.rglob("*") if un.is_file()]


def test_without_antivirus_nothing_is_kept(scene: Scene, clamd):
    clamd.arreter()
    with pytest.raises(ValidationError, match="ne répond pas"):
        envoyer(scene, csv("indu", indu()))
    assert not FichierDepose.objects.exists()


def test_scanned_again_before_the_first_byte(scene: Scene, clamd):
    """What the signatures of today find is not given, and nobody is said to have read it."""
    depot, mot_de_passe = deposer(scene, contenu=csv("indu", indu(dossier=POISON_NOUVEAU.decode()[:40])))
    contenu = "".join(str(une) for une in depot.ouvrir(bytes(depot.lots.get().scelle), "lignes:0")[0])
    assert POISON_NOUVEAU.decode() in contenu
    clamd.apprendre()
    with pytest.raises(ValidationError, match="maintenant un programme dangereux"):
        lecture.lire_depot(par=scene.agent, depot=depot, mot_de_passe=mot_de_passe)
    assert recharge(depot).lu_le is None
    assert not LigneJournal.objects.filter(acte="depot.lire").exists()
