"""A list of PCH or ACTP against the beneficiaries of the MTP: what the names say, then what a person decides (E-05)."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet

from conformite.journal import consigner
from conformite.scellement import Illisible
from echanges.actions.depots import TROP_TARD, verrouiller
from echanges.actions.lecture import noter_le_travail
from echanges.journal import Acte
from echanges.lignes import LigneLue, chercher, lignes_a_traiter, personne_de
from echanges.models.depots import Depot
from echanges.models.rapprochements import RapprochementDecide, RapprochementTenu
from echanges.permissions import a_signe, can_rapprocher
from echanges.personnes import LIGNES_PAR_LOT
from echanges.rapprochement import Correspondance, Liste
from socle import horloge
from socle.acteurs import Acteur
from socle.roles import exiger

AUCUNE = "aucune"
# What a list of PCH or ACTP is compared with: new beneficiaries, and the states of who is paid already.
LISTES = ("mtp-nouveaux", "mtp-mensuel")
# A deposit, and the rank of a row in it.
Place = tuple[int, int]
_Liste = tuple[list[Place], Liste]


@dataclass(frozen=True)
class Jugee:
    """What is said of a row, by places only: whom it may be, who it is in the last monthly state, who decided it."""

    rang: int
    verdict: Correspondance
    candidats: tuple[Place, ...] = ()
    verse: Place | None = None
    decision: RapprochementDecide | None = None


@dataclass(frozen=True)
class Comparee:
    """A row that was judged, with the rows that it was compared with."""

    jugee: Jugee
    ligne: dict[str, Any]
    candidats: tuple[LigneLue, ...]
    verse: LigneLue | None

    @property
    def beneficiaire(self) -> LigneLue | None:
        """The one that it is, when it is certain or decided."""
        return self.candidats[0] if self.candidats and self.jugee.verdict is Correspondance.CERTAIN else None

    @property
    def meme_periode(self) -> bool:
        """Whether it still ran when the right to the MTP opened."""
        trouvee, fin = self.beneficiaire, self.ligne["fin"]
        return trouvee is not None and (not fin or fin >= trouvee.ligne["ouverture"])


def comparer(depot: Depot) -> list[Jugee]:
    """Say of each row of a deposit whom it may be among the beneficiaries whose deposits stand, and what was decided of it."""
    decisions = {une.rang: une for une in depot.rapprochements.select_related("decide_par")}
    return [_decidee(une, decisions.get(une.rang)) for une in _verdicts(depot)]


def ouvrir(depot: Depot, jugees: Sequence[Jugee]) -> list[Comparee]:
    """Unseal some rows that were judged, and those that they were compared with; no other."""
    autres = {une for jugee in jugees for une in (*jugee.candidats, *filter(None, [jugee.verse]))}
    lues = _lignes_aux_places({(depot.pk, une.rang) for une in jugees} | autres)
    return [
        Comparee(
            une,
            lues[depot.pk, une.rang].ligne,
            tuple(lues[place] for place in une.candidats if place in lues),
            lues.get(une.verse) if une.verse else None,
        )
        for une in jugees
        if (depot.pk, une.rang) in lues
    ]


def _lignes_aux_places(places: set[Place]) -> dict[Place, LigneLue]:
    lues = {}
    depots = Depot.objects.deposes().filter(pk__in={cle for cle, _ in places}).select_related("flux")
    for depot in depots.order_by("pk"):
        lots = {rang // LIGNES_PAR_LOT for cle, rang in places if cle == depot.pk}
        for rang, ligne in lignes_a_traiter(depot, lots):
            if (depot.pk, rang) in places:
                lues[depot.pk, rang] = LigneLue(depot, rang, ligne)
    return lues


def _verdicts(depot: Depot) -> list[Jugee]:
    """Return what is kept; compared again when a list has changed and the job has not passed yet."""
    tenu = RapprochementTenu.objects.filter(depot=depot).first()
    if tenu is None or depot.pk in _perimes(depot.participation_id):
        return _juger(depot, _listes(depot.participation_id))
    return [
        Jugee(rang, Correspondance(verdict), tuple(map(tuple, candidats)), tuple(verse) if verse else None)
        for rang, verdict, candidats, verse in depot.ouvrir(bytes(tenu.scelle), "rapprochement")
    ]


def tenir_les_rapprochements() -> int:
    """Compare again the deposits of which a list came, went, or lost a person who opposed; return how many."""
    perimes, tenus = _perimes(), 0
    depots = Depot.objects.filter(pk__in=perimes).select_related("flux").order_by("participation_id", "pk")
    for part, siens in groupby(depots, key=attrgetter("participation_id")):
        # Of a list whose key is gone, only the purge is due.
        with suppress(Illisible):
            listes = _listes(part)
            for depot in siens:
                _tenir(depot, _juger(depot, listes), perimes[depot.pk])
                tenus += 1
    return tenus


@transaction.atomic
def _tenir(depot: Depot, jugees: list[Jugee], empreinte: str) -> None:
    dits = [(une.rang, une.verdict.value, une.candidats, une.verse) for une in jugees]
    verrouille = Depot.objects.select_for_update(of=("self",)).get(pk=depot.pk)
    if verrouille.est_la:
        tenu = {"listes": empreinte, "scelle": verrouille.sceller(dits, "rapprochement")}
        RapprochementTenu.objects.update_or_create(depot=verrouille, defaults=tenu)


def _perimes(part: int | None = None) -> dict[int, str]:
    """Return the deposits of which what is kept is not said of the lists of now, each with the print of these lists."""
    listes: dict[int, list[tuple[int, int]]] = defaultdict(list)
    a_rapprocher: list[tuple[int, int, int, str | None]] = []
    perimes: dict[int, str] = {}
    deposes = Depot.objects.deposes().filter(flux__code__in=("pch-actp", *LISTES))
    if part is not None:
        deposes = deposes.filter(participation=part)
    # A row that is left out never comes back: their number tells them.
    champs = ("participation_id", "pk", "flux__code", "tenu__listes", "sans")
    lus = deposes.annotate(sans=Count("ecartees")).order_by("pk").values_list(*champs)
    for de, cle, code, tenues, sans in lus:
        if code in LISTES:
            listes[de].append((cle, sans))
        else:
            a_rapprocher.append((de, cle, sans, tenues))
    for de, cle, sans, tenues in a_rapprocher:
        empreinte = hashlib.sha256(repr([*listes[de], (cle, sans)]).encode()).hexdigest()
        if tenues != empreinte:
            perimes[cle] = empreinte
    return perimes


def _listes(part: int) -> list[_Liste]:
    """Return the new beneficiaries, the oldest first, and the last monthly state: paid before any list of new ones."""
    depots = Depot.objects.deposes().filter(participation=part).select_related("flux")
    nouveaux = depots.filter(flux__code=LISTES[0]).order_by("depose_le", "pk")
    etats = depots.filter(flux__code=LISTES[1]).order_by("-periode", "-depose_le")[:1]
    return [_liste(nouveaux), _liste(etats)]


def _liste(depots: QuerySet) -> _Liste:
    places, gens, nirs = [], [], []
    for depot in depots:
        for rang, ligne in lignes_a_traiter(depot):
            places.append((depot.pk, rang))
            gens.append(personne_de(ligne))
            nirs.append(ligne.get("nir") or "")
    return places, Liste(gens, nirs)


def _juger(depot: Depot, listes: list[_Liste]) -> list[Jugee]:
    (places, nouveaux), (versees, etat) = listes
    jugees = []
    for rang, ligne in lignes_a_traiter(depot):
        trouve, verse = chercher(nouveaux, ligne), None
        if trouve.verdict is not Correspondance.CERTAIN:
            paye = chercher(etat, ligne)
            verse = versees[paye.rangs[0]] if paye.verdict is Correspondance.CERTAIN else None
        jugees.append(Jugee(rang, trouve.verdict, tuple(places[un] for un in trouve.rangs), verse))
    return jugees


def _decidee(une: Jugee, decision: RapprochementDecide | None) -> Jugee:
    """A decision holds while the row that was chosen stands; « none of these » while nobody new is proposed."""
    if une.verdict is not Correspondance.A_VERIFIER or decision is None:
        return une
    if decision.depot_mtp_id is None:
        if all(f"{depot}:{rang}" in decision.ecartees for depot, rang in une.candidats):
            return replace(une, verdict=Correspondance.AUCUN, decision=decision)
        return une
    place = (decision.depot_mtp_id, decision.rang_mtp)
    if place in une.candidats:
        return replace(une, verdict=Correspondance.CERTAIN, candidats=(place,), decision=decision)
    return une


@transaction.atomic
def decider(*, par: Acteur, depot: Depot, rang: int, choix: str) -> None:
    """Say whom a row designates, or nobody of those proposed. Raise ValidationError for another one, or too late."""
    verrouille = verrouiller(depot)
    exiger(can_rapprocher(par, verrouille) and a_signe(par, verrouille.participation.convention_id))
    if not verrouille.est_la:
        raise ValidationError(TROP_TARD)
    proposees = _a_decider(verrouille, rang)
    choisi = proposees.get(choix)
    if choisi is None and choix != AUCUNE:
        raise ValidationError({"choix": "Choisissez parmi les personnes proposées."})
    RapprochementDecide.objects.update_or_create(
        depot=verrouille,
        rang=rang,
        defaults={
            "depot_mtp": choisi.depot if choisi else None,
            "rang_mtp": choisi.rang if choisi else None,
            "ecartees": [] if choisi else list(proposees),
            "decide_le": horloge.maintenant(),
            "decide_par": par.compte,
        },
    )
    noter_le_travail(par, verrouille)
    citees = [choisi.depot.reference] if choisi else []
    consigner(Acte.RAPPROCHEMENT_DECIDER, par=par, objet=verrouille, citees=citees, reconnue=bool(choisi))


def _a_decider(depot: Depot, rang: int) -> dict[str, LigneLue]:
    """Return the beneficiaries proposed for a row, by their key; raise ValidationError where nothing is to decide."""
    une = next((une for une in _verdicts(depot) if une.rang == rang), None)
    if une is None or une.verdict is not Correspondance.A_VERIFIER:
        raise ValidationError("Cette ligne n’est plus à vérifier.")
    return {un.cle: un for comparee in ouvrir(depot, [une]) for un in comparee.candidats}
