"""Fifty thousand rows deposited, read and matched, in a process of the portal (E-02, E-05); ten deposits at once by its pages.

Runs with the portal's settings, on its demonstration: `python -m outils.bench.echanges` prints the results.
"""

import datetime as dt
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module
from typing import Any

import django
from django.apps import apps
from django.db import transaction

from outils.bench.dedans import demander
from outils.bench.resultats import Mesure, centile
from outils.bench.scellement import _pic
from outils.portail import Portail
from outils.visiteur import Visiteur
from socle.perimetre import MACHINE, devenir

LIGNES = 50_000
SECONDES, MEMOIRE_MO = 5.0, 1000.0
# Ten tables as heavy as one may be, and what a page may take meanwhile.
ENSEMBLE, OCTETS, PAGE_S = 10, 25_000_000, 5.0
# In the background, where nobody waits; then each page reads what is kept.
RAPPROCHEMENT_S, PAGE_DU_RAPPROCHEMENT_S = 60.0, 1.0
TITRES = (
    "Nom de naissance;Nom d’usage;Prénoms;Date de naissance;Commune;Date de la décision;Ouverture du droit;Montant mensuel;"
    "Premier versement prévu"
)
BENEFICIAIRE = "{jour};{jour};1266,59;{jour}"
DEPOSANT, LECTEUR = "agent.hautrhin", "technicien.mdph68"


def mesurer(portail: Portail) -> Iterator[Mesure]:
    """Measure on the demonstration of this portal."""
    for ligne in demander(portail, "echanges"):
        yield Mesure(**ligne)
    lecteur = Visiteur(portail.adresse)
    lecteur.se_connecter(LECTEUR)
    [reference] = demander(portail, "echanges", "rapproche")
    pages = [
        lecteur.lire(f"/echanges/depots/{reference}/rapprochement/?etat=certain&page={un}")
        for un in range(1, 9)
    ]
    yield Mesure(
        "pages du rapprochement non servies",
        sum("Même période" not in une.texte for une in pages),
        "",
        0,
    )
    yield Mesure(
        "une page du rapprochement (95 %)",
        centile([une.duree for une in pages], 95),
        "s",
        PAGE_DU_RAPPROCHEMENT_S,
    )
    yield from _dix_a_la_fois(portail, demander(portail, "echanges", ENSEMBLE))


def _dix_a_la_fois(portail: Portail, references: list[str]) -> Iterator[Mesure]:
    """Send ten tables at the same instant, each again while the portal asks for it; read a page all along."""
    contenus = [_lourd(rang) for rang in range(ENSEMBLE)]
    modele, lecteur = Visiteur(portail.adresse), Visiteur(portail.adresse)
    modele.se_connecter(DEPOSANT)
    lecteur.se_connecter(LECTEUR)
    pris: list[float] = []
    durees: list[float] = []
    rates: list[int] = []
    debut = time.monotonic()

    def deposer(rang: int) -> None:
        visiteur = Visiteur(portail.adresse)
        for cookie in modele.cookies:
            visiteur.cookies.set_cookie(cookie)
        chemin = f"/echanges/depots/{references[rang]}/fichier/"
        for _ in range(ENSEMBLE):
            # Too busy, the portal answers before it has read everything: the network tells it as a broken pipe.
            with suppress(OSError):
                reponse = visiteur.joindre(chemin, "fichiers", "liste.csv", contenus[rang])
                if reponse.url.endswith("/confirmer/"):
                    pris.append(time.monotonic() - debut)
                    return
            time.sleep(2)

    fils = [threading.Thread(target=deposer, args=(rang,)) for rang in range(ENSEMBLE)]
    for fil in fils:
        fil.start()
    while any(fil.is_alive() for fil in fils):
        reponse = lecteur.lire("/echanges/")
        durees.append(reponse.duree)
        rates.extend([reponse.status] * (reponse.status != 200))
        time.sleep(0.2)
    yield Mesure(f"{ENSEMBLE} dépôts de 25 Mo ensemble : non pris", ENSEMBLE - len(pris), "", 0)
    yield Mesure(f"{ENSEMBLE} dépôts de 25 Mo ensemble : le dernier pris", max(pris, default=0.0), "s")
    yield Mesure("page d’un autre pendant ces dépôts (95 %)", centile(durees, 95), "s", PAGE_S)
    yield Mesure("pages d’un autre non servies pendant ces dépôts", len(rates), "", 0)


def _lourd(rang: int) -> bytes:
    """Return a table of nearly 25 MB, that is no other one’s."""
    jour = f"{dt.date.today() - dt.timedelta(days=1):%d/%m/%Y}"
    lignes, taille = [TITRES], len(TITRES.encode())
    for numero in range(LIGNES):
        long = f"{_lettres(numero)}{'a' * 70}"
        une = f"{long};{long};{long};{numero % 27 + 1:02}/03/1950;{'Colmar ' * 28};{jour};{jour};{rang + 1},00;{jour}"
        taille += len(une) + 2
        if taille > OCTETS:
            break
        lignes.append(une)
    return "\r\n".join(lignes).encode()


def _flux(code: str = "mtp-nouveaux") -> Any:
    return (
        apps.get_model("echanges", "FluxConvenu")
        .objects.select_related("participation__caisse", "participation__convention")
        .get(code=code)
    )


