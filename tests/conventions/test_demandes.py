"""What a convention changes for the demandes: public, retention, motifs closed, end and good end (C-06, C-09, C-16, C-17)."""

import datetime as dt
import html

import pytest
import time_machine
from celery import current_app
from django.urls import reverse

from conformite.gels import poser_gel
from conformite.models.travaux import Gel
from conformite.scellement import creer_cles
from conventions.actions import fins
from conventions.models.conventions import Participation
from signalements.models.demandes import Demande
from socle.acteurs import MACHINE
from socle.models import CourrielSortant
from tests.conventions.test_avenants import avenant, signer_l_avenant
from tests.distribution import creer_convention
from tests.signalements.fabrique import commencer, deposer

DEPART = dt.datetime(2026, 6, 8, 8, 0, tzinfo=dt.UTC)
NUIT = ("conventions.echeances", "demandes.echeances", "conventions.rappels")


@pytest.fixture
def voyage():
    """A Monday, with the keys of the year to come."""
    current_app.loader.import_default_modules()
    with time_machine.travel(DEPART, tick=False) as machine:
        creer_cles(DEPART.date() + dt.timedelta(days=420), DEPART.date())
        yield machine


def nuit():
    """Run the jobs as beat names them."""
    return {nom: current_app.tasks[nom].apply().get() for nom in NUIT}


def amender(client, convention, jour, **changements):
    """Draft and sign an avenant through the pages."""
    donnees = avenant(convention) | changements
    part = convention.participations.get()
    donnees[f"motifs_{part.caisse_id}"] = changements.get(
        "motifs", list(part.motifs.order_by("pk").values_list("pk", flat=True))
    )
    donnees.pop("motifs", None)
    # What the conventions of the cast say, apart from what changes.
    donnees |= {
        "denonciation_mois": str(convention.denonciation_mois or 3),
        "mise_en_demeure_jours": "",
        "mise_en_demeure_utilisation_jours": "",
        **changements,
    }
    reponse = client.post(f"/conventions/{convention.reference}/avenants/nouveau/", donnees)
    assert reponse.status_code == 302, reponse.content.decode()
    signer_l_avenant(client, convention, convention.avenants.count(), jour)


@pytest.fixture
def convention(voyage, metz):
    """The convention of Metz Métropole, with somebody to sign on each side."""
    convention = metz.conventions.get()
    for ordre, (partie, caisse) in enumerate(
        (("partenaire", None), ("caisse", convention.participations.get().caisse))
    ):
        convention.signataires.create(partie=partie, caisse=caisse, qualite="Président", ordre=ordre)
    return convention


@pytest.mark.parametrize("existant", [True, False], ids=["vaut pour l’existant", "pour la suite seulement"])
def test_a_new_retention_and_what_is_there(
    voyage, convention, technicien_metz, connecte, administrateur_moselle, existant
):
    """T-06, C-06, C-13: 6 months to 9 by avenant: what is received after, always; what is there, if it says so."""
    ancienne = deposer(technicien_metz)
    assert ancienne.terme_le == dt.date(2026, 12, 8)
    voyage.shift(dt.timedelta(days=1))
    suite = {"conservation_mois": "9"} | ({"vaut_pour_l_existant": "on"} if existant else {})
    amender(connecte(administrateur_moselle), convention, dt.date(2026, 6, 9), **suite)
    voyage.shift(dt.timedelta(days=1))
    nouvelle = deposer(technicien_metz)
    assert nouvelle.terme_le == dt.date(2027, 3, 10)
    assert nuit()["demandes.echeances"]["termes_changes"] == int(existant)
    assert nuit()["demandes.echeances"]["termes_changes"] == 0
    relue = Demande.objects.get(pk=ancienne.pk)
    assert relue.terme_le == (dt.date(2027, 3, 8) if existant else dt.date(2026, 12, 8))
    assert relue.contenu == ancienne.contenu


