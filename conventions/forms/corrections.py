"""Dates entered wrongly (C-23)."""

from conventions.forms.versions import VersionForm
from socle.champs import Jour, Texte


class _CorrectionForm(VersionForm):
    """A correction, with its reason."""

    raison = Texte(
        label="Pourquoi cette correction ?",
        help_text="Elle reste dans l’histoire de la convention, avec l’ancienne date.",
        max_length=600,
    )


class CorrigerSignatureForm(_CorrectionForm):
    """The true date of a signature."""

    le = Jour(label="Date de la signature")


class CorrigerDenonciationForm(_CorrectionForm):
    """The true date of a letter, or nothing: it is withdrawn."""

    lettre_du = Jour(
        label="Date de la lettre",
        help_text="Laissez vide pour retirer la dénonciation : la convention continue comme avant elle.",
        required=False,
    )


class CorrigerMiseForm(_CorrectionForm):
    """The true dates of a formal notice."""

    envoyee_le = Jour(label="Lettre recommandée envoyée le")
    recue_le = Jour(
        label="Reçue le", help_text="Laissez vide si elle n’est pas encore reçue.", required=False
    )
