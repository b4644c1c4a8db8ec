"""Who may do what about information, training and support. Perimeters are in the querysets."""

from information.models import Assistance
from socle.acteurs import Acteur
from socle.roles import Droit, peut


def can_consulter(acteur: Acteur) -> bool:
    """The people of the structures and of the caisses read what the caisses publish (I-01)."""
    return peut(acteur, Droit.LIRE_INFORMATIONS)


def can_publier(acteur: Acteur) -> bool:
    """An administrateur keeps the information of his caisse up to date (I-01), and holds its sessions (I-03)."""
    return peut(acteur, Droit.PUBLIER)


def can_participer(acteur: Acteur) -> bool:
    """The staff of the structures subscribe to the letter and to the sessions."""
    return peut(acteur, Droit.PARTICIPER)


def can_repondre(acteur: Acteur, demande: Assistance) -> bool:
    """The interlocuteur of the caisse first, then the national support (I-04)."""
    if demande.repondue_le is not None:
        return False
    if demande.niveau == Assistance.Niveau.NATIONAL:
        return peut(acteur, Droit.REPONDRE_ASSISTANCE_NATIONALE)
    return peut(acteur, Droit.REPONDRE_ASSISTANCE) and acteur.agit_pour(demande.caisse)


def can_transmettre(acteur: Acteur, demande: Assistance) -> bool:
    """What the caisse cannot mend goes to the national support (I-04)."""
    return demande.niveau == Assistance.Niveau.LOCAL and can_repondre(acteur, demande)
