"""The forms of the acts on a demande that was sent."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from accounts.models.compte import Compte
from caisses.forms import HeuresDeLaCaisse
from caisses.models import Caisse, Pole
from caisses.regles import est_ouvre
from conventions.models.conventions import Objet, Participation
from signalements.forms.agents import AgentField, agents_des
from signalements.models.demandes import Demande
from signalements.models.rendez_vous import RendezVous
from signalements.suites import Avis, Irrecevable, Issue
from socle import horloge
from socle.champs import AIDE_TEXTE, Formulaire, Instant, Texte
from socle.templatetags.portail import date_longue, heure


class MessageForm(Formulaire):
    """A line of the thread."""

    texte = Texte(
        personne=True,
        label="Votre message",
        help_text=AIDE_TEXTE,
        error_messages={"required": "Écrivez votre message."},
    )


# What a model left to fill in.
A_COMPLETER = re.compile(r"\[[^\[\]\n]{0,80}\]")


class EnvoiCaisseForm(MessageForm):
    """What the caisse writes to the structure: nothing of a model is left to fill in."""

    def clean_texte(self) -> str:
        """Refuse a text with « [ … ] » in it."""
        texte = self.cleaned_data["texte"]
        if restes := list(dict.fromkeys(A_COMPLETER.findall(texte))):
            raise ValidationError(
                f"Complétez ou retirez ce que le modèle laisse à remplir : {', '.join(restes)}.",
                code="modele",
            )
        return texte


class NoteForm(Formulaire):
    """What colleagues of one side write for one another."""

    texte = Texte(
        personne=True,
        label="Votre note",
        help_text=AIDE_TEXTE,
        error_messages={"required": "Écrivez votre note."},
    )


class NoteLibreForm(NoteForm):
    """A note for one's colleagues, or for oneself alone."""

    pour_moi = forms.BooleanField(
        label="Pour vous seul", help_text="Vos collègues ne la voient pas non plus.", required=False
    )


class MotForm(Formulaire):
    """What is said to the colleague to whom a demande is handed over (D-22)."""

    texte = Texte(
        personne=True,
        label="Un mot pour votre collègue",
        help_text="Où vous en êtes, et ce qui reste à faire. La structure ne le lit pas.",
        max_length=500,
        error_messages={
            "required": "Dites en une phrase à votre collègue pourquoi vous lui passez la demande."
        },
    )


