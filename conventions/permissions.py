"""Who may do what on caisses, partenaires and conventions. A predicate says yes or no; `exiger` refuses."""

from typing import Any

from caisses.models import Caisse
from caisses.permissions import de_la_caisse
from conventions.models.conventions import Convention, Participation
from conventions.models.partenaires import Partenaire
from socle.profils import Profil

# verb -> profiles. The perimeter (whose caisse, whose structure) is checked by each predicate below.
ROLES: dict[str, frozenset[str]] = {
    "chercher_partenaire": frozenset({Profil.ADMINISTRATEUR}),
    "modifier_partenaire": frozenset({Profil.ADMINISTRATEUR}),
    "rediger_convention": frozenset({Profil.ADMINISTRATEUR}),
    "consulter_convention": frozenset({Profil.ADMINISTRATEUR, Profil.GESTIONNAIRE, Profil.TECHNICIEN}),
    "conduire_convention": frozenset({Profil.ADMINISTRATEUR}),
    "lire_code": frozenset({Profil.GESTIONNAIRE}),
    "renouveler_code": frozenset({Profil.ADMINISTRATEUR}),
    "identifier_appelant": frozenset({Profil.AGENT, Profil.SUPERVISEUR, Profil.ADMINISTRATEUR}),
}


def _a_le_role(compte: Any, verbe: str) -> bool:
    return compte is not None and compte.profil in ROLES[verbe]


def can_chercher_partenaire(compte: Any) -> bool:
    """An administrateur finds a structure by its exact SIRET (A-21)."""
    return _a_le_role(compte, "chercher_partenaire")


def can_modifier_partenaire(compte: Any, partenaire: Partenaire) -> bool:
    """A caisse with a convention in force changes members and mail domains (A-21)."""
    return (
        _a_le_role(compte, "modifier_partenaire")
        and Participation.objects.en_vigueur()
        .filter(partenaire=partenaire, caisse__in=compte.caisses.all())
        .exists()
    )


def can_rediger_convention(compte: Any, caisse: Caisse) -> bool:
    """An administrateur drafts the conventions of his own caisse."""
    return _a_le_role(compte, "rediger_convention") and de_la_caisse(compte, caisse)


def can_consulter_convention(compte: Any, convention: Convention) -> bool:
    """Administrateur of one of its caisses, or account of its structure; `visibles_par` has scoped it already."""
    return _a_le_role(compte, "consulter_convention")


def can_conduire_convention(compte: Any, convention: Convention) -> bool:
    """An administrateur of one of the convention's caisses signs, amends and ends it."""
    return (
        _a_le_role(compte, "conduire_convention")
        and convention.participations.filter(caisse__in=compte.caisses.all()).exists()
    )


def can_conduire_participation(compte: Any, participation: Participation) -> bool:
    """What concerns one caisse's part belongs to that caisse's administrateur (C-01)."""
    return _a_le_role(compte, "conduire_convention") and de_la_caisse(compte, participation.caisse)


def can_lire_code(compte: Any, participation: Participation) -> bool:
    """A gestionnaire reads the code confidentiel of its own structure, unless that caisse excluded him (C-12, A-16)."""
    return (
        _a_le_role(compte, "lire_code")
        and Participation.objects.de(compte).filter(pk=participation.pk).exists()
    )


def can_renouveler_code(compte: Any, participation: Participation) -> bool:
    """The caisse renews its own code (C-12)."""
    return _a_le_role(compte, "renouveler_code") and de_la_caisse(compte, participation.caisse)


def can_identifier_appelant(compte: Any) -> bool:
    """The caisse's people identify who calls or writes (C-12)."""
    return _a_le_role(compte, "identifier_appelant")
