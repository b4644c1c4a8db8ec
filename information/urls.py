"""Addresses of the life of the partnership and of the support."""

from django.urls import path

from information.views import assistance, publications

urlpatterns = [
    path("informations/", publications.informations, name="informations"),
    path("informations/publier/", publications.publier, name="publication-nouvelle"),
    path("informations/abonnement/", publications.abonnement, name="abonnement"),
    path("informations/<int:pk>/retirer/", publications.retirer, name="publication-retirer"),
    path("formations/", publications.formations, name="formations"),
    path("formations/nouvelle/", publications.formation_nouvelle, name="formation-nouvelle"),
    path("formations/<int:pk>/", publications.formation, name="formation"),
    path(
        "formations/<int:pk>/inscription/", publications.formation_inscription, name="formation-inscription"
    ),
    path("formations/<int:pk>/annuler/", publications.formation_annuler, name="formation-annuler"),
    path("assistance/", assistance.assistance, name="assistance"),
    path("assistance/<str:reference>/", assistance.fiche, name="assistance-fiche"),
    path("assistance/<str:reference>/<slug:verbe>/", assistance.agir, name="assistance-agir"),
    path("accessibilite/contact/", assistance.accessibilite_contact, name="accessibilite-contact"),
]
