"""Every bad input, one by one, by the page: its sentence, its line, its column, the list to download; nothing is kept (E-02, E-05)."""

import io
import time
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.ods import classeur
from conformite.jours import plus_mois
from conformite.models.journal import LigneJournal
from echanges.models.depots import EtapeDepot, FichierDepose, LotDeLignes, StatutDepot
from fichiers.controle import lire_tableau
from fichiers.refus import Refus
from tests.echanges.fabrique import Scene, csv, indu, ouvrir, recharge
from tests.echanges.test_tableaux import modifie, zip_de
from tests.echanges.xlsx import xlsx
from tests.fichiers.clamav import EICAR

TITRES, LIGNE = (un.split(";") for un in csv("indu", indu()).decode().splitlines())
DEUX = [TITRES, LIGNE, [*LIGNE[:-1], "N-13"]]
BON = xlsx(DEUX)
RANGS = {titre: rang for rang, titre in enumerate(TITRES)}


def avec(titre: str, valeur: object, *, nom: str = "a.csv") -> tuple[str, bytes]:
    """The table whose second person has this cell."""
    autre = [valeur if rang == RANGS[titre] else une for rang, une in enumerate(DEUX[2])]
    if nom == "a.csv":
        return nom, "\r\n".join(";".join(map(str, une)) for une in (*DEUX[:2], autre)).encode()
    return nom, xlsx([*DEUX[:2], autre])


def texte(*lignes: list[str]) -> bytes:
    return "\r\n".join(";".join(une) for une in lignes).encode()


def masquee(avant: bytes, apres: bytes) -> bytes:
    feuille = zipfile.ZipFile(io.BytesIO(BON)).read("xl/worksheets/sheet1.xml")
    return modifie(BON, xl__worksheets__sheet1_xml=feuille.replace(avant, apres, 1))


def ods(avant: str, apres: str) -> bytes:
    contenu = classeur("Flux", DEUX)
    dedans = zipfile.ZipFile(io.BytesIO(contenu)).read("content.xml").decode()
    assert avant in dedans
    return modifie(contenu, content_xml=dedans.replace(avant, apres, 1).encode())


