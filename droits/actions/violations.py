"""Acts on a violation (R-02). Each is one transaction: the row locked, the step dated, the journal line, the mails."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from caisses.models import Caisse
from conformite.journal import consigner
from conformite.prolongation import dernier_jour
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from droits import notifications
from droits.journal import Acte
from droits.models.violations import DocumentDeViolation, EtapeViolation, Violation
from droits.regles import HEURES_CONVENTION, EtapeImpossible
from fichiers.actions import ranger
from fichiers.controle import Examine
from socle import horloge
from socle.acteurs import Acteur
from socle.references import nouvelle_reference

Quoi = EtapeViolation.Quoi
DOCUMENTS_MAX = 20


def delai_de_la_convention(caisse: Caisse, partenaire: Partenaire | None, *, autres_echanges: bool) -> int:
    """Return the hours that the convention gives to tell the other party (C-13): 48 where it gives none."""
    participation = (
        Participation.objects.filter(caisse=caisse, partenaire=partenaire, debut__isnull=False)
        .select_related("convention")
        .order_by("-debut", "-pk")
        .first()
    )
    if participation is None:
        return HEURES_CONVENTION
    convention = participation.convention
    pour_ces_echanges = autres_echanges and convention.notification_transfert_heures
    return pour_ces_echanges or convention.notification_violation_heures or HEURES_CONVENTION


def declarer_violation(
    *,
    par: Acteur,
    caisse: Caisse,
    partenaire: Partenaire | None,
    natures: list[str],
    connue_le: dt.datetime,
    description: str,
    autres_echanges: bool = False,
    personnes: int | None = None,
) -> Violation:
    """Declare a violation, freeze T0 and the contract's delay, write to the other party at once.

    Declared by the structure, the DPO of the caisse reads all of it: the other party is told. Declared by the caisse,
    the structure gets a mail that leads to the page; its DPO is told by the caisse's, who notes it (`informer_partie`).
    """
    maintenant = horloge.maintenant()
    violation = Violation(
        reference=nouvelle_reference("V", horloge.jour(caisse.fuseau)),
        caisse=caisse,
        partenaire=partenaire,
        natures=sorted(natures),
        autres_echanges=autres_echanges,
        connue_le=min(connue_le, maintenant),
        declaree_le=maintenant,
        declaree_par=par.compte,
        delai_heures=delai_de_la_convention(caisse, partenaire, autres_echanges=autres_echanges),
        partie_le=maintenant if par.cote_partenaire else None,
        personnes=personnes,
    )
    violation.fixer_terme(dernier_jour(None))
    violation.poser_description(description)
    with transaction.atomic():
        violation.save()
        _etape(violation, Quoi.DECLAREE, par=par, le=maintenant)
        if violation.partie_le:
            _etape(violation, Quoi.PARTIE, par=par, le=maintenant)
        notifications.violation_declaree(violation)
    return violation


def evaluer(violation: Violation, *, par: Acteur, risque: str, texte: str) -> None:
    """Say the risk and why; may be said again as long as the violation is open. Raise `EtapeImpossible`."""
    with transaction.atomic():
        verrouillee = _verrouiller(violation)
        maintenant = horloge.maintenant()
        verrouillee.risque, verrouillee.evaluee_le = risque, maintenant
        verrouillee.save(update_fields=["risque", "evaluee_le"])
        _etape(verrouillee, Quoi.EVALUEE, par=par, le=maintenant, precision=risque, texte=texte)


def informer_partie(violation: Violation, *, par: Acteur, le: dt.datetime, texte: str = "") -> None:
    """Note when the other party was told, with the documentation. Raise `EtapeImpossible`."""
    _noter_notification(violation, "partie_le", Quoi.PARTIE, par=par, le=le, texte=texte)


def notifier_autorite(violation: Violation, *, par: Acteur, le: dt.datetime, texte: str = "") -> None:
    """Note when the authority was told. Raise `EtapeImpossible`."""
    _noter_notification(violation, "autorite_le", Quoi.AUTORITE, par=par, le=le, texte=texte)


def informer_personnes(violation: Violation, *, par: Acteur, le: dt.datetime, texte: str = "") -> None:
    """Note when the persons were told. Raise `EtapeImpossible`."""
    _noter_notification(violation, "personnes_le", Quoi.PERSONNES, par=par, le=le, texte=texte)


def noter_mesure(violation: Violation, *, par: Acteur, texte: str, examines: Sequence[Examine] = ()) -> None:
    """Write what one's own side does, with its documents; the other one is told (R-08).

    Raise `EtapeImpossible` once it is closed, ValidationError for too many files, OSError from the storage.
    """
    with transaction.atomic():
        verrouillee = _verrouiller(violation)
        if verrouillee.documents.count() + len(examines) > DOCUMENTS_MAX:
            raise ValidationError(f"Une violation garde au plus {DOCUMENTS_MAX} documents.")
        for examine in examines:
            ranger(DocumentDeViolation(violation=verrouillee), examine, par=par)
        _etape(verrouillee, Quoi.MESURE, par=par, le=horloge.maintenant(), texte=texte)
        notifications.violation_suivie(verrouillee, par=par)


def clore(violation: Violation, *, par: Acteur, texte: str) -> None:
    """Close, once all that the risk asks for is done, with the measures taken. Raise `EtapeImpossible`."""
    with transaction.atomic():
        verrouillee = _verrouiller(violation)
        if not verrouillee.peut_etre_close:
            raise EtapeImpossible
        verrouillee.close_le = horloge.maintenant()
        verrouillee.save(update_fields=["close_le"])
        _etape(verrouillee, Quoi.CLOSE, par=par, le=verrouillee.close_le, texte=texte)


def _noter_notification(
    violation: Violation, champ: str, quoi: str, *, par: Acteur, le: dt.datetime, texte: str
) -> None:
    with transaction.atomic():
        verrouillee = _verrouiller(violation)
        if getattr(verrouillee, champ) is not None:
            raise EtapeImpossible
        moment = min(max(le, verrouillee.connue_le), horloge.maintenant())
        setattr(verrouillee, champ, moment)
        verrouillee.save(update_fields=[champ])
        _etape(verrouillee, quoi, par=par, le=moment, texte=texte)


def _verrouiller(violation: Violation) -> Violation:
    verrouillee = Violation.objects.select_for_update(of=("self",)).get(pk=violation.pk)
    if verrouillee.close_le is not None:
        raise EtapeImpossible
    return verrouillee


def _etape(
    violation: Violation, quoi: str, *, par: Acteur, le: dt.datetime, precision: str = "", texte: str = ""
) -> None:
    etape = EtapeViolation(violation=violation, quoi=quoi, precision=precision, le=le, par=par.compte)
    etape.poser_texte(texte)
    etape.save()
    consigner(
        Acte(f"violation.{quoi}"),
        par=par,
        objet=violation,
        precision=precision,
    )
