"""The life of a demande between the structure and the caisse: one function per act."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from conformite.journal import consigner
from signalements import chiffres, notifications
from signalements.actions.ecritures import (
    ajouter_message,
    clore_le_tour,
    deplacer_terme,
    laisser_lire,
    prendre_si_libre,
    promesse,
    promesse_au_retour,
)
from signalements.actions.rendez_vous import renoncer_au_rendez_vous
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.regles import JOURS_PROLONGATION
from signalements.suites import Accompagnement, Irrecevable, Issue
from signalements.workflow import OUVERTS, Statut, TransitionImpossible
from socle import horloge
from socle.acteurs import MACHINE, Acteur
from socle.certain import certain


@transaction.atomic
def prendre_en_charge(demande: Demande, *, par: Acteur) -> None:
    """Take a demande that waits. Raise TransitionImpossible when a colleague was faster."""
    demande.transiter("prendre_en_charge", par=par, le=horloge.maintenant(), agent=par)


@transaction.atomic
def demander_complement(demande: Demande, *, texte: str, par: Acteur) -> None:
    """Ask the structure for something; the promised date is suspended meanwhile (D-10)."""
    prendre_si_libre(demande, par=par)
    maintenant = horloge.maintenant()
    demande.transiter("demander_complement", par=par, le=maintenant, en_attente_le=maintenant, relances=0)
    ajouter_message(demande, Message.Nature.COMPLEMENT_DEMANDE, texte, par)
    notifications.complement_demande(demande)


@transaction.atomic
def completer(demande: Demande, *, par: Acteur, texte: str = "", precision: str = "") -> None:
    """D-25: bring what was asked, a message or pieces; the promised date moves by the working days that were waited."""
    promise_le = promesse_au_retour(demande)
    demande.transiter(
        "completer", par=par, le=horloge.maintenant(), precision=precision, promise_le=promise_le
    )
    if texte:
        ajouter_message(demande, Message.Nature.COMPLEMENT, texte, par)
    notifications.complement_apporte(demande)


@transaction.atomic
def repondre(
    demande: Demande, *, texte: str, issue: Issue, par: Acteur, aussi: Sequence[Demande] = ()
) -> None:
    """Give the caisse's answer with its coded outcome (D-20); `aussi`: the others that it answers too (D-29)."""
    ensemble, commune = [demande, *aussi], uuid.uuid4() if aussi else None
    for une in ensemble:
        prendre_si_libre(une, par=par)
    # Taken first, then answered: the history is in the order of its hours.
    maintenant = horloge.maintenant()
    for une in ensemble:
        champs = clore_le_tour(une, par=par) | {"traitee_le": maintenant, "lue_le": None, "issue": issue}
        champs |= {"traitee_par": par.compte, "reponse_commune": commune}
        avec = ", ".join(autre.reference for autre in ensemble if autre is not une)
        une.transiter("repondre", par=par, le=maintenant, precision=f"avec {avec}" if avec else "", **champs)
        ajouter_message(une, Message.Nature.REPONSE, texte, par)
        notifications.reponse_donnee(une)


@transaction.atomic
def relancer(demande: Demande, *, texte: str, par: Acteur) -> None:
    """« Il reste une question »: back to the agent, with a fresh promised date (D-20)."""
    demande.transiter("relancer", par=par, le=horloge.maintenant(), promise_le=promesse(demande))
    ajouter_message(demande, Message.Nature.QUESTION, texte, par)
    notifications.complement_apporte(demande)


@transaction.atomic
def cloturer(demande: Demande, *, avis: str = "", par: Acteur) -> None:
    """Close an answered demande: the structure is satisfied, the caisse after it was read, or the job (D-20).

    `avis`: how the structure was helped, counted; sealed with the rest, so that a reopening takes it back.
    """
    champs = clore_le_tour(demande, par=par)
    if avis:
        demande.poser_contenu(demande.contenu | {"avis": avis})
        champs["contenu_scelle"] = demande.contenu_scelle
    demande.transiter("cloturer", par=par, le=horloge.maintenant(), **champs)
    if avis:
        chiffres.compter_l_avis(demande, avis, 1)
    laisser_lire(demande)
    if par.pk != demande.technicien_id:
        notifications.demande_close(demande)


