"""The triage desk: baskets with count and definition, by pôle; several demandes at once; the next one."""

import datetime as dt
import html
import re

import pytest

from signalements.actions import ecritures, orientation
from signalements.models.absences import Absence
from signalements.models.demandes import Demande
from signalements.paniers import PANIERS
from signalements.workflow import Statut
from socle import horloge
from tests import distribution
from tests.signalements.fabrique import demande_en, deposer, dernier_courriel


@pytest.fixture
def collegue_moselle(caisse_moselle):
    return distribution.creer_compte_actif("collegue.moselle", "agent", caisses=(caisse_moselle,))


def compte_affiche(page: str, titre: str) -> int:
    return int(re.search(rf'{titre} <span class="onglets__nombre">(\d+)</span>', page).group(1))


def lue(reponse) -> str:
    return html.unescape(reponse.content.decode()).replace("\xa0", " ")


def references(page: str) -> list[str]:
    return re.findall(r'class="reference" href="/tri/(D[\w-]+)/"', page)


def dans_chaque_panier(technicien, agent, caisse, superviseur) -> dict[str, set[str]]:
    """One demande made for each basket; return which baskets it must stand in, drafts nowhere."""
    parti = distribution.creer_compte_actif("parti.moselle", "agent", caisses=(caisse,))
    hier = caisse.jour - dt.timedelta(days=1)
    demande_en(Statut.BROUILLON, technicien, agent)
    attendus = {}
    for nom, statut, champs, paniers in (
        ("neuve", Statut.DEPOSEE, {}, {"a-prendre"}),
        ("urgente", Statut.DEPOSEE, {"urgente": True}, {"a-prendre", "urgentes"}),
        ("tardive", Statut.EN_COURS, {"promise_le": hier}, {"les-miennes", "en-retard"}),
        ("attente", Statut.EN_ATTENTE, {}, {"les-miennes", "en-attente"}),
        (
            "completee",
            Statut.EN_COURS,
            {"en_attente_le": horloge.maintenant()},
            {"les-miennes", "reponses", "mes-reponses"},
        ),
        (
            "bientot",
            Statut.EN_COURS,
            {"terme_le": caisse.jour + dt.timedelta(days=10)},
            {"les-miennes", "bientot-au-terme"},
        ),
        ("orpheline", Statut.EN_COURS, {"agent": parti}, {"sans-agent"}),
        ("repondue", Statut.TRAITEE, {}, {"les-miennes", "repondues"}),
        ("close", Statut.CLOTUREE, {}, set()),
    ):
        demande = demande_en(statut, technicien, agent)
        if nom == "bientot":
            ecritures.deplacer_terme(demande, champs.pop("terme_le"))
        Demande.objects.filter(pk=demande.pk).update(**champs)
        fini = {"terminees"} if statut == Statut.CLOTUREE else {"ouvertes"}
        repondue = {"reponses-donnees"} if demande.traitee_le else set()
        attendus[demande.reference] = paniers | fini | repondue | {"recues", "toutes"}
    parti.statut, parti.inactive_le = "inactif", horloge.maintenant()
    parti.inactivation, parti.suppression_le = "depart", caisse.jour + dt.timedelta(days=180)
    parti.save()
    return attendus


def test_chaque_corbeille_dit_ce_qu_elle_tient_et_le_compte(
    technicien_metz, agent_moselle, superviseur_moselle, caisse_moselle
):
    """D-08: each basket: its definition, its count, exactly its demandes."""
    attendus = dans_chaque_panier(technicien_metz, agent_moselle, caisse_moselle, superviseur_moselle)
    client = distribution.connecte(agent_moselle)
    for code, panier in PANIERS.items():
        page = client.get("/tri/", {"panier": code}).content.decode()
        dedans = {reference for reference, paniers in attendus.items() if code in paniers}
        assert set(references(page)) == dedans, code
        assert panier.a_part or compte_affiche(page, panier.titre) == len(dedans), code
        assert panier.definition in page


