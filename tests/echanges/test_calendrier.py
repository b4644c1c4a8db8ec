"""What is awaited, what is late, what is said to be nothing: in the working days of the caisse (E-10, T-04)."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from conformite import purge
from echanges import calendrier, regles
from echanges.actions import depots
from echanges.actions.flux import clore_flux, convenir_flux, declarer_neant
from echanges.bilan import bilan
from echanges.echeances import faire_ce_qui_est_du
from echanges.models.flux import RetardDit
from socle.models import CourrielSortant
from socle.profils import Profil
from tests import distribution
from tests.echanges import fabrique
from tests.echanges.fabrique import Scene, csv, deposer, indu

MENSUEL = {"a_verser": "100", "premier_versement": "non"}


def etats(scene: Scene, jour: dt.date) -> dict[str, str]:
    return {
        une.periode: une.etat
        for une in calendrier.echeances(scene.participation, jour)
        if une.flux.code == "mtp-mensuel"
    }


@pytest.fixture
def mensuel(scene: Scene):
    """The monthly state, due on the 18th working day of its month, since November 2025."""
    clore_flux(par=scene.administrateur, flux=scene.flux("mtp-mensuel"))
    part = scene.participation
    convenir_flux(
        par=scene.administrateur, participation=part, code="mtp-mensuel", depuis=dt.date(2025, 12, 1), rang=18
    )
    flux = part.flux.ouverts().get(code="mtp-mensuel")
    flux.participation = part
    return flux


def test_due_days_of_colmar(mensuel):
    """T-04, E-10: 26 December and Good Friday are no working days in the Haut-Rhin."""
    assert mensuel.echeance("2025-12") == dt.date(2025, 12, 24)
    mensuel.rang = 19
    assert mensuel.echeance("2025-12") == dt.date(2025, 12, 29), "25 and 26 off, then the weekend"
    mensuel.rang = 3
    assert mensuel.echeance("2026-04") == dt.date(2026, 4, 7), "1, 2, Good Friday and Easter Monday off"


def test_late_from_the_day_after(scene: Scene, mensuel):
    """E-10: awaited until the evening of the due day; late the next one; never before the flow opened."""
    assert etats(scene, dt.date(2025, 12, 24)) == {"2025-12": "attendu"}
    assert etats(scene, dt.date(2025, 12, 25)) == {"2025-12": "en-retard"}
    assert set(etats(scene, dt.date(2026, 2, 1))) == {"2025-12", "2026-01", "2026-02"}


def test_neant_in_one_click(scene: Scene, connecte):
    """E-10: absence and nothing differ; the deposit that comes after takes its place."""
    periode = f"{scene.participation.caisse.jour:%Y-%m}"
    client, flux = connecte(scene.agent), scene.flux("mtp-mensuel")
    adresse = reverse("flux-dire-neant", args=[flux.pk])
    client.post(adresse, {"periode": periode})
    client.post(adresse, {"periode": periode})
    assert flux.neants.count() == 1
    assert etats(scene, scene.participation.caisse.jour)[periode] == "neant"
    for fausse in ("2030-01", "1999-13", "", "2026"):
        with pytest.raises(ValidationError):
            declarer_neant(par=scene.agent, flux=flux, periode=fausse)
    contenu = csv("mtp-mensuel", MENSUEL | {"mois": periode})
    depot, _ = deposer(scene, "mtp-mensuel", contenu, periode=periode)
    assert etats(scene, scene.participation.caisse.jour)[periode] == "recu"
    with pytest.raises(ValidationError, match="déjà déposé"):
        declarer_neant(par=scene.agent, flux=flux, periode=periode)
    with pytest.raises(ValidationError, match="déjà déposé"):
        depots.ouvrir_depot(par=scene.agent, flux=flux, periode=periode)
    depots.retirer_depot(par=scene.agent, depot=depot, raison="erreur")
    assert etats(scene, scene.participation.caisse.jour)[periode] != "recu"


def test_a_delay_is_told_once_to_both_sides(scene: Scene, mensuel, connecte):
    """E-10: the mailbox of who sends, and both homes."""
    with time_machine.travel(scene.participation.caisse.jour + dt.timedelta(days=35)):
        faire_ce_qui_est_du()
        faire_ce_qui_est_du()
        dits = CourrielSortant.objects.filter(gabarit="echanges/en_retard")
        assert fabrique.BOITES["caisse"] in {un.destinataire for un in dits}
        assert len({(un.destinataire, un.sujet) for un in dits}) == len(dits) > 0
        assert "Envois en retard" in connecte(scene.agent).get("/").content.decode()
        assert "Envois attendus de l’autre partie" in connecte(scene.technicien).get("/").content.decode()


def test_the_bilan_counts_what_stands_and_what_was_missed(scene: Scene, mensuel):
    """C-11, E-10: neither what was withdrawn, nor what was replaced; a day that went by without a file is a figure."""
    jour = scene.participation.caisse.jour
    garde, _ = deposer(scene)
    retire, _ = deposer(scene, contenu=csv("indu", indu(dossier="N-77")))
    depots.retirer_depot(par=scene.technicien, depot=retire, raison="erreur")
    with time_machine.travel(jour + dt.timedelta(days=35)):
        faire_ce_qui_est_du()
    dits = {
        un.titre: dict(un.lignes)
        for un in bilan(scene.participation.convention, jour, jour + dt.timedelta(days=60))
    }
    # One row is one person: a small number.
    dit = dits["Échanges de fichiers"][garde.flux.libelle].replace("\N{NO-BREAK SPACE}", " ")
    assert dit == "1 dépôt, moins de 11 lignes"
    assert int(dits["Échéances"]["Dépassées sans fichier ni état néant"]) >= 1


def test_an_unread_file_is_recalled_at_three_and_ten_working_days(scene: Scene):
    """E-02: the mailbox, then the référents too; once each; never once it was read."""
    depot, _ = deposer(scene)
    comptes = []
    for jours in (1, 8, 9, 21, 22):
        with time_machine.travel(depot.depose_le + dt.timedelta(days=jours)):
            faire_ce_qui_est_du()
        comptes.append(CourrielSortant.objects.filter(gabarit="echanges/non_lu").count())
    assert comptes == [0, 1, 1, 2, 2]
    assert depot.etapes.filter(quoi="rappel").count() == 2


def test_home_of_who_exchanges_nothing_else(scene: Scene, connecte):
    """E-08: one’s files to read, one’s deposits to finish."""
    fabrique.ouvrir(scene)
    deposer(scene)
    page = connecte(scene.technicien).get("/").content.decode()
    assert "Dépôt à finir" in page
    assert "Fichier à lire" in connecte(scene.agent).get("/").content.decode()


@pytest.mark.parametrize(
    ("periodicite", "periode", "valide"),
    [
        *[("mensuel", une, une == "2026-11") for une in ("2026-11", "2026-13", "2026-1", "2026", "x")],
        *[("annuel", une, une == "2025") for une in ("2025", "25", "0000", "2026-11")],
        *[("libre", une, une == "2026-11-27") for une in ("2026-11-27", "2026-02-30", "20261127")],
    ],
)
def test_periods(periodicite: str, periode: str, valide: bool):
    assert regles.periode_valide(periodicite, periode) is valide


def test_a_year_is_due_in_the_next_one():
    assert regles.periodes_attendues("annuel", dt.date(2024, 3, 1), dt.date(2026, 11, 27)) == ["2025", "2024"]
    assert regles.echeance("annuel", "2025", 1, 2, lambda jour, n: jour + dt.timedelta(days=n)) == dt.date(
        2026, 2, 1
    )


def test_homes_are_true(scene: Scene, connecte):
    """E-10: who exchanges files only is shown nothing of demandes; who exchanges none, nothing of exchanges."""
    page = connecte(scene.technicien).get("/").content.decode()
    assert "Nouvelle demande" not in page and "Statistiques" not in page
    assert '<a class="navigation__lien" href="/echanges/"' in page
    gestionnaire = distribution.creer_compte_actif(
        "gestionnaire.mdph", Profil.GESTIONNAIRE, partenaire=scene.participation.partenaire
    )
    assert "/echanges/" in connecte(gestionnaire).get("/").content.decode()
    for flux in scene.participation.flux.ouverts():
        clore_flux(par=scene.administrateur, flux=flux)
    assert "/echanges/" not in connecte(scene.agent).get("/").content.decode()


def test_who_files_demandes_keeps_them(technicien_metz, connecte):
    page = connecte(technicien_metz).get("/").content.decode()
    assert "Nouvelle demande" in page and "/echanges/" not in page


def test_what_came_late_stays_late_and_what_is_purged_stays_received(scene: Scene, mensuel):
    """E-10, E-11: said on the page and in the bilan, by flow; a deposit that reached its term leaves no delay behind it."""
    convention = scene.participation.convention
    convention.conservation_mois = 6
    convention.save(update_fields=["conservation_mois"])
    jour = scene.participation.caisse.jour
    periode = f"{jour - dt.timedelta(days=62):%Y-%m}"
    contenu = csv("mtp-mensuel", MENSUEL | {"mois": f"{periode[5:]}/{periode[:4]}"})
    deposer(scene, "mtp-mensuel", contenu, periode=periode)

    def dite(le: dt.date) -> calendrier.Echeance:
        return next(
            une
            for une in calendrier.echeances(scene.participation, le)
            if (une.flux.code, une.periode) == ("mtp-mensuel", periode)
        )

    assert (dite(jour).etat, dite(jour).libelle) == (calendrier.RECU, "Reçu en retard")
    [lignes] = [
        dict(un.lignes)
        for un in bilan(convention, jour - dt.timedelta(days=100), jour)
        if un.titre == "Échéances"
    ]
    assert "reçu en retard\N{NO-BREAK SPACE}: 1" in lignes[mensuel.libelle]
    plus_tard = jour + dt.timedelta(days=200)
    with time_machine.travel(plus_tard):
        purge.purger()
        assert not mensuel.depots.exists()
        assert dite(plus_tard).libelle == "Reçu en retard"
        faire_ce_qui_est_du()
    assert not RetardDit.objects.filter(flux=mensuel, periode=periode).exists()
