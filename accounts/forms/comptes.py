"""Forms of the gestionnaire and of the administrateur about accounts."""

from typing import Any, ClassVar

from django import forms

from accounts.models.compte import Compte
from accounts.models.habilitations import SignalementSecurite
from accounts.permissions import peut_sur
from accounts.regles import CERTIFICATIONS
from caisses.models import Caisse, Pole
from conventions.models.conventions import Participation
from socle.champs import Code, Courriel, Formulaire, Ligne, NomDePersonne, Prenom, Telephone, Texte
from socle.profils import Profil
from socle.roles import Cote, Droit, Geste, profils_sous, role

CAUSES = (
    Compte.Inactivation.DEPART,
    Compte.Inactivation.CHANGEMENT,
    Compte.Inactivation.FRAUDE,
)


class CoordonneesForm(Formulaire):
    """Who the person is, and how to reach her (A-01, A-09)."""

    civilite = forms.ChoiceField(
        label="Civilité", choices=Compte.Civilite.choices, widget=forms.RadioSelect, required=True
    )
    nom = NomDePersonne(label="Nom", max_length=80)
    prenom = Prenom(label="Prénom")
    fonction = Ligne(label="Fonction", max_length=120)
    telephone = Telephone()
    email = Courriel(label="Adresse électronique professionnelle")


