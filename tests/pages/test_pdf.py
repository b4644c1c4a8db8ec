"""The documents that the portal writes, opened as a screen reader does: tags, language, title, order, tables.

Every template that extends pdf/base.html must come out of an address of the matrix, or this fails.
"""

import itertools
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test.signals import template_rendered

from accounts.ods import classeur
from conventions.views import documents
from droits.actions.demandes import rechercher, verifier_identite
from droits.models.demandes import DemandeDroits
from espace_partenaires import guide
from fichiers import controle
from socle import pdf
from tests.fichiers.echantillons import jpeg, png
from tests.matrice.monde import Monde, creer_monde
from tests.matrice.table import TABLE
from tests.matrice.test_matrice import adresse
from tests.pages.test_html import premier_servi

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# Kinds of the documents of a convention: one address each.
PIECES = sorted(documents.PIECES)


def documents_attendus() -> set[str]:
    """Return the templates of documents."""
    return {
        str(chemin.relative_to(TEMPLATES))
        for chemin in TEMPLATES.rglob("*.html")
        if 'extends "pdf/base.html"' in chemin.read_text()
    }


def noeuds(element: Any) -> Iterator[pikepdf.Dictionary]:
    """Walk the tree of tags in reading order."""
    enfants = element.get("/K", [])
    for enfant in enfants if isinstance(enfants, pikepdf.Array) else [enfants]:
        if isinstance(enfant, pikepdf.Dictionary) and "/S" in enfant:
            yield enfant
            yield from noeuds(enfant)


def ordre_des_contenus(element: Any, page: Any = None) -> Iterator[tuple[int, int]]:
    """Return (page object, number of the marked content) in the order of the tags."""
    page = element.get("/Pg", page)
    enfants = element.get("/K", [])
    for enfant in enfants if isinstance(enfants, pikepdf.Array) else [enfants]:
        if isinstance(enfant, int):
            yield page.objgen[0], int(enfant)
        elif isinstance(enfant, pikepdf.Dictionary) and enfant.get("/Type") == "/MCR":
            yield enfant.get("/Pg", page).objgen[0], int(enfant.MCID)
        # Bullets and pictures are painted after the texts of their page, and read in their place.
        elif isinstance(enfant, pikepdf.Dictionary) and enfant.get("/S", "/Lbl") not in ("/Lbl", "/Figure"):
            yield from ordre_des_contenus(enfant, page)


def defauts_de_lecture(document: pikepdf.Pdf) -> list[str]:
    """Return what any document has to say of itself: that it is tagged, its language, its title."""
    racine = document.Root
    if not racine.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in racine:
        return ["sans balises"]
    defauts = [] if str(racine.get("/Lang", "")).startswith("fr") else ["sans langue"]
    # Read first: the library aligns it on the metadata, where it finds none.
    titre = document.docinfo.get("/Title")
    if not titre or not racine.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        defauts.append("sans titre affiché")
    return defauts


def defauts_de_structure(contenu: bytes, se_dit: str | None = "1") -> list[str]:
    """Return what a screen reader would stumble on."""
    with pikepdf.open(BytesIO(contenu)) as document:
        racine, defauts = document.Root, defauts_de_lecture(document)
        if defauts == ["sans balises"]:
            return defauts
        with document.open_metadata() as meta:
            if meta.get("pdfuaid:part") != se_dit:
                defauts.append("ne se dit pas PDF/UA")
        arbre = list(noeuds(racine.StructTreeRoot))
        niveaux = [int(str(n.S)[2:]) for n in arbre if re.fullmatch(r"/H[1-6]", str(n.S))]
        defauts += _titres(niveaux) + _tableaux(arbre) + _identifiants(racine.StructTreeRoot, arbre)
        return defauts + _ordre(racine.StructTreeRoot, document)


def _titres(niveaux: list[int]) -> list[str]:
    if niveaux[:1] != [1] or niveaux.count(1) != 1:
        return [f"titres {niveaux}"]
    return [f"titres {niveaux}" for a, b in itertools.pairwise(niveaux) if b > a + 1][:1]


