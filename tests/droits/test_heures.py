"""T-05, T-06: an hour that is typed is read where the caisse is, whatever the zone of the server."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from droits.models.violations import Violation
from information.models import Formation
from socle import horloge
from tests.distribution import connecte
from tests.droits.test_violations import agir

pytestmark = pytest.mark.django_db
ZONES = ("Indian/Reunion", "America/Cayenne", "Europe/Paris")


@pytest.mark.parametrize("fuseau", ZONES)
def test_l_heure_d_une_violation(technicien_metz, dpo_moselle, caisse_moselle, fuseau):
    """R-02: the 48 and 72 hours begin when it was known there; what the DPO notes is read there too."""
    type(caisse_moselle).objects.filter(pk=caisse_moselle.pk).update(fuseau=fuseau)
    sue = horloge.maintenant().replace(second=0, microsecond=0) - dt.timedelta(minutes=10)
    ici = f"{sue.astimezone(ZoneInfo(fuseau)):%Y-%m-%dT%H:%M}"
    client = connecte(technicien_metz)
    page = client.get("/violations/nouvelle/").content.decode()
    (propose,) = re.findall(r'value="([^"]*)"', re.findall(r'<input[^>]*name="connue_le"[^>]*>', page)[0])
    assert propose[:13] in {ici[:13], f"{horloge.maintenant().astimezone(ZoneInfo(fuseau)):%Y-%m-%dT%H}"}
    envoi = {"caisse": caisse_moselle.pk, "natures": ["confidentialite"], "connue_le": ici}
    client.post("/violations/nouvelle/", envoi | {"description": "Un courrier est parti ailleurs."})
    violation = Violation.objects.get()
    assert violation.connue_le == sue
    client = connecte(dpo_moselle)
    agir(client, violation, "evaluer", risque="eleve", texte="Un nom est parti.")
    agir(client, violation, "personnes", le=ici, texte="")
    assert Violation.objects.get().personnes_le == sue


@pytest.mark.parametrize("fuseau", ZONES)
def test_l_heure_d_une_session(administrateur_moselle, caisse_moselle, fuseau):
    """I-03: ten o'clock is ten o'clock at the caisse."""
    type(caisse_moselle).objects.filter(pk=caisse_moselle.pk).update(fuseau=fuseau)
    quand = dt.datetime.combine(caisse_moselle.jour + dt.timedelta(days=10), dt.time(10), ZoneInfo(fuseau))
    envoi = {"caisse": caisse_moselle.pk, "titre": "Le portail", "public": Formation.Public.values[0]}
    envoi |= {"quand": f"{quand:%Y-%m-%dT%H:%M}", "lieu": "À distance", "places": "20", "texte": "Tout."}
    assert connecte(administrateur_moselle).post("/formations/nouvelle/", envoi).status_code == 302
    assert Formation.objects.get().quand == quand
