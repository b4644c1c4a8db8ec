"""Rendez-vous (D-13): wanted slots, proposal, choice, calendar file, cancellation, no-show."""

import datetime as dt
import html
import re
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from caisses.models import JourChome
from caisses.regles import jour_ouvre_apres
from conformite.models.journal import LigneJournal
from signalements.actions import instruction, rendez_vous
from signalements.forms.contenu import ContenuForm
from signalements.models.rendez_vous import RendezVous
from signalements.workflow import Statut
from socle import horloge
from socle.models import CourrielSortant
from tests import distribution
from tests.signalements.fabrique import commencer, deposer

SOUHAIT = {
    "raison_portail": "autonomie",
    "lieu": "telephone",
    "moments": ["mardi-matin"],
    "besoins": ["interprete"],
    "langue": "Ourdou",
    "telephone": "03 99 00 11 22",
}


def lue(reponse) -> str:
    return html.unescape(reponse.content.decode()).replace("\xa0", " ")


@pytest.fixture
def demande(technicien_metz, agent_moselle):
    demande = deposer(technicien_metz, "rdv-ame", **SOUHAIT)
    instruction.prendre_en_charge(demande, par=agent_moselle)
    return demande


def dans(jours: int, heure: int = 10) -> dt.datetime:
    """A day of the past, or a working day to come."""
    jour = horloge.jour("Europe/Paris")
    jour = jour_ouvre_apres(jour, jours, "57") if jours > 0 else jour + dt.timedelta(days=jours)
    return dt.datetime.combine(jour, dt.time(heure, 30))


def proposer(client, demande, *creneaux: dt.datetime):
    saisie = {
        f"proposer-creneaux-creneau_{rang}": f"{creneau:%Y-%m-%dT%H:%M}"
        for rang, creneau in enumerate(creneaux, 1)
    }
    saisie |= {
        "proposer-creneaux-duree": "30",
        "proposer-creneaux-lieu": "telephone",
        "proposer-creneaux-precisions": "Mme Ourliac appellera.",
    }
    return client.post(f"/tri/{demande.reference}/proposer-creneaux/", saisie)


def choisir(client, demande, creneau: RendezVous):
    return client.post(
        f"/demandes/{demande.reference}/accepter-creneau/", {"accepter-creneau-creneau": creneau.pk}
    )


def test_du_creneau_propose_au_fichier_agenda(demande, technicien_metz, agent_moselle):
    """D-13: the .ics carries the instant of the accepted slot, and nobody's name."""
    agent, technicien = distribution.connecte(agent_moselle), distribution.connecte(technicien_metz)
    page = agent.get(f"/tri/{demande.reference}/").content.decode()
    assert "Ourdou" in page and "03 99 00 11 22" in page.replace("\xa0", " ") and "Mardi matin" in page
    assert proposer(agent, demande, dans(3), dans(4, 15)).status_code == 302
    page = technicien.get(f"/demandes/{demande.reference}/").content.decode()
    assert "à 10\xa0h\xa030" in page and "à 15\xa0h\xa030" in page and "Mme Ourliac appellera." in page
    assert "choisissez un créneau ou demandez-en d’autres" in page
    retenu = demande.rendez_vous.order_by("debut").last()
    assert choisir(technicien, demande, retenu).status_code == 302
    demande.refresh_from_db()
    assert demande.statut == Statut.EN_COURS
    assert set(demande.rendez_vous.values_list("statut", flat=True)) == {"accepte", "ecarte"}
    for client, prefixe in ((technicien, "demandes"), (agent, "tri")):
        reponse = client.get(f"/{prefixe}/{demande.reference}/rendez-vous.ics")
        evenement = Calendar.from_ical(reponse.content).events[0]
        assert evenement.start == dans(4, 15).replace(tzinfo=ZoneInfo("Europe/Paris"))
        assert "Larivandi" not in reponse.content.decode()
    gabarits = set(CourrielSortant.objects.values_list("gabarit", flat=True))
    assert {f"signalements/rendez_vous_{fin}" for fin in ("propose", "accepte", "confirme")} <= gabarits


def test_l_heure_est_celle_de_la_caisse(technicien_metz, agent_moselle, demande):
    """A slot typed at 10:30 is 10:30 where the caisse is, not where the server is."""
    demande.caisse.fuseau = "Indian/Reunion"
    demande.caisse.save()
    proposer(distribution.connecte(agent_moselle), demande, dans(3))
    rdv = demande.rendez_vous.get()
    assert rdv.debut.astimezone(ZoneInfo("Indian/Reunion")).time() == dt.time(10, 30)


