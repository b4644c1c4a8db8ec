"""What the structure announces or asks, and the caisse's answer (C-20)."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from caisses.models import Caisse
from conventions.actions.annonces import annoncer, clore_annonce
from conventions.forms.annonces import AnnonceForm, ReponseAnnonceForm
from conventions.permissions import can_conduire_participation, can_parler
from conventions.views.actes import charger, page_d_acte
from conventions.views.preuves import envoyer_fichiers
from socle.actes import LECTURE_ECRITURE, envoye
from socle.roles import exiger


@require_http_methods(LECTURE_ECRITURE)
def nouvelle(request: HttpRequest, reference: str) -> HttpResponse:
    """Announce a letter to a caisse, or ask it for a change."""
    convention = charger(request, reference)
    exiger(can_parler(request.user, convention))
    parts = convention.participations.de(request.user)
    form = AnnonceForm(
        envoye(request),
        request.FILES or None,
        caisses=Caisse.objects.filter(pk__in=parts.values("caisse")).order_by("nom"),
    )
    if request.method == "POST":
        faite = envoyer_fichiers(
            request,
            form,
            lambda examines: annoncer(
                par=request.user,
                convention=convention,
                examines=examines,
                **{nom: form.cleaned_data[nom] for nom in ("caisse", "nature", "texte", "lettre_du")},
            ),
        )
        if faite:
            messages.success(request, "C’est enregistré ; la caisse en est avertie.")
            return redirect("convention", reference)
    contexte = {"convention": convention, "form": form}
    return render(request, "conventions/annonce.html", contexte, status=422 if form.errors else 200)


@require_http_methods(LECTURE_ECRITURE)
def clore(request: HttpRequest, reference: str, annonce: int) -> HttpResponse:
    """Answer what the structure announced or asked."""
    convention = charger(request, reference)
    ligne = get_object_or_404(convention.annonces.filter(close_le=None).select_related("caisse"), pk=annonce)
    part = convention.participations.select_related("caisse").get(caisse=ligne.caisse)
    exiger(can_conduire_participation(request.user, part))
    return page_d_acte(
        request,
        convention=convention,
        titre="Répondre à la structure",
        form=ReponseAnnonceForm(envoye(request)),
        agir=partial(clore_annonce, annonce=ligne),
        bouton="Répondre",
        fait="La réponse est enregistrée ; la structure en est avertie.",
        avant=[f"{ligne.get_nature_display()} : {ligne.texte}"],
    )
