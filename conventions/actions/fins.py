"""How a caisse's part ends: denunciation, breach, suspension, and the night job that notes the ends (C-04, C-05, C-16)."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from conformite.journal import consigner
from conventions import regles, workflow
from conventions.actions.etat import avertir, deduire_statut, jour_de, noter, verrouiller
from conventions.journal import Acte
from conventions.lecture import effet_denonciation, parametres_au
from conventions.models.conventions import Convention, FinCause, Participation
from conventions.models.suites import Document, MiseEnDemeure
from conventions.permissions import can_conduire_participation
from socle import horloge
from socle.acteurs import MACHINE, Acteur
from socle.roles import exiger


def obstacle(part: Participation, verbe: str) -> str:
    """Return why this verb cannot be done on a part: the state of its convention, or its own end, whatever the others."""
    if part.fin is not None and part.fin <= part.caisse.jour:
        return f"Cette convention a pris fin le {part.fin:%d/%m/%Y} pour {part.caisse}."
    if verbe == "denoncer" and part.fin_cause not in {"", FinCause.TERME}:
        return f"Cette convention prend déjà fin le {part.fin:%d/%m/%Y} pour {part.caisse}."
    return workflow.obstacle(part.convention, verbe)


def _prendre(participation: Participation, verbe: str) -> tuple[Convention, Participation]:
    """Lock the convention, read the part again; raise ValidationError when this part has ended, whatever the others."""
    convention = verrouiller(participation.convention, verbe)
    relue = Participation.objects.select_related("caisse").get(pk=participation.pk)
    relue.convention = convention
    if empeche := obstacle(relue, verbe):
        raise ValidationError(empeche)
    return convention, relue


def _refuser_l_avenir(champ: str, jour: dt.date | None, caisse: Any) -> None:
    if jour is not None and jour > caisse.jour:
        raise ValidationError({champ: "Cette date est à venir : indiquez celle de la lettre."})


def _bonne_fin(participation: Participation, fin: dt.date, jours: int | None) -> dt.date | None:
    """Return the first day after the closing period, None when there is none (C-16)."""
    prevus = participation.convention.bonne_fin_jours if jours is None else jours
    if not 0 <= prevus <= 30:
        raise ValidationError({"bonne_fin_jours": "La période de bonne fin va de 0 à 30 jours."})
    return regles.fin_de_bonne_fin(fin, prevus) if prevus else None


@transaction.atomic
def denoncer(
    participation: Participation,
    *,
    par: Acteur,
    lettre_du: dt.date,
    par_le_partenaire: bool,
    bonne_fin_jours: int | None = None,
) -> Participation:
    """Write down a denunciation: in time it ends the part at its échéance, late at the next one (C-04).

    Raise ValidationError for a date to come or before the start, a part already ended, or a good end out of 0…30 days.
    """
    exiger(can_conduire_participation(par, participation))
    convention, part = _prendre(participation, "denoncer")
    _refuser_l_avenir("lettre_du", lettre_du, part.caisse)
    try:
        effet = effet_denonciation(part, lettre_du)
    except ValueError as erreur:
        raise ValidationError(
            {"lettre_du": f"La convention n’est en vigueur que depuis le {part.debut:%d/%m/%Y}."}
        ) from erreur
    part.fin, part.fin_cause = effet.fin, FinCause.DENONCIATION
    part.denoncee_le, part.denoncee_par_le_partenaire = lettre_du, par_le_partenaire
    part.bonne_fin_jusqu_au = _bonne_fin(part, effet.fin, bonne_fin_jours)
    part.save(
        update_fields=["fin", "fin_cause", "denoncee_le", "denoncee_par_le_partenaire", "bonne_fin_jusqu_au"]
    )
    auteur = "le partenaire" if par_le_partenaire else "la caisse"
    noter(
        convention,
        "denonciation",
        lettre_du,
        par=par,
        caisse=part.caisse,
        texte=f"Dénoncée par {auteur}.",
    )
    _conclure(convention, part, par, Acte.CONVENTION_DENONCER)
    avertir(part, "denonciation", lettre_du=lettre_du, auteur=auteur, effet=effet)
    return part


def _conclure(convention: Convention, part: Participation, par: Acteur, acte: Acte, **details: Any) -> None:
    if not deduire_statut(convention, jour_de(convention)):
        convention.version += 1
        convention.save(update_fields=["version"])
    consigner(
        acte,
        objet=part,
        par=par,
        fin=f"{part.acces_fin:%Y-%m-%d}" if part.acces_fin else None,
        **details,
    )


@transaction.atomic
def mettre_en_demeure(
    participation: Participation,
    *,
    par: Acteur,
    document: str,
    manquement: str,
    envoyee_le: dt.date,
    recue_le: dt.date | None = None,
    par_le_partenaire: bool = False,
) -> MiseEnDemeure:
    """Write down a formal notice, with the dates of its letter (C-05).

    The clock of the convention starts at the sending, the one of the convention d'utilisation at the reception.
    Raise ValidationError where the convention has no such clause, or for dates to come or inverted.
    """
    exiger(can_conduire_participation(par, participation))
    convention, part = _prendre(participation, "mettre_en_demeure")
    delai = _delai_de_mise_en_demeure(part, document, envoyee_le)
    if not manquement.strip():
        raise ValidationError({"manquement": "Décrivez le manquement constaté."})
    _refuser_l_avenir("recue_le", recue_le, part.caisse)
    if recue_le is not None and recue_le < envoyee_le:
        raise ValidationError({"recue_le": "Une lettre ne peut être reçue avant d’être envoyée."})
    if part.mises_en_demeure.filter(document=document, close_le=None).exists():
        raise ValidationError("Une mise en demeure est déjà en cours sur ce document.")
    mise = MiseEnDemeure.objects.create(
        participation=part,
        document=document,
        par_le_partenaire=par_le_partenaire,
        manquement=manquement.strip(),
        envoyee_le=envoyee_le,
        recue_le=recue_le,
        delai_jours=delai,
        creee_le=horloge.maintenant(),
    )
    noter(
        convention, "mise-en-demeure", envoyee_le, par=par, caisse=part.caisse, texte=Document(document).label
    )
    _conclure(convention, part, par, Acte.CONVENTION_METTRE_EN_DEMEURE, document=str(document))
    return mise


def _delai_de_mise_en_demeure(part: Participation, document: str, envoyee_le: dt.date) -> int:
    """Return the days of the clause in force on the day of the letter (C-05, C-06); refuse a letter out of that time."""
    _refuser_l_avenir("envoyee_le", envoyee_le, part.caisse)
    debut = part.debut if document == Document.CONVENTION else part.utilisation_debut
    if debut is None:
        raise ValidationError({"document": "L’utilisation du portail n’est pas encore ouverte."})
    if envoyee_le < debut:
        raise ValidationError({"envoyee_le": f"Ce document n’est en vigueur que depuis le {debut:%d/%m/%Y}."})
    valeurs = parametres_au(part.convention, envoyee_le)
    nom = "mise_en_demeure_jours" if document == Document.CONVENTION else "mise_en_demeure_utilisation_jours"
    if valeurs[nom] is None:
        raise ValidationError({"document": "Ce document ne prévoit pas de résiliation pour manquement."})
    return int(valeurs[nom])


@transaction.atomic
def noter_reception(mise: MiseEnDemeure, *, par: Acteur, recue_le: dt.date) -> MiseEnDemeure:
    """Write down the day on which the letter was received (C-05)."""
    exiger(can_conduire_participation(par, mise.participation))
    mise = MiseEnDemeure.objects.select_for_update().get(pk=mise.pk, close_le=None)
    _refuser_l_avenir("recue_le", recue_le, mise.participation.caisse)
    if recue_le < mise.envoyee_le:
        raise ValidationError({"recue_le": "Une lettre ne peut être reçue avant d’être envoyée."})
    mise.recue_le = recue_le
    mise.save(update_fields=["recue_le"])
    convention = mise.participation.convention
    noter(convention, "mise-en-demeure-recue", recue_le, par=par, caisse=mise.participation.caisse)
    consigner(Acte.CONVENTION_MISE_EN_DEMEURE_RECUE, par=par, objet=mise)
    return mise


@transaction.atomic
def clore_mise_en_demeure(
    mise: MiseEnDemeure, *, par: Acteur, le: dt.date, issue: str = MiseEnDemeure.Issue.REMEDIEE
) -> MiseEnDemeure:
    """Close a formal notice: the breach was cured, or the letter is withdrawn (C-05)."""
    exiger(can_conduire_participation(par, mise.participation))
    mise = MiseEnDemeure.objects.select_for_update().get(pk=mise.pk, close_le=None)
    _refuser_l_avenir("le", le, mise.participation.caisse)
    if le < mise.envoyee_le:
        raise ValidationError({"le": "La mise en demeure n’était pas encore envoyée à cette date."})
    mise.close_le, mise.issue = le, issue
    mise.save(update_fields=["close_le", "issue"])
    convention = mise.participation.convention
    noter(
        convention,
        "mise-en-demeure-close",
        le,
        par=par,
        caisse=mise.participation.caisse,
        texte=mise.get_issue_display(),
    )
    consigner(Acte.CONVENTION_CLORE_MISE_EN_DEMEURE, par=par, objet=mise)
    return mise


@transaction.atomic
def resilier(
    mise: MiseEnDemeure, *, par: Acteur, le: dt.date, raison: str, bonne_fin_jours: int | None = None
) -> Participation:
    """Terminate for breach once the clock has run: a person does it, never the clock alone (C-05).

    `le`: day of the termination, which is the day of the second registered letter for the convention d'utilisation.
    The convention's end closes both; the utilisation's closes the portal for that caisse only (C-07).
    """
    exiger(can_conduire_participation(par, mise.participation))
    convention, part = _prendre(mise.participation, "resilier")
    mise = MiseEnDemeure.objects.select_for_update().get(pk=mise.pk, close_le=None)
    _refuser_l_avenir("le", le, part.caisse)
    possible = mise.resiliable_des
    if possible is None:
        raise ValidationError(
            {"le": "Notez d’abord la réception de la lettre : le délai court à partir d’elle."}
        )
    if le < possible:
        raise ValidationError(
            {"le": f"Le délai court encore : résiliation possible à partir du {possible:%d/%m/%Y}."}
        )
    if not raison.strip():
        raise ValidationError({"raison": "Écrivez la raison : elle sera montrée à la prochaine connexion."})
    part.bonne_fin_jusqu_au = _bonne_fin(part, le, bonne_fin_jours)
    part.fin_raison = raison.strip()
    if mise.document == Document.CONVENTION:
        part.fin, part.fin_cause = le, FinCause.RESILIATION
    else:
        part.utilisation_fin, part.utilisation_fin_cause = le, FinCause.RESILIATION
        mise.seconde_lettre_le = le
    part.save()
    mise.close_le, mise.issue = le, MiseEnDemeure.Issue.RESILIATION
    mise.save(update_fields=["close_le", "issue", "seconde_lettre_le"])
    noter(
        convention,
        "resiliation",
        le,
        par=par,
        caisse=part.caisse,
        texte=Document(mise.document).label,
        commentaire=raison.strip(),
    )
    _conclure(convention, part, par, Acte.CONVENTION_RESILIER, document=str(mise.document))
    avertir(part, "resiliation", le=le, document=mise.get_document_display())
    return part


@transaction.atomic
def suspendre(participation: Participation, *, par: Acteur, raison: str) -> Participation:
    """Suspend a whole structure for misuse, for that caisse only, with a reason and no notice (A-16)."""
    exiger(can_conduire_participation(par, participation))
    convention, part = _prendre(participation, "resilier")
    if part.suspendue_le is not None:
        raise ValidationError("L’accès de cette structure est déjà suspendu.")
    if not raison.strip():
        raise ValidationError(
            {"raison": "Écrivez la raison de la suspension : elle sera notifiée à la structure."}
        )
    part.suspendue_le, part.suspension_raison = horloge.maintenant(), raison.strip()
    part.save(update_fields=["suspendue_le", "suspension_raison"])
    noter(convention, "suspension", part.caisse.jour, par=par, caisse=part.caisse, commentaire=raison.strip())
    _conclure(convention, part, par, Acte.CONVENTION_SUSPENDRE)
    avertir(part, "suspension")
    return part


@transaction.atomic
def lever_suspension(participation: Participation, *, par: Acteur) -> Participation:
    """Give the access back: accounts and seats were kept (A-16)."""
    exiger(can_conduire_participation(par, participation))
    convention, part = _prendre(participation, "resilier")
    if part.suspendue_le is None:
        raise ValidationError("L’accès de cette structure n’est pas suspendu.")
    part.suspendue_le, part.suspension_raison = None, ""
    part.save(update_fields=["suspendue_le", "suspension_raison"])
    noter(convention, "suspension-levee", part.caisse.jour, par=par, caisse=part.caisse)
    _conclure(convention, part, par, Acte.CONVENTION_LEVER_SUSPENSION)
    avertir(part, "suspension_levee")
    return part


def constater_les_fins() -> dict[str, int]:
    """Set the state of the conventions whose end has come. Access does not wait for it; running twice changes nothing."""
    terminees = 0
    for pk in (
        Convention.objects.filter(statut__in=[Convention.Statut.EN_VIGUEUR, Convention.Statut.DENONCEE])
        .filter(participations__fin__isnull=False)
        .order_by("pk")
        .values_list("pk", flat=True)
        .distinct()
    ):
        with transaction.atomic():
            convention = Convention.objects.select_for_update().get(pk=pk)
            jour = jour_de(convention)
            if not deduire_statut(convention, jour):
                continue
            consigner(Acte.CONVENTION_TERMINER, par=MACHINE, objet=convention, statut=convention.statut)
            terminees += 1
    return {"terminees": terminees}
