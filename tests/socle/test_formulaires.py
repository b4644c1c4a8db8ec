"""Every form of the project: its texts are the floor's fields, and nothing that is posted makes one fall."""

import ast
import copy
import importlib
import pkgutil
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError

from socle import champs
from tests.maison.arbre import APPS

RACINE = Path(__file__).parents[2]
PIECES = APPS
# What Django would let in as it is typed: the floor has a field for each.
NUS = {
    "CharField",
    "EmailField",
    "URLField",
    "SlugField",
    "RegexField",
    "DateField",
    "DateTimeField",
    "IntegerField",
}
# Fields that carry somebody's name, however a form calls them.
NOMS_DE_PERSONNE = {"nom", "prenom", "support_nom", "signataire_nom", "dpo_nom", "representant"}
NIR = (
    "2 85 03 57 463 121 23",
    "2\u201185\u201103\u201157\u2011463\u2011121\u201123",
    "NIR ２８５０３５７４６３１２１",
)
HOSTILES = (
    *(
        "a\x00b",
        "\x00",
        "fac\u202eerut",
        "１２３４５",
        "²³",
        "x" * 10_000,
        "\u200b\ufeff",
        "\ud800",
        "'; DROP TABLE --",
    ),
    *(
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "=cmd|' /C calc'!A0",
        "a\r\nBcc: b@c.example",
        "31/02/2023",
        "99999999999999999999",
    ),
)


def _charger() -> None:
    """Import every module of the project, so that every form exists."""
    for piece in PIECES:
        paquet = importlib.import_module(piece)
        for module in pkgutil.walk_packages(paquet.__path__, f"{piece}."):
            if not {"migrations", "wsgi", "celery"} & set(module.name.split(".")):
                importlib.import_module(module.name)


def _formulaires(classe: type = forms.BaseForm) -> set[type]:
    ici = {classe} if classe.__module__.split(".")[0] in PIECES else set()
    return ici.union(*(_formulaires(fille) for fille in classe.__subclasses__()))


_charger()
FORMULAIRES = sorted(_formulaires(), key=lambda f: f"{f.__module__}.{f.__name__}")
CHAMPS = [
    pytest.param(nom, champ, id=f"{f.__module__}.{f.__name__}.{nom}")
    for f in FORMULAIRES
    for nom, champ in f.base_fields.items()
    if not isinstance(champ, forms.ChoiceField | forms.BooleanField | forms.FileField | forms.UUIDField)
    and not isinstance(champ, forms.ModelChoiceField)
]


def test_aucun_champ_nu():
    """No module but the floor's own makes a text, a day, an instant or a number of Django's: a field left out is red."""
    trouves = [
        f"{chemin.relative_to(RACINE)}:{noeud.lineno} {noeud.func.attr}"
        for piece in PIECES
        for chemin in (RACINE / piece).rglob("*.py")
        if chemin != RACINE / "socle/champs.py"
        for noeud in ast.walk(ast.parse(chemin.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.Call)
        and isinstance(noeud.func, ast.Attribute)
        and noeud.func.attr in NUS
        and isinstance(noeud.func.value, ast.Name)
        and noeud.func.value.id == "forms"
    ]
    assert trouves == []


@pytest.mark.parametrize(("nom", "champ"), CHAMPS)
def test_tout_champ_est_un_champ_du_socle(nom, champ):
    """A text field that is none of the set is red: those that a model's form makes by itself too."""
    assert type(champ).__module__ == "socle.champs", type(champ)


@pytest.mark.parametrize(("nom", "champ"), CHAMPS)
def test_rien_de_ce_qui_est_poste_ne_fait_tomber(nom, champ):
    """K6, exigence 38, D-03: a sentence or a value, never an exception; no NUL and no NIR comes through."""
    for saisie in (*HOSTILES, *NIR):
        un = copy.deepcopy(champ)
        try:
            valeur = un.clean(saisie)
        except ValidationError as refus:
            assert refus.messages
            continue
        assert "\x00" not in str(valeur)
        assert saisie not in NIR or isinstance(un, champs.MotDePasse)
        assert len(str(valeur)) <= (getattr(un, "max_length", None) or 10_000)


@pytest.mark.parametrize("formulaire", FORMULAIRES, ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_tout_formulaire_qui_prend_un_texte_peut_demander(formulaire):
    """A doubtful text asks for a confirmation: the form must be able to ask, and the browser keeps nothing back."""
    if any(isinstance(champ, champs.Ligne) for champ in formulaire.base_fields.values()):
        assert issubclass(formulaire, champs.Formulaire)
        assert formulaire.use_required_attribute is False


@pytest.mark.parametrize(("nom", "champ"), CHAMPS)
def test_rien_n_est_propose_au_suivant(nom, champ):
    """Shared posts: the browser never offers yesterday's names, codes and accounts to the next person."""
    if isinstance(champ, champs.Ligne) and not champ.widget.is_hidden:
        assert champ.widget.attrs.get("autocomplete") in {"off", "one-time-code", "username", "email"}
    if nom in NOMS_DE_PERSONNE and isinstance(champ, champs.NomDePersonne):
        assert champ.widget.attrs.get("autocomplete") == "off"


def test_ce_qui_ne_se_rend_pas():
    """After a session ended: passwords and one-time codes are never given back."""
    secrets = {nom for nom, champ in (p.values for p in CHAMPS) if not getattr(champ, "rendable", False)}
    assert secrets == {"mot_de_passe", "confirmation", "actuel", "code", "preuve_de_cle"}


def test_un_formulaire_de_modele_nomme_ses_champs():
    """Nobody fills a column that the form does not show: an author, a state, a structure (ASVS 15.3.3)."""
    de_modele = {un for un in _formulaires() if issubclass(un, forms.ModelForm) and un._meta.model}
    assert {un.__name__ for un in de_modele} == {
        *("FormationForm", "MaintenanceForm", "PreferencesForm", "PublicationForm"),
        *("VecteurForm", "VecteurModifieForm"),
    }
    for un in de_modele:
        assert isinstance(un._meta.fields, list | tuple) and un._meta.exclude is None, un
        assert set(un.base_fields) & {"par", "statut", "partenaire", "profil", "cree_le"} == set(), un
