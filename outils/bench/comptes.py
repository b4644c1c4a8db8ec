"""Accounts of structures whose convention is over: inactivated one by one, then erased at their term.

`python -m outils.bench.comptes <nombre>`: in the settings of the portal.
"""

import datetime as dt
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from typing import Any

import django
from django.apps import apps
from django.db.models import Model

from outils.bench.dedans import demander
from outils.bench.echelle import DEMANDES
from outils.bench.purge import Memoire
from outils.bench.resultats import Mesure
from outils.portail import Portail
from socle.perimetre import MACHINE, devenir

NOMBRE = DEMANDES // 20
PAR_STRUCTURE = 500
MEMOIRE_MO = 30.0
# The six months of A-14, and a margin.
SIX_MOIS = dt.timedelta(days=190)


def mesurer(portail: Portail) -> Iterator[Mesure]:
    """Measure in a process that has the database of this portal."""
    for ligne in demander(portail, "comptes", NOMBRE):
        yield Mesure(**ligne)


def _ici(nombre: int) -> Iterator[Mesure]:
    vie, horloge = import_module("accounts.actions.echeances"), import_module("socle.horloge")
    purge, freins = import_module("conformite.purge"), import_module("conformite.freins")
    comptes = apps.get_model("accounts", "Compte").objects
    for rang in range(-(-nombre // PAR_STRUCTURE)):
        _structure(rang, min(PAR_STRUCTURE, nombre - rang * PAR_STRUCTURE), horloge.maintenant())
    memoire, debut = Memoire(), time.perf_counter()
    inactives = vie.inactiver_fins_de_convention()
    yield Mesure("comptes inactivés", inactives, "")
    yield Mesure("comptes inactivés : vitesse", inactives / (time.perf_counter() - debut), "comptes/s")
    with horloge.a_l_instant(horloge.maintenant() + SIX_MOIS):
        a = horloge.maintenant()
        purge.purger(a)
        dpo = comptes.get(identifiant="dpo.moselle")
        for frein in (
            apps.get_model("conformite", "FreinPurge").objects.ouverts().filter(modele="accounts.compte")
        ):
            freins.liberer(frein, par=dpo, a=a)
        avant, debut = comptes.filter(statut="supprime").count(), time.perf_counter()
        purge.purger(a)
        effaces = comptes.filter(statut="supprime").count() - avant
        yield Mesure("comptes effacés", effaces, "")
        yield Mesure("comptes effacés : vitesse", effaces / (time.perf_counter() - debut), "comptes/s")
    yield Mesure("comptes : mémoire prise en plus", memoire.fin(), "Mo", MEMOIRE_MO)


def _structure(rang: int, nombre: int, maintenant: dt.datetime) -> None:
    """One structure whose convention ended yesterday, with as many accounts."""
    conventions, caisse = (
        apps.get_app_config("conventions"),
        apps.get_model("caisses", "Caisse").objects.first(),
    )
    partenaire = _creer(
        conventions.get_model("Partenaire"),
        siret=f"{70_000_000_000_000 + rang}",
        nom=f"Structure finie {rang}",
        type="CCAS",
        membres=30,
        domaines=["fini.example"],
    )
    convention = _creer(
        conventions.get_model("Convention"),
        reference=f"F-{rang:06d}",
        partenaire=partenaire,
        objet="acces_droits",
        statut="en_vigueur",
        denonciation="sans_preavis",
        quota_gestionnaires=[[0, 5]],
        quota_techniciens=[[0, 25]],
        creee_le=maintenant,
    )
    debut, fin = maintenant.date() - dt.timedelta(days=400), maintenant.date() - dt.timedelta(days=1)
    _creer(
        conventions.get_model("Participation"),
        convention=convention,
        caisse=caisse,
        partenaire=partenaire,
        objet="acces_droits",
        debut=debut,
        fin=fin,
        fin_cause="terme",
        utilisation_debut=debut,
    )
    _comptes(partenaire, rang, nombre, maintenant)


def _comptes(partenaire: Model, rang: int, nombre: int, maintenant: dt.datetime) -> None:
    compte = apps.get_model("accounts", "Compte")
    compte.objects.bulk_create(
        compte(
            identifiant=f"fini.{rang}.{n}",
            profil="technicien",
            nom="Mesure",
            prenom="Finie",
            email=f"fini.{rang}.{n}@fini.example",
            statut="actif",
            partenaire=partenaire,
            cree_le=maintenant,
            active_le=maintenant,
            mot_de_passe_change_le=maintenant,
        )
        for n in range(nombre)
    )


def _creer(modele: type[Model], **champs: Any) -> Any:
    return modele._default_manager.create(**champs)


if __name__ == "__main__":
    django.setup()
    devenir(MACHINE)
    print(json.dumps([asdict(resultat) for resultat in _ici(int(sys.argv[1]))]))
