"""The rows of the deposits, unsealed: each by the codes of its columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from echanges import personnes
from echanges.models.depots import Depot
from echanges.rapprochement import Liste, Rapprochement
from socle.noms import Personne


def lignes_de(depot: Depot) -> list[dict[str, Any]]:
    """Return the rows of a deposit, each by the codes of its columns."""
    codes = list(depot.resume["places"])
    # A column that the convention leaves out is an empty one.
    vide = {colonne.code: None for colonne in depot.flux.flux.colonnes}
    return [
        vide | dict(zip(codes, ligne, strict=True))
        for lot in depot.lots.order_by("rang")
        for ligne in depot.ouvrir(bytes(lot.scelle), f"lignes:{lot.rang}")
    ]


def lignes_a_traiter(depot: Depot) -> list[tuple[int, dict[str, Any]]]:
    """Return the rows of a deposit with their ranks, less those whose persons opposed the processing (R-03)."""
    ecartes = depot.rangs_ecartes
    return [(rang, ligne) for rang, ligne in enumerate(lignes_de(depot)) if rang not in ecartes]


@dataclass(frozen=True)
class LigneLue:
    """A row of a deposit, and where it stands."""

    depot: Depot
    rang: int
    ligne: dict[str, Any]

    @property
    def cle(self) -> str:
        """What designates it in a form: « deposit:rank »."""
        return f"{self.depot.pk}:{self.rang}"


def lignes_de_la_participation(depot: Depot, code: str) -> list[LigneLue]:
    """Return the rows of the deposits of a flow that stand, beside a deposit, the oldest first; no opposed one (R-03)."""
    depots = Depot.objects.deposes().filter(participation=depot.participation_id, flux__code=code)
    return [
        LigneLue(un, rang, ligne)
        for un in depots.order_by("depose_le", "pk")
        for rang, ligne in lignes_a_traiter(un)
    ]


def personne_de(ligne: dict[str, Any]) -> Personne:
    """Return whom a row designates."""
    codes = list(ligne)
    return personnes.personne_de(list(ligne.values()), {code: rang for rang, code in enumerate(codes)})


def liste_de(lignes: Sequence[dict[str, Any]]) -> Liste:
    """Return what finds somebody among some rows."""
    return Liste([personne_de(ligne) for ligne in lignes], [ligne.get("nir") or "" for ligne in lignes])


def chercher(liste: Liste, ligne: dict[str, Any]) -> Rapprochement:
    """Say whether the person of a row stands in a list."""
    return liste.chercher(personne_de(ligne), ligne.get("nir") or "")
