"""Thirty-two at once: never a try nor a deposit over (E-02, E-09)."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from echanges.actions import depots, lecture, reception
from echanges.models.depots import Depot, EtapeDepot
from echanges.regles import DEPOTS_PAR_JOUR, ESSAIS_MAX, periodes_offertes
from tests.echanges import fabrique
from tests.echanges.fabrique import Scene, recharge

ENSEMBLE = 32


@pytest.fixture
def scene(base_reelle: str) -> Scene:
    return fabrique.scene_validee()


def tous_ensemble(agir: Callable[[int], Any]) -> Counter[str]:
    """Do it thirty-two times at once; count what each one was told, a word of it."""
    depart, dits = threading.Barrier(ENSEMBLE), Counter()

    def un(rang: int) -> None:
        try:
            depart.wait()
            agir(rang)
            dits["fait"] += 1
        except ValidationError as erreur:
            dits[erreur.messages[0].split(":")[0]] += 1
        finally:
            connections.close_all()

    fils = [threading.Thread(target=un, args=(rang,)) for rang in range(ENSEMBLE)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    return dits


def test_thirty_two_tries(scene: Scene):
    """Five wrong ones, then the door is closed, for the right one too."""
    depot, mot_de_passe = fabrique.deposer(scene)
    essais = ["FAUX"] * (ENSEMBLE - 1) + [mot_de_passe]
    dits = tous_ensemble(
        lambda rang: lecture.lire_depot(par=scene.agent, depot=depot, mot_de_passe=essais[rang])
    )
    faux = EtapeDepot.objects.filter(depot=depot, quoi="essai-faux").count()
    bloques = EtapeDepot.objects.filter(depot=depot, quoi="bloque").count()
    # The right one may have come before the fifth wrong one: the count starts again after it.
    assert bloques == 1
    assert ESSAIS_MAX <= faux < 2 * ESSAIS_MAX and (faux == ESSAIS_MAX or dits["fait"] == 1)
    assert recharge(depot).bloque_jusqu_a is not None


def test_one_place_left_in_the_day(scene: Scene):
    """Sixty a day and side: the sixtieth is opened once."""
    depot, _ = fabrique.ouvrir(scene)
    modele = Depot.objects.get(pk=depot.pk)
    for rang in range(DEPOTS_PAR_JOUR - 2):
        modele.pk, modele.reference, modele.sceau = None, f"E26-{rang:09}", uuid.uuid4()
        modele.save(force_insert=True)
    flux, periode = scene.flux("indu"), scene.participation.caisse.jour.isoformat()
    tous_ensemble(
        lambda rang: depots.ouvrir_depot(par=scene.technicien, flux=scene.flux("indu"), periode=periode)
    )
    assert Depot.objects.filter(flux=flux).count() == DEPOTS_PAR_JOUR


def test_one_confirmation(scene: Scene):
    """Thirty-two clicks announce once."""
    depot = fabrique.recevoir(scene)
    dits = tous_ensemble(lambda rang: depots.confirmer_depot(par=scene.technicien, depot=depot))
    assert dits["fait"] == 1
    assert EtapeDepot.objects.filter(depot=depot, quoi="annonce").count() == 1


def test_one_file_for_a_month_and_one_replacement(scene: Scene):
    """D-27: what the opening asked is asked again at the confirmation; who comes second is told."""
    flux = scene.flux("mtp-mensuel")
    periode = periodes_offertes(flux.periodicite, flux.depuis, scene.participation.caisse.jour)[0]
    mois = {"mois": f"{periode[5:]}/{periode[:4]}", "premier_versement": "non"}

    def preparer(a_verser: str, **champs: Any) -> Depot:
        depot, _ = fabrique.ouvrir(scene, "mtp-mensuel", scene.agent, periode, **champs)
        contenu = fabrique.csv("mtp-mensuel", mois | {"a_verser": a_verser})
        reception.recevoir_fichier(par=scene.agent, depot=depot, nom="x.csv", contenu=contenu)
        return recharge(depot)

    deux = [preparer("1250,00"), preparer("1300,00")]
    ancien = depots.confirmer_depot(par=scene.agent, depot=deux[0])
    with pytest.raises(ValidationError, match="déjà déposé"):
        depots.confirmer_depot(par=scene.agent, depot=deux[1])
    deux = [preparer(un, remplace=recharge(ancien), raison="erreur") for un in ("1,00", "2,00")]
    depots.confirmer_depot(par=scene.agent, depot=deux[0])
    with pytest.raises(ValidationError, match="n’est plus là"):
        depots.confirmer_depot(par=scene.agent, depot=deux[1])
    assert Depot.objects.filter(flux=flux, statut="depose").count() == 1