class UrgenceForm(EnvoiCaisseForm):
    """Why a demande is urgent, or is not: the structure reads it (D-22)."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["texte"].label = "Raison, lue par la structure"


class ClotureForm(Formulaire):
    """The end of a demande, by the structure; a word on how it was helped, if it likes, that only figures keep."""

    avis = forms.ChoiceField(
        label="Étiez-vous bien aidé ?",
        help_text="Compté pour la caisse et pour votre structure ; l’avis de chaque demande n’est montré à personne.",
        choices=[("", "Sans avis"), *Avis.choices],
        required=False,
    )


AVEC_CONSENTEMENT = frozenset({Issue.ACCOMPAGNEMENT, Issue.SERVICE_SOCIAL, Issue.DOCUMENT_PORTAIL})


class ReponseForm(EnvoiCaisseForm):
    """The caisse's answer, with its coded outcome."""

    issue = forms.ChoiceField(
        label="Issue de la demande",
        choices=[("", "Choisissez une issue"), *(c for c in Issue.choices if c[0] != Issue.SANS_REPONSE)],
        error_messages={"required": "Choisissez l’issue de la demande."},
    )
    aussi = forms.ModelMultipleChoiceField(
        Demande.objects.none(),
        to_field_name="reference",
        label="Répondre aussi, par les mêmes mots, à",
        help_text="De la même structure, pour la même personne ou quelqu’un qui lui ressemble : vérifiez le nom. "
        "Une seule réponse, et elles se ferment ensemble.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": "La demande %(value)s ne peut plus recevoir cette réponse : elle a changé entre-temps."
        },
    )
    field_order = ["issue", "texte", "aussi"]

    def __init__(
        self, *args: Any, demande: Demande, aussi: Sequence[tuple[Demande, str]] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if aussi:
            jointes = Demande.objects.filter(pk__in=[une.pk for une, _ in aussi])
            self.fields["aussi"].queryset = jointes.select_related(
                "caisse", "motif", "partenaire", "technicien", "agent"
            )
            self.fields["aussi"].choices = [
                (une.reference, f"{une.reference} – {une.motif} ({nommee})") for une, nommee in aussi
            ]
        elif not (self.is_bound and self.add_prefix("aussi") in self.data):
            # What was offered and is not any more is refused, never forgotten in silence.
            del self.fields["aussi"]
        if demande.technicien_id is None:
            # What asks a consent apart waits for a technicien to confirm it (D-23).
            champ = self.fields["issue"]
            champ.choices = [une for une in champ.choices if une[0] not in AVEC_CONSENTEMENT]


class IrrecevableForm(EnvoiCaisseForm):
    """Why the caisse cannot treat the demande, and what the structure can do."""

    raison = forms.ChoiceField(
        label="Raison",
        choices=[("", "Choisissez une raison"), *Irrecevable.choices],
        error_messages={"required": "Choisissez la raison."},
    )
    field_order = ["raison", "texte"]


class AnnulationForm(Formulaire):
    """Withdraw a demande, with an optional word."""

    texte = Texte(personne=True, label="Raison", required=False, max_length=500)


# Hours between which somebody is received or called.
OUVERTURE, FERMETURE = 7, 20


class CreneauxForm(HeuresDeLaCaisse):
    """One to three slots, typed in the caisse's own time (D-13)."""

    duree = forms.TypedChoiceField(
        label="Durée",
        choices=[(15, "15 minutes"), (30, "30 minutes"), (45, "45 minutes"), (60, "1 heure")],
        coerce=int,
        initial=30,
    )
    lieu = forms.ChoiceField(
        label="Où ?",
        choices=RendezVous.Lieu.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez où aura lieu le rendez-vous."},
    )
    precisions = Texte(
        personne=True,
        label="Adresse, étage, ou qui appellera",
        max_length=500,
        error_messages={"required": "Dites où venir, ou qui appellera."},
    )

    def __init__(self, *args: Any, demande: Demande, **options: Any) -> None:
        super().__init__(*args, **options)
        self.demande, self.fuseau = demande, ZoneInfo(demande.caisse.fuseau)
        # As the person wishes, where the caisse receives.
        souhait = demande.contenu.get("lieu", "")
        adresse = demande.caisse.adresse if souhait == RendezVous.Lieu.CAISSE else ""
        self.initial = {"lieu": souhait, "precisions": adresse, **self.initial}
        creneaux: dict[str, forms.Field] = {
            f"creneau_{rang}": Instant(
                label=f"Créneau {rang}",
                required=rang == 1,
                error_messages={"required": "Proposez au moins un créneau."},
            )
            for rang in (1, 2, 3)
        }
        self.fields = creneaux | self.fields

    def caisse_des_heures(self) -> Caisse:
        return self.demande.caisse

    def clean(self) -> dict[str, Any]:
        """Gather the slots; refuse those of the past, and those when the caisse is closed."""
        donnees = super().clean() or {}
        creneaux = []
        for rang in (1, 2, 3):
            debut = donnees.pop(f"creneau_{rang}", None)
            if debut and (refus := self._refus(debut.astimezone(self.fuseau))):
                self.add_error(f"creneau_{rang}", refus)
            elif debut:
                creneaux.append(debut)
        return donnees | {"creneaux": creneaux}

    def _refus(self, debut: dt.datetime) -> str:
        """Why nobody would be there at `debut`, told in the caisse's own time; empty when the slot holds."""
        caisse = self.demande.caisse
        if debut <= horloge.maintenant():
            return "Ce créneau est déjà passé."
        if not est_ouvre(debut.date(), caisse.departement, caisse.jours_chomes()):
            return "La caisse est fermée ce jour-là : proposez un jour ouvré, ni férié ni chômé."
        if not OUVERTURE <= debut.hour < FERMETURE:
            return f"Proposez une heure entre {OUVERTURE} h et {FERMETURE} h."
        return ""


class ChoixCreneauForm(Formulaire):
    """Which of the proposed slots."""

    creneau = forms.ModelChoiceField(
        RendezVous.objects.none(),
        label="Quel créneau convient à la personne ?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Choisissez un créneau.",
            "invalid_choice": "Ce créneau n’est plus proposé. Choisissez-en un autre.",
        },
    )

    def __init__(self, *args: Any, demande: Demande, **options: Any) -> None:
        super().__init__(*args, **options)
        champ = self.fields["creneau"]
        champ.queryset = demande.rendez_vous.choisissables()
        champ.label_from_instance = lambda rdv: libelle_du_creneau(rdv, demande)


