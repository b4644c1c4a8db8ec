"""A deposited table against the columns of its flow: rows that are taken whole or refused whole, totals, warnings.

Nothing partial is ever taken: one refused row refuses the file, and each fault has its line, its column, what to do.
"""

import csv
import datetime as dt
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from accounts.ods import classeur
from conformite.jours import plus_mois
from echanges import cellules
from echanges.catalogue import Colonne, Flux
from echanges.catalogue import flux as flux_connus
from echanges.cellules import Faux
from echanges.regles import ACCORD_MOIS
from fichiers.tableaux import place_des_titres, plier
from socle.garde import ALERTES, PHRASE_ALERTE, alertes
from socle.noms import colle

PROBLEMES_MAX = 200
# Later than any day of a table: a prestation without end.
SANS_FIN = "9999"
_BALISES, _MORCEAU = re.compile(rb"<[^>]*>?"), 1 << 20


@dataclass(frozen=True)
class Probleme:
    """A fault: where it is, as the spreadsheet counts, and what to do. No value of the file."""

    ligne: int
    colonne: str
    phrase: str


@dataclass
class Lu:
    """What a table says: its rows in the order of the columns, or what is wrong with it."""

    colonnes: tuple[Colonne, ...]
    lignes: list[list[Any]] = field(default_factory=list, repr=False)
    problemes: list[Probleme] = field(default_factory=list)
    nombre_de_problemes: int = 0
    refusees: set[int] = field(default_factory=set)
    avertissements: list[Probleme] = field(default_factory=list)
    total: int | None = None
    premiere_date: dt.date | None = None

    def refuser(self, ligne: int, colonne: str, phrase: str) -> None:
        """Note a fault; all are counted, the first ones are told."""
        self.nombre_de_problemes += 1
        self.refusees.add(ligne)
        if len(self.problemes) < PROBLEMES_MAX:
            self.problemes.append(Probleme(ligne, colonne, phrase))

    def avertir(self, ligne: int, colonne: str, phrase: str) -> None:
        """Note what is to be looked at before confirming; the first ones are told."""
        if len(self.avertissements) < PROBLEMES_MAX:
            self.avertissements.append(Probleme(ligne, colonne, phrase))


def lire(
    brut: Sequence[Sequence[Any]], flux: Flux, colonnes: tuple[Colonne, ...], *, periode: str, jour: dt.date
) -> Lu:
    """Read the cells of a table, the titles first, for a flow, its columns as agreed, and the period announced."""
    lu = Lu(colonnes)
    place = place_des_titres(brut, {colonne.cle for colonne in colonnes})
    rangs = _rangs(brut[place], lu, place + 1)
    if lu.problemes:
        if autre := _autre_flux(brut[place], flux):
            lu = Lu(colonnes)
            lu.refuser(
                place + 1, "Toutes", f"Ce fichier est celui du flux « {autre} » : ouvrez un dépôt de ce flux."
            )
        return lu
    for numero, ligne in enumerate(brut[place + 1 :], start=place + 2):
        if any(cellule not in (None, "") for cellule in ligne):
            _lire_une_ligne(lu, numero, ligne, rangs, jour)
    places = {colonne.code: rang for rang, colonne in enumerate(lu.colonnes)}
    if not lu.problemes:
        for verifier in _VERIFICATIONS:
            verifier(lu, flux, places, periode)
        _accords_recents(lu, places, jour)
    if not lu.problemes:
        lu.total = sum(ligne[places[flux.total]] for ligne in lu.lignes) if flux.total else None
        dates = {ligne[places[flux.depuis]] for ligne in lu.lignes} if flux.depuis else set()
        lu.premiere_date = dt.date.fromisoformat(min(dates)) if dates else None
    return lu


def _rangs(titres: Sequence[Any], lu: Lu, numero: int) -> list[int]:
    """Return where each column stands; note the missing, the unknown and the doubled ones."""
    vus: dict[str, int] = {}
    attendues = {colonne.cle: colonne for colonne in lu.colonnes}
    for rang, titre in enumerate(titres):
        try:
            texte = cellules.texte(titre)
        except Faux as faux:
            lu.refuser(numero, f"n° {rang + 1}", str(faux))
            continue
        cle = plier(texte)
        if cle in vus:
            lu.refuser(numero, attendues[cle].libelle, "Cette colonne est là deux fois. Supprimez-en une.")
        elif cle in attendues:
            vus[cle] = rang
        elif texte:
            # Only its place: a title may be anything that was typed.
            lu.refuser(
                numero,
                f"n° {rang + 1}",
                "Cette colonne n’est pas du flux. Supprimez-la, ou corrigez son titre.",
            )
    for cle, colonne in attendues.items():
        if cle not in vus:
            lu.refuser(numero, colonne.libelle, "Cette colonne manque. Partez du modèle du flux.")
    return [vus.get(colonne.cle, -1) for colonne in lu.colonnes]


