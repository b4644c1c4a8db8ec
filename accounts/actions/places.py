"""Seats of a structure: counted under a lock, never exceeded (Q-01 to Q-07)."""

from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet

from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from accounts.regles import Places
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from conventions.regles import quota_le_plus_favorable
from socle.profils import Profil
from socle.roles import role

NOMS = {profil: role(profil).places for profil in Profil if role(profil).places}

_NOMBRES = {
    "actifs": Count("pk", filter=Q(statut=Compte.Statut.ACTIF)),
    "en_attente": Count("pk", filter=Q(statut=Compte.Statut.EN_ATTENTE)),
    "inactifs": Count("pk", filter=Q(statut=Compte.Statut.INACTIF)),
    "releves": Count("pk", filter=Q(statut__in=STATUTS_OCCUPANTS, releve_de__statut__in=STATUTS_OCCUPANTS)),
}


def verrouiller(partenaire: Partenaire) -> Partenaire:
    """Return the structure read afresh, its row locked until the end of the transaction (Q-04).

    `no_key`: demandes deposited meanwhile, which only point to the row, do not wait.
    """
    return Partenaire.objects.select_for_update(no_key=True).get(pk=partenaire.pk)


def verrouiller_compte(compte: Compte) -> Compte:
    """Return the account read afresh, locked after its structure: the order of the whole portal.

    `no_key`, as for the structure: what only points to the account does not wait.
    """
    if compte.partenaire is not None:
        verrouiller(compte.partenaire)
    return Compte.objects.select_for_update(of=("self",), no_key=True).get(pk=compte.pk)


def places(partenaire: Partenaire, profil: str) -> Places:
    """Return the seats of `profil` in the structure now, by the most favourable rule in force (Q-06)."""
    nombres = Compte.objects.filter(partenaire=partenaire, profil=profil).aggregate(**_NOMBRES)
    return Places(droits=partenaire.places(profil), **nombres)


def depassements(structures: QuerySet[Partenaire]) -> list[tuple[Partenaire, str, Places]]:
    """Return which of these structures exceed their quota, of which profile (Q-05): three queries, however many."""
    parts = Participation.objects.en_vigueur().filter(partenaire__in=structures)
    regles_de: dict[tuple[int, str], list] = defaultdict(list)
    for cle, *deux_quotas in parts.values_list(
        "partenaire", *(f"convention__quota_{nom}" for nom in NOMS.values())
    ):
        for profil, paliers in zip(NOMS, deux_quotas, strict=True):
            regles_de[cle, profil].append(paliers)
    noms = {structure.pk: structure for structure in structures}
    comptes = Compte.objects.filter(partenaire__in=structures, profil__in=NOMS).order_by(
        "partenaire", "profil"
    )
    trouves = []
    for un in comptes.values("partenaire", "profil").annotate(**_NOMBRES):
        nombres: dict[str, Any] = dict(un)
        structure, profil = noms[nombres.pop("partenaire")], nombres.pop("profil")
        droits = quota_le_plus_favorable(regles_de[structure.pk, profil], structure.membres)
        p = Places(droits=droits, **nombres)
        if p.depassement:
            trouves.append((structure, profil, p))
    return trouves


def verifier_place(partenaire: Partenaire, profil: str) -> None:
    """Raise ValidationError when no seat is left for one more account of `profil` (Q-04, Q-05).

    Call with the structure's row locked by `verrouiller`.
    """
    p = places(partenaire, profil)
    if p.libres:
        return
    nom = NOMS[Profil(profil)]
    if p.depassement:
        raise ValidationError(
            f"Votre structure compte {p.occupees} {nom} pour {p.droits} places. Aucun compte ne peut être créé ni "
            "réactivé avant le retour au nombre prévu.",
            code="depassement",
        )
    raise ValidationError(
        f"Toutes les places de {nom} sont prises ({p.occupees} sur {p.droits}). Inactivez un compte ou demandez "
        "à votre caisse de revoir le nombre de membres de la structure.",
        code="plus_de_place",
    )
