"""The retention engine: destroys what is due, and nothing else, whatever stops it.

For each declared model, batches in their own transaction: rows locked (those that somebody holds wait for the next
run), the ledger written outside then inside the database, rows destroyed, committed; then the keys of the term days
that are over. The stored contents of rows that go are left by a trigger to the job of `fichiers`. Killed at any line
and run again, or run twice at once, it ends in the same state.
"""

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass

import structlog
from django.apps import apps
from django.db import DatabaseError, transaction
from django.db.models import Count, Model, ProtectedError, QuerySet, RestrictedError

from conformite import freins, journal, verrous
from conformite.declarations import Conservation, conservations
from conformite.jours import premier_jour_vivant
from conformite.livre import Feuille
from conformite.models.objet_scelle import ObjetScelle
from conformite.models.travaux import Gel, LotDetruit
from conformite.scellement import detruire_cle, detruire_cle_index, jours_de_terme, mois_index
from conformite.suppression import supprimer
from socle import horloge
from socle.acteurs import MACHINE

log = structlog.get_logger(__name__)

TAILLE_LOT = 2000
CLE_DE_TERME = "conformite.cle_de_terme"


@dataclass(frozen=True)
class Apercu:
    """What a run would do with one model."""

    modele: str
    categorie: str
    dus: int
    total: int
    freine: bool


def apercu(a: dt.datetime | None = None) -> list[Apercu]:
    """Say, without touching anything, what is due now (or at the instant `a`) in each declared model."""
    instant = a or horloge.maintenant()
    lignes = []
    for modele, declaration in conservations().items():
        dus = declaration.dus(instant).count()
        total = modele._default_manager.count()
        freine = declaration.frein and freins.anormal(dus, total)
        lignes.append(Apercu(modele._meta.label_lower, declaration.categorie, dus, total, freine))
    return lignes


def purger(a: dt.datetime | None = None, *, taille_lot: int = TAILLE_LOT) -> dict[str, int]:
    """Destroy what is due; return the counts by kind, and « echecs », « freins » when there are some."""
    instant = a or horloge.maintenant()
    feuille = Feuille(instant.date())
    compteurs: Counter[str] = Counter()
    for modele, declaration in conservations().items():
        compteurs += _purger_modele(modele, declaration, instant, feuille, taille_lot)
    # An abnormal volume puts the clock itself in doubt: no key goes while a brake holds.
    compteurs["cles"] = 0 if compteurs["freins"] else detruire_les_cles(instant, feuille)
    return dict(compteurs)


def _purger_modele(
    modele: type[Model], declaration: Conservation, instant: dt.datetime, feuille: Feuille, taille_lot: int
) -> Counter[str]:
    compteurs: Counter[str] = Counter()
    autorisation = freins.autoriser(modele, declaration, instant)
    if autorisation is None:
        compteurs["freins"] = 1
        return compteurs
    limite = autorisation.jusqu_a
    apres = None
    while (lot := _suivant(declaration.dus(limite), apres, taille_lot)) is not None:
        compteurs += _purger_lot(modele, declaration, lot, limite, feuille)
        apres = lot[-1]
    if autorisation.frein is not None:
        freins.clore(autorisation.frein, instant)
        compteurs += _purger_modele(modele, declaration, instant, feuille, taille_lot)
    return compteurs


def _suivant(dus: QuerySet, apres: object, taille: int) -> list | None:
    """Return the next keys in order, without locking; always forward, so that a refused row stops nothing."""
    if apres is not None:
        dus = dus.filter(pk__gt=apres)
    return list(dus.order_by("pk").values_list("pk", flat=True)[:taille]) or None


def _purger_lot(
    modele: type[Model], declaration: Conservation, cles: list, limite: dt.datetime, feuille: Feuille
) -> Counter[str]:
    """Destroy one batch; when it fails, each of its halves, so that one poisoned row keeps only itself."""
    try:
        return _detruire(modele, declaration, cles, limite, feuille)
    except (DatabaseError, ProtectedError, RestrictedError) as erreur:
        if len(cles) == 1:
            log.error("purge_impossible", modele=modele._meta.label_lower, erreur=type(erreur).__name__)
            return Counter(echecs=1)
    milieu = len(cles) // 2
    moities = (cles[:milieu], cles[milieu:])
    return sum((_purger_lot(modele, declaration, moitie, limite, feuille) for moitie in moities), Counter())


