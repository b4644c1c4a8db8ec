"""Accessibility of every page (RGAA 4.1 by axe and by measures): a new line of the access matrix is examined too.

Every rule of axe silent, contrasts kept in the dark or in the colours of the system, at 1280 or at 320 px by the name of
the page; but a page made like those before it (FORMES) says nothing new to axe, and is left to
tests/epreuves/test_accessibilite.py, which looks at each one in every way. On all: no sideways scrolling at 320 px, also with
the spacing of text forced; one title per page; the same for forms sent empty. PAGES adds what only the demonstration shows:
long and empty lists, an empty search, every error page, the gallery. A template of a page that nothing opens:
tests/pages/test_gabarits.py. Valid HTML and the order of headings: tests/pages/test_html.py.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit
from zlib import crc32

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Error, Page, Response, expect

from accounts.actions.acces import publier_cgu
from accounts.actions.comptes import creer_compte, inactiver
from accounts.liens import adresse as adresse_du_lien
from accounts.models.compte import Compte
from accounts.models.sessions import OUVERTE, SessionStore
from accounts.reauthentification import DUREE_CONFIRMATION
from caisses.models import Caisse
from conformite import volumes
from conformite.journal import Acte, consigner
from demonstration.distribution import MOT_DE_PASSE
from espace_partenaires import guide
from espace_partenaires import volumes as volumes_des_pages
from signalements.models.demandes import Demande
from socle import horloge
from socle.acteurs import MACHINE
from socle.profils import Profil
from tests.accounts.aides import NEUF, technicien
from tests.matrice.monde import creer_monde
from tests.matrice.table import TABLE
from tests.matrice.test_matrice import adresse
from tests.pages.test_html import premier_servi

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

# (account of the demonstration or "", address). {x} is filled by `objets`.
PAGES: list[tuple[str, str]] = [
    ("", "/aide/?q=fichier"),
    ("", "/aide/?q=zebre"),
    *(("", f"/aide/{article.cle}/") for article in guide.articles()),
    ("technicien.metz", "/"),
    ("technicien.metz", "/demandes/"),
    ("technicien.metz", "/demandes/{demande}/"),
    ("technicien.metz", "/conventions/"),
    ("technicien.metz", "/introuvable/"),
    ("", "/introuvable/"),
    *(("", f"/essai/{erreur}/") for erreur in ("400", "403", "csrf", "500", "503")),
    *(("", f"/demo/{page}") for page in ("", "parcours/", "courriels/", "horloge/", "composants/")),
    ("technicien.tarnetgaronne", "/demandes/"),
    ("technicien.metz", "/demandes/?filtre=a-vous"),
    ("technicien.metz", "/tri/"),
    ("gestionnaire.metz", "/"),
    ("gestionnaire.metz", "/comptes/"),
    ("agent.moselle", "/"),
    ("agent.moselle", "/tri/"),
    ("agent.moselle", "/tri/{demande}/"),
    ("superviseur.moselle", "/"),
    ("superviseur.moselle", "/tri/"),
    ("superviseur.moselle", "/tri/?panier=en-retard"),
    ("administrateur.moselle", "/"),
    ("administrateur.moselle", "/conventions/"),
    ("administrateur.moselle", "/habilitations/"),
    ("dpo.moselle", "/"),
    ("dpo.moselle", "/conformite/journal/"),
    ("national", "/"),
]
LARGEURS = (1280, 320)
AXE = Axe().axe_script
# The rules that the colours of a theme may break.
COULEURS = ["color-contrast", "link-in-text-block"]
THEMES = {
    # Colours that are still on their way would be judged half way.
    "dans le noir": {"color_scheme": "dark", "forced_colors": "none", "reduced_motion": "reduce"},
    "en couleurs imposées": {"color_scheme": "light", "forced_colors": "active", "reduced_motion": "reduce"},
}
REGARDS = ((1280, ("dans le noir",)), (320, ("en couleurs imposées",)))
CLAIR = {"color_scheme": "light", "forced_colors": "none", "reduced_motion": "no-preference"}
# Every rule, those of good practice and those on trial included, but the contrast of level AAA, which nobody asks. Only
# what is wrong is described: telling all that is right takes three times as long as looking.
CHERCHER = """(regles) => axe.run(document, {
    resultTypes: ["violations"],
    runOnly: { type: "rule", values: regles.length ? regles
      : axe.getRules().map((regle) => regle.ruleId).filter((nom) => nom !== "color-contrast-enhanced") },
  }).then(({ violations }) =>
    violations.map((v) => [v.id, v.nodes.slice(0, 3).map((noeud) => noeud.html.slice(0, 160))]))"""
# WCAG 1.4.12; a constructed sheet passes the content policy.
ESPACEMENT = """() => {
  const feuille = new CSSStyleSheet();
  feuille.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [feuille];
}"""
# What each element looks like and tells a reader: tag, classes, roles and states, by the path that leads to it; what it is made
# of, whether it has words of its own, and a label. As numbers: a path is long.
FORMES = """() => {
  const formes = new Set();
  const nombrer = (mots, n) => { for (const lettre of mots) n = Math.imul(n ^ lettre.charCodeAt(0), 16777619); return n; };
  const decrire = (e) => [...e.attributes].map(({ name, value }) =>
    /^(class|role|type|lang|scope|tabindex|aria-(hidden|invalid|current|expanded|live|level|disabled|pressed))$/.test(name)
      ? `${name}=${value}` : /^(alt|title|aria-label)$/.test(name) ? `${name}:${Boolean(value.trim())}` : name).sort().join();
  const tenir = (e) => [...new Set([...e.children].map((enfant) => enfant.localName))].join("+");
  const dire = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) + "" + (e.labels?.length > 0);
  const descendre = (e, chemin) => {
    const forme = nombrer(`>${e.localName} ${decrire(e)} ${tenir(e)} ${dire(e)}`, chemin);
    formes.add(forme);
    for (const enfant of e.children) descendre(enfant, forme);
  };
  descendre(document.documentElement, 2166136261);
  return [...formes];
}"""
FORMES_VUES: set[int] = set()
DEBORDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
QUI_DEBORDE = """() => [...document.querySelectorAll("main *")]
  .filter((e) => e.getBoundingClientRect().right > innerWidth && !e.closest(".tableau"))
  .slice(0, 3).map((e) => e.outerHTML.slice(0, 120))"""
# Marks the page's own form, that asks for something; false when there is none.
TROUVER = """() => {
  const formulaire = [...document.querySelectorAll("main form[method=post]")]
    .find((f) => f.action === location.href && f.querySelector("input:not([type=hidden]), select, textarea"));
  if (formulaire) formulaire.id = "essai";
  return Boolean(formulaire);
}"""
# Sends it as it stands, without the browser's checks.
ENVOYER = "() => { const f = document.getElementById('essai'); f.noValidate = true; f.requestSubmit(); }"
PAS_UNE_PAGE = re.compile(r"\.(pdf|json|ics|ods|csv)$|/piece|/preuves?/.+-|^/sante/|/session/prolonger/")
LISIBLES = [ligne for ligne in TABLE if "GET" in ligne.methodes.split()]


def objets() -> dict[str, str]:
    """Return what stands for the braces of the addresses."""
    demandes = Demande.objects.exclude(statut="brouillon").filter(partenaire__nom__contains="Metz")
    return {"demande": demandes.order_by("pk")[0].reference}


def violations(page: Page, ou: str, regles: Sequence[str] = ()) -> list[str]:
    """Return what axe finds on the page as it stands, by every rule or by some."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    largeur = page.viewport_size["width"]
    return [
        f"{ou} à {largeur} px : {regle} {noeuds}" for regle, noeuds in page.evaluate(CHERCHER, list(regles))
    ]


