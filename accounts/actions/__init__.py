"""Acts on accounts, one function each, by noun: places, comptes, acces."""

from accounts.actions.acces import (
    accepter_cgu,
    activer_compte,
    choisir_second_facteur,
    definir_mot_de_passe,
    demander_mot_de_passe,
    envoyer_lien,
    fermer_sessions,
    publier_cgu,
    rappeler_identifiants,
    trouver_lien,
)
from accounts.actions.comptes import creer_compte, inactiver, modifier_compte, reactiver
from accounts.actions.places import places, verrouiller

__all__ = [
    "accepter_cgu",
    "activer_compte",
    "choisir_second_facteur",
    "creer_compte",
    "definir_mot_de_passe",
    "demander_mot_de_passe",
    "envoyer_lien",
    "fermer_sessions",
    "inactiver",
    "modifier_compte",
    "places",
    "publier_cgu",
    "rappeler_identifiants",
    "reactiver",
    "trouver_lien",
    "verrouiller",
]
