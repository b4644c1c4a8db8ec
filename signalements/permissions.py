"""Who may do what with a demande that he sees. The verbs of the workflow answer from its table."""

import datetime as dt
from typing import Any

from signalements.models.absences import Absence, remplaces_par
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from signalements.regles import PREAVIS_JOURS
from signalements.workflow import OUVERTS, Statut, est_permise
from socle.profils import PROFILS_TRAITANTS, Profil

# What is not a transition: act -> profiles.
ROLES: dict[str, frozenset[str]] = {
    "nouvelle": frozenset({Profil.TECHNICIEN}),
    "historique": frozenset({Profil.TECHNICIEN}),
    "modifier_brouillon": frozenset({Profil.TECHNICIEN}),
    "ecrire": frozenset({Profil.TECHNICIEN}) | PROFILS_TRAITANTS,
    "joindre": frozenset({Profil.TECHNICIEN}),
    "noter": PROFILS_TRAITANTS,
    "orienter": PROFILS_TRAITANTS,
    "tri": PROFILS_TRAITANTS,
    "voir_modeles": PROFILS_TRAITANTS | {Profil.ADMINISTRATEUR},
    "modifier_modeles": frozenset({Profil.SUPERVISEUR, Profil.ADMINISTRATEUR}),
    "equipe": frozenset({Profil.SUPERVISEUR}),
    "prolonger": frozenset({Profil.SUPERVISEUR}),
}

CHOIX_DE_CRENEAU = frozenset({"accepter_creneau", "refuser_creneaux"})


def en_charge(compte: Any, demande: Demande) -> bool:
    """Whether the demande is the account's own, or that of a colleague whom he replaces today."""
    return demande.agent_id is not None and (
        demande.agent_id == compte.pk or demande.agent_id in remplaces_par(compte)
    )


def can_voir_historique(compte: Any) -> bool:
    return compte.profil in ROLES["historique"]


def can_nouvelle(compte: Any) -> bool:
    return compte.profil in ROLES["nouvelle"]


def can_trier(compte: Any) -> bool:
    return compte.profil in ROLES["tri"]


def can_voir_modeles(compte: Any) -> bool:
    """Whether the account sees the models of answer of its caisses."""
    return compte.profil in ROLES["voir_modeles"]


def can_modifier_modeles(compte: Any) -> bool:
    return compte.profil in ROLES["modifier_modeles"]


def can_voir_equipe(compte: Any) -> bool:
    """Whether the account sees the load of each agent, and redistributes."""
    return compte.profil in ROLES["equipe"]


def can_supprimer_absence(compte: Any, absence: Absence) -> bool:
    """Whether the account may end an absence: the agent himself, a superviseur."""
    return compte.profil == Profil.SUPERVISEUR or absence.compte_id == compte.pk


def can_prolonger(compte: Any, demande: Demande) -> bool:
    """Whether the account may move the term (D-15): a superviseur, near the term of a demande still open."""
    proche = demande.terme_le <= demande.caisse.jour + dt.timedelta(days=PREAVIS_JOURS[0])
    return compte.profil in ROLES["prolonger"] and demande.statut in OUVERTS and proche


def can_noter_etape(compte: Any, demande: Demande) -> bool:
    """Whether the account may note a step of the accompagnement: who has it in charge, a superviseur."""
    sien = compte.profil == Profil.SUPERVISEUR or en_charge(compte, demande)
    return (
        compte.profil in PROFILS_TRAITANTS and sien and demande.statut in OUVERTS and demande.accompagnement
    )


def can_modifier_brouillon(compte: Any, demande: Demande) -> bool:
    """Whether the account may change this draft: its author alone."""
    return (
        compte.profil in ROLES["modifier_brouillon"]
        and demande.statut == Statut.BROUILLON
        and demande.technicien_id == compte.pk
    )


def can_ecrire(compte: Any, demande: Demande) -> bool:
    """Whether the account may write in the thread (D-10): while the demande is open."""
    return compte.profil in ROLES["ecrire"] and demande.statut in OUVERTS


