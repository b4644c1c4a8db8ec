"""The client's address: believed from our own proxies only."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from espace_partenaires.mandataire import adresse_du_client


@pytest.mark.parametrize(
    ("mandataires", "entete", "attendue"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "192.0.2.66, 203.0.113.9", "203.0.113.9"),
        (2, "192.0.2.66, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "inconnu", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_address_of_the_client(
    settings: Settings, rf: RequestFactory, mandataires: int, entete: str, attendue: str
):
    settings.MANDATAIRES = mandataires
    vues: list[HttpRequest] = []

    def vue(request: HttpRequest) -> HttpResponse:
        vues.append(request)
        return HttpResponse()

    adresse_du_client(vue)(rf.get("/", headers={"x-forwarded-for": entete}))
    assert vues[0].META["REMOTE_ADDR"] == attendue
    assert "HTTP_X_FORWARDED_FOR" not in vues[0].META
