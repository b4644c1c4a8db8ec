"""What the tests of accounts share: texts of a page, mails, data of a form."""

import base64
import html
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django_otp.oath import TOTP

from accounts.actions.oublis import repondre_aux_oublis
from accounts.models.compte import Compte
from accounts.models.habilitations import Exclusion
from accounts.regles import CERTIFICATIONS
from conformite.models.journal import LigneJournal
from socle.courriels import corps_complet
from socle.models import CourrielSortant

# What a person chooses at the activation.
NEUF = "Trois loutres et un piano"


def texte(reponse: HttpResponse) -> str:
    """Return the main part of a page as a person reads it."""
    corps = reponse.content.decode()
    corps = corps[corps.index("<main") : corps.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", corps)).split())


@contextmanager
def rien_ne_change() -> Iterator[None]:
    """Fail when an account, an exclusion, a mail or an act of the journal was added or changed."""
    avant = _empreinte()
    yield
    assert _empreinte() == avant


def _empreinte() -> list[Any]:
    actes = LigneJournal.objects.filter(acte__in=["compte.inactiver", "compte.exclure"]).count()
    lignes = [
        list(modele.objects.order_by("pk").values_list()) for modele in (Compte, Exclusion, CourrielSortant)
    ]
    return [actes, *lignes]


def courriels(destinataire: str) -> list[CourrielSortant]:
    """Return the mails written to an address, oldest first, what the worker owes included."""
    repondre_aux_oublis()
    return list(CourrielSortant.objects.filter(destinataire=destinataire).order_by("pk"))


def lien(destinataire: str, chemin: str = "activation") -> str:
    """Return the path of the last personal link sent to an address."""
    trouves = re.findall(
        rf"https://portail\.example(/{chemin}/\S+)",
        "\n".join(corps_complet(c) for c in courriels(destinataire)),
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


def code_de(reponse: HttpResponse) -> str:
    """Return the one-time code of the key written on the page of an activation."""
    lettres = re.search(r'class="reference">([A-Z2-7 ]+)<', reponse.content.decode())[1].replace(" ", "")
    totp = TOTP(base64.b32decode(lettres + "=" * (-len(lettres) % 8)))
    totp.time = time.time()
    return f"{totp.token():06d}"


def activer(client: Client, chemin: str, mot_de_passe: str = NEUF) -> HttpResponse:
    """Follow the link of an activation: password, then code; return the last answer."""
    reponse = client.post(chemin, {"mot_de_passe": mot_de_passe, "confirmation": mot_de_passe}, follow=True)
    return client.post(f"{chemin}code/", {"code": code_de(reponse)})
