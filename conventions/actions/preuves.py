"""Files kept with a convention: signed texts, letters and their proofs (C-01, C-05)."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from conformite.journal import consigner
from conformite.jours import plus_mois
from conformite.prolongation import dernier_jour, prolonger
from conventions.actions.etat import jour_de, noter
from conventions.journal import Acte
from conventions.models.conventions import Convention
from conventions.models.suites import Annonce, Preuve
from conventions.permissions import can_conduire_convention
from fichiers.actions import ranger
from fichiers.controle import Examine
from socle.acteurs import Acteur
from socle.roles import exiger

MOIS_APRES_LA_FIN = 60
PAR_CONVENTION = 60


def fin_des_preuves(convention: Convention) -> dt.date | None:
    """Return the last day of a proof: five years after the end (T-06); None as long as no end is known."""
    fins = [part.fin for part in convention.participations.all() if part.debut is not None]
    connues = [fin for fin in fins if fin is not None]
    return plus_mois(max(connues), MOIS_APRES_LA_FIN) if fins and len(connues) == len(fins) else None


@transaction.atomic
def joindre_preuves(
    convention: Convention, *, par: Acteur, nature: str, examines: Sequence[Examine]
) -> list[Preuve]:
    """Keep checked files with the convention. Raise ValidationError when it holds too many, OSError from the storage."""
    exiger(can_conduire_convention(par, convention))
    return garder(par=par, convention=convention, nature=nature, examines=examines)


def garder(
    *,
    par: Acteur,
    convention: Convention,
    nature: str,
    examines: Sequence[Examine],
    annonce: Annonce | None = None,
) -> list[Preuve]:
    """Keep files with the convention, for an act that has its own right. Raise as `joindre_preuves`."""
    verrouillee = Convention.objects.select_for_update().get(pk=convention.pk)
    if verrouillee.preuves.count() + len(examines) > PAR_CONVENTION:
        raise ValidationError({"fichiers": f"Une convention garde au plus {PAR_CONVENTION} fichiers."})
    preuves = []
    for examine in examines:
        preuve = Preuve(convention=verrouillee, nature=nature, annonce=annonce)
        preuve.fixer_terme(dernier_jour(fin_des_preuves(verrouillee)))
        ranger(preuve, examine, par=par)
        preuves.append(preuve)
        consigner(Acte.CONVENTION_JOINDRE_PREUVE, par=par, objet=preuve, nature=nature)
    if preuves:
        noter(verrouillee, "preuve", jour_de(verrouillee), par=par, texte=Preuve.Nature(nature).label)
    return preuves


def prolonger_les_preuves() -> dict[str, int]:
    """Move the terms along while the conventions are kept: 32 bytes each. Safe to run twice."""
    preuves = Preuve.objects.select_related("convention")
    return {"preuves_prolongees": prolonger(preuves, lambda une: fin_des_preuves(une.convention))}
