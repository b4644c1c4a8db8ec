"""Keyed search index of the persons: 64-bit keyed tokens, never a name.

Tokens hold each word of the name and first name as prefixes from 3 letters, so that neither the order of the
names, nor accents, hyphens, apostrophes and particles matter; its sound, for who writes it in another alphabet; and the
date of birth with the beginning of a word, never alone. Each month of term, caisse and structure has its own key: what one knows of one's own structure tells nothing of
another's. The key of a month dies with it: after a move to another month, caisse or structure, recompute the tokens.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, Value
from django.db.models.functions import Cast

from conformite.scellement import CleAbsente, cle_index, mois_index
from socle.alphabets import est_latin
from socle.ecriture import pour_juger, sans_accents
from socle.naissances import Naissance, separer
from socle.noms import (
    PARTICULES,
    SANS_PRENOM,
    Personne,
    cles,
    cles_de,
    colle,
    initiales,
    sans_civilite,
    sans_mentions,
    sons,
)

PREFIXE_MIN = 3
PREFIXE_MAX = 14
_PARTICULES = PARTICULES | {"la", "le", "les"}
_APOSTROPHES = re.compile("['’‘ʼ´`]")


class Lieu(NamedTuple):
    """Where tokens lie: what their key depends on."""

    mois: dt.date
    caisse: int
    partenaire: int


def lieux_vivants(parts: Iterable[tuple[int, int]], jusqu_a: dt.date | None = None) -> list[Lieu]:
    """Return the places of these caisses and structures in each living month, up to that of `jusqu_a`."""
    mois = [un for un in mois_index() if jusqu_a is None or un <= jusqu_a]
    return [Lieu(un, *part) for part in sorted(set(parts)) for un in mois]


def jetons_personne(nom: str, prenom: str, naissance: dt.date | Naissance | None, lieu: Lieu) -> list[int]:
    """Return the tokens of one person under the key of its place, sorted, without doubles. Raise CleAbsente."""
    # « N’Guyen » is found as « guyen » and as « nguyen ».
    ecrits = [forme for un in (nom, prenom) for forme in (un, _APOSTROPHES.sub("", un))]
    mots = set().union(*map(_formes_d_un_nom, ecrits))
    termes = set().union(*map(_termes_d_un_mot, mots))
    if not est_latin(nom + prenom):
        # « 张伟 » is written in one: the name, then the first name.
        termes |= _termes_d_un_mot(colle(nom + prenom))
    termes |= {f"son:{est_latin(un)}:{son}" for un in (nom, prenom) for son in sons(un)}
    if naissance:
        termes |= {_terme_d_une_naissance(naissance.isoformat(), lettre) for lettre in initiales(mots)}
    return jetons_du_lieu(termes, lieu)


def jetons_recherche(saisie: str, lieux: Iterable[Lieu]) -> list[list[int]]:
    """Return what a typed search asks for: every inner list must meet the tokens of the row (`tokens && list`).

    An empty answer means that nothing usable was typed: a date of birth alone is not.
    """
    lieux = list(lieux)
    return [jetons(alternatives, lieux) for alternatives in _termes_de_la_saisie(saisie)]


def portant(salle: str, jetons: list[int]) -> Q:
    """Return the condition that a row has one of these tokens, as the function of its room finds them (ADR 27)."""
    # Written at once: there are thousands of them, that the driver would adapt one by one.
    ecrits = Value(f"{{{','.join(map(str, jetons))}}}")
    return parmi(f"{salle}_portant", Cast(ecrits, ArrayField(BigIntegerField())))


def parmi(fonction: str, cherche: Value | Cast) -> Q:
    """Return the condition that the key of a row is one of those that this function of the database gives back, asked once."""
    trouvees = Func(
        cherche, function=fonction, template="ANY((SELECT %(function)s(%(expressions)s))::bigint[])"
    )
    return Q(
        Func(F("pk"), trouvees, template="%(expressions)s", arg_joiner=" = ", output_field=BooleanField())
    )


def naissance_seule(saisie: str) -> bool:
    """Whether a date of birth was typed without the name that it needs."""
    dates, mots = _separer(saisie)
    return bool(dates) and not any(map(_decouper, mots))


def jetons_proches(personne: Personne, lieux: Iterable[Lieu]) -> list[list[list[int]]]:
    """Return the ways to find who may be this person, however written: a row meets every list of one way at least.

    A name and a first name, in any order, whatever the birth date (their beginnings, where none is known); a birth date
    that does not disagree and the first letter of one of the names; their sound, in another alphabet. An initial alone
    finds nobody.
    """
    lieux = list(lieux)
    noms, prenoms = cles_de(personne)
    prenoms |= {SANS_PRENOM} if prenoms else set()
    dits = [longs for mots in (noms, prenoms) if (longs := {mot for mot in mots if len(mot) > 1})]
    if personne.naissance:
        debuts = [{mot[:PREFIXE_MAX] for mot in mots} for mots in dits]
    elif len(dits) > 1:
        debuts = [{mot[:PREFIXE_MIN] for mot in mots} for mots in dits]
    else:
        debuts = [_debuts_voisins(mots) for mots in dits]
    voies = [[set(map(_terme_cherche, mots)) for mots in debuts]] if debuts else []
    # In another alphabet, where nothing says which letters: by ear.
    entendus = [
        {f"son:{not est_latin(un)}:{son}" for son in siens}
        for un in (f"{personne.nom} {personne.usage}", personne.prenom)
        if (siens := sons(un))
    ]
    voies += [entendus] if entendus else []
    if personne.naissance and noms | prenoms:
        voies.append([_termes_d_une_naissance(personne.naissance, noms | prenoms)])
    return [[jetons(termes, lieux) for termes in voie] for voie in voies]


def _debuts_voisins(mots: Iterable[str]) -> set[str]:
    """How a name alone may begin when a slip was typed: in its second half, or a letter more, or two turned about."""
    debuts: set[str] = set()
    for mot in mots:
        milieu = max(PREFIXE_MIN, (len(mot) + 1) // 2)
        moins = {mot[:rang] + mot[rang + 1 :] for rang in range(milieu)}
        tournes = {mot[:rang] + mot[rang : rang + 2][::-1] + mot[rang + 2 :] for rang in range(milieu)}
        debuts |= {mot[:milieu]} | {un[:PREFIXE_MAX] for un in moins | tournes if len(un) > PREFIXE_MIN}
    return debuts


def jetons(termes: Iterable[str], lieux: Iterable[Lieu]) -> list[int]:
    """Return the tokens of these terms in all these places; none of a month whose key was destroyed meanwhile."""
    octets = [un.encode() for un in termes]
    trouves: set[int] = set()
    par_mois: dict[dt.date, list[Lieu]] = {}
    for lieu in lieux:
        par_mois.setdefault(lieu.mois, []).append(lieu)
    for mois, siens in par_mois.items():
        # One reading of the key for all the structures: a large caisse has hundreds.
        with suppress(CleAbsente):
            racine = cle_index(mois)
            trouves.update(jeton for lieu in siens for jeton in _jetons(octets, lieu, racine))
    return sorted(trouves)


def jetons_du_lieu(termes: Iterable[str], lieu: Lieu) -> list[int]:
    """Return the tokens of these terms in one place, sorted. Raise CleAbsente."""
    return sorted(_jetons((un.encode() for un in termes), lieu, cle_index(lieu.mois)))


def _jetons(octets: Iterable[bytes], lieu: Lieu, racine: bytes) -> set[int]:
    cle = hashlib.blake2b(b"%d:%d" % (lieu.caisse, lieu.partenaire), key=racine).digest()
    empreinte = hashlib.blake2b
    return {
        int.from_bytes(empreinte(un, key=cle, digest_size=8).digest(), "big", signed=True) for un in octets
    }


def _terme_d_une_naissance(naissance: str, lettre: str) -> str:
    """A date never stands alone: with the first letter of a name, that two slips of a hand seldom touch."""
    return f"naissance:{naissance}|{lettre}"


def _termes_d_une_naissance(naissance: Naissance, mots: Collection[str]) -> set[str]:
    """Known by its year or its month only, on either side, it is the same birth (D-26)."""
    lettres = initiales(mots, naissance)
    return {_terme_d_une_naissance(une, lettre) for une in naissance.possibles() for lettre in lettres}


def _separer(saisie: str) -> tuple[list[Naissance], list[str]]:
    """Return the dates of birth and the words that were typed."""
    morceaux = sans_civilite(pour_juger(saisie).split())
    dates, mots = separer(morceaux)
    return dates, sans_mentions(mots)


def _termes_de_la_saisie(saisie: str) -> Iterator[set[str]]:
    """Each typed word, with the forms under which the index may hold it; each date, with any of the words."""
    dates, mots = _separer(saisie)
    connus: set[str] = set()
    for formes, termes in _mots_de_la_saisie(mots):
        connus |= formes
        yield termes
    if connus:
        yield from (_termes_d_une_naissance(date, connus) for date in dates)


def _mots_de_la_saisie(mots: list[str]) -> Iterator[tuple[set[str], set[str]]]:
    """Each word in its forms, and as the terms that are looked for."""
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
        autres = cles(mot) if len(groupe) == 1 else set()
        for formes in _alternatives(groupe, particule):
            yield formes | autres, set(map(_terme_cherche, formes | autres))
        particule = ""


def _alternatives(groupe: list[str], particule: str) -> Iterator[set[str]]:
    """The words of one typed group (« jean-pierre », « d’angelo »): each alone, or the whole joined."""
    colle = "".join(groupe)
    utiles = [mot for mot in groupe if mot not in _PARTICULES and len(mot) > 1] or [colle]
    for mot in utiles:
        yield {mot, colle} | ({particule + colle} if particule else set())


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
