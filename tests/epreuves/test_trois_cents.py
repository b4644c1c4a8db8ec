"""Three hundred conventions of a workbook with every parameter: the bad lines first, under two minutes, and once only.

Typed by nobody: the model to download is filled, its example repeated under other SIRET.
"""

import csv
import io
import time

from django.core.files.uploadedfile import SimpleUploadedFile

from conventions import tasks as taches
from conventions.colonnes import COLONNES
from conventions.models.conventions import Convention
from tests.distribution import connecte
from tests.echanges.xlsx import xlsx

LIGNES, MAUVAISES = 300, 10


def siret(rang: int) -> str:
    """Return a SIRET that holds."""
    debut = f"9006800{rang:06d}"
    somme = sum(sum(divmod(int(c) * (2 - (i % 2)), 10)) for i, c in enumerate(debut))
    return f"{debut}{-somme % 10}"


def test_three_hundred_conventions(administrateur_moselle, caisse_moselle):
    """C-13, M16."""
    client = connecte(administrateur_moselle)
    modele = client.get("/conventions/importer/modele.csv").content.decode("utf-8-sig")
    entetes, exemple, *_ = csv.reader(io.StringIO(modele), delimiter=";")
    assert set(COLONNES) <= set(entetes)
    rangs = []
    for rang in range(LIGNES + MAUVAISES):
        ligne = dict(zip(entetes, exemple, strict=True))
        bon = siret(rang) if rang < LIGNES else "123"
        ligne |= {"siret": bon, "nom": f"CCAS numéro {rang:03d}", "courriel": f"ccas@ccas-{rang:03d}.example"}
        rangs.append(list((ligne | {"domaines": f"ccas-{rang:03d}.example"}).values()))
    debut = time.monotonic()
    fichier = SimpleUploadedFile("reprise.xlsx", xlsx([entetes, *rangs]))
    montree = client.post("/conventions/importer/", {"caisse": str(caisse_moselle.pk), "fichiers": fichier})
    page = montree.content.decode()
    assert page.count("Un SIRET compte 14 chiffres.") == MAUVAISES
    assert page.rindex("Un SIRET compte 14 chiffres.") < page.index("CCAS numéro 000")
    envoi = {"caisse": str(caisse_moselle.pk), "csv": montree.context["form"].data["csv"], "confirmer": "oui"}
    for faites in (LIGNES, 0):
        suite = client.post("/conventions/importer/", envoi)
        assert "Importation en cours" in client.get(suite.url).content.decode()
        taches.echeances()
        assert f"{faites}\N{NO-BREAK SPACE}convention" in client.get(suite.url).content.decode()
        assert Convention.objects.filter(statut=Convention.Statut.EN_VIGUEUR).count() == LIGNES
        if faites:
            assert time.monotonic() - debut < 120
