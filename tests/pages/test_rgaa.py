"""Criteria of the RGAA that the served HTML shows, on every page of the matrix, read and sent empty.

One test for each: docs/accessibilite.toml names them as its evidence. What only a browser sees: tests/e2e/.
"""

import re
from collections import Counter, defaultdict

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lxml.html import HtmlElement, document_fromstring

from signalements.models.demandes import Demande
from tests.matrice.monde import Monde

pytestmark = pytest.mark.lent

Pages = dict[str, HtmlElement]
# A verb that takes something away for good, at the head of a button.
DETRUIT = re.compile(r"(Supprimer|Retirer|Rappeler|Annuler cette session|Libérer|Lever le gel)\b")
# A choice may be a button that is pressed.
SAISIE = ".//input[not(@type='hidden')]|.//select|.//textarea|.//button[@name]"


def mots(element: HtmlElement) -> str:
    """Return the words of an element, those hidden from the eye included."""
    return " ".join(element.text_content().split())


def formulaires(page: HtmlElement) -> list[HtmlElement]:
    """Return the forms that the server judges: those that are posted and ask for something."""
    return [f for f in page.iterfind(".//main//form") if f.get("method") == "post" and f.xpath(SAISIE)]


def titre(page: HtmlElement) -> str:
    return page.findtext(".//title").strip()


def test_3_rien_n_est_invalide_avant_la_saisie(pages: Pages):
    """The native attribute makes Firefox say « invalid entry » before a word is typed; the server judges."""
    natifs = [
        f"{nom} : {champ.get('name')}"
        for nom, page in pages.items()
        for formulaire in formulaires(page)
        for champ in formulaire.xpath(".//*[@required]")
    ]
    assert natifs == []
    invalides = [
        f"{nom} : {champ.get('name')}"
        for nom, page in pages.items()
        for champ in page.xpath("//*[@aria-invalid]")
        if not any(
            i.endswith("_error")
            for i in (champ.get("aria-describedby") or champ.get("aria-labelledby", "")).split()
        )
    ]
    assert invalides == []


def _etiquettes_sans_marque(formulaire: HtmlElement) -> list[bool]:
    """Return for each question of the form whether it is compulsory: its label does not say « facultatif »."""
    questions = formulaire.xpath(
        ".//legend|.//label[not(ancestor::fieldset) and not(ancestor::table)"
        " and not(@for=//select[contains(@name,'-modele')]/@id)]"
    )
    return ["(facultatif)" not in mots(question) for question in questions]


def test_11_10_l_obligation_est_dite(pages: Pages):
    """A form that asks for something compulsory says so before its first field."""
    muets, faux = [], []
    for nom, page in pages.items():
        for formulaire in formulaires(page):
            requis = _etiquettes_sans_marque(formulaire)
            phrases = [mots(p) for p in formulaire.xpath(".//p[@data-obligation]")]
            # One question alone needs no mark.
            if len(requis) > 1 and any(requis) and not phrases:
                muets.append(f"{nom} : {[mots(e) for e in formulaire.xpath('.//label')][:3]}")
            if phrases and ("sauf" in phrases[0]) == all(requis):
                faux.append(f"{nom} : {phrases[0]}")
    assert muets == []
    assert faux == []


def test_11_10_rien_de_facultatif_n_est_exige(pages: Pages):
    """What is refused empty was not said optional; « … ou … » says that either of two is enough."""
    faux = {
        f"{nom} : {mots(label)}"
        for nom, page in pages.items()
        for champ in page.xpath("//main//*[@aria-invalid='true' and @id]")
        for label in page.xpath(f"//label[@for='{champ.get('id')}']")
        if "(facultatif)" in mots(label)
        and " ou " not in mots(page.get_element_by_id(f"{champ.get('id')}_error"))
    }
    assert faux == set()


def test_11_10_chaque_champ_est_lie_a_son_aide_et_a_son_erreur(pages: Pages):
    """What describes a field exists; an error on screen belongs to a field that names it."""
    defauts = []
    for nom, page in pages.items():
        ids = set(page.xpath("//@id"))
        cites = {
            mot
            for attribut in ("aria-describedby", "aria-labelledby")
            for valeur in page.xpath(f"//@{attribut}")
            for mot in valeur.split()
        }
        defauts += [f"{nom} : {cite} n’existe pas" for cite in cites - ids]
        aides = {i for i in ids if i.endswith(("_error", "_helptext"))}
        defauts += [f"{nom} : {aide} n’est lié à rien" for aide in aides - cites]
    assert defauts == []


