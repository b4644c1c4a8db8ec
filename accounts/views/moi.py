"""One's own page: data, factors, sessions (ASVS 7.x)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import fermer_sessions
from accounts.regles import age_mot_de_passe
from conformite.journal import consigner
from conformite.models import LigneJournal


@require_safe
def mon_compte(request: HttpRequest) -> HttpResponse:
    """Show what the portal holds about me, my sessions and my last sign-ins."""
    moi = request.user
    contexte = {
        "moi": moi,
        "age": age_mot_de_passe(moi.profil),
        "appareil": moi.appareiltotp_set.first(),
        "sessions": moi.sessions.order_by("-vue_le"),
        "ici": request.session.session_key,
        "acceptation": moi.acceptations.select_related("version").order_by("-acceptee_le").first(),
        "connexions": LigneJournal.objects.filter(compte=moi.pk, acte="connexion.ouverte").order_by("-quand")[
            :10
        ],
    }
    return render(request, "accounts/mon_compte.html", contexte)


@require_POST
def fermer_autres_sessions(request: HttpRequest) -> HttpResponse:
    """Close my other sessions, and forget the posts that skip the second factor."""
    nombre = fermer_sessions(request.user, sauf=request.session.session_key)
    request.user.postes.all().delete()
    consigner("connexion.fermer_autres", par=request.user, objet=request.user, nombre=nombre)
    messages.success(request, "Vos autres sessions sont fermées.")
    return redirect("mon-compte")
