"""Time goes by: one timeline whatever the order, the past read again as it was, no reminder twice (C-03, C-06, T-01)."""

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caisses.models import Motif
from conventions import frise
from conventions.actions import avenants, conventions, fiches, fins, rappels, signatures
from conventions.lecture import parametres_au
from conventions.models.conventions import Convention, Participation
from conventions.models.suites import Avenant, Rappel, Referent
from socle.acteurs import MACHINE
from socle.models import CourrielSortant
from tests.distribution import creer_caisse, creer_partenaire

DEBUT = dt.date(2024, 3, 31)
EN_BASE = settings(
    deadline=None,
    max_examples=6,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def a(jour):
    """Return noon of a day, for the clock."""
    return dt.datetime.combine(jour, dt.time(12), dt.UTC)


class _Annuler(Exception):
    """Leave the database as it was before an example."""


@pytest.fixture
def convention(db):
    """A convention signed on 31/03/2024, denounceable three months before its échéance."""
    caisse = creer_caisse("moselle", "CPAM de Moselle", "57", courriel="partenaires@moselle.example")
    partenaire = creer_partenaire("90068001800018", "CCAS de Thionville", courriel="ccas@thionville.example")
    with time_machine.travel(a(DEBUT), tick=False):
        return signee(
            conventions.rediger_convention(
                par=MACHINE,
                partenaire=partenaire,
                ouvertures=[conventions.Ouverture(caisse, Motif.objects.all())],
                denonciation="avant-echeance",
                denonciation_mois=3,
                mise_en_demeure_jours=15,
                mise_en_demeure_utilisation_jours=30,
            )
        )


def signee(convention, le=DEBUT):
    """Sign both documents of a draft that day."""
    conventions.mettre_a_la_signature(par=MACHINE, convention=convention)
    for document in ("convention", "utilisation"):
        for signataire in convention.signataires.all():
            signatures.signer(par=MACHINE, signataire=signataire, le=le, document=document)
    return Convention.objects.get(pk=convention.pk)


def part_de(convention):
    """Return its only part, read again."""
    return Participation.objects.select_related("caisse", "convention").get(convention=convention)


def rediger_avenant(convention, **valeurs):
    return avenants.rediger_avenant(par=MACHINE, convention=convention, objet="Changement", valeurs=valeurs)


def signer_avenant(avenant, le):
    for signataire in avenant.convention.signataires.all():
        avenants.signer_avenant(
            par=MACHINE, avenant=Avenant.objects.get(pk=avenant.pk), signataire=signataire, le=le
        )


def lire(convention, *jours):
    """Return all that is read of a convention: its history, what comes, its end, its rules on those days."""
    convention = Convention.objects.get(pk=convention.pk)
    part = part_de(convention)
    return {
        "passe": [frise.passe(convention, jour) for jour in jours],
        "a_venir": frise.a_venir(convention, jours[-1]),
        "fin": (part.fin, part.fin_cause, part.bonne_fin_jusqu_au, convention.statut),
        "regles": [parametres_au(convention, jour) for jour in jours],
        "echeance": part.prochaine_echeance(jours[-1]),
    }


# --- Any order of avenant, reconduction, mise en demeure


AUJOURD_HUI = dt.date(2026, 11, 20)
ACTES = {
    # After two reconductions (31/03/2025, 31/03/2026), of which the second opens the last period.
    "duree": lambda c: signer_avenant(c.avenants.get(numero=1), dt.date(2026, 2, 1)),
    "conservation": lambda c: signer_avenant(c.avenants.get(numero=2), dt.date(2026, 6, 30)),
    "demeure": lambda c: fins.mettre_en_demeure(
        par=MACHINE, participation=part_de(c), document="convention", manquement="Silence.",
        envoyee_le=dt.date(2026, 11, 10),
    ),
    "denonciation": lambda c: fins.denoncer(
        par=MACHINE, participation=part_de(c), lettre_du=dt.date(2026, 10, 1), par_le_partenaire=True,
        bonne_fin_jours=10,
    ),
    "job": lambda c: fins.constater_les_fins() | avenants.appliquer_avenants(),
}  # fmt: skip


@EN_BASE
@given(ordre=st.permutations(list(ACTES)))
def test_any_order_gives_one_timeline(convention, ordre):
    """C-06, T-01: avenants, a letter, a formal notice written down in any order: one timeline, one end."""
    with time_machine.travel(a(AUJOURD_HUI), tick=False):
        lectures = [_apres(convention, un) for un in (list(ACTES), ordre)]
    assert lectures[0] == lectures[1]
    # 24 months count from the échéance after the avenant's effect: 31/03/2026, then 31/03/2028.
    assert lectures[0]["fin"][0] == dt.date(2028, 3, 31)
    assert lectures[0]["fin"][2] == dt.date(2028, 4, 10)
    titres = [moment.titre for moment in lectures[0]["passe"][-1]]
    assert titres.count("Reconduction") == 2
    assert [moment.titre for moment in lectures[0]["a_venir"]] == [
        "Résiliation possible", "Fin de la convention", "Fin de la période de bonne fin",
    ]  # fmt: skip


def _apres(convention, ordre):
    lecture = {}
    try:
        with transaction.atomic():
            rediger_avenant(convention, duree_mois=24)
            rediger_avenant(convention, conservation_mois=9)
            for acte in ordre:
                ACTES[acte](Convention.objects.get(pk=convention.pk))
            lecture = lire(convention, dt.date(2026, 4, 1), dt.date(2026, 8, 1), AUJOURD_HUI)
            raise _Annuler
    except _Annuler:
        return lecture


# --- The past read again


def _referent(convention, jour):
    fiches.ajouter_referent(
        par=MACHINE,
        convention=convention,
        partie="partenaire",
        theme="Droits",
        nom="Alix Morel",
        fonction="Accueil",
    )


def _avenant(**valeurs):
    def agir(convention, jour):
        actuelles = parametres_au(convention, jour)
        if any(actuelles[nom] != valeur for nom, valeur in valeurs.items()):
            signer_avenant(rediger_avenant(convention, **valeurs), jour)

    return agir


def _demeure(convention, jour):
    part = part_de(convention)
    for mise in part.mises_en_demeure.filter(close_le=None):
        fins.clore_mise_en_demeure(par=MACHINE, mise=mise, le=jour)
        return
    fins.mettre_en_demeure(
        par=MACHINE, participation=part, document="convention", manquement="Silence.", envoyee_le=jour
    )


def _denonciation(convention, jour):
    if not part_de(convention).fin_cause:
        fins.denoncer(par=MACHINE, participation=part_de(convention), lettre_du=jour, par_le_partenaire=False)


GESTES = {
    "référent": _referent,
    "durée 24": _avenant(duree_mois=24),
    "durée 6": _avenant(duree_mois=6),
    "conservation 9": _avenant(conservation_mois=9),
    "conservation 3": _avenant(conservation_mois=3),
    "mise en demeure": _demeure,
    "dénonciation": _denonciation,
    "rien": lambda convention, jour: None,
}
VIES = st.lists(st.tuples(st.integers(1, 200), st.sampled_from(sorted(GESTES))), min_size=2, max_size=6)


def photographier_le_jour(convention, jour):
    """Return what is read on the day itself, of that day."""
    convention = Convention.objects.get(pk=convention.pk)
    referents = Referent.objects.filter(convention=convention, depuis__lte=jour).exclude(jusqu_au__lte=jour)
    return (
        frise.passe(convention, jour),
        parametres_au(convention, jour),
        sorted(referents.values_list("nom", flat=True)),
    )


@EN_BASE
@given(vie=VIES)
def test_a_past_day_reads_as_it_was(convention, vie):
    """C-06, T-01: whatever came after, any past day gives again what was true then; the job may run or not."""
    try:
        with transaction.atomic():
            lus = {}
            jour = DEBUT
            for ecart, geste in vie:
                veille = jour + dt.timedelta(days=ecart)
                with time_machine.travel(a(veille), tick=False):
                    lus[veille] = photographier_le_jour(convention, veille)
                jour = veille + dt.timedelta(days=1)
                with time_machine.travel(a(jour), tick=False):
                    actuelle = Convention.objects.get(pk=convention.pk)
                    avenants.appliquer_avenants()
                    if part_de(convention).est_en_vigueur(jour):
                        GESTES[geste](actuelle, jour)
                    else:
                        fins.constater_les_fins()
            with time_machine.travel(a(jour + dt.timedelta(days=900)), tick=False):
                fins.constater_les_fins()
                for passe, lu in lus.items():
                    assert photographier_le_jour(convention, passe) == lu
            raise _Annuler
    except _Annuler:
        pass


# --- Reminders


def _remplacer(convention):
    nouvelle = conventions.rediger_convention(
        par=MACHINE,
        partenaire=convention.partenaire,
        ouvertures=[conventions.Ouverture(part_de(convention).caisse, Motif.objects.all())],
        remplace=convention,
        denonciation="sans-preavis",
    )
    conventions.mettre_a_la_signature(par=MACHINE, convention=nouvelle)
    for signataire in nouvelle.signataires.all():
        signatures.signer(par=MACHINE, signataire=signataire, le=CHANGE_LE)


def _resilier(convention):
    mise = fins.mettre_en_demeure(
        par=MACHINE, participation=part_de(convention), document="convention", manquement="Silence.",
        envoyee_le=CHANGE_LE - dt.timedelta(days=20),
    )  # fmt: skip
    fins.resilier(par=MACHINE, mise=mise, le=CHANGE_LE, raison="Silence.")


def _par_avenant(**valeurs):
    return lambda convention: signer_avenant(rediger_avenant(convention, **valeurs), CHANGE_LE)


# A forgotten bilan or comité has reminders of its own.
ECHEANCES = (rappels.RECONDUCTION, rappels.FIN)
ECHEANCE = dt.date(2025, 3, 31)
# After the first threshold of the échéance, before the second.
CHANGE_LE = ECHEANCE - dt.timedelta(days=60)
SUIVANTE = dt.date(2026, 3, 31)
CHANGEMENTS = {
    "rien ne change": (
        lambda convention: None,
        {("reconduction", ECHEANCE, 30), ("reconduction", ECHEANCE, 7)}
        | {("reconduction", SUIVANTE, seuil) for seuil in (90, 30, 7)},
    ),
    "dénonciation tardive": (
        lambda convention: fins.denoncer(
            par=MACHINE, participation=part_de(convention), lettre_du=CHANGE_LE, par_le_partenaire=True
        ),
        {("fin", SUIVANTE, 90), ("fin", SUIVANTE, 30), ("fin", SUIVANTE, 7)},
    ),
    "fin de la reconduction tacite": (
        _par_avenant(reconduction_tacite=False),
        {("fin", ECHEANCE, 90), ("fin", ECHEANCE, 30), ("fin", ECHEANCE, 7)},
    ),
    "nouvelle durée": (
        _par_avenant(duree_mois=6),
        # The period that runs is not moved; the next one is of six months.
        {("reconduction", ECHEANCE, 30), ("reconduction", ECHEANCE, 7)}
        | {("reconduction", dt.date(2025, 9, 30), seuil) for seuil in (90, 30, 7)}
        | {("reconduction", SUIVANTE, seuil) for seuil in (90, 30, 7)},
    ),
    "résiliation": (_resilier, set()),
    "remplacement": (_remplacer, {("reconduction", CHANGE_LE.replace(year=2026), seuil) for seuil in (90, 30, 7)}),
}  # fmt: skip


@pytest.mark.parametrize("cas", CHANGEMENTS)
def test_one_reminder_per_threshold_and_version(convention, cas):
    """C-03, C-04: run every day over a year: one reminder per threshold of the date then true, none for the old one."""
    changer, attendus = CHANGEMENTS[cas]
    jour, fin = ECHEANCE - dt.timedelta(days=95), SUIVANTE - dt.timedelta(days=1)
    while jour <= fin:
        with time_machine.travel(a(jour), tick=False):
            if jour == CHANGE_LE:
                avant = set(
                    Rappel.objects.filter(nature__in=ECHEANCES).values_list(
                        "nature", "pour_le", "seuil_jours"
                    )
                )
                changer(convention)
                CourrielSortant.objects.exclude(gabarit__startswith="conventions/rappel_").delete()
            rappels.rappeler()
        jour += dt.timedelta(days=1)
    assert avant == {("reconduction", ECHEANCE, 90)}
    tous = list(
        Rappel.objects.filter(nature__in=ECHEANCES)
        .order_by("pk")
        .values_list("nature", "pour_le", "seuil_jours")
    )
    assert set(tous) - avant == attendus
    assert len(tous) == len(set(tous))
    # One mail for each side.
    assert CourrielSortant.objects.filter(gabarit__startswith="conventions/rappel_").count() == 2 * len(tous)
