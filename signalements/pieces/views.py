"""The pieces of a demande: the structure attaches and removes, both sides download what is clean (D-06)."""

import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.forms import Form
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from conformite.journal import consigner
from fichiers.actions import examiner_envoi
from fichiers.controle import Examine
from fichiers.limites import DOSSIER_MAX, ENVOI_MAX, FICHIERS_PAR_DOSSIER, MO
from fichiers.refus import Refus
from fichiers.reponse import servir
from signalements import permissions
from signalements.documents.actions import ouvrir
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from signalements.pieces.actions import (
    PiecesForm,
    TropDePieces,
    joindre,
    panneau,
    refuser,
    retirer_piece,
    sans_doublons,
)
from signalements.workflow import Statut, TransitionImpossible
from socle.confirmation import demander_confirmation
from socle.roles import exiger
from socle.templatetags.portail import accorder

# A form without any file is smaller; one larger brought a file whose name is not written in UTF-8.
NOMS_ILLISIBLES = 4096

log = structlog.get_logger(__name__)


def charger(request: HttpRequest, reference: str) -> Demande:
    """Return the demande if the account sees it; raise Http404, PermissionDenied for who is not of the structure."""
    demande = get_object_or_404(
        Demande.objects.visibles_par(request.user).select_related(
            "caisse", "partenaire", "motif", "technicien", "agent"
        ),
        reference=reference,
    )
    exiger(permissions.can_voir_historique(request.user))
    return demande


@require_http_methods(["GET", "HEAD", "POST"])
def pieces(request: HttpRequest, reference: str) -> HttpResponse:
    """The pieces of a demande, and the form that adds some. Refused files are named with what to do."""
    demande = charger(request, reference)
    if request.method == "POST":
        return _joindre(request, demande)
    return _page(request, demande, PiecesForm(motif=demande.motif))


def _joindre(request: HttpRequest, demande: Demande) -> HttpResponse:
    form = PiecesForm(request.POST, request.FILES, motif=demande.motif)
    if not permissions.can_joindre(request.user, demande):
        return _trop_tard(request, demande)
    verifier_poids(request, form)
    if not form.is_valid():
        return _page(request, demande, form)
    attendait = demande.statut == Statut.EN_ATTENTE
    envois, refuses = _examiner(request, demande, form.par_nature())
    nombre = sum(map(len, envois.values()))
    try:
        if nombre:
            nature, *suite = envois
            ranger_envoi(
                lambda: joindre(
                    demande,
                    examines=envois[nature],
                    nature=nature,
                    autres={une: envois[une] for une in suite},
                    envoi=form.cleaned_data["jeton"],
                    par=request.user,
                )
            )
    except TransitionImpossible:
        return _trop_tard(request, demande)
    except TropDePieces as trop:
        form.add_error("fichiers", str(trop))
        return _page(request, demande, form)
    if nombre:
        suivi = " Votre complément est envoyé : la caisse reprend le traitement."
        messages.success(
            request,
            f"{accorder(nombre, 'fichier joint,fichiers joints')} à la demande."
            + (suivi if attendait and demande.statut == Statut.EN_COURS else ""),
        )
    if refuses:
        # Names stay in this answer: a message would carry them into a cookie.
        return _page(request, demande, PiecesForm(motif=demande.motif), refuses)
    return redirect("demande-pieces", reference=demande.reference)


def _examiner(
    request: HttpRequest, demande: Demande, par_nature: dict[str, list[UploadedFile]]
) -> tuple[dict[str, list[Examine]], list[tuple[str, Refus]]]:
    """Check the files of each kind; return those to attach, and those refused by name. Nothing is attached twice."""
    envois: dict[str, list[Examine]] = {}
    refuses: list[tuple[str, Refus]] = []
    deja = 0
    for nature, fichiers in par_nature.items():
        examines, refus = examiner_envoi(fichiers, par=request.user)
        refuses += refus
        neufs = sans_doublons(demande, examines)
        deja += len(examines) - len(neufs)
        if neufs:
            envois[nature] = neufs
    for _, refus in refuses:
        refuser(demande, refus, par=request.user)
    if deja:
        quoi = accorder(deja, "fichier était déjà joint,fichiers étaient déjà joints")
        messages.info(request, f"{quoi} à la demande\N{NO-BREAK SPACE}: rien n’a été ajouté deux fois.")
    return envois, refuses


