"""The acts on what is written on a demande that no address of the table does at once (actes_du_journal.py)."""

from signalements.actions import instruction, retraits
from signalements.bureau.avis import demander_avis, donner_avis
from signalements.suites import Issue
from tests.matrice.monde import Monde
from tests.matrice.table import ESSAI
from tests.signalements.fabrique import deposer


def retirer_un_message(monde: Monde) -> None:
    """What nobody read is taken back (D-24)."""
    technicien = monde.comptes["technicien"]
    demande = deposer(technicien, caisse=monde.cles["moselle"])
    instruction.ecrire(demande, texte=ESSAI, par=technicien)
    retraits.retirer_message(demande.messages.get(), par=technicien)
    agent = monde.comptes["agent"]
    instruction.repondre(demande, texte=ESSAI, issue=Issue.INFORMATION, par=agent)
    retraits.retirer_message(demande.messages.get(), par=agent)


def donner_un_avis(monde: Monde) -> None:
    """An opinion is asked, and given, while the demande stays where it is."""
    demande = deposer(monde.comptes["technicien"], caisse=monde.cles["moselle"])
    qui, par = monde.comptes["superviseur"], monde.comptes["agent"]
    demander_avis(demande, a_qui=qui, texte=ESSAI, par=par)
    donner_avis(demande, texte=ESSAI, par=qui)


def detruire_un_message(monde: Monde) -> None:
    """What was sent by mistake and read is destroyed by the other side (D-24)."""
    technicien, agent = monde.comptes["technicien"], monde.comptes["agent"]
    demande = deposer(technicien, caisse=monde.cles["moselle"])
    instruction.ecrire(demande, texte=ESSAI, par=technicien)
    retraits.demander_destruction(demande.messages.get(), par=technicien)
    retraits.detruire(demande.messages.get(a_detruire_le__isnull=False), par=agent)