@pytest.mark.parametrize(
    ("creneaux", "phrase"),
    [
        ((), "Proposez au moins un créneau."),
        ((dans(-1),), "Ce créneau est déjà passé."),
        ((dt.datetime(9999, 12, 31, 10, 30),), "entre 1990 et 2100"),
    ],
)
def test_creneaux_impossibles(demande, agent_moselle, creneaux, phrase):
    reponse = proposer(distribution.connecte(agent_moselle), demande, *creneaux)
    assert reponse.status_code == 422 and phrase in reponse.content.decode()
    assert not demande.rendez_vous.exists()


def test_d_autres_creneaux_demandes(demande, technicien_metz, agent_moselle):
    proposer(distribution.connecte(agent_moselle), demande, dans(3))
    client = distribution.connecte(technicien_metz)
    # A complement is not an answer to a slot.
    assert (
        client.post(f"/demandes/{demande.reference}/completer/", {"completer-texte": "x"}).status_code == 403
    )
    reponse = client.post(
        f"/demandes/{demande.reference}/refuser-creneaux/", {"refuser-creneaux-texte": "Plutôt le jeudi."}
    )
    assert reponse.status_code == 302
    demande.refresh_from_db()
    assert demande.statut == Statut.EN_COURS and not demande.rendez_vous.proposes().exists()
    assert proposer(distribution.connecte(agent_moselle), demande, dans(5)).status_code == 302


def test_un_creneau_deja_ecarte_ne_se_choisit_plus(demande, technicien_metz, agent_moselle):
    """Two tabs: the second choice is refused with a sentence, the first stays."""
    proposer(distribution.connecte(agent_moselle), demande, dans(3), dans(4))
    premier, second = demande.rendez_vous.order_by("debut")
    client = distribution.connecte(technicien_metz)
    assert choisir(client, demande, premier).status_code == 302
    assert choisir(client, demande, second).status_code == 409
    assert RendezVous.objects.get(statut="accepte") == premier


@pytest.mark.parametrize("cote", ["partenaire", "caisse"])
def test_annuler_le_rendez_vous(demande, technicien_metz, agent_moselle, cote):
    """D-13: by either side, once there is one, once; its file for the calendar comes and goes with it."""
    compte, prefixe = (technicien_metz, "demandes") if cote == "partenaire" else (agent_moselle, "tri")
    client, page = distribution.connecte(compte), f"/{prefixe}/{demande.reference}/"

    def annuler():
        saisie = {"annuler-rendez-vous-texte": "Empêchement de dernière minute."}
        return client.post(f"{page}annuler-rendez-vous/", saisie).status_code

    proposer(distribution.connecte(agent_moselle), demande, dans(3))
    assert annuler() == 409 and f"{page}rendez-vous.ics" not in client.get(page).text
    choisir(distribution.connecte(technicien_metz), demande, demande.rendez_vous.get())
    assert f"{page}rendez-vous.ics" in client.get(page).text
    assert "Ajouter à mon agenda" in client.get(page).text
    assert annuler() == 302 and demande.rendez_vous.get().statut == "annule"
    assert "Retirer de mon agenda" in client.get(page).text and "Ajouter à mon" not in client.get(page).text
    assert annuler() == 409
    annonce = CourrielSortant.objects.filter(gabarit="signalements/rendez_vous_annule").get()
    assert annonce.destinataire == (agent_moselle if cote == "partenaire" else technicien_metz).email


