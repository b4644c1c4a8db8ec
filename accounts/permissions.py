"""Who may do what with the accounts that he sees: the right alone; the pages say in which state an act comes.

Out of sight is 404, no right is 403, too late is 409.
"""

from accounts.models.compte import Compte
from accounts.models.contreseings import Contreseing
from socle.acteurs import Acteur
from socle.roles import Droit, Geste, gestes, peut, profils_sous


def peut_sur(par: Acteur, geste: Geste, cible: Compte) -> bool:
    """Whether the table lets `par` do `geste` with the account of `cible`; nobody with his own."""
    return par.pk != cible.pk and geste in gestes(par, cible.profil)


def can_gerer_structure(compte: Acteur) -> bool:
    """Whether the account runs the accounts of a structure: list, seats, creation, requests (A-01), review (A-17)."""
    return peut(compte, Droit.GERER_STRUCTURE)


def can_suivre_structures(compte: Acteur) -> bool:
    """Whether the account sees those of the structures of its caisse, and decides on them."""
    return peut(compte, Droit.HABILITER)


def can_gerer_equipe(compte: Acteur) -> bool:
    """Whether the account runs caisse-side accounts (A-20)."""
    return peut(compte, Droit.GERER_EQUIPE)


def can_creer(compte: Acteur, profil: str) -> bool:
    """Whether the account may create an account of this profile."""
    return Geste.CREER in gestes(compte, profil)


def can_modifier(par: Acteur, cible: Compte) -> bool:
    """Whether `par` may change the coordinates of `cible` (A-09)."""
    return peut_sur(par, Geste.MODIFIER, cible)


def can_inactiver(par: Acteur, cible: Compte) -> bool:
    """Whether `par` may close `cible` (A-10, A-12, A-15, A-16), and answers a report about it, even closed meanwhile."""
    return peut_sur(par, Geste.INACTIVER, cible)


def can_confier(par: Acteur, cible: Compte) -> bool:
    """Whether `par` may see how many demandes of `cible` are open, and name who takes them over (A-12)."""
    return peut_sur(par, Geste.CONFIER, cible)


def can_reactiver(par: Acteur, cible: Compte) -> bool:
    """Whether `par` may reopen `cible`: only the side that closed it (A-19), or after A-13 the one who runs it."""
    if not peut_sur(par, Geste.REACTIVER, cible) or cible.statut != Compte.Statut.INACTIF:
        return peut_sur(par, Geste.REACTIVER, cible)
    if cible.inactive_cote == "systeme":
        return peut_sur(par, Geste.CREER, cible)
    return cible.inactive_cote == ("partenaire" if par.cote_partenaire else "caisse")


def can_rouvrir_structure(par: Acteur) -> bool:
    """Whether `par` reopens in one act what the end of the conventions closed (A-19)."""
    return bool(profils_sous(par, Geste.ROUVRIR_APRES_FIN))


def can_rouvrir_apres_fin(par: Acteur, cible: Compte) -> bool:
    """Whether `cible` is one of those."""
    ferme = cible.inactivation == Compte.Inactivation.FIN_CONVENTION
    return ferme and peut_sur(par, Geste.ROUVRIR_APRES_FIN, cible)


def can_relancer(par: Acteur, cible: Compte) -> bool:
    """Whether `par` may send a fresh activation link (A-05)."""
    return peut_sur(par, Geste.RELANCER, cible)


def can_refaire_facteur(par: Acteur, cible: Compte) -> bool:
    """Whether `par` may, as second person, have a lost one-time code recorded again."""
    return peut_sur(par, Geste.REFAIRE_FACTEUR, cible)


def can_exclure(par: Acteur, cible: Compte) -> bool:
    """Whether `par` may exclude the user from his caisses (A-16)."""
    return peut_sur(par, Geste.EXCLURE, cible)


def can_suivre_contreseings(compte: Acteur) -> bool:
    """Whether the account follows what takes two persons, in its caisse or its structure (A-24)."""
    return peut(compte, Droit.VEILLER_AUX_COMPTES, Droit.GERER_STRUCTURE)


def can_refuser(par: Acteur, contreseing: Contreseing) -> bool:
    """Whether `par` may refuse it: who asked takes it back, the second person refuses (A-24). Decided, it is too late."""
    attendu = contreseing.statut == Contreseing.Statut.ATTENDU
    return not attendu or contreseing.demande_par_id == par.pk or contreseing.attend(par.compte)


def can_demander(compte: Acteur) -> bool:
    """Whether the account may file a demande d'habilitation (A-01): the structure, or the caisse in its name."""
    return peut(compte, Droit.DEMANDER_HABILITATION)


def can_decider(compte: Acteur) -> bool:
    """Whether the account decides on requests (A-01, A-09, A-10), and lifts an exclusion (A-16)."""
    return peut(compte, Droit.HABILITER)


def can_ouvrir_revue(compte: Acteur) -> bool:
    """Whether the account opens and follows reviews (A-17)."""
    return peut(compte, Droit.HABILITER)


def can_voir_securite(compte: Acteur) -> bool:
    """Whether the account reads the reports of fraud, loss or theft about those that it sees (A-15)."""
    return peut(compte, Droit.VOIR_SECURITE)


def can_publier_cgu(compte: Acteur) -> bool:
    """Whether the account writes the conditions of use (A-08)."""
    return peut(compte, Droit.PUBLIER_CGU)
