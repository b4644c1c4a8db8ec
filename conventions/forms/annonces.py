"""What the structure announces or asks, and the answer (C-20)."""

from typing import Any, ClassVar

from django import forms

from caisses.models import Caisse
from conventions.models.suites import Annonce
from fichiers.forms import FichiersField
from socle.actes import ActeForm
from socle.champs import Jour, Texte


class AnnonceForm(ActeForm):
    """A letter with its proof, or a change that is asked."""

    caisse = forms.ModelChoiceField(label="Caisse", queryset=Caisse.objects.none(), empty_label=None)
    nature = forms.ChoiceField(
        label="Qu’annoncez-vous, ou que demandez-vous ?",
        choices=Annonce.Nature.choices,
        widget=forms.RadioSelect,
    )
    texte = Texte(
        label="En quelques mots", help_text="Ne nommez aucune personne accueillie.", max_length=1200
    )
    lettre_du = Jour(
        label="Date de la lettre",
        help_text="Pour une dénonciation ou une mise en demeure.",
        required=False,
    )
    fichiers = FichiersField(label="Lettre, ou preuve de son envoi", required=False)

    def __init__(self, *args: Any, caisses: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caisse"].queryset = caisses


class ReponseAnnonceForm(ActeForm):
    """What the caisse answers."""

    marques: ClassVar = {"reponse": "pour répondre à une question, ou écarter"}

    issue = forms.ChoiceField(label="Quelle suite ?", choices=Annonce.Issue.choices, widget=forms.RadioSelect)
    reponse = Texte(
        label="Réponse à la structure",
        max_length=1200,
        required=False,
    )
