"""The same person in several demandes: found by keyed tokens, confirmed by unsealing a handful (D-21, R-04).

Starts from what the account sees: nothing is ever said of another structure's demandes.
"""

from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q

from conformite import index
from conformite.scellement import Illisible
from signalements.models.demandes import Demande, DemandeQuerySet
from socle.naissances import Naissance
from socle.noms import Personne, Ressemblance, comparer

# Tokens already say two names, or a name and a birth date: more candidates than this are never the same person.
CANDIDATES_MAX = 40


def meme_personne(visibles: DemandeQuerySet, demande: Demande, contenu: dict[str, Any]) -> list[Demande]:
    """Return those of `visibles`, sent, that are about the assuré of `contenu`; latest first, itself left out."""
    assure = contenu.get("assure") or {}
    if not all(assure.get(nom) for nom in ("nom", "prenom", "naissance")):
        return []
    candidates = visibles.deposees().exclude(pk=demande.pk).order_by("-pk")
    candidates = candidates.select_related("motif", "caisse", "partenaire")
    return [une for une, *_ in ressemblantes(candidates, personne_de(assure), CANDIDATES_MAX)]


def ressemblantes(
    demandes: DemandeQuerySet, personne: Personne, maximum: int | None = None
) -> list[tuple[Demande, Personne, Ressemblance]]:
    """Return those of `demandes` that are, or may be, about this person, with whom they name; what no key opens is left out.

    `maximum`: how many candidates are unsealed.
    """
    voies = (reduce(and_, map(index.portant, voie)) for voie in index.jetons_proches(personne))
    trouvees = []
    for une in demandes.filter(reduce(or_, voies, Q(pk__in=[])))[:maximum]:
        try:
            la = personne_de(une.contenu.get("assure") or {})
        except Illisible:
            continue
        if (dit := comparer(personne, la)) is not Ressemblance.DIFFERENTE:
            trouvees.append((une, la, dit))
    return trouvees


def personne_de(assure: dict[str, Any]) -> Personne:
    """Return whom a sealed identity designates."""
    naissance = Naissance.de(assure.get("naissance"))
    return Personne(assure.get("nom", ""), assure.get("prenom", ""), naissance)
