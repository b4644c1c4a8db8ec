"""Rows and storage in agreement: contents of removed rows erased, what a killed process left found and repaired."""

import datetime as dt
import uuid

import structlog
from django.db import transaction

from fichiers import stockage
from fichiers.analyses import conclure
from fichiers.limites import ORPHELIN_HEURES, ORPHELINS_NOMBRE, ORPHELINS_PART
from fichiers.models import EmplacementAEffacer, Fichier, modeles_de_fichiers
from socle import horloge

log = structlog.get_logger(__name__)


def effacer_les_contenus(lot: int = 100) -> dict[str, int]:
    """Erase the contents whose row is gone, by small claimed batches; what resists waits for the next run."""
    effaces = echecs = apres = 0
    while True:
        with transaction.atomic():
            attente = list(
                EmplacementAEffacer.objects.select_for_update(skip_locked=True)
                .filter(pk__gt=apres)
                .order_by("pk")[:lot]
            )
            if not attente:
                return {"effaces": effaces, "echecs": echecs}
            apres = attente[-1].pk
            faits = [un.pk for un in attente if _effacer(un.emplacement)]
            EmplacementAEffacer.objects.filter(pk__in=faits).delete()
        effaces += len(faits)
        echecs += len(attente) - len(faits)


def _effacer(emplacement: uuid.UUID) -> bool:
    try:
        stockage.effacer(stockage.nom_stocke(emplacement))
    except OSError as erreur:
        log.warning("contenu_non_efface", erreur=type(erreur).__name__)
        return False
    return True


def reparer(*, sans_frein: bool = False) -> dict[str, int]:
    """Find what does not match between rows and storage, and repair it, folder by folder.

    A content that no row names is what a killed process left: erased once it is old enough, unless there are so many
    that something else is wrong (a database restored from elsewhere); `sans_frein` erases them all the same. A row
    whose content is gone is refused, and its people are told.
    """
    limite = horloge.temps_reel() - dt.timedelta(hours=ORPHELIN_HEURES)
    orphelins: list[str] = []
    total = perdus = 0
    for dossier in stockage.DOSSIERS:
        stockes = dict(stockage.lister(dossier))
        lignes = _lignes(dossier)
        total += len(stockes)
        orphelins += [nom for nom, ecrit_le in stockes.items() if nom not in lignes and ecrit_le < limite]
        perdus += sum(_perdu(*lignes[nom]) for nom in lignes.keys() - stockes.keys())
    if not sans_frein and len(orphelins) > max(ORPHELINS_NOMBRE, ORPHELINS_PART * total):
        log.error("orphelins_trop_nombreux", nombre=len(orphelins), total=total)
        return {"perdus": perdus, "freins": 1}
    for nom in orphelins:
        stockage.effacer(nom)
    return {"perdus": perdus, "orphelins": len(orphelins)}


def _lignes(dossier: str) -> dict[str, tuple[type[Fichier], int]]:
    """Return the stored names that the rows expect in one folder, with their row."""
    bornes = (uuid.UUID(dossier + "0" * 30), uuid.UUID(dossier + "f" * 30))
    return {
        stockage.nom_stocke(emplacement): (modele, cle)
        for modele in modeles_de_fichiers()
        for cle, emplacement in modele.objects.filter(emplacement__range=bornes)
        .order_by("pk")
        .values_list("pk", "emplacement")
    }


def _perdu(modele: type[Fichier], cle: int) -> bool:
    """Refuse a file whose content is gone, once; asked again first, as the row may be younger than the list."""
    fichier = modele.objects.exclude(etat=Fichier.Etat.REFUSE, raison="perdu").filter(pk=cle).first()
    if fichier is None or stockage.existe(fichier.emplacement):
        return False
    conclure(fichier, Fichier.Etat.REFUSE, "perdu", fichier.analyse_version)
    return True
