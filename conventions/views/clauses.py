"""The clauses of a convention: chosen in its draft, then changed by an avenant (C-19)."""

from typing import Any

from django.http import HttpResponse

from conventions.actions.avenants import rediger_avenant
from conventions.actions.clauses import choisir_clauses
from conventions.forms.clauses import ADAPTER, ClausesForm
from conventions.models.conventions import Convention
from conventions.views.avenants import PageDAvenant
from conventions.workflow import obstacle
from socle.actes import ActeDePage


class _PageDesClauses(PageDAvenant):
    gabarit = "conventions/clauses.html"

    def contexte(self, objet: Convention) -> dict[str, object]:
        return super().contexte(objet) | {"brouillon": objet.statut == Convention.Statut.BROUILLON}

    def montrer(self, objet: Convention, acte: ActeDePage, form: Any) -> HttpResponse | None:
        """Show the page again with the text of a clause, when it is to be adapted."""
        if ADAPTER not in self.request.POST:
            return None
        form.montrer_un_texte()
        return self.afficher(objet, acte.verbe, form)

    def faire(self, acte: ActeDePage, objet: Convention, /, **donnees: Any) -> Any:
        """A draft keeps the choice, a signed text gets an avenant."""
        agir = rediger_avenant if "objet" in donnees else choisir_clauses
        return agir(objet, par=self.compte, **donnees)


# The library beside what the convention holds of it
clauses = _PageDesClauses.pour(
    "choisir-clauses",
    titre="Clauses",
    fait="Les clauses sont enregistrées.",
    faire=choisir_clauses,
    formulaire=ClausesForm,
    avec=lambda compte, convention: {"convention": convention},
    obstacle=lambda convention: obstacle(convention, "mettre_a_la_signature", "amender"),
)
