"""What closed an access, outside the database: a restored backup must not open it again.

One file per line in `DOSSIER_CLES/fermetures`, beside the deletion ledger, written after the commit of the act; read
by `manage.py restaurer`. Identifiers only.
"""

import datetime as dt
import itertools
import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

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
        "lever_exclusion",
        "modifier",
        "mot_de_passe",
        "refaire_facteur",
        "second_facteur",
    )
) | {
    "autorisation.retirer",
    "convention.denoncer",
    "convention.lever_suspension",
    "convention.resilier",
    "convention.suspendre",
    "convention.terminer",
    "gel.poser",
}
LEVEE = "gel.lever"
GARDE = dt.timedelta(days=60)
_INSTANT = "%Y%m%dT%H%M%S.%f"
_rangs = itertools.count()


def noter(acte: str, objets: Iterable[Model | None], *, par: int | None, **details: Any) -> None:
    """Write after the commit that this act closed something, by whom and how; other acts leave nothing.

    What an act added is not in an older copy: its account and its caisse stand for it (an exclusion).
    """
    if acte not in ACTES:
        return
    commun = {"acte": acte, "par": par, "details": details}
    _apres(
        [
            commun | {"type": un._meta.label_lower, "cle": un.pk, "caisse": getattr(objet, "caisse_id", None)}
            for objet in objets
            if objet is not None
            for un in [getattr(objet, "compte", None) or objet]
        ]
    )


def noter_levee(gel: Model, par: int) -> None:
    """Write after the commit that this hold ended, by whom: an older copy would hold again."""
    _apres([{"acte": LEVEE, "type": gel._meta.label_lower, "cle": gel.pk, "par": par}])


def depuis(instant: dt.datetime) -> Iterator[dict[str, Any]]:
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


def _apres(lignes: list[dict[str, Any]]) -> None:
    # The act is done: a folder that is full is an error of the log, not of the person.
    transaction.on_commit(lambda: _ecrire(lignes), robust=True)


def _ecrire(lignes: list[dict[str, Any]]) -> None:
    parent = dossier() / "fermetures"
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # In the order of the acts: a rank for those of one instant.
    nom = f"{horloge.temps_reel():{_INSTANT}}-{next(_rangs):06d}-{uuid.uuid4().hex}.json"
    ecrire_fichier(parent / nom, json.dumps(lignes).encode())
