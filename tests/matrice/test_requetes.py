"""No page asks the database the same question row by row: each address of the matrix, on the rows of the world.

Beside it, what a list costs with one row and with forty: tests/signalements/test_echelles.py.
"""

import re
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.matrice.monde import Monde
from tests.matrice.table import TABLE, Ligne
from tests.matrice.test_matrice import adresse, demander, essai, un_servi

PAGES = [
    ligne for ligne in TABLE if "GET" in ligne.methodes.split() and ligne.servis not in ("public", "porte")
]
# The same question of the two sides, of each of the parts of a convention, of the years of a register.
PERMIS = 5
VALEURS = re.compile(r"'(?:[^']|'')*'|\b\d+\b")
SUITES = re.compile(r"\?(?:, \?)+")


def question(sql: str) -> str:
    """Return a statement without its values."""
    return SUITES.sub("?", VALEURS.sub("?", sql))


@pytest.mark.parametrize("ligne", PAGES, ids=str)
def test_une_page_ne_demande_rien_ligne_par_ligne(monde: Monde, ligne: Ligne):
    client, ou = monde.entre(un_servi(ligne)), adresse(monde, ligne)
    with essai(), CaptureQueriesContext(connection) as capture:
        demander(client, "GET", ou)
    questions = Counter(question(un["sql"]) for un in capture.captured_queries)
    assert {quoi: fois for quoi, fois in questions.items() if fois > PERMIS} == {}