@pytest.mark.parametrize("acte", ["colleague", "annuler", "irrecevable"])
def test_ce_qui_met_fin_au_rendez_vous_atteint_chaque_agenda(
    demande, technicien_metz, collegue_metz, agent_moselle, acte
):
    """D-13: cancelled by a colleague, or with its demande: the file takes it out, and all who agreed are told."""
    agenda, client = Agenda(True, True), distribution.connecte(technicien_metz)
    proposer(distribution.connecte(agent_moselle), demande, dans(3))
    choisir(distribution.connecte(collegue_metz), demande, demande.rendez_vous.get())
    fichier = f"/demandes/{demande.reference}/rendez-vous.ics"
    agenda.ouvrir(client.get(fichier).content)
    assert len(agenda.heures) == 1
    saisies = {
        "colleague": (collegue_metz, "demandes", "annuler-rendez-vous", {"texte": "Empêchement."}),
        "annuler": (collegue_metz, "demandes", "annuler", {"texte": "Plus besoin."}),
        "irrecevable": (
            agent_moselle,
            "tri",
            "declarer-irrecevable",
            {"raison": "hors-motif", "texte": "Hors motif."},
        ),
    }
    compte, bord, verbe, saisie = saisies[acte]
    champs = {f"{verbe}-{nom}": valeur for nom, valeur in saisie.items()} | {"confirmation": "oui"}
    reponse = distribution.connecte(compte).post(f"/{bord}/{demande.reference}/{verbe}/", champs)
    assert reponse.status_code == 302, reponse.content.decode()[:2000]
    assert demande.rendez_vous.get().statut == "annule"
    agenda.ouvrir(client.get(fichier).content)
    assert agenda.heures == [] and "Retirer de mon agenda" in client.get(fichier.rpartition("rendez")[0]).text
    dits = CourrielSortant.objects.filter(gabarit="signalements/rendez_vous_annule")
    assert set(dits.values_list("destinataire", flat=True)) == {
        technicien_metz.email,
        agent_moselle.email,
    } - {compte.email}


