"""Tables that people send: CSV, XLSX, ODS read in the cage into rows of plain cells; nothing else comes through.

A cell is a text, a number, a day or a boolean. Formulas give the value that the spreadsheet kept; macros, links, hidden
sheets and what trails elsewhere in the file are refused or left behind. What the columns mean is for who owns the file.
"""

import csv
import datetime as dt
import io
import json
import math
import zipfile
from collections.abc import Collection, Iterator, Sequence
from typing import Any
from xml.parsers import expat

import python_calamine

from fichiers.verdict import Refuse
from socle.ecriture import sans_accents

GENRES_DE_TABLEAU = ("csv", "xlsx", "ods")
LIGNES_MAX = 50_000
COLONNES_MAX = 40
CELLULE_MAX = 500
# What a workbook may weigh once unpacked, and how many parts it may have.
DEPLIE_MAX, PARTIES_MAX = 100_000_000, 2_000
_MIMETYPES = {"ods": b"application/vnd.oasis.opendocument.spreadsheet"}
_MACROS = ("vbaproject.bin", "basic/", "scripts/")
_LIENS = "xl/externallinks/"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Signs of Windows that stand where a Mac has its letters: €, …, œ, quotes, dashes.
_SIGNES_DE_WINDOWS = b"\x80\x85\x8c\x92\x93\x96\x97\x9c"
# Rows among which the one of the titles is looked for.
TITRES_MAX = 5
_XML = (".xml", ".rels")
Cellule = str | int | float | bool | None | dict[str, str]


def se_preparer() -> None:
    """Load what will be needed: no file of a library can be opened in the cage."""
    for codage in ("utf-8-sig", "cp1252", "utf-16", "mac-roman"):
        lire_tableau("é\nà".encode(codage), "csv")
    for genre in ("xlsx", "ods"):
        try:
            lire_tableau(_classeur_vide(genre), genre)
        except Refuse:
            continue


def lire_tableau(contenu: bytes, genre: str) -> bytes:
    """Return the rows of a table as JSON lines, the titles first. Raise Refuse."""
    lignes = _csv(contenu) if genre == "csv" else _classeur(contenu, genre)
    while lignes and not any(_pleine(cellule) for cellule in lignes[-1]):
        lignes.pop()
    if len(lignes) < 2:
        raise Refuse("sans-ligne")
    if len(lignes) - 1 > LIGNES_MAX:
        raise Refuse("trop-de-lignes")
    if max(map(len, lignes)) > COLONNES_MAX:
        raise Refuse("trop-de-colonnes")
    return json.dumps(lignes, ensure_ascii=False).encode()


def _pleine(cellule: Cellule) -> bool:
    return cellule is not None and cellule != ""


def rangs(texte: str) -> list[list[str]]:
    """Return the rows of a CSV, whatever stands between its cells and ends its lines. Raise csv.Error."""
    return list(_rangs(texte))


def _rangs(texte: str) -> Iterator[list[str]]:
    premiers = texte.splitlines()[:TITRES_MAX] or [""]
    separateur = max(";,\t", key=lambda signe: max(rang.count(signe) for rang in premiers))
    # A larger field is refused by the reader itself.
    csv.field_size_limit(100_000)
    return csv.reader(io.StringIO(texte, newline=""), delimiter=separateur, strict=True)


def plier(titre: str) -> str:
    """Return a title as titles are compared."""
    return "".join(signe for signe in sans_accents(titre) if signe.isalnum())


def place_des_titres(lignes: Sequence[Sequence[object]], attendus: Collection[str]) -> int:
    """Return which row has these folded titles: above them may stand a name of the list, a date, a blank."""
    connus = [{plier(str(titre)) for titre in ligne} & set(attendus) for ligne in lignes[:TITRES_MAX]]
    return max(range(len(connus)), key=lambda rang: len(connus[rang]), default=0)


def pleines(lignes: list[list[str]], place: int) -> list[tuple[int, list[str]]]:
    """Return the rows under the titles that hold something, each with its number in the file."""
    return [un for un in enumerate(lignes[place + 1 :], place + 2) if any(map(str.strip, un[1]))]


