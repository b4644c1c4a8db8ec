"""The mails of the exchanges: a reference, a flow, a period, a link; never a person, never a file name (D-14, E-02)."""

from typing import Any

from django.urls import reverse

from conformite.liens import sceller_pour
from conventions.models.conventions import Participation
from conventions.models.suites import Partie, Referent
from echanges.catalogue import CoteDuFlux
from echanges.models.acces import BoiteDediee
from echanges.models.depots import Depot
from echanges.models.flux import FluxConvenu
from echanges.models.recuperation import DossierIndu
from echanges.regles import en_mots
from socle.courriels import deposer_courriel
from socle.models import CourrielSortant


def _contexte(depot: Depot) -> dict[str, Any]:
    return {
        "reference": depot.reference,
        "flux": depot.flux.libelle,
        "periode": depot.periode_en_mots,
        "limite": depot.terme_le,
        "chemin": reverse("depot", args=[depot.reference]),
    }


def boite_de(participation: Participation, cote: str) -> BoiteDediee | None:
    """Return the mailbox of a side that may be written to."""
    return participation.boites.verifiees().filter(cote=cote).first()


def code_de_boite(boite: BoiteDediee, code: str) -> None:
    """Write the code of a mailbox: who reads it gives it back."""
    contexte = {
        "secret_scelle": sceller_pour(boite.courriel, code),
        "convention": boite.participation.convention.reference,
    }
    deposer_courriel(boite.courriel, "echanges/code_de_boite", contexte)


def boite_changee(ancienne: BoiteDediee, nouvelle: BoiteDediee) -> None:
    """The mailbox of a side is another one: the former one, the other side’s, and the référents of both."""
    participation = nouvelle.participation
    autre = boite_de(participation, CoteDuFlux(nouvelle.cote).autre)
    referents = [un for cote in CoteDuFlux for un in _referents(participation, cote)]
    contexte = {
        "cote": nouvelle.get_cote_display(),
        "convention": participation.convention.reference,
        "chemin": reverse("echange", args=[participation.convention.reference, participation.caisse.code]),
    }
    for adresse in dict.fromkeys([ancienne.courriel, *([autre.courriel] if autre else []), *referents]):
        deposer_courriel(adresse, "echanges/boite_changee", contexte)


def mot_de_passe(depot: Depot, boite: BoiteDediee, mot_de_passe: str) -> CourrielSortant:
    """Write the password, alone, before anything else (E-02): a reference, no link, no person."""
    contexte = {"secret_scelle": sceller_pour(boite.courriel, mot_de_passe), "reference": depot.reference}
    return deposer_courriel(boite.courriel, "echanges/mot_de_passe", contexte)


def _a_la_boite(depot: Depot, cote: str, gabarit: str, **contexte: object) -> None:
    if boite := boite_de(depot.participation, cote):
        deposer_courriel(boite.courriel, f"echanges/{gabarit}", _contexte(depot) | contexte)


def annonce(depot: Depot) -> None:
    """The file is there (E-02): the other side’s mailbox, and a receipt for who deposited."""
    _a_la_boite(depot, depot.vers, "annonce")
    deposer_courriel(depot.ouvert_par.email, "echanges/recepisse", _contexte(depot))


def lu(depot: Depot) -> None:
    """The file was read for the first time: who deposited is told."""
    deposer_courriel(depot.ouvert_par.email, "echanges/lu", _contexte(depot))


def suites(depot: Depot) -> None:
    """The centre notes what becomes of inscriptions: who sent them, once a day (E-07)."""
    contexte = _contexte(depot) | {"chemin": reverse("inscriptions", args=[depot.reference])}
    deposer_courriel(depot.ouvert_par.email, "echanges/suites", contexte)


def indu_impossible(dossier: DossierIndu) -> None:
    """Nothing is withheld for an indu: who declared it is told, by the reason and its line (E-06)."""
    contexte = {"raison": dossier.get_impossibilite_display(), "ligne": dossier.rang + 2}
    deposer_courriel(
        dossier.depot.ouvert_par.email, "echanges/indu_impossible", _contexte(dossier.depot) | contexte
    )


def bloque(depot: Depot) -> None:
    """Too many wrong passwords: both sides are told."""
    for cote in CoteDuFlux:
        _a_la_boite(depot, cote, "bloque")
    deposer_courriel(depot.ouvert_par.email, "echanges/bloque", _contexte(depot))


def retire(depot: Depot) -> None:
    """A deposit that was announced is no longer to be used: withdrawn, or replaced."""
    _a_la_boite(depot, depot.vers, "retire", raison=depot.get_raison_display())


def non_lu(depot: Depot, jours: int, *, referents: bool) -> None:
    """Nobody read it after so many working days: the mailbox, then the référents of that side too."""
    _a_la_boite(depot, depot.vers, "non_lu", jours=jours)
    if referents:
        for adresse in _referents(depot.participation, depot.vers):
            deposer_courriel(adresse, "echanges/non_lu", _contexte(depot) | {"jours": jours})


def rectification_demandee(depot: Depot, demande: str) -> None:
    """A person had data rectified, that stand in rows of this deposit (R-03): both mailboxes, without a name."""
    for cote in CoteDuFlux:
        _a_la_boite(depot, cote, "rectification", demande=demande)


def opposition_admise(depot: Depot, demande: str) -> None:
    """A person of a row of this deposit opposed the processing (R-03): both mailboxes, without a name."""
    for cote in CoteDuFlux:
        _a_la_boite(depot, cote, "opposition", demande=demande)


def terme_proche(depot: Depot, jours: int) -> None:
    """The deposit disappears in so many days: both mailboxes (E-11)."""
    for cote in CoteDuFlux:
        _a_la_boite(depot, cote, "terme_proche", jours=jours)


def en_retard(flux: FluxConvenu, periode: str) -> None:
    """A period is not there on its day: the référents of the side that sends, and its mailbox."""
    participation = flux.participation
    adresses = [*_referents(participation, flux.de)]
    if boite := boite_de(participation, flux.de):
        adresses.append(boite.courriel)
    contexte = {
        "flux": flux.libelle,
        "periode": en_mots(periode),
        "chemin": reverse("echange", args=[participation.convention.reference, participation.caisse.code]),
    }
    for adresse in dict.fromkeys(adresses):
        deposer_courriel(adresse, "echanges/en_retard", contexte)


def _referents(participation: Participation, cote: str) -> list[str]:
    partie = Partie.PARTENAIRE if cote == CoteDuFlux.PARTENAIRE else Partie.CAISSE
    siens = Referent.objects.filter(convention=participation.convention_id, partie=partie, jusqu_au=None)
    if partie == Partie.CAISSE:
        siens = siens.filter(caisse=participation.caisse_id)
    return list(siens.exclude(courriel="").order_by("pk").values_list("courriel", flat=True).distinct())
