"""The first national administrateur is made by a command (A-20)."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models.compte import Compte
from tests.accounts.aides import courriels

PERSONNE = {"nom": "Premier", "prenom": "Noé", "email": "noe@national.example"}


@pytest.mark.django_db
def test_a20_le_premier_national(capsys):
    """A-20: once; the next ones are created in the portal."""
    call_command("creer_national", **PERSONNE)
    compte = Compte.objects.get()
    assert (compte.identifiant, compte.profil, compte.statut) == ("noe.premier", "national", "en_attente")
    assert courriels("noe@national.example")[0].gabarit == "accounts/activation"
    with pytest.raises(CommandError, match="existe déjà"):
        call_command("creer_national", **PERSONNE | {"email": "autre@national.example"})
    assert Compte.objects.count() == 1
