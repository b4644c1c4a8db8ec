"""The technicien deposits a demande: organisme and service, motif, content, recap. Each step is a sealed draft."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from caisses.models import Service
from conformite.journal import consigner
from conventions.models.conventions import Objet, Participation
from signalements import permissions
from signalements.departements import DEPARTEMENTS
from signalements.depot import actions as depot
from signalements.depot.fiches import aide, fiche
from signalements.depot.forms import DepotForm, MotifForm
from signalements.forms.contenu import ContenuForm
from signalements.forms.par_service import lire
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.pieces.actions import manquantes, panneau
from signalements.views.demande import journaliser_confirmation, memes_lues, personne, resume
from signalements.workflow import TransitionImpossible
from socle.confirmation import demander_confirmation
from socle.roles import Droit, exiger
from socle.templatetags.portail import heure


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
                (service, aide(service))
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
    suivante = "Votre demande" if motifs.filter(assure=False).exists() else "La personne et sa situation"
    contexte = {"form": form, "service": choisi, "participation": participation, "suivante": suivante}
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
    """Step 3: who and what. « Finir plus tard » keeps what is there, complete or not; so does the page by itself."""
    demande = _charger_brouillon(request.user, reference)
    auto = "auto" in request.POST
    if not permissions.can_modifier_brouillon(request.user, demande):
        return JsonResponse(DEJA_ENVOYEE) if auto else redirect("demande", reference=reference)
    plus_tard = "plus-tard" in request.POST
    form = ContenuForm(
        request.POST if request.method == "POST" else None,
        demande=demande,
        facultatif=plus_tard or auto,
        initial=ContenuForm.initial_de(demande.contenu, urgente=demande.urgente),
    )
    if auto:
        return _enregistrer_seul(request, demande, form)
    conflit = None
    if request.method == "POST" and form.is_valid():
        try:
            _enregistrer(request, demande, form, form.contenu())
        except TransitionImpossible:
            messages.warning(
                request, "Cette demande est déjà envoyée : vos dernières modifications n’y sont pas."
            )
            return redirect("demande", reference=reference)
        except depot.BrouillonModifie as modifie:
            conflit = modifie.le
        else:
            return _suite(request, demande, form, plus_tard=plus_tard)
    contenu = demande.contenu
    consigner(Acte.DEMANDE_LIRE, par=request.user, objet=demande)
    contexte = {
        "form": form,
        "demande": demande,
        "conflit": conflit,
        "version": (conflit or demande.modifiee_le).isoformat(),
        "entame": demande.modifiee_le != demande.creee_le,
        "fiche": fiche(demande.motif, demande.participation),
        "fiche_ouverte": request.method != "POST" and not contenu.keys() - {"assure"},
        "deja": _deja_en_cours(request.user, demande, contenu),
    }
    statut = 409 if conflit else 422 if form.errors else 200
    return render(request, "signalements/brouillon.html", contexte, status=statut)


def _suite(request: HttpRequest, demande: Demande, form: ContenuForm, *, plus_tard: bool) -> HttpResponse:
    """Saved: on to the recap, or to the drafts, where this one is seen."""
    journaliser_confirmation(request, demande, form)
    if not plus_tard:
        # The pieces are a step of the path when the motif calls for some that are not there.
        suite = "demande-pieces" if manquantes(demande) else "demande-recapitulatif"
        return redirect(suite, reference=demande.reference)
    messages.success(request, "Brouillon enregistré. Vous le retrouverez ici.")
    return redirect(f"{reverse('demandes')}?filtre=brouillons")


def _enregistrer(request: HttpRequest, demande: Demande, form: ContenuForm, contenu: dict[str, Any]) -> None:
    """Seal `contenu`, unless the draft was sent, or changed elsewhere since the page was shown."""
    try:
        version = dt.datetime.fromisoformat(request.POST["version"])
    except (KeyError, ValueError):
        version = None
    urgente = form.cleaned_data.get("urgente", False)
    depot.enregistrer_brouillon(demande, contenu=contenu, urgente=urgente, par=request.user, version=version)


# What the page is told instead of « enregistré », when it has nothing to save any more.
DEJA_ENVOYEE = {
    "fini": True,
    "genre": "envoyee",
    "mots": "Cette demande est déjà envoyée : ce que vous écrivez ici n’est plus enregistré.",
}


def _enregistrer_seul(request: HttpRequest, demande: Demande, form: ContenuForm) -> JsonResponse:
    """Keep what was typed so far, and say what the server has: the hour, and what it could not take yet."""
    form.is_valid()
    contenu, refuses = form.contenu_partiel(demande.contenu)
    fuseau = demande.caisse.fuseau
    try:
        _enregistrer(request, demande, form, contenu)
    except TransitionImpossible:
        return JsonResponse(DEJA_ENVOYEE)
    except depot.BrouillonModifie as modifie:
        mots = (
            f"Ce brouillon a été modifié ailleurs à {heure(modifie.le, fuseau)} : ce que vous écrivez ici n’est plus "
            "enregistré. Il reste à l’écran ; rouvrez le brouillon dans un autre onglet pour comparer."
        )
        return JsonResponse({"fini": True, "genre": "conflit", "mots": mots})
    mots = f"Enregistré à {heure(demande.modifiee_le, fuseau)}"
    if refuses:
        mots += f", sauf : {', '.join(refuses)} (à corriger ou à terminer)"
    return JsonResponse(
        {
            "version": demande.modifiee_le.isoformat(),
            "genre": "sauf" if refuses else "fait",
            "mots": f"{mots}.",
            "reste": bool(refuses),
        }
    )


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
    form = DepotForm(
        request.POST if request.method == "POST" else None,
        motif=demande.motif,
        manquantes=manquantes(demande),
    )
    if request.method == "POST" and form.is_valid():
        try:
            depot.deposer(
                demande, attestations=form.attestations(), absentes=form.absentes(), par=request.user
            )
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
        "autre_caisse": _autre_caisse(request.user, demande, contenu),
        "deja": _deja_en_cours(request.user, demande, contenu),
    }
    return render(request, "signalements/recapitulatif.html", contexte, status=422 if form.errors else 200)


def _autre_caisse(compte: Any, demande: Demande, contenu: dict[str, Any]) -> str:
    """Warn, before the sending, that a person of this département depends in general on another caisse (D-02)."""
    code = contenu.get("assure", {}).get("departement", "")
    if not code or code in {demande.caisse.departement, *demande.caisse.departements}:
        return ""
    autres = [
        part.caisse.nom
        for part in _participations(compte)
        if code in {part.caisse.departement, *part.caisse.departements}
    ]
    laquelle = f" : {' ou '.join(autres)}" if autres else ""
    return (
        f"Une personne qui réside dans ce département ({dict(DEPARTEMENTS).get(code, code)}) dépend en général d’une autre "
        f"caisse{laquelle}. Sa caisse est écrite sur son attestation de droits. Si c’est bien {demande.caisse.nom}, envoyez."
    )


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
