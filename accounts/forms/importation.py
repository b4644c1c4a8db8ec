"""Form of the import of techniciens: a file, or its text shown again before the confirmation."""

from typing import Any

from django import forms

from accounts.importation import OCTETS_MAX, lire
from accounts.regles import CERTIFICATIONS
from socle.champs import Formulaire, TexteDeFichier


class ImportForm(Formulaire):
    """The file first; the second time, the same text and the certifications (A-03)."""

    fichier = forms.FileField(
        label="Fichier CSV",
        error_messages={"required": "Choisissez un fichier."},
        help_text="Colonnes : civilite, nom, prenom, fonction, telephone, email. 100 lignes au plus.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    contenu = TexteDeFichier(required=False, max_length=OCTETS_MAX, widget=forms.HiddenInput)
    certifications = forms.MultipleChoiceField(
        label="Pour chaque personne importée, vous certifiez que",
        choices=list(CERTIFICATIONS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    confirmer = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fichier"].required = not self.data.get("contenu")

    def clean(self) -> dict[str, Any]:
        """Give the text of the file; ask for every certification at the confirmation."""
        donnees = super().clean() or {}
        if donnees.get("fichier"):
            donnees["contenu"] = lire(donnees["fichier"].read())
        if not donnees.get("contenu") and not self.has_error("fichier"):
            self.add_error("fichier", "Choisissez un fichier.")
        # The preview asks for what the file alone did not.
        self.fields["certifications"].required = True
        if donnees.get("confirmer") and set(donnees.get("certifications", [])) != set(CERTIFICATIONS):
            self.add_error("certifications", "Certifiez chacun des points demandés.")
        return donnees
