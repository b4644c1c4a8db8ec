"""What is received by telephone or by mail becomes a demande of the structure (D-23)."""

import uuid
from typing import Any

from django.db import IntegrityError, transaction

from caisses.models import Motif
from conformite.jours import terme
from conventions.models.conventions import Participation
from signalements import notifications
from signalements.actions.ecritures import jetons_de, promesse
from signalements.aiguillage.actions import aiguiller, pole_de
from signalements.models.demandes import Demande
from signalements.regles import nouvelle_reference
from signalements.workflow import OUVERTS, Statut, TransitionImpossible
from socle import horloge
from socle.acteurs import Acteur


def preparer(participation: Participation, motif: Motif) -> Demande:
    """Return the demande that an agent is about to enter, not saved."""
    return Demande(
        participation=participation,
        partenaire=participation.partenaire,
        caisse=participation.caisse,
        motif=motif,
        pole=aiguiller(participation.caisse, motif, participation.partenaire.type).pole,
        urgente=motif.urgent,
    )


@transaction.atomic
def saisir(
    demande: Demande,
    *,
    contenu: dict[str, Any],
    appel: dict[str, Any],
    urgente: bool,
    jeton: uuid.UUID,
    par: Acteur,
) -> Demande:
    """D-23: enter a demande for its structure; the same `jeton` twice gives the same demande.

    `appel` says its origin, who called and what was attested aloud. Nobody follows it: an accusé goes to the contact
    address of the structure.
    """
    maintenant = horloge.maintenant()
    demande.reference = nouvelle_reference(demande.caisse.jour)
    demande.jeton, demande.statut, demande.origine = jeton, Statut.DEPOSEE, appel["origine"]
    demande.urgente = urgente or demande.motif.urgent
    demande.creee_le = demande.modifiee_le = demande.deposee_le = maintenant
    demande.promise_le = promesse(demande)
    mois = demande.participation.convention.conservation_mois
    demande.fixer_terme(terme(maintenant, mois, demande.caisse.fuseau))
    contenu = contenu | {"appel": appel}
    demande.poser_contenu(contenu)
    demande.pole = pole_de(demande)
    demande.jetons = jetons_de(demande, contenu)
    try:
        with transaction.atomic():
            demande.save(force_insert=True)
    except IntegrityError:
        # The twin of a double click was there before.
        return Demande.objects.get(jeton=jeton, caisse=demande.caisse_id)
    demande.raconter("saisir", par=par, precision=demande.get_origine_display().lower())
    notifications.demande_saisie(demande)
    return demande


@transaction.atomic
def suivre(demande: Demande, *, attestations: list[str], par: Acteur) -> None:
    """D-23: a technicien takes a demande that nobody followed, and confirms what was attested aloud.

    Raise TransitionImpossible when a colleague was faster, or when it is over.
    """
    verrouillee = Demande.objects.select_for_update().get(pk=demande.pk)
    if verrouillee.technicien_id or verrouillee.statut not in OUVERTS:
        raise TransitionImpossible("suivre", verrouillee.statut)
    demande.technicien = par.compte
    demande.poser_contenu(
        demande.contenu | {"attestations": attestations, "atteste_le": horloge.maintenant().isoformat()}
    )
    demande.save(update_fields=["technicien", "contenu_scelle"])
    demande.raconter("suivre", par=par, precision="")
