"""One page that asks once before what cannot be undone, and says what will be lost (RGAA 11.12)."""

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def demander_confirmation(
    request: HttpRequest,
    bouton: str,
    pertes: Sequence[str],
    retour: str,
    *,
    champs: Iterable[tuple[str, str]] = (),
) -> HttpResponse:
    """Show the page whose POST, at the same address, does it.

    `bouton` says the act (« Supprimer ce brouillon »), `pertes` what is lost, one sentence each; `retour` is the
    address of the one who renounces; `champs` is what the POST has to carry again.
    """
    contexte = {"bouton": bouton, "pertes": pertes, "retour": retour, "champs": champs}
    return render(request, "pages/confirmation.html", contexte)
