"""Whether the key folder is this database's own.

An empty or foreign folder (a storage that is not mounted, another platform's) would otherwise be filled with fresh
keys, and what is sealed in the database would be lost without a word.
"""

from django.db import IntegrityError, transaction

from conformite.models.travaux import TemoinDesCles
from conformite.scellement import CleAbsente, CleMaitreInvalide, cle_derivee
from conformite.scellement.termes import problemes as problemes_des_cles


class DossierEtranger(Exception):
    """The key folder is not the one of this database."""


def reconnaitre(*, accepter: bool = False) -> None:
    """Raise `DossierEtranger` when the folder does not hold this database's root key; learn it the first time.

    `accepter`: take the folder as it is from now on (the former one is lost for good).
    """
    attendu = TemoinDesCles.objects.values_list("empreinte", flat=True).first()
    try:
        trouve = cle_derivee("temoin").hex()
    except CleAbsente:
        trouve = ""
    if attendu and attendu != trouve and not accepter:
        raise DossierEtranger(
            "Le dossier de clés est vide alors que la base a déjà des clés : montez le bon dossier."
            if not trouve
            else "Le dossier de clés n’est pas celui de cette base : montez le bon dossier."
        )
    if attendu and attendu != trouve:
        TemoinDesCles.objects.all().delete()


def retenir() -> None:
    """Write which folder is this database's, once its root key exists."""
    try:
        with transaction.atomic():
            TemoinDesCles.objects.get_or_create(
                unique=True, defaults={"empreinte": cle_derivee("temoin").hex()}
            )
    except IntegrityError:
        return


def problemes() -> list[str]:
    """Say what keeps the portal from sealing or reading, a foreign folder included. Empty when all is well."""
    if trouves := problemes_des_cles():
        return trouves
    try:
        reconnaitre()
    except (DossierEtranger, CleMaitreInvalide) as erreur:
        return [str(erreur)]
    return []
