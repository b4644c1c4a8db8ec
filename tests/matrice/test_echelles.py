"""Query ladders: a list costs the same number of queries with one row, with some more and with twenty-five.

What is a list is asked of its page: one cut by `feuilleter`, shown to whoever the table serves. What stands in it is asked
of the list: its model says which act makes one more. A list of something else is red until it says its own.
"""

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.paginator import Page
from django.db import connection
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions.habilitations import deposer_demande, renvoyer_demande
from accounts.actions.revues import decider_ligne, ouvrir_revue
from accounts.actions.securite import exclure, signaler
from accounts.models.compte import STATUTS_OCCUPANTS
from accounts.models.habilitations import DemandeHabilitation, SignalementSecurite
from accounts.models.revues import Revue
from caisses.models import Motif
from conformite.gels import poser_gel
from conformite.models.travaux import Gel
from conventions.actions.annonces import annoncer
from conventions.actions.avenants import rediger_avenant
from conventions.actions.conventions import Ouverture, mettre_a_la_signature, rediger_convention
from conventions.actions.fiches import ajouter_referent, enregistrer_sous_traitance, enregistrer_suivi
from conventions.actions.preuves import joindre_preuves
from conventions.models.conventions import Convention, Participation
from conventions.models.partenaires import Partenaire
from droits.actions.demandes import enregistrer
from droits.actions.violations import declarer_violation, noter_mesure
from droits.models.demandes import DemandeDroits
from droits.models.violations import Violation
from echanges.models.depots import Depot
from fichiers.controle import Examine
from information.actions import programmer, publier
from information.models import Formation, Publication
from signalements.actions.instruction import ecrire, noter
from signalements.models.demandes import Demande
from signalements.workflow import Statut
from socle import horloge
from socle.listes import feuilleter
from socle.models import CourrielSortant
from socle.profils import Profil
from tests import distribution
from tests.echanges import fabrique as echanges
from tests.fichiers.conftest import piece_saine
from tests.matrice.monde import AILLEURS, Monde, un
from tests.matrice.table import TABLE, Ligne
from tests.matrice.test_matrice import adresse, demander, essai, motifs_du_resolveur, servis
from tests.signalements.fabrique import demande_en

# Rows made for the first rung, beside what the world holds, then for the two others: 1, 5, 25.
PREMIER, *BARREAUX = range(1), range(1, 5), range(5, 25)


# --- One more of each, by the act that makes it; `rang` tells it from the others


def _part(monde: Monde) -> Participation:
    parts = Participation.objects.select_related("caisse", "convention", "partenaire")
    return parts.get(pk=monde.objets["participation"]["pk"])


def _demande(monde: Monde, rang: int) -> Demande:
    """Mostly to take in charge, and some further."""
    etats = (
        Statut.DEPOSEE,
        Statut.EN_COURS,
        Statut.DEPOSEE,
        Statut.EN_ATTENTE,
        Statut.DEPOSEE,
        Statut.TRAITEE,
    )
    return demande_en(etats[rang % len(etats)], monde.comptes["technicien"], monde.comptes["agent"])


def _courriel(monde: Monde, rang: int) -> None:
    ecrire(_demande(monde, 1), texte="Un mot.", par=monde.comptes["agent"])


def _partenaire(monde: Monde, rang: int) -> Partenaire:
    part = _part(monde)
    structure = distribution.creer_partenaire(f"9005700110{rang:04}", f"CCAS de Lorry {rang}")
    distribution.creer_convention(structure, part.caisse)
    return structure


def _convention(monde: Monde, rang: int) -> None:
    """Of another structure, and one that ours has to sign."""
    part, par = _part(monde), monde.comptes["administrateur"]
    for structure in (_partenaire(monde, rang), part.partenaire):
        redigee = rediger_convention(
            par=par,
            partenaire=structure,
            ouvertures=[Ouverture(caisse=part.caisse, motifs=list(Motif.objects.all()[:3]))],
            denonciation_mois=3,
        )
    mettre_a_la_signature(par=par, convention=redigee)


