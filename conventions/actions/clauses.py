"""The library of clauses, and what a convention takes of it (C-19)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from conformite.journal import consigner
from conventions import clauses
from conventions.actions.etat import verifier_version, verrouiller
from conventions.journal import Acte
from conventions.models.clauses import Clause, VersionDeClause
from conventions.models.conventions import Convention
from conventions.permissions import can_conduire_convention
from conventions.referentiels import CLAUSES
from socle import horloge
from socle.acteurs import Acteur
from socle.roles import exiger


@transaction.atomic
def charger_clauses() -> int:
    """Write the library into the database; return how many clauses. Running it twice changes nothing.

    A changed text makes a new version; a clause that is gone is no longer proposed.
    """
    for ordre, ligne in enumerate(CLAUSES):
        champs = {nom: ligne[nom] for nom in ("piece", "article")}
        champs |= {nom: ligne.get(nom, []) for nom in ("objets", "types")}
        champs |= {"d_office": ligne.get("d_office", False), "ordre": ordre, "retiree": False}
        clause, _ = Clause.objects.update_or_create(code=ligne["code"], defaults=champs)
        derniere = clause.versions.order_by("-numero").first()
        texte = ligne["texte"].strip()
        if derniere is None or derniere.texte != texte:
            VersionDeClause.objects.create(
                clause=clause,
                numero=derniere.numero + 1 if derniere else 1,
                texte=texte,
                depuis=horloge.maintenant(),
            )
    Clause.objects.exclude(code__in=[ligne["code"] for ligne in CLAUSES]).update(retiree=True)
    return len(CLAUSES)


@transaction.atomic
def choisir_clauses(
    convention: Convention, *, par: Acteur, retenues: Sequence[Mapping[str, Any]], version: int | None = None
) -> Convention:
    """Choose, adapt and order the clauses of a draft (C-19); once signed, an avenant changes them.

    Raise ValidationError for a clause of another object, an unknown [word], or (code `version`) a text changed meanwhile.
    """
    exiger(can_conduire_convention(par, convention))
    convention = verrouiller(convention, "mettre_a_la_signature")
    verifier_version(convention, version)
    clauses.verifier(retenues, convention.objet, convention.partenaire)
    convention.clauses = list(retenues)
    convention.version += 1
    convention.save(update_fields=["clauses", "version"])
    consigner(Acte.CONVENTION_CLAUSES, objet=convention, par=par, clauses=len(retenues))
    return convention