def _detruire(
    modele: type[Model], declaration: Conservation, cles: list, limite: dt.datetime, feuille: Feuille
) -> Counter[str]:
    label = modele._meta.label_lower
    identifiant = uuid.uuid4()
    with transaction.atomic():
        # By its bounds: the keys are the next ones in order, and what is due is asked again under the lock.
        verrouilles = (
            declaration.dus(limite)
            .filter(pk__gte=cles[0], pk__lte=cles[-1])
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("pk")
        )
        identites = dict(verrouilles.values_list("pk", declaration.identite))
        geles = Gel.objects.actifs(horloge.maintenant()).filter(
            objet_type=label, objet_id__parmi=[str(cle) for cle in identites]
        )
        for gele in geles.values_list("objet_id", flat=True):
            identites.pop(modele._meta.pk.to_python(gele), None)
        if not identites:
            return Counter()
        return _detruire_verrouilles(modele, declaration, identites, identifiant, feuille)


def detruire_ces_lignes(
    modele: type[Model], declaration: Conservation, lignes: QuerySet, feuille: Feuille
) -> Counter[str]:
    """Destroy these rows whatever their term, with their ledger lines: a replay, or a decision of a DPO."""
    with transaction.atomic():
        verrouilles = lignes.select_for_update(of=("self",)).order_by("pk")
        identites = dict(verrouilles.values_list("pk", declaration.identite))
        if not identites:
            return Counter()
        return _detruire_verrouilles(modele, declaration, identites, uuid.uuid4(), feuille)


def _detruire_verrouilles(
    modele: type[Model], declaration: Conservation, identites: dict, identifiant: uuid.UUID, feuille: Feuille
) -> Counter[str]:
    label = modele._meta.label_lower
    noms = [str(identite) for identite in identites.values()]
    lot = modele._default_manager.filter(pk__parmi=list(identites))
    repartition = _repartir(lot)
    feuille.intention(identifiant, label, noms)
    champs = {"caisse", "partenaire", "reference"} & {champ.name for champ in modele._meta.concrete_fields}
    if {"caisse", "reference"} <= champs:
        # In the journal of each caisse, by the references: who looks for one finds how it ended.
        siens = lot.only(*champs)
        journal.consigner_lecture(journal.Acte.PURGE_LOT, siens, par=MACHINE, modele=label)
    decompte = (declaration.detruire or supprimer)(lot)
    LotDetruit.objects.create(
        lot=identifiant,
        modele=label,
        identites=noms,
        nombre=len(noms),
        decompte=decompte,
        repartition=repartition,
        detruit_le=horloge.maintenant(),
    )
    journal.consigner(journal.Acte.PURGE_LOT, modele=label, nombre=len(noms), lot=str(identifiant))
    transaction.on_commit(lambda: feuille.fait(identifiant))
    return Counter(decompte)


def _repartir(lot: QuerySet) -> dict[str, int]:
    """Count the rows of a batch by caisse and structure, where the model has both."""
    if not {"caisse", "partenaire"} <= {champ.name for champ in lot.model._meta.concrete_fields}:
        return {}
    comptes = lot.order_by().values_list("caisse", "partenaire").annotate(nombre=Count("pk"))
    return {f"{caisse}:{partenaire}": nombre for caisse, partenaire, nombre in comptes}


def detruire_les_cles(a: dt.datetime, feuille: Feuille | None = None) -> int:
    """Destroy the keys of the term days that are over in every zone and under which nothing living remains (T-06).

    Under the lock of the key folder, so that the rotation of the master key cannot bring one back.
    """
    limite = premier_jour_vivant()
    passes = [jour for jour in jours_de_terme() if jour < limite]
    feuille = feuille or Feuille(a.date())
    detruites = sum(_detruire_une_cle(jour, a, feuille) for jour in passes if not _vivants(jour))
    restants = {jour.replace(day=1) for jour in jours_de_terme()}
    for mois in mois_index():
        if mois < limite.replace(day=1) and mois not in restants:
            detruire_cle_index(mois)
    return detruites


def modeles_scelles() -> list[type[ObjetScelle]]:
    """Return the models whose rows are sealed under a key of their term day."""
    return [modele for modele in apps.get_models() if issubclass(modele, ObjetScelle)]


def _vivants(jour: dt.date) -> bool:
    return any(modele._default_manager.filter(terme_le=jour).exists() for modele in modeles_scelles())


def _detruire_une_cle(jour: dt.date, a: dt.datetime, feuille: Feuille) -> int:
    with transaction.atomic():
        verrous.prendre(verrous.CLES)
        if _vivants(jour):
            return 0
        if not LotDetruit.objects.filter(modele=CLE_DE_TERME, identites=[jour.isoformat()]).exists():
            lot = uuid.uuid4()
            feuille.intention(lot, CLE_DE_TERME, [jour.isoformat()])
            LotDetruit.objects.create(
                lot=lot, modele=CLE_DE_TERME, identites=[jour.isoformat()], nombre=1, detruit_le=a
            )
            journal.consigner(journal.Acte.PURGE_CLE, terme=jour.isoformat())
    with transaction.atomic():
        verrous.prendre(verrous.CLES)
        return int(detruire_cle(jour))
