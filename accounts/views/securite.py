"""Fraud, loss or theft of credentials: told from every page and from the sign-in page (A-15)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from accounts.actions.securite import signaler, traiter_signalement
from accounts.essais import SECURITE, passer
from accounts.forms.comptes import SignalementForm, SignalementPublicForm
from accounts.journal import Acte
from accounts.models.compte import Compte
from accounts.models.habilitations import SignalementSecurite
from accounts.reauthentification import confirmer_identite
from conformite.journal import consigner
from socle.acteurs import ANONYME
from socle.pdf import rendre_pdf, reponse_pdf
from socle.roles import exiger


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signalement(request: HttpRequest) -> HttpResponse:
    """Tell a fraud, a loss or a theft. From the sign-in page, the answer is the same for an unknown identifiant."""
    if request.user.is_authenticated and request.user.is_verified():
        return _signalement_interne(request)
    formulaire = SignalementPublicForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and passer(request, formulaire, SECURITE, "identifiant"):
        donnees = formulaire.cleaned_data
        signaler(
            par=ANONYME,
            nature=donnees["nature"],
            faits=donnees["faits"],
            identifiant_declare=donnees["identifiant"],
            coordonnees=donnees["coordonnees"],
        )
        return redirect(f"{reverse('securite-signaler')}?fait=1")
    contexte = {"form": formulaire, "fait": request.GET.get("fait") == "1", "interne": False}
    return render(request, "accounts/securite_signaler.html", contexte)


def _signalement_interne(request: HttpRequest) -> HttpResponse:
    """Tell it about one's own account: it is closed at once, and oneself with it."""
    formulaire = SignalementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and formulaire.is_valid():
        signaler(par=request.user, compte=request.user, inactivation=True, **formulaire.cleaned_data)
        return redirect(f"{reverse('securite-signaler')}?fait=1")
    contexte = {"form": formulaire, "fait": False, "interne": True}
    return render(request, "accounts/securite_signaler.html", contexte)


def _visibles(compte: Compte) -> object:
    comptes = Compte.objects.visibles_par(compte)
    return SignalementSecurite.objects.filter(compte__in=comptes.values("pk")).select_related(
        "compte__partenaire", "declare_par", "traite_par"
    )


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show the reports about the accounts that the person runs, those to answer first."""
    exiger(permissions.can_voir_securite(request.user))
    return render(request, "accounts/securite.html", {"signalements": _visibles(request.user)[:100]})


@require_safe
def preuve(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the dated proof of one report, to print (A-15)."""
    exiger(permissions.can_voir_securite(request.user))
    ligne = get_object_or_404(_visibles(request.user), pk=pk)
    peut = ligne.traite_le is None and permissions.can_signaler(request.user, ligne.compte)
    contexte = {
        "signalement": ligne,
        "dit": ligne.dit,
        "peut_traiter": peut,
        "peut_inactiver": peut and permissions.can_inactiver(request.user, ligne.compte),
    }
    return render(request, "accounts/securite_preuve.html", contexte)


@confirmer_identite
@require_safe
def preuve_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the dated proof as a PDF, for both parties (A-15)."""
    exiger(permissions.can_voir_securite(request.user))
    ligne = get_object_or_404(_visibles(request.user), pk=pk)
    consigner(Acte.SECURITE_EXPORTER, par=request.user, objet=ligne)
    return reponse_pdf(
        rendre_pdf("accounts/pdf/securite.html", {"signalement": ligne}), f"signalement-{ligne.pk}.pdf"
    )


@confirmer_identite
@require_POST
def traiter(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the account at once, or file the report without effect."""
    ligne = get_object_or_404(_visibles(request.user), pk=pk)
    exiger(permissions.can_signaler(request.user, ligne.compte))
    try:
        traiter_signalement(ligne, par=request.user, inactivation=request.POST.get("suite") == "inactiver")
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    else:
        messages.success(request, "Le signalement est traité.")
    return redirect("securite-preuve", pk)
