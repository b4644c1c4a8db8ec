"""The life of a convention as a table: verb, from, to, who (C-01, C-04, C-05, C-15)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from conventions.models.conventions import Convention, FinCause
from socle.roles import Droit
from socle.transitions import Transition

Statut = Convention.Statut


_VIVANTE = (Statut.EN_VIGUEUR, Statut.DENONCEE)
CAISSE = (Droit.CONDUIRE_CONVENTIONS,)
AU_TERME = (Droit.CLORE_AU_TERME,)

TRANSITIONS: tuple[Transition, ...] = (
    Transition("mettre_a_la_signature", "Mise à la signature", (Statut.BROUILLON,), Statut.A_SIGNER, CAISSE),
    Transition("renvoyer", "Renvoyée en rédaction", (Statut.A_SIGNER,), Statut.BROUILLON, CAISSE),
    Transition("signer", "Dernière signature", (Statut.A_SIGNER,), Statut.EN_VIGUEUR, CAISSE),
    Transition("signer_utilisation", "Convention d’utilisation signée", _VIVANTE, None, CAISSE),
    Transition("amender", "Avenant", _VIVANTE, None, CAISSE),
    Transition("denoncer", "Dénoncée", _VIVANTE, Statut.DENONCEE, CAISSE),
    Transition("mettre_en_demeure", "Mise en demeure", _VIVANTE, None, CAISSE),
    Transition("resilier", "Résiliée", _VIVANTE, Statut.RESILIEE, CAISSE),
    Transition(
        "remplacer", "Remplacée", _VIVANTE, Statut.REMPLACEE, CAISSE, "dernière signature de la nouvelle"
    ),
    Transition("terminer", "Terminée", _VIVANTE, Statut.TERMINEE, AU_TERME, "travail de nuit"),
)


def depuis(verbe: str) -> tuple[str, ...]:
    """Return the states from which a verb is possible; raise KeyError for an unknown one."""
    return next(ligne.depuis for ligne in TRANSITIONS if ligne.verbe == verbe)


def obstacle(convention: Convention, *verbes: str) -> str:
    """Return why the state of a convention lets none of these verbs be done; empty when it does."""
    if any(convention.statut in depuis(verbe) for verbe in verbes):
        return ""
    return (
        f"Cette convention est à l’état « {convention.get_statut_display()} » : cet acte n’est plus possible."
    )


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
