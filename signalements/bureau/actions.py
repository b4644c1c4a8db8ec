"""The life of the desk itself: absences, models of answer."""

import datetime as dt
from typing import Any

from django.db import transaction

from caisses.models import Caisse, Motif
from conformite.journal import consigner
from signalements.journal import Acte
from signalements.models.absences import Absence
from signalements.models.demandes import Demande
from signalements.models.modeles import ModeleReponse
from signalements.models.preferences import ARevoir
from socle import horloge
from socle.acteurs import Acteur


@transaction.atomic
def declarer_absence(*, agent: Any, remplacant: Any, debut: dt.date, fin: dt.date, par: Acteur) -> Absence:
    """Give the demandes and mails of `agent` to `remplacant` from `debut` to `fin`, both days included."""
    absence = Absence.objects.create(compte=agent, remplacant=remplacant, debut=debut, fin=fin)
    consigner(
        Acte.ABSENCE_DECLARER,
        par=par,
        objet=absence,
        compte=agent.pk,
        remplacant=remplacant.pk,
        debut=debut.isoformat(),
        fin=fin.isoformat(),
    )
    return absence


@transaction.atomic
def supprimer_absence(absence: Absence, *, par: Acteur) -> None:
    """The agent is back: his demandes are his again at once."""
    consigner(Acte.ABSENCE_SUPPRIMER, par=par, objet=absence, compte=absence.compte_id)
    absence.delete()


def rappeler(demande: Demande, *, le: dt.date | None, par: Acteur) -> None:
    """See a demande again on that day, in one's own basket; no day forgets it. Nobody else is told."""
    if le:
        ARevoir.objects.update_or_create(compte=par.compte, demande=demande, defaults={"le": le})
    else:
        ARevoir.objects.filter(compte=par.compte, demande=demande).delete()


@transaction.atomic
def enregistrer_modele(
    modele: ModeleReponse | None,
    *,
    caisse: Caisse,
    acte: str,
    motif: Motif | None,
    titre: str,
    texte: str,
    par: Acteur,
    issue: str = "",
) -> ModeleReponse:
    """Write a model of answer, new or changed."""
    modele = modele or ModeleReponse()
    modele.caisse, modele.acte, modele.motif, modele.titre, modele.texte = caisse, acte, motif, titre, texte
    modele.issue = issue
    modele.modifie_le, modele.modifie_par = horloge.maintenant(), par.compte
    modele.save()
    consigner(Acte.MODELE_ENREGISTRER, par=par, objet=modele)
    return modele


@transaction.atomic
def supprimer_modele(modele: ModeleReponse, *, par: Acteur) -> None:
    """Throw a model of answer away; what was sent with it stays."""
    consigner(Acte.MODELE_SUPPRIMER, par=par, objet=modele)
    modele.delete()