def _tableaux(arbre: list[pikepdf.Dictionary]) -> list[str]:
    """Each picture is described; each table has headers, and each cell names those that head it."""
    defauts = ["image sans description" for n in arbre if n.S == "/Figure" and not n.get("/Alt")]
    for tableau in (n for n in arbre if n.S == "/Table"):
        cellules = list(noeuds(tableau))
        defauts += [
            "entête sans portée"
            for n in cellules
            if n.S == "/TH" and str(_attributs(n).get("/Scope")) not in ("/Row", "/Column")
        ]
        entetes = {str(n.ID) for n in cellules if n.S == "/TH"}
        if not entetes:
            defauts.append("tableau sans entête")
        for cellule in (n for n in cellules if n.S == "/TD"):
            nommes = {str(nom) for nom in _attributs(cellule).get("/Headers", [])}
            if entetes and (not nommes or nommes - entetes):
                defauts.append("cellule sans entête")
    return defauts


def _attributs(noeud: pikepdf.Dictionary) -> dict[str, Any]:
    """Return the attributes of a tag, written as one dictionary or as several."""
    attributs = noeud.get("/A", {})
    suite = attributs if isinstance(attributs, pikepdf.Array) else [attributs]
    return {cle: valeur for un in suite for cle, valeur in dict(un).items()}


def _identifiants(racine: pikepdf.Dictionary, arbre: list[pikepdf.Dictionary]) -> list[str]:
    """Each identifier leads to its tag: without the index, no reader finds the header that a cell names."""
    attendus = {bytes(n.ID) for n in arbre if "/ID" in n}
    if not attendus:
        return []
    if "/IDTree" not in racine:
        return ["sans index des identifiants"]
    noms = list(racine.IDTree.Names)
    index = {bytes(cle): noeud for cle, noeud in zip(noms[::2], noms[1::2], strict=True)}
    defauts = [] if list(index) == sorted(attendus) else ["index des identifiants incomplet"]
    return defauts + [
        "identifiant qui mène ailleurs" for cle, noeud in index.items() if bytes(noeud.ID) != cle
    ]


def _ordre(arbre: Any, document: pikepdf.Pdf) -> list[str]:
    """The tags follow the pages, and on each page the order in which its text is written."""
    rang = {page.objgen[0]: numero for numero, page in enumerate(document.pages)}
    suite = [(rang[page], mcid) for page, mcid in ordre_des_contenus(arbre)]
    if not suite:
        return ["aucun texte balisé"]
    return [] if suite == sorted(suite) else ["l’ordre des balises n’est pas celui de la lecture"]


@pytest.fixture
def monde(db: None) -> Monde:
    """Return the world, where the search about a person was made, so that his file can be extracted."""
    monde = creer_monde()
    demande = DemandeDroits.objects.get(**monde.objets["demande-droits"])
    verifier_identite(demande, par=monde.comptes["dpo"])
    rechercher(demande, par=monde.comptes["dpo"])
    # Made once per process: another test may have had it made.
    guide.mode_d_emploi.cache_clear()
    return monde


def documents_du_monde(monde: Monde) -> Iterator[tuple[str, HttpResponse, set[str]]]:
    """Return the name, the answer and the templates of every document that an address gives."""
    ouverts: set[str] = set()

    def noter(sender: Any, template: Any, **_: Any) -> None:
        ouverts.add(template.name)

    template_rendered.connect(noter)
    try:
        for ligne in TABLE:
            if "GET" not in ligne.methodes.split() or not re.search(
                r"pdf|accord|accuse|extraction|notice|emploi|aipd|visite", ligne.vue
            ):
                continue
            lettre = premier_servi(ligne)
            client = monde.entre(lettre or "technicien")
            chemin = adresse(monde, ligne)
            variantes = [chemin.replace("convention.pdf", f"{piece}.pdf") for piece in PIECES]
            for variante in {chemin, *variantes, chemin.replace(".json", ".pdf")}:
                ouverts.clear()
                reponse = client.get(variante)
                if reponse.headers.get("Content-Type") == "application/pdf":
                    yield variante, reponse, set(ouverts)
    finally:
        template_rendered.disconnect(noter)


@pytest.mark.lent
def test_13_3_chaque_document_se_lit_a_voix_haute(monde: Monde):
    defauts, vus = [], set()
    for nom, reponse, gabarits in documents_du_monde(monde):
        vus |= gabarits
        defauts += [f"{nom} : {defaut}" for defaut in defauts_de_structure(reponse.content)]
    assert defauts == [], "\n".join(defauts)
    assert documents_attendus() - vus == set(), "documents qu’aucune adresse de la matrice ne donne"


