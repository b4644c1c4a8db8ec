"""One's own page: data, factors, sessions (ASVS 7.x)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.acces import fermer_sessions
from accounts.actions.facteurs import tirer_codes_secours
from accounts.forms.acces import MotDePasseActuelForm
from accounts.journal import Acte
from accounts.regles import age_mot_de_passe
from conformite.journal import consigner
from conformite.models.journal import LigneJournal
from socle.roles import role


@require_safe
def mon_compte(request: HttpRequest) -> HttpResponse:
    """Show what the portal holds about me, my sessions and my last sign-ins."""
    moi = request.user
    contexte = {
        "moi": moi,
        "phrase": role(moi.profil).phrase,
        "age": age_mot_de_passe(moi.profil),
        "appareil": moi.appareiltotp_set.first(),
        "codes_restants": moi.codes_secours.filter(utilise_le=None).count(),
        "sessions": moi.sessions.order_by("-vue_le"),
        "ici": request.session.session_key,
        "acceptation": moi.acceptations.select_related("version").order_by("-acceptee_le").first(),
        # An account of several caisses leaves a line in the journal of each.
        "connexions": LigneJournal.objects.filter(compte=moi.pk, acte=Acte.CONNEXION_OUVERTE)
        .order_by("-quand")
        .values("quand")
        .distinct()[:10],
    }
    return render(request, "accounts/mon_compte.html", contexte)


@require_POST
def fermer_autres_sessions(request: HttpRequest) -> HttpResponse:
    """Close my other sessions, and forget the posts that skip the second factor."""
    nombre = fermer_sessions(request.user, sauf=request.session.session_key)
    request.user.postes.all().delete()
    consigner(Acte.CONNEXION_FERMER_AUTRES, par=request.user, objet=request.user, nombre=nombre)
    messages.success(request, "Vos autres sessions sont fermées.")
    return redirect("mon-compte")


@require_POST
def fermer_session(request: HttpRequest, empreinte: str) -> HttpResponse:
    """Close one of my other sessions; twice is once."""
    autres = request.user.sessions.exclude(session_key=request.session.session_key)
    for session in autres:
        if session.empreinte == empreinte:
            session.delete()
            consigner(Acte.CONNEXION_FERMER_UNE, par=request.user, objet=request.user)
    messages.success(request, "La session est fermée.")
    return redirect("mon-compte")


@never_cache
@sensitive_post_parameters("mot_de_passe")
@require_http_methods(["GET", "HEAD", "POST"])
def codes_secours(request: HttpRequest) -> HttpResponse:
    """Draw the printed card of single-use codes: the password is asked again, the codes are shown once."""
    formulaire = MotDePasseActuelForm(request.POST if request.method == "POST" else None, request=request)
    codes: list[str] = []
    if request.method == "POST" and formulaire.is_valid():
        codes = tirer_codes_secours(request.user)
    contexte = {
        "form": formulaire,
        "codes": [f"{code[:5]} {code[5:]}" for code in codes],
        "restants": request.user.codes_secours.filter(utilise_le=None).count(),
    }
    return render(request, "accounts/codes_secours.html", contexte)