def test_les_urgentes_d_abord_puis_la_date_promise(technicien_metz, agent_moselle, caisse_moselle):
    """D-08: urgent first, then by promised date."""
    tard, tot, urgente = (deposer(technicien_metz) for _ in range(3))
    jours = {tard: 9, tot: 2, urgente: 20}
    for demande, jour in jours.items():
        Demande.objects.filter(pk=demande.pk).update(
            promise_le=caisse_moselle.jour + dt.timedelta(days=jour), urgente=demande == urgente
        )
    page = distribution.connecte(agent_moselle).get("/tri/").content.decode()
    assert references(page) == [urgente.reference, tot.reference, tard.reference]


def test_les_dernieres_terminees_d_abord(technicien_metz, agent_moselle):
    """D-08: an archive shows what was just finished, urgent or not, and says so."""
    anciennes = [demande_en(Statut.CLOTUREE, technicien_metz, agent_moselle) for _ in range(3)]
    for rang, demande in enumerate(anciennes):
        Demande.objects.filter(pk=demande.pk).update(
            terminee_le=horloge.maintenant() - dt.timedelta(days=rang), urgente=rang == 2
        )
    page = distribution.connecte(agent_moselle).get("/tri/?panier=terminees").content.decode()
    assert references(page) == [demande.reference for demande in anciennes]
    assert "Les dernières terminées d’abord." in page


def test_par_pole(technicien_metz, agent_moselle, caisse_moselle, caisse_var):
    """D-11: the desk and its counts by pôle; a pôle of another caisse changes nothing."""
    ici, ailleurs = deposer(technicien_metz), deposer(technicien_metz)
    autre = caisse_moselle.poles.exclude(pk=ici.pole_id).order_by("pk")[0]
    orientation.rediriger(ailleurs, pole=autre, texte="Pour vous.", par=agent_moselle)
    agent_moselle.poles.set([autre])
    client = distribution.connecte(agent_moselle)
    for pole, attendu in (
        (str(autre.pk), [ailleurs.reference]),
        ("miens", [ailleurs.reference]),
        (str(ici.pole_id), [ici.reference]),
    ):
        page = client.get("/tri/", {"pole": pole}).content.decode()
        assert references(page) == attendu and compte_affiche(page, "À prendre") == 1
    etranger = caisse_var.poles.order_by("pk")[0]
    for pole in ("tous", str(etranger.pk), "'; --", ""):
        page = client.get("/tri/", {"pole": pole}).content.decode()
        assert set(references(page)) == {ici.reference, ailleurs.reference}


# --- Several at once

MOT = "Je pars en formation."


def lot(client, acte, *demandes, **envoi):
    return client.post(
        "/tri/lot/?panier=ouvertes&pole=tous",
        {"acte": acte, "references": [getattr(d, "reference", d) for d in demandes]} | envoi,
    )


def test_prendre_en_lot_dit_le_resultat_de_chacune(
    technicien_metz, agent_moselle, collegue_moselle, technicien_grimaud, agent_var
):
    libre, prise = deposer(technicien_metz), demande_en(Statut.EN_COURS, technicien_metz, collegue_moselle)
    etrangere = deposer(technicien_grimaud)
    reponse = lot(distribution.connecte(agent_moselle), "prendre", libre, prise, etrangere, "D26-0000-0000")
    page = lue(reponse)
    assert reponse.status_code == 200
    assert f"{libre.reference}</span> : vous l’avez prise en charge." in page
    assert (
        f"{prise.reference}</span> : rien n’a été fait : elle est « en cours de traitement », suivie par Collegue Moselle."
        in page
    )
    for inconnue in (etrangere.reference, "D26-0000-0000"):
        assert f"{inconnue}</span> : introuvable parmi les demandes de vos caisses." in page
    for demande, agent in ((libre, agent_moselle), (prise, collegue_moselle), (etrangere, None)):
        demande.refresh_from_db()
        assert demande.agent == agent


