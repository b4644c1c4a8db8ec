"""What the pages of conventions share: loading in the perimeter, and the page of one act."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from caisses.models import Motif
from conventions.models.conventions import Convention, Participation
from conventions.permissions import (
    can_conduire_convention,
    can_conduire_participation,
    can_lire_conventions,
)
from socle import crochets
from socle.actes import LECTURE_ECRITURE, ActeDePage, ActeForm, PageDActes
from socle.confirmation import demander_confirmation
from socle.roles import exiger

NIVEAUX = {
    Convention.Statut.BROUILLON: "neutre",
    Convention.Statut.A_SIGNER: "info",
    Convention.Statut.EN_VIGUEUR: "succes",
    Convention.Statut.DENONCEE: "avertissement",
    Convention.Statut.RESILIEE: "erreur",
    Convention.Statut.REMPLACEE: "neutre",
    Convention.Statut.TERMINEE: "neutre",
}


def jour_de_la_page(convention: Convention) -> dt.date:
    """Return today as the convention's caisses count it."""
    return max(part.caisse.jour for part in convention.participations.select_related("caisse"))


def charger(request: HttpRequest, reference: str) -> Convention:
    """Return a convention of the account's perimeter (404), that it may read (403)."""
    convention = get_object_or_404(
        Convention.objects.visibles_par(request.user).select_related("partenaire", "remplace"),
        reference=reference,
    )
    exiger(can_lire_conventions(request.user))
    return convention


def part_de(convention: Convention, caisse: str) -> Participation:
    """Return one caisse's part (404)."""
    part = get_object_or_404(convention.participations.select_related("caisse"), caisse__code=caisse)
    part.convention = convention
    return part


def charger_part(request: HttpRequest, reference: str, caisse: str) -> Participation:
    """Return one caisse's part, that only this caisse's administrateur conducts."""
    part = part_de(charger(request, reference), caisse)
    exiger(can_conduire_participation(request.user, part))
    return part


def _rien(objet: Any) -> list[str]:
    return []


@dataclass(frozen=True, kw_only=True)
class ActeSurPage(ActeDePage):
    """One act that has a page of its own. Its title may name its object: « Dénonciation – {0.caisse} »."""

    # Who may depends on the object: asked each time it is read.
    peut: Callable[[Any, Any], bool]
    permis: Callable[[Any], bool] = lambda compte: True
    # Of the object: the sentence that says why it comes too late, or too early; empty when the act may be done.
    obstacle: Callable[[Any], str] = lambda objet: ""
    # Of the account and the object: what the form is made with.
    avec: Callable[[Any, Any], dict[str, Any]] = lambda compte, objet: {}
    # Sentences above the form; what the act would change; what it loses for ever, asked on a page of its own.
    avant: Callable[[Any], list[str]] = _rien
    effets: Callable[[Any], list[str]] | None = None
    pertes: Callable[[Any], list[str]] = _rien

    def refus(self, compte: Any, objet: Any) -> int:
        """Return 409 for what comes too late, 0 when the act may be done now."""
        return 409 if self.obstacle(objet) else 0


