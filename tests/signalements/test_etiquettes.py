"""D-28: the words of a house on its demandes: seen and filtered by that house alone; no place for a person."""

import datetime as dt
import html
import re

import pytest
import time_machine

from conformite import purge
from signalements.actions import instruction
from signalements.etiquettes import ETIQUETTES_MAX
from signalements.models.demandes import Demande
from signalements.models.etiquettes import Etiquette
from signalements.workflow import Statut
from socle import horloge
from tests import distribution
from tests.signalements.fabrique import ASSURE, demande_en, deposer


def lue(reponse) -> str:
    return html.unescape(reponse.content.decode()).replace("\xa0", " ")


def poser(client, demande, nouvelle: str = "", *gardees: Etiquette):
    cote = "tri" if "tri" in client.get("/").content.decode() else "demandes"
    envoi = {"etiqueter-nouvelle": nouvelle, "etiqueter-choisies": [une.pk for une in gardees]}
    return client.post(f"/{cote}/{demande.reference}/etiqueter/", envoi)


def test_chaque_maison_les_siennes(technicien_metz, collegue_metz, agent_moselle, superviseur_moselle):
    """On the page and in the list of every colleague; never on the other side."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    agent, technicien = map(distribution.connecte, (agent_moselle, technicien_metz))
    assert poser(agent, demande, "Commission").status_code == 302
    assert poser(technicien, demande, "Permanence jeudi").status_code == 302
    for compte, sienne, autre in (
        (superviseur_moselle, "Commission", "Permanence jeudi"),
        (collegue_metz, "Permanence jeudi", "Commission"),
    ):
        client = distribution.connecte(compte)
        for adresse in (
            *((f"/tri/{demande.reference}/", "/tri/?panier=ouvertes") if compte.cote_caisse else ()),
            *(
                (f"/demandes/{demande.reference}/", "/demandes/?qui=structure")
                if compte.cote_partenaire
                else ()
            ),
        ):
            page = lue(client.get(adresse))
            assert sienne in page and autre not in page, adresse


def test_la_liste_se_filtre(technicien_metz, agent_moselle):
    """By either side; a label that was kept in an address and is gone narrows nothing."""
    ici, la_bas = deposer(technicien_metz), deposer(technicien_metz)
    for compte, liste in (
        (agent_moselle, "/tri/?panier=ouvertes"),
        (technicien_metz, "/demandes/?qui=structure"),
    ):
        client = distribution.connecte(compte)
        poser(client, ici, "À suivre")
        une = Etiquette.objects.de(compte).get()
        page = lue(client.get(f"{liste}&etiquette={une.pk}"))
        assert ici.reference in page and la_bas.reference not in page
        poser(client, ici)
        assert not Etiquette.objects.de(compte).exists(), "a word that no demande bears is forgotten"
        page = lue(client.get(f"{liste}&etiquette={une.pk}"))
        assert ici.reference in page and la_bas.reference in page


def test_on_garde_et_on_retire(technicien_metz, collegue_metz):
    """What is ticked stays, the rest goes; the word is written as the house writes it already."""
    une, autre = deposer(technicien_metz), deposer(technicien_metz)
    client = distribution.connecte(technicien_metz)
    poser(client, une, "Permanence")
    poser(client, autre, "permanence")
    [permanence] = Etiquette.objects.all()
    assert set(permanence.demandes.all()) == {une, autre}
    poser(distribution.connecte(collegue_metz), une, "Commission", permanence)
    assert sorted(map(str, une.etiquettes.all())) == ["Commission", "Permanence"]
    poser(client, une, "", Etiquette.objects.get(mot="Commission"))
    assert list(map(str, une.etiquettes.all())) == ["Commission"]
    assert list(permanence.demandes.all()) == [autre]


@pytest.mark.parametrize(
    "mot",
    [
        *("Larivandiere", "dossier d’Élodie", "LariV.", "Larivandieree", "Lari vandière", "cancer du sein"),
        *(
            "handicap",
            "AME",
            "C2S",
            "AAH",
            "ALD 30",
            "RQTH",
            "née 27/03/1985",
            "2 85 03 57 463 123 45",
            "x" * 31,
        ),
    ],
)
def test_une_etiquette_ne_dit_rien_de_la_personne(technicien_metz, agent_moselle, mot):
    """Refused once for all: kept in clear, it may not be confirmed; what was typed is given back, the act open."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    for compte in (technicien_metz, agent_moselle):
        client = distribution.connecte(compte)
        reponse = poser(client, demande, mot)
        assert reponse.status_code == 422 and mot in lue(reponse)
        assert '<details class="depliant" id="etiqueter" open>' in " ".join(reponse.content.decode().split())
    assert not Etiquette.objects.exists()


