"""The register of processings (R-01), and with it the material of the impact assessment (R-07).

Purposes and recipients are written here; the retention of each is read in the declarations that the engine applies, so
that what is declared is what is done.
"""

from dataclasses import dataclass

from conformite.declarations import AvecSonParent, Conservation, ParExecution, Permanente
from socle import crochets

MISSION = "Mission d’intérêt public (article 6-1-e du RGPD)"
OBLIGATION = "Obligation légale (article 6-1-c du RGPD)"
SECURITE = "Données scellées par chiffrement, second facteur pour tous, journal inaltérable, cloisonnement par structure et par caisse"

# A public, and the title of its information notice.
NOTICES = {
    "assures": "Notice d’information des personnes accompagnées",
    "professionnels": "Notice d’information des professionnels",
}


@dataclass(frozen=True, kw_only=True)
class Traitement:
    """One line of the register."""

    nom: str
    finalite: str
    base: str
    donnees: str
    personnes: str
    destinataires: str
    # Labels of the models whose retention is this processing's.
    modeles: tuple[str, ...]
    # Whose notice tells it: keys of NOTICES.
    publics: tuple[str, ...] = ("professionnels",)
    mesures: str = SECURITE


TRAITEMENTS = (
    Traitement(
        nom="Demandes des partenaires",
        finalite="Accompagner une personne dans l’accès à ses droits et à ses soins, à la demande de la structure qui l’aide",
        base=MISSION,
        donnees="Civilité, nom, prénom, date de naissance, département ; situation, échanges et pièces strictement utiles ; jamais le numéro de sécurité sociale",
        personnes="Personnes accompagnées par les structures partenaires",
        destinataires="Techniciens de la structure qui demande ; agents et superviseurs de la caisse destinataire",
        modeles=("signalements.demande",),
        publics=("assures",),
    ),
    Traitement(
        nom="Comptes et habilitations",
        finalite="Donner accès au portail aux seules personnes habilitées, et le prouver",
        base=MISSION,
        donnees="Identité, fonction, coordonnées professionnelles, certifications, connexions",
        personnes="Professionnels et bénévoles des structures, agents des caisses",
        destinataires="Gestionnaires de la structure ; administrateurs de la caisse",
        modeles=(
            "accounts.compte",
            "accounts.demandehabilitation",
            "accounts.signalementsecurite",
            "accounts.revue",
            "accounts.sessionportail",
            "axes.accessattempt",
            "espace_partenaires.passage",
            "espace_partenaires.envoirecu",
            "signalements.absence",
        ),
    ),
    Traitement(
        nom="Conventions et référents",
        finalite="Établir, appliquer et suivre les conventions entre caisses et partenaires",
        base=MISSION,
        donnees="Nom et qualité des signataires, coordonnées professionnelles des référents",
        personnes="Signataires et référents",
        destinataires="Parties à la convention",
        modeles=("conventions.convention", "conventions.preuve", "conventions.importation"),
    ),
    Traitement(
        nom="Échanges de fichiers entre la caisse et la structure",
        finalite="Coordonner la majoration pour tierce personne avec la PCH et l’ACTP, récupérer les indus, inscrire aux examens de prévention en santé",
        base=MISSION,
        donnees="Identité, date de naissance, commune, prestations, montants, dates ; téléphone et besoins d’accès pour un examen de prévention ; numéro de sécurité sociale seulement où la convention le prévoit ; jamais le résultat d’un examen",
        personnes="Bénéficiaires des prestations concernées, personnes inscrites à un examen",
        destinataires="Personnes autorisées par la caisse, des deux parties, qui ont signé l’engagement de confidentialité",
        modeles=("echanges.depot",),
        publics=("assures",),
        mesures=f"{SECURITE} ; fichier chiffré sous un mot de passe que le portail ne garde pas",
    ),
    Traitement(
        nom="Habilitation aux échanges de fichiers",
        finalite="N’ouvrir les échanges qu’aux personnes autorisées et engagées au secret, et le prouver",
        base=MISSION,
        donnees="Nom, fonction, organisme, adresse électronique professionnelle, engagement signé",
        personnes="Professionnels autorisés à déposer et à lire",
        destinataires="Administrateur de la caisse",
        modeles=("echanges.engagement", "echanges.autorisationdepot", "echanges.boitedediee"),
    ),
    Traitement(
        nom="Journal et sécurité",
        finalite="Savoir qui a lu ou fait quoi, détecter les abus, prouver ce qui a été détruit",
        base=OBLIGATION,
        donnees="Identifiant du compte, acte, référence, date ; jamais le contenu d’une demande",
        personnes="Utilisateurs du portail",
        destinataires="DPO et administrateurs de la caisse, dans leur périmètre",
        modeles=(
            "conformite.lignejournal",
            "conformite.gel",
            "conformite.freinpurge",
            "conformite.execution",
        ),
        mesures="Ajout seul, garanti par la base ; chaque jour scellé et vérifiable ; identifiants seuls",
    ),
    Traitement(
        nom="Courriels du portail",
        finalite="Prévenir qu’une demande, un compte ou une convention appelle une action",
        base=MISSION,
        donnees="Adresse professionnelle, référence et lien ; jamais de donnée sur une personne accompagnée",
        personnes="Utilisateurs du portail, contacts des structures",
        destinataires="Le destinataire du courriel",
        modeles=("espace_partenaires.courrielsortant", "droits.alerte"),
    ),
    Traitement(
        nom="Information, formations et assistance",
        finalite="Informer les structures, organiser des sessions de formation, répondre aux demandes d’assistance",
        base=MISSION,
        donnees="Auteur d’une publication, comptes inscrits à une session, texte d’une demande d’assistance et de sa réponse ; jamais de donnée sur une personne accompagnée",
        personnes="Utilisateurs du portail",
        destinataires="La caisse concernée et le support national",
        modeles=(
            *("information.publication", "information.documentpublie"),
            *("information.formation", "information.assistance"),
        ),
    ),
    Traitement(
        nom="Droits des personnes",
        finalite="Recevoir les demandes d’exercice de droits et y répondre dans le mois",
        base=OBLIGATION,
        donnees="Identité de la personne qui demande, droit exercé, réponse donnée",
        personnes="Personnes accompagnées et professionnels",
        destinataires="DPO de la caisse",
        modeles=("droits.demandedroits",),
        publics=("assures", "professionnels"),
    ),
    Traitement(
        nom="Violations de données",
        finalite="Documenter les violations et les notifier dans les délais",
        base=OBLIGATION,
        donnees="Circonstances, nombre de personnes, mesures prises, compte qui déclare",
        personnes="Personnes concernées, sans les nommer ; compte qui déclare",
        destinataires="DPO de la caisse ; l’autre partie ; l’autorité de contrôle",
        modeles=("droits.violation",),
        publics=("assures", "professionnels"),
    ),
)


def durees(traitement: Traitement) -> list[tuple[str, str]]:
    """Return (category, duration) of a processing, as the engine applies them."""
    lignes = []
    for label in traitement.modeles:
        une = crochets.retention[label]
        if isinstance(une, Conservation | ParExecution):
            lignes.append((une.categorie, f"{une.duree}. Point de départ : {une.depart}"))
    return list(dict.fromkeys(lignes))


def non_inscrits() -> list[str]:
    """Return the labels of the models with a duration that no processing of the register covers (a test wants none)."""
    categories = {categorie for traitement in TRAITEMENTS for categorie, _ in durees(traitement)}
    return sorted(
        label
        for label, une in crochets.retention.items()
        if isinstance(une, Conservation | ParExecution) and une.categorie not in categories
    )


def sans_duree() -> list[str]:
    """Return the labels that a processing names and that neither disappear nor follow a parent (a test wants none)."""
    return sorted(
        label
        for traitement in TRAITEMENTS
        for label in traitement.modeles
        if isinstance(crochets.retention.get(label), AvecSonParent | Permanente | None)
    )
