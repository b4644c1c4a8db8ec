"""The last seal of the journal, written beside the keys: whoever rewrites the database does not reach it."""

import datetime as dt
import json

from conformite.scellement.magasin import dossier, ecrire_fichier

_NOM = "journal.json"


def poser_ancre(jour: dt.date, empreinte: str) -> None:
    """Write the seal of `jour` as the last one, unless a later one is there."""
    ancre = lire_ancre()
    if ancre is None or ancre[0] <= jour:
        contenu = json.dumps({"jour": jour.isoformat(), "empreinte": empreinte}).encode()
        ecrire_fichier(dossier() / _NOM, contenu)


def lire_ancre() -> tuple[dt.date, str] | None:
    """Return the day and the seal last written, None before the first."""
    try:
        lue = json.loads((dossier() / _NOM).read_bytes())
    except FileNotFoundError:
        return None
    return dt.date.fromisoformat(lue["jour"]), lue["empreinte"]


def lever_ancre() -> None:
    """Forget it: after a restored backup, once the loss of the days in between is noted."""
    (dossier() / _NOM).unlink(missing_ok=True)
