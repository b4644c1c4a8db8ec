"""A realistic volume of demandes, fast and in sealed form: for measures and for a rehearsal, never for production.

Rows are sealed one by one under the keys of their own terms, as the deposit does, and written by COPY. Persons come
from a pool, so that search has homonyms to tell apart.
"""

import datetime as dt
import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection

from accounts.models import Compte
from conformite import index
from conformite.jours import ajouter_mois
from conventions.models import Motif, Participation, ReglageMotif
from espace_partenaires import horloge
from signalements.models import Demande
from signalements.regles import nouvelle_reference
from signalements.suites import Issue
from signalements.workflow import Statut

PERSONNES = 5000
# Shares of the states of a caisse that works: one open demande in five.
PARTS = {
    Statut.DEPOSEE: 6,
    Statut.EN_COURS: 8,
    Statut.EN_ATTENTE: 3,
    Statut.TRAITEE: 3,
    Statut.CLOTUREE: 74,
    Statut.ANNULEE: 2,
    Statut.IRRECEVABLE: 4,
}
COLONNES = (
    *(
        "sceau",
        "cle_enveloppee",
        "terme_le",
        "reference",
        "jeton",
        "partenaire_id",
        "caisse_id",
        "participation_id",
    ),
    *("motif_id", "pole_id", "technicien_id", "agent_id", "statut", "urgente", "contenu_scelle", "jetons"),
    *("creee_le", "modifiee_le", "deposee_le", "promise_le", "en_attente_le", "traitee_le", "terminee_le"),
    *("issue", "irrecevable", "relances", "prolongations"),
)
_SYLLABES = (
    "bel",
    "cor",
    "dan",
    "fer",
    "gau",
    "lan",
    "mar",
    "nou",
    "per",
    "quin",
    "rou",
    "sau",
    "tal",
    "ver",
)
_FINS = ("ard", "eau", "el", "erin", "et", "ier", "in", "on", "ot", "oux")


@dataclass
class Peuplement:
    """One caisse and one structure, with who files and who treats."""

    participation: Participation
    technicien: Compte
    agent: Compte
    graine: int = 0
    alea: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.alea = random.Random(self.graine)  # noqa: S311 (volume, not a secret)
        self.motifs = list(self.participation.motifs.filter(assure=True, service="difficulte"))
        self.poles = {m.pk: ReglageMotif.objects.pole(self.participation.caisse, m).pk for m in self.motifs}

    def ecrire(self, nombre: int) -> None:
        """Write `nombre` demandes with their history, by COPY."""
        with connection.cursor() as curseur:
            requete = f"COPY {Demande._meta.db_table} ({', '.join(COLONNES)}) FROM STDIN"
            with curseur.copy(requete) as copie:
                for ligne in self._lignes(nombre):
                    copie.write_row(ligne)

    def _lignes(self, nombre: int) -> Iterator[list[Any]]:
        maintenant = horloge.maintenant()
        mois = self.participation.convention.conservation_mois
        fuseau = self.participation.caisse.fuseau
        statuts = self.alea.choices(list(PARTS), weights=list(PARTS.values()), k=nombre)
        for statut in statuts:
            depose = maintenant - dt.timedelta(minutes=self.alea.randrange(60, 24 * 60 * (mois * 30 - 5)))
            yield self._ligne(statut, depose, ajouter_mois(horloge.jour(fuseau, depose), mois))

    def _ligne(self, statut: str, depose: dt.datetime, terme: dt.date) -> list[Any]:
        motif = self.alea.choice(self.motifs)
        personne = _personne(self.alea.randrange(PERSONNES))
        demande = Demande(sceau=uuid.UUID(int=self.alea.getrandbits(128), version=4))
        demande.fixer_terme(terme)
        demande.poser_contenu({"assure": personne, "texte": "Droits à vérifier depuis un déménagement."})
        fin = depose + dt.timedelta(days=self.alea.randrange(1, 20))
        repondue = statut in (Statut.TRAITEE, Statut.CLOTUREE)
        finie = statut in (Statut.CLOTUREE, Statut.ANNULEE, Statut.IRRECEVABLE)
        agent = None if statut in (Statut.DEPOSEE, Statut.ANNULEE) else self.agent.pk
        return [
            *(demande.sceau, demande.cle_enveloppee, terme, nouvelle_reference(depose.date()), uuid.uuid4()),
            *(self.participation.partenaire_id, self.participation.caisse_id, self.participation.pk),
            *(
                motif.pk,
                self.poles[motif.pk],
                self.technicien.pk,
                agent,
                str(statut),
                self.alea.random() < 0.05,
            ),
            *(demande.contenu_scelle, list(_jetons(json.dumps(personne), terme.replace(day=1)))),
            *(depose, depose, depose, (depose + dt.timedelta(days=14)).date()),
            *(
                depose if statut == Statut.EN_ATTENTE else None,
                fin if repondue else None,
                fin if finie else None,
            ),
            *(
                str(Issue.DROITS_OUVERTS) if repondue else "",
                "doublon" if statut == Statut.IRRECEVABLE else "",
            ),
            *(0, 0),
        ]


def motifs_peuplables() -> list[Motif]:
    """Return the motifs that the volume uses."""
    return list(Motif.objects.filter(assure=True, service="difficulte"))


@cache
def _personne(rang: int) -> dict[str, str]:
    alea = random.Random(rang)  # noqa: S311 (volume, not a secret)
    nom = "".join(alea.choices(_SYLLABES, k=2)).capitalize() + alea.choice(_FINS)
    prenom = "".join(alea.choices(_SYLLABES, k=1)).capitalize() + alea.choice(_FINS)
    naissance = dt.date(1930, 1, 1) + dt.timedelta(days=alea.randrange(33_000))
    return {
        "civilite": alea.choice(["madame", "monsieur"]),
        "nom": nom,
        "prenom": prenom,
        "naissance": naissance.isoformat(),
        "departement": "57",
    }


@cache
def _jetons(personne: str, mois: dt.date) -> tuple[int, ...]:
    assure = json.loads(personne)
    naissance = dt.date.fromisoformat(assure["naissance"])
    return tuple(index.jetons_personne(assure["nom"], assure["prenom"], naissance, mois))
