"""Daily seals of the journal: day D is sealed at D+1 03:00 UTC, chained to D-1, under a key that is not in the database.

An altered, deleted, inserted or moved line, or a rewritten seal, shows as the day on which it is. The last seal is
written beside the keys too: taking away the end of the journal with its seals shows as well. A day past its
12 months is taken out by a function of the owner, without breaking the proof of the others.
"""

import datetime as dt
import hashlib
import hmac
import json
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Min

from conformite import verrous
from conformite.jours import plus_mois
from conformite.models.journal import LigneJournal, PurgeJournal, SceauJournal
from conformite.scellement import cle_derivee, magasin
from conformite.scellement.ancre import lever_ancre, lire_ancre, poser_ancre
from conformite.scellement.termes import JOURNAL
from socle import horloge

HEURE_DU_SCEAU = dt.timedelta(hours=3)
CONSERVATION_MOIS = 12
_LIGNES_LUES = 5000


@dataclass(frozen=True)
class Anomalie:
    """A day whose lines, or whose seal, are not what was sealed."""

    jour: dt.date
    message: str


def sceller_le_journal(a: dt.datetime | None = None) -> int:
    """Seal every day that is over since 3 hours and not sealed yet; return how many. One effect with two beats."""
    instant = a or horloge.maintenant()
    dernier_clos = (instant - HEURE_DU_SCEAU).date() - dt.timedelta(days=1)
    scelles = 0
    while _sceller_le_suivant(dernier_clos, instant):
        scelles += 1
    return scelles


def _sceller_le_suivant(dernier_clos: dt.date, a: dt.datetime) -> bool:
    with transaction.atomic():
        # Alone: the lines being written are waited for, those to come find their day closed (trigger jour_ouvert).
        verrous.prendre(verrous.JOURNAL)
        precedent = SceauJournal.objects.order_by("-jour").first()
        jour = precedent.jour + dt.timedelta(days=1) if precedent else _premier_jour()
        if jour is None or jour > dernier_clos:
            return False
        # A lost end of the journal stays visible: the witness outside does not move on over it.
        continue_l_ancre = not _verifier_l_ancre()
        nombre, lignes = _empreinte_des_lignes(jour)
        empreinte = _chainer(precedent.empreinte if precedent else "", jour, nombre, lignes)
        SceauJournal.objects.create(
            jour=jour, nombre=nombre, empreinte_lignes=lignes, empreinte=empreinte, scelle_le=a
        )
    if continue_l_ancre:
        poser_ancre(jour, empreinte)
    return True


def verifier_le_journal() -> list[Anomalie]:
    """Read every sealed day again; return what differs, day by day. Empty when the journal is whole."""
    sceaux = {sceau.jour: sceau for sceau in SceauJournal.objects.all()}
    if not sceaux:
        return _verifier_l_ancre()
    purges = set(PurgeJournal.objects.values_list("jour", flat=True))
    limite = _limite_de_purge(max(sceaux))
    anomalies = [
        Anomalie(jour, "lignes ajoutées avant le premier jour scellé")
        for jour in LigneJournal.objects.filter(jour__lt=min(sceaux))
        .order_by("jour")
        .values_list("jour", flat=True)
        .distinct()
    ]
    veille: str | None = ""
    for jour in _jours(sceaux):
        sceau = sceaux.get(jour)
        if sceau is None:
            anomalies.append(Anomalie(jour, "le sceau de ce jour a disparu"))
            veille = None
            continue
        if message := _defaut_des_lignes(sceau, jour in purges and jour < limite):
            anomalies.append(Anomalie(jour, message))
        if veille is not None and not _suit(sceau, veille):
            anomalies.append(Anomalie(jour, "le sceau de ce jour a été réécrit, ou celui de la veille"))
        veille = sceau.empreinte
    return anomalies + _verifier_l_ancre()


def _defaut_des_lignes(sceau: SceauJournal, purge: bool) -> str:
    """Say what is wrong with the lines of a sealed day; nothing when they are as sealed, or purged in time."""
    nombre, lignes = _empreinte_des_lignes(sceau.jour)
    if (nombre, lignes) == (sceau.nombre, sceau.empreinte_lignes) or (purge and nombre == 0):
        return ""
    return f"lignes altérées : {sceau.nombre} scellées, {nombre} lues"


