"""Import of the conventions that a caisse already has, from a table, with a preview line by line.

One line per convention: the structure (found by SIRET, or created), the dates of the signatures, the main parameters;
every other one may have its column, and keeps its usual value without it. Nothing is written by `lire`; `reprendre_ligne` writes
one line through the actions.
"""

import csv
import io
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Field

from caisses.models import Caisse, Motif, Service
from conventions import colonnes, regles
from conventions.actions import conventions, partenaires, signatures
from conventions.models.conventions import Convention, Objet, Participation
from conventions.models.partenaires import Partenaire
from conventions.models.suites import Document, Partie
from fichiers.controle import lire_tableau
from fichiers.refus import Refus
from fichiers.tableaux import place_des_titres, pleines, plier, rangs
from socle.acteurs import Acteur
from socle.champs import Courriel, Jour, Ligne, Siret
from socle.messageries import verifier_domaine

COLONNES = (
    "siret",
    "nom",
    "type",
    "membres",
    "domaines",
    "courriel",
    "signee_le",
    "utilisation_signee_le",
    "duree_mois",
    "denonciation",
    "preavis_mois",
    "services",
)
EXEMPLE = {
    "siret": "90068001800018",
    "nom": "CCAS de Thionville",
    "type": "CCAS",
    "membres": "14",
    "domaines": "ccas-thionville.example",
    "courriel": "contact@ccas-thionville.example",
    "signee_le": "31/01/2025",
    "utilisation_signee_le": "03/02/2025",
    "duree_mois": "12",
    "denonciation": "avant-echeance",
    "preavis_mois": "3",
    "services": "difficulte,document",
}
LIGNES_MAX = 500
CARACTERES_MAX = 400_000
# The columns as people write them: « Signée le », « SIRET ».
_TITRES = {plier(nom): nom for nom in (*COLONNES, *colonnes.COLONNES)}
_ENTIERS = {"membres": (1, 100_000), "duree_mois": (1, 120), "preavis_mois": (0, 24)}


@dataclass
class LigneConvention:
    """One line read: its values, what will happen, or what is wrong."""

    numero: int
    valeurs: dict[str, Any] = field(default_factory=dict)
    erreurs: list[str] = field(default_factory=list)
    annonce: str = ""
    # Those that its optional columns give; the others keep their usual value (C-13).
    parametres: dict[str, Any] = field(default_factory=dict)


def lire(texte: str, caisse: Caisse) -> list[LigneConvention]:
    """Read the CSV, or cells pasted from a spreadsheet, and say line by line what would happen; write nothing.

    Raise ValidationError when it is no table of these columns, or too long.
    """
    if len(texte) > CARACTERES_MAX:
        raise ValidationError("Ce fichier est trop long : séparez-le en plusieurs.")
    try:
        tableau = rangs(texte.lstrip("\ufeff"))
    except csv.Error as erreur:
        raise ValidationError("Ce fichier n’est pas un CSV lisible.") from erreur
    place = place_des_titres(tableau, _TITRES)
    titres = [_TITRES.get(plier(titre), titre.strip()) for titre in tableau[place]] if tableau else []
    if manquantes := [nom for nom in COLONNES if nom not in titres]:
        raise ValidationError(f"Il manque des colonnes : {', '.join(manquantes)}.")
    pleins = pleines(tableau, place)
    if len(pleins) > LIGNES_MAX:
        raise ValidationError(f"Reprenez au plus {LIGNES_MAX} conventions à la fois.")
    lignes = [_lire_ligne(numero, dict(zip(titres, rang, strict=False)), caisse) for numero, rang in pleins]
    if inconnues := {*titres} - {*COLONNES, *colonnes.COLONNES, ""}:
        raise ValidationError(f"Colonne inconnue : {', '.join(sorted(map(str, inconnues)))[:200]}.")
    _refuser_les_doubles(lignes)
    return lignes


