"""Where a demande goes within the caisse, and to another one (D-11, D-19)."""

from typing import Any

from django.db import transaction

from caisses.models import Pole
from conventions.models.conventions import Participation
from signalements import notifications
from signalements.actions.ecritures import ajouter_message, jetons_de, promesse
from signalements.actions.rendez_vous import renoncer_au_rendez_vous
from signalements.aiguillage.actions import pole_de
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.models.preferences import ARevoir
from signalements.workflow import OUVERTS, TransitionImpossible
from socle import horloge
from socle.acteurs import Acteur
from socle.perimetre import MACHINE, au_nom_de


@transaction.atomic
def attribuer(demande: Demande, *, agent: Any, texte: str, par: Acteur) -> None:
    """D-22: hand the demande over to another agent of the caisse, with a word for him; he is told."""
    _verrouiller_ouverte(demande, "attribuer")
    if not demande.agent_id:
        demande.transiter("prendre_en_charge", par=par, le=horloge.maintenant(), agent=agent)
    else:
        demande.agent = agent
        demande.save(update_fields=["agent"])
    ajouter_message(demande, Message.Nature.NOTE, texte, par)
    demande.raconter("attribuer", par=par, precision="", a=agent)
    if agent.pk != par.pk:
        notifications.demande_attribuee(demande)


@transaction.atomic
def rediriger(demande: Demande, *, pole: Pole, texte: str, par: Acteur) -> None:
    """D-22: hand the demande over to another pôle of the caisse: nobody has it any more, the promised date stays.

    The word is an internal note for whoever takes it; the agents of the pôle are told.
    """
    demande.transiter(
        "rediriger", par=par, le=horloge.maintenant(), precision=pole.libelle, pole=pole, agent=None
    )
    ajouter_message(demande, Message.Nature.NOTE, texte, par)
    notifications.demande_orientee(demande, par)


# The demande leaves the perimeter of who sends it.
@au_nom_de(MACHINE)
@transaction.atomic
def transferer(demande: Demande, *, participation: Participation, texte: str, par: Acteur) -> None:
    """Transfer to another caisse whose convention with the structure has this motif open (D-19).

    Reference, reception and term stay; delays restart; the former caisse sees it no more.
    """
    maintenant = horloge.maintenant()
    renoncer_au_rendez_vous(demande, par=par)
    demande.avis_attendus.all().delete()
    # What the former caisse asked, and its marks, end with its turn; those of the structure stay.
    siennes = demande.caisse.etiquettes.all()
    list(siennes.select_for_update().order_by("pk"))
    demande.etiquettes.remove(*siennes)
    siennes.oublier_les_vides()
    ARevoir.objects.filter(demande=demande, compte__partenaire=None).delete()
    ajouter_message(demande, Message.Nature.RAISON, texte, par)
    caisse = participation.caisse
    demande.rattacher(caisse=caisse, participation=participation)
    demande.transiter(
        "transferer",
        par=par,
        le=maintenant,
        precision=caisse.nom,
        caisse=caisse,
        participation=participation,
        cle_enveloppee=demande.cle_enveloppee,
        jetons=jetons_de(demande, demande.contenu),
        pole=pole_de(demande),
        agent=None,
        promise_le=promesse(demande),
        en_attente_le=None,
    )
    notifications.demande_transferee(demande)


def _verrouiller_ouverte(demande: Demande, verbe: str) -> None:
    verrouillee = Demande.objects.select_for_update().get(pk=demande.pk)
    if verrouillee.statut not in OUVERTS:
        raise TransitionImpossible(verbe, verrouillee.statut)
    demande.agent_id, demande.statut = verrouillee.agent_id, verrouillee.statut
