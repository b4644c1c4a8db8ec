"""Fields shared by the forms of the demandes: bounded, normalised, guarded."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from signalements.garde_texte import (
    ALERTES,
    MESSAGE_NIR,
    PHRASE_ALERTE,
    alertes,
    contient_un_nir,
    texte_libre,
)
from socle.texte import normaliser

LONGUEUR_TEXTE = 4000
AIDE_TEXTE = (
    "Écrivez seulement ce qui est utile pour traiter la demande. Pas de diagnostic ni d’information de santé, "
    "pas de numéro de sécurité sociale."
)


class TexteLibre(forms.CharField):
    """A free-text zone: bounded, normalised, without NIR (D-03, D-04)."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", LONGUEUR_TEXTE)
        options.setdefault("widget", forms.Textarea(attrs={"rows": 5, "data-garde-texte": ""}))
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        """Return the normal form; raise ValidationError on a NIR or an invisible character."""
        return texte_libre(super().clean(value) or "")


class Nom(forms.CharField):
    """A person's name: bounded, normalised, with at least one letter."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"data-garde-texte": "nir"}))
        super().__init__(max_length=80, **options)

    def clean(self, value: Any) -> str:
        """Return the normal form; raise ValidationError when it is no name."""
        propre = " ".join(normaliser(super().clean(value) or "").split())
        if propre and not any(c.isalpha() for c in propre):
            raise ValidationError("Saisissez un nom avec au moins une lettre.", code="nom")
        if contient_un_nir(propre):
            raise ValidationError(MESSAGE_NIR, code="nir")
        return propre


class GardeForm(forms.Form):
    """A form with free-text zones: what looks like health data or an account number asks for a confirmation (D-04).

    The box to tick appears only when it is needed; nothing typed is lost meanwhile.
    """

    a_rendre = True

    CONFIRMATION = "texte_confirme"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.confirmees: list[str] = []
        if self.is_bound and self.add_prefix(self.CONFIRMATION) in self.data:
            self._demander_confirmation()

    def _demander_confirmation(self) -> None:
        self.fields[self.CONFIRMATION] = forms.BooleanField(
            label="J’ai relu mes textes : ces informations sont indispensables au traitement de la demande.",
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        """Flag each free text; refuse until the box is ticked."""
        donnees = super().clean() or {}
        confirme = donnees.pop(self.CONFIRMATION, False)
        for nom, champ in list(self.fields.items()):
            codes = alertes(donnees.get(nom) or "") if isinstance(champ, TexteLibre) else []
            if codes and confirme:
                self.confirmees += codes
            elif codes:
                self._demander_confirmation()
                ce_qui = " et ".join(ALERTES[code] for code in codes)
                self.add_error(
                    nom,
                    f"{PHRASE_ALERTE.format(ce_qui)}, sinon cochez la case de confirmation en bas du formulaire.",
                )
        if confirme:
            donnees[self.CONFIRMATION] = True
        return donnees
