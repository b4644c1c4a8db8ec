"""Eighty ordinary answers in a row at the desk of a caisse of 5 000 demandes: gestures and server time of each, printed."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from accounts.models.compte import Compte
from conventions.models.conventions import Participation
from demonstration.peuplement import Peuplement
from signalements.models.demandes import Demande
from socle import horloge
from socle.models import DecalageHorloge

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

DEMANDES, REPONSES = 5_000, 80
PAS = dt.timedelta(minutes=6)


def avancer(duree: dt.timedelta) -> None:
    """Put the clock of the portal forward, as the demonstration does."""
    DecalageHorloge.objects.update_or_create(unique=True, defaults={"duree": duree})
    horloge.relire()


def test_quatre_vingts_reponses(
    demonstration: None, ouvrir: Callable[..., Page], capsys: pytest.CaptureFixture[str]
):
    """D-08, D-20."""
    agent, technicien = (
        Compte.objects.get(identifiant=f"{nom}") for nom in ("agent.moselle", "technicien.metz")
    )
    part = Participation.objects.ouvrant_le_portail().filter(partenaire=technicien.partenaire_id)
    Peuplement(part.get(caisse__code="moselle"), technicien, agent).ecrire(DEMANDES)
    page = ouvrir("agent.moselle")
    page.goto("/tri/?panier=a-prendre")
    attendu: list[float] = []

    def noter(requete: Request) -> None:
        if "/static/" not in requete.url:
            attendu.append(requete.timing["responseStart"] - requete.timing["requestStart"])

    gestes = 1
    page.locator("a.reference").first.click()
    page.on("requestfinished", noter)
    for rang in range(REPONSES):
        # Eighty a day: as many within two minutes would be held back as nobody's work.
        avancer(rang * PAS)
        reference = page.url.split("/")[-2].split("?")[0]
        page.get_by_role("button", name="Droits ouverts").click()
        expect(page.locator("#id_repondre-texte")).to_have_value(re.compile(r"\["))
        page.keyboard.type("1er décembre")
        page.get_by_role("button", name="Envoyer la réponse et passer à la suivante").click()
        gestes += 2
        expect(page).not_to_have_url(re.compile(reference))
    page.remove_listener("requestfinished", noter)
    assert (
        Demande.objects.filter(traitee_par=agent, statut="traitee", issue="droits-ouverts").count()
        >= REPONSES
    )
    par_demande = sum(attendu) / REPONSES
    with capsys.disabled():
        print(
            f"\n{REPONSES} réponses sur {DEMANDES} demandes : {gestes / REPONSES:.2f} gestes et "
            f"{par_demande:.0f} ms de serveur par demande, en {len(attendu) / REPONSES:.1f} requêtes"
        )
    assert gestes <= 4 * REPONSES
