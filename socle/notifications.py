"""The notification centre: what the portal wrote to an account and where it leads, without leaving the portal."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from socle import horloge
from socle.listes import feuilleter
from socle.models import CourrielSortant

PAR_PAGE = 20


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """List what the account was told, latest first; what is not read yet is marked."""
    recues = CourrielSortant.objects.notifications(request.user)
    contexte = {
        "feuille": feuilleter(request, recues, PAR_PAGE),
        "a_lire": recues.filter(lu_le=None).exists(),
    }
    return render(request, "pages/notifications.html", contexte)


@require_POST
def ouvrir(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and go where it leads."""
    recue = get_object_or_404(CourrielSortant.objects.notifications(request.user), pk=pk)
    _marquer(CourrielSortant.objects.filter(pk=recue.pk))
    if not url_has_allowed_host_and_scheme(recue.chemin, allowed_hosts=None):
        return redirect("notifications")
    return redirect(recue.chemin)


@require_POST
def tout_lire(request: HttpRequest) -> HttpResponse:
    """Mark them all as read."""
    _marquer(CourrielSortant.objects.notifications(request.user))
    return redirect("notifications")


def lire_celles_de(compte: Any, chemin: str) -> None:
    """Mark as read what led the account to the page that it is shown: a number that only grows is read no more."""
    _marquer(CourrielSortant.objects.notifications(compte).filter(chemin=chemin))


def _marquer(recues: QuerySet[CourrielSortant]) -> None:
    recues.filter(lu_le=None).update(lu_le=horloge.maintenant())


urlpatterns = [
    path("notifications/", notifications, name="notifications"),
    path("notifications/lues/", tout_lire, name="notifications-lues"),
    path("notifications/<int:pk>/", ouvrir, name="notification-ouvrir"),
]
