"""One body per idea: `python -m outils.corps` counts what is written beside it, and sees what is planted."""

import ast

import pytest

from outils import corps


@pytest.mark.parametrize(
    ("quoi", "compter", "permis"), corps.CORPS, ids=lambda un: un if isinstance(un, str) else ""
)
def test_one_body(quoi, compter, permis):
    assert len(compter()) == permis, (quoi, compter())


PLANTES = [
    (corps.journal, "consigner(Acte.LIRE, par=par, objet=demande, caisse=demande.caisse)"),
    (corps.refus, "def vue(request):\n    raise PermissionDenied"),
    (corps.profils, "siens = compte.profil in (Profil.AGENT, Profil.SUPERVISEUR)"),
    (corps.profils, "siens = Compte.objects.filter(profil=Profil.AGENT)"),
    (corps.mecanismes, "class Page:\n    def ouvrir(self): ...\n    def agir(self): ..."),
    (corps.champs, "class Titre(forms.CharField): ..."),
    (corps.feuilles, "page = Paginator(lignes, 25).get_page(1)"),
]


@pytest.mark.parametrize(("compter", "plante"), PLANTES, ids=lambda un: getattr(un, "__name__", ""))
def test_a_second_body_is_seen(compter, plante, monkeypatch):
    avant = compter()
    modules = (*corps.modules(), ("signalements/views/tri.py", ast.parse(plante)))
    monkeypatch.setattr(corps, "modules", lambda: modules)
    assert len(compter()) == len(avant) + 1


def test_types_are_told():
    """Not more « Any » than there were: a protocol, a model, or `object` for what nobody reads."""
    assert corps.vagues() <= 1340
