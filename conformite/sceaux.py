"""Seals of the journal: every few minutes, what was written since the seal before, chained to it under a key that is not
in the database.

An altered, missing or added line is named, and a rewritten seal. The last seal is written beside the keys, and in the logs
of the operator: taking away the end of the journal with its seals shows as well. Lines past their 12 months are taken out
by a function of the owner, without breaking the proof of the others.
"""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from django.db import OperationalError, connection, transaction
from django.db.models import Max
from psycopg.errors import LockNotAvailable

from conformite import verrous
from conformite.jours import plus_mois
from conformite.models.journal import LigneJournal, PurgeJournal, SceauJournal
from conformite.scellement import cle_derivee, magasin
from conformite.scellement.ancre import lever_ancre, lire_ancre, poser_ancre
from conformite.scellement.termes import JOURNAL
from socle import horloge
from socle.perimetre import par_lots

log = structlog.get_logger(__name__)

CONSERVATION_MOIS = 12
# The longest that a line may stay without a seal before the verification says so.
ECART = dt.timedelta(hours=1)
# Lines wait while the sealing does: it gives up soon, and comes back a few minutes later; it reads so many at a time.
ATTENTE_MS = 500
LIGNES_PAR_SCEAU = 5000
# A line of a seal: its key, then the beginning of its print.
_CLE, _EMPREINTE = 8, 16
# How many lines are named one by one in a seal.
_NOMMEES = 20


@dataclass(frozen=True)
class Anomalie:
    """What is not as it was sealed, and the UTC day of its seal."""

    jour: dt.date
    message: str


def sceller_le_journal(a: dt.datetime | None = None) -> int:
    """Seal what was written since the last seal; return how many lines. One effect with two beats."""
    instant = a or horloge.maintenant()
    scellees = 0
    while nombre := _sceller_la_suite(instant):
        scellees += nombre
    return scellees


def _sceller_la_suite(a: dt.datetime) -> int:
    try:
        with transaction.atomic():
            # Alone: the lines being written are waited for, those to come get their keys afterwards.
            verrous.prendre(verrous.JOURNAL, au_plus=ATTENTE_MS)
            precedent = SceauJournal.objects.order_by("-numero").first()
            lignes = list(_lignes(precedent.jusqu_a if precedent else 0))
            if not lignes:
                return 0
            # A lost end of the journal stays visible: the witness outside does not move on over it.
            continue_l_ancre = not _verifier_l_ancre()
            sceau = _sceau(precedent, lignes, a)
            sceau.save(force_insert=True)
    except OperationalError as erreur:
        if not isinstance(erreur.__cause__, LockNotAvailable):
            raise
        log.warning("sceau_du_journal_reporte")
        return 0
    if continue_l_ancre:
        poser_ancre(sceau.numero, sceau.empreinte)
    log.info("journal_scelle", sceau=sceau.numero, lignes=sceau.nombre, empreinte=sceau.empreinte)
    return sceau.nombre


def _sceau(precedent: SceauJournal | None, lignes: list[tuple[int, bytes]], a: dt.datetime) -> SceauJournal:
    releve = b"".join(cle.to_bytes(_CLE) + empreinte for cle, empreinte in lignes)
    sceau = SceauJournal(
        numero=precedent.numero + 1 if precedent else 1,
        jusqu_a=lignes[-1][0],
        nombre=len(lignes),
        releve=releve,
        empreinte_lignes=hashlib.sha256(releve).hexdigest(),
        scelle_le=a,
    )
    sceau.empreinte = _chainer(precedent, sceau)
    return sceau


def verifier_le_journal() -> list[Anomalie]:
    """Read everything that is sealed again; return what differs, line by line. Empty when the journal is whole."""
    anomalies: list[Anomalie] = []
    dernier = SceauJournal.objects.order_by("-numero").first()
    purge = PurgeJournal.objects.aggregate(dernier=Max("sceau"))["dernier"] or 0
    precedent: SceauJournal | None = None
    for sceau in par_lots(SceauJournal.objects.all()):
        jour, attendu = sceau.scelle_le.date(), precedent.numero + 1 if precedent else 1
        if sceau.numero != attendu:
            anomalies.append(Anomalie(jour, f"un sceau a disparu avant le n° {sceau.numero}"))
        elif not _suit(precedent, sceau):
            anomalies.append(Anomalie(jour, f"le sceau n° {sceau.numero} a été réécrit, ou celui d’avant"))
        if sceau.numero > purge:
            depuis = precedent.jusqu_a if precedent else 0
            defauts = _defauts(sceau, depuis if sceau.numero == attendu else None)
        elif dernier and jour > plus_mois(dernier.scelle_le.date(), -CONSERVATION_MOIS):
            defauts = ["purgé avant ses douze mois"]
        else:
            defauts = []
        anomalies += [Anomalie(jour, f"{defaut} (sceau n° {sceau.numero})") for defaut in defauts]
        precedent = sceau
    if purge:
        anomalies += _revenues(purge)
    return anomalies + _pas_scellees(dernier) + _verifier_l_ancre()


