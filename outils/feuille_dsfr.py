"""Build static/portail/dsfr.css and static/portail/icones.svg from the installed design system.

The package ships 17 MB of styles, State fonts and pictograms. The portal serves only what its own templates use:
the rules of the components it names, without @font-face (Marianne and Spectral are the State's), without the State's
favicon, colours reduced to the tokens that are read, icons embedded. Run again after a change of a component:

    python -m outils.feuille_dsfr            writes both files
    python -m outils.feuille_dsfr --verifier exits 1 when they are stale (tests/pages does the same)
"""

import base64
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
DIST = Path(str(files("dsfr"))) / "static/dsfr/dist"
FEUILLE = RACINE / "static/portail/dsfr.css"
SPRITE = RACINE / "static/portail/icones.svg"
COMPOSANTS = [
    "form",
    "input",
    "select",
    "checkbox",
    "radio",
    "upload",
    "button",
    "alert",
    "badge",
    "stepper",
    "skiplink",
    "pagination",
    "notice",
]
ENTETE = (
    "/* Généré par outils/feuille_dsfr.py : extrait de DSFR v1.14.4, licence MIT, sans les polices ni les "
    "marques réservées à l’État. Ne pas modifier à la main. */\n"
)
# Name in the portal -> file of the design system (Remix Icon, Apache 2.0).
ICONES = {
    "accueil": "buildings/home-4-line",
    "ajouter": "system/add-line",
    "aide": "system/question-line",
    "alerte": "system/fr--warning-line",
    "attente": "system/timer-line",
    "bas": "arrows/arrow-down-s-line",
    "cadenas": "system/lock-line",
    "calendrier": "business/calendar-line",
    "caisse": "buildings/government-line",
    "cloche": "media/notification-3-line",
    "compte": "user/account-circle-line",
    "comptes": "user/team-line",
    "convention": "document/draft-line",
    "coche": "system/check-line",
    "deconnexion": "system/logout-box-r-line",
    "document": "document/file-text-line",
    "droite": "arrows/arrow-right-line",
    "dossier": "document/folder-2-line",
    "erreur": "system/fr--error-line",
    "fermer": "system/close-line",
    "filtre": "system/filter-line",
    "gauche": "arrows/arrow-left-line",
    "horloge": "system/time-line",
    "imprimer": "business/printer-line",
    "info": "system/fr--info-line",
    "journal": "document/survey-line",
    "menu": "system/menu-fill",
    "message": "communication/chat-3-line",
    "modifier": "design/edit-line",
    "courriel": "business/mail-line",
    "partenaire": "buildings/building-line",
    "piece": "business/attachment-line",
    "rechercher": "system/search-line",
    "reprendre": "system/refresh-line",
    "succes": "system/fr--success-line",
    "supprimer": "system/delete-bin-line",
    "telecharger": "system/download-line",
    "telephone": "device/phone-line",
    "televerser": "system/upload-line",
    "bouclier": "system/shield-line",
    "statistiques": "business/line-chart-line",
    "tri": "business/inbox-line",
    "urgence": "system/alarm-warning-line",
    "vide": "business/archive-line",
    "voir": "system/eye-line",
}
# The portal's own sign: two circles that meet.
MARQUE = (
    '<symbol id="marque" viewBox="0 0 48 48"><circle cx="18" cy="24" r="14" fill="#0f766e"/>'
    '<circle cx="30" cy="24" r="14" fill="#f2a541" fill-opacity=".92"/>'
    '<path d="M24 11.4a14 14 0 0 1 0 25.2 14 14 0 0 1 0-25.2Z" fill="#0f4c5c"/></symbol>'
)


def blocs(css: str) -> Iterator[tuple[str, str]]:
    """Yield (prelude, body) for each rule or at-rule at the top level of `css`."""
    debut = position = 0
    while (ouvre := css.find("{", position)) != -1:
        profondeur, fin = 1, ouvre + 1
        while profondeur:
            profondeur += {"{": 1, "}": -1}.get(css[fin], 0)
            fin += 1
        yield css[debut:ouvre].strip(), css[ouvre + 1 : fin - 1]
        debut = position = fin


def classes_utilisees() -> set[str]:
    """Return the classes of the design system that the base and the components name (nothing else may)."""
    sources = [
        RACINE / "templates/base.html",
        *RACINE.glob("templates/composants/*.html"),
    ]
    return set(re.findall(r"\bfr-[a-z0-9_-]+", "\n".join(source.read_text() for source in sources)))


