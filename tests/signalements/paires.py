"""Two acts on one demande at the same instant: what its pages offer in each state, and what two persons do with it.

The acts are read from the pages themselves: one that a page offers is played the day it is born.
"""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations_with_replacement
from typing import Any
from urllib.parse import urlsplit

import lxml.html
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse

from accounts.models.compte import Compte
from caisses.models import Caisse
from conformite.models.journal import LigneJournal
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from outils.services import Postgres
from signalements.models.demandes import Demande
from signalements.views import suivi, tri
from signalements.views.actes import PageSurDemande
from signalements.workflow import TRANSITIONS
from tests import distribution
from tests.fichiers.echantillons import pdf
from tests.matrice.table import DEMANDES
from tests.matrice.test_journal import LECTURES
from tests.matrice.test_matrice import motifs_du_resolveur
from tests.matrice.test_saisies import valeurs_justes
from tests.signalements.scenes import ETATS, installer

STRUCTURE, CAISSE = "structure", "caisse"
AUTEUR, AGENT = "auteur", "agent"
# Nobody is shown more than that within the hour: others take over.
DEMANDES_PAR_EQUIPE = 40
# What is told without being an act: a text that was confirmed.
DITS = LECTURES | {"acces.refuse", "demande.texte_confirme"}


@dataclass(frozen=True)
class Offert:
    """An act that a page offers: the page, where its form goes (name of the address, keys), and whose side."""

    cote: str
    page: tuple[str, tuple[tuple[str, Any], ...]]
    vers: tuple[str, tuple[tuple[str, Any], ...]]
    champs: dict[str, list[str]]
    # Whether its form carries something of the page, by which one knows later what it showed.
    marque: bool

    @property
    def nom(self) -> str:
        """Its address, and its verb."""
        return f"{self.vers[0]} {dict(self.vers[1]).get('verbe', '')}".strip()

    def __str__(self) -> str:
        return self.nom


def _ou(adresse: str) -> tuple[str, tuple[tuple[str, Any], ...]]:
    trouve = resolve(urlsplit(adresse).path)
    return trouve.view_name, tuple(sorted(trouve.captured_kwargs.items()))


def offerts(client: Client, cote: str, reference: str) -> Iterator[Offert]:
    """Yield the acts of the pages of a demande, and of the pages to which they lead; each once."""
    vus: set[str] = set()
    racine = "tri-demande" if cote == CAISSE else "demande"
    pages = [
        reverse(motif.name, args=[reference])
        for motif in motifs_du_resolveur()
        if motif.name == racine
        or (
            (_sert_un_acte(motif.callback) and set(motif.pattern.converters) == {"reference"})
            and motif.name.startswith(racine.partition("-")[0])
        )
    ]
    for adresse in pages:
        reponse = client.get(adresse)
        if reponse.status_code != 200:
            continue
        racine = lxml.html.fromstring(reponse.content)
        for formulaire in racine.xpath("//main//form[@method='post']"):
            champs, marque = lire(formulaire)
            un = Offert(cote, _ou(adresse), _ou(formulaire.action or adresse), champs, marque)
            if reference in dict(un.vers[1]).values() and un.nom not in vus:
                vus.add(un.nom)
                yield un
        liens = (lien.partition("?")[0] for lien in racine.xpath("//main//a/@href") if reference in lien)
        pages += [un for un in liens if un not in pages and _sert_un_acte(resolve(un).func)]


def lire(formulaire: Any) -> tuple[dict[str, list[str]], bool]:
    """Return what somebody would send by a form, and whether it holds hidden fields beside the token."""
    entrees = [un for un in formulaire.inputs if un.name and un.name != "csrfmiddlewaretoken"]
    boutons = formulaire.xpath(".//button[@name='vues']")
    champs = {
        un.name: valeurs_justes(formulaire, un.name) if un.get("type") != "file" else []
        for un in entrees
        if un.get("type") != "submit"
    }
    # The pages that were looked at.
    champs |= {un.get("name"): [un.get("value")] for un in boutons}
    return champs, any(un.get("type") == "hidden" for un in entrees)


def tous_les_actes() -> set[str]:
    """Return every act on a demande that the portal serves."""
    pages = {motif.name for motif in motifs_du_resolveur() if _sert_un_acte(motif.callback)}
    return pages | {
        f"{vue} {acte.verbe}"
        for vue, actes in (("tri-agir", tri.ACTES), ("demande-agir", suivi.ACTES))
        for acte in actes
    }


def _sert_un_acte(vue: Any) -> bool:
    return issubclass(getattr(vue, "page", object), PageSurDemande)


# --- Two persons

