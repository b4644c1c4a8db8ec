"""The dates of conventions as a calendar file: what is due, of which structure; nobody's name (C-03, D-14)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from icalendar import Calendar, Event

from conventions import bilans, regles
from conventions.models.conventions import Convention, Participation
from socle import horloge


@dataclass(frozen=True)
class Date:
    """A day on which something is due for a convention."""

    jour: dt.date
    quoi: str
    convention: Convention


def dernier_jour_pour_denoncer(part: Participation, jour: dt.date) -> dt.date | None:
    """Return the last day of a letter that ends this part at its next échéance; None once it is over, or when it ends."""
    echeance = part.prochaine_echeance(jour)
    convention = part.convention
    if part.fin is not None or echeance is None or convention.denonciation == regles.A_TOUT_MOMENT:
        return None
    dernier = regles.dernier_jour_denonciation(
        convention.denonciation, convention.denonciation_mois, echeance
    )
    return dernier if dernier >= jour else None


def dates_de(convention: Convention) -> list[Date]:
    """Return what is due for a convention: the letter, the échéance or the end, the bilan."""
    trouvees = set()
    for part in convention.participations.all():
        part.convention = convention
        jour = part.caisse.jour
        if dernier := dernier_jour_pour_denoncer(part, jour):
            trouvees.add((dernier, "Dernier jour pour dénoncer"))
        if echeance := part.prochaine_echeance(jour):
            trouvees.add((echeance, "Fin de la convention" if part.fin else "Reconduction"))
        if annee := next((une for une in bilans.annees(convention, jour) if une.fin > jour), None):
            trouvees.add((annee.fin, "Bilan annuel à établir"))
    return [Date(jour, quoi, convention) for jour, quoi in sorted(trouvees)]


def en_calendrier(conventions: Iterable[Convention]) -> HttpResponse:
    """Return their dates as iCalendar: one whole day each, the same identifier whenever it is taken again."""
    calendrier = Calendar()
    calendrier.add("prodid", "-//Espace Partenaires//FR")
    calendrier.add("version", "2.0")
    calendrier.add("x-wr-calname", "Conventions de partenariat")
    for date in (date for convention in conventions for date in dates_de(convention)):
        evenement = Event()
        reference = date.convention.reference
        cle = f"{reference}-{date.quoi.split()[0].lower()}-{date.jour:%Y%m%d}"
        evenement.add("uid", f"{cle}@{settings.DOMAINE_COURRIEL}")
        evenement.add("dtstamp", horloge.maintenant())
        evenement.add("dtstart", date.jour)
        evenement.add("summary", f"{date.quoi} – {date.convention.partenaire.nom} ({reference})")
        calendrier.add_component(evenement)
    return HttpResponse(
        calendrier.to_ical(),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="conventions.ics"'},
    )
