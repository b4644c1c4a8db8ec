"""From the draft to the last signature: motifs of each caisse, text fixed, sent back, signed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from conventions import actions
from conventions.actions.conventions import Ouverture
from conventions.actions.signatures import designer
from conventions.forms import OuvertureForm, RenvoiForm, SignatureForm
from conventions.models import Document
from conventions.views.commun import (
    LECTURE_ECRITURE,
    charger_part,
    charger_pour_conduire,
    charger_signataire,
    envoye,
    page_d_acte,
    page_d_acte_commun,
)


@require_POST
def mettre_a_la_signature(request: HttpRequest, reference: str) -> HttpResponse:
    """Fix the text; from now on signatures are expected."""
    convention = charger_pour_conduire(request, reference)
    try:
        actions.mettre_a_la_signature(par=request.user, convention=convention)
    except ValidationError as erreur:
        messages.error(request, " ".join(erreur.messages))
    else:
        messages.success(request, "Le texte est arrêté : vous pouvez enregistrer les signatures.")
    return redirect("convention", reference)


@require_http_methods(LECTURE_ECRITURE)
def ouvrir_motifs(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Set what one caisse opens, apart from the others, while the text is a draft (C-09, C-10)."""
    part = charger_part(request, reference, caisse)
    form = OuvertureForm(envoye(request), participation=part)
    return page_d_acte(
        request,
        convention=part.convention,
        titre=f"Services et motifs – {part.caisse}",
        form=form,
        agir=lambda donnees: actions.ouvrir_motifs(
            par=request.user,
            participation=part,
            ouverture=Ouverture(
                part.caisse,
                form.motifs(),
                documents_par_portail=donnees["documents_par_portail"],
                documents_motif=donnees["documents_motif"],
            ),
        ),
        bouton="Enregistrer",
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
        action=actions.renvoyer_en_redaction,
        bouton="Renvoyer en rédaction",
        fait="La convention est de nouveau en rédaction.",
    )


@require_http_methods(LECTURE_ECRITURE)
def signer(request: HttpRequest, reference: str, document: str, signataire: int) -> HttpResponse:
    """Write down one signature (C-01, C-07)."""
    convention = charger_pour_conduire(request, reference)
    personne = charger_signataire(convention, signataire)
    document = Document.UTILISATION if document == "utilisation" else Document.CONVENTION
    initial = {"nom": personne.nom, "acte": personne.acte, "acte_le": personne.acte_le}
    return page_d_acte(
        request,
        convention=convention,
        titre=f"Enregistrer une signature : {document.label.lower()}",
        form=SignatureForm(envoye(request), initial=initial),
        agir=lambda donnees: actions.signer(
            par=request.user, signataire=personne, document=document, **donnees
        ),
        bouton="Enregistrer la signature",
        fait="La signature est enregistrée.",
        avant=[
            designer(personne) + ".",
            "Le document entre en vigueur à la date de la dernière signature attendue.",
        ],
    )
