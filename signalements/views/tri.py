"""The caisse's triage desk: baskets, page of a demande, acts of agents and superviseurs."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conformite.journal import consigner
from signalements import actions, permissions
from signalements.forms import IrrecevableForm, MessageForm, ReponseForm
from signalements.models import Demande
from signalements.paniers import PANIERS, compter
from signalements.recherche import RechercheForm, rechercher
from signalements.views.actes import Acte, charger, executer, page
from signalements.views.suivi import PAR_PAGE, ouvrir_lignes
from signalements.workflow import Statut

ACTES = [
    Acte(
        "prendre-en-charge",
        "Prendre en charge",
        "Prendre en charge",
        "Vous avez pris cette demande en charge.",
        actions.prendre_en_charge,
    ),
    Acte(
        "repondre",
        "Répondre à la structure",
        "Envoyer la réponse",
        "Votre réponse est envoyée. La structure peut la lire.",
        actions.repondre,
        ReponseForm,
    ),
    Acte(
        "demander-complement",
        "Demander un complément",
        "Demander le complément",
        "La demande de complément est envoyée. Le délai est suspendu jusqu’à la réponse de la structure.",
        actions.demander_complement,
        MessageForm,
    ),
    Acte(
        "ecrire",
        "Écrire à la structure sans changer l’état",
        "Envoyer le message",
        "Votre message est envoyé.",
        actions.ecrire,
        MessageForm,
        droit=lambda compte, demande: (
            permissions.can_ecrire(compte, demande)
            and demande.statut in (Statut.EN_COURS, Statut.EN_ATTENTE, Statut.TRAITEE)
        ),
    ),
    Acte(
        "noter",
        "Ajouter une note interne",
        "Enregistrer la note",
        "La note est enregistrée. La structure ne la voit pas.",
        actions.noter,
        MessageForm,
        aide="Visible par les agents de la caisse seulement.",
        droit=permissions.can_noter,
        variante="secondaire",
    ),
    Acte(
        "cloturer",
        "Clore la demande",
        "Clore la demande",
        "La demande est close.",
        actions.cloturer,
        variante="secondaire",
    ),
    Acte(
        "declarer-irrecevable",
        "Déclarer non recevable",
        "Déclarer non recevable",
        "La demande est déclarée non recevable. La structure en est informée.",
        actions.declarer_irrecevable,
        IrrecevableForm,
        aide="La structure lira la raison et votre explication : dites-lui ce qu’elle peut faire.",
        variante="danger",
    ),
    Acte(
        "rouvrir",
        "Rouvrir la demande",
        "Rouvrir la demande",
        "La demande est rouverte.",
        actions.rouvrir,
        MessageForm,
        variante="secondaire",
    ),
]


@require_http_methods(["GET", "HEAD", "POST"])
def tri(request: HttpRequest) -> HttpResponse:
    """The baskets with their counts, and the demandes of the one that is open: urgent first, then promised date."""
    if not permissions.can_trier(request.user):
        raise PermissionDenied
    visibles = Demande.objects.visibles_par(request.user)
    panier = PANIERS.get(request.GET.get("panier", ""), PANIERS["a-prendre"])
    recherche = RechercheForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        trouvees = (
            rechercher(visibles, recherche.cleaned_data["mots"]) if recherche.is_valid() else visibles.none()
        )
    else:
        trouvees = panier.choisir(visibles, request.user)
    liste = trouvees.select_related("caisse", "motif", "partenaire", "agent", "pole").par_urgence()
    feuille = Paginator(liste, PAR_PAGE).get_page(request.GET.get("page"))
    lignes = ouvrir_lignes(feuille.object_list)
    consigner("demande.lire_tri", par=request.user, references=[ligne["demande"].reference for ligne in lignes])
    contexte = {
        "paniers": compter(visibles, request.user),
        "panier": panier,
        "legende": f"{panier.titre if request.method != 'POST' else 'Recherche'} : {feuille.paginator.count} demandes",
        "parametres": f"panier={panier.code}",
        "feuille": feuille,
        "lignes": lignes,
        "recherche": recherche,
        "cherche": request.method == "POST",
    }
    return render(request, "signalements/tri.html", contexte)


def _de_la_caisse(request: HttpRequest, reference: str) -> Demande:
    trouvee = charger(request.user, reference)
    if not permissions.can_trier(request.user):
        raise PermissionDenied
    return trouvee


@require_safe
def demande(request: HttpRequest, reference: str) -> HttpResponse:
    """The page of a demande, for the caisse."""
    return page(request, _de_la_caisse(request, reference), ACTES, "signalements/tri_demande.html")


@require_POST
def agir(request: HttpRequest, reference: str, verbe: str) -> HttpResponse:
    """Do one of the caisse's acts."""
    trouvee = _de_la_caisse(request, reference)
    return executer(request, trouvee, ACTES, verbe, "signalements/tri_demande.html", "tri-demande")
