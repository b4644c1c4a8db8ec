"""The flows of a convention, set by the caisse, and « état néant » said by who sends them (E-05, E-10)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from conformite.journal import consigner
from conventions.models.conventions import Participation
from conventions.models.suites import Avenant
from echanges import catalogue
from echanges.journal import Acte
from echanges.models.flux import EtatNeant, FluxConvenu
from echanges.permissions import a_signe, can_declarer_neant, can_regler
from echanges.regles import periode_valide, periodes_attendues
from socle import horloge
from socle.actes import seulement
from socle.acteurs import Acteur
from socle.roles import exiger

# What a caisse says of a flow, beside its code and its first day (E-10).
CONVENUS = {"periodicite", "rang", "mois", "avec_nir", "ecartees", "ajoutees", "conservation_depart"}


def exige_un_avenant(participation: Participation) -> bool:
    """Whether files are exchanged already: what the convention says of its flows then changes by avenant only (C-06)."""
    neants = EtatNeant.objects.filter(flux__participation=participation)
    return participation.depots.annonces().exists() or neants.exists()


def verifier_avenant(participation: Participation, avenant: Avenant | None, jour: dt.date) -> None:
    """Raise ValidationError unless this avenant of the convention is signed, and has its effect on `jour`."""
    if avenant is None:
        raise ValidationError(
            {"avenant": "Les échanges ont commencé : choisissez l’avenant signé qui change ce flux."}
        )
    if avenant.convention_id != participation.convention_id or avenant.signe_le is None:
        raise ValidationError({"avenant": "Cet avenant n’est pas signé, ou n’est pas de cette convention."})
    if avenant.prend_effet_le is None or avenant.prend_effet_le > jour:
        raise ValidationError({"avenant": "Cet avenant n’a pas encore pris effet à cette date."})


@transaction.atomic
def convenir_flux(
    *,
    par: Acteur,
    participation: Participation,
    code: str,
    depuis: dt.date,
    avenant: Avenant | None = None,
    **champs: object,
) -> FluxConvenu:
    """Open a flow for a caisse's part; once files are exchanged, by avenant (C-06).

    Raise ValidationError when it is open already, unknown, or when its avenant is missing.
    """
    exiger(can_regler(par, participation))
    seulement(CONVENUS, champs)
    Participation.objects.select_for_update(no_key=True).get(pk=participation.pk)
    if code not in catalogue.flux():
        raise ValidationError({"code": "Ce flux n’existe pas."})
    if participation.flux.ouverts().filter(code=code).exists():
        raise ValidationError({"code": "Ce flux est déjà ouvert. Fermez-le pour en convenir autrement."})
    if exige_un_avenant(participation):
        verifier_avenant(participation, avenant, depuis)
    champs.setdefault("periodicite", catalogue.flux()[code].periodicite)
    flux = FluxConvenu(
        participation=participation,
        code=code,
        depuis=depuis,
        avenant=avenant,
        convenu_le=horloge.maintenant(),
        **champs,
    )
    flux.full_clean(validate_unique=False, validate_constraints=False)
    flux.save()
    consigner(Acte.FLUX_CONVENIR, par=par, objet=flux, flux=code)
    return flux


@transaction.atomic
def clore_flux(*, par: Acteur, flux: FluxConvenu, avenant: Avenant | None = None) -> bool:
    """Close a flow: nothing more is deposited nor awaited; what is there stays readable. Whether this call did it.

    Raise ValidationError when it has served and no avenant closes it (C-06).
    """
    exiger(can_regler(par, flux.participation))
    participation = (
        Participation.objects.select_for_update(no_key=True, of=("self",))
        .select_related("caisse")
        .get(pk=flux.participation_id)
    )
    if flux.a_servi:
        verifier_avenant(participation, avenant, participation.caisse.jour)
    ouvert = FluxConvenu.objects.ouverts().filter(pk=flux.pk)
    if not ouvert.update(clos_le=horloge.maintenant(), clos_par=avenant):
        return False
    consigner(Acte.FLUX_CLORE, par=par, objet=flux, flux=flux.code)
    return True


@transaction.atomic
def declarer_neant(*, par: Acteur, flux: FluxConvenu, periode: str) -> EtatNeant:
    """Say that a period has nothing to send (E-10). Raise ValidationError when it is not awaited, or already there."""
    exiger(can_declarer_neant(par, flux) and a_signe(par, flux.participation.convention_id))
    participation = Participation.objects.select_for_update(no_key=True).get(pk=flux.participation_id)
    attendues = periodes_attendues(flux.periodicite, flux.depuis, participation.caisse.jour)
    if not periode_valide(flux.periodicite, periode) or periode not in attendues:
        raise ValidationError("Cette période n’est pas attendue.")
    if flux.depots.deposes().filter(periode=periode).exists():
        raise ValidationError("Un fichier est déjà déposé pour cette période.")
    neant, fait = EtatNeant.objects.get_or_create(
        flux=flux, periode=periode, defaults={"declare_le": horloge.maintenant(), "declare_par": par.compte}
    )
    if fait:
        consigner(Acte.FLUX_NEANT, par=par, objet=neant, flux=flux.code, periode=periode)
    return neant
