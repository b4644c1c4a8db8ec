"""Delete a batch with all that hangs from it, without loading a row: what `QuerySet.delete` does, at the speed of SQL.

No signal is sent and no `delete` method is called: the models that the engine purges have none. A row protected by
another one is left to the database, whose refusal undoes the batch.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import CASCADE, SET_NULL, Field, Lookup, Model, QuerySet
from django.db.models.fields.reverse_related import ForeignObjectRel
from psycopg import sql

from socle.certain import certain


@Field.register_lookup
class Parmi(Lookup):
    """`pk__parmi=[…]`: one array parameter, where `__in` makes one parameter for each value."""

    lookup_name = "parmi"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Write `column = ANY(array)`."""
        colonne, parametres = self.process_lhs(compiler, connection)
        return f"{colonne} = ANY(%s)", (*parametres, list(self.rhs))


def supprimer(lot: QuerySet) -> dict[str, int]:
    """Delete the rows of `lot` and those that follow them; return how many of each model, by its name."""
    cles = list(lot.values_list("pk", flat=True))
    with connections[lot.db].cursor() as curseur:
        return dict(_supprimer(curseur, lot.model, cles))


def _supprimer(curseur: CursorWrapper, modele: type[Model], cles: list[Any]) -> Counter[str]:
    comptes: Counter[str] = Counter()
    if not cles:
        return comptes
    for relation in _relations(modele):
        enfant: type[Model] = relation.related_model
        colonne = _colonne(relation.field)
        if relation.on_delete is SET_NULL:
            _executer(curseur, "UPDATE {t} SET {c} = NULL WHERE {c} = ANY(%s)", enfant, colonne, cles)
        elif any(True for _ in _relations(enfant)):
            _executer(curseur, "SELECT {p} FROM {t} WHERE {c} = ANY(%s)", enfant, colonne, cles)
            comptes += _supprimer(curseur, enfant, [cle for (cle,) in curseur.fetchall()])
        else:
            _executer(curseur, "DELETE FROM {t} WHERE {c} = ANY(%s)", enfant, colonne, cles)
            comptes[certain(enfant._meta.model_name)] += curseur.rowcount
    _executer(curseur, "DELETE FROM {t} WHERE {p} = ANY(%s)", modele, _cle(modele), cles)
    comptes[certain(modele._meta.model_name)] += curseur.rowcount
    return comptes


def _executer(curseur: CursorWrapper, ordre: str, modele: type[Model], colonne: str, cles: list[Any]) -> None:
    noms = {"t": modele._meta.db_table, "c": colonne, "p": _cle(modele)}
    curseur.execute(sql.SQL(ordre).format(**{cle: sql.Identifier(nom) for cle, nom in noms.items()}), [cles])


def _cle(modele: type[Model]) -> str:
    return _colonne(modele._meta.pk)


def _colonne(champ: Any) -> str:
    return str(champ.column)


def _relations(modele: type[Model]) -> Iterator[ForeignObjectRel]:
    """The relations by which other rows follow those of `modele`, or forget them."""
    for champ in modele._meta.get_fields(include_hidden=True):
        if not isinstance(champ, ForeignObjectRel) or not (champ.one_to_many or champ.one_to_one):
            continue
        if champ.on_delete is CASCADE or champ.on_delete is SET_NULL:
            yield champ
