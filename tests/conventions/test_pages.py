"""Pages of conventions: what each profile gets, and what is refused (C-06, C-07, A-21)."""

import datetime as dt

import pytest
from django.urls import reverse
from icalendar import Calendar

from conformite.models.journal import LigneJournal
from conventions import regles
from conventions.actions import fins
from conventions.models.conventions import Convention
from socle.models import CourrielSortant
from socle.profils import Profil
from tests.distribution import creer_compte_actif, creer_convention, creer_partenaire


@pytest.fixture
def reference(metz):
    """The reference of the convention of Metz Métropole."""
    return Convention.objects.get(partenaire=metz).reference


PAGES_ADMINISTRATEUR = [
    "/conventions/",
    "/conventions/?onglet=a-faire",
    "/conventions/?q=Metz&page=abc",
    "/conventions/nouvelle/",
    "/conventions/nouvelle/?siret=90057001100016",
    "/conventions/nouvelle/?siret=90068001800018",
    "/conventions/{ref}/",
    "/conventions/{ref}/?au=2026-10-01",
    "/conventions/{ref}/?au=jamais",
    "/conventions/{ref}/avenants/nouveau/",
    "/conventions/{ref}/referents/nouveau/",
    "/conventions/{ref}/sous-traitances/nouvelle/",
    "/conventions/{ref}/evaluation/",
    "/conventions/{ref}/caisses/moselle/denoncer/",
    "/conventions/{ref}/caisses/moselle/mettre-en-demeure/",
    "/conventions/{ref}/caisses/moselle/suspendre/",
    "/partenaires/",
    "/partenaires/?q=metz",
    "/partenaires/90057001100016/",
    "/partenaires/90057001100016/modifier/",
    "/appelant/",
    "/caisse/moselle/",
    "/caisse/moselle/decrire/",
    "/caisse/moselle/regler-relances/",
    "/caisse/moselle/poles/nouveau/",
    "/caisse/moselle/motifs/saisine-mas/regler/",
    "/caisse/moselle/vecteurs/nouveau/",
    "/caisse/moselle/jours-chomes/nouveau/",
]


@pytest.mark.parametrize("adresse", PAGES_ADMINISTRATEUR)
def test_administrateur_gets_each_page(connecte, administrateur_moselle, reference, adresse):
    """The caisse's administrateur is served."""
    reponse = connecte(administrateur_moselle).get(adresse.format(ref=reference))
    assert reponse.status_code == 200, reponse


@pytest.mark.parametrize(
    "piece",
    [
        "convention",
        "utilisation",
        "protection-des-donnees",
        "referents",
        "vecteurs-de-contact",
        "engagement-de-confidentialite",
    ],
)
def test_documents(connecte, gestionnaire_metz, reference, piece):
    """C-14: each document is a tagged PDF."""
    reponse = connecte(gestionnaire_metz).get(reverse("convention-pdf", args=[reference, piece]))
    assert reponse.status_code == 200
    assert reponse.content.startswith(b"%PDF-")
    assert connecte(gestionnaire_metz).get(f"/conventions/{reference}/inconnue.pdf").status_code == 404


@pytest.mark.parametrize("profil", ["technicien_metz", "gestionnaire_metz"])
def test_partner_reads_its_own_convention_only(connecte, request, profil, reference, grimaud):
    """C-07: read-only for the partner; another structure's convention does not exist for it."""
    client = connecte(request.getfixturevalue(profil))
    page = client.get(f"/conventions/{reference}/")
    assert page.status_code == 200
    assert "Rédiger un avenant" not in page.content.decode()
    assert client.get("/conventions/").status_code == 200
    autre = Convention.objects.get(partenaire=grimaud).reference
    assert client.get(f"/conventions/{autre}/").status_code == 404
    for acte in ("avenants/nouveau/", "caisses/moselle/denoncer/", "clauses/"):
        assert client.get(f"/conventions/{reference}/{acte}").status_code == 403
    assert client.post(f"/conventions/{reference}/mettre-a-la-signature/").status_code == 403


def test_another_caisse_finds_nothing(connecte, administrateur_var, reference):
    """A caisse's administrateur cannot read, list or guess another caisse's convention."""
    client = connecte(administrateur_var)
    assert client.get(f"/conventions/{reference}/").status_code == 404
    assert "Aucune convention trouvée" in client.get(f"/conventions/?q={reference}").content.decode()
    assert reference not in client.get("/conventions/").content.decode()
    assert client.get(f"/conventions/{reference}/caisses/moselle/denoncer/").status_code == 404
    assert client.get(f"/conventions/{reference}/convention.pdf").status_code == 404
    assert client.get("/caisse/moselle/").status_code == 404


