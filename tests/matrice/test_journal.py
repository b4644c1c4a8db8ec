"""Whose line it is: every act performed, every page opened, and each line read by whom it belongs to (R-04, A-21).

The world is walked once: each address by one account of each side that is served, as in life, then the acts that no
address does at once (`actes_du_journal.py`). Each line is judged where it was written, before the try is undone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import HttpResponse

from conformite.models.journal import LigneJournal
from droits.perimetre import lignes_visibles_par
from signalements.models.demandes import Demande
from socle import crochets
from socle.profils import Profil
from socle.roles import role
from tests import distribution
from tests.matrice.actes_du_journal import SCENARIOS
from tests.matrice.monde import AILLEURS, COLONNES, Monde
from tests.matrice.table import TABLE, Ligne
from tests.matrice.test_matrice import adresse, demander, essai, servis, un_servi
from tests.matrice.test_saisies import Formulaire, formulaires

ACTES = sorted({une.value for actes in crochets.actes.values() for une in actes})
LECTURES = {une.value for actes in crochets.actes.values() for une in actes if une.lecture}
NOM = "Larivandière"
REFERENCE = re.compile(r"\bD\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


@dataclass
class Parcours:
    """What the walk left: the lines, who reads them, the pages that named somebody without saying it."""

    monde: Monde
    dpos: dict[str, Any]
    lignes: list[LigneJournal] = field(default_factory=list)
    lues_par: dict[str, set[int]] = field(default_factory=dict)
    pages: list[tuple[str, set[str]]] = field(default_factory=list)
    dernier: int = 0
    vues: int = 0
    formes: set[Any] = field(default_factory=set)

    def nouveaux(self, vus: Iterable[Formulaire]) -> list[Formulaire]:
        """Return the forms not posted yet: the same act on another page is the same form."""
        neufs = [un for un in vus if un.forme not in self.formes]
        self.formes |= {un.forme for un in neufs}
        return neufs

    def relever(self) -> list[LigneJournal]:
        """Take the lines written since the last time, and who reads them."""
        nouvelles = list(LigneJournal.objects.filter(pk__gt=self.dernier).order_by("pk"))
        self.lignes += nouvelles
        for qui, compte in self.dpos.items():
            visibles = lignes_visibles_par(compte).filter(pk__gt=self.dernier)
            self.lues_par.setdefault(qui, set()).update(visibles.values_list("pk", flat=True))
        if nouvelles:
            self.dernier = nouvelles[-1].pk
        return nouvelles

    def juger_la_page(self, ou: str, reponse: HttpResponse, lignes: list[LigneJournal]) -> None:
        """Note the references of the demandes that a page shows beside the person's name, and that no reading says."""
        if not reponse.get("Content-Type", "").startswith("text/html") or reponse.streaming:
            return
        contenu = reponse.content.decode()
        if NOM not in contenu:
            return
        self.vues += 1
        dites = {
            une for ligne in lignes if ligne.acte in LECTURES for une in [ligne.reference, *ligne.citees]
        }
        # A reference that somebody typed, that of no demande, is not shown to him.
        montrees = set(
            Demande.objects.filter(reference__in=set(REFERENCE.findall(contenu))).values_list(
                "reference", flat=True
            )
        )
        if tues := montrees - dites or ({"rien"} if not dites else set()):
            self.pages.append((ou, tues))


def _marcher(parcours: Parcours, ligne: Ligne, colonne: str) -> None:
    monde = parcours.monde
    client, ou = monde.entre(colonne), adresse(monde, ligne)
    envoi = {nom: str(valeur).format_map(monde.cles) for nom, valeur in ligne.envoi.items()}
    envois = [(ou, envoi)] if "POST" in ligne.methodes.split() else []
    if "GET" in ligne.methodes.split():
        with essai():
            page = demander(client, "GET", ou)
            parcours.juger_la_page(ou, page, parcours.relever())
        if not envoi and page.get("Content-Type", "").startswith("text/html") and page.content:
            envois = [
                (une.ou, dict(une.juste)) for une in parcours.nouveaux(formulaires(page.content, ou, "post"))
            ]
    for but, champs in envois:
        with essai():
            parcours.juger_la_page(but, demander(client, "POST", but, champs), parcours.relever())


