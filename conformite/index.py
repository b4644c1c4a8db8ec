"""Keyed search index of the persons: 64-bit HMAC tokens, never a name.

Tokens hold each word of the name and first name as prefixes from 3 letters, so that neither the order of the
names, nor accents, hyphens, apostrophes and particles matter; and the date of birth. Keys go by month of term and
die with it: after a move of the term to another month, recompute the tokens.
"""

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator

from conformite.scellement import CleAbsente, cle_index, mois_index
from socle.ecriture import pour_juger, sans_accents
from socle.naissances import Naissance, lue_ou_rien
from socle.noms import Personne, cles, cles_de, ecritures

PREFIXE_MIN = 3
PREFIXE_MAX = 14
_PARTICULES = frozenset(
    [
        "d",
        "de",
        "del",
        "della",
        "der",
        "des",
        "di",
        "do",
        "dos",
        "du",
        "el",
        "al",
        "la",
        "le",
        "les",
        "l",
        "van",
        "von",
        "zu",
        "y",
    ]
)
_APOSTROPHES = re.compile("['’‘ʼ´`]")


def jetons_personne(
    nom: str, prenom: str, naissance: dt.date | Naissance | None, mois_terme: dt.date
) -> list[int]:
    """Return the tokens of one person under the index key of the month of its term, sorted, without doubles."""
    termes = {f"naissance:{naissance.isoformat()}"} if naissance else set()
    for texte in (nom, prenom):
        # « N’Guyen » is found as « guyen » and as « nguyen ».
        for mot in _formes_d_un_nom(texte) | _formes_d_un_nom(_APOSTROPHES.sub("", texte)):
            termes.update(_termes_d_un_mot(mot))
    return _jetons(termes, mois_terme)


def jetons_recherche(saisie: str, mois: Iterable[dt.date] | None = None) -> list[list[int]]:
    """Return what a typed search asks for: every inner list must meet the tokens of the row (`tokens && list`).

    `mois`: months of term to search, all the living ones by default. An empty answer means that nothing usable
    was typed.
    """
    cherches = list(mois) if mois is not None else mois_index()
    return [_jetons_des_mois(alternatives, cherches) for alternatives in _termes_de_la_saisie(saisie)]


def jetons_proches(personne: Personne) -> list[list[list[int]]]:
    """Return the ways to find who may be this person, however written: a row meets every list of one way at least.

    A name and a first name, in any order, whatever the birth date (their beginnings, where none is known); a birth date
    that does not disagree and the beginning of one of the names; or the same whole birth date, whatever the names.
    """
    noms, prenoms = cles_de(personne)
    debuts = {_terme_cherche(mot[:PREFIXE_MIN]) for mot in noms | prenoms}
    if not debuts:
        return []
    fin = PREFIXE_MAX if personne.naissance else PREFIXE_MIN
    voies = [[{_terme_cherche(mot[:fin]) for mot in mots} for mots in (noms, prenoms) if mots]]
    if personne.naissance:
        voies.append([_termes_d_une_naissance(personne.naissance), debuts])
        if personne.naissance.complete:
            voies.append([{f"naissance:{personne.naissance.isoformat()}"}])
    mois = mois_index()
    return [[_jetons_des_mois(termes, mois) for termes in voie] for voie in voies]


def _jetons_des_mois(termes: set[str], mois: Iterable[dt.date]) -> list[int]:
    return sorted({jeton for un in mois for jeton in _jetons_du_mois(termes, un)})


def _termes_d_une_naissance(naissance: Naissance) -> set[str]:
    """Known by its year or its month only, on either side, it is the same birth (D-26)."""
    return {f"naissance:{possible}" for possible in naissance.possibles()}


def _jetons_du_mois(termes: set[str], mois: dt.date) -> list[int]:
    """The tokens under the key of one month; none when it was destroyed since the months were listed."""
    try:
        return _jetons(termes, mois)
    except CleAbsente:
        return []


def _termes_de_la_saisie(saisie: str) -> Iterator[set[str]]:
    """Each typed word, with the forms under which the index may hold it."""
    morceaux = pour_juger(saisie).split()
    mots: list[str] = []
    for morceau in morceaux:
        if (naissance := lue_ou_rien(morceau)) is not None:
            yield _termes_d_une_naissance(naissance)
        else:
            mots.append(morceau)
    groupes = [(groupe, mot) for mot in mots if (groupe := _decouper(mot))]
    particule = ""
    for rang, (groupe, mot) in enumerate(groupes):
        dernier = rang == len(groupes) - 1
        # « Ben M Barek »: a letter alone goes with the word that follows.
        if (
            len(groupe) == 1
            and (groupe[0] in _PARTICULES or (len(groupe[0]) == 1 and not dernier))
            and not (dernier and len(groupes) == 1)
        ):
            particule += groupe[0]
            if not dernier:
                continue
        autres = ecritures(mot) if len(groupe) == 1 else set()
        yield from (formes | set(map(_terme_cherche, autres)) for formes in _alternatives(groupe, particule))
        particule = ""


def _alternatives(groupe: list[str], particule: str) -> Iterator[set[str]]:
    """The words of one typed group (« jean-pierre », « d’angelo »): each alone, or the whole joined."""
    colle = "".join(groupe)
    utiles = [mot for mot in groupe if mot not in _PARTICULES and len(mot) > 1] or [colle]
    for mot in utiles:
        formes = {mot, colle} | ({particule + colle} if particule else set())
        yield {_terme_cherche(forme) for forme in formes}


def _formes_d_un_nom(texte: str) -> set[str]:
    """The words of a name, its words joined at hyphens and apostrophes, its particles joined, the whole joined."""
    groupes = [groupe for morceau in texte.split() if (groupe := _decouper(morceau))]
    formes = {"".join(mot for groupe in groupes for mot in groupe)}
    particule = ""
    for groupe in groupes:
        colle = "".join(groupe)
        if len(groupe) == 1 and colle in _PARTICULES:
            particule += colle
            continue
        formes |= {colle, particule + colle}
        formes |= {mot for mot in groupe if mot not in _PARTICULES and len(mot) > 1}
        particule = ""
    return (formes | cles(texte)) - {""}


def _decouper(morceau: str) -> list[str]:
    """Split one blank-free piece at hyphens and apostrophes; keep letters and digits only, without accents."""
    propre = sans_accents(_APOSTROPHES.sub("-", morceau))
    return [mot for partie in propre.split("-") if (mot := "".join(c for c in partie if c.isalnum()))]


def _termes_d_un_mot(mot: str) -> set[str]:
    if len(mot) < PREFIXE_MIN:
        return {f"mot:{mot}"}
    return {f"debut:{mot[:fin]}" for fin in range(PREFIXE_MIN, min(len(mot), PREFIXE_MAX) + 1)}


def _terme_cherche(mot: str) -> str:
    return f"mot:{mot}" if len(mot) < PREFIXE_MIN else f"debut:{mot[:PREFIXE_MAX]}"


def _jetons(termes: Iterable[str], mois: dt.date) -> list[int]:
    cle = cle_index(mois)
    return sorted(
        {
            int.from_bytes(hmac.digest(cle, terme.encode(), hashlib.sha256)[:8], "big", signed=True)
            for terme in termes
        }
    )
