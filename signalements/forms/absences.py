"""When somebody is away, and which colleague has his demandes and reads his mails meanwhile."""

from typing import Any

from django import forms

from accounts.actions.comptes import fuseau
from accounts.models.compte import Compte
from signalements.forms.agents import AgentField, agents_de
from socle import horloge
from socle.champs import Formulaire, Jour
from socle.roles import Droit, peut


class PeriodeForm(Formulaire):
    """From which day to which one; one absence at a time."""

    debut = Jour(
        label="Premier jour",
        error_messages={"required": "Donnez le premier jour.", "invalid": "Donnez une date."},
    )
    fin = Jour(
        label="Dernier jour",
        error_messages={"required": "Donnez le dernier jour.", "invalid": "Donnez une date."},
    )

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, **options)
        self.compte = compte

    def clean(self) -> dict[str, Any]:
        """Dates in order, not past, one absence at a time."""
        donnees = super().clean() or {}
        agent, debut, fin = donnees.setdefault("agent", self.compte), donnees.get("debut"), donnees.get("fin")
        if fin and fin < horloge.jour(fuseau(agent or self.compte)):
            self.add_error("fin", "Cette période est déjà passée.")
        if debut and fin and fin < debut:
            self.add_error("fin", "Le dernier jour est avant le premier.")
        elif debut and fin and agent and agent.absences.filter(debut__lte=fin, fin__gte=debut).exists():
            self.add_error("debut", "Une absence est déjà notée pour cette période. Supprimez-la d’abord.")
        return donnees


class AbsenceForm(PeriodeForm):
    """An agent says it for himself, a superviseur for all."""

    agent = AgentField("Agent absent", "Choisissez qui est absent.")
    remplacant = AgentField("Remplacé par", "Choisissez qui le remplace.")
    field_order = ["agent", "remplacant", "debut", "fin"]

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, compte=compte, **options)
        equipe = agents_de(compte)
        self.fields["remplacant"].queryset = equipe
        self.fields["agent"].queryset = (
            equipe if peut(compte, Droit.ENCADRER_DEMANDES) else equipe.filter(pk=compte.pk)
        )
        self.fields["agent"].initial = compte.pk

    def clean(self) -> dict[str, Any]:
        """Somebody else, of the same caisses."""
        donnees = super().clean()
        agent, remplacant = donnees.get("agent"), donnees.get("remplacant")
        if agent and agent == remplacant:
            self.add_error("remplacant", "Choisissez un autre agent que celui qui est absent.")
        elif agent and remplacant and agent.caisses.exclude(pk__in=remplacant.caisses.all()).exists():
            self.add_error("remplacant", "Ce remplaçant ne travaille pas pour toutes les caisses de l’agent.")
        return donnees


class AbsenceDuTechnicienForm(PeriodeForm):
    """A technicien says it for himself."""

    remplacant = forms.ModelChoiceField(
        Compte.objects.none(),
        label="Collègue qui vous remplace",
        help_text="Vos demandes paraissent dans sa liste, et les courriels de la caisse lui sont adressés.",
        empty_label="Choisissez un collègue",
        error_messages={
            "required": "Choisissez qui vous remplace.",
            "invalid_choice": "Cette personne n’est pas technicien de votre structure.",
        },
    )
    field_order = ["remplacant", "debut", "fin"]

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, compte=compte, **options)
        champ = self.fields["remplacant"]
        collegues = Compte.objects.actifs().pouvant(Droit.DEPOSER_DEMANDES).exclude(pk=compte.pk)
        champ.queryset = collegues.filter(partenaire=compte.partenaire_id).order_by("nom", "prenom", "pk")
        champ.label_from_instance = lambda collegue: collegue.nom_complet