def regards(ou: str) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Return the widths at which a page is examined, and the themes at each."""
    return (REGARDS[crc32(ou.encode()) % len(REGARDS)],)


def a_du_neuf(page: Page) -> bool:
    """Whether the page has an element made like none before."""
    formes = set(page.evaluate(FORMES))
    neuves = formes - FORMES_VUES
    FORMES_VUES.update(neuves)
    return bool(neuves)


def examiner(page: Page, ou: str) -> list[str]:
    """Return what is wrong with the page, in the ways in which it is looked at."""
    defauts = []
    for largeur, themes in regards(ou) if a_du_neuf(page) else ():
        page.set_viewport_size({"width": largeur, "height": 900})
        defauts += violations(page, ou)
        for theme in themes:
            page.emulate_media(**THEMES[theme])
            defauts += violations(page, f"{ou} {theme}", COULEURS)
        page.emulate_media(**CLAIR)
    page.set_viewport_size({"width": min(LARGEURS), "height": 900})
    if page.evaluate(DEBORDE) > 0:
        defauts.append(f"{ou} : défile de côté à 320 px, {page.evaluate(QUI_DEBORDE)}")
    page.evaluate(ESPACEMENT)
    if page.evaluate(DEBORDE) > 0:
        defauts.append(f"{ou} : défile de côté avec le texte espacé")
    return defauts


def examiner_l_envoi_vide(page: Page, ou: str) -> list[str]:
    """Send the page's form empty and return what is wrong with the answer."""
    avant = page.url
    if not page.evaluate(TROUVER):
        return []
    with page.expect_navigation():
        page.evaluate(ENVOYER)
    if page.url != avant or not page.locator("#erreurs").count():
        return []
    defauts = []
    if not page.title().startswith("Erreur"):
        defauts.append(f"{ou} refusé : le titre ne commence pas par « Erreur »")
    if not page.evaluate("document.activeElement.id === 'erreurs'"):
        defauts.append(f"{ou} refusé : le résumé des erreurs n’a pas le focus")
    return defauts + examiner(page, f"{ou} refusé")


