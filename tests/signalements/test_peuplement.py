"""The volume of the measures: sealed like real demandes, readable and found through the pages."""

import datetime as dt
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from accounts.actions.echeances import inactiver_fins_de_convention
from accounts.models.compte import Compte
from conformite.scellement import Illisible
from outils.bench import comptes
from signalements.models.demandes import Demande
from signalements.models.fil import Evenement, Message
from signalements.models.pieces import Piece
from signalements.recherche import rechercher
from signalements.retention import demandes_dues
from signalements.workflow import Statut
from socle import horloge
from tests import distribution


def test_un_volume_se_lit_et_se_cherche_comme_de_vraies_demandes(settings, technicien_metz):
    settings.DEMO = True
    call_command("peupler", "--demandes=60", "--caisses=2", verbosity=0)
    assert Demande.objects.count() == 60
    demande = Demande.objects.ouvertes().filter(caisse__code="volume-000").order_by("pk")[0]
    nom = demande.contenu["assure"]["nom"]
    assert nom.encode() not in bytes(demande.contenu_scelle)
    client = distribution.connecte(Compte.objects.get(identifiant="agent.volume-000"))
    assert demande.reference in client.post("/tri/", {"mots": nom}).content.decode()
    for statut in Statut.values:
        for une in Demande.objects.filter(caisse__code="volume-000", statut=statut)[:1]:
            assert client.get(f"/tri/{une.reference}/").status_code == 200


def test_une_caisse_repetee_a_le_meme_poids(settings, technicien_metz):
    """Same states, thread, history and tokens under other references; the sealed bytes open for nobody."""
    settings.DEMO = True
    call_command("peupler", "--demandes=20", "--caisses=1", "--pieces=5", verbosity=0)
    call_command("peupler", "--demandes=30", "--caisses=1", "--depuis=1", "--repeter=0", verbosity=0)
    modele, repetee = (Demande.objects.filter(caisse__code=f"volume-00{rang}") for rang in (0, 1))
    assert repetee.count() == 30 and Demande.objects.values("reference").distinct().count() == 50
    assert Counter(repetee.values_list("statut")) >= Counter(modele.values_list("statut"))
    assert (
        Message.objects.filter(demande__in=repetee).exists()
        and Piece.objects.filter(demande__in=repetee).exists()
    )
    assert Evenement.objects.filter(demande__in=repetee).count() > 30
    demande = modele.order_by("pk")[0]
    nom = demande.contenu["assure"]["nom"]
    # The tokens of the copies are those of another structure: they weigh, nobody finds them.
    assert demande in rechercher(modele, nom, demande.technicien)
    assert not rechercher(repetee, nom, repetee.order_by("pk")[0].technicien).exists()
    with pytest.raises(Illisible):
        _ = repetee.order_by("pk")[0].contenu


def test_le_volume_echu_s_en_va_a_son_terme(settings, technicien_metz):
    settings.DEMO = True
    call_command("peupler", "--demandes=20", "--caisses=1", "--echues", verbosity=0)
    assert not demandes_dues(horloge.maintenant()).exists()
    assert demandes_dues(horloge.maintenant() + dt.timedelta(days=40)).count() == 20


def test_les_comptes_des_mesures_sont_dus(technicien_metz):
    """Those of structures whose convention is over are found by the job, and by no other reason."""
    comptes._structure(0, 2, horloge.maintenant())
    assert inactiver_fins_de_convention() == 2
    assert set(Compte.objects.filter(statut="inactif").values_list("identifiant", flat=True)) == {
        "fini.0.0",
        "fini.0.1",
    }


def test_jamais_hors_de_la_demonstration(settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("peupler")
