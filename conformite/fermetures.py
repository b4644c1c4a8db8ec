"""What closed an access, outside the database: a restored backup must not open it again.

One file per line in `DOSSIER_CLES/fermetures`, beside the deletion ledger, written after the commit of the act; read
by `manage.py restaurer`. Identifiers only.
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Model

from conformite.scellement.magasin import dossier, ecrire_fichier
from socle import horloge

# Acts after which an older copy of the same row would open more than it should.
ACTES = frozenset(
    f"compte.{verbe}"
    for verbe in (
        "cle_retirer",
        "deplacer",
        "exclure",
        "inactiver",
        "modifier",
        "mot_de_passe",
        "refaire_facteur",
        "second_facteur",
    )
) | {"convention.denoncer", "convention.resilier", "convention.suspendre", "convention.terminer", "gel.poser"}
LEVEE = "gel.lever"
GARDE = dt.timedelta(days=60)
_INSTANT = "%Y%m%dT%H%M%S.%f"


def noter(acte: str, objets: Iterable[Model | None]) -> None:
    """Write after the commit that this act closed something; other acts leave nothing.

    What an act added is not in an older copy: its account stands for it (an exclusion).
    """
    if acte in ACTES:
        touches = [getattr(un, "compte", None) or un for un in objets if un is not None]
        lignes = [{"acte": acte, "type": un._meta.label_lower, "cle": un.pk} for un in touches]
        _apres(lignes)


def noter_levee(gel: Model, par: int) -> None:
    """Write after the commit that this hold ended, by whom: an older copy would hold again."""
    _apres([{"acte": LEVEE, "type": gel._meta.label_lower, "cle": gel.pk, "par": par}])


def depuis(instant: dt.datetime) -> Iterator[dict[str, str | int]]:
    """Return the acts of this instant and later, oldest first."""
    for chemin in sorted((dossier() / "fermetures").glob("*.json")):
        if chemin.name >= f"{instant:{_INSTANT}}":
            yield from json.loads(chemin.read_text())


def oublier() -> None:
    """Remove what is older than any backup."""
    limite = horloge.temps_reel() - GARDE
    for chemin in (dossier() / "fermetures").glob("*.json"):
        if chemin.name < f"{limite:{_INSTANT}}":
            chemin.unlink(missing_ok=True)


def _apres(lignes: list[dict[str, str | int]]) -> None:
    # The act is done: a folder that is full is an error of the log, not of the person.
    transaction.on_commit(lambda: _ecrire(lignes), robust=True)


def _ecrire(lignes: list[dict[str, str | int]]) -> None:
    parent = dossier() / "fermetures"
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    ecrire_fichier(
        parent / f"{horloge.temps_reel():{_INSTANT}}-{uuid.uuid4().hex}.json", json.dumps(lignes).encode()
    )
