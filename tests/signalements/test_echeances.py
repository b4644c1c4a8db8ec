"""What the nightly job does when nobody acts (D-15, D-20), driven through the tasks that beat names."""

import datetime as dt
from collections import Counter

import pytest
import time_machine
from celery import current_app
from django.core import mail

from conformite.scellement import creer_cles
from signalements.actions import instruction
from signalements.models.absences import Absence
from signalements.models.chiffres import Chiffre
from signalements.models.demandes import Demande
from signalements.workflow import Statut
from socle import horloge
from socle.courriels import envoyer_courriels
from socle.models import CourrielSortant
from tests import distribution
from tests.conventions.aides import erreurs, rien_ne_change
from tests.signalements.fabrique import commencer, demande_en, deposer

# A Monday without public holiday around.
DEPART = dt.datetime(2026, 6, 8, 8, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _au_depart():
    current_app.loader.import_default_modules()
    with time_machine.travel(DEPART, tick=False) as voyage:
        creer_cles(DEPART.date() + dt.timedelta(days=420), DEPART.date())
        yield voyage


@pytest.fixture
def voyage(_au_depart):
    return _au_depart


def nuit() -> dict[str, int]:
    return current_app.tasks["demandes.echeances"].apply().get()


def courriels(gabarit: str) -> int:
    return CourrielSortant.objects.filter(gabarit=f"signalements/{gabarit}").count()


def a(voyage, jours: int, heure: int = 8) -> None:
    voyage.move_to(DEPART.replace(hour=heure) + dt.timedelta(days=jours))


def test_une_reponse_lue_se_clot_quinze_jours_apres(voyage, technicien_metz, agent_moselle):
    """D-20: fifteen days after the reading, not one less; unread, it stays."""
    lue = demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
    pas_lue = demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
    instruction.journaliser_lecture(lue, par=technicien_metz)
    a(voyage, 14)
    assert nuit()["closes"] == 0
    a(voyage, 15)
    assert nuit()["closes"] == 1 and nuit()["closes"] == 0
    lue.refresh_from_db()
    pas_lue.refresh_from_db()
    assert (lue.statut, pas_lue.statut) == (Statut.CLOTUREE, Statut.TRAITEE)
    assert courriels("cloturee") == 1


def test_relances_a_cinq_et_dix_jours_ouvres_puis_close_a_vingt(voyage, technicien_metz, agent_moselle):
    """D-20: reminders at 5 and 10 working days, closed « sans-reponse » at 20; each once, a missed night caught up."""
    demande = demande_en(Statut.EN_ATTENTE, technicien_metz, agent_moselle)
    depart = courriels("complement_demande")
    # Working days of Moselle after Monday 8 June 2026: the 5th is the 15th, the 10th the 22nd.
    for jours, relances in ((4, 0), (7, 1), (8, 1), (13, 1), (14, 2), (20, 2)):
        a(voyage, jours)
        nuit()
        nuit()
        assert courriels("complement_demande") - depart == relances, jours
    a(voyage, 27)
    nuit()
    demande.refresh_from_db()
    assert demande.statut == Statut.EN_ATTENTE
    a(voyage, 28)
    nuit()
    demande.refresh_from_db()
    assert (demande.statut, demande.issue) == (Statut.CLOTUREE, "sans-reponse")


def test_une_caisse_change_les_delais_des_rappels(
    voyage, connecte, technicien_metz, agent_moselle, administrateur_moselle, caisse_moselle
):
    """D-20: delays set through the caisse's page are those of its nights; an agent may not touch them."""
    delais = {"premiere_relance_jours": "2", "seconde_relance_jours": "3", "sans_reponse_jours": "4"}
    assert connecte(agent_moselle).post("/caisse/moselle/regler-relances/", delais).status_code == 403
    administrateur = connecte(administrateur_moselle)
    assert "après 5 et 10&nbsp;jours ouvrés" in administrateur.get("/caisse/moselle/").content.decode()
    page = administrateur.post("/caisse/moselle/regler-relances/", delais, follow=True).content.decode()
    assert (
        "Les rappels sont réglés." in page
        and "après 2 et 3&nbsp;jours ouvrés, clôture après 4&nbsp;jours ouvrés." in page
    )
    demande = demande_en(Statut.EN_ATTENTE, technicien_metz, agent_moselle)
    depart = courriels("complement_demande")
    for jours, relances in ((1, 0), (2, 1), (3, 2)):
        a(voyage, jours)
        nuit()
        assert courriels("complement_demande") - depart == relances, jours
    demande.refresh_from_db()
    assert demande.statut == Statut.EN_ATTENTE
    a(voyage, 4)
    nuit()
    demande.refresh_from_db()
    assert (demande.statut, demande.issue) == (Statut.CLOTUREE, "sans-reponse")


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("premiere_relance_jours", "0", "Indiquez un nombre de 1 à 60."),
        ("premiere_relance_jours", "jamais", "Indiquez un nombre entier."),
        ("seconde_relance_jours", "5", "Indiquez un délai plus long que le premier rappel."),
        ("sans_reponse_jours", "9", "Indiquez un délai plus long que le second rappel."),
        ("sans_reponse_jours", "61", "Indiquez un nombre de 1 à 60."),
    ],
)
def test_des_delais_absurdes_sont_refuses(
    connecte, administrateur_moselle, caisse_moselle, champ, valeur, phrase
):
    """D-20: the sentence stands beside the field, the caisse and the journal keep what they had."""
    delais = {"premiere_relance_jours": "5", "seconde_relance_jours": "10", "sans_reponse_jours": "20"}
    with rien_ne_change():
        reponse = connecte(administrateur_moselle).post(
            "/caisse/moselle/regler-relances/", delais | {champ: valeur}
        )
    assert erreurs(reponse) == {champ: phrase}