def test_a_shorter_retention_takes_back_no_prolongation(
    voyage, convention, technicien_metz, connecte, administrateur_moselle, dpo_moselle
):
    """T-06, D-15: what was prolonged because it was open, or is held, keeps its term; the others are moved, once."""
    prolongee, gelee, libre = (deposer(technicien_metz) for _ in range(3))
    Demande.objects.filter(pk=prolongee.pk).update(prolongations=1)
    gel = poser_gel(
        gelee,
        raison=Gel.Raison.CONTENTIEUX,
        jusqu_a=dt.date(2027, 1, 31),
        fuseau="Europe/Paris",
        par=dpo_moselle,
    )
    voyage.shift(dt.timedelta(days=1))
    amender(
        connecte(administrateur_moselle), convention, dt.date(2026, 6, 9),
        conservation_mois="3", vaut_pour_l_existant="on",
    )  # fmt: skip
    voyage.shift(dt.timedelta(days=1))
    assert nuit()["demandes.echeances"]["termes_changes"] == 1
    assert nuit()["demandes.echeances"]["termes_changes"] == 0
    assert convention.avenants.get().existant_traite_le is not None
    termes = [
        Demande.objects.get(pk=demande.pk).terme_le.isoformat() for demande in (prolongee, gelee, libre)
    ]
    assert termes == ["2026-12-08", "2027-01-31", "2026-09-08"]
    gel.refresh_from_db()
    assert gel.terme_initial == dt.date(2026, 9, 8), "the new term comes back with the end of the hold"
    assert Demande.objects.get(pk=libre.pk).contenu == libre.contenu


def test_open_demandes_are_named_before_the_end(
    voyage, convention, technicien_metz, connecte, administrateur_moselle, caisse_moselle
):
    """C-03, C-16, D-14: before the click and in each reminder, the demandes still open, by their references only."""
    demande = deposer(technicien_metz)
    client = connecte(administrateur_moselle)
    page = client.get(f"/conventions/{convention.reference}/caisses/moselle/denoncer/").content.decode()
    assert "1 demande ouverte" in page
    assert demande.reference in page
    caisse_moselle.courriel = "partenaires@moselle.example"
    caisse_moselle.save()
    jour = caisse_moselle.jour
    Participation.objects.filter(convention=convention).update(
        fin=jour + dt.timedelta(days=30), fin_cause="denonciation", denoncee_le=jour
    )
    nuit()
    (rappel,) = CourrielSortant.objects.filter(gabarit="conventions/rappel_fin")
    assert demande.reference in rappel.corps
    assert "Larivandière" not in rappel.corps + rappel.sujet


def test_good_end(voyage, convention, technicien_metz, connecte):
    """C-16: open demandes stay readable and answerable in the closing period, no new one; after it, nothing."""
    demande = deposer(technicien_metz)
    caisse = convention.participations.get().caisse
    fins.denoncer(
        par=MACHINE,
        participation=convention.participations.get(),
        lettre_du=caisse.jour,
        par_le_partenaire=True,
    )
    Participation.objects.filter(convention=convention).update(
        fin=caisse.jour, bonne_fin_jusqu_au=caisse.jour + dt.timedelta(days=10)
    )
    client = connecte(technicien_metz)
    adresse = reverse("demande", args=[demande.reference])
    assert client.get(adresse).status_code == 200
    ecrire = reverse("demande-agir", args=[demande.reference, "ecrire"])
    assert client.post(ecrire, {"ecrire-texte": "Avez-vous une date ?"}).status_code == 302
    assert demande.messages.count() == 1
    nouvelle = client.get(reverse("demande-nouvelle")).content.decode()
    assert "Pas de nouvelle demande possible" in nouvelle
    motif = reverse("demande-motif", args=["moselle", "difficulte"])
    assert client.get(motif).status_code in {403, 404}
    assert Demande.objects.count() == 1
    voyage.shift(dt.timedelta(days=10))
    assert connecte(technicien_metz).get(adresse).status_code in {302, 404}