def _csv(contenu: bytes) -> list[list[Cellule]]:
    lignes: list[list[Cellule]] = []
    try:
        for ligne in _rangs(_decoder(contenu)):
            lignes.append(_bornee(ligne, len(lignes) + 1))
    except csv.Error as erreur:
        raise Refuse("csv-abime", ligne=len(lignes) + 1) from erreur
    return lignes


def _bornee(ligne: list[str], numero: int) -> list[Cellule]:
    while ligne and not ligne[-1].strip():
        ligne.pop()
    return [_cellule(cellule, numero, colonne) for colonne, cellule in enumerate(ligne, 1)]


def _decoder(contenu: bytes) -> str:
    """UTF-8, else what Windows or a Mac writes; UTF-16 only with its mark. Never a NUL."""
    for codage in ("utf-16",) if contenu.startswith(_UTF_16) else ("utf-8-sig", _huit_bits(contenu)):
        try:
            texte = contenu.decode(codage)
        except UnicodeDecodeError:
            continue
        if "\x00" in texte:
            raise Refuse("csv-abime", ligne=texte.partition("\x00")[0].count("\n") + 1)
        return texte
    raise Refuse("csv-abime")


def _huit_bits(octets: bytes) -> str:
    """Which alphabet of eight bits a file has: accented letters stand low on a Mac, high on Windows."""
    bas = sum(0x80 <= octet < 0xA0 and octet not in _SIGNES_DE_WINDOWS for octet in octets)
    return "mac-roman" if bas > sum(octet >= 0xE0 for octet in octets) else "cp1252"


def _classeur(contenu: bytes, genre: str) -> list[list[Cellule]]:
    _verifier_l_archive(contenu, genre)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(contenu)) as classeur:
            return _feuille_utile(classeur, contenu)
    except python_calamine.PasswordError as erreur:
        raise Refuse("classeur-chiffre") from erreur
    except (python_calamine.CalamineError, expat.ExpatError, ValueError, OSError) as erreur:
        raise Refuse("classeur-abime") from erreur


def _feuille_utile(classeur: Any, contenu: bytes) -> list[list[Cellule]]:
    """Return the cells of the only sheet that has some, without a hidden one nor merged or hidden cells."""
    pleines = []
    for rang, etat in enumerate(classeur.sheets_metadata):
        if etat.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        feuille = classeur.get_sheet_by_index(rang)
        if feuille.end is None:
            continue
        if etat.visible != python_calamine.SheetVisibleEnum.Visible:
            raise Refuse("feuille-cachee", feuille=rang + 1)
        pleines.append(feuille)
        if len(pleines) > 1:
            raise Refuse("plusieurs-feuilles", feuille=rang + 1)
    if not pleines:
        raise Refuse("sans-ligne")
    feuille = pleines[0]
    if feuille.merged_cell_ranges:
        (ligne, colonne), _ = min(feuille.merged_cell_ranges)
        raise Refuse("cellules-fusionnees", ligne=ligne + 1, colonne=colonne + 1)
    hauteur, largeur = (dernier + 1 for dernier in feuille.end)
    _refuser_les_masquees(contenu, hauteur, largeur)
    if hauteur - 1 > LIGNES_MAX:
        raise Refuse("trop-de-lignes")
    if largeur > COLONNES_MAX:
        raise Refuse("trop-de-colonnes")
    lignes = feuille.to_python(skip_empty_area=False)
    return [
        [_cellule(brute, rang, colonne) for colonne, brute in enumerate(ligne, 1)]
        for rang, ligne in enumerate(lignes, 1)
    ]


def _refuser_les_masquees(contenu: bytes, hauteur: int, largeur: int) -> None:
    """Refuse rows or columns that who sends them does not see: hidden by hand, or by a filter."""
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        for nom in archive.namelist():
            if nom.startswith("xl/worksheets/") or nom.lower().endswith(_XML):
                for ligne, colonne in _masquees(archive.read(nom)):
                    if ligne <= hauteur and colonne <= largeur:
                        raise Refuse("cellules-masquees", ligne=ligne, colonne=colonne)


