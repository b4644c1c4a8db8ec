"""Documents that the caisse sends through the portal: to whom, confirmed, opened, taken back (C-10, D-12, R-06)."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.db import transaction
from django.shortcuts import get_object_or_404

from caisses.referentiels import PIECES_SORTANTES
from conformite.journal import consigner
from conventions.models.conventions import Participation, Titre
from fichiers.actions import ranger
from fichiers.controle import Examine
from fichiers.forms import FichiersField
from signalements import notifications, permissions
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.models.pieces import Piece
from signalements.pieces.actions import verifier_place
from signalements.workflow import TransitionImpossible
from socle import horloge
from socle.acteurs import Acteur

_ADRESSE = "Adressez le document à l’adresse connue de l’assuré, puis dites-le dans votre réponse."


def obstacle_au_document(demande: Demande) -> str:
    """Return why no document may be sent for this demande, in one sentence; empty when it may (C-10).

    The convention in force gives the habilitation, and the technicien said for this demande in what capacity the
    structure receives: a mandate that is over opens nothing.
    """
    ouverte = Participation.objects.ouvrant_le_portail().filter(pk=demande.participation_id).first()
    if ouverte is None or not ouverte.documents_par_portail:
        return f"La convention ne permet pas d’envoyer de document à cette structure. {_ADRESSE}"
    contenu = demande.contenu
    if contenu.get("livraison") != "portail" or contenu.get("qualite") not in (
        ouverte.documents_titres or Titre.values
    ):
        return f"La structure n’a pas dit à quel titre elle recevrait un document. {_ADRESSE}"
    fin = contenu.get("mandat_fin")
    if fin and dt.date.fromisoformat(str(fin)) < demande.caisse.jour:
        return f"Le mandat indiqué par la structure est terminé. {_ADRESSE}"
    return ""


def can_envoyer_ici(compte: Acteur, demande: Demande) -> bool:
    """Whether a document may be sent from the page: its motif is about one, and C-10 allows it."""
    return (
        demande.motif.service_id == "document"
        and permissions.can_envoyer_document(compte, demande)
        and not obstacle_au_document(demande)
    )


class DocumentForm(forms.Form):
    """What is sent, and the agent's confirmation."""

    jeton = forms.UUIDField(widget=forms.HiddenInput)
    nature = forms.ChoiceField(
        label="Quel document ?",
        choices=[("", "Choisissez un document"), *PIECES_SORTANTES.items()],
        error_messages={"required": "Choisissez le document que vous envoyez."},
    )
    fichiers = FichiersField(label="Fichiers")
    confirmation = forms.BooleanField(
        error_messages={"required": "Confirmez le destinataire avant l’envoi."},
    )

    def __init__(self, *args: Any, demande: Demande, **options: Any) -> None:
        super().__init__(*args, **options | {"initial": {"jeton": uuid.uuid4()}})
        self.demande = demande
        qualite = dict(Titre.choices).get(demande.contenu.get("qualite", ""), "").lower()
        self.fields["confirmation"].label = (
            f"Je confirme que ce document est pour {demande.partenaire.nom} ({qualite}). "
            "Il concerne cette personne et ne dit rien de plus que nécessaire."
        )


@transaction.atomic
def envoyer(
    demande: Demande, *, examines: list[Examine], nature: str, envoi: uuid.UUID, par: Acteur
) -> list[Piece]:
    """Send checked documents to the structure; the same `envoi` twice sends once.

    Raise TransitionImpossible when the demande is over or C-10 forbids it meanwhile, TropDePieces, OSError.
    """
    verrouillee = Demande.objects.select_for_update().get(pk=demande.pk)
    if not permissions.can_envoyer_document(par, verrouillee) or obstacle_au_document(verrouillee):
        raise TransitionImpossible("envoyer_document", verrouillee.statut)
    if demande.pieces.filter(envoi=envoi).exists():
        return []
    verifier_place(demande, examines)
    documents = []
    for examine in examines:
        document = Piece(demande=demande, cote=Message.Cote.CAISSE, envoi=envoi)
        document.nature = nature
        ranger(document, examine, par=par)
        consigner(Acte.PIECE_ENVOYER, par=par, objet=document, genre=document.genre)
        documents.append(document)
    notifications.message_de_la_caisse(demande)
    return documents


@transaction.atomic
def rappeler(document: Piece, *, par: Acteur) -> Piece:
    """Take a document back: nobody of the structure downloads it any more. Return it, saying whether it was opened."""
    actuel = Piece.objects.select_for_update().select_related("demande").get(pk=document.pk)
    if actuel.rappelee_le is None:
        actuel.rappelee_le, actuel.rappelee_par = horloge.maintenant(), par.compte
        actuel.save(update_fields=["rappelee_le", "rappelee_par"])
        consigner(Acte.PIECE_RAPPELER, par=par, objet=actuel, ouverte=actuel.ouverte_le is not None)
        notifications.message_de_la_caisse(actuel.demande)
    return actuel


@transaction.atomic
def ouvrir(document: Piece, *, par: Acteur) -> bool:
    """Note the first opening by the other side; return whether it may be opened: not once it was taken back.

    Under the row's lock: a document taken back was opened before, or never.
    """
    actuel = get_object_or_404(Piece.objects.select_for_update(), pk=document.pk)
    if actuel.rappelee_le is not None:
        return False
    if actuel.ouverte_le is None:
        actuel.ouverte_le, actuel.ouverte_par = horloge.maintenant(), par.compte
        actuel.save(update_fields=["ouverte_le", "ouverte_par"])
    return True
