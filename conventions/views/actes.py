"""What the pages of conventions share: loading in the perimeter, and the page of one act."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from caisses.models import Motif
from conventions.models.conventions import Convention, Participation
from conventions.permissions import (
    can_conduire_convention,
    can_conduire_participation,
    can_lire_conventions,
)
from socle import crochets
from socle.actes import ActeDePage, PageDUnActe
from socle.certain import certain
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

    # Of the account and the object: what the form is made with.
    avec: Callable[[Any, Any], dict[str, Any]] = lambda compte, objet: {}
    # Sentences above the form; what the act would change.
    avant: Callable[[Any], list[str]] = _rien
    effets: Callable[[Any], list[str]] | None = None


class PageSurConvention(PageDUnActe):
    """The page of one act on a convention, or on what hangs on it; a class says what, and who may by default.

    The lock is that of the convention, whatever the act writes: two acts on one convention come one after the other.
    """

    genre = ActeSurPage
    droit: ClassVar[Any] = staticmethod(can_conduire_convention)
    gabarit = "conventions/acte.html"
    convention: Any = None

    def charger(self) -> Any:
        """Return the object of the act, on a convention of the perimeter (404), to who may do it (403)."""
        self.convention = charger(self.request, self.reference)
        objet = self.trouver(**self.cles)
        exiger(certain(self.actes[0].droit)(self.compte, objet))
        return objet

    def trouver(self, *args: Any, **adresse: Any) -> Any:
        """Return what the act is done on, from the convention and the rest of the address (404)."""
        return self.convention

    def options(self, acte: Any, objet: Any) -> dict[str, object]:
        """Return what the form is made with."""
        return dict(acte.avec(self.compte, objet))

    def contexte(self, objet: Any) -> dict[str, object]:
        """Return what the act says above its form."""
        acte: Any = self.actes[0]
        return {
            "convention": self.convention,
            "avant": acte.avant(objet),
            "effets": acte.effets(objet) if acte.effets else [],
            "danger": acte.effets is not None,
            "sections": False,
        }

    def verrouiller(self, objet: Any) -> None:
        """Take the convention."""
        get_object_or_404(Convention.objects.select_for_update(), pk=self.convention.pk)

    def retour(self, acte: ActeDePage) -> str:
        """Return the address of the convention."""
        return reverse("convention", args=[self.reference])


class PageDUnePart(PageSurConvention):
    """The page of an act on one caisse's part."""

    droit = staticmethod(can_conduire_participation)

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
