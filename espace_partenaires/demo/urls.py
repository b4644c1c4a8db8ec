"""Addresses of the demonstration, included only when DEMO is on."""

from django.urls import path

from espace_partenaires.demo import parcours, views

urlpatterns = [
    path("", views.demonstration, name="demo"),
    path("courriels/", views.courriels, name="demo-courriels"),
    path("parcours/", parcours.parcours, name="demo-parcours"),
    path("horloge/", views.horloge_demo, name="demo-horloge"),
]
