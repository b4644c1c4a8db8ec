"""Forms of the sign-in and of one's own access."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.essais import exiger_le_sien, prouver, refuser_les_anciens
from accounts.models.compte import Compte
from accounts.mots_de_passe import LONGUEUR_MAX, juger
from socle.actes import ActeForm
from socle.champs import Code, CodeSecret, Courriel, Formulaire, Ligne, MotDePasse, ReponseDeCle


def _champ_mot_de_passe(libelle: str, nouveau: bool = False) -> MotDePasse:
    return MotDePasse(
        label=libelle,
        nouveau=nouveau,
        max_length=LONGUEUR_MAX,
        error_messages={"max_length": f"Un mot de passe compte au plus {LONGUEUR_MAX} caractères."},
    )


def champ_code(libelle: str = "Code à usage unique", aide: str = "") -> CodeSecret:
    """Return the field of a one-time code (spaces allowed), or of a printed code."""
    return CodeSecret(
        label=libelle,
        max_length=20,
        help_text=aide
        or "Les 6 chiffres affichés par votre application, ou les 10 chiffres d’un code de secours imprimé.",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


def _pas_une_adresse(saisi: str) -> None:
    """Say what is wrong when a mail address is typed for the identifiant: no identifiant has an @."""
    if "@" in saisi:
        raise ValidationError(
            "Vous avez saisi une adresse électronique. Votre identifiant est plus court, par exemple camille.durand ; "
            "vous pouvez le redemander avec « Identifiant oublié ».",
            code="adresse",
        )


class ConnexionForm(Formulaire):
    """Identifiant and password (A-07)."""

    identifiant = Code(
        label="Identifiant",
        max_length=60,
        validators=[_pas_une_adresse],
        help_text="Il vous a été envoyé à la création de votre compte, par exemple camille.durand.",
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    mot_de_passe = _champ_mot_de_passe("Mot de passe")


class CodeSeulForm(Formulaire):
    """A one-time code."""

    code = champ_code()

    def clean_code(self) -> str:
        """Return the code without its spaces and dashes."""
        saisi: str = self.cleaned_data["code"]
        return "".join(saisi.replace("-", "").split()).upper()


class PreuveParCleForm(forms.Form):
    """A passkey at sign-in."""

    preuve_de_cle = ReponseDeCle()


class CleForm(ActeForm):
    """A passkey more, under a name that its owner knows."""

    nom = Ligne(
        label="Nom de cette clé", max_length=60, help_text="Par exemple « Poste du bureau » ou « Clé USB »."
    )
    preuve_de_cle = ReponseDeCle()

    def clean(self) -> dict[str, Any]:
        """Ask for the name alone while it is missing: the key is made after."""
        donnees = super().clean()
        if "nom" in self.errors:
            self.errors.pop("preuve_de_cle", None)
        return donnees


class SecondFacteurForm(forms.Form):
    """Replace a lost factor: the password proves the person, before the seed of the new one is drawn (A-25)."""

    mot_de_passe = _champ_mot_de_passe("Mot de passe")


class AdresseConfirmeeForm(CodeSeulForm):
    """Confirm a new mail address from the former one: the password and the factor prove the owner (A-23)."""

    field_order = ("mot_de_passe", "code")
    mot_de_passe = _champ_mot_de_passe("Mot de passe")


class CodeForm(CodeSeulForm):
    """The second factor at sign-in."""

    se_souvenir = forms.BooleanField(
        label="Se souvenir de ce poste pendant 12 heures",
        help_text="Le code ne sera plus demandé sur ce poste ; le mot de passe, si. À ne pas cocher sur un poste partagé.",
        required=False,
    )


class IdentifiantForm(Formulaire):
    """Ask for a link to set a new password."""

    identifiant = Code(
        label="Identifiant",
        max_length=60,
        validators=[_pas_une_adresse],
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class AdresseForm(Formulaire):
    """Ask for the identifiants tied to an address (A-04)."""

    email = Courriel(
        label="Adresse électronique professionnelle",
        help_text="Par exemple prenom.nom@structure.example.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class NouveauMotDePasseForm(Formulaire):
    """A new password, typed twice, judged by the rules shown (A-05, A-06)."""

    mot_de_passe = _champ_mot_de_passe("Nouveau mot de passe", nouveau=True)
    confirmation = _champ_mot_de_passe("Le même mot de passe, une seconde fois", nouveau=True)

    def __init__(self, *args: Any, compte: Compte, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.compte = compte
        # Where the page asks, while typing, which rules are broken.
        self.fields["mot_de_passe"].widget.attrs["data-juge"] = "?juge=1"

    def clean_mot_de_passe(self) -> str:
        """Judge the password with the person's own data."""
        valeur: str = self.cleaned_data["mot_de_passe"]
        juger(valeur, self.compte)
        return valeur

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        premier = self.data.get(self.add_prefix("mot_de_passe"))
        if "confirmation" in donnees and premier is not None and donnees["confirmation"] != premier:
            self.add_error("confirmation", "Les deux mots de passe ne sont pas identiques.")
        if not self.errors:
            try:
                refuser_les_anciens(self.compte, donnees["mot_de_passe"])
            except ValidationError as refus:
                self.add_error("mot_de_passe", refus)
        return donnees


class ChangementForm(NouveauMotDePasseForm):
    """Change one's own password: the present one is asked again."""

    field_order = ("actuel", "mot_de_passe", "confirmation")
    actuel = _champ_mot_de_passe("Mot de passe actuel")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, compte=request.user, **kwargs)
        self.request = request

    def clean_actuel(self) -> str:
        """Check the present password."""
        saisi: str = self.cleaned_data["actuel"]
        if prouver(self.request, self.compte.identifiant, saisi, self.compte) is None:
            raise ValidationError("Ce n’est pas votre mot de passe actuel.", code="actuel")
        return saisi


class MotDePasseActuelForm(Formulaire):
    """One's own password, asked again before a sensitive act (ASVS 7.5.3)."""

    mot_de_passe = _champ_mot_de_passe("Votre mot de passe")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_mot_de_passe(self) -> str:
        """Check the password; failures count as those of the sign-in."""
        mot_de_passe: str = self.cleaned_data["mot_de_passe"]
        exiger_le_sien(self.request, mot_de_passe)
        return mot_de_passe
