"""What is kept and goes when; the brake of the purge; the runs of the jobs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from conformite import freins
from conformite.executions import etats
from conformite.models.travaux import Execution, FreinPurge
from droits import libelles, permissions
from droits.calendrier import calendrier, categorie, permanentes, prolongees
from socle import horloge
from socle.actes import ActeDePage, PageDUnActe
from socle.roles import exiger
from socle.templatetags.portail import accorder

_EXECUTIONS_MONTREES = 50


@require_safe
def conservation(request: HttpRequest) -> HttpResponse:
    """Show the calendar of what disappears, from the declarations that the engine applies, and the brakes in force."""
    exiger(permissions.can_voir_conservation(request.user))
    contexte = {
        "categories": calendrier(request.user),
        "permanentes": permanentes(),
        "freins": [(frein, categorie(frein.modele)) for frein in FreinPurge.objects.ouverts()],
        "prolongees": prolongees(request.user),
        "certificats": permissions.can_voir_certificats(request.user),
        "peut_liberer": permissions.can_liberer_frein(request.user),
    }
    return render(request, "droits/conservation.html", contexte)


class _PageDuFrein(PageDUnActe):
    """Let go what was due when the brake was noticed: a DPO's act, once."""

    vers = ("conservation",)

    def charger(self) -> FreinPurge:
        frein: FreinPurge = get_object_or_404(FreinPurge.objects.ouverts(), pk=self.cles["pk"])
        return frein

    def faire(self, acte: ActeDePage, objet: FreinPurge, /, **donnees: Any) -> Any:
        return freins.liberer(objet, par=self.compte, a=horloge.maintenant())


def _ce_qui_part(frein: FreinPurge) -> list[str]:
    lignes = accorder(frein.volume, "ligne arrivée,lignes arrivées")
    fin = "closes" if ":" in frein.modele else "détruites"
    if frein.modele.endswith(":prolonger"):
        fin = "gardées plus longtemps"
    return [f"{lignes} à leur terme seront {fin} à la prochaine exécution du traitement."]


liberer_frein = _PageDuFrein.pour(
    "liberer",
    titre="Libérer cette purge",
    bouton="Libérer cette purge",
    fait="La purge est libérée : elle reprendra à sa prochaine exécution.",
    faire=freins.liberer,
    permis=permissions.can_liberer_frein,
    obstacle=lambda frein: "" if frein.libere_le is None else "Cette purge est déjà libérée.",
    pertes=_ce_qui_part,
)


@require_safe
def executions(request: HttpRequest) -> HttpResponse:
    """Show where each job stands, what has not run for its period, and the last runs."""
    exiger(permissions.can_voir_executions(request.user))
    tous = etats()
    contexte = {
        "etats": [(libelles.execution(etat.nom), etat) for etat in tous],
        "en_retard": [(libelles.execution(etat.nom), etat) for etat in tous if etat.en_retard],
        "executions": Execution.objects.all()[:_EXECUTIONS_MONTREES],
        "noms": {etat.tache: libelles.execution(etat.nom) for etat in tous},
    }
    return render(request, "droits/executions.html", contexte)
