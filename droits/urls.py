"""Addresses of conformity, under /conformite/."""

from django.urls import path

from droits.views import conservation, journal

urlpatterns = [
    path("journal/", journal.journal, name="journal"),
    path("conservation/", conservation.conservation, name="conservation"),
    path("conservation/freins/<int:pk>/liberer/", conservation.liberer_frein, name="liberer-frein"),
    path("traitements/", conservation.traitements, name="traitements"),
]
