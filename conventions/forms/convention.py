"""The form of a convention: all its parameters (C-13)."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from caisses.models import Caisse, Motif, Service
from conventions import regles
from conventions.forms.versions import VersionForm
from conventions.models.conventions import Convention, Titre
from conventions.models.partenaires import Partenaire
from conventions.parametres import AMENDABLES, cle_documents, cle_motifs
from fichiers.forms import TableauField
from socle.actes import ActeForm
from socle.champs import Courriel, Jour, Ligne, Lignes, Texte, TexteDeFichier, entier

_TAILLES = (("10", "de 1 à 10 membres"), ("25", "de 11 à 25 membres"), ("plus", "plus de 25 membres"))
_QUOTAS = (
    ("quota_gestionnaires", "gestionnaires", (2, 3, 5)),
    ("quota_techniciens", "techniciens", (5, 15, 25)),
)


def titres_des_documents() -> forms.MultipleChoiceField:
    """Return the field of the capacities in which documents are received (C-10)."""
    return forms.MultipleChoiceField(
        label="À quels titres la structure les reçoit",
        help_text="Ceux que la convention nomme ; sans choix, tous.",
        choices=Titre.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


# The act that empowers the partner's signatory, field by field (C-22)
ACTE = (
    "signataire_acte",
    "signataire_acte_organe",
    "signataire_acte_numero",
    "signataire_acte_le",
    "signataire_acte_transmis_le",
    "signataire_accuse_numero",
    "signataire_accuse_le",
)


# What a caisse says of the documents of persons (C-10)
DOCUMENTS = ("documents_par_portail", "documents_raison", "documents_titres")
# The choice that opens all the motifs of a service
TOUT = "tout"


def motifs_ouverts(services: Iterable[Service], donnees: Mapping[str, Any]) -> list[Motif]:
    """Return the motifs ticked under each service, all of them where « Tout ouvrir » is (C-09)."""
    return [
        motif
        for service in services
        for motif in service.motifs.all()
        if {TOUT, motif.pk} & set(donnees[f"motifs_{service.pk}"])
    ]


def _separer(saisie: str) -> tuple[str, str]:
    organisme, _, courriel = saisie.partition(";")
    return organisme.strip(), courriel.strip()


class ConventionForm(VersionForm):
    """All the parameters of a convention (C-13), in six sections."""

    marques: ClassVar = {"documents_raison": "pour une structure qui n’en reçoit pas d’ordinaire"}
    # Made for each size, service and caisse.
    familles_a_rendre = ("motifs_", "documents_", "gestionnaires_", "techniciens_")
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
    public = Texte(
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
    documents_raison = Texte(
        label="Raison de cette habilitation",
        help_text="À écrire quand la structure n’est pas de celles-là.",
        max_length=600,
        required=False,
    )
    documents_titres = titres_des_documents()

    conservation_mois = entier("Conservation des demandes, en mois", mini=1, maxi=12)
    notification_violation_heures = entier(
        "Avertissement d’une violation, en heures",
        "Laissez vide si la convention ne fixe pas de délai.",
        requis=False,
        mini=1,
        maxi=72,
    )
    notification_transfert_heures = entier(
        "Avertissement pour les autres échanges, en heures", requis=False, mini=1, maxi=72
    )
    responsabilite = forms.ChoiceField(
        label="Responsable du traitement",
        help_text="La réponse est écrite dans la convention, et dans les notices remises aux personnes.",
        choices=Convention.Responsabilite.choices,
        widget=forms.RadioSelect,
    )
    bilan = forms.ChoiceField(
        label="Bilan annuel", choices=Convention.Bilan.choices, widget=forms.RadioSelect
    )
    comite_pilotage = forms.BooleanField(label="Comité de pilotage au moins une fois par an", required=False)

    signataire_nom = Ligne(label="Signataire du partenaire : nom", max_length=120, required=False)
    signataire_qualite = Ligne(label="Signataire du partenaire : qualité", max_length=120)
    signataire_acte = Ligne(
        label="Acte qui l’habilite à signer",
        help_text="Par exemple « délibération ». Celle d’une collectivité n’a d’effet qu’une fois reçue en préfecture.",
        max_length=160,
        required=False,
    )
    signataire_acte_organe = Ligne(
        label="Organe qui l’a pris",
        help_text="Par exemple « Bureau » ou « conseil d’administration ».",
        max_length=120,
        required=False,
    )
    signataire_acte_numero = Ligne(label="Numéro de l’acte", max_length=40, required=False)
    signataire_acte_le = Jour(label="Date de cet acte", required=False)
    signataire_acte_transmis_le = Jour(label="Transmis à la préfecture le", required=False)
    signataire_accuse_numero = Ligne(
        label="Numéro de l’accusé de réception de la préfecture", max_length=60, required=False
    )
    signataire_accuse_le = Jour(label="Date de l’accusé de réception", required=False)
    signataires_caisse = Lignes(
        label="Signataires de chaque caisse : qualités",
        help_text="Une par ligne, par exemple « Directeur » puis « Agent comptable ».",
        max_length=300,
    )
    signataire_commun = forms.BooleanField(
        label="Une même personne signe pour toutes les caisses",
        help_text="Elle signe alors une seule fois pour elles.",
        required=False,
    )
    autres_signataires = Lignes(
        label="Autres signataires",
        help_text="Un organisme par ligne, par exemple une CARSAT, puis un point-virgule et l’adresse où l’avertir.",
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
        ("Documents des personnes", DOCUMENTS),
        (
            "Données et vie du partenariat",
            (
                "conservation_mois",
                "notification_violation_heures",
                "notification_transfert_heures",
                "responsabilite",
                "bilan",
                "comite_pilotage",
            ),
        ),
        (
            "Signataires",
            (
                "signataire_nom",
                "signataire_qualite",
                *ACTE,
                "signataires_caisse",
                "signataire_commun",
                "autres_signataires",
            ),
        ),
    )
    INITIAL = {
        "duree_mois": 12, "reconduction_tacite": True, "denonciation": "avant-echeance", "denonciation_mois": 3,
        "denonciation_forme": "lettre recommandée", "mise_en_demeure_utilisation_jours": 30, "bonne_fin_jours": 0,
        "delai_habilitation_jours": 5, "conservation_mois": 6, "notification_violation_heures": 48, "bilan": "caisse",
        "responsabilite": "caisse", "signataires_caisse": "Directeur",
    }  # fmt: skip

    def __init__(self, *args: Any, compte: Any, partenaire: Partenaire | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {**self.INITIAL, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.compte, self.partenaire = compte, partenaire
        if "caisses" in self.fields:
            self.fields["caisses"].queryset = Caisse.objects.ouvertes()
        for _, quoi, valeurs in _QUOTAS:
            for (taille, libelle), valeur in zip(_TAILLES, valeurs, strict=True):
                champ = entier(f"Comptes de {quoi}, {libelle}", mini=1, maxi=500)
                champ.initial = valeur
                self.fields[f"{quoi}_{taille}"] = champ
        self.services = list(Service.objects.prefetch_related("motifs").order_by("ordre"))
        for service in self.services:
            self.fields[f"motifs_{service.pk}"] = forms.MultipleChoiceField(
                label=service.libelle,
                choices=[
                    (TOUT, "Tout ouvrir"),
                    *((motif.pk, motif.libelle) for motif in service.motifs.all()),
                ],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the titles of the sections and their fields, in order."""
        propres = [f"motifs_{service.pk}" for service in self.services]
        sections = [(titre, [self[nom] for nom in (noms or propres)]) for titre, noms in self.SECTIONS]
        if self.CONFIRMATION in self.fields:
            sections[-1][1].append(self[self.CONFIRMATION])
        return sections

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

    def clean_autres_signataires(self) -> list[str]:
        """Refuse an organisme without a name, or an address that is none."""
        saisies = self.cleaned_data["autres_signataires"]
        for organisme, courriel in map(_separer, saisies):
            if len(organisme) > 120 or not organisme:
                raise ValidationError("Indiquez le nom de l’organisme, en 120 caractères au plus.")
            Courriel(required=False).clean(courriel)
        return saisies

    def autres(self) -> list[tuple[str, str]]:
        """Return the other parties, each with the address at which it is told (C-01, C-08)."""
        return [_separer(saisie) for saisie in self.cleaned_data["autres_signataires"]]

    def acte(self) -> dict[str, Any]:
        """Return the act that empowers the partner's signatory (C-22)."""
        return {nom.removeprefix("signataire_"): self.cleaned_data[nom] for nom in ACTE}

    def parametres(self) -> dict[str, Any]:
        """Return the keyword arguments of `rediger_convention` that are parameters (C-13)."""
        donnees = self.cleaned_data
        simples = {
            nom: donnees[nom]
            for nom in (
                "public", "public_limite", "duree_mois", "reconduction_tacite", "denonciation",
                "denonciation_mois", "denonciation_forme", "mise_en_demeure_jours",
                "mise_en_demeure_utilisation_jours", "utilisation_en_annexe", "delai_habilitation_jours",
                "delai_habilitation_techniciens_jours", "conservation_mois", "notification_violation_heures",
                "notification_transfert_heures", "bonne_fin_jours", "responsabilite", "bilan", "comite_pilotage",
            )
        }  # fmt: skip
        return (
            simples
            | {colonne: self._paliers(quoi) for colonne, quoi, _ in _QUOTAS}
            | {"autres_signataires": [organisme for organisme, _ in self.autres()]}
        )

    def _paliers(self, quoi: str) -> list[list[int]]:
        comptes = [self.cleaned_data[f"{quoi}_{taille}"] for taille, _ in _TAILLES]
        if len(set(comptes)) == 1:
            return [[0, comptes[0]]]
        return [[10, comptes[0]], [25, comptes[1]], [0, comptes[2]]]

    @staticmethod
    def initial_des_paliers(quoi: str, paliers: list[list[int]]) -> dict[str, int]:
        """Return the initial values of the three sizes from a quota rule (Q-01 to Q-03)."""
        tailles = {"10": 10, "25": 25, "plus": 26}
        return {f"{quoi}_{nom}": regles.quota(paliers, taille) for nom, taille in tailles.items()}

    def motifs(self) -> list[Motif]:
        """Return the motifs to open (C-09)."""
        return motifs_ouverts(self.services, self.cleaned_data)

    def champ_de(self, nom: str) -> str | None:
        """Errors of a quota rule show on its first size, of the signatories on the partner's."""
        propres = {
            "quota_gestionnaires": "gestionnaires_10",
            "quota_techniciens": "techniciens_10",
            "signataires": "signataire_qualite",
        }
        return propres.get(nom) or super().champ_de(nom)


