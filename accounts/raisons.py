"""Why a session was closed, or an account may not sign in: slugs in URLs, sentences on the page."""

from accounts.models.compte import Compte
from conventions.models.conventions import Participation

SENTENCES: dict[str, tuple[str, str]] = {
    "inactivite": (
        "Votre session a expiré",
        "Vous êtes resté plus de 30 minutes sans activité. Connectez-vous à nouveau pour continuer.",
    ),
    "duree": (
        "Votre session a atteint 12 heures",
        "Par sécurité, une session dure au plus 12 heures. Connectez-vous à nouveau pour continuer.",
    ),
    "code-attendu": (
        "Le code n’a pas été saisi à temps",
        "Vous disposez de 10 minutes après le mot de passe. Recommencez la connexion.",
    ),
    "session-fermee": (
        "Votre session a été fermée",
        "Elle a été fermée depuis un autre poste ou après un changement de mot de passe. Connectez-vous à nouveau.",
    ),
    "compte-inactif": (
        "Votre compte a été inactivé",
        "Vous ne pouvez plus vous connecter avec ce compte. Merci pour le travail accompli avec le portail. "
        "Pour en connaître la suite, adressez-vous au gestionnaire de votre structure ou à votre caisse.",
    ),
    "compte-securite": (
        "Votre compte a été fermé par sécurité",
        "Une utilisation frauduleuse, une perte ou un vol a été signalé. "
        "Adressez-vous au gestionnaire de votre structure ou à votre caisse.",
    ),
    "compte-convention": (
        "L’accès de votre structure a pris fin",
        "La dernière convention qui ouvrait le portail à votre structure est terminée. "
        "Vos demandes continuent d’être traitées par la caisse.",
    ),
    "compte-exclu": (
        "Votre accès a été fermé par la caisse",
        "La caisse a mis fin à votre accès. Le gestionnaire de votre structure en a reçu la raison.",
    ),
    "structure-suspendue": (
        "L’accès de votre structure est suspendu",
        "La caisse a suspendu l’accès de votre structure au portail. Votre compte est conservé. "
        "Le gestionnaire de votre structure en a reçu la raison.",
    ),
    "structure-fermee": (
        "Aucune convention n’ouvre le portail à votre structure",
        "L’accès commence le jour où la convention d’utilisation entre en vigueur et cesse avec elle. "
        "Adressez-vous à votre caisse.",
    ),
    "deconnexion": ("Vous êtes déconnecté", "À bientôt."),
    "mot-de-passe": ("Votre mot de passe est enregistré", "Connectez-vous avec votre nouveau mot de passe."),
    "second-facteur": (
        "Votre nouvelle application est enregistrée",
        "Connectez-vous avec votre mot de passe, puis avec le prochain code.",
    ),
    "adresse": (
        "Votre nouvelle adresse est enregistrée",
        "Les messages y iront. Connectez-vous comme avant.",
    ),
    "compte-active": ("Votre compte est activé", "Connectez-vous pour commencer."),
}

_PAR_CAUSE = {
    Compte.Inactivation.FRAUDE: "compte-securite",
    Compte.Inactivation.FIN_CONVENTION: "compte-convention",
    Compte.Inactivation.EXCLUSION: "compte-exclu",
}


def raison_compte(compte: Compte | None) -> str:
    """Return the slug of the reason why the session of `compte` is dead."""
    if compte is None or compte.is_active:
        return "session-fermee"
    return _PAR_CAUSE.get(compte.inactivation, "compte-inactif")


def raison_structure(compte: Compte) -> str:
    """Return why the portal is closed to a partner's account now (A-13, A-16), "" when it is open."""
    if not compte.cote_partenaire or compte.parts_du_jour:
        return ""
    if compte.exclusions.filter(levee_le=None).exists():
        return "compte-exclu"
    if Participation.objects.filter(partenaire=compte.partenaire_id, suspendue_le__isnull=False).exists():
        return "structure-suspendue"
    return "structure-fermee"


def raison_ecrite(compte: Compte) -> str:
    """Return what the caisse wrote when it suspended the structure or ended its convention (A-16, C-05); "" when nothing."""
    parts = list(
        Participation.objects.filter(partenaire=compte.partenaire_id)
        .exclude(fin_raison="", suspension_raison="")
        .select_related("caisse")
        .order_by("-fin", "-pk")
    )
    # A suspension is of the present; an ended convention is of the past.
    parts.sort(key=lambda part: part.suspendue_le is None)
    if not parts:
        return ""
    return f"{parts[0].caisse} a écrit : « {parts[0].suspension_raison or parts[0].fin_raison} »"
