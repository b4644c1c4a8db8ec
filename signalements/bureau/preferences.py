"""What an account chooses for its desk: the lists that it keeps, its keys, its morning mail."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from signalements import permissions
from signalements.bureau.filtres import FiltresForm, adresse_de
from signalements.models.preferences import Preferences, Vue
from signalements.paniers import PANIERS
from socle.champs import Formulaire, Ligne
from socle.roles import exiger

VUES_MAX = 20
# Key -> what it does on the list.
TOUCHES = (
    ("j", "Aller à la demande suivante de la liste"),
    ("k", "Revenir à la demande précédente"),
    ("Entrée", "Ouvrir la demande"),
    ("r", "Ouvrir la demande pour y répondre"),
    ("c", "Cocher ou décocher la demande"),
    ("n", "Traiter la suivante"),
    ("/", "Aller à la recherche"),
    ("?", "Lire cette page"),
)


class VueForm(Formulaire):
    """The name of a list to keep."""

    titre = Ligne(
        label="Garder cette liste sous le nom",
        max_length=40,
        error_messages={"required": "Donnez un nom à cette liste."},
    )


class PreferencesForm(forms.ModelForm):
    """The keys of the list, the mail of the morning."""

    class Meta:
        model = Preferences
        fields = ("raccourcis", "resume")
        labels = {
            "raccourcis": "Utiliser les raccourcis clavier dans la liste des demandes",
            "resume": "Recevoir chaque matin un courriel qui dit ce qui m’attend",
        }


@require_POST
def garder(request: HttpRequest) -> HttpResponse:
    """Keep the list that is shown: its basket and its filters, judged again here."""
    exiger(permissions.can_traiter(request.user))
    form = VueForm(request.POST)
    filtres = FiltresForm(request.GET, compte=request.user)
    panier = PANIERS.get(request.GET.get("panier", ""), PANIERS["a-prendre"])
    adresse = adresse_de(panier.code, filtres)
    if not form.is_valid():
        messages.error(request, "Donnez un nom à cette liste, puis gardez-la.")
    elif request.user.vues.count() >= VUES_MAX:
        messages.error(request, f"Vous gardez déjà {VUES_MAX} listes. Supprimez-en une d’abord.")
    else:
        Vue.objects.update_or_create(
            compte=request.user, titre=form.cleaned_data["titre"], defaults={"adresse": adresse}
        )
        messages.success(request, "La liste est gardée.")
    return redirect(f"{reverse('tri')}?{adresse}")


@require_POST
def oublier(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a list that was kept."""
    vue = get_object_or_404(Vue, pk=pk, compte=request.user)
    exiger(permissions.can_traiter(request.user))
    vue.delete()
    messages.success(request, f"La liste « {vue.titre} » n’est plus gardée.")
    return redirect("tri-preferences")


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """The keys of the desk and what they do, whether they work, the lists that are kept."""
    exiger(permissions.can_traiter(request.user))
    # Two boxes: whatever is posted is a choice.
    envoye = request.POST if request.method == "POST" else None
    form = PreferencesForm(envoye, instance=Preferences.de(request.user))
    if form.is_bound:
        form.save()
        messages.success(request, "Vos préférences sont enregistrées.")
        return redirect("tri-preferences")
    contexte: dict[str, Any] = {"form": form, "touches": TOUCHES, "vues": listes_gardees(request.user)}
    return render(request, "signalements/tri_preferences.html", contexte)


def listes_gardees(compte: Any) -> list[Vue]:
    """Return the lists that the account keeps, without a filter that is no longer offered."""
    vues = list(compte.vues.all())
    for vue in vues:
        retenus = QueryDict(vue.adresse)
        vue.adresse = adresse_de(retenus.get("panier", ""), FiltresForm(retenus, compte=compte))
    return vues
