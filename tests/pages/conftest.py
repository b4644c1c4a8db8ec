"""Every page that the portal serves in one world, read and sent empty, for the tests that look for one fault in all of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from lxml.html import HtmlElement, document_fromstring

from conventions.actions.fiches import ajouter_referent
from conventions.models.conventions import Convention
from information.actions import publier
from signalements.bureau.actions import enregistrer_modele
from tests.distribution import connecte
from tests.matrice.monde import Monde, bloc, creer_monde
from tests.pages.test_html import pages_d_erreur, pages_du_monde

Pages = dict[str, HtmlElement]


@pytest.fixture(scope="module")
def monde(django_db_setup: None, django_db_blocker: Any) -> Iterator[Monde]:
    """Make the world once; nothing of it is committed."""
    with django_db_blocker.unblock(), bloc():
        monde = creer_monde()
        _peupler(monde)
        yield monde
        transaction.set_rollback(True)


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


@pytest.fixture(scope="module")
def pages(monde: Monde) -> Pages:
    """Return every whole page that the portal serves, by a name."""
    return {
        nom: document_fromstring(reponse.content.decode())
        for nom, reponse in (pages_du_monde(monde) | pages_d_erreur() | _refus(monde)).items()
        if reponse.headers.get("Content-Type", "").startswith("text/html")
        and b"<!DOCTYPE html>" in reponse.content[:400]
    }
