"""Addresses of the caisses."""

from django.urls import path

from caisses import views

urlpatterns = [
    path("caisse/", views.la_caisse, name="caisse"),
    path("caisse/<slug:code>/", views.reglages, name="caisse-reglages"),
    path("caisse/<slug:code>/decrire/", views.decrire, name="caisse-decrire"),
    path("caisse/<slug:code>/regler-relances/", views.regler_relances, name="caisse-regler-relances"),
    path("caisse/<slug:code>/regler-acces/", views.regler_acces, name="caisse-regler-acces"),
    path("caisse/<slug:code>/poles/nouveau/", views.ajouter_pole, name="pole-nouveau"),
    path("caisse/<slug:code>/poles/<int:pole>/renommer/", views.renommer_pole, name="pole-renommer"),
    path("caisse/<slug:code>/poles/<int:pole>/retirer/", views.retirer_pole, name="pole-retirer"),
    path("caisse/<slug:code>/motifs/<slug:motif>/regler/", views.regler_motif, name="motif-regler"),
    path("caisse/<slug:code>/vecteurs/nouveau/", views.ajouter_vecteur, name="vecteur-nouveau"),
    path(
        "caisse/<slug:code>/vecteurs/<int:vecteur>/modifier/", views.modifier_vecteur, name="vecteur-modifier"
    ),
    path("caisse/<slug:code>/vecteurs/<int:vecteur>/retirer/", views.retirer_vecteur, name="vecteur-retirer"),
    path("caisse/<slug:code>/jours-chomes/nouveau/", views.ajouter_chome, name="chome-nouveau"),
    path("national/caisses/", views.nationales, name="national-caisses"),
    path("national/caisses/nouvelle/", views.nouvelle, name="national-caisse-nouvelle"),
    path("national/caisses/<slug:code>/corriger/", views.corriger, name="national-caisse-corriger"),
    path("national/caisses/<slug:code>/fermer/", views.fermer, name="national-caisse-fermer"),
    path("national/caisses/<slug:code>/domaines/", views.domaines, name="national-caisse-domaines"),
]
