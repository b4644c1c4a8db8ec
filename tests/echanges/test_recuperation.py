"""A recovery from its declaration to its solde: matched, to the cent, mandated by two persons (E-06, E-11)."""

import datetime as dt
import io
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from pypdf import PdfReader

from conventions.models.suites import Avenant
from echanges import tableaux
from echanges.actions import depots, reception
from echanges.actions import recuperation as actes
from echanges.echeances import faire_ce_qui_est_du
from echanges.models.depots import Depot, LigneEcartee
from echanges.models.recuperation import DossierIndu, StatutDossier
from fichiers.controle import lire_tableau
from socle import horloge
from socle.models import CourrielSortant
from socle.profils import Profil
from tests import distribution
from tests.echanges import fabrique
from tests.echanges.fabrique import Scene, csv, deposer
from tests.echanges.indus import RIB, dossiers, jours, relu, un_indu


@pytest.fixture
def comptable(scene: Scene):
    return fabrique.avec_un_comptable(scene)


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
    with pytest.raises(ValidationError, match="avant la signature"):
        actes.noter_la_poste(**agent, le=dossier.caisse.jour - dt.timedelta(days=1))
    actes.noter_la_poste(**agent, le=dossier.caisse.jour)
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


def test_the_first_payment_of_the_monthly_state_is_the_most(scene: Scene):
    """E-06: the caisse declared 300 €: no more is withheld, whatever the months due."""
    mois = f"{scene.participation.caisse.jour:%Y-%m}"
    etat = {"mois": mois, "a_verser": "300,00", "premier_versement": "oui"}
    autre = etat | {"nom": "Autre", "a_verser": "1,00"}
    deposer(scene, "mtp-mensuel", csv("mtp-mensuel", etat, autre), periode=mois)
    [dossier] = dossiers(scene, {})
    actes.calculer_retenue(par=scene.agent, dossier=dossier)
    assert (relu(dossier).contenu["total"], relu(dossier).contenu["solde"]) == (300_00, 500_00)


def _rendre(scene: Scene, dossier: DossierIndu, total: str, solde: str) -> None:
    """What goes back equals the mandate to the cent; a mandate of elsewhere is told, not refused."""
    juste = {"retenu": total, "mandat": dossier.reference, "solde": solde}
    juste |= {"mandat_le": f"{scene.participation.caisse.jour:%d/%m/%Y}"}
    depot, _ = fabrique.ouvrir(scene, "recuperation")
    for champs, fautes, avertis in (
        ({"retenu": "1,00"}, ["Montant retenu"], 0),
        ({"solde": "0,03"}, ["Solde restant"], 0),
        ({"mandat": "XYZ", "retenu": "1,00"}, [], 1),
        ({}, [], 0),
    ):
        contenu = csv("recuperation", juste | champs)
        lu = reception.recevoir_fichier(
            par=scene.agent, depot=fabrique.recharge(depot), nom="r.csv", contenu=contenu
        )
        assert [un.colonne for un in lu.problemes] == fautes and len(lu.avertissements) == avertis


def test_a_contested_retenue_still_counts_and_goes_on_where_it_stopped(scene: Scene):
    """E-06: nothing goes on before the answer; without a mandate it is maintained or given up, never closed as paid."""
    [dossier] = dossiers(scene, {})
    agent = {"par": scene.agent, "dossier": dossier}
    actes.calculer_retenue(**agent)
    actes.contester(**agent, contestation="La période n’est pas la bonne.")
    depot, _ = deposer(scene, contenu=csv("indu", un_indu(scene, dossier="Q-2")))
    actes.ouvrir_dossiers(par=scene.agent, depot=depot)
    with pytest.raises(ValidationError, match=dossier.reference):
        actes.calculer_retenue(par=scene.agent, dossier=depot.dossiers.get())
    with pytest.raises(ValidationError, match="n’en est plus là"):
        actes.preparer_mandat(**agent)
    with pytest.raises(ValidationError, match="Aucun mandat"):
        actes.solder(**agent)
    actes.maintenir(**agent)
    assert relu(dossier).statut == StatutDossier.CALCULE
    actes.contester(**agent, contestation="Elle n’a rien reçu.")
    actes.declarer_impossible(**agent, raison="contestation")
    assert (relu(dossier).statut, relu(dossier).contenu["total"]) == (StatutDossier.IMPOSSIBLE, 0)


