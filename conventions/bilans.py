"""The years of a convention, and what the bilan of one shows (C-11, C-21)."""

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conventions import phrases, regles
from conventions.lecture import parametres_au
from conventions.models.conventions import Convention
from conventions.models.suites import BilanAnnuel, Partie, Suivi
from socle import crochets


@dataclass(frozen=True)
class Annee:
    """A year of a convention, in whole months from the one of its start: the `rang`-th, from 1."""

    rang: int
    debut: dt.date
    # The first day after
    fin: dt.date

    @property
    def dernier_jour(self) -> dt.date:
        """The last day of the year."""
        return self.fin - dt.timedelta(days=1)


def annees(convention: Convention, jour: dt.date) -> list[Annee]:
    """Return the years that have begun on `jour`, the present one last; none before the start, nor after the end."""
    parts = [part for part in convention.participations.all() if part.debut is not None]
    if not parts:
        return []
    fins = [part.fin for part in parts]
    limite = jour if None in fins else min(jour, max(fins))
    return list(
        itertools.takewhile(lambda annee: annee.debut <= limite, _annees(min(part.debut for part in parts)))
    )


def _annees(debut: dt.date) -> Iterator[Annee]:
    premier = debut.replace(day=1)
    for rang in itertools.count(1):
        yield Annee(rang, regles.plus_mois(premier, 12 * (rang - 1)), regles.plus_mois(premier, 12 * rang))


def bilan_de(convention: Convention, annee: Annee) -> BilanAnnuel:
    """Return the bilan of a year, unsaved while nobody wrote in it."""
    trouve = convention.bilans.filter(debut=annee.debut).first()
    return trouve or BilanAnnuel(convention=convention, debut=annee.debut, fin=annee.fin)


def parts_attendues(convention: Convention, bilan: BilanAnnuel) -> list[str]:
    """Return the sides whose part is still missing: the caisse's alone, or both (C-11)."""
    seule = parametres_au(convention, bilan.debut)["bilan"] == Convention.Bilan.CAISSE
    parts = {Partie.CAISSE: bilan.part_caisse} | ({} if seule else {Partie.PARTENAIRE: bilan.part_partenaire})
    return [str(partie) for partie, texte in parts.items() if not texte]


def en_souffrance(convention: Convention, jour: dt.date) -> Annee | None:
    """Return the first year that is over without its bilan closed (C-11)."""
    clos = {bilan.debut for bilan in convention.bilans.all() if bilan.clos_le is not None}
    return next((une for une in annees(convention, jour) if une.fin <= jour and une.debut not in clos), None)


def contenu(convention: Convention, annee: Annee) -> dict[str, Any]:
    """Return all that the document shows: as it was frozen when it was closed, or as it stands (C-21)."""
    bilan = bilan_de(convention, annee)
    return bilan.contenu if bilan.clos_le else _present(convention, annee, bilan)


def _present(convention: Convention, annee: Annee, bilan: BilanAnnuel) -> dict[str, object]:
    suivis = convention.suivis.filter(jour__gte=annee.debut, jour__lt=annee.fin).order_by("jour", "pk")
    avenants = convention.avenants.filter(
        signe_le__isnull=False, prend_effet_le__gte=annee.debut, prend_effet_le__lt=annee.fin
    )
    valeurs = parametres_au(convention, annee.debut)
    return {
        "regle": phrases.phrase("bilan", valeurs["bilan"]),
        "comite_prevu": valeurs["comite_pilotage"],
        "debut": f"{annee.debut:%d/%m/%Y}",
        "fin": f"{annee.dernier_jour:%d/%m/%Y}",
        "partenaire": convention.partenaire.nom,
        "caisses": [part.caisse.nom for part in convention.participations.select_related("caisse")],
        "tableaux": _tableaux(convention, annee),
        "difficultes": [
            [f"{un.jour:%d/%m/%Y}", un.nom_de_la_partie, un.texte]
            for un in suivis.filter(nature=Suivi.Nature.DIFFICULTE).select_related("caisse")
        ],
        "comites": [
            [f"{un.jour:%d/%m/%Y}", un.presents, un.texte]
            for un in suivis.filter(nature=Suivi.Nature.COMITE, tenu=True)
        ],
        "avenants": [[un.numero, f"{un.prend_effet_le:%d/%m/%Y}", un.objet] for un in avenants],
        "evaluation": f"{convention.evaluation_le:%d/%m/%Y}" if convention.evaluation_le else "",
        "part_caisse": bilan.part_caisse,
        "part_partenaire": bilan.part_partenaire,
    }


def _tableaux(convention: Convention, annee: Annee) -> list[dict[str, object]]:
    """Return the figures of each app, each row with the one of the year before (C-21)."""
    avant = _anciens(convention, annee)
    return [
        {
            "titre": tableau.titre,
            "lignes": [
                [libelle, valeur, avant.get((tableau.titre, libelle), "–")]
                for libelle, valeur in tableau.lignes
            ],
        }
        for fournir in crochets.bilan.values()
        for tableau in fournir(convention, annee.debut, annee.fin)
    ]


def _anciens(convention: Convention, annee: Annee) -> dict[tuple[str, str], str]:
    """Return the figures of the year before, as its closed bilan has them, or as they stand; seats are of today only."""
    if annee.rang == 1:
        return {}
    debut = regles.plus_mois(annee.debut, -12)
    clos = convention.bilans.filter(debut=debut).exclude(clos_le=None).first()
    if clos is not None:
        return {
            (un["titre"], ligne[0]): ligne[1] for un in clos.contenu["tableaux"] for ligne in un["lignes"]
        }
    return {
        (tableau.titre, libelle): valeur
        for nom, fournir in crochets.bilan.items()
        if nom != "accounts"
        for tableau in fournir(convention, debut, annee.debut)
        for libelle, valeur in tableau.lignes
    }
