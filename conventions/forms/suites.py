"""Forms of the acts on a convention."""

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest

from caisses.models import Service
from conventions.actions.conventions import Ouverture
from conventions.actions.signatures import ACTE
from conventions.forms.convention import DOCUMENTS, TOUT, motifs_ouverts, titres_des_documents
from conventions.forms.versions import VersionForm
from conventions.models.conventions import Convention, Participation
from conventions.models.suites import Document, MiseEnDemeure, Partie, Preuve, Suivi
from fichiers.forms import FichiersField
from socle import crochets
from socle.actes import ActeForm
from socle.champs import Courriel, Entier, Jour, Ligne, MotDePasse, Telephone, Texte, entier


class SignatureForm(ActeForm):
    """A signature received."""

    nom = Ligne(label="Nom de la personne qui a signé", max_length=120)
    le = Jour(label="Signé le")
    acte = Ligne(label="Acte qui l’habilite à signer", max_length=160, required=False)
    acte_organe = Ligne(label="Organe qui l’a pris", max_length=120, required=False)
    acte_numero = Ligne(label="Numéro de l’acte", max_length=40, required=False)
    acte_le = Jour(label="Date de cet acte", required=False)
    acte_transmis_le = Jour(label="Transmis à la préfecture le", required=False)
    accuse_numero = Ligne(
        label="Numéro de l’accusé de réception de la préfecture", max_length=60, required=False
    )
    accuse_le = Jour(label="Date de l’accusé de réception", required=False)

    def __init__(self, *args: Any, partenaire: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A caisse and its director need no deliberation (C-22).
        for nom in () if partenaire else ACTE:
            del self.fields[nom]


class RenvoiForm(ActeForm):
    """Sent back: the comment is compulsory."""

    commentaire = Texte(
        label="Pourquoi la convention est-elle renvoyée en rédaction ?",
        help_text="Ce commentaire reste dans l’histoire de la convention. Les signatures déjà reçues sont annulées.",
        max_length=1200,
    )


QUI = [("caisse", "La caisse"), ("partenaire", "Le partenaire")]


class LettreForm(ActeForm):
    """A letter that one of the parties wrote to the other: `qui`."""

    def champs_action(self) -> dict[str, Any]:
        """Return the keyword arguments of the action, with `par_le_partenaire`."""
        donnees = super().champs_action()
        qui = donnees.pop("qui")
        return donnees | {"par_le_partenaire": qui == "partenaire"}


class DenonciationForm(LettreForm):
    """A letter of denunciation (C-04)."""

    qui = forms.ChoiceField(label="Qui dénonce ?", choices=QUI, widget=forms.RadioSelect)
    lettre_du = Jour(label="Date de la lettre", help_text="Date d’envoi, ou de notification.")
    bonne_fin_jours = entier(
        "Bonne fin, en jours", "Temps convenu pour terminer ce qui est ouvert : de 0 à 30 jours.", maxi=30
    )


class MiseEnDemeureForm(LettreForm):
    """A formal notice (C-05)."""

    document = forms.ChoiceField(
        label="Document visé",
        choices=[(Document.CONVENTION, "Convention"), (Document.UTILISATION, "Convention d’utilisation")],
        widget=forms.RadioSelect,
    )
    qui = forms.ChoiceField(label="Qui met en demeure ?", choices=QUI, widget=forms.RadioSelect)
    manquement = Texte(label="Manquement constaté", max_length=1000)
    envoyee_le = Jour(label="Lettre recommandée envoyée le")
    recue_le = Jour(label="Reçue le", help_text="Si vous le savez déjà.", required=False)


class ReceptionForm(ActeForm):
    """The reception of a formal notice (C-05)."""

    recue_le = Jour(label="Lettre reçue le", help_text="Date de l’avis de réception.")


class ClotureMiseForm(ActeForm):
    """How a formal notice ends without a termination (C-05)."""

    le = Jour(label="Date")
    issue = forms.ChoiceField(
        label="Issue",
        choices=[
            (issue.value, issue.label)
            for issue in MiseEnDemeure.Issue
            if issue != MiseEnDemeure.Issue.RESILIATION
        ],
        widget=forms.RadioSelect,
    )


class ResiliationForm(ActeForm):
    """A termination for breach (C-05)."""

    le = Jour(label="Date de la lettre de résiliation")
    raison = Texte(
        label="Raison",
        help_text="Elle sera montrée aux personnes concernées à leur prochaine connexion.",
        max_length=600,
    )
    bonne_fin_jours = entier("Bonne fin, en jours", "De 0 à 30 jours.", maxi=30)


class RaisonForm(ActeForm):
    """A written reason."""

    raison = Texte(label="Raison", help_text="Elle est notifiée à la structure.", max_length=600)


class ReferentForm(ActeForm):
    """A référent of one of the parties (C-08)."""

    partie = forms.ChoiceField(label="Partie", widget=forms.RadioSelect)
    theme = Ligne(label="Thème", help_text="Par exemple « Accès aux droits ».", max_length=120)
    nom = Ligne(label="Prénom et nom", max_length=120)
    fonction = Ligne(label="Service et fonction", max_length=160)
    telephone = Telephone(label="Téléphone", help_text="", max_length=25, required=False)
    courriel = Courriel(label="Courriel", required=False)

    def __init__(self, *args: Any, convention: Convention, conduit: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.caisses = {
            str(part.caisse_id): part.caisse for part in convention.participations.select_related("caisse")
        }
        self.fields["partie"].choices = [
            (Partie.PARTENAIRE, convention.partenaire.nom),
            *((pk, caisse.nom) for pk, caisse in self.caisses.items()),
            *((organisme, organisme) for organisme in convention.autres_signataires),
        ]
        # The structure names its own (C-20).
        if not conduit:
            del self.fields["partie"]

    def champs_action(self) -> dict[str, Any]:
        """Return the keyword arguments of `ajouter_referent`."""
        donnees = super().champs_action()
        partie = donnees.pop("partie", Partie.PARTENAIRE)
        if partie == Partie.PARTENAIRE:
            return donnees | {"partie": partie}
        if caisse := self.caisses.get(partie):
            return donnees | {"partie": Partie.CAISSE, "caisse": caisse}
        return donnees | {"partie": Partie.AUTRE, "organisme": partie}


class SousTraitanceForm(ActeForm):
    """The caisse's prior agreement to a sub-processor (C-18)."""

    prestataire = Ligne(label="Sous-traitant", max_length=160)
    objet = Ligne(label="Ce qui lui est confié", max_length=300)
    agreee_le = Jour(label="Accord de la caisse donné le")


class FinDeSousTraitanceForm(ActeForm):
    """When and why an agreement to a sub-processor ends (C-18)."""

    le = Jour(label="Finie le")
    raison = Ligne(
        label="Pourquoi",
        help_text="Par exemple « contrat terminé », ou « saisie par erreur ».",
        max_length=300,
    )


class OuvertureForm(ActeForm):
    """What one caisse opens in a draft (C-09, C-10)."""

    marques: ClassVar = {"documents_raison": "pour une structure qui n’en reçoit pas d’ordinaire"}

    documents_par_portail = forms.BooleanField(label="Documents remis par le portail", required=False)
    documents_raison = Texte(
        label="Raison de cette habilitation",
        help_text="À écrire quand la structure n’est ni une tutelle, ni une institution de l’ASE, ni un dépositaire.",
        max_length=600,
        required=False,
    )
    documents_titres = titres_des_documents()

    def __init__(self, *args: Any, participation: Participation, **kwargs: Any) -> None:
        ouverts = set(participation.motifs.values_list("pk", flat=True))
        super().__init__(
            *args,
            initial={nom: getattr(participation, nom) for nom in DOCUMENTS},
            **kwargs,
        )
        self.caisse = participation.caisse
        self.services = list(Service.objects.prefetch_related("motifs").order_by("ordre"))
        for service in self.services:
            self.fields[f"motifs_{service.pk}"] = forms.MultipleChoiceField(
                label=service.libelle,
                choices=[
                    (TOUT, "Tout ouvrir"),
                    *((motif.pk, motif.libelle) for motif in service.motifs.all()),
                ],
                initial=[motif.pk for motif in service.motifs.all() if motif.pk in ouverts],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def champs_action(self) -> dict[str, Any]:
        """Return the keyword argument of `ouvrir_motifs`."""
        donnees = super().champs_action()
        motifs = motifs_ouverts(self.services, donnees)
        for service in self.services:
            del donnees[f"motifs_{service.pk}"]
        return {"ouverture": Ouverture(self.caisse, motifs, **donnees)}


class MotDePasseForm(ActeForm):
    """The password again, before what must not be read over a shoulder (C-12). The lock-out of the sign-in counts here."""

    mot_de_passe = MotDePasse(
        label="Votre mot de passe",
        max_length=128,
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_mot_de_passe(self) -> str:
        """Refuse anything but the password of the signed-in account."""
        saisi: str = self.cleaned_data["mot_de_passe"]
        crochets.mot_de_passe["accounts"](self.request, saisi)
        return saisi


class PreuveForm(ActeForm):
    """Files kept with a convention (C-01, C-05)."""

    nature = forms.ChoiceField(label="Quelle pièce ?", choices=[("", "Choisissez…"), *Preuve.Nature.choices])
    fichiers = FichiersField(label="Fichiers")


class SuiviForm(ActeForm):
    """A line of the yearly follow-up (C-11)."""

    nature = forms.ChoiceField(
        label="De quoi s’agit-il ?", choices=Suivi.Nature.choices, widget=forms.RadioSelect
    )
    jour = Jour(
        label="Date",
        help_text="Pour un comité, elle peut être à venir : les deux parties sont averties avant.",
    )
    texte = Texte(
        label="En quelques mots",
        help_text="Ne nommez aucune personne accueillie.",
        max_length=1200,
        required=False,
    )


class PartDuBilanForm(VersionForm):
    """What one side says of the year (C-20)."""

    texte = Texte(
        label="Votre appréciation et les suites proposées",
        help_text="Ne nommez aucune personne accueillie.",
        max_length=4000,
    )


class ArreterForm(ActeForm):
    """The bilan as it was read: nobody closes what he did not read."""

    version = Entier(widget=forms.HiddenInput)


class PriseDeModeleForm(ActeForm):
    """Whether the convention is a model: what the button says, not the contrary of what it is by now."""

    modele = forms.BooleanField(widget=forms.HiddenInput, required=False)


class ComiteForm(ActeForm):
    """Whether a comité was held (C-21)."""

    marques: ClassVar = dict.fromkeys(("presents", "texte"), "pour un comité qui s’est tenu")

    tenu = forms.TypedChoiceField(
        label="S’est-il tenu ?",
        choices=[("oui", "Oui"), ("non", "Non")],
        coerce=lambda valeur: valeur == "oui",
        widget=forms.RadioSelect,
    )
    presents = Ligne(
        label="Qui était là ?",
        help_text="Les organismes et les fonctions suffisent.",
        max_length=300,
        required=False,
    )
    texte = Texte(
        label="Ce qui a été décidé",
        help_text="Ne nommez aucune personne accueillie.",
        max_length=1200,
        required=False,
    )


class DateForm(ActeForm):
    """One date."""

    le = Jour(label="Date")
