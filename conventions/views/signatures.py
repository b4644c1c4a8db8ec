"""From the draft to the last signature: motifs of each caisse, text fixed, sent back, signed."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from conventions.actions import conventions, signatures
from conventions.actions.signatures import designer
from conventions.forms.suites import OuvertureForm, RenvoiForm, SignatureForm
from conventions.models.suites import Document, Partie
from conventions.views.actes import (
    acte_sans_page,
    charger_part,
    charger_pour_conduire,
    charger_signataire,
    jour_de_la_page,
    page_d_acte,
    page_d_acte_commun,
)
from socle.actes import LECTURE_ECRITURE, envoye

PAS_ENCORE_EXECUTOIRE = (
    "L’acte qui habilite le signataire du partenaire n’est pas encore exécutoire : l’accusé de réception de la "
    "préfecture n’est pas noté. Une signature donnée avant lui peut être contestée."
)


@require_POST
def mettre_a_la_signature(request: HttpRequest, reference: str) -> HttpResponse:
    """Fix the text; from now on signatures are expected."""
    convention = charger_pour_conduire(request, reference)
    agir = partial(conventions.mettre_a_la_signature, convention=convention)
    return acte_sans_page(
        request, convention, agir, "Le texte est arrêté : vous pouvez enregistrer les signatures."
    )


@require_POST
def modele(request: HttpRequest, reference: str) -> HttpResponse:
    """Offer this text to the next drafts of the caisse, or no more (C-23)."""
    convention = charger_pour_conduire(request, reference)
    agir = partial(conventions.marquer_modele, convention=convention, modele=not convention.modele)
    fait = (
        "n’est plus un modèle"
        if convention.modele
        else "est un modèle : les prochains brouillons peuvent en partir"
    )
    return acte_sans_page(request, convention, agir, f"Cette convention {fait}.")


@require_http_methods(LECTURE_ECRITURE)
def ouvrir_motifs(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Set what one caisse opens, apart from the others, while the text is a draft (C-09, C-10)."""
    part = charger_part(request, reference, caisse)
    return page_d_acte(
        request,
        convention=part.convention,
        titre=f"Services et motifs – {part.caisse}",
        form=OuvertureForm(envoye(request), participation=part),
        agir=partial(conventions.ouvrir_motifs, participation=part),
        fait="Les services et motifs sont enregistrés.",
        avant=[
            "Ces choix ne valent que pour cette caisse. Une fois la convention signée, ils changent par avenant."
        ],
    )


@require_http_methods(LECTURE_ECRITURE)
def renvoyer(request: HttpRequest, reference: str) -> HttpResponse:
    """Send back to drafting, with a compulsory comment."""
    return page_d_acte_commun(
        request,
        reference,
        titre="Renvoyer en rédaction",
        formulaire=RenvoiForm,
        action=conventions.renvoyer_en_redaction,
        bouton="Renvoyer en rédaction",
        fait="La convention est de nouveau en rédaction.",
    )


@require_http_methods(LECTURE_ECRITURE)
def signer(request: HttpRequest, reference: str, document: str, signataire: int) -> HttpResponse:
    """Write down one signature (C-01, C-07)."""
    convention = charger_pour_conduire(request, reference)
    personne = charger_signataire(convention, signataire)
    document = Document.UTILISATION if document == "utilisation" else Document.CONVENTION
    initial = {"nom": personne.nom} | {nom: getattr(personne, nom) for nom in signatures.ACTE}
    avant = [
        designer(personne) + ".",
        "Le document entre en vigueur à la date de la dernière signature attendue.",
    ]
    if not personne.executoire_le(jour_de_la_page(convention)):
        avant.append(PAS_ENCORE_EXECUTOIRE)
    return page_d_acte(
        request,
        convention=convention,
        titre=f"Enregistrer une signature : {document.label.lower()}",
        form=SignatureForm(envoye(request), initial=initial, partenaire=personne.partie == Partie.PARTENAIRE),
        agir=partial(signatures.signer, signataire=personne, document=document),
        bouton="Enregistrer la signature",
        fait="La signature est enregistrée.",
        avant=avant,
    )