def test_11_10_une_adresse_dit_son_format(pages: Pages):
    sans = [
        f"{nom} : {champ.get('name')}"
        for nom, page in pages.items()
        for champ in page.xpath("//main//input[@type='email']")
        if not any("@" in mots(page.get_element_by_id(i)) for i in champ.get("aria-describedby", "").split())
    ]
    assert sans == []


def test_11_11_une_adresse_fausse_recoit_un_exemple(monde: Monde):
    faux = []
    for vue, lettre in (
        ("accessibilite-contact", ""),
        ("identifiant-oublie", ""),
        ("compte-nouveau", "gestionnaire"),
    ):
        client = monde.entre(lettre) if lettre else Client()
        champs = {"courriel": "camille", "email": "camille"}
        page = document_fromstring(client.post(reverse(vue), champs).content.decode())
        if "sous la forme prenom.nom@" not in mots(page.get_element_by_id("erreurs")):
            faux.append(vue)
    assert faux == []


def test_11_12_rien_ne_se_detruit_d_un_seul_appui(pages: Pages):
    """What takes away for good asks once, on a page that says what will be lost."""
    directs = {
        f"{nom.split(' ')[0]} : {mots(bouton)}"
        for nom, page in pages.items()
        if not page.xpath("//main//*[@data-confirmation]")
        for formulaire in page.iterfind(".//main//form")
        if formulaire.get("method") == "post" and not formulaire.xpath(SAISIE)
        for bouton in formulaire.iter("button")
        if DETRUIT.match(mots(bouton))
    }
    assert directs == set()


def test_11_12_plusieurs_demandes_se_closent_en_deux_appuis(monde: Monde):
    traitee = monde.objets["traitee"]["reference"]
    envoi = {"acte": "cloturer", "references": [traitee]}
    client = monde.entre("agent")
    page = document_fromstring(client.post(reverse("tri-lot"), envoi).content.decode())
    assert page.xpath("//main//*[@data-confirmation]") and traitee in mots(page.find(".//main"))
    assert Demande.objects.get(reference=traitee).statut == "traitee"
    (formulaire,) = page.xpath("//main//form")
    caches = [(c.get("name"), c.get("value")) for c in formulaire.xpath(".//input[@type='hidden']")]
    client.post(reverse("tri-lot"), {nom: valeur for nom, valeur in caches if nom != "csrfmiddlewaretoken"})
    assert Demande.objects.get(reference=traitee).statut == "cloturee"


def test_11_13_sa_propre_adresse_est_completee(pages: Pages):
    for vue in ("accessibilite-contact", "identifiant-oublie"):
        champs = pages[f"{vue} -"].xpath("//main//input[@type='email']")
        assert [champ.get("autocomplete") for champ in champs] == ["email"], vue


def test_rien_n_est_propose_au_suivant(pages: Pages):
    """Shared posts: on every page, a field that takes words says itself, or its form does, what the browser may offer."""
    ecrits = "[not(@type) or @type='text' or @type='search' or @type='tel' or @type='email' or @type='url']"
    offerts = {
        f"{nom} : {champ.get('name')}"
        for nom, page in pages.items()
        for champ in page.xpath(f"//input{ecrits}|//textarea")
        if not champ.get("autocomplete") and not champ.xpath("ancestor::form[@autocomplete='off']")
    }
    assert offerts == set()


def test_11_5_une_periode_est_un_groupe(pages: Pages):
    seuls = [
        f"{nom} : {mots(label)}"
        for nom, page in pages.items()
        for label in page.xpath("//main//label")
        if re.fullmatch(r"(Du|Au)( \(facultatif\))?", mots(label)) and not label.xpath("ancestor::fieldset")
    ]
    assert seuls == []


def test_11_9_deux_boutons_de_meme_nom_font_la_meme_chose(pages: Pages):
    defauts = []
    for nom, page in pages.items():
        actions = defaultdict(list)
        for formulaire in page.iterfind(".//main//form"):
            for bouton in formulaire.iter("button"):
                fait = (formulaire.get("action") or "ici", bouton.get("name"), bouton.get("value"))
                actions[mots(bouton)].append(fait)
        defauts += [f"{nom} : {dit} × {len(ou)}" for dit, ou in actions.items() if len(set(ou)) > 1]
    assert defauts == []


