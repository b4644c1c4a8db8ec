"""The rights of the persons reach the rows of the exchanges, and both sides (R-03)."""

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models.compte import Compte
from conformite.models.journal import LigneJournal
from droits.actions import demandes as droits
from droits.models.demandes import DemandeDroits
from echanges.actions import recuperation
from echanges.actions.depots import retirer_depot
from echanges.actions.inscriptions import noter_inscription
from echanges.actions.recuperation import ouvrir_dossiers
from echanges.models.recuperation import DossierIndu
from echanges.recherche import lignes_de
from fichiers.controle import lire_tableau
from socle.models import CourrielSortant
from socle.naissances import Naissance
from socle.noms import Personne
from socle.profils import Profil
from tests import distribution
from tests.echanges import fabrique
from tests.echanges.fabrique import PERSONNE, Scene, csv, deposer, indu
from tests.echanges.indus import RIB, beneficiaire, dossiers, un_indu


def test_rows_of_one_person(scene: Scene):
    """Certain by its names and its whole birth; perhaps it: its used name, a slip in its birth, a birth half known."""
    autres = [indu(nom="Larivandière", naissance="28/03/1955"), indu(nom="Autre", prenoms="Zoé")]
    nee = indu(nom="Petit", nom_usage="LARIVANDIERE", prenoms="Élodie Marie")
    depot, _ = deposer(scene, contenu=csv("indu", indu(), *autres, nee))
    qui = Personne("Larivandiere", "Elodie", Naissance(1955, 3, 27))

    def dites(personne: Personne) -> list[tuple[str, str, str]]:
        return [
            (une.ligne[une.depot.resume["places"]["nom"]], str(une.personne.naissance), une.dit.value)
            for une in lignes_de(personne, depot.caisse_id)
        ]

    assert dites(qui) == [
        ("Larivandière", "27/03/1955", "certaine"),
        ("Larivandière", "28/03/1955", "proche"),
        ("Petit", "27/03/1955", "proche"),
    ]
    assert {dit for *_, dit in dites(Personne("Larivandière", "Élodie", Naissance(1955)))} == {"proche"}
    assert dites(Personne("Orvandel", "Basile", Naissance(1955, 3, 27))) == []
    ailleurs = distribution.creer_caisse("var", "CPAM du Var", "83")
    assert lignes_de(qui, ailleurs.pk) == []


def demander(scene: Scene, droit: str, naissance: str = "1955-03-27") -> tuple[Compte, DemandeDroits]:
    """A request of the person of the rows, searched by the DPO."""
    caisse = scene.participation.caisse
    dpo = distribution.creer_compte_actif("dpo.hautrhin", Profil.DPO, caisses=(caisse,))
    demande = droits.enregistrer(
        par=dpo,
        caisse=caisse,
        droit=droit,
        qualite=DemandeDroits.Qualite.ASSURE,
        recue_le=caisse.jour - dt.timedelta(days=1),
        contenu={"nom": PERSONNE["nom"], "prenom": PERSONNE["prenoms"], "naissance": naissance},
    )
    droits.verifier_identite(demande, par=dpo)
    droits.rechercher(demande, par=dpo)
    demande.refresh_from_db()
    return dpo, demande


def test_r03_opposition(scene: Scene, connecte):
    """Her rows are compared, recovered and called no more; both mailboxes are told, without a name; others go on."""
    deposer(
        scene,
        "mtp-nouveaux",
        csv("mtp-nouveaux", beneficiaire(scene), beneficiaire(scene) | {"nom": "Voisine"}),
    )
    indus, _ = deposer(scene, contenu=csv("indu", un_indu(scene), un_indu(scene) | {"nom": "Voisine"}))
    accord = {"accord_le": f"{scene.participation.caisse.jour:%d/%m/%Y}", "telephone": "03 89 00 00 01"}
    eps, _ = deposer(scene, "eps-inscriptions", csv("eps-inscriptions", accord, accord | {"nom": "Voisine"}))
    dpo, demande = demander(scene, DemandeDroits.Droit.OPPOSITION)
    page = connecte(dpo).post(reverse("droits-agir", args=[demande.reference, "opposition"]), follow=True)
    assert "les deux parties prévenues" in page.content.decode()
    assert ouvrir_dossiers(par=scene.agent, depot=indus) == 1
    assert indus.dossiers.get().contenu["indu"]["nom"] == "Voisine"
    with pytest.raises(ValidationError, match="opposée"):
        noter_inscription(par=scene.agent, depot=eps, rang=0, suite="inscrit")
    noter_inscription(par=scene.agent, depot=eps, rang=1, suite="inscrit")
    suivi = connecte(scene.technicien).get(reverse("inscriptions", args=[eps.reference])).content.decode()
    assert suivi.count("ne plus contacter") == 1 and suivi.count("03") >= 1
    dits = CourrielSortant.objects.filter(gabarit="echanges/opposition")
    assert {un.destinataire for un in dits} == set(fabrique.BOITES.values())
    assert not any("Larivandi" in un.corps for un in dits)
    assert LigneJournal.objects.filter(acte="droits.opposition", citees__contains=[eps.reference]).exists()


