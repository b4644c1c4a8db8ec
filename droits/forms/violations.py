"""Forms of a violation (R-02)."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from accounts.models.compte import Compte
from caisses.forms import HeuresDeLaCaisse
from caisses.models import Caisse
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from droits.models.violations import Violation
from fichiers.forms import FichiersField
from socle import horloge
from socle.champs import Entier, Formulaire, InstantPasse, Texte


class DeclarationForm(HeuresDeLaCaisse):
    """What anyone says of a violation, a suspicion, or a breach of the rules."""

    caisse = forms.ModelChoiceField(Caisse.objects.none(), label="Caisse concernée", empty_label=None)
    partenaire = forms.ModelChoiceField(
        Partenaire.objects.none(),
        label="Structure concernée",
        required=False,
        empty_label="Aucune, ou je ne sais pas",
    )
    natures = forms.MultipleChoiceField(
        label="Que s’est-il passé ?", choices=Violation.Nature, widget=forms.CheckboxSelectMultiple
    )
    connue_le = InstantPasse(
        label="Depuis quand le savez-vous ?",
        help_text="À l’heure de la caisse. Les délais légaux courent à partir de ce moment, qui ne pourra plus être changé.",
    )
    autres_echanges = forms.BooleanField(
        label="Cela concerne un échange hors du portail (courrier, messagerie, fichier)", required=False
    )
    personnes = Entier(
        label="Combien de personnes sont concernées, environ ?",
        required=False,
        min_value=0,
        max_value=100_000_000,
    )
    description = Texte(
        label="Décrivez ce que vous savez",
        help_text="Les faits, ce qui a déjà été fait. Ne nommez pas les personnes : donnez les références des demandes.",
    )

    def __init__(self, *args: Any, par: Compte, **options: Any) -> None:
        super().__init__(*args, **options)
        if par.cote_partenaire:
            self.fields.pop("partenaire")
            # Told even to a caisse that closed its access, once it has signed.
            signees = par.partenaire.participations.exclude(debut=None)
            self.fields["caisse"].queryset = (
                Caisse.objects.filter(participations__in=signees).distinct().order_by("nom")
            )
        else:
            self.fields["caisse"].queryset = par.caisses.order_by("nom")
            self.fields["partenaire"].queryset = Partenaire.objects.filter(
                pk__in=Participation.objects.liant(par).values("partenaire")
            ).order_by("nom")
        if premiere := self.fields["caisse"].queryset.first():
            self.fields["connue_le"].initial = (
                horloge.maintenant().astimezone(ZoneInfo(premiere.fuseau)).replace(tzinfo=None)
            )


class EvaluationForm(Formulaire):
    """The risk for the persons, and why."""

    risque = forms.ChoiceField(
        label="Quel est le risque pour les personnes ?", choices=Violation.Risque, widget=forms.RadioSelect
    )
    texte = Texte(label="Pourquoi", help_text="Ces raisons restent au registre des violations.")


class NotificationForm(HeuresDeLaCaisse):
    """When someone was told."""

    le = InstantPasse(label="Fait le", help_text="À l’heure de la caisse.")
    texte = Texte(label="Précisions", required=False, max_length=1000)

    def __init__(self, *args: Any, violation: Violation, **options: Any) -> None:
        super().__init__(*args, **options)
        self.violation = violation

    def caisse_des_heures(self) -> Caisse:
        return self.violation.caisse


class MesureForm(Formulaire):
    """What one side does (R-08)."""

    texte = Texte(
        label="Ce que nous faisons",
        help_text="L’autre partie le lit et en est avertie. Ne nommez pas les personnes : donnez les références.",
        max_length=2000,
    )
    fichiers = FichiersField(label="Documents utiles", required=False)


class MesuresForm(Formulaire):
    """What was done so that it does not come again."""

    texte = Texte(
        label="Mesures prises", help_text="Ce qui a été corrigé, et ce qui évitera que cela se reproduise."
    )
