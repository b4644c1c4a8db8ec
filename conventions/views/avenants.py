"""Avenants: any change is numbered, dated, and says what it changes (C-06)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from caisses.models import Motif
from conformite.journal import consigner
from conventions import clauses, phrases
from conventions.actions.avenants import attendus, rediger_avenant
from conventions.actions.signatures import designer, peut_signer
from conventions.forms.convention import AvenantForm
from conventions.journal import Acte
from conventions.lecture import parametres_au
from conventions.models.clauses import PieceConvention
from conventions.models.conventions import Convention
from conventions.models.suites import Avenant, Document
from conventions.views import documents
from conventions.views.actes import PageSurConvention, charger, jour_de_la_page
from conventions.workflow import obstacle
from socle.actes import ActeDePage
from socle.pdf import rendre_pdf, reponse_pdf


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
    avenant = _charger(request, reference, numero)
    convention = avenant.convention
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


@require_safe
def piece(request: HttpRequest, reference: str, numero: int) -> HttpResponse:
    """Send an avenant as a document to sign, or with the dates at which it was signed (C-14)."""
    avenant = _charger(request, reference, numero)
    convention = avenant.convention
    dates = dict(avenant.signatures.values_list("signataire", "signee_le"))
    contexte = documents.contexte(convention, PieceConvention.CONVENTION) | {
        "avenant": avenant,
        "changements": lire_changements(avenant),
        "cases": [(un, dates.get(un.pk)) for un in convention.signataires.all()],
    }
    contenu = rendre_pdf("conventions/pdf/avenant.html", contexte)
    consigner(
        Acte.CONVENTION_PDF, par=request.user, objet=convention, piece=Document.AVENANT.value, numero=numero
    )
    return reponse_pdf(contenu, f"{reference}-avenant-{numero}.pdf")


def _charger(request: HttpRequest, reference: str, numero: int) -> Avenant:
    convention = charger(request, reference)
    avenant: Avenant = get_object_or_404(convention.avenants, numero=numero)
    avenant.convention = convention
    return avenant


def _articles(avenant: Avenant) -> Callable[[str], str]:
    """Return what tells in which article, before the avenant, a word between brackets stands; "" in none."""
    convention = avenant.convention
    effet = avenant.prend_effet_le if avenant.signe_le else None
    jour = effet - dt.timedelta(days=1) if effet else jour_de_la_page(convention)
    texte = documents.contexte(convention, PieceConvention.CONVENTION, jour)["articles"]
    rangs = {article.titre: rang for rang, article in enumerate(texte, 1)}
    lues = clauses.lire(parametres_au(convention, jour)["clauses"])

    def ou(mot: str) -> str:
        mots = {mot, *(nom for nom, (parametre, _) in phrases.DERIVEES.items() if parametre == mot)}
        une = next((une for une in lues if any(f"[{un}]" in une.texte for un in mots)), None)
        if une is None:
            return ""
        if une.piece != PieceConvention.CONVENTION:
            return f"{documents.titre(convention, une.piece)}, {une.article}"
        return f"Article {rangs[une.article]} – {une.article}" if une.article in rangs else une.article

    return ou


# Kind of change -> the word by which the clauses tell it.
_MOTS = {"motifs": "bloc:services", "documents": "documents"}


def lire_changements(avenant: Avenant) -> list[list[str]]:
    """Return what an avenant changes: [article, name, sentence before, sentence after] (C-06, C-09, C-10)."""
    ou = _articles(avenant)
    return [[ou(mot) if mot else "", *ligne] for mot, *ligne in _changements(avenant)]


def _changements(avenant: Avenant) -> list[list[str]]:
    parts = list(avenant.convention.participations.select_related("caisse"))
    motifs = dict(Motif.objects.values_list("pk", "libelle"))
    lignes: list[list[str]] = []
    for nom, (avant, apres) in avenant.changements.items():
        if nom == "clauses":
            lignes += [["", *ligne] for ligne in _clauses_changees(avant, apres)]
            continue
        if nom in phrases.PHRASES:
            dites = [phrases.phrase(nom, avant) or "–", phrases.phrase(nom, apres) or "–"]
            lignes.append([nom, phrases.LIBELLES[nom], *dites])
            continue
        genre, _, pk = nom.partition(":")
        caisse = next(part.caisse.nom for part in parts if str(part.caisse_id) == pk)
        if genre == "motifs":
            fermes = [motifs[code] for code in avant if code not in apres]
            ouverts = [motifs[code] for code in apres if code not in avant]
            lignes.append(
                [_MOTS[genre], f"Motifs, {caisse}", _liste("Fermés", fermes), _liste("Ouverts", ouverts)]
            )
        else:
            lignes.append(
                [_MOTS["documents"], f"Documents par le portail, {caisse}", _oui(avant), _oui(apres)]
            )
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