@transaction.atomic
def cloturer_ensemble(demande: Demande, *, avis: str = "", par: Acteur) -> None:
    """Close it with those that were given the same answer (D-29): the page has taken them, by primary key."""
    autres = list(Demande.objects.repondues_avec(demande).order_by("pk"))
    cloturer(demande, avis=avis, par=par)
    for une in autres:
        cloturer(une, par=par)


@transaction.atomic
def clore_sans_reponse(demande: Demande) -> None:
    """The structure never answered: closed by the job with its own outcome (D-20)."""
    champs = clore_le_tour(demande, par=MACHINE) | {"issue": Issue.SANS_REPONSE}
    demande.transiter("clore_sans_reponse", par=MACHINE, le=horloge.maintenant(), **champs)
    laisser_lire(demande)
    notifications.demande_close(demande)


@transaction.atomic
def annuler(demande: Demande, *, texte: str, par: Acteur) -> None:
    """Withdraw a demande that the structure no longer needs."""
    renoncer_au_rendez_vous(demande, par=par)
    demande.transiter("annuler", par=par, le=horloge.maintenant(), **clore_le_tour(demande, par=par))
    laisser_lire(demande)
    if texte:
        ajouter_message(demande, Message.Nature.RAISON, texte, par)


@transaction.atomic
def declarer_irrecevable(demande: Demande, *, raison: Irrecevable, texte: str, par: Acteur) -> None:
    """Say, with a coded reason and a sentence, that the caisse cannot treat the demande (D-21)."""
    renoncer_au_rendez_vous(demande, par=par)
    champs = clore_le_tour(demande, par=par) | {"irrecevable": raison}
    demande.transiter("declarer_irrecevable", par=par, le=horloge.maintenant(), **champs)
    laisser_lire(demande)
    ajouter_message(demande, Message.Nature.RAISON, texte, par)
    notifications.demande_irrecevable(demande)


@transaction.atomic
def rouvrir(demande: Demande, *, texte: str, par: Acteur) -> None:
    """Reopen a finished demande, with the reason shown to the structure (superviseur)."""
    champs: dict[str, Any] = {} if demande.agent_id else {"agent": par.compte}
    contenu = demande.contenu
    if avis := contenu.pop("avis", ""):
        chiffres.compter_l_avis(demande, avis, -1)
        demande.poser_contenu(contenu)
        champs["contenu_scelle"] = demande.contenu_scelle
    demande.transiter("rouvrir", par=par, le=horloge.maintenant(), **champs)
    ajouter_message(demande, Message.Nature.MESSAGE, texte, par)
    notifications.message_de_la_caisse(demande)


@transaction.atomic
def ecrire(demande: Demande, *, texte: str, par: Acteur) -> None:
    """Add a line to the thread, which changes no state. Raise TransitionImpossible when it is over."""
    _verifier_ouverte(demande)
    ajouter_message(demande, Message.Nature.MESSAGE, texte, par)
    if par.cote_caisse:
        notifications.message_de_la_caisse(demande)
    else:
        notifications.complement_apporte(demande)


@transaction.atomic
def noter(demande: Demande, *, texte: str, par: Acteur, pour_moi: bool = False) -> None:
    """Leave an internal note of one's side, never shown to the other; `pour_moi`: nor to a colleague."""
    nature = Message.Nature.NOTE if par.cote_caisse else Message.Nature.NOTE_STRUCTURE
    nature = Message.Nature.NOTE_PERSONNELLE if pour_moi else nature
    ajouter_message(demande, nature, texte, par)


