"""Documents that are drawn are fresh; what they name exists; they are written where a newcomer looks."""

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from outils import etats, exigences, garde, regles, typographie
from tests.maison.arbre import RACINE, fichiers, texte

LIEN = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
CHEMIN = re.compile(r"`((?:[\w.-]+/)+[\w.*-]+\.(?:py|md|toml|html|txt|css|js|yml|sh))`")
TITRE = re.compile(r"^#+ (.+)$", re.MULTILINE)
POIDS_IMAGE = 150_000


def documents() -> list[Path]:
    return [chemin for chemin in fichiers(".md") if not chemin.parts[0].startswith(".")]


def test_page_of_the_rules_is_fresh():
    assert (RACINE / regles.PAGE).read_text() == regles.page(), "make format"


def test_nothing_names_a_rule_that_does_not_exist():
    assert regles.inconnues() == []


def test_rules_keep_their_order_and_say_where_they_come_from():
    familles, sources, toutes = regles.liste()
    par_famille = [[cle for cle in toutes if cle.startswith(lettre)] for lettre in familles]
    assert [cle for famille in par_famille for cle in famille] == list(toutes)
    assert all(famille == sorted(famille) for famille in par_famille)
    assert {cle: set(r.sources) - sources.keys() for cle, r in toutes.items() if not r.sources} == {}
    assert set().union(*(r.sources for r in toutes.values())) == set(sources)


@pytest.mark.parametrize(
    ("phrase", "attendues"),
    [
        ("a term (T-06)", ["T-06"]),
        ("T-01 to T-03, C-16", ["T-01", "T-02", "T-03", "C-16"]),
        ("D26-7KQ4, AES-256, UTF-16, PDF/A-1, XA-01", []),
    ],
)
def test_rules_are_recognised(phrase: str, attendues: list[str]):
    assert regles.nommees(phrase) == attendues


def test_a_mention_belongs_to_what_carries_it(tmp_path: Path):
    """A comment to what follows it, a decorator to its function, a field to its class; the rest to the file."""
    (tmp_path / "conventions").mkdir()
    (tmp_path / "conventions/essai.py").write_text(
        '"""T-01."""\n\n# T-02\nDELAI = 3\n\n\nclass Carte:\n    # T-03\n    jour = 1\n\n'
        '    def lire(self):\n        """T-04."""\n\n\n@decorer("T-05")\ndef agir():\n    pass\n'
    )
    lieux = {m.regle: m.lieu.nom for m in regles.mentions(tmp_path)}
    assert lieux == {"T-01": "", "T-02": "DELAI", "T-03": "Carte.jour", "T-04": "Carte.lire", "T-05": "agir"}


def test_a_rule_that_does_not_exist_is_found(tmp_path: Path):
    for dossier in ("docs", "accounts"):
        (tmp_path / dossier).mkdir()
    (tmp_path / regles.LISTE).write_text((RACINE / regles.LISTE).read_text())
    (tmp_path / "accounts/regles.py").write_text('"""Q-' + '99."""\n')
    assert regles.inconnues(tmp_path) == ["accounts/regles.py: Q-" + "99"]


def test_page_of_the_requirements_is_fresh():
    assert (RACINE / exigences.PAGE).read_text() == exigences.page(), "make format"


def test_each_requirement_has_its_tests_or_the_decision_that_sets_it_aside():
    domaines, toutes = exigences.liste()
    assert [une.numero for une in toutes] == list(range(1, 109))
    assert {une.domaine for une in toutes} == set(domaines)
    assert [une.numero for une in toutes if une.essais and une.ecartee] == []
    assert exigences.fautes(toutes) == []


def test_a_requirement_that_stands_on_nothing_is_named():
    rien = exigences.Exigence(1, "auth", "Un.", "ASVS")
    perdue = replace(rien, essais=("tests/perdu.py::test_1", "tests/maison/test_documents.py::test_perdu"))
    assert [faute.partition(" ")[0] for faute in exigences.fautes([rien, perdue])] == ["1", "1", "1"]


def test_drawings_of_the_workflows_are_fresh():
    assert etats.perimees() == [], "make format"


def test_every_transition_is_in_its_drawing():
    pages = etats.pages()
    for nom, texte_page in pages.items():
        diagramme = texte_page.split("```")[1]
        verbes = re.findall(r"^\| `(\w+)` \|", texte_page, re.MULTILINE)
        assert len(verbes) > 5, nom
        assert {v for v in verbes if f": {v}\n" not in diagramme} == set()


@pytest.mark.parametrize("chemin", documents(), ids=str)
def test_links_of_a_document_lead_somewhere(chemin: Path):
    perdus = []
    for liens in LIEN.findall(texte(chemin)):
        cible, _, ancre = next(filter(None, liens)).partition("#")
        if "://" in cible:
            continue
        page = (RACINE / chemin.parent / unquote(cible)).resolve() if cible else RACINE / chemin
        if not page.exists():
            perdus.append(cible)
        elif ancre and page.suffix == ".md" and ancre not in ancres(page):
            perdus.append(f"{cible}#{ancre}")
    assert perdus == []


def ancres(page: Path) -> set[str]:
    """Return the anchors of a page: those written, and those that titles make."""
    contenu = page.read_text()
    titres = (re.sub(r"[^\w\- ]", "", titre.lower()).replace(" ", "-") for titre in TITRE.findall(contenu))
    return set(re.findall(r'id="([^"]+)"', contenu)) | set(titres)


@pytest.mark.parametrize("chemin", documents(), ids=str)
def test_files_that_a_document_names_exist(chemin: Path):
    """« `conformite/purge.py` » is a file of the repository; « `<app>/retention.py` » and « * » are shapes."""
    assert [nom for nom in CHEMIN.findall(texte(chemin)) if not list(RACINE.glob(nom))] == []


def test_decisions_are_numbered_short_and_listed():
    """docs/adr/NNNN-*.md: no hole, context then decision then consequences, one page each, all in the index."""
    pages = sorted((RACINE / "docs/adr").glob("[0-9]*.md"))
    assert [page.name[:4] for page in pages] == [f"{rang:04d}" for rang in range(1, len(pages) + 1)]
    index = (RACINE / "docs/adr/README.md").read_text()
    for page in pages:
        contenu = page.read_text()
        assert len(contenu.splitlines()) <= 30, page.name
        assert TITRE.findall(contenu)[1:] == ["Context", "Decision", "Consequences"], page.name
        assert f"({page.name})" in index


def test_images_are_light():
    lourdes = [i.name for i in (RACINE / "docs/images").glob("*") if i.stat().st_size > POIDS_IMAGE]
    assert lourdes == []


def test_templates_have_french_typography():
    assert typographie.a_reprendre() == [], "make format"


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ("{{ a }} : {% if b %}l'un{% endif %} ?", "{{ a }}&nbsp;: {% if b %}l’un{% endif %}&nbsp;?"),
        ("<p>« {{ a }} »</p>", "<p>«&nbsp;{{ a }}&nbsp;»</p>"),
        (
            "{# a : b #}<a title='a : b'>{% x 'd : e' %}</a>",
            "{# a : b #}<a title='a : b'>{% x 'd : e' %}</a>",
        ),
        ("{% block titre %}A : b{% endblock %}", "{% block titre %}A : b{% endblock %}"),
    ],
)
def test_typography_is_mended_in_texts_only(avant: str, apres: str):
    assert typographie.reprendre(avant) == apres
    assert typographie.reprendre(apres) == apres


def test_the_words_of_the_browser_are_those_of_the_server():
    assert garde.FICHIER.read_text(encoding="utf-8") == garde.dessin(), "make format"