def test_a_motif_closed_by_avenant(voyage, convention, technicien_metz, connecte, administrateur_moselle):
    """C-09: once switched off, an open demande goes on, no new one."""
    demande = deposer(technicien_metz)
    client = connecte(technicien_metz)
    choix = reverse("demande-motif", args=["moselle", "difficulte"])
    libelle = demande.motif.libelle
    assert libelle in client.get(choix).content.decode()
    restants = list(
        convention.participations.get()
        .motifs.exclude(pk=demande.motif_id)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    amender(connecte(administrateur_moselle), convention, dt.date(2026, 6, 8), motifs=restants)
    assert libelle not in client.get(choix).content.decode()
    assert client.get(reverse("demande", args=[demande.reference])).status_code == 200
    with time_machine.travel(DEPART + dt.timedelta(minutes=5), tick=False):
        refus = client.post(choix, {"motif": demande.motif_id})
    assert refus.status_code == 422
    assert Demande.objects.count() == 1


def test_public_concerned(voyage, convention, technicien_metz, connecte):
    """C-17: its text and its limit at the start of a demande; without one, everybody whom the structure receives."""
    client = connecte(technicien_metz)
    depart = reverse("demande-nouvelle")
    assert "toute personne accueillie par votre structure" in client.get(depart).content.decode()
    convention.public, convention.public_limite = "Personnes assurées du régime général", True
    convention.save()
    page = client.get(depart).content.decode()
    assert "Personnes assurées du régime général, à l’exclusion de tout autre." in page
    demande = commencer(technicien_metz)
    envoi, siens = f"/demandes/{demande.reference}/recapitulatif/", {"accord": "on", "consentement": "on"}
    assert client.post(envoi, siens).context["form"].errors.keys() == {"public"}
    assert client.post(envoi, siens | {"public": "on"}).url == f"/demandes/{demande.reference}/"
    demande.refresh_from_db()
    assert demande.contenu["attestations"] == ["public", "information", "accord", "consentement"]


def test_the_written_reason_at_the_next_connection(
    voyage, convention, technicien_metz, connecte, administrateur_moselle, caisse_var
):
    """A-16, C-05: whoever comes back reads what the caisse wrote; nobody else, and not on another caisse's account."""
    client, caisse = connecte(technicien_metz), connecte(administrateur_moselle)
    suspension = f"/conventions/{convention.reference}/caisses/moselle/suspendre/"
    nomme = "Madame Durand, 2 85 03 57 463 002 12, a été mal reçue"  # D-03: in any text of the portal
    assert caisse.post(suspension, {"raison": nomme}).status_code == 422
    assert caisse.post(suspension, {"raison": "Identifiants partagés."}).status_code == 302
    page = client.get("/", follow=True)
    assert page.redirect_chain[-1][0].endswith("raison=structure-suspendue")
    assert "Identifiants partagés." in page.content.decode()
    assert "Identifiants partagés." not in client.get("/connexion/").content.decode()
    autre = creer_convention(convention.partenaire, caisse_var)
    accueil = connecte(technicien_metz).get("/").content.decode()
    assert "Accès suspendu" in accueil
    assert "Identifiants partagés." in accueil
    assert autre.reference not in accueil
    assert caisse.post(suspension.replace("suspendre", "lever-suspension")).status_code == 302
    assert "Identifiants partagés." not in connecte(technicien_metz).get("/").content.decode()


def test_what_is_read_when_nothing_was_written_or_two_reasons(
    voyage, convention, technicien_metz, connecte, administrateur_moselle, caisse_var
):
    """A-16, C-05: nothing is made up when no reason was written; the suspension of today before an end of the past."""
    client, part = connecte(technicien_metz), convention.participations.get()
    hier = part.caisse.jour - dt.timedelta(days=1)
    type(part).objects.filter(pk=part.pk).update(fin=hier, fin_cause="denonciation")
    page = client.get("/", follow=True)
    assert page.redirect_chain[-1][0].endswith("raison=structure-fermee")
    assert "a écrit" not in page.content.decode()
    type(part).objects.filter(pk=part.pk).update(fin_raison="Manquements répétés.")
    page = connecte(technicien_metz).get("/", follow=True).content.decode()
    assert "a écrit : « Manquements répétés. »" in html.unescape(page).replace("\xa0", " ")
    autre = creer_convention(convention.partenaire, caisse_var).participations.get()
    type(autre).objects.filter(pk=autre.pk).update(
        suspendue_le=dt.datetime.now(dt.UTC), suspension_raison="Identifiants partagés."
    )
    page = connecte(technicien_metz).get("/", follow=True).content.decode()
    assert "Identifiants partagés." in page and "Manquements répétés." not in page


@pytest.mark.parametrize(
    ("dans", "lu"), [(1, "cesse le"), (0, "a cessé le"), (-30, "a cessé le"), (-31, None)]
)
def test_the_card_of_an_end(voyage, convention, technicien_metz, connecte, caisse_var, dans, lu):
    """C-05, A-16: the home page tells the end that comes, and for thirty days the one that came."""
    autre = creer_convention(convention.partenaire, caisse_var).participations.get()
    fin = autre.caisse.jour + dt.timedelta(days=dans)
    type(autre).objects.filter(pk=autre.pk).update(fin=fin, fin_cause="denonciation")
    accueil = connecte(technicien_metz).get("/").content.decode()
    assert ("Fin de la convention avec la CPAM du Var" in accueil) == (lu is not None)
    if lu:
        assert f"pour cette caisse {lu} {fin:%d/%m/%Y}" in accueil
