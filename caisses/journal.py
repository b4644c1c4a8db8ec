"""The acts of this room in the journal, with their words."""

from conformite.journal import ActeDuJournal
from socle import crochets


@crochets.actes.inscrire("caisses")
class Acte(ActeDuJournal):
    """What is done, or read."""

    CAISSE_ACCES = "caisse.acces", "Connexion des comptes de la caisse réglée"
    CAISSE_CORRIGER = "caisse.corriger", "Caisse corrigée par le niveau national"
    CAISSE_CREER = "caisse.creer", "Caisse créée"
    CAISSE_DECRIRE = "caisse.decrire", "Coordonnées de la caisse modifiées"
    CAISSE_DOMAINES = "caisse.domaines", "Domaines de messagerie de la caisse déclarés"
    CAISSE_FERMER = "caisse.fermer", "Caisse fermée"
    CAISSE_JOUR_CHOME = "caisse.jour_chome", "Jour chômé ajouté"
    CAISSE_RELANCES = "caisse.relances", "Rappels à la structure réglés"
    CAISSE_VECTEURS = "caisse.vecteurs", "Moyens de contact de la caisse modifiés"
    MOTIF_REGLER = "motif.regler", "Motif réglé"
    POLE_CREER = "pole.creer", "Pôle créé"
    POLE_RENOMMER = "pole.renommer", "Pôle renommé"
    POLE_RETIRER = "pole.retirer", "Pôle retiré"