def test_the_same_indu_is_withheld_once(scene: Scene):
    """E-06: declared again by another file: refused with the dossier that holds it; taken once that one is given up."""
    [premier] = dossiers(scene, {})
    actes.calculer_retenue(par=scene.agent, dossier=premier)
    depot, _ = deposer(scene, contenu=csv("indu", un_indu(scene, montant="900,00", dossier="Q-2")))
    actes.ouvrir_dossiers(par=scene.agent, depot=depot)
    second = depot.dossiers.get()
    with pytest.raises(ValidationError, match=premier.reference):
        actes.calculer_retenue(par=scene.agent, dossier=second)
    actes.declarer_impossible(par=scene.agent, dossier=premier, raison="doublon")
    actes.calculer_retenue(par=scene.agent, dossier=second)
    assert relu(second).contenu["total"] == 900_00


def test_r03_nothing_is_withheld_from_who_opposed(scene: Scene, comptable):
    """R-03: calculated, then the person opposes: neither prepared nor signed; said impossible, with why."""
    actes.declarer_compte(par=scene.administrateur, participation=scene.participation, **RIB)
    [dossier] = dossiers(scene, {})
    actes.calculer_retenue(par=scene.agent, dossier=dossier)
    actes.preparer_mandat(par=scene.agent, dossier=dossier)
    for depot, rang in ((dossier.depot, dossier.rang), (dossier.depot_mtp, dossier.rang_mtp)):
        ecartee = LigneEcartee.objects.create(depot=depot, rang=rang, ecartee_le=horloge.maintenant())
        for acte, qui in (
            (actes.calculer_retenue, scene.agent),
            (actes.preparer_mandat, scene.agent),
            (actes.signer_mandat, comptable),
        ):
            with pytest.raises(ValidationError, match="opposée"):
                acte(par=qui, dossier=dossier)
        ecartee.delete()
    actes.declarer_impossible(par=scene.agent, dossier=dossier, raison="opposition")
    assert relu(dossier).contenu["total"] == 0


def test_nothing_is_mandated_on_a_list_that_was_taken_back(scene: Scene, comptable, connecte):
    """E-06: prepared, then the caisse withdraws its beneficiaries: to match again; signed before, it is told on its page."""
    actes.declarer_compte(par=scene.administrateur, participation=scene.participation, **RIB)
    signe, prepare, impossible = dossiers(
        scene, {}, {"prestation": "ACTP", "dossier": "N-13"}, {"dossier": "N-14"}
    )
    actes.declarer_impossible(par=scene.agent, dossier=impossible, raison="inconnue")
    for dossier in (signe, prepare):
        DossierIndu.objects.filter(pk=dossier.pk).update(calcule_le=None)
        actes.calculer_retenue(par=scene.agent, dossier=dossier)
        if relu(dossier).statut == StatutDossier.CALCULE:
            actes.preparer_mandat(par=scene.agent, dossier=dossier)
    actes.signer_mandat(par=comptable, dossier=signe)
    liste = signe.depot_mtp
    depots.retirer_depot(par=scene.agent, depot=fabrique.recharge(liste), raison="erreur")
    apres = relu(prepare)
    assert (apres.statut, apres.depot_mtp, apres.prepare_par) == (StatutDossier.RECU, None, None)
    assert "mtp" not in apres.contenu and "retenue" not in apres.contenu
    assert relu(impossible).statut == StatutDossier.IMPOSSIBLE
    for acte in (actes.calculer_retenue, actes.preparer_mandat, actes.signer_mandat):
        with pytest.raises(ValidationError):
            acte(par=comptable, dossier=prepare)
    page = connecte(scene.agent).get(f"/echanges/dossiers/{signe.reference}/").content.decode()
    assert "La liste de bénéficiaires n’est plus là" in page
    page = connecte(scene.agent).get(f"/echanges/dossiers/{prepare.reference}/").content.decode()
    assert "C’est cette personne" not in page and "ne ressemble à cette personne" in page
    depots.retirer_depot(par=scene.technicien, depot=fabrique.recharge(signe.depot), raison="erreur")
    page = connecte(scene.agent).get(f"/echanges/dossiers/{signe.reference}/").content.decode()
    assert "L’indu n’est plus déclaré" in page


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
    [(choix, candidat)] = actes.candidats(dossier).items()
    assert candidat.ligne["naissance"] == "1955-03-27"
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


