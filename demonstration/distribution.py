"""The cast of the demonstration: invented people, one password and one seed of one-time codes for all.

An identifiant says who it is: `technicien.metz`, `agent.moselle`. `agent.rouen` acts for Rouen and Le Havre, which
have one direction.
"""

import base64
from dataclasses import dataclass

from socle.profils import Profil

MOT_DE_PASSE = "Demonstration-2026"
# Of the people of the caisses.
DOMAINE = "assurance-maladie.example"
# Public: it opens nothing but a demonstration.
SECRET_BASE32 = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105


@dataclass(frozen=True)
class Figurant:
    """Somebody with an account; `partenaire` and `caisses` are codes of demonstration/conventions.toml."""

    identifiant: str
    profil: str
    prenom: str
    nom: str
    partenaire: str = ""
    caisses: tuple[str, ...] = ()


_PRENOMS = (
    *(
        "Aïcha",
        "Bruno",
        "Camille",
        "Driss",
        "Élodie",
        "Farid",
        "Gwenaëlle",
        "Hugo",
        "Inès",
        "Jean-Baptiste",
        "Karima",
    ),
    *(
        "Loïc",
        "Maëlle",
        "Nicolas",
        "Océane",
        "Pascal",
        "Quitterie",
        "Rachid",
        "Solène",
        "Thomas",
        "Ursule",
        "Valentin",
    ),
    *(
        "Wendy",
        "Xavier",
        "Yasmine",
        "Zoé",
        "Anaïs",
        "Benoît",
        "Clémence",
        "Damien",
        "Estelle",
        "Florian",
        "Gaëlle",
    ),
    *("Henri", "Isabelle", "Julien", "Katia", "Léo"),
)
_NOMS = (
    *(
        "Fontanille",
        "Brisemotte",
        "Cantegrel",
        "Delaverne",
        "Escoubas",
        "Ferrandel",
        "Garrivet",
        "Hautcastel",
    ),
    *("Ibarrola", "Jouvencel", "Kerbrezh", "Lavaudière", "Montfleury", "Noirmont", "Ourliac", "Pradelou"),
    *("Quercynol", "Rocamadel", "Saint-Avenel", "Tournemine", "Urrugnol", "Valdeyron", "Wittersheimel"),
    *("Xaintrailles", "Yvernault", "Zellerin", "Aubrespy", "Barthoumieu", "Chantelouve", "Dessalines-Roche"),
    *(
        "Estivalet",
        "Fauconnier-Roux",
        "Grandsaigne",
        "Herbelot",
        "Issartel",
        "Jardinaud",
        "Karlsbourg",
        "Lescure-Brun",
    ),
)
_DEUX_TECHNICIENS = ("metz",)


def _personnes() -> list[Figurant]:
    structures = ["metz", "elbeuf", "tarnetgaronne", "grimaud", "mdph68", "tutelle"]
    caisses = {"moselle": ("moselle",), "rouen": ("rouen", "lehavre"), "lehavre": ("lehavre",)}
    caisses |= {code: (code,) for code in ("tarnetgaronne", "var", "hautrhin")}
    noms = iter(zip(_PRENOMS, _NOMS, strict=True))
    gens = []
    for code in structures:
        profils = [Profil.TECHNICIEN, Profil.GESTIONNAIRE]
        for profil in profils:
            gens.append(Figurant(f"{profil.value}.{code}", profil, *next(noms), partenaire=code))
        if code in _DEUX_TECHNICIENS:
            gens.append(Figurant(f"collegue.{code}", Profil.TECHNICIEN, *next(noms), partenaire=code))
    for code, perimetre in caisses.items():
        for profil in (Profil.AGENT, Profil.SUPERVISEUR, Profil.ADMINISTRATEUR, Profil.DPO):
            gens.append(Figurant(f"{profil.value}.{code}", profil, *next(noms), caisses=perimetre))
    gens.append(Figurant("national", Profil.NATIONAL, *next(noms)))
    return gens


PERSONNES: dict[str, Figurant] = {p.identifiant: p for p in _personnes()}

_TITRES = {
    "metz": "Metz Métropole et la CPAM de Moselle",
    "elbeuf": "CCAS de Saint-Pierre-lès-Elbeuf, CPAM de Rouen-Elbeuf-Dieppe et du Havre",
    "tarnetgaronne": "Conseil départemental et CPAM de Tarn-et-Garonne",
    "grimaud": "CCAS de Grimaud et CPAM du Var",
    "mdph68": "Département du Haut-Rhin (MDPH) et CPAM du Haut-Rhin : échange de fichiers",
    "tutelle": "Association tutélaire des Trois Vallées, avec la Moselle et le Var",
}
_TERRITOIRES = {
    "metz": ("metz", "moselle"),
    "elbeuf": ("elbeuf", "rouen", "lehavre"),
    "tarnetgaronne": ("tarnetgaronne",),
    "grimaud": ("grimaud", "var"),
    "mdph68": ("mdph68", "hautrhin"),
    "tutelle": ("tutelle",),
}


def groupes() -> list[tuple[str, list[str]]]:
    """Return the identifiants by territory, with its title."""
    par_territoire = [
        (_TITRES[code], [nom for nom in PERSONNES if nom.partition(".")[2] in suffixes])
        for code, suffixes in _TERRITOIRES.items()
    ]
    return [*par_territoire, ("Assurance Maladie", ["national"])]


def graine() -> bytes:
    """Return the seed of the one-time codes."""
    return base64.b32decode(SECRET_BASE32)
