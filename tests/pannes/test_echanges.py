"""A deposit while the worker is stopped: the file waits for the mail of the password, and the journal proves it (E-09)."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from conformite.models.journal import LigneJournal
from echanges.models.depots import Depot
from echanges.models.flux import FluxConvenu
from outils.visiteur import Visiteur
from tests.echanges.fabrique import BOITES, MOT_DE_PASSE, csv
from tests.pannes.puits import Recu
from tests.pannes.scene import Scene, attendre

pytestmark = [pytest.mark.pannes, pytest.mark.lent]

LIGNE = {
    "decision": "01/09/2026",
    "ouverture": "01/09/2026",
    "montant_mensuel": "1266,59",
    "premier_versement": "05/11/2026",
}


def test_nothing_comes_before_the_password_has_left(scene: Scene):
    """Opened while no mail leaves: no field for the file, no announcement; the worker is back: password, file, announcement."""
    scene.lancer("web")
    agent = Visiteur(scene.portail.adresse)
    agent.se_connecter("agent.hautrhin")
    flux = FluxConvenu.objects.select_related("participation__caisse").get(code="mtp-nouveaux")
    jour = flux.participation.caisse.jour
    ouvert = agent.envoyer(reverse("depot-ouvrir", args=[flux.pk]), periode=jour.isoformat())
    reference = re.search(r"E\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}", ouvert.url)[0]
    fichier, confirmer = (reverse(nom, args=[reference]) for nom in ("depot-fichier", "depot-confirmer"))
    page = agent.lire(fichier).texte
    assert "Le mot de passe part" in page and 'type="file"' not in page
    assert "Confirmer et annoncer" not in agent.lire(confirmer).texte
    assert _courriels(scene, reference) == []

    scene.lancer("worker", "beat")
    attendre(lambda: _courriels(scene, reference), "le mot de passe")
    assert MOT_DE_PASSE.search(_courriels(scene, reference)[0].texte)
    pris = agent.joindre(fichier, "fichiers", "liste.csv", csv("mtp-nouveaux", LIGNE))
    assert pris.url.endswith(confirmer)
    assert len(_courriels(scene, reference)) == 1, "nothing is announced before it is confirmed"
    agent.envoyer(confirmer)
    recus = attendre(lambda: _courriels(scene, reference)[1:], "l’annonce")
    assert fichier.rsplit("/", 2)[0] in recus[0].texte and not MOT_DE_PASSE.search(recus[0].texte)

    actes = LigneJournal.objects.filter(reference=reference).order_by("pk")
    ecrits = [un for un in actes if un.acte in ("depot.ouvrir", "depot.recevoir", "depot.annoncer")]
    assert [un.acte for un in ecrits] == ["depot.ouvrir", "depot.recevoir", "depot.annoncer"]
    parti = dt.datetime.fromisoformat(ecrits[1].details["mot_de_passe_parti_le"])
    assert ecrits[0].quand < parti <= ecrits[1].quand
    assert Depot.objects.get(reference=reference).mot_de_passe_parti_le == parti


def _courriels(scene: Scene, reference: str) -> list[Recu]:
    """What the mailbox of the Département received about a deposit, in the order in which it came."""
    return [un for un in scene.puits.pour(BOITES["partenaire"]) if reference in un.sujet]
