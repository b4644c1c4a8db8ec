"""Pictures of a draft put in order, turned, and joined into one PDF (D-06)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse

from conformite.scellement import Illisible
from fichiers.limites import IMAGES_REUNIES
from fichiers.refus import Refus
from signalements import permissions
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from signalements.pieces.actions import images, preparer_reunion, reunir_images
from signalements.pieces.views import charger
from signalements.views.actes import PageSurDemande
from socle.actes import ActeDePage
from socle.certain import certain

ILLISIBLES = "Les pièces ont changé entre-temps, ou ne peuvent pas être lues. Rechargez la page."
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


class _PageDeReunion(PageSurDemande):
    """Choose the order and the turns, look at the pages, then put the document in the place of its pictures."""

    gabarit = "signalements/reunion.html"
    vers = ("demande-pieces", "reference")
    trop_tard = ILLISIBLES
    examine: Any = None
    vues: Mapping[str, Any] = MappingProxyType({})

    def charger(self) -> Demande:
        return charger(self.request, self.reference)

    def options(self, acte: ActeDePage, objet: Demande) -> dict[str, object]:
        return {"pieces": images(objet)}

    def afficher(
        self, objet: Demande, verbe: str = "", form: forms.Form | None = None, statut: int = 200
    ) -> HttpResponse:
        """Open on the pages themselves: all in, in their order, as they were taken."""
        if form is None:
            acte = self.acte(verbe)
            proposes = {nom: un.initial for nom, un in self.vierge(acte, objet).fields.items()}
            propose = acte.former(objet, proposes, **self.options(acte, objet))
            if propose.is_valid():
                return certain(self.montrer(objet, acte, propose))
        return super().afficher(objet, verbe, form, statut)

    def montrer(self, objet: Demande, acte: ActeDePage, form: Any) -> HttpResponse | None:
        """Show the pages first: those that were looked at are joined, no others."""
        if not form.is_valid():
            return None
        try:
            self.examine, pages = preparer_reunion(form.pages(), par=self.compte)
        except Refus as refus:
            form.add_error(None, refus.message)
        except (Illisible, OSError):
            form.add_error(None, ILLISIBLES)
        else:
            if self.request.POST.get("vues") == form.choix():
                return None
            self.vues = {
                "pages": pages,
                "vues": form.choix(),
                "vides": any(page.vide for page in pages),
            }
        return self.afficher(objet, acte.verbe, form, 422 if form.errors else 200)

    def contexte(self, objet: Demande) -> dict[str, object]:
        return {"demande": objet, **self.vues}

    def faire(self, acte: ActeDePage, objet: Demande, /, **donnees: Any) -> Piece:
        try:
            return reunir_images(
                objet, examine=self.examine, images=[un for un, _ in self.form.pages()], par=self.compte
            )
        except OSError as erreur:
            raise ValidationError(ILLISIBLES) from erreur


reunir = _PageDeReunion.pour(
    "reunir",
    fait="Les images sont réunies en un seul PDF. Elles sont gardées jusqu’à l’envoi de la demande\N{NO-BREAK SPACE}: "
    "retirez le PDF pour les reprendre.",
    faire=reunir_images,
    formulaire=ReunionForm,
    droit=permissions.can_modifier_brouillon,
)
