"""Words for the codes of the journal and of the jobs, as a DPO reads them."""

import re
from functools import cache

from django.apps import apps

from conformite.models.journal import LigneJournal
from conventions.views.documents import PIECES
from signalements.models.demandes import Demande
from socle import crochets
from socle.profils import Profil

_EXECUTIONS = {
    "cles": "Création des clés à venir",
    "comptes-balayage": "Sessions, postes et liens expirés",
    "comptes-departs": "Départs annoncés",
    "comptes-fins": "Fins de convention",
    "comptes-notices": "Préavis de suppression des comptes",
    "comptes-revues": "Revues d’habilitation",
    "conservation": "Destruction de ce qui est arrivé à son terme",
    "conventions": "Échéances des conventions",
    "conventions-rappels": "Rappels des conventions",
    "courriels": "Envoi des courriels",
    "oublis": "Mots de passe et identifiants oubliés",
    "demandes": "Relances et clôtures des demandes",
    "demandes-resumes": "Résumés du matin",
    "echanges": "Échéances des échanges de fichiers",
    "echanges-rapprochements": "Rapprochements des listes échangées",
    "fichiers": "Analyse des fichiers en attente",
    "fichiers-nouvelle-analyse": "Nouvelle analyse des fichiers",
    "fichiers-reparation": "Réparation du stockage des fichiers",
    "lettre": "Lettre d’information",
    "page-indisponible": "Page d’indisponibilité",
    "sceau-du-journal": "Sceau du journal",
    "coherence": "Contrôle quotidien des données",
    "surveillance": "Surveillance et alertes",
}


_DETAILS = {
    "avec_code": "code confidentiel donné",
    "champs": "champs changés",
    "commentaire": "commentaire",
    "connu": "compte connu",
    "de": "avant",
    "debut": "début",
    "decision": "décision",
    "ecrit": "réponse en cours d’écriture",
    "ferme": "compte fermé aussitôt",
    "gelees": "demandes gelées",
    "genres": "signalé dans le texte",
    "inactive": "compte inactivé",
    "jusqu_a": "jusqu’au",
    "modele": "catégorie",
    "montrees": "vues en une heure",
    "numero": "numéro",
    "oui": "accepté",
    "piece": "document",
    "precision": "précision",
    "profil_cree": "profil",
    "reconnu": "code reconnu",
    "remplacant": "remplaçant, compte n°",
    "reponse": "réponse",
    "restants": "codes restants",
    "resultats": "résultats",
    "statut": "raison",
    "terme": "terme du",
    "total": "lignes en tout",
    "vers": "après",
    "volume": "lignes arrivées à leur terme",
    "vue": "page",
}
_JOUR = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
# What an answer of the portal meant to the person.
_REFUS = {403: "droit manquant", 404: "hors du périmètre"}
_ETATS = dict(Demande.Statut.choices)


def acte(code: str) -> str:
    """Return the words for an act of the journal; the code itself, made readable, for one that is no more."""
    return _actes().get(code) or code.replace(".", " : ").replace("_", " ").capitalize()


@cache
def _actes() -> dict[str, str]:
    return {une.value: str(une.label) for actes in crochets.actes.values() for une in actes}


@cache
def lectures() -> frozenset[str]:
    """Return the acts that showed or gave out the data of somebody: « qui a vu quoi » (R-02, R-04)."""
    return frozenset(une.value for actes in crochets.actes.values() for une in actes if une.lecture)


def objet(ligne: LigneJournal) -> str:
    """Return the words for the object of a line that has no reference: « compte n° 14 », nothing without object."""
    if not ligne.objet_type:
        return ""
    try:
        nom = apps.get_model(ligne.objet_type)._meta.verbose_name
    except LookupError:  # a line outlives the model that it names
        nom = ligne.objet_type
    return f"{nom} n°\xa0{ligne.objet_id}"


def details(ligne: LigneJournal) -> list[tuple[str, str]]:
    """Return the details of a line as words: names and states in French, days in figures, lists without brackets."""
    citees = {"références": ligne.citees} if ligne.citees else {}
    return [
        (_DETAILS.get(nom) or nom.replace("_", " "), _detail(nom, valeur))
        for nom, valeur in (citees | ligne.details).items()
    ]


def profil(code: str) -> str:
    """Return the words for the profile that a line holds; the code itself for one that is no more."""
    return str(dict(Profil.choices).get(code, code))


def _detail(nom: str, valeur: object) -> str:
    if nom == "statut" and valeur in _REFUS:
        return _REFUS[valeur]
    if nom == "profil_cree":
        return profil(str(valeur))
    if nom in ("de", "vers") and valeur in _ETATS:
        return str(_ETATS[valeur])
    if nom == "piece":
        return {**PIECES, "bilan-annuel": "Bilan annuel"}.get(str(valeur), str(valeur))
    if nom == "vue":
        return str(valeur).replace("-", " ")
    return _en_mots(valeur)


def _en_mots(valeur: object) -> str:
    if isinstance(valeur, list):
        return ", ".join(map(_en_mots, valeur)) or "–"
    if valeur is None or valeur == "":
        return "–"
    mot = str(valeur)
    if jour := _JOUR.fullmatch(mot):
        return "/".join(reversed(jour.groups()))
    return {"True": "oui", "False": "non"}.get(mot, mot.replace("_", " "))


def execution(nom: str) -> str:
    """Return the words for a job of the beat table."""
    return _EXECUTIONS.get(nom) or nom.replace("-", " ").capitalize()
