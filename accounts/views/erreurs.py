"""From the refusal of an action to the sentence beside the field."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import Form

# Code of a refusal -> field that it is about.
CHAMPS = {
    "domaine": "email",
    "messagerie_gratuite": "email",
    "adresse_partagee": "email",
    "certifications": "certifications",
    "releve": "releve_de",
    "successeur": "nom",
    "compte": "compte",
    "caisse": "caisse",
    "raison": "raison",
}


def tenter(formulaire: Form, faire: Callable[[], Any]) -> bool:
    """Do an act; on refusal put its sentence in the form and return False."""
    try:
        faire()
    except ValidationError as refus:
        for champ, erreurs in _par_champ(refus).items():
            formulaire.add_error(champ if champ in formulaire.fields else None, erreurs)
        return False
    return True


def _par_champ(refus: ValidationError) -> dict[str, list[ValidationError]]:
    if hasattr(refus, "error_dict"):
        return {("" if champ == NON_FIELD_ERRORS else champ): e for champ, e in refus.error_dict.items()}
    champs: dict[str, list[ValidationError]] = {}
    for erreur in refus.error_list:
        champs.setdefault(CHAMPS.get(erreur.code or "", ""), []).append(erreur)
    return champs
