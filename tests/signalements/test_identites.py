"""Real people on a demande: names of every alphabet, births as they are known (D-26), numbers as they are written (D-13)."""

import pytest

from signalements.models.demandes import Demande
from signalements.personnes import meme_personne
from signalements.recherche import rechercher
from tests.signalements.fabrique import ASSURE, FICHE, commencer, deposer

SAISIE = {**ASSURE, "naissance": "27/03/1985", **FICHE}


@pytest.mark.parametrize(
    ("ecrite", "gardee"),
    [
        ("00/00/1960", "1960"),
        ("00/05/1960", "1960-05"),
        ("12 mai 1958", "1958-05-12"),
        ("12.05.1958", "1958-05-12"),
    ],
)
def test_une_naissance_est_gardee_comme_elle_est_connue(connecte, technicien_metz, ecrite, gardee):
    """D-26: an unknown day or month is a right answer, kept, and given back by the form as it is typed."""
    demande, client = commencer(technicien_metz), connecte(technicien_metz)
    adresse = f"/demandes/{demande.reference}/brouillon/"
    assert client.post(adresse, SAISIE | {"naissance": ecrite}).status_code == 302
    demande.refresh_from_db()
    assert demande.contenu["assure"]["naissance"] == gardee
    rendue = "/".join(reversed(gardee.split("-")))
    assert f'value="{rendue}"' in client.get(adresse).content.decode()
    assert rendue in client.get(f"/demandes/{demande.reference}/recapitulatif/").content.decode()


@pytest.mark.parametrize("ecrite", ["12/05/58", "12/05/25", "31/12/2999", "29/02/2023"])
def test_une_naissance_n_est_jamais_devinee(connecte, technicien_metz, ecrite):
    """D-26: two figures ask for four; what does not exist is said beside the field."""
    demande = commencer(technicien_metz)
    reponse = connecte(technicien_metz).post(
        f"/demandes/{demande.reference}/brouillon/", SAISIE | {"naissance": ecrite}
    )
    assert reponse.status_code == 422 and "naissance" in reponse.context["form"].errors


def test_une_naissance_partielle_se_cherche_et_se_rapproche(technicien_metz):
    """D-26: found by the name, with or without a whole date that agrees; shown as perhaps the same person."""
    connue = deposer(technicien_metz, assure=ASSURE | {"naissance": "1960"})
    for mots in ("larivandiere", "larivandiere elodie 12/05/1960"):
        assert list(rechercher(Demande.objects.all(), mots, technicien_metz)) == [connue], mots
    assert not rechercher(Demande.objects.all(), "larivandiere 12/05/1961", technicien_metz).exists()
    entiere = commencer(technicien_metz, assure=ASSURE | {"naissance": "1960-05-12"})
    assert meme_personne(Demande.objects.all(), entiere, entiere.contenu, technicien_metz) == [connue]


@pytest.mark.parametrize(
    ("nom", "prenom", "cherches"),
    [
        ("Yıldız", "Ayşe", ["yildiz", "YILDIZ ayse", "Yıldız"]),
        ("Łukaszewski", "Paweł", ["lukaszewski pawel"]),
        ("Sørensen", "Bjørn", ["sorensen", "soerensen bjoern"]),
        ("Mueller", "Hans", ["müller"]),
        ("N’Guyen", "Élodie", ["n'guyen", "nguyen", "N’GUYEN elodie"]),
        ("Đặng", "Thị Hương", ["dang huong"]),
        ("Strauß", "Jürgen", ["strauss", "Strauß juergen"]),
    ],
)
def test_un_nom_de_tout_alphabet_se_trouve(technicien_metz, nom, prenom, cherches):
    """One folding for the index, the search and the comparison, whichever side has the mark."""
    demande = deposer(technicien_metz, assure=ASSURE | {"nom": nom, "prenom": prenom})
    for mots in cherches:
        assert list(rechercher(Demande.objects.all(), mots, technicien_metz)) == [demande], mots
    autre = commencer(technicien_metz, assure=ASSURE | {"nom": nom.upper(), "prenom": prenom})
    assert meme_personne(Demande.objects.all(), autre, autre.contenu, technicien_metz) == [demande]


def test_un_numero_a_appeler_se_compose(connecte, technicien_metz):
    """D-13: « +33 (0)3… » rings; text around the figures is refused."""
    demande = commencer(
        technicien_metz, "rdv-c2s", raison_portail="autonomie", lieu="telephone", moments=["mardi-matin"]
    )
    client, adresse = connecte(technicien_metz), f"/demandes/{demande.reference}/brouillon/"
    saisie = SAISIE | {"raison_portail": "autonomie", "lieu": "telephone", "moments": ["mardi-matin"]}
    assert client.post(adresse, saisie | {"telephone": "le soir 03 99 00 11 22"}).status_code == 422
    assert client.post(adresse, saisie | {"telephone": "+33 (0)3 99 00 11 22"}).status_code == 302
    demande.refresh_from_db()
    assert demande.contenu["telephone"] == "+33399001122"
