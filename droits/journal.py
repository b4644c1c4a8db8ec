"""The acts of this room in the journal, with their words."""

from conformite.journal import EXPORT, LECTURE, ActeDuJournal
from socle import crochets


@crochets.actes.inscrire("droits")
class Acte(ActeDuJournal):
    """What is done, or read."""

    CERTIFICAT_ATTESTER = "certificat.attester", "Destruction attestée par la structure"
    CERTIFICAT_EXTRAIRE = "certificat.extraire", LECTURE, "Certificat de destruction téléchargé"
    DROITS_EXTRAIRE = "droits.extraire", EXPORT, "Dossier d’une personne extrait"
    DROITS_IDENTITE = "droits.identite", "Identité d’une personne vérifiée"
    DROITS_LIMITER = "droits.limiter", "Suppression gelée à la demande d’une personne"
    DROITS_LIRE = "droits.lire", LECTURE, "Demande de droits lue"
    DROITS_MASQUER = "droits.masquer", "Autres personnes masquées dans un dossier"
    DROITS_RECEVOIR = "droits.recevoir", "Demande de droits reçue"
    DROITS_RECHERCHER = "droits.rechercher", LECTURE, "Recherche sur une personne"
    DROITS_OPPOSITION = "droits.opposition", "Opposition d’une personne appliquée aux échanges"
    DROITS_RECTIFICATION = "droits.rectification", "Rectification signalée"
    DROITS_TRANCHER = "droits.trancher", "Dossiers ressemblants retenus ou écartés"
    DROITS_REPONDRE = "droits.repondre", "Réponse à une personne"
    JOURNAL_EXPORTER = "journal.exporter", EXPORT, "Journal exporté"
    JOURNAL_LIRE = "journal.lire", LECTURE, "Journal consulté"
    VIOLATION_AUTORITE = "violation.autorite", "Violation notifiée à l’autorité"
    VIOLATION_CLOSE = "violation.close", "Violation close"
    VIOLATION_DECLAREE = "violation.declaree", "Violation déclarée"
    VIOLATION_EVALUEE = "violation.evaluee", "Violation évaluée"
    VIOLATION_LIRE = "violation.lire", LECTURE, "Violation lue"
    VIOLATION_MESURE = "violation.mesure", "Mesure notée sur une violation"
    VIOLATION_PARTIE = "violation.partie", "Autre partie informée d’une violation"
    VIOLATION_TELECHARGER = "violation.telecharger", LECTURE, "Document d’une violation téléchargé"
    VIOLATION_PERSONNES = "violation.personnes", "Personnes informées d’une violation"
