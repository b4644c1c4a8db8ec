"""What an impact assessment (AIPD) asks beside the register: risks, measures, and the settings in force (R-07).

The figures are read where the portal applies them, never written twice.
"""

from conformite import freins
from conformite.sceaux import CONSERVATION_MOIS
from conformite.scellement.termes import AVANCE_JOURS
from droits.regles import HEURES_AUTORITE, HEURES_CONVENTION, JOURS_ALERTES

# feared event, what could cause it, measures
RISQUES = (
    (
        "Accès illégitime à des données",
        "Compte usurpé, utilisateur curieux, vol d’une sauvegarde ou d’un disque",
        "Second facteur pour tous ; cloisonnement par structure et par caisse ; demandes, échanges, pièces, signalements, assistance, violations et demandes de droits scellés (AES-256-GCM) ; clés hors de la base ; index de recherche sous une clé par mois, caisse et structure, sans date de naissance seule ; chaque lecture enregistrée ; un volume inhabituel ralenti, arrêté et signalé",
    ),
    (
        "Ce qui reste lisible dans une copie volée de la base",
        "Vol d’une sauvegarde ou d’un disque, sans le dossier de clés ; puis avec les clés d’index",
        "Ni les noms, ni les textes, ni les pièces ; aucune personne reconnue d’une structure à l’autre, même par qui connaît toutes celles d’une structure (mesuré sur 20 000 demandes). Par la seule fréquence des noms, un mot juste pour 7,5 % des demandes, parmi des suppositions fausses à 99 %. Avec les clés d’index, les noms se retrouvent : elles sont hors de la base, et détruites chaque mois. Restent lisibles la structure, le motif, l’état, les dates, le nombre des pièces et le rendez-vous d’une demande sans nom",
    ),
    (
        "Modification non désirée",
        "Erreur de saisie, action malveillante, panne au milieu d’une écriture",
        "Une ligne remise à une autre structure ne s’ouvre plus ; un contenu ancien remis en place, un historique ou un terme manquants sont cherchés chaque jour et signalés ; transitions contrôlées et contraintes en base ; journal en ajout seul, scellé chaque jour et vérifiable ; un acte est une transaction",
    ),
    (
        "Disparition de données",
        "Panne, purge à tort, horloge fausse",
        "Sauvegardes ; purge au terme seulement, arrêtée devant un volume anormal ; une demande encore ouverte n’est jamais détruite ; registre des destructions",
    ),
    (
        "Conservation trop longue",
        "Exécution arrêtée, sauvegarde oubliée",
        "Exécutions surveillées, retard signalé ; clé du jour détruite après son terme, ce qui rend illisibles les copies et les sauvegardes",
    ),
)
MESURES = (
    (
        "Minimisation",
        "Ni numéro de sécurité sociale, ni donnée de santé dans les zones libres : la saisie est contrôlée ; pièces limitées à celles du motif",
    ),
    (
        "Information des personnes",
        "Notice remise avant le dépôt, attestée pour chaque demande ; notice des professionnels",
    ),
    (
        "Droits des personnes",
        "Recherche par index à clé, dossier complet en PDF et JSON, limitation qui suspend la purge, réponse sous un mois",
    ),
    (
        "Personnes habilitées",
        "Comptes nominatifs, engagement de confidentialité et formation attestés pour chaque technicien, revue des comptes",
    ),
    ("Sous-traitance", "Accord préalable de la caisse, inscrit dans la convention"),
)


def faits() -> list[tuple[str, str]]:
    """Return the settings in force, as (what, value)."""
    part = f"{freins.PART:.0%}".replace("%", " %")
    alertes = ", ".join(str(jours) for jours in JOURS_ALERTES[:-1])
    return [
        ("Conservation du journal", f"{CONSERVATION_MOIS} mois"),
        ("Clés préparées d’avance", f"{AVANCE_JOURS} jours"),
        ("Volume qui arrête la purge", f"plus de {freins.PLANCHER} lignes et plus de {part} d’une catégorie"),
        ("Violation : délai entre les parties", f"{HEURES_CONVENTION} h, ou le délai de la convention"),
        ("Violation : délai de notification à l’autorité", f"{HEURES_AUTORITE} h"),
        ("Droits : rappels avant l’échéance", f"{alertes} et {JOURS_ALERTES[-1]} jours après la réception"),
    ]
