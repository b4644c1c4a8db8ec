"""Either side takes back what it sent by mistake, asks for its destruction, destroys what the other asked for (D-24)."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from signalements import permissions
from signalements.actions import retraits
from signalements.documents.views import charger_au_bureau
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.models.pieces import Piece
from signalements.pieces.views import charger, piece_de
from signalements.workflow import TransitionImpossible
from socle.confirmation import demander_confirmation
from socle.roles import exiger

AUTRE = {"tri": "La structure", "demande": "La caisse"}


def _demande(request: HttpRequest, reference: str, vue: str) -> Demande:
    return charger_au_bureau(request, reference) if vue == "tri" else charger(request, reference)


def _message(request: HttpRequest, reference: str, pk: int, vue: str) -> Message:
    demande = _demande(request, reference, vue)
    trouve = get_object_or_404(demande.messages.exclude(nature=Message.Nature.NOTE), pk=pk)
    trouve.demande = demande
    return trouve


@require_http_methods(["GET", "HEAD", "POST"])
def message_retirer(request: HttpRequest, reference: str, pk: int, vue: str) -> HttpResponse:
    """Take a message back, as long as the other side has not read it."""
    message = _message(request, reference, pk, vue)
    exiger(permissions.can_retirer_message(request.user, message))
    pertes = [f"Le message sera détruit. {AUTRE[vue]} ne l’a pas encore lu et ne le verra pas."]
    if message.nature in permissions.ENVOIS_QUI_COMPTENT:
        pertes.append("La demande revient dans l’état où elle était avant cet envoi.")
    return _faire(
        request,
        message,
        vue,
        ("Retirer ce message", pertes),
        retraits.retirer_message,
        "Le message est retiré. Il n’a pas été lu.",
        f"{AUTRE[vue]} a lu ce message entre-temps : demandez sa destruction.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def message_destruction(request: HttpRequest, reference: str, pk: int, vue: str) -> HttpResponse:
    """Ask the other side to destroy a message that it has read."""
    return _demander(request, _message(request, reference, pk, vue), vue)


@require_http_methods(["GET", "HEAD", "POST"])
def piece_destruction(request: HttpRequest, reference: str, emplacement: uuid.UUID, vue: str) -> HttpResponse:
    """Ask the other side to destroy a piece that it has opened."""
    return _demander(request, piece_de(_demande(request, reference, vue), emplacement), vue)


@require_http_methods(["GET", "HEAD", "POST"])
def message_detruire(request: HttpRequest, reference: str, pk: int, vue: str) -> HttpResponse:
    """Destroy a message at the request of who sent it."""
    return _detruire(request, _message(request, reference, pk, vue), vue)


@require_http_methods(["GET", "HEAD", "POST"])
def piece_detruire(request: HttpRequest, reference: str, emplacement: uuid.UUID, vue: str) -> HttpResponse:
    """Destroy a piece at the request of who sent it."""
    return _detruire(request, piece_de(_demande(request, reference, vue), emplacement), vue)


def _demander(request: HttpRequest, objet: Message | Piece, vue: str) -> HttpResponse:
    exiger(permissions.can_demander_destruction(request.user, objet))
    pertes = [
        f"{AUTRE[vue]} l’a déjà lu : elle seule peut le détruire. La demande de destruction s’écrit dans les échanges.",
        "La déclaration de violation s’ouvre ensuite, déjà remplie : relisez-la, puis envoyez-la.",
    ]
    return _faire(
        request,
        objet,
        vue,
        ("Demander la destruction", pertes),
        retraits.demander_destruction,
        f"La destruction est demandée. {AUTRE[vue]} en est prévenue.",
        "Il n’en reste rien : déclarez la violation.",
        f"{reverse('violation-nouvelle')}?demande={objet.demande.reference}",
    )


def _detruire(request: HttpRequest, objet: Message | Piece, vue: str) -> HttpResponse:
    exiger(permissions.can_detruire(request.user, objet))
    quoi = retraits.designation(objet)
    pertes = [
        f"{AUTRE[vue]} a envoyé par erreur {quoi} : le portail n’en gardera rien.",
        "Détruisez aussi les copies que vous en avez faites. L’historique dira que c’est fait.",
    ]
    return _faire(
        request,
        objet,
        vue,
        ("Détruire", pertes),
        retraits.detruire,
        f"C’est détruit. {AUTRE[vue]} en est prévenue.",
        "C’était déjà détruit.",
    )


def _faire(
    request: HttpRequest,
    objet: Message | Piece,
    vue: str,
    question: tuple[str, list[str]],
    faire: Callable[..., Any],
    fait: str,
    trop_tard: str,
    suite: str = "",
) -> HttpResponse:
    """Ask once, then do it and say so; say too when it came too late."""
    retour = reverse("tri-demande" if vue == "tri" else "demande", args=[objet.demande.reference])
    if request.method != "POST":
        return demander_confirmation(request, *question, retour)
    try:
        faire(objet, par=request.user)
        messages.success(request, fait)
    except TransitionImpossible:
        messages.warning(request, trop_tard)
    return redirect(suite or retour)
