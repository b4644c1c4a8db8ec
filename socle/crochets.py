"""Hooks by which a lower app reaches a higher one, as Django's admin does.

The lower app reads the dict; the higher one fills it with the decorator, in a module of one of the names of `MODULES`,
that the roof discovers once every app is loaded. A test fails when an app that should register does not.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import TextChoices

T = TypeVar("T")
# Names of the modules in which an app fills the hooks.
MODULES = (
    "accueil",
    "arrivee",
    "bilan",
    "departs",
    "effets",
    "journal",
    "liens",
    "rescellement",
    "retention",
)


@dataclass(frozen=True)
class Carte:
    """One card of a home page: what awaits me, how many, where to go."""

    titre: str
    texte: str
    url: str
    compte: int | None = None
    niveau: str = "info"
    ordre: int = 50
    # The title when there is just one; the same as `titre` unless given.
    un: str = ""

    @property
    def intitule(self) -> str:
        """The title that agrees with the count."""
        return self.un if self.un and self.compte == 1 else self.titre


@dataclass(frozen=True)
class Etape:
    """One step of the arrival of a structure: whether it is done, what to know, where the next gesture is made."""

    titre: str
    faite: bool
    texte: str = ""
    url: str = ""
    libelle: str = ""


@dataclass(frozen=True)
class Tableau:
    """Figures of a bilan annuel: a title, and rows of a label and what is shown."""

    titre: str
    lignes: list[tuple[str, str]]


class Crochet(dict[str, T]):
    """Functions or declarations by name."""

    def __init__(self, nom: str) -> None:
        super().__init__()
        self.nom = nom

    def inscrire(self, cle: str) -> Callable[[T], T]:
        """Register the decorated object under `cle`; raise ValueError when the key is taken."""

        def decorer(objet: T) -> T:
            if cle in self:
                raise ValueError(f"{self.nom}: « {cle} » est déjà inscrit")
            self[cle] = objet
            return objet

        return decorer


# app label -> function(compte) -> list of Carte for the home page of a profile
accueil: Crochet[Callable[[Any], list[Carte]]] = Crochet("accueil")
# app label -> function(participation or compte, suspension=False) -> list of effets (« 12 demandes ouvertes… »)
effets: Crochet[Callable] = Crochet("effets")
# app label -> function(partenaire, caisses) -> list of Etape of the arrival of a structure, in the order of the apps
arrivee: Crochet[Callable[[Any, Any], list[Etape]]] = Crochet("arrivee")
# app label -> function(convention, first day, first day after) -> tables of the bilan annuel: never a person
bilan: Crochet[Callable[..., list[Tableau]]] = Crochet("bilan")
# app label -> function(compte) -> sentence that says what must be done before the account is closed, "" for nothing
avant_fermeture: Crochet[Callable[[Any], str]] = Crochet("avant_fermeture")
# app label -> function(compte) -> address where what the account that was just closed leaves is handed over, "" for nothing
apres_fermeture: Crochet[Callable[[Any], str]] = Crochet("apres_fermeture")
# app label -> function(id of a personal link) -> its address: no mail keeps it, it is made again when the mail leaves
liens: Crochet[Callable[[int], str]] = Crochet("liens")
# app label -> function(numbers of accounts) that takes away what a room keeps of persons who are erased
effacement: Crochet[Callable[[list[int]], Any]] = Crochet("effacement")
# one entry -> function(request, password) that raises ValidationError unless it is that of who is signed in
mot_de_passe: Crochet[Callable[[Any, str], None]] = Crochet("mot_de_passe")
# one entry -> function(mail) -> the secret of a mail that leaves: no row keeps it once it left
secrets: Crochet[Callable[[Any], str]] = Crochet("secrets")
# app label -> function(address that its server refuses), to tell who can correct it
adresse_refusee: Crochet[Callable[[str], None]] = Crochet("adresse_refusee")
# app label -> function(neuves) that seals again what its room keeps under the root key or the index keys: read, then written
# within `with neuves():`, where the new keys stand in place of the former ones
rescellement: Crochet[Callable[[Callable[[], AbstractContextManager]], None]] = Crochet("rescellement")
# model label -> what is kept, for how long, from when, and how it disappears
retention: Crochet = Crochet("retention")
# app label -> function returning the time zones in which terms are judged: a day is over when it is in all of them
fuseaux: Crochet[Callable[[], set[str]]] = Crochet("fuseaux")
# app label -> enumeration of the acts that it writes in the journal, with their words
actes: Crochet[type[TextChoices]] = Crochet("actes")
