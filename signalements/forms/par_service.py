"""The fields of each service, coded first, free text last (D-17, D-18), and how their answers read afterwards."""

import datetime as dt
from typing import Any

from django import forms

from signalements.models.demandes import Demande
from signalements.models.rendez_vous import RendezVous
from signalements.suites import Difficulte, Obstacle
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
QUALITES = [
    ("tutelle", "Tuteur ou curateur de la personne"),
    ("ase", "Institution à laquelle l’enfant est confié"),
    ("depositaire", "Organisme auprès duquel la personne est domiciliée"),
    ("autre", "Autre habilitation prévue par la convention"),
]

Champs = dict[str, forms.Field]


def champs_du_service(demande: Demande) -> Champs:
    """Return the fields of the demande's service and motif, in their order."""
    motif = demande.motif
    champs: Champs = {}
    if motif.fiche:
        champs |= _fiche()
    if motif.service_id in ("etude-dossier", "rendez-vous"):
        champs["raison_portail"] = _radio("Pourquoi passer par le portail ?", RAISONS_PORTAIL)
    if motif.service_id == "rendez-vous":
        champs |= _rendez_vous()
    if motif.service_id == "document":
        champs |= _document(demande)
    if motif.lie_a_une_demande:
        champs["demande_liee"] = Code(
            label="Référence de la demande concernée", max_length=20, help_text="Par exemple : D26-7KQ4-M9XP."
        )
    champs["texte"] = Texte(
        personne=True,
        label="Précisions" if motif.fiche or motif.service_id != "contact" else "Votre question",
        help_text=AIDE_TEXTE,
        required=motif.service_id in ("contact", "difficulte") and not motif.fiche,
        error_messages={"required": "Expliquez votre demande en quelques phrases."},
    )
    return champs


def _radio(libelle: str, choix: list[tuple[str, str]], **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=libelle,
        choices=choix,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
        **options,
    )


def _cases(libelle: str, choix: Any, message: str = "", **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=libelle,
        choices=choix,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": message},
        **options,
    )


def _fiche() -> Champs:
    return {
        "difficultes": _cases("Quel genre de difficulté ?", Difficulte, "Cochez au moins une difficulté."),
        "obstacles": _cases("Qu’est-ce qui fait obstacle ?", Obstacle, "Cochez au moins un obstacle."),
        "demarches": Texte(
            personne=True,
            label="Démarches déjà faites",
            help_text="Auprès de qui, quand, avec quel résultat.",
            required=False,
            max_length=2000,
        ),
        "aide": Texte(
            personne=True,
            label="Aide attendue de la caisse",
            help_text="Ce qui débloquerait la situation.",
            max_length=2000,
            error_messages={"required": "Dites quelle aide vous attendez de la caisse."},
        ),
    }


def _rendez_vous() -> Champs:
    return {
        "lieu": _radio("Quel rendez-vous ?", list(RendezVous.Lieu.choices)),
        "moments": _cases("Quand la personne est-elle disponible ?", MOMENTS, "Cochez au moins un moment."),
        "besoins": _cases("De quoi a-t-elle besoin ?", BESOINS, required=False),
        "langue": NomDePersonne(label="Langue de l’interprète", required=False),
        "telephone": Telephone(
            label="Numéro à appeler",
            required=False,
            help_text="Pour un rendez-vous par téléphone. Sans numéro, la caisse appelle votre structure.",
        ),
    }


def _document(demande: Demande) -> Champs:
    if not demande.participation.documents_par_portail:
        return {
            "livraison": _radio("Comment le document est-il remis ?", LIVRAISONS_ADRESSE, initial="adresse")
        }
    return {
        "livraison": _radio("Comment le document est-il remis ?", [*LIVRAISONS_ADRESSE, LIVRAISON_PORTAIL]),
        "qualite": forms.ChoiceField(
            label="À quel titre la structure reçoit-elle le document ?",
            help_text="Demandé pour une remise par le portail.",
            choices=[("", "Choisissez"), *QUALITES],
            required=False,
        ),
        "mandat_fin": Jour(
            label="Fin du mandat",
            help_text="Jour, mois, année. Laissez vide si le mandat n’a pas de fin.",
            required=False,
            error_messages={"invalid": "Saisissez la date sous la forme jour, mois, année : 31/12/2027."},
            widget=forms.DateInput(attrs={"inputmode": "numeric"}, format="%d/%m/%Y"),
        ),
    }


# key of the content -> (title, labels of its codes or None for a text), in the order of reading
LECTURE: dict[str, tuple[str, dict[str, str] | None]] = {
    "difficultes": ("Difficultés", dict(Difficulte.choices)),
    "obstacles": ("Obstacles", dict(Obstacle.choices)),
    "raison_portail": ("Pourquoi le portail", dict(RAISONS_PORTAIL)),
    "lieu": ("Rendez-vous souhaité", dict(RendezVous.Lieu.choices)),
    "moments": ("Disponibilités", dict(MOMENTS)),
    "besoins": ("Besoins", dict(BESOINS)),
    "langue": ("Langue de l’interprète", None),
    "telephone": ("Numéro à appeler", None),
    "livraison": ("Remise du document", dict([*LIVRAISONS_ADRESSE, LIVRAISON_PORTAIL])),
    "qualite": ("La structure reçoit en qualité de", dict(QUALITES)),
    "mandat_fin": ("Fin du mandat", None),
    "demande_liee": ("Demande concernée", None),
    "demarches": ("Démarches déjà faites", None),
    "aide": ("Aide attendue de la caisse", None),
    "texte": ("Précisions", None),
    "raison_urgence": ("Raison de l’urgence", None),
}


def lire(contenu: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the answered fields of a sealed content with their titles, as people read them."""
    lignes = []
    for cle, (titre, libelles) in LECTURE.items():
        valeur = contenu.get(cle)
        if not valeur:
            continue
        if cle == "mandat_fin":
            valeur = f"{dt.date.fromisoformat(valeur):%d/%m/%Y}"
        if cle == "telephone":
            valeur = telephones.montrer(valeur)
        codes = valeur if isinstance(valeur, list) else [valeur]
        lignes.append((titre, ", ".join(libelles.get(c, c) for c in codes) if libelles else str(valeur)))
    return lignes
