"""What an account chooses for its desk, on either side: the lists that it keeps, its mails, its keys."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models.compte import Compte
from signalements import permissions
from signalements.bureau.filtres import FiltresForm, adresse_de
from signalements.forms.historique import FiltreForm
from signalements.models.demandes import Demande
from signalements.models.preferences import Preferences, Vue
from signalements.paniers import PANIERS
from socle import horloge
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


# In the address of a list whose name was left out.
SANS_NOM = "sans-nom"


class VueForm(Formulaire):
    """The name of a list to keep."""

    titre = Ligne(
        label="Garder cette liste sous le nom",
        max_length=40,
        error_messages={"required": "Donnez un nom à cette liste, puis gardez-la."},
    )

    @classmethod
    def de(cls, request: HttpRequest) -> "VueForm":
        """Return the form of a list that is shown; refused where it came back without a name."""
        return cls({} if SANS_NOM in request.GET else None, auto_id="vue_%s")


class PreferencesForm(forms.ModelForm):
    """Which mails one wants; at the desk of the caisse, the keys of the list too."""

    class Meta:
        model = Preferences
        fields = ("courriels", "raccourcis", "resume")
        labels = {
            "courriels": "Recevoir par courriel les nouvelles de mes demandes",
            "raccourcis": "Utiliser les raccourcis clavier dans la liste des demandes",
            "resume": "Recevoir chaque matin un courriel qui dit ce qui m’attend",
        }
        help_texts = {
            "courriels": "Le portail les annonce toujours aussitôt. Accusés de réception, rappels et effacements à "
            "venir partent sans attendre."
        }
        widgets = {"courriels": forms.RadioSelect}

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, instance=Preferences.de(compte), **options)
        if not compte.cote_caisse:
            del self.fields["raccourcis"], self.fields["resume"]
        self.fields["courriels"].required = False

    def save(self, commit: bool = True) -> Preferences:
        """The next list is tomorrow's, or next Monday's: what is older was told already."""
        if "courriels" in self.changed_data:
            self.instance.nouvelles_le = horloge.jour(settings.TIME_ZONE)
        return super().save(commit)

    def clean_courriels(self) -> str:
        """What was not said stays as it was."""
        return self.cleaned_data["courriels"] or self.instance.courriels


@dataclass(frozen=True)
class ListeDuBureau:
    """The list of one side: who has it, its address, the pages around it, what its filters keep of an address."""

    droit: Callable[[Any], bool]
    vue: str
    titre: str
    preferences: str
    oublier: str
    retenir: Callable[[QueryDict, Any], str]


def _retenir_au_bureau(retenus: QueryDict, compte: Compte) -> str:
    panier = PANIERS.get(retenus.get("panier", ""), PANIERS["a-prendre"])
    return adresse_de(panier.code, FiltresForm(retenus, compte=compte))


def _retenir_de_la_structure(retenus: QueryDict, compte: Compte) -> str:
    visibles = Demande.objects.visibles_par(compte).entamees()
    return FiltreForm(retenus, compte=compte, demandes=visibles).adresse


LISTES = {
    "caisse": ListeDuBureau(
        *(permissions.can_traiter, "tri", "Demandes à traiter", "tri-preferences", "tri-vue-oublier"),
        _retenir_au_bureau,
    ),
    "partenaire": ListeDuBureau(
        *(permissions.can_voir_historique, "demandes", "Demandes de la structure"),
        *("demandes-preferences", "demandes-vue-oublier"),
        _retenir_de_la_structure,
    ),
}


@require_POST
def garder(request: HttpRequest, cote: str) -> HttpResponse:
    """Keep the list that is shown: what its filters say, judged again here."""
    liste = LISTES[cote]
    exiger(liste.droit(request.user))
    form = VueForm(request.POST)
    adresse = liste.retenir(request.GET, request.user)
    if not form.is_valid():
        adresse += f"&{SANS_NOM}=1"
    elif request.user.vues.count() >= VUES_MAX:
        messages.error(request, f"Vous gardez déjà {VUES_MAX} listes. Supprimez-en une d’abord.")
    else:
        Vue.objects.update_or_create(
            compte=request.user, titre=form.cleaned_data["titre"], defaults={"adresse": adresse}
        )
        messages.success(request, "La liste est gardée.")
    return redirect(f"{reverse(liste.vue)}?{adresse}")


@require_POST
def oublier(request: HttpRequest, pk: int, cote: str) -> HttpResponse:
    """Forget a list that was kept."""
    vue = get_object_or_404(Vue, pk=pk, compte=request.user)
    exiger(LISTES[cote].droit(request.user))
    vue.delete()
    messages.success(request, f"La liste « {vue.titre} » n’est plus gardée.")
    return redirect(LISTES[cote].preferences)


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, cote: str) -> HttpResponse:
    """The mails that one wants, the lists that one keeps; the keys of the desk and what they do."""
    liste = LISTES[cote]
    exiger(liste.droit(request.user))
    form = PreferencesForm(request.POST if request.method == "POST" else None, compte=request.user)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, "Vos préférences sont enregistrées.")
        return redirect(liste.preferences)
    contexte: dict[str, Any] = {
        "form": form,
        "liste": liste,
        "touches": TOUCHES if cote == "caisse" else (),
        "vues": request.user.vues.all(),
    }
    statut = 422 if form.errors else 200
    return render(request, "signalements/preferences.html", contexte, status=statut)