MONTANT, DEBUT, NAISSANCE, NOM = "Montant de l’indu", "Début", "Date de naissance", "Nom de naissance"
# name, content, line, column, words of what to do
ENTREES = {
    "missing column": ("a.csv", texte(*(une[:-1] for une in DEUX)), "1", "Dossier", "Partez du modèle"),
    "unknown column": ("a.csv", texte([*TITRES, "Âge"], [*LIGNE, "70"]), "1", "n° 11", "Supprimez-la"),
    "doubled column": ("a.csv", texte([*TITRES, "dossier"], [*LIGNE, "x"]), "1", "Dossier", "Supprimez-en une"),
    "a cell under no title": ("a.csv", texte(TITRES, LIGNE, [*LIGNE, "rab"]), "3", "n° 11", "sous aucun titre"),
    "a separator in a name": ("a.csv", texte(TITRES, ["La;riv", *LIGNE[1:]]), "2", "n° 11", "décale aussi sa ligne"),
    "empty file": ("a.csv", b"", "Toutes", "Toutes", "est vide"),
    "titles only": ("a.csv", texte(TITRES), "Toutes", "Toutes", "état néant"),
    "two sheets with data": ("a.xlsx", xlsx(DEUX, etats=["visible", "visible"]), "Toutes", "Feuille n° 2", "feuille n° 2"),
    "hidden sheet": ("a.xlsx", xlsx(DEUX, etats=["visible", "hidden"]), "Toutes", "Feuille n° 2", "Affichez-la"),
    "very hidden sheet": ("a.xlsx", xlsx(DEUX, etats=["visible", "veryHidden"]), "Toutes", "Feuille n° 2", "Affichez-la"),
    "hidden sheet of one row": ("a.xlsx", xlsx(DEUX[:1], etats=["hidden", "visible"]), "Toutes", "Feuille n° 1", "Affichez-la"),
    "merged cells": ("a.xlsx", xlsx(DEUX, fusion="B2:B3"), "2", "B", "Annulez la fusion"),
    "a row that a filter hides": ("a.xlsx", masquee(b"<row>", b'<row hidden="1">'), "1", "Toutes", "masquées"),
    "a hidden row": ("a.xlsx", masquee(b"</row><row>", b'</row><row r="2" hidden="true">'), "2", "Toutes", "masquées"),
    "a hidden column": ("a.xlsx", masquee(b"<sheetData>", b'<cols><col min="3" max="4" hidden="1"/></cols><sheetData>'), "Toutes", "C", "masquées"),
    "a filtered row, ODS": ("a.ods", ods("<table:table-row>", '<table:table-row table:visibility="filter">'), "1", "Toutes", "masquées"),
    "serial date": (*avec(DEBUT, 46000, nom="a.xlsx"), "3", DEBUT, "format « date »"),
    "31 February": (*avec(DEBUT, "31/02/2026"), "3", DEBUT, "n’existe pas"),
    "future birth": (*avec(NAISSANCE, "01/01/2030"), "3", NAISSANCE, "dans le futur"),
    "negative amount": (*avec(MONTANT, "-12"), "3", MONTANT, "négatif"),
    "1,234.56": (*avec(MONTANT, "1,234.56"), "3", MONTANT, "une seule virgule"),
    "1E+05": (*avec(MONTANT, "1E+05"), "3", MONTANT, "puissance de dix"),
    "formula without a value": (*avec("Dossier", "=A1", nom="a.xlsx"), "3", "Dossier", "vient d’une formule"),
    "wrong flow": ("a.csv", csv("eps-inscriptions", {"structure": "CCAS", "accord_le": "01/01/2026"}), "1", "Toutes", "ouvrez un dépôt de ce flux"),
    "the same row twice": ("a.csv", texte(TITRES, LIGNE, LIGNE), "3", NOM, "déjà à la ligne 2"),
    "the same row, other accents": ("a.csv", texte(TITRES, LIGNE, ["LARIVANDIERE", "", "elodie", *LIGNE[3:]]), "3", NOM, "déjà à la ligne 2"),
    "NUL": ("a.csv", texte(*DEUX[:2]) + b"\r\nDu\x00rand", "3", "Toutes", "CSV (UTF-8)"),
    "a quote that nothing closes": ("a.csv", texte(*DEUX[:2]) + b'\r\n"Durand', "3", "Toutes", "CSV (UTF-8)"),
    "a long cell": (*avec("Commune", "a" * 501), "3", "E", "Raccourcissez-la"),
    "a long cell of a workbook": (*avec("Commune", "a" * 501, nom="a.xlsx"), "3", "E", "Raccourcissez-la"),
    "macros": ("a.xlsm", BON, "Toutes", "Toutes", "sans macro"),
    "macros inside": ("a.xlsx", modifie(BON, **{"xl__vbaProject.bin": b"x"}), "Toutes", "Toutes", "sans macro"),
    "links to another file": ("a.xlsx", modifie(BON, **{"xl__externalLinks__externalLink1.xml": b"<a/>"}), "Toutes", "Toutes", "liaisons"),
    "password, ODS": ("a.ods", modifie(classeur("Flux", DEUX), **{"META-INF__manifest.xml": b"<a><encryption-data/></a>"}), "Toutes", "Toutes", "sans mot de passe"),
    "password, XLSX, or old .xls": ("a.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "Toutes", "Toutes", "sans mot de passe"),
    "ZIP": ("a.zip", zip_de(a=b"x"), "Toutes", "Toutes", "l’un de ces formats"),
    "EICAR": ("liste.csv", EICAR, "Toutes", "Toutes", "programme dangereux"),
    "bomb": ("a.xlsx", zip_de(a=bytes(101_000_000)), "Toutes", "Toutes", "énorme"),
    "PDF with scripts": ("a.pdf", b"%PDF-1.7 /JS app.alert(1)", "Toutes", "Toutes", "l’un de ces formats"),
    "a name that turns": (*avec(NOM, "a\u202eb"), "3", NOM, "sens de lecture"),
    "a name that nothing shows": (*avec(NOM, "\u200b"), "3", NOM, "est vide"),
    "a name without a letter": (*avec(NOM, "1234"), "3", NOM, "SNP"),
    "a NIR without its key": (*avec("Prénoms", "Anne 2540368066001"), "3", "Prénoms", "sécurité sociale"),
    "a NIR with a wrong key": (*avec("Commune", "254036806600123"), "3", "Commune", "sécurité sociale"),
    "a NIR as a number": (*avec("Dossier", 2540368066001, nom="a.xlsx"), "3", "Dossier", "sécurité sociale"),
}  # fmt: skip


@pytest.mark.parametrize("quoi", ENTREES)
def test_a_bad_input_has_its_sentence_and_leaves_nothing(scene: Scene, connecte, stockage_a_soi, quoi: str):
    """Sent by the page: 422, the sentence; the list says where and what to do; a step, a line of journal, no row, no file."""
    nom, contenu, ligne, colonne, phrase = ENTREES[quoi]
    depot, _ = ouvrir(scene)
    client = connecte(scene.technicien)
    fichier, liste = (reverse(un, args=[depot.reference]) for un in ("depot-fichier", "depot-points"))
    reponse = client.post(fichier, {"fichiers": SimpleUploadedFile(nom, contenu)})
    assert reponse.status_code == 422
    dite = reponse.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert phrase in dite and liste in dite
    points = client.get(liste).content.decode("utf-8-sig").replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert any(un.startswith(f"{ligne};{colonne};") and phrase in un for un in points[1:]), points
    assert recharge(depot).statut == StatutDepot.OUVERT
    assert not FichierDepose.objects.exists() and not LotDeLignes.objects.exists()
    assert not [un for un in stockage_a_soi.rglob("*") if un.is_file()]
    assert depot.etapes.filter(quoi=EtapeDepot.Quoi.REFUSE).count() == 1
    assert LigneJournal.objects.filter(acte="depot.refuser", reference=depot.reference).count() == 1


@pytest.mark.parametrize("codage", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "mac-roman"])
def test_what_spreadsheets_write_is_taken(scene: Scene, connecte, codage: str):
    """E-05: whatever the alphabet; « =+-@ » stay texts; an ordinary number is no NIR (D-03)."""
    depot, _ = ouvrir(scene)
    nombres = (
        "0123456789012",
        "9250368066001",
        "06 12 34 56 78 06 12",
        "2541368066001",
        "900 680 018 00018",
        "2026-11-28-0001234",
    )
    lignes = [indu(dossier="=1+1"), indu(dossier="@x", commune="-Île"), *(indu(dossier=un) for un in nombres)]
    contenu = csv("indu", *lignes).decode().encode(codage)
    fichier = reverse("depot-fichier", args=[depot.reference])
    envoi = {"fichiers": SimpleUploadedFile("a.csv", contenu)}
    assert connecte(scene.technicien).post(fichier, envoi).status_code == 302
    [lot] = recharge(depot).lots.all()
    lus = depot.ouvrir(bytes(lot.scelle), "lignes:0")
    assert [(une[4], une[-1]) for une in lus] == [
        ("Colmar", "=1+1"),
        ("-Île", "@x"),
        *(("Colmar", un) for un in nombres),
    ]


