"""What lives beside the text: référents, sub-processing, evaluation, follow-up, code (C-03, C-08, C-11, C-12, C-18)."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from conventions.actions import fiches
from conventions.forms.suites import (
    ComiteForm,
    DateForm,
    FinDeSousTraitanceForm,
    MotDePasseForm,
    ReferentForm,
    SousTraitanceForm,
    SuiviForm,
)
from conventions.models.suites import Suivi
from conventions.permissions import can_conduire_convention, can_lire_code, can_tenir_referents
from conventions.views.actes import (
    charger,
    charger_part,
    charger_pour_conduire,
    charger_pour_suivre,
    page_d_acte,
    page_d_acte_commun,
)
from socle.actes import LECTURE_ECRITURE, envoye
from socle.confirmation import demander_confirmation
from socle.roles import exiger


@require_http_methods(LECTURE_ECRITURE)
def ajouter_referent(request: HttpRequest, reference: str) -> HttpResponse:
    """Add a référent (C-08)."""
    convention = charger_pour_suivre(request, reference)
    conduit = can_conduire_convention(request.user, convention)
    return page_d_acte(
        request,
        convention=convention,
        titre="Ajouter un référent",
        form=ReferentForm(envoye(request), convention=convention, conduit=conduit),
        agir=partial(fiches.ajouter_referent, convention=convention),
        bouton="Ajouter",
        fait="Le référent est ajouté ; les autres parties en sont averties.",
    )


@require_http_methods(LECTURE_ECRITURE)
def retirer_referent(request: HttpRequest, reference: str, referent: int) -> HttpResponse:
    """Take a référent off the list (C-08)."""
    convention = charger_pour_suivre(request, reference)
    ligne = get_object_or_404(convention.referents.filter(jusqu_au=None), pk=referent)
    exiger(can_tenir_referents(request.user, convention, ligne.partie))
    if request.method != "POST":
        pertes = [
            f"{ligne.nom} ne sera plus sur la liste des référents. Les autres parties en seront averties par courriel."
        ]
        retour = reverse("convention", args=[reference])
        return demander_confirmation(request, "Retirer ce référent", pertes, retour)
    fiches.retirer_referent(par=request.user, referent=ligne)
    messages.success(request, "Le référent est retiré ; les autres parties en sont averties.")
    return redirect("convention", reference)


@require_http_methods(LECTURE_ECRITURE)
def sous_traitance(request: HttpRequest, reference: str) -> HttpResponse:
    """Record an agreed sub-processor (C-18)."""
    return page_d_acte_commun(
        request,
        reference,
        titre="Enregistrer une sous-traitance agréée",
        formulaire=SousTraitanceForm,
        action=fiches.enregistrer_sous_traitance,
        fait="La sous-traitance est enregistrée.",
    )


@require_http_methods(LECTURE_ECRITURE)
def finir_sous_traitance(request: HttpRequest, reference: str, sous_traitance: int) -> HttpResponse:
    """End an agreement to a sub-processor (C-18)."""
    convention = charger_pour_conduire(request, reference)
    ligne = get_object_or_404(convention.sous_traitances.filter(finie_le=None), pk=sous_traitance)
    return page_d_acte(
        request,
        convention=convention,
        titre=f"Fin de la sous-traitance – {ligne.prestataire}",
        form=FinDeSousTraitanceForm(envoye(request)),
        agir=partial(fiches.finir_sous_traitance, sous_traitance=ligne),
        bouton="Enregistrer la fin",
        fait="La fin de la sous-traitance est enregistrée.",
    )


@require_http_methods(LECTURE_ECRITURE)
def evaluation(request: HttpRequest, reference: str) -> HttpResponse:
    """Record the shared evaluation of the first year (C-03)."""
    return page_d_acte_commun(
        request,
        reference,
        titre="Évaluation partagée de la première année",
        formulaire=DateForm,
        action=fiches.enregistrer_evaluation,
        pour=charger_pour_suivre,
        fait="L’évaluation est enregistrée.",
        avant=["Elle éclaire la première reconduction ; son absence ne bloque rien."],
    )


@require_http_methods(LECTURE_ECRITURE)
def suivi(request: HttpRequest, reference: str) -> HttpResponse:
    """Record a comité, a difficulty or a bilan (C-11)."""
    return page_d_acte_commun(
        request,
        reference,
        titre="Suivi annuel",
        formulaire=SuiviForm,
        action=fiches.enregistrer_suivi,
        pour=charger_pour_suivre,
        fait="Le suivi est enregistré.",
    )


@require_http_methods(LECTURE_ECRITURE)
def confirmer_comite(request: HttpRequest, reference: str, suivi: int) -> HttpResponse:
    """Say whether a comité was held, who came and what was decided (C-21)."""
    convention = charger_pour_suivre(request, reference)
    ligne = get_object_or_404(convention.suivis.filter(nature=Suivi.Nature.COMITE, tenu=None), pk=suivi)
    return page_d_acte(
        request,
        convention=convention,
        titre=f"Comité de pilotage du {ligne.jour:%d/%m/%Y}",
        form=ComiteForm(envoye(request), initial={"texte": ligne.texte}),
        agir=partial(fiches.confirmer_comite, suivi=ligne),
        fait="C’est enregistré.",
    )


@require_POST
def renouveler_code(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Give the partenaire a new code confidentiel, shown once to the caisse (C-12)."""
    part = charger_part(request, reference, caisse)
    code = fiches.renouveler_code(par=request.user, participation=part)
    return render(
        request, "conventions/code.html", {"convention": part.convention, "part": part, "code": code}
    )


@require_http_methods(LECTURE_ECRITURE)
def lire_code(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Show its code to the gestionnaire of the structure, after the password again; each reading is logged (C-12)."""
    convention = charger(request, reference)
    part = get_object_or_404(convention.participations.select_related("caisse"), caisse__code=caisse)
    part.convention = convention
    exiger(can_lire_code(request.user, part))
    form = MotDePasseForm(envoye(request), request=request)
    contexte = {"convention": convention, "part": part, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            contexte["code"] = fiches.lire_code(par=request.user, participation=part)
        except ValidationError as erreur:
            form.refuser(erreur)
        else:
            return render(request, "conventions/code.html", contexte)
    return render(request, "conventions/code_lire.html", contexte, status=422 if form.errors else 200)
