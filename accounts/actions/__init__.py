"""Acts on accounts, one function each, by noun."""

from accounts.actions.acces import (
    accepter_cgu,
    choisir_second_facteur,
    definir_mot_de_passe,
    demander_mot_de_passe,
    envoyer_lien,
    fermer_sessions,
    publier_cgu,
    rappeler_identifiants,
    trouver_lien,
)
from accounts.actions.activation import activer_compte
from accounts.actions.comptes import creer_compte, inactiver, modifier_compte, reactiver, rouvrir_apres_fin
from accounts.actions.departs import annoncer_depart, executer_depart, remplacer_technicien
from accounts.actions.habilitations import (
    accepter_demande,
    completer_demande,
    deposer_demande,
    refuser_demande,
    renvoyer_demande,
    retirer_demande,
)
from accounts.actions.places import places, verrouiller
from accounts.actions.securite import exclure, lever_exclusion, signaler, traiter_signalement

__all__ = [
    "accepter_cgu",
    "accepter_demande",
    "activer_compte",
    "annoncer_depart",
    "choisir_second_facteur",
    "completer_demande",
    "creer_compte",
    "definir_mot_de_passe",
    "demander_mot_de_passe",
    "deposer_demande",
    "envoyer_lien",
    "exclure",
    "executer_depart",
    "fermer_sessions",
    "inactiver",
    "lever_exclusion",
    "modifier_compte",
    "places",
    "publier_cgu",
    "rappeler_identifiants",
    "reactiver",
    "refuser_demande",
    "remplacer_technicien",
    "renvoyer_demande",
    "retirer_demande",
    "rouvrir_apres_fin",
    "signaler",
    "traiter_signalement",
    "trouver_lien",
    "verrouiller",
]
