"""Planned maintenance: announced beforehand on every page, with the other ways to reach a caisse (D-16)."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.functional import SimpleLazyObject

from accounts.models.compte import Compte
from conformite.journal import consigner
from espace_partenaires.journal import Acte
from socle import horloge
from socle.actes import PageASoi, PageDUnActe
from socle.champs import Formulaire, Instant, Ligne
from socle.models import Maintenance
from socle.roles import Droit, peut
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


def annoncer(*, par: Compte, **champs: Any) -> Maintenance:
    """Announce an interruption on every page."""
    maintenance = Maintenance.objects.create(**champs, annoncee_le=horloge.maintenant())
    consigner(Acte.MAINTENANCE_ANNONCER, par=par, objet=maintenance)
    return maintenance


def retirer(maintenance: Maintenance, *, par: Compte) -> None:
    """Withdraw the announcement of an interruption."""
    maintenance.annulee_le = horloge.maintenant()
    maintenance.save(update_fields=["annulee_le"])
    consigner(Acte.MAINTENANCE_ANNULER, par=par, objet=maintenance)


def _ouverte(maintenance: Maintenance) -> bool:
    return maintenance.annulee_le is None and maintenance.fin > horloge.maintenant()


class _PageDesMaintenances(PageASoi):
    """Announce an interruption, and list the announced ones."""

    gabarit = "pages/maintenances.html"
    vers = ("national-maintenances",)

    def contexte(self, objet: Any) -> dict[str, object]:
        dernieres = Maintenance.objects.order_by("-debut", "-pk")[:NOMBRE_AFFICHE]
        lignes = [{"maintenance": une, "ouverte": _ouverte(une)} for une in dernieres]
        return {"lignes": lignes, "fuseau": settings.TIME_ZONE}


class _PageDUneMaintenance(PageDUnActe):
    """Withdraw the announcement of an interruption."""

    vers = ("national-maintenances",)

    def charger(self) -> Maintenance:
        return get_object_or_404(Maintenance, pk=self.cles["pk"])


maintenances = _PageDesMaintenances.pour(
    "annoncer",
    fait="La maintenance est annoncée sur toutes les pages.",
    faire=annoncer,
    formulaire=MaintenanceForm,
    permis=can_annoncer,
)
annuler = _PageDUneMaintenance.pour(
    "annuler",
    titre="Retirer l’annonce",
    bouton="Retirer l’annonce",
    fait="L’annonce est retirée.",
    faire=retirer,
    permis=can_annoncer,
    obstacle=lambda une: "" if _ouverte(une) else "Cette annonce est passée, ou déjà retirée.",
    pertes=lambda une: [
        "L’interruption ne sera plus annoncée sur les pages. Pour la remettre, il faudra tout saisir."
    ],
)
urlpatterns = [
    path("national/maintenances/", maintenances, name="national-maintenances"),
    path("national/maintenances/<int:pk>/annuler/", annuler, name="national-maintenance-annuler"),
]
