"""The form of the clauses of a convention (C-19)."""

from typing import Any, ClassVar

from django import forms

from conventions import clauses
from conventions.forms.versions import VersionForm
from conventions.models.clauses import Clause, PieceConvention
from conventions.models.conventions import Convention
from socle.champs import Entier, Jour, Texte

# The button that asks for the text of the clause that is chosen.
ADAPTER = "adapter"


class ClausesForm(VersionForm):
    """For each clause of the library: whether the convention holds it, its place in its document, its text when asked."""

    familles_a_rendre = ("retenue_", "place_", "texte_")
    # Which clause to read: nothing of it is kept.
    marques: ClassVar = {"clause": ""}
    objet_avenant = Texte(
        label="Objet de l’avenant", help_text="En une phrase : ce qui change, et pourquoi.", max_length=600
    )
    prend_effet_le = Jour(
        label="Prend effet le",
        help_text="Laissez vide pour la date de la dernière signature.",
        required=False,
    )

    def __init__(self, *args: Any, convention: Convention, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.convention = convention
        self.fields["version"].initial = convention.version
        if convention.statut == Convention.Statut.BROUILLON:
            del self.fields["objet_avenant"], self.fields["prend_effet_le"]
        self.tenues = {une["code"]: une for une in convention.clauses}
        lues = {une.code: une.texte for une in clauses.lire(convention.clauses)}
        self.clauses = self._dans_l_ordre()
        self.fields["clause"] = forms.ChoiceField(
            label="Clause à lire et à adapter",
            choices=[("", "Choisissez une clause"), *((un.pk, un.pk) for un in self.clauses)],
            required=False,
        )
        # The texts of the library weigh: one comes when it is asked for, and stays while the form is sent again.
        demandee = {self.data.get("clause")} if ADAPTER in self.data else set()
        envoyes = {nom.removeprefix("texte_") for nom in self.data} | demandee
        self.adaptees = (
            envoyes if self.is_bound else {code for code, une in self.tenues.items() if une["texte"]}
        )
        for place, clause in enumerate(self.clauses, start=1):
            self.fields[f"retenue_{clause.pk}"] = forms.BooleanField(
                label="Retenir", initial=clause.pk in self.tenues, required=False
            )
            self.fields[f"place_{clause.pk}"] = Entier(
                label="Place", initial=place, min_value=1, max_value=999, required=False
            )
            if clause.pk in self.adaptees:
                self.fields[f"texte_{clause.pk}"] = Texte(
                    label="Texte",
                    help_text="Laissé vide, c’est celui de la bibliothèque.",
                    initial=lues.get(clause.pk, clause.texte),
                    max_length=4000,
                    required=False,
                )

    def _dans_l_ordre(self) -> list[Clause]:
        """Return the clauses to choose from: those held in their order, the others at their place of the library."""
        connues = {
            une.pk: une for une in clauses.proposees(self.convention.objet, self.convention.partenaire)
        }
        rang = {code: connues[code].ordre for code in connues}
        suite = [code for code in self.tenues if code in connues]
        for code in sorted(set(connues) - set(suite), key=rang.__getitem__):
            ou = next((place for place, un in enumerate(suite) if rang[un] > rang[code]), len(suite))
            suite.insert(ou, code)
        return [connues[code] for code in suite]

    def documents(self) -> list[tuple[str, list[tuple[Clause, list[forms.BoundField]]]]]:
        """Return each document with its clauses, and the fields of each."""
        return [
            (
                piece.label,
                [
                    (clause, [self[nom] for nom in self._champs_de(clause)])
                    for clause in self.clauses
                    if clause.piece == piece
                ],
            )
            for piece in PieceConvention
        ]

    def _champs_de(self, clause: Clause) -> list[str]:
        return [
            nom for nom in (f"{un}_{clause.pk}" for un in ("retenue", "place", "texte")) if nom in self.fields
        ]

    def montrer_un_texte(self) -> None:
        """Put the text of the clause chosen in what was sent, to be adapted: the rest stays as typed, nothing is judged yet."""
        champ = f"texte_{self.data.get('clause')}"
        if champ in self.fields:
            self.data = self.data.copy()
            self.data.setdefault(champ, self.fields[champ].initial)
            self.fields[champ].widget.attrs["autofocus"] = True
        self.is_valid()
        self.errors.clear()

    def champs_action(self) -> dict[str, Any]:
        """Return the keyword arguments of `choisir_clauses`; of `rediger_avenant` once it is signed."""
        donnees = super().champs_action()
        if "objet_avenant" not in self.fields:
            return {"version": donnees["version"], "retenues": self.retenues()}
        gardes = {nom: donnees[nom] for nom in ("prend_effet_le", "version")}
        return gardes | {"objet": donnees["objet_avenant"], "valeurs": {"clauses": self.retenues()}}

    def retenues(self) -> list[dict[str, object]]:
        """Return the clauses chosen, in their order; a text is kept only where it is not that of the library."""
        rangs = {}
        for rang, clause in enumerate(self.clauses, start=1):
            if self.cleaned_data[f"retenue_{clause.pk}"]:
                place = self.cleaned_data[f"place_{clause.pk}"] or rang
                # One that moves takes the place that it names: before who has it, or after when it comes down.
                rangs[place, (place > rang) - (place < rang), rang] = clause
        return [self._choisir(rangs[ou]) for ou in sorted(rangs)]

    def _choisir(self, clause: Clause) -> dict[str, object]:
        """Return one clause: left alone, it stays in the version that was signed."""
        champ, saisi = self.fields.get(f"texte_{clause.pk}"), self.cleaned_data.get(f"texte_{clause.pk}", "")
        if clause.pk in self.tenues and (champ is None or saisi == champ.plier(champ.initial)):
            return dict(self.tenues[clause.pk])
        propre = "" if champ is None or saisi == champ.plier(clause.texte) else saisi
        return clauses.choisir(clause, clause.version, propre)
