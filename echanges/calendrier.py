"""What each flow of a convention has had to bring, and what of it is there (E-10)."""

import datetime as dt
from dataclasses import dataclass
from functools import partial

from conventions.models.conventions import Participation
from echanges.models.depots import Depot, StatutDepot
from echanges.models.flux import EtatNeant, FluxConvenu, PeriodeRecue
from echanges.regles import en_mots, periodes_attendues
from socle import horloge

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
    # Whether what came, or what was said, came after its day.
    tardif: bool = False

    @property
    def libelle(self) -> str:
        """Its state, in words."""
        return f"{LIBELLES[self.etat]} en retard" if self.tardif else LIBELLES[self.etat]

    @property
    def niveau(self) -> str:
        """The level of its badge."""
        return "avertissement" if self.tardif else NIVEAUX[self.etat]

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
    du_fuseau = partial(horloge.jour, participation.caisse.fuseau)
    depots: dict[tuple[int, str], Depot] = {}
    venus: dict[tuple[int, str], dt.datetime | None] = {}
    # A deposit that was replaced came on its day; one that is gone left its period.
    restes = Depot.objects.filter(flux__in=ouverts, statut__in=(StatutDepot.DEPOSE, StatutDepot.REMPLACE))
    for depot in restes.order_by("depose_le"):
        venus.setdefault((depot.flux_id, depot.periode), depot.depose_le)
        if depot.est_la:
            depots[depot.flux_id, depot.periode] = depot
    neants, recues = (
        {(flux, periode): quand for flux, periode, quand in lignes}
        for lignes in (
            EtatNeant.objects.filter(flux__in=ouverts).values_list("flux", "periode", "declare_le"),
            PeriodeRecue.objects.filter(flux__in=ouverts).values_list("flux", "periode", "recue_le"),
        )
    )
    trouvees = []
    for flux in ouverts:
        flux.participation = participation
        for periode in periodes_attendues(flux.periodicite, flux.depuis, jour):
            cle, pour_le = (flux.pk, periode), flux.echeance(periode)
            if cle in depots or cle in recues:
                etat, venu = RECU, recues.get(cle) or venus[cle]
            elif cle in neants:
                etat, venu = NEANT, neants[cle]
            else:
                etat, venu = EN_RETARD if jour > pour_le else ATTENDU, None
            tardif = venu is not None and du_fuseau(venu) > pour_le
            trouvees.append(Echeance(flux, periode, pour_le, etat, depots.get(cle), tardif))
    return sorted(trouvees, key=lambda une: (une.pour_le, une.flux.code), reverse=True)


def en_retard(participation: Participation, jour: dt.date) -> list[Echeance]:
    """Return the periods whose day is over and for which nothing came."""
    return [une for une in echeances(participation, jour) if une.etat == EN_RETARD]
