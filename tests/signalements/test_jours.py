"""T-06: what a day is, around midnight: that of the caisse, on the forms as on the desk (Cayenne, Saint-Denis, Paris)."""

import datetime as dt

import pytest
import time_machine

from signalements.models.absences import Absence
from signalements.models.demandes import Demande
from signalements.models.preferences import ARevoir
from signalements.paniers import TENUE
from signalements.statistiques.forms import ChiffresForm
from signalements.workflow import Statut
from socle import horloge
from tests.signalements.fabrique import commencer, demande_en, deposer
from tests.signalements.test_depot import SAISIE

VEILLE = horloge.temps_reel().date() + dt.timedelta(days=3)
JOUR = VEILLE + dt.timedelta(days=1)
SOIR = dt.datetime.combine(VEILLE, dt.time(21), dt.UTC)
NUIT = dt.datetime.combine(JOUR, dt.time(2, 30), dt.UTC)


@pytest.mark.parametrize(
    ("fuseau", "instant", "commence"),
    [
        ("Indian/Reunion", SOIR, True),
        ("Europe/Paris", SOIR, False),
        ("America/Cayenne", NUIT, False),
        ("Europe/Paris", NUIT, True),
    ],
)
def test_le_jour_est_celui_de_la_caisse(
    connecte, technicien_metz, agent_moselle, caisse_moselle, fuseau, instant, commence
):
    """T-06: a child born on the new day is taken once it began there; what was promised for the eve is late then."""
    type(caisse_moselle).objects.filter(pk=caisse_moselle.pk).update(fuseau=fuseau)
    promise = deposer(technicien_metz)
    Demande.objects.filter(pk=promise.pk).update(promise_le=VEILLE)
    with time_machine.travel(instant, tick=False):
        demande = commencer(technicien_metz)
        adresse = f"/demandes/{demande.reference}/brouillon/"
        reponse = connecte(technicien_metz).post(adresse, SAISIE | {"naissance": f"{JOUR:%d/%m/%Y}"})
        assert reponse.status_code == (302 if commence else 422)
        assert Demande.objects.get(pk=promise.pk).en_retard == commence
        # The desk, its basket and its row say the same.
        tri = connecte(agent_moselle).get("/tri/?panier=en-retard").content.decode()
        assert (promise.reference in tri) == commence
        tri = connecte(agent_moselle).get("/tri/?panier=toutes").content.decode()
        ligne = next(une for une in tri.split("<tr") if promise.reference in une)
        assert ("hier" in ligne, "aujourd’hui" in ligne) == (commence, not commence)


@pytest.mark.parametrize(
    ("fuseau", "instant", "le"),
    [
        ("Indian/Reunion", SOIR, JOUR),
        ("Europe/Paris", SOIR, VEILLE),
        ("America/Cayenne", NUIT, VEILLE),
        ("Europe/Paris", NUIT, JOUR),
    ],
)
def test_les_chiffres_et_les_listes_ont_le_jour_de_la_caisse(
    connecte,
    technicien_metz,
    agent_moselle,
    superviseur_moselle,
    caisse_moselle,
    fuseau,
    instant,
    le,
):
    """T-06: « à la date promise », the periods of the desk, of the structure and of the figures, absences, reminders."""
    type(caisse_moselle).objects.filter(pk=caisse_moselle.pk).update(fuseau=fuseau)
    with time_machine.travel(instant, tick=False):
        demande = demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
        Demande.objects.filter(pk=demande.pk).update(promise_le=VEILLE)
        bureau = connecte(agent_moselle)

        def listee(client, adresse: str) -> bool:
            return demande.reference in client.get(adresse).content.decode()

        # Kept or not, on the desk as in the figures.
        assert listee(bureau, "/tri/?panier=reponses-donnees&tenue=on") == (le == VEILLE)
        assert Demande.objects.filter(TENUE).exists() == (le == VEILLE)
        # A period that ends, or begins, between the two days.
        for du, au, dedans in ((JOUR, "", le == JOUR), ("", VEILLE, le == VEILLE)):
            assert listee(bureau, f"/tri/?panier=toutes&du={du}&au={au}") == dedans
            historique = f"/demandes/?filtre=toutes&qui=structure&du={du}&au={au}"
            assert listee(connecte(technicien_metz), historique) == dedans
            choix = ChiffresForm({"du": str(du), "au": str(au)}, compte=superviseur_moselle)
            assert choix.filter(Demande.objects.all()).count() == dedans
        # Away until the eve: replaced as long as it is the eve there; the same day to see a demande again.
        absence = {"agent": agent_moselle.pk, "remplacant": superviseur_moselle.pk}
        page = connecte(superviseur_moselle).post(
            "/tri/absences/", absence | {"debut": VEILLE, "fin": VEILLE}
        )
        assert page.status_code == (302 if le == VEILLE else 422)
        assert Absence.objects.en_cours().exists() == (le == VEILLE)
        ouverte = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
        rappel = bureau.post(f"/tri/{ouverte.reference}/rappeler/", {"rappeler-le": f"{JOUR:%d/%m/%Y}"})
        assert rappel.status_code == (302 if le == VEILLE else 422)
        ARevoir.objects.create(compte=superviseur_moselle, demande=ouverte, le=JOUR)
        assert bool(ARevoir.dus(superviseur_moselle)) == (le == JOUR)
