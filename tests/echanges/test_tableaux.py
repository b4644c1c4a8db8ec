"""Every bad input has its sentence, its line and its column; nothing partial is ever taken (E-05, E-10)."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from accounts.ods import classeur
from echanges import catalogue, cellules, tableaux
from fichiers.controle import lire_tableau
from fichiers.refus import Refus
from tests.echanges.fabrique import PERSONNE, Scene, csv, indu, ouvrir
from tests.echanges.xlsx import xlsx

JOUR = dt.date(2026, 11, 27)
MENSUEL = {"mois": "11/2026", "a_verser": "1250,50", "premier_versement": "non"}


def lu(
    code: str, contenu: bytes, *, nom: str = "a.csv", periode: str = "2026-11", avec_nir: bool = False
) -> tableaux.Lu:
    _, brut = lire_tableau(nom, contenu)
    flux = catalogue.flux()[code]
    return tableaux.lire(brut, flux, flux.colonnes_de(avec_nir=avec_nir), periode=periode, jour=JOUR)


def fautes(lu_: tableaux.Lu) -> list[tuple[int, str, str]]:
    return [(un.ligne, un.colonne, un.phrase) for un in lu_.problemes]


def test_a_right_table_in_three_formats():
    """E-05: the same rows, whatever the spreadsheet."""
    attendue = [
        "Larivandière",
        None,
        "Élodie",
        "1955-03-27",
        "Colmar",
        "PCH",
        "2026-01-01",
        "2026-03-31",
        125050,
        "N-12",
    ]
    contenu = csv("indu", indu())
    titres, ligne = (un.split(";") for un in contenu.decode().splitlines())
    for nom, octets in (
        ("a.csv", contenu),
        ("a.csv", contenu.decode().encode("utf-8-sig")),
        ("a.csv", contenu.decode().encode("cp1252")),
        ("a.csv", contenu.decode().encode("utf-16")),
        ("a.csv", contenu.decode().encode("mac-roman")),
        ("a.csv", contenu.decode().replace(";", "\t").replace("\n", "\r").encode("mac-roman")),
        ("a.csv", ("Indus de mars, CPAM\n\n" + contenu.decode()).encode()),
        ("a.xlsx", xlsx([["Indus de mars"], [], titres, ligne])),
        ("a.ods", classeur("Flux", [titres, ligne])),
        ("a.xlsx", xlsx([titres, ligne])),
        ("a.xlsx", xlsx([titres, [1250.5 if une == "1250,50" else une for une in ligne]])),
    ):
        trouve = lu("indu", octets, nom=nom)
        assert fautes(trouve) == [], nom
        assert trouve.lignes[0][:-1] == attendue
        assert trouve.total == 125050


@pytest.mark.parametrize(
    ("champs", "colonne", "phrase"),
    [
        ({"montant": ""}, "Montant de l’indu", "est vide"),
        ({"montant": "-12"}, "Montant de l’indu", "négatif"),
        ({"montant": "1,234.56"}, "Montant de l’indu", "une seule virgule"),
        ({"montant": "1E+05"}, "Montant de l’indu", "puissance de dix"),
        ({"montant": "douze"}, "Montant de l’indu", "par exemple 1250,50"),
        ({"debut": "31/02/2026"}, "Début", "n’existe pas"),
        ({"debut": "2 janvier"}, "Début", "n’existe pas"),
        ({"debut": "01/04/2026"}, "Fin", "avant celle de la colonne « Début »"),
        ({"naissance": "01/01/2030"}, "Date de naissance", ""),
        ({"naissance": "31/02/1950"}, "Date de naissance", ""),
        ({"prestation": "RSA"}, "Prestation", "PCH, ACTP"),
        ({"nom": "1234"}, "Nom de naissance", "SNP"),
        ({"nom": "a\u202eb"}, "Nom de naissance", "sens de lecture"),
        ({"dossier": "2 85 03 57 463 123 45"}, "Dossier", "sécurité sociale"),
        ({"dossier": "2850357463123"}, "Dossier", "sécurité sociale"),
        ({"commune": "1 85 05 2A 006 084"}, "Commune", "sécurité sociale"),
    ],
)
def test_a_bad_cell_is_told(champs: dict[str, str], colonne: str, phrase: str):
    """Its line as the spreadsheet counts, its column, what to do; never what was typed."""
    trouve = lu("indu", csv("indu", indu(), indu(**{"dossier": "N-13"} | champs)))
    [(ligne, ou, dit)] = fautes(trouve)
    assert (ligne, ou) == (3, colonne)
    assert phrase in dit
    assert not any(valeur and len(valeur) > 3 and valeur in dit for valeur in champs.values())


def test_the_faults_are_downloaded(scene: Scene, connecte):
    """E-05: the list of a refused file, kept with the deposit until a right one comes; no one else takes it."""
    depot, _ = ouvrir(scene)
    client, liste = connecte(scene.technicien), f"/echanges/depots/{depot.reference}/points-a-corriger.csv"
    fichier = f"/echanges/depots/{depot.reference}/fichier/"
    assert client.get(liste).status_code == 404
    faux = SimpleUploadedFile("a.csv", csv("indu", indu(), indu(dossier="N-13", montant="douze euros")))
    assert liste in client.post(fichier, {"fichiers": faux}).content.decode()
    lignes = client.get(liste).content.decode("utf-8-sig").splitlines()
    assert lignes[0] == "Ligne;Colonne;Que faire"
    assert lignes[1].startswith("3;Montant de l’indu;") and "douze" not in lignes[1]
    assert "Fichier refusé au contrôle" in client.get(f"/echanges/depots/{depot.reference}/").content.decode()
    assert connecte(scene.agent).get(liste).status_code in (403, 404)
    client.post(fichier, {"fichiers": SimpleUploadedFile("a.csv", csv("indu", indu()))})
    assert client.get(liste).status_code == 404


def test_days_as_spreadsheets_write_them():
    """One figure, points, hyphens, the midnight of an export."""
    for debut in (
        "1/1/2026",
        "01.01.2026",
        "1-1-2026",
        "01/01/2026 00:00",
        "01/01/2026 0:00:00",
        "2026-01-01 00:00:00",
    ):
        trouve = lu("indu", csv("indu", indu(debut=debut)))
        assert fautes(trouve) == [] and trouve.lignes[0][6] == "2026-01-01", debut
    assert (
        fautes(lu("mtp-mensuel", csv("mtp-mensuel", MENSUEL | {"mois": "9/2026"}), periode="2026-09")) == []
    )
    [(_, _, phrase)] = fautes(lu("indu", csv("indu", indu(prenoms=""))))
    assert "SNP" in phrase


def test_titles():
    """A missing, an unknown, a doubled column: the line of the titles."""
    titres, ligne = csv("indu", indu()).decode().splitlines()
    manque = titres.replace("Commune", "Ville")
    assert [(un[0], un[1]) for un in fautes(lu("indu", f"{manque}\n{ligne}\n".encode()))] == [
        (1, "n° 5"),
        (1, "Commune"),
    ]
    double = f"{titres};COMMUNE\n{ligne};x\n"
    assert [(un[0], un[1]) for un in fautes(lu("indu", double.encode()))] == [(1, "Commune")]
    # A name of the list above them: the line is theirs.
    assert [(un[0], un[1]) for un in fautes(lu("indu", f"Indus\n{manque}\n{ligne}\n".encode()))][1] == (
        2,
        "Commune",
    )
    [(ligne_, _, phrase)] = fautes(lu("mtp-mensuel", csv("indu", indu())))
    assert ligne_ == 1 and "celui du flux « Indus à récupérer »" in phrase, "wrong flow"


def test_period_person_and_year():
    """Not the period that was announced; the same person twice; months that are not the year: a warning."""
    autre = MENSUEL | {"mois": "10/2026"}
    [(ligne, colonne, phrase)] = fautes(lu("mtp-mensuel", csv("mtp-mensuel", autre)))
    assert (ligne, colonne) == (2, "Mois") and "annoncée" in phrase
    deux = lu("mtp-mensuel", csv("mtp-mensuel", MENSUEL, MENSUEL | {"nom": "LARIVANDIERE"}))
    assert [(un[0], "ligne 2" in un[2]) for un in fautes(deux)] == [(3, True)]
    mois = dict.fromkeys([une.code for une in catalogue.flux()["mtp-annuel"].colonnes[1:13]], "100")
    for total, avertis in (("1200", 0), ("1250", 1)):
        annuel = lu("mtp-annuel", csv("mtp-annuel", mois | {"annee": "2026", "total": total}), periode="2026")
        assert fautes(annuel) == [] and len(annuel.avertissements) == avertis


def test_one_consent_missing_takes_nothing():
    """E-07: refused whole; a telephone or a structure to call."""
    juste = {"telephone": "03 89 00 00 01", "accord_le": "20/11/2026"}
    trois = [juste | {"nom": nom} for nom in ("Un", "Deux", "Trois")]
    assert fautes(lu("eps-inscriptions", csv("eps-inscriptions", *trois))) == []
    trois[1] |= {"accord_le": ""}
    assert [un[:2] for un in fautes(lu("eps-inscriptions", csv("eps-inscriptions", *trois)))] == [
        (3, "Accord recueilli le")
    ]
    assert (
        "L’accord de la personne manque"
        in fautes(lu("eps-inscriptions", csv("eps-inscriptions", *trois)))[0][2]
    )
    trois[1] |= {"accord_le": "28/11/2026"}
    assert "à venir" in fautes(lu("eps-inscriptions", csv("eps-inscriptions", *trois)))[0][2]
    muet = {"accord_le": "20/11/2026"}
    assert fautes(lu("eps-inscriptions", csv("eps-inscriptions", muet)))[0][1] == "Téléphone"


def test_serial_dates_and_empty_formulas():
    """A number in a column of dates; a formula whose value was not kept."""
    titres, ligne = (un.split(";") for un in csv("indu", indu()).decode().splitlines())
    serie = [46000 if une == "01/01/2026" else une for une in ligne]
    assert "format « date »" in fautes(lu("indu", xlsx([titres, serie]), nom="a.xlsx"))[0][2]
    formule: list[Any] = ["=A1" if une == "N-12" else une for une in ligne]
    assert "formule" in fautes(lu("indu", xlsx([titres, formule]), nom="a.xlsx"))[0][2]


@pytest.mark.parametrize("annee", [1900, 1960, 2025])
def test_a_year_typed_in_a_cell_of_dates(annee: int):
    """D-26: « 1960 » where the column has dates is the 1 960th day of a spreadsheet, in 1905: asked, never taken."""
    titres, ligne = (un.split(";") for un in csv("indu", indu()).decode().splitlines())
    lue = dt.date(1899, 12, 30) + dt.timedelta(days=annee)
    rang = titres.index("Date de naissance")
    faussee: list[Any] = [*ligne[:rang], lue, *ligne[rang + 1 :]]
    [(_, ou, phrase)] = fautes(lu("indu", xlsx([titres, faussee]), nom="a.xlsx"))
    assert ou == "Date de naissance" and f"{lue:%d/%m/%Y}" in phrase and f"écrivez {annee}" in phrase
    assert fautes(lu("indu", csv("indu", indu(naissance=f"{lue:%d/%m/%Y}")))) == []


def test_amounts_of_a_spreadsheet_are_not_rounded_in_silence():
    """E-05: what a formula left of a binary fraction is the cent; a third figure is told, as in a CSV."""
    titres, ligne = (un.split(";") for un in csv("indu", indu()).decode().splitlines())
    for brut, centimes in ((1250.4999999999998, 125050), (0.1 + 0.2, 30), (12.345, None)):
        trouve = lu(
            "indu", xlsx([titres, [brut if une == "1250,50" else une for une in ligne]]), nom="a.xlsx"
        )
        assert trouve.total == centimes
        assert centimes is not None or "plus de deux chiffres" in fautes(trouve)[0][2]


def test_days_that_cannot_be():
    """E-05: a decision to come, a payment before the right opens."""
    juste = {
        "decision": "01/11/2026",
        "ouverture": "01/09/2026",
        "montant_mensuel": "12",
        "premier_versement": "05/12/2026",
    }
    assert fautes(lu("mtp-nouveaux", csv("mtp-nouveaux", juste))) == []
    for champs, colonne, mot in (
        ({"decision": "28/11/2026"}, "Date de la décision", "à venir"),
        ({"premier_versement": "31/08/2026"}, "Premier versement prévu", "« Ouverture du droit »"),
    ):
        [(_, ou, phrase)] = fautes(lu("mtp-nouveaux", csv("mtp-nouveaux", juste | champs)))
        assert ou == colonne and mot in phrase


def test_a_table_of_twenty_five_megabytes():
    """E-02: read whole; one byte more is refused at once."""
    large = indu(**dict.fromkeys(("commune", "dossier"), "a" * 199))
    une = ";".join((PERSONNE | large).get(un.code, "") for un in catalogue.flux()["indu"].colonnes_de())
    titres = csv("indu").decode().strip()
    contenu = "\r\n".join([titres, *[une] * 49_999]).encode()
    assert len(contenu) > 23_000_000
    _, brut = lire_tableau("a.csv", contenu)
    assert len(brut) == 50_000
    with pytest.raises(Refus) as refus:
        lire_tableau("a.csv", contenu.ljust(25_000_001, b"\n"))
    assert refus.value.code == "tableau-lourd"


def test_nir_where_the_convention_says_so():
    """Its key is asked for; a page never shows it whole."""
    trouve = lu("indu", csv("indu", indu(nir="1 85 05 78 006 084 91"), avec_nir=True), avec_nir=True)
    assert fautes(trouve) == []
    montre = tableaux.montrer(trouve.colonnes, trouve.lignes)[0]
    assert "185057800608491" not in montre and "1••••••••••••91" in montre
    faux = lu("indu", csv("indu", indu(nir="1 85 05 78 006 084 90"), avec_nir=True), avec_nir=True)
    assert fautes(faux)[0][1] == "Numéro de sécurité sociale"


def zip_de(**parties: bytes) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in parties.items():
            archive.writestr(nom.replace("__", "/"), contenu)
    return tampon.getvalue()


def modifie(contenu: bytes, **parties: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        gardees = {nom: archive.read(nom) for nom in archive.namelist()}
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, octets in (
            gardees | {nom.replace("__", "/").replace("_xml", ".xml"): un for nom, un in parties.items()}
        ).items():
            archive.writestr(nom, octets)
    return tampon.getvalue()


BON = xlsx([["Nom"], ["Durand"]])


@pytest.mark.parametrize(
    ("nom", "contenu", "code"),
    [
        ("a.csv", b"", "vide"),
        ("a.csv", b"nom\n", "sans-ligne"),
        ("a.csv", b"nom\nDu\x00rand\n", "csv-abime"),
        ("a.csv", b'nom\n"Durand\n', "csv-abime"),
        ("a.csv", b"nom\n" + b"a" * 501, "cellule-longue"),
        ("a.csv", b"nom\n" + b"a\n" * 50_001, "trop-de-lignes"),
        ("a.csv", b";".join([b"n"] * 41) + b"\n" + b"a;" * 41, "trop-de-colonnes"),
        ("a.pdf", b"%PDF-1.7 app.alert(1)", "format-tableau"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "classeur-ancien"),
        ("a.zip", BON, "format-tableau"),
        ("a.xlsm", BON, "classeur-macros"),
        ("a.xlsx", modifie(BON, **{"xl__vbaProject.bin": b"x"}), "classeur-macros"),
        ("a.xlsx", BON[:-40], "classeur-abime"),
        ("a.xlsx", zip_de(a=b"\0" * 101_000_000), "classeur-enorme"),
        ("a.xlsx", xlsx([["Nom"], ["Durand"]], etats=["hidden"]), "feuille-cachee"),
        ("a.xlsx", xlsx([["Nom"], ["Durand"]], etats=["visible", "visible"]), "plusieurs-feuilles"),
        ("a.xlsx", xlsx([["Nom"], ["Durand"]], fusion="A1:B1"), "cellules-fusionnees"),
        ("a.ods", zip_de(mimetype=b"application/zip"), "format-tableau"),
        (
            "a.xlsx",
            modifie(BON, xl__worksheets__x=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
            "classeur-abime",
        ),
    ],
)
def test_a_file_that_is_no_table(nom: str, contenu: bytes, code: str):
    with pytest.raises(Refus) as refus:
        lire_tableau(nom, contenu)
    assert refus.value.code == code


def test_formulas_macros_and_metadata_are_gone():
    """What is served is made of texts only, whatever was in the cells."""
    trouve = lu("indu", csv("indu", indu(dossier="=cmd|' /C calc'!A0", commune="+41")))
    rendu = tableaux.rendre(trouve.colonnes, [ligne[:-1] for ligne in trouve.lignes])
    with zipfile.ZipFile(io.BytesIO(rendu)) as archive:
        assert set(archive.namelist()) == {
            "mimetype",
            "content.xml",
            "styles.xml",
            "meta.xml",
            "META-INF/manifest.xml",
        }
        contenu = archive.read("content.xml").decode()
    assert "table:formula" not in contenu and "=cmd|" in contenu
    relu = lu("indu", rendu, nom="b.ods")
    assert [une[:-1] for une in relu.lignes] == [une[:-1] for une in trouve.lignes]


@given(st.integers(min_value=0, max_value=10_000_000_00))
def test_an_amount_is_read_as_it_is_written(centimes: int):
    """To the cent, both ways, from a text and from the number of a spreadsheet."""
    from_texte = catalogue.Colonne("m", "M", "montant")
    assert tableaux.cellules.lire(tableaux.en_euros(centimes), from_texte, JOUR) == centimes
    assert tableaux.cellules.lire(round(centimes / 100, 2), from_texte, JOUR) == centimes


@pytest.mark.parametrize("ecrit", [b"1e999", b"-1e999", b"NaN", b"inf"])
def test_an_amount_that_is_no_number_is_told(ecrit: bytes):
    """K13: at its place, never an error of the portal."""
    classeur_ = io.BytesIO(xlsx([["mois", "m"], ["a", 1], ["b", 7]]))
    with zipfile.ZipFile(classeur_) as archive:
        feuille = archive.read("xl/worksheets/sheet1.xml").replace(b"<v>7</v>", b"<v>%s</v>" % ecrit)
    _, lues = lire_tableau("a.xlsx", modifie(classeur_.getvalue(), **{"xl/worksheets/sheet1.xml": feuille}))
    montant = lues[2][1]
    assert isinstance(montant, str)
    with pytest.raises(cellules.Faux, match="Écrivez un montant"):
        cellules.LECTEURS["montant"](montant, None, dt.date(2026, 11, 28))


def test_figures_of_other_scripts_are_folded():
    """K6: a year and a month are kept in plain figures, as a day is."""
    jour = dt.date(2026, 11, 28)
    assert cellules.LECTEURS["annee"]("20２６", None, jour) == "2026"
    assert cellules.LECTEURS["mois"]("٢٠٢٦-١١", None, jour) == "2026-11"


DE_LA_TROISIEME = [b"hidden='1'", b'hidden = "1"', b'ht="0" customHeight="1"']


@pytest.mark.parametrize("dit", DE_LA_TROISIEME)
def test_a_hidden_row_however_it_is_written(dit: bytes):
    """A row that its sender does not see is refused, whoever wrote the XML."""
    brut = xlsx([["nom", "prenom"], ["Visible", "Un"], ["Cachee", "Deux"]])
    with zipfile.ZipFile(io.BytesIO(brut)) as archive:
        avant, _, apres = archive.read("xl/worksheets/sheet1.xml").rpartition(b"<row>")
    contenu = modifie(brut, **{"xl/worksheets/sheet1.xml": avant + b"<row r='3' " + dit + b">" + apres})
    with pytest.raises(Refus) as refus:
        lire_tableau("a.xlsx", contenu)
    assert (refus.value.code, refus.value.ligne) == ("cellules-masquees", 3)


def test_a_dtd_further_down():
    """No entity is read, wherever it is declared."""
    dtd = b"<!--" + b"x" * 3000 + b"--><!DOCTYPE a [<!ENTITY b 'c'>]><a/>"
    with pytest.raises(Refus) as refus:
        lire_tableau("a.xlsx", modifie(BON, xl__worksheets__x_xml=dtd))
    assert refus.value.code == "classeur-abime"