@pytest.fixture(scope="module")
def parcours(monde: Monde) -> Iterator[Parcours]:
    """Walk the world once."""
    caisses = {"moselle": monde.comptes["dpo"].caisses.get(), "var": monde.comptes["dpo@"].caisses.get()}
    voisine = monde.comptes["technicien"].partenaire.participations.get(pk=monde.cles["voisine"]).caisse
    dpo_voisine = distribution.creer_compte_actif("dpo.voisine", Profil.DPO, caisses=(voisine,))
    fait = Parcours(
        monde, {"moselle": monde.comptes["dpo"], "var": monde.comptes["dpo@"], "voisine": dpo_voisine}
    )
    monde.cles |= {f"caisse-{nom}": caisse.pk for nom, caisse in (caisses | {"voisine": voisine}).items()}
    fait.relever()
    for ligne in TABLE:
        if ligne.servis in ("public", "porte"):
            continue
        ici = [une for une in COLONNES if une in servis(ligne) and AILLEURS not in une]
        # The first served of each side.
        for colonne in {role(monde.comptes[une].profil).cote: une for une in reversed(ici)}.values():
            _marcher(fait, ligne, colonne)
    for scenario in SCENARIOS:
        with essai():
            scenario(monde)
            fait.relever()
    yield fait


# Whose lines they are, by the beginning of the act, the longest first: « c » of Moselle alone, « s » of the structure,
# « r » under a reference, « l » a list with its references. Nothing: of the whole portal, or of nobody known.
A_QUI = {
    **dict.fromkeys(("demande.", "piece.", "fichier.verdict"), "csr"),
    **dict.fromkeys(("demande.lire_tri", "demande.lire_historique"), "csl"),
    # Nothing says of which structures the demandes of one person are.
    "demande.lire_memes": "cl",
    "demande.exporter": "csl",
    "volume.": "c",
    **dict.fromkeys(("convention.", "annonce.", "bilan.", "code.", "certificat.", "appelant."), "csr"),
    "convention.importer": "c",
    "convention.exporter": "csl",
    "partenaire.": "s",
    **dict.fromkeys(("caisse.", "pole.", "motif.", "modele.", "absence.", "publication.", "formation."), "c"),
    "aiguillage.": "c",
    **dict.fromkeys(("compte.", "connexion.", "cgu.accepter", "securite.", "lettre."), "s"),
    **dict.fromkeys(("compte.exclure", "compte.lever_exclusion", "habilitation.", "revue."), "cs"),
    **{"contreseing.": "c", "contreseing.seul": ""},
    **dict.fromkeys(("droits.", "violation.", "gel."), "csr"),
    **dict.fromkeys(("droits.rechercher", "droits.extraire"), "csrl"),
    "assistance.": "csr",
    **dict.fromkeys(
        (
            "journal.lire",
            "journal.exporter",
            "statistiques.exporter",
            "partenaire.exporter",
            "compte.deplacer",
            # Those who keep conventions are people of a caisse.
            "compte.agenda_",
        ),
        "c",
    ),
    **dict.fromkeys(("autorisation.", "boite.", "depot.", "engagement.", "flux."), "csr"),
    **dict.fromkeys(("dossier.", "payeur.", "inscription."), "csr"),
    **dict.fromkeys(("dossier.lister", "recuperation.", "rapprochement."), "csrl"),
    "acces.refuse": "csr",
    **dict.fromkeys(("purge.", "restauration.", "cgu.publier", "maintenance.", "courriel."), ""),
}


def attendu(acte: str) -> set[str]:
    """Return whose the lines of an act are."""
    return set(A_QUI[max((debut for debut in A_QUI if acte.startswith(debut)), key=len)])


def test_r04_chaque_acte_est_fait(parcours: Parcours):
    """A member of an enumeration that nothing performs is dead, or never checked."""
    faits = {ligne.acte for ligne in parcours.lignes}
    assert sorted(set(ACTES) - faits) == []


