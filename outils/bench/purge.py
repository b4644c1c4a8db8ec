"""The purge of expired demandes (threads, history, files, index) against hand-written SQL over a copy of the same rows.

Both delete the same rows of the same tables, with the same triggers and foreign keys, by batches in transactions. The
time of the engine is that of a whole run: every declared model, ledgers, holds, anonymous figures. What the SQL has no
counterpart for is timed apart: the keys of days that were over before, under which none of these demandes was sealed,
go first; the contents go after, as the job of each minute does. Pages are read meanwhile on the engine's side only.

`python -m outils.bench.purge contenus|sql|moteur`: what the parent asks, in the settings of the portal.
"""

import datetime as dt
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from outils.bench.dedans import commencer, demander, peupler, recevoir
from outils.bench.echelle import DEMANDES, PAR_CAISSE
from outils.bench.resultats import Mesure, centile
from outils.portail import Portail
from outils.services import BASE, creer_base, supprimer_base
from outils.visiteur import Visiteur
from socle.perimetre import MACHINE, devenir

PREMIERE = 500
PIECES = 10
LOT = 1000
COPIE = "copie"
# Beyond the terms of all that is written here.
DANS = dt.timedelta(days=40)
DUREE_RELATIVE = 2.0
MEMOIRE_MO = 30.0


def mesurer(portail: Portail) -> Iterator[Mesure]:
    """Fill, copy, delete in the copy by hand, then purge while somebody reads."""
    peupler(portail, PAR_CAISSE, depuis=PREMIERE, echues=True, pieces=PIECES)
    autres = DEMANDES // PAR_CAISSE - 1
    if autres:
        peupler(portail, autres * PAR_CAISSE, autres, depuis=PREMIERE + 1, repeter=PREMIERE)
    demander(portail, "purge", "contenus")
    with portail.postgres.connexion(BASE) as admin:
        admin.execute("VACUUM ANALYZE")
    with portail.postgres.connexion() as admin:
        creer_base(admin, COPIE, BASE)
        a_la_main = demander(portail, "purge", "sql", DATABASE_URL=portail.postgres.url(base=COPIE))
        supprimer_base(admin, COPIE)
    portail.lancer("web")
    portail.attendre()
    visiteur = Visiteur(portail.adresse)
    visiteur.se_connecter("superviseur.moselle")
    avant = [visiteur.lire("/tri/").duree * 1000 for _ in range(20)]
    travail = commencer(portail, "purge", "moteur")
    pendant = []
    while travail.poll() is None:
        pendant.append(visiteur.lire("/tri/"))
        time.sleep(1)
    notre = recevoir(travail, "purge")
    portail.interrompre("web")
    yield from _resultats(a_la_main, notre, avant, pendant)


def _resultats(a_la_main: dict, notre: dict, avant: list[float], pendant: list[Any]) -> Iterator[Mesure]:
    durees = [page.duree * 1000 for page in pendant]
    yield Mesure("purge : demandes détruites", notre["demandes"], "")
    yield Mesure(
        "purge : demandes laissées, que le SQL a prises", a_la_main["demandes"] - notre["demandes"], "", 0
    )
    yield Mesure("purge : vitesse", notre["demandes"] / notre["secondes"], "demandes/s")
    yield Mesure("purge : SQL écrit à la main", a_la_main["demandes"] / a_la_main["secondes"], "demandes/s")
    yield Mesure(
        "purge : durée rapportée au SQL écrit à la main",
        notre["secondes"] / a_la_main["secondes"] * a_la_main["demandes"] / notre["demandes"],
        "×",
        DUREE_RELATIVE,
    )
    yield Mesure("purge : mémoire prise en plus", notre["memoire"], "Mo", MEMOIRE_MO)
    yield Mesure("purge : clés de jours passés détruites", notre["cles"] / notre["duree_cles"], "clés/s")
    yield Mesure("purge : contenus effacés", notre["contenus"] / notre["effacement"], "fichiers/s")
    yield Mesure("/tri/ sans purge : médiane", centile(avant, 50), "ms")
    yield Mesure("/tri/ pendant la purge : médiane", centile(durees, 50), "ms")
    yield Mesure("/tri/ pendant la purge : la plus longue", max(durees), "ms")
    yield Mesure(
        "réponses autres que 200 pendant la purge", sum(page.status != 200 for page in pendant), "", 0
    )