def _defauts(sceau: SceauJournal, depuis: int | None) -> list[str]:
    """Name the lines that are not as sealed. `depuis`: the last line of the seal before, None when it is lost."""
    releve = bytes(sceau.releve)
    if hashlib.sha256(releve).hexdigest() != sceau.empreinte_lignes:
        return ["relevé des lignes réécrit"]
    pas = _CLE + _EMPREINTE
    morceaux = (releve[debut : debut + pas] for debut in range(0, len(releve), pas))
    scellees = {int.from_bytes(un[:_CLE]): un[_CLE:] for un in morceaux}
    lues = dict(_lignes(min(scellees) - 1 if depuis is None else depuis, sceau.jusqu_a))
    rangs = {cle: rang for rang, cle in enumerate(scellees, start=1)}
    defauts = []
    for cle in sorted(cle for cle in {*scellees, *lues} if scellees.get(cle) != lues.get(cle)):
        quoi = "ajoutée" if cle not in scellees else "modifiée" if cle in lues else "disparue"
        numero = f", n° {rangs[cle]}" if cle in rangs else ""
        defauts.append(f"ligne {cle} {quoi}{numero}")
    if len(defauts) > _NOMMEES:
        defauts[_NOMMEES:] = [f"et {len(defauts) - _NOMMEES} autres lignes"]
    return defauts


def _revenues(purge: int) -> list[Anomalie]:
    """Name the lines that stand where everything was purged."""
    bornes = SceauJournal.objects.filter(numero=purge).values_list("jusqu_a", flat=True)
    lignes = LigneJournal.objects.filter(pk__lte=bornes.first() or 0).order_by("pk")[:_NOMMEES]
    return [Anomalie(une.jour, f"ligne {une.pk} ajoutée parmi celles qui sont purgées") for une in lignes]


def _pas_scellees(dernier: SceauJournal | None) -> list[Anomalie]:
    depuis = dernier.jusqu_a if dernier else 0
    attendent = LigneJournal.objects.filter(pk__gt=depuis, quand__lt=horloge.maintenant() - ECART)
    if ligne := attendent.order_by("pk").first():
        return [
            Anomalie(
                ligne.jour,
                f"la ligne {ligne.pk} et les suivantes attendent leur sceau depuis plus d’une heure",
            )
        ]
    return []


def _suit(precedent: SceauJournal | None, sceau: SceauJournal) -> bool:
    """Whether it was made under the key in use, or a former one until the seal at which the keys were changed."""
    cles = [cle_derivee(JOURNAL)]
    cles += [
        magasin.lire(nom) for nom in magasin.noms(JOURNAL) if sceau.numero <= int(nom.rpartition("/")[2])
    ]
    return any(hmac.compare_digest(sceau.empreinte, _chainer(precedent, sceau, cle)) for cle in cles)


def _verifier_l_ancre() -> list[Anomalie]:
    ancre = lire_ancre()
    if ancre is None:
        return []
    numero, empreinte = ancre
    trouve = SceauJournal.objects.filter(numero=numero).first()
    if trouve is None:
        return [
            Anomalie(
                horloge.maintenant().date(), f"la fin du journal, scellée jusqu’au n° {numero}, a disparu"
            )
        ]
    if trouve.empreinte != empreinte:
        message = f"le sceau n° {numero} n’est pas celui qui a été déposé hors de la base"
        return [Anomalie(trouve.scelle_le.date(), message)]
    return []


def oublier_la_fin_perdue() -> None:
    """After a restored backup: what was sealed since is lost, and said so in the journal; take the present end."""
    if _verifier_l_ancre():
        lever_ancre()
        if dernier := SceauJournal.objects.order_by("-numero").first():
            poser_ancre(dernier.numero, dernier.empreinte)


def purger_le_journal(a: dt.datetime | None = None) -> int:
    """Take out the lines sealed more than 12 months ago, through the owner's function; return their number."""
    instant, total = a or horloge.maintenant(), 0
    while (nombre := _purger(instant)) is not None:
        total += nombre
    return total


def _purger(a: dt.datetime) -> int | None:
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SELECT conformite_purger_journal(%s)", [a])
        nombre: int | None = curseur.fetchone()[0]
    return nombre


def _lignes(apres: int, jusqu_a: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield the key of each line after `apres`, in the order of the journal, and the print of its canonical form.

    Until `jusqu_a`, or as many as a seal takes.
    """
    champs = [champ.attname for champ in LigneJournal._meta.concrete_fields]
    lignes = LigneJournal.objects.filter(pk__gt=apres).order_by("pk").values_list(*champs)
    for ligne in lignes[:LIGNES_PAR_SCEAU] if jusqu_a is None else lignes.filter(pk__lte=jusqu_a):
        ecrite = json.dumps(ligne, default=_texte, sort_keys=True, separators=(",", ":")).encode()
        yield ligne[0], hashlib.sha256(ecrite).digest()[:_EMPREINTE]


def _texte(valeur: dt.date | dt.datetime) -> str:
    if isinstance(valeur, dt.datetime):
        return valeur.astimezone(dt.UTC).isoformat()
    return valeur.isoformat()


def _chainer(precedent: SceauJournal | None, sceau: SceauJournal, cle: bytes | None = None) -> str:
    """Return the print of a seal: what it covers, when, and the print of the seal before."""
    avant = precedent.empreinte if precedent else ""
    quand = _texte(sceau.scelle_le)
    contenu = (
        f"{avant}|{sceau.numero}|{sceau.jusqu_a}|{sceau.nombre}|{quand}|{sceau.empreinte_lignes}".encode()
    )
    return hmac.new(cle or cle_derivee(JOURNAL), contenu, hashlib.sha256).hexdigest()
