"""Before the form: which caisse, which motif, what one should know first (D-02, D-17, C-09)."""

import pytest
from django.test import Client
from django.utils.html import strip_tags

from caisses import referentiels
from caisses.models import Motif, ReglageMotif
from conventions.models.conventions import Participation
from signalements.actions import instruction
from signalements.depot import actions as depot
from signalements.depot.fiches import fiche
from signalements.models.demandes import Demande
from signalements.workflow import Statut
from socle.models import CourrielSortant
from tests import distribution
from tests.signalements.fabrique import ASSURE, FICHE, TEXTE, commencer, demande_en, deposer


def page_du_brouillon(client: Client, demande: Demande) -> str:
    return client.get(f"/demandes/{demande.reference}/brouillon/").content.decode()


def test_la_fiche_du_motif_dit_quand_combien_quoi_et_quel_autre_canal(connecte, technicien_metz):
    """D-17: when to use it, the delay that this caisse promises, the pieces, and the usual channel for the others."""
    participation = Participation.objects.get(partenaire=technicien_metz.partenaire)
    motif = Motif.objects.get(pk="c2s")
    ReglageMotif.objects.create(caisse=participation.caisse, motif=motif, delai_jours=7, delai_urgent_jours=1)
    client = connecte(technicien_metz)
    choix = client.get("/demandes/nouvelle/moselle/etude-dossier/").content.decode()
    assert "La personne demande la complémentaire santé solidaire" in choix
    demande = commencer(technicien_metz, "c2s", raison_portail="autonomie")
    page = page_du_brouillon(client, demande)
    assert "7\xa0jours ouvrés, ou 1\xa0jour ouvré si la situation est urgente." in page
    assert "Formulaire de demande de complémentaire santé solidaire, Avis d’imposition" in page
    assert "elle dépose son dossier depuis son compte ameli" in page


@pytest.mark.parametrize(
    ("code", "deux_delais"), [("saisine-mas", True), ("urgence", False), ("evolutions-reglementaires", False)]
)
def test_deux_delais_quand_la_situation_peut_etre_urgente(technicien_metz, code, deux_delais):
    """D-08: one delay for a motif that is always urgent, and for one that names nobody."""
    participation = Participation.objects.get(partenaire=technicien_metz.partenaire)
    delai = dict(fiche(Motif.objects.get(pk=code), participation))["Délai de réponse promis"]
    assert ("si la situation est urgente" in delai) == deux_delais


def test_chaque_motif_a_sa_fiche():
    """D-17: no motif of the referential without its sentence, none left of a motif that is gone."""
    fiches = referentiels.lire("fiches")
    codes = {motif["code"] for service in referentiels.SERVICES for motif in service["motifs"]}
    assert set(fiches["motif"]) == codes
    assert set(fiches["service"]) == {service["code"] for service in referentiels.SERVICES}
    for textes in fiches["service"].values():
        assert set(textes) == {"aide", "pas_pour"} and all(un.endswith((".", "?")) for un in textes.values())
    for textes in fiches["motif"].values():
        assert textes["quand"].endswith(".") and textes.keys() <= {"quand", "pas_pour"}


@pytest.mark.parametrize("motif", ["rdv-ame", "c2s"])
def test_sans_raison_de_passer_par_le_portail_rien_ne_part(connecte, technicien_metz, motif):
    """D-17: an étude or a rendez-vous says why the usual channel will not do; the screen names it, and lets go on."""
    saisie = {**ASSURE, "naissance": "27/03/1985", "texte": TEXTE}
    saisie |= {"lieu": "telephone", "moments": ["mardi-matin"]} if motif == "rdv-ame" else {}
    demande = commencer(technicien_metz, motif)
    client = connecte(technicien_metz)
    page = page_du_brouillon(client, demande)
    assert "le canal habituel est son compte ameli ou le 3646" in page
    avant = bytes(Demande.objects.get(pk=demande.pk).contenu_scelle)
    adresse = f"/demandes/{demande.reference}/brouillon/"
    refuse = client.post(adresse, saisie)
    assert refuse.status_code == 422 and refuse.context["form"].errors.keys() == {"raison_portail"}
    assert "Choisissez une réponse." in refuse.content.decode()
    assert bytes(Demande.objects.get(pk=demande.pk).contenu_scelle) == avant
    assert client.post(adresse, saisie | {"raison_portail": "autre"}).status_code == 302
    recap = client.get(f"/demandes/{demande.reference}/recapitulatif/").content.decode()
    assert "Aucune des deux" in recap and "Envoyer la demande" in recap


def test_deux_caisses_pour_un_departement(connecte, technicien_metz):
    """D-02: when several caisses of the structure cover a département, the page says how to know which one."""
    client = connecte(technicien_metz)
    assert "Plusieurs caisses" not in client.get("/demandes/nouvelle/").content.decode()
    voisine = distribution.creer_caisse("sarrebourg", "CPAM de Sarrebourg", "57")
    distribution.creer_convention(technicien_metz.partenaire, voisine)
    page = client.get("/demandes/nouvelle/").content.decode()
    assert "Plusieurs caisses pour 57 – Moselle" in page
    assert "CPAM de Moselle, CPAM de Sarrebourg" in page and "attestation de droits" in page