def test_r03_access_and_rectification(scene: Scene, connecte):
    """The file of the person holds its row; both mailboxes are told, without a name; each reading is a line."""
    depot, _ = deposer(scene, contenu=csv("indu", indu(), indu(nom="Voisine", prenoms="Zoé", dossier="N-99")))
    dpo, demande = demander(scene, DemandeDroits.Droit.ACCES)
    assert demande.trouvees == [f"{depot.reference}, ligne 1"] and demande.proches == []
    client = connecte(dpo)
    remis = json.loads(client.get(reverse("droits-extraction", args=[demande.reference, "json"])).content)
    [echange] = remis["echanges"]
    assert (echange["reference"], echange["ligne"]["Montant de l’indu"]) == (depot.reference, "1250,50")
    assert "Voisine" not in json.dumps(remis, ensure_ascii=False)
    assert client.get(reverse("droits-extraction", args=[demande.reference, "pdf"])).status_code == 200
    assert LigneJournal.objects.filter(acte="droits.extraire", citees__contains=[depot.reference]).exists()
    fin = {"limiter-jusqu_a": f"{scene.participation.caisse.jour + dt.timedelta(days=30):%Y-%m-%d}"}
    verbe = reverse("droits-agir", args=[demande.reference, "limiter"])
    dit = client.post(verbe, fin, follow=True).content.decode()
    assert "n’est jamais prolongée" in dit and "La suppression est gelée" not in dit, "E-11"
    demande.refresh_from_db()
    assert droits.signaler_rectification(demande, par=dpo) == 1
    dits = CourrielSortant.objects.filter(gabarit="echanges/rectification")
    assert {un.destinataire for un in dits} == set(fabrique.BOITES.values())
    assert not any("Larivandi" in un.corps for un in dits)


def test_r03_a_row_that_resembles_her_is_chosen(scene: Scene, connecte):
    """D-26: of two homonyms in one deposit, the row that the DPO keeps is hers; the other stays in the exchange."""
    depot, _ = deposer(scene, contenu=csv("indu", indu(), indu(naissance="05/06/1955", dossier="N-99")))
    dpo, demande = demander(scene, DemandeDroits.Droit.OPPOSITION, naissance="1955")
    assert demande.trouvees == [] and len(demande.proches) == 2
    client, verbe = connecte(dpo), reverse("droits-agir", args=[demande.reference, "trancher"])
    une, autre = (f"trancher-{depot.reference.lower()}-ligne-{rang}" for rang in (1, 2))
    assert client.post(verbe, {une: "oui", autre: "oui"}).status_code == 422
    assert client.post(verbe, {une: "oui"}).status_code == 302
    client.post(reverse("droits-agir", args=[demande.reference, "opposition"]))
    assert list(depot.ecartees.values_list("rang", flat=True)) == [0]
    remis = json.loads(client.get(reverse("droits-extraction", args=[demande.reference, "json"])).content)
    assert [echange["reference"] for echange in remis["echanges"]] == [depot.reference]
    assert "N-99" not in json.dumps(remis)


