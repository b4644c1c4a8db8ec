"""A realistic volume of demandes, fast and in sealed form: for measures and for a rehearsal, never for production.

Rows are sealed one by one under the keys of their own terms, as the deposit does, and written by COPY with their
thread and history. Persons come from a pool, so that search has homonyms to tell apart.
"""

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, UUIDField
from psycopg import sql

from accounts.models.compte import Compte
from caisses.models import Caisse, Motif
from conformite import index
from conformite.jours import plus_mois
from conventions.models.conventions import Participation
from fichiers import stockage
from signalements.aiguillage.actions import aiguiller
from signalements.models.demandes import Demande
from signalements.models.fil import Evenement, Message
from signalements.models.pieces import Piece
from signalements.regles import TIRAGES, reference_du_tirage
from signalements.suites import Issue
from signalements.workflow import Statut
from socle import horloge

PERSONNES = 5000
LOT = 5000
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
# What brought a demande to its state, in its history.
_VERBES = {
    Statut.EN_COURS: "prendre_en_charge",
    Statut.EN_ATTENTE: "demander_complement",
    Statut.TRAITEE: "repondre",
    Statut.CLOTUREE: "cloturer",
    Statut.ANNULEE: "annuler",
    Statut.IRRECEVABLE: "declarer_irrecevable",
}
# Odd: multiplied by it, ranks become references that look drawn and never meet.
_MELANGE = 0x2545F4914F
_DEMANDES_PAR_CAISSE_MAX = 2**20
_REPETITION = """
CREATE TEMP TABLE repetition AS
SELECT demande.id AS ancienne, nextval(pg_get_serial_sequence('signalements_demande', 'id')) AS nouvelle, tirees.reference
FROM (SELECT id, row_number() OVER (ORDER BY id) AS rang FROM signalements_demande WHERE caisse_id = %s) demande
JOIN unnest(%s::text[]) WITH ORDINALITY AS tirees (reference, rang) USING (rang)
"""
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
_CONTENU_DE_PIECE = b"Un document de mesure."