def test_by_the_pages(scene: Scene, comptable, connecte):
    """E-06: each act by its button; the letter and what goes back equal the page to the cent."""
    actes.declarer_compte(par=scene.administrateur, participation=scene.participation, **RIB)
    [dossier] = dossiers(scene, {"montant": "5000,00"})
    agent, second = connecte(scene.agent), connecte(comptable)
    adresse = f"/echanges/dossiers/{dossier.reference}/"
    assert "Larivandi" in agent.get(f"/echanges/depots/{dossier.depot.reference}/dossiers/").content.decode()
    for qui, verbe in ((agent, "calculer"), (agent, "preparer"), (second, "signer")):
        assert qui.post(f"{adresse}{verbe}/").status_code == 302, verbe
    assert agent.post(f"{adresse}preparer/").status_code == 409
    assert agent.post(f"{adresse}poster/", {"poster-le": ""}).status_code == 422
    contenu = relu(dossier).contenu
    total, solde = tableaux.en_euros(contenu["total"]), tableaux.en_euros(contenu["solde"])
    page = agent.get(adresse).content.decode()
    assert total in page and solde in page
    lettre = PdfReader(io.BytesIO(agent.get(f"{adresse}lettre.pdf").content))
    texte = " ".join("".join(une.extract_text() for une in lettre.pages).split())
    assert total in texte and solde in texte and "commission de recours amiable" in texte
    mandat = PdfReader(io.BytesIO(agent.get(f"{adresse}mandat.pdf").content))
    texte = " ".join("".join(une.extract_text() for une in mandat.pages).split())
    assert total in texte and "20041 01005 0500013M026 06" in texte and comptable.nom_complet in texte
    assert "Larivandi" not in texte
    for refuse in ("", "Sa fille, 2 55 03 57 463 002 12, a tout rendu."):
        assert agent.post(f"{adresse}contester/", {"contester-contestation": refuse}).status_code == 422
    agent.post(f"{adresse}contester/", {"contester-contestation": "L’aide n’a pas été versée en mars."})
    page = agent.get(adresse).content.decode()
    assert "versée en mars" in page and "Maintenir la retenue" in page and "impossible" not in page
    assert agent.post(f"{adresse}maintenir/").status_code == 302
    assert relu(dossier).statut == StatutDossier.MANDATE
    remis = agent.get(f"/echanges/depots/{dossier.depot.reference}/dossiers/recuperation.ods").content
    _, brut = lire_tableau("r.ods", remis)
    flux = scene.flux("recuperation")
    lu = tableaux.lire(brut, flux.flux, flux.colonnes, periode="", jour=scene.participation.caisse.jour)
    assert lu.problemes == []
    assert lu.lignes[0][5:9:3] == [contenu["total"], contenu["solde"]]
    _rendre(scene, dossier, total, solde)
    assert connecte(scene.technicien).get(adresse).status_code == 403


