"""Who may do what on partenaires and conventions: the right, and whose convention."""

from caisses.models import Caisse
from conventions.models.conventions import Convention, Participation
from conventions.models.partenaires import Partenaire
from conventions.models.suites import Partie
from socle.acteurs import Acteur
from socle.roles import Droit, peut


def can_chercher_partenaire(acteur: Acteur) -> bool:
    """Whether `acteur` finds any structure by its exact SIRET, and creates it (A-21)."""
    return peut(acteur, Droit.CONDUIRE_CONVENTIONS)


def can_modifier_partenaire(acteur: Acteur, partenaire: Partenaire) -> bool:
    """Whether `acteur` changes members and mail domains: a caisse with a convention in force (A-21)."""
    parts = Participation.objects.donnant(Droit.CONDUIRE_CONVENTIONS, acteur)
    return parts.filter(partenaire=partenaire).exists()


def can_rediger_convention(acteur: Acteur, caisse: Caisse) -> bool:
    """Whether `acteur` drafts the conventions of this caisse, his own."""
    return peut(acteur, Droit.CONDUIRE_CONVENTIONS) and acteur.agit_pour(caisse)


def can_lire_conventions(acteur: Acteur) -> bool:
    """Whether `acteur` reads conventions; `visibles_par` says which."""
    return peut(acteur, Droit.LIRE_CONVENTIONS)


def can_lire_structure(acteur: Acteur) -> bool:
    """Whether `acteur` reads the record of a structure; the perimeter says of which."""
    return peut(acteur, Droit.LIRE_STRUCTURE)


def can_conduire_convention(acteur: Acteur, convention: Convention) -> bool:
    """Whether `acteur` signs, amends and ends it: an administrateur of one of its caisses."""
    parts = convention.participations.select_related("caisse")
    return peut(acteur, Droit.CONDUIRE_CONVENTIONS) and any(acteur.agit_pour(part.caisse) for part in parts)


def can_parler(acteur: Acteur, convention: Convention) -> bool:
    """Whether `acteur` speaks for the structure in this convention, unless its caisses excluded him (C-20, A-16)."""
    return peut(acteur, Droit.GERER_STRUCTURE) and convention.participations.de(acteur).exists()


def can_ecrire_suivi(acteur: Acteur, convention: Convention) -> bool:
    """Whether `acteur` writes a side of the follow-up: each party its own (C-20)."""
    return can_conduire_convention(acteur, convention) or can_parler(acteur, convention)


def can_tenir_referents(acteur: Acteur, convention: Convention, partie: str) -> bool:
    """Whether `acteur` keeps the référents of this party: the structure its own, a caisse all of them (C-08, C-20)."""
    if can_conduire_convention(acteur, convention):
        return True
    return partie == Partie.PARTENAIRE and can_parler(acteur, convention)


def can_tenir_fiche(acteur: Acteur, partenaire: Partenaire) -> bool:
    """Whether `acteur` keeps what the structure must communicate: its own gestionnaire (C-20)."""
    return peut(acteur, Droit.GERER_STRUCTURE) and acteur.partenaire_id == partenaire.pk


def can_conduire_participation(acteur: Acteur, participation: Participation) -> bool:
    """Whether `acteur` conducts what concerns one caisse's part: that caisse's administrateur (C-01)."""
    return peut(acteur, Droit.CONDUIRE_CONVENTIONS) and acteur.agit_pour(participation.caisse)


def can_lire_code(acteur: Acteur, participation: Participation) -> bool:
    """Whether `acteur` reads the code confidentiel, unless that caisse excluded him (C-12, A-16)."""
    return Participation.objects.donnant(Droit.LIRE_CODE, acteur).filter(pk=participation.pk).exists()


def can_renouveler_code(acteur: Acteur, participation: Participation) -> bool:
    """Whether `acteur` renews the code of his own caisse (C-12)."""
    return can_conduire_participation(acteur, participation)


def can_identifier_appelant(acteur: Acteur) -> bool:
    """Whether `acteur` identifies who calls or writes (C-12)."""
    return peut(acteur, Droit.IDENTIFIER_APPELANT)
