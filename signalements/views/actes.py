"""The page of one act on a demande, or on what hangs on it: two acts on one demande come one after the other."""

from typing import Any

from django.db.models import Q
from django.http import Http404

from signalements.models.demandes import Demande
from socle.actes import PageDUnActe


class PageSurDemande(PageDUnActe):
    """The lock is that of the demande, whatever the act writes."""

    def verrouiller(self, objet: Any) -> None:
        """Take the demande, with those that one answer joins to it (D-29), by primary key."""
        demande = objet if isinstance(objet, Demande) else objet.demande
        jointes = Q(pk__in=Demande.objects.repondues_avec(demande).values("pk"))
        lignes = Demande.objects.select_for_update(of=("self",))
        prises = lignes.filter(Q(pk=demande.pk) | jointes).order_by("pk").values_list("pk", flat=True)
        if demande.pk not in list(prises):
            raise Http404
