"""Forms of the demandes d'habilitation, one for each nature (A-01, A-09, A-10, A-21)."""

from typing import Any, ClassVar

from django import forms

from accounts.actions.habilitations import successeur_exige
from accounts.forms.comptes import CoordonneesForm
from accounts.models.compte import Compte
from accounts.models.habilitations import DemandeHabilitation
from caisses.models import Caisse
from conventions.models.partenaires import Partenaire
from socle.champs import Courriel, Entier, Formulaire, Jour, Ligne, NomDePersonne, Telephone, Texte
from socle.roles import Droit

Nature = DemandeHabilitation.Nature


def _gestionnaires(partenaire: Partenaire) -> Any:
    return Compte.objects.gestionnaires(partenaire.pk).occupants().order_by("nom", "prenom")


class _Base(Formulaire):
    """To which caisse the request goes: asked only when there is a choice."""

    caisse = forms.ModelChoiceField(
        label="Caisse destinataire", queryset=Caisse.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, partenaire: Partenaire, par: Compte, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partenaire = partenaire
        parts = partenaire.participations.donnant(Droit.DEMANDER_HABILITATION, par, pour_commencer=True)
        caisses = Caisse.objects.filter(participations__in=parts).distinct()
        self.fields["caisse"].queryset = caisses.order_by("nom")
        if len(self.fields["caisse"].queryset) == 1:
            self.fields["caisse"].initial = self.fields["caisse"].queryset[0]
        for nom in ("compte", "releve_de"):
            if nom in self.fields:
                self.fields[nom].queryset = _gestionnaires(partenaire)
                self.fields[nom].label_from_instance = lambda compte: compte.nom_complet


class HabilitationForm(_Base, CoordonneesForm):
    """Habilitate a gestionnaire, beside the others or in the seat of one of them (A-01, Q-07)."""

    releve_de = forms.ModelChoiceField(
        label="Cette personne prend la place de",
        queryset=Compte.objects.none(),
        required=False,
        empty_label="Personne : un gestionnaire de plus",
        help_text="Le successeur annoncé ne compte pas à côté de la personne qu’il remplace.",
    )


class ModificationForm(_Base):
    """Change a gestionnaire's coordinates (A-09). What stays empty does not change."""

    compte = forms.ModelChoiceField(
        label="Gestionnaire", queryset=Compte.objects.none(), empty_label="Choisissez…"
    )
    nom = NomDePersonne(label="Nom", max_length=80, required=False)
    prenom = NomDePersonne(label="Prénom", max_length=80, required=False)
    fonction = Ligne(label="Fonction", max_length=120, required=False)
    telephone = Telephone(required=False)
    email = Courriel(label="Adresse électronique professionnelle", required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for one change at least."""
        donnees = super().clean() or {}
        if not any(donnees.get(nom) for nom in ("nom", "prenom", "fonction", "telephone", "email")):
            raise forms.ValidationError("Indiquez au moins un changement.", code="vide")
        return donnees


class DepartForm(_Base):
    """Announce the departure of a gestionnaire, with the successor's contact details (A-10)."""

    compte = forms.ModelChoiceField(
        label="Gestionnaire qui part", queryset=Compte.objects.none(), empty_label="Choisissez…"
    )
    depart_le = Jour(
        label="Date de départ souhaitée",
        help_text="Annoncez-la 15 jours avant ; plus tard, elle est acceptée et signalée comme tardive.",
    )
    marques: ClassVar = dict.fromkeys(
        ("nom", "prenom", "fonction", "telephone", "email"), "pour un successeur, tout ou rien"
    )

    civilite = forms.ChoiceField(
        label="Successeur : civilité",
        choices=Compte.Civilite.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text="Indispensable quand c’est le seul gestionnaire de la structure.",
    )
    nom = NomDePersonne(label="Successeur : nom", max_length=80, required=False)
    prenom = NomDePersonne(label="Successeur : prénom", max_length=80, required=False)
    fonction = Ligne(label="Successeur : fonction", max_length=120, required=False)
    telephone = Telephone(label="Successeur : téléphone", required=False)
    email = Courriel(label="Successeur : adresse électronique professionnelle", required=False)

    def __init__(self, *args: object, partenaire: Partenaire, par: Compte, **kwargs: object) -> None:
        super().__init__(*args, partenaire=partenaire, par=par, **kwargs)
        if successeur_exige(partenaire):
            for nom in ("civilite", *self.marques):
                self.fields[nom].required = True

    def clean(self) -> dict[str, Any]:
        """A successor is described wholly or not at all."""
        donnees = super().clean() or {}
        remplis = [nom for nom in self.marques if donnees.get(nom)]
        for nom in self.marques:
            if remplis and nom not in remplis and nom not in self.errors:
                self.add_error(nom, "À remplir pour le successeur.")
        return donnees


class MembresForm(_Base):
    """Declare a change in the number of members, which changes the number of seats (A-21, Q-05)."""

    membres = Entier(
        label="Nombre de membres de la structure",
        min_value=1,
        max_value=1_000_000,
        help_text="Salariés et bénévoles.",
    )


FORMULAIRES_DEMANDE: dict[str, type[_Base]] = {
    Nature.HABILITATION: HabilitationForm,
    Nature.MODIFICATION: ModificationForm,
    Nature.INACTIVATION: DepartForm,
    Nature.MEMBRES: MembresForm,
}


class DecisionForm(Formulaire):
    """What the caisse decides (A-01): the comment is compulsory to send back or to refuse."""

    marques: ClassVar = {"commentaire": "pour renvoyer ou refuser"}

    commentaire = Texte(label="Commentaire pour la structure", max_length=600, required=False)
    decision = forms.ChoiceField(
        choices=[("accepter", "Accepter"), ("renvoyer", "Renvoyer"), ("refuser", "Refuser")],
        widget=forms.HiddenInput,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the reason."""
        donnees = super().clean() or {}
        if donnees.get("decision") in ("renvoyer", "refuser") and not donnees.get("commentaire"):
            self.add_error("commentaire", "Écrivez à la structure ce qui manque, ou la raison du refus.")
        return donnees