def test_two_files_at_once_and_a_warning(scene: Scene, connecte):
    """E-02: one table a deposit; the same prestation twice on the same days is told before confirming."""
    depot, _ = ouvrir(scene)
    client, fichier = connecte(scene.technicien), reverse("depot-fichier", args=[depot.reference])
    deux = [SimpleUploadedFile(nom, texte(*DEUX)) for nom in ("a.csv", "b.csv")]
    refus = client.post(fichier, {"fichiers": deux})
    assert refus.status_code == 422 and "un seul fichier" in refus.content.decode()
    assert client.post(fichier, {"fichiers": SimpleUploadedFile("a.csv", texte(*DEUX))}).status_code == 302
    page = client.get(reverse("depot-confirmer", args=[depot.reference])).content.decode()
    assert "La même prestation est déjà à la ligne 2" in page


def test_health_in_a_free_text_and_an_old_consent_are_told(scene: Scene, connecte):
    """D-04, E-07: before confirming, its line and its column; it is not refused by a machine."""
    jour = scene.participation.caisse.jour
    accord = {"accord_le": f"{jour:%d/%m/%Y}", "structure": "Le CCAS"}
    depot, _ = ouvrir(scene, "eps-inscriptions")
    contenu = csv(
        "eps-inscriptions",
        accord | {"disponibilites": "sous chimiothérapie le lundi, diabète"},
        accord | {"nom": "Autre", "accord_le": f"{plus_mois(jour, -12):%d/%m/%Y}"},
        accord | {"nom": "Vieux", "accord_le": "01/01/2010"},
    )
    client = connecte(scene.technicien)
    fichier = reverse("depot-fichier", args=[depot.reference])
    assert client.post(fichier, {"fichiers": SimpleUploadedFile("a.csv", contenu)}).status_code == 302
    page = client.get(reverse("depot-confirmer", args=[depot.reference])).content.decode()
    assert "information de santé" in page and "Disponibilités" in page
    assert page.count("Cet accord a plus d’un an") == 1, "E-07"


def test_a_bomb_of_ten_gigabytes_is_refused_at_once():
    """E-02: whether it says its size or lies about it, in less than a second of its child."""
    for annonce in (10_240 << 20, 1_000):
        bombe, debut = _bombe(annonce), time.monotonic()
        with pytest.raises(Refus) as refus:
            lire_tableau("a.xlsx", bombe)
        assert refus.value.code == ("classeur-enorme" if annonce > 1_000 else "classeur-abime")
        # The child starts its interpreter and its libraries first.
        assert time.monotonic() - debut < 1 + _demarrage()


def _demarrage() -> float:
    """What the child takes to say no to almost nothing."""
    debut = time.monotonic()
    with pytest.raises(Refus):
        lire_tableau("a.xlsx", b"PK")
    return time.monotonic() - debut


def _bombe(annonce: int) -> bytes:
    """A workbook whose one part unpacks to 10 GB of zeros: the same mebibyte, ten thousand times."""
    faire = zlib.compressobj(9, zlib.DEFLATED, -15)
    mebi = faire.compress(bytes(1 << 20)) + faire.flush(zlib.Z_FULL_FLUSH)
    flux = mebi * 10_240 + faire.flush()
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        archive.writestr("xl/workbook.xml", flux)
        partie = archive.infolist()[0]
        partie.compress_type, partie.file_size = zipfile.ZIP_DEFLATED, annonce
    contenu = bytearray(tampon.getvalue())
    # The local header says the same kind as the directory.
    contenu[8:10] = zipfile.ZIP_DEFLATED.to_bytes(2, "little")
    return bytes(contenu)
