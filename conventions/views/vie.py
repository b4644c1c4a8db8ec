"""The acts on a convention: signature, denunciation, formal notice, termination, avenants, référents."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from conventions import actions
from conventions.actions.conventions import Ouverture
from conventions.actions.signatures import designer
from conventions.forms import (
    ClotureMiseForm,
    DateForm,
    DenonciationForm,
    MiseEnDemeureForm,
    MotDePasseForm,
    MotifForm,
    OuvertureForm,
    ReceptionForm,
    ReferentForm,
    RenvoiForm,
    ResiliationForm,
    SignatureForm,
    SousTraitanceForm,
    SuiviForm,
)
from conventions.lecture import effet_denonciation
from conventions.models import Document, MiseEnDemeure
from conventions.permissions import can_lire_code, exiger
from conventions.views.commun import (
    charger,
    charger_part,
    charger_pour_conduire,
    charger_signataire,
    effets,
    envoye,
    page_d_acte,
)

LECTURE_ECRITURE = ["GET", "HEAD", "POST"]


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
    convention = charger_pour_conduire(request, reference)
    return page_d_acte(
        request,
        convention=convention,
        titre="Renvoyer en rédaction",
        form=RenvoiForm(envoye(request)),
        agir=lambda donnees: actions.renvoyer_en_redaction(
            par=request.user, convention=convention, **donnees
        ),
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


def _qui(donnees: dict[str, Any]) -> dict[str, Any]:
    restants = {cle: valeur for cle, valeur in donnees.items() if cle != "qui"}
    return restants | {"par_le_partenaire": donnees["qui"] == "partenaire"}


@require_http_methods(LECTURE_ECRITURE)
def denoncer(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Write down a denunciation for one caisse's part (C-04); its effect is shown before the click."""
    part = charger_part(request, reference, caisse)
    return page_d_acte(
        request,
        convention=part.convention,
        titre=f"Dénonciation – {part.caisse}",
        form=DenonciationForm(envoye(request), initial={"bonne_fin_jours": part.convention.bonne_fin_jours}),
        agir=lambda donnees: actions.denoncer(par=request.user, participation=part, **_qui(donnees)),
        bouton="Enregistrer la dénonciation",
        fait="La dénonciation est enregistrée ; les deux parties en sont averties.",
        avant=_si_denoncee_aujourd_hui(part),
        effets=effets(part),
        danger=True,
    )


def _si_denoncee_aujourd_hui(part: Any) -> list[str]:
    if part.debut is None or part.debut > part.caisse.jour:
        return []
    effet = effet_denonciation(part, part.caisse.jour)
    phrases = [f"Une lettre d’aujourd’hui mettrait fin à la convention le {effet.fin:%d/%m/%Y}."]
    if effet.echeance_manquee:
        phrases.append(
            f"Le dernier jour utile pour l’échéance du {effet.echeance_manquee:%d/%m/%Y} est passé : la convention "
            "serait reconduite une fois encore."
        )
    return phrases


