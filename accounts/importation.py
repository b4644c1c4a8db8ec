"""Techniciens from a table: read, judged line by line, created only where nothing is wrong."""

import csv
import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions.comptes import creer_compte
from accounts.forms.comptes import CoordonneesForm
from accounts.models.compte import Compte
from accounts.regles import CERTIFICATIONS
from fichiers.tableaux import place_des_titres, pleines, plier, rangs
from socle.ecriture import sans_accents
from socle.profils import Profil

COLONNES = ("civilite", "nom", "prenom", "fonction", "telephone", "email")
LIGNES_MAX = 100
CARACTERES_MAX = 200_000
_CIVILITES = {
    "madame": "madame",
    "mme": "madame",
    "mlle": "madame",
    "melle": "madame",
    "mademoiselle": "madame",
    "femme": "madame",
    "f": "madame",
    "monsieur": "monsieur",
    "mr": "monsieur",
    "homme": "monsieur",
    "h": "monsieur",
    "m": "monsieur",
}
_LETTRE_PERDUE = "Une lettre a été perdue quand le fichier a été enregistré. Enregistrez-le au format « CSV UTF-8 », ou corrigez-la."
# How a spreadsheet is made to keep the first zero.
_ZERO_GARDE = re.compile(r"""^(?:='?"?|')(?=[\d+])|(?<=\d)"$""")
_TITRES = {
    "email": (
        "email",
        "mail",
        "courriel",
        "emails",
        "adressemail",
        "adresseemail",
        "adresseelectronique",
        "adressecourriel",
    ),
    "telephone": (
        "telephone",
        "tel",
        "telephonefixe",
        "telephoneprofessionnel",
        "numerodetelephone",
        "ntelephone",
        "telportable",
        "telephoneportable",
        "portable",
        "mobile",
        "lignedirecte",
    ),
    "prenom": ("prenom", "prenoms"),
    "nom": ("nom", "noms", "nomdefamille", "nomdusage"),
    "fonction": ("fonction", "fonctions", "poste"),
    "civilite": ("civilite", "civ", "titre", "sexe"),
}


@dataclass(frozen=True)
class LigneCompte:
    """One line of the file, and what becomes of it."""

    numero: int
    nom: str
    email: str
    identifiant: str = ""
    erreurs: tuple[str, ...] = ()


class _Essai(Exception):
    """Undo everything: it was a preview."""


def lignes(texte: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows by column, each with its number; raise ValidationError for missing columns, no row, or too many."""
    try:
        tableau = rangs(texte)
    except csv.Error as erreur:
        raise ValidationError("Ce fichier n’est pas un tableau lisible.", code="format") from erreur
    place = place_des_titres(tableau, {nom for noms in _TITRES.values() for nom in noms})
    entetes = [_colonne(titre) for titre in tableau[place]] if tableau else []
    if manquantes := [colonne for colonne in COLONNES if colonne not in entetes]:
        raise ValidationError(f"Colonnes manquantes : {', '.join(manquantes)}.", code="colonnes")
    pleins = pleines(tableau, place)
    if not 1 <= len(pleins) <= LIGNES_MAX:
        raise ValidationError(f"Le fichier doit compter de 1 à {LIGNES_MAX} lignes.", code="lignes")
    if len(texte) > CARACTERES_MAX:
        raise ValidationError(
            "Ce fichier est trop volumineux : gardez les colonnes demandées.", code="taille"
        )
    return [(numero, _par_colonne(entetes, rang)) for numero, rang in pleins]


def _par_colonne(entetes: list[str], rang: list[str]) -> dict[str, str]:
    """The cells of a row by column: of two telephones, the first that is written."""
    champs = dict.fromkeys(entetes, "")
    for colonne, cellule in zip(entetes, rang, strict=False):
        champs[colonne] = champs[colonne] or cellule.strip()
    return champs


def _lettre_perdue(nom: str) -> bool:
    """Whether a name holds what no name does, and that another alphabet leaves: « ?ucja », « £ucja », « Pawe³ »."""
    return any(
        signe in "?¿¡\ufffd" or unicodedata.category(signe) in ("Sc", "Sm", "So", "No") for signe in nom
    )


def _colonne(titre: str) -> str:
    """The column that a title names, as people write it: « E-mail », « Tél. », « Prénom(s) »."""
    simple = plier(titre.lower().replace("(s)", "")).rstrip("0123456789")
    return next((colonne for colonne, noms in _TITRES.items() if simple in noms), simple)


def importer(texte: str, *, par: Compte, essai: bool) -> list[LigneCompte]:
    """Create a technicien for each sound line, or say what would happen (`essai`); the seats are counted in order.

    Raise ValidationError when the file itself cannot be read. The gestionnaire certifies for all (A-03).
    """
    bilan: list[LigneCompte] = []
    try:
        with transaction.atomic():
            for numero, champs in lignes(texte):
                bilan.append(_une_ligne(numero, champs, par))
            if essai:
                raise _Essai
    except _Essai:
        return bilan
    return bilan


def _une_ligne(numero: int, champs: dict[str, str], par: Compte) -> LigneCompte:
    civilite = _CIVILITES.get(sans_accents(champs["civilite"]).strip(" ."), champs["civilite"])
    telephone = _ZERO_GARDE.sub("", champs["telephone"])
    formulaire = CoordonneesForm(champs | {"civilite": civilite, "telephone": telephone})
    qui = {"nom": f"{champs['prenom']} {champs['nom']}"[:160], "email": champs["email"][:254]}
    for nom in ("nom", "prenom"):
        if _lettre_perdue(champs[nom]):
            formulaire.add_error(nom, _LETTRE_PERDUE)
    if not formulaire.is_valid():
        erreurs = [
            f"{formulaire.fields[champ].label} : {' '.join(map(str, messages))}"
            for champ, messages in formulaire.errors.items()
        ]
        return LigneCompte(numero, **qui, erreurs=tuple(erreurs))
    try:
        with transaction.atomic():
            compte = creer_compte(
                profil=Profil.TECHNICIEN,
                partenaire=par.partenaire,
                par=par,
                certifications=CERTIFICATIONS,
                **formulaire.cleaned_data,
            )
    except ValidationError as refus:
        return LigneCompte(numero, **qui, erreurs=tuple(refus.messages))
    return LigneCompte(numero, **qui, identifiant=compte.identifiant)
