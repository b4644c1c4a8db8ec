"""The same person in several demandes: found by keyed tokens, confirmed by unsealing a handful (D-21, R-04).

Starts from what the account sees: nothing is ever said of another structure's demandes.
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial, reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q, Subquery

from accounts.models.compte import Compte
from caisses.models import Caisse, cles_des_caisses
from conformite import index
from conformite.scellement import Illisible
from conventions.models.conventions import Participation
from signalements.models.demandes import Demande, DemandeQuerySet
from socle.naissances import Naissance
from socle.noms import Personne, Ressemblance, comparer, porte_presque

portant = partial(index.portant, "signalements")
# Tokens already say two names, or a name and a birth date: more candidates than this are never the same person.
CANDIDATES_MAX = 40
# Of one name that may be miswritten, its beginning alone is known.
VOISINES_MAX = 200


def lieux_de(compte: Compte) -> list[index.Lieu]:
    """Return where an account may find a person: its structure in each caisse, or each structure of its caisses."""
    siennes = (
        Q(caisse__in=cles_des_caisses(compte)) if compte.cote_caisse else Q(partenaire=compte.partenaire_id)
    )
    return _lieux(siennes)


def lieux_de_la_caisse(caisse: Caisse) -> list[index.Lieu]:
    """Return where the demandes of a caisse have their tokens."""
    return _lieux(Q(caisse=caisse))


def _lieux(parts: Q) -> list[index.Lieu]:
    dernier = Subquery(Demande.objects.order_by("-terme_le").values("terme_le")[:1])
    lues = list(Participation.objects.filter(parts).values_list("caisse_id", "partenaire_id", dernier))
    return index.lieux_vivants([une[:2] for une in lues], lues[0][2] if lues else None)


def meme_personne(
    visibles: DemandeQuerySet, demande: Demande, contenu: dict[str, Any], compte: Compte
) -> list[Demande]:
    """Return those of `visibles`, sent, that are about the assuré of `contenu`; latest first, itself left out."""
    assure = contenu.get("assure") or {}
    if not all(assure.get(nom) for nom in ("nom", "prenom", "naissance")):
        return []
    candidates = visibles.deposees().exclude(pk=demande.pk).order_by("-pk")
    candidates = candidates.select_related("motif", "caisse", "partenaire")
    personne, lieux = personne_de(assure), lieux_de(compte)
    maximum = CANDIDATES_MAX if personne.prenom_dit else VOISINES_MAX
    return [une for une, *_ in ressemblantes(candidates, personne, lieux, maximum)]


def ressemblantes(
    demandes: DemandeQuerySet, personne: Personne, lieux: list[index.Lieu], maximum: int | None = None
) -> list[tuple[Demande, Personne, Ressemblance]]:
    """Return those of `demandes` that are, or may be, about this person, with whom they name; what no key opens is left out.

    `lieux`: where they have their tokens; `maximum`: how many candidates are unsealed.
    """
    jugees = (
        (une, la, comparer(personne, la)) for une, la in _candidates(demandes, personne, lieux, maximum)
    )
    return [jugee for jugee in jugees if jugee[2] is not Ressemblance.DIFFERENTE]


def de_nom_voisin(
    demandes: DemandeQuerySet, nom: str, lieux: list[index.Lieu], maximum: int
) -> list[Demande]:
    """Return those of `demandes` about a person one of whose names is this one, with a slip or cut elsewhere."""
    candidates = _candidates(demandes, Personne(nom), lieux, maximum)
    return [une for une, la in candidates if porte_presque(nom, la)]


def _candidates(
    demandes: DemandeQuerySet, personne: Personne, lieux: list[index.Lieu], maximum: int | None
) -> Iterator[tuple[Demande, Personne]]:
    """What the tokens bring near a person, unsealed; what no key opens is left out."""
    voies = (reduce(and_, map(portant, voie)) for voie in index.jetons_proches(personne, lieux))
    for une in demandes.filter(reduce(or_, voies, Q(pk__in=[])))[:maximum]:
        with suppress(Illisible):
            yield une, personne_de(une.contenu.get("assure") or {})


def personne_de(assure: dict[str, Any]) -> Personne:
    """Return whom a sealed identity designates."""
    naissance = Naissance.de(assure.get("naissance"))
    return Personne(assure.get("nom", ""), assure.get("prenom", ""), naissance)
