"""The page of one act on a demande, or on what hangs on it: two acts on one demande come one after the other."""

from typing import Any

from django.shortcuts import get_object_or_404

from signalements.models.demandes import Demande
from socle.actes import PageDUnActe


class PageSurDemande(PageDUnActe):
    """The lock is that of the demande, whatever the act writes."""

    def verrouiller(self, objet: Any) -> None:
        """Take the demande."""
        demande = objet if isinstance(objet, Demande) else objet.demande
        get_object_or_404(Demande.objects.select_for_update(of=("self",)), pk=demande.pk)