def _verifier_ouverte(demande: Demande, verbe: str = "ecrire") -> None:
    statut = Demande.objects.select_for_update().values_list("statut", flat=True).get(pk=demande.pk)
    if statut not in OUVERTS:
        raise TransitionImpossible(verbe, statut)


@transaction.atomic
def noter_etape(demande: Demande, *, etape: Accompagnement, par: Acteur) -> None:
    """Note a step of a Mission accompagnement santé, once; the structure sees it with its date."""
    _verifier_ouverte(demande, "noter_etape")
    libelle = Accompagnement(etape).label
    if libelle in [une.dit for une in demande.evenements.filter(verbe="noter_etape")]:
        raise TransitionImpossible("noter_etape", demande.statut)
    demande.raconter("noter_etape", par=par, precision=libelle)
    notifications.message_de_la_caisse(demande)


@transaction.atomic
def prolonger(demande: Demande, *, texte: str, par: Acteur) -> None:
    """Keep a demande still open near its term 15 more days (D-15): a superviseur's decision, with its reason.

    Raise TransitionImpossible when it is over, or when its term moved meanwhile.
    """
    verrouillee = Demande.objects.select_for_update().get(pk=demande.pk)
    if verrouillee.statut not in OUVERTS or verrouillee.terme_le != demande.terme_le:
        raise TransitionImpossible("prolonger", verrouillee.statut)
    deplacer_terme(demande, demande.terme_le + dt.timedelta(days=JOURS_PROLONGATION))
    Demande.objects.filter(pk=demande.pk).update(prolongations=F("prolongations") + 1)
    ajouter_message(demande, Message.Nature.NOTE, texte, par)
    demande.raconter("prolonger", par=par, precision=f"jusqu’au {demande.terme_le:%d/%m/%Y}")


@transaction.atomic
def requalifier(demande: Demande, *, texte: str, par: Acteur) -> None:
    """D-22: say that a demande is urgent, or is not, with a reason that the structure reads.

    Urgent, its promised date comes nearer; no longer urgent, it keeps the one that was given.
    """
    verrouillee = Demande.objects.select_for_update().get(pk=demande.pk)
    if verrouillee.statut not in OUVERTS or verrouillee.urgente != demande.urgente:
        raise TransitionImpossible("requalifier", verrouillee.statut)
    demande.urgente = not demande.urgente
    if demande.urgente:
        demande.promise_le = min(certain(demande.promise_le), promesse(demande))
    demande.save(update_fields=["urgente", "promise_le"])
    ajouter_message(demande, Message.Nature.RAISON, texte, par)
    demande.raconter("requalifier", par=par, precision="urgente" if demande.urgente else "non urgente")
    notifications.message_de_la_caisse(demande)


@transaction.atomic
def journaliser_lecture(demande: Demande, *, par: Acteur) -> None:
    """Log the reading of a demande and set its read marks (R-04): the only writes of a page that is read."""
    maintenant = horloge.maintenant()
    consigner(
        Acte.DEMANDE_LIRE,
        par=par,
        objet=demande,
    )
    cote = Message.Cote.CAISSE if par.cote_caisse else Message.Cote.PARTENAIRE
    # Those that the page shows, no other; most often there are none.
    non_lus = [
        message.pk
        for message in demande.messages.all()
        if message.lu_le is None and message.cote != cote and not message.est_note
    ]
    if non_lus:
        Message.objects.filter(pk__in=non_lus, lu_le=None).update(lu_le=maintenant, lu_par=par)
    if par.cote_partenaire and demande.statut == Statut.TRAITEE and demande.lue_le is None:
        jointes = Demande.objects.repondues_avec(demande)
        Message.objects.filter(demande__in=jointes, nature=Message.Nature.REPONSE, lu_le=None).update(
            lu_le=maintenant, lu_par=par
        )
        Demande.objects.filter(Q(pk=demande.pk) | Q(pk__in=jointes), lue_le=None).update(lue_le=maintenant)
