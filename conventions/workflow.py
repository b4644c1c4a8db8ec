"""The life of a convention as a table: verb, from, to, who (C-01, C-04, C-05, C-15)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from conventions.models.conventions import Convention, FinCause

Statut = Convention.Statut


@dataclass(frozen=True)
class Transition:
    """One line of the table."""

    verbe: str
    depuis: tuple[str, ...]
    # None: the state stays what the parts of the caisses make it (`statut_deduit`).
    vers: str | None
    qui: str


_VIVANTE = (Statut.EN_VIGUEUR, Statut.DENONCEE)
CAISSE = "administrateur de la caisse"
TRAITEMENT = "traitement de nuit"

TRANSITIONS: tuple[Transition, ...] = (
    Transition("mettre_a_la_signature", (Statut.BROUILLON,), Statut.A_SIGNER, CAISSE),
    Transition("renvoyer", (Statut.A_SIGNER,), Statut.BROUILLON, CAISSE),
    Transition("signer", (Statut.A_SIGNER,), Statut.EN_VIGUEUR, CAISSE),
    Transition("signer_utilisation", _VIVANTE, None, CAISSE),
    Transition("amender", _VIVANTE, None, CAISSE),
    Transition("denoncer", _VIVANTE, Statut.DENONCEE, CAISSE),
    Transition("mettre_en_demeure", _VIVANTE, None, CAISSE),
    Transition("resilier", _VIVANTE, Statut.RESILIEE, CAISSE),
    Transition("remplacer", _VIVANTE, Statut.REMPLACEE, "dernière signature de la nouvelle"),
    Transition("terminer", _VIVANTE, Statut.TERMINEE, TRAITEMENT),
)


def depuis(verbe: str) -> tuple[str, ...]:
    """Return the states from which a verb is possible; raise KeyError for an unknown one."""
    return next(ligne.depuis for ligne in TRANSITIONS if ligne.verbe == verbe)


@dataclass(frozen=True)
class Part:
    """What the state of a convention owes to one caisse's part."""

    debut: dt.date | None
    fin: dt.date | None
    cause: str


# How a convention whose parts have all ended is called, by the cause of the last end.
_FINALE = {
    FinCause.RESILIATION: Statut.RESILIEE,
    FinCause.REMPLACEMENT: Statut.REMPLACEE,
    FinCause.DENONCIATION: Statut.TERMINEE,
    FinCause.TERME: Statut.TERMINEE,
}


def statut_deduit(parts: Iterable[Part], jour: dt.date) -> str | None:
    """Return the state of a signed convention on `jour`, from the parts of its caisses (C-01); None before it.

    In force as long as one part goes on without a known end; denounced when all that remain are denounced; then named
    by the cause of the last end.
    """
    signees = [part for part in parts if part.debut is not None]
    if not signees:
        return None
    restantes = [part for part in signees if part.fin is None or part.fin > jour]
    if not restantes:
        derniere = max(signees, key=lambda part: part.fin or dt.date.max)
        return _FINALE[FinCause(derniere.cause)]
    if all(part.cause == FinCause.DENONCIATION for part in restantes):
        return Statut.DENONCEE
    return Statut.EN_VIGUEUR
