"""Two lists side by side: certain, to check, none; a person decides the middle (E-05)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conformite.models.journal import LigneJournal
from echanges.actions.depots import retirer_depot
from echanges.actions.rapprochements import tenir_les_rapprochements
from echanges.models.depots import Depot
from echanges.models.rapprochements import RapprochementDecide, RapprochementTenu
from echanges.recherche import ecarter, lignes_de
from socle.naissances import Naissance
from socle.noms import Personne
from tests.echanges.fabrique import Scene, csv, deposer
from tests.echanges.indus import beneficiaire, jours

SOSIE = {"nom": "Larivandiére", "prenoms": "Elodie", "naissance": "28/03/1955"}


def pch(scene: Scene, **champs: str) -> dict[str, str]:
    """A row of the flow « pch-actp », that still runs."""
    debut = jours(scene)["-3"]
    return {"prestation": "PCH", "debut": f"{debut:%d/%m/%Y}", "montant_mensuel": "600,00"} | champs


@pytest.fixture
def listes(scene: Scene) -> tuple[Depot, Depot]:
    """The beneficiaries, then a list of four: the same person, another who resembles her, one who left, a stranger."""
    fini = jours(scene)["-3"].replace(day=1)
    qui = [{}, {"nom": "Partie"}]
    mtp, _ = deposer(scene, "mtp-nouveaux", csv("mtp-nouveaux", *(beneficiaire(scene) | un for un in qui)))
    depuis_longtemps = {"debut": "01/01/2020", "fin": f"{fini.replace(year=fini.year - 1):%d/%m/%Y}"}
    lignes = [
        {},
        SOSIE,
        {"nom": "Partie"} | depuis_longtemps,
        {"nom": "Étrangère", "naissance": "02/02/1940"},
    ]
    depot, _ = deposer(scene, "pch-actp", csv("pch-actp", *(pch(scene) | une for une in lignes)))
    return depot, mtp


def page(client, depot: Depot, etat: str = "") -> str:
    adresse = f"/echanges/depots/{depot.reference}/rapprochement/"
    return client.get(adresse, {"etat": etat} if etat else {}).content.decode()


def test_certain_to_check_and_none(scene: Scene, listes, connecte):
    """E-05: by whole names and birth; who left before the right opened is told apart; each reading is a line."""
    depot, mtp = listes
    client = connecte(scene.agent)
    assert (
        "Rapprocher des bénéficiaires" in client.get(f"/echanges/depots/{depot.reference}/").content.decode()
    )
    sures = page(client, depot, "certain")
    assert "Élodie Larivandière" in sures and "Même période" in sures
    assert "Élodie Partie" in sures and "Période distincte" in sures
    douteuse = page(client, depot)
    assert "Elodie Larivandiére" in douteuse and "1\N{NO-BREAK SPACE}personne ressemble" in douteuse
    assert "Étrangère" in page(client, depot, "aucun")
    assert (
        LigneJournal.objects.filter(acte="rapprochement.lire", citees__contains=[mtp.reference]).count() == 2
    )


def test_a_person_decides_and_may_come_back(scene: Scene, listes, connecte):
    """E-05: among those proposed only; « none » holds until somebody else is proposed."""
    depot, mtp = listes
    client, adresse = connecte(scene.agent), f"/echanges/depots/{depot.reference}/rapprochement/1/"
    assert "Larivandière, 27/03/1955, Colmar" in client.get(adresse).content.decode()
    assert client.post(adresse, {"choix": f"{mtp.pk}:1"}).status_code == 422
    assert client.post(adresse, {"choix": f"{mtp.pk}:0"}).status_code == 302
    assert "Elodie Larivandiére" in page(client, depot, "certain")
    client.post(adresse, {"choix": "aucune"})
    assert "Elodie Larivandiére" in page(client, depot, "aucun")
    assert RapprochementDecide.objects.get().decide_par == scene.agent
    neuve = beneficiaire(scene) | SOSIE | {"nom": "Larivandiera"}
    deposer(scene, "mtp-nouveaux", csv("mtp-nouveaux", neuve))
    assert "2\N{NO-BREAK SPACE}personnes ressemblent" in page(client, depot)
    assert client.get(f"/echanges/depots/{depot.reference}/rapprochement/9/").status_code == 404


def test_the_choice_goes_with_the_list_that_was_withdrawn(scene: Scene, listes, connecte):
    """E-11: nothing points to a row that is gone."""
    depot, mtp = listes
    client = connecte(scene.agent)
    client.post(f"/echanges/depots/{depot.reference}/rapprochement/1/", {"choix": f"{mtp.pk}:0"})
    retirer_depot(par=scene.agent, depot=mtp, raison="erreur")
    assert not RapprochementDecide.objects.exists()
    assert "Elodie Larivandiére" in page(client, depot, "aucun")


def test_both_lists_must_be_open_to_who_compares(scene: Scene, listes, connecte, hautrhin):
    """E-01: authorised for one list only, the other one is not read through it; the structure compares too."""
    depot, _ = listes
    adresse = f"/echanges/depots/{depot.reference}/rapprochement/"
    assert connecte(scene.technicien).get(adresse).status_code == 200
    scene.participation.autorisations.filter(cote="caisse").update(flux=["pch-actp"])
    assert connecte(scene.agent).get(adresse).status_code == 403
    assert connecte(scene.agent).post(f"{adresse}1/", {"choix": "aucune"}).status_code == 403
    assert connecte(scene.administrateur).get(adresse).status_code == 403


def test_who_was_paid_before_these_lists_is_told(scene: Scene, listes, connecte):
    """E-05: in no list of new beneficiaries, but in the last monthly state: it says so, and the reading cites it."""
    depot, _ = listes
    assert "Dans aucune liste" in page(connecte(scene.agent), depot, "aucun")
    mois = scene.participation.caisse.jour
    ligne = {"nom": "Étrangère", "naissance": "02/02/1940", "mois": f"{mois:%m/%Y}", "a_verser": "1236,20"}
    etat, _ = deposer(
        scene,
        "mtp-mensuel",
        csv("mtp-mensuel", ligne | {"premier_versement": "non"}),
        periode=f"{mois:%Y-%m}",
    )
    dite = page(connecte(scene.agent), depot, "aucun")
    assert "1236,20" in dite and "selon l’état mensuel" in dite and "Dans aucune liste" not in dite
    assert LigneJournal.objects.filter(acte="rapprochement.lire", citees__contains=[etat.reference]).exists()


def test_what_was_said_is_kept_until_a_list_changes(scene: Scene, listes, connecte):
    """E-05: a page opens the rows that it shows; a deposit, an opposition, a withdrawal are seen at once, then kept again."""
    depot, mtp = listes
    client = connecte(scene.agent)
    assert (tenir_les_rapprochements(), tenir_les_rapprochements()) == (1, 0)
    with CaptureQueriesContext(connection) as lues:
        assert "Étrangère" in page(client, depot, "aucun")
    assert sum('FROM "echanges_lotdelignes"' in une["sql"] for une in lues) == 1, "no other list"
    assert "Larivand" not in bytes(RapprochementTenu.objects.get().scelle).decode(errors="ignore")
    neuve = beneficiaire(scene) | {"nom": "Étrangère", "naissance": "02/02/1940"}
    seconde, _ = deposer(scene, "mtp-nouveaux", csv("mtp-nouveaux", neuve))
    assert "Étrangère" in page(client, depot, "certain")
    assert (tenir_les_rapprochements(), tenir_les_rapprochements()) == (1, 0)
    assert "Étrangère" in page(client, depot, "certain") and "Partie" in page(client, depot, "certain")
    trouvees = lignes_de(Personne("Partie", "Élodie", Naissance(1955, 3, 27)), depot.caisse_id)
    ecarter(une for une in trouvees if une.depot == mtp)
    assert "Partie" not in page(client, depot, "certain") and tenir_les_rapprochements() == 1
    retirer_depot(par=scene.agent, depot=seconde, raison="erreur")
    assert "Étrangère" in page(client, depot, "aucun") and tenir_les_rapprochements() == 1
    retirer_depot(par=scene.technicien, depot=depot, raison="erreur")
    assert not RapprochementTenu.objects.exists() and tenir_les_rapprochements() == 0
