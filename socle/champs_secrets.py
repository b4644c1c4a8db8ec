"""A secret is declared by its field, never guessed from a name.

What is typed in such a field opens something: it is compared or hashed, and stands nowhere else – no table, no log, no
mail, no page that gives back what was typed (`espace_partenaires.saisies`).
"""

from typing import Any

from django import forms


class ChampSecret(forms.CharField):
    """A code that opens something, shown while it is typed: one-time code, printed code, code confidentiel."""


class ChampMotDePasse(ChampSecret):
    """A password: hidden while it is typed, kept with its spaces, never shown again."""

    def __init__(self, *, nouveau: bool = False, **kwargs: Any) -> None:
        completion = "new-password" if nouveau else "current-password"
        super().__init__(
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": completion, "spellcheck": "false"}),
            **kwargs,
        )
