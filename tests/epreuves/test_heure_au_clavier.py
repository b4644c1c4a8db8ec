"""An agent works an hour with the keyboard alone: more than thirty acts, axe silent after each; the same with scripts off.

`make test` treats one demande.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.test_heure_au_clavier import (
    a_traiter,
    autour,
    dans_la_liste,
    prendre_place,
    selon_l_etat,
    sur_une_demande,
)
from tests.signalements.fabrique import deposer

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "sans script"])
def test_une_heure_au_clavier(demonstration: None, ouvrir: Callable[..., Page], capsys, scripts: bool):
    """D-08, RGAA 12: nothing at the desk asks for a mouse, nor for a script."""
    moi, technicien, agent = prendre_place(ouvrir, scripts=scripts)
    references = a_traiter(technicien, agent)
    sur_une_demande(moi, deposer(technicien).reference)
    selon_l_etat(moi, references)
    dans_la_liste(moi)
    autour(moi, technicien.partenaire.siret)
    with capsys.disabled():
        print(f"\n{len(moi.faits)} actes au clavier seul : {', '.join(moi.faits)}")
    assert len(moi.faits) >= 30
