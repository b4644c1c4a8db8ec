"""What was sent by mistake: taken back while the caisse has not read it, else its destruction is asked (D-24)."""

from django.db import transaction

from signalements.actions import instruction
from signalements.models.fil import Message
from signalements.models.pieces import Piece
from signalements.workflow import TransitionImpossible
from socle.acteurs import Acteur
from socle.templatetags.portail import date_courte


@transaction.atomic
def retirer_message(message: Message, *, par: Acteur) -> None:
    """Take a message back. Raise TransitionImpossible when the caisse read it meanwhile, or it is gone."""
    actuel = Message.objects.select_for_update().filter(pk=message.pk, lu_le=None).first()
    demande = message.demande
    if actuel is None:
        raise TransitionImpossible("retirer_message", demande.statut)
    actuel.delete()
    demande.raconter("retirer_message", par=par, precision="")


def demander_destruction(objet: Message | Piece, *, par: Acteur) -> None:
    """Ask the caisse, in the thread, to destroy what it has read; nothing of it is written again.

    Raise TransitionImpossible once the demande is over.
    """
    demande = objet.demande
    if isinstance(objet, Piece):
        quoi = f"la pièce « {objet.libelle} » jointe le {date_courte(objet.ajoute_le, demande.caisse.fuseau)}"
    else:
        quoi = f"notre message du {date_courte(objet.ecrit_le, demande.caisse.fuseau)}"
    texte = f"Envoi par erreur : merci de détruire {quoi}, et de nous confirmer que c’est fait."
    instruction.ecrire(demande, texte=texte, par=par)
