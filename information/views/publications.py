"""Pages of the life of the partnership: what the caisses publish, their sessions."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caisses.models import Caisse
from conventions.views.preuves import envoyer_fichiers
from fichiers.controle import Examine
from fichiers.reponse import servir
from information import actions, permissions
from information.accueil import nouveaux_arrivants
from information.forms import FormationForm, PublicationForm
from information.models import Abonnement, DocumentPublie, Formation, Publication
from socle import horloge
from socle.confirmation import demander_confirmation
from socle.roles import exiger

PAR_PAGE = 20


@require_safe
def informations(request: HttpRequest) -> HttpResponse:
    """Show what the caisses publish, latest first, and the letter (I-01)."""
    compte = request.user
    exiger(permissions.can_consulter(compte))
    publications = (
        Publication.objects.visibles_par(compte)
        .a_l_affiche(horloge.maintenant().date())
        .select_related("caisse", "document")
    )
    nature = request.GET.get("nature", "")
    if nature in Publication.Nature.values:
        publications = publications.filter(nature=nature)
    else:
        nature = ""
    themes = sorted(set(publications.exclude(theme="").order_by().values_list("theme", flat=True)))
    theme = request.GET.get("theme", "")
    if theme in themes:
        publications = publications.filter(theme=theme)
    else:
        theme = ""
    filtres = {nom: valeur for nom, valeur in (("nature", nature), ("theme", theme)) if valeur}
    contexte = {
        "themes": themes,
        "theme": theme,
        "feuille": Paginator(publications, PAR_PAGE).get_page(request.GET.get("page")),
        "natures": Publication.Nature.choices,
        "nature": nature,
        "parametres": urlencode(filtres),
        "peut_publier": permissions.can_publier(compte),
        "peut_s_abonner": permissions.can_participer(compte),
        "abonne": Abonnement.objects.filter(compte=compte).exists(),
    }
    return render(request, "information/informations.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def publier(request: HttpRequest) -> HttpResponse:
    """Let an administrateur publish for his caisse (I-01)."""
    exiger(permissions.can_publier(request.user))
    form = PublicationForm(_envoye(request), request.FILES or None, caisses=_caisses(request))
    if request.method == "POST" and envoyer_fichiers(
        request,
        form,
        lambda examines: actions.publier(par=request.user, examines=examines, **form.champs_action()),
    ):
        messages.success(request, "C’est publié : vos partenaires le voient dès maintenant.")
        return redirect("informations")
    return _formulaire(request, form, "Publier une information", "Publier")


@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a publication of the caisse up to date (I-01)."""
    publication = get_object_or_404(
        Publication.objects.visibles_par(request.user).filter(retiree_le=None), pk=pk
    )
    exiger(permissions.can_publier(request.user))
    avant = Publication.objects.get(pk=pk)
    form = PublicationForm(
        _envoye(request), request.FILES or None, instance=avant, caisses=[publication.caisse]
    )

    def agir(examines: list[Examine]) -> None:
        champs = {nom: valeur for nom, valeur in form.champs_action().items() if nom != "caisse"}
        actions.modifier(publication, par=request.user, examines=examines, **champs)

    if request.method == "POST" and envoyer_fichiers(request, form, agir):
        messages.success(request, "La publication est à jour.")
        return redirect("informations")
    return _formulaire(request, form, "Modifier une publication", "Enregistrer")


def _formulaire(request: HttpRequest, form: PublicationForm, titre: str, bouton: str) -> HttpResponse:
    contexte = {"form": form, "titre_acte": titre, "bouton": bouton, "retour": "informations"}
    return render(request, "information/formulaire.html", contexte)


