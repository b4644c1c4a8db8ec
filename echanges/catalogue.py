"""The flows as the referential writes them, and the text of the engagement: plain values, read once (E-04, E-05, E-10)."""

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import TextChoices

from fichiers.tableaux import plier

_DOSSIER = Path(__file__).with_name("referentiels")


class CoteDuFlux(TextChoices):
    """The two sides of an exchange."""

    PARTENAIRE = "partenaire", "La structure"
    CAISSE = "caisse", "La caisse"

    @property
    def autre(self) -> "CoteDuFlux":
        """The side in front."""
        return CoteDuFlux.CAISSE if self == CoteDuFlux.PARTENAIRE else CoteDuFlux.PARTENAIRE


class Periodicite(TextChoices):
    """How often a flow is sent."""

    SANS_DELAI = "sans-delai", "Sans délai, à chaque changement"
    MENSUEL = "mensuel", "Chaque mois"
    ANNUEL = "annuel", "Chaque année"
    LIBRE = "libre", "Selon les besoins"


@dataclass(frozen=True)
class Colonne:
    """A column of a flow: how it is read, and whether a cell may be empty."""

    code: str
    libelle: str
    type: str
    facultatif: bool = False
    # A day that cannot be to come; what is said of a cell that is empty, where the usual sentence would not do.
    passe: bool = False
    vide: str = ""
    choix: tuple[str, ...] = ()

    @property
    def cle(self) -> str:
        """What its title is once folded: accents, case and signs left out."""
        return plier(self.libelle)


@dataclass(frozen=True)
class Flux:
    """What a flow is, whatever the convention."""

    code: str
    libelle: str
    de: CoteDuFlux
    periodicite: Periodicite
    colonnes: tuple[Colonne, ...] = field(repr=False)
    # The column of amounts that is summed, the one that tells the period, the one from which the delay runs.
    total: str = ""
    periode: str = ""
    depuis: str = ""
    # Whether a person may stand in several rows.
    plusieurs: bool = False
    # Two columns of days, the second of which does not come before the first.
    ordre: tuple[str, ...] = ()

    def colonnes_de(
        self, *, avec_nir: bool = False, ecartees: Collection[str] = (), ajoutees: Sequence[str] = ()
    ) -> tuple[Colonne, ...]:
        """Return the columns of a convention's flow (E-10): those of the identity first, the NIR where it says so.

        `ecartees`: codes of the optional ones that it does not hold; `ajoutees`: titles of those that it adds.
        """
        identite, nir = _identite()
        toutes = (*identite, *((nir,) if avec_nir else ()), *self.colonnes)
        propres = (Colonne(f"propre_{plier(un)}", un, "texte", facultatif=True) for un in ajoutees)
        return (*(une for une in toutes if not (une.facultatif and une.code in ecartees)), *propres)


@cache
def _lu() -> dict[str, Any]:
    return tomllib.loads((_DOSSIER / "flux.toml").read_text(encoding="utf-8"))


def _colonne(ligne: dict[str, Any]) -> Colonne:
    return Colonne(**ligne | {"choix": tuple(ligne.get("choix", ()))})


@cache
def _identite() -> tuple[tuple[Colonne, ...], Colonne]:
    return tuple(map(_colonne, _lu()["identite"])), _colonne(_lu()["nir"])


@cache
def flux() -> dict[str, Flux]:
    """Return the flows by code, in the order of the referential."""
    return {
        ligne["code"]: Flux(
            **ligne
            | {
                "de": CoteDuFlux(ligne["de"]),
                "periodicite": Periodicite(ligne["periodicite"]),
                "colonnes": tuple(map(_colonne, ligne["colonnes"])),
                "ordre": tuple(ligne.get("ordre", ())),
            }
        )
        for ligne in _lu()["flux"]
    }


@cache
def engagements() -> dict[int, str]:
    """Return the texts of the engagement de confidentialité by version."""
    lu = tomllib.loads((_DOSSIER / "engagement.toml").read_text(encoding="utf-8"))
    return {ligne["numero"]: ligne["texte"].strip() for ligne in lu["version"]}


def version_en_cours() -> int:
    """Return the version of the engagement that is asked for today."""
    return max(engagements())
