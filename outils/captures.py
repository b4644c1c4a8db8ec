"""Take screenshots of pages at 1280 and 360 px into var/captures/, signed in as a demonstration account.

    python -m outils.captures                                        every main page, each profile
    python -m outils.captures --base http://localhost:8001 /aide/    one page, signed out
    python -m outils.captures --guide                                the pictures of the guide and of the README
    python -m outils.captures --compte technicien.metz / /demandes/  some pages of an account

Works on the demonstration only: the password and the secret of the one-time codes are the public ones of its accounts.
Console errors, refusals of the content policy and sideways scrolling are printed.
"""

import argparse
import base64
import hashlib
import hmac
import io
import re
import struct
import sys
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

DOSSIER = Path(__file__).resolve().parent.parent / "var/captures"
LARGEURS = (1280, 360)
MOT_DE_PASSE = "Demonstration-2026"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# Account -> its main pages. « {demande} »: the first link of that kind on the page before.
PAGES: dict[str, list[str]] = {
    "": [
        "/connexion/",
        "/aide/",
        "/aide/pas-visible/",
        "/accessibilite/",
        "/accessibilite/contact/",
        "/donnees-personnelles/",
        "/mentions-legales/",
        "/plan-du-site/",
        "/demo/",
        "/demo/parcours/",
        "/demo/horloge/",
        "/demo/courriels/",
        "/demo/composants/",
        "/introuvable/",
    ],
    "technicien.metz": [
        "/",
        "/notifications/",
        "/demandes/",
        "/demandes/{demande}/",
        "/demandes/nouvelle/",
        "/conventions/",
        "/conventions/{demande}/",
        "/statistiques/",
        "/informations/",
        "/formations/",
        "/assistance/",
        "/mon-compte/",
    ],
    "gestionnaire.metz": ["/", "/comptes/", "/comptes/nouveau/", "/conformite/droits/", "/statistiques/"],
    "agent.moselle": ["/", "/tri/", "/tri/{demande}/", "/appelant/"],
    "superviseur.moselle": ["/", "/tri/", "/tri/{demande}/", "/statistiques/"],
    "administrateur.moselle": [
        "/",
        "/conventions/",
        "/conventions/{demande}/",
        "/partenaires/",
        "/habilitations/",
        "/caisse/agents/",
        "/caisse/",
        "/statistiques/",
        "/informations/",
        "/informations/publier/",
        "/formations/",
        "/assistance/",
        "/assistance/{demande}/",
    ],
    "dpo.moselle": [
        "/",
        "/conformite/journal/",
        "/conformite/conservation/",
        "/conformite/registre/",
        "/conformite/violations/",
        "/conformite/executions/",
    ],
    "national": ["/", "/national/caisses/", "/national/maintenances/", "/assistance/"],
}
# Article of the guide -> account and page of its picture.
GUIDE = {
    "connexion": ("", "/connexion/"),
    "deposer": ("technicien.metz", "/demandes/nouvelle/"),
    "suivre": ("technicien.metz", "/demandes/"),
    "comptes": ("gestionnaire.metz", "/comptes/"),
    "tri": ("agent.moselle", "/tri/"),
    "conventions": ("administrateur.moselle", "/conventions/"),
    "protection-des-donnees": ("dpo.moselle", "/conformite/conservation/"),
}
IMAGE_DU_README = DOSSIER.parent.parent / "docs/images/tri.png"
DOSSIER_GUIDE = DOSSIER.parent.parent / "static/guide"
TAILLE_GUIDE = (1000, 650)
# What a page says of its own: titles, labels, buttons, menus; figures and what is in rows are data.
MOTS = """() => [...new Set(
  [...document.querySelectorAll("h1, h2, h3, label, legend, caption, thead th, main button, .fr-btn, nav a")]
    .filter((e) => e.checkVisibility() && !e.closest("tbody"))
    .map((e) => e.innerText.replace(/\\s+/g, " ").replace(/\\d+/g, "#").trim())
)]"""
TAILLE_README = {"width": 1280, "height": 1000}
OPTIONS_CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def code(instant: float) -> str:
    """Return the one-time code of the demonstration accounts at a real instant, in seconds."""
    condense = hmac.digest(base64.b32decode(SECRET), struct.pack(">Q", int(instant) // 30), hashlib.sha1)
    debut = condense[-1] & 15
    nombre = struct.unpack(">I", condense[debut : debut + 4])[0] & 0x7FFFFFFF
    return f"{nombre % 10**6:06}"


def se_connecter(page: Page, base: str, compte: str) -> None:
    """Go through the sign-in pages; a code serves once, so wait for the next one when it was taken."""
    page.goto(f"{base}/connexion/")
    page.fill("input[type=text]", compte)
    page.fill("input[type=password]", MOT_DE_PASSE)
    page.click("main button[type=submit]")
    for _ in range(3):
        if "/code/" not in page.url:
            break
        page.fill("main input:not([type=hidden]):not([type=checkbox])", code(time.time()))
        page.click("main button[type=submit]")
        if "/code/" in page.url:
            time.sleep(31 - time.time() % 30)
    if "/cgu/" in page.url:
        page.locator("main input[type=checkbox]").check()
        page.click("main button[type=submit]")
    if "/connexion/" in page.url:
        sys.exit(f"La connexion de {compte} a échoué : {page.url}")


def capturer(navigateur: Browser, base: str, compte: str, adresses: list[str]) -> None:
    """Sign in when an account is given, then take each page at each width."""
    contexte = navigateur.new_context(locale="fr-FR", timezone_id="Europe/Paris")
    page = contexte.new_page()
    page.on(
        "console",
        lambda m: m.type in {"error", "warning"} and print(f"  console : {m.text[:300]}"),
    )
    page.on("pageerror", lambda e: print(f"  erreur : {str(e)[:300]}"))
    if compte:
        se_connecter(page, base, compte)
    for modele in adresses:
        adresse = completer(page, base, modele)
        for largeur in LARGEURS:
            page.set_viewport_size({"width": largeur, "height": 900})
            reponse = page.goto(base + adresse)
            nom = re.sub(r"[^a-z0-9]+", "-", f"{compte} {modele}".lower()).strip("-") or "accueil"
            fichier = DOSSIER / f"{nom}-{largeur}.png"
            page.screenshot(path=fichier, full_page=True)
            deborde = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            statut = reponse.status if reponse else "?"
            print(f"{fichier.name} : {statut}{f', déborde de {deborde} px' if deborde > 0 else ''}")
    contexte.close()


def empreinte(page: Page) -> str:
    """Return the words of a page, one a line: kept beside its picture, they tell when it is out of date."""
    return "".join(f"{mot}\n" for mot in page.evaluate(MOTS) if mot)


def illustrer(navigateur: Browser, base: str) -> None:
    """Take the pictures of the guide, small enough to be read in a page and in a document."""
    DOSSIER_GUIDE.mkdir(exist_ok=True)
    for cle, (compte, adresse) in GUIDE.items():
        contexte = navigateur.new_context(
            locale="fr-FR",
            timezone_id="Europe/Paris",
            viewport={"width": TAILLE_GUIDE[0], "height": TAILLE_GUIDE[1]},
        )
        page = contexte.new_page()
        if compte:
            se_connecter(page, base, compte)
        reponse = page.goto(base + adresse)
        if not (reponse and reponse.ok):
            sys.exit(f"{adresse} ne s’ouvre pas : aucune image n’en est faite.")
        image = Image.open(io.BytesIO(page.screenshot()))
        fichier = DOSSIER_GUIDE / f"{cle}.webp"
        image.save(fichier, quality=55, method=6)
        fichier.with_suffix(".txt").write_text(empreinte(page), encoding="utf-8")
        print(f"{fichier.name} : {fichier.stat().st_size // 1000} ko")
        if cle == IMAGE_DU_README.stem:
            page.set_viewport_size(TAILLE_README)
            image = Image.open(io.BytesIO(page.screenshot()))
            image.convert("RGB").quantize(128).save(IMAGE_DU_README, optimize=True)
        contexte.close()


def completer(page: Page, base: str, modele: str) -> str:
    """Return the address, with its braces filled by the first link of the list that it belongs to."""
    liste, accolade, reste = modele.partition("{demande}")
    if not accolade:
        return modele
    page.goto(base + liste)
    liens = page.locator("main table a, main article a, main .carte a").evaluate_all(
        "liens => liens.map(l => l.pathname)"
    )
    motif = re.compile(re.escape(liste) + r"[A-Z]\d\d-[^/]+/$")
    trouve = next((lien for lien in liens if motif.match(lien)), None)
    if trouve is None:
        sys.exit(f"{liste} ne montre aucun lien pour {modele}")
    return trouve + reste.lstrip("/")


def main() -> None:
    """Read the command line."""
    lecteur = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    lecteur.add_argument("--base", default="http://localhost:8000", help="adresse du portail")
    lecteur.add_argument("--compte", default="", help="identifiant de démonstration")
    lecteur.add_argument("adresses", nargs="*", help="aucune : toutes, pour chaque profil")
    lecteur.add_argument("--guide", action="store_true", help="les images du guide")
    options = lecteur.parse_args()
    DOSSIER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=OPTIONS_CHROMIUM)
        base = options.base.rstrip("/")
        if options.guide:
            illustrer(navigateur, base)
        else:
            voulues = {options.compte: options.adresses} if options.adresses else PAGES
            for compte, adresses in voulues.items():
                capturer(navigateur, base, compte, adresses)
        navigateur.close()


if __name__ == "__main__":
    main()
