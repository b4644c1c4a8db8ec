"""The caisse's own settings, and the caisses of the national administrateur."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from caisses import actions, referentiels
from caisses.forms import (
    CaisseForm,
    ChomeForm,
    CoordonneesCaisseForm,
    PoleForm,
    ReglageForm,
    RelancesForm,
    VecteurForm,
    VecteurModifieForm,
)
from caisses.models import Caisse, Motif, VecteurContact
from caisses.permissions import can_creer_caisse, can_regler_caisse
from socle.actes import LECTURE_ECRITURE, a_agi, envoye
from socle.acteurs import Acteur
from socle.confirmation import demander_confirmation
from socle.roles import exiger


def _charger(request: HttpRequest, code: str) -> Caisse:
    caisse = get_object_or_404(Caisse.objects.visibles_par(request.user), code=code)
    exiger(can_regler_caisse(request.user, caisse))
    return caisse


@require_safe
def la_caisse(request: HttpRequest) -> HttpResponse:
    """Send an administrateur to his caisse, or let him choose among several."""
    caisses = [
        caisse
        for caisse in Caisse.objects.visibles_par(request.user)
        if can_regler_caisse(request.user, caisse)
    ]
    exiger(caisses)
    if len(caisses) == 1:
        return redirect("caisse-reglages", caisses[0].code)
    return render(request, "caisses/caisses.html", {"caisses": caisses})


@require_safe
def reglages(request: HttpRequest, code: str) -> HttpResponse:
    """Show pôles, routing and delays of the motifs, channels and calendar of a caisse."""
    caisse = _charger(request, code)
    reglages_ = {reglage.motif_id: reglage for reglage in caisse.reglages.select_related("pole")}
    poles = {pole.code: pole for pole in caisse.poles.all()}
    motifs = [
        _ligne_motif(motif, reglages_.get(motif.pk), poles)
        for motif in Motif.objects.select_related("service")
    ]
    contexte = {
        "caisse": caisse,
        "poles": sorted(poles.values(), key=lambda pole: pole.libelle),
        "motifs": motifs,
        "vecteurs": caisse.vecteurs.all(),
        "chomes": caisse.chomes.filter(jour__gte=caisse.jour),
    }
    return render(request, "caisses/caisse.html", contexte)


def _ligne_motif(motif: Motif, reglage: Any, poles: dict[str, Any]) -> dict[str, Any]:
    presse = referentiels.DELAI_URGENT_JOURS if motif.urgent else referentiels.DELAI_JOURS
    return {
        "motif": motif,
        "pole": (reglage and reglage.pole) or poles.get(motif.pole_code),
        "delai": (reglage and reglage.delai_jours) or presse,
        "urgent": (reglage and reglage.delai_urgent_jours) or referentiels.DELAI_URGENT_JOURS,
        "propre": reglage is not None,
    }


def _page(request: HttpRequest, caisse: Caisse, titre: str, form: Any, agir: Any, fait: str) -> HttpResponse:
    """Show the form of one setting, call `agir`, go back to the caisse's page."""
    if a_agi(request, form, agir, fait):
        return redirect("caisse-reglages", caisse.code)
    contexte = {"caisse": caisse, "form": form, "titre_acte": titre}
    return render(request, "caisses/acte.html", contexte, status=422 if form.errors else 200)


@require_http_methods(LECTURE_ECRITURE)
def decrire(request: HttpRequest, code: str) -> HttpResponse:
    """Change how the caisse is reached (C-08)."""
    caisse = _charger(request, code)
    form = CoordonneesCaisseForm(
        envoye(request), initial={nom: getattr(caisse, nom) for nom in CoordonneesCaisseForm.base_fields}
    )
    return _page(
        request, caisse, "Coordonnées", form,
        partial(actions.decrire_caisse, caisse=caisse),
        "Les coordonnées sont enregistrées.",
    )  # fmt: skip


@require_http_methods(LECTURE_ECRITURE)
def ajouter_pole(request: HttpRequest, code: str) -> HttpResponse:
    """Add a pôle (D-11)."""
    caisse = _charger(request, code)
    return _page(
        request, caisse, "Ajouter un pôle", PoleForm(envoye(request)),
        partial(actions.creer_pole, caisse=caisse),
        "Le pôle est ajouté.",
    )  # fmt: skip


@require_http_methods(LECTURE_ECRITURE)
def regler_motif(request: HttpRequest, code: str, motif: str) -> HttpResponse:
    """Set the pôle and the target delays of a motif (D-08, D-11)."""
    caisse = _charger(request, code)
    ligne = get_object_or_404(Motif, pk=motif)
    reglage = caisse.reglages.filter(motif=ligne).first()
    initial = {nom: getattr(reglage, nom, None) for nom in ("pole", "delai_jours", "delai_urgent_jours")}
    return _page(
        request, caisse, f"Régler le motif : {ligne.libelle}", ReglageForm(envoye(request), caisse=caisse, initial=initial),
        partial(actions.regler_motif, caisse=caisse, motif=ligne),
        "Le motif est réglé.",
    )  # fmt: skip


