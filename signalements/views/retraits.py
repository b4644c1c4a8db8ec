"""The structure takes back what it sent by mistake, or asks for its destruction (D-24)."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from signalements import permissions
from signalements.actions.retraits import demander_destruction, retirer_message
from signalements.models.fil import Message
from signalements.models.pieces import Piece
from signalements.pieces.views import charger, piece_de
from signalements.workflow import TransitionImpossible
from socle.confirmation import demander_confirmation
from socle.roles import exiger


def _message(request: HttpRequest, reference: str, pk: int) -> Message:
    demande = charger(request, reference)
    trouve = get_object_or_404(
        demande.messages.exclude(nature=Message.Nature.NOTE), pk=pk, cote=Message.Cote.PARTENAIRE
    )
    trouve.demande = demande
    return trouve


@require_http_methods(["GET", "HEAD", "POST"])
def message_retirer(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take a message back, as long as the caisse has not read it."""
    message = _message(request, reference, pk)
    exiger(permissions.can_nouvelle(request.user))
    retour = reverse("demande", args=[reference])
    if request.method != "POST":
        pertes = ["Le message sera détruit. La caisse ne l’a pas encore lu et ne le verra pas."]
        return demander_confirmation(request, "Retirer ce message", pertes, retour)
    try:
        retirer_message(message, par=request.user)
    except TransitionImpossible:
        messages.warning(request, "La caisse a lu ce message entre-temps : demandez sa destruction.")
    else:
        messages.success(request, "Le message est retiré. La caisse ne l’a pas lu.")
    return redirect(retour)


@require_http_methods(["GET", "HEAD", "POST"])
def message_destruction(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Ask the caisse to destroy a message that it has read."""
    return _demander(request, _message(request, reference, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def piece_destruction(request: HttpRequest, reference: str, emplacement: uuid.UUID) -> HttpResponse:
    """Ask the caisse to destroy a piece that it has opened."""
    piece = piece_de(charger(request, reference), emplacement)
    exiger(not piece.sortante)
    return _demander(request, piece)


def _demander(request: HttpRequest, objet: Message | Piece) -> HttpResponse:
    exiger(permissions.can_nouvelle(request.user))
    reference = objet.demande.reference
    if request.method != "POST":
        pertes = [
            "La caisse l’a déjà lu : elle seule peut le détruire. La demande de destruction s’écrit dans les échanges.",
            "La déclaration de violation s’ouvre ensuite, déjà remplie : relisez-la, puis envoyez-la.",
        ]
        retour = reverse("demande", args=[reference])
        return demander_confirmation(request, "Demander la destruction", pertes, retour)
    try:
        demander_destruction(objet, par=request.user)
        messages.success(request, "La destruction est demandée à la caisse.")
    except TransitionImpossible:
        messages.warning(
            request, "La demande est terminée, la caisse n’y lit plus de message : déclarez la violation."
        )
    return redirect(f"{reverse('violation-nouvelle')}?demande={reference}")
