"""Reminders before a reconduction or an end, to both sides: once per threshold and version of the date (C-03, C-04)."""

import datetime as dt

from django.db import transaction

from conventions import bilans, regles
from conventions.actions.etat import avertir
from conventions.frise import comite_en_retard
from conventions.models.conventions import Participation
from conventions.models.suites import Rappel, Suivi
from socle import crochets, horloge
from socle.certain import certain
from socle.courriels import deposer_courriel

RECONDUCTION = "reconduction"
FIN = "fin"
COMITE = "comite"
BILAN = "bilan"
COMITE_ABSENT = "comite-absent"
GABARITS = {BILAN: "bilan_attendu", COMITE_ABSENT: "comite_absent"}
# Days after the end of the year at which a forgotten bilan or comité is told
JOURS_APRES = (0, 60)


def rappeler() -> dict[str, int]:
    """Write the reminders that are due. Safe to run twice, or after a stop: only the nearest threshold is written.

    The date is the one of the present: after any change the old one is never announced again.
    """
    envoyes = 0
    for pk in Participation.objects.en_vigueur().order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            part = (
                Participation.objects.select_for_update(of=("self",))
                .select_related("convention__partenaire", "caisse")
                .get(pk=pk)
            )
            envoyes += _rappeler(part, part.caisse.jour)
    return {"rappels": envoyes, "comites": _rappeler_les_comites(), "oublis": _rappeler_les_oublis()}


def _rappeler_les_oublis() -> int:
    """Say to both sides that a year is over without its bilan, or without a comité: once each, then after two months (C-11)."""
    envoyes = 0
    for part in (
        Participation.objects.en_vigueur().select_related("caisse", "convention__partenaire").order_by("pk")
    ):
        jour, convention = part.caisse.jour, part.convention
        if annee := bilans.en_souffrance(convention, jour):
            envoyes += _rappeler_un_oubli(part, BILAN, annee.fin, jour, annee=annee)
        if convention.comite_pilotage and comite_en_retard(convention, jour):
            depuis = bilans.annees(convention, jour)[-1].debut
            envoyes += _rappeler_un_oubli(part, COMITE_ABSENT, depuis, jour)
    return envoyes


def _rappeler_un_oubli(
    part: Participation, nature: str, depuis: dt.date, jour: dt.date, **contexte: object
) -> int:
    seuil = max(seuil for seuil in JOURS_APRES if seuil <= max(0, (jour - depuis).days))
    with transaction.atomic():
        Participation.objects.select_for_update(of=("self",)).get(pk=part.pk)
        if part.rappels.filter(nature=nature, pour_le=depuis, seuil_jours__gte=seuil).exists():
            return 0
        Rappel.objects.create(
            participation=part,
            nature=nature,
            pour_le=depuis,
            seuil_jours=seuil,
            destinataires=["caisse", "partenaire"],
            envoye_le=horloge.maintenant(),
        )
        avertir(part, GABARITS[nature], **contexte)
    return 1


def _rappeler_les_comites() -> int:
    """Announce to both sides the comités to come, 30 and 7 days before, once each (C-11)."""
    jour = horloge.maintenant().date()
    a_venir = Suivi.objects.filter(nature=Suivi.Nature.COMITE, jour__gt=jour)
    bientot = a_venir.filter(jour__lte=jour + dt.timedelta(days=30))
    envoyes = 0
    for suivi in bientot.select_related("convention__partenaire").order_by("pk"):
        seuil = certain(regles.seuil_de_rappel(jour, suivi.jour))
        for part in suivi.convention.participations.en_vigueur().select_related(
            "caisse", "convention__partenaire"
        ):
            with transaction.atomic():
                Participation.objects.select_for_update(of=("self",)).get(pk=part.pk)
                if part.rappels.filter(nature=COMITE, pour_le=suivi.jour, seuil_jours__lte=seuil).exists():
                    continue
                Rappel.objects.create(
                    participation=part,
                    nature=COMITE,
                    pour_le=suivi.jour,
                    seuil_jours=seuil,
                    destinataires=["caisse", "partenaire"],
                    envoye_le=horloge.maintenant(),
                )
                avertir(part, "comite", date=suivi.jour)
                envoyes += 1
    return envoyes


def _rappeler(part: Participation, jour: dt.date) -> int:
    date = part.prochaine_echeance(jour)
    seuil = regles.seuil_de_rappel(jour, date) if date else None
    if date is None or seuil is None:
        return 0
    nature = FIN if part.fin else RECONDUCTION
    deja = part.rappels.filter(nature=nature, pour_le=date, seuil_jours__lte=seuil)
    if deja.exists():
        return 0
    adresses = {"partenaire": part.partenaire.courriel, "caisse": part.caisse.courriel}
    adresses = {qui: adresse for qui, adresse in adresses.items() if adresse}
    Rappel.objects.create(
        participation=part,
        nature=nature,
        pour_le=date,
        seuil_jours=seuil,
        destinataires=sorted(adresses),
        envoye_le=horloge.maintenant(),
    )
    contexte = _contexte(part, date, jour)
    for adresse in sorted(set(adresses.values())):
        deposer_courriel(adresse, f"conventions/rappel_{nature}", contexte)
    return 1


def _contexte(part: Participation, date: dt.date, jour: dt.date) -> dict[str, object]:
    convention = part.convention
    dernier = regles.dernier_jour_denonciation(convention.denonciation, convention.denonciation_mois, date)
    return {
        "convention": convention,
        "caisse": part.caisse,
        "partenaire": part.partenaire,
        "date": date,
        "jours": (date - jour).days,
        "dernier_jour": dernier if dernier >= jour else None,
        "a_tout_moment": convention.denonciation == regles.A_TOUT_MOMENT,
        "evaluation": convention.evaluation_le is None
        and part.debut is not None
        and date == regles.echeance(part.debut, convention.duree_mois, 1),
        "effets": [str(effet) for fournir in crochets.effets.values() for effet in fournir(part)]
        if part.fin
        else [],
    }
