"""Addresses of the life of the partnership and of the support."""

from django.urls import path

from information.views import assistance, publications

urlpatterns = [
    path("informations/", publications.informations, name="informations"),
    path("informations/publier/", publications.publier, name="publication-publier"),
    path("informations/abonner/", publications.abonner, name="informations-abonner"),
    path("informations/<int:pk>/modifier/", publications.modifier, name="publication-modifier"),
    path("informations/<int:pk>/document/", publications.document, name="publication-document"),
    path("informations/<int:pk>/retirer/", publications.retirer, name="publication-retirer"),
    path("formations/", publications.formations, name="formations"),
    path("formations/nouvelle/", publications.formation_nouvelle, name="formation-nouvelle"),
    path("formations/<int:pk>/", publications.formation, name="formation"),
    path("formations/<int:pk>/inscrire/", publications.formation_inscrire, name="formation-inscrire"),
    path("formations/<int:pk>/presences/", publications.formation_presences, name="formation-presences"),
    path("formations/<int:pk>/annuler/", publications.formation_annuler, name="formation-annuler"),
    path("assistance/", assistance.assistance, name="assistance"),
    path("assistance/<str:reference>/", assistance.fiche, name="assistance-fiche"),
    path("assistance/<str:reference>/<slug:verbe>/", assistance.agir, name="assistance-agir"),
    path("accessibilite/contact/", assistance.accessibilite_contact, name="accessibilite-contact"),
]