def test_6_1_deux_liens_de_meme_nom_menent_au_meme_endroit(pages: Pages):
    defauts = []
    for nom, page in pages.items():
        adresses = defaultdict(set)
        for lien in page.iterfind(".//main//a"):
            if lien.get("href") and lien.get("aria-current") is None:
                adresses[mots(lien)].add(lien.get("href"))
        defauts += [f"{nom} : {dit} → {sorted(ou)}" for dit, ou in adresses.items() if len(ou) > 1]
    assert defauts == []


def test_7_1_chaque_lien_du_resume_mene_a_une_saisie(pages: Pages):
    perdus = []
    for nom, page in pages.items():
        for lien in page.xpath("//*[@id='erreurs']//a[starts-with(@href, '#')]"):
            cible = page.get_element_by_id(lien.get("href")[1:], None)
            if cible is None or not (
                cible.tag in ("input", "select", "textarea")
                or (cible.get("tabindex") and cible.xpath(SAISIE))
            ):
                perdus.append(f"{nom} : {mots(lien)}")
    assert perdus == []


def test_7_1_le_resume_dit_vrai(monde: Monde):
    """« Nothing is lost » is not said where the password or the file has to be given again."""
    refuse = Client().post(reverse("connexion"), {"identifiant": "personne", "mot_de_passe": "Faux-mot-2026"})
    resume = mots(document_fromstring(refuse.content.decode()).get_element_by_id("erreurs"))
    assert "n’a pas été envoyé" not in resume and "Rien n’est perdu" not in resume
    ou = reverse("demande-pieces", kwargs=monde.objets["brouillon"])
    for envoi, perdu in (({}, False), ({"fichiers": [SimpleUploadedFile("a.pdf", b"a")] * 2}, True)):
        refuse = monde.entre("technicien").post(ou, envoi)
        resume = mots(document_fromstring(refuse.content.decode()).get_element_by_id("erreurs"))
        assert ("choisissez à nouveau" in resume) == perdu == ("Rien n’est perdu" not in resume)
        # Two files whose nature is not said are one thing to correct.
        assert resume.count("Choisissez ce que vous joignez") <= 1, resume
    refuse = monde.sans_code("agent").post(reverse("connexion-code"), {"code": "000000"})
    resume = mots(document_fromstring(refuse.content.decode()).get_element_by_id("erreurs"))
    assert "n’a pas été envoyé" not in resume and "saisissez un nouveau code" in resume


def test_8_6_le_titre_dit_l_erreur(pages: Pages):
    muets = [
        nom
        for nom, page in pages.items()
        if (page.xpath("//*[@id='erreurs' or @aria-invalid='true']") or page.find_class("fr-message--error"))
        and not titre(page).startswith("Erreur")
    ]
    assert muets == []
    sans_resume = [
        nom for nom, page in pages.items() if titre(page).startswith("Erreur :") and _sans_resume(page)
    ]
    assert sans_resume == []


def _sans_resume(page: HtmlElement) -> bool:
    return bool(page.xpath("//*[@aria-invalid='true']")) and page.get_element_by_id("erreurs", None) is None


# Lists of the administrateur, and what narrows them one at a time.
LISTES: dict[str, tuple[dict[str, str], ...]] = {
    "conventions": (
        *({"onglet": "finies"}, {"sous": "30"}, {"sous": "90"}, {"alerte": "bilan"}, {"alerte": "comite"}),
        *({"type": "CCAS"}, {"q": "Metz"}),
    ),
    "partenaires": ({"q": "Metz"},),
    "informations": ({"nature": "lien"}, {"nature": "document"}),
}


