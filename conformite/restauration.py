"""After a restored backup, before opening: destroy again what was destroyed since, and send no mail twice."""

import datetime as dt
from collections import Counter
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model, QuerySet

from conformite import journal, purge
from conformite.declarations import Conservation, conservations
from conformite.livre import Feuille, LotExterne, lots
from conformite.sceaux import oublier_la_fin_perdue
from socle import horloge
from socle.models import CourrielSortant

QUARANTAINE = "quarantaine après restauration"


def a_rejouer(depuis: dt.date) -> dict[str, int]:
    """Say how many rows that the ledger outside the database knows as destroyed are there again, by model."""
    compteurs: Counter[str] = Counter()
    for lot in lots(depuis):
        if (trouves := _revenus(lot)) is not None:
            compteurs[lot.modele] += trouves[1].count()
    return {modele: nombre for modele, nombre in compteurs.items() if nombre}


def rejouer(depuis: dt.date) -> dict[str, int]:
    """Destroy them again, with their ledger lines; quarantine the mails that wait; close every session.

    Return the counts. Safe to run twice, and to kill.
    """
    maintenant = horloge.maintenant()
    feuille = Feuille(maintenant.date())
    compteurs: Counter[str] = Counter()
    for lot in lots(depuis):
        if (trouves := _revenus(lot)) is not None:
            modele, lignes, declaration = *trouves, conservations()[trouves[0]]
            compteurs += purge.detruire_ces_lignes(modele, declaration, lignes, feuille)
    compteurs["courriels en quarantaine"] = CourrielSortant.objects.filter(
        envoye_le=None, abandonne_le=None
    ).update(abandonne_le=maintenant, derniere_erreur=QUARANTAINE, reclame_jusqu_a=None)
    compteurs["sessions fermées"] = _fermer_les_sessions()
    oublier_la_fin_perdue()
    journal.consigner(journal.Acte.RESTAURATION_REJOUER, depuis=depuis.isoformat(), **_codes(compteurs))
    return dict(compteurs)


def _revenus(lot: LotExterne) -> tuple[type[Model], QuerySet] | None:
    """The rows of this batch that are there: all of them when it was done, those due when it was only intended."""
    if lot.modele == purge.CLE_DE_TERME:
        return None
    modele = apps.get_model(lot.modele)
    declaration: Conservation | None = conservations().get(modele)
    if declaration is None:
        return None
    lignes = modele._default_manager.all() if lot.fait else declaration.dus(horloge.maintenant())
    return modele, lignes.filter(**{f"{declaration.identite}__in": lot.identites})


def _fermer_les_sessions() -> int:
    modele = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    return int(modele.objects.all().delete()[0])


def _codes(compteurs: Counter[str]) -> dict[str, Any]:
    return {nom.replace(" ", "_").replace("é", "e"): nombre for nom, nombre in compteurs.items() if nombre}