def test_a_mandate_follows_the_lists_of_its_day(scene: Scene, comptable):
    """E-06: calculated on a change of amount that the caisse takes back: calculated anew before it is prepared, and signed."""
    actes.declarer_compte(par=scene.administrateur, participation=scene.participation, **RIB)
    [dossier] = dossiers(scene, {"montant": "5000,00"})
    agent, j = {"par": scene.agent, "dossier": dossier}, jours(scene)

    def changer(nouveau: str) -> Depot:
        effet = {"effet": f"{j['-3']:%d/%m/%Y}", "cause": "révision"}
        ligne = {"ancien": "1200", "nouveau": nouveau} | effet
        return deposer(scene, "mtp-modification", csv("mtp-modification", ligne))[0]

    premier = changer("600")
    actes.calculer_retenue(**agent)
    depots.retirer_depot(par=scene.agent, depot=premier, raison="mauvais-fichier")
    with pytest.raises(ValidationError, match="Calculez la retenue à nouveau"):
        actes.preparer_mandat(**agent)
    actes.calculer_retenue(**agent)
    actes.preparer_mandat(**agent)
    changer("300")
    with pytest.raises(ValidationError, match="Calculez la retenue à nouveau"):
        actes.signer_mandat(par=comptable, dossier=dossier)
    actes.calculer_retenue(**agent)
    actes.preparer_mandat(**agent)
    actes.signer_mandat(par=comptable, dossier=dossier)
    dernier = (j["-2"] - dt.timedelta(days=1)).day
    assert relu(dossier).contenu["total"] == round(300_00 * 28 / dernier)


def test_months_that_other_indus_took_are_said_so(scene: Scene, connecte):
    """E-06: a month in common, nothing left of it: the dossier stays open, and is given up with its true reason."""
    premier, second = dossiers(scene, {"montant": "5000,00"}, {"prestation": "ACTP", "dossier": "N-13"})
    actes.calculer_retenue(par=scene.agent, dossier=premier)
    with pytest.raises(ValidationError, match="déjà retenue en entier"):
        actes.calculer_retenue(par=scene.agent, dossier=second)
    assert relu(second).statut == StatutDossier.RAPPROCHE
    liste = (
        connecte(scene.agent).get(f"/echanges/depots/{premier.depot.reference}/dossiers/").content.decode()
    )
    assert "prêtes à déposer" not in liste, "nothing is mandated"
    actes.declarer_impossible(par=scene.agent, dossier=second, raison="deja-retenue")
    assert relu(second).impossibilite == "deja-retenue"


