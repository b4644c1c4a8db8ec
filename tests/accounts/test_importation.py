"""Import of techniciens from a CSV file, with a preview that says line by line what will happen (A-02, A-03, Q-04)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.ods import classeur
from accounts.regles import CERTIFICATIONS
from socle.models import CourrielSortant
from socle.profils import Profil
from tests.accounts.aides import texte
from tests.distribution import connecte, creer_compte_actif
from tests.echanges.xlsx import xlsx

URL = "/comptes/importer/"
ENTETE = "civilité;nom;prénom;fonction;téléphone;email\n"


def ligne(rang: int, **autres: str) -> str:
    champs = {
        "civilite": "Mme",
        "nom": f"Nom{'abcdefgh'[rang]}",
        "prenom": "Zoé",
        "fonction": "Accueil",
        "telephone": "03 87 00 00 00",
        "email": f"zoe{rang}@metz.example",
    } | autres
    return ";".join(champs.values()) + "\n"


def apercu(client, contenu: str | bytes):
    octets = contenu.encode() if isinstance(contenu, str) else contenu
    return client.post(URL, {"fichier": SimpleUploadedFile("liste.csv", octets)})


def crees(metz):
    return sorted(metz.comptes.filter(profil=Profil.TECHNICIEN).values_list("identifiant", flat=True))


def test_l_apercu_dit_tout_et_ne_cree_rien(gestionnaire_metz, metz):
    """Each line is judged by the rules of a creation; nothing is written, no mail leaves."""
    client = connecte(gestionnaire_metz)
    contenu = (
        ENTETE + ligne(0) + ligne(1, email="zoe@gmail.com") + ligne(2, nom="") + ligne(3, telephone="12")
    )
    page = texte(apercu(client, contenu))
    assert "1 compte à créer sur 4" in page and "zoe.noma" in page
    assert (
        "messageries gratuites" in page and "Nom : Ce champ est obligatoire" in page and "10 chiffres" in page
    )
    assert crees(metz) == [] and not CourrielSortant.objects.exists()


def test_la_confirmation_cree_les_bonnes_lignes(gestionnaire_metz, metz):
    """A-03: certified for all; lines with an error are left aside, and said so."""
    client = connecte(gestionnaire_metz)
    contenu = ENTETE + ligne(0) + ligne(1, email="zoe@gmail.com") + ligne(2)
    reponse = client.post(URL, {"contenu": contenu, "confirmer": "on", "certifications": ["membre"]})
    assert reponse.status_code == 422 and "Certifiez chacun des points" in texte(reponse)
    assert crees(metz) == []
    champs = {"contenu": contenu, "confirmer": "on", "certifications": list(CERTIFICATIONS)}
    page = texte(client.post(URL, champs, follow=True))
    assert "Comptes créés : 2. Lignes laissées de côté : 1." in page
    assert crees(metz) == ["zoe.noma", "zoe.nomc"]


def test_q04_les_places_se_comptent_dans_l_ordre(gestionnaire_metz, metz):
    """Q-04: the file never exceeds the seats left."""
    metz.membres = 5
    metz.save()
    for rang in range(3):
        creer_compte_actif(f"deja.{rang}", Profil.TECHNICIEN, partenaire=metz)
    contenu = ENTETE + "".join(ligne(rang) for rang in range(4))
    client = connecte(gestionnaire_metz)
    page = texte(apercu(client, contenu))
    assert "2 comptes à créer sur 4" in page and page.count("Toutes les places") == 2
    client.post(URL, {"contenu": contenu, "confirmer": "on", "certifications": list(CERTIFICATIONS)})
    assert metz.comptes.filter(profil=Profil.TECHNICIEN).count() == 5


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [
        (b"", "Ce fichier est vide"),
        (b"nom;prenom\nA;B\n", "Colonnes manquantes"),
        (ENTETE.encode(), "aucune ligne sous ses titres"),
        ((ENTETE + ligne(0) * 101).encode(), "de 1 à 100 lignes"),
        (b"\x00\x01\x02PK", "ne se lit pas"),
        (
            (ENTETE + ligne(0, fonction="x" * 490 + ";" + ";".join(["y" * 490] * 5)) * 99).encode(),
            "trop volumineux",
        ),
        (ENTETE.encode("cp1252") + ligne(0, prenom="Zo\u00eb").encode("cp1252"), "1 compte à créer sur 1"),
        ((ENTETE + ligne(0)).replace(";", ",").encode("utf-8-sig"), "1 compte à créer sur 1"),
        # Excel: « texte Unicode », a title above the headers, headers as people write them, a telephone without its 0.
        ((ENTETE + ligne(0)).replace(";", "\t").encode("utf-16"), "1 compte à créer sur 1"),
        ((ENTETE + ligne(0)).replace(";", "\t").encode(), "1 compte à créer sur 1"),
        (f"Techniciens 2026;;;;;\n;;;;;\n{ENTETE}{ligne(0)}".encode("cp1252"), "1 compte à créer sur 1"),
        (
            f"Civilité;Nom;Prénom(s);Fonction;Tél.;E-mail\n{ligne(0, telephone='387000000')}".encode(),
            "1 compte à créer sur 1",
        ),
        ("\ufeffTitre".encode("utf-16-le") + b"\x00", "ne se lit pas"),
        (("Techniciens\t2026\n" + ENTETE + ligne(0)).replace(";", "\t").encode(), "1 compte à créer sur 1"),
        (b"%PDF-1.7", "pas un tableau CSV, XLSX ou ODS"),
    ],
)
def test_fichiers_de_toutes_sortes(gestionnaire_metz, metz, contenu, phrase):
    reponse = apercu(connecte(gestionnaire_metz), contenu)
    assert reponse.status_code in (200, 422) and phrase in texte(reponse)
    assert crees(metz) == []


@pytest.mark.parametrize(
    ("nom", "ecrire"), [("liste.xlsx", xlsx), ("liste.ods", lambda rangs: classeur("Liste", rangs))]
)
def test_un_classeur_tel_quel(gestionnaire_metz, metz, nom, ecrire):
    """As the spreadsheet keeps it: a title, a blank row, a telephone that became a number; each line has its own number."""
    titres = ["Civilité", "NOM", "Prénom(s)", "Fonction", "Tél.", "E-mail"]
    rangs = [["Techniciens de 2026"], [""], titres, ligne(0, telephone="387000000").strip().split(";"), [""]]
    rangs.append(ligne(1, prenom="").strip().split(";"))
    client = connecte(gestionnaire_metz)
    reponse = client.post(URL, {"fichier": SimpleUploadedFile(nom, ecrire(rangs))})
    page, corps = texte(reponse), reponse.content.decode()
    assert "1 compte à créer sur 2" in page and "SNP" in page and '<th scope="row">6</th>' in corps
    contenu = reponse.context["contenu"]
    champs = {"contenu": contenu, "confirmer": "on", "certifications": list(CERTIFICATIONS)}
    assert client.post(URL, champs).status_code == 302 and crees(metz) == ["zoe.noma"]


def test_personne_d_autre_n_importe(technicien_metz, administrateur_moselle, agent_moselle):
    for acteur in (technicien_metz, administrateur_moselle, agent_moselle):
        assert connecte(acteur).get(URL).status_code == 403
        assert apercu(connecte(acteur), ENTETE + ligne(0)).status_code == 403


@pytest.mark.parametrize("codage", ["mac-roman", "cp1252", "utf-8", "utf-16"])
def test_les_accents_de_chaque_excel(gestionnaire_metz, codage):
    """Excel for Mac, for Windows, its « CSV UTF-8 » and its « texte Unicode » write one name in four ways."""
    contenu = ENTETE + ligne(0, nom="Noël-Béjà", prenom="Zoé") + ligne(1, fonction="Cœur d’équipe")
    page = texte(apercu(connecte(gestionnaire_metz), contenu.encode(codage)))
    assert "zoe.noel-beja" in page and "2 comptes à créer sur 2" in page


@pytest.mark.parametrize("prenom", ["?ucja", "£ucja", "Pawe³", "Zo\ufffd"])
def test_une_lettre_perdue_est_dite(gestionnaire_metz, metz, prenom):
    """What a code page has no letter for became another sign: no account is announced from it."""
    page = texte(apercu(connecte(gestionnaire_metz), (ENTETE + ligne(0, prenom=prenom)).encode()))
    assert "Une lettre a été perdue" in page and "CSV UTF-8" in page


def test_le_fichier_d_un_tableur_est_lu(gestionnaire_metz):
    """Ends of lines of a Mac, short titles, two telephones, the ways to keep a zero, « Mlle »."""
    titres = "Civ.;Nom;Prénom;Poste;Tél. portable;Portable;Mail"
    lignes = [
        'Mlle;Noma;Zoé;Accueil;="0387000000";;zoe0@metz.example',
        "M.;Nomb;Zoé;Accueil;;'0387000000;zoe1@metz.example",
    ]
    page = texte(apercu(connecte(gestionnaire_metz), "\r".join([titres, *lignes])))
    assert "2 comptes à créer sur 2" in page


def test_un_identifiant_se_plie_comme_une_recherche(gestionnaire_metz):
    page = texte(apercu(connecte(gestionnaire_metz), ENTETE + ligne(0, nom="Đorđević-Ŋgoma", prenom="Łucja")))
    assert "lucja.dordevic-ngoma" in page


def test_le_modele_a_les_colonnes_qu_un_import_lit(gestionnaire_metz, technicien_metz):
    """Sent back as it came, it lacks no column, only its lines."""
    client, adresse = connecte(gestionnaire_metz), f"{URL}techniciens.ods"
    assert adresse in client.get(URL).content.decode()
    renvoi = SimpleUploadedFile("techniciens.ods", client.get(adresse).content)
    page = texte(client.post(URL, {"fichier": renvoi}))
    assert "aucune ligne sous ses titres" in page and "Colonnes manquantes" not in page
    assert connecte(technicien_metz).get(adresse).status_code == 403
