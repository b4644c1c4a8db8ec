"""Whose line it is: the DPO of another caisse of a shared structure reads none of it (R-04)."""

import pytest
from django.urls import reverse

from conformite.models.journal import LigneJournal
from socle.profils import Profil
from tests.distribution import creer_compte_actif, creer_convention
from tests.signalements.fabrique import deposer


@pytest.fixture
def dpo_var(caisse_var):
    return creer_compte_actif("dpo.var", Profil.DPO, caisses=(caisse_var,))


def test_r04_another_caisse_of_the_structure_reads_nothing_of_a_demande(
    connecte, metz, caisse_var, technicien_metz, dpo_moselle, dpo_var
):
    """The demande is deposited, its accusé opened, and the list of the structure: Moselle's journal, not Var's."""
    demande = deposer(technicien_metz)
    creer_convention(metz, caisse_var)
    client = connecte(technicien_metz)
    assert client.get(reverse("demande-accuse", args=[demande.reference])).status_code == 200
    assert demande.reference in client.get(reverse("demandes")).content.decode()
    assert LigneJournal.objects.filter(acte="demande.lire_historique").exists()

    assert demande.reference not in connecte(dpo_var).get(reverse("journal")).content.decode()
    chez_moselle = connecte(dpo_moselle).get(reverse("journal"), {"reference": demande.reference})
    actes = {ligne.acte for ligne, *_ in chez_moselle.context["lignes"]}
    assert {"demande.deposer", "demande.accuse", "demande.lire_historique"} <= actes