def _suit(sceau: SceauJournal, veille: str) -> bool:
    """Whether it was made under the key in use, or a former one until the day when the keys were changed."""
    cles = [cle_derivee(JOURNAL)]
    cles += [magasin.lire(nom) for nom in magasin.noms(JOURNAL) if sceau.jour.isoformat() <= nom[-10:]]
    attendues = (_chainer(veille, sceau.jour, sceau.nombre, sceau.empreinte_lignes, cle) for cle in cles)
    return any(hmac.compare_digest(sceau.empreinte, une) for une in attendues)


def _jours(sceaux: dict[dt.date, SceauJournal]) -> list[dt.date]:
    if not sceaux:
        return []
    premier, dernier = min(sceaux), max(sceaux)
    return [premier + dt.timedelta(days=n) for n in range((dernier - premier).days + 1)]


def _verifier_l_ancre() -> list[Anomalie]:
    ancre = lire_ancre()
    if ancre is None:
        return []
    jour, empreinte = ancre
    trouvee = SceauJournal.objects.filter(jour=jour).values_list("empreinte", flat=True).first()
    if trouvee is None:
        return [Anomalie(jour, "la fin du journal, scellée ce jour-là, a disparu")]
    if trouvee != empreinte:
        return [Anomalie(jour, "le sceau de ce jour n’est pas celui qui a été déposé hors de la base")]
    return []


def oublier_la_fin_perdue() -> None:
    """After a restored backup: what was sealed since is lost, and said so in the journal; take the present end."""
    if _verifier_l_ancre():
        lever_ancre()
        if dernier := SceauJournal.objects.order_by("-jour").first():
            poser_ancre(dernier.jour, dernier.empreinte)


def purger_le_journal(a: dt.datetime | None = None) -> int:
    """Take out the sealed days past 12 months, through the owner's function; return the number of lines."""
    instant = a or horloge.maintenant()
    dernier = SceauJournal.objects.order_by("-jour").values_list("jour", flat=True).first()
    if dernier is None:
        return 0
    limite = min(_limite_de_purge(dernier), plus_mois(instant.date(), -CONSERVATION_MOIS))
    purges = PurgeJournal.objects.values_list("jour", flat=True)
    jours = SceauJournal.objects.filter(jour__lt=limite).exclude(jour__in=purges).order_by("jour")
    total = 0
    for jour in list(jours.values_list("jour", flat=True)):
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute("SELECT conformite_purger_journal(%s, %s)", [jour, instant])
            total += curseur.fetchone()[0]
    return total


def _limite_de_purge(dernier: dt.date) -> dt.date:
    return plus_mois(dernier, -CONSERVATION_MOIS)


def _premier_jour() -> dt.date | None:
    premier: dt.date | None = LigneJournal.objects.aggregate(Min("jour"))["jour__min"]
    return premier


def _empreinte_des_lignes(jour: dt.date) -> tuple[int, str]:
    """Hash the lines of a day in their order, each written in one canonical form."""
    somme, nombre = hashlib.sha256(), 0
    champs = [champ.attname for champ in LigneJournal._meta.concrete_fields]
    for ligne in LigneJournal.objects.du_jour(jour).values_list(*champs).iterator(_LIGNES_LUES):
        somme.update(
            json.dumps(ligne, default=_texte, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        )
        nombre += 1
    return nombre, somme.hexdigest()


def _texte(valeur: dt.date | dt.datetime) -> str:
    if isinstance(valeur, dt.datetime):
        return valeur.astimezone(dt.UTC).isoformat()
    return valeur.isoformat()


def _chainer(precedente: str, jour: dt.date, nombre: int, lignes: str, cle: bytes | None = None) -> str:
    contenu = f"{precedente}|{jour.isoformat()}|{nombre}|{lignes}".encode()
    return hmac.new(cle or cle_derivee(JOURNAL), contenu, hashlib.sha256).hexdigest()
