"""The volume of the measures: sealed like real demandes, readable and found through the pages."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Compte
from signalements.models import Demande
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
    assert client.get(f"/tri/{demande.reference}/").status_code == 200


def test_jamais_hors_de_la_demonstration(settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("peupler")
