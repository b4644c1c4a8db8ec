"""A-13, A-16: a caisse that closed the portal to an account or to its structure; every page asks, none forgets."""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from accounts.actions.securite import lever_exclusion
from accounts.models.compte import Compte
from accounts.models.habilitations import Exclusion
from signalements.models.demandes import Demande
from signalements.reprise.actions import repreneurs
from signalements.workflow import Statut
from socle.models import CourrielSortant
from tests.matrice.monde import Monde
from tests.matrice.table import Ligne
from tests.matrice.test_matrice import PROTEGEES, adresse, demander, essai, servis
from tests.matrice.test_perimetres import ETATS
from tests.signalements.fabrique import ASSURE, dernier_courriel

# What belongs to a demande of the caisse, or to the caisse itself: behind the border.
DE_LA_CAISSE = {*Statut.values, "creneau", "rendez-vous", "piece", "piece-brouillon", "document", "bientot"}
DE_LA_CAISSE |= {"sans-suivi"}
DE_LA_CAISSE |= {"echange", "echange-convention", "flux-indu", "modele-de-flux"}
DE_LA_CAISSE |= {
    "depot-ouvert",
    "depot-depose",
    "acte-ouvert",
    "acte-a-confirmer",
    "acte-depose",
    "acte-indus",
    "acte-eps",
    "dossier",
}
# What was told to the account before stays told: a reference, and a link that leads nowhere any more.
DEJA_DIT = {"notifications", "notification-ouvrir"}
SERVIES = [ligne for ligne in PROTEGEES if "technicien" in servis(ligne) and ligne.vue not in DEJA_DIT]


@pytest.fixture(scope="module")
def etat(monde: Monde, request: pytest.FixtureRequest) -> Iterator[None]:
    """Put the bond in this state, once for all the tests that ask for it; each undoes what it does there."""
    with essai():
        ETATS[request.param](monde)
        yield


@pytest.fixture
def exclu(monde: Monde, etat: None) -> Iterator[Compte]:
    """The technicien, and the gestionnaire, excluded by Moselle; the Vosges remain."""
    with essai():
        yield monde.comptes["technicien"]


exclue = pytest.mark.parametrize("etat", ["exclue"], indirect=True)


def est_derriere(ligne: Ligne) -> bool:
    return ligne.objet.split()[0] in DE_LA_CAISSE or "organisme=moselle" in ligne.objet


@pytest.mark.parametrize("etat", ["exclue", "suspendue", "résiliée"], indirect=True)
@pytest.mark.parametrize("ligne", SERVIES, ids=str)
def test_aucune_page_n_oublie_l_etat(monde: Monde, etat: None, ligne: Ligne):
    """A-13, A-16: what is of the caisse answers 404; what is of the structure names none of its demandes."""
    envoi = {nom: str(valeur).format_map(monde.cles) for nom, valeur in ligne.envoi.items()}
    if ligne.vue == "demandes":
        envoi = {"mots": ASSURE["nom"]}
    interdits = [*Demande.objects.values_list("reference", flat=True), "Le site", "Découvrir le portail"]
    for methode in ligne.methodes.split():
        with essai():
            reponse = demander(
                monde.entre("technicien"),
                methode,
                adresse(monde, ligne),
                envoi if methode == "POST" else None,
            )
        if est_derriere(ligne):
            assert reponse.status_code == 404, methode
        else:
            page = reponse.content.decode(errors="ignore") if not reponse.streaming else ""
            assert [mot for mot in interdits if mot in page] == [], methode


@exclue
def test_a16_l_autre_caisse_reste(monde: Monde, exclu):
    """A-16: only the access to that caisse is closed, and it opens again when the exclusion is lifted."""
    client = monde.entre("technicien")
    page = client.get("/demandes/nouvelle/").content.decode()
    assert "CPAM des Vosges" in page and "CPAM de Moselle" not in page
    for exclusion in Exclusion.objects.filter(compte=exclu):
        lever_exclusion(exclusion, par=monde.comptes["administrateur"])
    assert "CPAM de Moselle" in client.get("/demandes/nouvelle/").content.decode()


@exclue
def test_a16_les_chiffres_et_le_code(monde: Monde, exclu):
    """A-16: the excluded gestionnaire reads neither the figures nor the code of that caisse, and asks it nothing."""
    client = monde.entre("gestionnaire")
    assert all(
        nombre == "0"
        for serie in client.get("/statistiques/").context["series"][:1]
        for _, nombre in serie.lignes
    )
    assert client.get(reverse("convention", kwargs=monde.objets["convention"])).status_code == 404
    assert client.get(reverse("code-confidentiel", kwargs=monde.objets["part"])).status_code == 404
    demande = client.get("/habilitations/nouvelle/membres/").context["form"]
    assert [caisse.code for caisse in demande.fields["caisse"].queryset] == ["vosges"]


@exclue
def test_a16_aucun_courriel_a_l_exclu(monde: Monde, exclu):
    """A-16, A-12: the caisse writes to the structure, no longer to the excluded one, who takes over no demande of its."""
    demande = Demande.objects.get(reference=monde.objets[Statut.EN_COURS]["reference"])
    type(demande.partenaire).objects.filter(pk=demande.partenaire_id).update(courriel="accueil@metz.example")
    envoi = {"ecrire-texte": "Une précision."}
    monde.entre("agent").post(f"/tri/{demande.reference}/ecrire/", envoi)
    assert dernier_courriel("message_recu").destinataire == "accueil@metz.example"
    recus = CourrielSortant.objects.filter(
        gabarit="signalements/message_recu", corps__contains=demande.reference
    )
    assert {un.destinataire for un in recus} == {"accueil@metz.example"}
    Demande.objects.filter(pk=demande.pk).update(technicien=monde.comptes["collegue"])
    assert exclu not in repreneurs(monde.comptes["collegue"])


@exclue
def test_a16_la_convention_de_cette_seule_caisse_est_fermee(monde: Monde, exclu):
    """A-16: its page, its proofs, its papers, its bilan; and what another told that caisse of a violation."""
    reference = monde.objets["convention"]["reference"]
    papiers = [une for une in PROTEGEES if monde.objets[une.objet.split()[0]].get("reference") == reference]
    violations = [une for une in PROTEGEES if une.vue in {"violation", "violation-document"}]
    essais = {"technicien": papiers, "gestionnaire": papiers + violations}
    for colonne, lignes in essais.items():
        client = monde.entre(colonne)
        for ligne in lignes:
            if "GET" in ligne.methodes:
                assert client.get(adresse(monde, ligne)).status_code in (403, 404), ligne
        assert reference not in client.get("/conventions/").content.decode()
