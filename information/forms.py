"""Forms of publications, sessions and support. No text may hold a social security number (D-03)."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from caisses.forms import HeuresDeLaCaisse
from caisses.models import Caisse
from conventions.models.partenaires import Partenaire
from fichiers.forms import FichiersField
from fichiers.limites import FICHIER_MAX, MO
from information.models import Formation, Inscription, Publication, PublicationQuerySet
from socle import horloge
from socle.actes import ActeForm
from socle.champs import AdresseWeb, Courriel, Entier, Formulaire, Instant, Jour, Ligne, Texte
from socle.listes import FiltresDeListe

SANS_PERSONNE = (
    "Aucune donnée sur une personne accompagnée : ni nom, ni numéro de sécurité sociale, ni santé."
)


class _DeLaCaisse(Formulaire, forms.ModelForm):
    """A row of one of the caisses of an administrateur."""

    def __init__(self, *args: Any, caisses: list[Caisse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caisse"].queryset = Caisse.objects.filter(pk__in=[caisse.pk for caisse in caisses])
        if len(caisses) == 1:
            self.fields["caisse"].initial = caisses[0]
            self.fields["caisse"].widget = forms.HiddenInput()
            self.fields["caisse"].disabled = True


class InformationsForm(FiltresDeListe):
    """Which publications one reads: of a kind, on a theme."""

    nature = forms.ChoiceField(
        label="Nature", choices=[("", "Toutes"), *Publication.Nature.choices], required=False
    )
    theme = forms.ChoiceField(label="Thème", required=False)

    def __init__(self, donnees: Any, *, themes: list[str]) -> None:
        super().__init__(donnees, auto_id="%s")
        self.fields["theme"].choices = [("", "Tous"), *((un, un) for un in themes)]
        self.full_clean()

    def filter(self, publications: PublicationQuerySet) -> PublicationQuerySet:
        """Return those that answer to both."""
        return publications.filter(**{nom: self.choix(nom) for nom in self.poses})


class PublicationForm(_DeLaCaisse, ActeForm):
    """What a caisse shows to its partenaires (I-01)."""

    marques: ClassVar = {
        "url": "pour un lien, ou un document tenu ailleurs",
        "fichiers": "pour un document à télécharger",
        "autre_forme": "pour un document qui n’est pas accessible",
    }

    url = AdresseWeb(
        label="Adresse",
        required=False,
        help_text="Pour un lien, ou un document tenu ailleurs : une adresse qui commence par https://.",
    )
    fichiers = FichiersField(
        label="Document",
        required=False,
        help_text=f"PDF ou image, {FICHIER_MAX // MO}\N{NO-BREAK SPACE}Mo au plus.",
    )
    types = forms.MultipleChoiceField(
        label="Structures visées",
        choices=Partenaire.Type.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Sans choix, toutes le voient.",
    )

    field_order = (
        *(
            "caisse",
            "nature",
            "titre",
            "theme",
            "texte",
            "fichiers",
            "accessible",
            "autre_forme",
            "url",
            "types",
        ),
        "jusqu_au",
    )
    nature = forms.ChoiceField(
        label="Nature", choices=[("", "Choisissez une nature"), *Publication.Nature.choices]
    )

    class Meta:
        model = Publication
        fields = [
            *("caisse", "nature", "titre", "theme", "types", "texte", "url", "accessible", "autre_forme"),
            "jusqu_au",
        ]
        field_classes = {
            **{"titre": Ligne, "theme": Ligne, "texte": Texte, "autre_forme": Texte, "jusqu_au": Jour}
        }
        widgets = dict.fromkeys(("texte", "autre_forme"), forms.Textarea(attrs={"rows": 4}))
        labels = {"accessible": "Le document est accessible (balises, titres, langue, images décrites)"}
        help_texts = {
            "theme": "Par exemple « Complémentaire santé solidaire ».",
            "autre_forme": "Ce que dit le document, en texte.",
            "jusqu_au": "Ensuite, la publication n’est plus montrée.",
            "texte": SANS_PERSONNE,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            # Said by whom has looked, never by default.
            self.initial["accessible"] = False

    def clean_jusqu_au(self) -> Any:
        """Refuse a day that is over where the caisse is."""
        jour, caisse = self.cleaned_data["jusqu_au"], self.cleaned_data.get("caisse")
        if jour and caisse and jour < caisse.jour:
            raise ValidationError("Ce jour est déjà passé.")
        return jour

    def clean(self) -> None:
        """Ask a link for its address, and a document that is not accessible for another form."""
        super().clean()
        donnees, nature = self.cleaned_data, self.cleaned_data.get("nature")
        if nature == Publication.Nature.LIEN and not donnees.get("url") and "url" not in self.errors:
            self.add_error("url", "Indiquez l’adresse du lien.")
        if nature != Publication.Nature.DOCUMENT:
            donnees["accessible"] = True
            if donnees.get("fichiers"):
                self.add_error("fichiers", "Un fichier va avec un document à télécharger.")
        elif not donnees.get("accessible") and not donnees.get("autre_forme") and not self.errors:
            self.add_error("autre_forme", "Écrivez ce que dit ce document, pour qui ne peut pas le lire.")

    def champs_action(self) -> dict[str, Any]:
        """All but the file, which is examined apart."""
        return {nom: valeur for nom, valeur in self.cleaned_data.items() if nom != "fichiers"}


class FormationForm(HeuresDeLaCaisse, _DeLaCaisse):
    """A session for the staff of the structures, or for whom they receive (I-03)."""

    class Meta:
        model = Formation
        fields = ["caisse", "titre", "theme", "public", "quand", "lieu", "places", "texte"]
        field_classes = {
            **dict.fromkeys(("titre", "theme", "lieu"), Ligne),
            **{"quand": Instant, "places": Entier, "texte": Texte},
        }
        widgets = {"texte": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"lieu": "Une adresse, ou « à distance ».", "texte": SANS_PERSONNE}

    def clean_quand(self) -> Any:
        """Refuse what is over."""
        quand = self.cleaned_data["quand"]
        if quand <= horloge.maintenant():
            raise ValidationError("Choisissez une date à venir.")
        return quand

    def clean_places(self) -> int:
        """Refuse a session without a place."""
        if not 1 <= (places := self.cleaned_data["places"]) <= 500:
            raise ValidationError("Indiquez un nombre de 1 à 500.")
        return places


class PresencesForm(Formulaire):
    """Who came to a session: among those who had a place, and how many in all (I-03)."""

    presents = forms.ModelMultipleChoiceField(
        Inscription.objects.none(),
        label="Qui est venu, parmi les personnes inscrites ?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    venus = Entier(
        label="Combien de personnes sont venues, en tout ?",
        help_text="Un nombre seulement : aucun nom de personne accueillie.",
        min_value=0,
        max_value=5000,
    )

    def __init__(self, *args: object, formation: Formation, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["presents"]
        champ.queryset = formation.inscriptions.select_related("compte__partenaire").order_by(
            "inscrite_le", "pk"
        )
        champ.label_from_instance = lambda une: f"{une.compte.nom_complet}, {une.compte.partenaire}"
        self.initial = {"presents": champ.queryset.filter(venue=True), "venus": formation.venus}


class _Recit(Formulaire):
    """What happened, without a word about the persons."""

    page = Ligne(
        label="Sur quelle page ?",
        required=False,
        max_length=200,
        help_text="Son titre ou son adresse, par exemple « Nouvelle demande ».",
    )
    constat = Texte(
        label="Que s’est-il passé ?",
        max_length=2000,
        help_text=f"Recopiez le message affiché s’il y en a un. {SANS_PERSONNE}",
    )


class AssistanceForm(_Recit):
    """A dysfunction, told with what the support needs (I-04)."""

    caisse = forms.ModelChoiceField(Caisse.objects.none(), label="Votre caisse", required=False)
    tentative = Texte(
        label="Que vouliez-vous faire ?",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ["caisse", "page", "tentative", "constat"]

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


class AccessibiliteForm(_Recit):
    """An obstacle met with a disability; an address, to be answered."""

    courriel = Courriel(
        label="Votre adresse électronique",
        help_text="Pour vous répondre, sous une semaine. Elle ne sert qu’à cela.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    environnement = Ligne(
        label="Votre équipement",
        required=False,
        max_length=200,
        help_text="Navigateur, lecteur d’écran, agrandissement…",
    )
    field_order = ["page", "constat", "environnement", "courriel"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["constat"].label = "Quelle difficulté avez-vous rencontrée ?"


class ReponseAssistanceForm(Formulaire):
    """The answer of the support."""

    texte = Texte(
        label="Votre réponse",
        max_length=2000,
        help_text=f"Elle sera lue par la personne, qu’un courriel prévient. {SANS_PERSONNE}",
    )