def en_texte(nom: str, contenu: bytes, *, pour: Hashable = None) -> str:
    """Return a CSV, XLSX or ODS that was sent as the CSV that `lire` reads; it is read in the cage, and kept nowhere.

    Raise ValidationError, with how to mend it.
    """
    try:
        _, lignes = lire_tableau(nom, contenu, pour=pour)
    except Refus as refus:
        raise ValidationError(refus.message) from None
    tampon = io.StringIO()
    csv.writer(tampon, delimiter=";").writerows([_ecrite(cellule) for cellule in ligne] for ligne in lignes)
    return tampon.getvalue()


def _ecrite(cellule: object) -> str:
    """Return a cell as somebody would type it: a day, a whole number, yes or no."""
    if isinstance(cellule, dict):
        return "/".join(reversed(str(cellule["jour"])[:10].split("-")))
    if isinstance(cellule, bool):
        return "oui" if cellule else "non"
    if isinstance(cellule, float) and cellule.is_integer():
        return str(int(cellule))
    return "" if cellule is None else str(cellule)


def modele() -> str:
    """Return a CSV to fill in: the names of all the columns, and one line of what they may hold."""
    noms = (*COLONNES, *colonnes.COLONNES)
    rang = [EXEMPLE.get(nom) or colonnes.exemple(nom) for nom in noms]
    return "\ufeff" + "\r\n".join(";".join(ligne) for ligne in (noms, rang)) + "\r\n"


def _lire_ligne(numero: int, rang: dict[str, Any], caisse: Caisse) -> LigneConvention:
    ligne = LigneConvention(numero)
    bruts = {nom: (rang.get(nom) or "").strip() for nom in COLONNES}
    for nom, lire_valeur in _LECTEURS.items():
        try:
            ligne.valeurs[nom] = lire_valeur(nom, bruts[nom])
        except ValidationError as erreur:
            ligne.erreurs += [f"{nom} : {message}" for message in erreur.messages]
    for nom in colonnes.COLONNES:
        if saisie := (rang.get(nom) or "").strip():
            try:
                ligne.parametres[nom] = colonnes.lire(nom, saisie)
            except ValidationError as erreur:
                ligne.erreurs += [f"{nom} : {message}" for message in erreur.messages]
    if not ligne.erreurs:
        _verifier(ligne, caisse)
    return ligne


def _lu_par(champ: Field) -> Callable[[str, str], Any]:
    return lambda nom, saisie: champ.clean(saisie)


def _type(_: str, saisie: str) -> str:
    if saisie not in Partenaire.Type.values:
        raise ValidationError(f"un de : {', '.join(Partenaire.Type.values)}.")
    return saisie


def _entier(nom: str, saisie: str) -> int:
    (mini, maxi), chiffres = _ENTIERS[nom], "".join(saisie.split())
    if not chiffres.isascii() or not chiffres.isdigit() or not mini <= int(chiffres[:9]) <= maxi:
        raise ValidationError(f"un nombre de {mini} à {maxi}.")
    return int(chiffres)


def _domaines(_: str, saisie: str) -> list[str]:
    return [verifier_domaine(domaine) for domaine in saisie.split(",") if domaine.strip()]


def _denonciation(_: str, saisie: str) -> str:
    if saisie not in Convention.Denonciation.values:
        raise ValidationError(f"un de : {', '.join(Convention.Denonciation.values)}.")
    return saisie


def _services(_: str, saisie: str) -> list[str]:
    codes = [code.strip() for code in saisie.split(",") if code.strip()]
    connus = set(Service.objects.values_list("pk", flat=True))
    if not codes:
        raise ValidationError("indiquez au moins un service.")
    if inconnus := [code for code in codes if code not in connus]:
        raise ValidationError(f"service inconnu « {inconnus[0][:40]} ».")
    return codes


