"""Forms of the desk's own life: models of answer, absences, steps of an accompagnement, redistribution."""

import datetime as dt
import re
from typing import Any

from django import forms

from accounts.models.compte import Compte
from caisses.models import Caisse, Motif, Pole
from signalements.forms.agents import AgentField, AgentsField, agents_de, agents_des
from signalements.forms.instruction import MotForm
from signalements.models.demandes import Demande
from signalements.models.modeles import VARIABLES, ModeleReponse
from signalements.suites import Accompagnement, Issue
from socle.champs import Formulaire, Jour, Ligne, Texte, entier


class ModeleForm(Formulaire):
    """A model of answer. Its text goes through the guard: no NIR, no health word unconfirmed (D-03, D-04)."""

    caisse = forms.ModelChoiceField(
        Caisse.objects.none(), label="Caisse", empty_label=None, error_messages={"required": "Choisissez."}
    )
    acte = forms.ChoiceField(
        label="Pour quel moment ?",
        choices=[("", "Choisissez un moment"), *ModeleReponse.Acte.choices],
        error_messages={"required": "Choisissez quand ce modèle sert."},
    )
    motif = forms.ModelChoiceField(
        Motif.objects.all(), label="Motif", required=False, empty_label="Tous les motifs"
    )
    issue = forms.ChoiceField(
        label="Issue proposée",
        help_text="Pour une réponse : l’issue est choisie avec le texte, l’agent peut la changer.",
        required=False,
        choices=[("", "Aucune"), *(c for c in Issue.choices if c[0] != Issue.SANS_REPONSE)],
    )
    titre = Ligne(
        label="Titre",
        help_text="Vu par les agents seulement.",
        max_length=80,
        error_messages={"required": "Donnez un titre."},
    )
    texte = Texte(
        personne=True,
        label="Texte",
        help_text="L’agent le complète avant l’envoi : mettez entre crochets ce qu’il doit remplir, par exemple [date]. "
        f"Se remplissent seuls : {', '.join(f'{{{nom}}}' for nom in VARIABLES)}. Aucune information sur une personne.",
        error_messages={"required": "Écrivez le texte du modèle."},
    )

    def __init__(
        self, *args: Any, compte: Compte, modele: ModeleReponse | None = None, **options: Any
    ) -> None:
        champs = ("caisse", "acte", "motif", "issue", "titre", "texte")
        initial = {nom: getattr(modele, nom) for nom in champs} if modele else {}
        super().__init__(*args, initial=initial, **options)
        self.modele = modele
        caisses = compte.caisses.order_by("nom")
        self.fields["caisse"].queryset = caisses
        self.fields["caisse"].initial = initial.get("caisse") or caisses.first()

    def clean_texte(self) -> str:
        """Refuse a variable that nothing fills in: the structure would read it."""
        texte = self.cleaned_data["texte"]
        inconnues = [nom for nom in re.findall(r"\{([^{}\n]*)\}", texte) if nom not in VARIABLES]
        if inconnues:
            raise forms.ValidationError(f"Rien ne remplit {', '.join(f'{{{nom}}}' for nom in inconnues)}.")
        return texte

    def clean(self) -> dict[str, Any]:
        """Refuse two models of the same title for the same moment."""
        donnees = super().clean() or {}
        memes = ModeleReponse.objects.filter(
            **{nom: donnees.get(nom) for nom in ("caisse", "acte", "titre")}
        ).exclude(pk=self.modele.pk if self.modele else None)
        if memes.exists():
            self.add_error("titre", "Un modèle porte déjà ce titre pour ce moment.")
        return donnees


class RedistributionForm(MotForm):
    """The open demandes of one agent, all or some, to one or several others, with a word for them."""

    de = AgentField("Demandes de", "Choisissez de qui viennent les demandes.")
    pole = forms.ModelChoiceField(
        Pole.objects.none(), label="Du pôle", required=False, empty_label="Tous les pôles"
    )
    nombre = entier(
        "Combien au plus ?", "Les plus urgentes d’abord ; vide pour toutes.", requis=False, mini=1, maxi=500
    )
    vers = AgentsField("À répartir entre", "Choisissez à qui les confier.")
    field_order = ["de", "pole", "nombre", "vers", "texte"]

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["vers"].queryset = agents_de(compte)
        self.fields["vers"].absents = self.fields["de"].absents
        # Those who left too: theirs are the first to be handed over.
        self.fields["de"].queryset = agents_des(compte.caisses.all())
        self.fields["pole"].queryset = Pole.objects.filter(caisse__in=compte.caisses.all())

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if donnees.get("de") and donnees.get("de") in (donnees.get("vers") or ()):
            self.add_error("vers", "Choisissez d’autres agents.")
        return donnees


class RappelForm(Formulaire):
    """On which day to see the demande again; none forgets it."""

    le = Jour(label="Me le rappeler le", help_text="Laissez vide pour ne plus le rappeler.", required=False)

    def __init__(self, *args: Any, demande: Demande, **options: Any) -> None:
        super().__init__(*args, **options)
        self.demande = demande

    def clean_le(self) -> dt.date | None:
        """Refuse a day that is past."""
        le = self.cleaned_data["le"]
        if le and le <= self.demande.caisse.jour:
            raise forms.ValidationError("Choisissez un jour à venir.")
        return le


class EtapeForm(Formulaire):
    """Which step of the accompagnement is done; those already noted are not offered again."""

    etape = forms.ChoiceField(
        label="Quelle étape est faite ?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez l’étape."},
    )

    def __init__(self, *args: Any, demande: Demande, **options: Any) -> None:
        super().__init__(*args, **options)
        faites = {libelle for libelle, quand in etapes(demande) if quand}
        self.fields["etape"].choices = [
            (code, libelle) for code, libelle in Accompagnement.choices if libelle not in faites
        ]


def etapes(demande: Demande) -> list[tuple[str, dt.datetime | None]]:
    """Return the steps of the accompagnement in order, each with its instant when it was noted."""
    notees = {e.dit: e.le for e in demande.evenements.all() if e.verbe == "noter_etape"}
    return [
        (etape.label, notees.get(etape.label))
        for etape in Accompagnement
        if etape != Accompagnement.ABANDON or etape.label in notees
    ]
