"""Rendez-vous (D-13): slots proposed by the caisse, chosen by the structure, held or missed."""

import datetime as dt
import uuid

from django.db import transaction

from signalements import notifications
from signalements.actions.ecritures import (
    ajouter_message,
    ecarter_les_proposes,
    prendre_si_libre,
    promesse_au_retour,
)
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.models.rendez_vous import RendezVous, RendezVousQuerySet
from signalements.workflow import TransitionImpossible
from socle import horloge
from socle.acteurs import Acteur


@transaction.atomic
def proposer_creneaux(
    demande: Demande, *, creneaux: list[dt.datetime], duree: int, lieu: str, precisions: str, par: Acteur
) -> None:
    """Propose one to three slots (aware instants, `duree` in minutes); the delay is suspended meanwhile."""
    prendre_si_libre(demande, par=par)
    maintenant = horloge.maintenant()
    demande.transiter("proposer_creneaux", par=par, le=maintenant, en_attente_le=maintenant, relances=0)
    for debut in sorted(set(creneaux)):
        sceau = uuid.uuid4()
        demande.rendez_vous.create(
            sceau=sceau,
            debut=debut,
            duree_minutes=duree,
            precisions_scellees=demande.sceller(
                {"lieu": lieu, "precisions": precisions}, f"rendez-vous:{sceau}"
            ),
            propose_le=maintenant,
            propose_par=par.compte,
        )
    notifications.rendez_vous_propose(demande)


@transaction.atomic
def accepter_creneau(demande: Demande, *, creneau: RendezVous, par: Acteur) -> None:
    """Choose one of the slots; the others fall, the one agreed before too. Raise TransitionImpossible for one no longer
    proposed, or past.
    """
    maintenant = horloge.maintenant()
    demande.transiter("accepter_creneau", par=par, le=maintenant, promise_le=promesse_au_retour(demande))
    decide = {"decide_le": maintenant, "decide_par": par}
    demande.rendez_vous.a_venir_ou_tenus().update(statut=RendezVous.Statut.REMPLACE, **decide)
    retenu = demande.rendez_vous.choisissables().filter(pk=creneau.pk)
    if not retenu.update(statut=RendezVous.Statut.ACCEPTE, **decide):
        raise TransitionImpossible("accepter_creneau", demande.statut)
    ecarter_les_proposes(demande, par=par)
    notifications.rendez_vous_accepte(demande, par=par)


@transaction.atomic
def refuser_creneaux(demande: Demande, *, texte: str, par: Acteur) -> None:
    """Ask for other slots, saying when the person is free."""
    demande.transiter(
        "refuser_creneaux", par=par, le=horloge.maintenant(), promise_le=promesse_au_retour(demande)
    )
    ecarter_les_proposes(demande, par=par)
    ajouter_message(demande, Message.Nature.COMPLEMENT, texte, par)
    notifications.complement_apporte(demande)


@transaction.atomic
def annuler_rendez_vous(demande: Demande, *, texte: str, par: Acteur) -> None:
    """Cancel the slot that was agreed, from either side, with a word to the other one."""
    accepte = demande.rendez_vous.a_venir_ou_tenus().filter(debut__gt=horloge.maintenant())
    _conclure(demande, accepte, RendezVous.Statut.ANNULE, par, "annuler_rendez_vous")
    ajouter_message(demande, Message.Nature.MESSAGE, texte, par)
    notifications.rendez_vous_annule(demande, par=par)


def renoncer_au_rendez_vous(demande: Demande, *, par: Acteur) -> None:
    """Cancel the slot that was agreed, when it has not come and nobody will; the caller holds the transaction."""
    accepte = demande.rendez_vous.a_venir_ou_tenus().filter(debut__gt=horloge.maintenant())
    if accepte.exists():
        _conclure(demande, accepte, RendezVous.Statut.ANNULE, par, "annuler_rendez_vous")
        notifications.rendez_vous_annule(demande, par=par)


@transaction.atomic
def noter_venue(demande: Demande, *, venue: str, par: Acteur) -> None:
    """Say whether the person came (`honore`) or not (`manque`), once the hour has come."""
    _conclure(demande, demande.rendez_vous.commences(), RendezVous.Statut(venue), par, "noter_venue")


def _conclure(demande: Demande, accepte: RendezVousQuerySet, statut: str, par: Acteur, verbe: str) -> None:
    maintenant = horloge.maintenant()
    if not accepte.update(statut=statut, decide_le=maintenant, decide_par=par):
        raise TransitionImpossible(verbe, demande.statut)
    demande.raconter(verbe, par=par, precision=RendezVous.Statut(statut).label)
