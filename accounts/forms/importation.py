"""Form of the import of techniciens: a table, or its text shown again before the confirmation."""

from typing import Any

from django import forms

from accounts.importation import CARACTERES_MAX
from accounts.regles import CERTIFICATIONS
from fichiers.forms import TableauField
from socle.champs import Formulaire, TexteDeFichier


class ImportForm(Formulaire):
    """The file first; the second time, the same text and the certifications (A-03)."""

    fichier = TableauField(
        label="Fichier XLSX, ODS ou CSV",
        error_messages={"required": "Choisissez un fichier."},
        help_text="Colonnes : civilité, nom, prénom, fonction, téléphone, e-mail. 100 lignes au plus.",
    )
    contenu = TexteDeFichier(required=False, max_length=CARACTERES_MAX, widget=forms.HiddenInput)
    certifications = forms.MultipleChoiceField(
        label="Pour chaque personne importée, vous certifiez que",
        choices=list(CERTIFICATIONS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    confirmer = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fichier"].required = not self.data.get("contenu", "").strip()

    def clean(self) -> dict[str, Any]:
        """Ask for every certification at the confirmation."""
        donnees = super().clean() or {}
        # The preview asks for what the file alone did not.
        self.fields["certifications"].required = True
        if donnees.get("confirmer") and set(donnees.get("certifications", [])) != set(CERTIFICATIONS):
            self.add_error("certifications", "Certifiez chacun des points demandés.")
        return donnees
