"""Fixtures of the stories of conventions."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, settings

from conventions.models.conventions import Convention
from tests.conventions.fabrique import SIRET, STRUCTURE, contenu, signer

# Properties of dates are quick; the machine that runs them may be busy.
settings.register_profile("conventions", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("conventions")


@pytest.fixture
def client(connecte, administrateur_moselle):
    """The administrateur of Moselle."""
    return connecte(administrateur_moselle)


@pytest.fixture
def brouillon(client, caisse_moselle):
    """A draft made through the pages with a structure unknown before."""
    reponse = client.post(f"/conventions/nouvelle/?siret={SIRET}", contenu(caisse_moselle) | STRUCTURE)
    assert reponse.status_code == 302, reponse.content.decode()
    return Convention.objects.get(partenaire__siret=SIRET)


@pytest.fixture
def en_vigueur(client, brouillon, caisse_moselle):
    """The same, signed 40 days ago, its utilisation too."""
    client.post(f"/conventions/{brouillon.reference}/mettre-a-la-signature/")
    le = caisse_moselle.jour - dt.timedelta(days=40)
    brouillon.refresh_from_db()
    signer(client, brouillon, le=le)
    signer(client, brouillon, "utilisation", le=le)
    return brouillon
