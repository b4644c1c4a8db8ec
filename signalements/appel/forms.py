"""Who called, and what that person attested aloud (D-23)."""

import uuid
from typing import Any

from django import forms

from caisses.models import Motif
from signalements.depot.forms import DepotForm
from signalements.models.demandes import Demande
from socle.champs import Ligne, NomDePersonne

IDENTIFICATIONS = [
    ("code", "Par le code confidentiel de la convention"),
    ("rappel", "Par son SIRET, puis en la rappelant au numéro connu"),
]


class AppelForm(DepotForm):
    """The origin of the demande, who speaks for the structure, and what is attested aloud."""

    jeton = forms.UUIDField(widget=forms.HiddenInput)
    origine = forms.ChoiceField(
        label="Comment la demande vous parvient-elle ?",
        choices=[une for une in Demande.Origine.choices if une[0] != Demande.Origine.PORTAIL],
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si c’est un appel ou un courriel."},
    )
    qui = NomDePersonne(
        label="Nom de la personne de la structure", error_messages={"required": "Notez qui appelle."}
    )
    fonction = Ligne(
        label="Sa fonction",
        max_length=80,
        error_messages={"required": "Notez sa fonction dans la structure."},
    )
    identification = forms.ChoiceField(
        label="Comment l’avez-vous identifiée ?",
        choices=IDENTIFICATIONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites comment vous avez identifié la structure."},
    )
    APPEL = ("origine", "qui", "fonction", "identification")

    def __init__(self, *args: Any, motif: Motif, **options: Any) -> None:
        super().__init__(*args, motif=motif, initial={"jeton": uuid.uuid4()}, **options)
        # A motif without an assuré has nothing to attest; who calls is asked all the same.
        attestees = {nom: champ for nom, champ in self.fields.items() if nom in self.ATTESTE}
        appel = {nom: self.base_fields[nom] for nom in (*self.APPEL, "jeton")}
        self.fields = {nom: self.fields.get(nom, champ) for nom, champ in appel.items()} | attestees
        for nom, libelle in (
            (
                "accord",
                "Elle atteste à voix haute que l’assuré a été informé de cette demande et de l’usage de ses données, et "
                "qu’il est d’accord pour qu’elle soit faite.",
            ),
            (
                "consentement",
                f"Elle atteste à voix haute que l’assuré accepte l’orientation : {motif.libelle}.",
            ),
        ):
            if nom in self.fields:
                self.fields[nom].label = libelle

    def appel(self) -> dict[str, Any]:
        """Return who called, and the codes of what was attested aloud."""
        donnees = self.cleaned_data
        return {nom: donnees[nom] for nom in self.APPEL} | {"attestations": self.attestations()}


class SuivreForm(DepotForm):
    """What the technicien attests in his turn when he takes the demande."""

    def __init__(self, *args: Any, demande: Demande, **options: Any) -> None:
        super().__init__(*args, motif=demande.motif, **options)

    def clean(self) -> dict[str, Any]:
        """Return the codes of what was attested, as the act takes them."""
        super().clean()
        return {"attestations": self.attestations()}