def _autre_flux(titres: Sequence[Any], flux: Flux) -> str:
    """Return the name of the other flow whose columns are all there; empty when there is none."""
    vus = {plier(titre) for titre in titres if isinstance(titre, str)}
    autres = (un for un in flux_connus().values() if un.code != flux.code)
    return next((un.libelle for un in autres if {une.cle for une in un.colonnes_de()} <= vus), "")


def _lire_une_ligne(lu: Lu, numero: int, ligne: Sequence[Any], rangs: list[int], jour: dt.date) -> None:
    for rang in range(len(ligne)) if len(ligne) > len(rangs) else ():
        if rang not in rangs and ligne[rang] not in (None, ""):
            phrase = "Cette cellule n’est sous aucun titre. Supprimez-la : un séparateur en trop décale aussi sa ligne."
            lu.refuser(numero, f"n° {rang + 1}", phrase)
    lue = []
    rangees = (ligne[rang] if rang < len(ligne) else None for rang in rangs)
    for cellule, colonne in zip(rangees, lu.colonnes, strict=True):
        try:
            lue.append(cellules.lire(cellule, colonne, jour))
        except Faux as faux:
            lu.refuser(numero, colonne.libelle, str(faux))
            lue.append(None)
    # The number of its line goes with the row: a gap in the table moves nothing.
    lu.lignes.append([*lue, numero])


def _une_fois_chacun(lu: Lu, flux: Flux, place: dict[str, int], periode: str) -> None:
    """One row a person; where a person may stand in several, no row twice."""
    vues: dict[tuple[Any, ...], int] = {}
    nom, prenoms, naissance = (place[code] for code in ("nom", "prenoms", "naissance"))
    autres = set(place.values()) - {nom, prenoms, naissance} if flux.plusieurs else set()
    for ligne in lu.lignes:
        cle = (colle(ligne[nom]), colle(ligne[prenoms]), ligne[naissance], *(ligne[un] for un in autres))
        premiere = vues.setdefault(cle, ligne[-1])
        if premiere != ligne[-1]:
            lu.refuser(
                ligne[-1],
                "Nom de naissance",
                f"Cette personne est déjà à la ligne {premiere}. Gardez une seule ligne.",
            )


def _sans_chevauchement(lu: Lu, flux: Flux, place: dict[str, int], periode: str) -> None:
    """The same prestation of a person, twice on the same days, is told, not refused: two indus may share a month."""
    if not place.keys() >= {"prestation", "debut", "fin"}:
        return
    codes = ("nom", "prenoms", "naissance", "prestation", "debut", "fin")
    vues: dict[tuple[object, ...], list[tuple[str, str, int]]] = defaultdict(list)
    for ligne in lu.lignes:
        nom, prenoms, naissance, prestation, debut, fin = (ligne[place[code]] for code in codes)
        siennes = vues[colle(nom), colle(prenoms), naissance, prestation]
        for du, au, numero in siennes:
            if debut <= au and du <= (fin or SANS_FIN):
                phrase = f"La même prestation est déjà à la ligne {numero} pour ces jours. Vérifiez-le avant de confirmer."
                lu.avertir(ligne[-1], lu.colonnes[place["debut"]].libelle, phrase)
                break
        siennes.append((debut, fin or SANS_FIN, ligne[-1]))


def _dates_en_ordre(lu: Lu, flux: Flux, place: dict[str, int], periode: str) -> None:
    if not flux.ordre or not place.keys() >= set(flux.ordre):
        return
    avant, apres = (lu.colonnes[place[code]] for code in flux.ordre)
    for ligne in lu.lignes:
        premier, second = ligne[place[avant.code]], ligne[place[apres.code]]
        if second and second < premier:
            phrase = (
                f"Cette date vient avant celle de la colonne « {avant.libelle} ». Corrigez l’une ou l’autre."
            )
            lu.refuser(ligne[-1], apres.libelle, phrase)


def _periode_annoncee(lu: Lu, flux: Flux, place: dict[str, int], periode: str) -> None:
    if not flux.periode:
        return
    colonne = lu.colonnes[place[flux.periode]]
    for ligne in lu.lignes:
        if ligne[place[flux.periode]] != periode:
            lu.refuser(
                ligne[-1],
                colonne.libelle,
                "Ce n’est pas la période que vous avez annoncée. Corrigez-la, ou rouvrez un dépôt.",
            )


def _mois_et_annee(lu: Lu, flux: Flux, place: dict[str, int], periode: str) -> None:
    """A year that is not the sum of its months is told, not refused."""
    if "janvier" not in place:
        return
    debut = place["janvier"]
    for ligne in lu.lignes:
        if sum(ligne[debut : debut + 12]) != ligne[place["total"]]:
            phrase = "Le total n’est pas la somme des douze mois. Vérifiez-le avant de confirmer."
            lu.avertir(ligne[-1], "Total", phrase)


