"""Documents made from the clauses and the data of a convention, in the portal's own words (C-14, C-19)."""

import datetime as dt
from typing import Any

from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from caisses.referentiels import PIECES_SORTANTES
from conformite.journal import consigner
from conventions import clauses
from conventions.journal import Acte
from conventions.lecture import parametres_au
from conventions.models.clauses import PieceConvention
from conventions.models.conventions import Convention
from conventions.models.suites import Document, Partie, Referent, Signataire, Signature
from conventions.parametres import cle_documents, cle_motifs
from conventions.views.actes import charger, jour_de_la_page, par_service
from socle.pdf import rendre_pdf, reponse_pdf
from socle.templatetags.portail import le

GABARIT = "conventions/pdf/clauses.html"
# piece -> title
PIECES = dict(PieceConvention.choices)
_SIGNEES = {
    PieceConvention.CONVENTION: Document.CONVENTION,
    PieceConvention.UTILISATION: Document.UTILISATION,
}


@require_safe
def piece(request: HttpRequest, reference: str, piece: str) -> HttpResponse:
    """Send one document of the convention, drawn from its data as they are today; 404 for one that it does not hold."""
    convention = charger(request, reference)
    if piece not in pieces(convention):
        raise Http404
    contenu = rendre_pdf(GABARIT, contexte(convention, piece))
    consigner(
        Acte.CONVENTION_PDF,
        par=request.user,
        objet=convention,
        piece=piece,
    )
    return reponse_pdf(contenu, f"{convention.reference}-{piece}.pdf")


def pieces(convention: Convention, jour: dt.date | None = None) -> dict[str, str]:
    """Return the documents that the clauses of a convention make, with their titles (C-19)."""
    valeurs = parametres_au(convention, jour or jour_de_la_page(convention))
    tenues = set(clauses.pieces(valeurs["clauses"]))
    return {un: titre(convention, un) for un in PIECES if un in tenues}


def titre(convention: Convention, piece: str) -> str:
    """Return the title of a document: the rules of use are an annexe or a convention of their own (C-07)."""
    if piece != PieceConvention.UTILISATION:
        return PIECES[piece]
    return (
        f"Annexe – {PIECES[piece]}"
        if convention.utilisation_en_annexe
        else "Convention d’utilisation du portail"
    )


def contexte(convention: Convention, piece: str, jour: dt.date | None = None) -> dict[str, Any]:
    """Return what a document shows on that day."""
    jour = jour or jour_de_la_page(convention)
    commun = {
        "piece": piece,
        "titre": titre(convention, piece),
        "convention": convention,
        "partenaire": convention.partenaire,
        "caisses": [part.caisse for part in convention.participations.select_related("caisse")],
        "jour": jour,
    }
    return commun | _clauses(convention, piece, jour)


def _clauses(convention: Convention, piece: str, jour: dt.date) -> dict[str, Any]:
    """Return the articles of a document, what its tables read, and who signs it."""
    valeurs = parametres_au(convention, jour)
    parts = list(convention.participations.select_related("caisse"))
    return {
        "articles": clauses.articles(valeurs["clauses"], piece, valeurs, _faits(convention, valeurs)),
        "ouvertures": [(part.caisse, par_service(valeurs[cle_motifs(part)])) for part in parts],
        "avenants": convention.avenants.filter(signe_le__isnull=False),
        "referents": Referent.objects.filter(convention=convention, jusqu_au=None).select_related("caisse"),
        "sous_traitances": convention.sous_traitances.filter(agreee_le__lte=jour).exclude(finie_le__lte=jour),
        "pieces_sortantes": PIECES_SORTANTES.values(),
        "debut": _debut(convention) if piece == PieceConvention.CONVENTION else None,
        **_signataires(convention, piece),
    }


def _faits(convention: Convention, valeurs: dict[str, Any]) -> dict[str, str]:
    """Return the sentences that are not those of one parameter (C-10, C-15)."""
    par_caisse = {
        part.caisse.nom: valeurs[cle_documents(part)]
        for part in convention.participations.select_related("caisse")
    }
    oui = (
        "Le partenaire, en droit de recevoir les documents des personnes, peut les recevoir par le portail ; il dit "
        "pour chaque demande à quel titre."
    )
    non = "Les documents destinés à une personne lui sont envoyés à son adresse connue de la caisse."
    if len(set(par_caisse.values())) == 1:
        documents = oui if all(par_caisse.values()) else non
    else:
        documents = " ".join(
            f"Avec {le(nom)} : {oui if ouvert else non}" for nom, ouvert in par_caisse.items()
        )
    remplace = convention.remplace
    return {
        "documents": documents,
        "remplace": f"Elle remplace la convention {remplace.reference} à la date de sa dernière signature."
        if remplace
        else "",
    }


def _signataires(convention: Convention, piece: str) -> dict[str, Any]:
    """Return who is party to a document and who signs it, with the date once it is signed (C-01, C-07)."""
    signataires = convention.signataires.select_related("caisse").prefetch_related("aussi_pour")
    soussignes: dict[tuple[str, ...], list[Signataire]] = {}
    for un in signataires:
        soussignes.setdefault(tuple(un.parties), []).append(un)
    document = _SIGNEES.get(piece)
    if document is None or (document == Document.UTILISATION and convention.utilisation_liee):
        return {"signataires": signataires, "soussignes": list(soussignes.values()), "cases": []}
    if document == Document.UTILISATION:
        signataires = signataires.exclude(partie=Partie.AUTRE)
    dates = dict(
        Signature.objects.filter(signataire__convention=convention, document=document).values_list(
            "signataire", "signee_le"
        )
    )
    parties = {(un.partie, un.caisse_id, un.organisme) for un in signataires}
    return {
        "signataires": signataires,
        "soussignes": list(soussignes.values()),
        "cases": [(un, dates.get(un.pk)) for un in signataires],
        "exemplaires": len(parties),
    }


def _debut(convention: Convention) -> dt.date | None:
    return convention.participations.aggregate(debut=Min("debut"))["debut"]
