"""Inscriptions to an EPS: refused whole without a consent, followed row by row, never a result (E-07)."""

import datetime as dt
import io

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from echanges.actions.inscriptions import noter_inscription
from echanges.bilan import bilan
from echanges.echeances import faire_ce_qui_est_du
from echanges.models.depots import StatutDepot
from echanges.models.inscriptions import SuiviInscription
from echanges.recherche import ecarter, lignes_de
from socle.models import CourrielSortant
from socle.naissances import Naissance
from socle.noms import Personne
from socle.petits_nombres import MOINS_DE_ONZE
from tests.echanges.fabrique import Scene, csv, deposer, ouvrir, recharge


def quarante(scene: Scene, **champs: str) -> list[dict[str, str]]:
    accord = f"{scene.participation.caisse.jour - dt.timedelta(days=3):%d/%m/%Y}"
    return [
        {
            "nom": f"Personne {chr(65 + rang // 26)}{chr(65 + rang % 26)}",
            "telephone": "03 89 00 00 01",
            "accord_le": accord,
        }
        for rang in range(40)
    ]


def test_one_consent_missing_takes_nothing(scene: Scene, connecte):
    """By the page: the line is told, nothing is kept, the deposit still waits."""
    depot, _ = ouvrir(scene, "eps-inscriptions")
    lignes = quarante(scene)
    lignes[17] = lignes[17] | {"accord_le": ""}
    client = connecte(scene.technicien)
    envoi = {"fichiers": nomme(csv("eps-inscriptions", *lignes))}
    reponse = client.post(reverse("depot-fichier", args=[depot.reference]), envoi)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "Accord recueilli le" in page and '<th scope="row">19</th>' in page
    depot = recharge(depot)
    assert (depot.statut, depot.lots.count(), depot.recu_le) == (StatutDepot.OUVERT, 0, None)


def nomme(contenu: bytes) -> io.BytesIO:
    fichier = io.BytesIO(contenu)
    fichier.name = "inscriptions.csv"
    return fichier


def test_forty_followed_row_by_row(scene: Scene, connecte):
    """The centre notes, the structure sees and counts, the bilan too."""
    depot, _ = deposer(scene, "eps-inscriptions", csv("eps-inscriptions", *quarante(scene)))
    agent, adresse = connecte(scene.agent), reverse("inscriptions", args=[depot.reference])
    for rang, suite, cause, attendu in (
        (0, "venu", "", 302),
        (1, "absent", "", 302),
        (2, "non-retenu", "", 422),
        (2, "venu", "refus", 422),
        (2, "non-retenu", "hors-public", 302),
        (40, "venu", "", 422),
    ):
        assert (
            agent.post(f"{adresse}suite/", {"rang": rang, "suite": suite, "cause": cause}).status_code
            == attendu
        )
    noter_inscription(par=scene.agent, depot=depot, rang=1, suite="convoque")
    [dit] = CourrielSortant.objects.filter(gabarit="echanges/suites")
    assert dit.destinataire == scene.technicien.email and "Personne" not in dit.corps, "once a day, no name"
    vue = connecte(scene.technicien).get(adresse)
    assert vue.status_code == 200
    page = vue.content.decode()
    assert "Convoqué" in page and "hors du public" in page and "Noter la suite" not in page
    avant = page.index("Absent", page.index("Suites précédentes"))
    assert scene.agent.nom_complet in page[avant : avant + 200], "who noted it, before it was corrected"
    assert (
        connecte(scene.technicien).post(f"{adresse}suite/", {"rang": 3, "suite": "venu"}).status_code == 403
    )
    assert connecte(scene.administrateur).get(adresse).status_code == 403
    part = scene.participation
    demain = part.caisse.jour + dt.timedelta(days=1)
    dits = {un.titre: un.lignes for un in bilan(part.convention, part.debut, demain)}
    suites = [(un, MOINS_DE_ONZE) for un in ("Convoqué", "Venu", "Non retenu")]
    assert dits["Suites des inscriptions"] == suites
    assert dits["Échanges de fichiers"][0][1] == "1\N{NO-BREAK SPACE}dépôt, 40 lignes"


def test_only_the_side_that_receives(scene: Scene):
    depot, _ = deposer(scene, "eps-inscriptions", csv("eps-inscriptions", *quarante(scene)))
    with pytest.raises(PermissionDenied):
        noter_inscription(par=scene.technicien, depot=depot, rang=0, suite="venu")
    with pytest.raises(ValidationError):
        noter_inscription(par=scene.agent, depot=depot, rang=40, suite="venu")
    assert not SuiviInscription.objects.exists()


def test_rows_worked_on_without_the_file_are_a_reading(scene: Scene, connecte):
    """E-02: the depositor sees who and when, is told once, and nobody is recalled; his own reading is none."""
    depot, _ = deposer(scene, "eps-inscriptions", csv("eps-inscriptions", *quarante(scene)))
    adresse = reverse("inscriptions", args=[depot.reference])
    technicien = connecte(scene.technicien)
    technicien.get(adresse)
    assert recharge(depot).lu_le is None
    for rang in range(2):
        noter_inscription(par=scene.agent, depot=depot, rang=rang, suite="convoque")
    depot = recharge(depot)
    assert (depot.lu_par, depot.etapes.filter(quoi="lignes-lues").count()) == (scene.agent, 1)
    dits = CourrielSortant.objects.filter(gabarit="echanges/lu")
    assert [un.destinataire for un in dits] == [scene.technicien.email]
    page = technicien.get(reverse("depot", args=[depot.reference])).content.decode()
    assert "Lignes lues sur le portail" in page and scene.agent.nom_complet in page
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=30)):
        faire_ce_qui_est_du()
    assert not CourrielSortant.objects.filter(gabarit="echanges/non_lu").exists()


def test_an_opposition_outlives_the_file(scene: Scene):
    """R-03: replaced by another, or named again the month after, the person is called no more."""
    une = {"structure": "Le CCAS", "accord_le": f"{scene.participation.caisse.jour:%d/%m/%Y}"}
    ancien, _ = deposer(scene, "eps-inscriptions", csv("eps-inscriptions", une))
    ecarter(lignes_de(Personne("Larivandière", "Élodie", Naissance.de("1955-03-27")), ancien.caisse_id))
    assert ancien.rangs_ecartes == {0}
    contenu = csv("eps-inscriptions", une | {"nom": "Zblot", "prenoms": "Jean"}, une)
    neuf, _ = deposer(
        scene, "eps-inscriptions", contenu, periode=ancien.periode, remplace=ancien, raison="complement"
    )
    assert neuf.rangs_ecartes == {1}
    with pytest.raises(ValidationError, match="opposée"):
        noter_inscription(par=scene.agent, depot=neuf, rang=1, suite="convoque")