@pytest.mark.parametrize("profil", ["agent_moselle", "superviseur_moselle", "dpo_moselle", "national"])
def test_others_have_no_right(connecte, request, profil, reference):
    """Agents, superviseur and DPO do not manage conventions; the national one sees none of them here."""
    client = connecte(request.getfixturevalue(profil))
    assert client.get("/conventions/").status_code == 403
    assert client.get(f"/conventions/{reference}/").status_code == 403
    assert client.get("/partenaires/").status_code == 403
    assert client.get("/caisse/").status_code == 403


def test_national_pages(connecte, national, administrateur_moselle):
    """The national administrateur creates caisses; nobody else."""
    client = connecte(national)
    assert client.get("/national/caisses/").status_code == 200
    donnees = {
        "code": "reunion",
        "nom": "CGSS de La Réunion",
        "departement": "974",
        "domaines": "cgss.example",
    }
    assert client.post("/national/caisses/nouvelle/", donnees).status_code == 302
    assert "CGSS de La Réunion" in client.get("/national/caisses/").content.decode()
    assert connecte(administrateur_moselle).get("/national/caisses/").status_code == 403


def test_known_siret_shows_identity_never_the_conventions(connecte, administrateur_var, metz, reference):
    """A-21: by the exact SIRET, another caisse sees identity, members and domains, never the others' conventions."""
    page = connecte(administrateur_var).get(f"/partenaires/{metz.siret}/").content.decode()
    assert "Metz Métropole" in page
    assert reference not in page
    assert connecte(administrateur_var).get(f"/partenaires/{metz.siret}/modifier/").status_code == 403
    assert "Metz" not in connecte(administrateur_var).get("/partenaires/").content.decode()


def test_due_soon_and_export(connecte, administrateur_moselle, caisse_moselle, metz):
    """C-03, T-01: what is due within three months, soonest first; the list as CSV, without formula nor accident."""
    bientot = regles.plus_mois(caisse_moselle.jour + dt.timedelta(days=40), -12)
    creer_convention(creer_partenaire("90068001800018", "=Bientôt"), caisse_moselle, debut=bientot)
    client = connecte(administrateur_moselle)
    page = client.get("/conventions/?sous=90").content.decode()
    assert "=Bientôt" in page
    assert metz.nom not in page
    assert "=Bientôt" not in client.get("/conventions/?sous=30").content.decode()
    assert client.get("/conventions/?sous=-1").status_code == 200
    export = client.get("/conventions/?sous=90&export=csv")
    lignes = export.content.decode("utf-8-sig").splitlines()
    assert len(lignes) == 2
    assert ";'=Bientôt;" in lignes[1]
    assert LigneJournal.objects.filter(acte="convention.exporter").count() == 1


def test_the_structures_as_a_table(
    connecte, administrateur_moselle, administrateur_var, caisse_moselle, metz
):
    """M13: the structures of the caisse, all or of one kind, as CSV, never as a formula; those of another caisse are not there."""
    creer_convention(creer_partenaire("90068001800018", "=Bientôt", type="association"), caisse_moselle)
    client = connecte(administrateur_moselle)
    assert "?type=association&amp;export=csv" in client.get("/partenaires/?type=association").content.decode()
    toutes = client.get("/partenaires/?export=csv").content.decode("utf-8-sig").splitlines()
    assert {ligne.split(";")[1] for ligne in toutes[1:]} == {metz.nom, "'=Bientôt"}
    (_, une) = (
        client.get("/partenaires/?type=association&export=csv").content.decode("utf-8-sig").splitlines()
    )
    assert une.startswith("90068001800018;'=Bientôt;Association;")
    (_,) = (
        connecte(administrateur_var).get("/partenaires/?export=csv").content.decode("utf-8-sig").splitlines()
    )
    assert [
        un.details["nombre"] for un in LigneJournal.objects.filter(acte="partenaire.exporter").order_by("pk")
    ] == [2, 1, 0]


@pytest.fixture
def surveillees(caisse_moselle, administrateur_moselle):
    """Two conventions: one suspended with a formal notice, without gestionnaire; one that is renewed in fifty days."""
    jour = caisse_moselle.jour
    suspendue = creer_convention(
        creer_partenaire("90068001800018", "Alerte", 5), caisse_moselle, mise_en_demeure_jours=15
    )
    part = suspendue.participations.get()
    fins.suspendre(par=administrateur_moselle, participation=part, raison="Manquement")
    fins.mettre_en_demeure(
        par=administrateur_moselle,
        participation=part,
        document="convention",
        manquement="Silence.",
        envoyee_le=jour,
        par_le_partenaire=False,
    )
    calme = creer_convention(
        creer_partenaire("90057001100016", "Calme", 5, type="association"),
        caisse_moselle,
        debut=regles.plus_mois(jour + dt.timedelta(days=50), -12),
        denonciation="avant-echeance",
        denonciation_mois=1,
    )
    creer_compte_actif("gestionnaire.calme", Profil.GESTIONNAIRE, partenaire=calme.partenaire)
    return suspendue, calme