def est_une_page(reponse: Response | None) -> bool:
    return reponse is not None and reponse.headers.get("content-type", "").startswith("text/html")


SAINE = """<html lang="fr"><title>Un</title><main><h1>Un</h1><form><p><label for="a">Nom</label> <input id="a"></p>
  <p><a href="/">Lire</a> <img src="data:," alt="Deux"></p></form></main></html>"""
# What is written in the place of what: nothing of it is told by a new tag alone.
ABIMEES = (
    ('<label for="a">Nom</label>', ""),
    ('for="a"', 'for="b"'),
    (">Lire<", "><"),
    ('alt="Deux"', 'alt=""'),
    ('alt="Deux"', ""),
    ('lang="fr"', ""),
    ("<a ", '<a class="pale" '),
    ("<input ", '<input aria-invalid="true" '),
    ("<form>", '<form role="none">'),
)


def test_une_page_abimee_a_du_neuf(browser: Browser):
    """What axe would say of a page makes it unlike the sound one: it is looked at."""
    page = browser.new_page()
    page.set_content(SAINE)
    a_du_neuf(page)
    assert not a_du_neuf(page)
    for avant, apres in ABIMEES:
        assert avant in SAINE
        page.set_content(SAINE.replace(avant, apres))
        assert a_du_neuf(page), (avant, apres)
    page.close()


def test_chaque_adresse(base_reelle: str, ouvrir: Callable[..., Page]):
    monde = creer_monde()
    defauts: list[str] = []
    titres: dict[tuple[str, str], set[str]] = {}
    pages: dict[str, Page] = {}
    a_envoyer: list[tuple[Page, str, str]] = []
    for ligne in LISIBLES:
        lettre = premier_servi(ligne)
        if lettre not in pages:
            pages[lettre] = ouvrir(monde.comptes[lettre].identifiant if lettre else "")
        page, ou = pages[lettre], f"{lettre or 'anonyme'} {ligne}"
        chemin = adresse(monde, ligne)
        if PAS_UNE_PAGE.search(chemin):
            continue
        page.set_viewport_size({"width": LARGEURS[0], "height": 900})
        try:
            reponse = page.goto(chemin)
        except Error as erreur:
            # An export, that the browser keeps.
            assert "Download is starting" in str(erreur), ou
            continue
        if not est_une_page(reponse):
            continue
        if reponse.status >= 400:
            defauts.append(f"{ou} : {reponse.status}")
            continue
        titres.setdefault((lettre, page.title()), set()).add(page.url.partition("?next=")[0])
        defauts += examiner(page, ou)
        if "POST" in ligne.methodes and page.evaluate(TROUVER):
            a_envoyer.append((page, ou, chemin))
    # Once all are seen: a form that asks for nothing does what it says, and takes the object of another page away.
    for page, ou, chemin in a_envoyer:
        page.goto(chemin)
        defauts += examiner_l_envoi_vide(page, ou)
    defauts += [f"même titre : {titre} {sorted(ou)}" for titre, ou in titres.items() if len(ou) > 1]
    assert defauts == [], "\n".join(defauts)


def test_la_demonstration(demonstration: None, ouvrir: Callable[..., Page], settings):
    settings.ROOT_URLCONF = "tests.e2e.adresses"
    remplacer = objets()
    defauts: list[str] = []
    pages = {compte: ouvrir(compte) for compte, _ in PAGES}
    for compte, modele in PAGES:
        page, ou = pages[compte], f"{compte or 'anonyme'} {modele}"
        reponse = page.goto(modele.format(**remplacer))
        assert est_une_page(reponse)
        if reponse.status >= 500 or (reponse.status == 404 and "introuvable" not in modele):
            defauts.append(f"{ou} : {reponse.status}")
            continue
        defauts += examiner(page, ou)
    assert defauts == [], "\n".join(defauts)


