"""What a thief learns of a copy of the database: 20 000 demandes of 40 structures and four caisses.

He has the code, the table with its search tokens, the whole list of the persons of one structure, and an account of it
that may deposit for anybody. Measured: who is recognised elsewhere, by known and chosen persons (nobody), by frequencies
alone, and once the index keys too are stolen. Beside it, what the agent's search costs more than with one key a month.

Runs with the portal's settings: `python -m outils.bench.vol` prints the results.
"""

import datetime as dt
import itertools
import json
import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib import import_module
from typing import Any, NamedTuple

import django
from django.db import connection

from outils.bench.dedans import demander
from outils.bench.resultats import Mesure, mediane
from outils.portail import Portail
from outils.visiteur import Visiteur
from socle.perimetre import MACHINE, devenir

DEMANDES = int(os.environ.get("DEMANDES_VOLEES") or 20_000)
STRUCTURES, CAISSES, FOIS = 40, 4, 20
RATIO = 1.3
NEUVE, ANCIENNE = "vol : recherche, clés par structure", "vol : recherche, une clé par mois"
# Names are as unequal as in life: the first ones are very common.
NOMS, PRENOMS, PERSONNES = 4_000, 600, 12_000


class Ligne(NamedTuple):
    """What the copy holds of one demande, and whom it is about, that the thief does not know."""

    lieu: Any
    jetons: frozenset[int]
    uniques: frozenset[int]
    qui: tuple[str, str, dt.date]


def mesurer(portail: Portail) -> Iterator[Mesure]:
    """Measure with the keys and the server of this portal, and the page of its agent."""
    lues = {ligne["nom"]: Mesure(**ligne) for ligne in demander(portail, "vol")}
    yield from lues.values()
    agent = Visiteur(portail.adresse)
    agent.se_connecter("agent.moselle")
    page = 1000 * mediane(lambda: agent.envoyer("/tri/", mots="Belcor"), FOIS)
    yield Mesure("vol : page de recherche de l’agent", page, "ms")
    neuve, ancienne = (page + lues[nom].valeur for nom in (NEUVE, ANCIENNE))
    yield Mesure("vol : cette page, rapport à une clé par mois", neuve / ancienne, "×", RATIO)


def _ici() -> Iterator[Mesure]:
    index, mois_index = import_module("conformite.index"), import_module("conformite.scellement").mois_index
    alea = random.Random(16)  # noqa: S311 (volume, not a secret)
    gens = _gens(alea)
    lignes = _lignes(alea, index, gens, mois_index()[:7])
    autres = [une for une in lignes if une.lieu.partenaire]
    siens = {une.lieu for une in lignes} - {une.lieu for une in autres}
    # Known persons, and all those that he chooses to deposit, in each month of his structure.
    appris = set().union(*(index.jetons_personne(*qui, lieu) for lieu in siens for qui in gens))
    yield Mesure("vol : reliées d’une structure à l’autre", _reliees(lignes, "jetons"), "demandes", 0)
    yield Mesure("vol : les mêmes, une clé par mois", _reliees(lignes, "uniques"), "demandes")
    reconnues = sum(bool(une.jetons & appris) for une in autres)
    yield Mesure("vol : reconnues par personnes connues et choisies", reconnues, "demandes", 0)
    devinees, justes = _par_frequences(index, gens, autres)
    yield Mesure("vol : un nom ou prénom deviné par fréquences", 100 * devinees, "% demandes")
    yield Mesure("vol : ce qu’il devine ainsi et qui est juste", 100 * justes, "% mots")
    yield Mesure(
        "vol : trouvées avec les clés d’index", 100 * _avec_les_cles(index, gens, autres), "% demandes"
    )
    yield from _recherche(index, lignes)


def _gens(alea: random.Random) -> list[tuple[str, str, dt.date]]:
    def mots(nombre: int, syllabes: int) -> list[str]:
        sons = [a + b for a in "bcdflmnprst" for b in ("a", "e", "i", "o", "ou", "an")]
        return ["".join(alea.choices(sons, k=syllabes)).capitalize() for _ in range(nombre)]

    noms, prenoms = mots(NOMS, 3), mots(PRENOMS, 2)
    tires = zip(
        alea.choices(noms, [1 / (rang + 3) for rang in range(NOMS)], k=PERSONNES),
        alea.choices(prenoms, [1 / (rang + 3) for rang in range(PRENOMS)], k=PERSONNES),
        strict=True,
    )
    return [(*un, dt.date(1935, 1, 1) + dt.timedelta(days=alea.randrange(32_000))) for un in tires]


