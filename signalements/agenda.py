"""The calendar file of a rendez-vous: its instant, its reference, nobody's name (D-13, D-14).

Instants are in UTC: no diary can read them otherwise in summer. A change keeps the identifier and counts one more, so that
every diary moves what it holds; after a cancellation the file takes it away.
"""

import datetime as dt
from email.utils import parseaddr

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from icalendar import Calendar, Event, vCalAddress

from conformite.journal import consigner
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.models.rendez_vous import RendezVous
from socle import horloge
from socle.acteurs import Acteur


def fichier_agenda(demande: Demande, *, par: Acteur) -> HttpResponse:
    """Return the agreed slot as iCalendar, or what takes it away once cancelled; raise Http404 when there is none."""
    suite = demande.rendez_vous.a_l_agenda()
    if not suite:
        raise Http404
    rdv, annule = suite[-1], suite[-1].statut == RendezVous.Statut.ANNULE
    evenement = Event()
    evenement.add("uid", f"{suite[0].sceau}@{settings.DOMAINE_COURRIEL}")
    evenement.add("sequence", 2 * len(suite) - (not annule))
    evenement.add("status", "CANCELLED" if annule else "CONFIRMED")
    evenement.add("organizer", vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"))
    evenement.add("dtstamp", horloge.maintenant())
    evenement.add("dtstart", rdv.debut.astimezone(dt.UTC))
    evenement.add("dtend", rdv.fin.astimezone(dt.UTC))
    evenement.add("summary", f"Rendez-vous {demande.caisse.nom} – {demande.reference}")
    evenement.add("description", f"{rdv.lieu}. Détail sur le portail, demande {demande.reference}.")
    calendrier = Calendar()
    calendrier.add("prodid", "-//Espace Partenaires//FR")
    calendrier.add("version", "2.0")
    calendrier.add("method", "CANCEL" if annule else "PUBLISH")
    calendrier.add_component(evenement)
    consigner(Acte.DEMANDE_AGENDA, par=par, objet=demande)
    return HttpResponse(
        calendrier.to_ical(),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{demande.reference}.ics")},
    )
