"""The technicien deposits a demande: organisme and service, motif, content, recap. Each step is a sealed draft."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from caisses.models import Service
from conformite.journal import consigner
from conventions.models.conventions import Objet, Participation
from signalements import permissions
from signalements.departements import DEPARTEMENTS
from signalements.depot import actions as depot
from signalements.depot.fiches import fiche
from signalements.depot.forms import DepotForm, MotifForm
from signalements.forms.contenu import ContenuForm
from signalements.forms.par_service import lire
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.pieces.actions import panneau
from signalements.views.demande import journaliser_confirmation, memes_lues, personne, resume
from signalements.workflow import TransitionImpossible
from socle.confirmation import demander_confirmation
from socle.roles import Droit, exiger

# What each service is for, in the words of those who use it.
AIDES = {
    "contact": "Une question sur le partenariat, les offres de service, ou un dossier déjà soumis.",
    "document": "Une attestation, un certificat provisoire, un formulaire pour la personne.",
    "rendez-vous": "La personne a besoin de rencontrer ou d’appeler un conseiller.",
    "difficulte": "Une personne n’accède pas à ses droits ou à ses soins : rupture de droits, renoncement, urgence.",
    "etude-dossier": "Un dossier complet à faire étudier : AME, C2S, aide financière, ouverture de droits.",
}


def _participations(compte: Any) -> QuerySet[Participation]:
    """The caisses' parts that open the portal now to the account (D-02, A-13, A-16)."""
    return (
        Participation.objects.donnant(Droit.DEPOSER_DEMANDES, compte, pour_commencer=True)
        .filter(objet=Objet.ACCES_DROITS)
        .select_related("caisse", "convention")
        .order_by("caisse__nom")
    )


