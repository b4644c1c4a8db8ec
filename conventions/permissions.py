"""Who may do what on caisses, partenaires and conventions. A predicate says yes or no; `exiger` refuses."""

from typing import Any

from django.core.exceptions import PermissionDenied

from conventions.models import Caisse, Convention, Partenaire, Participation
from espace_partenaires.profils import PROFILS_CAISSE, Profil

# verb -> profiles. The perimeter (whose caisse, whose structure) is checked by each predicate below.
ROLES: dict[str, frozenset[str]] = {
    "creer_caisse": frozenset({Profil.NATIONAL}),
    "regler_caisse": frozenset({Profil.ADMINISTRATEUR}),
    "chercher_partenaire": frozenset({Profil.ADMINISTRATEUR}),
    "modifier_partenaire": frozenset({Profil.ADMINISTRATEUR}),
    "rediger_convention": frozenset({Profil.ADMINISTRATEUR}),
    "consulter_convention": frozenset({Profil.ADMINISTRATEUR, Profil.GESTIONNAIRE, Profil.TECHNICIEN}),
    "conduire_convention": frozenset({Profil.ADMINISTRATEUR}),
    "lire_code": frozenset({Profil.GESTIONNAIRE}),
    "renouveler_code": frozenset({Profil.ADMINISTRATEUR}),
    "identifier_appelant": frozenset({Profil.AGENT, Profil.SUPERVISEUR, Profil.ADMINISTRATEUR}),
}


def exiger(permis: bool) -> None:
    """Raise PermissionDenied unless `permis`."""
    if not permis:
        raise PermissionDenied


def _a_le_role(compte: Any, verbe: str) -> bool:
    return compte is not None and compte.profil in ROLES[verbe]


def _de_la_caisse(compte: Any, caisse: Caisse) -> bool:
    return compte.profil in PROFILS_CAISSE and compte.caisses.filter(pk=caisse.pk).exists()


def can_creer_caisse(compte: Any) -> bool:
    """The national administrateur creates caisses and their first administrateur (A-20)."""
    return _a_le_role(compte, "creer_caisse")


def can_regler_caisse(compte: Any, caisse: Caisse) -> bool:
    """An administrateur sets the pôles, delays and channels of his own caisse."""
    return _a_le_role(compte, "regler_caisse") and _de_la_caisse(compte, caisse)


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
    return _a_le_role(compte, "rediger_convention") and _de_la_caisse(compte, caisse)


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
    return _a_le_role(compte, "conduire_convention") and _de_la_caisse(compte, participation.caisse)


def can_lire_code(compte: Any, participation: Participation) -> bool:
    """A gestionnaire reads the code confidentiel of its own structure, unless that caisse excluded him (C-12, A-16)."""
    return (
        _a_le_role(compte, "lire_code")
        and Participation.objects.de(compte).filter(pk=participation.pk).exists()
    )


def can_renouveler_code(compte: Any, participation: Participation) -> bool:
    """The caisse renews its own code (C-12)."""
    return _a_le_role(compte, "renouveler_code") and _de_la_caisse(compte, participation.caisse)


def can_identifier_appelant(compte: Any) -> bool:
    """The caisse's people identify who calls or writes (C-12)."""
    return _a_le_role(compte, "identifier_appelant")
