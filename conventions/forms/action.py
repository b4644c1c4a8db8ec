"""The form of an act on a structure, a caisse or a convention."""

from typing import Any

from django.core.exceptions import ValidationError

from socle.champs import Formulaire


class FormulaireAction(Formulaire):
    """A form whose action may still refuse: the sentence goes beside its field."""

    def champs_action(self) -> dict[str, Any]:
        """Return the keyword arguments of the action: the fields themselves, unless a form says otherwise."""
        return dict(self.cleaned_data)

    def refuser(self, erreur: ValidationError) -> None:
        """Put the errors of an action on the fields that they name, the others on the form."""
        if not hasattr(erreur, "error_dict"):
            self.add_error(None, erreur)
            return
        for champ, erreurs in erreur.error_dict.items():
            cible = self.champ_de(champ)
            self.add_error(cible, [message for une in erreurs for message in une.messages])

    def champ_de(self, nom: str) -> str | None:
        """Return the field of the form that shows the errors of a column; None for the whole form."""
        return nom if nom in self.fields else None