@require_http_methods(LECTURE_ECRITURE)
def mettre_en_demeure(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Write down a formal notice (C-05)."""
    part = charger_part(request, reference, caisse)
    return page_d_acte(
        request,
        convention=part.convention,
        titre=f"Mise en demeure – {part.caisse}",
        form=MiseEnDemeureForm(envoye(request)),
        agir=lambda donnees: actions.mettre_en_demeure(par=request.user, participation=part, **_qui(donnees)),
        bouton="Enregistrer la mise en demeure",
        fait="La mise en demeure est enregistrée.",
        avant=[
            "Rien n’est automatique : le délai passé, une personne décide. Un manquement réparé clôt la procédure."
        ],
    )


def _mise(request: HttpRequest, reference: str, caisse: str, pk: int) -> MiseEnDemeure:
    part = charger_part(request, reference, caisse)
    mise = get_object_or_404(part.mises_en_demeure.filter(close_le=None), pk=pk)
    mise.participation = part
    return mise


@require_http_methods(LECTURE_ECRITURE)
def noter_reception(request: HttpRequest, reference: str, caisse: str, mise: int) -> HttpResponse:
    """Write down when the letter was received (C-05)."""
    lettre = _mise(request, reference, caisse, mise)
    return page_d_acte(
        request,
        convention=lettre.participation.convention,
        titre="Réception de la mise en demeure",
        form=ReceptionForm(envoye(request)),
        agir=lambda donnees: actions.noter_reception(par=request.user, mise=lettre, **donnees),
        bouton="Enregistrer",
        fait="La réception est enregistrée.",
    )


@require_http_methods(LECTURE_ECRITURE)
def clore_mise_en_demeure(request: HttpRequest, reference: str, caisse: str, mise: int) -> HttpResponse:
    """Close a formal notice: cured in time, or withdrawn (C-05)."""
    lettre = _mise(request, reference, caisse, mise)
    return page_d_acte(
        request,
        convention=lettre.participation.convention,
        titre="Clore la mise en demeure",
        form=ClotureMiseForm(envoye(request)),
        agir=lambda donnees: actions.clore_mise_en_demeure(par=request.user, mise=lettre, **donnees),
        bouton="Clore la mise en demeure",
        fait="La mise en demeure est close.",
    )


@require_http_methods(LECTURE_ECRITURE)
def resilier(request: HttpRequest, reference: str, caisse: str, mise: int) -> HttpResponse:
    """Terminate for breach (C-05)."""
    lettre = _mise(request, reference, caisse, mise)
    part = lettre.participation
    possible = lettre.resiliable_des
    avant = (
        [f"Résiliation possible à partir du {possible:%d/%m/%Y}."]
        if possible
        else ["Notez d’abord la réception de la lettre : le délai court à partir d’elle."]
    )
    return page_d_acte(
        request,
        convention=part.convention,
        titre=f"Résiliation – {part.caisse}",
        form=ResiliationForm(envoye(request), initial={"bonne_fin_jours": part.convention.bonne_fin_jours}),
        agir=lambda donnees: actions.resilier(par=request.user, mise=lettre, **donnees),
        bouton="Résilier",
        fait="La résiliation est enregistrée ; les deux parties en sont averties.",
        avant=avant,
        effets=effets(part),
        danger=True,
    )


@require_http_methods(LECTURE_ECRITURE)
def suspendre(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Suspend the structure for that caisse (A-16)."""
    part = charger_part(request, reference, caisse)
    return page_d_acte(
        request,
        convention=part.convention,
        titre=f"Suspendre l’accès – {part.caisse}",
        form=MotifForm(envoye(request)),
        agir=lambda donnees: actions.suspendre(par=request.user, participation=part, **donnees),
        bouton="Suspendre l’accès",
        fait="L’accès est suspendu ; la structure en est avertie.",
        avant=[
            "L’accès à cette caisse cesse à l’instant. Les comptes et les places de la structure sont conservés."
        ],
        effets=effets(part),
        danger=True,
    )


@require_POST
def lever_suspension(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Give the access back (A-16)."""
    part = charger_part(request, reference, caisse)
    try:
        actions.lever_suspension(par=request.user, participation=part)
    except ValidationError as erreur:
        messages.error(request, " ".join(erreur.messages))
    else:
        messages.success(request, "L’accès est rétabli.")
    return redirect("convention", reference)


@require_http_methods(LECTURE_ECRITURE)
def ajouter_referent(request: HttpRequest, reference: str) -> HttpResponse:
    """Add a référent (C-08)."""
    convention = charger_pour_conduire(request, reference)
    form = ReferentForm(envoye(request), convention=convention)
    return page_d_acte(
        request,
        convention=convention,
        titre="Ajouter un référent",
        form=form,
        agir=lambda _: actions.ajouter_referent(
            par=request.user, convention=convention, **form.champs_action()
        ),
        bouton="Ajouter",
        fait="Le référent est ajouté ; les autres parties en sont averties.",
    )


@require_POST
def retirer_referent(request: HttpRequest, reference: str, referent: int) -> HttpResponse:
    """Take a référent off the list (C-08)."""
    convention = charger_pour_conduire(request, reference)
    ligne = get_object_or_404(convention.referents.filter(jusqu_au=None), pk=referent)
    actions.retirer_referent(par=request.user, referent=ligne)
    messages.success(request, "Le référent est retiré ; les autres parties en sont averties.")
    return redirect("convention", reference)


@require_http_methods(LECTURE_ECRITURE)
def sous_traitance(request: HttpRequest, reference: str) -> HttpResponse:
    """Record an agreed sub-processor (C-18)."""
    convention = charger_pour_conduire(request, reference)
    return page_d_acte(
        request,
        convention=convention,
        titre="Enregistrer une sous-traitance agréée",
        form=SousTraitanceForm(envoye(request)),
        agir=lambda donnees: actions.enregistrer_sous_traitance(
            par=request.user, convention=convention, **donnees
        ),
        bouton="Enregistrer",
        fait="La sous-traitance est enregistrée.",
    )


@require_http_methods(LECTURE_ECRITURE)
def evaluation(request: HttpRequest, reference: str) -> HttpResponse:
    """Record the shared evaluation of the first year (C-03)."""
    convention = charger_pour_conduire(request, reference)
    return page_d_acte(
        request,
        convention=convention,
        titre="Évaluation partagée de la première année",
        form=DateForm(envoye(request)),
        agir=lambda donnees: actions.enregistrer_evaluation(
            par=request.user, convention=convention, **donnees
        ),
        bouton="Enregistrer",
        fait="L’évaluation est enregistrée.",
        avant=["Elle éclaire la première reconduction ; son absence ne bloque rien."],
    )


@require_http_methods(LECTURE_ECRITURE)
def suivi(request: HttpRequest, reference: str) -> HttpResponse:
    """Record a comité, a difficulty or a bilan (C-11)."""
    convention = charger_pour_conduire(request, reference)
    return page_d_acte(
        request,
        convention=convention,
        titre="Suivi annuel",
        form=SuiviForm(envoye(request)),
        agir=lambda donnees: actions.enregistrer_suivi(par=request.user, convention=convention, **donnees),
        bouton="Enregistrer",
        fait="Le suivi est enregistré.",
    )


@require_POST
def renouveler_code(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Give the partenaire a new code confidentiel, shown once to the caisse (C-12)."""
    part = charger_part(request, reference, caisse)
    code = actions.renouveler_code(par=request.user, participation=part)
    return render(
        request, "conventions/code.html", {"convention": part.convention, "part": part, "code": code}
    )


@require_http_methods(LECTURE_ECRITURE)
def lire_code(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Show its code to the gestionnaire of the structure, after the password again; each reading is logged (C-12)."""
    convention = charger(request, reference)
    part = get_object_or_404(convention.participations.select_related("caisse"), caisse__code=caisse)
    part.convention = convention
    exiger(can_lire_code(request.user, part))
    form = MotDePasseForm(envoye(request), request=request)
    contexte = {"convention": convention, "part": part, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            contexte["code"] = actions.lire_code(par=request.user, participation=part)
        except ValidationError as erreur:
            form.refuser(erreur)
        else:
            return render(request, "conventions/code.html", contexte)
    return render(request, "conventions/code_lire.html", contexte, status=422 if form.errors else 200)