# Whoever may write: two persons may do these, one after the other.
CHACUN_LE_SIEN = {
    *("demande-agir ecrire", "demande-agir noter", "tri-agir ecrire", "tri-agir noter", "tri-agir rappeler"),
    *("demande-agir rappeler", "tri-agir demander-avis"),
    *("demande-pieces", "tri-pieces", "tri-agir envoyer-document"),
}
# Sent twice, the same page answers: it is sent, once.
MEME_REPONSE = {"demande-recapitulatif"}
NAVIGATEUR = {"Sec-Fetch-Site": "same-origin"}
# A word for oneself, or a draft, leaves no line of the journal.
SANS_LIGNE = {"tri-agir rappeler", "demande-agir rappeler", "demande-brouillon"}
JUSTES = {ligne.objet.partition("verbe=")[2]: ligne.envoi for ligne in DEMANDES if "verbe=" in ligne.objet}


@dataclass
class Scene:
    """Who is signed in, and what is offered in each state."""

    postgres: Postgres
    comptes: dict[str, Compte] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    offerts: dict[str, list[Offert]] = field(default_factory=dict)
    statuts: dict[str, str] = field(default_factory=dict)
    faites: int = 0

    @classmethod
    def dresser(cls, postgres: Postgres) -> "Scene":
        """Install, sign in, and read what is offered."""
        installer()
        scene = cls(postgres)
        for etat in ETATS:
            siens: dict[str, Offert] = {}
            # The author alone writes the draft; a colleague may take the others over.
            for nom in (AUTEUR,) if etat == "brouillon" else (f"{STRUCTURE}0", f"{CAISSE}0"):
                modele = scene.demande(etat)
                cote = CAISSE if nom.startswith(CAISSE) else STRUCTURE
                for un in offerts(scene.clients[nom], cote, modele.reference):
                    siens[un.nom] = _relatif(un, modele)
            scene.offerts[etat], scene.statuts[etat] = list(siens.values()), modele.statut
        return scene

    def _relever(self) -> None:
        """Let others take over: the author, an agent to whom one hands over, two persons of each side."""
        partenaire, caisse = Partenaire.objects.get(), Caisse.objects.get(code="moselle")
        chez = {"technicien": {"partenaire": partenaire}, "agent": {"caisses": (caisse,)}}
        chez["superviseur"] = chez["agent"]
        profils = {AUTEUR: "technicien", AGENT: "agent"}
        profils |= {f"{STRUCTURE}{rang}": "technicien" for rang in range(2)}
        profils |= {f"{CAISSE}{rang}": "superviseur" for rang in range(2)}
        for nom, profil in profils.items():
            identifiant = f"{nom}.n{self.faites}"
            self.comptes[nom] = distribution.creer_compte_actif(identifiant, profil, **chez[profil])
            self.clients[nom] = distribution.connecte(self.comptes[nom])
        # The second tab of who writes a draft.
        self.comptes["onglet"] = self.comptes[AUTEUR]
        self.clients["onglet"] = distribution.connecte(self.comptes[AUTEUR])

    def demande(self, etat: str) -> Demande:
        """A fresh demande in this state."""
        if not self.faites % DEMANDES_PAR_EQUIPE:
            self._relever()
        self.faites += 1
        faite = ETATS[etat](self.comptes[AUTEUR], self.comptes[f"{CAISSE}0"])
        return Demande.objects.get(pk=faite.pk)


def _relatif(un: Offert, demande: Demande) -> Offert:
    """Tell the keys of an act by their rank in the demande, which another one has too."""
    rangs: dict[Any, Any] = {demande.reference: "reference"}
    for nom in ("messages", "pieces"):
        for rang, objet in enumerate(getattr(demande, nom).order_by("pk")):
            rangs[getattr(objet, "emplacement", objet.pk)] = (nom, rang)
    lus = [(vue, tuple((cle, rangs.get(une, une)) for cle, une in cles)) for vue, cles in (un.page, un.vers)]
    return replace(un, page=lus[0], vers=lus[1])


def _adresse(dit: tuple[str, tuple[tuple[str, Any], ...]], demande: Demande) -> str:
    def absolue(une: Any) -> Any:
        if une == "reference":
            return demande.reference
        if isinstance(une, tuple):
            objet = getattr(demande, une[0]).order_by("pk")[une[1]]
            return getattr(objet, "emplacement", objet.pk)
        return une

    return reverse(dit[0], kwargs={cle: absolue(une) for cle, une in dit[1]})


@dataclass
class Envoi:
    """What one person is about to send, from the page that he has before him."""

    acte: Offert
    compte: Compte
    vers: str
    champs: dict[str, Any]
    mot: str
    envoyer: Callable[[], HttpResponse]


