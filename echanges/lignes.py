"""The rows of the deposits, unsealed: each by the codes of its columns."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from echanges import personnes
from echanges.models.depots import Depot
from echanges.rapprochement import Liste, Rapprochement
from socle.noms import Personne


def lignes_de(depot: Depot, lots: Collection[int] | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of a deposit, or of some of its lots, with their ranks, each by the codes of its columns."""
    codes = list(depot.resume["places"])
    # A column that the convention leaves out is an empty one.
    vide = {colonne.code: None for colonne in depot.flux.flux.colonnes}
    voulus = depot.lots.all() if lots is None else depot.lots.filter(rang__in=lots)
    for place, scelle in voulus.order_by("rang").values_list("rang", "scelle"):
        lignes = depot.ouvrir(bytes(scelle), f"lignes:{place}")
        for rang, ligne in enumerate(lignes, start=place * personnes.LIGNES_PAR_LOT):
            yield rang, vide | dict(zip(codes, ligne, strict=True))


def lignes_a_traiter(
    depot: Depot, lots: Collection[int] | None = None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of a deposit with their ranks, less those whose persons opposed the processing (R-03)."""
    ecartes = depot.rangs_ecartes
    return ((rang, ligne) for rang, ligne in lignes_de(depot, lots) if rang not in ecartes)


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