def test_ouverte_a_son_terme_elle_est_prolongee_jamais_detruite(voyage, technicien_metz, agent_moselle):
    """D-15: still open at the term, 15 days more at a time; once closed, it goes 15 days later."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    assert demande.terme_le == dt.date(2026, 12, 8)
    a(voyage, 183)  # 8 December, the last readable day
    assert nuit()["prolongees"] == 0
    a(voyage, 184)
    assert nuit()["prolongees"] == 1 and nuit()["prolongees"] == 0
    demande.refresh_from_db()
    assert (demande.terme_le, demande.prolongations) == (dt.date(2026, 12, 24), 1)
    assert demande.contenu["assure"]["nom"] == "Larivandière"
    instruction.declarer_irrecevable(demande, raison="doublon", texte="Déjà vue.", par=agent_moselle)
    assert demande.terme_le == dt.date(2026, 12, 24)


def test_avertis_trente_et_sept_jours_avant_le_terme(voyage, technicien_metz, agent_moselle):
    """D-15: technicien and agent are told 30 and 7 days before at the latest, once each, in the list of the week."""
    demande_en(Statut.CLOTUREE, technicien_metz, agent_moselle)
    for jours, attendus in ((146, 0), (147, 2), (148, 2), (154, 2), (174, 2), (175, 4), (176, 4), (183, 4)):
        a(voyage, jours)
        nuit()
        nuit()
        assert courriels("termes_proches") == attendus, jours


def test_m13_une_liste_par_semaine(voyage, technicien_metz, agent_moselle):
    """D-15: forty demandes over four weeks: a list a week to each, all named once at each threshold; closed ones apart."""
    ouverte = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    close = demande_en(Statut.CLOTUREE, technicien_metz, agent_moselle)
    for jours in range(1, 20):
        a(voyage, jours)
        demande_en(Statut.CLOTUREE, technicien_metz, agent_moselle)
    for jours in range(140, 204):
        a(voyage, jours)
        nuit()
    listes = CourrielSortant.objects.filter(gabarit="signalements/termes_proches")
    recues = list(listes.filter(destinataire=technicien_metz.email).order_by("pk"))
    semaines = [une.cree_le.isocalendar()[:2] for une in recues]
    assert len(set(semaines)) == len(semaines) <= 10
    premiere = recues[0].corps
    assert (
        premiere.index(ouverte.reference) < premiere.index("Déjà terminées") < premiere.index(close.reference)
    )
    nommees = "".join(une.corps for une in recues)
    assert {nommees.count(un.reference) for un in Demande.objects.filter(statut=Statut.CLOTUREE)} == {2}


def test_m13_la_liste_du_lundi_part_le_lendemain_s_il_le_faut(voyage, technicien_metz, agent_moselle):
    """A missed night catches up."""
    demande_en(Statut.CLOTUREE, technicien_metz, agent_moselle)
    a(voyage, 149)
    assert nuit()["avertissements"] == 1 and nuit()["avertissements"] == 0


def test_le_superviseur_et_le_remplacant_sont_avertis_aussi(
    voyage, technicien_metz, agent_moselle, superviseur_moselle, caisse_moselle, administrateur_moselle
):
    """D-15: the superviseurs of the caisse too; during an absence, the substitute instead of the agent; nobody else."""
    collegue = distribution.creer_compte_actif("collegue.moselle", "agent", caisses=(caisse_moselle,))
    demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    a(voyage, 147)
    absence = {"debut": caisse_moselle.jour, "fin": caisse_moselle.jour}
    Absence.objects.create(compte=agent_moselle, remplacant=collegue, **absence)
    nuit()
    avertis = CourrielSortant.objects.filter(gabarit="signalements/termes_proches")
    assert set(avertis.values_list("destinataire", flat=True)) == {
        technicien_metz.email,
        superviseur_moselle.email,
        collegue.email,
    }


def test_le_resume_du_matin_se_demande(voyage, technicien_metz, agent_moselle, superviseur_moselle):
    """D-08: counts by basket, once a day, to who asked for it; nothing when nothing awaits him."""
    resumes = current_app.tasks["demandes.resumes"].apply
    distribution.connecte(agent_moselle).post("/tri/preferences/", {"raccourcis": "on", "resume": "on"})
    assert resumes().get() == {"envoyes": 0}
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    a(voyage, 1)
    assert resumes().get() == {"envoyes": 1} and resumes().get() == {"envoyes": 0}
    message = CourrielSortant.objects.get(gabarit="signalements/resume_du_matin")
    assert message.destinataire == agent_moselle.email and message.chemin == "/tri/"
    assert "Les miennes : 1" in message.corps.replace("\xa0", " ") and demande.reference not in message.corps


def preferer(compte, rythme: str) -> None:
    adresse = "/tri/preferences/" if compte.cote_caisse else "/demandes/preferences/"
    assert distribution.connecte(compte).post(adresse, {"courriels": rythme}).status_code == 302


@pytest.mark.parametrize(("rythme", "attendus"), [("jour", [1, 2, 8]), ("semaine", [5]), ("portail", [])])
def test_les_nouvelles_viennent_au_rythme_choisi(voyage, technicien_metz, agent_moselle, rythme, attendus):
    """M20: what happened comes in one list, at the chosen pace; the portal says it at once; what rules demand is mailed."""
    resumes = current_app.tasks["demandes.resumes"].apply
    preferer(technicien_metz, rythme)
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    partis, depart = [], dt.datetime(2026, 6, 10, 4, tzinfo=dt.UTC)  # a Wednesday
    voyage.move_to(depart)
    client = distribution.connecte(technicien_metz)
    for jour in range(1, 11):
        if jour in (1, 2, 8):
            instruction.ecrire(demande, texte="Bonjour.", par=agent_moselle)
            assert "Un nouveau message" in client.get("/notifications/").content.decode()
        voyage.move_to(depart + dt.timedelta(days=jour))
        client = distribution.connecte(technicien_metz)
        if resumes().get()["envoyes"]:
            partis.append(jour)
    assert partis == attendus
    par_courriel = CourrielSortant.objects.filter(destinataire=technicien_metz.email)
    assert par_courriel.filter(gabarit="signalements/accuse_reception", au_portail=False).exists()


def test_la_liste_des_nouvelles_tait_ce_qui_a_ete_lu(voyage, technicien_metz, agent_moselle, metz):
    """D-14, M12: references and links of what was not read in the portal; the common mailbox keeps its own pace."""
    metz.courriel = "contact@metz.example"
    metz.save(update_fields=["courriel"])
    preferer(technicien_metz, "jour")
    lue, autre = (demande_en(Statut.EN_COURS, technicien_metz, agent_moselle) for _ in range(2))
    for une in (lue, autre):
        instruction.ecrire(une, texte="Pour Élodie Larivandière.", par=agent_moselle)
    distribution.connecte(technicien_metz).get(f"/demandes/{lue.reference}/")
    a(voyage, 1)
    current_app.tasks["demandes.resumes"].apply()
    message = CourrielSortant.objects.get(gabarit="signalements/resume_du_matin")
    assert message.destinataire == technicien_metz.email and message.sujet.startswith("1")
    assert autre.reference in message.corps and lue.reference not in message.corps
    assert "Larivandière" not in message.corps
    commune = CourrielSortant.objects.filter(destinataire="contact@metz.example", envoye_le=None)
    assert commune.filter(gabarit="signalements/message_recu").count() == 2


def test_un_mois_d_un_compte_charge(voyage, settings, technicien_metz, agent_moselle):
    """M12, M13: thirty days of a busy account, by the clock: what leaves is one list a week and one mail a day at most."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    preferer(technicien_metz, "jour")
    demandes = [demande_en(Statut.EN_COURS, technicien_metz, agent_moselle) for _ in range(12)]
    a(voyage, 1)
    envoyer_courriels()
    autres, listes = Counter(), Counter()
    for jours in range(147, 177):
        a(voyage, jours, heure=6)
        mail.outbox = []
        nuit()
        current_app.tasks["demandes.resumes"].apply()
        envoyer_courriels()
        for recu in (un for un in mail.outbox if un.to == [technicien_metz.email]):
            if recu.subject.startswith("Effacement proche"):
                listes[horloge.jour("Europe/Paris").isocalendar()[:2]] += 1
            else:
                autres[jours] += 1
        a(voyage, jours, heure=14)
        for rang in range(4):
            instruction.ecrire(demandes[(jours + rang) % 12], texte="Bonjour.", par=agent_moselle)
    assert set(listes.values()) == {1} and set(autres.values()) == {1}
    # Four pieces of news a day, told each morning but the first.
    assert len(autres) == 29 and 1 < len(listes) <= 5


