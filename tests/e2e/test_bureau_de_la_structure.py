"""The desk of the structure in a browser: what to do within the first screen of a telephone, drafts that save themselves."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models.compte import Compte
from fichiers import analyses
from fichiers.models import Fichier
from signalements.actions import rendez_vous
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from signalements.workflow import Statut
from socle import horloge
from tests.fichiers.conftest import attacher, piece_saine
from tests.fichiers.echantillons import jpeg, pdf
from tests.signalements.fabrique import commencer, demande_en

pytestmark = pytest.mark.navigateur

TELEPHONE = {"width": 360, "height": 740}
# What each state waits for: the control to press or to fill, within the first screen.
ATTENDUS = {
    "complement": "[name=completer-texte]",
    "creneau": "button[name=accepter-creneau-creneau] >> nth=0",
    "lecture": ".dernier-mot",
    "document": "a[href*='/pieces/'][download] >> nth=0",
    Statut.DEPOSEE: "#titre-actes",
    Statut.EN_COURS: "#titre-actes",
    Statut.CLOTUREE: "#titre-actes",
    Statut.ANNULEE: "#titre-actes",
    Statut.IRRECEVABLE: "#titre-actes",
}


@pytest.fixture
def personnes(demonstration) -> tuple[Compte, Compte]:
    return tuple(Compte.objects.get(identifiant=nom) for nom in ("technicien.metz", "agent.moselle"))


def preparer(cas: str, technicien: Compte, agent: Compte) -> Demande:
    """A demande that waits for `cas`."""
    statut = {"complement": Statut.EN_ATTENTE, "lecture": Statut.TRAITEE}.get(cas, cas)
    demande = demande_en(statut if statut in Statut.values else Statut.EN_COURS, technicien, agent)
    if cas == "creneau":
        rendez_vous.proposer_creneaux(
            demande,
            creneaux=[horloge.maintenant() + dt.timedelta(days=jours) for jours in (3, 4)],
            duree=30,
            lieu="telephone",
            precisions="La caisse appelle.",
            par=agent,
        )
    if cas == "document":
        document = piece_saine(demande)
        Piece.objects.filter(pk=document.pk).update(cote="caisse", ajoute_par=agent, etat=Fichier.Etat.SAIN)
    return demande


def test_m4_l_acte_a_faire_dans_le_premier_ecran(ouvrir: Callable[..., Page], personnes, capsys):
    """At 360 × 740 and at 1280 × 900, for each state and each thing that may be awaited."""
    page, basses = ouvrir("technicien.metz"), {}
    for cas, controle in ATTENDUS.items():
        demande = preparer(cas, *personnes)
        for ecran in (TELEPHONE, {"width": 1280, "height": 900}):
            page.set_viewport_size(ecran)
            page.goto(f"/demandes/{demande.reference}/")
            boite = page.locator(controle).bounding_box()
            bas = boite["y"] + min(boite["height"], 48)
            with capsys.disabled():
                print(f"\n{cas} {ecran['width']} : {bas:.0f} px", end="")
            if bas > ecran["height"]:
                basses[cas, ecran["width"]] = bas
    assert basses == {}


class Gestes:
    """What a person does on a page, counted: clicks, and fields that are typed in."""

    def __init__(self, page: Page) -> None:
        self.page, self.clics, self.saisies = page, 0, 0

    def cliquer(self, role: str, nom: str | re.Pattern[str]) -> None:
        self.clics += 1
        self.page.get_by_role("main").get_by_role(role, name=nom).first.click()

    def cocher(self, nom: str) -> None:
        self.clics += 1
        self.page.get_by_label(re.compile(f"^{nom}")).first.locator("xpath=following-sibling::label").click()

    def saisir(self, label: str, valeur: str) -> None:
        self.saisies += 1
        self.page.get_by_label(re.compile(f"^{label}")).fill(valeur)


def test_d18_un_signalement_coute_dix_clics_et_quatre_champs(ouvrir: Callable[..., Page], personnes, capsys):
    """D-02, D-05, D-18: from the home page to « envoyée », with what the motif asks apart; printed."""
    page = ouvrir("technicien.metz")
    moi = Gestes(page)
    page.goto("/")
    moi.cliquer("link", re.compile("^Nouvelle demande"))
    moi.cliquer("link", re.compile("^Signaler une situation"))
    moi.cliquer("button", "Renoncement aux soins")
    moi.cocher("Madame")
    moi.saisir("Nom de naissance", "Larivandière")
    moi.saisir("Prénom", "Élodie")
    moi.saisir("Date de naissance", "27/03/1985")
    moi.cocher("Accès aux droits")
    moi.cocher("Complexité des démarches")
    moi.saisir("Précisions", "Un rendez-vous avec un conseiller.")
    moi.cliquer("button", "Relire avant l’envoi")
    moi.cocher("La personne a été informée")
    if page.get_by_label(re.compile("^La personne accepte")).count():
        moi.cocher("La personne accepte")
    moi.cliquer("button", "Envoyer la demande")
    expect(page.get_by_text("Votre demande est envoyée.").first).to_be_visible()
    with capsys.disabled():
        print(f"\nsignalement : {moi.clics} clics, {moi.saisies} champs saisis", end="")
    assert moi.clics <= 10 and moi.saisies <= 4
    deposee = Demande.objects.filter(technicien=personnes[0]).latest("pk")
    assert deposee.statut == Statut.DEPOSEE and deposee.contenu["attestations"][:2] == [
        "information",
        "accord",
    ]
    assert deposee.contenu["assure"]["departement"] == "57"


def test_m4_trouver_et_envoyer_un_complement_avec_un_fichier(
    ouvrir: Callable[..., Page], personnes, tmp_path, capsys
):
    """Four clicks at most from the home page: the card, the demande, the file, the sending."""
    demande = preparer("complement", *personnes)
    fichier = tmp_path / "avis.pdf"
    fichier.write_bytes(pdf())
    page = ouvrir("technicien.metz")
    moi = Gestes(page)
    page.goto("/")
    moi.cliquer("link", re.compile("Compléments? à apporter"))
    moi.cliquer("link", demande.reference)
    moi.clics += 1
    page.get_by_label(re.compile("^Fichiers à joindre")).set_input_files(fichier)
    moi.cliquer("button", "Envoyer le complément")
    expect(page.get_by_text("Votre complément est envoyé.")).to_be_visible()
    with capsys.disabled():
        print(f"\ncomplément : {moi.clics} clics", end="")
    assert moi.clics <= 4 and moi.saisies == 0
    demande.refresh_from_db()
    assert demande.statut == Statut.EN_COURS and demande.pieces.count() == 1


def test_m5_le_brouillon_s_enregistre_en_tapant(ouvrir: Callable[..., Page], personnes, plaintes):
    """Shown with the hour, said once; kept when the page is left at once; the line cut is said, then made good."""
    demande = commencer(personnes[0], texte="")
    page = ouvrir("technicien.metz")
    adresse = f"/demandes/{demande.reference}/brouillon/"
    page.goto(adresse)
    etat = page.locator("[data-enregistrement]")
    texte = page.get_by_label(re.compile("^Précisions"))
    texte.press_sequentially("Un rendez-vous")
    expect(etat).to_have_text(re.compile(r"^\s*Enregistré à \d+\sh\s\d\d"))
    page.context.set_offline(True)
    texte.press_sequentially(" bientôt")
    expect(etat).to_contain_text("la connexion est coupée")
    page.context.set_offline(False)
    expect(etat).to_have_text(re.compile(r"^\s*Enregistré à"), timeout=30_000)
    # The browser complains of the line that was cut, of nothing else.
    assert all("ERR_INTERNET_DISCONNECTED" in plainte for plainte in plaintes.lues)
    plaintes.lues.clear()
    page.reload()
    expect(texte).to_have_value("Un rendez-vous bientôt")
    questions: list[str] = []
    page.on("dialog", lambda question: (questions.append(question.type), question.accept()))
    texte.press("End")
    texte.press_sequentially(" merci")
    page.get_by_role("link", name="Statistiques").click()
    page.wait_for_url("**/statistiques/")
    assert questions == ["beforeunload"]


def test_m5_retour_et_onglet_ferme_sur_un_telephone(ouvrir: Callable[..., Page], personnes):
    """A link touched by mistake, Back, then the tab closed: what the page said it had is there, nowhere an older one."""
    demande = commencer(personnes[0], texte="")
    page = ouvrir("technicien.metz", largeur=360)
    adresse = f"/demandes/{demande.reference}/brouillon/"
    page.goto(adresse)
    texte, etat = page.get_by_label(re.compile("^Précisions")), page.locator("[data-enregistrement]")
    texte.press_sequentially("Un rendez-vous")
    expect(etat).to_contain_text("Enregistré à", timeout=15_000)
    page.get_by_role("link", name="Demandes de la structure").first.click()
    page.wait_for_url("**/demandes/**")
    page.go_back()
    expect(texte).to_have_value("Un rendez-vous")
    texte.press("End")
    texte.press_sequentially(" bientôt")
    expect(etat).to_contain_text("Enregistré à", timeout=15_000)
    demande.refresh_from_db()
    assert demande.contenu["texte"] == "Un rendez-vous bientôt"
    page.close()
    autre = ouvrir("technicien.metz", largeur=360)
    autre.goto("/demandes/?filtre=brouillons")
    autre.get_by_role("link", name=demande.reference).click()
    expect(autre.get_by_label(re.compile("^Précisions"))).to_have_value("Un rendez-vous bientôt")


@pytest.mark.parametrize("cote", ["demandes", "tri"])
def test_un_texte_tape_n_est_pas_quitte_sans_question(ouvrir: Callable[..., Page], personnes, cote: str):
    """Nothing typed is lost: a link touched by mistake asks first; what is sent, or was not typed, asks nothing."""
    demande = demande_en(Statut.EN_COURS, *personnes)
    page = ouvrir("technicien.metz" if cote == "demandes" else "agent.moselle")
    questions: list[str] = []
    page.on("dialog", lambda question: (questions.append(question.type), question.dismiss()))
    page.goto(f"/{cote}/{demande.reference}/")
    page.get_by_text("Ajouter une note interne").click()
    note = page.get_by_label("Votre note")
    note.press_sequentially("Rappelée ce matin.")
    page.get_by_role("link", name="Aide", exact=True).first.click()
    expect(note).to_have_value("Rappelée ce matin.")
    assert questions == ["beforeunload"]
    page.get_by_role("button", name="Enregistrer la note").click()
    expect(page.get_by_text("La note est enregistrée.")).to_be_visible()
    page.get_by_role("link", name="Aide", exact=True).first.click()
    page.wait_for_url("**/aide/")
    assert questions == ["beforeunload"]


def test_m5_modifie_dans_un_autre_onglet(ouvrir: Callable[..., Page], personnes):
    """The second tab says that it saves no more; what was typed there stays on the screen."""
    demande = commencer(personnes[0], texte="")
    un, deux = ouvrir("technicien.metz"), ouvrir("technicien.metz")
    for page in (un, deux):
        page.goto(f"/demandes/{demande.reference}/brouillon/")
    un.get_by_label(re.compile("^Précisions")).press_sequentially("Le premier onglet")
    expect(un.locator("[data-enregistrement]")).to_contain_text("Enregistré à")
    deux.get_by_label(re.compile("^Précisions")).press_sequentially("Le second onglet")
    expect(deux.locator("[data-enregistrement]")).to_contain_text("modifié ailleurs")
    expect(deux.get_by_label(re.compile("^Précisions"))).to_have_value("Le second onglet")
    demande.refresh_from_db()
    assert demande.contenu["texte"] == "Le premier onglet"


@pytest.mark.parametrize("largeur", [1280, 360])
def test_d06_une_image_se_voit_en_place(ouvrir: Callable[..., Page], personnes, plaintes, largeur: int):
    """D-06, D-24: shown when it is unfolded, read then and not before; nothing of it goes sideways."""
    demande = demande_en(Statut.EN_COURS, *personnes)
    piece = attacher(demande, jpeg((1600, 1200)), "photo.jpg")
    analyses.conclure(piece, Piece.Etat.SAIN, "", "essai")
    page = ouvrir("agent.moselle", largeur=largeur)
    page.goto(f"/tri/{demande.reference}/")
    page.wait_for_load_state("networkidle")
    piece.refresh_from_db()
    assert piece.ouverte_le is None
    page.get_by_text("Voir l’image").click()
    image = page.get_by_role("img", name=piece.libelle)
    expect(image).to_be_visible()
    image.evaluate("image => image.decode()")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    piece.refresh_from_db()
    assert piece.ouverte_le is not None and plaintes.lues == []
