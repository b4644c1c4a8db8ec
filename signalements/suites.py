"""What closes, refuses or describes a demande: coded lists. A caisse may hide a line, never rename it."""

from django.db.models import TextChoices


class Issue(TextChoices):
    """The outcome of a demande, chosen by the agent with the answer."""

    DROITS_OUVERTS = "droits-ouverts", "Droits ouverts ou renouvelés"
    DOSSIER_TRANSMIS = "dossier-transmis", "Dossier complet, en cours d’instruction"
    REFUS_NOTIFIE = "refus-notifie", "Refus notifié à l’assuré"
    DOCUMENT_ADRESSE = "document-adresse", "Document envoyé à l’adresse connue de l’assuré"
    DOCUMENT_PORTAIL = "document-portail", "Document remis par le portail"
    RDV_HONORE = "rdv-honore", "Rendez-vous honoré"
    RDV_MANQUE = "rdv-manque", "Rendez-vous manqué"
    ACCOMPAGNEMENT = "accompagnement", "Accompagnement engagé (Mission accompagnement santé)"
    SERVICE_SOCIAL = "service-social", "Orientation vers le service social"
    AUTRE_ORGANISME = "autre-organisme", "Relève d’un autre organisme"
    INFORMATION = "information", "Information donnée"
    SANS_REPONSE = "sans-reponse", "Sans réponse du partenaire"


class Avis(TextChoices):
    """How the structure was helped, said when it closes a demande."""

    OUI = "oui", "Bien aidé"
    EN_PARTIE = "en-partie", "Aidé en partie"
    NON = "non", "Pas aidé"


class Irrecevable(TextChoices):
    """Why the caisse cannot treat a demande (D-21: never a silent refusal)."""

    NON_IDENTIFIE = "non-identifie", "Assuré non identifié avec les éléments transmis"
    AUTRE_CAISSE = "autre-caisse", "Assuré affilié à une autre caisse"
    HORS_MOTIF = "hors-motif", "Le motif choisi ne convient pas"
    CANAL_USUEL = "canal-usuel", "Démarche à faire par le compte ameli ou le 3646"
    PIECES = "pieces", "Pièces manquantes ou illisibles"
    DOUBLON = "doublon", "Démarche déjà en cours dans votre structure"
    ACCORD = "accord", "Accord de la personne absent"


class Difficulte(TextChoices):
    """Kind of difficulty of a fiche de signalement (D-18)."""

    DROITS = "droits", "Accès aux droits"
    SOINS = "soins", "Accès aux soins"
    NUMERIQUE = "numerique", "Accès au numérique"
    SOCIALE = "sociale", "Situation sociale complexe"


class Obstacle(TextChoices):
    """What stands in the person's way (D-18)."""

    INFORMATION = "information", "Manque d’information"
    RESSOURCES = "ressources", "Ressources insuffisantes"
    COMPLEXITE = "complexite", "Complexité des démarches"
    AUTRE = "autre", "Autre"


class Demarche(TextChoices):
    """What was tried before the portal (D-18)."""

    AMELI = "ameli", "Sur le compte ameli"
    TELEPHONE = "telephone", "Par téléphone (3646)"
    ACCUEIL = "accueil", "À l’accueil de la caisse"
    COURRIER = "courrier", "Par courrier, ou dossier déposé"
    AUTRE = "autre", "Auprès d’un autre organisme"


class AideVoulue(TextChoices):
    """What would help (D-18)."""

    DROITS = "droits", "Ouvrir ou débloquer des droits"
    DOSSIER = "dossier", "Dire où en est un dossier, et ce qui manque"
    EXPLIQUER = "expliquer", "Expliquer une décision ou une démarche"
    RENDEZ_VOUS = "rendez-vous", "Un rendez-vous avec un conseiller"
    SOINS = "soins", "Aider à obtenir un soin"
    ARGENT = "argent", "Une aide financière"


class Accompagnement(TextChoices):
    """Steps of a Mission accompagnement santé, in order, shared with the structure; the last one interrupts."""

    ACCORD = "accord", "Accord recueilli"
    DROITS = "droits", "Droits ouverts"
    RENDEZ_VOUS = "rendez-vous", "Rendez-vous de soins pris"
    SOIN = "soin", "Soin réalisé"
    FIN = "fin", "Accompagnement terminé"
    ABANDON = "abandon", "Accompagnement arrêté"


# Why a piece that the motif calls for is not attached (D-06): told to the agent, who then asks for nothing twice.
RAISONS_ABSENCE = {
    "plus-tard": "Elle sera envoyée plus tard",
    "deja": "La caisse l’a déjà",
    "indisponible": "La personne ne l’a pas et ne peut pas l’obtenir",
    "sans-objet": "Elle ne s’applique pas à cette situation",
}
