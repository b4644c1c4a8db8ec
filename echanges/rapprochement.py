"""The same person in two lists: certain, to check, none; a person decides the middle (E-05, E-06).

Certain: the same birth name and first names, the same whole birth date, and nobody near: no twin, no name of marriage.
"""

import enum
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from echanges.personnes import termes
from socle.noms import Personne, Ressemblance, comparer, comparer_noms, ecritures


class Correspondance(enum.Enum):
    """What a search for somebody in a list says."""

    CERTAIN = "certain"
    A_VERIFIER = "a-verifier"
    AUCUN = "aucun"


@dataclass(frozen=True)
class Rapprochement:
    """What was found for one person: where, in the order of the list."""

    verdict: Correspondance
    rangs: tuple[int, ...] = ()


class Liste:
    """Persons, found by name and first name, or by birth date: only those are compared."""

    def __init__(self, personnes: Sequence[Personne]) -> None:
        self._personnes = personnes
        self._par_cle: dict[str, list[int]] = defaultdict(list)
        for rang, personne in enumerate(personnes):
            for cle in _cles(personne):
                self._par_cle[cle].append(rang)

    def chercher(self, personne: Personne) -> Rapprochement:
        """Say whether somebody stands in the list."""
        candidats = sorted({rang for cle in _cles(personne) for rang in self._par_cle.get(cle, ())})
        juges = [(rang, comparer(personne, self._personnes[rang])) for rang in candidats]
        proches = [rang for rang, dit in juges if dit is not Ressemblance.DIFFERENTE]
        certains = [rang for rang, dit in juges if dit is Ressemblance.CERTAINE]
        # A twin whose first name is near, a second row: somebody looks.
        rivaux = [
            rang
            for rang in proches
            if comparer_noms(personne, self._personnes[rang]) is not Ressemblance.DIFFERENTE
        ]
        if rivaux == certains and len(certains) == 1 and self._de_naissance(personne, certains[0]):
            return Rapprochement(Correspondance.CERTAIN, (certains[0],))
        if proches:
            return Rapprochement(Correspondance.A_VERIFIER, tuple(proches))
        return Rapprochement(Correspondance.AUCUN)

    def _de_naissance(self, personne: Personne, rang: int) -> bool:
        """Whether the names of birth are the same, whatever the used ones."""
        return bool(ecritures(personne.nom) & ecritures(self._personnes[rang].nom))


def _cles(personne: Personne) -> set[str]:
    """A slip in a name keeps the birth date, a slip in the date keeps the names."""
    return termes(personne, []) | ({f"d:{personne.naissance.isoformat()}"} if personne.naissance else set())