@dataclass
class Peuplement:
    """One caisse and one structure, with who files and who treats.

    `echues`: finished demandes whose term is in the coming days, as the purge will find them; by default, demandes in
    every state over the retention period. `pieces`: one demande in so many has a sealed piece, 0 for none.
    """

    participation: Participation
    technicien: Compte
    agent: Compte
    graine: int = 0
    echues: bool = False
    pieces: int = 0
    alea: random.Random = field(init=False)

    def __post_init__(self) -> None:
        caisse = self.participation.caisse
        self.motifs = list(self.participation.motifs.filter(assure=True, service="difficulte"))
        self.poles = {
            motif.pk: aiguiller(caisse, motif, self.participation.partenaire.type).pole.pk
            for motif in self.motifs
        }
        self.rang = self.graine * _DEMANDES_PAR_CAISSE_MAX + Demande.objects.filter(caisse=caisse).count()
        self.alea = random.Random(self.rang)  # noqa: S311 (volume, not a secret)

    def ecrire(self, nombre: int) -> None:
        """Write `nombre` demandes with their thread, history and pieces, by COPY."""
        for debut in range(0, nombre, LOT):
            lignes: dict[type[Model], list[dict[str, Any]]] = {}
            cles = _prendre_cles(Demande, min(LOT, nombre - debut))
            for cle, demande in zip(cles, self._demandes(len(cles)), strict=True):
                demande["id"] = cle
                for modele, ligne in self._avec_sa_suite(demande):
                    lignes.setdefault(modele, []).append(ligne)
            for modele, siennes in lignes.items():
                _copier(modele, siennes)

    def repeter(self, modele: Caisse, nombre: int) -> int:
        """Write here the first `nombre` demandes of `modele` again, with thread, history and search tokens.

        Return how many there were.

        Ten times as fast as `ecrire`: sealed bytes are repeated as they are, which only their own rows can open. For
        the weight of caisses that no measure reads. Pieces are repeated without their contents.
        """
        nombre = min(nombre, Demande.objects.filter(caisse=modele).count())
        references = [self._reference(horloge.jour(modele.fuseau)) for _ in range(nombre)]
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(_REPETITION, [modele.pk, references])
            for repete in (Demande, Message, Evenement, Piece):
                curseur.execute(*self._insertion(repete))
            curseur.execute("DROP TABLE repetition")
        return nombre

    def _insertion(self, modele: type[Model]) -> tuple[str, list[Any]]:
        """The order that copies the rows of one table, with what differs here."""
        autres = {
            "caisse_id": self.participation.caisse_id,
            "partenaire_id": self.participation.partenaire_id,
            "participation_id": self.participation.pk,
            "technicien_id": self.technicien.pk,
            "auteur_id": self.agent.pk,
            "agent_id": self.agent.pk,
        }
        lien = "id" if modele is Demande else "demande_id"
        colonnes, sources, parametres = [], [], []
        for champ in (
            champ for champ in modele._meta.concrete_fields if not champ.primary_key or lien == "id"
        ):
            colonnes.append(champ.column)
            if champ.column == lien:
                sources.append("nouvelle")
            elif champ.column == "reference":
                sources.append("repetition.reference")
            elif isinstance(champ, UUIDField):
                sources.append("gen_random_uuid()")
            elif champ.column in autres:
                sources.append(f"CASE WHEN ligne.{champ.column} IS NOT NULL THEN %s END")
                parametres.append(autres[champ.column])
            else:
                sources.append(f"ligne.{champ.column}")
        return (
            f"INSERT INTO {modele._meta.db_table} ({', '.join(colonnes)}) SELECT {', '.join(sources)} "  # noqa: S608
            f"FROM repetition JOIN {modele._meta.db_table} ligne ON ligne.{lien} = ancienne",
            parametres,
        )

    def _demandes(self, nombre: int) -> Iterator[dict[str, Any]]:
        maintenant = horloge.maintenant()
        mois = self.participation.convention.conservation_mois
        fuseau = self.participation.caisse.fuseau
        parts = {Statut.CLOTUREE: 1} if self.echues else PARTS
        for statut in self.alea.choices(list(parts), weights=list(parts.values()), k=nombre):
            minutes = self.alea.randrange(60, 24 * 60 * (mois * 30 - 5))
            if self.echues:
                minutes = 24 * 60 * mois * 30 - minutes % (24 * 60 * 20)
            depose = maintenant - dt.timedelta(minutes=minutes)
            terme = plus_mois(horloge.jour(fuseau, depose), mois)
            yield self._demande(statut, depose, max(terme, horloge.jour(fuseau, maintenant)))

    def _demande(self, statut: str, depose: dt.datetime, terme: dt.date) -> dict[str, Any]:
        motif = self.alea.choice(self.motifs)
        personne = self.alea.randrange(PERSONNES)
        fin = depose + dt.timedelta(days=self.alea.randrange(1, 20))
        repondue = statut in (Statut.TRAITEE, Statut.CLOTUREE)
        finie = statut in (Statut.CLOTUREE, Statut.ANNULEE, Statut.IRRECEVABLE)
        liens = {"caisse_id": self.participation.caisse_id, "partenaire_id": self.participation.partenaire_id}
        scellee = Demande(sceau=self._uuid(), **liens)
        scellee.fixer_terme(terme)
        scellee.poser_contenu(
            {"assure": _personne(personne), "texte": "Droits à vérifier depuis un déménagement."}
        )
        return {
            "sceau": scellee.sceau,
            "cle_enveloppee": scellee.cle_enveloppee,
            "terme_le": terme,
            "contenu_scelle": scellee.contenu_scelle,
            "jetons": _jetons(personne, index.Lieu(terme.replace(day=1), *liens.values())),
            "reference": self._reference(depose.date()),
            "jeton": self._uuid(),
            **liens,
            "participation_id": self.participation.pk,
            "motif_id": motif.pk,
            "pole_id": self.poles[motif.pk],
            "technicien_id": self.technicien.pk,
            "agent_id": None if statut in (Statut.DEPOSEE, Statut.ANNULEE) else self.agent.pk,
            "statut": str(statut),
            "urgente": self.alea.random() < 0.05,
            "creee_le": depose,
            "modifiee_le": depose,
            "deposee_le": depose,
            "promise_le": (depose + dt.timedelta(days=14)).date(),
            "en_attente_le": depose if statut == Statut.EN_ATTENTE else None,
            "traitee_le": fin if repondue else None,
            "terminee_le": fin if finie else None,
            "issue": str(Issue.DROITS_OUVERTS) if repondue else "",
            "irrecevable": "doublon" if statut == Statut.IRRECEVABLE else "",
            "relances": 0,
            "prolongations": 0,
        }

    def _avec_sa_suite(self, demande: dict[str, Any]) -> Iterator[tuple[type[Model], dict[str, Any]]]:
        """The demande, its deposit and its present state in the history, its last message, its piece."""
        yield Demande, demande
        liens = ("sceau", "cle_enveloppee", "terme_le", "caisse_id", "partenaire_id")
        scellee = Demande(**{nom: demande[nom] for nom in liens})
        depot_le, dernier_le = demande["deposee_le"], demande["terminee_le"] or demande["deposee_le"]
        yield Evenement, self._evenement(demande, "deposer", Statut.BROUILLON, Statut.DEPOSEE, depot_le)
        if demande["statut"] != Statut.DEPOSEE:
            verbe = _VERBES[demande["statut"]]
            yield Evenement, self._evenement(demande, verbe, Statut.DEPOSEE, demande["statut"], dernier_le)
            sceau = self._uuid()
            yield (
                Message,
                {
                    "demande_id": demande["id"],
                    "sceau": sceau,
                    "auteur_id": self.agent.pk,
                    "cote": "caisse",
                    "nature": "reponse",
                    "caisse_id": demande["caisse_id"],
                    "texte_scelle": scellee.sceller(
                        "Le dossier est mis à jour.", Message.lien("reponse", demande["caisse_id"], sceau)
                    ),
                    "ecrit_le": dernier_le,
                },
            )
        if self.pieces and self.rang % self.pieces == 0:
            yield Piece, self._piece(demande, scellee)

    def _evenement(
        self, demande: dict[str, Any], verbe: str, de: str, vers: str, le: dt.datetime
    ) -> dict[str, Any]:
        par = self.technicien.pk if verbe == "deposer" else self.agent.pk
        return {
            "demande_id": demande["id"],
            "verbe": verbe,
            "de": str(de),
            "vers": str(vers),
            "precision": "",
            "precision_scellee": b"",
            "le": le,
            "par_id": par,
        }

    def _piece(self, demande: dict[str, Any], scellee: Demande) -> dict[str, Any]:
        piece = Piece(demande=scellee, emplacement=self._uuid())
        piece.poser_nom("mesure.pdf")
        piece.nature = "autre"
        stockage.ecrire(scellee, piece.emplacement, _CONTENU_DE_PIECE)
        return {
            "demande_id": demande["id"],
            "emplacement": piece.emplacement,
            "nom_scelle": piece.nom_scelle,
            "genre": "pdf",
            "taille": len(_CONTENU_DE_PIECE),
            "etat": str(Piece.Etat.SAIN),
            "raison": "",
            "avertissements": [],
            "ajoute_le": demande["deposee_le"],
            "ajoute_par_id": self.technicien.pk,
            "analyse_le": demande["deposee_le"],
            "analyse_version": "mesure",
            "essais": 1,
            "cote": "partenaire",
            "nature_scellee": piece.nature_scellee,
            "envoi": self._uuid(),
        }

    def _reference(self, jour: dt.date) -> str:
        self.rang += 1
        return reference_du_tirage(jour, self.rang * _MELANGE % TIRAGES)

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.alea.getrandbits(128), version=4)


