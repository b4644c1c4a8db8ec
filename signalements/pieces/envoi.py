"""A message and its files are one gesture (D-25): one form, one act, sent together or not at all."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from caisses.referentiels import PIECES_ENTRANTES
from conventions.views.preuves import rangement
from fichiers.actions import examiner_envoi
from fichiers.controle import Examine
from fichiers.forms import FichiersField
from signalements import notifications
from signalements.actions import instruction
from signalements.documents.actions import envoyer
from signalements.forms.instruction import MessageForm
from signalements.models.demandes import Demande
from signalements.models.pieces import montrees
from signalements.pieces.actions import attacher, refuser, sans_doublons
from socle.acteurs import Acteur
from socle.templatetags.portail import accorder


class EnvoiAvecPiecesForm(MessageForm):
    """A message, files, or both. What the files are is guessed from what the motif still calls for."""

    jeton = forms.UUIDField(widget=forms.HiddenInput, required=False)
    fichiers = FichiersField(label="Fichiers à joindre", required=False)
    nature = forms.ChoiceField(label="Que sont ces fichiers ?", required=False)
    field_order = ["texte", "fichiers", "nature"]

    def __init__(self, *args: Any, demande: Demande, **options: Any) -> None:
        jointes = {un.nature for un in montrees(demande)}
        appelees = [code for code in demande.motif.pieces if code in PIECES_ENTRANTES]
        manquantes = [code for code in appelees if code not in jointes]
        self.nature_probable = manquantes[0] if manquantes else "autre"
        initial = {"jeton": uuid.uuid4(), "nature": self.nature_probable}
        super().__init__(*args, initial=initial, **options)
        self.fields["texte"].required = False
        suite = [code for code in PIECES_ENTRANTES if code not in appelees]
        self.fields["nature"].choices = [(code, PIECES_ENTRANTES[code]) for code in (*appelees, *suite)]

    def clean_jeton(self) -> uuid.UUID:
        """A sending without its number is a new one."""
        return self.cleaned_data["jeton"] or uuid.uuid4()

    def clean_nature(self) -> str:
        """What was not said is what is most probably sent."""
        return self.cleaned_data["nature"] or self.nature_probable

    def clean(self) -> dict[str, Any]:
        """Either is enough (D-25), nothing is not."""
        donnees = super().clean() or {}
        rien = not donnees.get("texte") and not donnees.get("fichiers")
        if rien and not self.errors.keys() & {"texte", "fichiers"}:
            self.add_error("texte", "Écrivez un message, ou joignez une pièce.")
        return donnees


class QuestionForm(EnvoiAvecPiecesForm):
    """A question has its words; files may come with it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["texte"].required = True


def avec_pieces(faire: Callable[..., Any]) -> Callable[..., None]:
    """Return the act that does `faire` with a text and sends its files, in one transaction (D-25).

    One refused file and nothing leaves: the form says which. Raise ValidationError, TransitionImpossible.
    """

    def agir(
        demande: Demande,
        *,
        par: Acteur,
        texte: str,
        fichiers: list[UploadedFile],
        nature: str,
        jeton: uuid.UUID,
    ) -> None:
        examines = _examiner(demande, fichiers, envoi=jeton, par=par)
        with rangement():
            _envoyer(demande, faire, texte=texte, examines=examines, nature=nature, envoi=jeton, par=par)

    return agir


def envoyer_un_document(
    demande: Demande,
    *,
    par: Acteur,
    fichiers: list[UploadedFile],
    nature: str,
    jeton: uuid.UUID,
    confirmation: bool,
) -> None:
    """Send documents from the page of the demande, once their addressee is confirmed (D-12).

    One refused file and nothing leaves. Raise ValidationError, TransitionImpossible.
    """
    examines = _examiner(demande, fichiers, envoi=jeton, par=par)
    with rangement():
        envoyer(demande, examines=examines, nature=nature, envoi=jeton, par=par)


def _examiner(
    demande: Demande, fichiers: list[UploadedFile], *, envoi: uuid.UUID, par: Acteur
) -> list[Examine]:
    """Check the files; one that is there already is not sent again, and when none is left it is said (D-06)."""
    examines, refuses = examiner_envoi(fichiers, par=par)
    for _, refus in refuses:
        refuser(demande, refus, par=par)
    if refuses:
        raise ValidationError(
            {
                "fichiers": [
                    *(f"« {nom[:80]} » : {refus.message}" for nom, refus in refuses),
                    "Rien n’a été envoyé. Choisissez à nouveau vos fichiers, puis envoyez.",
                ]
            }
        )
    neufs = sans_doublons(demande, examines)
    if examines and not neufs and not demande.pieces.filter(envoi=envoi).exists():
        deja = accorder(len(examines), "fichier est déjà joint,fichiers sont déjà joints")
        raise ValidationError({"fichiers": f"{deja} à cette demande : rien n’a été envoyé."})
    return neufs


@transaction.atomic
def _envoyer(
    demande: Demande,
    faire: Callable[..., Any],
    *,
    texte: str,
    examines: list[Examine],
    nature: str,
    envoi: uuid.UUID,
    par: Acteur,
) -> None:
    verrouillee = Demande.objects.select_for_update().get(pk=demande.pk)
    if demande.pieces.filter(envoi=envoi).exists():
        # The second press of a double click.
        return
    pieces = attacher(verrouillee, examines=examines, nature=nature, envoi=envoi, par=par)
    if faire is instruction.completer:
        precision = accorder(len(pieces), "pièce jointe,pièces jointes") if pieces else ""
        faire(demande, texte=texte, precision=precision, par=par)
    elif texte:
        faire(demande, texte=texte, par=par)
    else:
        notifications.complement_apporte(demande)
