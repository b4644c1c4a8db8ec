"""The guard of the free-text zones while one types (D-03, D-04): in the browser, the server's own judgement."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models.compte import Compte
from socle.garde import ALERTES, MESSAGE_NIR, juger
from tests.signalements.fabrique import commencer
from tests.socle.test_garde import (
    AU_POINT,
    DITS,
    FAMILLES_SANTE,
    LETTRES_ORDINAIRE,
    LETTRES_SANTE,
    ORDINAIRES,
    SANTE,
    TENU_ORDINAIRE,
    TENU_SANTE,
    autres_nombres,
    comptes_et_cartes,
    ecritures,
)

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

# What is typed on a 4 000-character zone, judged a hundred times by tens, in milliseconds each: the machine does other things too.
DUREE = """texte => Math.min(...Array.from({ length: 10 }, () => { const debut = performance.now();
    for (let i = 0; i < 10; i++) alertesDuTexte(texte); return (performance.now() - debut) / 10; }))"""


def test_le_navigateur_juge_comme_le_serveur(demonstration, ouvrir: Callable[..., Page], capsys):
    """D-03, D-04: the whole corpus, and numbers of every kind, get the same codes on both sides."""
    demande = commencer(Compte.objects.get(identifiant="technicien.metz"))
    page = ouvrir("technicien.metz")
    page.goto(f"/demandes/{demande.reference}/brouillon/")
    # Fetched once one writes. The page's own policy refuses the second look of `wait_for_function`.
    page.get_by_label("Précisions").focus()
    page.evaluate("async () => { while (!window.alertesDuTexte) await new Promise(requestAnimationFrame); }")
    phrases = [
        *ORDINAIRES,
        *SANTE,
        *TENU_ORDINAIRE,
        *TENU_SANTE,
        *LETTRES_ORDINAIRE,
        *LETTRES_SANTE,
        *FAMILLES_SANTE,
        *AU_POINT,
        *DITS,
    ]
    phrases += [*ecritures(), *autres_nombres(), *comptes_et_cartes()]
    jugements = [juger(phrase) for phrase in phrases]
    attendus = [["nir"] * jugement.nir + jugement.alertes for jugement in jugements]
    assert {code for codes in attendus for code in codes} == {"nir", *ALERTES}
    recus = page.evaluate("phrases => phrases.map(alertesDuTexte)", phrases)
    assert [
        (phrase, recu, attendu)
        for phrase, recu, attendu in zip(phrases, recus, attendus, strict=True)
        if recu != attendu
    ] == []
    with capsys.disabled():
        print(
            f"\nGarde dans le navigateur, 4 000 caractères : {page.evaluate(DUREE, ' '.join(ORDINAIRES)[:4000]):.2f} ms"
        )

    # Said beside the zone, by a status that assistive technologies read; gone once corrected; nothing sent meanwhile.
    envois: list[str] = []
    page.on("request", lambda requete: envois.append(requete.url))
    texte = page.get_by_label("Précisions")
    texte.fill("Son numéro est 2 85 03 57 463 123 45")
    expect(page.get_by_role("status").filter(has_text=MESSAGE_NIR)).to_be_visible()
    texte.fill("Elle suit une chimiothérapie.")
    expect(page.get_by_role("status").filter(has_text=ALERTES["sante"])).to_be_visible()
    texte.fill("Un rendez-vous avec un conseiller.")
    expect(page.get_by_role("status").filter(has_text="semble contenir")).to_have_count(0)
    nom = page.get_by_label("Prénom")
    nom.fill("Élodie 2850357463123")
    expect(page.get_by_role("status").filter(has_text=MESSAGE_NIR)).to_be_visible()
    assert envois == []


def test_un_texte_colle_n_est_jamais_coupe(demonstration, ouvrir: Callable[..., Page]):
    """What is pasted stays whole; it is counted as the server counts, and what is too much is said."""
    demande = commencer(Compte.objects.get(identifiant="technicien.metz"))
    page = ouvrir("technicien.metz")
    page.goto(f"/demandes/{demande.reference}/brouillon/")
    zone = page.get_by_label("Précisions")
    limite = int(zone.get_attribute("data-compteur") or 0)
    for colle, dit in (
        ("e\u0301" * (limite - 321), "321 caractères restants"),
        ("a\u200b" * (limite - 321), "321 caractères restants"),
        ("a" * (limite + 321), "321 caractères de trop"),
    ):
        zone.fill("")
        zone.focus()
        page.keyboard.insert_text(colle)
        expect(zone).to_have_value(colle)
        expect(page.locator(".champ__compteur").filter(has_text=dit)).to_be_visible()


@pytest.mark.parametrize(
    ("compte", "adresse"),
    [("dpo.moselle", "/conformite/droits/nouvelle/"), ("gestionnaire.metz", "/violations/nouvelle/")],
)
def test_un_texte_qui_n_est_pas_parti_se_demande(
    demonstration, ouvrir: Callable[..., Page], compte: str, adresse: str
):
    """On every page with a long text, not on the draft alone: the browser asks before it is lost, and only then."""
    page = ouvrir(compte)
    questions: list[str] = []
    page.on("dialog", lambda question: (questions.append(question.type), question.accept()))
    for saisie in ("", "Ce que la personne demande."):
        page.goto(adresse)
        zone = page.locator("main textarea").first
        zone.press_sequentially(saisie or "a")
        if not saisie:
            zone.fill("")
        page.get_by_role("link", name="Accueil").first.click()
        page.wait_for_url("**/")
    assert questions == ["beforeunload"]
