"""The pieces of a demande: the structure attaches and removes, both sides download what is clean (D-06)."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.forms import Form
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models.compte import Compte
from conformite.journal import consigner
from conventions.views.preuves import rangement
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
    joindre,
    panneau,
    refuser,
    retirer_piece,
    sans_doublons,
)
from signalements.views.actes import PageSurDemande
from signalements.workflow import OUVERTS, Statut
from socle.actes import ActeDePage
from socle.roles import exiger
from socle.templatetags.portail import accorder

# A form without any file is smaller; one larger brought a file whose name is not written in UTF-8.
NOMS_ILLISIBLES = 4096


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
    consigner(Acte.PIECE_TELECHARGER, par=request.user, objet=piece)
    return reponse


class PageDeFichiers(PageSurDemande):
    """The files of a demande, and the form that adds some. Refused files are named with what to do."""

    lisible = True
    refuses: Sequence[tuple[str, Refus]] = ()

    def afficher(
        self, objet: Demande, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        """Show the files; their names stay in this answer: a message would carry them into a cookie."""
        consigner(Acte.DEMANDE_LIRE_PIECES, par=self.compte, objet=objet)
        if self.refuses:
            form, statut = self.vierge(self.acte(verbe), objet), 422
        return super().afficher(objet, verbe, form, statut)

    def finir(self, acte: ActeDePage) -> HttpResponse:
        """Say what was taken, then what was not."""
        if not self.refuses:
            return super().finir(acte)
        self.annoncer(acte)
        return self.afficher(self.charger(), acte.verbe)


class _PageDesPieces(PageDeFichiers):
    """The pieces of a demande, and the form that adds some. Refused files are named with what to do."""

    gabarit = "signalements/pieces.html"
    vers = ("demande-pieces", "reference")
    trop_tard = "Cette demande est terminée : aucune pièce ne peut plus y être jointe ni retirée."

    def charger(self) -> Demande:
        return charger(self.request, self.reference)

    def options(self, acte: ActeDePage, objet: Demande) -> dict[str, object]:
        return {"motif": objet.motif}

    def contexte(self, objet: Demande) -> dict[str, object]:
        return {
            "demande": objet,
            "brouillon": objet.statut == Statut.BROUILLON,
            "refuses": self.refuses,
            "en_erreur": bool(self.refuses),
            "pieces": panneau(objet, self.compte),
            "attendu": permissions.can_transition(self.compte, objet, "completer"),
            "limite_nombre": FICHIERS_PAR_DOSSIER,
            "limite_mo": DOSSIER_MAX // MO,
        }

    def juger(self, form: Any) -> bool:
        verifier_poids(self.request, form)
        if not form.is_valid():
            return False
        self.envois, self.refuses = _examiner(self.request, self.charger(), form.par_nature())
        return bool(self.envois) or not self.refuses

    def faire(self, acte: ActeDePage, objet: Demande, /, **donnees: Any) -> str:
        nombre = sum(map(len, self.envois.values()))
        if not nombre:
            return ""
        attendait, (nature, *suite) = objet.statut == Statut.EN_ATTENTE, self.envois
        with rangement():
            joindre(
                objet,
                examines=self.envois[nature],
                nature=nature,
                autres={une: self.envois[une] for une in suite},
                envoi=donnees["jeton"],
                par=self.compte,
            )
        repris = attendait and objet.statut == Statut.EN_COURS
        suivi = " Votre complément est envoyé : la caisse reprend le traitement." if repris else ""
        return f"{accorder(nombre, 'fichier joint,fichiers joints')} à la demande.{suivi}"


class _PageDUnePiece(PageSurDemande):
    """Remove a piece from a draft, or one that is blocked."""

    vers = ("demande-pieces", "reference")
    trop_tard = "La caisse a ouvert cette pièce entre-temps, ou elle a déjà été retirée : rien n’a changé."

    def charger(self) -> Piece:
        return piece_de(charger(self.request, self.reference), self.cles["emplacement"])


def _peut_joindre(compte: Compte, demande: Demande) -> bool:
    if demande.statut == Statut.BROUILLON:
        return permissions.can_modifier_brouillon(compte, demande)
    return permissions.can_nouvelle(compte)


pieces = _PageDesPieces.pour(
    "joindre",
    fait=lambda dit: dit,
    faire=joindre,
    formulaire=PiecesForm,
    droit=_peut_joindre,
    quand=lambda demande: demande.statut in (Statut.BROUILLON, *OUVERTS),
)
retirer = _PageDUnePiece.pour(
    "retirer",
    titre="Retirer cette pièce",
    bouton="Retirer cette pièce",
    fait="La pièce est retirée.",
    faire=retirer_piece,
    droit=permissions.can_retirer,
    pertes=lambda piece: [
        f"Le document « {piece.nom} » sera défait : ses images reviennent à la liste, leur ordre et leur sens sont à choisir à nouveau."
        if piece.originaux.exists()
        else f"Le fichier « {piece.nom} » sera détruit. Pour le remettre, il faudra le joindre à nouveau."
    ],
)
