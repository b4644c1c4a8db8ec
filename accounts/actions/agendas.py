"""The address at which a calendar reads the dates of the conventions, without a session: a personal link that is used again."""

from django.db import transaction

from accounts.actions.acces import creer_lien, trouver_lien
from accounts.actions.places import verrouiller_compte
from accounts.journal import Acte
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from conformite.journal import consigner
from conformite.models.journal import LigneJournal
from conventions.permissions import can_chercher_partenaire
from socle import horloge


@transaction.atomic
def ouvrir_agenda(compte: Compte) -> LienPersonnel:
    """Make an address in place of the former one, for a year; only its hash is kept, and it ends with the account."""
    _fermer(verrouiller_compte(compte))
    lien = creer_lien(compte, LienPersonnel.Usage.AGENDA, horloge.maintenant())
    consigner(Acte.COMPTE_AGENDA_OUVRIR, par=compte, objet=compte)
    return lien


@transaction.atomic
def retirer_agenda(*, par: Compte) -> None:
    """Withdraw the address; twice is once."""
    if _fermer(par):
        consigner(Acte.COMPTE_AGENDA_RETIRER, par=par, objet=par)


def _fermer(compte: Compte) -> int:
    return compte.liens.agendas(horloge.maintenant()).update(consomme_le=horloge.maintenant())


@transaction.atomic
def lire_agenda(jeton: str) -> Compte | None:
    """Return whose dates this address gives, None when nobody's; one line in the journal, the first time of each day."""
    lien = trouver_lien(jeton, LienPersonnel.Usage.AGENDA)
    if lien is None or not (lien.compte.is_active and can_chercher_partenaire(lien.compte)):
        return None
    # Two softwares that come together leave one line.
    compte = verrouiller_compte(lien.compte)
    lues = LigneJournal.objects.filter(compte=compte.pk, jour=horloge.maintenant().date())
    if not lues.filter(acte=Acte.COMPTE_AGENDA_LIRE).exists():
        consigner(Acte.COMPTE_AGENDA_LIRE, par=compte, objet=compte)
    return compte