def _habilitation(monde: Monde, rang: int) -> None:
    """One that waits, and one that was sent back."""
    part = _part(monde)
    for _ in range(2):
        demande = deposer_demande(
            nature=DemandeHabilitation.Nature.MEMBRES,
            partenaire=part.partenaire,
            caisse=part.caisse,
            par=monde.comptes["gestionnaire"],
            membres=60 + rang,
        )
    renvoyer_demande(demande, par=monde.comptes["administrateur"], commentaire="Il manque la liste.")


def _violation(monde: Monde, rang: int) -> Violation:
    part = _part(monde)
    return declarer_violation(
        par=monde.comptes["technicien"],
        caisse=part.caisse,
        partenaire=part.partenaire,
        natures=["confidentialite"],
        connue_le=horloge.maintenant(),
        description="Un dossier parti chez un voisin.",
    )


def _gel(monde: Monde, rang: int) -> None:
    caisse = _part(monde).caisse
    poser_gel(
        _violation(monde, rang),
        raison=Gel.Raison.VIOLATION,
        jusqu_a=caisse.jour + dt.timedelta(days=30),
        fuseau=caisse.fuseau,
        par=monde.comptes["dpo"],
        caisse=caisse,
    )


def _revue(monde: Monde, rang: int) -> None:
    """The one that runs ends, the next one begins."""
    par = monde.comptes["administrateur"]
    for revue in Revue.objects.ouvertes().select_related("partenaire", "caisse"):
        for ligne in revue.lignes.filter(decision="", compte__statut__in=STATUTS_OCCUPANTS).select_related(
            "revue", "compte"
        ):
            decider_ligne(ligne, decision="confirme", par=par)
    ouvrir_revue(_part(monde).partenaire, caisse=_part(monde).caisse, par=par)


def _signalement(monde: Monde, rang: int) -> None:
    signaler(
        nature="perte",
        faits="Un carnet perdu.",
        par=monde.comptes["gestionnaire"],
        compte=monde.comptes["collegue"],
    )


def _droits(monde: Monde, rang: int) -> None:
    part = _part(monde)
    enregistrer(
        par=monde.comptes["gestionnaire"],
        caisse=part.caisse,
        partenaire=part.partenaire,
        droit="acces",
        qualite="assure",
        recue_le=part.caisse.jour,
        contenu={
            "nom": "Larivandière",
            "prenom": "Élodie",
            "naissance": "1985-03-27",
            "courriel": "",
            "precisions": "",
        },
    )


def _publication(monde: Monde, rang: int) -> None:
    titre = f"Nouvelle {rang}"
    publier(
        par=monde.comptes["administrateur"],
        caisse=_part(monde).caisse,
        nature="flash",
        titre=titre,
        texte="Un mot.",
    )


def _formation(monde: Monde, rang: int) -> None:
    quand = horloge.maintenant() + dt.timedelta(days=20 + rang)
    programmer(
        par=monde.comptes["administrateur"],
        caisse=_part(monde).caisse,
        titre="Le portail",
        quand=quand,
        lieu="Metz",
        places=9,
    )


def _depot(monde: Monde, rang: int, code: str = "indu", *lignes: dict[str, str]) -> Depot:
    comptes = monde.comptes
    scene = echanges.Scene(_part(monde), comptes["technicien"], comptes["agent"], comptes["administrateur"])
    contenu = echanges.csv(code, *(lignes or [echanges.indu(dossier=f"E-{rang}")]))
    with echanges.antivirus_content():
        return echanges.deposer(scene, code, contenu)[0]


UN_DE_PLUS: dict[type[Model], Callable[[Monde, int], object]] = {
    Convention: _convention,
    CourrielSortant: _courriel,
    Demande: _demande,
    DemandeDroits: _droits,
    DemandeHabilitation: _habilitation,
    Depot: _depot,
    Formation: _formation,
    Gel: _gel,
    Partenaire: _partenaire,
    Participation: _partenaire,
    Publication: _publication,
    Revue: _revue,
    SignalementSecurite: _signalement,
    Violation: _violation,
}
# The rows of a file are not rows of the database: more of them are another file, of this flow, at an address of its own.
FICHIERS = {
    "inscriptions": ("eps-inscriptions", {"structure": "Le CCAS", "naissance": "{jour:02}/03/1955"}),
    "rapprochement": (
        "pch-actp",
        {
            "prenoms": "Elodie",
            "naissance": "28/03/1955",
            "prestation": "PCH",
            "debut": "01/01/2026",
            "montant_mensuel": "600,00",
        },
    ),
}


