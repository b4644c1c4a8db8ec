"""What people do with a demande: one function per act, atomic, with its history, its journal and its mails."""

import datetime as dt
import uuid
from typing import Any

from django.db import IntegrityError, transaction

from conformite import index
from conformite.journal import consigner
from conformite.jours import terme
from conventions.models import Motif, Participation, ReglageMotif
from espace_partenaires import horloge
from signalements import notifications
from signalements.models import Demande, Message
from signalements.regles import JOURS_BROUILLON, JOURS_PROLONGATION, nouvelle_reference
from signalements.suites import Irrecevable, Issue
from signalements.workflow import OUVERTS, Statut, TransitionImpossible


@transaction.atomic
def commencer(*, participation: Participation, motif: Motif, jeton: uuid.UUID, par: Any) -> Demande:
    """Open a sealed draft for `motif` with one caisse; the same `jeton` twice gives the same draft."""
    deja = Demande.objects.filter(jeton=jeton, technicien=par).first()
    if deja:
        return deja
    maintenant = horloge.maintenant()
    demande = Demande(
        reference=nouvelle_reference(participation.caisse.jour),
        jeton=jeton,
        partenaire_id=participation.partenaire_id,
        caisse=participation.caisse,
        participation=participation,
        motif=motif,
        pole=ReglageMotif.objects.pole(participation.caisse, motif),
        technicien=par,
        urgente=motif.urgent,
        creee_le=maintenant,
        modifiee_le=maintenant,
    )
    demande.fixer_terme(participation.caisse.jour + dt.timedelta(days=JOURS_BROUILLON))
    demande.poser_contenu({})
    try:
        with transaction.atomic():
            demande.save(force_insert=True)
    except IntegrityError:
        # The twin of a double click was faster.
        return Demande.objects.get(jeton=jeton, technicien=par)
    return demande


@transaction.atomic
def enregistrer_brouillon(demande: Demande, *, contenu: dict[str, Any], urgente: bool, par: Any) -> None:
    """Keep what was typed so far, sealed, for 30 more days (D-15). Raise TransitionImpossible once sent."""
    verrouille = Demande.objects.select_for_update().get(pk=demande.pk)
    if verrouille.statut != Statut.BROUILLON:
        raise TransitionImpossible("enregistrer", verrouille.statut)
    demande.urgente = urgente or demande.motif.urgent
    demande.modifiee_le = horloge.maintenant()
    demande.fixer_terme(demande.caisse.jour + dt.timedelta(days=JOURS_BROUILLON))
    demande.poser_contenu(contenu)
    demande.save(update_fields=["urgente", "modifiee_le", "cle_enveloppee", "terme_le", "contenu_scelle"])


@transaction.atomic
def supprimer_brouillon(demande: Demande, *, par: Any) -> None:
    """Throw a draft away. Raise TransitionImpossible once sent."""
    verrouille = Demande.objects.select_for_update().get(pk=demande.pk)
    if verrouille.statut != Statut.BROUILLON:
        raise TransitionImpossible("supprimer", verrouille.statut)
    consigner("demande.supprimer_brouillon", par=par, objet=demande, reference=demande.reference)
    demande.delete()


@transaction.atomic
def deposer(demande: Demande, *, attestations: list[str], par: Any) -> None:
    """Send a draft to the caisse (D-05, D-07): its term is frozen with the convention's parameter (T-06).

    `attestations` are the codes of what the technicien attested. Raise TransitionImpossible when it was sent already.
    """
    maintenant = horloge.maintenant()
    mois = demande.participation.convention.conservation_mois
    contenu = demande.contenu | {"attestations": attestations, "atteste_le": maintenant.isoformat()}
    demande.fixer_terme(terme(maintenant, mois, demande.caisse.fuseau))
    demande.poser_contenu(contenu)
    demande.transiter(
        "deposer",
        par=par,
        le=maintenant,
        technicien=par,
        deposee_le=maintenant,
        modifiee_le=maintenant,
        promise_le=_promesse(demande),
        cle_enveloppee=demande.cle_enveloppee,
        terme_le=demande.terme_le,
        contenu_scelle=demande.contenu_scelle,
        jetons=_jetons(demande, contenu),
    )
    notifications.demande_deposee(demande)


