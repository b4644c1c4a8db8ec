"""When a technicien is away, and which colleague follows his demandes and reads his mails meanwhile."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models.compte import Compte
from signalements import permissions
from signalements.bureau.actions import declarer_absence, supprimer_absence
from signalements.models.absences import Absence
from socle import horloge
from socle.champs import Formulaire, Jour
from socle.confirmation import demander_confirmation
from socle.roles import Droit, exiger


class AbsenceDuTechnicienForm(Formulaire):
    """When one is away, and which colleague answers."""

    remplacant = forms.ModelChoiceField(
        Compte.objects.none(),
        label="Collègue qui vous remplace",
        help_text="Vos demandes paraissent dans sa liste, et les courriels de la caisse lui sont adressés.",
        empty_label="Choisissez un collègue",
        error_messages={
            "required": "Choisissez qui vous remplace.",
            "invalid_choice": "Cette personne n’est pas technicien de votre structure.",
        },
    )
    debut = Jour(label="Premier jour", error_messages={"required": "Donnez le premier jour."})
    fin = Jour(label="Dernier jour", error_messages={"required": "Donnez le dernier jour."})

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, **options)
        self.compte = compte
        champ = self.fields["remplacant"]
        collegues = Compte.objects.actifs().pouvant(Droit.DEPOSER_DEMANDES).exclude(pk=compte.pk)
        champ.queryset = collegues.filter(partenaire=compte.partenaire_id).order_by("nom", "prenom", "pk")
        champ.label_from_instance = lambda collegue: collegue.nom_complet

    def clean(self) -> dict[str, Any]:
        """Dates in order, not past, one absence at a time."""
        donnees = super().clean() or {}
        debut, fin = donnees.get("debut"), donnees.get("fin")
        if fin and fin < horloge.jour(settings.TIME_ZONE):
            self.add_error("fin", "Cette période est déjà passée.")
        if debut and fin and fin < debut:
            self.add_error("fin", "Le dernier jour est avant le premier.")
        elif debut and fin and self.compte.absences.filter(debut__lte=fin, fin__gte=debut).exists():
            self.add_error("debut", "Une absence est déjà notée pour cette période. Supprimez-la d’abord.")
        return donnees


@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """Who is away in the structure and who answers for him; each says it for himself."""
    exiger(permissions.can_nouvelle(request.user))
    form = AbsenceDuTechnicienForm(request.POST or None, compte=request.user)
    if request.method == "POST" and form.is_valid():
        declarer_absence(agent=request.user, par=request.user, **form.cleaned_data)
        messages.success(request, "Votre absence est notée.")
        return redirect("demandes-absences")
    contexte = {
        "form": form,
        "absences": [
            (une, permissions.can_supprimer_absence(request.user, une)) for une in _visibles(request.user)
        ],
    }
    return render(
        request, "signalements/absences_structure.html", contexte, status=422 if form.errors else 200
    )


def _visibles(compte: Compte) -> QuerySet[Absence]:
    """The absences, today's and to come, of the account's structure; of nobody when it has none."""
    if compte.partenaire_id is None:
        return Absence.objects.none()
    visibles = Absence.objects.a_montrer().filter(compte__partenaire=compte.partenaire_id)
    return visibles.select_related("compte", "remplacant")


@require_http_methods(["GET", "HEAD", "POST"])
def absence_supprimer(request: HttpRequest, pk: int) -> HttpResponse:
    """The technicien is back, or does not go: his demandes are his again."""
    absence = get_object_or_404(_visibles(request.user), pk=pk)
    exiger(permissions.can_supprimer_absence(request.user, absence))
    if request.method != "POST":
        pertes = ["Votre absence sera supprimée : vos demandes et vos courriels vous reviennent aussitôt."]
        return demander_confirmation(request, "Supprimer cette absence", pertes, reverse("demandes-absences"))
    supprimer_absence(absence, par=request.user)
    messages.success(request, "L’absence est supprimée.")
    return redirect("demandes-absences")