def test_confier_en_lot(technicien_metz, agent_moselle, superviseur_moselle, collegue_moselle, agent_var):
    premiere, seconde = (demande_en(Statut.EN_COURS, technicien_metz, agent_moselle) for _ in range(2))
    client = distribution.connecte(superviseur_moselle)
    reponse = lot(client, "attribuer", premiere)
    assert reponse.status_code == 422
    assert "Choisissez à quel agent confier les demandes cochées." in reponse.content.decode()
    assert lot(client, "attribuer", premiere, agent=agent_var.pk).status_code == 422
    page = lot(client, "attribuer", premiere, seconde, agent=collegue_moselle.pk, texte=MOT).content.decode()
    assert page.count("confiée à Collegue Moselle.") == 2
    assert Demande.objects.filter(agent=collegue_moselle).count() == 2
    # An agent does not take his colleague's demandes away.
    page = lot(
        distribution.connecte(agent_moselle), "attribuer", premiere, agent=agent_moselle.pk, texte=MOT
    ).content.decode()
    assert "rien n’a été fait" in page
    premiere.refresh_from_db()
    assert premiere.agent == collegue_moselle


def test_clore_en_lot_seulement_ce_qui_est_lu(technicien_metz, agent_moselle):
    """D-20: the caisse closes only what the structure has read, in a lot too."""
    deja_lue, non_lue = (demande_en(Statut.TRAITEE, technicien_metz, agent_moselle) for _ in range(2))
    distribution.connecte(technicien_metz).get(f"/demandes/{deja_lue.reference}/")
    page = lue(lot(distribution.connecte(agent_moselle), "cloturer", deja_lue, non_lue, confirme="1"))
    assert f"{deja_lue.reference}</span> : close." in page
    assert f"{non_lue.reference}</span> : rien n’a été fait" in page
    etats = dict(Demande.objects.values_list("reference", "statut"))
    assert etats == {deja_lue.reference: Statut.CLOTUREE, non_lue.reference: Statut.TRAITEE}


def test_un_lot_vide_ou_faux_ne_fait_rien(technicien_metz, agent_moselle):
    demande = deposer(technicien_metz)
    client = distribution.connecte(agent_moselle)
    for envoi in ({}, {"acte": "prendre"}, {"acte": "annuler", "references": demande.reference}):
        reponse = client.post("/tri/lot/", envoi)
        assert reponse.status_code == 422
    assert "Cochez au moins une demande." in client.post("/tri/lot/", {}).content.decode()
    assert distribution.connecte(technicien_metz).post("/tri/lot/", {}).status_code == 403
    demande.refresh_from_db()
    assert demande.statut == Statut.DEPOSEE


# --- The next one


def en(statut, technicien, agent, **champs):
    demande = demande_en(statut, technicien, agent)
    if champs:
        Demande.objects.filter(pk=demande.pk).update(**champs)
    return demande


def suite(client, adresse="/tri/suivante/") -> list[str]:
    """Go from one to the next until there is none."""
    vues: list[str] = []
    while True:
        cible = client.get(adresse, {"apres": vues[-1]} if vues else {}).url
        if cible == "/tri/":
            return vues
        vues.append(cible.split("/")[2])
        assert len(vues) < 20


def test_la_suivante_est_la_bonne(technicien_metz, agent_moselle, collegue_moselle, caisse_moselle):
    """D-08: own urgent ones, urgent ones nobody took, answers received, own by promised date, then to take."""
    client = distribution.connecte(agent_moselle)
    assert client.get("/tri/suivante/").url == "/tri/"
    assert "Il n’y a plus de demande à traiter pour vous." in client.get("/tri/").content.decode()
    jour = caisse_moselle.jour
    demande_en(Statut.EN_COURS, technicien_metz, collegue_moselle)
    demande_en(Statut.EN_ATTENTE, technicien_metz, agent_moselle)
    qui = (technicien_metz, agent_moselle)
    attendues = [
        en(Statut.EN_COURS, *qui, urgente=True),
        en(Statut.DEPOSEE, *qui, urgente=True, promise_le=jour - dt.timedelta(days=120)),
        en(Statut.EN_COURS, *qui, en_attente_le=horloge.maintenant()),
        en(Statut.EN_COURS, *qui, promise_le=jour + dt.timedelta(days=1)),
        en(Statut.EN_COURS, *qui, promise_le=jour + dt.timedelta(days=2)),
        deposer(technicien_metz),
    ]
    assert suite(client) == [demande.reference for demande in attendues]
    # An agent of other pôles is not sent to what is not his.
    agent_moselle.poles.set(caisse_moselle.poles.exclude(pk=attendues[-1].pole_id))
    client.get("/tri/")
    siennes = [attendues[rang].reference for rang in (0, 2, 3, 4)]
    assert suite(client) == siennes


