"""What a demande asks, coded first, free text last (D-17, D-18): each field is declared once, with how its answer reads."""

import datetime as dt
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django import forms

from conventions.models.conventions import Titre
from signalements.models.demandes import Demande
from signalements.models.rendez_vous import RendezVous
from signalements.suites import AideVoulue, Demarche, Difficulte, Obstacle
from socle import telephones
from socle.champs import AIDE_TEXTE, Code, Jour, NomDePersonne, Telephone, Texte

# D-17, [82]: the usual channel comes first; the technicien says why the portal, the screen lets go on.
RAISONS_PORTAIL = [
    (
        "autonomie",
        "La personne n’a pas l’autonomie pour utiliser son compte ameli, le téléphone ou l’accueil",
    ),
    ("soins", "La personne a besoin de soins en urgence"),
    ("autre", "Aucune des deux : le canal habituel est son compte ameli ou le 3646"),
]
MOMENTS = [
    (f"{jour}-{moment}", f"{jour.capitalize()} {'matin' if moment == 'matin' else 'après-midi'}")
    for jour in ("lundi", "mardi", "mercredi", "jeudi", "vendredi")
    for moment in ("matin", "apres-midi")
]
BESOINS = [
    ("interprete", "Un interprète"),
    ("langue-des-signes", "La langue des signes"),
    ("fauteuil", "Un lieu accessible en fauteuil roulant"),
    ("accompagnant", "La présence d’un accompagnant"),
]
LIVRAISONS_ADRESSE = [("adresse", "Envoi à l’adresse de l’assuré connue de la caisse")]
LIVRAISON_PORTAIL = ("portail", "Remise à la structure par le portail")


@dataclass(frozen=True)
class Question:
    """One field of a demande: asked of which, under which title its answer reads, its codes told by its choices."""

    titre: str
    champ: forms.Field
    pour: Callable[[Demande], bool]
    # What a demande changes of the field.
    adapter: Callable[[Any, Demande], None] | None = None

    def poser(self, demande: Demande) -> forms.Field:
        """Return the field for this demande."""
        champ = deepcopy(self.champ)
        if self.adapter:
            self.adapter(champ, demande)
        return champ

    def lire(self, valeur: Any) -> str:
        """Return an answer, as it was sealed, in the words of the form."""
        if isinstance(self.champ, Jour):
            return f"{dt.date.fromisoformat(valeur):%d/%m/%Y}"
        if isinstance(self.champ, Telephone):
            return telephones.montrer(valeur)
        libelles = dict(getattr(self.champ, "choices", ()))
        return ", ".join(
            str(libelles.get(un, un)) for un in (valeur if isinstance(valeur, list) else [valeur])
        )


def _service(*codes: str) -> Callable[[Demande], bool]:
    return lambda demande: demande.motif.service_id in codes


def _fiche(demande: Demande) -> bool:
    return demande.motif.fiche


def _par_le_portail(demande: Demande) -> bool:
    return _service("document")(demande) and demande.participation.documents_par_portail


def _livraisons(champ: forms.ChoiceField, demande: Demande) -> None:
    if not _par_le_portail(demande):
        # One answer is no question: the recap says it.
        champ.choices, champ.initial, champ.widget = LIVRAISONS_ADRESSE, "adresse", forms.HiddenInput()


def _titres(champ: forms.ChoiceField, demande: Demande) -> None:
    """Offer the capacities that the convention names, else those of the kind of structure (C-10)."""
    sien = demande.partenaire.type
    permis = demande.participation.documents_titres or (
        (sien, Titre.AUTRE) if sien in Titre.values else Titre.values
    )
    champ.choices = [("", "Choisissez"), *((un, dit) for un, dit in Titre.choices if un in permis)]
    if sien in permis:
        champ.initial = sien


def _precisions(champ: forms.Field, demande: Demande) -> None:
    motif = demande.motif
    if motif.service_id == "contact" and not motif.fiche:
        champ.label = "Votre question"
    if motif.fiche:
        champ.help_text = f"Ce qui débloquerait la situation, ce que les démarches ont donné. {AIDE_TEXTE}"
    champ.required = motif.service_id in ("contact", "difficulte") and not motif.fiche


def _radio(libelle: str, choix: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=libelle,
        choices=choix,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
    )


def _cases(libelle: str, choix: Any, message: str = "", **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=libelle,
        choices=choix,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": message},
        **options,
    )