@require_safe
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Step 1: which organisme, which service."""
    exiger(permissions.can_nouvelle(request.user))
    participations = list(_participations(request.user))
    organismes = [
        {
            "participation": participation,
            "services": [
                (service, AIDES.get(service.code, ""))
                for service in Service.objects.filter(motifs__participations=participation).distinct()
            ],
        }
        for participation in participations
    ]
    contexte = {
        "organismes": organismes,
        "partages": _departements_partages(participations),
        "pour": request.GET.get("pour", "")[:13],
    }
    return render(request, "signalements/nouvelle.html", contexte)


def _departements_partages(participations: list[Participation]) -> list[tuple[str, list[str]]]:
    """Return each département that several of these caisses cover, with their names (D-02)."""
    caisses: dict[str, list[str]] = {}
    for participation in participations:
        caisse = participation.caisse
        for code in {caisse.departement, *caisse.departements}:
            caisses.setdefault(code, []).append(caisse.nom)
    noms = dict(DEPARTEMENTS)
    return [(noms.get(code, code), liste) for code, liste in sorted(caisses.items()) if len(liste) > 1]


@require_http_methods(["GET", "HEAD", "POST"])
def choisir_motif(request: HttpRequest, organisme: str, service: str) -> HttpResponse:
    """Step 2: which motif; the POST opens the draft."""
    exiger(permissions.can_nouvelle(request.user))
    participation = get_object_or_404(_participations(request.user), caisse__code=organisme)
    motifs = participation.motifs.filter(service=service)
    choisi = get_object_or_404(
        Service.objects.filter(motifs__participations=participation).distinct(), code=service
    )
    form = MotifForm(request.POST or None, motifs=motifs, pour=request.GET.get("pour", ""))
    if request.method == "POST" and form.is_valid():
        try:
            demande = depot.commencer(
                participation=participation,
                motif=form.cleaned_data["motif"],
                jeton=form.cleaned_data["jeton"],
                par=request.user,
                depuis=_suivie(request.user, form.cleaned_data["pour"]),
            )
        except Demande.DoesNotExist:
            raise Http404 from None
        return redirect("demande-brouillon", reference=demande.reference)
    contexte = {"form": form, "service": choisi, "participation": participation}
    return render(request, "signalements/motif.html", contexte, status=422 if form.errors else 200)


def _suivie(compte: Any, reference: str) -> Demande | None:
    """The demande that this one is for the same person as, when the account sees it; None otherwise."""
    return Demande.objects.visibles_par(compte).filter(reference=reference).first() if reference else None


def _charger_brouillon(compte: Any, reference: str) -> Demande:
    demande = get_object_or_404(
        Demande.objects.visibles_par(compte).select_related(
            "caisse", "motif__service", "participation__convention", "partenaire", "technicien"
        ),
        reference=reference,
    )
    exiger(permissions.can_nouvelle(compte))
    return demande


@require_http_methods(["GET", "HEAD", "POST"])
def brouillon(request: HttpRequest, reference: str) -> HttpResponse:
    """Step 3: who and what. « Finir plus tard » keeps what is there, complete or not."""
    demande = _charger_brouillon(request.user, reference)
    if not permissions.can_modifier_brouillon(request.user, demande):
        return redirect("demande", reference=reference)
    plus_tard = "plus-tard" in request.POST
    form = ContenuForm(
        request.POST if request.method == "POST" else None,
        demande=demande,
        facultatif=plus_tard,
        initial=ContenuForm.initial_de(demande.contenu, urgente=demande.urgente),
    )
    if request.method == "POST" and form.is_valid():
        try:
            depot.enregistrer_brouillon(
                demande,
                contenu=form.contenu(),
                urgente=form.cleaned_data.get("urgente", False),
                par=request.user,
            )
        except TransitionImpossible:
            messages.warning(
                request, "Cette demande est déjà envoyée : vos dernières modifications n’y sont pas."
            )
            return redirect("demande", reference=reference)
        journaliser_confirmation(request, demande, form)
        if plus_tard:
            messages.success(
                request, "Brouillon enregistré. Vous le retrouverez dans les demandes de la structure."
            )
            return redirect("demandes")
        return redirect("demande-recapitulatif", reference=reference)
    contenu = demande.contenu
    consigner(Acte.DEMANDE_LIRE, par=request.user, objet=demande)
    contexte = {
        "form": form,
        "demande": demande,
        "fiche": fiche(demande.motif, demande.participation),
        "fiche_ouverte": request.method != "POST" and not contenu.keys() - {"assure"},
        "deja": _deja_en_cours(request.user, demande, contenu),
    }
    return render(request, "signalements/brouillon.html", contexte, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def recapitulatif(request: HttpRequest, reference: str) -> HttpResponse:
    """Step 4: read again, attest, send (D-05). Sent twice, the second answer is the same page."""
    demande = _charger_brouillon(request.user, reference)
    if not permissions.can_modifier_brouillon(request.user, demande):
        return redirect("demande", reference=reference)
    contenu = demande.contenu
    if not ContenuForm.est_complet(demande, contenu):
        messages.info(request, "Il manque encore des informations avant l’envoi.")
        return redirect("demande-brouillon", reference=reference)
    form = DepotForm(request.POST if request.method == "POST" else None, motif=demande.motif)
    if request.method == "POST" and form.is_valid():
        try:
            depot.deposer(demande, attestations=form.attestations(), par=request.user)
        except TransitionImpossible:
            # A double click, or the other tab: the demande is sent, once.
            return redirect("demande", reference=reference)
        except ValidationError as refus:
            form.add_error(None, refus)
        else:
            messages.success(request, f"Votre demande est envoyée. Sa référence : {demande.reference}.")
            return redirect("demande", reference=reference)
    consigner(Acte.DEMANDE_LIRE, par=request.user, objet=demande)
    contexte = {
        "form": form,
        "demande": demande,
        "resume": resume(demande),
        "personne": personne(contenu),
        "sections": lire(contenu),
        "pieces": panneau(demande, request.user),
        "deja": _deja_en_cours(request.user, demande, contenu),
    }
    return render(request, "signalements/recapitulatif.html", contexte, status=422 if form.errors else 200)


def _deja_en_cours(compte: Any, demande: Demande, contenu: dict[str, Any]) -> list[Demande]:
    """The open demandes of the structure for the same person and motif: a warning, never a refusal."""
    ouvertes = Demande.objects.visibles_par(compte).ouvertes().filter(motif=demande.motif_id)
    return memes_lues(compte, ouvertes, demande, contenu)


@require_http_methods(["GET", "HEAD", "POST"])
def supprimer(request: HttpRequest, reference: str) -> HttpResponse:
    """Throw the draft away, once it was said what goes with it."""
    demande = _charger_brouillon(request.user, reference)
    exiger(permissions.can_modifier_brouillon(request.user, demande))
    if request.method != "POST":
        pertes = [
            f"Le brouillon {reference} sera supprimé, avec ce que vous y avez écrit.",
            "L’identité de la personne et les pièces jointes le seront aussi.",
        ]
        retour = reverse("demande-brouillon", args=[reference])
        return demander_confirmation(request, "Supprimer ce brouillon", pertes, retour)
    depot.supprimer_brouillon(demande, par=request.user)
    messages.success(request, "Le brouillon est supprimé.")
    return redirect("demandes")
