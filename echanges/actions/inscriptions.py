"""The follow-up of the inscriptions to an EPS, row by row (E-07)."""

from django.core.exceptions import ValidationError
from django.db import transaction

from conformite.journal import consigner
from echanges.journal import Acte
from echanges.models.depots import Depot, StatutDepot
from echanges.models.inscriptions import SuiteInscription, SuiviInscription
from echanges.permissions import a_signe, can_noter_inscription
from socle import horloge
from socle.acteurs import Acteur
from socle.roles import exiger


@transaction.atomic
def noter_inscription(
    *, par: Acteur, depot: Depot, rang: int, suite: str, cause: str = ""
) -> SuiviInscription:
    """Say what becomes of one inscription; a cause goes with « non retenu », and with nothing else.

    Raise ValidationError for a row that is not there, a cause that is missing or too many.
    """
    exiger(can_noter_inscription(par, depot) and a_signe(par, depot.participation.convention_id))
    verrouille = Depot.objects.select_for_update(of=("self",)).get(pk=depot.pk)
    if verrouille.statut != StatutDepot.DEPOSE or not 0 <= rang < verrouille.lignes:
        raise ValidationError("Cette inscription n’est plus là.")
    if rang in verrouille.rangs_ecartes:
        raise ValidationError({"rang": "Cette personne s’est opposée au traitement : ne la contactez plus."})
    if (suite == SuiteInscription.NON_RETENU) != bool(cause):
        raise ValidationError({"cause": "Une cause va avec « Non retenu », et seulement avec lui."})
    suivi, _ = SuiviInscription.objects.update_or_create(
        depot=verrouille,
        rang=rang,
        defaults={"suite": suite, "cause": cause, "note_le": horloge.maintenant(), "note_par": par.compte},
    )
    consigner(Acte.INSCRIPTION_NOTER, par=par, objet=suivi, suite=str(suite))
    return suivi
