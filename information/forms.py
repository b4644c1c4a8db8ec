"""Forms of publications, sessions and support. No text may hold a social security number (D-03)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from caisses.models import Caisse
from information.models import Assistance, Formation, Publication
from signalements.garde_texte import texte_libre
from socle import horloge
from socle.texte import normaliser

SANS_PERSONNE = (
    "Aucune donnée sur une personne accompagnée : ni nom, ni numéro de sécurité sociale, ni santé."
)
FORMAT = "%Y-%m-%dT%H:%M"


class _DeLaCaisse(forms.ModelForm):
    """A row of one of the caisses of an administrateur."""

    a_rendre = True

    def __init__(self, *args: Any, caisses: list[Caisse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caisse"].queryset = Caisse.objects.filter(pk__in=[caisse.pk for caisse in caisses])
        if len(caisses) == 1:
            self.fields["caisse"].initial = caisses[0]
            self.fields["caisse"].widget = forms.HiddenInput()
            self.fields["caisse"].disabled = True

    def clean_titre(self) -> str:
        return normaliser(self.cleaned_data["titre"])

    def clean_texte(self) -> str:
        """Refuse invisible characters and a social security number."""
        return texte_libre(self.cleaned_data["texte"])


class PublicationForm(_DeLaCaisse):
    """What a caisse shows to its partenaires (I-01)."""

    url = forms.CharField(
        label="Adresse",
        required=False,
        max_length=200,
        help_text="Pour un document ou un lien : une adresse qui commence par https://.",
        validators=[URLValidator(schemes=["https"], message="Indiquez une adresse en https://.")],
    )

    nature = forms.ChoiceField(
        label="Nature", choices=[("", "Choisissez une nature"), *Publication.Nature.choices]
    )

    class Meta:
        model = Publication
        fields = ["caisse", "nature", "titre", "texte", "url", "jusqu_au"]
        widgets = {
            "texte": forms.Textarea(attrs={"rows": 4}),
            "jusqu_au": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "jusqu_au": "Ensuite, la publication n’est plus montrée.",
            "texte": SANS_PERSONNE,
        }

    def clean_jusqu_au(self) -> Any:
        """Refuse a day that is over."""
        jour = self.cleaned_data["jusqu_au"]
        if jour and jour < horloge.maintenant().date():
            raise ValidationError("Ce jour est déjà passé.")
        return jour

    def clean(self) -> None:
        """Ask a document or a link for its address."""
        super().clean()
        besoin = self.cleaned_data.get("nature") in (Publication.Nature.DOCUMENT, Publication.Nature.LIEN)
        if besoin and not self.cleaned_data.get("url") and "url" not in self.errors:
            self.add_error("url", "Indiquez l’adresse du document ou du lien.")


class FormationForm(_DeLaCaisse):
    """A session for the staff of the structures (I-03)."""

    class Meta:
        model = Formation
        fields = ["caisse", "titre", "quand", "lieu", "places", "texte"]
        widgets = {
            "quand": forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORMAT),
            "texte": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {"lieu": "Une adresse, ou « à distance ».", "texte": SANS_PERSONNE}

    def clean_quand(self) -> Any:
        """Refuse what is over."""
        quand = self.cleaned_data["quand"]
        if quand <= horloge.maintenant():
            raise ValidationError("Choisissez une date à venir.")
        return quand

    def clean_lieu(self) -> str:
        return normaliser(self.cleaned_data["lieu"])

    def clean_places(self) -> int:
        """Refuse a session without a place."""
        if not 1 <= (places := self.cleaned_data["places"]) <= 500:
            raise ValidationError("Indiquez un nombre de 1 à 500.")
        return places


class _Recit(forms.ModelForm):
    """What happened, without a word about the persons."""

    class Meta:
        model = Assistance
        fields = ["page", "constat"]
        labels = {"page": "Sur quelle page ?", "constat": "Que s’est-il passé ?"}
        widgets = {
            "tentative": forms.Textarea(attrs={"rows": 3}),
            "constat": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts = {
            "page": "Son titre ou son adresse, par exemple « Nouvelle demande ».",
            "constat": f"Recopiez le message affiché s’il y en a un. {SANS_PERSONNE}",
        }

    def clean_page(self) -> str:
        """Refuse invisible characters and a social security number."""
        return texte_libre(self.cleaned_data["page"])

    def clean_constat(self) -> str:
        """Refuse invisible characters and a social security number."""
        return texte_libre(self.cleaned_data["constat"])


class AssistanceForm(_Recit):
    """A dysfunction, told with what the support needs (I-04)."""

    a_rendre = True

    caisse = forms.ModelChoiceField(Caisse.objects.none(), label="Votre caisse", required=False)
    field_order = ["caisse", "page", "tentative", "constat"]

    class Meta(_Recit.Meta):
        fields = ["page", "tentative", "constat"]
        labels = _Recit.Meta.labels | {"tentative": "Que vouliez-vous faire ?"}

    def __init__(self, *args: Any, caisses: list[Caisse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["caisse"]
        champ.queryset = Caisse.objects.filter(pk__in=[caisse.pk for caisse in caisses])
        if len(caisses) > 1:
            champ.required = True
            champ.empty_label = "Choisissez la caisse"
        else:
            champ.widget = forms.HiddenInput()
            champ.disabled = True
            champ.initial = caisses[0] if caisses else None

    def clean_tentative(self) -> str:
        """Refuse invisible characters and a social security number."""
        return texte_libre(self.cleaned_data["tentative"])


class AccessibiliteForm(_Recit):
    """An obstacle met with a disability; an address, to be answered."""

    courriel = forms.EmailField(
        label="Votre adresse électronique",
        help_text="Pour vous répondre, sous une semaine. Elle ne sert qu’à cela.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    environnement = forms.CharField(
        label="Votre équipement",
        required=False,
        max_length=200,
        help_text="Navigateur, lecteur d’écran, agrandissement…",
    )
    field_order = ["page", "constat", "environnement", "courriel"]

    class Meta(_Recit.Meta):
        fields = ["page", "constat"]
        labels = {"page": "Sur quelle page ?", "constat": "Quelle difficulté avez-vous rencontrée ?"}

    def clean_environnement(self) -> str:
        """Refuse invisible characters and a social security number."""
        return texte_libre(self.cleaned_data["environnement"])


class ReponseAssistanceForm(forms.Form):
    """The answer of the support."""

    a_rendre = True

    texte = forms.CharField(
        label="Votre réponse",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=f"Elle sera lue par la personne, et envoyée par courriel. {SANS_PERSONNE}",
    )

    def clean_texte(self) -> str:
        """Refuse invisible characters and a social security number."""
        return texte_libre(self.cleaned_data["texte"])
