"""The form of a convention: all its parameters (C-13)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from conventions.forms.champs import FormulaireAction, Jour, Ligne, Lignes, Zone, entier
from conventions.models import Caisse, Convention, Motif, Partenaire, Service

_TAILLES = (("10", "de 1 à 10 membres"), ("25", "de 11 à 25 membres"), ("plus", "plus de 25 membres"))
_QUOTAS = (
    ("quota_gestionnaires", "gestionnaires", (2, 3, 5)),
    ("quota_techniciens", "techniciens", (5, 15, 25)),
)


class ConventionForm(FormulaireAction):
    """All the parameters of a convention (C-13), in six sections."""

    caisses = forms.ModelMultipleChoiceField(
        label="Caisses engagées",
        help_text="Une caisse, ou plusieurs sous une même convention : la part de chacune peut prendre fin à part.",
        queryset=Caisse.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    objet = forms.ChoiceField(label="Objet", choices=Convention._meta.get_field("objet").choices)
    remplace = Ligne(
        label="Remplace la convention",
        help_text="Référence de la convention en vigueur, qui prendra fin à la dernière signature de celle-ci.",
        max_length=20,
        required=False,
    )
    public = Zone(
        label="Public concerné",
        help_text="Laissez vide si la convention vaut pour toute personne accueillie par la structure.",
        max_length=600,
        required=False,
    )
    public_limite = forms.BooleanField(label="Exclure tout autre public", required=False)

    duree_mois = entier("Durée, en mois", mini=1, maxi=120)
    reconduction_tacite = forms.BooleanField(label="Reconduction tacite à chaque échéance", required=False)
    denonciation = forms.ChoiceField(
        label="Dénonciation", choices=Convention.Denonciation.choices, widget=forms.RadioSelect
    )
    denonciation_mois = entier("Préavis, en mois", "0 s’il n’y en a pas.", maxi=24)
    denonciation_forme = Ligne(
        label="Forme de la dénonciation",
        help_text="Par exemple « lettre recommandée ».",
        max_length=80,
        required=False,
    )
    mise_en_demeure_jours = entier(
        "Mise en demeure, convention : jours après l’envoi",
        "Laissez vide si la convention ne prévoit pas de résiliation pour manquement.",
        requis=False,
        mini=1,
        maxi=365,
    )
    mise_en_demeure_utilisation_jours = entier(
        "Mise en demeure, utilisation : jours après la réception", requis=False, mini=1, maxi=365
    )
    bonne_fin_jours = entier("Bonne fin, en jours", "De 0 à 30 jours après la fin de l’accès.", maxi=30)

    utilisation_en_annexe = forms.BooleanField(
        label="Les règles d’utilisation sont une annexe",
        help_text="Signée avec la convention ; sinon, la convention d’utilisation est signée à part, ensuite.",
        required=False,
    )
    delai_habilitation_jours = entier("Habilitation d’un gestionnaire, en jours ouvrés", mini=1, maxi=60)
    delai_habilitation_techniciens_jours = entier(
        "Création des comptes de techniciens, en jours ouvrés",
        "Après l’annonce du compte du gestionnaire. Laissez vide s’il n’y a pas de délai.",
        requis=False,
        mini=1,
        maxi=60,
    )

    documents_par_portail = forms.BooleanField(
        label="Documents remis par le portail",
        help_text="La structure est en droit de recevoir les documents des personnes (tutelle, ASE, dépositaire).",
        required=False,
    )
    documents_motif = Zone(
        label="Raison de cette habilitation",
        help_text="À écrire quand la structure n’est pas de celles-là.",
        max_length=600,
        required=False,
    )

    conservation_mois = entier("Conservation des demandes, en mois", mini=1, maxi=12)
    notification_violation_heures = entier("Avertissement d’une violation, en heures", mini=1, maxi=72)
    notification_transfert_heures = entier(
        "Avertissement pour les autres échanges, en heures", requis=False, mini=1, maxi=72
    )
    bilan = forms.ChoiceField(
        label="Bilan annuel", choices=Convention.Bilan.choices, widget=forms.RadioSelect
    )
    comite_pilotage = forms.BooleanField(label="Comité de pilotage au moins une fois par an", required=False)

    signataire_nom = Ligne(label="Signataire du partenaire : nom", max_length=120, required=False)
    signataire_qualite = Ligne(label="Signataire du partenaire : qualité", max_length=120)
    signataire_acte = Ligne(
        label="Acte qui l’habilite à signer",
        help_text="Par exemple « délibération du Bureau n° 12 ».",
        max_length=160,
        required=False,
    )
    signataire_acte_le = Jour(label="Date de cet acte", required=False)
    signataires_caisse = Lignes(
        label="Signataires de chaque caisse : qualités",
        help_text="Une par ligne, par exemple « Directeur » puis « Agent comptable ».",
        max_length=300,
    )
    autres_signataires = Lignes(
        label="Autres signataires",
        help_text="Un organisme par ligne, par exemple une CARSAT.",
        max_length=600,
        required=False,
    )

    SECTIONS = (
        ("Qui et quoi", ("caisses", "objet", "remplace", "public", "public_limite")),
        (
            "Durée et fin",
            (
                "duree_mois",
                "reconduction_tacite",
                "denonciation",
                "denonciation_mois",
                "denonciation_forme",
                "mise_en_demeure_jours",
                "mise_en_demeure_utilisation_jours",
                "bonne_fin_jours",
            ),
        ),
        (
            "Comptes",
            (
                "utilisation_en_annexe",
                "delai_habilitation_jours",
                "delai_habilitation_techniciens_jours",
                *(f"{quoi}_{taille}" for _, quoi, _ in _QUOTAS for taille, _ in _TAILLES),
            ),
        ),
        ("Services et motifs ouverts", ()),
        ("Documents des personnes", ("documents_par_portail", "documents_motif")),
        (
            "Données et vie du partenariat",
            (
                "conservation_mois",
                "notification_violation_heures",
                "notification_transfert_heures",
                "bilan",
                "comite_pilotage",
            ),
        ),
        (
            "Signataires",
            (
                "signataire_nom",
                "signataire_qualite",
                "signataire_acte",
                "signataire_acte_le",
                "signataires_caisse",
                "autres_signataires",
            ),
        ),
    )
    INITIAL = {
        "duree_mois": 12, "reconduction_tacite": True, "denonciation": "avant-echeance", "denonciation_mois": 3,
        "denonciation_forme": "lettre recommandée", "mise_en_demeure_utilisation_jours": 30, "bonne_fin_jours": 0,
        "delai_habilitation_jours": 5, "conservation_mois": 6, "notification_violation_heures": 48, "bilan": "caisse",
        "signataires_caisse": "Directeur",
    }  # fmt: skip

    def __init__(self, *args: Any, compte: Any, partenaire: Partenaire | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {**self.INITIAL, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.compte, self.partenaire = compte, partenaire
        self.fields["caisses"].queryset = Caisse.objects.all()
        for _, quoi, valeurs in _QUOTAS:
            for (taille, libelle), valeur in zip(_TAILLES, valeurs, strict=True):
                champ = entier(f"Comptes de {quoi}, {libelle}", mini=1, maxi=500)
                champ.initial = valeur
                self.fields[f"{quoi}_{taille}"] = champ
        self.services = list(Service.objects.prefetch_related("motifs").order_by("ordre"))
        for service in self.services:
            self.fields[f"motifs_{service.pk}"] = forms.MultipleChoiceField(
                label=service.libelle,
                choices=[(motif.pk, motif.libelle) for motif in service.motifs.all()],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the titles of the sections and their fields, in order."""
        propres = [f"motifs_{service.pk}" for service in self.services]
        return [(titre, [self[nom] for nom in (noms or propres)]) for titre, noms in self.SECTIONS]

    def clean_caisses(self) -> Any:
        """Refuse a convention that engages none of the person's own caisses."""
        caisses = self.cleaned_data["caisses"]
        if not caisses.filter(pk__in=self.compte.caisses.values("pk")).exists():
            raise ValidationError("Cochez au moins une caisse que vous administrez.")
        return caisses

    def clean_remplace(self) -> Convention | None:
        """Return the convention to replace (C-15)."""
        reference = self.cleaned_data["remplace"].upper()
        if not reference:
            return None
        trouvee = Convention.objects.visibles_par(self.compte).filter(reference=reference).first()
        if trouvee is None:
            raise ValidationError("Aucune convention de votre caisse ne porte cette référence.")
        return trouvee

    def parametres(self) -> dict[str, Any]:
        """Return the keyword arguments of `rediger_convention` that are parameters (C-13)."""
        donnees = self.cleaned_data
        simples = {
            nom: donnees[nom]
            for nom in (
                "autres_signataires", "public", "public_limite", "duree_mois", "reconduction_tacite", "denonciation",
                "denonciation_mois", "denonciation_forme", "mise_en_demeure_jours",
                "mise_en_demeure_utilisation_jours", "utilisation_en_annexe", "delai_habilitation_jours",
                "delai_habilitation_techniciens_jours", "conservation_mois", "notification_violation_heures",
                "notification_transfert_heures", "bonne_fin_jours", "bilan", "comite_pilotage",
            )
        }  # fmt: skip
        return simples | {colonne: self._paliers(quoi) for colonne, quoi, _ in _QUOTAS}

    def _paliers(self, quoi: str) -> list[list[int]]:
        comptes = [self.cleaned_data[f"{quoi}_{taille}"] for taille, _ in _TAILLES]
        if len(set(comptes)) == 1:
            return [[0, comptes[0]]]
        return [[10, comptes[0]], [25, comptes[1]], [0, comptes[2]]]

    def motifs(self) -> list[Motif]:
        """Return the motifs to open (C-09)."""
        codes = [code for service in self.services for code in self.cleaned_data[f"motifs_{service.pk}"]]
        return list(Motif.objects.filter(pk__in=codes))

    def champ_de(self, nom: str) -> str | None:
        """Errors of a quota rule show on its first size, of the signatories on the partner's."""
        propres = {
            "quota_gestionnaires": "gestionnaires_10",
            "quota_techniciens": "techniciens_10",
            "signataires": "signataire_qualite",
        }
        return propres.get(nom) or super().champ_de(nom)
