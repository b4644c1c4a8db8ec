"""Two acts at once on one demande, every pair of what its pages offer in each state: one effect, the other is told.

And whoever loses his right while he waits does nothing, whatever the act. `make test` plays each act with itself.
"""

import itertools

from accounts.actions import comptes
from accounts.models.compte import Compte
from conformite.volumes import PLAFOND
from signalements.pieces import actions as pieces
from socle.acteurs import MACHINE
from tests.signalements.paires import Scene, jouer, jouer_sans_droit, memes, paires


def test_chaque_paire_d_actes_d_une_demande(base_reelle, postgres, monkeypatch, settings):
    # A thousand demandes of one structure, within one day; what an operator may set at the most.
    monkeypatch.setattr(pieces, "FICHIERS_PAR_JOUR", 100_000)
    settings.VOLUMES_USUELS = dict.fromkeys(settings.VOLUMES_USUELS, PLAFOND)
    scene = Scene.dresser(postgres)
    fautes = [jouer(scene, etat, paire) for etat, *paire in paires(scene)]
    assert len(fautes) > 1000
    assert [faute for faute in fautes if faute] == []


def _fermer(compte: Compte) -> None:
    comptes.inactiver(compte, par=MACHINE, cause=Compte.Inactivation.DEPART)


def _changer_de_profil(compte: Compte) -> None:
    Compte.objects.filter(pk=compte.pk).update(profil="dpo" if compte.cote_caisse else "gestionnaire")


def test_qui_perd_son_droit_pendant_qu_il_attend_n_agit_pas(base_reelle, postgres):
    scene, facons = Scene.dresser(postgres), itertools.cycle((_fermer, _changer_de_profil))
    fautes = [jouer_sans_droit(scene, etat, acte, next(facons)) for etat, acte, _ in memes(scene)]
    assert [faute for faute in fautes if faute] == []
