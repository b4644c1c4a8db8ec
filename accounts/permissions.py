"""Who may do what with the accounts that he sees: the right, then the state. Out of sight is 404, no right is 403."""

from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from accounts.models.contreseings import Contreseing
from accounts.models.habilitations import DemandeHabilitation
from socle.acteurs import Acteur
from socle.roles import Droit, Geste, gestes, peut, profils_sous


def peut_sur(par: Acteur, geste: Geste, cible: Compte) -> bool:
    """Whether the table lets `par` do `geste` with the account of `cible`; nobody with his own."""
    return par.pk != cible.pk and geste in gestes(par, cible.profil)


def can_gerer_structure(compte: Acteur) -> bool:
    """Whether the account runs the accounts of a structure (list, seats, creation)."""
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
    return peut_sur(par, Geste.MODIFIER, cible) and cible.statut in STATUTS_OCCUPANTS


def can_inactiver(par: Acteur, cible: Compte) -> bool:
    """Whether `par` may close `cible` (A-10, A-12, A-15, A-16)."""
    return can_signaler(par, cible) and cible.statut in STATUTS_OCCUPANTS


def can_confier(par: Acteur, cible: Compte) -> bool:
    """Whether `par` may see how many demandes of `cible` are open, and name who takes them over (A-12)."""
    return peut_sur(par, Geste.CONFIER, cible)


def can_reactiver(par: Acteur, cible: Compte) -> bool:
    """Whether `par` may reopen `cible`: only the side that closed it (A-19), or after A-13 the one who runs it."""
    if cible.statut != Compte.Statut.INACTIF or not peut_sur(par, Geste.REACTIVER, cible):
        return False
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
    return peut_sur(par, Geste.RELANCER, cible) and cible.statut == Compte.Statut.EN_ATTENTE


def can_refaire_facteur(par: Acteur, cible: Compte) -> bool:
    """Whether `par` may, as second person, have a lost one-time code recorded again."""
    return peut_sur(par, Geste.REFAIRE_FACTEUR, cible) and cible.statut == Compte.Statut.ACTIF


def can_signaler(par: Acteur, cible: Compte) -> bool:
    """Whether `par` answers a report of fraud, loss or theft about `cible` (A-15), even closed meanwhile."""
    return peut_sur(par, Geste.INACTIVER, cible)


def can_exclure(par: Acteur, cible: Compte) -> bool:
    """Whether `par` may exclude the user from his caisses (A-16)."""
    return peut_sur(par, Geste.EXCLURE, cible) and cible.statut in STATUTS_OCCUPANTS


def can_suivre_contreseings(compte: Acteur) -> bool:
    """Whether the account follows what takes two persons, in its caisse or its structure (A-24)."""
    return peut(compte, Droit.VEILLER_AUX_COMPTES, Droit.GERER_STRUCTURE)


def can_contresigner(par: Acteur, contreseing: Contreseing) -> bool:
    """Whether `par` may be the second person now: neither who asked nor the account concerned (A-24)."""
    return contreseing.statut == Contreseing.Statut.ATTENDU and contreseing.attend(par.compte)


def can_refuser(par: Acteur, contreseing: Contreseing) -> bool:
    """Whether `par` may refuse it, or take back what he asked."""
    sien = contreseing.demande_par_id == par.pk and contreseing.statut == Contreseing.Statut.ATTENDU
    return sien or can_contresigner(par, contreseing)


def can_demander(compte: Acteur) -> bool:
    """Whether the account may file a demande d'habilitation (A-01): the structure, or the caisse in its name."""
    return peut(compte, Droit.DEMANDER_HABILITATION)


def can_decider(compte: Acteur) -> bool:
    """Whether the account decides on requests, in whatever state (A-01, A-09, A-10)."""
    return peut(compte, Droit.HABILITER)


def can_traiter(compte: Acteur, demande: DemandeHabilitation) -> bool:
    """Whether the account may decide on this request now (A-01, A-09, A-10)."""
    return can_decider(compte) and demande.statut == DemandeHabilitation.Statut.DEPOSEE


def can_completer(compte: Acteur, demande: DemandeHabilitation) -> bool:
    """Whether the account may complete what the caisse sent back, or withdraw it."""
    S = DemandeHabilitation.Statut
    return peut(compte, Droit.GERER_STRUCTURE) and demande.statut in (S.RENVOYEE, S.DEPOSEE)


def can_revoir(compte: Acteur) -> bool:
    """Whether the account decides the lines of its structure's review (A-17)."""
    return peut(compte, Droit.GERER_STRUCTURE)


def can_ouvrir_revue(compte: Acteur) -> bool:
    """Whether the account opens and follows reviews (A-17)."""
    return peut(compte, Droit.HABILITER)


def can_voir_securite(compte: Acteur) -> bool:
    """Whether the account reads the reports of fraud, loss or theft about those that it sees (A-15)."""
    return peut(compte, Droit.VOIR_SECURITE)


def can_publier_cgu(compte: Acteur) -> bool:
    """Whether the account writes the conditions of use (A-08)."""
    return peut(compte, Droit.PUBLIER_CGU)
