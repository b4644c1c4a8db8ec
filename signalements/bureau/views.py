"""The life of the desk: models of answer, the superviseur's page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models.compte import Compte
from signalements import permissions
from signalements.bureau.actions import (
    enregistrer_modele,
    supprimer_modele,
)
from signalements.bureau.equipe import (
    COLONNES,
    charges_par_agent,
    charges_par_pole,
    courriels_non_remis,
    urgences_par_structure,
)
from signalements.bureau.forms import ModeleForm, RedistributionForm
from signalements.bureau.lots import traiter
from signalements.models.demandes import Demande
from signalements.models.modeles import ModeleReponse
from signalements.workflow import OUVERTS
from socle.confirmation import demander_confirmation
from socle.roles import exiger
from socle.templatetags.portail import accorder


@require_safe
def modeles(request: HttpRequest) -> HttpResponse:
    """The models of answer of the account's caisses."""
    exiger(permissions.can_voir_modeles(request.user))
    visibles = ModeleReponse.objects.visibles_par(request.user).select_related(
        "caisse", "motif", "modifie_par"
    )
    contexte = {
        "modeles": visibles,
        "peut_modifier": permissions.can_modifier_modeles(request.user),
        "peut_trier": permissions.can_trier(request.user),
    }
    return render(request, "signalements/modeles.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def modele(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a model of answer, new or changed, and see it as the structure would."""
    existant = get_object_or_404(ModeleReponse.objects.visibles_par(request.user), pk=pk) if pk else None
    exiger(permissions.can_modifier_modeles(request.user))
    form = ModeleForm(request.POST or None, compte=request.user, modele=existant)
    if request.method == "POST" and form.is_valid():
        donnees = form.cleaned_data
        enregistrer_modele(existant, par=request.user, **donnees)
        messages.success(request, "Le modèle est enregistré. Les agents peuvent l’insérer.")
        return redirect("tri-modeles")
    contexte = {"form": form, "modele": existant}
    return render(request, "signalements/modele.html", contexte, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def modele_supprimer(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a model of answer away."""
    existant = get_object_or_404(ModeleReponse.objects.visibles_par(request.user), pk=pk)
    exiger(permissions.can_modifier_modeles(request.user))
    if request.method != "POST":
        pertes = [f"Le texte du modèle « {existant.titre} » sera perdu, pour tous les agents de la caisse."]
        return demander_confirmation(request, "Supprimer ce modèle", pertes, reverse("tri-modeles"))
    supprimer_modele(existant, par=request.user)
    messages.success(request, "Le modèle est supprimé.")
    return redirect("tri-modeles")


@require_http_methods(["GET", "HEAD", "POST"])
def equipe(request: HttpRequest) -> HttpResponse:
    """Load and delays by agent and pôle; hand all the demandes of one agent to another."""
    exiger(permissions.can_voir_equipe(request.user))
    form = RedistributionForm(request.POST or None, compte=request.user)
    if request.method == "POST" and form.is_valid():
        if "confirme" not in request.POST:
            return _annoncer(request, form)
        _redistribuer(request, form)
        return redirect("tri-equipe")
    # Once: each list would ask again which caisses are the account's.
    visibles = Demande.objects.visibles_par(request.user)
    contexte = {
        "form": form,
        "agents": charges_par_agent(request.user, visibles),
        "poles": charges_par_pole(visibles),
        "colonnes": COLONNES,
        "urgences": urgences_par_structure(visibles),
        "courriels": courriels_non_remis(request.user),
    }
    return render(request, "signalements/equipe.html", contexte, status=422 if form.errors else 200)


def _partage(request: HttpRequest, form: RedistributionForm) -> dict[Compte, list[str]]:
    """Return which references each agent would receive: in turn, the most urgent first."""
    donnees = form.cleaned_data
    siennes = Demande.objects.visibles_par(request.user).filter(agent=donnees["de"], statut__in=OUVERTS)
    if donnees["pole"]:
        siennes = siennes.filter(pole=donnees["pole"])
    references = list(siennes.par_urgence().values_list("reference", flat=True)[: donnees["nombre"]])
    vers = list(donnees["vers"])
    return {agent: references[rang :: len(vers)] for rang, agent in enumerate(vers)}


def _annoncer(request: HttpRequest, form: RedistributionForm) -> HttpResponse:
    """Say who would receive how many, before anything moves."""
    pertes = [
        f"{agent.nom_complet} reçoit {accorder(len(references), 'demande,demandes')} suivies jusqu’ici par {form.cleaned_data['de'].nom_complet}."
        for agent, references in _partage(request, form).items()
    ]
    champs = [(nom, valeur) for nom in form.fields for valeur in request.POST.getlist(nom) if valeur]
    champs.append(("confirme", "1"))
    return demander_confirmation(
        request, "Redistribuer ces demandes", pertes, reverse("tri-equipe"), champs=champs
    )


def _redistribuer(request: HttpRequest, form: RedistributionForm) -> None:
    de, restantes = form.cleaned_data["de"], []
    for agent, references in _partage(request, form).items():
        resultats = traiter(
            references, acte="attribuer", par=request.user, agent=agent, texte=form.cleaned_data["texte"]
        )
        restantes += [resultat.reference for resultat in resultats if not resultat.fait]
        faites = sum(resultat.fait for resultat in resultats)
        messages.success(
            request,
            f"{accorder(faites, 'demande confiée,demandes confiées')} à {agent.nom_complet}.",
        )
    if restantes:
        messages.warning(request, f"Restent à {de.nom_complet} : {', '.join(restantes)}.")