def agrandir(monde: Monde, ligne: Ligne, feuille: Page[Any], barreau: range) -> str:
    """Make the rows of a rung; return the address of the list that holds them."""
    if isinstance(feuille.paginator.object_list, QuerySet):
        for rang in barreau:
            UN_DE_PLUS[feuille.paginator.object_list.model](monde, rang)
        return adresse(monde, ligne)
    code, champs = FICHIERS[ligne.vue]
    champs = champs | {"commune": "Metz {jour}", "accord_le": f"{_part(monde).caisse.jour:%d/%m/%Y}"}
    depot = _depot(
        monde,
        0,
        code,
        *({nom: un.format(jour=jour) for nom, un in champs.items()} for jour in range(1, barreau.stop + 1)),
    )
    return reverse(ligne.vue, args=[depot.reference])


# --- The ladder


def lire(monde: Monde, colonne: str, ou: str) -> tuple[Page[Any] | None, int]:
    """Return the page of the list that the one of this column is shown, if it is one, and how many queries that took."""
    client = monde.entre(colonne)
    with CaptureQueriesContext(connection) as requetes:
        contexte = demander(client, "GET", ou).context or {}
    lues = (contexte.get(nom) for nom in ("feuille", "page"))
    return next((une for une in lues if isinstance(une, Page)), None), len(requetes)


def _ici(monde: Monde, ligne: Ligne) -> list[str]:
    return [
        une for une in monde.comptes if une in servis(ligne) and AILLEURS not in une and une != "collegue"
    ]


def fautes(monde: Monde, ligne: Ligne) -> Iterator[str]:
    """Tell who pays more for more rows. A rung on which nobody is shown more proves nothing: it is told too."""
    ou = adresse(monde, ligne)
    qui = _ici(monde, ligne)
    feuille, _ = lire(monde, qui[0], ou)
    if feuille is None:
        return
    montrees, payees, ou = {}, {}, agrandir(monde, ligne, feuille, PREMIER)
    for une in qui:
        # Twice: what a process reads once is read by then.
        for _ in range(2):
            lue, payees[une] = lire(monde, une, ou)
        montrees[une] = lue.paginator.count
    for barreau in BARREAUX:
        ou, avant = agrandir(monde, ligne, feuille, barreau), dict(montrees)
        for une in qui:
            lue, requetes = lire(monde, une, ou)
            montrees[une] = lue.paginator.count
            if requetes != payees[une]:
                yield f"{une} {ou} : {requetes} requêtes pour {montrees[une]} lignes, {payees[une]} avant"
        if not any(montrees[une] > avant[une] for une in qui):
            yield f"{ou} : rien de plus à montrer"


def _feuillete(ligne: Ligne) -> bool:
    """Whether the module of the view cuts lists into pages: there is no other way (`outils.corps`)."""
    vue = next(motif.callback for motif in motifs_du_resolveur() if motif.name == ligne.vue)
    modules = {vue.__module__, *(une.__module__ for une in getattr(vue, "page", object).__mro__)}
    return any(hasattr(sys.modules[un], "feuilleter") for un in modules)


PAGES = [
    ligne
    for ligne in TABLE
    if ligne.servis not in ("public", "porte") and "GET" in ligne.methodes.split() and _feuillete(ligne)
]


@pytest.mark.parametrize("ligne", PAGES, ids=str)
def test_une_liste_coute_autant_quel_que_soit_son_nombre_de_lignes(monde: Monde, ligne: Ligne):
    with essai():
        assert list(fautes(monde, ligne)) == []