def verifier_poids(request: HttpRequest, form: Form) -> None:
    """Add an error when the whole sending was too large, or its names unreadable: none of its files was kept."""
    octets = int(request.META.get("CONTENT_LENGTH") or 0)
    if NOMS_ILLISIBLES < octets <= ENVOI_MAX and not request.FILES:
        form.add_error(
            "fichiers",
            "Le nom de ce fichier n’a pas pu être lu. Renommez-le avec des lettres simples, puis joignez-le à nouveau.",
        )
    if octets > ENVOI_MAX:
        form.add_error(
            "fichiers", f"Cet envoi dépasse {ENVOI_MAX // MO}\N{NO-BREAK SPACE}Mo. Envoyez en plusieurs fois."
        )


def ranger_envoi(ranger: Callable[[], Any]) -> None:
    """Do `ranger` (attach, send) with the files that passed. Raise TropDePieces, TransitionImpossible."""
    try:
        ranger()
    except OSError as erreur:
        log.error("depot_impossible", erreur=type(erreur).__name__)
        raise TropDePieces(
            "Le portail ne peut pas ranger ces fichiers pour l’instant. Réessayez plus tard."
        ) from erreur


def _trop_tard(request: HttpRequest, demande: Demande) -> HttpResponse:
    messages.warning(
        request, "Cette demande est terminée : aucune pièce ne peut plus y être jointe ni retirée."
    )
    return redirect("demande", reference=demande.reference)


def _page(
    request: HttpRequest,
    demande: Demande,
    form: PiecesForm,
    refuses: list[tuple[str, Refus]] | None = None,
) -> HttpResponse:
    consigner(
        Acte.DEMANDE_LIRE_PIECES,
        par=request.user,
        objet=demande,
    )
    contexte = {
        "demande": demande,
        "brouillon": demande.statut == Statut.BROUILLON,
        "form": form,
        "refuses": refuses or [],
        "en_erreur": bool(refuses),
        "pieces": panneau(demande, request.user),
        "attendu": permissions.can_transition(request.user, demande, "completer"),
        "limite_nombre": FICHIERS_PAR_DOSSIER,
        "limite_mo": DOSSIER_MAX // MO,
    }
    return render(
        request, "signalements/pieces.html", contexte, status=422 if refuses or form.errors else 200
    )


def piece_de(demande: Demande, emplacement: uuid.UUID) -> Piece:
    """Return one piece of a demande; raise Http404."""
    piece = get_object_or_404(Piece, demande=demande, emplacement=emplacement)
    piece.demande = demande
    return piece


@require_safe
def telecharger(request: HttpRequest, reference: str, emplacement: uuid.UUID) -> StreamingHttpResponse:
    """Download a clean piece, for the structure; a document of the caisse is marked as opened (D-12)."""
    piece = piece_de(charger(request, reference), emplacement)
    exiger(not piece.sortante or not piece.est_telechargeable or ouvrir(piece, par=request.user))
    return _servir(request, piece)


@require_safe
def telecharger_tri(request: HttpRequest, reference: str, emplacement: uuid.UUID) -> StreamingHttpResponse:
    """Download a clean piece, for the caisse."""
    demande = get_object_or_404(Demande.objects.visibles_par(request.user), reference=reference)
    exiger(permissions.can_trier(request.user))
    piece = piece_de(demande, emplacement)
    if not piece.sortante and piece.est_telechargeable:
        # From now on the structure can only ask for its destruction (D-24).
        ouvrir(piece, par=request.user)
    return _servir(request, piece)


def _servir(request: HttpRequest, piece: Piece) -> StreamingHttpResponse:
    reponse = servir(piece)
    consigner(Acte.PIECE_TELECHARGER, par=request.user, objet=piece, nature=piece.nature)
    return reponse


@require_http_methods(["GET", "HEAD", "POST"])
def retirer(request: HttpRequest, reference: str, emplacement: uuid.UUID) -> HttpResponse:
    """Remove a piece from a draft, or one that is blocked."""
    piece = piece_de(charger(request, reference), emplacement)
    exiger(permissions.can_retirer(request.user, piece))
    if request.method != "POST":
        pertes = [
            f"Le fichier « {piece.nom} » sera détruit. Pour le remettre, il faudra le joindre à nouveau."
        ]
        retour = reverse("demande-pieces", args=[reference])
        return demander_confirmation(request, "Retirer cette pièce", pertes, retour)
    try:
        retirer_piece(piece, par=request.user)
    except TransitionImpossible:
        messages.warning(
            request,
            "La caisse a ouvert cette pièce entre-temps, ou elle a déjà été retirée : rien n’a changé.",
        )
        return redirect("demande-pieces", reference=reference)
    messages.success(request, "La pièce est retirée.")
    return redirect("demande-pieces", reference=reference)
