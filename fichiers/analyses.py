"""What the antivirus says of the stored files: a verdict for each, asked again when the signatures change."""

import datetime as dt
from collections import Counter

import structlog
from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet

from conformite.journal import consigner
from conformite.scellement import Illisible
from fichiers import clamd, stockage
from fichiers.journal import Acte
from fichiers.limites import (
    ANALYSE_BAIL_SECONDES,
    ANALYSE_PAUSE_MAX_SECONDES,
    ANALYSES_PAR_PASSAGE,
    REANALYSE_JOURS,
    REANALYSES_PAR_PASSAGE,
)
from fichiers.models import Fichier, modeles_de_fichiers
from socle import horloge

log = structlog.get_logger(__name__)


def analyser_un(modele: str, cle: int) -> dict[str, int]:
    """Scan one file if it still waits and nobody else has it in hand."""
    return _analyser_ceux_ci(apps.get_model(modele), cle=cle, limite=1)


def analyser_en_attente() -> dict[str, int]:
    """Scan what waits, one file at a time; stop at the first silence of clamd."""
    compteurs: Counter[str] = Counter()
    for modele in modeles_de_fichiers():
        compteurs.update(_analyser_ceux_ci(modele, limite=ANALYSES_PAR_PASSAGE))
        if compteurs["echecs"]:
            break
    return compteurs


def _analyser_ceux_ci(modele: type[Fichier], *, limite: int, cle: int | None = None) -> dict[str, int]:
    compteurs: Counter[str] = Counter()
    if not clamd.configure() or not _dus(modele, cle).exists():
        return compteurs
    try:
        # Before any file is claimed: while clamd is away, the turn of none of them moves back.
        version = clamd.version()
        for _ in range(limite):
            fichier = _reclamer(modele, cle)
            if fichier is None:
                break
            compteurs[juger(fichier, version)] += 1
    except clamd.Indisponible as erreur:
        log.warning("antivirus_sans_verdict", erreur=str(erreur)[:60])
        compteurs["echecs"] += 1
    return compteurs


def _dus(modele: type[Fichier], cle: int | None) -> QuerySet[Fichier]:
    dus = modele.objects.a_analyser(horloge.temps_reel())
    return dus if cle is None else dus.filter(pk=cle)


def _reclamer(modele: type[Fichier], cle: int | None) -> Fichier | None:
    """Claim one file by a lease that grows at each try: one that clamd never judges stops no other."""
    with transaction.atomic():
        attente = _dus(modele, cle).select_for_update(skip_locked=True, of=("self",))
        fichier = attente.order_by("essais", "id").first()
        if fichier is None:
            return None
        fichier.essais = min(fichier.essais + 1, 1000)
        pause = min(ANALYSE_BAIL_SECONDES * 2 ** min(fichier.essais - 1, 10), ANALYSE_PAUSE_MAX_SECONDES)
        fichier.prochain_essai_le = horloge.temps_reel() + dt.timedelta(seconds=pause)
        fichier.save(update_fields=["essais", "prochain_essai_le"])
    return fichier


def juger(fichier: Fichier, version: str) -> str:
    """Ask clamd about one file and write its verdict; return the new state. Raise Indisponible."""
    try:
        verdict = clamd.analyser(stockage.lire(fichier.proprietaire, fichier.emplacement))
    except Illisible:
        # Neither clean nor infected: the content, or its key, is not there any more.
        return conclure(fichier, Fichier.Etat.REFUSE, "perdu", version)
    if verdict.sain:
        return conclure(fichier, Fichier.Etat.SAIN, "", version)
    if verdict.non_examine:
        return conclure(fichier, Fichier.Etat.REFUSE, "limites", version)
    return conclure(fichier, Fichier.Etat.INFECTE, verdict.signature[:60], version)


@transaction.atomic
def conclure(fichier: Fichier, etat: str, raison: str, version: str) -> str:
    """Write a verdict once; tell when it blocks. The row may be gone meanwhile: nothing to do then."""
    actuel = type(fichier).objects.select_for_update(of=("self",)).filter(pk=fichier.pk).first()
    if actuel is None:
        return "disparus"
    avant, actuel.etat, actuel.raison = actuel.etat, etat, raison
    actuel.analyse_le, actuel.analyse_version = horloge.temps_reel(), version
    actuel.prochain_essai_le = None
    actuel.save(update_fields=["etat", "raison", "analyse_le", "analyse_version", "prochain_essai_le"])
    if avant == etat:
        return str(etat)
    consigner(Acte.FICHIER_VERDICT, objet=actuel, de=str(avant), vers=str(etat))
    if etat in (Fichier.Etat.INFECTE, Fichier.Etat.REFUSE):
        actuel.bloque()
    return str(etat)


def reanalyser() -> dict[str, int]:
    """Scan again the clean files that older signatures judged: one that turns infected is blocked, and told."""
    compteurs: Counter[str] = Counter()
    if not clamd.configure():
        return compteurs
    avant = horloge.temps_reel() - dt.timedelta(days=REANALYSE_JOURS)
    try:
        version = clamd.version()
        for modele in modeles_de_fichiers():
            dus = modele.objects.a_reanalyser(version, avant).order_by("analyse_le")
            for fichier in dus[:REANALYSES_PAR_PASSAGE]:
                compteurs[juger(fichier, version)] += 1
    except clamd.Indisponible as erreur:
        log.warning("antivirus_sans_verdict", erreur=str(erreur)[:60])
        compteurs["echecs"] = 1
    return compteurs