def preparer(scene: Scene, etat: str, demande: Demande, acte: Offert, rang: int) -> Envoi:
    """Fill the form of an act as its page gives it."""
    # A draft is of one person only, in two tabs.
    nom = (AUTEUR, "onglet")[rang] if etat == "brouillon" else f"{acte.cote}{rang}"
    client, vers = scene.clients[nom], _adresse(acte.vers, demande)
    mot = f"Un mot de {nom}, écrit avec soin."
    champs = acte.champs
    if acte.marque or acte.vers[0] == "demande-pieces-reunir":
        champs = _champs(client.get(_adresse(acte.page, demande)), vers)
    # This demande alone: the others of the structure that the page offers to answer too were of another moment.
    champs = {
        cle: [mot if un == "Un mot" else un for un in dits]
        for cle, dits in champs.items()
        if not cle.endswith("-aussi")
    }
    verbe = dict(acte.vers[1]).get("verbe", "")
    cles = {"voisine": Participation.objects.get(caisse__code="vosges", partenaire=demande.partenaire_id).pk}
    cles["pole"] = demande.caisse.poles.exclude(pk=demande.pole_id).earliest("pk").pk
    cles["superviseur"] = scene.comptes[AGENT].pk
    cles["creneau"] = getattr(demande.rendez_vous.order_by("pk").first(), "pk", 0)
    for cle, valeur in JUSTES.get(verbe, {}).items():
        dite = str(valeur).format_map(cles)
        champs[cle] = [mot if cle.endswith(("-texte", "-precisions")) else dite]

    def envoyer() -> HttpResponse:
        fichiers = {
            cle: SimpleUploadedFile(f"{nom}.pdf", pdf(texte=nom.encode()))
            for cle in champs
            if cle.rpartition("-")[2] == "fichiers"
        }
        # On a busy machine a page may ask to be sent again.
        while (reponse := client.post(vers, champs | fichiers, headers=NAVIGATEUR)).status_code == 503:
            for un in fichiers.values():
                un.seek(0)
        return reponse

    return Envoi(acte, scene.comptes[nom], vers, champs, mot, envoyer)


def _champs(page: HttpResponse, vers: str) -> dict[str, Any]:
    """What is sent by the form that goes to `vers`; nothing when the page does not offer it any more."""
    ici = page.request["PATH_INFO"]
    for formulaire in lxml.html.fromstring(page.content).xpath("//main//form[@method='post']"):
        if urlsplit(formulaire.action or ici).path == vers:
            return lire(formulaire)[0]
    return {}


def ensemble(
    postgres: Postgres, demande: Demande, envois: list[Envoi], entre: Callable[[], None] = lambda: None
) -> list[HttpResponse]:
    """Send all while the row is held: each one judged what it saw, and waits; do `entre`, let go. Return the answers in order."""
    reponses: dict[int, HttpResponse] = {}
    base = connection.settings_dict["NAME"]

    def filer(rang: int) -> None:
        try:
            reponses[rang] = envois[rang].envoyer()
        finally:
            connection.close()

    fils = [threading.Thread(target=filer, args=[rang]) for rang in range(len(envois))]
    attendent = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
    with postgres.connexion() as admin, transaction.atomic():
        Demande.objects.select_for_update().get(pk=demande.pk)
        for fil in fils:
            fil.start()
            partis = [un for un in fils if un.is_alive()]
            while fil.is_alive() and admin.execute(attendent, [base]).fetchone()[0] < len(partis):
                time.sleep(0.02)
                partis = [un for un in fils if un.is_alive()]
        entre()
    for fil in fils:
        fil.join()
    return [reponses[rang] for rang in range(len(envois))]


def jouer(scene: Scene, etat: str, paire: tuple[Offert, Offert]) -> str:
    """Have two persons do two acts at the same instant; return what is wrong, in a word."""
    demande = scene.demande(etat)
    envois = [preparer(scene, etat, demande, acte, rang) for rang, acte in enumerate(paire)]
    debut = LigneJournal.objects.latest("pk").pk
    avant, passes = Demande.objects.get(pk=demande.pk).statut, demande.evenements.count()
    reponses = ensemble(scene.postgres, demande, envois)
    statuts = [un.status_code for un in reponses]
    fautes = [f"{statuts}"] if 302 not in statuts else []
    if (
        paire[0].nom == paire[1].nom
        and paire[0].nom not in CHACUN_LE_SIEN | MEME_REPONSE
        and statuts.count(302) != 1
    ):
        fautes.append(f"fait deux fois : {statuts}")
    for rang, (envoi, reponse) in enumerate(zip(envois, reponses, strict=True)):
        fautes += [f"{'premier' if not rang else 'second'} : {un}" for un in _faux(demande, envoi, reponse)]
    faits: Counter[int] = Counter(
        envoi.compte.pk for envoi, reponse in zip(envois, reponses, strict=True) if reponse.status_code == 302
    )
    lignes = LigneJournal.objects.filter(pk__gt=debut).exclude(acte__in=DITS)
    for envoi in envois:
        siennes = list(lignes.filter(compte=envoi.compte.pk).values_list("acte", flat=True))
        muet = envoi.acte.nom in SANS_LIGNE or len({un.compte.pk for un in envois}) == 1
        if not muet and bool(siennes) != bool(faits[envoi.compte.pk]):
            fautes.append(f"{envoi.acte} : {statuts}, lignes {siennes}")
    fautes += _hors_de_la_table(demande, avant, passes)
    return f"{etat}, {paire[0]} + {paire[1]} : {' ; '.join(fautes)}" if fautes else ""