def test_le_controle_voit_les_fautes(monkeypatch: pytest.MonkeyPatch):
    corps = "<h1>a</h1><h3>b</h3><table><tr><td>1</td></tr></table>"
    for html in (f"<title>t</title>{corps}", f'<html lang="fr"><title>t</title>{corps}</html>'):
        monkeypatch.setattr(pdf, "render_to_string", lambda *_, html=html: html)
        defauts = defauts_de_structure(pdf.rendre_pdf("x.html", {}))
        assert "titres [1, 3]" in defauts
        assert "tableau sans entête" in defauts
        assert ("sans langue" in defauts) == ("lang=" not in html)


TABLEAU = (
    '<html lang="fr"><title>t</title><h1>a</h1><table><caption>c</caption><thead><tr><th scope="col">A</th>'
    '<th scope="col">B</th></tr></thead><tbody><tr><th scope="row">1</th><td>2</td></tr></tbody></table></html>'
)


def test_13_3_ce_qu_une_caisse_publie_reste_accessible(monkeypatch: pytest.MonkeyPatch):
    """RGAA 13.3: rebuilt by the control, a tagged document keeps all that reads it aloud, and its title."""
    monkeypatch.setattr(pdf, "render_to_string", lambda *_: TABLEAU)
    publie = controle.examiner("guide.pdf", pdf.rendre_pdf("x.html", {})).contenu
    # What it says of itself goes with its metadata.
    assert defauts_de_structure(publie, se_dit=None) == []


def test_13_3_des_images_reunies_se_disent(monkeypatch: pytest.MonkeyPatch):
    """RGAA 13.3: pictures joined by the portal have tags, language and title, and each says that it is a picture."""
    contenu = controle.reunir("Avis de la caisse.pdf", [(jpeg(), 0), (png(), 90)])[0].contenu
    with pikepdf.open(BytesIO(contenu)) as document:
        assert defauts_de_lecture(document) == []
        assert document.docinfo["/Title"] == "Avis de la caisse"
        figures = list(noeuds(document.Root.StructTreeRoot))
        assert [str(n.get("/Alt", "")) for n in figures if n.S == "/Figure"] == [
            f"Page {n} sur 2\N{NO-BREAK SPACE}: image numérisée, sans texte." for n in (1, 2)
        ]
        for rang, page in enumerate(document.pages):
            assert page.obj.StructParents == rang and b"/Figure <</MCID 0>> BDC" in page.Contents.read_bytes()


def test_13_3_un_classeur_a_un_titre_une_langue_et_des_entetes():
    """RGAA 13.3: a spreadsheet of the portal says its title and its language; its first row heads the columns."""
    with zipfile.ZipFile(BytesIO(classeur("Demandes", [["Référence"], ["A"]]))) as archive:
        assert "<dc:title>Demandes</dc:title>" in archive.read("meta.xml").decode()
        assert 'fo:language="fr"' in archive.read("styles.xml").decode()
        entetes = re.search(
            r"<table:table-header-rows>(.*?)</table:table-header-rows>", archive.read("content.xml").decode()
        )
        assert entetes and "Référence" in entetes[1] and "<text:p>A<" not in entetes[1]
        dits = re.findall(r'full-path="([^"]+)"', archive.read("META-INF/manifest.xml").decode())
        assert set(dits) - {"/"} == set(archive.namelist()) - {"mimetype", "META-INF/manifest.xml"}


def test_les_entetes_d_un_tableau_se_retrouvent(monkeypatch: pytest.MonkeyPatch):
    """RGAA 13.3: a cell names its headers, the index leads to them, and each says what it heads."""
    monkeypatch.setattr(pdf, "render_to_string", lambda *_: TABLEAU)
    contenu = pdf.rendre_pdf("x.html", {})
    assert defauts_de_structure(contenu) == []
    with pikepdf.open(BytesIO(contenu)) as document:
        portees = [str(_attributs(n)["/Scope"]) for n in noeuds(document.Root.StructTreeRoot) if n.S == "/TH"]
    assert portees == ["/Column", "/Column", "/Row"]
