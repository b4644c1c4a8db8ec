"""Forms of the pages of conformity."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models.compte import Compte
from droits.perimetre import comptes_du_perimetre
from socle import horloge
from socle.champs import Code, Jour
from socle.listes import FiltresDeListe

_PREMIERE_ANNEE = 2020
LECTURES = "lectures"
FAMILLES = [
    ("", "Tous"),
    (LECTURES, "Qui a vu quoi : lectures et téléchargements"),
    ("acces.", "Accès refusés"),
    ("volume.", "Volumes inhabituels"),
    ("connexion.", "Connexions"),
    ("demande.", "Demandes"),
    ("piece.", "Pièces"),
    ("depot.", "Échanges de fichiers"),
    ("dossier.", "Récupérations d’indus"),
    ("compte.", "Comptes"),
    ("convention.", "Conventions"),
    ("droits.", "Droits des personnes"),
    ("violation.", "Violations"),
    ("purge.", "Destructions"),
    ("gel.", "Gels"),
    ("journal.", "Lectures du journal"),
]


class RechercheJournalForm(FiltresDeListe):
    """Search of the journal by account, reference and period."""

    compte = Code(label="Identifiant du compte", max_length=60, required=False)
    reference = Code(label="Référence", max_length=40, required=False)
    acte = forms.ChoiceField(label="Actes", choices=FAMILLES, required=False)
    du = Jour(label="Du", required=False)
    au = Jour(label="Au", required=False)

    def __init__(self, *args: Any, par: Compte, **options: Any) -> None:
        super().__init__(*args, **options)
        self._par = par

    def clean_compte(self) -> Compte | None:
        """Return the account; one outside the perimeter is as one that does not exist."""
        identifiant = self.cleaned_data["compte"].strip()
        if not identifiant:
            return None
        compte = comptes_du_perimetre(self._par).filter(identifiant__iexact=identifiant).first()
        if compte is None:
            raise ValidationError("Aucun compte de votre périmètre ne porte cet identifiant.", code="inconnu")
        return compte

    def clean_reference(self) -> str:
        """Return the reference as it is written in the journal."""
        return self.cleaned_data["reference"].strip().upper()

    def clean(self) -> dict[str, Any]:
        """Refuse a period turned upside down or out of the calendar."""
        donnees = super().clean() or {}
        du, au = donnees.get("du"), donnees.get("au")
        demain = horloge.maintenant().date() + dt.timedelta(days=1)
        for nom, jour in (("du", du), ("au", au)):
            if jour and not dt.date(_PREMIERE_ANNEE, 1, 1) <= jour <= demain:
                self.add_error(nom, "Choisissez un jour passé, depuis 2020.")
        if du and au and du > au:
            self.add_error("au", "La fin de la période précède son début.")
        return donnees