def _promesse(demande: Demande) -> dt.date:
    """The target delay of the motif, in working days of the caisse, from today (D-08, T-04)."""
    delai = ReglageMotif.objects.delai_cible(demande.caisse, demande.motif, urgent=demande.urgente)
    return demande.caisse.jour_ouvre_apres(demande.caisse.jour, delai)


def _jetons(demande: Demande, contenu: dict[str, Any]) -> list[int]:
    assure = contenu.get("assure")
    if not assure:
        return []
    return index.jetons_personne(
        assure["nom"], assure["prenom"], dt.date.fromisoformat(assure["naissance"]), demande.terme_le
    )


@transaction.atomic
def prendre_en_charge(demande: Demande, *, par: Any) -> None:
    """Take a demande that waits. Raise TransitionImpossible when a colleague was faster."""
    demande.transiter("prendre_en_charge", par=par, le=horloge.maintenant(), agent=par)


@transaction.atomic
def demander_complement(demande: Demande, *, texte: str, par: Any) -> None:
    """Ask the structure for something; the promised date is suspended meanwhile (D-10)."""
    maintenant = horloge.maintenant()
    demande.transiter("demander_complement", par=par, le=maintenant, en_attente_le=maintenant, relances=0)
    _ecrire(demande, Message.Nature.COMPLEMENT_DEMANDE, texte, par)
    notifications.complement_demande(demande)


@transaction.atomic
def completer(demande: Demande, *, texte: str, par: Any) -> None:
    """Bring what was asked; the promised date moves by the working days that were waited."""
    demande.transiter("completer", par=par, le=horloge.maintenant(), promise_le=_promesse_reprise(demande))
    _ecrire(demande, Message.Nature.COMPLEMENT, texte, par)
    notifications.complement_apporte(demande)


def _promesse_reprise(demande: Demande) -> dt.date:
    """The promised date, later by the working days spent waiting for the structure."""
    if demande.en_attente_le is None or demande.promise_le is None:
        raise TransitionImpossible("completer", demande.statut)
    caisse = demande.caisse
    attendus = caisse.jours_ouvres_entre(horloge.jour(caisse.fuseau, demande.en_attente_le), caisse.jour)
    return caisse.jour_ouvre_apres(demande.promise_le, attendus)


@transaction.atomic
def repondre(demande: Demande, *, texte: str, issue: Issue, par: Any) -> None:
    """Give the caisse's answer with its coded outcome (D-20)."""
    maintenant = horloge.maintenant()
    demande.transiter("repondre", par=par, le=maintenant, traitee_le=maintenant, lue_le=None, issue=issue)
    _ecrire(demande, Message.Nature.REPONSE, texte, par)
    notifications.reponse_donnee(demande)


@transaction.atomic
def relancer(demande: Demande, *, texte: str, par: Any) -> None:
    """« Il reste une question »: back to the agent, with a fresh promised date (D-20)."""
    demande.transiter("relancer", par=par, le=horloge.maintenant(), promise_le=_promesse(demande))
    _ecrire(demande, Message.Nature.QUESTION, texte, par)
    notifications.complement_apporte(demande)


@transaction.atomic
def cloturer(demande: Demande, *, par: Any) -> None:
    """Close an answered demande: the structure is satisfied, the caisse after it was read, or the job (D-20)."""
    demande.transiter("cloturer", par=par, le=horloge.maintenant())
    _laisser_lire(demande)
    if par is None or par.pk != demande.technicien_id:
        notifications.demande_close(demande)


@transaction.atomic
def clore_sans_reponse(demande: Demande) -> None:
    """The structure never answered: closed by the job with its own outcome (D-20)."""
    demande.transiter("clore_sans_reponse", par=None, le=horloge.maintenant(), issue=Issue.SANS_REPONSE)
    _laisser_lire(demande)
    notifications.demande_close(demande)


def deplacer_terme(demande: Demande, jour: dt.date) -> None:
    """Move the last readable day: re-wrap the key, recompute the search tokens, re-arm the notices."""
    demande.fixer_terme(jour)
    demande.jetons = _jetons(demande, demande.contenu)
    demande.notice_jours = None
    demande.save(update_fields=["cle_enveloppee", "terme_le", "jetons", "notice_jours"])


