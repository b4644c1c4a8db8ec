"""What the pages of acts on accounts share: the right is about this object, and the locks come in the order of the portal."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import Form

from accounts.actions.places import verrouiller
from accounts.models.compte import Compte
from conventions.models.partenaires import Partenaire
from socle import actes
from socle.actes import PageDActes

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


class PageSurCompte(PageDActes):
    """The acts on an account, or on something of it: the structure is locked first, then the account and the one who acts.

    Rows of accounts by primary key: of two who close each other, the second is closed and does nothing.
    """

    compte: Compte

    def structure(self, objet: Any) -> Partenaire | None:
        """Return the structure of the account."""
        return objet.partenaire

    def comptes(self, objet: Any) -> set[int | None]:
        """Return the accounts that the act changes, beside the object."""
        return {objet.pk}

    def verrouiller(self, objet: Any) -> None:
        """Lock the structure, the accounts, then the object."""
        if (structure := self.structure(objet)) is not None:
            verrouiller(structure)
        comptes = Compte.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
        list(comptes.filter(pk__in={self.compte.pk, *self.comptes(objet)} - {None}))
        if not isinstance(objet, Compte):
            super().verrouiller(objet)

    def reprocher(self, form: Form, erreur: ValidationError) -> None:
        """Put each sentence beside the field that it is about."""
        for champ, erreurs in _par_champ(erreur).items():
            form.add_error(champ if champ in form.fields else None, erreurs)


class PageDeLAuteur(PageSurCompte, actes.PageASoi):
    """The form of what an account makes anew, its structure locked first."""


def _par_champ(refus: ValidationError) -> dict[str, list[ValidationError]]:
    if hasattr(refus, "error_dict"):
        return {("" if champ == NON_FIELD_ERRORS else champ): e for champ, e in refus.error_dict.items()}
    champs: dict[str, list[ValidationError]] = {}
    for erreur in refus.error_list:
        champs.setdefault(CHAMPS.get(erreur.code or "", ""), []).append(erreur)
    return champs
