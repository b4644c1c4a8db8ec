"""Documents made from the clauses and the data of a convention, in the portal's own words (C-14, C-19)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from caisses.referentiels import PIECES_SORTANTES
from conformite.journal import consigner
from conventions import clauses
from conventions.journal import Acte
from conventions.lecture import parametres_au
from conventions.models.clauses import PieceConvention
from conventions.models.conventions import Convention, Participation, Titre
from conventions.models.suites import Document, Partie, Referent, Signataire, Signature
from conventions.parametres import cle_documents, cle_motifs
from conventions.views.actes import charger, jour_de_la_page, par_service
from socle.pdf import rendre_pdf, reponse_pdf
from socle.templatetags.portail import le, telephone

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
    caisses = [part.caisse for part in convention.participations.select_related("caisse")]
    *noms, dernier = map(
        le, (convention.partenaire, *(un.nom for un in caisses), *convention.autres_signataires)
    )
    commun = {
        "piece": piece,
        "titre": titre(convention, piece),
        "convention": convention,
        "partenaire": convention.partenaire,
        "caisses": caisses,
        "delegues": [
            (
                convention.partenaire.nom,
                _contact(convention.partenaire.dpo_nom, convention.partenaire.dpo_courriel),
            ),
            *((un.nom, _contact(un.dpo_nom, un.dpo_courriel, un.dpo_adresse)) for un in caisses),
        ],
        "interlocuteurs": [
            (un.nom, _contact(un.support_nom, telephone(un.support_telephone), un.support_courriel))
            for un in caisses
        ],
        "entre": f"{', '.join(noms)} et {dernier}",
        "portail": settings.ADRESSE_DU_PORTAIL,
        "jour": jour,
    }
    return commun | _clauses(convention, piece, jour)


def _clauses(convention: Convention, piece: str, jour: dt.date) -> dict[str, Any]:
    """Return the articles of a document, what its tables read, and who signs it."""
    valeurs = parametres_au(convention, jour)
    parts = list(convention.participations.select_related("caisse"))
    return {
        "articles": clauses.articles(valeurs["clauses"], piece, valeurs, _faits(convention, valeurs)),
        "ouvertures": _ouvertures(parts, valeurs),
        "avenants": convention.avenants.filter(signe_le__isnull=False),
        "referents": Referent.objects.filter(convention=convention, jusqu_au=None).select_related("caisse"),
        "sous_traitances": convention.sous_traitances.filter(agreee_le__lte=jour).exclude(finie_le__lte=jour),
        "pieces_sortantes": PIECES_SORTANTES.values(),
        "debut": _debut(convention) if piece == PieceConvention.CONVENTION else None,
        **_signataires(convention, piece),
    }


def _ouvertures(parts: list[Participation], valeurs: Mapping[str, list[str]]) -> list[tuple[str, object]]:
    """Return what is open, told once for the caisses that open the same (C-09)."""
    caisses: dict[tuple[str, ...], list[str]] = {}
    for part in parts:
        caisses.setdefault(tuple(sorted(valeurs[cle_motifs(part)])), []).append(part.caisse.nom)
    return [(" et ".join(noms), par_service(list(motifs))) for motifs, noms in caisses.items()]


def _contact(*morceaux: str) -> str:
    return ", ".join(filter(None, morceaux)) or "non renseigné"


def _signent(groupe: list[Signataire]) -> str:
    """Return who signs for a party, each with what empowers him (C-01, C-22)."""
    dits = [
        _contact(un.nom, un.qualite) + (f" ({un.habilitation})" if un.habilitation else "") for un in groupe
    ]
    return f"signataire{'s' if len(dits) > 1 else ''} : {' et '.join(dits)}"


def _faits(convention: Convention, valeurs: dict[str, Any]) -> dict[str, str]:
    """Return the sentences that are not those of one parameter (C-10, C-15)."""
    par_caisse = {
        part.caisse.nom: _documents(part.documents_titres) if valeurs[cle_documents(part)] else A_LA_PERSONNE
        for part in convention.participations.select_related("caisse")
    }
    if len(set(par_caisse.values())) == 1:
        documents = next(iter(par_caisse.values()))
    else:
        documents = " ".join(f"Avec {le(nom)} : {phrase}" for nom, phrase in par_caisse.items())
    remplace = convention.remplace
    return {
        "documents": documents,
        "remplace": f"Elle remplace la convention {remplace.reference} à la date de sa dernière signature."
        if remplace
        else "",
    }


A_LA_PERSONNE = "Les documents destinés à une personne lui sont envoyés à son adresse connue de la caisse."


def _documents(titres: list[str]) -> str:
    """Return the sentence of the habilitation, with the capacities that the convention names (C-10)."""
    dits = " ou ".join(str(Titre(un).label).lower() for un in titres)
    return (
        "Le partenaire, en droit de recevoir les documents des personnes, peut les recevoir par le portail"
        f"{f', en tant que {dits}' if dits else ''} ; il dit pour chaque demande à quel titre."
    )


def _signataires(convention: Convention, piece: str) -> dict[str, Any]:
    """Return who is party to a document and who signs it, with the date once it is signed (C-01, C-07)."""
    signataires = convention.signataires.select_related("caisse").prefetch_related("aussi_pour")
    soussignes: dict[tuple[str, ...], list[Signataire]] = {}
    for un in signataires:
        soussignes.setdefault(tuple(un.parties), []).append(un)
    dits = [(groupe[0], _signent(groupe)) for groupe in soussignes.values()]
    document = _SIGNEES.get(piece)
    if document is None or (document == Document.UTILISATION and convention.utilisation_liee):
        return {"signataires": signataires, "soussignes": dits, "cases": []}
    if document == Document.UTILISATION:
        signataires = signataires.exclude(partie=Partie.AUTRE)
    dates = dict(
        Signature.objects.filter(signataire__convention=convention, document=document).values_list(
            "signataire", "signee_le"
        )
    )
    parties = {nom for un in signataires for nom in un.parties}
    return {
        "signataires": signataires,
        "soussignes": dits,
        "cases": [(un, dates.get(un.pk)) for un in signataires],
        "exemplaires": len(parties),
    }


def _debut(convention: Convention) -> dt.date | None:
    return convention.participations.aggregate(debut=Min("debut"))["debut"]
