"""What narrows the lists of conventions and of structures."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from conventions.models.conventions import Convention
from conventions.models.partenaires import Partenaire
from socle.champs import Code
from socle.listes import RECHERCHE, FiltresDeListe

# What is to be watched: code -> words, level of its badge.
ALERTES = {
    "suspendue": ("Accès suspendu", "erreur"),
    "mise-en-demeure": ("Mise en demeure", "avertissement"),
    "sans-gestionnaire": ("Sans gestionnaire", "avertissement"),
    "bilan": ("Bilan à établir", "info"),
    "comite": ("Comité à tenir", "info"),
}
ONGLETS = {
    "vivantes": ("En vigueur", (Convention.Statut.EN_VIGUEUR, Convention.Statut.DENONCEE)),
    "a-faire": ("À rédiger ou à signer", (Convention.Statut.BROUILLON, Convention.Statut.A_SIGNER)),
    "finies": (
        "Terminées",
        (Convention.Statut.RESILIEE, Convention.Statut.REMPLACEE, Convention.Statut.TERMINEE),
    ),
}


class RechercheDeStructureForm(FiltresDeListe):
    """A name, a domain or a SIRET, and a kind."""

    q = Code(label="Nom, domaine ou SIRET", max_length=60, required=False, widget=RECHERCHE)
    type = forms.ChoiceField(
        label="Structures", choices=[("", "Toutes"), *Partenaire.Type.choices], required=False
    )

    def filter(self, partenaires: QuerySet[Partenaire]) -> QuerySet[Partenaire]:
        """Return those of this kind, whose name holds what was typed, or that have this domain."""
        if genre := self.choix("type"):
            partenaires = partenaires.filter(type=genre)
        if saisie := self.choix("q"):
            partenaires = partenaires.filter(
                Q(nom__icontains=saisie) | Q(domaines__contains=[saisie.lower()]) | Q(siret=saisie)
            )
        return partenaires


class ConventionsForm(FiltresDeListe):
    """What a list of conventions shows: its tab, or what was looked for in all of them; what is to be done, its order.

    Only who writes conventions narrows them: the others have few (`redige`).
    """

    # The tab stands first in the title, by its own words.
    dits_par_le_titre = ("onglet", "tri")

    q = Code(label="Structure, SIRET ou référence", max_length=60, required=False, widget=RECHERCHE)
    sous = forms.ChoiceField(
        label="Prochaine date",
        choices=[("", "Toutes"), ("30", "Dans les 30 jours"), ("90", "Dans les trois mois")],
        required=False,
    )
    alerte = forms.ChoiceField(
        label="À surveiller",
        choices=[("", "Tout"), *((code, dit) for code, (dit, _) in ALERTES.items())],
        required=False,
    )
    type = forms.ChoiceField(
        label="Structures", choices=[("", "Toutes"), *Partenaire.Type.choices], required=False
    )
    tri = forms.ChoiceField(
        label="Ordre",
        choices=[
            ("", "Nom de la structure"),
            ("prochaine", "Prochaine date"),
            ("denoncer", "Dernier jour pour dénoncer"),
        ],
        required=False,
    )
    onglet = forms.ChoiceField(
        choices=[(code, titre) for code, (titre, _) in ONGLETS.items()],
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, donnees: Any, *, redige: bool) -> None:
        super().__init__(donnees, auto_id="%s")
        if not redige:
            for nom in ("sous", "alerte", "type", "tri"):
                del self.fields[nom]
        self.full_clean()
        self.initial["onglet"] = self.montre

    @property
    def montre(self) -> str:
        """The tab shown."""
        return self.choix("onglet") or "vivantes"

    @property
    def lignes(self) -> bool:
        """Whether something is asked that only a whole line tells."""
        return bool(self.choix("sous") or self.choix("alerte") or self.choix("tri"))

    def filter(self, conventions: QuerySet[Convention]) -> QuerySet[Convention]:
        """Return those of the tab, or all those that were looked for, of this kind of structure."""
        if saisie := self.choix("q"):
            dit = Q(reference__icontains=saisie) | Q(partenaire__nom__icontains=saisie)
            conventions = conventions.filter(dit | Q(partenaire__siret=saisie.replace(" ", "")))
        else:
            conventions = conventions.filter(statut__in=ONGLETS[self.montre][1])
        genre = self.choix("type")
        return conventions.filter(partenaire__type=genre) if genre else conventions
