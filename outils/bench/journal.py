"""The journal, searched by a DPO among as many lines as there are demandes.

`python -m outils.bench.journal <nombre>` writes them, in the settings of the portal.
"""

import datetime as dt
import json
import random
import sys
from collections.abc import Iterator
from importlib import import_module

import django
from django.apps import apps
from django.db import connection

from outils.bench.dedans import demander
from outils.bench.echelle import DEMANDES
from outils.bench.resultats import Mesure, centile
from outils.portail import Portail
from outils.visiteur import Visiteur
from socle.perimetre import MACHINE, devenir

FOIS = 20
P95_MS = 500.0
COLONNES = (
    "quand",
    "jour",
    "acte",
    "compte",
    "profil",
    "objet_type",
    "objet_id",
    "reference",
    "citees",
    "caisse",
    "details",
)


def mesurer(portail: Portail) -> Iterator[Mesure]:
    """Write the lines, then search as the DPO of a caisse."""
    cherche = demander(portail, "journal", DEMANDES)
    with portail.postgres.connexion("espace_partenaires") as admin:
        admin.execute("VACUUM ANALYZE")
    portail.lancer("web")
    portail.attendre()
    dpo = Visiteur(portail.adresse)
    dpo.se_connecter("dpo.moselle")
    recherches = {
        "les dernières": "",
        "un compte": "compte=agent.moselle",
        "une référence": f"reference={cherche['reference']}",
        "une période": f"du={cherche['du']}&au={cherche['au']}",
        "un acte": "acte=compte.",
        "ce qui n’existe pas": "reference=D99-0000-0000",
    }
    for nom, parametres in recherches.items():
        pages = [dpo.lire(f"/conformite/journal/?{parametres}") for _ in range(FOIS)]
        if {page.status for page in pages} != {200}:
            raise RuntimeError(f"{parametres} : {pages[0].status}")
        durees = [page.duree * 1000 for page in pages]
        yield Mesure(f"journal de {DEMANDES} lignes, {nom} : médiane", centile(durees, 50), "ms")
        yield Mesure(f"journal de {DEMANDES} lignes, {nom} : p95", centile(durees, 95), "ms", P95_MS)
    portail.interrompre("web")


def _ici(nombre: int) -> dict[str, str]:
    """A year of acts, spread over all caisses and their accounts; return what may be searched."""
    alea = random.Random(nombre)  # noqa: S311 (volume, not a secret)
    moselle = apps.get_model("caisses", "Caisse").objects.get(code="moselle")
    caisses = list(apps.get_model("caisses", "Caisse").objects.values_list("pk", flat=True))
    agents = list(
        apps.get_model("accounts", "Compte").objects.filter(profil="agent").values_list("pk", flat=True)
    )
    maintenant = import_module("socle.horloge").maintenant()
    debut = maintenant - dt.timedelta(days=1)
    requete = f"COPY conformite_lignejournal ({', '.join(COLONNES)}) FROM STDIN"
    with connection.cursor() as curseur, curseur.copy(requete) as copie:
        for rang in range(nombre):
            quand = debut + dt.timedelta(seconds=86_000 * rang / nombre)
            reference = f"D26-{rang // 10000:04d}-{rang % 10000:04d}"
            caisse = moselle.pk if rang == nombre // 2 else alea.choice(caisses)
            copie.write_row(
                [
                    *(quand, quand.date(), "demande.lire", alea.choice(agents), "agent"),
                    *("signalements.demande", str(rang), reference, "{}", caisse, "{}"),
                ]
            )
    milieu = nombre // 2
    jour = maintenant.date().isoformat()
    return {"reference": f"D26-{milieu // 10000:04d}-{milieu % 10000:04d}", "du": jour, "au": jour}


if __name__ == "__main__":
    django.setup()
    devenir(MACHINE)
    print(json.dumps(_ici(int(sys.argv[1]))))
