"""What is kept and goes when; the brake of the purge; the runs of the jobs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.reauthentification import confirmer_identite
from conformite import freins
from conformite.executions import etats
from conformite.models.travaux import Execution, FreinPurge
from droits import libelles, permissions
from droits.calendrier import calendrier, categorie, permanentes, prolongees
from socle import horloge
from socle.confirmation import demander_confirmation
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


@confirmer_identite
@require_http_methods(["GET", "HEAD", "POST"])
def liberer_frein(request: HttpRequest, pk: int) -> HttpResponse:
    """Let go what was due when the brake was noticed: a DPO's act, once."""
    frein = get_object_or_404(FreinPurge.objects.ouverts(), pk=pk)
    exiger(permissions.can_liberer_frein(request.user))
    if request.method != "POST":
        lignes = accorder(frein.volume, "ligne arrivée,lignes arrivées")
        fin = "closes" if ":" in frein.modele else "détruites"
        pertes = [f"{lignes} à leur terme seront {fin} à la prochaine exécution du traitement."]
        return demander_confirmation(request, "Libérer cette purge", pertes, reverse("conservation"))
    if freins.liberer(frein, par=request.user, a=horloge.maintenant()):
        messages.success(request, "La purge est libérée : elle reprendra à sa prochaine exécution.")
    else:
        messages.info(request, "Cette purge était déjà libérée.")
    return redirect("conservation")


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
