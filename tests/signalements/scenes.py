"""Where a demande may stand, each state reached by the acts that lead to it in life."""

import datetime as dt
import uuid
from collections.abc import Callable

from accounts.models.compte import Compte
from caisses.models import Motif
from conventions.models.conventions import Participation
from signalements.actions import instruction, rendez_vous, retraits
from signalements.actions.ecritures import deplacer_terme
from signalements.appel import actions as appel
from signalements.bureau import avis
from signalements.depot import actions as depot
from signalements.documents.actions import ouvrir
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from signalements.workflow import Statut
from socle import horloge
from tests import distribution
from tests.fichiers.conftest import attacher, piece_saine
from tests.fichiers.echantillons import jpeg
from tests.signalements.fabrique import commencer, demande_en, deposer


def _brouillon(un: Compte, _: Compte) -> Demande:
    demande = commencer(un)
    for nom in ("a.jpg", "b.jpg"):
        attacher(demande, jpeg((600, 800), "#ffffff"), nom)
    return demande


def _deposee(un: Compte, agent: Compte) -> Demande:
    demande = deposer(un)
    instruction.ecrire(demande, texte="Un mot.", par=un)
    piece_saine(demande)
    return demande


def _en_cours(un: Compte, agent: Compte) -> Demande:
    demande = demande_en(Statut.EN_COURS, un, agent)
    deplacer_terme(demande, demande.caisse.jour + dt.timedelta(days=5))
    instruction.ecrire(demande, texte="Un mot.", par=agent)
    return demande


def _envois(un: Compte, agent: Compte) -> Demande:
    """What was sent by mistake on both sides, read; the first of each was asked to be destroyed."""
    demande = demande_en(Statut.EN_COURS, un, agent)
    for auteur in (un, agent):
        for _ in range(2):
            instruction.ecrire(demande, texte="Un mot.", par=auteur)
    pieces = [piece_saine(demande) for _ in range(4)]
    Piece.objects.filter(pk__in=[piece.pk for piece in pieces[2:]]).update(cote="caisse", ajoute_par=agent)
    for piece in pieces:
        piece.refresh_from_db()
        ouvrir(piece, par=un if piece.sortante else agent)
    for lecteur in (un, agent):
        instruction.journaliser_lecture(demande, par=lecteur)
    messages = list(demande.messages.order_by("pk"))
    for objet, auteur in ((messages[0], un), (messages[2], agent), (pieces[0], un), (pieces[2], agent)):
        retraits.demander_destruction(objet, par=auteur)
    return demande


def _creneau(un: Compte, agent: Compte) -> Demande:
    demande = demande_en(Statut.EN_COURS, un, agent)
    rendez_vous.proposer_creneaux(
        demande,
        creneaux=[horloge.maintenant() + dt.timedelta(days=3)],
        duree=30,
        lieu="telephone",
        precisions="La caisse appelle.",
        par=agent,
    )
    return demande


def _rendez_vous(un: Compte, agent: Compte) -> Demande:
    demande = _creneau(un, agent)
    rendez_vous.accepter_creneau(demande, creneau=demande.rendez_vous.get(), par=un)
    collegue = Compte.objects.filter(profil="agent", caisses=demande.caisse).latest("pk")
    avis.demander_avis(demande, a_qui=demande.pole, texte="Faut-il un interprète ?", par=collegue)
    return demande


def _rendez_vous_passe(un: Compte, agent: Compte) -> Demande:
    demande = _creneau(un, agent)
    rendez_vous.accepter_creneau(demande, creneau=demande.rendez_vous.get(), par=un)
    # Its hour is over.
    demande.rendez_vous.update(debut=horloge.maintenant() - dt.timedelta(hours=1))
    return demande


def _lue(un: Compte, agent: Compte) -> Demande:
    demande = demande_en(Statut.TRAITEE, un, agent)
    instruction.journaliser_lecture(demande, par=un)
    return demande


def _sans_suivi(un: Compte, agent: Compte) -> Demande:
    part = Participation.objects.get(partenaire=un.partenaire, caisse__code="moselle")
    demande = appel.preparer(part, Motif.objects.get(pk="saisine-mas"))
    dit = {"origine": "telephone", "qui": "Morel", "fonction": "Accueil", "identification": "rappel"}
    return appel.saisir(
        demande,
        contenu=commencer(un).contenu,
        appel=dit | {"attestations": ["information", "accord"]},
        urgente=False,
        jeton=uuid.uuid4(),
        par=agent,
    )


def _document(un: Compte, agent: Compte) -> Demande:
    demande = commencer(un, "attestation-droits", livraison="portail", qualite="tutelle", mandat_fin=None)
    depot.deposer(demande, attestations=["information", "accord"], par=un)
    instruction.prendre_en_charge(demande, par=agent)
    document = piece_saine(demande)
    Piece.objects.filter(pk=document.pk).update(cote="caisse", ajoute_par=agent)
    return demande


ETATS: dict[str, Callable[[Compte, Compte], Demande]] = {
    "brouillon": _brouillon,
    "deposee": _deposee,
    "en_cours": _en_cours,
    "envois": _envois,
    "creneau": _creneau,
    "rendez_vous": _rendez_vous,
    "rendez_vous_passe": _rendez_vous_passe,
    "lue": _lue,
    "sans_suivi": _sans_suivi,
    "document": _document,
} | {
    statut.value: lambda un, agent, statut=statut: demande_en(statut, un, agent)
    for statut in (
        *(Statut.EN_ATTENTE, Statut.TRAITEE),
        *(Statut.CLOTUREE, Statut.IRRECEVABLE, Statut.ANNULEE),
    )
}


def installer() -> None:
    """A structure with two caisses."""
    caisse = distribution.creer_caisse("moselle", "CPAM de Moselle", "57")
    voisine = distribution.creer_caisse("vosges", "CPAM des Vosges", "88")
    partenaire = distribution.creer_partenaire("21570463000017", "Metz", 400)
    for une in (caisse, voisine):
        distribution.creer_convention(partenaire, une, quota_techniciens=[[0, 999]])
    Participation.objects.update(documents_par_portail=True, documents_raison="Tutelle")


# --- What its pages offer