# --- Inside the portal


def contenus() -> dict[str, object]:
    """Give a content to the pieces that were repeated without theirs; it is never opened."""
    stockage = import_module("fichiers.stockage")
    ecrits = 0
    emplacements = apps.get_model("signalements", "Piece").objects.values_list("emplacement", flat=True)
    for emplacement in emplacements.order_by("pk").iterator():
        chemin = Path(settings.DOSSIER_FICHIERS) / stockage.nom_stocke(emplacement)
        if not chemin.exists():
            chemin.parent.mkdir(parents=True, exist_ok=True)
            chemin.write_bytes(os.urandom(60))
            ecrits += 1
    return {"ecrits": ecrits}


def sql() -> dict[str, object]:
    """Delete as somebody would by hand: batches of keys, children first, one transaction each."""
    limite, detruites, debut, apres = _instant().date(), 0, time.perf_counter(), 0
    enfants = ("message", "evenement", "piece", "rendezvous", "presence")
    while True:
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(
                "SELECT id FROM signalements_demande WHERE id > %s AND terme_le < %s"
                " AND statut IN ('brouillon', 'cloturee', 'annulee', 'irrecevable') ORDER BY id LIMIT %s FOR UPDATE",
                [apres, limite, LOT],
            )
            cles = [cle for (cle,) in curseur.fetchall()]
            if not cles:
                return {"demandes": detruites, "secondes": time.perf_counter() - debut}
            for enfant in enfants:
                curseur.execute(f"DELETE FROM signalements_{enfant} WHERE demande_id = ANY(%s)", [cles])  # noqa: S608
            curseur.execute("DELETE FROM signalements_demande WHERE id = ANY(%s)", [cles])
            detruites += curseur.rowcount
            apres = cles[-1]


def moteur() -> dict[str, object]:
    """Purge with the engine, its brake released; keys already due before, contents after, timed apart."""
    purge, freins = import_module("conformite.purge"), import_module("conformite.freins")
    a, demandes = _instant(), apps.get_model("signalements", "Demande").objects
    purge.purger(a)
    dpo = apps.get_model("accounts", "Compte").objects.get(identifiant="dpo.moselle")
    for frein in apps.get_model("conformite", "FreinPurge").objects.ouverts():
        freins.liberer(frein, par=dpo, a=a)
    debut = time.perf_counter()
    cles = purge.detruire_les_cles(a)
    duree_cles = time.perf_counter() - debut
    avant, memoire = demandes.count(), Memoire()
    debut = time.perf_counter()
    purge.purger(a)
    secondes = time.perf_counter() - debut
    debut = time.perf_counter()
    effaces = import_module("fichiers.entretien").effacer_les_contenus()["effaces"]
    return {
        "demandes": avant - demandes.count(),
        "secondes": secondes,
        "memoire": memoire.fin(),
        "cles": cles,
        "duree_cles": duree_cles,
        "contenus": effaces,
        "effacement": time.perf_counter() - debut,
    }


class Memoire:
    """The memory that this process takes from now on, whatever is freed meanwhile."""

    def __init__(self) -> None:
        self._pics: list[float] = []
        self._debut = _rss()
        self._suite = threading.Event()
        self._fil = threading.Thread(target=self._suivre, daemon=True)
        self._fil.start()

    def _suivre(self) -> None:
        while not self._suite.wait(0.2):
            self._pics.append(_rss())

    def fin(self) -> float:
        """Return the megabytes between the start and the highest moment."""
        self._suite.set()
        self._fil.join()
        return max([*self._pics, _rss()]) - self._debut


def _rss() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _instant() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + DANS


if __name__ == "__main__":
    django.setup()
    devenir(MACHINE)
    print(json.dumps({"contenus": contenus, "sql": sql, "moteur": moteur}[sys.argv[1]]()))