def _lignes(alea: random.Random, index: Any, gens: list, mois: list[dt.date]) -> list[Ligne]:
    lignes = []
    for _ in range(DEMANDES):
        structure, qui = alea.randrange(STRUCTURES), alea.choice(gens)
        lieu = index.Lieu(alea.choice(mois), structure % CAISSES, structure)
        seul = index.Lieu(lieu.mois, 0, 0)
        jetons, uniques = (frozenset(index.jetons_personne(*qui, ou)) for ou in (lieu, seul))
        lignes.append(Ligne(lieu, jetons, uniques, qui))
    return lignes


def _reliees(lignes: list[Ligne], colonne: str) -> int:
    """How many demandes have a token that a demande of another structure has."""
    ou = defaultdict(set)
    for ligne in lignes:
        for jeton in getattr(ligne, colonne):
            ou[jeton].add(ligne.lieu.partenaire)
    return sum(any(len(ou[jeton]) > 1 for jeton in getattr(ligne, colonne)) for ligne in lignes)


def _par_frequences(index: Any, gens: list, autres: list[Ligne]) -> tuple[float, float]:
    """In each place the commonest tokens are said to be the commonest words.

    Share of the demandes of which a name or a first name is so said rightly; share of what he says that is right.
    """
    mots = Counter(mot for nom, prenom, _ in gens for mot in (nom, prenom))
    par_lieu = defaultdict(list)
    for ligne in autres:
        par_lieu[ligne.lieu].append(ligne)
    devinees = dites = justes = 0
    for lieu, lignes in par_lieu.items():
        rangs = [jeton for jeton, _ in Counter(j for une in lignes for j in une.jetons).most_common()]
        dits = dict(zip(rangs, (mot for mot, _ in mots.most_common()), strict=False))
        for une in lignes:
            vrais = {
                mot: set(index.jetons_personne(mot, "", None, lieu))
                for mot in {dits[jeton] for jeton in une.jetons if jeton in dits} & set(une.qui[:2])
            }
            trouves = [jeton for jeton in une.jetons if jeton in vrais.get(dits.get(jeton, ""), ())]
            devinees, justes = devinees + bool(trouves), justes + len(trouves)
            dites += len(une.jetons & dits.keys())
    return devinees / len(autres), justes / dites


def _avec_les_cles(index: Any, gens: list, autres: list[Ligne]) -> float:
    """With the index keys every name of a list is tried in every place: share of a sample that is named whole."""
    tirees = autres[:: max(1, len(autres) // 20)]
    trouvees = 0
    for une in tirees:
        candidats = {qui[:2] for qui in gens if set(index.jetons_personne(*qui, une.lieu)) == set(une.jetons)}
        trouvees += candidats == {une.qui[:2]}
    return trouvees / len(tirees)


def _recherche(index: Any, lignes: list[Ligne]) -> Iterator[Mesure]:
    """The search of an agent of one caisse, its tokens computed and its rows found, with either way of keying."""
    with connection.cursor() as curseur:
        curseur.execute("CREATE TEMP TABLE vol (caisse int, jetons bigint[], uniques bigint[])")
        with curseur.copy("COPY vol FROM STDIN") as copie:
            for une in lignes:
                copie.write_row((une.lieu.caisse, list(une.jetons), list(une.uniques)))
        for colonne in ("jetons", "uniques"):
            curseur.execute(f"CREATE INDEX ON vol USING gin (caisse, {colonne})")
        curseur.execute("ANALYZE vol")
        parts = sorted({(une.lieu.caisse, une.lieu.partenaire) for une in lignes if une.lieu.caisse == 1})
        dernier = max(une.lieu.mois for une in lignes)
        mots = itertools.cycle([f"{nom} {prenom}" for nom, prenom, _ in (une.qui for une in lignes[:200])])

        def chercher(colonne: str, lieux: Callable[[], list]) -> Callable[[], None]:
            def faire() -> None:
                groupes = index.jetons_recherche(next(mots), lieux())
                ou = " AND ".join(f"{colonne} && %s" for _ in groupes)
                curseur.execute(f"SELECT count(*) FROM vol WHERE caisse = 1 AND {ou}", groupes)  # noqa: S608

            return faire

        neuf = mediane(chercher("jetons", lambda: index.lieux_vivants(parts, dernier)), FOIS * 5)
        ancien = mediane(chercher("uniques", lambda: index.lieux_vivants([(0, 0)])), FOIS * 5)
    yield Mesure(NEUVE, neuf * 1000, "ms")
    yield Mesure(ANCIENNE, ancien * 1000, "ms")


def main() -> int:
    """Print the results as JSON."""
    django.setup()
    devenir(MACHINE)
    debut = time.monotonic()
    lignes = [asdict(une) for une in _ici()]
    lignes.append(asdict(Mesure("vol : durée de la mesure", time.monotonic() - debut, "s")))
    json.dump(lignes, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
