"""The last seal of the journal, written beside the keys: whoever rewrites the database does not reach it."""

import json

from conformite.scellement.magasin import dossier, ecrire_fichier

_NOM = "journal.json"


def poser_ancre(numero: int, empreinte: str) -> None:
    """Write this seal as the last one, unless a later one is there."""
    ancre = lire_ancre()
    if ancre is None or ancre[0] <= numero:
        contenu = json.dumps({"sceau": numero, "empreinte": empreinte}).encode()
        ecrire_fichier(dossier() / _NOM, contenu)


def lire_ancre() -> tuple[int, str] | None:
    """Return the number and the print of the seal last written, None before the first."""
    try:
        lue = json.loads((dossier() / _NOM).read_bytes())
    except FileNotFoundError:
        return None
    return lue["sceau"], lue["empreinte"]


def lever_ancre() -> None:
    """Forget it: after a restored backup, once the loss of what came in between is noted."""
    (dossier() / _NOM).unlink(missing_ok=True)
