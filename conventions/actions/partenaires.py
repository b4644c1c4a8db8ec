"""Acts on the structures."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from conformite.journal import consigner
from conventions.journal import Acte
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from conventions.permissions import can_chercher_partenaire, can_modifier_partenaire, can_tenir_fiche
from socle.actes import seulement
from socle.acteurs import Acteur
from socle.champs import Siret
from socle.courriels import deposer_courriel
from socle.messageries import verifier_domaine
from socle.roles import Droit, exiger


@transaction.atomic
def creer_partenaire(
    *,
    par: Acteur,
    siret: str,
    nom: str,
    type: str,
    membres: int,
    domaines: Iterable[str] = (),
    **champs: object,
) -> Partenaire:
    """Create the one record of a structure (A-21). `champs`: contact mail, address, representative, DPO…

    `par` is an administrateur, or the machine for a command. Raise ValidationError for a bad field or a known SIRET.
    """
    exiger(can_chercher_partenaire(par))
    seulement(MODIFIABLES, champs)
    try:
        siret = Siret().clean(siret)
    except ValidationError as erreur:
        raise ValidationError({"siret": erreur.messages}) from erreur
    partenaire = Partenaire(
        siret=siret, nom=nom, type=type, membres=membres, domaines=_domaines(domaines), **champs
    )
    partenaire.full_clean()
    partenaire.save()
    consigner(Acte.PARTENAIRE_CREER, par=par, objet=partenaire)
    return partenaire


# What the structure must communicate, and keeps itself (C-20)
TENUS = frozenset(
    {
        "courriel",
        "telephone",
        "adresse",
        "site_internet",
        "sites",
        "representant",
        "representant_qualite",
        "dpo_nom",
        "dpo_courriel",
    }
)
MODIFIABLES = TENUS | frozenset(
    {
        "nom",
        "membres",
        "domaines",
        "adresse_commune_permise",
    }
)


@transaction.atomic
def modifier_partenaire(partenaire: Partenaire, *, par: Acteur, **champs: Any) -> Partenaire:
    """Change the record of a structure: any caisse with a convention in force may (A-21, Q-05).

    Its own gestionnaire keeps what it must communicate; all its caisses are told (C-20). Raise ValidationError for a bad value, TypeError for a field that is not changed this way.
    """
    conduit = can_modifier_partenaire(par, partenaire)
    exiger(conduit or can_tenir_fiche(par, partenaire))
    seulement(MODIFIABLES if conduit else TENUS, champs)
    partenaire = Partenaire.objects.select_for_update(no_key=True).get(pk=partenaire.pk)
    if "domaines" in champs:
        champs["domaines"] = _domaines(champs["domaines"])
    changes = sorted(nom for nom, valeur in champs.items() if getattr(partenaire, nom) != valeur)
    ancien = partenaire.courriel
    for nom in changes:
        setattr(partenaire, nom, champs[nom])
    partenaire.full_clean()
    partenaire.save(update_fields=changes)
    if changes:
        details: dict[str, Any] = {"membres": partenaire.membres} if "membres" in changes else {}
        consigner(
            Acte.PARTENAIRE_MODIFIER,
            par=par,
            objet=partenaire,
            champs=len(changes),
            **details,
        )
    if set(changes) & {"membres", "domaines", "courriel"} or (changes and not conduit):
        _dire_aux_autres(partenaire, par, ancien)
    return partenaire


def _dire_aux_autres(partenaire: Partenaire, par: Acteur, ancien: str) -> None:
    """Tell the structure, its gestionnaires, its former address and its other caisses what changed (A-21, C-20)."""
    parts = Participation.objects.en_vigueur().filter(partenaire=partenaire).select_related("caisse")
    parts = parts.exclude(caisse__in=par.caisses.all())
    gestionnaires = partenaire.comptes.actifs().pouvant(Droit.GERER_STRUCTURE).exclude(pk=par.pk or 0)
    adresses = {part.caisse.courriel for part in parts} | {partenaire.courriel, ancien}
    adresses |= set(gestionnaires.values_list("email", flat=True))
    for adresse in sorted(adresses - {""}):
        deposer_courriel(
            adresse,
            "conventions/partenaire_modifie",
            {"partenaire": partenaire, "par_elle": par.cote_partenaire},
        )


def _domaines(saisies: Iterable[str]) -> list[str]:
    try:
        return sorted({verifier_domaine(saisie) for saisie in saisies})
    except ValidationError as erreur:
        raise ValidationError({"domaines": erreur.messages}) from erreur
