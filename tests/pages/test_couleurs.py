"""Colours of both themes, read in the sheet: words at 4.5, edges of fields and marks at 3 (RGAA 3.2, 3.3)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

FEUILLE = (Path(settings.BASE_DIR) / "static/portail/portail.css").read_text()
SURFACES = ("blanc", "papier", "nuance", "bandeau")
# What is written on what.
MOTS = [
    *((encre, fond) for encre in ("encre", "encre-douce", "principal", "principal-vif") for fond in SURFACES),
    *(("encre", f"{niveau}-clair") for niveau in ("info", "succes", "avertissement", "erreur", "principal")),
    *((niveau, f"{niveau}-clair") for niveau in ("info", "succes", "avertissement", "erreur")),
    *((niveau, "blanc") for niveau in ("info", "succes", "avertissement", "erreur")),
    *(("sur-plein", plein) for plein in ("principal", "principal-vif", "erreur", "erreur-vif")),
    ("sur-pied", "pied"),
]
# Edges of fields, focus ring.
TRAITS = [(trait, fond) for trait in ("trait-fort", "focus", "erreur") for fond in ("blanc", "papier")]


def couleurs(theme: str) -> dict[str, str]:
    """Return the tokens of a theme: those of the dark one stand over those of the light one."""
    clair = re.search(r"^:root \{(.*?)^\}", FEUILLE, re.DOTALL | re.MULTILINE)
    sombre = re.search(r"prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", FEUILLE, re.DOTALL)
    assert clair and sombre, "la feuille n’a pas ses deux thèmes"
    lues = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})\b", clair.group(1)))
    if theme == "sombre":
        lues |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})\b", sombre.group(1)))
    return lues


def luminance(couleur: str) -> float:
    chiffres = couleur.lstrip("#")
    chiffres = "".join(c * 2 for c in chiffres) if len(chiffres) == 3 else chiffres
    parts = [int(chiffres[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    lineaires = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(poids * p for poids, p in zip((0.2126, 0.7152, 0.0722), lineaires, strict=True))


def contraste(une: str, autre: str) -> float:
    haute, basse = sorted((luminance(une), luminance(autre)), reverse=True)
    return (haute + 0.05) / (basse + 0.05)


@pytest.mark.parametrize("theme", ["clair", "sombre"])
def test_3_2_les_mots_se_lisent(theme: str):
    lues = couleurs(theme)
    faibles = [
        f"{a} sur {b} : {contraste(lues[a], lues[b]):.2f}"
        for a, b in MOTS
        if contraste(lues[a], lues[b]) < 4.5
    ]
    assert faibles == []


@pytest.mark.parametrize("theme", ["clair", "sombre"])
def test_3_3_les_champs_se_voient(theme: str):
    """The edge of a field, on the white of a panel and on the page."""
    lues = couleurs(theme)
    faibles = [
        f"{a} sur {b} : {contraste(lues[a], lues[b]):.2f}"
        for a, b in TRAITS
        if contraste(lues[a], lues[b]) < 3
    ]
    assert faibles == []


def test_les_couleurs_ne_sont_ecrites_que_dans_les_themes():
    """A colour written in a rule would be the same at night."""
    regles = re.sub(
        r"^:root \{.*?^\}|@media \(prefers-color-scheme: dark\) \{.*?^\}|@media print \{.*?^\}",
        "",
        FEUILLE,
        flags=re.DOTALL | re.MULTILINE,
    )
    assert re.findall(r"[^{}]*\{[^}]*#[0-9a-f]{3,6}\b[^}]*\}", regles) == []