class Agenda:
    """A diary that is given files: what each of the four software reads of them, and nothing else.

    Google and Apple read the state of an event, Outlook the method of the file, Thunderbird either; none goes back to an
    older sequence. Google and old Outlooks know no zone that a file describes: only UTC is an instant for all.
    """

    def __init__(self, methode: bool, etat: bool) -> None:
        self.methode, self.etat, self.tenus = methode, etat, {}

    def ouvrir(self, contenu: bytes) -> None:
        lignes = contenu.decode().split("\r\n")
        assert all(len(ligne.encode()) <= 75 for ligne in lignes) and not lignes[-1]
        champs = dict(
            ligne.split(":", 1) for ligne in contenu.decode().replace("\r\n ", "").split("\r\n")[:-1]
        )
        assert {"UID", "DTSTAMP", "SEQUENCE", "ORGANIZER", "PRODID", "VERSION"} <= champs.keys()
        debut = dt.datetime.strptime(champs["DTSTART"], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
        sequence, cle = int(champs["SEQUENCE"]), champs["UID"]
        assert sequence > self.tenus.get(cle, (0, None))[0]
        retire = (self.methode and champs["METHOD"] == "CANCEL") or (
            self.etat and champs["STATUS"] == "CANCELLED"
        )
        self.tenus[cle] = (sequence, None if retire else debut)

    @property
    def heures(self) -> list[dt.datetime]:
        return [debut for _, debut in self.tenus.values() if debut]


@pytest.mark.parametrize(
    ("methode", "etat"),
    [(True, False), (False, True), (True, True)],
    ids=["Outlook", "Google, Apple", "Thunderbird"],
)
@pytest.mark.parametrize("fuseau", ["Europe/Paris", "Indian/Reunion", "America/Martinique"])
def test_l_agenda_suit_le_rendez_vous(demande, technicien_metz, agent_moselle, methode, etat, fuseau):
    """D-13: winter and summer, read alike; a change moves what the diary holds, a cancellation takes it away."""
    type(demande.caisse).objects.filter(pk=demande.caisse_id).update(fuseau=fuseau)
    technicien, agenda = distribution.connecte(technicien_metz), Agenda(methode, etat)
    jour = horloge.maintenant().date() + dt.timedelta(days=7)
    for mois in (0, 4, 8):
        debut = dt.datetime.combine(jour + dt.timedelta(days=30 * mois), dt.time(10, 30), ZoneInfo(fuseau))
        rendez_vous.proposer_creneaux(
            demande, creneaux=[debut], duree=30, lieu="caisse", precisions="Guichet 2", par=agent_moselle
        )
        demande.refresh_from_db()
        assert choisir(technicien, demande, demande.rendez_vous.proposes().get()).status_code == 302
        agenda.ouvrir(technicien.get(f"/demandes/{demande.reference}/rendez-vous.ics").content)
        assert agenda.heures == [debut]
        demande.refresh_from_db()
        rendez_vous.annuler_rendez_vous(demande, texte="Empêchement.", par=agent_moselle)
        agenda.ouvrir(technicien.get(f"/demandes/{demande.reference}/rendez-vous.ics").content)
        assert agenda.heures == []


@pytest.mark.parametrize("passe", [False, True], ids=["a venir", "passe"])
def test_le_creneau_change_remplace_celui_qui_etait_convenu(demande, technicien_metz, agent_moselle, passe):
    """D-13: no cancellation first; the diary moves, refused slots leave what was agreed."""
    technicien, agent, agenda = (
        distribution.connecte(technicien_metz),
        distribution.connecte(agent_moselle),
        Agenda(True, True),
    )
    page = f"/demandes/{demande.reference}/"
    for jour in (3, 4):
        proposer(agent, demande, dans(jour), dans(jour, 15))
        choisi = demande.rendez_vous.proposes().order_by("-debut").first()
        assert choisir(technicien, demande, choisi).status_code == 302
        agenda.ouvrir(technicien.get(f"{page}rendez-vous.ics").content)
        assert agenda.heures == [choisi.debut]
    assert (
        "– remplacé" in technicien.get(page).text
        and "– remplacé" in agent.get(f"/tri/{demande.reference}/").text
    )
    proposer(agent, demande, dans(5))
    technicien.post(f"{page}refuser-creneaux/", {"refuser-creneaux-texte": "Plutôt le jeudi."})
    assert RendezVous.objects.get(statut="accepte") == choisi
    if passe:
        demande.rendez_vous.filter(pk=choisi.pk).update(debut=horloge.maintenant() - dt.timedelta(minutes=1))
    proposer(agent, demande, dans(6))
    assert choisir(technicien, demande, demande.rendez_vous.proposes().get()).status_code == 302
    agenda.ouvrir(technicien.get(f"{page}rendez-vous.ics").content)
    assert agenda.heures == [dans(6).replace(tzinfo=ZoneInfo("Europe/Paris"))]


@pytest.mark.parametrize("venue", ["honore", "manque"])
def test_venue_ou_absence_notee_par_l_agent(demande, technicien_metz, agent_moselle, venue):
    """D-13: nobody says whether the person came before the hour of the rendez-vous."""
    proposer(distribution.connecte(agent_moselle), demande, dans(3))
    choisir(distribution.connecte(technicien_metz), demande, demande.rendez_vous.get())
    client = distribution.connecte(agent_moselle)

    def noter():
        return client.post(f"/tri/{demande.reference}/noter-venue/", {"noter-venue-venue": venue}).status_code

    assert "Dire si le rendez-vous a eu lieu" not in client.get(f"/tri/{demande.reference}/").text
    assert noter() == 409 and demande.rendez_vous.get().statut == "accepte"
    demande.rendez_vous.update(debut=horloge.maintenant() - dt.timedelta(minutes=1))
    # Its hour gone, neither side cancels what may be a no-show.
    for compte, prefixe in ((technicien_metz, "demandes"), (agent_moselle, "tri")):
        adresse = f"/{prefixe}/{demande.reference}/annuler-rendez-vous/"
        saisie = {"annuler-rendez-vous-texte": "Elle ne viendra pas."}
        assert distribution.connecte(compte).post(adresse, saisie).status_code == 409
    assert "Dire si le rendez-vous a eu lieu" in client.get(f"/tri/{demande.reference}/").text
    assert noter() == 302 and demande.rendez_vous.get().statut == venue
    assert noter() == 409


def test_le_numero_a_appeler_n_est_qu_un_numero(technicien_metz):
    """D-13, D-03: one more field, a phone number; a NIR there is refused."""
    demande = commencer(technicien_metz, "rdv-ame", **SOUHAIT)
    initial = ContenuForm.initial_de(demande.contenu, urgente=False)
    for numero, attendu in (
        ("2 85 03 57 463 123 45", "sécurité sociale"),
        ("12", "10 chiffres"),
        ("+262 262 00 00 00", ""),
    ):
        form = ContenuForm(initial | {"telephone": numero}, demande=demande)
        assert (attendu in str(form.errors.get("telephone", ""))) and form.is_valid() == (not attendu)


def test_le_motif_ne_se_confond_pas_avec_celui_d_une_etude(demande, technicien_metz, agent_moselle):
    """D-01: « AME » is a motif of two services; away from its service it says which."""
    for compte, adresse in ((technicien_metz, "/demandes/"), (agent_moselle, "/tri/?panier=les-miennes")):
        page = distribution.connecte(compte).get(adresse).text
        assert demande.reference in page and "Rendez-vous\u00a0: AME" in page


def test_pas_de_creneau_quand_la_caisse_est_fermee(demande, agent_moselle):
    """D-13, T-04: not on a Sunday, not on a holiday of the caisse (Saint-Étienne in Moselle), not at night."""
    client, adresse = distribution.connecte(agent_moselle), f"/tri/{demande.reference}/proposer-creneaux/"
    for creneau, refus in (
        ("13/12/2099 10:30", "fermée ce jour-là"),
        ("25/12/2099 10:30", "fermée ce jour-là"),
        ("14/12/2099 23:00", "entre 7 h et 20 h"),
        ("14/12/2020 10:30", "déjà passé"),
        ("14/12/2099 19:30", ""),
    ):
        saisie = {"creneau_1": creneau, "duree": "30", "lieu": "caisse", "precisions": "Guichet 3."}
        reponse = client.post(adresse, {f"proposer-creneaux-{nom}": un for nom, un in saisie.items()})
        page = reponse.content.decode().replace("\xa0", " ").replace("&nbsp;", " ")
        assert reponse.status_code == (422 if refus else 302) and refus in page, creneau


def test_la_semaine_de_la_caisse(demande, agent_moselle, technicien_metz, agent_var, time_machine):
    """D-13: proposed and agreed slots, by day, with who has them; closed days say why; nobody is named, nothing of elsewhere."""
    time_machine.move_to(dt.datetime(2026, 12, 21, 9, 0, tzinfo=ZoneInfo("Europe/Paris")), tick=False)
    client = distribution.connecte(agent_moselle)
    JourChome.objects.create(caisse=demande.caisse, jour=dt.date(2026, 12, 24), libelle="Pont de Noël")
    proposer(client, demande, dt.datetime(2026, 12, 23, 10, 30), dt.datetime(2026, 12, 30, 14, 0))
    page = lue(client.get("/tri/semaine/"))
    # a list that is read leaves its line.
    lue_la = LigneJournal.objects.filter(acte="demande.lire_tri").get()
    assert (lue_la.citees, lue_la.compte) == ([demande.reference], agent_moselle.pk)
    assert "semaine du lundi 21 décembre 2026" in page
    jours = re.split(r"<h2>", page)[1:]
    assert len(jours) == 5 and "10 h 30" in jours[2] and f"{demande.reference}</a>, proposé" in jours[2]
    assert (
        "Pont de Noël" in jours[3] and "Noël" in jours[4] and "14 h" not in page and "Larivandi" not in page
    )
    assert "14 h" in lue(client.get("/tri/semaine/?du=2026-12-29"))
    assert demande.reference not in lue(distribution.connecte(agent_var).get("/tri/semaine/"))
    assert client.get("/tri/semaine/?du=bientot").status_code == 200
    assert distribution.connecte(technicien_metz).get("/tri/semaine/").status_code == 403


def test_rendez_vous_propose_est_un_mot(demande, technicien_metz, agent_moselle):
    """D-13: in the lists and on the pages of both sides: no complement was asked."""
    client = distribution.connecte(agent_moselle)
    proposer(client, demande, dans(3))
    for compte, adresses in (
        (agent_moselle, ("/tri/?panier=en-attente", f"/tri/{demande.reference}/")),
        (technicien_metz, ("/demandes/?filtre=a-vous", f"/demandes/{demande.reference}/")),
    ):
        for adresse in adresses:
            page = lue(distribution.connecte(compte).get(adresse))
            corps = page[page.index("<h1") :]
            assert "Rendez-vous proposé" in corps, adresse
            assert not re.search(r"fr-badge[^>]*>Complément demandé", corps), adresse


def test_le_lieu_souhaite_est_propose(technicien_metz, agent_moselle, caisse_moselle):
    """D-13: as the person wishes, and where the caisse receives."""
    caisse_moselle.adresse = "18 rue Haute-Seille, Metz"
    caisse_moselle.save(update_fields=["adresse"])
    une = deposer(technicien_metz, "rdv-ame", raison_portail="autonomie", lieu="caisse")
    instruction.prendre_en_charge(une, par=agent_moselle)
    page = distribution.connecte(agent_moselle).get(f"/tri/{une.reference}/")
    [form] = [form for acte, form, *_ in page.context["actes"] if acte.verbe == "proposer-creneaux"]
    assert form["lieu"].value() == "caisse" and form["precisions"].value() == caisse_moselle.adresse
