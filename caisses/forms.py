"""Forms of the caisses."""

from collections.abc import Iterable
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils import timezone

from caisses.models import VILLES, Caisse, VecteurContact
from socle.actes import ActeForm
from socle.champs import (
    AdresseWeb,
    Code,
    Courriel,
    Formulaire,
    Jour,
    Ligne,
    Lignes,
    NomDePersonne,
    Telephone,
    Texte,
    entier,
)
from socle.messageries import verifier_domaine


class HeuresDeLaCaisse(Formulaire):
    """A form whose hours are those of its caisse, whatever the zone of the server (T-05, T-06)."""

    def caisse_des_heures(self) -> Caisse | None:
        """Return the caisse: that of its field `caisse`, unless the form knows it otherwise."""
        champ = self.fields["caisse"]
        valeur = self.get_initial_for_field(champ, "caisse") if champ.disabled else self["caisse"].data
        try:
            caisse: Caisse | None = champ.clean(valeur)
        except ValidationError:
            return None
        return caisse

    def full_clean(self) -> None:
        """Judge what was typed in the zone of the caisse."""
        caisse = self.caisse_des_heures() if self.is_bound else None
        with timezone.override(ZoneInfo(caisse.fuseau) if caisse else None):
            super().full_clean()


class DomainesForm(ActeForm):
    """The mail domains of a caisse (A-24)."""

    domaines = Lignes(
        label="Domaines de messagerie",
        help_text="Un par ligne, par exemple « cpam-exemple.fr ». Les comptes de la caisse n’auront d’adresse que là.",
        max_length=600,
    )

    def clean_domaines(self) -> list[str]:
        """Return the domains; refuse free mail."""
        return [verifier_domaine(domaine) for domaine in self.cleaned_data["domaines"]]


class CorrectionForm(ActeForm):
    """How a caisse is called, what it covers, how it is reached: what the national corrects."""

    nom = Ligne(label="Nom", max_length=120)
    departements = Ligne(
        label="Autres départements couverts",
        help_text="Séparés par des virgules.",
        max_length=60,
        required=False,
    )
    courriel = Courriel(label="Courriel", required=False)
    telephone = Telephone(courts=True, label="Téléphone", help_text="", max_length=25, required=False)

    def clean_departements(self) -> list[str]:
        """Return the codes of the other départements."""
        return [_departement(code) for code in self.cleaned_data["departements"].split(",") if code.strip()]


class CaisseForm(CorrectionForm, DomainesForm):
    """A new caisse: calendar, zone, départements, mail domains."""

    field_order = ("code", "nom", "departement", "departements", "domaines", "fuseau")

    code = Code(
        label="Code dans les adresses du portail",
        validators=[validate_slug],
        max_length=50,
        help_text="Lettres minuscules, chiffres et tirets, par exemple « moselle ».",
    )
    departement = Ligne(
        label="Département du siège", help_text="Il donne les jours fériés : 57, 2A, 974…", max_length=3
    )
    fuseau = forms.ChoiceField(
        label="Fuseau horaire",
        choices=[
            ("", "Celui du département"),
            *((nom, f"Heure de {ville}") for nom, ville in VILLES.items()),
        ],
        required=False,
    )

    def clean_departement(self) -> str:
        """Return the code of a département."""
        return _departement(self.cleaned_data["departement"])


_DEPARTEMENTS = (
    {f"{rang:02}" for rang in range(1, 96)} - {"20"}
    | {"2A", "2B"}
    | {"971", "972", "973", "974", "975", "976", "977", "978"}
)


def _departement(saisie: str) -> str:
    code = saisie.strip().upper().zfill(2)
    if code not in _DEPARTEMENTS:
        raise ValidationError(f"« {saisie.strip()[:10]} » n’est pas un département.")
    return code


class CoordonneesCaisseForm(ActeForm):
    """How the caisse is reached, its interlocuteur local included (C-08)."""

    courriel = Courriel(label="Courriel")
    telephone = Telephone(courts=True, label="Téléphone", help_text="", max_length=25)
    adresse = Texte(label="Adresse", max_length=400, required=False)
    support_nom = NomDePersonne(label="Interlocuteur local du portail", max_length=120)
    support_telephone = Telephone(
        courts=True, label="Son téléphone", help_text="", max_length=25, required=False
    )
    support_courriel = Courriel(label="Son courriel", required=False)
    site_internet = AdresseWeb(label="Site internet", required=False)
    dpo_nom = Ligne(label="Délégué à la protection des données", max_length=120, required=False)
    dpo_courriel = Courriel(label="Courriel du délégué à la protection des données", required=False)
    dpo_adresse = Texte(
        label="Adresse postale du délégué",
        help_text="Une personne peut lui écrire pour exercer ses droits.",
        max_length=400,
        required=False,
    )


