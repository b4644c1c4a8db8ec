"""A visitor with nothing but HTTP: cookies, forms, a one-time code."""

import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass

from django_otp.oath import TOTP

# Of the demonstration accounts, printed on /demo/.
MOT_DE_PASSE = "Demonstration-2026"
GRAINE = b"Hello!\xde\xad\xbe\xefHello!\xde\xad\xbe\xef"


@dataclass
class Reponse:
    """What the portal answered, after its redirections."""

    status: int
    url: str
    octets: bytes
    duree: float  # seconds

    @property
    def texte(self) -> str:
        return self.octets.decode(errors="replace")


class SansSuite(urllib.request.HTTPRedirectHandler):
    """Leaves a redirection as it is answered, to be timed alone."""

    def redirect_request(self, *_: object) -> None:
        return None


class Visiteur:
    """Reads pages and fills forms of a running portal."""

    def __init__(self, adresse: str) -> None:
        self.adresse = adresse.rstrip("/")
        self.cookies = http.cookiejar.CookieJar()
        self.ouvreur = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.sans_suite = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies), SansSuite()
        )

    def lire(self, chemin: str, donnees: dict[str, str] | None = None, *, suivre: bool = True) -> Reponse:
        """Ask for a page, or send a form, and go where it leads; never raise for a status."""
        corps = urllib.parse.urlencode(donnees).encode() if donnees is not None else None
        return self._demander(chemin, corps, suivre=suivre)

    def joindre(self, chemin: str, champ: str, nom: str, contenu: bytes) -> Reponse:
        """Send one file by the form of a page."""
        borne = uuid.uuid4().hex
        parties = [
            f'--{borne}\r\nContent-Disposition: form-data; name="{cle}"\r\n\r\n{valeur}\r\n'.encode()
            for cle, valeur in self._caches(self.lire(chemin)).items()
        ]
        tete = (
            f'--{borne}\r\nContent-Disposition: form-data; name="{champ}"; filename="{nom}"\r\n\r\n'.encode()
        )
        corps = b"".join([*parties, tete, contenu, f"\r\n--{borne}--\r\n".encode()])
        entetes = {"Content-Type": f"multipart/form-data; boundary={borne}"}
        return self._demander(chemin, corps, entetes, patience=180)

    def _demander(
        self,
        chemin: str,
        corps: bytes | None,
        entetes: dict[str, str] | None = None,
        *,
        patience: int = 30,
        suivre: bool = True,
    ) -> Reponse:
        url = self.adresse + urllib.parse.quote(chemin, safe="/?=&%")
        demande = urllib.request.Request(url, data=corps, headers={"Referer": url} | (entetes or {}))  # noqa: S310 (our own portal)
        debut = time.perf_counter()
        try:
            with (self.ouvreur if suivre else self.sans_suite).open(demande, timeout=patience) as reponse:
                octets = reponse.read()
                return Reponse(reponse.status, reponse.url, octets, time.perf_counter() - debut)
        except urllib.error.HTTPError as erreur:
            return Reponse(erreur.code, erreur.url or "", erreur.read(), time.perf_counter() - debut)

    def envoyer(self, chemin: str, **champs: str) -> Reponse:
        """Fill the form of a page: its hidden fields, then ours."""
        return self.lire(chemin, self._caches(self.lire(chemin)) | champs)

    def _caches(self, page: Reponse) -> dict[str, str]:
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.texte))

    def se_connecter(self, identifiant: str) -> None:
        """Sign in: password, then one-time code. Raise RuntimeError when the portal keeps the door shut."""
        reponse = self.envoyer("/connexion/", identifiant=identifiant, mot_de_passe=MOT_DE_PASSE)
        if not reponse.url.endswith("/connexion/code/"):
            raise RuntimeError(f"Mot de passe refusé : {reponse.url}")
        reponse = self.envoyer("/connexion/code/", code=code_unique())
        if "/connexion/" in reponse.url:
            # The code of this half-minute has served already: the next one will do, once the second of a refusal is over.
            time.sleep(30 - time.time() % 30 + 1.5)
            reponse = self.envoyer("/connexion/code/", code=code_unique())
        if "/connexion/" in reponse.url:
            raise RuntimeError(f"Code refusé : {reponse.url}")


def code_unique() -> str:
    """Return the one-time code of now, for the seed of the demonstration."""
    return f"{TOTP(GRAINE).token():06d}"
