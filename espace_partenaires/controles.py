"""Deployment checks (`manage.py check --deploy`): what would make a production unsafe is refused before it opens."""

from django.conf import settings
from django.core.checks import CheckMessage, Error

from conformite.scellement import magasin
from conformite.scellement.maitres import CleMaitreInvalide, cles_maitres

HOTES_LOCAUX = {"localhost", "127.0.0.1", "[::1]", "testserver"}


def est_local() -> bool:
    """Whether the portal answers to local names only."""
    return set(settings.ALLOWED_HOSTS) <= HOTES_LOCAUX and not settings.HTTPS


def controler_le_deploiement(app_configs: object, **_: object) -> list[CheckMessage]:
    """Refuse a portal open to others that demonstrates, debugs, or cannot seal, encrypt or write."""
    if est_local():
        return []
    fautes = [
        (settings.DEMO, "DEMO est ouvert : ses comptes et ses codes sont publics.", "E001"),
        (settings.DEBUG, "DEBUG est ouvert : les pages d’erreur montrent la mémoire.", "E002"),
        (not _cles_lisibles(), "CLES_MAITRES manque ou n’est pas une clé de 32 octets en base64.", "E003"),
        (not settings.HTTPS, "ADRESSE_DU_PORTAIL doit commencer par https://.", "E004"),
        ("dummy" in settings.EMAIL_BACKEND, "EMAIL_URL manque : aucun courriel ne partirait.", "E005"),
        (
            not _cles_ouvertes(),
            "CLES_MAITRES n’ouvre pas le dossier de clés : ce n’est pas la sienne.",
            "E006",
        ),
        (
            not all(settings.EXPLOITANT.values()),
            "Une variable EXPLOITANT_… manque : le portail doit nommer qui l’exploite.",
            "E007",
        ),
    ]
    return [Error(message, id=f"espace.{code}") for faute, message, code in fautes if faute]


def _cles_lisibles() -> bool:
    try:
        return bool(cles_maitres())
    except CleMaitreInvalide:
        return False


def _cles_ouvertes() -> bool:
    """Whether a master key opens the last key of the folder: a well-formed one may be another portal's."""
    noms = magasin.noms("termes")[-1:] if _cles_lisibles() else []
    try:
        return all(magasin.lire(nom) for nom in noms)
    except CleMaitreInvalide:
        return False