@pytest.mark.parametrize("acte", ACTES)
def test_r04_chaque_ligne_dit_a_qui_elle_est(parcours: Parcours, acte: str):
    """At least one line of each act has all that is expected; none has less than its object gives."""
    attendus, moselle, metz = attendu(acte), parcours.monde.cles["moselle"], parcours.monde.cles["metz"]
    dites = []
    for ligne in (une for une in parcours.lignes if une.acte == acte):
        soi = (ligne.objet_type.rpartition(".")[2], ligne.objet_id)
        faits = {"c"} if ligne.caisse == moselle or soi == ("caisse", str(ligne.caisse)) else set()
        faits |= {"s"} if ligne.partenaire == metz or soi == ("partenaire", str(ligne.partenaire)) else set()
        faits |= {"r"} if ligne.reference else set()
        faits |= {"l"} if ligne.citees else set()
        dites.append(faits)
    assert attendus in dites, dites


# Nobody's data: a blank model, the text of the notice, the categories of the register, what a caisse published.
SANS_PERSONNE = {
    "publication-document",
    "conventions-modele",
    "flux-modele",
    "registre-pdf",
    "demande-notice",
}


def test_r09_ce_qui_s_emporte_se_compte(monde: Monde):
    """Requirement 28: each address that gives a file away writes an act declared a reading, or an export."""
    non_comptees = []
    for ligne in TABLE:
        emporte = re.search(r"pdf|ods|csv|export|preuve|document", f"{ligne.vue} {ligne.objet}")
        if (
            not emporte
            or "GET" not in ligne.methodes
            or ligne.servis in ("public", "porte")
            or ligne.vue in SANS_PERSONNE
        ):
            continue
        with essai():
            dernier = LigneJournal.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            reponse = demander(monde.entre(un_servi(ligne)), "GET", adresse(monde, ligne))
            actes = set(LigneJournal.objects.filter(pk__gt=dernier).values_list("acte", flat=True))
        if "html" not in reponse.get("Content-Type", "html") and not actes & LECTURES:
            non_comptees.append((str(ligne), actes))
    assert non_comptees == []


def test_a21_le_dpo_d_une_autre_caisse_n_en_lit_rien(parcours: Parcours):
    """Var's has no link with Metz; the neighbour's shares the structure, and reads what is the structure's alone."""
    cles, faux = parcours.monde.cles, []
    structures = {"var": parcours.monde.comptes["technicien@"].partenaire_id, "voisine": cles["metz"]}
    for qui, structure in structures.items():
        for ligne in (une for une in parcours.lignes if une.pk in parcours.lues_par[qui]):
            sienne = ligne.caisse == cles[f"caisse-{qui}"]
            de_sa_structure = ligne.caisse is None and ligne.partenaire == structure
            # A refusal cites what the account typed, which is not of its structure.
            citees = ligne.reference or (ligne.citees and ligne.acte != "acces.refuse")
            if not sienne and (citees or not de_sa_structure):
                faux.append((qui, ligne.acte, ligne.caisse, ligne.partenaire, citees))
    assert faux == []


def test_r04_le_dpo_de_la_caisse_lit_tout_ce_qui_est_a_elle(parcours: Parcours):
    """What carries the caisse, and what is of its structure: nobody is missed."""
    moselle, metz = parcours.monde.cles["moselle"], parcours.monde.cles["metz"]
    siennes = {
        ligne.pk: ligne.acte
        for ligne in parcours.lignes
        if ligne.caisse == moselle or (ligne.caisse is None and ligne.partenaire == metz)
    }
    assert {acte for cle, acte in siennes.items() if cle not in parcours.lues_par["moselle"]} == set()


def test_r04_aucune_page_ne_montre_quelqu_un_sans_le_dire(parcours: Parcours):
    """Each page that names the person leaves a reading, with each reference of a demande that it shows."""
    assert parcours.vues > 10, "the walk meets nobody"
    assert parcours.pages == []


def test_r04_un_transfert_se_lit_des_deux_cotes(parcours: Parcours):
    caisses = {ligne.caisse for ligne in parcours.lignes if ligne.acte == "demande.transferer"}
    assert caisses == {parcours.monde.cles["moselle"], parcours.monde.cles["caisse-voisine"]}
