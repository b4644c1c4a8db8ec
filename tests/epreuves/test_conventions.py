"""The seven conventions of the referential, through the forms of a browser, until each is in force and says what was typed.

`make test` plays one of each sort.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from caisses.models import Caisse
from conventions.models.conventions import Participation
from demonstration.conventions import conventions_de_demonstration
from tests.e2e.test_conventions import caisses as caisses
from tests.e2e.test_conventions import jouer

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]


def test_the_seven_conventions(caisses: dict[str, Caisse], ouvrir: Callable[..., Page]):
    demos = conventions_de_demonstration(caisses["moselle"].jour)
    assert len(demos) == 7
    jouer(caisses, ouvrir, demos)
    assert Participation.objects.ouvrant_le_portail().count() == 8
