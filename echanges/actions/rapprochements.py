"""A list of PCH or ACTP against the beneficiaries of the MTP: what the names say, then what a person decides (E-05)."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from conformite.journal import consigner
from echanges.actions.depots import TROP_TARD, verrouiller
from echanges.actions.lecture import noter_le_travail
from echanges.journal import Acte
from echanges.lignes import LigneLue, chercher, lignes_a_traiter, lignes_de_la_participation, liste_de
from echanges.models.depots import Depot
from echanges.models.rapprochements import RapprochementDecide
from echanges.permissions import a_signe, can_rapprocher
from echanges.rapprochement import Correspondance
from socle import horloge
from socle.acteurs import Acteur
from socle.roles import exiger

AUCUNE = "aucune"


@dataclass(frozen=True)
class Comparee:
    """A row of the list, whom it may be, and who decided it where somebody did."""

    rang: int
    ligne: dict[str, Any]
    verdict: Correspondance
    candidats: tuple[LigneLue, ...]
    decision: RapprochementDecide | None = None

    @property
    def beneficiaire(self) -> LigneLue | None:
        """The one that it is, when it is certain or decided."""
        return self.candidats[0] if self.verdict is Correspondance.CERTAIN else None

    @property
    def meme_periode(self) -> bool:
        """Whether it still ran when the right to the MTP opened."""
        trouvee, fin = self.beneficiaire, self.ligne["fin"]
        return trouvee is not None and (not fin or fin >= trouvee.ligne["ouverture"])


def comparer(depot: Depot, seule: int | None = None) -> list[Comparee]:
    """Compare each row of a deposit, or one, with the beneficiaries whose deposits stand; keep what was decided of it."""
    beneficiaires = lignes_de_la_participation(depot, "mtp-nouveaux")
    liste = liste_de([une.ligne for une in beneficiaires])
    decisions = {une.rang: une for une in depot.rapprochements.select_related("decide_par")}
    comparees = []
    for rang, ligne in lignes_a_traiter(depot):
        if seule not in (None, rang):
            continue
        trouve = chercher(liste, ligne)
        candidats = tuple(beneficiaires[un] for un in trouve.rangs)
        comparees.append(_decidee(rang, ligne, trouve.verdict, candidats, decisions.get(rang)))
    return comparees


def selon_l_etat_mensuel(depot: Depot, lues: list[Comparee]) -> list[LigneLue | None]:
    """Return for each row the one of the last monthly state that is certainly of the same person: paid before any list of new ones."""
    etats = Depot.objects.deposes().filter(participation=depot.participation_id, flux__code="mtp-mensuel")
    dernier = etats.order_by("periode", "depose_le").last()
    siennes = [LigneLue(dernier, *une) for une in lignes_a_traiter(dernier)] if dernier else []
    liste = liste_de([une.ligne for une in siennes])
    trouves = (chercher(liste, une.ligne) for une in lues)
    return [siennes[un.rangs[0]] if un.verdict is Correspondance.CERTAIN else None for un in trouves]


def _decidee(
    rang: int,
    ligne: dict[str, Any],
    verdict: Correspondance,
    candidats: tuple[LigneLue, ...],
    decision: RapprochementDecide | None,
) -> Comparee:
    """A decision holds while the row that was chosen stands; « none of these » while nobody new is proposed."""
    if verdict is not Correspondance.A_VERIFIER or decision is None:
        return Comparee(rang, ligne, verdict, candidats)
    if decision.depot_mtp_id is None:
        if all(un.cle in decision.ecartees for un in candidats):
            return Comparee(rang, ligne, Correspondance.AUCUN, candidats, decision)
        return Comparee(rang, ligne, verdict, candidats)
    cle = (decision.depot_mtp_id, decision.rang_mtp)
    choisis = tuple(un for un in candidats if (un.depot.pk, un.rang) == cle)
    if choisis:
        return Comparee(rang, ligne, Correspondance.CERTAIN, choisis, decision)
    return Comparee(rang, ligne, verdict, candidats)


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
    liste = lignes_de_la_participation(depot, "mtp-nouveaux")
    ligne = dict(lignes_a_traiter(depot)).get(rang)
    if ligne is None:
        raise ValidationError("Cette ligne n’est plus à vérifier.")
    trouve = chercher(liste_de([une.ligne for une in liste]), ligne)
    if trouve.verdict is not Correspondance.A_VERIFIER:
        raise ValidationError("Cette ligne n’est plus à vérifier.")
    return {liste[un].cle: liste[un] for un in trouve.rangs}