def test_l_echelle_voit_sa_faute(monde: Monde, monkeypatch: pytest.MonkeyPatch):
    """A list that asks for the structure of each row is told, at each rung."""
    ligne = next(ligne for ligne in TABLE if ligne.vue == "partenaires")
    motif = next(motif for motif in motifs_du_resolveur() if motif.name == ligne.vue)
    texte = Template("{% for une in feuille %}{{ une.partenaire.nom }}{% endfor %}")

    def fautive(request: HttpRequest) -> HttpResponse:
        feuille = feuilleter(request, Convention.objects.visibles_par(request.user), 25)
        return HttpResponse(texte.render(RequestContext(request, {"feuille": feuille})))

    monkeypatch.setattr(motif, "callback", fautive)
    with essai():
        assert [" requêtes pour " in faute for faute in fautes(monde, ligne)] == [True, True]


# --- What hangs on one object, on every page of it


def _fil(monde: Monde, rang: int) -> None:
    """What both sides write and join; a piece for each of the first rungs only: a demande holds so many."""
    demande = un(monde, Demande, "deposee")
    ecrire(demande, texte=f"Un mot {rang}.", par=monde.comptes["technicien"])
    noter(demande, texte=f"Une note {rang}.", par=monde.comptes["agent"])
    if rang < 8:
        piece_saine(demande)


def _vie(monde: Monde, rang: int) -> None:
    par, convention = monde.comptes["administrateur"], _part(monde).convention
    caisse, jour = _part(monde).caisse, _part(monde).caisse.jour
    ajouter_referent(
        convention,
        par=par,
        partie="caisse",
        caisse=caisse,
        theme="Droits",
        nom=f"Alix {rang}",
        fonction="Accueil",
    )
    enregistrer_suivi(convention, par=par, nature="comite", jour=jour, texte=f"Comité {rang}")
    enregistrer_sous_traitance(
        convention, par=par, prestataire=f"Atelier {rang}", objet="Saisie", agreee_le=jour
    )
    annoncer(
        convention, par=monde.comptes["gestionnaire"], caisse=caisse, nature="regle", texte=f"Délai {rang}."
    )
    rediger_avenant(
        convention, par=par, objet=f"Délai {rang}", valeurs={"delai_habilitation_jours": 6 + rang}
    )
    examine = Examine(nom=f"signée-{rang}.pdf", genre="pdf", contenu=b"%PDF-1.7")
    joindre_preuves(convention, par=par, nature="convention", examines=[examine])


def _mesure(monde: Monde, rang: int) -> None:
    noter_mesure(un(monde, Violation, "violation"), par=monde.comptes["dpo"], texte=f"Mesure {rang}.")


def _compte(monde: Monde, rang: int) -> None:
    part = _part(monde)
    compte = distribution.creer_compte_actif(
        f"tech{rang}.metz", Profil.TECHNICIEN, partenaire=part.partenaire
    )
    exclure(compte, caisse=part.caisse, par=monde.comptes["administrateur"], raison="Usage étranger.")


# Name of the object in the world -> what adds to it.
ENFANTS = {"deposee": _fil, "convention": _vie, "violation": _mesure, "structure": _compte}


def lues(monde: Monde, objet: str) -> dict[str, int]:
    """Return how many queries each page of an object takes, for each one who is served: the second time that it is read."""
    pages = {}
    for ligne in TABLE:
        if ligne.objet.split()[0] == objet and "GET" in ligne.methodes.split():
            ou = adresse(monde, ligne)
            for une in _ici(monde, ligne):
                pages[f"{une} {ou}"] = [lire(monde, une, ou)[1] for _ in range(2)][1]
    return pages


@pytest.mark.parametrize("objet", ENFANTS)
def test_une_page_coute_autant_quoi_qu_il_pende_a_son_objet(monde: Monde, objet: str):
    with essai():
        ENFANTS[objet](monde, 0)
        une = lues(monde, objet)
        for barreau in BARREAUX:
            for rang in barreau:
                ENFANTS[objet](monde, rang)
            assert lues(monde, objet) == une