def libelle_du_creneau(rdv: RendezVous, demande: Demande) -> str:
    """Return a slot in words, in the caisse's zone."""
    fuseau = demande.caisse.fuseau
    return (
        f"{date_longue(rdv.debut, fuseau)} à {heure(rdv.debut, fuseau)} "
        f"({rdv.duree_minutes} minutes, {rdv.lieu.lower()})"
    )


class VenueForm(Formulaire):
    """Whether the person came."""

    venue = forms.ChoiceField(
        label="Le rendez-vous a-t-il eu lieu ?",
        choices=[
            ("honore", "Oui, la personne est venue ou a répondu"),
            ("manque", "Non, la personne était absente"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
    )


class AttributionForm(MotForm):
    """To which agent of the caisse, with a word for him."""

    agent = AgentField("À quel agent ?", "Choisissez un agent.")
    field_order = ["agent", "texte"]

    def __init__(self, *args: Any, demande: Demande, **options: Any) -> None:
        super().__init__(*args, **options)
        siens = agents_des([demande.caisse_id]).filter(statut=Compte.Statut.ACTIF)
        self.fields["agent"].queryset = siens.exclude(pk=demande.agent_id)


class RedirectionForm(MotForm):
    """To which service of the caisse (D-11), with a word for whoever takes it."""

    pole = forms.ModelChoiceField(
        Pole.objects.none(),
        label="Vers quel pôle ?",
        empty_label="Choisissez un pôle",
        error_messages={"required": "Choisissez un pôle."},
    )
    field_order = ["pole", "texte"]

    def __init__(self, *args: Any, demande: Demande, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["pole"].queryset = demande.caisse.poles.exclude(pk=demande.pole_id)


class TransfertForm(EnvoiCaisseForm):
    """To which caisse, and why: the structure reads it (D-19)."""

    participation = forms.ModelChoiceField(
        Participation.objects.none(),
        label="Vers quelle caisse ?",
        empty_label="Choisissez une caisse",
        error_messages={"required": "Choisissez une caisse."},
    )
    field_order = ["participation", "texte"]

    def __init__(self, *args: Any, demande: Demande, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["texte"].label = "Raison du transfert, lue par la structure"
        champ = self.fields["participation"]
        champ.queryset = caisses_de_transfert(demande)
        champ.label_from_instance = lambda participation: participation.caisse.nom


def caisses_de_transfert(demande: Demande) -> Any:
    """Return the parts of the other caisses whose convention with the structure has this motif open (D-19)."""
    return (
        Participation.objects.ouvrant_le_portail()
        .filter(partenaire=demande.partenaire_id, objet=Objet.ACCES_DROITS, motifs=demande.motif_id)
        .exclude(caisse=demande.caisse_id)
        .select_related("caisse")
    )
