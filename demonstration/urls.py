"""Addresses of the demonstration, included only when DEMO is on."""

from django.urls import path

from demonstration import galerie, parcours, views

urlpatterns = [
    path("", views.demonstration, name="demo"),
    path("composants/", galerie.galerie, name="galerie"),
    path("courriels/", views.courriels, name="demo-courriels"),
    path("parcours/", parcours.parcours, name="demo-parcours"),
    path("horloge/", views.horloge_demo, name="demo-horloge"),
]
