"""The acts of this room in the journal, with their words."""

from conformite.journal import ActeDuJournal
from socle import crochets


@crochets.actes.inscrire("information")
class Acte(ActeDuJournal):
    """What is done, or read."""

    ASSISTANCE_DEMANDER = "assistance.demander", "Assistance demandée"
    ASSISTANCE_REPONDRE = "assistance.repondre", "Réponse du support"
    ASSISTANCE_TRANSMETTRE = "assistance.transmettre", "Assistance transmise au support national"
    FORMATION_ANNULER = "formation.annuler", "Session de formation annulée"
    FORMATION_INSCRIRE = "formation.inscrire", "Place à une session retenue ou rendue"
    FORMATION_PRESENCES = "formation.presences", "Présences à une session notées"
    FORMATION_PROGRAMMER = "formation.programmer", "Session de formation annoncée"
    LETTRE_ABONNER = "lettre.abonner", "Abonnement à la lettre changé"
    LETTRE_ENVOYER = "lettre.envoyer", "Lettre envoyée"
    PUBLICATION_MODIFIER = "publication.modifier", "Information modifiée"
    PUBLICATION_PUBLIER = "publication.publier", "Information publiée"
    PUBLICATION_RETIRER = "publication.retirer", "Information retirée"
