"""The site map of the portal."""

from django.conf import settings
from django.urls import include, path

from espace_partenaires import accueil, metriques, sante

urlpatterns = [
    path("", accueil.accueil, name="accueil"),
    path("sante/vivant", sante.vivant, name="sante-vivant"),
    path("sante/pret", sante.pret, name="sante-pret"),
    path("sante/etat", sante.etat, name="sante-etat"),
    path("metriques", metriques.metriques, name="metriques"),
    path("", include("espace_partenaires.pages")),
    path("", include("espace_partenaires.maintenance")),
    path("", include("socle.notifications")),
    path("", include("espace_partenaires.quarantaine")),
    path("", include("accounts.urls")),
    path("", include("caisses.urls")),
    path("", include("conventions.urls")),
    path("", include("signalements.urls")),
    path("", include("echanges.urls")),
    path("", include("information.urls")),
    path("", include("droits.urls")),
]

if settings.DEMO:
    urlpatterns += [path("demo/", include("demonstration.urls"))]

handler404 = "espace_partenaires.pages.introuvable"
handler403 = "espace_partenaires.volumes.refus"
handler500 = "espace_partenaires.pages.erreur_500"