_LECTEURS = {
    "siret": _lu_par(Siret()),
    "nom": _lu_par(Ligne(max_length=160, error_messages={"required": "indiquez le nom de la structure."})),
    "type": _type,
    "membres": _entier,
    "domaines": _domaines,
    "courriel": _lu_par(Courriel(required=False)),
    "signee_le": _lu_par(Jour()),
    "utilisation_signee_le": _lu_par(Jour(required=False)),
    "duree_mois": _entier,
    "denonciation": _denonciation,
    "preavis_mois": _entier,
    "services": _services,
}


def _verifier(ligne: LigneConvention, caisse: Caisse) -> None:
    """Say what is wrong between the values, then what would happen."""
    valeurs = ligne.valeurs
    signee, utilisation = valeurs["signee_le"], valeurs["utilisation_signee_le"]
    if signee > caisse.jour or (utilisation and utilisation > caisse.jour):
        ligne.erreurs.append("signee_le : une signature ne peut être à venir.")
    if utilisation and utilisation < signee:
        ligne.erreurs.append("utilisation_signee_le : la convention est signée la première.")
    if valeurs["denonciation"] != regles.SANS_PREAVIS and not valeurs["preavis_mois"]:
        ligne.erreurs.append("preavis_mois : indiquez le préavis, en mois.")
    partenaire = Partenaire.objects.filter(siret=valeurs["siret"]).first()
    if partenaire and Participation.objects.en_vigueur().filter(
        partenaire=partenaire, caisse=caisse, objet=Objet.ACCES_DROITS
    ):
        ligne.erreurs.append("siret : une convention est déjà en vigueur avec cette structure.")
    if not ligne.erreurs:
        structure = (
            f"{partenaire} est connue : la convention lui est rattachée"
            if partenaire
            else "la structure est créée"
        )
        echeance = regles.prochaine_echeance(signee, valeurs["duree_mois"], caisse.jour)
        ligne.annonce = f"{structure} ; prochaine reconduction le {echeance:%d/%m/%Y}."


def _refuser_les_doubles(lignes: Iterable[LigneConvention]) -> None:
    vus: dict[str, int] = {}
    for ligne in lignes:
        siret = ligne.valeurs.get("siret")
        if siret in vus:
            ligne.erreurs.append(f"siret : déjà à la ligne {vus[siret]}.")
        elif siret:
            vus[siret] = ligne.numero


def reprendre_ligne(par: Acteur, caisse: Caisse, ligne: LigneConvention) -> Convention:
    """Write a sound line: its structure, its convention, its signatures. Raise ValidationError, inside a transaction."""
    valeurs = ligne.valeurs
    partenaire = Partenaire.objects.filter(siret=valeurs["siret"]).first()
    if partenaire is None:
        fiche = {nom: valeurs[nom] for nom in ("siret", "nom", "type", "membres", "domaines", "courriel")}
        partenaire = partenaires.creer_partenaire(par=par, **fiche)
    convention = conventions.rediger_convention(
        par=par,
        partenaire=partenaire,
        ouvertures=[conventions.Ouverture(caisse, Motif.objects.filter(service__in=valeurs["services"]))],
        duree_mois=valeurs["duree_mois"],
        denonciation=valeurs["denonciation"],
        denonciation_mois=valeurs["preavis_mois"],
        **ligne.parametres,
    )
    conventions.mettre_a_la_signature(par=par, convention=convention)
    for document, le in (
        (Document.CONVENTION, valeurs["signee_le"]),
        (Document.UTILISATION, valeurs["utilisation_signee_le"]),
    ):
        if le is None or (document == Document.UTILISATION and convention.utilisation_liee):
            continue
        signataires = convention.signataires.order_by("pk")
        if document == Document.UTILISATION:
            signataires = signataires.exclude(partie=Partie.AUTRE)
        for signataire in signataires:
            signatures.signer(par=par, signataire=signataire, document=document, le=le)
    convention.refresh_from_db()
    return convention