@require_http_methods(LECTURE_ECRITURE)
def regler_relances(request: HttpRequest, code: str) -> HttpResponse:
    """Set when a structure that does not answer is reminded, then its demande closed (D-20)."""
    caisse = _charger(request, code)
    form = RelancesForm(
        envoye(request), initial={nom: getattr(caisse, nom) for nom in RelancesForm.base_fields}
    )
    return _page(
        request, caisse, "Rappels à la structure", form,
        partial(actions.regler_relances, caisse=caisse),
        "Les rappels sont réglés.",
    )  # fmt: skip


@require_http_methods(LECTURE_ECRITURE)
def ajouter_vecteur(request: HttpRequest, code: str) -> HttpResponse:
    """Add a channel of contact at the end of the list (I-02, D-16)."""
    caisse = _charger(request, code)

    def agir(*, par: Acteur, **donnees: Any) -> None:
        gardes = [{nom: getattr(vecteur, nom) for nom in _VECTEUR} for vecteur in caisse.vecteurs.all()]
        actions.definir_vecteurs(par=par, caisse=caisse, vecteurs=[*gardes, donnees])

    return _page(
        request, caisse, "Ajouter un vecteur de contact", VecteurForm(envoye(request)), agir,
        "Le vecteur de contact est ajouté.",
    )  # fmt: skip


_VECTEUR = ("canal", "libelle", "valeur", "usage", "theme", "departements", "mention")


@require_http_methods(LECTURE_ECRITURE)
def modifier_vecteur(request: HttpRequest, code: str, vecteur: int) -> HttpResponse:
    """Change a channel of contact, and its place in the list (I-02)."""
    caisse = _charger(request, code)
    change = get_object_or_404(VecteurContact, caisse=caisse, pk=vecteur)
    autres = list(caisse.vecteurs.all())
    initial = {nom: getattr(change, nom) for nom in _VECTEUR} | {"place": autres.index(change) + 1}

    def agir(*, par: Acteur, place: int, **donnees: Any) -> None:
        suite = [{nom: getattr(un, nom) for nom in _VECTEUR} for un in autres if un.pk != change.pk]
        suite.insert(place - 1, donnees)
        actions.definir_vecteurs(par=par, caisse=caisse, vecteurs=suite)

    return _page(
        request, caisse, "Modifier un vecteur de contact", VecteurModifieForm(envoye(request), initial=initial), agir,
        "Le vecteur de contact est modifié.",
    )  # fmt: skip


@require_http_methods(LECTURE_ECRITURE)
def retirer_vecteur(request: HttpRequest, code: str, vecteur: int) -> HttpResponse:
    """Take a channel of contact off the list (I-02)."""
    caisse = _charger(request, code)
    retire = get_object_or_404(VecteurContact, caisse=caisse, pk=vecteur)
    if request.method != "POST":
        pertes = [f"« {retire.libelle} » ne sera plus proposé aux structures pour joindre la caisse."]
        retour = reverse("caisse-reglages", args=[code])
        return demander_confirmation(request, "Retirer ce vecteur de contact", pertes, retour)
    gardes = [
        {nom: getattr(autre, nom) for nom in _VECTEUR}
        for autre in caisse.vecteurs.all()
        if autre.pk != retire.pk
    ]
    actions.definir_vecteurs(par=request.user, caisse=caisse, vecteurs=gardes)
    messages.success(request, "Le vecteur de contact est retiré.")
    return redirect("caisse-reglages", caisse.code)


@require_http_methods(LECTURE_ECRITURE)
def ajouter_chome(request: HttpRequest, code: str) -> HttpResponse:
    """Add a customary day (T-04)."""
    caisse = _charger(request, code)
    return _page(
        request, caisse, "Ajouter un jour chômé", ChomeForm(envoye(request)),
        partial(actions.ajouter_jour_chome, caisse=caisse),
        "Le jour chômé est ajouté.",
    )  # fmt: skip


# National administrateur


@require_safe
def nationales(request: HttpRequest) -> HttpResponse:
    """List every caisse, with its number of conventions in force and of pôles."""
    exiger(can_creer_caisse(request.user))
    caisses = Caisse.objects.annotate(
        nombre_poles=Count("poles", distinct=True),
        nombre_conventions=Count(
            "participations__convention",
            filter=Q(participations__convention__statut__in=["en_vigueur", "denoncee"]),
            distinct=True,
        ),
    ).order_by("nom", "pk")
    return render(request, "caisses/nationales.html", {"caisses": caisses})


@require_http_methods(LECTURE_ECRITURE)
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Create a caisse: code, calendar, zone, départements."""
    exiger(can_creer_caisse(request.user))
    form = CaisseForm(envoye(request))
    if request.method == "POST" and form.is_valid():
        donnees = dict(form.cleaned_data)
        donnees["departements"] = [donnees["departement"], *donnees["departements"]]
        try:
            caisse = actions.creer_caisse(par=request.user, **donnees)
        except ValidationError as erreur:
            form.refuser(erreur)
        else:
            messages.success(request, f"{caisse} est créée.")
            return redirect("national-caisses")
    return render(request, "caisses/nationale.html", {"form": form}, status=422 if form.errors else 200)
