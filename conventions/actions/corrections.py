"""A date entered wrongly: corrected or withdrawn with a reason, told in the history with what it undoes (C-23)."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min

from conformite.journal import consigner
from conventions import bilans, regles
from conventions.actions.etat import avertir, deduire_statut, jour_de, noter, verifier_version
from conventions.actions.signatures import designer, peut_signer, verifier_unicite
from conventions.journal import Acte
from conventions.lecture import effet_denonciation, parametres_au
from conventions.models.conventions import Convention, FinCause, Participation
from conventions.models.suites import Document, Jalon, MiseEnDemeure, Signature
from conventions.permissions import can_conduire_participation
from socle.acteurs import Acteur
from socle.certain import certain
from socle.roles import exiger


@transaction.atomic
def corriger_signature(
    signature: Signature, *, par: Acteur, le: dt.date, raison: str, version: int | None = None
) -> Signature:
    """Give a signature its true date; what it put in force moves with it (C-01, C-23).

    `version` is the one that was read. Raise ValidationError without a reason, for a date to come, or one that what was
    done since does not allow.
    """
    convention = _prendre(signature.signataire.convention_id, version, raison)
    exiger(peut_signer(par, convention, signature.signataire))
    signature = (
        Signature.objects.select_for_update(of=("self",)).select_related("avenant").get(pk=signature.pk)
    )
    if le > jour_de(convention):
        raise ValidationError({"le": "La date de signature ne peut être à venir."})
    if le == signature.signee_le:
        raise ValidationError({"le": "C’est la date déjà enregistrée."})
    if signature.avenant is not None and signature.avenant.signe_le is not None:
        raise ValidationError("Cet avenant est en vigueur : un autre avenant corrige ce qu’il dit.")
    ancienne, signature.signee_le = signature.signee_le, le
    signature.save(update_fields=["signee_le"])
    texte = f"{signature.get_document_display()} : {designer(signature.signataire)}"
    Jalon.objects.filter(convention=convention, nature="signature", jour=ancienne, texte=texte).update(
        jour=le
    )
    defait = [f"{texte}. Signature du {le:%d/%m/%Y} au lieu du {ancienne:%d/%m/%Y}."]
    defait += _deplacer(convention, signature.document)
    _dire(convention, par, raison, " ".join(defait), "signature")
    return signature


def _deplacer(convention: Convention, document: str) -> list[str]:
    """Bring a document in force to the date of its last signature; return what this changes."""
    avant, nature = _en_vigueur_depuis(convention, document)
    if avant is None:
        return []
    dates = Signature.objects.filter(signataire__convention=convention, document=document)
    debut = dates.order_by("-signee_le").values_list("signee_le", flat=True)[0]
    if debut == avant:
        return []
    if document == Document.CONVENTION:
        _deplacer_la_convention(convention, avant, debut)
    else:
        _deplacer_l_utilisation(convention, avant, debut)
    # The use that began with it moves along.
    Jalon.objects.filter(
        convention=convention, nature__in=[nature, "utilisation-en-vigueur"], jour=avant
    ).update(jour=debut)
    dit = [f"En vigueur depuis le {debut:%d/%m/%Y} au lieu du {avant:%d/%m/%Y} ; les échéances suivent."]
    if document == Document.CONVENTION:
        annees = [une.debut for une in bilans.annees(convention, jour_de(convention))]
        dit += [
            f"Le bilan commencé au {bilan.debut:%d/%m/%Y} n’est plus celui d’une année de la convention."
            for bilan in convention.bilans.exclude(debut__in=annees)
        ]
    return dit


def _en_vigueur_depuis(convention: Convention, document: str) -> tuple[dt.date | None, str]:
    if document == Document.AVENANT:
        return None, ""
    champ, nature = (
        ("debut", "en-vigueur")
        if document == Document.CONVENTION
        else (
            "utilisation_debut",
            "utilisation-en-vigueur",
        )
    )
    return convention.participations.aggregate(jour=Min(champ))["jour"], nature


def _deplacer_la_convention(convention: Convention, avant: dt.date, debut: dt.date) -> None:
    """Move the start of every caisse's part, and all that counts from it (T-01)."""
    _verifier_la_suite(convention, debut)
    parts = list(convention.participations.select_related("caisse"))
    for part in parts:
        part.convention = convention
        part.debut = debut
        if convention.utilisation_liee or part.utilisation_debut == avant:
            part.utilisation_debut = debut
        elif part.utilisation_debut and part.utilisation_debut < debut:
            raise ValidationError(
                {"le": "La convention d’utilisation serait signée avant elle : corrigez d’abord la sienne."}
            )
    # Later: the new one leaves the room first, the former takes it last.
    if debut > avant:
        _ecrire_le_debut(parts, debut)
    _deplacer_la_remplacee(convention, avant, debut)
    # Its échéances may count from an anchor that an avenant set: read again from the new start.
    _ecrire_le_debut(parts, debut)
    convention.echeances_depuis = parametres_au(convention, jour_de(convention))["echeances_depuis"]
    for part in parts:
        _deplacer_la_fin(part)
        verifier_unicite(part, debut, part.fin)
        part.save(update_fields=["debut", "utilisation_debut", "fin", "bonne_fin_jusqu_au"])
    convention.save(update_fields=["echeances_depuis"])
    deduire_statut(convention, jour_de(convention))


