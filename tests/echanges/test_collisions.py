"""Two persons on one exchange at the same instant, or from an old page: one effect, the other is told (E-01 to E-10)."""

import html
import threading
from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models.compte import Compte
from conformite.models.journal import LigneJournal
from echanges.actions import acces, recuperation
from echanges.models.acces import AutorisationDepot
from echanges.models.depots import Depot, EtapeDepot, StatutDepot
from echanges.models.engagements import Engagement
from echanges.models.inscriptions import SuiviInscription
from echanges.models.rapprochements import RapprochementDecide
from echanges.models.recuperation import StatutDossier
from socle.models import CourrielSortant
from socle.profils import Profil
from tests import distribution
from tests.distribution import MOT_DE_PASSE
from tests.echanges import fabrique
from tests.echanges.fabrique import Scene, csv, deposer, indu, recevoir, recharge
from tests.echanges.indus import RIB, beneficiaire, dossiers, relu


@pytest.fixture
def scene_reelle(base_reelle: str) -> Scene:
    return fabrique.scene_validee()


def collegue(sc: Scene) -> Compte:
    """A second one of the structure, authorised and engaged."""
    compte = distribution.creer_compte_actif(
        "collegue.mdph", Profil.TECHNICIEN, partenaire=sc.participation.partenaire
    )
    fabrique.autoriser(sc.participation, sc.administrateur, compte)
    fabrique.signer(sc.participation, compte)
    return compte


def second_administrateur(sc: Scene) -> Compte:
    return distribution.creer_compte_actif(
        "second.hautrhin", Profil.ADMINISTRATEUR, caisses=(sc.participation.caisse,)
    )


def reglage(sc: Scene, nom: str, *cles: Any) -> str:
    return reverse(nom, args=[sc.participation.convention.reference, sc.participation.caisse.code, *cles])


def retirer(sc: Scene) -> Any:
    depot, _ = deposer(sc)
    adresse = reverse("depot-retirer", args=[depot.reference])
    return (sc.technicien, collegue(sc)), adresse, {"raison": "erreur"}


def confirmer(sc: Scene) -> Any:
    adresse = reverse("depot-confirmer", args=[recevoir(sc).reference])
    return (sc.technicien, sc.technicien), adresse, {}


def engager(sc: Scene) -> Any:
    Engagement.objects.filter(compte=sc.technicien).delete()
    envoi = {"fonction": "Instructrice", "informateur": "Sa cheffe", "mention": "Lu et approuvé"}
    adresse = reverse("engagement", args=[sc.participation.convention.reference])
    return (sc.technicien, sc.technicien), adresse, envoi | {"mot_de_passe": MOT_DE_PASSE}


def dire(verbe: str) -> Callable[[Scene], Any]:
    def preparer(sc: Scene) -> Any:
        recuperation.declarer_compte(par=sc.administrateur, participation=sc.participation, **RIB)
        [dossier] = dossiers(sc, {})
        recuperation.calculer_retenue(par=sc.agent, dossier=dossier)
        recuperation.preparer_mandat(par=sc.agent, dossier=dossier)
        adresse = reverse("dossier-agir", args=[dossier.reference, verbe])
        return (
            (fabrique.avec_un_comptable(sc),) * 2,
            adresse,
            {
                "impossible-raison": "inconnue",
                "contester-contestation": "Rien n’a été reçu.",
            },
        )

    return preparer


def decider(sc: Scene) -> Any:
    deposer(sc, "mtp-nouveaux", csv("mtp-nouveaux", beneficiaire(sc)))
    proche = {"prenoms": "Elodie", "naissance": "28/03/1955", "prestation": "PCH", "debut": "01/01/2026"}
    depot, _ = deposer(sc, "pch-actp", csv("pch-actp", proche | {"montant_mensuel": "600"}))
    adresse = reverse("rapprochement-decider", args=[depot.reference, 0])
    return (sc.agent, sc.technicien), adresse, {"choix": "aucune"}


def noter(sc: Scene) -> Any:
    une = {"structure": "Le CCAS", "accord_le": f"{sc.participation.caisse.jour:%d/%m/%Y}"}
    depot, _ = deposer(sc, "eps-inscriptions", csv("eps-inscriptions", une))
    adresse = reverse("inscription-noter", args=[depot.reference])
    return (sc.agent, fabrique.avec_un_comptable(sc)), adresse, {"rang": "0", "suite": "inscrit"}


def retirer_une_autorisation(sc: Scene) -> Any:
    cle = AutorisationDepot.objects.get(courriel=sc.technicien.email).pk
    return (sc.administrateur, second_administrateur(sc)), reglage(sc, "autorisation-retirer", cle), {}


def retirer_une_boite(sc: Scene) -> Any:
    cle = sc.participation.boites.get(cote="caisse").pk
    return (sc.administrateur, second_administrateur(sc)), reglage(sc, "boite-retirer", cle), {}


