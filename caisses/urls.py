"""Addresses of the caisses."""

from django.urls import path

from caisses import views

urlpatterns = [
    path("caisse/", views.la_caisse, name="caisse"),
    path("caisse/<slug:code>/", views.reglages, name="caisse-reglages"),
    path("caisse/<slug:code>/coordonnees/", views.coordonnees, name="caisse-coordonnees"),
    path("caisse/<slug:code>/rappels/", views.regler_relances, name="caisse-relances"),
    path("caisse/<slug:code>/poles/nouveau/", views.ajouter_pole, name="pole-nouveau"),
    path("caisse/<slug:code>/motifs/<slug:motif>/", views.regler_motif, name="motif-reglage"),
    path("caisse/<slug:code>/vecteurs/nouveau/", views.ajouter_vecteur, name="vecteur-nouveau"),
    path("caisse/<slug:code>/vecteurs/<int:vecteur>/retrait/", views.retirer_vecteur, name="vecteur-retrait"),
    path("caisse/<slug:code>/jours-chomes/nouveau/", views.ajouter_chome, name="chome-nouveau"),
    path("national/caisses/", views.nationales, name="national-caisses"),
    path("national/caisses/nouvelle/", views.nouvelle, name="national-caisse-nouvelle"),
]
