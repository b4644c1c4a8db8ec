"""Import of existing conventions: a preview line by line, then the sound lines only (A-21, C-01, C-13)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actions.comptes import inactiver
from accounts.models.compte import Compte
from accounts.models.sessions import OUVERTE
from accounts.ods import classeur
from conventions import tasks as taches
from conventions.actions import importations
from conventions.actions.importations import demander_importation
from conventions.importation import COLONNES, lire
from conventions.models.conventions import Convention, Participation
from conventions.models.importations import Importation
from conventions.models.partenaires import Partenaire
from socle.acteurs import MACHINE
from tests import distribution
from tests.accounts.aides import courriels
from tests.echanges.xlsx import xlsx

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


def importer(client, envoi):
    """Confirm, let the worker do it, and return the page that tells what became of it."""
    suite = client.post("/conventions/importer/", envoi | {"confirmer": "oui"})
    assert "Importation en cours" in client.get(suite.url).content.decode()
    taches.echeances()
    return client.get(suite.url).content.decode()


def test_preview_then_import(client, caisse_moselle):
    """C-01, A-21: nothing before the confirmation; then the structure, the convention, both signatures, access."""
    envoi = {"caisse": str(caisse_moselle.pk), "csv": csv(BONNE, BONNE | {"siret": "123"})}
    page = client.post("/conventions/importer/", envoi).content.decode()
    assert "la structure est créée" in page
    assert "Un SIRET compte 14 chiffres." in page
    assert not Convention.objects.exists()
    assert not Partenaire.objects.exists()
    page = importer(client, envoi)
    assert "Lignes laissées de côté" in page and "1\N{NO-BREAK SPACE}convention importée" in page
    convention = Convention.objects.get()
    assert convention.statut == Convention.Statut.EN_VIGUEUR
    assert f"{convention.participations.get().debut:%d/%m/%Y}" == "31/01/2025"
    assert Participation.objects.ouvrant_le_portail().count() == 1
    encore = importer(client, envoi)
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
        ("courriel", "contact chez nous", "courriel"),
        ("nom", "Mme Durand 2 85 03 57 463 002 12", "sécurité sociale"),
        ("signee_le", "31/01/0202", "entre 1990"),
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


def test_as_people_paste_it(caisse_moselle):
    """Cells copied from a spreadsheet, titles as people write them, a title above, a blank row, « 1 250 »: the line of each is told."""
    titres = [nom.replace("signee_le", "Signée le").replace("_", " ").upper() for nom in COLONNES]
    rangs = [
        ["Conventions de 2025"],
        [],
        titres,
        list((BONNE | {"membres": "1\u202f250"}).values()),
        [""] * 12,
    ]
    rangs += [list((BONNE | {"siret": "123"}).values())]
    for separateur in "\t;":
        bonne, fausse = lire("\r\n".join(separateur.join(rang) for rang in rangs), caisse_moselle)
        assert bonne.erreurs == [] and bonne.valeurs["membres"] == 1250
        assert (bonne.numero, fausse.numero) == (4, 6) and "14 chiffres" in fausse.erreurs[0]


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
    "notification_violation_heures": ("aucun", None),
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
    importer(client, {"caisse": str(caisse_moselle.pk), "csv": "\n".join(rangs)})
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
    assert page.index("Laissée de côté") < page.index("Sera importée")
    lignes[0][-1] = "couleur"
    envoi["csv"] = "\n".join(map(";".join, lignes))
    assert "Colonne inconnue" in client.post("/conventions/importer/", envoi).content.decode()


def test_the_model_is_read_back(client, caisse_moselle):
    """M16: the file to fill in has every column, and its example is sound."""
    texte = client.get("/conventions/importer/modele.csv").content.decode()
    (ligne,) = lire(texte, caisse_moselle)
    assert ligne.erreurs == []


@pytest.mark.parametrize("forme", ["ods", "xlsx"])
def test_a_workbook_is_read_like_its_text(client, caisse_moselle, forme):
    """M16: numbers and days of a spreadsheet are those of the paper; what is confirmed is what was shown."""
    rangs = [list(COLONNES), [BONNE[nom] for nom in COLONNES]]
    if forme == "xlsx":
        rangs[1][COLONNES.index("siret")], rangs[1][COLONNES.index("duree_mois")] = int(BONNE["siret"]), 12
    octets = classeur("Conventions", rangs) if forme == "ods" else xlsx(rangs)
    fichier = SimpleUploadedFile(f"reprise.{forme}", octets)
    page = client.post("/conventions/importer/", {"caisse": str(caisse_moselle.pk), "fichiers": fichier})
    assert "la structure est créée" in page.content.decode()
    montre = page.context["form"].data["csv"]
    importer(client, {"caisse": str(caisse_moselle.pk), "csv": montre})
    assert Convention.objects.get().duree_mois == 12


def test_no_table_at_all(client, caisse_moselle):
    """A picture, or nothing, is refused with what to do."""
    envoi = {"caisse": str(caisse_moselle.pk)}
    assert "collez son contenu" in client.post("/conventions/importer/", envoi).content.decode()
    envoi["fichiers"] = SimpleUploadedFile("a.xlsx", b"%PDF-1.7")
    reponse = client.post("/conventions/importer/", envoi)
    assert reponse.status_code == 422 and "n’est pas un tableau" in reponse.content.decode()


def test_it_goes_on_after_a_stop_and_keeps_no_table(administrateur_moselle, caisse_moselle, monkeypatch):
    """M16: killed after a line, run again by two workers: each line once, the table wiped at the end."""
    deux = csv(BONNE, BONNE | {"siret": "90057001100016"}, BONNE | {"siret": "123"})
    importation = demander_importation(par=administrateur_moselle, caisse=caisse_moselle, texte=deux)
    faite = importations.reprendre_ligne

    def s_arrete(par, caisse, ligne):
        if ligne.numero == 3:
            raise KeyboardInterrupt
        return faite(par, caisse, ligne)

    with monkeypatch.context() as panne:
        panne.setattr(importations, "reprendre_ligne", s_arrete)
        with pytest.raises(KeyboardInterrupt):
            importations.poursuivre(importation.pk)
    importation.refresh_from_db()
    assert (importation.faites, importation.finie_le) == (1, None)
    assert importations.poursuivre(importation.pk) == 2
    assert importations.poursuivre(importation.pk) == 0
    importation.refresh_from_db()
    assert (len(importation.references), [un[0] for un in importation.refus]) == (2, [4])
    assert importation.texte == "" and Convention.objects.count() == 2


def test_who_lost_his_right_writes_nothing(administrateur_moselle, caisse_moselle):
    """A-21: asked again at each line."""
    importation = demander_importation(par=administrateur_moselle, caisse=caisse_moselle, texte=csv(BONNE))
    administrateur_moselle.caisses.clear()
    importations.poursuivre(importation.pk)
    importation.refresh_from_db()
    assert importation.refus[0][2] == [importations.SANS_DROIT]
    assert not Convention.objects.exists()


def test_an_import_is_told_and_asks_the_password(
    client, caisse_moselle, dpo_moselle, superviseur_moselle, administrateur_var, caisse_var
):
    """F3, A-21: a line opens the accounts of a structure that another caisse knows: they, it, and who watches are told."""
    structure = distribution.creer_partenaire(BONNE["siret"], BONNE["nom"], 14)
    distribution.creer_convention(structure, caisse_var)
    gestionnaire = distribution.creer_compte_actif(
        "gestionnaire.thionville", "gestionnaire", partenaire=structure
    )
    envoi = {"caisse": str(caisse_moselle.pk), "csv": csv(BONNE), "confirmer": "oui"}
    session = client.session
    session[OUVERTE] -= 11 * 60
    session.save()
    refus = client.post("/conventions/importer/", envoi)
    assert "Cet acte demande votre mot de passe" in refus.content.decode()
    assert not Importation.objects.exists()
    page = importer(client, envoi | {"identite-mot_de_passe": distribution.MOT_DE_PASSE})
    assert "1\N{NO-BREAK SPACE}convention importée" in page
    for veilleur in (dpo_moselle, superviseur_moselle):
        assert [un.gabarit for un in courriels(veilleur.email)] == ["conventions/importation"]
    for autre in (gestionnaire, administrateur_var):
        assert "conventions/en_vigueur" in {un.gabarit for un in courriels(autre.email)}


def test_who_was_closed_signs_nothing(administrateur_moselle, caisse_moselle):
    """A-15: the account closed after it asked, for the lines that are left."""
    importation = demander_importation(par=administrateur_moselle, caisse=caisse_moselle, texte=csv(BONNE))
    inactiver(administrateur_moselle, par=MACHINE, cause=Compte.Inactivation.FRAUDE)
    importations.poursuivre(importation.pk)
    importation.refresh_from_db()
    assert importation.refus[0][2] == [importations.SANS_DROIT]
    assert not Convention.objects.exists()
