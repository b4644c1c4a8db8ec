"""Tables of the floor of the domain: journal and its seals, runs of jobs, deletion ledger; and sealed objects."""

from conformite.models.journal import LigneJournal, PurgeJournal, SceauJournal
from conformite.models.objet_scelle import ObjetScelle
from conformite.models.travaux import Execution, FreinPurge, Gel, LotDetruit, TemoinDesCles

__all__ = [
    "Execution",
    "FreinPurge",
    "Gel",
    "LigneJournal",
    "LotDetruit",
    "ObjetScelle",
    "PurgeJournal",
    "SceauJournal",
    "TemoinDesCles",
]
