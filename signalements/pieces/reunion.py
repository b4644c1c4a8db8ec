"""Pictures of a draft put in order, turned, and joined into one PDF (D-06)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from conformite.scellement import Illisible
from fichiers.limites import IMAGES_REUNIES
from fichiers.refus import Refus
from signalements import permissions
from signalements.models.pieces import Piece
from signalements.pieces.actions import images, preparer_reunion, reunir_images
from signalements.pieces.views import charger
from signalements.workflow import TransitionImpossible
from socle.roles import exiger

ROTATIONS = [
    ("0", "Ne pas tourner"),
    ("90", "Tourner d’un quart vers la droite"),
    ("270", "Tourner d’un quart vers la gauche"),
    ("180", "Retourner"),
]


class ReunionForm(forms.Form):
    """For each picture, its page in the document and how to turn it."""

    def __init__(self, *args: Any, pieces: list[Piece], **options: Any) -> None:
        super().__init__(*args, **options)
        self.pieces = pieces
        pages = [(str(rang), f"Page {rang}") for rang in range(1, len(pieces) + 1)]
        for rang, piece in enumerate(pieces, 1):
            self.fields[f"page-{piece.pk}"] = forms.ChoiceField(
                label=f"Place de « {piece.nom} »",
                choices=[("", "À part, hors du document"), *pages],
                required=False,
                initial=str(rang) if rang <= IMAGES_REUNIES else "",
            )
            self.fields[f"sens-{piece.pk}"] = forms.ChoiceField(
                label=f"Sens de « {piece.nom} »", choices=ROTATIONS, required=False, initial="0"
            )

    def clean(self) -> dict[str, Any]:
        """Two pictures at least, each at a place of its own."""
        donnees = super().clean() or {}
        places = [donnees[f"page-{un.pk}"] for un in self.pieces if donnees.get(f"page-{un.pk}")]
        if len(places) != len(set(places)):
            raise forms.ValidationError("Deux images ont la même place : donnez une page à chacune.")
        if len(places) < 2:
            raise forms.ValidationError("Choisissez au moins deux images à réunir.")
        if len(places) > IMAGES_REUNIES:
            raise forms.ValidationError(f"Un document réunit au plus {IMAGES_REUNIES} images.")
        return donnees

    def pages(self) -> list[tuple[Piece, int]]:
        """Return the pictures in their order, with their rotation in degrees."""
        donnees = self.cleaned_data
        retenues = [un for un in self.pieces if donnees[f"page-{un.pk}"]]
        retenues.sort(key=lambda un: int(donnees[f"page-{un.pk}"]))
        return [(un, int(donnees[f"sens-{un.pk}"] or 0)) for un in retenues]

    def choix(self) -> str:
        """Return what was chosen, in a word: the pages that were looked at are joined, no others."""
        return ",".join(f"{un.pk}-{rotation}" for un, rotation in self.pages())


@require_http_methods(["GET", "HEAD", "POST"])
def reunir(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose the order and the turns, look at the pages, then put the document in the place of its pictures."""
    demande = charger(request, reference)
    exiger(permissions.can_modifier_brouillon(request.user, demande))
    form = ReunionForm(request.POST if request.method == "POST" else None, pieces=images(demande))
    contexte: dict[str, Any] = {"demande": demande, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            examine, contexte["pages"] = preparer_reunion(form.pages(), par=request.user)
            contexte |= {"vues": form.choix(), "vides": any(page.vide for page in contexte["pages"])}
            if request.POST.get("vues") == form.choix():
                reunir_images(
                    demande, examine=examine, images=[un for un, _ in form.pages()], par=request.user
                )
                messages.success(
                    request,
                    "Les images sont réunies en un seul PDF. Elles sont gardées jusqu’à l’envoi de la demande\N{NO-BREAK SPACE}: "
                    "retirez le PDF pour les reprendre.",
                )
                return redirect("demande-pieces", reference=reference)
        except Refus as refus:
            form.add_error(None, refus.message)
        except (TransitionImpossible, Illisible, OSError):
            form.add_error(
                None, "Les pièces ont changé entre-temps, ou ne peuvent pas être lues. Rechargez la page."
            )
    return render(request, "signalements/reunion.html", contexte, status=422 if form.errors else 200)
