"""The rows of one person among the deposits of a caisse: found by tokens, confirmed once unsealed (R-03)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from conformite.index import jetons, lieux_vivants, portant
from conformite.scellement import Illisible
from conventions.models.conventions import Participation
from echanges import personnes, tableaux
from echanges.models.depots import Depot, LigneEcartee, LotDeLignes
from socle import horloge
from socle.noms import Personne, Ressemblance, comparer


@dataclass(frozen=True)
class LigneTrouvee:
    """A row that is, or may be, about a person."""

    depot: Depot
    rang: int
    ligne: list[Any]
    personne: Personne
    dit: Ressemblance


def ecarter(lignes: Iterable[LigneTrouvee]) -> None:
    """Leave the rows of a person who opposed the processing out of what is done with their deposits (R-03)."""
    LigneEcartee.objects.bulk_create(
        [LigneEcartee(depot=une.depot, rang=une.rang, ecartee_le=horloge.maintenant()) for une in lignes],
        ignore_conflicts=True,
    )


def lignes_de(personne: Personne, caisse: int) -> list[LigneTrouvee]:
    """Return each row that is or may be about this person, the oldest deposit first; what no key opens is left out."""
    deposes = Depot.objects.filter(caisse=caisse, depose_le__isnull=False).order_by("-terme_le")
    if not (dernier := deposes.values_list("terme_le", flat=True).first()):
        return []
    nee = personne.naissance
    termes = personnes.termes(personne, nee.possibles() if nee else (), nee)
    parts = Participation.objects.filter(caisse=caisse).values_list("caisse_id", "partenaire_id")
    cherches = jetons(termes, lieux_vivants(parts, dernier))
    lots = (
        LotDeLignes.objects.filter(
            portant("echanges", cherches), depot__caisse=caisse, depot__depose_le__isnull=False
        )
        .select_related("depot__flux", "depot__caisse", "depot__partenaire")
        .order_by("depot__depose_le", "depot", "rang")
    )
    trouvees = []
    for lot in lots:
        try:
            lignes = lot.depot.ouvrir(bytes(lot.scelle), f"lignes:{lot.rang}")
            place = lot.depot.resume["places"]
        except Illisible:
            continue
        for rang, ligne in enumerate(lignes, start=lot.rang * personnes.LIGNES_PAR_LOT):
            la = personnes.personne_de(ligne, place)
            if (dit := comparer(personne, la)) is not Ressemblance.DIFFERENTE:
                trouvees.append(LigneTrouvee(lot.depot, rang, ligne, la, dit))
    return trouvees


def en_mots(depot: Depot, ligne: list[Any]) -> dict[str, str]:
    """Return a row under the titles of its columns, written as in the file."""
    colonnes = depot.flux.colonnes
    montree = tableaux.montrer(colonnes, [ligne])[0]
    return {colonne.libelle: valeur for colonne, valeur in zip(colonnes, montree, strict=True)}
