"""A new retention that also counts for what is already there, because an avenant says so (T-06, C-06)."""

from django.db import transaction

from conformite.gels import est_gele
from conformite.journal import consigner
from conformite.jours import terme
from conformite.models.travaux import Gel
from conventions.models.suites import Avenant
from signalements.actions.ecritures import deplacer_terme
from signalements.journal import Acte
from signalements.models.demandes import Demande
from socle import horloge


def appliquer_a_l_existant() -> int:
    """Move the terms of what was received before the avenants that say so; return how many demandes.

    One transaction for each demande, towards a term that depends on nothing but its reception: a killed job starts
    again where it was, running twice changes nothing.
    """
    deplacees = 0
    avenants = Avenant.objects.filter(
        vaut_pour_l_existant=True, applique_le__isnull=False, existant_traite_le=None
    )
    for avenant in avenants.order_by("prend_effet_le", "numero", "pk"):
        if "conservation_mois" in avenant.changements:
            deplacees += _appliquer(avenant, avenant.changements["conservation_mois"][1])
        Avenant.objects.filter(pk=avenant.pk).update(existant_traite_le=horloge.maintenant())
    return deplacees


def _appliquer(avenant: Avenant, mois: int) -> int:
    deja_la = Demande.objects.deposees().filter(
        participation__convention=avenant.convention_id, deposee_le__lte=avenant.applique_le
    )
    deplacees = 0
    for cle in list(deja_la.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            demande = deja_la.select_related("caisse").select_for_update(of=("self",)).filter(pk=cle).first()
            deplacees += demande is not None and _deplacer(demande, mois)
    consigner(
        Acte.CONVENTION_APPLIQUER_A_L_EXISTANT,
        objet=avenant,
        nombre=deplacees,
    )
    return deplacees


def _deplacer(demande: Demande, mois: int) -> bool:
    """Give a demande its new term; what a hold or a prolongation gave is never taken back (D-15)."""
    nouveau = terme(demande.deposee_le, mois, demande.caisse.fuseau)
    gele = est_gele(demande)
    if gele:
        Gel.objects.actifs(horloge.maintenant()).filter(
            objet_type=demande._meta.label_lower, objet_id=str(demande.pk)
        ).update(terme_initial=nouveau)
    if gele or demande.prolongations:
        nouveau = max(nouveau, demande.terme_le)
    if nouveau == demande.terme_le:
        return False
    deplacer_terme(demande, nouveau)
    return True
