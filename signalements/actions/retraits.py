"""What was sent by mistake: taken back while the other side has not read it, else destroyed at its request (D-24)."""

from typing import Any

from django.db import transaction

from fichiers.actions import retirer
from signalements import notifications
from signalements.actions import instruction
from signalements.actions.ecritures import promesse_au_retour
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.models.pieces import Piece
from signalements.workflow import Statut, TransitionImpossible
from socle import horloge
from socle.acteurs import Acteur
from socle.templatetags.portail import date_courte


@transaction.atomic
def retirer_message(message: Message, *, par: Acteur) -> None:
    """Take a message back; an answer, or a complement asked, takes the state that it brought with it.

    An answer given to several demandes is taken back from all (D-29). Raise TransitionImpossible when the other side read it
    meanwhile, or it is gone.
    """
    autres: list[Message] = []
    if (message.nature, message.demande.statut) == (Message.Nature.REPONSE, Statut.TRAITEE):
        jointes = Demande.objects.repondues_avec(message.demande).order_by("pk")
        autres = [une.messages.filter(nature=message.nature).latest("pk") for une in jointes]
    for un in (message, *autres):
        _retirer(un, par=par)


def _retirer(message: Message, *, par: Acteur) -> None:
    demande = message.demande
    verrouillee = Demande.objects.select_for_update().get(pk=demande.pk)
    actuel = Message.objects.select_for_update().filter(pk=message.pk, lu_le=None).first()
    if actuel is None:
        raise TransitionImpossible("retirer_message", verrouillee.statut)
    champs = _ce_que_l_envoi_a_change(verrouillee, actuel)
    actuel.delete()
    if champs is None:
        demande.raconter("retirer_message", par=par, precision="", retire=str(message.sceau))
    else:
        demande.transiter(
            "retirer_envoi", par=par, le=horloge.maintenant(), retire=str(message.sceau), **champs
        )


def _ce_que_l_envoi_a_change(demande: Demande, message: Message) -> dict[str, Any] | None:
    """Return the fields to give back when this message is what the demande stands on; None otherwise."""
    if demande.messages.filter(nature=message.nature, pk__gt=message.pk).exists():
        return None
    if (message.nature, demande.statut) == (Message.Nature.REPONSE, Statut.TRAITEE):
        return {"traitee_le": None, "traitee_par": None, "issue": ""}
    attendu = (message.nature, demande.statut) == (Message.Nature.COMPLEMENT_DEMANDE, Statut.EN_ATTENTE)
    if attendu and not demande.rendez_vous.proposes().exists():
        return {"promise_le": promesse_au_retour(demande), "en_attente_le": None, "relances": 0}
    return None


@transaction.atomic
def demander_destruction(objet: Message | Piece, *, par: Acteur) -> None:
    """Ask the other side to destroy what it has read; in the thread while it is open, nothing of it is written again.

    Twice is once. Raise TransitionImpossible when it is gone.
    """
    demande = objet.demande
    actuel = _verrouiller(objet, "demander_destruction")
    if actuel.a_detruire_le is not None:
        return
    actuel.a_detruire_le = horloge.maintenant()
    actuel.save(update_fields=["a_detruire_le"])
    demande.raconter("demander_destruction", par=par, precision=designation(objet, sans_nature=True))
    if demande.est_ouverte:
        texte = f"Envoi par erreur : merci de détruire {designation(objet, 'notre ')}, et de nous confirmer que c’est fait."
        instruction.ecrire(demande, texte=texte, par=par)
    else:
        _prevenir(demande, par)


@transaction.atomic
def detruire(objet: Message | Piece, *, par: Acteur) -> None:
    """Destroy what the other side sent by mistake, at its request. Raise TransitionImpossible when it is gone, or nothing was asked."""
    demande = objet.demande
    actuel = _verrouiller(objet, "detruire")
    if actuel.a_detruire_le is None:
        raise TransitionImpossible("detruire", demande.statut)
    quoi = designation(objet, sans_nature=True)
    if isinstance(actuel, Piece):
        sceau = actuel.emplacement
        retirer(actuel)
    else:
        sceau = actuel.sceau
        actuel.delete()
    demande.raconter("detruire", par=par, precision=quoi, retire=str(sceau))
    _prevenir(demande, par)


def designation(objet: Message | Piece, notre: str = "", *, sans_nature: bool = False) -> str:
    """Say which message or piece, by its kind and its day; never its name nor a word of it. The history, in clear, leaves the kind."""
    fuseau = objet.demande.caisse.fuseau
    if isinstance(objet, Piece):
        verbe = "envoyée" if objet.sortante else "jointe"
        nature = "" if sans_nature else f"« {objet.libelle} » "
        return f"la pièce {nature}{verbe} le {date_courte(objet.ajoute_le, fuseau)}"
    return f"{notre or 'le '}message du {date_courte(objet.ecrit_le, fuseau)}"


def _verrouiller(objet: Any, verbe: str) -> Any:
    """Lock the demande, then the row itself."""
    statut = Demande.objects.select_for_update().values_list("statut", flat=True).get(pk=objet.demande_id)
    actuel = type(objet).objects.select_for_update().filter(pk=objet.pk).first()
    if actuel is None:
        raise TransitionImpossible(verbe, statut)
    actuel.demande = objet.demande
    return actuel


def _prevenir(demande: Demande, par: Acteur) -> None:
    if par.cote_caisse:
        notifications.message_de_la_caisse(demande)
    else:
        notifications.complement_apporte(demande)
