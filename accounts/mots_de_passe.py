"""Rules of a password, shown to the person and checked (A-06)."""

from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

from accounts.models.compte import Compte
from accounts.regles import MOTS_DE_PASSE_GARDES
from socle.ecriture import sans_accents

LONGUEUR_MIN = 14
LONGUEUR_MAX = 128
# zxcvbn grows fast with the length; what follows 72 characters cannot make a password weaker.
LONGUEUR_JUGEE = 72
# 0 to 4; 3 is « resists an offline attack on a slow hash ».
NOTE_MIN = 3
MOTS_DU_CONTEXTE = (
    "cpam",
    "ameli",
    "caisse",
    "assurance",
    "maladie",
    "portail",
    "partenaire",
    "espace",
    "ccas",
)

# Shown before the first field, in this order; checked while typing by their code.
REGLES = {
    "longueur": "au moins 14 caractères, 128 au plus ; tous les caractères sont permis, espaces compris.",
    "devinable": "difficile à deviner : plusieurs mots sans lien, par exemple.",
    "proche": "sans votre nom, votre identifiant, le nom de votre structure ni les mots « CPAM » ou « ameli » pour "
    "l’essentiel.",
    "deja": "différent de vos cinq derniers mots de passe.",
}
# Code of a refusal -> rule.
_REGLE_DU_REFUS = {
    "trop_court": "longueur",
    "trop_long": "longueur",
    "password_too_common": "devinable",
    "devinable": "devinable",
    "trop_proche": "proche",
    "deja_utilise": "deja",
}


def juger(mot_de_passe: str, compte: Compte) -> None:
    """Raise ValidationError when this password breaks a rule for this person (A-06).

    Former passwords are left to the end (`essais.refuser_les_anciens`): who types for somebody else would learn them.
    """
    juges = [un for un in get_default_password_validators() if not isinstance(un, PasDejaUtilise)]
    validate_password(mot_de_passe, compte, juges)


def regles_manquees(mot_de_passe: str, compte: Compte) -> list[str]:
    """Return the codes of the rules that this password breaks for this person, in their order (A-06)."""
    try:
        juger(mot_de_passe, compte)
    except ValidationError as refus:
        manquees = {_REGLE_DU_REFUS[erreur.code] for erreur in refus.error_list}
        return [code for code in REGLES if code in manquees]
    return []


def _mots(compte: Compte | None) -> list[str]:
    if compte is None:
        return []
    structure = compte.partenaire.nom if compte.partenaire_id else ""
    brut = f"{compte.identifiant} {compte.nom} {compte.prenom} {compte.email.partition('@')[0]} {structure}"
    for separateur in ".-_'’@":
        brut = brut.replace(separateur, " ")
    return [mot for mot in sans_accents(brut).split() if len(mot) >= 4]


class Longueur:
    """At least 14 characters, at most 128, never truncated."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when too short or too long."""
        if len(password) < LONGUEUR_MIN:
            raise ValidationError(
                f"Ce mot de passe est trop court : il compte {len(password)} caractères, il en faut au moins "
                f"{LONGUEUR_MIN}.",
                code="trop_court",
            )
        if len(password) > LONGUEUR_MAX:
            raise ValidationError(
                f"Ce mot de passe est trop long : {LONGUEUR_MAX} caractères au plus.", code="trop_long"
            )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return REGLES["longueur"]


class Devinable:
    """Judged by guessability, with the person's and the house's own words."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when the password is easy to guess or mostly made of the person's data."""
        contexte = [*_mots(user), *MOTS_DU_CONTEXTE]
        reste = sans_accents(password)
        for mot in contexte:
            reste = reste.replace(mot, "")
        if len(reste) < LONGUEUR_MIN // 2:
            raise ValidationError(
                "Ce mot de passe est trop proche de vos données ou des mots du portail.", code="trop_proche"
            )
        if zxcvbn(password[:LONGUEUR_JUGEE], user_inputs=contexte)["score"] < NOTE_MIN:
            raise ValidationError(
                "Ce mot de passe est facile à deviner. Ajoutez un ou deux mots sans lien avec les autres.",
                code="devinable",
            )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return REGLES["devinable"]


class PasDejaUtilise:
    """Not the present password, nor one of the last five (A-06)."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when the person used it lately."""
        if user is None or user.pk is None:
            return
        # Before the activation, the password of an interrupted try is no former one.
        en_place = user.has_usable_password() and user.statut != Compte.Statut.EN_ATTENTE
        empreintes = [user.password] if en_place else []
        empreintes += user.mots_de_passe_anciens.values_list("empreinte", flat=True)[
            : MOTS_DE_PASSE_GARDES - 1
        ]
        if any(check_password(password, empreinte) for empreinte in empreintes):
            raise ValidationError(
                "Vous avez déjà utilisé ce mot de passe. Choisissez-en un nouveau.", code="deja_utilise"
            )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return REGLES["deja"]
