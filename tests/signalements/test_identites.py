"""Real people on a demande: names of every alphabet, births as they are known (D-26), numbers as they are written (D-13)."""

import pytest

from signalements.models.demandes import Demande
from signalements.personnes import meme_personne
from signalements.recherche import rechercher, rechercher_au_plus_pres
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


# A name of each alphabet, then writings of it in Latin letters, as French and English papers have them.
DU_MONDE = [
    ("العمراني/محمد", ["El Amrani", "El Amrani Mohamed", "Mohamed El Amrani", "Amrani"]),
    ("احمدی/زهرا", ["Ahmadi", "Ahmadi Zahra", "Zahra Ahmadi"]),
    ("حسین/علی", ["Hussain", "Hossein Ali"]),
    ("خان/عمران", ["Khan", "Khan Imran"]),
    ("כהן/דוד", ["Cohen", "Cohen David", "David Cohen"]),
    ("לוי/שרה", ["Levy", "Levi Sara"]),
    ("Հակոբյան/Արամ", ["Hakobyan", "Hakobian Aram"]),
    ("გელაშვილი/ნინო", ["Gelashvili", "Gelachvili Nino"]),
    ("李/小龍", ["Li Xiaolong"]),
    ("王/芳", ["Wang Fang"]),
    ("김/민수", ["Kim Minsu", "Kim Min-su"]),
    ("たなか/ゆうこ", ["Tanaka", "Tanaka Yuko"]),
    ("शर्मा/राज", ["Sharma", "Sharma Raj"]),
    ("ተስፋዬ/ሰላም", ["Tesfaye", "Tesfaye Selam"]),
    ("สมชาย/ณัฐ", ["Somchai", "Somchai Nat"]),
    ("குமார்/ராஜா", ["Kumar", "Kumar Raja"]),
    ("রহমান/করিম", ["Rahman", "Rahman Karim"]),
    ("Παπαδόπουλος/Γιώργος", ["Papadopoulos", "Papadopoulos Giorgos"]),
    ("Шевченко/Юлия", ["Chevtchenko", "Shevchenko Yulia"]),
    ("Петрова/Ксения", ["Petrova", "Petrova Ksenia"]),
]


@pytest.mark.parametrize(("garde", "tapes"), DU_MONDE, ids=[tapes[-1] for _, tapes in DU_MONDE])
def test_d26_un_nom_d_un_autre_alphabet_se_trouve_sans_date(connecte, technicien_metz, garde, tapes):
    """Shown as it was written; found, or shown as near, by its writings in Latin letters without any birth date; and the other way."""
    nom, prenom = garde.split("/")
    une = deposer(technicien_metz, assure=ASSURE | {"nom": nom, "prenom": prenom, "naissance": "1980"})
    deposer(technicien_metz, assure=ASSURE | {"nom": "Orvandel", "prenom": "Basile"})
    page = connecte(technicien_metz).get(f"/demandes/{une.reference}/").content.decode()
    assert nom in page and prenom in page
    for tape in tapes:
        assert list(rechercher_au_plus_pres(Demande.objects.all(), tape, technicien_metz)[0]) == [une], tape
    une.delete()
    for tape in filter(lambda dit: " " in dit, tapes):
        *siens, dernier = tape.split()
        autre = deposer(technicien_metz, assure=ASSURE | {"nom": " ".join(siens), "prenom": dernier})
        trouvees = rechercher_au_plus_pres(Demande.objects.all(), f"{nom} {prenom}", technicien_metz)[0]
        assert autre in trouvees, tape


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