def _ecrire_le_debut(parts: list[Participation], debut: dt.date) -> None:
    """Write both starts at once, an end never before them until it is counted again."""
    for part in parts:
        provisoire = part.fin and max(part.fin, debut)
        Participation.objects.filter(pk=part.pk).update(
            debut=debut, utilisation_debut=part.utilisation_debut, fin=provisoire
        )


def _deplacer_la_fin(part: Participation) -> None:
    """Count an end again from the start: at its term, or at the échéance that a letter reaches (C-03, C-04)."""
    ancienne = part.fin
    if part.fin_cause == FinCause.TERME:
        avenants = part.convention.avenants.filter(signe_le__isnull=False).order_by("prend_effet_le")
        depuis = [certain(un.prend_effet_le) for un in avenants if "reconduction_tacite" in un.changements]
        debut = certain(part.debut)
        part.fin = regles.prochaine_echeance(
            debut,
            part.convention.duree_mois,
            max([debut, *depuis]),
            part.convention.echeances_depuis,
        )
    elif part.fin_cause == FinCause.DENONCIATION:
        part.fin = effet_denonciation(part, certain(part.denoncee_le)).fin
    if ancienne and part.bonne_fin_jusqu_au:
        part.bonne_fin_jusqu_au += certain(part.fin) - ancienne


def _verifier_la_suite(convention: Convention, debut: dt.date) -> None:
    """Refuse a start after what was done under the convention."""
    faits = [
        *map(
            certain, convention.avenants.exclude(prend_effet_le=None).values_list("prend_effet_le", flat=True)
        ),
        *map(
            certain, convention.participations.exclude(denoncee_le=None).values_list("denoncee_le", flat=True)
        ),
        *MiseEnDemeure.objects.filter(participation__convention=convention).values_list(
            "envoyee_le", flat=True
        ),
    ]
    if faits and min(faits) < debut:
        raise ValidationError(
            {
                "le": f"Un acte du {min(faits):%d/%m/%Y} serait antérieur à la convention : vérifiez les deux dates."
            }
        )


def _deplacer_la_remplacee(convention: Convention, avant: dt.date, debut: dt.date) -> None:
    """The replaced convention ends the day on which this one starts: no gap (C-15)."""
    if convention.remplace is None:
        return
    parts = convention.remplace.participations.filter(fin=avant, fin_cause=FinCause.REMPLACEMENT)
    if parts.filter(debut__gt=debut).exists():
        raise ValidationError({"le": "La convention remplacée serait entrée en vigueur après celle-ci."})
    parts.update(fin=debut)


def _deplacer_l_utilisation(convention: Convention, avant: dt.date, debut: dt.date) -> None:
    depart = convention.participations.aggregate(jour=Min("debut"))["jour"]
    if debut < depart:
        raise ValidationError(
            {"le": f"La convention est signée la première : elle est en vigueur depuis le {depart:%d/%m/%Y}."}
        )
    convention.participations.filter(utilisation_debut=avant).update(utilisation_debut=debut)


@transaction.atomic
def corriger_denonciation(
    participation: Participation,
    *,
    par: Acteur,
    raison: str,
    lettre_du: dt.date | None = None,
    version: int | None = None,
) -> Participation:
    """Give a letter of denunciation its true date, or withdraw it: the part goes on as before it (C-04, C-23).

    Raise ValidationError without a reason, for a part that is not denounced, or whose room another convention took.
    """
    exiger(can_conduire_participation(par, participation))
    convention = _prendre(participation.convention_id, version, raison)
    part = Participation.objects.select_related("caisse").get(pk=participation.pk)
    part.convention = convention
    if part.fin_cause != FinCause.DENONCIATION:
        raise ValidationError("Aucune dénonciation n’est enregistrée pour cette caisse.")
    if lettre_du is not None and lettre_du > part.caisse.jour:
        raise ValidationError({"lettre_du": "Cette date est à venir : indiquez celle de la lettre."})
    jour, ancienne, fin = part.caisse.jour, certain(part.denoncee_le), certain(part.fin)
    part.fin, part.fin_cause, part.denoncee_le = None, "", None
    if lettre_du is not None:
        _redater_la_lettre(part, lettre_du, fin)
    else:
        part.denoncee_par_le_partenaire, part.bonne_fin_jusqu_au = False, None
        if not convention.reconduction_tacite:
            part.fin, part.fin_cause = part.prochaine_echeance(jour), FinCause.TERME
    verifier_unicite(part, certain(part.debut), part.fin)
    part.save()
    deduire_statut(convention, jour)
    jalons = Jalon.objects.filter(
        convention=convention, caisse=part.caisse, nature="denonciation", jour=ancienne
    )
    if lettre_du is not None:
        jalons.update(jour=lettre_du)
    _dire(convention, par, raison, _ce_qui_est_defait(part, ancienne, fin, jour), "denonciation", part)
    return part


