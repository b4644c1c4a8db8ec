"""The figures of a convention: counted by the acts, kept after the purge, never telling a small number (C-21)."""

import datetime as dt

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from conformite.models.journal import LigneJournal
from conformite.purge import purger
from conventions.models.conventions import Convention
from signalements import bilan, chiffres
from signalements.actions import instruction
from signalements.models.chiffres import Chiffre
from signalements.models.demandes import Demande
from signalements.suites import Irrecevable, Issue
from socle import petits_nombres
from tests.distribution import connecte
from tests.signalements.fabrique import demande_en, deposer
from tests.signalements.soustractions import devines


def valeurs(convention, dimension):
    """Return the figures of one dimension, all months together."""
    return {
        valeur: nombre
        for valeur, nombre in Chiffre.objects.filter(convention=convention, dimension=dimension)
        .order_by("pk")
        .values_list("valeur", "nombre")
        if nombre
    }


def test_counted_at_the_reception_and_at_the_end(technicien_metz, agent_moselle, metz):
    """C-21: one dimension at a time; an answer that is closed has its outcome and its delay."""
    convention = metz.conventions.get()
    demande = demande_en("en_cours", technicien_metz, agent_moselle)
    assert valeurs(convention, "recue") == {"": 1}
    assert valeurs(convention, "motif") == {demande.motif_id: 1}
    assert valeurs(convention, "terminee") == {}
    instruction.repondre(demande, texte="Fait.", issue=Issue.DROITS_OUVERTS, par=agent_moselle)
    instruction.cloturer(demande, par=technicien_metz)
    assert valeurs(convention, "issue") == {"droits-ouverts": 1}
    assert valeurs(convention, "delai") == {"0-2": 1}


def test_how_a_structure_was_helped_is_counted_and_kept_nowhere_else(
    technicien_metz, agent_moselle, superviseur_moselle, metz
):
    """Said at the end, if one likes, for both sides: a figure, under eleven not told; a closing without a word counts nothing."""
    convention, client = metz.conventions.get(), connecte(technicien_metz)
    mots = ["oui"] * 11 + ["non", "", "parfait"]
    for mot in mots:
        demande = demande_en("traitee", technicien_metz, agent_moselle)
        fait = client.post(f"/demandes/{demande.reference}/cloturer/", {"cloturer-avis": mot})
        demande.refresh_from_db()
        assert (fait.status_code, demande.statut) == (
            (422, "traitee") if mot == "parfait" else (302, "cloturee")
        )
    assert valeurs(convention, "avis") == {"oui": 11, "non": 1}
    jour = demande.caisse.jour.replace(day=1)
    tableaux = {
        un.titre: dict(un.lignes) for un in bilan.bilan(convention, jour, jour + dt.timedelta(days=31))
    }
    assert tableaux["Avis des structures"] == {"Bien aidé": "11", "Pas aidé": petits_nombres.MOINS_DE_ONZE}
    for compte in (technicien_metz, superviseur_moselle):
        page = connecte(compte).get("/statistiques/")
        [serie] = [une for une in page.context["series"] if une.cle == "avis"]
        assert [ligne[1] for ligne in serie.lignes] == ["11", "0", petits_nombres.MOINS_DE_ONZE]
    assert not LigneJournal.objects.filter(details__icontains="avis").exists()


def test_a_reopening_takes_its_end_back(technicien_metz, agent_moselle, superviseur_moselle, metz):
    """C-21: reopened, it is no longer among those that ended; its reception stays."""
    convention = metz.conventions.get()
    demande = demande_en("en_cours", technicien_metz, agent_moselle)
    instruction.declarer_irrecevable(
        demande, raison=Irrecevable.PIECES, texte="Illisibles.", par=agent_moselle
    )
    assert valeurs(convention, "issue") == {"pieces": 1}
    instruction.rouvrir(demande, texte="Relue.", par=superviseur_moselle)
    assert (valeurs(convention, "issue"), valeurs(convention, "terminee")) == ({}, {})
    assert valeurs(convention, "recue") == {"": 1}


