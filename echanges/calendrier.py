"""What each flow of a convention has had to bring, and what of it is there (E-10)."""

import datetime as dt
from dataclasses import dataclass

from conventions.models.conventions import Participation
from echanges.models.depots import Depot
from echanges.models.flux import EtatNeant, FluxConvenu
from echanges.regles import en_mots, periodes_attendues

ATTENDU, EN_RETARD, RECU, NEANT = "attendu", "en-retard", "recu", "neant"
LIBELLES = {ATTENDU: "Attendu", EN_RETARD: "En retard", RECU: "Reçu", NEANT: "État néant"}
NIVEAUX = {ATTENDU: "info", EN_RETARD: "erreur", RECU: "succes", NEANT: "neutre"}


@dataclass(frozen=True)
class Echeance:
    """A period of a flow: when it is due, and what came."""

    flux: FluxConvenu
    periode: str
    pour_le: dt.date
    etat: str
    depot: Depot | None = None

    @property
    def libelle(self) -> str:
        """Its state, in words."""
        return LIBELLES[self.etat]

    @property
    def niveau(self) -> str:
        """The level of its badge."""
        return NIVEAUX[self.etat]

    @property
    def periode_en_mots(self) -> str:
        """Its period, in words."""
        return en_mots(self.periode)

    @property
    def manque(self) -> bool:
        """Whether nothing came yet."""
        return self.etat in (ATTENDU, EN_RETARD)


def echeances(participation: Participation, jour: dt.date) -> list[Echeance]:
    """Return the periods of the open flows of a caisse's part, latest first, as they stand on `jour`."""
    ouverts = list(participation.flux.ouverts().order_by("code", "pk"))
    depots = {
        (depot.flux_id, depot.periode): depot
        for depot in Depot.objects.deposes().filter(flux__in=ouverts).order_by("depose_le")
    }
    neants = set(EtatNeant.objects.filter(flux__in=ouverts).values_list("flux", "periode"))
    trouvees = []
    for flux in ouverts:
        flux.participation = participation
        for periode in periodes_attendues(flux.periodicite, flux.depuis, jour):
            pour_le, depot = flux.echeance(periode), depots.get((flux.pk, periode))
            if depot is not None:
                etat = RECU
            elif (flux.pk, periode) in neants:
                etat = NEANT
            else:
                etat = EN_RETARD if jour > pour_le else ATTENDU
            trouvees.append(Echeance(flux, periode, pour_le, etat, depot))
    return sorted(trouvees, key=lambda une: (une.pour_le, une.flux.code), reverse=True)


def en_retard(participation: Participation, jour: dt.date) -> list[Echeance]:
    """Return the periods whose day is over and for which nothing came."""
    return [une for une in echeances(participation, jour) if une.etat == EN_RETARD]
