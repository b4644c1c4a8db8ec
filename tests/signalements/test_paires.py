"""Two persons do one act of a demande at the same instant, for each act that a page offers. Every pair: `make epreuves`."""

import pytest

from tests.signalements.paires import Scene, jouer, memes, tous_les_actes


@pytest.mark.lent
def test_chaque_acte_d_une_demande_par_deux_personnes(base_reelle, postgres):
    """Done once, the other is told, with what was typed; and every act that the portal serves is one of these."""
    scene = Scene.dresser(postgres)
    joues = memes(scene)
    assert {acte.nom for _, acte, _ in joues} == tous_les_actes()
    fautes = [jouer(scene, etat, (acte, acte)) for etat, acte, _ in joues]
    assert [faute for faute in fautes if faute] == []
