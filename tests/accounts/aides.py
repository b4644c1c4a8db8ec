"""What the tests of accounts share: texts of a page, mails, data of a form."""

import html
import re
from typing import Any

from django.http import HttpResponse

from accounts.regles import CERTIFICATIONS
from espace_partenaires.models import CourrielSortant


def texte(reponse: HttpResponse) -> str:
    """Return the main part of a page as a person reads it."""
    corps = reponse.content.decode()
    corps = corps[corps.index("<main") : corps.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", corps)).split())


def courriels(destinataire: str) -> list[CourrielSortant]:
    """Return the mails written to an address, oldest first."""
    return list(CourrielSortant.objects.filter(destinataire=destinataire).order_by("pk"))


def lien(destinataire: str, chemin: str = "activation") -> str:
    """Return the path of the last personal link sent to an address."""
    trouves = re.findall(
        rf"https://portail\.example(/{chemin}/\S+)", "\n".join(c.corps for c in courriels(destinataire))
    )
    return trouves[-1]


def personne(nom: str = "Petit", prenom: str = "Alix", domaine: str = "metz.example", **autres: Any) -> dict:
    """Return the fields of a person, as typed in a form."""
    return {
        "civilite": "madame",
        "nom": nom,
        "prenom": prenom,
        "fonction": "Conseillère",
        "telephone": "03 87 00 00 00",
        "email": f"{prenom}.{nom}@{domaine}".lower(),
        **autres,
    }


def technicien(**autres: Any) -> dict:
    """Return the fields of a new technicien, every point certified."""
    return personne(**({"certifications": list(CERTIFICATIONS)} | autres))
