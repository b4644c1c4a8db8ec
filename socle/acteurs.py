"""Who acts: an account, or the machine. `par=` of every action is one of them; `None` is nobody, and raises."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from socle import roles
from socle.roles import Cote


class Acteur(Protocol):
    """What an action reads of the one who acts."""

    @property
    def pk(self) -> int | None:
        """His key; None for who is no account."""

    @property
    def profil(self) -> str:
        """His profile: a line of `roles.ROLES`."""

    @property
    def partenaire_id(self) -> int | None:
        """The key of his structure; None for who has none."""

    @property
    def caisses(self) -> Any:
        """The caisses that he acts for, as a relation."""

    @property
    def nom_complet(self) -> str:
        """First name and name, as shown to the other side; empty for who is not a person."""

    @property
    def compte(self) -> Any:
        """The account that a row keeps as its author; None for who has none."""

    @property
    def cote_partenaire(self) -> bool:
        """Whether he acts for a structure."""

    @property
    def cote_caisse(self) -> bool:
        """Whether he acts for a caisse."""

    def agit_pour(self, caisse: Any) -> bool:
        """Whether this caisse is one of his."""

    def caisses_excluantes(self) -> Any:
        """The keys of the caisses that excluded him (A-16)."""


class _Aucune:
    """No row: what `caisses` is for who belongs to none."""

    def all(self) -> tuple[()]:
        """Return nothing, as a relation does."""
        return ()


@dataclass(frozen=True)
class Automate:
    """An actor that is no account."""

    profil: str
    pk: None = None
    partenaire_id: None = None
    compte: None = None
    nom_complet: str = ""
    caisses: Any = field(default_factory=_Aucune)

    @property
    def cote_partenaire(self) -> bool:
        """Never."""
        return False

    @property
    def cote_caisse(self) -> bool:
        """Never: it acts for all of them."""
        return False

    def agit_pour(self, caisse: Any) -> bool:
        """Whether it runs this caisse: a job runs them all."""
        return roles.role(self.profil).cote == Cote.MACHINE

    def caisses_excluantes(self) -> tuple[()]:
        """Return nothing: nobody excludes a job."""
        return ()


# The jobs, the commands, the installation.
MACHINE = Automate(roles.MACHINE)
# Who has not signed in: it may tell (a loss, a page that cannot be read), and has no right.
ANONYME = Automate("")