def _joignables(lu: Lu, flux: Flux, place: dict[str, int], periode: str) -> None:
    """E-07: the centre calls the person, or the structure."""
    if flux.code != "eps-inscriptions":
        return
    joindre = [place[code] for code in ("telephone", "structure") if code in place]
    for ligne in lu.lignes:
        if joindre and not any(ligne[rang] for rang in joindre):
            colonne = lu.colonnes[joindre[0]].libelle
            lu.refuser(ligne[-1], colonne, "Indiquez un téléphone, ou la structure à joindre.")


def _sans_sante(lu: Lu, flux: Flux, place: dict[str, int], periode: str) -> None:
    """D-04: what may be health data in a free text is told; nobody answers for it but who confirms."""
    libres = [colonne for colonne in lu.colonnes if colonne.type == "texte" and colonne.facultatif]
    for ligne in lu.lignes:
        for colonne in libres:
            if (dit := ligne[place[colonne.code]]) and "sante" in alertes(dit):
                lu.avertir(ligne[-1], colonne.libelle, f"{PHRASE_ALERTE.format(ALERTES['sante'])}.")


def _accords_recents(lu: Lu, colonnes: dict[str, int], jour: dt.date) -> None:
    """E-07: a consent of more than a year, the longest that an exchange keeps anything (E-11), is to be asked again."""
    if "accord_le" not in colonnes:
        return
    for ligne in lu.lignes:
        if plus_mois(dt.date.fromisoformat(ligne[colonnes["accord_le"]]), ACCORD_MOIS) < jour:
            phrase = "Cet accord a plus d’un an. Demandez à la personne si elle est toujours d’accord avant de confirmer."
            lu.avertir(ligne[-1], lu.colonnes[colonnes["accord_le"]].libelle, phrase)


_VERIFICATIONS = (
    _une_fois_chacun,
    _sans_chevauchement,
    _dates_en_ordre,
    _periode_annoncee,
    _mois_et_annee,
    _joignables,
    _sans_sante,
)

# --- Out


def rendre(colonnes: Sequence[Colonne], lignes: Sequence[Sequence[Any]]) -> bytes:
    """Return the table that is given to the other side: rebuilt, cells of text only, nothing else of what was sent."""
    formats = [_ECRIRE.get(colonne.type, _tel_quel) for colonne in colonnes]
    return classeur("Flux", _ecrites(colonnes, lignes, formats))


def _ecrites(
    colonnes: Sequence[Colonne], lignes: Sequence[Sequence[object]], formats: list[Callable[[Any], str]]
) -> Iterator[list[str]]:
    yield [colonne.libelle for colonne in colonnes]
    for ligne in lignes:
        yield [
            "" if valeur is None else ecrire(valeur) for ecrire, valeur in zip(formats, ligne, strict=False)
        ]


def montrer(colonnes: Sequence[Colonne], lignes: Sequence[Sequence[Any]]) -> list[list[str]]:
    """Return rows as a page shows them: written as in the file, a NIR never whole."""
    formats = [
        _masquer if colonne.type == "nir" else _ECRIRE.get(colonne.type, _tel_quel) for colonne in colonnes
    ]
    return list(_ecrites(colonnes, lignes, formats))[1:]


def _masquer(numero: str) -> str:
    return f"{numero[:1]}{'•' * 12}{numero[-2:]}"


def en_euros(centimes: int) -> str:
    """Return cents as they are written in a cell: « 1250,50 »."""
    return f"{centimes // 100},{centimes % 100:02}"


def en_jour(iso: str) -> str:
    """Return a kept date, a month or a year as people write it."""
    return "/".join(reversed(iso.split("-")))


def _tel_quel(valeur: object) -> str:
    return str(valeur)


_ECRIRE: dict[str, Callable[[Any], str]] = {
    "montant": en_euros,
    "jour": en_jour,
    "naissance": en_jour,
    "mois": en_jour,
    "oui-non": lambda oui: "oui" if oui else "non",
}


def textes(classeur_rendu: IO[bytes]) -> Iterator[bytes]:
    """Return the bare texts of a table that `rendre` made, piece by piece."""
    with zipfile.ZipFile(classeur_rendu) as archive, archive.open("content.xml") as flux:
        while morceau := flux.read(_MORCEAU):
            yield _BALISES.sub(b"\n", morceau)


def modele(colonnes: Sequence[Colonne], forme: str) -> bytes:
    """Return an empty table of a flow, to fill: ODS, or CSV as spreadsheets of this country open it."""
    titres = [colonne.libelle for colonne in colonnes]
    if forme == "ods":
        return classeur("Flux", [titres])
    tampon = io.StringIO()
    csv.writer(tampon, delimiter=";").writerow(titres)
    return tampon.getvalue().encode("utf-8-sig")
