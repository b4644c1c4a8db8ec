"""Who may open the pages of conformity, and do what there. Perimeters are in the querysets."""

from socle.acteurs import Acteur
from socle.roles import Droit, peut


def can_lire_journal(acteur: Acteur) -> bool:
    """Whether the account may search the journal of its caisses (R-04)."""
    return peut(acteur, Droit.LIRE_JOURNAL)


def can_lire_details(acteur: Acteur) -> bool:
    """Whether the account sees what an act carries beside its reference: a motif is for the DPO alone."""
    return peut(acteur, Droit.LIRE_DETAILS)


def can_voir_executions(acteur: Acteur) -> bool:
    """Whether the account may see the runs of the jobs."""
    return peut(acteur, Droit.VOIR_EXECUTIONS)


def can_voir_conservation(acteur: Acteur) -> bool:
    """Whether the account may see what is kept, and what goes when."""
    return peut(acteur, Droit.VOIR_CONSERVATION)


def can_liberer_frein(acteur: Acteur) -> bool:
    """Whether the account may let go an abnormal volume of the purge."""
    return peut(acteur, Droit.LIBERER_FREIN)


def can_geler(acteur: Acteur) -> bool:
    """Whether the account may hold a demande past its term, and lift the hold."""
    return peut(acteur, Droit.GELER)


def can_declarer_violation(acteur: Acteur) -> bool:
    """Whether the account may declare a violation (R-02)."""
    return peut(acteur, Droit.DECLARER_VIOLATION)


def can_traiter_violation(acteur: Acteur) -> bool:
    """Whether the account assesses and notifies violations (R-02)."""
    return peut(acteur, Droit.TRAITER_VIOLATIONS)


def can_suivre_violation(acteur: Acteur) -> bool:
    """Whether the account writes the steps of its side on a violation that it reads (R-08)."""
    return peut(acteur, Droit.TRAITER_VIOLATIONS, Droit.GERER_STRUCTURE)


def can_transmettre_droits(acteur: Acteur) -> bool:
    """Whether the account may record a person's request (R-03)."""
    return peut(acteur, Droit.TRANSMETTRE_DROITS)


def can_traiter_droits(acteur: Acteur) -> bool:
    """Whether the account searches, extracts and answers (R-03)."""
    return peut(acteur, Droit.TRAITER_DROITS)


def can_voir_registre(acteur: Acteur) -> bool:
    """Whether the account may read the register of processings (R-01)."""
    return peut(acteur, Droit.VOIR_REGISTRE)


def can_voir_certificats(acteur: Acteur) -> bool:
    """Whether the account may take the certificates of destruction of its partnerships (R-05)."""
    return peut(acteur, Droit.CERTIFICATS)


def can_attester(acteur: Acteur) -> bool:
    """Whether the account may attest a destruction, or write down the attestation received (R-05)."""
    return peut(acteur, Droit.CERTIFICATS)