def test_all_at_once_to_the_cent(scene: Scene, comptable, connecte):
    """E-06: part months, two prestations, a change inside the period, more than the MTP: letters and file equal to the cent."""
    actes.declarer_compte(par=scene.administrateur, participation=scene.participation, **RIB)
    j = jours(scene)
    # The right opens on the 11th, the amount changes on the 21st of the same month.
    du, change = j["-3"].replace(day=11), j["-3"].replace(day=21)
    fin = j["-2"].replace(day=10)
    periode = {"debut": f"{j['-3']:%d/%m/%Y}", "fin": f"{fin:%d/%m/%Y}"}
    modif = {"ancien": "1000", "nouveau": "777,77", "effet": f"{change:%d/%m/%Y}", "cause": "révision"}
    deposer(scene, "mtp-modification", csv("mtp-modification", modif))
    pch, actp = dossiers(
        scene,
        periode | {"montant": "500,00"},
        periode | {"prestation": "ACTP", "montant": "9000,00", "dossier": "N-13"},
        beneficiaires=({"ouverture": f"{du:%d/%m/%Y}", "montant_mensuel": "1000,00"},),
    )
    for dossier in (pch, actp):
        for acte, qui in (
            (actes.calculer_retenue, scene.agent),
            (actes.preparer_mandat, scene.agent),
            (actes.signer_mandat, comptable),
        ):
            acte(par=qui, dossier=dossier)
    # By hand: ten days at 1000, the end of the month at 777.77; then ten days of the next month.
    d1, d2 = (
        (mois.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - mois for mois in (j["-3"], j["-2"])
    )
    premier = (Decimal(100000) * 10 + Decimal(77777) * (d1.days - 20)) / d1.days
    second = Decimal(77777) * 10 / d2.days
    dus = [int(un.quantize(Decimal(1), ROUND_HALF_UP)) for un in (premier, second)]
    assert [relu(un).contenu["total"] for un in (pch, actp)] == [500_00, sum(dus) - 500_00]
    assert _letters_then_rows(scene, connecte(scene.agent), pch, actp) == [
        (500_00, 0),
        (sum(dus) - 500_00, 9000_00 - sum(dus) + 500_00),
    ]


def _letters_then_rows(scene: Scene, client, *retenus: DossierIndu) -> list[tuple[int, int]]:
    """Each letter says the amounts of its dossier; return what the file gives back: withheld, solde."""
    for dossier in retenus:
        contenu = relu(dossier).contenu
        lettre = PdfReader(
            io.BytesIO(client.get(f"/echanges/dossiers/{dossier.reference}/lettre.pdf").content)
        )
        texte = " ".join("".join(une.extract_text() for une in lettre.pages).split())
        assert tableaux.en_euros(contenu["total"]) in texte and tableaux.en_euros(contenu["solde"]) in texte
        assert all(tableaux.en_euros(part) in texte for part in contenu["retenue"].values())
    remis = client.get(f"/echanges/depots/{retenus[0].depot.reference}/dossiers/recuperation.ods").content
    flux = scene.flux("recuperation")
    lu = tableaux.lire(
        lire_tableau("r.ods", remis)[1],
        flux.flux,
        flux.colonnes,
        periode="",
        jour=scene.participation.caisse.jour,
    )
    assert lu.problemes == []
    return [(une[5], une[8]) for une in lu.lignes]


def test_who_conducts_and_who_declared_are_told(scene: Scene, comptable, connecte, time_machine_):
    """E-06: a card before the first payment; the day after it, too late by the job; what is said is what happened."""
    actes.declarer_compte(par=scene.administrateur, participation=scene.participation, **RIB)
    prepare, calcule, refuse = dossiers(
        scene,
        {},
        {"nom": "Voisine"},
        {"nom": "Ostertag"},
        beneficiaires=({}, {"nom": "Voisine"}, {"nom": "Ostertag"}),
    )
    for dossier in (prepare, calcule, refuse):
        actes.calculer_retenue(par=scene.agent, dossier=dossier)
    for dossier in (prepare, refuse):
        actes.preparer_mandat(par=scene.agent, dossier=dossier)
    page = connecte(scene.agent).get("/").content.decode()
    assert "Indu à traiter" in page and "Mandats à signer" not in page
    assert "Mandats à signer" in connecte(comptable).get("/").content.decode()
    time_machine_(days=45)
    client = connecte(comptable)
    adresse = f"/echanges/dossiers/{refuse.reference}/"
    page = client.post(f"{adresse}signer/", follow=True).content.decode()
    assert "La retenue est impossible" in page and "Le mandat est signé" not in page
    assert [faire_ce_qui_est_du()["trop_tard"] for _ in range(2)] == [2, 0]
    assert {relu(un).impossibilite for un in (prepare, calcule, refuse)} == {"trop-tard"}
    dits = CourrielSortant.objects.filter(gabarit="echanges/indu_impossible")
    assert {un.destinataire for un in dits} == {scene.technicien.email} and dits.count() == 3
    assert not any("Larivandi" in un.corps or "Ostertag" in un.corps for un in dits)
    page = connecte(scene.technicien).get(f"/echanges/depots/{prepare.depot.reference}/").content.decode()
    assert page.count("Trop tard pour la retenue") == 3