def test_un_rappel_part_meme_a_qui_ne_veut_pas_de_courriel(voyage, technicien_metz, agent_moselle):
    """D-20: what is asked may wait in the portal, a reminder is mailed before the demande is closed."""
    preferer(technicien_metz, "portail")
    demande_en(Statut.EN_ATTENTE, technicien_metz, agent_moselle)
    demandes = CourrielSortant.objects.filter(gabarit="signalements/complement_demande").order_by("pk")
    assert [une.au_portail for une in demandes] == [True]
    a(voyage, 8)
    nuit()
    assert [une.au_portail for une in demandes.all()] == [True, False]


def test_l_agent_choisit_aussi(voyage, technicien_metz, agent_moselle):
    """M20: one mail a morning for what awaits and what happened, on the desk of the caisse too."""
    distribution.connecte(agent_moselle).post(
        "/tri/preferences/", {"courriels": "jour", "resume": "on", "raccourcis": "on"}
    )
    demande = demande_en(Statut.EN_ATTENTE, technicien_metz, agent_moselle)
    instruction.completer(demande, texte="Depuis mai.", par=technicien_metz)
    a(voyage, 1)
    assert current_app.tasks["demandes.resumes"].apply().get() == {"envoyes": 1}
    message = CourrielSortant.objects.get(gabarit="signalements/resume_du_matin")
    corps = message.corps.replace("\xa0", " ")
    assert "Mes réponses reçues : 1" in corps and demande.reference in corps


