"""Thin entry points of the jobs of this app. Each finds what is due by itself."""

from collections import Counter

from celery import shared_task

from fichiers import analyses, entretien


@shared_task(name="fichiers.analyser")
def analyser(modele: str, cle: int) -> dict[str, int]:
    """Scan one file that was just stored."""
    return analyses.analyser_un(modele, cle)


@shared_task(name="fichiers.balayer")
def balayer() -> dict[str, int]:
    """Scan what waits, erase what is to be erased."""
    return dict(Counter(entretien.effacer_les_contenus()) + Counter(analyses.analyser_en_attente()))


@shared_task(name="fichiers.effacer")
def effacer() -> dict[str, int]:
    """Erase the contents of rows that are gone."""
    return entretien.effacer_les_contenus()


@shared_task(name="fichiers.reanalyser")
def reanalyser() -> dict[str, int]:
    """Scan again what older signatures judged."""
    return analyses.reanalyser()


@shared_task(name="fichiers.reparer")
def reparer() -> dict[str, int]:
    """Put rows and storage back in agreement."""
    return entretien.reparer()