def fermer(sc: Scene) -> Any:
    return (sc.administrateur, second_administrateur(sc)), reglage(sc, "flux-clore", sc.flux("indu").pk), {}


MEMES = {
    "depot.retirer": retirer,
    "depot.annoncer": confirmer,
    "engagement.signer": engager,
    "dossier.signer": dire("signer"),
    "dossier.contester": dire("contester"),
    "dossier.impossible": dire("impossible"),
    "rapprochement.decider": decider,
    "inscription.noter": noter,
    "autorisation.retirer": retirer_une_autorisation,
    "boite.retirer": retirer_une_boite,
    "flux.clore": fermer,
}


def page(client: Client, adresse: str, envoi: dict[str, Any]) -> dict[str, Any]:
    """What one would send from the page that is open now, its hidden fields included."""
    ouverte = client.get(adresse)
    if ouverte.status_code == 405:
        ouverte = client.get(adresse.rsplit("/", 2)[0] + "/")
    champs: dict[str, Any] = {}
    for formulaire in lxml.html.fromstring(ouverte.content).xpath("//main//form"):
        if formulaire.get("action") in (None, "", adresse):
            champs = dict(formulaire.form_values())
    champs.pop("csrfmiddlewaretoken", None)
    return champs | envoi


@pytest.mark.parametrize("acte", MEMES)
def test_the_same_act_at_the_same_instant(scene_reelle: Scene, acte: str):
    """Done once, one line in the journal; the other one is told (409), and nothing is undone."""
    comptes, adresse, envoi = MEMES[acte](scene_reelle)
    clients = [distribution.connecte(compte) for compte in comptes]
    envois = [page(client, adresse, envoi) for client in clients]
    avant = LigneJournal.objects.filter(acte=acte).count()
    barriere, statuts, pages = threading.Barrier(2), [], []

    def agir(rang: int) -> None:
        barriere.wait()
        reponse = clients[rang].post(adresse, envois[rang])
        statuts.append(reponse.status_code)
        pages.append(html.unescape(reponse.content.decode()))
        connection.close()

    fils = [threading.Thread(target=agir, args=(rang,)) for rang in range(2)]
    [fil.start() for fil in fils]
    [fil.join() for fil in fils]
    assert sorted(statuts) == [302, 409]
    assert LigneJournal.objects.filter(acte=acte).count() == avant + 1
    tardive = pages[statuts.index(409)]
    assert any(mot in tardive for mot in ("n’a pas été", "n’en est plus là", "déjà signé"))


def test_what_is_announced_is_what_was_shown(scene: Scene, connecte):
    """E-02: another file came from another tab: the old preview announces nothing, the new one does."""
    depot = recevoir(scene)
    client, adresse = connecte(scene.technicien), reverse("depot-confirmer", args=[depot.reference])
    vieille = page(client, adresse, {})
    autre = SimpleUploadedFile("b.csv", csv("indu", indu(montant="10")))
    client.post(reverse("depot-fichier", args=[depot.reference]), {"fichiers": autre})
    refus = client.post(adresse, vieille)
    assert refus.status_code == 409 and "10,00" in refus.content.decode()
    assert recharge(depot).statut == StatutDepot.A_CONFIRMER
    assert client.post(adresse, page(client, adresse, {})).status_code == 302
    assert recharge(depot).statut == StatutDepot.DEPOSE


def test_a_mandate_is_signed_for_the_amounts_that_were_shown(scene: Scene, connecte):
    """E-06: calculated and prepared again meanwhile: told, with the amounts of now; signed from that page."""
    comptes, adresse, _ = dire("signer")(scene)
    dossier = scene.participation.depots.get(flux__code="indu").dossiers.get()
    comptable = connecte(comptes[0])
    vieille = page(comptable, adresse, {})
    recuperation.calculer_retenue(par=scene.agent, dossier=dossier)
    recuperation.preparer_mandat(par=scene.agent, dossier=dossier)
    refus = comptable.post(adresse, vieille)
    assert refus.status_code == 409 and relu(dossier).statut == StatutDossier.CALCULE
    [formulaire] = lxml.html.fromstring(refus.content).xpath(f"//form[@action='{adresse}']")
    assert comptable.post(adresse, dict(formulaire.form_values())).status_code == 302
    assert relu(dossier).statut == StatutDossier.MANDATE