def test_un_mot_tape_ailleurs_ne_nomme_personne(technicien_metz):
    """D-28: ticked on the demande of whom it names, it is refused as if it were typed there."""
    ailleurs = deposer(technicien_metz, assure=ASSURE | {"nom": "Durand", "prenom": "Zoé"})
    sienne = deposer(technicien_metz)
    client = distribution.connecte(technicien_metz)
    poser(client, ailleurs, "Larivandière")
    assert poser(client, sienne, "", Etiquette.objects.get()).status_code == 422
    assert not sienne.etiquettes.exists()


def test_un_mot_s_en_va_avec_la_derniere_demande(technicien_metz):
    """D-15, D-28: no demande bears it any more after the purge."""
    demande = deposer(technicien_metz)
    poser(distribution.connecte(technicien_metz), demande, "Permanence")
    instruction.annuler(demande, texte="", par=technicien_metz)
    with time_machine.travel(horloge.maintenant() + dt.timedelta(days=400), tick=False):
        purge.purger()
    assert not Demande.objects.exists() and not Etiquette.objects.exists()


def test_une_maison_en_a_quarante(technicien_metz):
    """Fewer than somebody reads."""
    demande = deposer(technicien_metz)
    client = distribution.connecte(technicien_metz)
    for rang in range(ETIQUETTES_MAX):
        poser(client, demande, f"Groupe {rang}", *demande.etiquettes.all())
    reponse = poser(client, demande, "De trop", *demande.etiquettes.all())
    assert reponse.status_code == 422 and "reprenez-en une" in lue(reponse)
    assert poser(client, demande, "Groupe 3").status_code == 302


def test_celles_d_une_autre_maison_ne_se_posent_pas(technicien_metz, agent_moselle, technicien_grimaud):
    """The key of a label of elsewhere is no choice."""
    demande, ailleurs = deposer(technicien_metz), deposer(technicien_grimaud)
    poser(distribution.connecte(technicien_grimaud), ailleurs, "Leur mot")
    poser(distribution.connecte(agent_moselle), demande, "Commission")
    client = distribution.connecte(technicien_metz)
    poser(client, demande, "Permanence")
    for etrangere in Etiquette.objects.exclude(mot="Permanence"):
        assert poser(client, demande, "", etrangere).status_code == 422


def test_deux_personnes_ne_se_defont_pas(technicien_metz, collegue_metz):
    """Whoever comes second, on a page that is old, is told, and what he typed is given back."""
    demande = deposer(technicien_metz)
    une, autre = map(distribution.connecte, (technicien_metz, collegue_metz))
    page = une.get(f"/demandes/{demande.reference}/").content.decode()
    [vu] = re.findall(r'name="etiqueter-vu" value="(\w+)"', page)
    poser(autre, demande, "Commission")
    envoi = {"etiqueter-nouvelle": "Permanence", "etiqueter-vu": vu}
    reponse = une.post(f"/demandes/{demande.reference}/etiqueter/", envoi)
    assert reponse.status_code == 409 and 'value="Permanence"' in lue(reponse)
    assert [str(mot) for mot in demande.etiquettes.all()] == ["Commission"]