def garde(selecteur: str, utilisees: set[str]) -> bool:
    """Whether every class of the selector may be met in a page (dark theme and icon fonts never are)."""
    if any(
        rebut in selecteur for rebut in ("fr-fi-", "fr-icon-", "data-fr-theme=dark", "data-fr-scheme=dark")
    ):
        return False
    hors_negation = re.sub(r":not\([^)]*\)", "", selecteur)
    return all(c in utilisees for c in re.findall(r"\.(fr-[a-z0-9_-]+)", hors_negation))


def elaguer(css: str, utilisees: set[str]) -> str:
    """Return the rules of `css` whose selectors may be met."""
    gardes = []
    for prelude, corps in blocs(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
        if prelude.startswith("@font-face") or "forced-colors:active) and (forced" in prelude:
            continue
        if prelude.startswith(("@media", "@supports")):
            interieur = elaguer(corps, utilisees)
            if interieur:
                gardes.append(f"{prelude}{{{interieur}}}")
            continue
        selecteurs = [s for s in re.split(r",(?![^(\[]*[)\]])", prelude) if garde(s, utilisees)]
        if selecteurs:
            gardes.append(f"{','.join(selecteurs)}{{{corps}}}")
    return "".join(gardes)


def sans_jetons_morts(css: str) -> str:
    """Drop the custom properties that nothing reads, until none is left."""
    while (allege := _un_passage(css)) != css:
        css = allege
    return re.sub(r"[^{}]+\{\}", "", css)


def _un_passage(css: str) -> str:
    lus = set(re.findall(r"var\((--[\w-]+)", css))
    declaration = r"(?<=[{;])(--[\w-]+):[^;{}]*(?:;|(?=\}))"
    return re.sub(declaration, lambda trouve: trouve[0] if trouve[1] in lus else "", css)


def embarquer(css: str, dossier: Path) -> str:
    """Replace the addresses of icons by their content."""

    def remplacer(trouve: re.Match) -> str:
        fichier = (dossier / trouve[1]).resolve()
        return f"url(data:image/svg+xml;base64,{base64.b64encode(fichier.read_bytes()).decode()})"

    return re.sub(r"url\(((?:\.\./)[^)]+\.svg)\)", remplacer, css)


def feuille() -> str:
    """Return the style sheet."""
    utilisees = classes_utilisees()
    morceaux = []
    for chemin in ("core/core", *(f"component/{c}/{c}" for c in COMPOSANTS)):
        source = DIST / f"{chemin}.main.min.css"
        morceaux.append(embarquer(elaguer(source.read_text(), utilisees), source.parent))
    css = re.sub(
        r"font-family:(Marianne|Spectral)[^;}]*",
        "font-family:var(--police)",
        "".join(morceaux),
    )
    return ENTETE + sans_jetons_morts(css) + "\n"


def sprite() -> str:
    """Return one SVG file with a symbol per icon."""
    symboles = [MARQUE]
    for nom, fichier in ICONES.items():
        svg = (DIST / f"icons/{fichier}.svg").read_text()
        boite = re.search(r'viewBox="([^"]+)"', svg)[1]
        interieur = re.search(r"<svg[^>]*>(.*)</svg>", svg, flags=re.DOTALL)[1]
        interieur = re.sub(r'\sfill="(?!none)[^"]*"', "", interieur)
        symboles.append(f'<symbol id="{nom}" viewBox="{boite}">{interieur.strip()}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symboles) + "\n</svg>\n"


def main() -> int:
    """Write the two files, or say that they are stale."""
    perimes = [c for c, texte in ((FEUILLE, feuille()), (SPRITE, sprite())) if not _a_jour(c, texte)]
    if "--verifier" in sys.argv:
        for chemin in perimes:
            print(f"{chemin.relative_to(RACINE)} : à refaire par python -m outils.feuille_dsfr")
        return 1 if perimes else 0
    FEUILLE.write_text(feuille())
    SPRITE.write_text(sprite())
    return 0


def _a_jour(chemin: Path, texte: str) -> bool:
    return chemin.exists() and chemin.read_text() == texte


if __name__ == "__main__":
    sys.exit(main())
