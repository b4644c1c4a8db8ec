"""Avenants: any change is numbered, dated, and says what it changes (C-06)."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from caisses.models import Motif
from conventions import clauses, phrases
from conventions.actions.avenants import attendus, rediger_avenant
from conventions.actions.signatures import designer, peut_signer
from conventions.forms.convention import AvenantForm
from conventions.models.conventions import Convention
from conventions.models.suites import Avenant
from conventions.views.actes import PageSurConvention, charger
from conventions.workflow import obstacle
from socle.actes import ActeDePage


class PageDAvenant(PageSurConvention):
    """A page whose act makes an avenant, and leads to it."""

    def finir(self, acte: ActeDePage) -> HttpResponse:
        """Say what is left to do."""
        if isinstance(self.rendu, Avenant):
            acte = replace(acte, fait=f"L’avenant n° {self.rendu.numero} est rédigé : il reste à le signer.")
        return super().finir(acte)

    def contexte(self, objet: Convention) -> dict[str, object]:
        """Return that its form has sections."""
        return super().contexte(objet) | {"sections": True}

    def retour(self, acte: ActeDePage) -> str:
        """Return the address of the avenant."""
        if isinstance(self.rendu, Avenant):
            return reverse("avenant", args=[self.reference, self.rendu.numero])
        return super().retour(acte)


# The form holds the parameters in force; what is changed in it makes the avenant.
nouveau = PageDAvenant.pour(
    "rediger-avenant",
    titre="Nouvel avenant",
    bouton="Rédiger l’avenant",
    fait="L’avenant est rédigé.",
    faire=rediger_avenant,
    formulaire=AvenantForm,
    avec=lambda compte, convention: {"compte": compte, "convention": convention},
    obstacle=lambda convention: obstacle(convention, "amender"),
    avant=lambda convention: [
        "Le formulaire montre les règles en vigueur. Ne changez que ce que l’avenant change : lui seul dira ce qui "
        "est modifié, avant et après."
    ],
)


@require_safe
def detail(request: HttpRequest, reference: str, numero: int) -> HttpResponse:
    """Show an avenant: what it changes, line by line, and who has signed."""
    convention = charger(request, reference)
    avenant = get_object_or_404(convention.avenants, numero=numero)
    avenant.convention = convention
    contexte = {
        "convention": convention,
        "avenant": avenant,
        "changements": lire_changements(avenant),
        "signatures": avenant.signatures.select_related("signataire__caisse"),
        "attendus": [
            (un, designer(un), peut_signer(request.user, convention, un)) for un in attendus(avenant)
        ],
    }
    return render(request, "conventions/avenant.html", contexte)


def lire_changements(avenant: Avenant) -> list[list[str]]:
    """Return what an avenant changes: [name, sentence before, sentence after] (C-06, C-09, C-10)."""
    parts = list(avenant.convention.participations.select_related("caisse"))
    motifs = dict(Motif.objects.values_list("pk", "libelle"))
    lignes = []
    for nom, (avant, apres) in avenant.changements.items():
        if nom == "clauses":
            lignes += _clauses_changees(avant, apres)
            continue
        if nom in phrases.PHRASES:
            lignes.append(
                [phrases.LIBELLES[nom], phrases.phrase(nom, avant) or "–", phrases.phrase(nom, apres) or "–"]
            )
            continue
        genre, _, pk = nom.partition(":")
        caisse = next(part.caisse.nom for part in parts if str(part.caisse_id) == pk)
        if genre == "motifs":
            fermes = [motifs[code] for code in avant if code not in apres]
            ouverts = [motifs[code] for code in apres if code not in avant]
            lignes.append([f"Motifs, {caisse}", _liste("Fermés", fermes), _liste("Ouverts", ouverts)])
        else:
            lignes.append([f"Documents par le portail, {caisse}", _oui(avant), _oui(apres)])
    return lignes


def _clauses_changees(avant: list[dict[str, Any]], apres: list[dict[str, Any]]) -> list[list[str]]:
    """Return the clauses added, taken away or rewritten, and whether the order alone changed (C-19)."""
    anciennes, nouvelles = ({une.code: une for une in clauses.lire(texte)} for texte in (avant, apres))
    lignes = [
        [f"Clause, {une.article}", texte_de(anciennes, code), texte_de(nouvelles, code)]
        for code, une in (anciennes | nouvelles).items()
        if texte_de(anciennes, code) != texte_de(nouvelles, code)
    ]
    return lignes or [["Ordre des clauses", "–", "Changé"]]


def texte_de(lues: dict[str, clauses.ClauseLue], code: str) -> str:
    """Return the text of a clause, a dash where it is not held."""
    return lues[code].texte if code in lues else "–"


def _liste(titre: str, motifs: list[str]) -> str:
    return f"{titre} : {' ; '.join(motifs)}" if motifs else "–"


def _oui(valeur: Any) -> str:
    return "Oui" if valeur else "Non"
