"""The acts of this room in the journal, with their words."""

from conformite.journal import ActeDuJournal
from socle import crochets


@crochets.actes.inscrire("fichiers")
class Acte(ActeDuJournal):
    """What is done, or read."""

    FICHIER_VERDICT = "fichier.verdict", "Fichier analysé"
