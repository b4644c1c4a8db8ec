"""A structure as the large ones are: 300 demandes made by the acts, 25 techniciens, two caisses (D-09)."""

import datetime as dt
import html
import io
import math
import re
import zipfile

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conformite.scellement import creer_cles
from signalements.actions import instruction
from signalements.models.demandes import Demande
from signalements.suites import Issue
from socle import horloge
from tests import distribution
from tests.signalements.fabrique import commencer, deposer

pytestmark = pytest.mark.lent

LIGNE = re.compile(r"D\d\d-\w{4}-\w{4}(?=</a>)")
TOTAL, RETARDS = 300, 36


@pytest.fixture
def structure(technicien_metz, metz, caisse_moselle, caisse_var, agent_moselle, agent_var):
    """25 techniciens: 36 demandes of a month ago that nobody answered, 264 of today in every state."""
    distribution.creer_convention(metz, caisse_var)
    equipe = [technicien_metz] + [
        distribution.creer_compte_actif(f"technicien{rang}.metz", "technicien", partenaire=metz)
        for rang in range(24)
    ]
    cotes = ((caisse_moselle, agent_moselle), (caisse_var, agent_var))
    depart = horloge.maintenant()
    with time_machine.travel(depart, tick=False) as voyage:
        creer_cles(depart.date() + dt.timedelta(days=300), depart.date())
        for rang in range(RETARDS):
            deposer(equipe[rang % 4], caisse=cotes[rang % 2][0])
        voyage.move_to(depart + dt.timedelta(days=30))
        for rang in range(TOTAL - RETARDS):
            faire(equipe[rang % 25], *cotes[rang % 2], rang % 6)
        yield equipe


def faire(technicien, caisse, agent, etat: int) -> None:
    """One demande, as far as its state: draft, sent, in hand, complement asked, answered, answered and read."""
    if etat == 0:
        commencer(technicien, caisse=caisse)
        return
    demande = deposer(technicien, caisse=caisse)
    if etat > 1:
        instruction.prendre_en_charge(demande, par=agent)
    if etat == 3:
        instruction.demander_complement(demande, texte="Depuis quand ?", par=agent)
    if etat > 3:
        instruction.repondre(demande, texte="C’est fait.", issue=Issue.INFORMATION, par=agent)
    if etat == 5:
        instruction.journaliser_lecture(demande, par=technicien)


def cartes(client) -> list[tuple[str, int, str]]:
    """The figures of the home page: title, count, address."""
    page = html.unescape(client.get("/").content.decode())
    motif = r'<a href="([^"]*)">\s*<span class="carte__compte">(\d+)</span>\s*(?:<span[^>]*>(?:&nbsp;|\s)*</span>)?\s*([^<]+?)\s*</a>'
    return [(titre, int(nombre), adresse) for adresse, nombre, titre in re.findall(motif, page)]


def au_total(client, adresse: str) -> int:
    """As many demandes as the list says it holds, read page by page."""
    vues: set[str] = set()
    suite: str | None = adresse
    while suite:
        page = html.unescape(client.get(suite).content.decode())
        dites = int(re.search(r"Demandes : (\d+) au total", page.replace("\xa0", " "))[1])
        vues |= set(LIGNE.findall(page))
        suivant = re.search(r'href="(\?[^"]*)"\s*>Page suivante<', page)
        suite = f"/demandes/{suivant[1]}" if suivant else None
    assert len(vues) == dites
    return dites


def test_m1_m2_trois_cents_demandes(structure):
    """The late ones in one click, every figure opens its list, page 2 of a search is its page 2, the export has them all."""
    assert Demande.objects.count() == TOTAL
    client = distribution.connecte(structure[0])
    chiffres = cartes(client)
    retards = {titre: adresse for titre, nombre, adresse in chiffres if nombre == RETARDS}
    assert len(chiffres) >= 6 and retards.keys() == {"En retard dans la structure"}
    for titre, nombre, adresse in chiffres:
        assert au_total(client, adresse) == nombre, titre
    _chercher(client)
    (adresse,) = retards.values()
    page = html.unescape(client.get(adresse).content.decode())
    export = client.get(re.search(r'href="(/demandes/export/ods/[^"]*)"', page)[1]).content
    contenu = zipfile.ZipFile(io.BytesIO(export)).read("content.xml").decode()
    assert contenu.count("<table:table-row") == RETARDS + 1 and "Larivandi" not in contenu
    # A colleague: who read seventy pages within the hour is asked to wait.
    client = distribution.connecte(structure[1])
    client.get(adresse)
    with CaptureQueriesContext(connection) as requetes:
        assert client.get(adresse).status_code == 200
    assert len(requetes) < 25


def _chercher(client) -> None:
    """All are about one person: the pages of one search, none twice, none of another list."""
    attendues = set(Demande.objects.deposees().values_list("reference", flat=True))
    vues: list[str] = []
    for numero in range(1, math.ceil(len(attendues) / 25) + 1):
        page = client.post("/demandes/", {"mots": "larivandiere elodie", "page": str(numero)})
        vues += LIGNE.findall(page.content.decode())
    assert len(vues) == len(attendues) and set(vues) == attendues
