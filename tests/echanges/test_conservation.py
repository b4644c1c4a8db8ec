"""Retention of exchanges: its own start, a hard maximum, counters only afterwards (E-03, E-11, T-06)."""

import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.db import connection

from conformite import purge
from conformite.gels import poser_gel
from conformite.index import Lieu, jetons_du_lieu
from conformite.scellement import Illisible, creer_cles, vider_le_cache
from droits.certificats import certificat
from echanges import personnes
from echanges.actions import depots, lecture, reception
from echanges.actions.inscriptions import noter_inscription
from echanges.bilan import bilan
from echanges.echeances import faire_ce_qui_est_du
from echanges.models.depots import Depot, FichierDepose, LotDeLignes
from echanges.models.flux import CompteurEchanges, FluxConvenu
from fichiers.entretien import effacer_les_contenus
from socle.models import CourrielSortant
from socle.noms import Personne
from socle.profils import Profil
from tests import distribution
from tests.echanges import fabrique
from tests.echanges.fabrique import Scene, csv, deposer, indu, ouvrir, recharge

DEPOT = dt.datetime(2026, 11, 27, 10, tzinfo=dt.UTC)
# The last second of 27 November 2027 in Colmar, and the first one after.
DERNIERE = dt.datetime(2027, 11, 27, 22, 59, 59, tzinfo=dt.UTC)
APRES = DERNIERE + dt.timedelta(seconds=1)


@pytest.fixture
def cles(tmp_path: Path, settings):
    settings.DOSSIER_CLES = tmp_path / "cles"
    vider_le_cache()
    creer_cles(dt.date(2027, 12, 5), dt.date(2026, 11, 26))
    yield
    vider_le_cache()


@pytest.fixture
def depose(cles, hautrhin, departement):
    """A deposit of 27 November 2026, kept twelve months."""
    with time_machine.travel(DEPOT, tick=False):
        scene = fabrique.scene(hautrhin, departement)
        depot, mot_de_passe = deposer(scene)
        lecture.lire_depot(par=scene.agent, depot=depot, mot_de_passe=mot_de_passe)
    return scene, depot, mot_de_passe


def test_readable_to_the_last_second_then_nothing_but_counters(depose, stockage_a_soi, connecte):
    """E-11, T-06: twelve months from the announcement; then file, rows, tokens go, and a restored backup is blind."""
    scene, depot, mot_de_passe = depose
    assert depot.terme_le == dt.date(2027, 11, 27)
    contenus = [un for un in stockage_a_soi.rglob("*") if un.is_file()]
    assert contenus
    with time_machine.travel(DERNIERE, tick=False):
        purge.purger()
        _, morceaux = lecture.lire_depot(par=scene.agent, depot=recharge(depot), mot_de_passe=mot_de_passe)
        assert b"".join(morceaux)
    restaure = recharge(depot)
    with time_machine.travel(APRES, tick=False):
        purge.purger()
        purge.detruire_les_cles(APRES + dt.timedelta(days=1))
        vider_le_cache()
        effacer_les_contenus()
        assert (
            not Depot.objects.exists()
            and not LotDeLignes.objects.exists()
            and not FichierDepose.objects.exists()
        )
        assert not any(un.exists() for un in contenus)
        with pytest.raises(Illisible):
            restaure.resume  # noqa: B018
        dpo = distribution.creer_compte_actif("dpo.hautrhin", Profil.DPO, caisses=(depot.caisse,))
        journal = connecte(dpo).get("/conformite/journal/", {"reference": depot.reference, "acte": "purge."})
        assert "Données détruites à leur terme" in journal.content.decode(), "R-04: how it ended"
        dit = certificat(scene.participation)["depots"]
        assert (dit["detruites"], dit["restantes"]) == (1, 0), "R-05"
    compteur = CompteurEchanges.objects.get()
    assert (compteur.code, compteur.mois, compteur.depots, compteur.lignes, compteur.lus) == (
        *("indu", dt.date(2026, 11, 1)),
        *(1, 1, 1),
    )
    with connection.cursor() as curseur:
        for table in connection.introspection.table_names(curseur):
            curseur.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 (our own tables)
            assert not any("Larivandi" in ligne for (ligne,) in curseur.fetchall()), table


