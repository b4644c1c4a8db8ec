"""The clock of a convention on a real worker: reminders, an avenant to come, the end (C-03, C-04, C-06, T-01).

People act through the pages, the machine by the tasks of beat's table, on the demonstration, with the clock moved.
"""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from accounts.models.compte import Compte
from conventions.models.conventions import Convention, Participation
from socle import horloge
from socle.models import DecalageHorloge
from tests.conventions.test_avenants import avenant, signer_l_avenant
from tests.distribution import connecte
from tests.pannes.scene import Scene, attendre

pytestmark = [pytest.mark.pannes, pytest.mark.lent]

CONTACT = "action-sociale@metz-metropole.example"


def aller_au(jour):
    """Move the clock of all the processes to noon of that day."""
    instant = dt.datetime.combine(jour, dt.time(12), ZoneInfo("Europe/Paris"))
    duree = instant - horloge.temps_reel()
    DecalageHorloge.objects.update_or_create(unique=True, defaults={"duree": duree})
    horloge.relire()


def rappels(scene: Scene):
    """Return the subjects of the reminders that the structure has received."""
    return [recu.sujet for recu in scene.puits.pour(CONTACT) if " dans " in recu.sujet]


def rappeler(scene: Scene, attendus: int):
    """Run the job twice, wait for the mails; return the subjects received so far."""
    scene.executer("conventions-rappels")
    assert scene.executer("conventions-rappels")["rappels"] == 0
    return attendre(lambda: len(recus := rappels(scene)) >= attendus and recus, "les rappels")


def test_the_clock_on_a_real_worker(scene, monkeypatch):
    """C-03, C-04, C-06, T-01: told once at 30 days, denounced too late, told of the new date only, ended by itself."""
    scene.lancer("worker")
    monkeypatch.setattr(settings, "DEMO", True)
    horloge.relire()
    convention = Convention.objects.get(reference="C24-METZ-0057")
    part = convention.participations.select_related("caisse").get()
    echeance = part.prochaine_echeance(part.caisse.jour)
    client = connecte(Compte.objects.get(identifiant="administrateur.moselle"))
    base = f"/conventions/{convention.reference}/"

    aller_au(echeance - dt.timedelta(days=30))
    (premier,) = rappeler(scene, 1)
    assert "reconduction dans 30 jours" in premier

    # An avenant for tomorrow waits for its day.
    motifs = list(part.motifs.order_by("pk").values_list("pk", flat=True))
    demain = echeance - dt.timedelta(days=29)
    changements = avenant(convention) | {
        "conservation_mois": "9", "prend_effet_le": demain.isoformat(), "mise_en_demeure_jours": "",
        f"motifs_{part.caisse_id}": motifs,
    }  # fmt: skip
    assert client.post(f"{base}avenants/nouveau/", changements).status_code == 302
    signer_l_avenant(client, convention, 1, part.caisse.jour)
    assert scene.executer("conventions")["appliques"] == 0
    aller_au(demain)
    assert scene.executer("conventions")["appliques"] == 1
    convention.refresh_from_db()
    assert convention.conservation_mois == 9

    # Denounced three months too late: renewed once more, nothing is said again of the old date.
    lettre = {"qui": "partenaire", "lettre_du": demain.isoformat(), "bonne_fin_jours": "0"}
    assert client.post(f"{base}caisses/moselle/denoncer/", lettre).status_code == 302
    aller_au(echeance - dt.timedelta(days=7))
    scene.executer("conventions-rappels")
    assert rappels(scene) == [premier]
    fin = Participation.objects.get(pk=part.pk).fin
    assert fin == echeance.replace(year=echeance.year + 1)
    aller_au(fin - dt.timedelta(days=90))
    assert [" fin dans 90 jours" in sujet for sujet in rappeler(scene, 2)] == [False, True]

    aller_au(fin)
    assert not Participation.objects.ouvrant_le_portail().filter(pk=part.pk).exists()
    assert scene.executer("conventions")["terminees"] >= 1
    assert scene.executer("conventions")["terminees"] == 0
    convention.refresh_from_db()
    assert convention.statut == Convention.Statut.TERMINEE