@require_safe
def document(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Send the file of a publication that is shown."""
    affichees = Publication.objects.visibles_par(request.user).a_l_affiche(horloge.maintenant().date())
    return servir(get_object_or_404(DocumentPublie.objects.filter(publication__in=affichees), publication=pk))


@require_http_methods(["GET", "HEAD", "POST"])
def retirer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a publication of the caisse away."""
    publication = get_object_or_404(Publication.objects.visibles_par(request.user), pk=pk)
    exiger(permissions.can_publier(request.user))
    if request.method != "POST":
        pertes = [
            f"« {publication.titre} » ne sera plus lisible par les structures, et ne pourra pas être remise."
        ]
        return demander_confirmation(request, "Retirer cette publication", pertes, reverse("informations"))
    actions.retirer(publication, par=request.user)
    messages.success(request, "La publication est retirée.")
    return redirect("informations")


@require_POST
def abonner(request: HttpRequest) -> HttpResponse:
    """Subscribe to the weekly letter, or leave it (I-01)."""
    oui = request.POST.get("oui") == "1"
    actions.abonner(par=request.user, oui=oui)
    phrase = (
        "Vous recevrez la lettre chaque semaine où il y a du nouveau."
        if oui
        else "Vous ne recevrez plus la lettre."
    )
    messages.success(request, phrase)
    return redirect("informations")


@require_safe
def formations(request: HttpRequest) -> HttpResponse:
    """Show the sessions to come; to an administrateur, who should be trained (I-03)."""
    compte = request.user
    exiger(permissions.can_consulter(compte))
    a_venir = (
        Formation.objects.visibles_par(compte)
        .filter(quand__gt=horloge.maintenant(), annulee_le=None)
        .select_related("caisse")
    )
    contexte = {
        "feuille": Paginator(a_venir, PAR_PAGE).get_page(request.GET.get("page")),
        "peut_programmer": permissions.can_publier(compte),
        "arrivants": nouveaux_arrivants(compte)[:50] if permissions.can_publier(compte) else [],
    }
    return render(request, "information/formations.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def formation_nouvelle(request: HttpRequest) -> HttpResponse:
    """Let an administrateur hold a session (I-03)."""
    exiger(permissions.can_publier(request.user))
    form = FormationForm(_envoye(request), caisses=_caisses(request))
    if request.method == "POST" and form.is_valid():
        formation = actions.programmer(par=request.user, **form.cleaned_data)
        messages.success(request, "La session est annoncée à vos partenaires.")
        return redirect("formation", formation.pk)
    contexte = {
        "form": form,
        "titre_acte": "Annoncer une session",
        "bouton": "Annoncer",
        "retour": "formations",
    }
    return render(request, "information/formulaire.html", contexte)


@require_safe
def formation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one session; to an administrateur, who comes."""
    compte = request.user
    trouvee = _formation(request, pk)
    inscriptions = trouvee.inscriptions.select_related("compte__partenaire").order_by("inscrite_le", "pk")
    conduit = permissions.can_publier(compte)
    contexte = {
        "formation": trouvee,
        "ouverte": trouvee.annulee_le is None and trouvee.quand > horloge.maintenant(),
        "restantes": max(trouvee.places - len(inscriptions), 0),
        "inscriptions": inscriptions if conduit else [],
        "conduit": conduit,
        "participe": permissions.can_participer(compte),
        "inscrit": any(inscription.compte_id == compte.pk for inscription in inscriptions),
    }
    return render(request, "information/formation.html", contexte)


@require_POST
def formation_inscrire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a place at a session, or give it back (I-03)."""
    trouvee = _formation(request, pk)
    oui = request.POST.get("oui") == "1"
    try:
        actions.inscrire(trouvee, par=request.user, oui=oui)
    except ValidationError as refus:
        messages.error(request, refus.messages[0])
    else:
        messages.success(request, "Votre place est retenue." if oui else "Votre place est rendue.")
    return redirect("formation", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def formation_annuler(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a session; those who meant to come are told."""
    trouvee = _formation(request, pk)
    exiger(permissions.can_publier(request.user))
    if request.method != "POST":
        pertes = ["Les personnes inscrites seront prévenues, et leurs inscriptions perdues."]
        return demander_confirmation(
            request, "Annuler cette session", pertes, reverse("formation", args=[pk])
        )
    try:
        actions.annuler(trouvee, par=request.user)
    except ValidationError as refus:
        messages.error(request, refus.messages[0])
    else:
        messages.success(request, "La session est annulée. Les personnes inscrites sont prévenues.")
    return redirect("formation", pk)


def _formation(request: HttpRequest, pk: int) -> Formation:
    visibles = Formation.objects.visibles_par(request.user).select_related("caisse")
    return get_object_or_404(visibles, pk=pk)


def _envoye(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _caisses(request: HttpRequest) -> list[Caisse]:
    return list(request.user.caisses.all())
