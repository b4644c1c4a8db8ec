"""The journal: who did what, on what, when. Identifiers only, never a person's data.

A line is written in the transaction of the act, explicitly, where the change is made. The database refuses to
change or remove it (trigger, and no right for the application's role); each day is sealed the next one
(`conformite.sceaux`).
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from conformite.models.journal import LigneJournal
from socle import horloge
from socle.acteurs import ANONYME, Acteur

DETAIL_MAX = 60


def consigner(
    acte: str,
    *,
    par: Acteur = ANONYME,
    objet: Model | None = None,
    reference: str = "",
    caisse: Any = None,
    partenaire: Any = None,
    **details: Any,
) -> None:
    """Write one line in the current transaction.

    `acte`: « demande.deposer ». `par`: who acts, an account or the machine. `objet`: a
    saved instance; its `reference` is taken when none is given. `caisse`, `partenaire`: instance or id; they say
    whose journal the line belongs to. `details`: identifiers, slugs and numbers; raise ValueError for anything
    else, and for a string longer than 60 characters.
    """
    consigner_tous(
        acte, [objet], par=par, reference=reference, caisse=caisse, partenaire=partenaire, **details
    )


def consigner_tous(
    acte: str,
    objets: Iterable[Model | None],
    *,
    par: Acteur = ANONYME,
    reference: str = "",
    caisse: Any = None,
    partenaire: Any = None,
    **details: Any,
) -> None:
    """Write one line for each of `objets`, all at once: the same act on a batch (see `consigner`)."""
    maintenant = horloge.maintenant()
    details = {nom: _verifier(nom, valeur) for nom, valeur in details.items()}
    LigneJournal.objects.bulk_create(
        LigneJournal(
            quand=maintenant,
            jour=maintenant.date(),
            acte=acte,
            compte=par.pk,
            profil=par.profil,
            objet_type=objet._meta.label_lower if objet is not None else "",
            objet_id=str(objet.pk) if objet is not None else "",
            reference=reference or getattr(objet, "reference", "") or "",
            caisse=_identifiant(caisse),
            partenaire=_identifiant(partenaire),
            details=details,
        )
        for objet in objets
    )


def _identifiant(valeur: Any) -> int | None:
    return valeur.pk if isinstance(valeur, Model) else valeur


def _verifier(nom: str, valeur: Any) -> Any:
    if valeur is None or isinstance(valeur, bool | int):
        return valeur
    if isinstance(valeur, str):
        if len(valeur) > DETAIL_MAX:
            raise ValueError(f"journal : « {nom} » dépasse {DETAIL_MAX} caractères")
        return str(valeur)
    if isinstance(valeur, list | tuple | set | frozenset):
        return [
            _verifier(nom, un) for un in (sorted(valeur) if isinstance(valeur, set | frozenset) else valeur)
        ]
    raise ValueError(f"journal : « {nom} » n’est ni un identifiant, ni un nombre, ni un code")
