"""The acts of this room in the journal, with their words."""

from conformite.journal import ActeDuJournal
from socle import crochets


@crochets.actes.inscrire("portail")
class Acte(ActeDuJournal):
    """What is done, or read."""

    ACCES_REFUSE = "acces.refuse", "Accès refusé"
    COURRIEL_JETER = "courriel.jeter", "Courriels retenus jetés"
    COURRIEL_LIBERER = "courriel.liberer", "Courriels retenus envoyés"
    MAINTENANCE_ANNONCER = "maintenance.annoncer", "Maintenance annoncée"
    MAINTENANCE_ANNULER = "maintenance.annuler", "Annonce de maintenance retirée"
