"""A table sent as CSV, for a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse


def sans_formule(cellule: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula."""
    return f"'{cellule}" if cellule[:1] in "=+-@\t\r" and cellule else cellule


def reponse_csv(nom: str, entetes: Sequence[str], lignes: Iterable[Sequence[object]]) -> HttpResponse:
    """Return the file `nom`: its header, its lines; a cell never starts a formula."""
    reponse = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{nom}"'},
    )
    ecrivain = csv.writer(reponse, delimiter=";")
    ecrivain.writerow(entetes)
    for ligne in lignes:
        ecrivain.writerow(sans_formule(str(cellule)) for cellule in ligne)
    return reponse
