"""Dates and figures in French words."""

import datetime as dt

import pytest
from django import forms
from django.core.paginator import Paginator

from socle import horloge
from socle.templatetags import portail

INSTANT = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)
PARIS = "Europe/Paris"


@pytest.fixture(autouse=True)
def _a_l_heure(monkeypatch):
    monkeypatch.setattr(horloge, "maintenant", lambda: INSTANT)


@pytest.mark.parametrize(
    ("ecart", "mots"),
    [
        (0, "aujourd’hui"),
        (1, "demain"),
        (2, "après-demain"),
        (3, "dans 3\xa0jours"),
        (59, "dans 59\xa0jours"),
        (60, "dans 2\xa0mois"),
        (729, "dans 24\xa0mois"),
        (730, "dans 2\xa0ans"),
        (-1, "hier"),
        (-2, "avant-hier"),
        (-3, "il y a 3\xa0jours"),
        (-400, "il y a 13\xa0mois"),
    ],
)
def test_dans_combien(ecart, mots):
    # 23:30 UTC is already the next day in Paris.
    assert portail.dans_combien(dt.date(2026, 11, 23) + dt.timedelta(days=ecart), PARIS) == mots


def test_dans_combien_compte_les_jours_de_la_zone():
    assert portail.dans_combien(INSTANT, "America/Martinique") == "aujourd’hui"
    assert portail.dans_combien(dt.date(2026, 11, 23), "America/Martinique") == "demain"


def test_date_longue():
    assert portail.date_longue(dt.date(2026, 11, 26)) == "jeudi 26\xa0novembre\xa02026"
    assert portail.date_longue(dt.date(2026, 3, 1)) == "dimanche 1er\xa0mars\xa02026"
    assert portail.date_longue(INSTANT, PARIS) == "lundi 23\xa0novembre\xa02026"


def test_date_heure_suit_la_zone_et_l_heure_d_ete():
    assert portail.date_heure(INSTANT, PARIS) == "le 23/11/2026 à\xa00\xa0h\xa030"
    assert portail.date_heure(INSTANT, "Indian/Reunion") == "le 23/11/2026 à\xa03\xa0h\xa030"
    assert (
        portail.date_heure(dt.datetime(2026, 7, 1, 12, 5, tzinfo=dt.UTC), PARIS)
        == "le 01/07/2026 à\xa014\xa0h\xa005"
    )
    assert portail.date_heure(dt.date(2026, 7, 1)) == "le 01/07/2026"
    assert portail.date_heure("le mois dernier") == "le mois dernier"


@pytest.mark.parametrize(
    "filtre", [portail.dans_combien, portail.date_longue, portail.date_heure, portail.date_courte]
)
def test_rien_ne_donne_rien(filtre):
    assert filtre(None) == ""


@pytest.mark.parametrize(
    ("nom", "de", "le", "au"),
    [
        ("Metz Métropole", "de Metz Métropole", "Metz Métropole", "à Metz Métropole"),
        ("Elbeuf solidaire", "d’Elbeuf solidaire", "Elbeuf solidaire", "à Elbeuf solidaire"),
        ("CCAS de Grimaud", "du CCAS de Grimaud", "le CCAS de Grimaud", "au CCAS de Grimaud"),
        ("Département du Var", "du Département du Var", "le Département du Var", "au Département du Var"),
        ("Association Aube", "de l’Association Aube", "l’Association Aube", "à l’Association Aube"),
        ("CPAM de Moselle", "de la CPAM de Moselle", "la CPAM de Moselle", "à la CPAM de Moselle"),
    ],
)
def test_un_nom_dans_une_phrase(nom, de, le, au):
    assert (portail.de(nom), portail.le(nom), portail.au(nom)) == (de, le, au)


@pytest.mark.parametrize(
    ("numero", "lu"),
    [
        ("0353015700", "03\xa053\xa001\xa057\xa000"),
        ("03 53 01 57 00", "03\xa053\xa001\xa057\xa000"),
        ("+262262000000", "02\xa062\xa000\xa000\xa000"),
        ("Non renseigné", "Non renseigné"),
    ],
)
def test_telephone(numero, lu):
    assert portail.telephone(numero) == lu


def test_une_phrase_ne_coupe_ni_rendez_vous_ni_reference():
    assert portail.phrase("Un rendez-vous <b> pour D26-7KQ4-M9XP ?") == (
        'Un <span class="sans-retour">rendez-vous</span> &lt;b&gt; pour '
        '<span class="sans-retour">D26-7KQ4-M9XP</span>\xa0?'
    )


def test_taille_fichier():
    assert portail.taille_fichier(1) == "1\xa0Ko"
    assert portail.taille_fichier(182_400) == "182\xa0Ko"
    assert portail.taille_fichier(2_400_000) == "2,4\xa0Mo"


def test_accorder():
    assert portail.accorder(0, "demande,demandes") == "0\xa0demande"
    assert portail.accorder(1, "demande,demandes") == "1\xa0demande"
    assert portail.accorder(2, "demande,demandes") == "2\xa0demandes"


def test_element():
    assert portail.element(["a"], 0) == "a"
    assert portail.element({"a": 1}, "a") == 1
    assert portail.element(["a"], 3) == portail.element(None, "a") == ""


def test_pages_proches():
    assert portail.pages_proches(Paginator(range(200), 10).page(7)) == [1, "…", 6, 7, 8, "…", 20]


class Tout(forms.Form):
    """A field of each kind."""

    a = forms.CharField()
    b = forms.CharField(widget=forms.Textarea, max_length=200)
    c = forms.ChoiceField(choices=[("x", "X")])
    d = forms.ChoiceField(choices=[("x", "X")], widget=forms.RadioSelect)
    e = forms.MultipleChoiceField(choices=[("x", "X")], widget=forms.CheckboxSelectMultiple)
    f = forms.BooleanField()
    g = forms.FileField()


def test_genre_de_champ():
    genres = [portail.genre_de_champ(champ) for champ in Tout()]
    assert genres == ["texte", "zone", "choix", "radios", "cases", "case", "fichier"]


def test_rendre_widget_relie_le_champ_a_son_erreur():
    html = portail.rendre_widget(Tout({})["b"], "zone")
    assert 'class="zone"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_b_error"' in html
    assert 'maxlength="200"' in html
