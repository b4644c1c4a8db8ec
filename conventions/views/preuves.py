"""The proofs kept with a convention: add, download."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conformite.journal import consigner
from conventions.actions.preuves import joindre_preuves
from conventions.forms.suites import PreuveForm
from conventions.journal import Acte
from conventions.models.conventions import Convention
from conventions.permissions import can_conduire_convention
from conventions.views.actes import PageSurConvention, charger
from fichiers.actions import examiner_envoi
from fichiers.controle import Examine
from fichiers.limites import ENVOI_MAX, MO
from fichiers.reponse import servir
from socle.actes import ActeDePage, ActeForm, PageDActes

log = structlog.get_logger(__name__)


@require_safe
def preuves(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the files kept with a convention."""
    convention = charger(request, reference)
    lignes = [
        {
            "nom": preuve.nom,
            "piece": preuve.get_nature_display(),
            "taille": preuve.taille,
            "ajoute_le": preuve.ajoute_le,
            "etat": "" if preuve.est_telechargeable else preuve.get_etat_display(),
            "niveau": preuve.niveau,
            "emplacement": preuve.emplacement,
            "telechargeable": preuve.est_telechargeable,
        }
        for preuve in convention.preuves.order_by("ajoute_le", "pk")
    ]
    contexte = {
        "convention": convention,
        "preuves": lignes,
        "conduit": can_conduire_convention(request.user, convention),
    }
    return render(request, "conventions/preuves.html", contexte)


def examiner_les_fichiers(request: HttpRequest, form: ActeForm) -> tuple[list[Examine], bool]:
    """Return the files that were taken, and whether the form holds with all of them; else it says why."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > ENVOI_MAX:
        form.add_error(
            "fichiers", f"Cet envoi dépasse {ENVOI_MAX // MO}\N{NO-BREAK SPACE}Mo. Envoyez en plusieurs fois."
        )
    if not form.is_valid():
        return [], False
    examines, refuses = examiner_envoi(form.cleaned_data["fichiers"], par=request.user)
    for nom, refus in refuses:
        form.add_error("fichiers", f"{nom[:80]} : {getattr(refus, 'message', refus)}")
    return examines, not refuses


@contextmanager
def rangement() -> Iterator[None]:
    """Raise ValidationError where the storage cannot keep the files."""
    try:
        yield
    except OSError as erreur:
        log.error("stockage_impossible", erreur=type(erreur).__name__)
        message = "Le portail ne peut pas ranger ces fichiers pour l’instant. Réessayez plus tard."
        raise ValidationError({"fichiers": message}) from erreur


class AvecFichiers(PageDActes):
    """The page of an act with files: a refused file keeps the act from being done."""

    def juger(self, form: Any) -> bool:
        """Check the files, before any lock; an act of the page that takes none is as any other."""
        if "fichiers" not in form.fields:
            return super().juger(form)
        examines, entiers = examiner_les_fichiers(self.request, form)
        if entiers:
            form.cleaned_data["examines"] = examines
            del form.cleaned_data["fichiers"]
        return entiers

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Any:
        """Do the act; the storage may fail it."""
        with rangement():
            return super().faire(acte, objet, **donnees)


class PageDEnvoi(AvecFichiers, PageSurConvention):
    """The page of an act on a convention, with files."""


class _PageDesPreuves(PageDEnvoi):
    """What may be kept is kept; a refused file is named with what to do."""

    refuses: Iterable[str] = ()

    def juger(self, form: Any) -> bool:
        examines, _ = examiner_les_fichiers(self.request, form)
        if examines:
            self.refuses = list(form.errors.get("fichiers", []))
            form.cleaned_data = {"nature": form.cleaned_data["nature"], "examines": examines}
        return bool(examines)

    def apres(self, objet: Convention, form: Any) -> None:
        for refus in self.refuses:
            messages.warning(self.request, refus)

    def retour(self, acte: ActeDePage) -> str:
        return reverse("convention-preuves", args=[self.reference])


nouvelle = _PageDesPreuves.pour(
    "joindre-preuves",
    titre="Ajouter un fichier",
    bouton="Garder avec la convention",
    fait="C’est gardé avec la convention.",
    faire=joindre_preuves,
    formulaire=PreuveForm,
    avant=lambda convention: ["Il est contrôlé, chiffré, et gardé cinq ans après la fin de la convention."],
)


@require_safe
def telecharger(request: HttpRequest, reference: str, emplacement: uuid.UUID) -> StreamingHttpResponse:
    """Send one clean proof."""
    convention = charger(request, reference)
    preuve = get_object_or_404(convention.preuves, emplacement=emplacement)
    reponse = servir(preuve)
    consigner(
        Acte.CONVENTION_TELECHARGER_PREUVE,
        par=request.user,
        objet=preuve,
    )
    return reponse
