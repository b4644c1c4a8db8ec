"""What people do with a file: sent, checked, stored, removed.

Nothing here decides who may do it: the app that owns the file does.
"""

import time
from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from fichiers import stockage, tasks
from fichiers.controle import Examine, examiner
from fichiers.limites import ENVOI_SECONDES
from fichiers.models import Fichier, sans_antivirus
from fichiers.refus import Refus
from socle import horloge
from socle.acteurs import Acteur
from socle.apres_commit import apres_commit


def examiner_envoi(
    envoyes: Iterable[UploadedFile], *, par: Acteur
) -> tuple[list[Examine], list[tuple[str, Refus]]]:
    """Check the files of one sending, all in time for one answer; return those taken, and those refused by name.

    They wait behind those of the structure of `par`, never behind another's.
    """
    avant = time.monotonic() + ENVOI_SECONDES
    pris, refuses = [], []
    for envoye in envoyes:
        nom = envoye.name or ""
        try:
            pris.append(examiner(nom, envoye.read(), avant=avant, pour=structure_de(par)))
        except Refus as refus:
            refuses.append((nom, refus))
    return pris, refuses


def structure_de(compte: Acteur) -> str:
    """Return what tells the structure of an account from the others; an agent of a caisse stands for himself."""
    return f"partenaire {compte.partenaire_id}" if compte.partenaire_id else f"compte {compte.pk}"


def ranger(fichier: Fichier, examine: Examine, *, par: Acteur) -> None:
    """Seal and store a checked file, then its row: to call inside the act's transaction, its owner already set.

    When the row is refused the stored content is taken back; when the process dies between the two, or the
    transaction fails later, the daily repair does it. Raise OSError when the storage cannot.
    """
    fichier.genre = examine.genre
    fichier.taille = len(examine.contenu)
    fichier.avertissements = list(examine.avertissements)
    fichier.etat = Fichier.Etat.NON_ANALYSE if sans_antivirus() else Fichier.Etat.EN_ANALYSE
    fichier.ajoute_le, fichier.ajoute_par = horloge.maintenant(), par.compte
    fichier.poser_nom(examine.nom)
    stockage.ecrire(fichier.proprietaire, fichier.emplacement, examine.contenu)
    try:
        with transaction.atomic():
            fichier.save(force_insert=True)
    except BaseException:
        stockage.effacer(stockage.nom_stocke(fichier.emplacement))
        raise
    if fichier.etat == Fichier.Etat.EN_ANALYSE:
        apres_commit(tasks.analyser, fichier._meta.label_lower, fichier.pk)


def retirer(fichier: Fichier) -> None:
    """Remove the row; its content is erased after the commit."""
    fichier.delete()
    apres_commit(tasks.effacer)
