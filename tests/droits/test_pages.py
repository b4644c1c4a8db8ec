"""Journal, retention and jobs: who sees what, within which perimeter (R-04, D-15)."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conformite.journal import Acte, consigner
from conformite.models.journal import LigneJournal
from conformite.models.travaux import Execution, FreinPurge, Gel
from droits import libelles
from droits.perimetre import lignes_visibles_par
from signalements.actions import instruction
from signalements.models.demandes import Demande
from socle import horloge
from tests.distribution import creer_convention
from tests.signalements.fabrique import deposer

PAGES = ("journal", "conservation", "executions")
OUVERTES = {
    "dpo_moselle": PAGES,
    "administrateur_moselle": PAGES,
    "national": ("conservation", "executions"),
    "agent_moselle": (),
    "superviseur_moselle": (),
    "technicien_metz": (),
    "gestionnaire_metz": (),
}


@pytest.mark.parametrize("adresse", PAGES)
@pytest.mark.parametrize("qui", OUVERTES)
def test_each_profile_opens_its_pages_and_no_other(request, connecte, adresse, qui):
    reponse = connecte(request.getfixturevalue(qui)).get(reverse(adresse))
    assert reponse.status_code == (200 if adresse in OUVERTES[qui] else 403)


@pytest.mark.django_db
@pytest.mark.parametrize("adresse", PAGES)
def test_an_anonymous_visitor_is_sent_to_sign_in(client, adresse):
    assert client.get(reverse(adresse)).url.startswith(reverse("connexion"))


@pytest.mark.parametrize("adresse", PAGES)
def test_the_pages_of_reading_take_no_post(connecte, dpo_moselle, adresse):
    assert connecte(dpo_moselle).post(reverse(adresse)).status_code == 405


# --- The journal


@pytest.fixture
def lignes(technicien_metz, technicien_grimaud, agent_moselle, caisse_var, metz):
    """A demande of Moselle that its agent takes, one of Var, and one of the shared structure with Var."""
    de_metz, du_var = deposer(technicien_metz), deposer(technicien_grimaud)
    instruction.prendre_en_charge(de_metz, par=agent_moselle)
    creer_convention(metz, caisse_var)
    ailleurs = deposer(technicien_metz, caisse=caisse_var)
    return {"metz": de_metz.reference, "var": du_var.reference, "ailleurs": ailleurs.reference}


def references(reponse) -> list[str]:
    return [ligne.reference for ligne, *_ in reponse.context["lignes"] if ligne.acte != "journal.lire"]


def test_the_journal_shows_its_perimeter_only(connecte, dpo_moselle, lignes):
    reponse = connecte(dpo_moselle).get(reverse("journal"))
    lues = references(reponse)
    assert lues.count(lignes["metz"]) == 2
    assert lignes["var"] not in lues
    assert lignes["ailleurs"] not in lues, "what a shared structure does with another caisse is the other's"
    contenu = reponse.content.decode()
    assert "technicien.metz" in contenu
    assert "technicien.grimaud" not in contenu


def test_m19_r04_a_reading_in_a_list_is_found_by_reference(connecte, dpo_moselle, agent_moselle, lignes):
    """Who was shown a person by a list, or by a search, is found as who opened her demande; and exported."""
    agent = connecte(agent_moselle)
    agent.get("/tri/?panier=ouvertes")
    agent.post("/tri/", {"mots": "Larivandière"})
    agent.get(f"/tri/{lignes['metz']}/")
    criteres = {"reference": lignes["metz"], "acte": "lectures"}
    dpo = connecte(dpo_moselle)
    vues = [ligne.acte for ligne, *_ in dpo.get(reverse("journal"), criteres).context["lignes"]]
    assert vues.count("demande.lire_tri") == 2 and "demande.lire" in vues
    fichier = dpo.get(reverse("journal-exporter"), criteres).content.decode()
    assert fichier.count("agent.moselle") >= 3


@pytest.mark.parametrize(
    ("criteres", "attendues"),
    [
        ({"compte": "agent.moselle", "acte": "demande."}, ["metz"]),
        ({"compte": "TECHNICIEN.METZ", "reference": "{metz}"}, ["metz"]),
        ({"acte": "demande."}, ["metz", "metz"]),
        ({"reference": "{var}"}, []),
        ({"du": "2020-01-01", "au": "2020-01-31"}, []),
        ({"acte": "demande.", "avant": "zzz"}, ["metz", "metz"]),
        ({"acte": "demande.", "avant": "1"}, []),
    ],
)
def test_the_journal_is_searched_by_account_reference_act_and_period(
    connecte, dpo_moselle, lignes, criteres, attendues
):
    criteres = {nom: valeur.format_map(lignes).lower() for nom, valeur in criteres.items()}
    reponse = connecte(dpo_moselle).get(reverse("journal"), criteres)
    assert reponse.status_code == 200
    assert references(reponse) == [lignes[une] for une in attendues]


@pytest.mark.parametrize(
    ("criteres", "phrase"),
    [
        ({"compte": "technicien.grimaud"}, "Aucun compte de votre périmètre"),
        ({"compte": "personne"}, "Aucun compte de votre périmètre"),
        ({"du": "2026-02-30"}, "une date qui existe"),
        ({"du": "0001-01-01"}, "entre 1990 et 2100"),
        ({"du": "2026-03-02", "au": "2026-03-01"}, "précède son début"),
        ({"reference": "x" * 41}, "au plus 40"),
    ],
)
def test_a_wrong_search_is_a_field_error(connecte, dpo_moselle, lignes, criteres, phrase):
    reponse = connecte(dpo_moselle).get(reverse("journal"), criteres)
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()


def test_an_administrateur_does_not_see_what_an_act_carries(
    connecte, administrateur_moselle, dpo_moselle, lignes
):
    prise = "après&nbsp;: En cours de traitement"
    assert prise not in connecte(administrateur_moselle).get(reverse("journal")).content.decode()
    assert prise in connecte(dpo_moselle).get(reverse("journal")).content.decode()


def test_no_line_for_whom_the_journal_is_closed(
    lignes, technicien_metz, agent_moselle, national, dpo_moselle
):
    """R-04: the query itself gives nothing to the other profiles, whatever page would ask it."""
    for compte in (technicien_metz, agent_moselle, national):
        assert not lignes_visibles_par(compte).exists()
    assert lignes_visibles_par(dpo_moselle).exists()


def test_the_journal_is_read_in_words(connecte, dpo_moselle, agent_moselle):
    """R-04: lists, codes and models of the lines are words; a line outlives the model that it names."""
    consigner(
        Acte.GEL_POSER,
        objet=agent_moselle,
        citees=["D26-AAAA", "D26-BBBB"],
        vers="en_cours",
        rien=None,
        urgente=True,
    )
    contenu = connecte(dpo_moselle).get(reverse("journal"), {"acte": "gel."}).content.decode()
    assert f"compte n°\xa0{agent_moselle.pk}" in contenu
    assert libelles.objet(LigneJournal(objet_type="a.disparu", objet_id="7")) == "a.disparu n°\xa07"
    for attendu in (
        "D26-AAAA, D26-BBBB",
        "après&nbsp;: En cours de traitement",
        "rien&nbsp;: –",
        "urgente&nbsp;: oui",
    ):
        assert attendu in contenu


def test_a_search_is_logged_with_its_number_of_results_and_never_its_words(connecte, dpo_moselle, lignes):
    connecte(dpo_moselle).get(reverse("journal"), {"compte": "agent.moselle", "acte": "demande."})
    ligne = LigneJournal.objects.get(acte="journal.lire")
    assert ligne.compte == dpo_moselle.pk
    assert ligne.details == {"resultats": 1}


def test_all_who_saw_a_demande_are_found_and_exported(
    connecte, dpo_moselle, agent_moselle, superviseur_moselle, technicien_metz, lignes
):
    """R-04: who opened it, and who had it in a list or a search; the answer to the authority is one file."""
    connecte(agent_moselle).get(f"/tri/{lignes['metz']}/")
    connecte(superviseur_moselle).get("/tri/?panier=ouvertes")
    connecte(superviseur_moselle).post("/tri/", {"mots": "Larivandière"})
    connecte(technicien_metz).get("/demandes/")
    client = connecte(dpo_moselle)
    recherche = {"reference": lignes["metz"], "acte": "lectures"}
    page = client.get(reverse("journal"), recherche).content.decode()
    assert f'href="{reverse("journal-exporter")}?reference={lignes["metz"]}&amp;acte=lectures"' in page
    reponse = client.get(reverse("journal-exporter"), recherche)
    assert reponse["Content-Type"].startswith("text/csv")
    qui = [ligne.split(";")[1:3] for ligne in reponse.content.decode().splitlines()[1:]]
    assert sorted(qui) == [
        ["Demande lue", "agent.moselle"],
        ["File de tri lue", "superviseur.moselle"],
        ["File de tri lue", "superviseur.moselle"],
        ["Liste des demandes de la structure lue", "technicien.metz"],
    ]
    ligne = LigneJournal.objects.get(acte="journal.exporter")
    assert (ligne.compte, ligne.details) == (dpo_moselle.pk, {"resultats": 4})
    # Another reference of the perimeter, and one that is not.
    assert (
        len(client.get(reverse("journal-exporter"), {"reference": lignes["var"]}).content.splitlines()) == 1
    )


def test_older_lines_are_a_click_away(connecte, dpo_moselle, caisse_moselle):
    for rang in range(60):
        consigner(Acte.GEL_LEVER, objet=Gel(caisse=caisse_moselle.pk, reference=f"R{rang}"))
    client = connecte(dpo_moselle)
    premiere = client.get(reverse("journal"), {"acte": "gel."})
    assert len(premiere.context["lignes"]) == 50
    suivante = client.get(reverse("journal"), {"acte": "gel.", "avant": premiere.context["suite"]})
    assert references(suivante) == [f"R{rang}" for rang in range(9, -1, -1)]


def test_the_journal_costs_the_same_with_one_line_and_with_forty(
    connecte, dpo_moselle, caisse_moselle, technicien_metz, django_assert_num_queries
):
    client = connecte(dpo_moselle)
    client.get(reverse("journal"))
    consigner(Acte.GEL_LEVER, par=technicien_metz, objet=caisse_moselle)
    with CaptureQueriesContext(connection) as une:
        client.get(reverse("journal"))
    for _ in range(40):
        consigner(Acte.GEL_LEVER, par=technicien_metz, objet=caisse_moselle)
    with django_assert_num_queries(len(une)):
        client.get(reverse("journal"))


# --- Jobs


def test_the_jobs_that_did_not_run_for_their_period_are_shown(connecte, administrateur_moselle):
    maintenant = horloge.temps_reel()
    Execution.objects.create(
        nom="conformite.purger",
        statut="reussie",
        debut=maintenant - dt.timedelta(days=5),
        fin=maintenant - dt.timedelta(days=5),
        compteurs={"demandes": 12},
    )
    reponse = connecte(administrateur_moselle).get(reverse("executions"))
    assert "conservation" in [etat.nom for _, etat in reponse.context["en_retard"]]
    contenu = reponse.content.decode()
    assert "En retard" in contenu
    assert "demandes&nbsp;: 12" in contenu


# --- Retention


def test_the_calendar_comes_from_the_declarations(connecte, dpo_moselle):
    contenu = connecte(dpo_moselle).get(reverse("conservation")).content.decode()
    for morceau in ("Demandes", "réception par la caisse", "Journal", "12 mois", "Courriels envoyés"):
        assert morceau in contenu


@pytest.fixture
def frein(db):
    return FreinPurge.objects.create(
        modele="signalements.demande", constate_le=horloge.maintenant(), volume=900, total=1000
    )


def test_a_dpo_releases_the_brake_once(connecte, dpo_moselle, frein):
    client = connecte(dpo_moselle)
    assert "Purge arrêtée" in client.get(reverse("conservation")).content.decode()
    reponse = client.post(reverse("frein-liberer", args=[frein.pk]), follow=True)
    assert "La purge est libérée" in reponse.content.decode()
    assert "Purge libérée" in reponse.content.decode()
    frein.refresh_from_db()
    assert frein.libere_par == dpo_moselle.pk
    encore = client.post(reverse("frein-liberer", args=[frein.pk]), follow=True)
    assert "déjà libérée" in encore.content.decode()
    assert LigneJournal.objects.filter(acte="purge.liberer", compte=dpo_moselle.pk).count() == 1


@pytest.mark.parametrize("qui", ["administrateur_moselle", "national", "agent_moselle", "technicien_metz"])
def test_nobody_else_releases_the_brake(request, connecte, frein, qui):
    client = connecte(request.getfixturevalue(qui))
    assert client.post(reverse("frein-liberer", args=[frein.pk])).status_code == 403
    frein.refresh_from_db()
    assert frein.libere_le is None
    page = client.get(reverse("conservation"))
    assert "Libérer cette purge" not in page.content.decode()


def test_a_brake_that_does_not_exist_or_is_closed_is_not_found(connecte, dpo_moselle, frein):
    client = connecte(dpo_moselle)
    assert client.post(reverse("frein-liberer", args=[frein.pk + 1])).status_code == 404
    FreinPurge.objects.update(clos_le=horloge.maintenant(), cloture="sans-objet")
    assert client.post(reverse("frein-liberer", args=[frein.pk])).status_code == 404
    assert client.get(reverse("frein-liberer", args=[frein.pk])).status_code == 404


# --- What is open past its term (D-15)


@pytest.mark.parametrize(
    ("qui", "montree"), [("dpo_moselle", True), ("administrateur_moselle", False), ("national", False)]
)
def test_d15_the_dpo_sees_every_day_what_is_kept_past_its_term(
    request, connecte, technicien_metz, qui, montree
):
    demande = deposer(technicien_metz)
    client = connecte(request.getfixturevalue(qui))
    assert "Demandes prolongées" not in client.get("/").content.decode()
    Demande.objects.filter(pk=demande.pk).update(prolongations=2)
    assert (demande.reference in client.get(reverse("conservation")).content.decode()) is montree
    assert ("Demandes prolongées" in client.get("/").content.decode()) is montree
    Demande.objects.filter(pk=demande.pk).update(
        statut=Demande.Statut.ANNULEE, terminee_le=horloge.maintenant()
    )
    assert demande.reference not in client.get(reverse("conservation")).content.decode()
