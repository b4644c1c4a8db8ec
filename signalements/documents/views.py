"""The caisse sends documents to a structure that is entitled to them, and takes them back (C-10, D-12)."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from conformite.journal import consigner
from fichiers.actions import examiner_envoi
from fichiers.refus import Refus
from signalements import permissions
from signalements.documents.actions import DocumentForm, envoyer, obstacle_au_document, rappeler
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.pieces.actions import TropDePieces, panneau, refuser
from signalements.pieces.views import piece_de, ranger_envoi, verifier_poids
from signalements.workflow import TransitionImpossible
from socle.confirmation import demander_confirmation
from socle.roles import exiger
from socle.templatetags.portail import accorder, date_heure


def charger_au_bureau(request: HttpRequest, reference: str) -> Demande:
    """The demande if the account sees it (404), for those who treat it (403)."""
    demande = get_object_or_404(
        Demande.objects.visibles_par(request.user).select_related(
            "caisse", "partenaire", "motif", "technicien", "agent", "participation"
        ),
        reference=reference,
    )
    exiger(permissions.can_trier(request.user))
    return demande


@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: HttpRequest, reference: str) -> HttpResponse:
    """The documents of a demande, for the caisse, and the form that sends one when C-10 allows it."""
    demande = charger_au_bureau(request, reference)
    if request.method == "POST":
        return _envoyer(request, demande)
    return _page(request, demande, DocumentForm(demande=demande))


def _envoyer(request: HttpRequest, demande: Demande) -> HttpResponse:
    exiger(permissions.can_envoyer_document(request.user, demande))
    form = DocumentForm(request.POST, request.FILES, demande=demande)
    obstacle = obstacle_au_document(demande)
    if obstacle:
        form.add_error(None, obstacle)
    verifier_poids(request, form)
    if not form.is_valid():
        return _page(request, demande, form)
    examines, refuses = examiner_envoi(form.cleaned_data["fichiers"], par=request.user)
    for _, refus in refuses:
        refuser(demande, refus, par=request.user)
    try:
        if examines:
            ranger_envoi(
                lambda: envoyer(
                    demande,
                    examines=examines,
                    nature=form.cleaned_data["nature"],
                    envoi=form.cleaned_data["jeton"],
                    par=request.user,
                )
            )
    except TransitionImpossible:
        messages.warning(request, "La demande a changé entre-temps : aucun document n’a été envoyé.")
        return redirect("tri-demande", reference=demande.reference)
    except TropDePieces as trop:
        form.add_error("fichiers", str(trop))
        return _page(request, demande, form)
    if examines:
        messages.success(
            request, f"{accorder(len(examines), 'document envoyé,documents envoyés')} à la structure."
        )
    if refuses:
        return _page(request, demande, DocumentForm(demande=demande), refuses)
    return redirect("tri-pieces", reference=demande.reference)


def _page(
    request: HttpRequest, demande: Demande, form: DocumentForm, refuses: list[tuple[str, Refus]] | None = None
) -> HttpResponse:
    consigner(
        Acte.DEMANDE_LIRE_PIECES,
        par=request.user,
        objet=demande,
    )
    contexte = {
        "demande": demande,
        "form": form,
        "refuses": refuses or [],
        "en_erreur": bool(refuses),
        "pieces": panneau(demande, request.user),
        "peut_envoyer": permissions.can_envoyer_document(request.user, demande),
        "obstacle": obstacle_au_document(demande),
    }
    return render(
        request, "signalements/documents.html", contexte, status=422 if refuses or form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def rappeler_document(request: HttpRequest, reference: str, emplacement: uuid.UUID) -> HttpResponse:
    """Take a document back, and say whether it was opened."""
    piece = piece_de(charger_au_bureau(request, reference), emplacement)
    exiger(permissions.can_rappeler(request.user, piece))
    if request.method != "POST":
        pertes = [
            f"La structure ne pourra plus ouvrir « {piece.nom} ».",
            "Un document rappelé ne se rend pas : il faudrait l’envoyer à nouveau.",
        ]
        retour = reverse("tri-pieces", args=[reference])
        return demander_confirmation(request, "Rappeler ce document", pertes, retour)
    document = rappeler(piece, par=request.user)
    if document.ouverte_le:
        quand = date_heure(document.ouverte_le, document.demande.caisse.fuseau)
        messages.warning(
            request,
            f"Le document est rappelé, mais la structure l’avait ouvert {quand}. Demandez-lui de le détruire, et "
            "prévenez votre délégué à la protection des données s’il ne lui était pas destiné.",
        )
    else:
        messages.success(request, "Le document est rappelé. La structure ne l’avait pas ouvert.")
    return redirect("tri-pieces", reference=reference)
