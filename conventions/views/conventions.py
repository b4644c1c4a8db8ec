"""The page of a convention."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from conventions import bilans, clauses, frise, phrases
from conventions.actions.signatures import attendus, motifs_perdus, peut_signer
from conventions.lecture import parametres_au
from conventions.models.conventions import Convention
from conventions.models.suites import Document, Partie, Referent
from conventions.parametres import cle_documents, cle_motifs
from conventions.permissions import can_conduire_convention, can_lire_code, can_parler, can_rediger_convention
from conventions.views import documents
from conventions.views.actes import NIVEAUX, charger, jour_de_la_page, par_service


@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a convention: until when, why, what comes next, who, what is open, and its history (C-06)."""
    convention = charger(request, reference)
    jour = jour_de_la_page(convention)
    lu_le = _jour_demande(request, jour)
    parametres = parametres_au(convention, lu_le)
    # Nobody acts on the past.
    conduit = lu_le == jour and can_conduire_convention(request.user, convention)
    parle = lu_le == jour and can_parler(request.user, convention)
    vivante = convention.statut in {Convention.Statut.EN_VIGUEUR, Convention.Statut.DENONCEE}
    contexte = {
        "convention": convention,
        "niveau": NIVEAUX[Convention.Statut(convention.statut)],
        "suspendue": convention.participations.exclude(suspendue_le=None).exists(),
        "phrase": frise.phrase_etat(convention, jour),
        "jour": jour,
        "lu_le": lu_le if lu_le != jour else None,
        "parametres": [
            (libelle := phrases.LIBELLES[nom], capfirst(texte.removeprefix(f"{libelle} : ")))
            for nom in phrases.PHRASES
            if (texte := phrases.phrase(nom, parametres[nom]))
        ],
        "parts": _parts(request, convention, parametres, lu_le),
        "signatures": _signatures(request, convention),
        "a_venir": frise.a_venir(convention, jour),
        "passe": list(reversed(frise.passe(convention, lu_le))),
        "comite_en_retard": convention.comite_pilotage and frise.comite_en_retard(convention, jour),
        "evaluation_avant": frise.evaluation_attendue(convention, jour),
        "conduit": conduit,
        "annees": bilans.annees(convention, lu_le),
        "bilan_attendu": bilans.en_souffrance(convention, jour) if lu_le == jour else None,
        "pieces": documents.pieces(convention, lu_le),
        "acte_a_suivre": conduit and _acte_a_suivre(convention, jour),
        "parle": parle and vivante,
        "suit": conduit or parle,
        "paroles": [
            {"annonce": une, "repond": conduit and can_rediger_convention(request.user, une.caisse)}
            for une in convention.annonces.select_related("caisse")
        ],
        "motifs_perdus": motifs_perdus(convention) if conduit else [],
        "vivante": vivante,
        **_listes(convention, lu_le, passee=lu_le != jour),
    }
    return render(request, "conventions/convention.html", contexte)


def _acte_a_suivre(convention: Convention, jour: dt.date) -> bool:
    """Whether the convention is to be signed by virtue of an act that is not yet exécutoire (C-22)."""
    attendue = convention.statut in {Convention.Statut.BROUILLON, Convention.Statut.A_SIGNER}
    return attendue and any(not un.executoire_le(jour) for un in convention.signataires.all())


def _listes(convention: Convention, jour: dt.date, *, passee: bool) -> dict[str, object]:
    """Return what hangs on the convention, as it was on that day (C-06)."""
    avenants, suivis = convention.avenants.all(), convention.suivis.all()
    return {
        "referents": Referent.objects.filter(convention=convention, depuis__lte=jour)
        .exclude(jusqu_au__lte=jour)
        .select_related("caisse"),
        "avenants": avenants.filter(signe_le__lte=jour) if passee else avenants,
        "sous_traitances": convention.sous_traitances.filter(agreee_le__lte=jour).exclude(finie_le__lte=jour),
        "suivis": (suivis.filter(jour__lte=jour) if passee else suivis).select_related("caisse"),
    }


def _jour_demande(request: HttpRequest, jour: dt.date) -> dt.date:
    """Return the past day at which the convention is read, today unless a valid one is asked (C-06)."""
    try:
        demande = dt.date.fromisoformat(request.GET.get("au", ""))
    except ValueError:
        return jour
    return min(demande, jour)


def _parts(
    request: HttpRequest, convention: Convention, parametres: dict[str, Any], jour: dt.date
) -> list[dict[str, Any]]:
    """Return each caisse's part with what it opened, and the formal notices that ran, on that day (C-05, C-06, C-09, C-12)."""
    parts, present = [], jour == jour_de_la_page(convention)
    for part in convention.participations.select_related("caisse"):
        part.convention = convention
        parts.append(
            {
                "part": part,
                "services": par_service(parametres[cle_motifs(part)]),
                "documents": parametres[cle_documents(part)],
                "mises": part.mises_en_demeure.filter(envoyee_le__lte=jour).exclude(close_le__lte=jour),
                "code_prevu": clauses.tient(parametres["clauses"], "contact-courriel")
                or part.code_renouvele_le is not None,
                "lit_le_code": can_lire_code(request.user, part) and part.code_scelle is not None,
                "conduit": present and can_rediger_convention(request.user, part.caisse),
            }
        )
    return parts


def _signatures(request: HttpRequest, convention: Convention) -> list[dict[str, object]]:
    documents = [Document.CONVENTION]
    if not convention.utilisation_liee:
        documents.append(Document.UTILISATION)
    lignes = []
    for document in documents:
        restants = {signataire.pk for signataire in attendus(convention, document)}
        for signataire in convention.signataires.select_related("caisse").prefetch_related(
            "signatures", "aussi_pour"
        ):
            if document == Document.UTILISATION and signataire.partie == Partie.AUTRE:
                continue
            signature = next((une for une in signataire.signatures.all() if une.document == document), None)
            lignes.append(
                {
                    "document": document,
                    "signataire": signataire,
                    "partie": ", ".join(signataire.parties),
                    "signature": signature,
                    "corrige": signature is not None and peut_signer(request.user, convention, signataire),
                    "possible": signataire.pk in restants
                    and _peut_etre_signe(convention, document)
                    and peut_signer(request.user, convention, signataire),
                }
            )
    return lignes


def _peut_etre_signe(convention: Convention, document: str) -> bool:
    attendu = Convention.Statut.A_SIGNER if document == Document.CONVENTION else Convention.Statut.EN_VIGUEUR
    return convention.statut == attendu
