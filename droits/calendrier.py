"""What goes when: the calendar of the declared retention, counted for the caisses of an account."""

import datetime as dt
from dataclasses import dataclass, replace

from django.apps import apps
from django.db.models import Count, Model, QuerySet
from django.db.models.functions import TruncMonth

from accounts.models.compte import Compte
from caisses.models import Caisse
from conformite.declarations import Conservation, ParExecution, Permanente, conservations
from conformite.jours import plus_mois
from droits.perimetre import caisses_de
from droits.permissions import can_geler
from signalements.models.demandes import Demande
from signalements.workflow import OUVERTS
from socle import crochets, horloge

_MOIS_MONTRES = 13


@dataclass(frozen=True)
class Categorie:
    """One category of data: its rule, and how many rows are due now, and in each month to come."""

    nom: str
    duree: str
    depart: str
    disparition: str
    dus: int | None = None
    presents: int | None = None
    mois: tuple[tuple[dt.date, int], ...] = ()


def calendrier(compte: Compte) -> list[Categorie]:
    """Return the categories that disappear, with the counts that `compte` may see."""
    maintenant = horloge.maintenant()
    lignes = [
        Categorie(
            nom=une.categorie,
            duree=une.duree,
            depart=une.depart,
            disparition=une.disparition,
            dus=_du_perimetre(une.dus(maintenant), compte).count(),
            presents=_du_perimetre(modele._default_manager.all(), compte).count(),
            mois=_par_mois(modele, une, compte, maintenant.date()),
        )
        for modele, une in conservations().items()
    ]
    lignes += [
        Categorie(une.categorie, une.duree, une.depart, une.disparition)
        for une in crochets.retention.values()
        if isinstance(une, ParExecution)
    ]
    return _reunir(lignes)


def _reunir(lignes: list[Categorie]) -> list[Categorie]:
    """Show once the tables that share a category and its rule, with their rows added."""
    reunies: dict[tuple[str, ...], Categorie] = {}
    for une in lignes:
        cle = (une.nom, une.duree, une.depart, une.disparition)
        if autre := reunies.get(cle):
            une = replace(
                autre, dus=_somme(autre.dus, une.dus), presents=_somme(autre.presents, une.presents)
            )
        reunies[cle] = une
    return list(reunies.values())


def _somme(un: int | None, autre: int | None) -> int | None:
    return None if un is None or autre is None else un + autre


def permanentes() -> list[tuple[str, str]]:
    """Return (what, reason) of what stays, once each."""
    return sorted(
        {
            (une.nom or str(apps.get_model(label)._meta.verbose_name_plural).capitalize(), une.raison)
            for label, une in crochets.retention.items()
            if isinstance(une, Permanente)
        }
    )


def categorie(label: str) -> str:
    """Return the words of a model that the engine purges, or of « model:caisse:act », that a job closes or keeps longer."""
    label, _, reste = label.partition(":")
    caisse, _, acte = reste.partition(":")
    mots = conservations()[apps.get_model(label)].categorie
    return f"{mots} à {acte or 'clore'}, {Caisse.objects.get(pk=caisse).nom}" if caisse else mots


def prolongees(compte: Compte) -> QuerySet[Demande]:
    """D-15: return the demandes of the account's caisses still open past their first term, the oldest term first."""
    if not can_geler(compte):
        return Demande.objects.none()
    ouvertes = Demande.objects.filter(caisse__in=caisses_de(compte), statut__in=OUVERTS, prolongations__gt=0)
    return ouvertes.select_related("caisse").order_by("terme_le", "pk")


def _par_mois(
    modele: type[Model], declaration: Conservation, compte: Compte, jour: dt.date
) -> tuple[tuple[dt.date, int], ...]:
    if not declaration.terme:
        return ()
    fin = plus_mois(jour.replace(day=1), _MOIS_MONTRES)
    bornes = {f"{declaration.terme}__gte": jour, f"{declaration.terme}__lt": fin}
    comptes = (
        _du_perimetre(modele._default_manager.filter(**bornes), compte)
        .order_by()
        .annotate(du_mois=TruncMonth(declaration.terme))
        .values("du_mois")
        .annotate(nombre=Count("pk"))
        .order_by("du_mois")
    )
    return tuple((ligne["du_mois"], ligne["nombre"]) for ligne in comptes)


def _du_perimetre(lignes: QuerySet, compte: Compte) -> QuerySet:
    """Keep the rows of the account's caisses, where rows belong to a caisse."""
    if "caisse" in {champ.name for champ in lignes.model._meta.get_fields()}:
        champ = lignes.model._meta.get_field("caisse")
        if champ.is_relation:
            return lignes.filter(caisse__in=caisses_de(compte))
    return lignes
