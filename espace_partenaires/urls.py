"""The site map of the portal."""

from django.conf import settings
from django.urls import include, path

from espace_partenaires import accueil

urlpatterns = [
    path("", accueil.accueil, name="accueil"),
    path("", include("accounts.urls")),
    path("", include("signalements.urls")),
]

if settings.DEMO:
    urlpatterns += [path("demo/", include("espace_partenaires.demo.urls"))]
