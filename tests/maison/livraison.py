"""What is shipped, read as those who run it read it: the compose file with its variables, the example of `.env`."""

import base64
import re
from collections.abc import Mapping
from typing import Any

import yaml

from tests.maison.arbre import RACINE

COMPOSE = RACINE / "docker-compose.yml"
_VARIABLE = re.compile(r"\$(?:\$|\{([A-Z_]+)(?::([?-])([^}]*))?\})")


def variables_du_compose() -> dict[str, bool]:
    """Return name → required, for each variable that the compose file takes from the environment."""
    return {t[1]: t[2] == "?" for t in _VARIABLE.finditer(COMPOSE.read_text()) if t[1]}


def compose(env: Mapping[str, str]) -> dict[str, Any]:
    """Return the compose file with its variables replaced, as `docker compose config` does."""

    def valeur(trouve: re.Match[str]) -> str:
        nom, operateur, defaut = trouve.groups()
        if nom is None:
            return "$"
        assert env.get(nom) or operateur == "-", f"{nom} manque dans .env"
        return env.get(nom) or defaut

    return _remplacer(yaml.safe_load(COMPOSE.read_text()), lambda texte: _VARIABLE.sub(valeur, texte))


def _remplacer(noeud: Any, par: Any) -> Any:
    if isinstance(noeud, dict):
        return {cle: _remplacer(un, par) for cle, un in noeud.items()}
    if isinstance(noeud, list):
        return [_remplacer(un, par) for un in noeud]
    return par(noeud) if isinstance(noeud, str) else noeud


def exemple() -> dict[str, str]:
    """Return `.env.example` as filled by someone who reads it."""
    lignes = re.findall(r"^([A-Z_]+)=(.*)$", (RACINE / ".env.example").read_text(), re.MULTILINE)
    rempli = {nom: valeur.strip('"') or f"{nom}-1".lower().replace("_", "-") for nom, valeur in lignes}
    return rempli | {
        "CLES_MAITRES": base64.b64encode(bytes(range(32))).decode(),
        "SECRET_KEY": "x7!kQ2vZ-9pLmR4tYbN8wEsD6fGhJ3cA5uVzXo1iPqT0rWnBk-Zr5",
        "EMAIL_URL": "smtp+tls://portail:motdepasse@courriel.example:587",
    }