def _laisser_lire(demande: Demande) -> None:
    """A demande that was prolonged goes 15 days after its end, so that the answer can be read (D-15)."""
    if demande.prolongations:
        deplacer_terme(demande, demande.caisse.jour + dt.timedelta(days=JOURS_PROLONGATION))


@transaction.atomic
def annuler(demande: Demande, *, texte: str, par: Any) -> None:
    """Withdraw a demande that the structure no longer needs."""
    demande.transiter("annuler", par=par, le=horloge.maintenant())
    _laisser_lire(demande)
    if texte:
        _ecrire(demande, Message.Nature.RAISON, texte, par)


@transaction.atomic
def declarer_irrecevable(demande: Demande, *, raison: Irrecevable, texte: str, par: Any) -> None:
    """Say, with a coded reason and a sentence, that the caisse cannot treat the demande (D-21)."""
    demande.transiter("declarer_irrecevable", par=par, le=horloge.maintenant(), irrecevable=raison)
    _laisser_lire(demande)
    _ecrire(demande, Message.Nature.RAISON, texte, par)
    notifications.demande_irrecevable(demande)


@transaction.atomic
def rouvrir(demande: Demande, *, texte: str, par: Any) -> None:
    """Reopen a finished demande, with the reason shown to the structure (superviseur)."""
    champs = {} if demande.agent_id else {"agent": par}
    demande.transiter("rouvrir", par=par, le=horloge.maintenant(), **champs)
    _ecrire(demande, Message.Nature.MESSAGE, texte, par)
    notifications.message_de_la_caisse(demande)


@transaction.atomic
def ecrire(demande: Demande, *, texte: str, par: Any) -> None:
    """Add a line to the thread, which changes no state. Raise TransitionImpossible when it is over."""
    _verifier_ouverte(demande)
    _ecrire(demande, Message.Nature.MESSAGE, texte, par)
    if par.cote_caisse:
        notifications.message_de_la_caisse(demande)
    else:
        notifications.complement_apporte(demande)


@transaction.atomic
def noter(demande: Demande, *, texte: str, par: Any) -> None:
    """Leave an internal note of the caisse, never shown to the partner."""
    _ecrire(demande, Message.Nature.NOTE, texte, par)


def _verifier_ouverte(demande: Demande) -> None:
    statut = Demande.objects.select_for_update().values_list("statut", flat=True).get(pk=demande.pk)
    if statut not in OUVERTS:
        raise TransitionImpossible("ecrire", statut)


def _ecrire(demande: Demande, nature: str, texte: str, par: Any) -> Message:
    sceau = uuid.uuid4()
    message = demande.messages.create(
        sceau=sceau,
        auteur=par,
        cote=Message.Cote.CAISSE if par.cote_caisse else Message.Cote.PARTENAIRE,
        nature=nature,
        texte_scelle=demande.sceller(texte, f"message:{sceau}"),
        ecrit_le=horloge.maintenant(),
    )
    consigner(
        "demande.ecrire",
        par=par,
        objet=message,
        reference=demande.reference,
        caisse=demande.caisse_id,
        partenaire=demande.partenaire_id,
        nature=str(nature),
    )
    return message


@transaction.atomic
def journaliser_lecture(demande: Demande, *, par: Any) -> None:
    """Log the reading of a demande and set its read marks (R-04): the only writes of a page that is read."""
    maintenant = horloge.maintenant()
    consigner(
        "demande.lire",
        par=par,
        objet=demande,
        reference=demande.reference,
        caisse=demande.caisse_id,
        partenaire=demande.partenaire_id,
    )
    cote = Message.Cote.CAISSE if par.cote_caisse else Message.Cote.PARTENAIRE
    demande.messages.filter(lu_le=None).exclude(cote=cote).exclude(nature=Message.Nature.NOTE).update(
        lu_le=maintenant, lu_par=par
    )
    if par.cote_partenaire and demande.statut == Statut.TRAITEE and demande.lue_le is None:
        Demande.objects.filter(pk=demande.pk, lue_le=None).update(lue_le=maintenant)
