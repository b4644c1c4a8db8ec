"""An act on a page: its form, its refusal, its sentence."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from socle.champs import Formulaire

LECTURE_ECRITURE = ["GET", "HEAD", "POST"]


class ActeForm(Formulaire):
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


def seulement(permis: Collection[str], champs: Iterable[str]) -> None:
    """Refuse a field that an act does not change: a form that says more than its act is a fault of ours (TypeError)."""
    if inconnus := set(champs) - set(permis):
        raise TypeError(f"champs non modifiables : {sorted(inconnus)}")


def envoye(request: HttpRequest) -> Any:
    """Return the data of a form that was sent, empty or not; None when the page is only shown."""
    return request.POST if request.method == "POST" else None


def a_agi(request: HttpRequest, form: ActeForm, agir: Callable[..., Any], fait: str) -> bool:
    """Call `agir` with `par` and the data of a form that was sent, and say `fait`; False: show the form (again)."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        agir(par=request.user, **form.champs_action())
    except ValidationError as erreur:
        form.refuser(erreur)
        return False
    messages.success(request, fait)
    return True