def test_a_suite_that_a_colleague_noted_is_not_written_over(scene: Scene, connecte, time_machine_):
    """E-07: told, with what was chosen; sent again from the page that shows it, it is taken. One’s own is corrected freely."""
    (agent, second), adresse, envoi = noter(scene)
    ancienne = page(connecte(second), adresse, {})
    time_machine_(minutes=1)
    for suite in ("inscrit", "convoque"):
        assert (
            connecte(agent)
            .post(adresse, page(connecte(agent), adresse, envoi | {"suite": suite}))
            .status_code
            == 302
        )
    refus = connecte(second).post(adresse, ancienne | envoi | {"suite": "absent"})
    assert refus.status_code == 409 and SuiviInscription.objects.get(remplace_le=None).suite == "convoque"
    [formulaire] = lxml.html.fromstring(refus.content).xpath(f"//form[@action='{adresse}']")
    assert formulaire.fields["suite"] == "absent"
    assert connecte(second).post(adresse, dict(formulaire.form_values())).status_code == 302
    assert SuiviInscription.objects.get(remplace_le=None).suite == "absent"


def test_the_deposit_to_replace_went_meanwhile(scene: Scene, connecte):
    """E-03: nothing opens in its place; its page says what became of it. A reference of nowhere: not found."""
    ancien, _ = deposer(scene)
    client, base = connecte(scene.technicien), reverse("depot-ouvrir", args=[ancien.flux_id])
    adresse = f"{base}?remplace={ancien.reference}"
    envoi = page(client, adresse, {"periode": ancien.periode, "raison": "erreur"})
    client.post(reverse("depot-retirer", args=[ancien.reference]), {"raison": "erreur"})
    refus = client.post(adresse, envoi)
    assert refus.status_code == 409 and "Ce dépôt n’est plus à utiliser" in html.unescape(
        refus.content.decode()
    )
    assert client.get(adresse).status_code == 302
    assert client.post(f"{base}?remplace=E26-0000-0000", envoi).status_code == 404
    assert Depot.objects.count() == 1


def test_a_period_said_to_be_nothing_while_its_file_is_there(scene: Scene, connecte):
    """E-10: told on the page of the exchange, with why."""
    flux = scene.flux("mtp-mensuel")
    adresse, client = reverse("flux-dire-neant", args=[flux.pk]), connecte(scene.agent)
    refus = client.post(adresse, {"periode": "2020-01"})
    assert refus.status_code == 422 and "pas attendue" in html.unescape(refus.content.decode())
    assert client.post(adresse, {}).status_code == 422
    assert client.post(adresse, {"periode": f"{scene.participation.caisse.jour:%Y-%m}"}).status_code == 302
    assert flux.neants.count() == 1


def test_a_wrong_password_counts_whatever_the_page_answers(scene: Scene):
    """E-02: by the form as a browser sends it, in the transaction that keeps it: five, then the door is closed."""
    depot, mot_de_passe = deposer(scene)
    client = distribution.connecte(scene.agent)
    client.handler.enforce_csrf_checks = True
    adresse = reverse("depot-lecture", args=[depot.reference])
    statuts = []
    for essai in ["FAUX"] * 5 + [mot_de_passe]:
        jeton = lxml.html.fromstring(client.get(adresse).content).xpath(
            "//main//input[@name='csrfmiddlewaretoken']/@value"
        )
        statuts.append(
            client.post(adresse, {"csrfmiddlewaretoken": jeton[0], "mot_de_passe": essai}).status_code
        )
    assert statuts == [422] * 6
    assert EtapeDepot.objects.filter(depot=depot, quoi="essai-faux").count() == 5
    assert recharge(depot).bloque_jusqu_a is not None


def test_too_late_shows_nothing_to_who_has_not_signed(scene: Scene, connecte):
    """E-04: the page of a dossier holds a person: the engagement comes before it, even to say « too late »."""
    [dossier] = dossiers(scene, {})
    Engagement.objects.filter(compte=scene.agent).delete()
    reponse = connecte(scene.agent).post(reverse("dossier-agir", args=[dossier.reference, "solder"]))
    assert reponse.status_code == 302 and "engagements" in reponse["Location"]
    assert not RapprochementDecide.objects.exists()


def test_the_mailbox_went_before_the_confirmation(scene: Scene, connecte):
    """E-02: nothing is said to be announced when nobody is there to be told; once another one is verified, it goes."""
    depot = fabrique.recevoir(scene)
    client, adresse = connecte(scene.technicien), reverse("depot-confirmer", args=[depot.reference])
    champs, par, part = page(client, adresse, {}), scene.administrateur, scene.participation
    acces.retirer_boite(par=par, boite=part.boites.get(cote="caisse"))
    refus = client.post(adresse, champs)
    assert refus.status_code in (409, 422) and "boîte dédiée vérifiée" in refus.content.decode()
    assert recharge(depot).depose_le is None
    neuve = "autre@caisse.example"
    boite = acces.declarer_boite(par=par, participation=part, cote="caisse", courriel=neuve)
    acces.verifier_boite(par=par, boite=boite, code=fabrique.courrier(neuve, fabrique.CODE))
    assert client.post(adresse, page(client, adresse, {})).status_code == 302
    annonce = CourrielSortant.objects.get(gabarit="echanges/annonce")
    assert annonce.destinataire == neuve
