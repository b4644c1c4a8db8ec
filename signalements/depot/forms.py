"""The forms that open and send a demande."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from caisses.models import Motif
from caisses.referentiels import PIECES_ENTRANTES
from signalements.departements import DEPARTEMENTS
from signalements.depot.fiches import accord, quand
from signalements.suites import RAISONS_ABSENCE
from socle.champs import Code, Formulaire
from socle.listes import FiltresDeListe

# About what the gestionnaire keeps and an administrateur does: no agent can act, it is written on the convention (C-20).
AU_GESTIONNAIRE = frozenset({"gerer-convention", "comptes-gestionnaires"})


class DepartementForm(FiltresDeListe):
    """Where the person lives: it tells which caisse is hers in general (D-02). Nobody is named: it stands in the address."""

    departement = forms.ChoiceField(
        label="Département de résidence de la personne",
        choices=[("", "Choisissez un département"), *DEPARTEMENTS],
        required=False,
    )
    pour = Code(widget=forms.HiddenInput, required=False, max_length=13)


class MotifForm(Formulaire):
    """Which motif, among those that the convention opens with this caisse (D-02)."""

    jeton = forms.UUIDField(widget=forms.HiddenInput)
    # The demande whose person this one is for, so that nobody types her again.
    pour = Code(widget=forms.HiddenInput, required=False, max_length=13)
    motif = forms.ModelChoiceField(
        Motif.objects.none(),
        label="Quel est le motif ?",
        error_messages={
            "required": "Choisissez un motif.",
            "invalid_choice": "Choisissez un motif de la liste.",
        },
    )

    def __init__(self, *args: Any, motifs: Any, pour: str = "", **options: Any) -> None:
        super().__init__(*args, initial={"jeton": uuid.uuid4(), "pour": pour[:13]}, **options)
        self.fields["motif"].queryset = motifs.exclude(pk__in=AU_GESTIONNAIRE)

    def motifs(self) -> list[tuple[Motif, str]]:
        """Return each motif with when to use it: a press on it opens the draft."""
        return [(motif, quand(motif)) for motif in self.fields["motif"].queryset]


class DepotForm(Formulaire):
    """What the technicien attests before sending (D-05), and why a called piece is not there (D-06).

    No attestation, no deposit; a piece that is missing has its reason, told to the agent.
    """

    ABSENTE = "absente_"

    # Box -> what it attests; a consent is asked apart.
    ATTESTE = {
        "public": ("public",),
        "accord": ("information", "accord"),
        "consentement": ("consentement",),
    }

    accord = forms.BooleanField(
        label="La personne a été informée de cette demande et de l’usage de ses données, et elle est d’accord pour que je "
        "la fasse en son nom.",
        error_messages={
            "required": "Sans l’information et l’accord de la personne, la demande ne peut pas être envoyée."
        },
    )

    def __init__(
        self, *args: Any, motif: Motif, manquantes: Sequence[str] = (), public: str = "", **options: Any
    ) -> None:
        """`public`: the only people whom the convention is for, asked of the one who knows her (C-17)."""
        super().__init__(*args, **options)
        if public:
            self.fields["public"] = forms.BooleanField(
                label=f"La personne fait partie du public de la convention : {public}.",
                error_messages={
                    "required": "La convention exclut tout autre public : passez par le canal habituel."
                },
            )
        if not motif.assure:
            self.fields.clear()
        elif motif.consentement:
            self.fields["consentement"] = forms.BooleanField(
                label=accord(motif),
                error_messages={"required": "Cette orientation demande l’accord exprès de la personne."},
            )

        self.fields = {
            f"{self.ABSENTE}{code}": forms.ChoiceField(
                label=f"{PIECES_ENTRANTES[code]} : pourquoi cette pièce n’est-elle pas jointe ?",
                choices=[("", "Choisissez une raison"), *RAISONS_ABSENCE.items()],
                error_messages={"required": "Joignez cette pièce, ou dites pourquoi elle n’est pas jointe."},
            )
            for code in manquantes
        } | self.fields

    def champs_absentes(self) -> list[forms.BoundField]:
        """Return the fields of the missing pieces, for the template."""
        return [champ for champ in self.visible_fields() if champ.name.startswith(self.ABSENTE)]

    def champs_attestations(self) -> list[forms.BoundField]:
        """Return the boxes to tick, for the template."""
        return [champ for champ in self.visible_fields() if not champ.name.startswith(self.ABSENTE)]

    def attestations(self) -> list[str]:
        """Return the codes of what was attested."""
        return [code for nom, codes in self.ATTESTE.items() if self.cleaned_data.get(nom) for code in codes]

    def absentes(self) -> dict[str, str]:
        """Return why each missing piece is not there."""
        return {
            nom.removeprefix(self.ABSENTE): raison
            for nom, raison in self.cleaned_data.items()
            if nom.startswith(self.ABSENTE)
        }
