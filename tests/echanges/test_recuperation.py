"""A recovery from its declaration to its solde: matched, to the cent, mandated by two persons (E-06, E-11)."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from conventions.models.suites import Avenant
from echanges.actions import depots
from echanges.actions import recuperation as actes
from echanges.models.recuperation import DossierIndu, StatutDossier
from socle.profils import Profil
from tests import distribution
from tests.echanges import fabrique
from tests.echanges.fabrique import Scene, csv, deposer, indu

RIB = {"banque": "20041", "guichet": "01005", "compte": "0500013M026", "cle": "06"}


def jours(scene: Scene) -> dict[str, dt.date]:
    """The first days of the months around today: the right opened three months ago, is paid next month."""
    mois = scene.participation.caisse.jour.replace(day=1)
    il_y_a = [mois]
    for _ in range(4):
        il_y_a.append((il_y_a[-1] - dt.timedelta(days=1)).replace(day=1))
    suivant = (mois + dt.timedelta(days=32)).replace(day=5)
    return {"-1": il_y_a[1], "-2": il_y_a[2], "-3": il_y_a[3], "+1": suivant}


def beneficiaire(scene: Scene, **champs: str) -> dict[str, str]:
    j = jours(scene)
    return {
        "decision": f"{scene.participation.caisse.jour:%d/%m/%Y}",
        "ouverture": f"{j['-3']:%d/%m/%Y}",
        "montant_mensuel": "1200,00",
        "premier_versement": f"{j['+1']:%d/%m/%Y}",
    } | champs


def un_indu(scene: Scene, **champs: str) -> dict[str, str]:
    j = jours(scene)
    fin = (j["-2"] - dt.timedelta(days=1)).replace(day=28)
    return indu(debut=f"{j['-3']:%d/%m/%Y}", fin=f"{fin:%d/%m/%Y}", montant="800,00") | champs


def dossiers(
    scene: Scene, *indus: dict[str, str], beneficiaires: tuple[dict[str, str], ...] = ({},)
) -> list[DossierIndu]:
    """Deposit beneficiaries and indus, and open the dossiers."""
    deposer(scene, "mtp-nouveaux", csv("mtp-nouveaux", *(beneficiaire(scene) | un for un in beneficiaires)))
    depot, _ = deposer(scene, contenu=csv("indu", *(un_indu(scene) | un for un in indus)))
    actes.ouvrir_dossiers(par=scene.agent, depot=depot)
    return list(
        DossierIndu.objects.select_related("depot__flux", "depot__participation", "caisse").order_by("rang")
    )


def relu(dossier: DossierIndu) -> DossierIndu:
    return DossierIndu.objects.select_related("depot__flux", "depot__participation", "caisse").get(
        pk=dossier.pk
    )


@pytest.fixture
def comptable(scene: Scene):
    """The second person, authorised and engaged too."""
    compte = distribution.creer_compte_actif(
        "comptable.hautrhin", Profil.SUPERVISEUR, caisses=(scene.participation.caisse,)
    )
    fabrique.autoriser(scene.participation, scene.administrateur, compte)
    fabrique.signer(scene.participation, compte)
    return compte


def test_from_declaration_to_solde(scene: Scene, comptable):
    """E-06: every step, by whom it is due; two persons for the mandate; opened twice makes one dossier."""
    actes.declarer_compte(par=scene.administrateur, participation=scene.participation, **RIB)
    [dossier] = dossiers(scene, {})
    assert actes.ouvrir_dossiers(par=scene.agent, depot=dossier.depot) == 0
    assert (dossier.statut, dossier.contenu["rapprochement"]) == (StatutDossier.RAPPROCHE, "certain")
    agent = {"par": scene.agent, "dossier": dossier}
    with pytest.raises(ValidationError, match="n’en est plus là"):
        actes.preparer_mandat(**agent)
    actes.calculer_retenue(**agent)
    assert (relu(dossier).contenu["total"], relu(dossier).contenu["solde"]) == (800_00, 0)
    with pytest.raises(ValidationError, match="pas préparé"):
        actes.signer_mandat(par=comptable, dossier=dossier)
    actes.preparer_mandat(**agent)
    with pytest.raises(ValidationError, match="une autre personne"):
        actes.signer_mandat(**agent)
    actes.signer_mandat(par=comptable, dossier=dossier)
    assert actes.rib_de(relu(dossier).compte_payeur) == "20041 01005 0500013M026 06"
    with pytest.raises(ValidationError, match="pas encore venu"):
        actes.noter_la_poste(**agent, le=dossier.caisse.jour + dt.timedelta(days=1))
    actes.noter_la_poste(**agent, le=dossier.caisse.jour)
    actes.contester(**agent)
    actes.solder(**agent)
    assert relu(dossier).statut == StatutDossier.SOLDE


def test_more_than_the_mtp_and_two_prestations(scene: Scene):
    """E-06: the months are shared, the rest comes back."""
    pch, actp = dossiers(scene, {"montant": "1000,00"}, {"prestation": "ACTP", "montant": "900,00"})
    for dossier in (pch, actp):
        actes.calculer_retenue(par=scene.agent, dossier=dossier)
    j = jours(scene)
    dernier = (j["-2"] - dt.timedelta(days=1)).day
    du = round(1200_00 * 28 / dernier)
    assert relu(pch).contenu["retenue"] == {f"{j['-3']:%Y-%m}": 1000_00}
    assert relu(actp).contenu["total"] == du - 1000_00
    assert relu(actp).contenu["solde"] == 900_00 - (du - 1000_00)


def test_a_change_of_amount_counts_from_its_day(scene: Scene):
    """E-06: told by « mtp-modification », for this person only."""
    j = jours(scene)
    change = {"ancien": "1200", "nouveau": "600", "effet": f"{j['-3']:%d/%m/%Y}", "cause": "révision"}
    deposer(
        scene, "mtp-modification", csv("mtp-modification", change, change | {"nom": "Autre", "nouveau": "1"})
    )
    [dossier] = dossiers(scene, {"montant": "5000,00"})
    actes.calculer_retenue(par=scene.agent, dossier=dossier)
    dernier = (j["-2"] - dt.timedelta(days=1)).day
    assert relu(dossier).contenu["total"] == round(600_00 * 28 / dernier)


def test_too_late_unknown_and_without_common_month_are_kept(scene: Scene, time_machine_):
    """E-06: said, never dropped."""
    tard, inconnu, loin = dossiers(
        scene, {}, {"nom": "Inconnue"}, {"debut": "01/01/2020", "fin": "31/01/2020", "dossier": "N-14"}
    )
    assert inconnu.statut == StatutDossier.RECU
    actes.declarer_impossible(par=scene.agent, dossier=inconnu, raison="inconnue")
    actes.calculer_retenue(par=scene.agent, dossier=loin)
    time_machine_(days=45)
    actes.calculer_retenue(par=scene.agent, dossier=tard)
    assert [relu(un).impossibilite for un in (tard, inconnu, loin)] == [
        "trop-tard",
        "inconnue",
        "sans-mois-commun",
    ]
    assert relu(tard).contenu["solde"] == 800_00


def test_a_person_decides_the_middle(scene: Scene):
    """E-05: one letter apart: to check, among those proposed only."""
    [dossier] = dossiers(scene, {"nom": "Larivandiére", "prenoms": "Elodie", "naissance": "28/03/1955"})
    assert (dossier.statut, dossier.contenu["rapprochement"]) == (StatutDossier.RECU, "a-verifier")
    [(choix, ligne)] = actes.candidats(dossier)
    assert ligne["naissance"] == "1955-03-27"
    with pytest.raises(ValidationError):
        actes.rapprocher(par=scene.agent, dossier=dossier, choix="0:0")
    actes.rapprocher(par=scene.agent, dossier=dossier, choix=choix)
    assert relu(dossier).rapproche_par == scene.agent


def test_only_the_caisse_authorised_and_engaged(scene: Scene):
    """E-06: neither the structure, nor the administrateur, nor an agent without authorisation."""
    [dossier] = dossiers(scene, {})
    autre = distribution.creer_compte_actif(
        "autre.hautrhin", Profil.AGENT, caisses=(scene.participation.caisse,)
    )
    for compte in (scene.technicien, scene.administrateur, autre):
        with pytest.raises(PermissionDenied):
            actes.calculer_retenue(par=compte, dossier=dossier)


def test_account_of_ten_characters_and_avenants(scene: Scene, comptable):
    """E-06: refused, with what would make it right; changed by a signed avenant; an old mandate keeps its account."""
    par, part = scene.administrateur, scene.participation
    from_dix = {
        "banque": "30001",
        "guichet": "00307",
        "compte": "C680000000",
        "cle": actes.cle_rib("30001", "00307", "C6800000000"),
    }
    with pytest.raises(ValidationError, match="zéro ajouté à la fin"):
        actes.declarer_compte(par=par, participation=part, **from_dix)
    with pytest.raises(ValidationError, match="onze caractères"):
        actes.declarer_compte(par=par, participation=part, **RIB | {"compte": "0500013M0"})
    with pytest.raises(ValidationError, match="clé de ce RIB"):
        actes.declarer_compte(par=par, participation=part, **RIB | {"cle": "07"})
    premier = actes.declarer_compte(par=par, participation=part, **RIB)
    [dossier] = dossiers(scene, {})
    actes.calculer_retenue(par=scene.agent, dossier=dossier)
    actes.preparer_mandat(par=scene.agent, dossier=dossier)
    actes.signer_mandat(par=comptable, dossier=dossier)
    nouveau = from_dix | {"compte": "C6800000000"}
    with pytest.raises(ValidationError, match="avenant"):
        actes.declarer_compte(par=par, participation=part, **nouveau)
    avenant = Avenant.objects.create(
        convention=part.convention, numero=1, objet="Compte du payeur", cree_le=dossier.recu_le
    )
    with pytest.raises(ValidationError, match="pas signé"):
        actes.declarer_compte(par=par, participation=part, avenant=avenant, **nouveau)
    avenant.signe_le = avenant.prend_effet_le = part.caisse.jour
    avenant.save()
    second = actes.declarer_compte(par=par, participation=part, avenant=avenant, **nouveau)
    assert actes.compte_en_vigueur(part) == second
    assert relu(dossier).compte_payeur == premier


def test_it_goes_with_the_first_of_both_deposits(scene: Scene):
    """E-11: sealed until the first term; what is not mandated goes with a withdrawn deposit."""
    [dossier] = dossiers(scene, {})
    assert dossier.terme_le == min(dossier.depot.terme_le, dossier.depot_mtp.terme_le)
    depots.retirer_depot(par=scene.technicien, depot=dossier.depot, raison="erreur")
    assert not DossierIndu.objects.exists()