class TechnicienForm(CoordonneesForm):
    """A new technicien, with what the gestionnaire certifies (A-02, A-03, R-07)."""

    remplace = forms.ModelChoiceField(
        label="Ce compte remplace",
        queryset=Compte.objects.none(),
        required=False,
        empty_label="Personne : un compte de plus",
        help_text="Le compte choisi est inactivé dans le même geste, et sa place revient au nouveau.",
    )
    certifications = forms.MultipleChoiceField(
        label="Vous certifiez que",
        choices=list(CERTIFICATIONS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Certifiez chacun des points demandés."},
    )

    def __init__(self, *args: Any, par: Compte, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        domaines = ", ".join(f"@{d}" for d in par.partenaire.domaines)
        self.fields["email"].help_text = (
            f"Nominative et rattachée à la structure : {domaines}."
            if domaines
            else "Nominative et rattachée à la structure."
        )
        remplacables = Compte.objects.occupants().filter(
            partenaire=par.partenaire_id, profil__in=profils_sous(par, Geste.CREER)
        )
        self.fields["remplace"].queryset = remplacables.order_by("nom", "prenom")
        self.fields["remplace"].label_from_instance = lambda compte: compte.nom_complet

    def clean_certifications(self) -> list[str]:
        """Ask for every point."""
        choisies = self.cleaned_data["certifications"]
        if set(choisies) != set(CERTIFICATIONS):
            raise forms.ValidationError("Certifiez chacun des points demandés.", code="certifications")
        return choisies


class InactivationForm(Formulaire):
    """Why an account is closed; the person may be asked to hand over first (A-10, A-12)."""

    cause = forms.ChoiceField(
        label="Motif",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez un motif.",
            "invalid_choice": "Choisissez un motif de la liste.",
        },
    )

    def __init__(self, *args: Any, par: Compte, cible: Compte, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        causes = CAUSES
        if cible.partenaire_id and not peut_sur(par, Geste.CREER, cible) and a_un_gestionnaire(cible):
            # The structure runs its techniciens; the caisse closes one for security only.
            causes = (Compte.Inactivation.FRAUDE,)
        self.fields["cause"].choices = [(cause.value, cause.label) for cause in causes]


def a_un_gestionnaire(compte: Compte) -> bool:
    """Return whether the structure of `compte` has an active gestionnaire (A-10)."""
    return Compte.objects.gestionnaires(compte.partenaire_id).actifs().exists()


class _Rattachement(CoordonneesForm):
    """In which caisses and pôles a caisse-side person works, among those of the one who decides (A-20)."""

    marques: ClassVar = {"caisses": "pour un profil de la caisse"}

    caisses = forms.ModelMultipleChoiceField(
        label="Caisses",
        queryset=Caisse.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une caisse."},
    )
    poles = forms.ModelMultipleChoiceField(
        label="Pôles",
        queryset=Pole.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Pour un agent ou un superviseur : ceux dont il voit d’abord les demandes.",
    )

    def __init__(self, *args: Any, par: Compte, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        caisses = Caisse.objects.visibles_par(par)
        self.fields["caisses"].queryset = caisses.order_by("nom")
        if not par.cote_caisse:
            del self.fields["poles"]
            return
        poles = Pole.objects.filter(caisse__in=caisses).select_related("caisse")
        self.fields["poles"].queryset = poles.order_by("caisse__nom", "libelle")
        self.fields["poles"].label_from_instance = lambda pole: f"{pole.caisse.nom} – {pole.libelle}"

    def profil_vise(self) -> str:
        """Return the profile of the account."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """A caisse's profile has a caisse; a pôle belongs to one of them."""
        donnees = super().clean() or {}
        if role(self.profil_vise()).cote == Cote.NATIONAL:
            donnees["caisses"] = Caisse.objects.none()
        elif "caisses" in donnees and not donnees["caisses"]:
            self.add_error("caisses", "Choisissez au moins une caisse.")
        caisses = set(donnees.get("caisses") or ())
        if any(pole.caisse not in caisses for pole in donnees.get("poles") or ()):
            self.add_error("poles", "Un pôle choisi n’appartient à aucune des caisses choisies.")
        return donnees


class AgentForm(_Rattachement):
    """A new caisse-side account (A-20)."""

    profil = forms.ChoiceField(label="Profil", widget=forms.RadioSelect)
    field_order = ("profil",)

    def __init__(self, *args: Any, profils: list[Profil], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profil"].choices = [(p.value, f"{p.label} : {role(p).phrase}") for p in profils]
        self.fields["caisses"].required = all(role(profil).cote == Cote.CAISSE for profil in profils)

    def profil_vise(self) -> str:
        """Return the profile chosen."""
        return self.cleaned_data.get("profil", "")


class AgentModifieForm(_Rattachement):
    """Change a caisse-side account; its caisses out of the person's sight stay as they are (A-20)."""

    def __init__(self, *args: Any, cible: Compte, par: Compte, **kwargs: Any) -> None:
        super().__init__(*args, par=par, **kwargs)
        self.cible = cible
        if not cible.cote_caisse:
            del self.fields["caisses"]
            return
        self.initial |= {"caisses": cible.caisses.all(), "poles": cible.poles.all()}

    def profil_vise(self) -> str:
        """Return the profile, which does not change."""
        return self.cible.profil

    def clean(self) -> dict[str, Any]:
        """Keep what the form does not show."""
        donnees = super().clean()
        for nom in ("caisses", "poles"):
            if nom not in self.fields:
                donnees.pop(nom, None)
            elif nom in donnees:
                hors_vue = getattr(self.cible, nom).exclude(pk__in=self.fields[nom].queryset)
                donnees[nom] = {*donnees[nom], *hors_vue}
        return donnees


class ExclusionForm(Formulaire):
    """Exclude a user (A-16)."""

    caisse = forms.ModelChoiceField(
        label="Caisse",
        queryset=Caisse.objects.none(),
        empty_label=None,
        error_messages={
            "required": "Choisissez une caisse.",
            "invalid_choice": "Choisissez une caisse de la liste.",
        },
    )
    raison = Texte(
        label="Raison",
        max_length=600,
        help_text="Elle est notifiée à la structure. Sans donnée de santé ni nom d’assuré.",
    )

    def __init__(self, *args: Any, par: Compte, cible: Compte, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = Participation.objects.donnant(Droit.HABILITER, par)
        self.fields["caisse"].queryset = (
            Caisse.objects.filter(pk__in=parts.filter(partenaire=cible.partenaire_id).values("caisse"))
            .exclude(exclusions__in=cible.exclusions.filter(levee_le=None))
            .order_by("nom")
        )


class SignalementForm(Formulaire):
    """Fraud, loss or theft, told from inside (A-15)."""

    nature = forms.ChoiceField(
        label="Que s’est-il passé ?", choices=SignalementSecurite.Nature.choices, widget=forms.RadioSelect
    )
    faits = Texte(
        label="Les faits",
        max_length=1500,
        help_text="Quand, comment vous vous en êtes aperçu, ce qui est perdu ou volé. Sans nom d’assuré.",
    )


class ClassementForm(Formulaire):
    """What becomes of a report (A-15)."""

    suite = forms.ChoiceField(
        label="Suite", choices=[("inactiver", "Inactiver le compte"), ("classer", "Classer sans suite")]
    )


class SignalementPublicForm(SignalementForm):
    """The same, from the sign-in page."""

    identifiant = Code(label="Identifiant du compte concerné", max_length=60)
    coordonnees = Ligne(
        label="Comment vous joindre", max_length=120, help_text="Votre nom, et un téléphone ou une adresse."
    )
    field_order = ("nature", "identifiant", "faits", "coordonnees")