class PageSurConvention(PageDActes):
    """The page of one act on a convention, or on what hangs on it; a class says what, and who may by default.

    The lock is that of the convention, whatever the act writes: two acts on one convention come one after the other.
    """

    un_acte: ActeSurPage
    peut: ClassVar[Any] = staticmethod(can_conduire_convention)
    gabarit = "conventions/acte.html"
    convention: Any = None

    @classmethod
    def pour(cls, verbe: str, **champs: Any) -> Callable[..., HttpResponse]:
        """Return the view of an act; one without a field may be sent by a button of another page."""
        acte = ActeSurPage(**{"verbe": verbe, "formulaire": ActeForm, "peut": cls.peut} | champs)

        @require_http_methods(LECTURE_ECRITURE)
        def servir(request: HttpRequest, reference: str = "", **adresse: Any) -> HttpResponse:
            page = cls(request, reference, acte, **adresse)
            if (avant := page.commencer()) is not None:
                return avant
            return page.agir(verbe) if request.method == "POST" else page.ouvrir(verbe)

        return servir

    def __init__(self, request: HttpRequest, reference: str, acte: ActeSurPage, **adresse: Any) -> None:
        super().__init__(request, reference, **adresse)
        self.un_acte, self.actes = acte, (acte,)

    def commencer(self) -> HttpResponse | None:
        """Return the page that comes before that of the act, if any."""
        return None

    def ouvrir(self, verbe: str) -> HttpResponse:
        """Show the form, or the page that asks; what comes too late is told on the convention."""
        objet = self.charger()
        if obstacle := self.un_acte.obstacle(objet):
            messages.warning(self.request, obstacle)
            return redirect(self.retour(self.un_acte))
        if pertes := self.un_acte.pertes(objet):
            return demander_confirmation(self.request, self.un_acte.bouton, pertes, self.retour(self.un_acte))
        return self.afficher(objet)

    def charger(self) -> Any:
        """Return the object of the act, on a convention of the perimeter (404), to who may do it (403)."""
        self.convention = charger(self.request, self.reference)
        objet = self.trouver(**self.cles)
        exiger(self.un_acte.peut(self.compte, objet))
        return objet

    def trouver(self, *args: Any, **adresse: Any) -> Any:
        """Return what the act is done on, from the convention and the rest of the address (404)."""
        return self.convention

    def former(self, acte: ActeDePage, objet: Any) -> Form:
        """Return the form, with what was posted if anything."""
        poste = self.request.method == "POST"
        avec = self.un_acte.avec(self.compte, objet)
        if not poste:
            return acte.formulaire(**avec)
        return acte.formulaire(self.request.POST, self.request.FILES, **avec)

    def afficher(
        self, objet: Any, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        """Show the page of the act; what came too late is only given back."""
        acte = self.un_acte
        contexte = {
            "convention": self.convention,
            "titre_acte": acte.titre.format(objet),
            "form": form or self.former(acte, objet),
            "bouton": acte.bouton,
            "avant": acte.avant(objet),
            "effets": acte.effets(objet) if acte.effets else [],
            "danger": acte.effets is not None,
            "sections": False,
            "retour": self.retour(acte),
            **self.contexte(objet),
        }
        gabarit = "conventions/tardif.html" if statut == 409 else self.gabarit
        return render(self.request, gabarit, contexte, status=statut)

    def contexte(self, objet: Any) -> dict[str, Any]:
        """Return what a template of its own shows besides."""
        return {}

    def verrouiller(self, objet: Any) -> None:
        """Take the convention."""
        get_object_or_404(Convention.objects.select_for_update(), pk=self.convention.pk)

    def refuser(self, refus: int, objet: Any, acte: ActeDePage, form: Form) -> HttpResponse:
        """Give back what was typed, without a word about its fields."""
        form.is_valid()
        form.errors.clear()
        return super().refuser(refus, objet, acte, form)

    def pourquoi(self, objet: Any) -> str:
        """Return what the act meets."""
        return f"{self.trop_tard} {self.un_acte.obstacle(objet)}".strip()

    def retour(self, acte: ActeDePage) -> str:
        """Return the address of the convention."""
        return reverse("convention", args=[self.reference])


class PageDUnePart(PageSurConvention):
    """The page of an act on one caisse's part."""

    peut: ClassVar[Any] = staticmethod(can_conduire_participation)

    def trouver(self, caisse: str) -> Participation:
        """Return the part."""
        return part_de(self.convention, caisse)


def effets(participation: Participation, *, suspension: bool = False) -> list[str]:
    """Return what the end of a caisse's part, or its suspension, would change, as each app says it (A-13, A-16, C-16)."""
    fournisseurs = crochets.effets.values()
    return [str(effet) for fournir in fournisseurs for effet in fournir(participation, suspension=suspension)]


def par_service(codes: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return the names of these motifs under those of their services, in the order of the referential (C-09)."""
    services: dict[str, list[str]] = {}
    for motif in (
        Motif.objects.filter(pk__in=codes).select_related("service").order_by("service__ordre", "ordre")
    ):
        services.setdefault(motif.service.libelle, []).append(motif.libelle)
    return list(services.items())
