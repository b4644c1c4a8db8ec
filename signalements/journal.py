"""The acts of this room in the journal, with their words."""

from django.core.exceptions import ImproperlyConfigured

from conformite.journal import EXPORT, LECTURE, ActeDuJournal
from signalements.workflow import ACTES_SANS_ETAT, TRANSITIONS
from socle import crochets


@crochets.actes.inscrire("signalements")
class Acte(ActeDuJournal):
    """What is done, or read."""

    ABSENCE_DECLARER = "absence.declarer", "Absence déclarée"
    ABSENCE_SUPPRIMER = "absence.supprimer", "Absence retirée"
    AIGUILLAGE_ENREGISTRER = "aiguillage.enregistrer", "Règle d’aiguillage enregistrée"
    AIGUILLAGE_RETIRER = "aiguillage.retirer", "Règle d’aiguillage retirée"
    CONVENTION_APPLIQUER_A_L_EXISTANT = (
        "convention.appliquer_a_l_existant",
        "Nouvelle durée appliquée à l’existant",
    )
    DEMANDE_ACCEPTER_CRENEAU = "demande.accepter_creneau", TRANSITIONS["accepter_creneau"].libelle
    DEMANDE_ACCUSE = "demande.accuse", LECTURE, "Accusé de réception téléchargé"
    DEMANDE_AGENDA = "demande.agenda", LECTURE, "Rendez-vous téléchargé"
    DEMANDE_ANNULER = "demande.annuler", TRANSITIONS["annuler"].libelle
    DEMANDE_ANNULER_RENDEZ_VOUS = "demande.annuler_rendez_vous", ACTES_SANS_ETAT["annuler_rendez_vous"]
    DEMANDE_ATTRIBUER = "demande.attribuer", ACTES_SANS_ETAT["attribuer"]
    DEMANDE_CLORE_SANS_REPONSE = "demande.clore_sans_reponse", TRANSITIONS["clore_sans_reponse"].libelle
    DEMANDE_CLOTURER = "demande.cloturer", TRANSITIONS["cloturer"].libelle
    DEMANDE_AVIS_DONNER = "demande.avis_donner", "Avis donné sur une demande"
    DEMANDE_AVIS_DEMANDER = "demande.avis_demander", "Avis demandé sur une demande"
    DEMANDE_COMPLETER = "demande.completer", TRANSITIONS["completer"].libelle
    DEMANDE_DECLARER_IRRECEVABLE = "demande.declarer_irrecevable", TRANSITIONS["declarer_irrecevable"].libelle
    DEMANDE_DEMANDER_DESTRUCTION = "demande.demander_destruction", ACTES_SANS_ETAT["demander_destruction"]
    DEMANDE_DETRUIRE = "demande.detruire", ACTES_SANS_ETAT["detruire"]
    DEMANDE_DEMANDER_COMPLEMENT = "demande.demander_complement", TRANSITIONS["demander_complement"].libelle
    DEMANDE_DEPOSER = "demande.deposer", TRANSITIONS["deposer"].libelle
    DEMANDE_ECRIRE = "demande.ecrire", "Message écrit"
    DEMANDE_EXPORTER = "demande.exporter", EXPORT, "Liste des demandes de la structure exportée"
    DEMANDE_ETIQUETER = "demande.etiqueter", "Étiquettes d’une demande changées"
    DEMANDE_LIRE = "demande.lire", LECTURE, "Demande lue"
    DEMANDE_LIRE_HISTORIQUE = "demande.lire_historique", LECTURE, "Liste des demandes de la structure lue"
    DEMANDE_LIRE_MEMES = "demande.lire_memes", LECTURE, "Autres demandes d’une même personne lues"
    DEMANDE_LIRE_PIECES = "demande.lire_pieces", LECTURE, "Pièces d’une demande lues"
    DEMANDE_LIRE_TRI = "demande.lire_tri", LECTURE, "File de tri lue"
    DEMANDE_NOTER_ETAPE = "demande.noter_etape", ACTES_SANS_ETAT["noter_etape"]
    DEMANDE_NOTER_VENUE = "demande.noter_venue", ACTES_SANS_ETAT["noter_venue"]
    DEMANDE_PRENDRE_EN_CHARGE = "demande.prendre_en_charge", TRANSITIONS["prendre_en_charge"].libelle
    DEMANDE_PROLONGER = "demande.prolonger", ACTES_SANS_ETAT["prolonger"]
    DEMANDE_PROPOSER_CRENEAUX = "demande.proposer_creneaux", TRANSITIONS["proposer_creneaux"].libelle
    DEMANDE_REDIRIGER = "demande.rediriger", TRANSITIONS["rediriger"].libelle
    DEMANDE_REFUSER_CRENEAUX = "demande.refuser_creneaux", TRANSITIONS["refuser_creneaux"].libelle
    DEMANDE_RELANCER = "demande.relancer", TRANSITIONS["relancer"].libelle
    DEMANDE_REPONDRE = "demande.repondre", TRANSITIONS["repondre"].libelle
    DEMANDE_REPRENDRE = "demande.reprendre", ACTES_SANS_ETAT["reprendre"]
    DEMANDE_REQUALIFIER = "demande.requalifier", ACTES_SANS_ETAT["requalifier"]
    DEMANDE_RETIRER_ENVOI = "demande.retirer_envoi", TRANSITIONS["retirer_envoi"].libelle
    DEMANDE_RETIRER_MESSAGE = "demande.retirer_message", ACTES_SANS_ETAT["retirer_message"]
    DEMANDE_ROUVRIR = "demande.rouvrir", TRANSITIONS["rouvrir"].libelle
    DEMANDE_SAISIR = "demande.saisir", ACTES_SANS_ETAT["saisir"]
    DEMANDE_SUIVRE = "demande.suivre", ACTES_SANS_ETAT["suivre"]
    DEMANDE_SUPPRIMER_BROUILLON = "demande.supprimer_brouillon", "Brouillon supprimé"
    DEMANDE_TEXTE_CONFIRME = "demande.texte_confirme", "Texte signalé, puis confirmé"
    DEMANDE_TRANSFERER = "demande.transferer", TRANSITIONS["transferer"].libelle
    DEMANDE_VISITE = "demande.visite", LECTURE, "Fiche de visite téléchargée"
    MODELE_ENREGISTRER = "modele.enregistrer", "Modèle de réponse enregistré"
    MODELE_SUPPRIMER = "modele.supprimer", "Modèle de réponse supprimé"
    PIECE_ENVOYER = "piece.envoyer", "Document envoyé par la caisse"
    PIECE_JOINDRE = "piece.joindre", "Pièce jointe"
    PIECE_RAPPELER = "piece.rappeler", "Document rappelé"
    PIECE_REFUSER = "piece.refuser", "Pièce refusée"
    PIECE_RETIRER = "piece.retirer", "Pièce retirée"
    PIECE_REUNIR = "piece.reunir", "Photographies réunies"
    PIECE_TELECHARGER = "piece.telecharger", LECTURE, "Pièce téléchargée"
    STATISTIQUES_EXPORTER = "statistiques.exporter", EXPORT, "Statistiques exportées"


# What a history tells has its line in the journal; the portal does not start without, rather than fail at the act.
# A piece taken back has that of the piece.
if manquent := {f"demande.{verbe}" for verbe in {*TRANSITIONS, *ACTES_SANS_ETAT} - {"retirer_piece"}} - {
    *Acte.values
}:
    raise ImproperlyConfigured(f"actes sans ligne dans signalements/journal.py : {sorted(manquent)}")
