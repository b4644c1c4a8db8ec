"""Does a page slow down when there are a hundred times more demandes elsewhere? (200 caisses of 5 000 against 2)

Two portals, the small one and the large one, are read by turns: what else the machine does weighs on both alike. So is
the large one with its third wall and without (ADR 27).
"""

import itertools
import os
import re
import time
from collections.abc import Callable, Iterator

from outils.bench.dedans import demander, peupler
from outils.bench.resultats import Mesure, centile
from outils.portail import Portail, port_libre
from outils.services import BASE, creer_base, supprimer_base
from outils.visiteur import Visiteur

FOIS = 30
PAR_CAISSE = 5_000
DEMANDES = int(os.environ.get("DEMANDES") or 50_000)
CAISSES = 2
PETITE = "petite"
# One caisse that alone has a tenth of them, a fifth of which open; one structure that alone has a fiftieth.
GROSSE_CAISSE, GROSSE_STRUCTURE = 900, 901
RATIO, RATIO_GROSSE, RATIO_MUR = 1.3, 2.0, 1.1
Lecture = Callable[[], float]


def mesurer(portail: Portail) -> Iterator[Mesure]:
    """Fill two portals, whose services run, and read the same pages on both by turns."""
    yield from _peupler(portail)
    env = {"DATABASE_URL": portail.postgres.url(base=PETITE), "REDIS_URL": portail.valkey.url}
    with Portail(portail.etat, port_libre(), env=portail.surcharges | env) as petit:
        for un in (petit, portail):
            un.lancer("web")
            un.attendre()
        petites, grandes = _lectures(petit, 0), _lectures(portail, 0)
        for nom in grandes:
            yield from _comparer(nom, petites[nom], grandes[nom], f"{CAISSES * PAR_CAISSE} demandes", RATIO)
    for nom, rang, lues in (
        (f"caisse de {DEMANDES // 10}", GROSSE_CAISSE, ("tri", "recherche d’un nom", "une demande")),
        (f"structure de {DEMANDES // 50}", GROSSE_STRUCTURE, ("historique",)),
    ):
        grosses = _lectures(portail, rang, depots=False)
        for lue in lues:
            yield from _comparer(
                f"{lue}, {nom}", grandes[lue], grosses[lue], f"une de {PAR_CAISSE}", RATIO_GROSSE
            )
    del grandes["dépôt"]
    for nom in grandes:
        yield from _comparer(f"{nom}, derrière le mur", _sans_mur(portail, grandes[nom]), grandes[nom], "sans", RATIO_MUR)
    portail.interrompre("web")
    with portail.postgres.connexion() as admin:
        supprimer_base(admin, PETITE)


def _peupler(portail: Portail) -> Iterator[Mesure]:
    """The small base, sealed for good; its copy goes on to the whole volume."""
    debut = time.monotonic()
    peupler(portail, CAISSES * PAR_CAISSE, CAISSES)
    yield Mesure("peuplement scellé", CAISSES * PAR_CAISSE / (time.monotonic() - debut), "demandes/s")
    with portail.postgres.connexion() as admin:
        creer_base(admin, PETITE, BASE)
    debut, autres = time.monotonic(), DEMANDES // PAR_CAISSE - CAISSES
    peupler(portail, autres * PAR_CAISSE, autres, depuis=CAISSES, repeter=0)
    yield Mesure("peuplement répété", autres * PAR_CAISSE / (time.monotonic() - debut), "demandes/s")
    peupler(portail, DEMANDES // 10, depuis=GROSSE_CAISSE)
    peupler(portail, DEMANDES // 50, depuis=GROSSE_STRUCTURE)
    for base in (BASE, PETITE):
        with portail.postgres.connexion(base) as admin:
            admin.execute("VACUUM ANALYZE")


def _comparer(nom: str, temoin: Lecture, mesuree: Lecture, a: str, but: float) -> Iterator[Mesure]:
    temoin(), mesuree()
    paires = [(temoin(), mesuree()) for _ in range(FOIS)]
    avant, apres = ([paire[rang] * 1000 for paire in paires] for rang in (0, 1))
    yield Mesure(f"{nom} : médiane", centile(apres, 50), "ms")
    yield Mesure(f"{nom} : p95", centile(apres, 95), "ms")
    yield Mesure(f"{nom} : rapport à {a}", centile(apres, 50) / centile(avant, 50), "×", but)


def _sans_mur(portail: Portail, lecture: Lecture) -> Lecture:
    """Return the same reading without the policies; the one after a change of the tables plans anew, and is not counted."""

    def lire() -> float:
        with portail.postgres.connexion(BASE) as admin:
            mur = admin.execute("SELECT oid::regclass::text FROM pg_class WHERE relrowsecurity").fetchall()
            for mot in ("DISABLE", "ENABLE"):
                admin.execute(";".join(f"ALTER TABLE {table} {mot} ROW LEVEL SECURITY" for (table,) in mur))
                lecture()
                if mot == "DISABLE":
                    duree = lecture()
        return duree

    return lire


def _lectures(portail: Portail, rang: int, *, depots: bool = True) -> dict[str, Lecture]:
    """The pages that a person waits for, by name: each call reads one and returns its seconds."""
    technicien, agent = Visiteur(portail.adresse), Visiteur(portail.adresse)
    technicien.se_connecter(f"technicien.volume-{rang:03d}")
    agent.se_connecter(f"agent.volume-{rang:03d}")
    detail = re.search(r'href="(/tri/D[^"/]+/)"', agent.lire("/tri/?panier=ouvertes").texte)[1]
    lectures = {
        "tri": lambda: _lue(agent, "/tri/"),
        "historique": lambda: _lue(technicien, "/demandes/?filtre=toutes"),
        "recherche d’un nom": lambda: _envoyee(agent, "/tri/", mots="Belcor"),
        "une demande": lambda: _lue(agent, detail),
    }
    if depots:
        collegue = Visiteur(portail.adresse)
        collegue.se_connecter(f"collegue.volume-{rang:03d}")
        envois = itertools.chain(
            _brouillons(portail, technicien, f"technicien.volume-{rang:03d}"),
            _brouillons(portail, collegue, f"collegue.volume-{rang:03d}"),
        )
        coches = {"accord": "on", "consentement": "on"}
        lectures["dépôt"] = lambda: _envoyee(*next(envois), **coches)
    return lectures


def _brouillons(portail: Portail, qui: Visiteur, identifiant: str) -> list[tuple[Visiteur, str]]:
    """Return half of the drafts that are sent, with who sends them: one account alone would be held back (R-09)."""
    prets = demander(portail, "brouillons", identifiant, FOIS // 2 + 1)
    return [(qui, f"/demandes/{reference}/recapitulatif/") for reference in prets]


def _lue(visiteur: Visiteur, chemin: str) -> float:
    reponse = visiteur.lire(chemin)
    if reponse.status != 200:
        raise RuntimeError(f"{chemin} : {reponse.status}")
    return reponse.duree


def _envoyee(visiteur: Visiteur, chemin: str, **champs: str) -> float:
    reponse = visiteur.envoyer(chemin, **champs)
    if reponse.status != 200:
        raise RuntimeError(f"{chemin} : {reponse.status}")
    return reponse.duree
