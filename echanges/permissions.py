"""Who may do what on the exchanges: the one place of this room that asks for profiles, conventions and authorisations.

Out of sight is 404, no right is 403. A gestionnaire and a DPO see states and dates, an administrateur sets and never
opens; who deposits or reads has an authorisation by address and a signed engagement (E-01, E-04, E-08). What state an object has to
be in is another matter: that is told, not refused.
"""

from django.db.models import QuerySet

from conventions.models.conventions import Convention, Participation
from echanges.catalogue import CoteDuFlux
from echanges.models.acces import AutorisationDepot
from echanges.models.depots import Depot
from echanges.models.engagements import Engagement
from echanges.models.flux import FluxConvenu
from socle.acteurs import Acteur
from socle.perimetre import une_fois
from socle.roles import Droit, peut


def cote_de(compte: Acteur) -> CoteDuFlux:
    """Return the side of an account."""
    return CoteDuFlux.PARTENAIRE if compte.cote_partenaire else CoteDuFlux.CAISSE


def participations_visibles(compte: Acteur) -> QuerySet[Participation]:
    """Return the caisses' parts whose exchanges an account sees today, the closing period included (A-13, C-16)."""
    return Participation.objects.donnant(Droit.VOIR_ECHANGES, compte)


def participations_ouvertes(compte: Acteur) -> QuerySet[Participation]:
    """Return those for which an account may still deposit: the portal open, nobody suspended nor excluded."""
    ouvertes = Participation.objects.ouvrant_le_portail().values("pk")
    siennes = Participation.objects.donnant(Droit.ECHANGER, compte, pour_commencer=True)
    return siennes.filter(pk__in=ouvertes)


def depots_visibles(compte: Acteur) -> QuerySet[Depot]:
    """Return the deposits of what an account sees; those not announced yet are of the side that makes them."""
    visibles = Depot.objects.filter(participation__in=participations_visibles(compte).values("pk"))
    siens = visibles.filter(cote=cote_de(compte))
    return siens | visibles.filter(depose_le__isnull=False)


def flux_autorises(compte: Acteur, participation: int) -> set[str]:
    """Return the flows of a caisse's part that an account deposits or reads today, asked once for a page (E-01)."""

    def demander() -> set[str]:
        siennes = AutorisationDepot.objects.en_cours().de(compte.compte).filter(participation=participation)
        return {code for codes in siennes.values_list("flux", flat=True) for code in codes}

    return une_fois(("flux autorisés", compte.pk, participation), demander)


def _voit(compte: Acteur, participation: int) -> bool:
    lire = participations_visibles(compte).filter(pk=participation).exists
    return une_fois(("voit", compte.pk, participation), lire)


def _depose(compte: Acteur, participation: int) -> bool:
    lire = participations_ouvertes(compte).filter(pk=participation).exists
    return une_fois(("dépose", compte.pk, participation), lire)


def can_voir(compte: Acteur) -> bool:
    """Whether the account has pages of exchanges at all."""
    return peut(compte, Droit.VOIR_ECHANGES)


def a_signe(compte: Acteur, convention: Convention | int) -> bool:
    """Whether the account signed the text of today for a convention (E-04)."""
    return Engagement.objects.valables().de(compte.compte).filter(convention=convention).exists()


def can_signer(compte: Acteur, convention: Convention) -> bool:
    """Those who deposit and read sign, for a convention that they see (E-04)."""
    return (
        peut(compte, Droit.ECHANGER)
        and participations_visibles(compte).filter(convention=convention).exists()
    )


def est_autorise(compte: Acteur, flux: FluxConvenu) -> bool:
    """Whether the account exchanges this flow, its engagement apart (E-01, E-08)."""
    return peut(compte, Droit.ECHANGER) and flux.code in flux_autorises(compte, flux.participation_id)


def can_deposer(compte: Acteur, flux: FluxConvenu) -> bool:
    """Whether the account may open a deposit: its side sends the flow, authorised, convention in force."""
    return (
        flux.de == cote_de(compte)
        and flux.clos_le is None
        and est_autorise(compte, flux)
        and _depose(compte, flux.participation_id)
    )


def can_poursuivre(compte: Acteur, depot: Depot) -> bool:
    """Whether the account may send the file of a deposit and confirm it: the one who opened it, still authorised."""
    return depot.ouvert_par_id == compte.pk and can_deposer(compte, depot.flux)


def can_retirer(compte: Acteur, depot: Depot) -> bool:
    """Whether the account may take a deposit back, opened or not: any authorised one of the side that sent it."""
    return (
        depot.cote == cote_de(compte)
        and est_autorise(compte, depot.flux)
        and _voit(compte, depot.participation_id)
    )


def can_lire(compte: Acteur, depot: Depot) -> bool:
    """Whether the account may type the password of a deposit: an authorised one of the side in front (E-08)."""
    return (
        depot.vers == cote_de(compte)
        and est_autorise(compte, depot.flux)
        and _voit(compte, depot.participation_id)
    )


def can_declarer_neant(compte: Acteur, flux: FluxConvenu) -> bool:
    """Who deposits a flow says that there is nothing to deposit."""
    return can_deposer(compte, flux)


def can_recuperer(compte: Acteur, depot: Depot) -> bool:
    """Whether the account conducts the recovery of the indus of a deposit: the caisse’s, authorised to read them (E-06)."""
    return depot.flux.code == "indu" and cote_de(compte) == CoteDuFlux.CAISSE and can_lire(compte, depot)


def can_rapprocher(compte: Acteur, depot: Depot) -> bool:
    """Whether the account compares a list of PCH or ACTP with the beneficiaries: authorised for both lists (E-05)."""
    return (
        depot.flux.code == "pch-actp"
        and est_autorise(compte, depot.flux)
        and "mtp-nouveaux" in flux_autorises(compte, depot.participation_id)
        and _voit(compte, depot.participation_id)
    )


def can_suivre_inscriptions(compte: Acteur, depot: Depot) -> bool:
    """Whether the account follows the inscriptions of a deposit: authorised, on either side (E-07)."""
    return (
        depot.flux.code == "eps-inscriptions"
        and est_autorise(compte, depot.flux)
        and _voit(compte, depot.participation_id)
    )


def can_noter_inscription(compte: Acteur, depot: Depot) -> bool:
    """The side that receives them, where the centre is, says what becomes of each (E-07)."""
    return can_suivre_inscriptions(compte, depot) and depot.vers == cote_de(compte)


def can_regler(compte: Acteur, participation: Participation) -> bool:
    """Flows, authorisations and mailboxes belong to the administrateur of the caisse (E-01)."""
    return peut(compte, Droit.REGLER_ECHANGES) and compte.agit_pour(participation.caisse)
