"""The calendar file of a rendez-vous: its hour in the caisse's zone, its reference, nobody's name (D-13, D-14)."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from icalendar import Calendar, Event

from conformite.journal import consigner
from signalements.journal import Acte
from signalements.models.demandes import Demande
from socle import horloge
from socle.acteurs import Acteur


def fichier_agenda(demande: Demande, *, par: Acteur) -> HttpResponse:
    """Return the agreed slot as iCalendar; raise Http404 when there is none."""
    rdv = demande.rendez_vous.a_venir_ou_tenus().first()
    if rdv is None:
        raise Http404
    fuseau = ZoneInfo(demande.caisse.fuseau)
    evenement = Event()
    evenement.add("uid", f"{rdv.sceau}@{settings.DOMAINE_COURRIEL}")
    evenement.add("dtstamp", horloge.maintenant())
    evenement.add("dtstart", rdv.debut.astimezone(fuseau))
    evenement.add("dtend", rdv.fin.astimezone(fuseau))
    evenement.add("summary", f"Rendez-vous {demande.caisse.nom} – {demande.reference}")
    evenement.add(
        "description", f"{rdv.get_lieu_display()}. Détail sur le portail, demande {demande.reference}."
    )
    calendrier = Calendar()
    calendrier.add("prodid", "-//Espace Partenaires//FR")
    calendrier.add("version", "2.0")
    calendrier.add_component(evenement)
    calendrier.add_missing_timezones()
    consigner(Acte.DEMANDE_AGENDA, par=par, objet=demande)
    return HttpResponse(
        calendrier.to_ical(),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{demande.reference}.ics")},
    )
