"""The life of the desk itself: absences, models of answer."""

import datetime as dt
from typing import Any

from django.db import transaction

from caisses.models import Caisse, Motif
from conformite.journal import consigner
from signalements.models.absences import Absence
from signalements.models.modeles import ModeleReponse
from socle import horloge


@transaction.atomic
def declarer_absence(*, agent: Any, remplacant: Any, debut: dt.date, fin: dt.date, par: Any) -> Absence:
    """Give the demandes and mails of `agent` to `remplacant` from `debut` to `fin`, both days included."""
    absence = Absence.objects.create(compte=agent, remplacant=remplacant, debut=debut, fin=fin)
    consigner(
        "absence.declarer",
        par=par,
        objet=absence,
        compte=agent.pk,
        remplacant=remplacant.pk,
        debut=debut.isoformat(),
        fin=fin.isoformat(),
    )
    return absence


@transaction.atomic
def supprimer_absence(absence: Absence, *, par: Any) -> None:
    """The agent is back: his demandes are his again at once."""
    consigner("absence.supprimer", par=par, objet=absence, compte=absence.compte_id)
    absence.delete()


@transaction.atomic
def enregistrer_modele(
    modele: ModeleReponse | None,
    *,
    caisse: Caisse,
    acte: str,
    motif: Motif | None,
    titre: str,
    texte: str,
    par: Any,
) -> ModeleReponse:
    """Write a model of answer, new or changed."""
    modele = modele or ModeleReponse()
    modele.caisse, modele.acte, modele.motif, modele.titre, modele.texte = caisse, acte, motif, titre, texte
    modele.modifie_le, modele.modifie_par = horloge.maintenant(), par
    modele.save()
    consigner("modele.enregistrer", par=par, objet=modele, caisse=modele.caisse_id)
    return modele


@transaction.atomic
def supprimer_modele(modele: ModeleReponse, *, par: Any) -> None:
    """Throw a model of answer away; what was sent with it stays."""
    consigner("modele.supprimer", par=par, objet=modele, caisse=modele.caisse_id)
    modele.delete()