def _redater_la_lettre(part: Participation, lettre_du: dt.date, fin: dt.date) -> None:
    try:
        effet = effet_denonciation(part, lettre_du)
    except ValueError as erreur:
        raise ValidationError(
            {"lettre_du": f"La convention n’est en vigueur que depuis le {part.debut:%d/%m/%Y}."}
        ) from erreur
    part.fin, part.fin_cause, part.denoncee_le = effet.fin, FinCause.DENONCIATION, lettre_du
    if part.bonne_fin_jusqu_au is not None:
        part.bonne_fin_jusqu_au += part.fin - fin


def _ce_qui_est_defait(part: Participation, lettre: dt.date, fin: dt.date, jour: dt.date) -> str:
    morceaux = [
        f"Dénonciation du {lettre:%d/%m/%Y} retirée."
        if part.denoncee_le is None
        else f"Lettre du {part.denoncee_le:%d/%m/%Y} au lieu du {lettre:%d/%m/%Y}.",
        f"La fin du {fin:%d/%m/%Y} est annulée."
        if part.fin is None
        else f"La convention prend fin le {part.fin:%d/%m/%Y} au lieu du {fin:%d/%m/%Y}.",
    ]
    if fin <= jour and (part.fin is None or part.fin > jour):
        morceaux.append("Elle avait pris effet : les comptes fermés depuis se rouvrent un à un.")
    return " ".join(morceaux)


@transaction.atomic
def corriger_mise_en_demeure(
    mise: MiseEnDemeure,
    *,
    par: Acteur,
    raison: str,
    envoyee_le: dt.date,
    recue_le: dt.date | None = None,
    version: int | None = None,
) -> MiseEnDemeure:
    """Give the letter of a formal notice that runs its true dates: its delay counts again (C-05, C-23).

    Raise ValidationError without a reason, for dates to come, inverted, or before the convention.
    """
    part = mise.participation
    exiger(can_conduire_participation(par, part))
    part.convention = _prendre(part.convention_id, version, raison)
    mise = MiseEnDemeure.objects.select_for_update().get(pk=mise.pk, close_le=None)
    for champ, date in (("envoyee_le", envoyee_le), ("recue_le", recue_le)):
        if date is not None and date > part.caisse.jour:
            raise ValidationError({champ: "Cette date est à venir : indiquez celle de la lettre."})
    if recue_le is not None and recue_le < envoyee_le:
        raise ValidationError({"recue_le": "Une lettre ne peut être reçue avant d’être envoyée."})
    debut = certain(part.debut if mise.document == Document.CONVENTION else part.utilisation_debut)
    if envoyee_le < debut:
        raise ValidationError({"envoyee_le": f"Ce document n’est en vigueur que depuis le {debut:%d/%m/%Y}."})
    anciens = {
        "mise-en-demeure": (mise.envoyee_le, envoyee_le),
        "mise-en-demeure-recue": (mise.recue_le, recue_le),
    }
    for nature, (avant, apres) in anciens.items():
        if avant and apres:
            Jalon.objects.filter(
                convention=part.convention, caisse=part.caisse, nature=nature, jour=avant
            ).update(jour=apres)
    texte = f"Mise en demeure envoyée le {envoyee_le:%d/%m/%Y} au lieu du {mise.envoyee_le:%d/%m/%Y}."
    mise.envoyee_le, mise.recue_le = envoyee_le, recue_le
    mise.save(update_fields=["envoyee_le", "recue_le"])
    _dire(part.convention, par, raison, texte, "mise-en-demeure", part)
    return mise


def _prendre(cle: int, version: int | None, raison: str) -> Convention:
    """Lock the convention as it was read; a correction has its reason."""
    convention = Convention.objects.select_for_update().get(pk=cle)
    verifier_version(convention, version)
    if not raison.strip():
        raise ValidationError({"raison": "Dites pourquoi cette date est corrigée."})
    return convention


def _dire(
    convention: Convention, par: Acteur, raison: str, texte: str, quoi: str, part: Participation | None = None
) -> None:
    """Write in the history what was corrected and what it undoes, in the journal that it was, and tell both sides."""
    convention.version += 1
    convention.save(update_fields=["version"])
    noter(
        convention,
        "correction",
        jour_de(convention),
        par=par,
        caisse=part.caisse if part else None,
        texte=texte,
        commentaire=raison.strip(),
    )
    details: dict[str, Any] = {"quoi": quoi}
    consigner(Acte.CONVENTION_CORRIGER, objet=part or convention, par=par, **details)
    if convention.statut == Convention.Statut.A_SIGNER:
        return
    for une in (
        [part] if part else convention.participations.select_related("caisse", "convention__partenaire")
    ):
        avertir(une, "correction")
