"""Forms of the demandes. Labels and help are what the user reads; every free text goes through the guard."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from conventions.models import Motif
from espace_partenaires import horloge
from espace_partenaires.texte import normaliser
from signalements.departements import DEPARTEMENTS
from signalements.garde_texte import MESSAGE_NIR, contient_un_nir, texte_libre
from signalements.suites import Difficulte, Irrecevable, Issue, Obstacle

LONGUEUR_TEXTE = 4000
AIDE_TEXTE = (
    "Écrivez seulement ce qui est utile pour traiter la demande. Pas de diagnostic ni d’information de santé, "
    "pas de numéro de sécurité sociale."
)
PLUS_ANCIENNE_NAISSANCE = dt.date(1900, 1, 1)


class TexteLibre(forms.CharField):
    """A free-text zone: bounded, normalised, without NIR (D-03, D-04)."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", LONGUEUR_TEXTE)
        options.setdefault("widget", forms.Textarea(attrs={"rows": 5, "data-garde-texte": ""}))
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        """Return the normal form; raise ValidationError on a NIR or an invisible character."""
        return texte_libre(super().clean(value) or "")


class Nom(forms.CharField):
    """A person's name: bounded, normalised, with at least one letter."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=80, **options)

    def clean(self, value: Any) -> str:
        """Return the normal form; raise ValidationError when it is no name."""
        propre = " ".join(normaliser(super().clean(value) or "").split())
        if propre and not any(c.isalpha() for c in propre):
            raise ValidationError("Saisissez un nom avec au moins une lettre.", code="nom")
        if contient_un_nir(propre):
            raise ValidationError(MESSAGE_NIR, code="nir")
        return propre


class MotifForm(forms.Form):
    """Which motif, among those that the convention opens with this caisse (D-02)."""

    jeton = forms.UUIDField(widget=forms.HiddenInput)
    motif = forms.ModelChoiceField(
        Motif.objects.none(),
        label="Quel est le motif ?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Choisissez un motif.",
            "invalid_choice": "Choisissez un motif de la liste.",
        },
    )

    def __init__(self, *args: Any, motifs: Any, **options: Any) -> None:
        super().__init__(*args, initial={"jeton": uuid.uuid4()}, **options)
        self.fields["motif"].queryset = motifs


class ContenuForm(forms.Form):
    """The sealed content of a demande: who, what. `facultatif` accepts what is missing (« finir plus tard »)."""

    civilite = forms.ChoiceField(
        label="Civilité",
        choices=[("madame", "Madame"), ("monsieur", "Monsieur")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une civilité."},
    )
    nom = Nom(
        label="Nom de naissance ou nom d’usage",
        error_messages={"required": "Saisissez le nom de la personne."},
    )
    prenom = Nom(label="Prénom", error_messages={"required": "Saisissez le prénom de la personne."})
    naissance = forms.DateField(
        label="Date de naissance",
        help_text="Jour, mois, année. Par exemple : 27/03/1985.",
        widget=forms.DateInput(attrs={"autocomplete": "off", "inputmode": "numeric"}, format="%d/%m/%Y"),
        input_formats=["%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y"],
        error_messages={
            "required": "Saisissez la date de naissance.",
            "invalid": "Saisissez la date sous la forme jour, mois, année : 27/03/1985.",
        },
    )
    departement = forms.ChoiceField(
        label="Département de résidence",
        choices=[("", "Choisissez un département"), *DEPARTEMENTS],
        error_messages={"required": "Choisissez le département de résidence."},
    )
    urgente = forms.BooleanField(
        label="La situation est urgente",
        help_text="Par exemple : soins qui ne peuvent pas attendre, sortie d’hôpital sans droits ouverts.",
        required=False,
    )
    raison_urgence = forms.CharField(label="Pourquoi est-ce urgent ?", required=False)

    ASSURE = ("civilite", "nom", "prenom", "naissance", "departement")

    def __init__(self, *args: Any, motif: Motif, facultatif: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.motif = motif
        self.fields["raison_urgence"] = TexteLibre(
            label="Pourquoi est-ce urgent ?",
            help_text="Une phrase suffit.",
            required=False,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 2, "data-garde-texte": ""}),
        )
        self._ajouter_details()
        if not motif.assure:
            for nom in self.ASSURE:
                del self.fields[nom]
        if motif.urgent:
            del self.fields["urgente"]
        if facultatif:
            for champ in self.fields.values():
                champ.required = False
        self.facultatif = facultatif

    def _ajouter_details(self) -> None:
        if self.motif.fiche:
            self.fields["difficultes"] = forms.MultipleChoiceField(
                label="Quel genre de difficulté ?",
                choices=Difficulte,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": "Cochez au moins une difficulté."},
            )
            self.fields["obstacles"] = forms.MultipleChoiceField(
                label="Qu’est-ce qui fait obstacle ?",
                choices=Obstacle,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": "Cochez au moins un obstacle."},
            )
            self.fields["demarches"] = TexteLibre(
                label="Démarches déjà faites",
                help_text="Auprès de qui, quand, avec quel résultat.",
                required=False,
                max_length=2000,
            )
            self.fields["aide"] = TexteLibre(
                label="Aide attendue de la caisse",
                help_text="Ce qui débloquerait la situation.",
                max_length=2000,
                error_messages={"required": "Dites quelle aide vous attendez de la caisse."},
            )
        self.fields["texte"] = TexteLibre(
            label="Précisions" if self.motif.fiche else "Votre demande",
            help_text=AIDE_TEXTE,
            required=not self.motif.fiche,
            error_messages={"required": "Expliquez votre demande en quelques phrases."},
        )

    def clean_naissance(self) -> dt.date | None:
        """Refuse a birth date in the future or before 1900."""
        naissance = self.cleaned_data["naissance"]
        if naissance and naissance > horloge.jour("Europe/Paris"):
            raise ValidationError("La date de naissance ne peut pas être dans le futur.", code="futur")
        if naissance and naissance < PLUS_ANCIENNE_NAISSANCE:
            raise ValidationError("Vérifiez l’année de naissance : elle est trop ancienne.", code="ancienne")
        return naissance

    def clean(self) -> dict[str, Any]:
        """An urgency has a reason (D-08)."""
        donnees = super().clean() or {}
        urgente = donnees.get("urgente") or self.motif.urgent
        if (
            urgente
            and not donnees.get("raison_urgence")
            and not self.facultatif
            and "raison_urgence" not in self.errors
        ):
            self.add_error("raison_urgence", "Dites en une phrase pourquoi la situation est urgente.")
        return donnees

    def champs_assure(self) -> list[forms.BoundField]:
        """Return the fields about the person, for the template."""
        return [champ for champ in self.visible_fields() if champ.name in self.ASSURE]

    def champs_situation(self) -> list[forms.BoundField]:
        """Return the other fields, coded ones first, urgency last (D-18)."""
        autres = [champ for champ in self.visible_fields() if champ.name not in self.ASSURE]
        return sorted(autres, key=lambda champ: champ.name in ("urgente", "raison_urgence"))

    def contenu(self) -> dict[str, Any]:
        """Return what is to be sealed: `assure` apart, the rest as typed."""
        donnees = dict(self.cleaned_data)
        donnees.pop("urgente", None)
        if not self.motif.assure:
            return donnees
        assure = {nom: donnees.pop(nom) for nom in self.ASSURE if nom in donnees}
        if assure.get("naissance"):
            assure["naissance"] = assure["naissance"].isoformat()
        return donnees | {"assure": assure}

    @classmethod
    def est_complet(cls, contenu: dict[str, Any], *, motif: Motif, urgente: bool) -> bool:
        """Return whether a draft could be sent as it is: the same checks as the form that was typed."""
        return cls(cls.initial_de(contenu, urgente=urgente), motif=motif).is_valid()

    @staticmethod
    def initial_de(contenu: dict[str, Any], *, urgente: bool) -> dict[str, Any]:
        """Return the initial values of the form for a sealed content."""
        initial = {k: v for k, v in contenu.items() if k != "assure"} | dict(contenu.get("assure", {}))
        if initial.get("naissance"):
            initial["naissance"] = dt.date.fromisoformat(initial["naissance"])
        return initial | {"urgente": urgente}


class DepotForm(forms.Form):
    """What the technicien attests before sending (D-05). No attestation, no deposit."""

    information = forms.BooleanField(
        label="La personne a été informée de cette demande et de l’usage de ses données.",
        error_messages={"required": "Sans cette attestation, la demande ne peut pas être envoyée."},
    )
    accord = forms.BooleanField(
        label="La personne est d’accord pour que je fasse cette demande en son nom.",
        error_messages={"required": "Sans l’accord de la personne, la demande ne peut pas être envoyée."},
    )

    def __init__(self, *args: Any, motif: Motif, **options: Any) -> None:
        super().__init__(*args, **options)
        if not motif.assure:
            self.fields.clear()
        elif motif.consentement:
            self.fields["consentement"] = forms.BooleanField(
                label=f"La personne accepte l’orientation proposée : {motif.libelle}.",
                error_messages={"required": "Cette orientation demande l’accord exprès de la personne."},
            )

    def attestations(self) -> list[str]:
        """Return the codes of what was attested."""
        return [nom for nom, coche in self.cleaned_data.items() if coche]


class MessageForm(forms.Form):
    """A line of the thread."""

    texte = TexteLibre(
        label="Votre message", help_text=AIDE_TEXTE, error_messages={"required": "Écrivez votre message."}
    )

    def __init__(self, *args: Any, libelle: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        if libelle:
            self.fields["texte"].label = libelle


class ReponseForm(MessageForm):
    """The caisse's answer, with its coded outcome."""

    issue = forms.ChoiceField(
        label="Issue de la demande",
        choices=[("", "Choisissez une issue"), *(c for c in Issue.choices if c[0] != Issue.SANS_REPONSE)],
        error_messages={"required": "Choisissez l’issue de la demande."},
    )
    field_order = ["issue", "texte"]


class IrrecevableForm(MessageForm):
    """Why the caisse cannot treat the demande, and what the structure can do."""

    raison = forms.ChoiceField(
        label="Raison",
        choices=[("", "Choisissez une raison"), *Irrecevable.choices],
        error_messages={"required": "Choisissez la raison."},
    )
    field_order = ["raison", "texte"]


class AnnulationForm(forms.Form):
    """Withdraw a demande, with an optional word."""

    texte = TexteLibre(label="Raison (facultatif)", required=False, max_length=500)
