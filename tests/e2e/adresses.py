"""The addresses of the demonstration, and one for each error page: a browser cannot be made to meet a 500 politely."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.csrf import csrf_failure

from espace_partenaires.attentes import page_occupee
from espace_partenaires.pages import erreur_500
from tests.pages.adresses_demo import handler500
from tests.pages.adresses_demo import urlpatterns as adresses


def refusee(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


def interdite(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def en_panne(request: HttpRequest) -> HttpResponse:
    return HttpResponse(erreur_500(request).content)


def occupee(request: HttpRequest) -> HttpResponse:
    return HttpResponse(page_occupee(request).content)


for vue in (refusee, interdite, en_panne, occupee, csrf_failure):
    vue.login_required = False
urlpatterns = [
    *adresses,
    path("essai/400/", refusee),
    path("essai/403/", interdite),
    path("essai/csrf/", csrf_failure),
    path("essai/500/", en_panne),
    path("essai/503/", occupee),
]
__all__ = ["handler500", "urlpatterns"]