def test_r03_what_was_made_of_her_row_is_in_the_answer(scene: Scene, connecte):
    """R-03: what was withheld, the mandate, the suite of an inscription; even once the Département took its file back."""
    comptable = fabrique.avec_un_comptable(scene)
    recuperation.declarer_compte(par=scene.administrateur, participation=scene.participation, **RIB)
    [dossier] = dossiers(scene, {})
    for acte, qui in (
        ("calculer_retenue", scene.agent),
        ("preparer_mandat", scene.agent),
        ("signer_mandat", comptable),
    ):
        getattr(recuperation, acte)(par=qui, dossier=dossier)
    accord = {"accord_le": f"{scene.participation.caisse.jour:%d/%m/%Y}", "telephone": "03 89 00 00 01"}
    eps, _ = deposer(scene, "eps-inscriptions", csv("eps-inscriptions", accord))
    noter_inscription(par=scene.agent, depot=eps, rang=0, suite="non-retenu", cause="refus")
    retirer_depot(par=scene.technicien, depot=fabrique.recharge(dossier.depot), raison="erreur")
    dpo, demande = demander(scene, DemandeDroits.Droit.ACCES)
    client = connecte(dpo)
    remis = json.loads(client.get(reverse("droits-extraction", args=[demande.reference, "json"])).content)
    lignes = {une["reference"]: une["ligne"] for une in remis["echanges"]}
    dite = lignes[dossier.depot.reference]
    assert dite["Montant de l’indu"] == "800,00" and dite["Retenu en tout"] == "800,00"
    assert (
        dite["Dossier de récupération"].startswith(dossier.reference)
        and "mandaté" in dite["Dossier de récupération"]
    )
    assert dite["Mandat signé"] and dite["Solde restant dû"] == "0,00"
    assert lignes[eps.reference]["Suite de l’inscription"].startswith(
        "Non retenu : La personne ne souhaite plus venir"
    )
    assert client.get(reverse("droits-extraction", args=[demande.reference, "pdf"])).status_code == 200


def test_r03_an_opposition_after_the_mandate(scene: Scene, connecte):
    """R-03: what was given says which lines not to use, what is prepared next leaves her out; the dossier says why."""
    comptable = fabrique.avec_un_comptable(scene)
    recuperation.declarer_compte(par=scene.administrateur, participation=scene.participation, **RIB)
    elle, autre = dossiers(scene, {}, {"nom": "Voisine"}, beneficiaires=({}, {"nom": "Voisine"}))
    for dossier in (elle, autre):
        for acte, qui in (
            ("calculer_retenue", scene.agent),
            ("preparer_mandat", scene.agent),
            ("signer_mandat", comptable),
        ):
            getattr(recuperation, acte)(par=qui, dossier=dossier)
    agent, technicien = connecte(scene.agent), connecte(scene.technicien)
    preparees = reverse("dossiers-recuperation", args=[elle.depot.reference])
    tout = agent.get(preparees).content
    rendu, _ = deposer(scene, "recuperation", csv("recuperation", *_rendues(scene, elle, autre)))
    dpo, demande = demander(scene, DemandeDroits.Droit.OPPOSITION)
    connecte(dpo).post(reverse("droits-agir", args=[demande.reference, "opposition"]))
    for client in (agent, technicien):
        page = client.get(reverse("depot", args=[rendu.reference])).content.decode()
        assert "Lignes à écarter" in page and "fichier remis\N{NO-BREAK SPACE}: 2." in page
    _, brut = lire_tableau("r.ods", tout)
    _, apres = lire_tableau("r.ods", agent.get(preparees).content)
    assert [une[0] for une in brut[1:]] == ["Larivandière", "Voisine"] and [une[0] for une in apres[1:]] == [
        "Voisine"
    ]
    page = agent.get(reverse("dossier", args=[elle.reference])).content.decode()
    assert "s’est opposée au traitement" in page
    dits = CourrielSortant.objects.filter(gabarit="echanges/opposition", corps__contains=rendu.reference)
    assert {un.destinataire for un in dits} == set(fabrique.BOITES.values())


def _rendues(scene: Scene, *retenus: DossierIndu) -> list[dict[str, str]]:
    jour = f"{scene.participation.caisse.jour:%d/%m/%Y}"
    commun = {"retenu": "800,00", "mandat_le": jour, "solde": "0,00"}
    return [{"nom": un.contenu["indu"]["nom"], "mandat": un.reference} | commun for un in retenus]
