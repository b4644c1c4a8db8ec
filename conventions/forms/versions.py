"""A text that two persons change: the second is told, and what he typed may be sent again."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import HiddenInput

from socle.actes import ActeForm
from socle.champs import Entier


class VersionForm(ActeForm):
    """Carries the version that was read."""

    # Without it (a form sent again after the end of a session) the present text is read first.
    version = Entier(widget=HiddenInput, required=False)

    def champs_action(self) -> dict[str, Any]:
        """Return the keyword arguments of the action, with the version."""
        donnees = super().champs_action()
        return donnees | {"version": donnees["version"] or 0}

    def refuser(self, erreur: ValidationError) -> None:
        """Let the next submission pass, now that the person was told: what it typed stays in the fields."""
        super().refuser(erreur)
        if getattr(erreur, "code", "") == "version" and erreur.params:
            self.data = self.data.copy()
            self.data["version"] = str(erreur.params["version"])
