"""Fifty thousand rows deposited, read and matched, in a process of the portal (E-02, E-05).

Runs with the portal's settings, on its demonstration: `python -m outils.bench.echanges` prints the results.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib import import_module
from typing import Any

import django
from django.apps import apps

from outils.bench.dedans import demander
from outils.bench.resultats import Mesure
from outils.bench.scellement import _pic
from outils.portail import Portail

LIGNES, INDUS = 50_000, 500
SECONDES, MEMOIRE_MO = 5.0, 1000.0


def mesurer(portail: Portail) -> Iterator[Mesure]:
    """Measure on the demonstration of this portal."""
    for ligne in demander(portail, "echanges"):
        yield Mesure(**ligne)


def _ici() -> Iterator[Mesure]:
    compte = apps.get_model("accounts", "Compte").objects.get
    agent, technicien = compte(identifiant="agent.hautrhin"), compte(identifiant="technicien.mdph68")
    flux = (
        apps.get_model("echanges", "FluxConvenu")
        .objects.select_related("participation__caisse", "participation__convention")
        .get(code="mtp-nouveaux")
    )
    outils_demo = import_module("demonstration.echanges")
    reception, lecture = (
        import_module("echanges.actions.reception"),
        import_module("echanges.actions.lecture"),
    )
    depots = import_module("echanges.actions.depots")
    jour = flux.participation.caisse.jour
    depot = depots.ouvrir_depot(par=agent, flux=flux, periode=jour.isoformat())
    mot_de_passe = outils_demo._partir(outils_demo.BOITES["partenaire"]).split("\n\n")[2].strip()
    gens, contenu = _tableau(jour)
    prises: dict[str, int] = {}
    with _pic(prises, "depot"):
        secondes = _chronometrer(
            lambda: reception.recevoir_fichier(par=agent, depot=_relire(depot), nom="a.csv", contenu=contenu)
        )
    yield Mesure("50 000 lignes lues, jugées, scellées", secondes, "s", 2 * SECONDES)
    yield Mesure("50 000 lignes : mémoire du dépôt", prises["depot"] / 1e6, "Mo", MEMOIRE_MO)
    depots.confirmer_depot(par=agent, depot=_relire(depot))
    secondes = _chronometrer(
        lambda: list(lecture.lire_depot(par=technicien, depot=_relire(depot), mot_de_passe=mot_de_passe)[1])
    )
    yield Mesure("50 000 lignes remises", secondes, "s", SECONDES)
    rapprochement = import_module("echanges.rapprochement")

    def rapprocher() -> None:
        liste = rapprochement.Liste(gens)
        for qui in gens[:: LIGNES // INDUS]:
            liste.chercher(qui)

    yield Mesure("500 indus rapprochés de 50 000 lignes", _chronometrer(rapprocher), "s", 2 * SECONDES)


def _relire(depot: Any) -> Any:
    return (
        type(depot)
        .objects.select_related("flux", "caisse", "courriel", "participation__convention")
        .get(pk=depot.pk)
    )


def _tableau(jour: Any) -> tuple[list[Any], bytes]:
    """Return fifty thousand persons, and their rows as a CSV."""
    catalogue, tableaux = import_module("echanges.catalogue"), import_module("echanges.tableaux")
    noms, naissances = import_module("socle.noms"), import_module("socle.naissances")
    titres = tableaux.modele(catalogue.flux()["mtp-nouveaux"].colonnes_de(avec_nir=False), "csv").decode(
        "utf-8-sig"
    )
    gens, lignes = [], [titres.strip()]
    for rang in range(LIGNES):
        nom, annee, mois, numero = f"Nom{_lettres(rang)}", 1930 + rang % 60, rang % 12 + 1, rang % 27 + 1
        gens.append(noms.Personne(nom, "Adélaïde", naissances.Naissance(annee, mois, numero)))
        lignes.append(
            f"{nom};;Adélaïde;{numero:02}/{mois:02}/{annee};Colmar;{jour:%d/%m/%Y};{jour:%d/%m/%Y};1266,59;{jour:%d/%m/%Y}"
        )
    return gens, "\r\n".join(lignes).encode()


def _lettres(rang: int) -> str:
    return "".join(chr(97 + rang // 26**place % 26) for place in range(4))


def _chronometrer(faire: Callable[[], object]) -> float:
    debut = time.perf_counter()
    faire()
    return time.perf_counter() - debut


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps([asdict(resultat) for resultat in _ici()]))