def test_8_6_le_titre_suit_la_recherche_le_filtre_et_la_page(monde: Monde):
    client, demandes = monde.entre("technicien"), reverse("demandes")
    agent, appelant = monde.entre("agent"), reverse("appelant")
    siret = monde.comptes["technicien"].partenaire.siret
    titres = [
        titre(document_fromstring(reponse.content.decode()))
        for reponse in (
            client.post(demandes, {"mots": "Tchanque"}),
            client.get(demandes),
            client.get(demandes, {"filtre": "brouillons"}),
            client.get(demandes, {"qui": "structure", "du": "2026-03-01"}),
            client.get(demandes, {"qui": "structure", "du": "2026-04-01", "retard": "on"}),
            *(monde.entre("superviseur").get(reverse("tri"), choix) for choix in ({}, {"pieces": "on"})),
            *(agent.get(appelant), agent.post(appelant, {"siret": siret})),
            *(monde.entre("dpo").get(reverse("journal"), choix) for choix in ({}, {"avant": "900000000"})),
            *(
                monde.entre("administrateur").get(
                    reverse("convention", kwargs=monde.objets["convention"]), choix
                )
                for choix in ({}, {"au": "2026-02-01"})
            ),
            *(
                monde.entre("administrateur").get(reverse(nom), choix)
                for nom, choisis in LISTES.items()
                for choix in ({}, *choisis)
            ),
        )
    ]
    assert len(set(titres)) == len(titres), titres
    assert titres[0].startswith("Recherche") and "Tchanque" not in titres[0]
    assert "01/04/2026, En retard seulement" in titres[4]


def test_8_6_le_titre_dit_de_quel_motif(monde: Monde):
    """A rendez-vous and a study bear the same word: the page that is reached says which, as its link does."""
    administrateur = monde.comptes["administrateur"]
    adresses = [
        reverse("motif-regler", args=[administrateur.caisses.get().code, motif])
        for motif in ("ame", "rdv-ame")
    ]
    lues = [document_fromstring(monde.entre("administrateur").get(un).content.decode()) for un in adresses]
    assert len({titre(page) for page in lues}) == len({mots(page.find(".//h1")) for page in lues}) == 2


def test_8_6_le_titre_dit_le_numero_de_la_page(pages: Pages):
    muets = [
        f"{nom} : {mots(lien)}"
        for nom, page in pages.items()
        for lien in page.xpath("//nav[@aria-label='Pages de la liste']//a[@aria-current]")
        if mots(lien) != "1" and f"page {mots(lien)}" not in titre(page)
    ]
    assert muets == []


def test_5_tableaux(pages: Pages):
    """5.1, 5.5, 5.7: a caption is of one table, and says that its rows are grouped; a group has one header, first in its own body."""
    defauts = []
    for nom, page in pages.items():
        legendes = Counter(mots(legende) for legende in page.iterfind(".//main//table/caption"))
        defauts += [f"{nom} : légende répétée {dite}" for dite, n in legendes.items() if n > 1]
        defauts += [
            f"{nom} : {mots(legende)} ne dit pas ses groupes"
            for legende in page.xpath("//main//table[.//th[@scope='rowgroup']]/caption")
            if "groupés" not in mots(legende)
        ]
        for corps in page.iterfind(".//main//tbody"):
            groupes = corps.xpath("./tr/th[@scope='rowgroup']")
            if len(groupes) > 1 or (groupes and groupes[0] not in corps.xpath("./tr[1]/th")):
                defauts.append(f"{nom} : {[mots(g) for g in groupes]} dans un seul tbody")
    assert defauts == []


def test_9_3_des_lignes_numerotees_sont_une_liste(pages: Pages):
    """« 1. …, 2. … » broken by line ends is a list that nobody hears."""
    faux = [
        f"{nom} : {mots(p)[:40]}"
        for nom, page in pages.items()
        for p in page.xpath("//main//p[br]")
        if len([un for un in p.itertext() if re.match(r"\s*(\d+[.)]|[-–•]) ", un)]) > 1
    ]
    assert faux == []


def test_11_10_un_siret_dit_son_format(pages: Pages):
    sans = [
        f"{nom} : {champ.get('name')}"
        for nom, page in pages.items()
        for champ in page.xpath("//main//input[contains(@name, 'siret')]")
        if not any(
            "14 chiffres" in mots(page.get_element_by_id(i))
            for i in champ.get("aria-describedby", "").split()
        )
    ]
    assert sans == []


def test_9_3_une_suite_de_liens_est_une_liste(pages: Pages):
    suites = [
        f"{nom} : {mots(p)}"
        for nom, page in pages.items()
        for p in page.iterfind(".//main//p")
        if len(p.findall("a")) > 1 and "·" in (p.text_content())
    ]
    assert suites == []


def test_1_9_une_image_legendee_est_un_groupe_nomme(pages: Pages):
    defauts = []
    for nom, page in pages.items():
        for figure in page.iterfind(".//figure"):
            legende, image = mots(figure.find(".//figcaption")), figure.find(".//img")
            if figure.get("role") != "figure" or " ".join(figure.get("aria-label", "").split()) != legende:
                defauts.append(f"{nom} : figure sans nom")
            if image.get("alt") == legende:
                defauts.append(f"{nom} : dite deux fois")
    assert defauts == []