@pytest.mark.django_db
def test_the_year_is_whole_whatever_the_retention(technicien_metz, metz, caisse_moselle):
    """C-21: six months of retention, a purge each month: the figures of the year equal what was deposited, to the unit."""
    convention = metz.conventions.get()
    depart = caisse_moselle.jour.replace(day=1)
    Convention.objects.filter(pk=convention.pk).update(conservation_mois=1)
    for rang in range(6):
        quand = dt.datetime.combine(depart, dt.time(10), tzinfo=dt.UTC) + dt.timedelta(days=2 + rang)
        with time_machine.travel(quand, tick=False):
            for _ in range(2):
                instruction.annuler(deposer(technicien_metz), texte="", par=technicien_metz)
    midi = dt.datetime.combine(depart, dt.time(10), tzinfo=dt.UTC)
    for rang in range(30, 45):
        with time_machine.travel(midi + dt.timedelta(days=rang), tick=False):
            purger()
    assert not Demande.objects.exists()
    tableaux = {
        un.titre: dict(un.lignes) for un in bilan.bilan(convention, depart, depart + dt.timedelta(days=365))
    }
    assert tableaux["Demandes"] == {"Demandes reçues": "12", "Demandes terminées": "12"}
    assert tableaux["Suites données"] == {"Annulée par la structure": "12"}


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=1))
def test_no_hidden_number_is_told_by_a_total(cellules):
    """C-21: for each cell that is hidden, two numbers at least agree with the total and with all that is shown."""
    total = sum(cellules.values())
    if total < petits_nombres.SEUIL:
        return
    montres = petits_nombres.montrer(cellules, total)
    caches = [nom for nom in cellules if not montres[nom].isdigit()]
    reste = total - sum(int(montres[nom]) for nom in cellules if montres[nom].isdigit())
    domaines = [
        range(1, petits_nombres.SEUIL)
        if montres[nom] == petits_nombres.MOINS_DE_ONZE
        else range(1, reste + 1)
        for nom in caches
    ]
    for rang, _ in enumerate(caches):
        autres = domaines[:rang] + domaines[rang + 1 :]
        bas, haut = sum(un.start for un in autres), sum(un.stop - 1 for un in autres)
        possibles = [un for un in domaines[rang] if bas <= reste - un <= haut]
        assert len(possibles) >= 2 or (len(caches) == 1 and montres[caches[0]] == petits_nombres.NON_MONTRE)
    assert all(
        nombre >= petits_nombres.SEUIL or nombre == 0
        for nom, nombre in cellules.items()
        if montres[nom].isdigit()
    )


def test_a_small_number_alone_takes_a_neighbour():
    """C-21: the smallest shown cell is hidden beside it."""
    assert petits_nombres.montrer({"a": 3, "b": 20, "c": 90}, 113) == {
        "a": petits_nombres.MOINS_DE_ONZE,
        "b": petits_nombres.NON_MONTRE,
        "c": "90",
    }
    assert petits_nombres.montrer({"a": 3, "b": 20}) == {"a": petits_nombres.MOINS_DE_ONZE, "b": "20"}


_REPONDUES = ("droits-ouverts", "information", "refus-notifie")
_MUETTES = ("pieces", "annulee", chiffres.TRANSFEREE)
_CLASSES = ("0-2", "3-7", "8-14")


@given(st.data())
def test_no_table_tells_what_another_hides(data):
    """C-21: outcomes and delays count the same demandes: subtracted from one another, they tell no hidden cell."""
    issues = {code: data.draw(st.integers(0, 40)) for code in (*_REPONDUES, *_MUETTES)}
    repondues = sum(issues[code] for code in _REPONDUES)
    bornes = sorted(data.draw(st.integers(0, repondues)) for _ in range(2))
    delais = dict(zip(_CLASSES, (bornes[0], bornes[1] - bornes[0], repondues - bornes[1]), strict=True))
    muettes = sum(issues[code] for code in _MUETTES)
    total, suites, dits = bilan._fins(
        issues, delais | {"sans-reponse": muettes - issues[chiffres.TRANSFEREE]}, repondues + muettes
    )
    assert not devines(
        total,
        dits["sans-reponse"],
        {code: suites[code] for code in _REPONDUES},
        {code: suites[code] for code in _MUETTES},
        {code: dits[code] for code in _CLASSES},
    )
    montres = suites | dits | {"": total}
    vrais = issues | delais | {"sans-reponse": muettes, "": repondues + muettes}
    for code, nombre in vrais.items():
        assert montres[code] == str(nombre) if montres[code].isdigit() else nombre
        assert not (montres[code].isdigit() and 0 < nombre < petits_nombres.SEUIL)


def test_a_reopening_takes_the_opinion_back(technicien_metz, agent_moselle, superviseur_moselle, metz):
    """C-21: one end, one opinion; said again at the next one."""
    demande = demande_en("traitee", technicien_metz, agent_moselle)
    instruction.cloturer_ensemble(demande, avis="oui", par=technicien_metz)
    instruction.rouvrir(demande, texte="À reprendre.", par=superviseur_moselle)
    assert valeurs(metz.conventions.get(), "avis") == {}
    instruction.repondre(demande, texte="Voici.", issue=Issue.INFORMATION, par=superviseur_moselle)
    instruction.cloturer_ensemble(demande, avis="non", par=technicien_metz)
    assert valeurs(metz.conventions.get(), "avis") == {"non": 1}
