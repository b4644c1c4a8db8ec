"""Who may do what with the accounts that he sees. Out of sight is 404, no right is 403."""

from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from accounts.models.habilitations import DemandeHabilitation
from socle.profils import PROFILS_PARTENAIRE, Profil

G, A, N = Profil.GESTIONNAIRE, Profil.ADMINISTRATEUR, Profil.NATIONAL
T = Profil.TECHNICIEN
EQUIPE = frozenset({Profil.AGENT, Profil.SUPERVISEUR, Profil.DPO})

# (who acts, profile of the account) -> acts. One line reads as a sentence.
# A gestionnaire runs the techniciens of his structure, not the other gestionnaires.
# An administrateur runs the gestionnaires and the accounts of his caisse; of a technicien
# he only closes (A-15, A-16, A-13 without gestionnaire) and reopens what the caisse closed.
# The national administrateur runs the administrateurs.
GESTION = frozenset({"creer", "modifier", "inactiver", "reactiver", "relancer", "refaire_facteur"})
ROLES: dict[tuple[str, str], frozenset[str]] = {
    (G, T): GESTION,
    (A, G): GESTION,
    (A, T): frozenset({"inactiver", "reactiver"}),
    **{(A, profil): GESTION for profil in EQUIPE},
    (N, A): GESTION,
    (N, N): GESTION,
}


def _peut(acte: str, par: Compte, cible: Compte) -> bool:
    return par.pk != cible.pk and acte in ROLES.get((par.profil, cible.profil), frozenset())


def can_gerer_structure(compte: Compte) -> bool:
    """Whether the account runs the accounts of a structure (list, seats, creation)."""
    return compte.profil == G


def can_gerer_equipe(compte: Compte) -> bool:
    """Whether the account runs caisse-side accounts (A-20)."""
    return compte.profil in (A, N)


def can_creer(compte: Compte, profil: str) -> bool:
    """Whether the account may create an account of this profile."""
    return "creer" in ROLES.get((compte.profil, profil), frozenset())


def can_modifier(par: Compte, cible: Compte) -> bool:
    """Whether `par` may change the coordinates of `cible` (A-09)."""
    return _peut("modifier", par, cible) and cible.statut in STATUTS_OCCUPANTS


def can_inactiver(par: Compte, cible: Compte) -> bool:
    """Whether `par` may close `cible` (A-10, A-12, A-15, A-16)."""
    return _peut("inactiver", par, cible) and cible.statut in STATUTS_OCCUPANTS


def can_confier(par: Compte, cible: Compte) -> bool:
    """Whether `par` may see how many demandes of `cible` are open, and name who takes them over (A-12)."""
    return (par.profil, cible.profil) == (G, T)


def can_reactiver(par: Compte, cible: Compte) -> bool:
    """Whether `par` may reopen `cible`: only the side that closed it (A-19), or after A-13 the one who runs it."""
    if cible.statut != Compte.Statut.INACTIF or not _peut("reactiver", par, cible):
        return False
    cote = "partenaire" if par.profil in PROFILS_PARTENAIRE else "caisse"
    if cible.inactive_cote == "systeme":
        return (par.profil, cible.profil) != (A, T)
    return cible.inactive_cote == cote


def can_relancer(par: Compte, cible: Compte) -> bool:
    """Whether `par` may send a fresh activation link (A-05)."""
    return _peut("relancer", par, cible) and cible.statut == Compte.Statut.EN_ATTENTE


def can_refaire_facteur(par: Compte, cible: Compte) -> bool:
    """Whether `par` may, as second person, have a lost one-time code recorded again."""
    return _peut("refaire_facteur", par, cible) and cible.statut == Compte.Statut.ACTIF


def can_signaler(par: Compte, cible: Compte) -> bool:
    """Whether `par` answers a report of fraud, loss or theft about `cible` (A-15), even closed meanwhile."""
    return _peut("inactiver", par, cible)


def can_exclure(par: Compte, cible: Compte) -> bool:
    """Whether `par` may exclude the user from his caisses (A-16)."""
    return par.profil == A and cible.profil in PROFILS_PARTENAIRE and cible.statut in STATUTS_OCCUPANTS


def can_demander(compte: Compte) -> bool:
    """Whether the account may file a demande d'habilitation (A-01): the structure, or the caisse in its name."""
    return compte.profil in (G, A)


def can_traiter(compte: Compte, demande: DemandeHabilitation) -> bool:
    """Whether the account may decide on this request (A-01, A-09, A-10)."""
    return compte.profil == A and demande.statut == DemandeHabilitation.Statut.DEPOSEE


def can_completer(compte: Compte, demande: DemandeHabilitation) -> bool:
    """Whether the account may complete what the caisse sent back, or withdraw it."""
    S = DemandeHabilitation.Statut
    return compte.profil == G and demande.statut in (S.RENVOYEE, S.DEPOSEE)


def can_revoir(compte: Compte) -> bool:
    """Whether the account decides the lines of its structure's review (A-17)."""
    return compte.profil == G


def can_ouvrir_revue(compte: Compte) -> bool:
    """Whether the account opens and follows reviews (A-17)."""
    return compte.profil == A


def can_publier_cgu(compte: Compte) -> bool:
    """Whether the account writes the conditions of use (A-08)."""
    return compte.profil == N
