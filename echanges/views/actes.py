"""What the pages of acts on exchanges share: the engagement before any act, refusals that leave a trace, a deposit."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from conventions.models.conventions import Participation
from echanges import permissions
from echanges.actions.depots import TROP_TARD
from echanges.models.depots import Depot
from echanges.views.portes import charger_depot
from echanges.views.suivi import montrer_depot
from socle.actes import ActeDePage, PageDActes, PageDUnActe


class PageDEchange(PageDActes):
    """Acts of the exchanges: who has not signed the engagement is led there, whatever is asked (E-04)."""

    # The argument of the actions that is the object of the page.
    nom = ""

    def preparer(self, verbe: str) -> HttpResponse | None:
        """Lead to the engagement of the convention who may do the act and has not signed."""
        acte, objet = self.acte(verbe), self.charger()
        convention = objet.participation.convention
        if acte.refus(self.compte, objet) == 403 or permissions.a_signe(self.compte, convention):
            return None
        return redirect("engagement", convention.reference)

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Any:
        """Call the action on the object, by its name."""
        return acte.faire(par=self.compte, **{self.nom: objet}, **donnees)


class RefusGarde(PageDActes):
    """An act whose refusal leaves a trace: a try that counts, the faults of a file. It commits, then it is told."""

    refuse: ValidationError | None = None

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Any:
        """Keep the refusal, and what was written before it."""
        try:
            return super().faire(acte, objet, **donnees)
        except ValidationError as erreur:
            self.refuse = erreur
            return None

    def finir(self, acte: ActeDePage) -> HttpResponse:
        """Tell the refusal beside its field."""
        if self.refuse is None:
            return super().finir(acte)
        self.reprocher(self.form, self.refuse)
        return self.afficher(self.charger(), acte.verbe, self.form, 422)


class PageDUnDepot(PageDEchange, PageDUnActe):
    """The page of one act on a deposit; too late, the deposit itself says where it stands."""

    nom = "depot"
    trop_tard = TROP_TARD

    def charger(self) -> Depot:
        """Return the deposit, of what the account sees (404)."""
        return charger_depot(self.request, self.cles["cle"])

    def afficher(
        self, objet: Any, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        """Show the form, or the deposit when its state does not want it any more."""
        if not (self.lisible or self.actes[0].quand(objet)):
            return montrer_depot(self.request, objet, statut)
        return super().afficher(objet, verbe, form, statut)

    def contexte(self, objet: Any) -> dict[str, Any]:
        """Return the deposit."""
        return {"depot": objet}

    def retour(self, acte: ActeDePage) -> str:
        """Return the address of the deposit."""
        return reverse("depot", args=[self.cles["cle"]])

    def renoncer(self, acte: ActeDePage) -> str:
        """Return there too, wherever the act leads."""
        return PageDUnDepot.retour(self, acte)


def verrouiller_part(participation: int) -> None:
    """Lock a caisse's part: before its deposits, in the order of the portal."""
    Participation.objects.select_for_update(no_key=True, of=("self",)).get(pk=participation)
