"""Every page that the portal serves in one world, read and sent empty, for the tests that look for one fault in all of them.

They are asked once for each worker: tests/conftest.py gives the files that read them to the same one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import weasyprint
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from lxml.html import HtmlElement, document_fromstring

from conventions.actions.fiches import ajouter_referent
from conventions.models.conventions import Convention
from espace_partenaires import guide
from information.actions import publier
from signalements.bureau.actions import enregistrer_modele
from tests.distribution import connecte
from tests.matrice.conftest import PageBlanche
from tests.matrice.monde import Monde, bloc, creer_monde
from tests.pages.test_html import pages_d_erreur, pages_du_monde

Pages = dict[str, HtmlElement]


@dataclass(frozen=True)
class Servie:
    """A whole page as the portal sent it, and the names of the templates that drew it."""

    html: str
    gabarits: frozenset[str]


@contextmanager
def _monde_peuple(blocage: Any) -> Iterator[Monde]:
    """Make the world; nothing of it is committed."""
    with blocage.unblock(), bloc():
        monde = creer_monde()
        _peupler(monde)
        yield monde
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def monde(servies: dict[str, Servie], django_db_blocker: Any) -> Iterator[Monde]:
    """Make the world once for a file, once that of the pages is gone."""
    with _monde_peuple(django_db_blocker) as monde:
        yield monde


def _peupler(monde: Monde) -> None:
    """Give the lists what makes their buttons alike and their pages two."""
    par = monde.comptes["administrateur"]
    for numero in range(30):
        publier(
            par=par, caisse=par.caisses.get(), nature="actualite", titre=f"Nouvelle {numero}", texte="Lisez."
        )
    convention = Convention.objects.get(**monde.objets["convention"])
    ajouter_referent(
        par=par,
        convention=convention,
        partie="partenaire",
        theme="Soins",
        nom="Sacha Petit",
        fonction="Cadre",
    )
    caisse = monde.comptes["agent"].caisses.get()
    enregistrer_modele(
        None,
        par=monde.comptes["superviseur"],
        caisse=caisse,
        motif=None,
        acte="repondre",
        titre="Bonsoir",
        texte="Bonsoir.",
    )
    for _ in range(2):
        connecte(monde.comptes["technicien"])


def _refus(monde: Monde) -> dict[str, HttpResponse]:
    """Return what only an act shows: forms refused that have no page of their own, the second page of a list."""
    agent, technicien = monde.entre("agent"), monde.entre("technicien")
    en_cours, deposee = monde.objets["en_cours"], monde.objets["deposee"]
    image = SimpleUploadedFile("faux.pdf", b"rien", "application/pdf")
    return {
        "tri-lot refusé": agent.post(reverse("tri-lot") + "?panier=ouvertes&pole=tous", {"acte": "prendre"}),
        "tri cherché sans mot": agent.post(reverse("tri"), {"mots": ""}),
        "tri gardé sans nom": agent.post(reverse("tri-vue-garder"), {"titre": ""}, follow=True),
        "demandes gardées sans nom": technicien.post(
            reverse("demandes-vue-garder"), {"titre": ""}, follow=True
        ),
        "tri-agir refusé": agent.post(reverse("tri-agir", kwargs=en_cours | {"verbe": "repondre"})),
        "demande-agir refusé": technicien.post(reverse("demande-agir", kwargs=deposee | {"verbe": "ecrire"})),
        "demande-pieces refusé": technicien.post(
            reverse("demande-pieces", kwargs=monde.objets["brouillon"]),
            {"fichiers": image, "nature": "identite"},
        ),
        "informations page 2": technicien.get(reverse("informations"), {"page": "2"}),
    }


@pytest.fixture(scope="session")
def servies(django_db_setup: None, django_db_blocker: Any) -> dict[str, Servie]:
    """Return every whole page that the portal serves, by a name; a fragment is no page."""
    with pytest.MonkeyPatch.context() as reglages:
        reglages.setattr(weasyprint, "HTML", PageBlanche)
        with _monde_peuple(django_db_blocker) as monde:
            reponses = pages_du_monde(monde) | pages_d_erreur() | _refus(monde)
    guide.mode_d_emploi.cache_clear()
    return {
        nom: Servie(
            reponse.content.decode(), frozenset(g.name for g in getattr(reponse, "templates", ()) if g.name)
        )
        for nom, reponse in reponses.items()
        if reponse.headers.get("Content-Type", "").startswith("text/html")
        and b"<!DOCTYPE html>" in reponse.content[:400]
    }


@pytest.fixture(scope="session")
def pages(servies: dict[str, Servie]) -> Pages:
    """Return their trees, by the same names: nobody changes them."""
    return {nom: document_fromstring(servie.html) for nom, servie in servies.items()}
