"""The page of a convention."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conventions import frise, phrases
from conventions.actions.avenants import parametres_au
from conventions.actions.signatures import attendus, motifs_perdus, peut_signer
from conventions.models import Convention, Document, Partie, Referent
from conventions.parametres import PARAMETRES
from conventions.permissions import can_conduire_convention, can_lire_code, can_rediger_convention
from conventions.views.commun import NIVEAUX, charger, jour_de_la_page
from espace_partenaires.profils import Profil


@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a convention: until when, why, what comes next, who, what is open, and its history (C-06)."""
    convention = charger(request, reference)
    jour = jour_de_la_page(convention)
    lu_le = _jour_demande(request, jour)
    parametres = parametres_au(convention, lu_le)
    conduit = can_conduire_convention(request.user, convention)
    parts = _parts(request, convention)
    contexte = {
        "convention": convention,
        "niveau": NIVEAUX[Convention.Statut(convention.statut)],
        "phrase": frise.phrase_etat(convention, jour),
        "jour": jour,
        "lu_le": lu_le if lu_le != jour else None,
        "parametres": [
            (phrases.LIBELLES[nom], texte)
            for nom in PARAMETRES
            if (texte := phrases.phrase(nom, parametres[nom]))
        ],
        "parts": parts,
        "signatures": _signatures(request, convention),
        "a_venir": frise.a_venir(convention, jour),
        "passe": list(reversed(frise.passe(convention, lu_le))),
        "referents": Referent.objects.filter(convention=convention, jusqu_au=None).select_related("caisse"),
        "avenants": convention.avenants.all(),
        "sous_traitances": convention.sous_traitances.all(),
        "suivis": convention.suivis.all(),
        "comite_en_retard": convention.comite_pilotage and frise.comite_en_retard(convention, jour),
        "conduit": conduit,
        "motifs_perdus": motifs_perdus(convention) if conduit else [],
        "vivante": convention.statut in {Convention.Statut.EN_VIGUEUR, Convention.Statut.DENONCEE},
    }
    return render(request, "conventions/convention.html", contexte)


def _jour_demande(request: HttpRequest, jour: dt.date) -> dt.date:
    """Return the past day at which the convention is read, today unless a valid one is asked (C-06)."""
    try:
        demande = dt.date.fromisoformat(request.GET.get("au", ""))
    except ValueError:
        return jour
    return min(demande, jour)


def _parts(request: HttpRequest, convention: Convention) -> list[dict[str, Any]]:
    parts = []
    for part in convention.participations.select_related("caisse").prefetch_related("motifs__service"):
        part.convention = convention
        par_service: dict[str, list[str]] = {}
        for motif in part.motifs.all():
            par_service.setdefault(motif.service.libelle, []).append(motif.libelle)
        parts.append(
            {
                "part": part,
                "services": par_service.items(),
                "mises": part.mises_en_demeure.filter(close_le=None),
                "lit_le_code": can_lire_code(request.user, part) and part.code_scelle is not None,
                "conduit": request.user.profil == Profil.ADMINISTRATEUR
                and can_rediger_convention(request.user, part.caisse),
            }
        )
    return parts


def _signatures(request: HttpRequest, convention: Convention) -> list[dict[str, Any]]:
    documents = [Document.CONVENTION]
    if not convention.utilisation_liee:
        documents.append(Document.UTILISATION)
    lignes = []
    for document in documents:
        restants = {signataire.pk for signataire in attendus(convention, document)}
        for signataire in convention.signataires.select_related("caisse").prefetch_related("signatures"):
            if document == Document.UTILISATION and signataire.partie == Partie.AUTRE:
                continue
            signature = next((une for une in signataire.signatures.all() if une.document == document), None)
            lignes.append(
                {
                    "document": document,
                    "signataire": signataire,
                    "partie": signataire.caisse or signataire.organisme or convention.partenaire,
                    "signature": signature,
                    "possible": signataire.pk in restants
                    and _peut_etre_signe(convention, document)
                    and peut_signer(request.user, convention, signataire),
                }
            )
    return lignes


def _peut_etre_signe(convention: Convention, document: str) -> bool:
    attendu = Convention.Statut.A_SIGNER if document == Document.CONVENTION else Convention.Statut.EN_VIGUEUR
    return convention.statut == attendu