def motifs_peuplables() -> list[Motif]:
    """Return the motifs that the volume uses."""
    return list(Motif.objects.filter(assure=True, service="difficulte"))


def _prendre_cles(modele: type[Model], nombre: int) -> list[int]:
    """Take that many keys from the sequence of `modele`: children are written with them, before any answer."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [modele._meta.db_table, nombre],
        )
        return [cle for (cle,) in curseur.fetchall()]


def _copier(modele: type[Model], lignes: list[dict[str, Any]]) -> None:
    """Through a table of its own: COPY passes no policy."""
    table, colonnes = (
        sql.Identifier(modele._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, lignes[0])),
    )
    with connection.cursor() as curseur:
        curseur.execute(
            sql.SQL("CREATE TEMP TABLE copie AS SELECT {} FROM {} WITH NO DATA").format(colonnes, table)
        )
        with curseur.copy(sql.SQL("COPY copie ({}) FROM STDIN").format(colonnes)) as copie:
            for ligne in lignes:
                copie.write_row(list(ligne.values()))
        curseur.execute(sql.SQL("INSERT INTO {} ({}) SELECT {} FROM copie").format(table, colonnes, colonnes))
        curseur.execute("DROP TABLE copie")


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
def _jetons(rang: int, lieu: index.Lieu) -> list[int]:
    assure = _personne(rang)
    naissance = dt.date.fromisoformat(assure["naissance"])
    return index.jetons_personne(assure["nom"], assure["prenom"], naissance, lieu)
