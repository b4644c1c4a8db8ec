"""The addresses of an installation with its demonstration: settings.DEMO is read when the process starts."""

from django.urls import include, path

from demonstration import galerie
from espace_partenaires.urls import handler500
from espace_partenaires.urls import urlpatterns as portail

urlpatterns = [
    *portail,
    path("demo/composants/", galerie.galerie, name="galerie"),
    path("demo/", include("demonstration.urls")),
]
__all__ = ["handler500", "urlpatterns"]