def test_lisible_jusqu_a_minuit_puis_purgee(voyage, technicien_metz, agent_moselle):
    """T-06: readable until 24:00 of the term day in the caisse's zone, destroyed in the first run after it."""
    demande = demande_en(Statut.CLOTUREE, technicien_metz, agent_moselle)
    purger = current_app.tasks["conformite.purger"]
    voyage.move_to(dt.datetime(2026, 12, 8, 22, 59, tzinfo=dt.UTC))  # 23:59 in Metz
    purger.apply()
    assert Demande.objects.get().contenu["texte"]
    voyage.move_to(dt.datetime(2026, 12, 8, 23, 1, tzinfo=dt.UTC))  # 00:01 on the 9th in Metz
    purger.apply()
    assert not Demande.objects.filter(pk=demande.pk).exists()
    figures = Chiffre.objects.filter(dimension__in=("recue", "issue")).values_list("mois", "valeur", "nombre")
    assert set(figures) == {(dt.date(2026, 6, 1), "", 1), (dt.date(2026, 6, 1), "droits-ouverts", 1)}


def test_un_brouillon_oublie_disparait_apres_trente_jours(voyage, technicien_metz):
    """D-15: drafts, 30 days after their last change; no figure is kept of what was never sent."""
    commencer(technicien_metz)
    a(voyage, 30)
    current_app.tasks["conformite.purger"].apply()
    assert Demande.objects.count() == 1
    a(voyage, 31)
    current_app.tasks["conformite.purger"].apply()
    assert Demande.objects.count() == 0 and Chiffre.objects.count() == 0


def test_la_promesse_se_decale_du_temps_attendu(voyage, technicien_metz, agent_moselle):
    """The promised date moves by the working days spent waiting for the structure."""
    demande = deposer(technicien_metz)
    promise = demande.promise_le
    instruction.prendre_en_charge(demande, par=agent_moselle)
    instruction.demander_complement(demande, texte="Depuis quand ?", par=agent_moselle)
    a(voyage, 7)
    instruction.completer(demande, texte="Depuis mai.", par=technicien_metz)
    assert demande.caisse.jours_ouvres_entre(promise, demande.promise_le) == 5
