"""Planned maintenance: announced beforehand on every page, with the other ways to reach a caisse (D-16)."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_http_methods

from accounts.models.compte import Compte
from conformite.journal import consigner
from espace_partenaires.journal import Acte
from socle import horloge
from socle.champs import Formulaire, Instant, Ligne
from socle.confirmation import demander_confirmation
from socle.models import Maintenance
from socle.roles import Droit, exiger, peut
from socle.templatetags.portail import INSECABLE, date_longue

FUSEAU = ZoneInfo(settings.TIME_ZONE)
# The list shows this many, the latest first.
NOMBRE_AFFICHE = 20


def can_annoncer(compte: Compte) -> bool:
    """Whether the account announces interruptions: the national administrator."""
    return peut(compte, Droit.ANNONCER_MAINTENANCE)


def contexte(request: HttpRequest) -> dict[str, Any]:
    """Give every page its announcements; the question is asked only by a page that shows them."""
    return {"annonces": SimpleLazyObject(annonces)}


def annonces() -> list[dict[str, str]]:
    """Return the banner of each interruption planned or under way; none when the database does not answer."""
    maintenant = horloge.maintenant()
    try:
        lignes = list(Maintenance.objects.a_afficher(maintenant))
    except OperationalError:
        # A public page or an error page is better without its banner than not at all.
        return []
    return [
        {
            "niveau": "avertissement" if maintenance.debut <= maintenant else "info",
            "titre": phrase(maintenance, en_cours=maintenance.debut <= maintenant),
            "texte": maintenance.message,
            "url": reverse("aide-article", args=["autres-moyens"]),
            "libelle": "Joindre votre caisse autrement",
        }
        for maintenance in lignes
    ]


def phrase(maintenance: Maintenance, *, en_cours: bool) -> str:
    """Say when the portal is interrupted, in the time of metropolitan France."""
    debut, fin = maintenance.debut.astimezone(FUSEAU), maintenance.fin.astimezone(FUSEAU)
    heure_debut, heure_fin = _heure(debut), _heure(fin)
    if fin.date() != debut.date():
        heure_fin = f"{date_longue(fin.date())} à {heure_fin}"
        periode = f"du {date_longue(debut.date())} à {heure_debut} au {heure_fin}"
    else:
        periode = f"{date_longue(debut.date())} de {heure_debut} à {heure_fin}"
    if en_cours:
        return f"Maintenance en cours jusqu’à {heure_fin} (heure de Paris)."
    return f"Maintenance prévue {periode} (heure de Paris)."


def _heure(instant: Any) -> str:
    return f"{instant.hour}{INSECABLE}h" + (f"{INSECABLE}{instant:%M}" if instant.minute else "")


class MaintenanceForm(Formulaire, forms.ModelForm):
    """When the portal will be interrupted, in the time of metropolitan France, and one sentence."""

    class Meta:
        model = Maintenance
        fields = ["debut", "fin", "message"]
        field_classes = {"debut": Instant, "fin": Instant, "message": Ligne}
        help_texts = {
            "debut": "Heure de Paris.",
            "fin": "Heure de Paris.",
            "message": "Une phrase : ce qui sera fermé, ce qui restera ouvert. Aucune donnée personnelle.",
        }

    def clean(self) -> None:
        """Refuse an end before the start, and what is already over."""
        super().clean()
        debut, fin = self.cleaned_data.get("debut"), self.cleaned_data.get("fin")
        if debut and fin and fin <= debut:
            self.add_error("fin", "La fin doit suivre le début.")
        elif fin and fin <= horloge.maintenant():
            self.add_error("fin", "Cette période est déjà passée.")


@require_http_methods(["GET", "HEAD", "POST"])
def maintenances(request: HttpRequest) -> HttpResponse:
    """Announce an interruption, and list the announced ones."""
    exiger(can_annoncer(request.user))
    form = MaintenanceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.instance.annoncee_le = horloge.maintenant()
            maintenance = form.save()
            consigner(Acte.MAINTENANCE_ANNONCER, par=request.user, objet=maintenance)
        messages.success(request, "La maintenance est annoncée sur toutes les pages.")
        return redirect("national-maintenances")
    maintenant = horloge.maintenant()
    lignes = [
        {"maintenance": m, "ouverte": m.annulee_le is None and m.fin > maintenant}
        for m in Maintenance.objects.order_by("-debut", "-pk")[:NOMBRE_AFFICHE]
    ]
    return render(
        request, "pages/maintenances.html", {"form": form, "lignes": lignes, "fuseau": settings.TIME_ZONE}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def annuler(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the announcement of an interruption; one that is over or withdrawn already is left as it is."""
    exiger(can_annoncer(request.user))
    if request.method != "POST":
        get_object_or_404(Maintenance, pk=pk)
        pertes = [
            "L’interruption ne sera plus annoncée sur les pages. Pour la remettre, il faudra tout saisir."
        ]
        return demander_confirmation(request, "Retirer l’annonce", pertes, reverse("national-maintenances"))
    maintenant = horloge.maintenant()
    with transaction.atomic():
        maintenance = get_object_or_404(Maintenance.objects.select_for_update(), pk=pk)
        if maintenance.annulee_le is None and maintenance.fin > maintenant:
            maintenance.annulee_le = maintenant
            maintenance.save(update_fields=["annulee_le"])
            consigner(Acte.MAINTENANCE_ANNULER, par=request.user, objet=maintenance)
            messages.success(request, "L’annonce est retirée.")
    return redirect("national-maintenances")


urlpatterns = [
    path("national/maintenances/", maintenances, name="national-maintenances"),
    path("national/maintenances/<int:pk>/annuler/", annuler, name="national-maintenance-annuler"),
]
