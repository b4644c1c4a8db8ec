"""Documents made from the data of a convention, in the portal's own words (C-14)."""

import datetime as dt
from typing import Any

from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from conformite.journal import consigner
from conventions import phrases, regles
from conventions.journal import Acte
from conventions.lecture import parametres_au
from conventions.models.conventions import Convention
from conventions.models.suites import Partie, Referent, Suivi
from conventions.parametres import cle_documents, cle_motifs
from conventions.views.actes import charger, jour_de_la_page, par_service
from socle import crochets
from socle.pdf import rendre_pdf, reponse_pdf

# piece -> title; the template is conventions/pdf/<piece>.html
PIECES = {
    "convention": "Convention de partenariat",
    "utilisation": "Règles d’utilisation du portail",
    "protection-des-donnees": "Annexe – Protection des données",
    "referents": "Annexe – Liste des référents",
    "vecteurs-de-contact": "Annexe – Vecteurs de contact",
    "engagement-de-confidentialite": "Annexe – Engagement de confidentialité",
    "bilan-annuel": "Bilan annuel",
}


@require_safe
def piece(request: HttpRequest, reference: str, piece: str) -> HttpResponse:
    """Send one document of the convention, drawn from its data as they are today."""
    convention = charger(request, reference)
    if piece not in PIECES or (piece == "bilan-annuel" and _debut(convention) is None):
        raise Http404
    contenu = rendre_pdf(f"conventions/pdf/{piece}.html", contexte(convention, piece))
    consigner(
        Acte.CONVENTION_PDF,
        par=request.user,
        objet=convention,
        piece=piece,
    )
    return reponse_pdf(contenu, f"{convention.reference}-{piece}.pdf")


def contexte(convention: Convention, piece: str, jour: dt.date | None = None) -> dict[str, Any]:
    """Return what the documents show; the sentences are those of conventions/phrases.py, in sections."""
    jour = jour or jour_de_la_page(convention)
    valeurs = parametres_au(convention, jour)
    parts = list(convention.participations.select_related("caisse"))
    return {
        "titre": PIECES[piece],
        "convention": convention,
        "partenaire": convention.partenaire,
        "caisses": [part.caisse for part in parts],
        "jour": jour,
        "signataires": convention.signataires.select_related("caisse"),
        "signataires_utilisation": convention.signataires.exclude(partie=Partie.AUTRE).select_related(
            "caisse"
        ),
        "ouvertures": [
            (part.caisse, par_service(valeurs[cle_motifs(part)]), valeurs[cle_documents(part)])
            for part in parts
        ],
        "avenants": convention.avenants.filter(signe_le__isnull=False),
        "referents": Referent.objects.filter(convention=convention, jusqu_au=None).select_related("caisse"),
        "sous_traitances": convention.sous_traitances.all(),
        **{nom: phrases.phrases(valeurs, *noms) for nom, noms in SECTIONS.items()},
        **({"bilan": _bilan(convention, jour)} if piece == "bilan-annuel" else {}),
    }


def _debut(convention: Convention) -> dt.date | None:
    return convention.participations.aggregate(debut=Min("debut"))["debut"]


def _bilan(convention: Convention, jour: dt.date) -> dict[str, Any]:
    """Return what the bilan annuel tells of the last twelve months, each app its own numbers (C-11)."""
    debut = max(_debut(convention) or jour, regles.plus_mois(jour, -12))
    suivis = convention.suivis.filter(jour__gte=debut, jour__lte=jour).order_by("jour", "pk")
    return {
        "debut": debut,
        "fin": jour,
        "phrases": [
            phrase for fournir in crochets.bilan.values() for phrase in fournir(convention, debut, jour)
        ],
        "difficultes": suivis.filter(nature=Suivi.Nature.DIFFICULTE),
        "comites": suivis.filter(nature=Suivi.Nature.COMITE),
        "bilans": suivis.filter(nature=Suivi.Nature.BILAN),
        "avenants": convention.avenants.filter(prend_effet_le__gte=debut, prend_effet_le__lte=jour),
    }


# Section of a document -> the parameters whose sentences it holds
SECTIONS: dict[str, tuple[str, ...]] = {
    "objet": ("public", "public_limite", "autres_signataires"),
    "duree": ("duree_mois", "reconduction_tacite"),
    "fin": (
        "denonciation",
        "denonciation_mois",
        "denonciation_forme",
        "mise_en_demeure_jours",
        "bonne_fin_jours",
    ),
    "utilisation": ("utilisation_en_annexe", "mise_en_demeure_utilisation_jours"),
    "comptes": (
        "quota_gestionnaires",
        "quota_techniciens",
        "delai_habilitation_jours",
        "delai_habilitation_techniciens_jours",
    ),
    "donnees": ("conservation_mois", "notification_violation_heures", "notification_transfert_heures"),
    "suivi": ("bilan", "comite_pilotage"),
}
