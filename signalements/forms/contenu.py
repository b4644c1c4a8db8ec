"""What a demande says: the person, the situation. One form for the draft step of every service."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from signalements.departements import DEPARTEMENTS
from signalements.forms.par_service import QUESTIONS, champs_de
from signalements.models.demandes import Demande
from signalements.regles import reference_normalisee
from socle.champs import Formulaire, Jour, JourDeNaissance, NomDePersonne, Prenom
from socle.marques import Pour
from socle.naissances import Naissance


class ContenuForm(Formulaire):
    """The sealed content of a demande: who, what. `facultatif` accepts what is missing (« finir plus tard »)."""

    civilite = forms.ChoiceField(
        label="Civilité",
        choices=[("madame", "Madame"), ("monsieur", "Monsieur")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une civilité."},
    )
    nom = NomDePersonne(
        label="Nom de naissance ou nom d’usage",
        error_messages={"required": "Saisissez le nom de la personne."},
    )
    prenom = Prenom(label="Prénom")
    naissance = JourDeNaissance(error_messages={"required": "Saisissez la date de naissance."})
    departement = forms.ChoiceField(
        label="Département de résidence",
        help_text="Celui de la caisse est choisi : changez-le si la personne réside ailleurs.",
        choices=[("", "Choisissez un département"), *DEPARTEMENTS],
        error_messages={"required": "Choisissez le département de résidence."},
    )

    marques: ClassVar = {
        "aide": "pour une aide de cette liste, sinon décrivez-la plus bas",
        "langue": Pour("facultatif", si="besoins=interprete"),
        "telephone": Pour("facultatif", si="lieu=telephone"),
        "qualite": Pour("pour un document par le portail", si="livraison=portail"),
        "mandat_fin": Pour("facultatif", si="livraison=portail"),
        "raison_urgence": Pour("pour une urgence", si="urgente=on"),
    }

    ASSURE = ("civilite", "nom", "prenom", "naissance", "departement")
    # What the demande asks is made with the form: given back too when the session ended meanwhile.
    familles_a_rendre = tuple(QUESTIONS)

    def __init__(self, *args: Any, demande: Demande, facultatif: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.demande, self.motif, self.facultatif = demande, demande.motif, facultatif
        self.fields["naissance"].aujourd_hui = lambda: demande.caisse.jour
        self.fields["departement"].initial = demande.caisse.departement
        self.fields |= champs_de(demande)
        # What the convention leaves no choice of, whatever an older draft said.
        self.initial |= {nom: un.initial for nom, un in self.fields.items() if un.widget.is_hidden}
        if not self.motif.assure:
            for nom in self.ASSURE:
                self.fields.pop(nom)
        if facultatif:
            for champ in self.fields.values():
                champ.required = False

    def clean_demande_liee(self) -> str:
        """The reference of a demande of the same structure and caisse."""
        saisie = self.cleaned_data["demande_liee"]
        if not saisie:
            return ""
        reference = reference_normalisee(saisie)
        trouvee = Demande.objects.deposees().filter(
            reference=reference, partenaire=self.demande.partenaire_id, caisse=self.demande.caisse_id
        )
        if reference is None or not trouvee.exists():
            raise ValidationError(
                "Aucune demande de votre structure ne porte cette référence.", code="inconnue"
            )
        return reference

    def clean(self) -> dict[str, Any]:
        """An urgency has a reason (D-08); a document through the portal, a capacity (C-10)."""
        donnees = super().clean() or {}
        if self.facultatif:
            return donnees
        urgente = donnees.get("urgente") or self.motif.urgent
        if urgente and not donnees.get("raison_urgence") and "raison_urgence" not in self.errors:
            self.add_error("raison_urgence", "Dites en une phrase pourquoi la situation est urgente.")
        if self.motif.fiche and not donnees.get("aide") and not donnees.get("texte"):
            self.add_error("aide", "Cochez l’aide que vous attendez, ou décrivez-la dans les précisions.")
        if donnees.get("livraison") == "portail":
            self._verifier_la_qualite(donnees)
        return donnees

    def _verifier_la_qualite(self, donnees: dict[str, Any]) -> None:
        """C-10: what the sending of the document would refuse in ten days is said today."""
        if not donnees.get("qualite"):
            self.add_error("qualite", "Dites à quel titre la structure reçoit ce document.")
        fin = donnees.get("mandat_fin")
        if fin and fin < self.demande.caisse.jour:
            self.add_error(
                "mandat_fin",
                "Ce mandat est terminé : la caisse ne pourra pas vous remettre le document par le portail.",
            )

    @classmethod
    def est_complet(cls, demande: Demande, contenu: dict[str, Any]) -> bool:
        """Return whether a draft could be sent as it is: the same checks as the form that was typed."""
        return cls(cls.initial_de(contenu, urgente=demande.urgente), demande=demande).is_valid()

    @staticmethod
    def initial_de(contenu: dict[str, Any], *, urgente: bool) -> dict[str, object]:
        """Return the initial values of the form for a sealed content."""
        initial = {k: v for k, v in contenu.items() if k != "assure"} | dict(contenu.get("assure", {}))
        if initial.get("naissance"):
            initial["naissance"] = Naissance.fromisoformat(initial["naissance"])
        for nom, une in QUESTIONS.items():
            if isinstance(une.champ, Jour) and initial.get(nom):
                initial[nom] = dt.date.fromisoformat(initial[nom])
        return initial | {"urgente": urgente}

    def contenu_partiel(self, garde: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Return what may be sealed while one types, over what is kept already, and the labels of what may not be yet.

        A field that is refused (half a date, a NIR, a text to confirm) keeps the value that it had.
        """
        neuf = self.contenu()
        refuses = [nom for nom in self.errors if nom in self.fields]
        for nom in refuses:
            ici, avant = (
                (neuf.setdefault("assure", {}), garde.get("assure", {}))
                if nom in self.ASSURE
                else (neuf, garde)
            )
            if nom in avant:
                ici[nom] = avant[nom]
        return neuf, [str(self.fields[nom].label) for nom in refuses]

    def champs_assure(self) -> list[forms.BoundField]:
        """Return the fields about the person, for the template."""
        return [champ for champ in self.visible_fields() if champ.name in self.ASSURE]

    def champs_situation(self) -> list[forms.BoundField]:
        """Return the other fields, urgency last (D-18)."""
        return [champ for champ in self.visible_fields() if champ.name not in self.ASSURE]

    def contenu(self) -> dict[str, Any]:
        """Return what is to be sealed: `assure` apart, the rest as typed."""
        donnees = {
            # Dates are stored as ISO text in the sealed content.
            nom: valeur.isoformat() if isinstance(valeur, dt.date | Naissance) else valeur
            for nom, valeur in self.cleaned_data.items()
            if nom != "urgente"
        }
        if self.confirme:
            donnees[self.CONFIRMATION] = True
        if not self.motif.assure:
            return donnees
        return donnees | {"assure": {nom: donnees.pop(nom) for nom in self.ASSURE if nom in donnees}}
