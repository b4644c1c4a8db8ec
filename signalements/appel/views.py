"""An agent enters the demande of a structure that calls or writes (D-23)."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from caisses.models import Motif
from conventions.models.conventions import Objet, Participation
from signalements import permissions
from signalements.appel.actions import preparer, saisir
from signalements.appel.forms import AppelForm
from signalements.forms.contenu import ContenuForm
from signalements.views.demande import journaliser_confirmation
from socle.roles import Droit, exiger


def _parts(compte: Any, siret: str) -> QuerySet[Participation]:
    """The conventions of the structure, with the account's caisses, that allow something new today."""
    return (
        Participation.objects.donnant(Droit.TRAITER_DEMANDES, compte, pour_commencer=True)
        .filter(objet=Objet.ACCES_DROITS, partenaire__siret=siret, suspendue_le=None)
        .select_related("caisse", "partenaire", "convention")
        .order_by("caisse__nom")
    )


@require_safe
def motifs(request: HttpRequest, siret: str) -> HttpResponse:
    """Which motif, among those that the conventions of the structure open."""
    exiger(permissions.can_traiter(request.user))
    parts = list(_parts(request.user, siret))
    if not parts:
        raise Http404
    contexte = {
        "partenaire": parts[0].partenaire,
        "parts": [(part, part.motifs.select_related("service")) for part in parts],
    }
    return render(request, "signalements/appel_motifs.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def enregistrer(request: HttpRequest, siret: str, organisme: str, motif: str) -> HttpResponse:
    """The structure's own form, who called, and what was attested aloud."""
    exiger(permissions.can_traiter(request.user))
    part = get_object_or_404(_parts(request.user, siret), caisse__code=organisme)
    choisi: Motif = get_object_or_404(part.motifs.select_related("service"), pk=motif)
    demande = preparer(part, choisi)
    envoye = request.POST if request.method == "POST" else None
    contenu = ContenuForm(envoye, demande=demande)
    appel = AppelForm(envoye, motif=choisi)
    if envoye is not None and contenu.is_valid() & appel.is_valid():
        demande = saisir(
            demande,
            contenu=contenu.contenu(),
            appel=appel.appel(),
            urgente=contenu.cleaned_data.get("urgente", False),
            jeton=appel.cleaned_data["jeton"],
            par=request.user,
        )
        journaliser_confirmation(request, demande, contenu)
        messages.success(request, "La demande est enregistrée : donnez sa référence à la personne.")
        return redirect("tri-demande", reference=demande.reference)
    contexte = {
        "demande": demande,
        "contenu": contenu,
        "appel": appel,
        "en_erreur": bool(contenu.errors or appel.errors),
    }
    return render(request, "signalements/appel.html", contexte, status=422 if contexte["en_erreur"] else 200)