def test_what_is_to_be_watched(connecte, administrateur_moselle, surveillees):
    """M13: suspended, formal notice, without gestionnaire: told, and found; by kind of structure; by last day."""
    client = connecte(administrateur_moselle)
    for alerte in ("suspendue", "mise-en-demeure", "sans-gestionnaire"):
        page = client.get("/conventions/", {"alerte": alerte}).content.decode()
        assert "Alerte" in page and "Calme" not in page, alerte
    page = client.get("/conventions/", {"type": "association"}).content.decode()
    assert "Calme" in page and "Alerte" not in page
    page = client.get("/conventions/", {"tri": "denoncer"}).content.decode()
    assert page.index("Calme") < page.index("Alerte")
    assert client.get("/conventions/", {"alerte": "x", "tri": "y", "type": "z"}).status_code == 200


def test_the_dates_as_a_calendar(connecte, administrateur_moselle, surveillees, caisse_moselle):
    """M13: the letter, then the échéance, in a file that an agenda takes; one line in the journal."""
    client = connecte(administrateur_moselle)
    reponse = client.get("/conventions/", {"sous": "90", "export": "ics"})
    assert reponse["Content-Type"].startswith("text/calendar")
    evenements = {str(un["summary"]): un["dtstart"].dt for un in Calendar.from_ical(reponse.content).events}
    echeance = caisse_moselle.jour + dt.timedelta(days=50)
    reference = surveillees[1].reference
    assert evenements[f"Reconduction – Calme ({reference})"] == echeance
    assert evenements[f"Dernier jour pour dénoncer – Calme ({reference})"] == regles.plus_mois(echeance, -1)
    assert not any("Alerte" in titre for titre in evenements)
    assert LigneJournal.objects.filter(acte="convention.exporter").count() == 1


def test_home_counts_and_opens_the_list(connecte, administrateur_moselle, caisse_moselle, surveillees):
    """M12: one card with the figure of the day, whatever their number."""
    for siret, nom in (("90057001100024", "Seconde"), ("90057001100032", "Tierce")):
        creer_convention(creer_partenaire(siret, nom), caisse_moselle)
    page = connecte(administrateur_moselle).get("/").content.decode()
    assert "?alerte=sans-gestionnaire" in page and "?alerte=mise-en-demeure" in page
    assert "Seconde" not in page and "Tierce" not in page


@pytest.mark.usefixtures("technicien_metz")
def test_the_page_that_suspends_says_what_happens(
    connecte, administrateur_moselle, caisse_moselle, reference
):
    """A-16: accounts and seats stay; the page that ends a convention says the reverse, and nothing of suspension."""
    base = f"/conventions/{reference}/caisses/{caisse_moselle.code}/"
    client = connecte(administrateur_moselle)
    suspend = client.get(f"{base}suspendre/").content.decode()
    assert "conservé avec sa place" in suspend and "effacement six mois" not in suspend
    denonce = client.get(f"{base}denoncer/").content.decode()
    assert "effacement six mois plus tard" in denonce and "suspendue garde" not in denonce


def test_members_changed_by_one_caisse_told_to_the_others(
    connecte, administrateur_moselle, caisse_moselle, caisse_var, metz
):
    """A-21, Q-05: any caisse with a convention in force changes the members; the others and the structure are told."""
    for caisse in (caisse_var, caisse_moselle):
        caisse.courriel = f"partenaires@{caisse.code}.example"
        caisse.save()
    creer_convention(metz, caisse_var)
    metz.courriel = "contact@metz.example"
    metz.save()
    client = connecte(administrateur_moselle)
    fiche = {"nom": metz.nom, "membres": "8", "domaines": "metz.example", "courriel": "contact@metz.example"}
    adresse = f"/partenaires/{metz.siret}/modifier/"
    assert client.post(adresse, fiche | {"membres": "-4"}).status_code == 422
    assert client.post(adresse, fiche | {"domaines": "gmail.com"}).status_code == 422
    assert not CourrielSortant.objects.exists()
    assert client.post(adresse, fiche).status_code == 302
    metz.refresh_from_db()
    assert metz.places(Profil.GESTIONNAIRE) == 2
    assert set(CourrielSortant.objects.values_list("destinataire", flat=True)) == {
        "partenaires@var.example", "contact@metz.example",
    }  # fmt: skip
    autre = fiche | {"domaines": "metz.example\nville-metz.example"}
    assert client.post(adresse, autre).status_code == 302
    lignes = LigneJournal.objects.filter(acte="partenaire.modifier").order_by("pk")
    assert [ligne.details.get("membres") for ligne in lignes] == [8, None]
