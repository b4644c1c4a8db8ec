"""What was closed since a backup is closed again once it is back, as it was closed; what cannot be is named."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.actions.comptes import inactiver
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from accounts.models.habilitations import Exclusion
from conformite import fermetures
from conformite.gels import DejaGele, lever_gel, poser_gel
from conventions.models.conventions import Participation
from echanges.models.acces import AutorisationDepot
from socle import horloge
from socle.acteurs import MACHINE

# The former password would open again: it is voided. Other acts on an account close it.
MOT_DE_PASSE_SEUL = ("compte.mot_de_passe", "compte.modifier")
RAISON = "Prononcée après la sauvegarde qui a été restaurée : relisez le courriel qui l’a dite."


def refermer(instant: dt.datetime) -> list[str]:
    """Close again, in their order, what was closed since; name the acts to do again by hand.

    No personal link of the backup works any more: those that were used since would work twice.
    """
    LienPersonnel.objects.filter(consomme_le=None).update(consomme_le=horloge.maintenant())
    reste: list[str] = []
    vides: set[int] = set()
    fermes: dict[int, str] = {}
    for acte in fermetures.depuis(instant):
        objet = apps.get_model(acte["type"])._default_manager.filter(pk=acte["cle"]).first()
        if acte["acte"] in MOT_DE_PASSE_SEUL:
            vides.add(acte["cle"])
        elif rejouer := REJOUES.get(acte["acte"]):
            if objet is not None:
                rejouer(objet, acte)
        elif isinstance(objet, Compte):
            # The reason that was given stays; for another act it is to be reviewed.
            cause = acte.get("details", {}).get("cause", Compte.Inactivation.REVUE)
            fermes[objet.pk] = cause if acte["acte"] == "compte.inactiver" else fermes.get(objet.pk, cause)
        elif objet is not None:
            reste.append(f"À refaire : {acte['acte']} ({getattr(objet, 'reference', '') or objet.pk})")
    if nombre := Compte.objects.filter(pk__in=vides - fermes.keys()).update(password=make_password(None)):
        reste.append(f"{nombre} comptes demanderont un nouveau mot de passe : le leur avait changé depuis.")
    for compte in Compte.objects.filter(pk__in=fermes).order_by("pk"):
        if inactiver(compte, par=MACHINE, cause=fermes[compte.pk], prevenir=False):
            reste.append(f"Compte refermé, à rouvrir si c’est à bon droit : {compte.identifiant}")
    return reste


def _exclure(compte: Compte, acte: dict[str, Any]) -> None:
    neuve = {"raison": RAISON, "prononcee_le": horloge.maintenant(), "prononcee_par": _qui(acte)}
    Exclusion.objects.get_or_create(compte=compte, caisse_id=acte["caisse"], levee_le=None, defaults=neuve)


def _lever_l_exclusion(compte: Compte, acte: dict[str, Any]) -> None:
    siennes = Exclusion.objects.filter(compte=compte, caisse=acte["caisse"], levee_le=None)
    siennes.update(levee_le=horloge.maintenant(), levee_par=_qui(acte))


def _retirer_la_cle(compte: Compte, acte: dict[str, Any]) -> None:
    compte.cles_d_acces.filter(pk=acte["details"]["cle"]).delete()


def _suspendre(part: Any, acte: dict[str, Any]) -> None:
    parts = Participation.objects.filter(pk=part.pk, suspendue_le=None)
    parts.update(suspendue_le=horloge.maintenant(), suspension_raison=RAISON)


def _lever_la_suspension(part: Any, acte: dict[str, Any]) -> None:
    Participation.objects.filter(pk=part.pk).update(suspendue_le=None, suspension_raison="")


def _retirer(autorisation: Any, acte: dict[str, Any]) -> None:
    AutorisationDepot.objects.filter(pk=autorisation.pk, retiree_le=None).update(
        retiree_le=horloge.maintenant(), retiree_par=_qui(acte)
    )


def _geler(objet: Any, acte: dict[str, Any]) -> None:
    jusqu_a, qui = dt.date.fromisoformat(acte["details"]["jusqu_a"]), _qui(acte)
    if qui is None:
        return
    try:
        poser_gel(
            objet,
            raison=acte["details"]["raison"],
            jusqu_a=jusqu_a,
            fuseau=settings.TIME_ZONE,
            par=qui,
            caisse=getattr(objet, "caisse_id", None),
        )
    except DejaGele:
        return


def _lever_le_gel(gel: Any, acte: dict[str, Any]) -> None:
    if gel.leve_le is None and (qui := _qui(acte)) is not None:
        lever_gel(gel, fuseau=settings.TIME_ZONE, par=qui)


def _qui(acte: dict[str, Any]) -> Compte | None:
    return Compte.objects.filter(pk=acte["par"]).first()


# Each for the kind of object that its act names.
REJOUES: dict[str, Callable[[Any, dict[str, Any]], None]] = {
    "autorisation.retirer": _retirer,
    "compte.cle_retirer": _retirer_la_cle,
    "compte.exclure": _exclure,
    "compte.lever_exclusion": _lever_l_exclusion,
    "convention.lever_suspension": _lever_la_suspension,
    "convention.suspendre": _suspendre,
    "gel.poser": _geler,
    fermetures.LEVEE: _lever_le_gel,
}