def test_warned_thirty_and_seven_days_before(depose):
    """E-11: both mailboxes, once each."""
    comptes = []
    for jour in (27, 28, 29):
        with time_machine.travel(dt.datetime(2027, 10, jour, 12, tzinfo=dt.UTC)):
            faire_ce_qui_est_du()
        comptes.append(CourrielSortant.objects.filter(gabarit="echanges/terme_proche").count())
    with time_machine.travel(dt.datetime(2027, 11, 20, 12, tzinfo=dt.UTC)):
        faire_ce_qui_est_du()
        faire_ce_qui_est_du()
    assert comptes == [0, 2, 2]
    assert CourrielSortant.objects.filter(gabarit="echanges/terme_proche").count() == 4


def test_never_prolonged(depose):
    """E-11: a hold moves no term; an open one does not wait either."""
    scene, depot, _ = depose
    with time_machine.travel(DEPOT, tick=False):
        poser_gel(
            depot,
            raison="contentieux",
            jusqu_a=dt.date(2027, 11, 30),
            fuseau="Europe/Paris",
            par=scene.administrateur,
        )
    assert recharge(depot).terme_le == dt.date(2027, 11, 27)


def test_from_the_reception_where_the_convention_says_so(cles, hautrhin, departement):
    """E-03: [57] counts six months from the reception; confirmed the next month, the tokens follow the term."""
    with time_machine.travel(dt.datetime(2026, 11, 30, 10, tzinfo=dt.UTC), tick=False):
        scene = fabrique.scene(hautrhin, departement)
        convention = scene.participation.convention
        convention.conservation_mois = 6
        convention.save(update_fields=["conservation_mois"])
        FluxConvenu.objects.filter(code="indu").update(conservation_depart="reception")
        recus = [fabrique.recevoir(scene)]
        FluxConvenu.objects.filter(code="indu").update(conservation_depart="communication")
        autre, _ = ouvrir(scene)
        reception.recevoir_fichier(
            par=scene.technicien, depot=autre, nom="b.csv", contenu=csv("indu", indu(dossier="D-9"))
        )
        recus.append(autre)
    with time_machine.travel(dt.datetime(2026, 12, 2, 10, tzinfo=dt.UTC), tick=False):
        for depart, depot in zip(("reception", "communication"), recus, strict=True):
            FluxConvenu.objects.filter(code="indu").update(conservation_depart=depart)
            depots.confirmer_depot(par=scene.technicien, depot=recharge(depot))
    premier, second = (recharge(un) for un in recus)
    assert (premier.terme_le, second.terme_le) == (dt.date(2027, 5, 30), dt.date(2027, 6, 2))
    for depot in (premier, second):
        termes = personnes.termes(Personne("Larivandière", "Élodie"), ["1955-03-27"])
        attendus = jetons_du_lieu(termes, Lieu(depot.terme_le, depot.caisse_id, depot.partenaire_id))
        assert LotDeLignes.objects.get(depot=depot).jetons == attendus


def test_an_opened_deposit_without_file_is_forgotten(scene: Scene):
    """E-11: a week, and no counter."""
    depot, _ = ouvrir(scene)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=9)):
        purge.purger()
    assert not Depot.objects.filter(pk=depot.pk).exists()
    assert not CompteurEchanges.objects.exists()


def test_the_suites_of_inscriptions_stay_as_figures(cles, hautrhin, departement):
    """E-07, C-21: counted in the bilan of their year once the rows are gone; nothing says whose they were."""
    with time_machine.travel(DEPOT, tick=False):
        scene = fabrique.scene(hautrhin, departement)
        accord = {"accord_le": "20/11/2026", "structure": "Le CCAS"}
        lignes = [accord | {"nom": f"Dubourg{a}{b}"} for a in "abcd" for b in "aeiou"]
        eps, _ = deposer(scene, "eps-inscriptions", csv("eps-inscriptions", *lignes))
        for rang in range(12):
            noter_inscription(par=scene.agent, depot=eps, rang=rang, suite="venu")

    def dites() -> dict[str, list[tuple[str, str]]]:
        an = (dt.date(2026, 11, 1), dt.date(2027, 11, 1))
        return {un.titre: un.lignes for un in bilan(scene.participation.convention, *an)}

    with time_machine.travel(APRES, tick=False):
        avant = dites()["Suites des inscriptions"]
        purge.purger()
        assert not Depot.objects.exists()
        assert dites()["Suites des inscriptions"] == avant == [("Venu", "12")]