def _masquees(xml: bytes) -> list[tuple[int, int]]:
    """Return the first row or the first column (the other is 0) of each run that a part hides. Raise ExpatError."""
    fins, masquees = {"row": 0, "col": 0}, []

    def lire(nom: str, attributs: dict[str, str]) -> None:
        sorte = nom.rpartition(" ")[2].removeprefix("table-")
        if sorte == "table":
            fins.update(row=0, col=0)
        if (sorte := {"column": "col"}.get(sorte, sorte)) not in fins:
            return
        dit = {cle.rpartition(" ")[2]: valeur for cle, valeur in attributs.items()}
        debut = int(dit.get("r") or dit.get("min") or fins[sorte] + 1)
        repete = dit.get("number-rows-repeated") or dit.get("number-columns-repeated") or 1
        fins[sorte] = int(dit.get("max") or debut + int(repete) - 1)
        nul = float(dit.get("ht") or dit.get("width") or 1) == 0
        if nul or dit.get("hidden") in ("1", "true") or dit.get("visibility") in ("collapse", "filter"):
            masquees.append((debut, 0) if sorte == "row" else (0, debut))

    lecteur = expat.ParserCreate(namespace_separator=" ")
    lecteur.StartElementHandler = lire
    lecteur.Parse(xml, True)
    return masquees


def _cellule(brute: Any, ligne: int, colonne: int) -> Cellule:
    if isinstance(brute, str):
        if len(brute) > CELLULE_MAX:
            raise Refuse("cellule-longue", ligne=ligne, colonne=colonne)
        return brute
    if isinstance(brute, bool | int):
        return brute
    if isinstance(brute, float) and math.isfinite(brute):
        # A binary fraction that a formula left; what is beyond the cent is for who reads the column to judge.
        return int(brute) if brute.is_integer() and abs(brute) < 1e15 else round(brute, 6)
    if isinstance(brute, dt.datetime | dt.date):
        return {"jour": brute.isoformat()[:10]}
    return str(brute)


def _verifier_l_archive(contenu: bytes, genre: str) -> None:
    """Refuse a bomb, a part that lies about its size, macros and what is no workbook of this kind."""
    try:
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            parties = archive.infolist()
            if len(parties) > PARTIES_MAX or sum(une.file_size for une in parties) > DEPLIE_MAX:
                raise Refuse("classeur-enorme")
            noms = {une.filename.lower() for une in parties}
            if any(nom.endswith(_MACROS[0]) or nom.startswith(_MACROS[1:]) for nom in noms):
                raise Refuse("classeur-macros")
            if any(nom.startswith(_LIENS) for nom in noms):
                raise Refuse("classeur-liens")
            if any(une.flag_bits & 1 for une in parties) or _manifeste_chiffre(archive, noms):
                raise Refuse("classeur-chiffre")
            if genre == "ods" and archive.read("mimetype").strip() != _MIMETYPES["ods"]:
                raise Refuse("format-tableau")
            for une in parties:
                _deplier(archive, une)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError, OSError, expat.ExpatError) as erreur:
        raise Refuse("classeur-abime") from erreur


def _manifeste_chiffre(archive: zipfile.ZipFile, noms: set[str]) -> bool:
    return "meta-inf/manifest.xml" in noms and b"encryption-data" in archive.read("META-INF/manifest.xml")


def _deplier(archive: zipfile.ZipFile, partie: zipfile.ZipInfo) -> None:
    """Unpack a part piece by piece: its real size and its checksum are those announced, and it has no DTD."""
    lecteur = expat.ParserCreate()
    lecteur.StartDoctypeDeclHandler = _refuser_la_dtd
    en_xml = nomme = partie.filename.lower().endswith(_XML)
    with archive.open(partie) as flux:
        while morceau := flux.read(1 << 20):
            en_xml = en_xml or (flux.tell() == len(morceau) and morceau.lstrip().startswith(b"<"))
            try:
                if en_xml:
                    lecteur.Parse(morceau)
            except expat.ExpatError:
                # The drawings of an old workbook look like XML and are none.
                if nomme:
                    raise
                en_xml = False


def _refuser_la_dtd(*_: object) -> None:
    raise Refuse("classeur-abime")


def _classeur_vide(genre: str) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _MIMETYPES["ods"] if genre == "ods" else b"")
        archive.writestr("content.xml", b"<a/>")
    return tampon.getvalue()
