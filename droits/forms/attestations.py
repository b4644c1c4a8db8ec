"""The form of an attestation of destruction (R-05)."""

from typing import Any

from django import forms

from conventions.models.conventions import Participation
from socle import horloge
from socle.acteurs import Acteur
from socle.champs import Formulaire, Jour, Ligne
from socle.templatetags.portail import le


class AttestationForm(Formulaire):
    """What is attested; and for the caisse, who signed the letter, and when."""

    signataire = Ligne(
        label="Qui atteste ?",
        help_text="Nom et qualité, tels que sur le courrier.",
        max_length=120,
        error_messages={"required": "Indiquez qui a signé l’attestation."},
    )
    attestee_le = Jour(
        label="Date de l’attestation",
        error_messages={"required": "Indiquez la date de l’attestation."},
    )
    accord = forms.BooleanField(error_messages={"required": "Cochez la case pour attester."})

    def __init__(self, *args: Any, participation: Participation, par: Acteur, **options: Any) -> None:
        super().__init__(*args, **options)
        self._participation, self._par = participation, par
        self.fields["accord"].label = (
            f"Les données personnelles que {le(participation.partenaire.nom)} détenait au titre de la convention "
            f"{participation.convention.reference} avec {le(participation.caisse.nom)} ont été détruites."
        )
        if par.cote_partenaire:
            # Who is signed in attests in person, today.
            del self.fields["signataire"], self.fields["attestee_le"]

    def clean_attestee_le(self) -> Any:
        """Return the day of the letter: after the end, and not to come."""
        jour = self.cleaned_data["attestee_le"]
        if not self._participation.fin <= jour <= self._participation.caisse.jour:
            raise forms.ValidationError("Choisissez un jour entre la fin du partenariat et aujourd’hui.")
        return jour

    @property
    def valeurs(self) -> dict[str, object]:
        """What the act takes."""
        jour = horloge.jour(self._participation.caisse.fuseau)
        signataire = self.cleaned_data.get("signataire") or self._par.nom_complet
        return {"signataire": signataire, "attestee_le": self.cleaned_data.get("attestee_le") or jour}
