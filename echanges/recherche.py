"""The rows of one person among the deposits of a caisse: found by tokens, confirmed once unsealed (R-03)."""

from collections.abc import Collection
from typing import Any

from conformite.scellement import Illisible, mois_index
from echanges import personnes, tableaux
from echanges.models.depots import Depot, LigneEcartee, LotDeLignes
from socle import horloge
from socle.noms import Personne, Ressemblance, comparer_noms


def lignes_de(personne: Personne, caisse: int) -> list[tuple[Depot, list[Any]]]:
    """Return each row that is about this person, with its deposit, the oldest first; what no key opens is left out."""
    return [(depot, ligne) for depot, _, ligne in _lignes_et_rangs(personne, caisse)]


def ecarter(personne: Personne, caisse: int, references: Collection[str]) -> None:
    """Leave the rows of a person who opposed the processing out of what is done with these deposits (R-03)."""
    LigneEcartee.objects.bulk_create(
        [
            LigneEcartee(depot=depot, rang=rang, ecartee_le=horloge.maintenant())
            for depot, rang, _ in _lignes_et_rangs(personne, caisse)
            if depot.reference in references
        ],
        ignore_conflicts=True,
    )


def _lignes_et_rangs(personne: Personne, caisse: int) -> list[tuple[Depot, int, list[Any]]]:
    naissance = personne.naissance.isoformat() if personne.naissance else ""
    termes = personnes.termes(personne.nom, personne.usage, personne.prenom, naissance)
    cherches = sorted({jeton for mois in mois_index() for jeton in personnes.jetons(termes, mois)})
    lots = (
        LotDeLignes.objects.filter(
            depot__caisse=caisse, depot__depose_le__isnull=False, jetons__overlap=cherches
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
        debut = lot.rang * personnes.LIGNES_PAR_LOT
        trouvees += [
            (lot.depot, rang, ligne)
            for rang, ligne in enumerate(lignes, start=debut)
            if _est_la_personne(personne, ligne, place)
        ]
    return trouvees


def _est_la_personne(personne: Personne, ligne: list[Any], place: dict[str, int]) -> bool:
    """The tokens find a name and a first name, or a name and a birth: the whole identity is compared."""
    la = personnes.personne_de(ligne, place)
    if comparer_noms(personne, la) is not Ressemblance.CERTAINE:
        return False
    if personne.naissance is None or la.naissance is None:
        return True
    return personne.naissance.compatible(la.naissance)


def en_mots(depot: Depot, ligne: list[Any]) -> dict[str, str]:
    """Return a row under the titles of its columns, written as in the file."""
    colonnes = depot.flux.flux.colonnes_de(avec_nir=depot.flux.avec_nir)
    montree = tableaux.montrer(colonnes, [ligne])[0]
    return {colonne.libelle: valeur for colonne, valeur in zip(colonnes, montree, strict=True)}
