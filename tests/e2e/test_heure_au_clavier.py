"""An agent works with the keyboard alone, axe silent after each act; the same with scripts off."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models.compte import Compte
from caisses.regles import est_ouvre
from signalements.workflow import Statut
from socle import horloge
from tests.e2e.test_accessibilite import violations
from tests.e2e.test_clavier import AuClavier
from tests.signalements.fabrique import demande_en, deposer
from tests.signalements.scenes import ETATS

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

MOT = "Un mot écrit avec soin."
# From the top of the page of a demande to its last act.
PAS = 200


def jumeau(apres: int = 0) -> dt.date:
    """A working day to come whose day and month are the same figures: no keyboard of any country writes it otherwise."""
    jour = horloge.jour("Europe/Paris")
    jumeaux = (dt.date(annee, mois, mois) for annee in (jour.year, jour.year + 1) for mois in range(1, 13))
    return [un for un in jumeaux if un > jour and est_ouvre(un, "57", frozenset())][apres]


class Agent(AuClavier):
    """At the desk, without a mouse; what was done, in order."""

    def __init__(self, page: Page, *, scripts: bool) -> None:
        super().__init__(page)
        self.scripts = scripts
        self.faits: list[str] = []

    def fait(self, quoi: str, dit: str | re.Pattern[str] = "") -> None:
        """Note an act once the page says it; nothing is wrong with what it left."""
        if dit:
            expect(self.page.get_by_role("main").get_by_text(dit).first).to_be_visible()
        self.faits.append(quoi)
        if self.scripts:
            assert violations(self.page, quoi) == []

    def presser(self, cible: Locator) -> None:
        """Press what leads to a page."""
        self.atteindre(cible, PAS)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def ouvrir_ici(self, pli: Locator) -> None:
        """Press what unfolds."""
        self.atteindre(pli, PAS)
        self.page.keyboard.press("Enter")

    def taper(self, champ: str, texte: str) -> None:
        self.atteindre(self.page.locator(champ), PAS)
        self.page.keyboard.type(texte)

    def descendre(self, champ: str) -> None:
        """Choose the first of a list."""
        self.atteindre(self.page.locator(champ), PAS)
        self.page.keyboard.press("ArrowDown")

    def marquer(self, champ: str) -> None:
        """Tick a box, or the first of a group of radios."""
        self.atteindre(self.page.locator(champ), PAS)
        self.page.keyboard.press("Space")

    def dater(self, champ: str, jour: dt.date, heure: str = "") -> None:
        self.atteindre(self.page.locator(champ), PAS)
        self.page.keyboard.type(f"{jour:%d%m%Y}")
        if heure:
            self.page.keyboard.press("ArrowRight")
            self.page.keyboard.type(f"{heure}A")

    def menu(self, nom: str) -> None:
        menu = self.page.get_by_role("navigation", name="Menu principal")
        self.presser(menu.get_by_role("link", name=nom, exact=True))

    def corbeille(self, nom: str) -> None:
        self.menu("Demandes à traiter")
        corbeilles = self.page.get_by_role("navigation", name="Corbeilles")
        self.presser(corbeilles.get_by_role("link", name=re.compile(rf"^{nom} \d+$")))

    def ouvrir(self, reference: str) -> None:
        """Find a demande by its reference."""
        self.corbeille("Ouvertes")
        if self.scripts:
            self.page.keyboard.press("/")
        else:
            self.atteindre(self.page.get_by_role("search").get_by_role("textbox"))
        self.page.keyboard.type(reference)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.presser(self.page.get_by_role("link", name=reference, exact=True))
        expect(self.page).to_have_url(re.compile(f"/tri/{reference}/$"))

    def deplier(self, verbe: str) -> None:
        acte = self.page.locator(f"#{verbe}")
        if acte.get_attribute("open") is None:
            self.ouvrir_ici(acte.locator("summary").first)

    def envoyer(self, verbe: str, bouton: str) -> None:
        self.presser(self.page.locator(f"#{verbe}").get_by_role("button", name=bouton, exact=True))

    def ecrire_et_envoyer(self, verbe: str, bouton: str, dit: str, *, texte: str = MOT) -> None:
        """Unfold an act, write, send."""
        self.deplier(verbe)
        self.taper(f"#id_{verbe}-texte", texte)
        self.envoyer(verbe, bouton)
        self.fait(verbe, dit)


def sur_une_demande(moi: Agent, reference: str) -> None:
    """What an agent does with one that nobody had."""
    moi.ouvrir(reference)
    moi.fait("chercher et ouvrir")
    moi.presser(moi.page.get_by_role("button", name="Prendre en charge", exact=True))
    moi.fait("prendre en charge", "Vous avez pris cette demande en charge.")
    moi.ecrire_et_envoyer("noter", "Enregistrer la note", "La note est enregistrée.")
    moi.deplier("etiqueter")
    moi.taper("#id_etiqueter-nouvelle", "Commission")
    moi.envoyer("etiqueter", "Enregistrer les étiquettes")
    moi.fait("étiqueter", "Les étiquettes sont enregistrées.")
    moi.deplier("rappeler")
    moi.dater("#id_rappeler-le", jumeau())
    moi.envoyer("rappeler", "Enregistrer le rappel")
    moi.fait("rappeler", "C’est noté.")
    moi.deplier("noter-etape")
    moi.marquer("#id_noter-etape-etape_0")
    moi.envoyer("noter-etape", "Noter cette étape")
    moi.fait("noter une étape", "L’étape est notée.")
    moi.ecrire_et_envoyer("ecrire", "Envoyer le message", "Votre message est envoyé.")
    moi.presser(moi.page.get_by_role("link", name="Retirer ce message", exact=True))
    moi.fait("vouloir retirer")
    moi.presser(moi.page.get_by_role("main").get_by_role("button", name="Retirer ce message", exact=True))
    moi.fait("retirer un message")
    modele = moi.page.locator("#repondre").get_by_role("button", name="Droits ouverts", exact=True)
    moi.ouvrir_ici(modele) if moi.scripts else moi.presser(modele)
    zone = moi.page.locator("#id_repondre-texte")
    expect(zone).to_have_value(re.compile(r"\["))
    moi.fait("insérer un modèle")
    if moi.scripts:
        # The blank that the model left is selected.
        expect(zone).to_be_focused()
        moi.page.keyboard.type("1er décembre")
    else:
        moi.atteindre(zone, PAS)
        moi.page.keyboard.press("Control+a")
        moi.page.keyboard.type(MOT)
    moi.envoyer("repondre", "Envoyer la réponse et passer à la suivante")
    moi.fait("répondre et passer à la suivante", "Votre réponse est envoyée.")


def selon_l_etat(moi: Agent, references: dict[str, str]) -> None:
    """One act for each thing that a demande may ask of the caisse."""
    moi.ouvrir(references["complement"])
    moi.ecrire_et_envoyer(
        "demander-complement", "Demander le complément", "La demande de complément est envoyée."
    )
    moi.ouvrir(references["creneaux"])
    moi.deplier("proposer-creneaux")
    moi.dater("#id_proposer-creneaux-creneau_1", jumeau(), "1030")
    moi.marquer("#id_proposer-creneaux-lieu_0")
    moi.taper("#id_proposer-creneaux-precisions", "Au premier étage.")
    moi.envoyer("proposer-creneaux", "Proposer ces créneaux")
    moi.fait("proposer des créneaux", "Les créneaux sont proposés.")
    moi.ouvrir(references["venue"])
    moi.deplier("noter-venue")
    moi.marquer("#id_noter-venue-venue_0")
    moi.envoyer("noter-venue", "Enregistrer")
    moi.fait("noter la venue", "C’est enregistré.")
    moi.ouvrir(references["annulation"])
    moi.ecrire_et_envoyer("annuler-rendez-vous", "Annuler le rendez-vous", "Le rendez-vous est annulé.")
    moi.ouvrir(references["irrecevable"])
    moi.deplier("declarer-irrecevable")
    moi.descendre("#id_declarer-irrecevable-raison")
    moi.ecrire_et_envoyer(
        "declarer-irrecevable", "Déclarer non recevable", "La demande est déclarée non recevable."
    )
    moi.ouvrir(references["lue"])
    moi.presser(moi.page.get_by_role("button", name="Clore la demande", exact=True))
    moi.fait("clore", "La demande est close.")
    moi.ouvrir(references["confiee"])
    moi.deplier("attribuer")
    moi.descendre("#id_attribuer-agent")
    moi.ecrire_et_envoyer("attribuer", "Confier la demande", "La demande est confiée.")
    moi.ouvrir(references["orientee"])
    moi.deplier("rediriger")
    moi.descendre("#id_rediriger-pole")
    moi.ecrire_et_envoyer("rediriger", "Orienter la demande", "La demande est orientée")
    moi.presser(moi.page.get_by_role("link", name="Traiter la suivante", exact=True))
    moi.fait("traiter la suivante")


def dans_la_liste(moi: Agent) -> None:
    """Several at once, filters, lists that are kept, keys."""
    page = moi.page
    moi.corbeille("À prendre")
    moi.fait("changer de corbeille")
    if moi.scripts:
        for touche in "jcjc":
            page.keyboard.press(touche)
    else:
        for rang in range(2):
            moi.atteindre(page.locator("input[name=references]").nth(rang), PAS)
            page.keyboard.press("Space")
    expect(page.locator("input[name=references]:checked")).to_have_count(2)
    moi.taper("#id_acte", "Prendre")
    moi.presser(page.get_by_role("button", name="Appliquer aux demandes cochées", exact=True))
    moi.fait("prendre en lot", "Ce qui a été fait")
    moi.ouvrir_ici(page.locator("summary", has_text="Filtrer et ordonner"))
    moi.descendre("#filtre_motif")
    moi.presser(page.get_by_role("button", name="Appliquer", exact=True))
    moi.fait("filtrer")
    moi.ouvrir_ici(page.locator("summary", has_text="Filtrer et ordonner"))
    moi.taper("#vue_titre", "Ma liste")
    moi.presser(page.get_by_role("button", name="Garder cette liste", exact=True))
    moi.fait("garder une liste", "La liste est gardée.")
    moi.menu("Demandes à traiter")
    moi.presser(page.get_by_role("link", name="Ma liste", exact=True))
    moi.fait("rouvrir la liste")
    if moi.scripts:
        moi.corbeille("Ouvertes")
        page.keyboard.press("?")
        page.wait_for_url("**/tri/preferences/")
    else:
        moi.presser(page.get_by_role("link", name="Mes préférences", exact=True))
    moi.fait("lire les touches", "Raccourcis clavier de la liste des demandes")
    moi.presser(page.get_by_role("button", name=re.compile("^Ne plus garder")))
    moi.fait("oublier la liste", "n’est plus gardée")
    moi.marquer("#id_resume")
    moi.presser(page.get_by_role("button", name="Enregistrer mes préférences", exact=True))
    moi.fait("changer ses préférences", "Vos préférences sont enregistrées.")
    if moi.scripts:
        moi.corbeille("Ouvertes")
        page.keyboard.press("n")
        page.wait_for_url(re.compile("/tri/D"))
        moi.fait("la suivante par sa touche")


def autour(moi: Agent, siret: str) -> None:
    """Absence, caller, end of the day."""
    page = moi.page
    moi.menu("Demandes à traiter")
    moi.presser(page.get_by_role("link", name="Absences", exact=True))
    moi.taper("#id_remplacant", Compte.objects.get(identifiant="superviseur.moselle").nom_complet)
    moi.dater("#id_debut", jumeau())
    moi.dater("#id_fin", jumeau(1))
    moi.presser(page.get_by_role("button", name="Noter l’absence", exact=True))
    moi.fait("noter une absence", "Absences en cours et à venir")
    moi.presser(page.get_by_role("link", name=re.compile("^Supprimer")))
    moi.presser(page.get_by_role("main").get_by_role("button").first)
    moi.fait("supprimer l’absence", "Aucune absence")
    moi.menu("Appelant")
    moi.taper("#id_siret", siret)
    moi.presser(page.get_by_role("button", name="Identifier", exact=True))
    moi.fait("identifier un appelant", "Ses comptes")
    moi.presser(page.get_by_role("link", name="Enregistrer sa demande", exact=True))
    moi.presser(page.get_by_role("link", name=re.compile("^Saisine Mission accompagnement santé")))
    moi.fait("choisir le motif de l’appelant")
    moi.marquer("#id_origine_0")
    moi.taper("#id_qui", "Morel")
    moi.taper("#id_fonction", "Accueil")
    moi.marquer("#id_identification_0")
    moi.marquer("#id_civilite_0")
    moi.taper("#id_nom", "Larivandière")
    moi.taper("#id_prenom", "Élodie")
    moi.taper("#id_naissance", "27/03/1985")
    moi.taper("#id_departement", "57")
    moi.marquer("#id_difficultes_0")
    moi.marquer("#id_obstacles_0")
    moi.marquer("#id_aide_0")
    moi.marquer("#id_accord")
    moi.marquer("#id_consentement")
    moi.presser(page.get_by_role("button", name="Enregistrer la demande", exact=True))
    expect(page).to_have_url(re.compile("/tri/D"))
    moi.fait("enregistrer la demande d’un appelant")
    moi.ouvrir_ici(page.locator(".compte summary"))
    moi.presser(page.get_by_role("button", name="Se déconnecter", exact=True))
    page.wait_for_url("**/connexion/**")
    moi.fait("se déconnecter")


def prendre_place(ouvrir: Callable[..., Page], *, scripts: bool) -> tuple[Agent, Compte, Compte]:
    """Return the agent at his desk, the technicien who files, and the account of the agent."""
    technicien, agent = (
        Compte.objects.get(identifiant=f"{un}") for un in ("technicien.metz", "agent.moselle")
    )
    page = ouvrir("agent.moselle", javascript=scripts)
    page.goto("/")
    return Agent(page, scripts=scripts), technicien, agent


def a_traiter(technicien: Compte, agent: Compte) -> dict[str, str]:
    """Return the references of demandes in each state where the agent has something to do."""
    en = {"venue": "rendez_vous", "lue": "lue"}
    references = {cas: ETATS[etat](technicien, agent).reference for cas, etat in en.items()}
    references |= {
        cas: demande_en(Statut.EN_COURS, technicien, agent).reference
        for cas in ("complement", "creneaux", "irrecevable", "confiee", "orientee")
    }
    convenu = ETATS["rendez_vous"](technicien, agent)
    convenu.rendez_vous.update(debut=horloge.maintenant() + dt.timedelta(days=9))
    return references | {"annulation": convenu.reference}


def test_une_demande_au_clavier(demonstration: None, ouvrir: Callable[..., Page]):
    """D-08, RGAA 12: from the desk to the answer. The hour: tests/epreuves/test_heure_au_clavier.py."""
    moi, technicien, _ = prendre_place(ouvrir, scripts=True)
    sur_une_demande(moi, deposer(technicien).reference)
    assert len(moi.faits) >= 6
