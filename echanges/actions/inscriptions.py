"""The follow-up of the inscriptions to an EPS, row by row (E-07)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from conformite.journal import consigner
from echanges import notifications
from echanges.actions.lecture import noter_le_travail
from echanges.journal import Acte
from echanges.models.depots import Depot
from echanges.models.inscriptions import SuiteInscription, SuiviInscription
from echanges.permissions import a_signe, can_noter_inscription
from socle import horloge
from socle.acteurs import Acteur
from socle.roles import exiger
from socle.transitions import TropTard

UN_JOUR = dt.timedelta(days=1)


@transaction.atomic
def noter_inscription(
    *,
    par: Acteur,
    depot: Depot,
    rang: int,
    suite: str,
    cause: str = "",
    vue_le: dt.datetime | None = None,
) -> SuiviInscription:
    """Say what becomes of one inscription; a cause goes with « non retenu », and with nothing else.

    Raise ValidationError for a row that is not there, a cause that is missing or too many; TropTard for one that another
    person has noted since `vue_le`.
    """
    exiger(can_noter_inscription(par, depot) and a_signe(par, depot.participation.convention_id))
    verrouille = Depot.objects.select_for_update(of=("self",)).get(pk=depot.pk)
    if not verrouille.est_la or not 0 <= rang < verrouille.lignes:
        raise ValidationError("Cette inscription n’est plus là.")
    if rang in verrouille.rangs_ecartes:
        raise ValidationError({"rang": "Cette personne s’est opposée au traitement : ne la contactez plus."})
    if (suite == SuiteInscription.NON_RETENU) != bool(cause):
        raise ValidationError({"cause": "Une cause va avec « Non retenu », et seulement avec lui."})
    maintenant, presente = horloge.maintenant(), verrouille.inscriptions.filter(rang=rang, remplace_le=None)
    note = presente.exclude(note_par=par.compte).first()
    if note is not None and vue_le is not None and note.note_le > vue_le:
        raise TropTard
    # Once a day: who sent them opens the page, where all of them are.
    if not verrouille.inscriptions.filter(note_le__gt=maintenant - UN_JOUR).exists():
        notifications.suites(verrouille)
    presente.update(remplace_le=maintenant)
    suivi = SuiviInscription.objects.create(
        depot=verrouille, rang=rang, suite=suite, cause=cause, note_le=maintenant, note_par=par.compte
    )
    noter_le_travail(par, verrouille)
    consigner(Acte.INSCRIPTION_NOTER, par=par, objet=suivi, suite=str(suite))
    return suivi