class ImportationForm(ActeForm):
    """The table of the conventions that a caisse already has: a file, or what it holds."""

    marques: ClassVar = {
        "fichiers": "pour qui ne colle pas son contenu",
        "csv": "pour qui n’a pas de fichier",
    }

    caisse = forms.ModelChoiceField(label="Caisse", queryset=Caisse.objects.none(), empty_label=None)
    fichiers = TableauField(label="Fichier", required=False)
    csv = TexteDeFichier(
        label="Ou son contenu, en CSV",
        required=False,
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, caisses: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caisse"].queryset = caisses

    def clean(self) -> dict[str, Any]:
        """Ask for the one or the other."""
        donnees = super().clean()
        if not donnees.get("csv") and not donnees.get("fichiers") and not self.errors:
            self.add_error("fichiers", "Choisissez le fichier, ou collez son contenu.")
        return donnees


class AvenantForm(ConventionForm):
    """The parameters in force, to be changed by an avenant (C-06); the motifs of each caisse apart (C-09)."""

    caisses = objet = remplace = autres_signataires = utilisation_en_annexe = None
    signataire_nom = signataire_qualite = signataires_caisse = signataire_commun = None
    signataire_acte = signataire_acte_organe = signataire_acte_numero = signataire_acte_le = None
    signataire_acte_transmis_le = signataire_accuse_numero = signataire_accuse_le = None

    objet_avenant = Texte(
        label="Objet de l’avenant", help_text="En une phrase : ce qui change, et pourquoi.", max_length=600
    )
    prend_effet_le = Jour(
        label="Prend effet le",
        help_text="Laissez vide pour la date de la dernière signature.",
        required=False,
    )
    vaut_pour_l_existant = forms.BooleanField(
        label="La nouvelle durée de conservation vaut aussi pour les demandes déjà reçues", required=False
    )

    def __init__(self, *args: Any, compte: Any, convention: Convention, **kwargs: Any) -> None:
        self.convention = convention
        initial = {nom: getattr(convention, nom) for nom in AMENDABLES} | {"version": convention.version}
        for nom in ("gestionnaires", "techniciens"):
            initial |= self.initial_des_paliers(nom, getattr(convention, f"quota_{nom}"))
        super().__init__(*args, compte=compte, partenaire=convention.partenaire, initial=initial, **kwargs)
        self.parts = list(convention.participations.select_related("caisse").prefetch_related("motifs"))
        for nom in DOCUMENTS:
            del self.fields[nom]
        self._remplacer_les_motifs()

    def _remplacer_les_motifs(self) -> None:
        for service in self.services:
            del self.fields[f"motifs_{service.pk}"]
        choix = [
            (f"{service.libelle} – {motif.libelle}", motif.pk)
            for service in self.services
            for motif in service.motifs.all()
        ]
        for part in self.parts:
            self.fields[f"motifs_{part.caisse_id}"] = forms.MultipleChoiceField(
                label=f"Motifs ouverts, {part.caisse}",
                choices=[(pk, libelle) for libelle, pk in choix],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=[motif.pk for motif in part.motifs.all()],
            )
            self.fields[f"documents_{part.caisse_id}"] = forms.BooleanField(
                label=f"Documents remis par le portail, {part.caisse}",
                required=False,
                initial=part.documents_par_portail,
            )

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the sections that an avenant may change, its object first."""
        propres = [
            nom for part in self.parts for nom in (f"motifs_{part.caisse_id}", f"documents_{part.caisse_id}")
        ]
        sections = [("L’avenant", ("objet_avenant", "prend_effet_le", "vaut_pour_l_existant"))]
        for titre, noms in self.SECTIONS:
            gardes = tuple(nom for nom in noms if nom in self.fields)
            sections.append((titre, gardes if noms else tuple(propres)))
        return [(titre, [self[nom] for nom in noms]) for titre, noms in sections if noms]

    def valeurs(self) -> dict[str, Any]:
        """Return the values asked; those that change nothing are left out by the action."""
        donnees = self.cleaned_data
        valeurs = {nom: donnees[nom] for nom in AMENDABLES if nom in donnees}
        for colonne, quoi, _ in _QUOTAS:
            paliers = self._paliers(quoi)
            tailles = (10, 25, 26)
            actuels = getattr(self.convention, colonne)
            # The same numbers written otherwise are no change.
            if [regles.quota(paliers, un) for un in tailles] != [regles.quota(actuels, un) for un in tailles]:
                valeurs[colonne] = paliers
        for part in self.parts:
            valeurs[cle_motifs(part)] = sorted(donnees[f"motifs_{part.caisse_id}"])
            valeurs[cle_documents(part)] = donnees[f"documents_{part.caisse_id}"]
        return valeurs

    def champs_action(self) -> dict[str, Any]:
        """Return the keyword arguments of `rediger_avenant`."""
        donnees = super().champs_action()
        gardes = {nom: donnees[nom] for nom in ("prend_effet_le", "vaut_pour_l_existant", "version")}
        return gardes | {"objet": donnees["objet_avenant"], "valeurs": self.valeurs()}

    def champ_de(self, nom: str) -> str | None:
        """The object of the avenant has its own field."""
        return "objet_avenant" if nom == "objet" else super().champ_de(nom)
