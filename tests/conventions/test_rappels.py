"""Reminders and ends, through the tasks as beat names them (C-03, C-04, A-13)."""

import datetime as dt

import pytest
import time_machine

from conventions import regles, tasks
from conventions.actions import fins, rappels
from conventions.models.conventions import Convention, Participation
from conventions.models.suites import Rappel
from socle.acteurs import MACHINE
from socle.models import CourrielSortant
from tests.distribution import creer_convention, creer_partenaire

DEBUT = dt.date(2025, 3, 10)
ECHEANCE = dt.date(2026, 3, 10)
# A forgotten bilan or comité has reminders of its own.
ECHEANCES = (rappels.RECONDUCTION, rappels.FIN)


TACHES = {tache.name: tache for tache in (tasks.echeances, tasks.rappels)}


def a(jour):
    """Return noon of a day, for the clock."""
    return dt.datetime.combine(jour, dt.time(12), dt.UTC)


def lancer(nom):
    """Run a task of the beat table, in this process."""
    return TACHES[nom].apply().get()


@pytest.fixture
def part(caisse_moselle):
    """A convention in force since 10/03/2025, with a mail address on each side."""
    caisse_moselle.courriel = "partenaires@moselle.example"
    caisse_moselle.save()
    partenaire = creer_partenaire("90068001800018", "CCAS de Thionville", courriel="ccas@thionville.example")
    with time_machine.travel(a(DEBUT), tick=False):
        convention = creer_convention(
            partenaire, caisse_moselle, debut=DEBUT, denonciation="avant-echeance", denonciation_mois=3
        )
    return convention.participations.get()


def parcourir(*restants, date=ECHEANCE):
    """Run the task, twice each, on the days so far before a date."""
    for jours in restants:
        with time_machine.travel(a(date - dt.timedelta(days=jours)), tick=False):
            lancer("conventions.rappels")
            lancer("conventions.rappels")


def test_one_reminder_per_threshold(part):
    """C-03: 90, 30 and 7 days before, to both sides, once each, whatever the number of runs."""
    parcourir(95, 91, 90, 89, 60, 31, 30, 29, 8, 7, 6, 1)
    assert list(
        Rappel.objects.filter(nature__in=ECHEANCES).order_by("pk").values_list("seuil_jours", flat=True)
    ) == [90, 30, 7]
    assert CourrielSortant.objects.filter(gabarit="conventions/rappel_reconduction").count() == 6
    premier = CourrielSortant.objects.order_by("pk").first()
    assert "reconduction dans 90 jours" in premier.sujet
    assert "mercredi 10\xa0décembre\xa02025" in premier.corps
    assert "évaluation de la première année" in premier.corps


def test_none_for_the_old_date_after_a_change(part):
    """Denounced in time after the first reminder: the reconduction is never announced again, the end is, once."""
    parcourir(90, 89)
    avant = Rappel.objects.count()
    with time_machine.travel(a(ECHEANCE - dt.timedelta(days=89)), tick=False):
        fins.denoncer(
            par=MACHINE,
            participation=part,
            lettre_du=ECHEANCE - dt.timedelta(days=90),
            par_le_partenaire=True,
        )
    parcourir(89, 40, 30, 20, 7, 1)
    assert avant == 1
    assert list(
        Rappel.objects.filter(nature__in=ECHEANCES)
        .order_by("pk")
        .values_list("nature", "pour_le", "seuil_jours")
    ) == [
        ("reconduction", ECHEANCE, 90),
        ("fin", ECHEANCE, 90),
        ("fin", ECHEANCE, 30),
        ("fin", ECHEANCE, 7),
    ]


def test_the_date_moves_the_reminders_follow(part):
    """Denounced one day late: nothing for the coming échéance once it no longer ends there, all for the next one."""
    with time_machine.travel(a(ECHEANCE - dt.timedelta(days=89)), tick=False):
        fins.denoncer(
            par=MACHINE,
            participation=part,
            lettre_du=ECHEANCE - dt.timedelta(days=89),
            par_le_partenaire=True,
        )
    parcourir(80, 30, 7)
    assert not Rappel.objects.filter(nature__in=ECHEANCES).exists()
    part.refresh_from_db()
    assert part.fin == dt.date(2027, 3, 10)
    parcourir(90, 30, 7, date=part.fin)
    assert set(Rappel.objects.filter(nature__in=ECHEANCES).values_list("pour_le", "seuil_jours")) == {
        (part.fin, 90),
        (part.fin, 30),
        (part.fin, 7),
    }


def test_a_stopped_job_catches_up_with_the_nearest_threshold(part):
    """Beat stopped for two months: one reminder, the nearest one, not three at once."""
    parcourir(20, 18)
    assert list(Rappel.objects.values_list("seuil_jours", flat=True)) == [30]


def test_end_comes_by_itself(part):
    """T-01, A-13: in force to 24:00 of the eve; access stops without the job; the job notes it once."""
    with time_machine.travel(a(DEBUT + dt.timedelta(days=30)), tick=False):
        fins.denoncer(
            par=MACHINE, participation=part, lettre_du=DEBUT + dt.timedelta(days=30), par_le_partenaire=False,
            bonne_fin_jours=10,
        )  # fmt: skip
    veille = dt.datetime(2026, 3, 9, 22, 59, tzinfo=dt.UTC)
    ouvrantes = Participation.objects
    assert ouvrantes.ouvrant_le_portail(veille).exists()
    assert not ouvrantes.ouvrant_le_portail(veille + dt.timedelta(minutes=1)).exists()
    assert not ouvrantes.en_bonne_fin(veille).exists()
    assert ouvrantes.en_bonne_fin(a(ECHEANCE + dt.timedelta(days=9))).exists()
    assert not ouvrantes.en_bonne_fin(a(ECHEANCE + dt.timedelta(days=10))).exists()
    with time_machine.travel(a(ECHEANCE), tick=False):
        assert lancer("conventions.echeances")["terminees"] == 1
        assert lancer("conventions.echeances")["terminees"] == 0
    assert Convention.objects.get().statut == Convention.Statut.TERMINEE


def test_renewal_needs_no_job(part):
    """C-03: renewed at the échéance without anything running."""
    assert Participation.objects.ouvrant_le_portail(a(dt.date(2030, 1, 1))).exists()
    part.convention.denonciation = regles.SANS_PREAVIS
    assert part.prochaine_echeance(dt.date(2030, 1, 1)) == dt.date(2030, 3, 10)
