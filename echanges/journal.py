"""The acts of this room in the journal, with their words."""

from conformite.journal import LECTURE, ActeDuJournal
from socle import crochets


@crochets.actes.inscrire("echanges")
class Acte(ActeDuJournal):
    """What is done, or read."""

    AUTORISATION_DONNER = "autorisation.donner", "Autorisation de dépôt donnée"
    AUTORISATION_RETIRER = "autorisation.retirer", "Autorisation de dépôt retirée"
    BOITE_DECLARER = "boite.declarer", "Boîte dédiée déclarée"
    BOITE_RETIRER = "boite.retirer", "Boîte dédiée retirée"
    BOITE_VERIFIER = "boite.verifier", "Boîte dédiée vérifiée"
    DEPOT_ANNONCER = "depot.annoncer", "Dépôt confirmé et annoncé"
    DEPOT_BLOQUER = "depot.bloquer", "Lecture bloquée après des essais faux"
    DEPOT_ESSAYER = "depot.essayer", "Mot de passe d’un dépôt refusé"
    DEPOT_LIRE = "depot.lire", LECTURE, "Fichier d’un dépôt lu"
    DEPOT_OUVRIR = "depot.ouvrir", "Dépôt ouvert, mot de passe envoyé"
    DEPOT_PREUVE = "depot.preuve", LECTURE, "Preuve d’un dépôt téléchargée"
    DEPOT_RAPPELER = "depot.rappeler", "Dépôt non lu rappelé"
    DEPOT_RECEVOIR = "depot.recevoir", "Fichier reçu"
    DEPOT_REFUSER = "depot.refuser", "Fichier refusé"
    DEPOT_RELIRE = "depot.relire", LECTURE, "Aperçu d’un dépôt relu"
    DEPOT_REMPLACER = "depot.remplacer", "Dépôt remplacé"
    DEPOT_RETIRER = "depot.retirer", "Dépôt retiré"
    ENGAGEMENT_PDF = "engagement.pdf", LECTURE, "Engagement téléchargé"
    ENGAGEMENT_SIGNER = "engagement.signer", "Engagement de confidentialité signé"
    FLUX_CLORE = "flux.clore", "Flux clos"
    FLUX_CONVENIR = "flux.convenir", "Flux convenu"
    FLUX_NEANT = "flux.neant", "État néant déclaré"
