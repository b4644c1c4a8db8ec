"""Whose journal a line belongs to: the object says it, never the caller.

- Of a caisse, and of a structure when it has one: a demande, what hangs on it, a caisse's part in a convention.
- Of several caisses: a convention and its papers, an account of several caisses. One line in the journal of each.
- Of a structure and of no caisse: its record, its accounts. One line, read by each caisse in convention with it.
- Of nobody: what concerns the whole portal. `journal_de = None`.
"""

from dataclasses import dataclass
from typing import cast

from django.db.models import Model


@dataclass(frozen=True)
class Reperes:
    """The caisses and the structure whose journal holds a line, and the reference by which it is found."""

    caisses: tuple[int, ...] = ()
    partenaire: int | None = None
    reference: str = ""


def reperes(objet: object) -> Reperes:
    """Return what `objet` says of itself.

    By `reperes_du_journal()`; or what the object that it names in `journal_de` says, for a message, a piece, a line;
    else its `caisse_id`, `partenaire_id` and `reference`. Raise TypeError for an object that says nothing: a new model of the journal cannot forget it. No object at all is
    an act of the whole portal.
    """
    if objet is None:
        return Reperes()
    if hasattr(objet, "reperes_du_journal"):
        return cast(Reperes, objet.reperes_du_journal())
    if hasattr(objet, "journal_de"):
        return reperes(objet.journal_de and getattr(objet, objet.journal_de))
    if not (hasattr(objet, "caisse_id") or hasattr(objet, "partenaire_id")):
        nom = objet._meta.label if isinstance(objet, Model) else type(objet).__name__
        raise TypeError(f"journal : {nom} ne dit pas à qui est sa ligne (reperes_du_journal)")
    caisse = getattr(objet, "caisse_id", None)
    return Reperes(
        caisses=() if caisse is None else (caisse,),
        partenaire=getattr(objet, "partenaire_id", None),
        reference=getattr(objet, "reference", ""),
    )
