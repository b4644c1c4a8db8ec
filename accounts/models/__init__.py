"""The models of accounts, one module per noun."""

from accounts.models.acces import AcceptationCGU, LienPersonnel, MotDePasseAncien, VersionCGU
from accounts.models.compte import Compte
from accounts.models.facteurs import AppareilTOTP, CodeSecours, PosteConnu
from accounts.models.habilitations import DemandeHabilitation, Exclusion, NoticeCompte, SignalementSecurite
from accounts.models.revues import LigneRevue, Revue
from accounts.models.sessions import SessionPortail

__all__ = [
    "AcceptationCGU",
    "AppareilTOTP",
    "CodeSecours",
    "Compte",
    "DemandeHabilitation",
    "Exclusion",
    "LienPersonnel",
    "LigneRevue",
    "MotDePasseAncien",
    "NoticeCompte",
    "PosteConnu",
    "Revue",
    "SessionPortail",
    "SignalementSecurite",
    "VersionCGU",
]
