"""What the acts on a convention share: its lock, its state, its history, its mails."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError

from conventions import workflow
from conventions.models.conventions import Convention, Participation
from conventions.models.suites import Jalon
from socle import horloge
from socle.acteurs import Acteur
from socle.courriels import deposer_courriel


def noter(convention: Convention, nature: str, jour: dt.date, *, par: Acteur, **details: Any) -> Jalon:
    """Write one line of the convention's history."""
    return Jalon.objects.create(
        convention=convention,
        nature=nature,
        jour=jour,
        auteur=par.nom_complet,
        saisi_le=horloge.maintenant(),
        **details,
    )


def verrouiller(convention: Convention, verbe: str) -> Convention:
    """Return the convention, read again under a lock; raise ValidationError when its state forbids `verbe`."""
    verrouillee = Convention.objects.select_for_update().get(pk=convention.pk)
    if empeche := workflow.obstacle(verrouillee, verbe):
        raise ValidationError(empeche, code="etat")
    return verrouillee


def verifier_version(convention: Convention, version: int | None) -> None:
    """Raise ValidationError (code `version`) when somebody else changed the locked convention since it was read."""
    if version is not None and convention.version != version:
        raise ValidationError(
            "Une autre personne a modifié cette convention pendant votre saisie. Votre texte est conservé "
            "ci-dessous : relisez la convention telle qu’elle est, puis envoyez à nouveau.",
            code="version",
            params={"version": convention.version},
        )


def changer_statut(convention: Convention, statut: str) -> None:
    """Set the state and the version of a locked convention."""
    convention.statut = statut
    convention.version += 1
    convention.save(update_fields=["statut", "version"])


def jour_de(convention: Convention) -> dt.date:
    """Return the present day of the convention: the one of its caisse furthest ahead."""
    return max(
        participation.caisse.jour for participation in convention.participations.select_related("caisse")
    )


def deduire_statut(convention: Convention, jour: dt.date) -> bool:
    """Set the state of a locked convention from its caisses' parts; return whether it changed (C-01)."""
    parts = [
        workflow.Part(part.debut, part.fin, part.fin_cause)
        for part in convention.participations.order_by("pk")
    ]
    statut = workflow.statut_deduit(parts, jour)
    if statut is None or statut == convention.statut:
        return False
    changer_statut(convention, statut)
    return True


def avertir(participation: Participation, gabarit: str, **contexte: object) -> None:
    """Write one mail to each side of a caisse's part, other parties included (C-08): references, dates and links only (D-14)."""
    convention, caisse = participation.convention, participation.caisse
    contexte |= {"convention": convention, "caisse": caisse, "partenaire": convention.partenaire}
    autres = convention.signataires.exclude(organisme="").values_list("courriel", flat=True)
    for adresse in sorted({convention.partenaire.courriel, caisse.courriel, *autres} - {""}):
        deposer_courriel(adresse, f"conventions/{gabarit}", contexte)