@pytest.mark.parametrize(
    ("difficultes", "obstacles", "aide", "refuse"),
    [
        ([], ["complexite"], ["droits"], "difficultes"),
        (["ailleurs"], ["complexite"], ["droits"], "difficultes"),
        (["droits"], [], ["droits"], "obstacles"),
        (["droits"], ["complexite"], [], "aide"),
    ],
)
def test_une_fiche_sans_code_ne_part_pas(connecte, technicien_metz, difficultes, obstacles, aide, refuse):
    """D-18: a fiche de signalement is coded first; without kind, obstacle or wanted help it is refused beside the field."""
    demande = commencer(technicien_metz, "renoncement")
    avant = bytes(demande.contenu_scelle)
    saisie = {**ASSURE, "naissance": "27/03/1985", "difficultes": difficultes, "obstacles": obstacles}
    client = connecte(technicien_metz)
    reponse = client.post(f"/demandes/{demande.reference}/brouillon/", saisie | {"aide": aide})
    assert reponse.status_code == 422 and reponse.context["form"].errors.keys() == {refuse}
    demande.refresh_from_db()
    assert bytes(demande.contenu_scelle) == avant and demande.statut == Statut.BROUILLON


def test_la_demarche_deja_en_cours_se_dit_des_le_debut(technicien_metz, technicien_grimaud, caisse_moselle):
    """Same person, same motif, same structure: shown on the form itself; never what another structure did."""
    convention = distribution.creer_convention(technicien_grimaud.partenaire, caisse_moselle)
    ailleurs = deposer(technicien_grimaud)
    assert ailleurs.participation_id and convention
    client = distribution.connecte(technicien_metz)
    adresse = "/demandes/nouvelle/moselle/difficulte/"
    premiere = commencer(technicien_metz)
    assert "Démarche déjà en cours" not in page_du_brouillon(client, premiere)
    depot.deposer(premiere, attestations=["information"], par=technicien_metz)
    jeton = client.get(adresse).context["form"]["jeton"].value()
    suite = client.post(adresse, {"jeton": jeton, "motif": "saisine-mas", "pour": premiere.reference})
    page = client.get(suite.url).content.decode()
    assert "Démarche déjà en cours" in page and premiere.reference in page
    assert ailleurs.reference not in page
    assert 'value="Larivandière"' in page


def test_la_date_promise_dit_pourquoi_elle_ne_court_pas(technicien_metz, agent_moselle):
    """D-09, D-10: on every line and on the page, to both sides: suspended, then later because it was."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    pages = [
        (distribution.connecte(compte), adresse)
        for compte, liste in ((technicien_metz, "/demandes/"), (agent_moselle, "/tri/?panier=ouvertes"))
        for adresse in (liste, f"{liste.partition('?')[0]}{demande.reference}/")
    ]

    def lues() -> list[str]:
        return [
            " ".join(strip_tags(client.get(adresse).content.decode()).split()) for client, adresse in pages
        ]

    def attendu(*phrases: str) -> None:
        """A line of its own in a list, in short at the desk, between brackets on the page."""
        assert [page for page, phrase in zip(lues(), phrases, strict=True) if phrase not in page] == []

    assert not any("en attendant la réponse de la structure" in page for page in lues())
    instruction.demander_complement(demande, texte="Quelle adresse ?", par=agent_moselle)
    suite = "uspendue en attendant la réponse de la structure"
    attendu(f"S{suite}", f"s{suite}", f"S{suite}", f"s{suite}")
    instruction.completer(demande, texte="18 rue Haute.", par=technicien_metz)
    suite = "e délai a été suspendu en attendant la réponse de la structure"
    attendu(f"L{suite}", f"l{suite}", "délai suspendu en attendant la réponse de la structure", f"l{suite}")


def test_le_brouillon_survit_a_la_fin_de_la_session(connecte, technicien_metz):
    """What was saved is there after signing in again; what was being typed is given back, and sent again as it was."""
    client = connecte(technicien_metz)
    demande = commencer(technicien_metz, texte="Une aide gardée.")
    adresse = f"/demandes/{demande.reference}/brouillon/"
    client.session.flush()
    saisie = {**ASSURE, "naissance": "27/03/1985", **FICHE, "texte": "Une aide tapée après la fin."}
    perdu = client.post(adresse, saisie, headers={"sec-fetch-site": "same-origin"})
    assert "Une aide tapée après la fin." in perdu.content.decode()
    assert Demande.objects.get(pk=demande.pk).contenu["texte"] == "Une aide gardée."
    revenu = distribution.connecte(technicien_metz)
    assert "Une aide gardée." in revenu.get(adresse).content.decode()
    assert revenu.post(adresse, saisie).status_code == 302
    assert Demande.objects.get(pk=demande.pk).contenu["texte"] == "Une aide tapée après la fin."
    assert not CourrielSortant.objects.exists()