def test_la_suivante_vient_de_la_liste_que_l_on_a_quittee(technicien_metz, agent_moselle, caisse_moselle):
    """D-08: the basket and the filters that one left, then the rest of one's work, said."""
    hier = caisse_moselle.jour - dt.timedelta(days=1)
    mienne = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    tardive = en(Statut.DEPOSEE, technicien_metz, agent_moselle, promise_le=hier)
    autre = deposer(technicien_metz, "rdv-ame", raison_portail="autonomie", lieu="telephone")
    client = distribution.connecte(agent_moselle)
    for liste, premiere in (("?panier=en-retard", tardive), ("?motif=rdv-ame", autre), ("", mienne)):
        client.get(f"/tri/{liste}")
        assert client.get("/tri/suivante/").url == f"/tri/{premiere.reference}/", liste
    client.get("/tri/?panier=en-retard")
    page = lue(client.get("/tri/suivante/", {"apres": tardive.reference}, follow=True))
    assert "La liste que vous suiviez est finie" in page and mienne.reference in page


def test_apres_une_reponse_la_suivante_est_offerte(technicien_metz, agent_moselle):
    mienne = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    page = distribution.connecte(agent_moselle).post(
        f"/tri/{mienne.reference}/repondre/",
        {"repondre-texte": "C’est fait.", "repondre-issue": "information"},
        follow=True,
    )
    assert f'href="/tri/suivante/?apres={mienne.reference}"' in page.content.decode()


def test_les_miennes_commencent_par_ce_qui_m_attend(technicien_metz, agent_moselle, caisse_moselle):
    """D-08: answered and waiting demandes after those that await the agent, whatever their dates."""
    qui = (technicien_metz, agent_moselle)
    tot = caisse_moselle.jour - dt.timedelta(days=30)
    repondue = en(Statut.TRAITEE, *qui, urgente=True, promise_le=tot)
    attente = en(Statut.EN_ATTENTE, *qui, promise_le=tot)
    ordinaire, urgente = en(Statut.EN_COURS, *qui), en(Statut.EN_COURS, *qui, urgente=True)
    page = distribution.connecte(agent_moselle).get("/tri/?panier=les-miennes").content.decode()
    attendues = [urgente, ordinaire, repondue, attente]
    assert references(page) == [demande.reference for demande in attendues]


# --- Absence


def test_pendant_l_absence_le_remplacant_a_tout(
    technicien_metz, agent_moselle, collegue_moselle, caisse_moselle
):
    """During the period: his basket, his acts, his mails; before and after: nothing."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    jour = caisse_moselle.jour
    absence = Absence.objects.create(
        compte=agent_moselle, remplacant=collegue_moselle, debut=jour, fin=jour + dt.timedelta(days=3)
    )
    client = distribution.connecte(collegue_moselle)
    assert references(client.get("/tri/", {"panier": "les-miennes"}).content.decode()) == [demande.reference]
    courriel = ecrire_et_lire_le_destinataire(demande, technicien_metz)
    assert courriel == collegue_moselle.email
    envoi = {"demander-complement-texte": "Depuis quand ?"}
    Absence.objects.filter(pk=absence.pk).update(debut=jour + dt.timedelta(days=1))
    assert client.post(f"/tri/{demande.reference}/demander-complement/", envoi).status_code == 403
    assert references(client.get("/tri/", {"panier": "les-miennes"}).content.decode()) == []
    assert ecrire_et_lire_le_destinataire(demande, technicien_metz) == agent_moselle.email
    demande.refresh_from_db()
    assert demande.statut == Statut.EN_COURS
    Absence.objects.filter(pk=absence.pk).update(debut=jour)
    assert client.post(f"/tri/{demande.reference}/demander-complement/", envoi).status_code == 302
    demande.refresh_from_db()
    assert (demande.statut, demande.agent) == (Statut.EN_ATTENTE, agent_moselle)


def ecrire_et_lire_le_destinataire(demande, technicien) -> str:
    client = distribution.connecte(technicien)
    client.post(f"/demandes/{demande.reference}/ecrire/", {"ecrire-texte": "Bonjour."})
    return dernier_courriel("complement_apporte").destinataire
