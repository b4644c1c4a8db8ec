"""A visitor with nothing but HTTP: cookies, forms, a one-time code."""

import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from django_otp.oath import TOTP

MOT_DE_PASSE = "Demonstration-2026"
GRAINE = b"Hello!\xde\xad\xbe\xefHello!\xde\xad\xbe\xef"


@dataclass
class Reponse:
    """What the portal answered, after its redirections."""

    status: int
    url: str
    texte: str


class Visiteur:
    """Reads pages and fills forms of a running portal."""

    def __init__(self, adresse: str) -> None:
        self.adresse = adresse.rstrip("/")
        self.cookies = http.cookiejar.CookieJar()
        self.ouvreur = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def lire(self, chemin: str, donnees: dict[str, str] | None = None) -> Reponse:
        """Ask for a page, or send a form; never raise for a status."""
        corps = urllib.parse.urlencode(donnees).encode() if donnees is not None else None
        demande = urllib.request.Request(
            self.adresse + chemin, data=corps, headers={"Referer": self.adresse + chemin}
        )
        try:
            with self.ouvreur.open(demande, timeout=20) as reponse:
                return Reponse(reponse.status, reponse.url, reponse.read().decode())
        except urllib.error.HTTPError as erreur:
            return Reponse(erreur.code, erreur.url or "", erreur.read().decode(errors="replace"))

    def envoyer(self, chemin: str, **champs: str) -> Reponse:
        """Fill the form of a page: its hidden fields, then ours."""
        page = self.lire(chemin)
        caches = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.texte))
        return self.lire(chemin, caches | champs)

    def se_connecter(self, identifiant: str) -> None:
        """Sign in: password, then one-time code, then the conditions of use when they are asked."""
        reponse = self.envoyer("/connexion/", identifiant=identifiant, mot_de_passe=MOT_DE_PASSE)
        assert reponse.url.endswith("/connexion/code/"), reponse.url
        reponse = self.envoyer("/connexion/code/", code=code_unique())
        if "/connexion/code/" in reponse.url:
            # The code of this half-minute has served: the next one will do.
            time.sleep(30 - time.time() % 30 + 0.5)
            reponse = self.envoyer("/connexion/code/", code=code_unique())
        assert "/connexion/" not in reponse.url, reponse.url


def code_unique() -> str:
    """Return the one-time code of now, for the seed of the demonstration."""
    return f"{TOTP(GRAINE).token():06d}"