def test_7_5_aucune_region_n_est_vide_en_tete(pages: Pages):
    """An empty live region at the head of a page is read as « status bar » on every page."""
    vides = [nom for nom, page in pages.items() if any(not mots(e) for e in page.find_class("messages"))]
    assert vides == []


def test_7_5_une_alerte_a_remplir_est_dite_partout(pages: Pages):
    """Firefox says an alert when it appears; one whose words come later has to say that it is live."""
    a_remplir = [
        e for page in pages.values() for e in page.xpath("//*[@role='alert' and not(normalize-space())]")
    ]
    assert a_remplir and {e.get("aria-live") for e in a_remplir} == {"assertive"}


def test_9_1_le_nombre_d_une_carte_est_dans_son_lien(pages: Pages):
    seuls = [
        nom
        for nom, page in pages.items()
        for nombre in page.find_class("carte__compte")
        if not nombre.xpath("ancestor::a")
    ]
    assert seuls == []
    # Boxes laid side by side lose an ordinary space: the reader would say one word.
    colles = [
        nom
        for nom, page in pages.items()
        for bloc in page.xpath("//*[@class='carte__compte' or @class='marque__nom']")
        if not (bloc.getnext().text or "").endswith("\N{NO-BREAK SPACE}")
    ]
    assert colles == []


def test_12_3_le_plan_du_site_mene_partout(monde: Monde):
    """The menu, the account, and what no menu holds: sessions of formation, violation, fraud."""
    for lettre in monde.comptes:
        page = document_fromstring(monde.entre(lettre).get(reverse("plan-du-site")).content.decode())
        offerts = set(page.xpath("//main//a/@href"))
        attendus = {reverse("mon-compte"), reverse("securite-signaler"), reverse("notifications")}
        attendus |= {lien for lien in page.xpath("//nav[@id='navigation']//a/@href") if lien != "/"}
        attendus |= set(page.xpath("//footer//a/@href")) - {reverse("plan-du-site")}
        assert attendus - offerts == set(), lettre
    assert reverse("formations") in set(
        document_fromstring(monde.entre("technicien").get(reverse("plan-du-site")).content.decode()).xpath(
            "//main//a/@href"
        )
    )


def test_2_et_4_ni_cadre_ni_media(pages: Pages):
    """2.1, 2.2, 4.1 to 4.13 do not apply as long as no page holds a frame, a sound or a film."""
    trouves = [
        f"{nom} : {element.tag}"
        for nom, page in pages.items()
        for element in page.iter("iframe", "frame", "object", "embed", "video", "audio", "canvas")
    ]
    assert trouves == []


def test_ce_qui_ne_s_applique_pas_est_absent(pages: Pages):
    """5.3, 5.8, 8.10, 9.4: neither table of layout, nor other direction of reading, nor quotation."""
    trouves = [
        f"{nom} : {element.tag}"
        for nom, page in pages.items()
        for element in page.xpath("//table[@role]|//*[@dir]|//blockquote|//q")
    ]
    assert trouves == []


def test_13_2_une_nouvelle_fenetre_est_annoncee(pages: Pages):
    ouvertes = {mots(lien) for page in pages.values() for lien in page.xpath("//*[@target]")}
    assert ouvertes and [dit for dit in ouvertes if "nouvel onglet" not in dit] == []


def test_1_2_une_icone_est_muette(pages: Pages):
    """The words beside carry the meaning; a drawing that says something has a role and a name."""
    bavardes = [
        nom
        for nom, page in pages.items()
        for dessin in page.iter("svg")
        if not dessin.xpath("ancestor-or-self::*[@aria-hidden='true']")
        and not (
            dessin.get("role") == "img" and (dessin.get("aria-label") or dessin.find(".//title") is not None)
        )
    ]
    assert bavardes == []


def test_5_4_un_tableau_est_legende_et_ses_entetes_portent(pages: Pages):
    defauts = []
    for nom, page in pages.items():
        for tableau in page.iterfind(".//main//table"):
            legende = tableau.find("caption")
            if legende is None or not mots(legende):
                defauts.append(f"{nom} : tableau sans légende")
            defauts += [f"{nom} : {mots(th)} sans portée" for th in tableau.iter("th") if not th.get("scope")]
    assert defauts == []