def _faux(demande: Demande, envoi: Envoi, reponse: HttpResponse) -> list[str]:
    """What is wrong with one answer: it is done, or told; then what was typed is given back, and nothing is written."""
    page = reponse.content.decode()
    textes = [nom for nom, un in envoi.champs.items() if envoi.mot in un]
    ecrits = sum(un.texte == envoi.mot for un in demande.messages.all())
    if reponse.status_code == 302:
        return [f"écrit {ecrits} fois"] if ecrits > 1 else []
    if reponse.status_code not in (403, 404, 409):
        return [f"{reponse.status_code} {re.findall('erreur[^<]*>[^<]*', page)[:3]}"]
    fautes = [f"écrit malgré {reponse.status_code}"] if ecrits else []
    if textes and envoi.mot not in page:
        fautes.append(f"{reponse.status_code}, le texte est perdu")
    if reponse.status_code == 409 and not re.search(
        r"entre-temps|n’est plus|ne peut plus|déjà|n’a pas été", page
    ):
        fautes.append("409 muet")
    if reponse.status_code == 403:
        fautes.append("403")
    return fautes


def _hors_de_la_table(demande: Demande, statut: str, passes: int) -> list[str]:
    """What the history tells that the table of transitions does not let."""
    fautes = []
    for un in list(demande.evenements.order_by("le", "pk"))[passes:]:
        if transition := TRANSITIONS.get(un.verbe):
            if statut not in transition.depuis:
                fautes.append(f"{un.verbe} depuis {statut}")
            statut = un.vers
    if (reste := Demande.objects.filter(pk=demande.pk).first()) and reste.statut != statut:
        fautes.append(f"{reste.statut} au lieu de {statut}")
    return fautes


def paires(scene: Scene) -> list[tuple[str, Offert, Offert]]:
    """Return every pair of acts in each state, in one order then, elsewhere in the same state, in the other."""
    choisies, vues = [], Counter[tuple[str, ...]]()
    for etat, actes in scene.offerts.items():
        statut = scene.statuts[etat]
        for un, autre in combinations_with_replacement(actes, 2):
            vues[cle := (statut, *sorted((un.nom, autre.nom)))] += 1
            if vues[cle] <= 1 + (un.nom != autre.nom):
                choisies.append((etat, un, autre) if vues[cle] == 1 else (etat, autre, un))
    return choisies


def memes(scene: Scene) -> list[tuple[str, Offert, Offert]]:
    """Return each act with itself, in the first state where it comes."""
    premiers = {acte.nom: (etat, acte) for etat in reversed(ETATS) for acte in scene.offerts[etat]}
    return [(etat, acte, acte) for etat, acte in premiers.values()]


def jouer_sans_droit(scene: Scene, etat: str, acte: Offert, perdre: Callable[[Compte], None]) -> str:
    """Have somebody lose his right while he waits; return what is wrong: he is refused, and nothing is done."""
    demande = scene.demande(etat)
    envoi = preparer(scene, etat, demande, acte, 0)
    debut = LigneJournal.objects.latest("pk").pk
    [reponse] = ensemble(scene.postgres, demande, [envoi], lambda: perdre(envoi.compte))
    lignes = LigneJournal.objects.filter(pk__gt=debut, compte=envoi.compte.pk).exclude(acte__in=DITS)
    fautes = [] if reponse.status_code in (403, 404) else [str(reponse.status_code)]
    if lignes or any(un.texte == envoi.mot for un in demande.messages.all()):
        fautes.append(f"fait quand même {[un.acte for un in lignes]}")
    scene.faites += -scene.faites % DEMANDES_PAR_EQUIPE
    return f"{etat}, {acte} : {' ; '.join(fautes)}" if fautes else ""