class PoleForm(ActeForm):
    """A new pôle of the caisse (D-11)."""

    libelle = Ligne(label="Nom du pôle", max_length=120)


class ReglageForm(ActeForm):
    """The target delays of one motif (D-08)."""

    delai_jours = entier(
        "Délai visé, en jours ouvrés", "Laissez vide pour 10 jours.", requis=False, mini=1, maxi=60
    )
    delai_urgent_jours = entier(
        "Délai en urgence, en jours ouvrés", "Laissez vide pour 2 jours.", requis=False, mini=1, maxi=60
    )


class RelancesForm(ActeForm):
    """When a structure that does not answer is reminded, then its demande closed (D-20)."""

    premiere_relance_jours = entier("Premier rappel, en jours ouvrés", mini=1, maxi=60)
    seconde_relance_jours = entier("Second rappel, en jours ouvrés", mini=1, maxi=60)
    sans_reponse_jours = entier(
        "Clôture sans réponse, en jours ouvrés",
        "Comptés comme les rappels, depuis la demande de complément.",
        mini=1,
        maxi=60,
    )


class AccesForm(ActeForm):
    """How the people of the caisse sign in (A-25)."""

    cle_exigee = forms.BooleanField(
        label="Les comptes de la caisse se connectent avec une clé d’accès",
        help_text="À leur prochaine connexion, ceux qui n’en ont pas en créent une. Le code ne suffit plus ; une clé perdue "
        "demande un nouveau lien.",
        required=False,
    )


class VecteurForm(ActeForm, forms.ModelForm):
    """A channel of contact (I-02)."""

    marques: ClassVar = {"valeur": "pour un téléphone ou une boîte"}

    canal = forms.ChoiceField(
        label="Canal", choices=[("", "Choisissez un canal"), *VecteurContact.Canal.choices]
    )

    aussi_pour = forms.MultipleChoiceField(
        label="Sert aussi",
        help_text="Elle sera donnée de même pour joindre ces caisses.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = VecteurContact
        fields = [
            "canal",
            "libelle",
            "valeur",
            "usage",
            "theme",
            "pole",
            "departements",
            "aussi_pour",
            "mention",
        ]
        field_classes = dict.fromkeys(
            ("libelle", "valeur", "usage", "theme", "departements", "mention"), Ligne
        )
        help_texts = {
            "theme": "Par exemple « Accès aux soins ».",
            "departements": "Quand la boîte en sert plusieurs, par exemple « 27 et 76 ».",
            "mention": "Par exemple « service social » pour le 3646.",
        }

    def __init__(self, *args: Any, caisse: Caisse, autres: Iterable[Caisse], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["pole"].queryset = caisse.poles.all()
        self.fields["pole"].empty_label = "Aucun en particulier"
        self.fields["aussi_pour"].choices = [(une.code, une.nom) for une in autres]
        if not self.fields["aussi_pour"].choices:
            del self.fields["aussi_pour"]

    def clean(self) -> dict[str, Any]:
        """Refuse a number that is none, an address that is none: both are published (I-02)."""
        donnees = super().clean()
        champ = {"telephone": Telephone(courts=True), "bal": Courriel()}.get(donnees.get("canal", ""))
        if champ is not None and "valeur" in donnees:
            try:
                champ.clean(donnees["valeur"])
            except ValidationError as erreur:
                self.add_error("valeur", erreur)
        return donnees


class VecteurModifieForm(VecteurForm):
    """A channel as it stands, and its place: the order is what the convention says (I-02)."""

    place = entier("Place dans la liste", "1 pour le premier moyen à employer.", mini=1, maxi=99)


class ChomeForm(ActeForm):
    """A customary day on which the caisse does not work (T-04)."""

    jour = Jour(label="Jour")
    libelle = Ligne(label="Libellé", max_length=80)