def test_les_etats(demonstration: None, ouvrir: Callable[..., Page]):
    """Pages that depend on what happened before: each step of the sign-in, links and accounts that are closed."""
    defauts: list[str] = []
    anonyme = ouvrir()
    anonyme.goto("/activation/lien-inconnu/")
    defauts += examiner(anonyme, "lien refusé")
    gestionnaire = Compte.objects.get(identifiant="gestionnaire.metz")
    attendu = creer_compte(
        profil=Profil.TECHNICIEN,
        partenaire=gestionnaire.partenaire,
        par=gestionnaire,
        **technicien(domaine=gestionnaire.email.partition("@")[2]),
    )
    anonyme.goto(urlsplit(adresse_du_lien(attendu.liens.get().pk)).path)
    anonyme.get_by_label("Nouveau mot de passe").fill(NEUF)
    anonyme.get_by_label("Le même mot de passe").fill(NEUF)
    anonyme.get_by_role("button", name="Continuer").click()
    defauts += examiner(anonyme, "second facteur à poser")

    administrateur = Compte.objects.get(identifiant="administrateur.moselle")
    administrateur.caisses.add(*Caisse.objects.order_by("pk")[:3])
    page = ouvrir("administrateur.moselle")
    page.goto("/caisse/")
    defauts += examiner(page, "choix de la caisse")

    anonyme.goto("/connexion/")
    anonyme.get_by_label("Identifiant").fill("agent.moselle")
    anonyme.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    anonyme.get_by_role("button", name="Se connecter").click()
    anonyme.wait_for_url("**/connexion/code/")
    defauts += examiner(anonyme, "code à usage unique")

    publier_cgu("Nouvelles conditions.", MACHINE)
    page.goto("/")
    page.wait_for_url("**/cgu/")
    defauts += examiner(page, "conditions d’utilisation")

    parti = Compte.objects.get(identifiant="technicien.grimaud")
    inactiver(parti, par=MACHINE, cause=Compte.Inactivation.DEPART)
    autre = ouvrir()
    autre.goto("/connexion/")
    autre.get_by_label("Identifiant").fill("technicien.grimaud")
    autre.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    autre.get_by_role("button", name="Se connecter").click()
    defauts += examiner(autre, "compte fermé")
    assert defauts == [], "\n".join(defauts)


def test_les_portes(demonstration: None, ouvrir: Callable[..., Page], settings, monkeypatch):
    """The sign-in after too many tries, the password asked again, who was shown, or asked, too much (R-09)."""
    settings.AXES_FAILURE_LIMIT = 2
    page = ouvrir()
    for _ in range(3):
        page.goto("/connexion/")
        page.get_by_label("Identifiant").fill("technicien.metz")
        page.get_by_label("Mot de passe").fill("Pas-le-bon-mot-1")
        page.get_by_role("button", name="Se connecter").click()
        if "Trop d’essais" in page.title():
            break
    assert "Trop d’essais" in page.title()
    defauts = examiner(page, "connexion verrouillée")

    autre = ouvrir("national")
    session = SessionStore(autre.context.cookies()[0]["value"])
    session[OUVERTE] = horloge.temps_reel().timestamp() - 2 * DUREE_CONFIRMATION.total_seconds()
    session.save()
    autre.goto("/national/cgu/")
    expect(autre.get_by_label("Mot de passe")).to_be_visible()
    defauts += examiner(autre, "mot de passe redemandé")

    autre.goto("/mon-compte/cles/ajouter/")
    autre.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    autre.get_by_role("button", name="Confirmer et continuer").click()
    expect(autre.get_by_role("heading", name="Ajouter une clé d’accès")).to_be_visible()
    defauts += examiner(autre, "clé à ajouter")

    agent = Compte.objects.get(identifiant="agent.moselle")
    lecteur = ouvrir("agent.moselle")
    lecteur.goto("/tri/")
    for _ in range(volumes.usuel(agent.profil)):
        consigner(Acte.VOLUME_RALENTIR, par=agent, objet=agent)
    lecteur.goto("/tri/?panier=les-miennes")
    expect(lecteur.get_by_role("heading", name="Patientez")).to_be_visible()
    defauts += examiner(lecteur, "lectures ralenties")
    consigner(Acte.VOLUME_ARRETER, par=agent, objet=agent)
    lecteur.goto("/tri/")
    expect(lecteur.get_by_label("Code à usage unique")).to_be_visible()
    defauts += examiner(lecteur, "lectures arrêtées")

    monkeypatch.setattr(volumes_des_pages, "DOCUMENT", replace(volumes_des_pages.DOCUMENT, reseau=1))
    passant, notice = ouvrir(), reverse("notice-pdf", args=["assures"])
    for _ in range(2):
        passant.request.get(notice)
    passant.goto(notice)
    expect(passant.locator("main")).to_contain_text("Attendez un peu")
    defauts += examiner(passant, "trop de documents")
    assert defauts == [], "\n".join(defauts)
