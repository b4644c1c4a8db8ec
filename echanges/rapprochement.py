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

    def __init__(self, personnes: Sequence[Personne], nirs: Sequence[str] = ()) -> None:
        self._personnes = personnes
        # Where the convention has the number: one for each person, empty where there is none.
        self._nirs = nirs or [""] * len(personnes)
        self._par_cle: dict[str, list[int]] = defaultdict(list)
        for rang, personne in enumerate(personnes):
            for cle in (*_cles(personne), *([f"nir:{self._nirs[rang]}"] if self._nirs[rang] else ())):
                self._par_cle[cle].append(rang)

    def chercher(self, personne: Personne, nir: str = "") -> Rapprochement:
        """Say whether somebody stands in the list; the same number is somebody to look at, another one is never certain."""
        candidats = sorted({rang for cle in _cles(personne) for rang in self._par_cle.get(cle, ())})
        juges = [(rang, comparer(personne, self._personnes[rang])) for rang in candidats]
        memes = set(self._par_cle.get(f"nir:{nir}", ())) if nir else set()
        proches = sorted({rang for rang, dit in juges if dit is not Ressemblance.DIFFERENTE} | memes)
        certains = [rang for rang, dit in juges if dit is Ressemblance.CERTAINE]
        # A twin whose first name is near, a second row: somebody looks.
        rivaux = [
            rang
            for rang in proches
            if rang in memes or comparer_noms(personne, self._personnes[rang]) is not Ressemblance.DIFFERENTE
        ]
        if rivaux == certains and len(certains) == 1 and self._sure(personne, nir, certains[0]):
            return Rapprochement(Correspondance.CERTAIN, (certains[0],))
        if proches:
            return Rapprochement(Correspondance.A_VERIFIER, tuple(proches))
        return Rapprochement(Correspondance.AUCUN)

    def _sure(self, personne: Personne, nir: str, rang: int) -> bool:
        """Whether the names of birth are the same, whatever the used ones, and no number says otherwise."""
        memes = bool(ecritures(personne.nom) & ecritures(self._personnes[rang].nom))
        return memes and (not nir or self._nirs[rang] in ("", nir))


def _cles(personne: Personne) -> set[str]:
    """A slip in a name keeps the birth date, a slip in the date keeps the names."""
    return termes(personne, []) | ({f"d:{personne.naissance.isoformat()}"} if personne.naissance else set())
