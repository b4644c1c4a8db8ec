"""Orca on a screen that nobody sees: a browser, a keyboard, and all that the screen reader says, as text.

Nothing but keys is sent: what a person who hears the page cannot reach is not reached here either. Orca notes what it
says in a log, without any voice. Debian has all of it: see PAQUETS.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from accounts.models.compte import Compte
from espace_partenaires.urls import urlpatterns as adresses
from outils.processus import arreter, lancer
from tests.distribution import connecte

PAQUETS = {
    "orca": "orca",
    "firefox-esr": "firefox-esr",
    "chromium": "chromium",
    "Xvfb": "xvfb",
    "dbus-daemon": "dbus-daemon",
    "gsettings": "libglib2.0-bin",
    "openbox": "openbox",
    "xdotool": "xdotool",
}
# No voice, and no echo of the keys. What is said is in a log of its own, at once: the log of Orca for developers is
# written by blocks, and words that lie in one are taken for those of the next key.
DIT = "dit.log"
REGLAGES_ORCA = f"""
import logging
import os
from orca import settings, speech
settings.enableKeyEcho = False
speech._initSpeechServer = lambda *_: None
speech.log.addHandler(logging.FileHandler(os.path.join(os.environ["HOME"], "{DIT}"), encoding="utf-8"))
"""
# Patience for a busy machine, not a goal.
PATIENCE_S = 60.0
SILENCE_S = 2.5
TOUCHE_S = 15.0
SUITE_S = 0.8
# Words may stand on several lines.
DITE = re.compile(r"^SPEECH OUTPUT: '(.*?)'(?: voice=\w+)? ?$", re.MULTILINE | re.DOTALL)
# Keys that are said, and the list under the address bar.
ECHO = ("tab", "shift tab", "return", "down", "space", "escape")
REGLAGES_FIREFOX = """
user_pref("accessibility.force_disabled", -1);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.startup.homepage", "about:blank");
user_pref("browser.translations.automaticallyPopup", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("signon.rememberSignons", false);
"""
REGLAGES_CHROMIUM = """
{"credentials_enable_service": false, "translate": {"enabled": false}, "search": {"suggest_enabled": false}}
"""
OPTIONS_CHROMIUM = [
    "--no-sandbox",
    "--test-type",
    "--disable-gpu",
    "--force-renderer-accessibility",
    "--ozone-platform=x11",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--password-store=basic",
    "--disable-features=Translate",
    "--disable-save-password-bubble",
    "about:blank",
]


def _entrer(request: HttpRequest, identifiant: str) -> HttpResponse:
    """Give the session of an account signed in elsewhere, then its home page."""
    reponse = redirect("/")
    session = connecte(Compte.objects.get(identifiant=identifiant)).cookies["session"]
    reponse.set_cookie("session", session.value, httponly=True, samesite="Lax")
    return reponse


def _sortir(request: HttpRequest) -> HttpResponse:
    reponse = redirect("/connexion/")
    reponse.delete_cookie("session")
    return reponse


_entrer.login_required = _sortir.login_required = False  # type: ignore[attr-defined]
# The addresses of the portal while it is heard.
urlpatterns = [*adresses, path("essai/entrer/<str:identifiant>/", _entrer), path("essai/sortir/", _sortir)]


def manquants() -> list[str]:
    """Return the Debian packages that are missing here."""
    return [paquet for nom, paquet in PAQUETS.items() if shutil.which(nom) is None]


class Lecteur:
    """Somebody who hears the screen and has a keyboard."""

    def __init__(self, navigateur: str, journal: Path, env: dict[str, str]) -> None:
        self.navigateur = navigateur
        self._journal, self._env = journal, env
        self._lues = 0
        self.histoire: list[str] = []

    def _dites(self) -> list[str]:
        """Return all that was said since the reader started; the echo of a key is none of it."""
        texte = self._journal.read_text(errors="replace") if self._journal.exists() else ""
        dites = (re.sub(r"\s*\n\s*", " ", dite).strip() for dite in DITE.findall(texte))
        return [un for un in dites if un and un not in ECHO]

    def nouvelles(self) -> list[str]:
        """Return what was said since the last look, and note it in the story."""
        dites = self._dites()[self._lues :]
        self._lues += len(dites)
        self.histoire += dites
        return dites

    def attendre(self, *mots: str, delai: float = PATIENCE_S) -> str:
        """Wait until all these words were said since the last look; return what was said."""
        fin, entendu = time.monotonic() + delai, []
        while time.monotonic() < fin:
            entendu += self.nouvelles()
            tout = " ".join(entendu)
            if all(mot in tout for mot in mots):
                return tout
            time.sleep(0.1)
        raise AssertionError(f"{self.navigateur} : {mots} n’est pas dit. Entendu : {entendu}")

    def silence(self) -> str:
        """Wait until nothing more is said; return what was said meanwhile."""
        entendu, tu = self.nouvelles(), time.monotonic()
        while time.monotonic() < tu + SILENCE_S:
            time.sleep(0.1)
            if neuves := self.nouvelles():
                entendu, tu = entendu + neuves, time.monotonic()
        return " ".join(entendu)

    def touche(self, *touches: str) -> None:
        subprocess.run(["xdotool", "key", "--clearmodifiers", *touches], env=self._env, check=True)

    def ecrire(self, texte: str) -> None:
        self.histoire.append(f"   [écrit : {texte}]")
        # Said before the reader has left its browse mode, where letters are commands.
        time.sleep(1)
        subprocess.run(["xdotool", "type", "--delay", "40", texte], env=self._env, check=True)
        time.sleep(0.5)
        self._lues = len(self._dites())

    def jusqu_a(self, mots: str, touche: str = "Tab", limite: int = 60) -> str:
        """Press a key until these words are said; return what was said at that press."""
        for _ in range(limite):
            self.nouvelles()
            self.touche(touche)
            # A press has said all it had to once silence follows: words that come late are not those of the next one.
            fin, entendu = time.monotonic() + TOUCHE_S, ""
            while time.monotonic() < fin:
                time.sleep(0.1)
                if neuves := self.nouvelles():
                    entendu, fin = f"{entendu} {' '.join(neuves)}".strip(), time.monotonic() + SUITE_S
            if mots in entendu:
                return entendu
        raise AssertionError(
            f"{self.navigateur} : {touche} ne mène jamais à « {mots} ». {self.histoire[-80:]}"
        )

    def envoyer(self, *mots: str) -> str:
        """Press Return; return what is said until these words are."""
        self.histoire.append("   [Return]")
        self.touche("Return")
        return f"{self.attendre(*mots)} {self.silence()}"

    def cocher(self, mots: str) -> str:
        """Reach the box or the choice that is said so, and take it; return what is said of it."""
        dit = self.jusqu_a(mots)
        self.histoire.append("   [espace]")
        self.touche("space")
        return self.attendre("selected" if "radio" in dit else "checked")

    def aller(self, adresse: str, *mots: str) -> str:
        """Type the address and wait for the page where these words are; return what is said of it."""
        self.histoire.append(f"   [va à {re.sub('^http://[^/]*', '', adresse)}]")
        for delai in (PATIENCE_S / 2, PATIENCE_S):
            # What is still being read of the page before is cut short. A busy machine drops a letter: typed again.
            self.touche("ctrl+l")
            time.sleep(1)
            subprocess.run(["xdotool", "type", "--delay", "25", adresse], env=self._env, check=True)
            time.sleep(0.5)
            self._lues = len(self._dites())
            self.touche("Return")
            try:
                return f"{self.attendre('Finished loading', *mots, delai=delai)} {self.silence()}"
            except AssertionError:
                if delai == PATIENCE_S:
                    raise
        raise AssertionError(adresse)


def _commande(navigateur: str, dossier: Path) -> list[str]:
    profil = dossier / navigateur
    profil.mkdir()
    if navigateur == "firefox":
        (profil / "user.js").write_text(REGLAGES_FIREFOX)
        return ["firefox-esr", "--profile", str(profil), "--no-remote", "about:blank"]
    (profil / "Default").mkdir()
    (profil / "Default/Preferences").write_text(REGLAGES_CHROMIUM)
    return ["chromium", f"--user-data-dir={profil}", *OPTIONS_CHROMIUM]


@contextmanager
def lecteur(navigateur: str, dossier: Path) -> Iterator[Lecteur]:
    """Open a screen, a bus, a window manager, Orca and a browser of their own; close all of them."""
    dossier.chmod(0o700)
    reglages = dossier / ".local/share/orca/orca-customizations.py"
    reglages.parent.mkdir(parents=True)
    reglages.write_text(REGLAGES_ORCA)
    env = os.environ | {
        **{"HOME": str(dossier), "XDG_RUNTIME_DIR": str(dossier), "LANG": "C.UTF-8"},
        **{"GTK_MODULES": "gail:atk-bridge", "GNOME_ACCESSIBILITY": "1", "NO_AT_BRIDGE": "0"},
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={dossier}/bus",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }
    lances = []

    def ouvrir(*commande: str) -> None:
        lances.append(lancer(commande, journal=dossier / f"{Path(commande[0]).name}.log", env=env))

    try:
        lecture, ecriture = os.pipe()
        lances.append(
            lancer(
                ["Xvfb", "-displayfd", str(ecriture), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
                journal=dossier / "Xvfb.log",
                env=env,
                pass_fds=[ecriture],
            )
        )
        os.close(ecriture)
        with os.fdopen(lecture) as numero:
            env["DISPLAY"] = f":{numero.readline().strip()}"
        ouvrir("dbus-daemon", "--session", "--nofork", f"--address=unix:path={dossier}/bus")
        while not (dossier / "bus").exists():
            time.sleep(0.1)
        reglage = ["gsettings", "set", "org.gnome.desktop.interface", "toolkit-accessibility", "true"]
        subprocess.run(reglage, env=env, check=True)
        ouvrir("openbox")
        personne = Lecteur(navigateur, dossier / DIT, env)
        ouvrir("orca")
        personne.attendre("Screen reader on.", delai=3 * PATIENCE_S)
        ouvrir(*_commande(navigateur, dossier))
        personne.attendre("frame", delai=3 * PATIENCE_S)
        personne.silence()
        yield personne
    finally:
        for processus in reversed(lances):
            arreter(processus)
