"""Forms of a person's request (R-03)."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from accounts.models.compte import Compte
from caisses.models import Caisse
from conventions.models.conventions import Participation
from droits.extraction import chercher
from droits.forms.gels import fin_de_gel
from droits.models.demandes import DemandeDroits
from socle import horloge
from socle.champs import Courriel, Formulaire, Jour, JourDeNaissance, Lignes, NomDePersonne, Prenom, Texte


class DemandeDroitsForm(Formulaire):
    """Who asks, and what."""

    caisse = forms.ModelChoiceField(Caisse.objects.none(), label="Caisse", empty_label=None)
    qualite = forms.ChoiceField(
        label="Qui demande ?", choices=DemandeDroits.Qualite, widget=forms.RadioSelect
    )
    droit = forms.ChoiceField(label="Quel droit ?", choices=DemandeDroits.Droit, widget=forms.RadioSelect)
    recue_le = Jour(label="Demande reçue le", help_text="Le délai d’un mois court depuis ce jour.")
    nom = NomDePersonne(label="Nom")
    prenom = Prenom(label="Prénom")
    naissance = JourDeNaissance(required=False)
    courriel = Courriel(label="Adresse électronique du compte", required=False)
    precisions = Texte(label="Ce que la personne demande", required=False, max_length=2000)
    marques: ClassVar = {"naissance": "pour une personne accompagnée", "courriel": "pour un professionnel"}

    def __init__(self, *args: Any, par: Compte, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["caisse"].queryset = (
            Caisse.objects.filter(participations__in=Participation.objects.liant(par))
            .distinct()
            .order_by("nom")
            if par.cote_partenaire
            else par.caisses.order_by("nom")
        )

    def clean_recue_le(self) -> dt.date:
        """Return a past day of this year."""
        jour, caisse = self.cleaned_data["recue_le"], self.cleaned_data.get("caisse")
        aujourd_hui = horloge.jour(caisse.fuseau if caisse else settings.TIME_ZONE)
        if not aujourd_hui - dt.timedelta(days=366) <= jour <= aujourd_hui:
            raise ValidationError("Choisissez un jour passé, de moins d’un an.", code="jour")
        return jour

    def clean(self) -> dict[str, Any]:
        """Ask for what the search needs: the birth date of an assuré, the address of a professional."""
        donnees = super().clean() or {}
        qualite = donnees.get("qualite")
        if (
            qualite == DemandeDroits.Qualite.ASSURE
            and not donnees.get("naissance")
            and "naissance" not in self.errors
        ):
            self.add_error("naissance", "Indiquez la date de naissance : elle évite les homonymes.")
        if (
            qualite == DemandeDroits.Qualite.PROFESSIONNEL
            and not donnees.get("courriel")
            and "courriel" not in self.errors
        ):
            self.add_error("courriel", "Indiquez l’adresse électronique du compte.")
        return donnees

    @property
    def contenu(self) -> dict[str, str]:
        """Who asks, and what, as it is sealed."""
        donnees = self.cleaned_data
        naissance = donnees.get("naissance")
        return {
            "nom": donnees["nom"],
            "prenom": donnees["prenom"],
            "naissance": naissance.isoformat() if naissance else "",
            "courriel": donnees.get("courriel") or "",
            "precisions": donnees.get("precisions") or "",
        }


class LimitationForm(Formulaire):
    """Until when the purge of what was found is frozen."""

    jusqu_a = Jour(label="Geler la suppression jusqu’au")

    def clean_jusqu_a(self) -> dt.date:
        """Return a day to come."""
        return fin_de_gel(self.cleaned_data["jusqu_a"])


class MasquesForm(Formulaire):
    """The words that name other persons in the texts of the file."""

    mots = Lignes(
        label="Mots à masquer, un par ligne",
        required=False,
        max_length=2000,
        help_text="Un nom, un prénom, un téléphone… Ils sont remplacés partout dans le dossier, avec ou sans accents. "
        "Les auteurs des messages n’y sont déjà pas nommés.",
    )


class ReponseDroitsForm(Formulaire):
    """What was answered to the person."""

    reponse = forms.ChoiceField(
        label="Réponse donnée", choices=DemandeDroits.Reponse, widget=forms.RadioSelect
    )


class ChoixForm(Formulaire):
    """Of each thing that resembles the person, whether it is hers; what is left without an answer waits."""

    def __init__(self, *args: Any, demande: DemandeDroits, **options: Any) -> None:
        super().__init__(*args, **options)
        # Named by what they are: a list that changed meanwhile never moves an answer to somebody else.
        self._proches = {slugify(une.cle): une for une in chercher(demande) if not une.certaine}
        # One at least is asked for, none by itself.
        self.marques = dict.fromkeys(self._proches, "")
        for nom, une in self._proches.items():
            qui = une.personne
            nee = f", naissance : {qui.naissance}" if qui.naissance else ""
            usage = f" ({qui.usage})" if qui.usage else ""
            choix = demande.choix.get(une.cle)
            self.fields[nom] = forms.ChoiceField(
                label=f"{une.libelle} – {qui.prenom} {qui.nom}{usage}{nee}",
                choices=[("oui", "C’est cette personne"), ("non", "C’est une autre personne")],
                initial=None if choix is None else "oui" if choix else "non",
                widget=forms.RadioSelect,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """Return the answers by what they are about; ask for one at least."""
        donnees = super().clean() or {}
        choix = {une.cle: donnees[nom] == "oui" for nom, une in self._proches.items() if donnees.get(nom)}
        if not choix and not self.errors:
            raise ValidationError("Répondez pour un dossier au moins.", code="aucun")
        return {"choix": choix}
