"""French spaces at render time: sentences of Python, literals of tags, mails; addresses, hours and HTML untouched."""

import re

import pytest
from django import forms
from django.template import Context, Template
from django.utils.safestring import mark_safe

from caisses.models import Pole
from socle.courriels import deposer_courriel
from socle.texte import espaces_francaises

NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ("Que faire ?", f"Que faire{NB}?"),
        ("Un mot : voir « ici ».", f"Un mot{NB}: voir «{NB}ici{NB}»."),
        ("À 14:30, https://portail.example/a?b=c ; fin", f"À 14:30, https://portail.example/a?b=c{NB}; fin"),
        ("- ligne\n: rien", "- ligne\n: rien"),
        ("Au 03 53 01 57 00", f"Au 03{NB}53{NB}01{NB}57{NB}00"),
    ],
)
def test_les_espaces_francaises(avant: str, apres: str):
    assert espaces_francaises(avant) == apres
    assert espaces_francaises(apres) == apres


def test_le_filtre_laisse_le_html_et_l_echappement():
    gabarit = Template("{{ texte|espaces }}")
    assert gabarit.render(Context({"texte": "<b> ?"})) == f"&lt;b&gt;{NB}?"
    html = mark_safe('<a title="Ouvrir : oui">Oui</a>')
    assert gabarit.render(Context({"texte": html})) == html


class Choix(forms.Form):
    """A list whose empty option Django names by dashes."""

    pole = forms.ModelChoiceField(Pole.objects.none())


def test_une_liste_dit_de_choisir(db):
    html = str(Choix()["pole"])
    assert re.search('<option value="" selected\\s*>Choisissez…</option>', html)
    assert "---" not in html


def test_un_courriel_a_ses_espaces(db):
    contexte = {"reference": "D26-7KQ4-M9XP", "chemin": "/demandes/"}
    courriel = deposer_courriel("a@b.example", "signalements/reponse_donnee", contexte)
    assert f"vous pourrez le dire dans les 15 jours{NB}:" in courriel.corps
    assert "https://portail.example/demandes/" in courriel.corps