# key of the content -> its question, in the order of the form and of the reading
QUESTIONS: dict[str, Question] = {
    "difficultes": Question(
        "Difficultés",
        _cases("Quel genre de difficulté ?", Difficulte, "Cochez au moins une difficulté."),
        _fiche,
    ),
    "obstacles": Question(
        "Obstacles", _cases("Qu’est-ce qui fait obstacle ?", Obstacle, "Cochez au moins un obstacle."), _fiche
    ),
    "demarches": Question(
        "Démarches déjà faites",
        _cases("Quelles démarches sont déjà faites ?", Demarche, required=False),
        _fiche,
    ),
    "aide": Question(
        "Aide attendue de la caisse",
        _cases("Quelle aide attendez-vous de la caisse ?", AideVoulue, required=False),
        _fiche,
    ),
    "raison_portail": Question(
        "Pourquoi le portail",
        _radio("Pourquoi passer par le portail ?", RAISONS_PORTAIL),
        _service("etude-dossier", "rendez-vous"),
    ),
    "lieu": Question(
        "Rendez-vous souhaité",
        _radio("Quel rendez-vous ?", list(RendezVous.Lieu.choices)),
        _service("rendez-vous"),
    ),
    "moments": Question(
        "Disponibilités",
        _cases("Quand la personne est-elle disponible ?", MOMENTS, "Cochez au moins un moment."),
        _service("rendez-vous"),
    ),
    "besoins": Question(
        "Besoins", _cases("De quoi a-t-elle besoin ?", BESOINS, required=False), _service("rendez-vous")
    ),
    "langue": Question(
        "Langue de l’interprète",
        NomDePersonne(label="Langue de l’interprète", required=False),
        _service("rendez-vous"),
    ),
    "telephone": Question(
        "Numéro à appeler",
        Telephone(
            label="Numéro à appeler",
            required=False,
            help_text="Pour un rendez-vous par téléphone. Sans numéro, la caisse appelle votre structure.",
        ),
        _service("rendez-vous"),
    ),
    "livraison": Question(
        "Remise du document",
        _radio("Comment le document est-il remis ?", [*LIVRAISONS_ADRESSE, LIVRAISON_PORTAIL]),
        _service("document"),
        _livraisons,
    ),
    "qualite": Question(
        "La structure reçoit en qualité de",
        forms.ChoiceField(
            label="À quel titre la structure reçoit-elle le document ?",
            help_text="Demandé pour une remise par le portail.",
            choices=[("", "Choisissez"), *Titre.choices],
            required=False,
        ),
        _par_le_portail,
        _titres,
    ),
    "mandat_fin": Question(
        "Fin du mandat",
        Jour(
            label="Fin du mandat",
            help_text="Jour, mois, année. Laissez vide si le mandat n’a pas de fin.",
            required=False,
            error_messages={"invalid": "Saisissez la date sous la forme jour, mois, année : 31/12/2027."},
            widget=forms.DateInput(attrs={"inputmode": "numeric"}, format="%d/%m/%Y"),
        ),
        _par_le_portail,
    ),
    "demande_liee": Question(
        "Demande concernée",
        Code(
            label="Référence de la demande concernée", max_length=20, help_text="Par exemple : D26-7KQ4-M9XP."
        ),
        lambda demande: demande.motif.lie_a_une_demande,
    ),
    "texte": Question(
        "Précisions",
        Texte(
            personne=True,
            label="Précisions",
            help_text=AIDE_TEXTE,
            error_messages={"required": "Expliquez votre demande en quelques phrases."},
        ),
        lambda demande: True,
        _precisions,
    ),
    # Said by the demande itself: nothing of it is in the content.
    "urgente": Question(
        "Urgente",
        forms.BooleanField(
            label="La situation est urgente",
            help_text="Par exemple : soins qui ne peuvent pas attendre, sortie d’hôpital sans droits ouverts.",
            required=False,
        ),
        lambda demande: demande.motif.assure and not demande.motif.urgent,
    ),
    "raison_urgence": Question(
        "Raison de l’urgence",
        Texte(
            personne=True,
            label="Pourquoi est-ce urgent ?",
            help_text="Une phrase suffit.",
            required=False,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 2, "data-garde-texte": ""}),
        ),
        lambda demande: demande.motif.assure,
    ),
}


def champs_de(demande: Demande) -> dict[str, forms.Field]:
    """Return the fields that this demande asks, in their order."""
    return {nom: une.poser(demande) for nom, une in QUESTIONS.items() if une.pour(demande)}


def lire(contenu: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the answered fields of a sealed content with their titles, as people read them."""
    return [(une.titre, une.lire(contenu[nom])) for nom, une in QUESTIONS.items() if contenu.get(nom)]
