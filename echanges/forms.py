"""Forms of the exchanges."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.forms.acces import MotDePasseActuelForm
from conventions.models.conventions import Participation
from conventions.models.suites import Avenant
from echanges import catalogue, tableaux
from echanges.actions.engagements import MENTION
from echanges.catalogue import CoteDuFlux, Periodicite
from echanges.lignes import LigneLue
from echanges.models.depots import Raison
from echanges.models.flux import FluxConvenu
from echanges.models.inscriptions import CauseNonRetenu, SuiteInscription
from echanges.models.recuperation import Impossibilite
from echanges.regles import en_mots
from fichiers.forms import TableauField
from fichiers.limites import MO, TABLEAU_MAX
from fichiers.tableaux import plier
from socle.actes import ActeForm
from socle.champs import Code, CodeSecret, Courriel, Instant, Jour, Ligne, Lignes, Texte, entier

# Why a file replaces another one of its period: an abandoned one, or one of another period, is taken back.
RAISONS = [(un.value, un.label) for un in Raison if un not in (Raison.ABANDON, Raison.MAUVAISE_PERIODE)]
_VIDE = ("", "Choisissez")
# Columns that a convention adds to a flow.
AJOUTEES_MAX, TITRE_MAX = 5, 60


class EngagementForm(ActeForm, MotDePasseActuelForm):
    """Function, by whom one was informed, the mention, and the password again (E-04)."""

    fonction = Ligne(label="Votre fonction", max_length=120)
    informateur = Ligne(
        label="Qui vous a informé de ces obligations ?",
        help_text="Son nom et sa fonction, par exemple votre responsable ou votre délégué à la protection des données.",
        max_length=160,
    )
    mention = Ligne(
        label=f"Écrivez « {MENTION} »", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    field_order = ("fonction", "informateur", "mention", "mot_de_passe")

    def clean_mention(self) -> str:
        """Take the mention whatever its accents and capitals, and keep it as it is written."""
        if plier(self.cleaned_data["mention"]) != plier(MENTION):
            raise ValidationError(f"Écrivez exactement « {MENTION} ».", code="mention")
        return MENTION

    def champs_action(self) -> dict[str, Any]:
        """All but the password, which proved the person."""
        return {nom: valeur for nom, valeur in self.cleaned_data.items() if nom != "mot_de_passe"}


class _ParAvenant(ActeForm):
    """What the convention says: the signed avenant that changes it, where one is needed (C-06)."""

    avenant = forms.ModelChoiceField(
        Avenant.objects.none(), label="Avenant qui change ce flux", empty_label="Choisissez"
    )

    def __init__(self, *args: Any, participation: Participation, par_avenant: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if par_avenant:
            self.fields["avenant"].queryset = avenants_signes(participation)
        else:
            del self.fields["avenant"]


def avenants_signes(participation: Participation) -> QuerySet[Avenant]:
    """Return the avenants of a convention that were signed."""
    return Avenant.objects.filter(convention=participation.convention_id, signe_le__isnull=False).order_by(
        "numero"
    )


class ClotureFluxForm(_ParAvenant):
    """By which avenant a flow that has served closes."""


class FluxForm(_ParAvenant):
    """A flow and what the convention says of it (E-10)."""

    code = forms.ChoiceField(label="Flux", error_messages={"required": "Choisissez un flux."})
    periodicite = forms.ChoiceField(label="Périodicité", choices=Periodicite.choices)
    rang = entier(
        "Jour ouvré de l’échéance",
        "Pour un flux mensuel ou annuel : 5 pour le cinquième jour ouvré de la caisse.",
        mini=1,
        maxi=20,
    )
    mois = entier(
        "Mois de l’échéance annuelle",
        "Pour un flux annuel : 1 pour janvier de l’année suivante.",
        mini=1,
        maxi=12,
    )
    conservation_depart = forms.ChoiceField(
        label="Conservation comptée depuis", choices=FluxConvenu.Depart.choices
    )
    avec_nir = forms.BooleanField(
        label="La convention prévoit le numéro de sécurité sociale dans ce flux", required=False
    )
    ecartees = forms.MultipleChoiceField(
        label="Colonnes facultatives que la convention ne retient pas",
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (f"{un.code}:{colonne.code}", f"{un.libelle} : {colonne.libelle}")
            for un in catalogue.flux().values()
            for colonne in un.colonnes
            if colonne.facultatif
        ],
        required=False,
    )
    ajoutees = Lignes(
        label="Colonnes que la convention ajoute",
        help_text="Un titre par ligne, cinq au plus. Leurs cellules sont du texte libre, et peuvent rester vides.",
        max_length=320,
        required=False,
    )
    depuis = Jour(label="À partir du")

    def clean_ajoutees(self) -> list[str]:
        """Refuse too many titles, or too long ones."""
        titres: list[str] = self.cleaned_data["ajoutees"]
        if len(titres) > AJOUTEES_MAX or any(len(un) > TITRE_MAX for un in titres):
            raise ValidationError(
                f"Écrivez {AJOUTEES_MAX} titres au plus, de {TITRE_MAX} caractères au plus."
            )
        return titres

    def clean(self) -> dict[str, Any]:
        """Hold the columns against those of the flow that is chosen."""
        donnees = super().clean()
        choisi = catalogue.flux().get(donnees.get("code", ""))
        if choisi is None:
            return donnees
        paires = [une.split(":") for une in donnees.get("ecartees", ())]
        if any(flux != choisi.code for flux, _ in paires):
            self.add_error("ecartees", "Ne cochez que des colonnes du flux choisi.")
        donnees["ecartees"] = [colonne for _, colonne in paires]
        cles = [une.cle for une in choisi.colonnes_de(avec_nir=True)] + [
            plier(un) for un in donnees.get("ajoutees", ())
        ]
        if len(set(cles)) < len(cles) or "" in cles:
            self.add_error("ajoutees", "Donnez à chaque colonne un titre que le flux n’a pas déjà.")
        return donnees

    def __init__(self, *args: Any, participation: Participation, **options: Any) -> None:
        super().__init__(*args, participation=participation, **options)
        ouverts = set(participation.flux.ouverts().values_list("code", flat=True))
        libres = [(un.code, un.libelle) for un in catalogue.flux().values() if un.code not in ouverts]
        self.fields["code"].choices = [_VIDE, *libres]
        self.initial = {"rang": 10, "mois": 1, "depuis": participation.caisse.jour} | (self.initial or {})


class AutorisationForm(ActeForm):
    """An address, its side, its flows, from when to when (E-01)."""

    cote = forms.ChoiceField(label="Cette personne est de", choices=[_VIDE, *CoteDuFlux.choices])
    courriel = Courriel(help_text="Celle de son compte du portail.")
    flux = forms.MultipleChoiceField(
        label="Flux qu’elle dépose ou qu’elle lit",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un flux."},
    )
    debut = Jour(label="À partir du")
    fin = Jour(label="Jusqu’au", required=False)

    def __init__(self, *args: Any, participation: Participation, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["flux"].choices = [
            (un.code, un.libelle) for un in participation.flux.ouverts().order_by("code")
        ]
        self.initial = {"debut": participation.caisse.jour} | (self.initial or {})


class BoiteForm(ActeForm):
    """The shared mailbox of a side (E-08)."""

    cote = forms.ChoiceField(label="Boîte de", choices=[_VIDE, *CoteDuFlux.choices])
    courriel = Courriel(
        label="Adresse de la boîte",
        help_text="Une boîte de service, lue par plusieurs personnes. Un code lui est envoyé pour la vérifier.",
    )


class CodeDeBoiteForm(ActeForm):
    """The code that the mailbox received."""

    code = CodeSecret(label="Code reçu par la boîte", max_length=20)


class OuvertureDepotForm(ActeForm):
    """The period of a deposit; why, when it replaces another one."""

    periode = forms.ChoiceField(label="Période", error_messages={"required": "Choisissez la période."})
    raison = forms.ChoiceField(label="Pourquoi ce remplacement ?", choices=[_VIDE, *RAISONS])

    def __init__(self, *args: Any, periodes: list[str], remplace: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["periode"].choices = [(une, en_mots(une)) for une in periodes]
        if not remplace:
            del self.fields["raison"]


class FichierForm(ActeForm):
    """The table of a deposit."""

    fichiers = TableauField(label="Fichier")

    def clean_fichiers(self) -> Any:
        """Refuse at once what no deposit may weigh."""
        envoi = self.cleaned_data["fichiers"]
        if envoi.size > TABLEAU_MAX:
            raise ValidationError(f"Ce fichier dépasse {TABLEAU_MAX // MO}\N{NO-BREAK SPACE}Mo.")
        return envoi

    def champs_action(self) -> dict[str, Any]:
        """Its name and its bytes."""
        envoi = self.cleaned_data["fichiers"]
        return {"nom": envoi.name or "", "contenu": envoi.read()}


class NeantForm(ActeForm):
    """The period that has nothing to send."""

    periode = Code(label="Période", max_length=10, widget=forms.HiddenInput)


class LectureForm(ActeForm):
    """The password of a deposit: it opens something, and stands nowhere else."""

    mot_de_passe = CodeSecret(
        label="Mot de passe du dépôt",
        max_length=60,
        help_text="Vingt signes, reçus par la boîte dédiée avant l’annonce. Majuscules, tirets et espaces ne comptent pas.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class RapprochementForm(ActeForm):
    """Which beneficiary a person is, or nobody of those proposed (E-05)."""

    choix = forms.ChoiceField(
        label="Qui est cette personne ?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une personne."},
    )

    def __init__(self, *args: Any, candidats: Iterable[LigneLue], aucune: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        personnes = [(un.cle, _en_clair(un.ligne)) for un in candidats]
        self.fields["choix"].choices = personnes + [(aucune, "Aucune de ces personnes")] * bool(aucune)


def _en_clair(ligne: dict[str, Any]) -> str:
    usage = f" ({ligne['nom_usage']})" if ligne["nom_usage"] else ""
    qui = f"{ligne['prenoms']} {ligne['nom']}{usage}"
    return f"{qui}, {tableaux.en_jour(ligne['naissance'])}, {ligne['commune']}"


class ImpossibleForm(ActeForm):
    """Why nothing can be withheld (E-06)."""

    raison = forms.ChoiceField(
        label="Pourquoi la retenue est-elle impossible ?",
        choices=[_VIDE, *Impossibilite.choices],
        error_messages={"required": "Choisissez une raison."},
    )


class ContestationForm(ActeForm):
    """What the person contests (E-06)."""

    contestation = Texte(
        label="Ce que la personne conteste",
        help_text="La période, le montant, le cumul : ce que dit sa lettre, en quelques mots.",
        max_length=1000,
    )


class PosteForm(ActeForm):
    """When the letter was posted."""

    le = Jour(label="Lettre postée le")


class ComptePayeurForm(ActeForm):
    """The paymaster’s account, with the avenant that changes it (E-06, C-06)."""

    banque = Code(label="Code banque", max_length=5, min_length=5)
    guichet = Code(label="Code guichet", max_length=5, min_length=5)
    compte = Code(
        label="Numéro de compte", help_text="Onze caractères, tels que le RIB les porte.", max_length=11
    )
    cle = Code(label="Clé", max_length=2, min_length=2)
    avenant = forms.ModelChoiceField(
        Avenant.objects.none(),
        label="Avenant qui change le compte",
        required=False,
        empty_label="Aucun : c’est le compte que la convention nomme",
    )

    def __init__(self, *args: Any, participation: Participation, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["avenant"].queryset = avenants_signes(participation)

    def clean(self) -> dict[str, Any]:
        """Letters in capitals; figures only for the bank, the branch and the key."""
        donnees = super().clean()
        for nom in ("banque", "guichet", "cle"):
            if donnees.get(nom) and not donnees[nom].isdecimal():
                self.add_error(nom, "Écrivez seulement des chiffres.")
        if donnees.get("compte"):
            donnees["compte"] = donnees["compte"].upper()
            if not (donnees["compte"].isascii() and donnees["compte"].isalnum()):
                self.add_error("compte", "Écrivez seulement des chiffres et des lettres sans accent.")
        return donnees


class InscriptionForm(ActeForm):
    """What becomes of one inscription to an EPS: coded, never a result (E-07)."""

    marques: ClassVar = {"cause": "pour une inscription qui n’est pas retenue"}

    rang = forms.TypedChoiceField(
        label="Inscription", coerce=int, error_messages={"required": "Choisissez une inscription."}
    )
    suite = forms.ChoiceField(
        label="Suite",
        choices=[_VIDE, *SuiteInscription.choices],
        error_messages={"required": "Choisissez ce que devient l’inscription."},
    )
    cause = forms.ChoiceField(
        label="Cause",
        choices=[("", "Aucune"), *CauseNonRetenu.choices],
        required=False,
    )
    # When the page was shown: what a colleague noted since is not written over.
    vue_le = Instant(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lignes: dict[int, dict[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["rang"].choices = [
            _VIDE, *((rang, f"{rang + 1}. {ligne['prenoms']} {ligne['nom']}") for rang, ligne in lignes.items())
        ]  # fmt: skip


class RetraitForm(ActeForm):
    """Why a deposit is taken back."""

    raison = forms.ChoiceField(
        label="Pourquoi ce retrait ?",
        choices=[_VIDE, *Raison.choices],
        error_messages={"required": "Choisissez une raison."},
    )
