"""The world of the matrix, made once for each file and worker; nothing of it is committed."""

import datetime as dt
import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
import weasyprint
from django.db import transaction
from weasyprint import HTML

from socle import horloge
from tests.matrice.monde import Monde, bloc, creer_monde


@pytest.fixture(scope="module")
def monde(django_db_setup: None, django_db_blocker: Any) -> Iterator[Monde]:
    """Make the world once; nothing of it is committed."""
    with django_db_blocker.unblock(), bloc(), pytest.MonkeyPatch.context() as reglages:
        reglages.setattr(weasyprint, "HTML", Document)
        yield creer_monde()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def instant(monde: Monde) -> dt.datetime:
    """Return when the world was made, and its accounts signed in."""
    return horloge.temps_reel()


@pytest.fixture(autouse=True)
def _en_cet_instant(instant: dt.datetime) -> Iterator[None]:
    """Begin each test there: on a slow machine too, a password just given stays a password just given."""
    with time_machine.travel(instant):
        yield


class Document:
    """A document drawn once for all who get the same words: how it looks is for tests/pages/test_pdf.py."""

    def __init__(self, string: str, url_fetcher: Callable[..., Any]) -> None:
        self.source = (string, url_fetcher)

    def write_pdf(self, pdf_variant: str) -> bytes:
        """Return the bytes that the portal sends."""
        return _dessiner(*self.source, pdf_variant)


@functools.cache
def _dessiner(texte: str, chercher: Callable[..., Any], variante: str) -> bytes:
    return HTML(string=texte, url_fetcher=chercher).write_pdf(pdf_variant=variante)


class PageBlanche(Document):
    """The same sheet in the place of every document, for who looks at pages only."""

    def __init__(self, string: str, url_fetcher: Callable[..., Any]) -> None:
        super().__init__('<html lang="fr"><title>Document</title><p>Document</p></html>', url_fetcher)
