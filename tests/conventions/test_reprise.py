"""Import of existing conventions: a preview line by line, then the sound lines only (A-21, C-01, C-13)."""

import pytest

from conventions.importation import COLONNES, lire
from conventions.models.conventions import Convention, Participation
from conventions.models.partenaires import Partenaire

BONNE = {
    "siret": "90068001800018",
    "nom": "CCAS de Thionville",
    "type": "CCAS",
    "membres": "14",
    "domaines": "ccas-thionville.example",
    "courriel": "ccas@ccas-thionville.example",
    "signee_le": "31/01/2025",
    "utilisation_signee_le": "03/02/2025",
    "duree_mois": "12",
    "denonciation": "avant-echeance",
    "preavis_mois": "3",
    "services": "difficulte,document",
}


def csv(*lignes):
    """Return the CSV of these lines."""
    rangs = [";".join(COLONNES)] + [";".join(ligne[nom] for nom in COLONNES) for ligne in lignes]
    return "\ufeff" + "\n".join(rangs)


@pytest.fixture
def client(connecte, administrateur_moselle):
    """The administrateur of Moselle."""
    return connecte(administrateur_moselle)


def test_preview_then_import(client, caisse_moselle):
    """C-01, A-21: nothing before the confirmation; then the structure, the convention, both signatures, access."""
    envoi = {"caisse": str(caisse_moselle.pk), "csv": csv(BONNE, BONNE | {"siret": "123"})}
    page = client.post("/conventions/importer/", envoi).content.decode()
    assert "la structure est créée" in page
    assert "Un SIRET compte 14 chiffres." in page
    assert not Convention.objects.exists()
    assert not Partenaire.objects.exists()
    reste = client.post("/conventions/importer/", envoi | {"confirmer": "oui"}).content.decode()
    assert "Laissée de côté" in reste
    convention = Convention.objects.get()
    assert convention.statut == Convention.Statut.EN_VIGUEUR
    assert f"{convention.participations.get().debut:%d/%m/%Y}" == "31/01/2025"
    assert Participation.objects.ouvrant_le_portail().count() == 1
    encore = client.post("/conventions/importer/", envoi | {"confirmer": "oui"}).content.decode()
    assert "une convention est déjà en vigueur avec cette structure" in encore
    assert Convention.objects.count() == 1


@pytest.mark.parametrize(
    ("colonne", "valeur", "phrase"),
    [
        ("siret", "90068001800019", "clé de contrôle est fausse"),
        ("nom", "", "indiquez le nom"),
        ("type", "mairie", "un de :"),
        ("membres", "-3", "un nombre de 1"),
        ("membres", "²", "un nombre de 1"),
        ("domaines", "gmail.com", "messagerie grand public"),
        ("signee_le", "29/02/2023", "une date qui existe"),
        ("signee_le", "31/01/2099", "ne peut être à venir"),
        ("utilisation_signee_le", "01/01/2025", "la convention est signée la première"),
        ("duree_mois", "0", "un nombre de 1 à 120"),
        ("denonciation", "jamais", "un de :"),
        ("preavis_mois", "0", "indiquez le préavis"),
        ("services", "inconnu", "service inconnu"),
    ],
)
def test_bad_lines(caisse_moselle, colonne, valeur, phrase):
    """C-13: each bad value is named with what to do; the line is left out."""
    (ligne,) = lire(csv(BONNE | {colonne: valeur}), caisse_moselle)
    assert phrase in " ".join(ligne.erreurs)


@pytest.mark.parametrize(("texte", "phrase"), [("rien", "Il manque des colonnes"), ("x" * 400_001, "400000")])
def test_not_such_a_file(client, caisse_moselle, texte, phrase):
    """A file of another kind is refused beside its field."""
    reponse = client.post("/conventions/importer/", {"caisse": str(caisse_moselle.pk), "csv": texte})
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()


def test_another_caisse_is_refused(client, caisse_moselle, caisse_var):
    """A-21: an administrateur imports for his own caisses only."""
    reponse = client.post(
        "/conventions/importer/", {"caisse": str(caisse_var.pk), "csv": csv(BONNE), "confirmer": "oui"}
    )
    assert reponse.status_code == 422
    assert not Convention.objects.exists()


def test_the_same_structure_twice(caisse_moselle):
    """One line per structure."""
    _, seconde = lire(csv(BONNE, BONNE), caisse_moselle)
    assert "déjà à la ligne 2" in " ".join(seconde.erreurs)


REGLES = {
    "mise_en_demeure_jours": ("15", 15),
    "delai_habilitation_jours": ("10", 10),
    "quota_gestionnaires": ("1", [[0, 1]]),
    "quota_techniciens": ("5/15/25", [[10, 5], [25, 15], [0, 25]]),
    "conservation_mois": ("12", 12),
    "notification_transfert_heures": ("24", 24),
    "responsabilite": ("chacune", "chacune"),
    "bilan": ("referents", "referents"),
    "comite_pilotage": ("oui", True),
    "reconduction_tacite": ("oui", True),
    "utilisation_en_annexe": ("oui", True),
    "public": ("Personnes du régime général", "Personnes du régime général"),
    "autres_signataires": ("CARSAT Nord-Est", ["CARSAT Nord-Est"]),
}


def test_every_rule_may_have_its_column(client, caisse_moselle):
    """C-13, M16: what the paper said from the start is imported, not mended by avenants; another party signs too."""
    noms = [*COLONNES, *REGLES]
    rangs = [";".join(noms), ";".join([*BONNE.values(), *(saisie for saisie, _ in REGLES.values())])]
    envoi = {"caisse": str(caisse_moselle.pk), "csv": "\n".join(rangs), "confirmer": "oui"}
    assert client.post("/conventions/importer/", envoi).status_code == 302
    convention = Convention.objects.get()
    assert {nom: getattr(convention, nom) for nom in REGLES} == {nom: lu for nom, (_, lu) in REGLES.items()}
    assert convention.statut == Convention.Statut.EN_VIGUEUR


@pytest.mark.parametrize(
    ("nom", "saisie"),
    [
        ("comite_pilotage", "peut-être"),
        ("quota_techniciens", "5/15"),
        ("bilan", "x"),
        ("conservation_mois", "-1"),
    ],
)
def test_a_bad_rule_is_told_first(client, caisse_moselle, nom, saisie):
    """M16: a line left out comes before those that are sound; an unknown column is refused."""
    lignes = [
        [*COLONNES, nom],
        [*BONNE.values(), ""],
        [*(BONNE | {"siret": "90057001100016"}).values(), saisie],
    ]
    envoi = {"caisse": str(caisse_moselle.pk), "csv": "\n".join(map(";".join, lignes))}
    page = client.post("/conventions/importer/", envoi).content.decode()
    assert f"{nom}\xa0:" in page or f"{nom} :" in page
    assert page.index("Laissée de côté") < page.index("Sera reprise")
    lignes[0][-1] = "couleur"
    envoi["csv"] = "\n".join(map(";".join, lignes))
    assert "Colonne inconnue" in client.post("/conventions/importer/", envoi).content.decode()


def test_the_model_is_read_back(client, caisse_moselle):
    """M16: the file to fill in has every column, and its example is sound."""
    texte = client.get("/conventions/importer/modele.csv").content.decode()
    (ligne,) = lire(texte, caisse_moselle)
    assert ligne.erreurs == []
