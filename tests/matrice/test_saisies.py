"""Bad input, posted to every field of every form that a page shows: never a server error, never markup given back raw.

The forms are read from the pages themselves, as their owner gets them, so that a new field is tried as soon as it is
shown. A form is posted once for each value, its fields shifted by one: every field gets every value, among neighbours
that are bad in other ways; each text field is then tried alone, in a form that is right otherwise.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import lxml.html
import pytest
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from socle import horloge
from tests.matrice.monde import Monde
from tests.matrice.table import TABLE, Ligne
from tests.matrice.test_matrice import adresse, demander, essai, un_servi

BALISE = "<script>alert(1)</script>"
VALEURS = (
    *("O'Brien", "D’Angelo", "Le Goff-N'Guyen", "É", "Null", "Mu\u0308ller", "👩‍👩‍👧", "محمد"),
    *("Je\u202ean", "Je\u200ban", "x" * 10_000, "Jean\x00", "a\x07\x1b[2J", BALISE, "\u0130\ufb01"),
    *("{{ perms }}{% now 'Y' %}", "';DROP TABLE x;--", '" or ""="', "%s%d%(x)s", "=cmd|' /C calc'!A0"),
    *("Nom\r\nBcc: tous@ailleurs.example", "../../etc/passwd", "http://ailleurs.example/"),
    *("31/12/1899", "01/01/2100", "29/02/2023", "01/01/1908", "0000-00-00", "9999-12-31T23:59"),
    *("+262 262 12 34 56", "90057001100017", "35600000000048", "élise@exämple.example", "a@b"),
    *("-1", "0", "1e9", "1" + "0" * 40, "NaN", "Infinity", "١٢٣", "1,5", "on", "None", "\ud7ff\uffff"),
    *("not-a-uuid", "00000000-0000-0000-0000-000000000000", "2 85 03 57 463 123 45"),
)
LIBRES = ("Jean\x00", BALISE, "=cmd|' /C calc'!A0")
MUETS = ("csrfmiddlewaretoken", "fichiers")
ENVOIS_MUETS = {"/deconnexion/"}


@dataclass(frozen=True)
class Formulaire:
    """A form of a page: where it goes, its fields, and what its owner would send."""

    ou: str
    champs: tuple[str, ...]
    textes: tuple[str, ...]
    juste: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def forme(self) -> tuple[str, tuple[str, ...]]:
        """What makes it the same form elsewhere: the view behind its address, and its fields."""
        but = resolve(self.ou)
        return f"{but.view_name} {but.kwargs.get('verbe', '')}", self.champs

    def tours(self) -> Iterator[dict[str, Any]]:
        """Every field with every value, then each text alone."""
        for rang in range(len(VALEURS)):
            yield {nom: VALEURS[(rang + i) % len(VALEURS)] for i, nom in enumerate(self.champs)}
        for nom in self.textes:
            for valeur in LIBRES:
                yield {**dict(self.juste), nom: valeur}


def formulaires(page: bytes, ou: str, methode: str) -> Iterator[Formulaire]:
    for lu in lxml.html.fromstring(page).forms:
        cible = urlsplit(lu.action or ou).path
        if lu.method.lower() != methode or cible in ENVOIS_MUETS:
            continue
        champs, textes, juste = [], [], {}
        for entree in lu.inputs:
            nom = entree.name
            if not nom or nom in MUETS or entree.get("type") == "submit" or nom in champs:
                continue
            champs.append(nom)
            juste[nom] = tuple(valeurs_justes(lu, nom))
            if isinstance(entree, lxml.html.TextareaElement) or entree.get("type", "") in ("text", "search"):
                textes.append(nom)
        if champs:
            yield Formulaire(cible, tuple(champs), tuple(textes), tuple(juste.items()))


def valeurs_justes(formulaire: Any, nom: str) -> list[str]:
    """What somebody would answer: what is there, else the first choice, a day to come, a word."""
    entree = formulaire.inputs[nom]
    if isinstance(entree, lxml.html.SelectElement):
        choix = [entree.value] if entree.value else [un for un in entree.value_options if un]
        return choix[:1]
    if isinstance(entree, lxml.html.InputGetter | list) or hasattr(entree, "value_options"):
        return list(entree.value_options)[:1]
    if entree.get("type") == "checkbox":
        return [entree.get("value", "on")]
    # As a browser reads it: what follows the tag of a text area is not typed.
    valeur = (entree.value or "").lstrip("\n")
    if not valeur and entree.get("type") in ("date", "datetime-local"):
        valeur = f"{horloge.maintenant() + dt.timedelta(days=40):%Y-%m-%dT10:30}"
    if not valeur and entree.get("inputmode") == "numeric":
        valeur = "27/03/1985"
    return [valeur or "Un mot"]


def qui_entre(monde: Monde, ligne: Ligne) -> Client:
    if ligne.servis in ("public", "porte"):
        return Client()
    return monde.entre(un_servi(ligne))


def essayer(client: Client, methode: str, ou: str, envoi: dict[str, Any]) -> str:
    """Return what went wrong, in a word; empty when the portal answered as it should."""
    with essai():
        try:
            reponse: HttpResponse = getattr(client, methode)(ou, envoi)
        except (DatabaseError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as erreur:
            return f"{type(erreur).__name__} : {str(erreur)[:120]}"
        contenu = reponse.getvalue()
        if reponse.status_code >= 500:
            return str(reponse.status_code)
        if BALISE.encode() in contenu:
            return "balise rendue telle quelle"
    return ""


@pytest.fixture(scope="module")
def vus() -> set:
    """The forms already tried by this process."""
    return set()


PAGES = [ligne for ligne in TABLE if "GET" in ligne.methodes.split()]
UNE_PAR_VUE = list({ligne.vue: ligne for ligne in PAGES}.values())


@pytest.mark.parametrize("ligne", PAGES, ids=str)
def test_aucune_saisie_ne_casse_un_formulaire(monde: Monde, ligne: Ligne, vus: set):
    ou, client = adresse(monde, ligne), qui_entre(monde, ligne)
    with essai():
        page = demander(client, "GET", ou)
    if not page.get("Content-Type", "").startswith("text/html") or not page.content:
        return
    faux = []
    for methode in ("post", "get"):
        for formulaire in formulaires(page.content, ou, methode):
            # The same act on another page is the same form.
            if formulaire.forme in vus:
                continue
            vus.add(formulaire.forme)
            for envoi in formulaire.tours():
                probleme = essayer(client, methode, formulaire.ou, envoi)
                if probleme:
                    faux.append((formulaire.ou, {k: str(v)[:30] for k, v in envoi.items()}, probleme))
    assert faux[:5] == []


@pytest.mark.parametrize("ligne", UNE_PAR_VUE, ids=str)
def test_aucun_parametre_ne_casse_une_page(monde: Monde, ligne: Ligne):
    """Pages, filters and sort keys out of bounds, on every page whose own links carry some."""
    ou, client = adresse(monde, ligne), qui_entre(monde, ligne)
    with essai():
        page = demander(client, "GET", ou)
    if page.status_code != 200 or not page.get("Content-Type", "").startswith("text/html"):
        return
    liens = [lien.get("href", "") for lien in lxml.html.fromstring(page.content).iter("a")]
    noms = {nom for lien in liens if lien.startswith("?") for nom, _ in parse_qsl(lien[1:])}
    ordre, faux = sorted(noms and noms | {"page"}), []
    for rang in range(len(VALEURS) if ordre else 0):
        parametres = {nom: VALEURS[(rang + i) % len(VALEURS)] for i, nom in enumerate(ordre)}
        probleme = essayer(client, "get", f"{ou}?{urlencode(parametres)}", {})
        if probleme:
            faux.append((parametres, probleme))
    assert faux[:5] == []


def test_un_nul_dans_une_adresse_est_refuse(monde: Monde):
    """In the path or in a parameter: a page that says so, whatever the view would have done with it."""
    client = monde.entre("administrateur")
    for ou in ("/partenaires/?q=Jean%00", "/demandes/D26-0000%00/", "/tri/?apres=%00", "/aide/?q=%00"):
        assert client.get(ou).status_code == 400, ou
    assert client.get("/partenaires/?q=Jean%2500").status_code == 200
