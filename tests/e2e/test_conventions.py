"""Conventions of the referential, through the forms of a real browser (C-01, C-07, C-09, C-13, C-15, A-21).

Here one of each sort (SORTES); tests/epreuves/test_conventions.py plays all seven. One administrateur per caisse, in one browser; the structures are unknown before. Each convention gets its own
parameters, is put to signature, signed by each party, and is in force; its documents say what was typed.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page, expect

from caisses.actions import creer_caisse
from caisses.models import Caisse
from conventions import phrases
from conventions.models.conventions import Convention, Objet, Participation
from conventions.regles import quota
from demonstration.conventions import (
    ConventionDemo,
    caisses_de_demonstration,
    conventions_de_demonstration,
    partenaires_de_demonstration,
)
from socle.acteurs import MACHINE
from socle.profils import Profil
from tests.conventions.fabrique import motifs_attendus, saisie, structure
from tests.conventions.textes import mots, texte_du_pdf
from tests.distribution import creer_compte_actif

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

PATIENCE = 60_000
# Rules of use signed apart, documents by the portal; two caisses, one signature; the exchange of files, after another.
SORTES = {"C25-TROI-0057", "C23-ELBE-0076", "C22-MDPH-0068"}
# [68] replaces an agreement of 2013, for three years (C-15).
ANCIENNE_68 = {"duree_mois": "36", "signee_le": dt.date(2013, 7, 22)}


@pytest.fixture
def caisses(portail) -> dict[str, Caisse]:
    """The caisses of the referential, each with its administrateur."""
    creees = {ligne["code"]: creer_caisse(par=MACHINE, **ligne) for ligne in caisses_de_demonstration()}
    for code, caisse in creees.items():
        creer_compte_actif(f"administrateur.{code}", Profil.ADMINISTRATEUR, caisses=(caisse,))
    return creees


# What the page shows in its fields, in one question to the browser
CHAMPS = """champs => champs.map(c => ({nom: c.name, genre: c.type, valeur: c.value, coche: c.checked}))"""


def remplir(page: Page, donnees: dict[str, str | list[str]]) -> None:
    """Type each value that its field does not show yet, tick and untick each box."""
    for champ in page.locator("main form :is(input, select, textarea)[name]").evaluate_all(CHAMPS):
        nom, genre, valeur = champ["nom"], champ["genre"], champ["valeur"]
        voulu = donnees.get(nom, "")
        ici = page.locator(f'main [name="{nom}"]')
        if genre in {"checkbox", "radio"}:
            coche = valeur in voulu if isinstance(voulu, list) else voulu in {"on", valeur}
            if coche != champ["coche"] and (coche or genre == "checkbox"):
                page.locator(
                    f'main [name="{nom}"][value="{valeur}"]' if valeur != "on" else f'main [name="{nom}"]'
                ).set_checked(coche, force=True)
        elif nom in donnees and genre == "select-one":
            ici.select_option(voulu)
        elif nom in donnees and voulu != valeur:
            ici.fill(voulu)


def rediger(page: Page, siret: str, donnees: dict[str, str | list[str]]) -> str:
    """From the list of conventions to a draft; return its reference."""
    page.goto("/conventions/")
    page.get_by_role("link", name="Nouvelle convention").click()
    page.get_by_role("textbox", name=re.compile("^SIRET")).fill(siret)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Étape 2 sur 2", timeout=PATIENCE)
    inconnue = page.get_by_text("n’est pas encore connue du portail").is_visible()
    remplir(page, {nom: v for nom, v in donnees.items() if inconnue or not nom.startswith("structure-")})
    page.get_by_role("button", name="Rédiger la convention").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Convention C", timeout=PATIENCE)
    return page.locator("h1 .reference").inner_text()


def signer(page: Page, reference: str, document: str, le: dt.date) -> None:
    """Write down every signature that this administrateur may write down on a document."""
    page.goto(f"/conventions/{reference}/")
    ligne = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=document, exact=True))
    lien = ligne.get_by_role("link", name=re.compile("^Enregistrer la signature"))
    while lien.count():
        lien.first.click()
        page.get_by_label("Nom de la personne qui a signé").fill("Alix Morel")
        page.get_by_label("Signé le").fill(le.isoformat())
        page.get_by_role("button", name="Enregistrer la signature").click()
        expect(page.get_by_text("La signature est enregistrée.")).to_be_visible(timeout=PATIENCE)


def mettre_en_vigueur(pages: list[Page], reference: str, le: dt.date, utilisation: dt.date | None) -> None:
    """Put a draft to signature and sign it for everyone, each caisse by its own administrateur."""
    pages[0].goto(f"/conventions/{reference}/")
    pages[0].get_by_role("button", name="Mettre à la signature").click()
    for page in pages:
        signer(page, reference, "Convention", le)
    for page in pages if utilisation else ():
        signer(page, reference, "Convention d’utilisation", utilisation)


SANS_DEMANDES = {"conservation_mois", "quota_gestionnaires", "quota_techniciens"}


def verifier(page: Page, demo, reference: str) -> None:
    """Its parameters, its motifs, its dates; its page and its documents in the words of each parameter (C-13, C-14)."""
    convention = Convention.objects.get(reference=reference)
    assert convention.statut == Convention.Statut.EN_VIGUEUR
    page.goto(f"/conventions/{reference}/")
    regles_convenues = mots(page.get_by_role("region", name="Règles convenues").inner_text())
    reponses = [
        page.request.get(f"/conventions/{reference}/{piece}.pdf")
        for piece in ("convention", "utilisation", "protection-des-donnees")
    ]
    # A convention without a document of its own on the use, or on the data, prints none.
    documents = " ".join(texte_du_pdf(reponse.body()) for reponse in reponses if reponse.ok)
    tus = set()
    for nom, valeur in demo.parametres.items():
        lue = getattr(convention, nom)
        if nom.startswith("quota_"):
            assert [quota(lue, n) for n in (1, 11, 300)] == [quota(valeur, n) for n in (1, 11, 300)]
        else:
            assert lue == valeur, (demo.source, nom)
        if nom == "autres_signataires":
            # Parties, among those who sign (C-19).
            assert all(mots(un) in documents for un in lue)
            continue
        phrase = mots(phrases.phrase(nom, lue))
        # The page gives the name of a parameter once, before its sentence.
        assert phrase.removeprefix(f"{phrases.LIBELLES[nom]} : ") in regles_convenues
        if phrase not in documents:
            tus.add(nom)
    # A convention on the exchange of files counts no seats, and says its retention in other words (E-11).
    assert tus <= (SANS_DEMANDES if convention.objet == Objet.ECHANGE_FICHIERS else set())
    for part in convention.participations.all():
        assert set(part.motifs.all()) == set(motifs_attendus(demo))
        assert part.documents_par_portail == demo.documents_par_portail
        assert part.debut == demo.signee_le
        assert part.utilisation_debut == (demo.utilisation_signee_le or demo.signee_le)


def jouer(caisses: dict[str, Caisse], ouvrir: Callable[..., Page], demos: Sequence[ConventionDemo]) -> None:
    """From the first form to the last signature, each convention; the portal is open to as many as they bind."""
    pages = {code: ouvrir(f"administrateur.{code}") for code in caisses}
    partenaires = {ligne["code"]: ligne for ligne in partenaires_de_demonstration()}
    for demo in demos:
        partenaire = partenaires[demo.partenaire]
        siens = [pages[code] for code in demo.caisses]
        donnees = saisie(demo, caisses) | structure(partenaire)
        if demo.source == "68":
            ancienne = rediger(
                siens[0], partenaire["siret"], donnees | {"duree_mois": ANCIENNE_68["duree_mois"]}
            )
            mettre_en_vigueur(siens, ancienne, ANCIENNE_68["signee_le"], None)
            donnees |= {"remplace": ancienne}
        reference = rediger(siens[0], partenaire["siret"], donnees)
        mettre_en_vigueur(siens, reference, demo.signee_le, demo.utilisation_signee_le)
        verifier(siens[0], demo, reference)
        if demo.source == "68":
            finie = Convention.objects.get(reference=ancienne)
            assert finie.statut == Convention.Statut.REMPLACEE
            assert finie.participations.get().fin == demo.signee_le
    liees = sum(len(demo.caisses) for demo in demos)
    assert Participation.objects.ouvrant_le_portail().count() == liees


def test_the_conventions_of_the_referential_through_the_forms(caisses, ouvrir):
    toutes = conventions_de_demonstration(caisses["moselle"].jour)
    demos = [demo for demo in toutes if demo.reference in SORTES]
    assert len(demos) == len(SORTES)
    jouer(caisses, ouvrir, demos)