def can_joindre(compte: Any, demande: Demande) -> bool:
    """Whether the account may attach a piece (D-06): the author of a draft, then the structure while it is open."""
    return compte.profil in ROLES["joindre"] and (
        demande.statut in OUVERTS or can_modifier_brouillon(compte, demande)
    )


def can_retirer(compte: Any, piece: Piece) -> bool:
    """Whether the account may remove a piece: from his draft, or one that nobody may read."""
    if piece.sortante:
        return False
    if can_modifier_brouillon(compte, piece.demande):
        return True
    bloquee = piece.etat in (Piece.Etat.INFECTE, Piece.Etat.REFUSE)
    return bloquee and can_joindre(compte, piece.demande)


def can_envoyer_document(compte: Any, demande: Demande) -> bool:
    """Whether the account may send a document (D-12): who has the demande in charge, a superviseur, while it is open.

    What C-10 asks of the convention and of the structure is `pieces.obstacle_au_document`.
    """
    if compte.profil not in PROFILS_TRAITANTS or demande.statut not in OUVERTS:
        return False
    return compte.profil == Profil.SUPERVISEUR or en_charge(compte, demande)


def can_rappeler(compte: Any, piece: Piece) -> bool:
    """Whether the account may take a sent document back: the agent in charge or a superviseur, at any time."""
    if not piece.sortante or compte.profil not in PROFILS_TRAITANTS:
        return False
    return (
        compte.profil == Profil.SUPERVISEUR
        or piece.ajoute_par_id == compte.pk
        or en_charge(compte, piece.demande)
    )


def can_noter(compte: Any, demande: Demande) -> bool:
    """Whether the account may leave an internal note, never shown to the partner."""
    return compte.profil in ROLES["noter"]


def can_orienter(compte: Any, demande: Demande) -> bool:
    """Whether the account may hand over or redirect: the agent in charge, a superviseur, anyone while nobody has it."""
    if compte.profil not in ROLES["orienter"] or demande.statut not in OUVERTS:
        return False
    return compte.profil == Profil.SUPERVISEUR or (demande.agent_id is None or en_charge(compte, demande))


def can_annuler_rendez_vous(compte: Any, demande: Demande) -> bool:
    """Whether the account may cancel the rendez-vous that was agreed (D-13)."""
    return can_ecrire(compte, demande) and demande.rendez_vous.a_venir_ou_tenus().exists()


def can_conclure_rendez_vous(compte: Any, demande: Demande) -> bool:
    """Whether the account may end the rendez-vous for the caisse: who has the demande in charge, a superviseur."""
    sien = compte.profil == Profil.SUPERVISEUR or en_charge(compte, demande)
    return sien and can_annuler_rendez_vous(compte, demande)


def can_noter_venue(compte: Any, demande: Demande) -> bool:
    """Whether the account may say that the person came, or not: nobody knows it before the hour (D-13)."""
    return can_conclure_rendez_vous(compte, demande) and demande.rendez_vous.commences().exists()


def can_transition(compte: Any, demande: Demande, verbe: str) -> bool:
    """Whether the table of transitions lets the account do `verbe` now.

    An agent acts on the demandes that he has in charge, or whose agent he replaces today; a superviseur on all those of his caisses. The caisse closes
    only once the structure has read the answer (D-20).
    """
    if not est_permise(verbe, demande.statut, compte.profil):
        return False
    # Slots that wait for a choice are answered by a choice, a complement by a complement.
    if verbe in CHOIX_DE_CRENEAU or verbe == "completer":
        return (verbe in CHOIX_DE_CRENEAU) == demande.rendez_vous.proposes().exists()
    if compte.profil in PROFILS_TRAITANTS and verbe == "cloturer" and demande.lue_le is None:
        return False
    if compte.profil == Profil.AGENT:
        return demande.agent_id is None or en_charge(compte, demande)
    return True