def _ouvrir(nombre: int) -> list[str]:
    """Open deposits whose passwords have left; return their references."""
    agent = apps.get_model("accounts", "Compte").objects.get(identifiant=DEPOSANT)
    ouvrir, partir = (
        import_module("echanges.actions.depots").ouvrir_depot,
        import_module("demonstration.echanges"),
    )
    references = []
    for _ in range(nombre):
        flux = _flux()
        depot = ouvrir(par=agent, flux=flux, periode=flux.participation.caisse.jour.isoformat())
        partir._partir(partir.BOITES["partenaire"])
        references.append(depot.reference)
    return references


def _rapproche() -> list[str]:
    """Return the reference of the list that `_ici` compared."""
    depots = apps.get_model("echanges", "Depot").objects.filter(flux__code="pch-actp", lignes=LIGNES)
    return [depots.latest("pk").reference]


def _ici() -> Iterator[Mesure]:
    compte = apps.get_model("accounts", "Compte").objects.get
    agent, technicien = compte(identifiant=DEPOSANT), compte(identifiant=LECTEUR)
    lecture = import_module("echanges.actions.lecture")
    depot, mot_de_passe, mesures = _deposer(agent, "mtp-nouveaux", BENEFICIAIRE)
    yield from mesures
    secondes = _chronometrer(
        lambda: list(lecture.lire_depot(par=technicien, depot=depot, mot_de_passe=mot_de_passe)[1])
    )
    yield Mesure("50 000 lignes remises", secondes, "s", SECONDES)
    _deposer(technicien, "pch-actp", "PCH;01/01/2026;;600,00")
    tenir = import_module("echanges.actions.rapprochements").tenir_les_rapprochements
    prises: dict[str, int] = {}
    with _pic(prises, "rapprochement"):
        secondes = _chronometrer(tenir)
    yield Mesure("50 000 lignes rapprochées de 50 000", secondes, "s", RAPPROCHEMENT_S)
    yield Mesure("50 000 lignes rapprochées : mémoire", prises["rapprochement"] / 1e6, "Mo", MEMOIRE_MO)


def _deposer(par: Any, code: str, suite: str) -> tuple[Any, str, list[Mesure]]:
    """Deposit fifty thousand rows; return the deposit, its password, and what its reception took."""
    outils_demo = import_module("demonstration.echanges")
    reception, depots = import_module("echanges.actions.reception"), import_module("echanges.actions.depots")
    flux = _flux(code)
    jour = flux.participation.caisse.jour
    # At once: the worker of the portal would send the mail before its password is read.
    with transaction.atomic():
        depot = depots.ouvrir_depot(par=par, flux=flux, periode=jour.isoformat())
        mot_de_passe = outils_demo._partir(outils_demo.BOITES[flux.de.autre]).split("\n\n")[2].strip()
    prises: dict[str, int] = {}
    contenu = _tableau(code, suite.format(jour=f"{jour:%d/%m/%Y}"))
    with _pic(prises, "depot"):
        secondes = _chronometrer(
            lambda: reception.recevoir_fichier(par=par, depot=_relire(depot), nom="a.csv", contenu=contenu)
        )
    depots.confirmer_depot(par=par, depot=_relire(depot))
    mesures = [
        Mesure("50 000 lignes lues, jugées, scellées", secondes, "s", 2 * SECONDES),
        Mesure("50 000 lignes : mémoire du dépôt", prises["depot"] / 1e6, "Mo", MEMOIRE_MO),
    ]
    return _relire(depot), mot_de_passe, mesures


def _relire(depot: Any) -> Any:
    return (
        type(depot)
        .objects.select_related("flux", "caisse", "courriel", "participation__convention")
        .get(pk=depot.pk)
    )


def _tableau(code: str, suite: str) -> bytes:
    """Return the rows of fifty thousand persons as a CSV."""
    catalogue, tableaux = import_module("echanges.catalogue"), import_module("echanges.tableaux")
    lignes = [tableaux.modele(catalogue.flux()[code].colonnes_de(), "csv").decode("utf-8-sig").strip()]
    for rang in range(LIGNES):
        # As many birth dates as sixty years have, nearly: who shares one is compared.
        ne_le = f"{rang % 27 + 1:02}/{rang // 27 % 12 + 1:02}/{1930 + rang // 324 % 60}"
        lignes.append(f"Nom{_lettres(rang)};;Adélaïde;{ne_le};Colmar;{suite}")
    return "\r\n".join(lignes).encode()


def _lettres(rang: int) -> str:
    return "".join(chr(97 + rang // 26**place % 26) for place in range(4))


def _chronometrer(faire: Callable[[], object]) -> float:
    debut = time.perf_counter()
    faire()
    return time.perf_counter() - debut


if __name__ == "__main__":
    django.setup()
    devenir(MACHINE)
    quoi = sys.argv[1:]
    if quoi == ["rapproche"]:
        dits: list[Any] = _rapproche()
    else:
        dits = _ouvrir(int(quoi[0])) if quoi else [asdict(resultat) for resultat in _ici()]
    sys.stdout.write(json.dumps(dits))
