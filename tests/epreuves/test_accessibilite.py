"""axe with every rule on every page and state, at 1280 and 320 px, in the dark and in the colours of the system.

`make test` looks in one of these ways at each page that is not made like those before it.
"""

import pytest

from tests.e2e import test_accessibilite
from tests.e2e.test_accessibilite import LARGEURS, THEMES
from tests.e2e.test_accessibilite import test_chaque_adresse as test_chaque_adresse
from tests.e2e.test_accessibilite import test_la_demonstration as test_la_demonstration
from tests.e2e.test_accessibilite import test_les_etats as test_les_etats
from tests.e2e.test_accessibilite import test_les_portes as test_les_portes

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]


@pytest.fixture(autouse=True)
def _de_toutes_les_facons(monkeypatch):
    tous = tuple((largeur, tuple(THEMES)) for largeur in LARGEURS)
    monkeypatch.setattr(test_accessibilite, "regards", lambda ou: tous)
    monkeypatch.setattr(test_accessibilite, "a_du_neuf", lambda page: True)
