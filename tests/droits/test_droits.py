"""R-03: received, identity checked, searched by the keyed index, extracted, limited, answered within one month."""

import datetime as dt
import json
import re

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models.compte import Compte
from caisses.models import Caisse
from conformite.models.journal import LigneJournal
from conformite.models.travaux import Gel
from droits.actions.surveillance import surveiller
from droits.models.demandes import DemandeDroits
from droits.regles import alerte_atteinte, echeance_reponse
from signalements.actions.ecritures import ajouter_message
from signalements.actions.rendez_vous import proposer_creneaux
from signalements.models.demandes import Demande
from socle import horloge, pdf
from socle.models import CourrielSortant
from socle.profils import Profil
from tests.accounts.test_secrets import partout
from tests.conformite.demandes import une_demande, une_piece
from tests.distribution import creer_compte_actif, creer_convention, creer_partenaire
from tests.signalements.fabrique import ASSURE, deposer

IDENTITE = {"nom": "Le Goff", "prenom": "Élodie", "naissance": "1980-02-29"}


@pytest.fixture
def dossiers(caisse_moselle, caisse_var, metz, grimaud, technicien_metz, technicien_grimaud, agent_moselle):
    """Two demandes of the person, one of a namesake, one of the person in another caisse."""
    terme = horloge.jour("Europe/Paris") + dt.timedelta(days=90)

    def creer(caisse, partenaire, technicien, **identite):
        decor = {
            "caisse": caisse,
            "partenaire": partenaire,
            "participation": partenaire.participations.get(),
            "pole": caisse.poles.order_by("pk")[0],
            "technicien": technicien,
            "agent": agent_moselle,
            "motif": partenaire.participations.get().motifs.order_by("pk")[0],
        }
        return une_demande(decor, terme, contenu={"assure": IDENTITE | identite})

    return {
        "une": creer(caisse_moselle, metz, technicien_metz),
        "deux": creer(caisse_moselle, metz, technicien_metz, prenom="Elodie"),
        "homonyme": creer(caisse_moselle, metz, technicien_metz, naissance="1981-01-01"),
        "prefixe": creer(caisse_moselle, metz, technicien_metz, nom="Le Goffic"),
        "ailleurs": creer(caisse_var, grimaud, technicien_grimaud),
    }


def saisie(caisse, **champs):
    return {
        "caisse": caisse.pk,
        "qualite": "assure",
        "droit": "acces",
        "recue_le": horloge.jour("Europe/Paris").isoformat(),
        **IDENTITE,
        **champs,
    }


@pytest.fixture
def demande(connecte, gestionnaire_metz, caisse_moselle, dpo_moselle):
    reponse = connecte(gestionnaire_metz).post(reverse("droits-nouvelle"), saisie(caisse_moselle))
    assert reponse.status_code == 302
    return DemandeDroits.objects.get()


def agir(client, demande, verbe, **champs):
    donnees = {f"{verbe}-{nom}": valeur for nom, valeur in champs.items()}
    return client.post(reverse("droits-agir", args=[demande.reference, verbe]), donnees, follow=True)


# --- Rules


@pytest.mark.parametrize(
    ("recue", "echeance"),
    [
        ("2026-01-31", "2026-02-28"),
        ("2024-01-31", "2024-02-29"),
        ("2026-03-15", "2026-04-15"),
        ("2026-12-31", "2027-01-31"),
    ],
)
def test_r03_the_answer_is_due_within_one_month(recue, echeance):
    assert echeance_reponse(dt.date.fromisoformat(recue)) == dt.date.fromisoformat(echeance)


@pytest.mark.parametrize(
    ("jours", "seuil"), [(0, 0), (14, 0), (15, 15), (24, 15), (25, 25), (28, 28), (60, 28)]
)
def test_r03_alerts_come_at_15_25_and_28_days(jours, seuil):
    recue = dt.date(2026, 1, 1)
    assert alerte_atteinte(recue, recue + dt.timedelta(days=jours)) == seuil


# --- From reception to answer


def test_r03_the_partner_passes_the_request_to_the_dpo(demande, dpo_moselle, metz):
    assert demande.partenaire == metz
    assert b"Goff" not in bytes(demande.contenu_scelle)
    courriel = CourrielSortant.objects.get(gabarit="droits/droits_recus")
    assert courriel.destinataire == dpo_moselle.email
    assert "Goff" not in courriel.corps


def test_r03_nothing_is_searched_before_the_identity_is_checked(connecte, dpo_moselle, demande, dossiers):
    client = connecte(dpo_moselle)
    refus = agir(client, demande, "rechercher")
    assert refus.status_code == 409 and "votre action n’a pas été faite" in refus.content.decode()
    reponse = client.get(reverse("droits-extraction", args=[demande.reference, "json"]), follow=True)
    assert "Faites d’abord la recherche" in reponse.content.decode()
    demande.refresh_from_db()
    assert demande.trouvees == []


def test_r03_late_is_judged_where_the_caisse_is(connecte, dpo_moselle, demande):
    """R-03: midnight of La Réunion comes hours before that of Paris."""
    Caisse.objects.update(fuseau="Indian/Reunion")
    for heure, tard in ((19, False), (21, True)):
        with time_machine.travel(
            dt.datetime.combine(demande.echeance_le, dt.time(heure), dt.UTC), tick=False
        ):
            assert ("En retard" in connecte(dpo_moselle).get(reverse("droits")).content.decode()) == tard


@pytest.fixture
def recherchee(connecte, dpo_moselle, demande, dossiers):
    client = connecte(dpo_moselle)
    agir(client, demande, "identite")
    agir(client, demande, "rechercher")
    demande.refresh_from_db()
    return client


def test_r03_the_search_finds_the_person_in_the_caisse_and_nobody_else(recherchee, demande, dossiers):
    assert sorted(demande.trouvees) == sorted([dossiers["une"].reference, dossiers["deux"].reference])


def test_r03_the_file_holds_what_is_kept_the_exchanges_and_the_readings(
    recherchee, demande, dossiers, technicien_metz
):
    reponse = recherchee.get(reverse("droits-extraction", args=[demande.reference, "json"]))
    assert reponse["Content-Disposition"].startswith("attachment")
    collecte = json.loads(reponse.content)
    une = next(un for un in collecte["demandes"] if un["reference"] == dossiers["une"].reference)
    assert une["contenu"]["assure"]["nom"] == "Le Goff"
    assert une["echanges"][0]["texte"] == "Bonjour"
    assert technicien_metz.nom not in json.dumps(une["echanges"]), "third parties are not named"
    assert LigneJournal.objects.filter(acte="droits.extraire", objet_id=str(demande.pk)).count() == 1


def test_r03_the_file_holds_the_pieces_and_the_rendez_vous(
    recherchee, demande, dossiers, agent_moselle, monkeypatch
):
    """What was joined, by its kind and its name, and where the person was called: without third parties, on paper too."""
    une = dossiers["une"]
    Demande.objects.filter(pk=une.pk).update(statut="en_cours", terminee_le=None, issue="")
    une.refresh_from_db()
    piece = une_piece(une)
    piece.nature = "mesure-protection"
    piece.poser_nom("jugement de Zoé Noël.pdf")
    piece.save()
    proposer_creneaux(
        une, creneaux=[horloge.maintenant() + dt.timedelta(days=3)], duree=30, lieu="telephone",
        precisions="Appeler la sœur, Zoé Noël.", par=agent_moselle,
    )  # fmt: skip
    agir(recherchee, demande, "masquer", mots="Noël")
    adresse = [demande.reference, "json"]
    collecte = json.loads(recherchee.get(reverse("droits-extraction", args=adresse)).content)
    lue = next(un for un in collecte["demandes"] if un["reference"] == une.reference)
    [jointe], [propose] = lue["pieces"], lue["rendez_vous"]
    assert (jointe["de"], jointe["nature"]) == ("Partenaire", "Jugement ou mandat de protection")
    assert jointe["nom"] == "jugement de Zoé [masqué].pdf"
    assert (propose["etat"], propose["precisions"]) == ("Proposé", "Appeler la sœur, Zoé [masqué].")
    rendus = []
    monkeypatch.setattr(pdf, "render_to_string", lambda *a: rendus.append(render_to_string(*a)) or rendus[-1])
    recherchee.get(reverse("droits-extraction", args=[demande.reference, "pdf"]))
    assert "jugement de Zoé [masqué].pdf" in rendus[0] and "Zoé [masqué]." in rendus[0]


def test_r03_the_file_comes_as_a_pdf_in_the_words_of_the_person(recherchee, demande, monkeypatch):
    rendus = []
    monkeypatch.setattr(pdf, "render_to_string", lambda *a: rendus.append(render_to_string(*a)) or rendus[-1])
    reponse = recherchee.get(reverse("droits-extraction", args=[demande.reference, "pdf"]))
    assert reponse.content.startswith(b"%PDF")
    texte = re.sub(r"(?s)<style>.*?</style>|<[^>]*>", "", rendus[0])
    assert "Élodie Le Goff" in texte and "29/02/1980" in texte
    assert not re.search(r"demande\.[a-z]|\d{4}-\d\d-\d\d|_", texte), "neither code nor date of a machine"


def test_r03_the_dpo_masks_third_parties(recherchee, demande, dossiers, agent_moselle):
    """Names of others, whatever their accents, in the texts and the content; the words are sealed, shown again, counted."""
    une = dossiers["une"]
    ajouter_message(
        une, "message", "Vue avec sa sœur Zoé Noël-Martin (06 12 34 56 78), dite ZOE.", agent_moselle
    )
    page = agir(recherchee, demande, "masquer", mots="zoë\n\nNoel-Martin\n06 12 34 56 78\nzoë\nGoff")
    assert "Le dossier à remettre est fait sans ces mots." in page.content.decode()
    assert "Noel-Martin" in page.content.decode(), "the words are there to be corrected"
    collecte = json.loads(
        recherchee.get(reverse("droits-extraction", args=[demande.reference, "json"])).content
    )
    lue = next(un for un in collecte["demandes"] if un["reference"] == une.reference)
    textes = [message["texte"] for message in lue["echanges"]]
    assert "Vue avec sa sœur [masqué] [masqué] ([masqué]), dite [masqué]." in textes
    assert lue["contenu"]["assure"]["nom"] == "Le [masqué]"
    assert [un for un in partout().values() if "Noel-Martin" in un] == []
    demande.refresh_from_db()
    details = LigneJournal.objects.get(acte="droits.masquer").details
    assert details == {"nombre": 4, "contenu": demande.empreinte}
    agir(recherchee, demande, "masquer", mots="")
    assert (
        "Zoé"
        in recherchee.get(reverse("droits-extraction", args=[demande.reference, "json"])).content.decode()
    )


def test_r03_a_limitation_freezes_the_purge(recherchee, demande, dossiers):
    fin = horloge.jour("Europe/Paris") + dt.timedelta(days=200)
    agir(recherchee, demande, "limiter", jusqu_a=fin.isoformat())
    assert Gel.objects.count() == 2
    assert set(Demande.objects.filter(reference__in=demande.trouvees).values_list("terme_le", flat=True)) == {
        fin
    }
    agir(recherchee, demande, "limiter", jusqu_a=fin.isoformat())
    assert Gel.objects.count() == 2
    for jour, phrase in (
        ("2020-01-01", "Choisissez un jour à venir, dans un an au plus"),
        ((fin + dt.timedelta(days=400)).isoformat(), "Choisissez un jour à venir, dans un an au plus"),
        ("x", "date qui existe"),
    ):
        refus = agir(recherchee, demande, "limiter", jusqu_a=jour)
        assert refus.status_code == 422 and phrase in refus.content.decode(), jour
    assert set(Demande.objects.filter(reference__in=demande.trouvees).values_list("terme_le", flat=True)) == {
        fin
    }


def test_r03_a_rectification_is_told_to_the_other_party(recherchee, demande, dossiers, technicien_metz):
    DemandeDroits.objects.update(droit="rectification")
    agir(recherchee, demande, "rectification")
    courriel = CourrielSortant.objects.get(gabarit="droits/rectification")
    assert courriel.destinataire == technicien_metz.email
    assert dossiers["une"].reference in courriel.corps
    assert "Goff" not in courriel.corps


def test_r03_a_search_links_nothing_in_clear(connecte, technicien_metz, dpo_moselle, caisse_moselle):
    """R-03: known of two structures, what was found is sealed; each is told its own reference."""
    autre = creer_partenaire("21570463000017", "CCAS Autre", 30)
    creer_convention(autre, caisse_moselle)
    voisin = creer_compte_actif("technicien.autre", Profil.TECHNICIEN, partenaire=autre)
    siennes = {un.email: deposer(un).reference for un in (technicien_metz, voisin)}
    client = connecte(dpo_moselle)
    client.post(
        reverse("droits-nouvelle"), saisie(caisse_moselle, nom=ASSURE["nom"], prenom=ASSURE["prenom"])
        | {"naissance": "27/03/1985", "droit": "rectification"},
    )  # fmt: skip
    demande = DemandeDroits.objects.get()
    for verbe in ("identite", "rechercher", "rectification"):
        agir(client, demande, verbe)
    demande.refresh_from_db()
    assert set(demande.trouvees) == set(siennes.values())
    en_clair = str(DemandeDroits.objects.filter(pk=demande.pk).values())
    assert not [une for une in siennes.values() if une in en_clair]
    for courriel in CourrielSortant.objects.filter(gabarit="droits/rectification"):
        dites = [une for une in siennes.values() if une in courriel.corps]
        assert dites == [siennes.pop(courriel.destinataire)]
        siennes[courriel.destinataire] = dites[0]
    assert CourrielSortant.objects.filter(gabarit="droits/rectification").count() == 2


def test_r03_the_answer_closes_the_request(recherchee, demande):
    agir(recherchee, demande, "repondre", reponse="accordee")
    demande.refresh_from_db()
    assert demande.repondue_le
    refus = agir(recherchee, demande, "repondre", reponse="refusee")
    assert refus.status_code == 409 and "votre action n’a pas été faite" in refus.content.decode()
    demande.refresh_from_db()
    assert demande.reponse == "accordee"


def test_r03_professionals_have_the_same_rights(
    connecte, dpo_moselle, technicien_metz, technicien_grimaud, caisse_moselle
):
    client = connecte(dpo_moselle)
    client.post(
        reverse("droits-nouvelle"),
        saisie(
            caisse_moselle,
            qualite="professionnel",
            naissance="",
            nom=technicien_metz.nom,
            prenom=technicien_metz.prenom,
            courriel=technicien_metz.email.upper(),
        ),
    )
    demande = DemandeDroits.objects.get()
    agir(client, demande, "identite")
    agir(client, demande, "rechercher")
    collecte = json.loads(client.get(reverse("droits-extraction", args=[demande.reference, "json"])).content)
    assert [compte["identifiant"] for compte in collecte["comptes"]] == ["technicien.metz"]
    assert client.get(reverse("droits-extraction", args=[demande.reference, "pdf"])).content.startswith(
        b"%PDF"
    )


@pytest.mark.parametrize(
    "champs",
    [
        {"reponse": "accordee"},
        {"repondue_le": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
        {"recherchee_le": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
    ],
    ids=str,
)
def test_r03_the_database_refuses_a_step_without_the_one_before(demande, champs):
    with pytest.raises(IntegrityError), transaction.atomic():
        DemandeDroits.objects.update(**champs)


# --- The month that runs


def test_r03_the_dpo_is_reminded_once_at_each_threshold(demande, dpo_moselle):
    depart = dt.datetime.combine(demande.recue_le, dt.time(10), dt.UTC)
    for jours, attendus in ((14, 0), (15, 1), (16, 1), (26, 2), (28, 3), (40, 3)):
        with time_machine.travel(depart + dt.timedelta(days=jours)):
            surveiller()
            surveiller()
        rappels = CourrielSortant.objects.filter(gabarit="droits/droits_a_repondre")
        assert rappels.count() == attendus, jours


# --- Who


def test_r03_a_gestionnaire_follows_what_its_structure_passed_on_without_its_content(
    connecte, gestionnaire_metz, gestionnaire_grimaud, demande
):
    client = connecte(gestionnaire_metz)
    page = client.get(reverse("droits-demande", args=[demande.reference])).content.decode()
    assert demande.reference in page
    assert "Goff" not in page
    for verbe in ("identite", "rechercher", "limiter", "rectification", "repondre"):
        assert agir(client, demande, verbe, reponse="accordee").status_code == 403
    assert client.get(reverse("droits-extraction", args=[demande.reference, "json"])).status_code == 403
    demande.refresh_from_db()
    assert (demande.identite_le, demande.recherchee_le, demande.repondue_le) == (None, None, None)
    etrangere = connecte(gestionnaire_grimaud)
    assert etrangere.get(reverse("droits-demande", args=[demande.reference])).status_code == 404
    assert demande.reference not in etrangere.get(reverse("droits")).content.decode()


@pytest.mark.parametrize(
    "qui", ["technicien_metz", "agent_moselle", "superviseur_moselle", "administrateur_moselle", "national"]
)
def test_r03_nobody_else_opens_these_pages(request, connecte, demande, qui):
    client = connecte(request.getfixturevalue(qui))
    assert client.get(reverse("droits")).status_code == 403
    assert client.get(reverse("droits-nouvelle")).status_code == 403
    assert client.post(reverse("droits-nouvelle"), saisie(demande.caisse)).status_code == 403
    assert DemandeDroits.objects.count() == 1
    assert client.get(reverse("droits-demande", args=[demande.reference])).status_code == 404


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"naissance": ""}, "évite les homonymes"),
        ({"qualite": "professionnel"}, "adresse électronique du compte"),
        ({"recue_le": "2999-01-01"}, "entre 1990 et 2100"),
        ({"nom": "a\x00b"}, "caract"),
        ({"nom": ""}, "obligatoire"),
        ({"droit": "oubli"}, "choix valide"),
        ({"precisions": "x" * 2001}, "au plus 2000"),
    ],
)
def test_a_wrong_request_is_a_field_error(connecte, dpo_moselle, caisse_moselle, champs, phrase):
    reponse = connecte(dpo_moselle).post(reverse("droits-nouvelle"), saisie(caisse_moselle, **champs))
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()
    assert not DemandeDroits.objects.exists()


@pytest.mark.parametrize(
    ("champs", "trouve"),
    [
        ({"courriel": "autre.adresse@metz.example", "nom": "METZ", "prenom": "Camile"}, "ressemble"),
        ({"nom": "Personne-Autre", "prenom": "Zénon"}, "ressemble"),
        ({"courriel": "autre.adresse@metz.example", "nom": "Personne-Autre", "prenom": "Zénon"}, "rien"),
    ],
)
def test_r03_a_professional_who_changed_address_or_name_is_shown(
    connecte, dpo_moselle, technicien_metz, caisse_moselle, champs, trouve
):
    """R-03: an account of this name or of this address resembles: named to the DPO, never « aucune », never « compte:19 »."""
    Compte.objects.filter(pk=technicien_metz.pk).update(nom="Metz", prenom="Camille")
    client = connecte(dpo_moselle)
    siennes = {"qualite": "professionnel", "naissance": "", "courriel": technicien_metz.email} | champs
    client.post(reverse("droits-nouvelle"), saisie(caisse_moselle, **siennes))
    demande = DemandeDroits.objects.get()
    agir(client, demande, "identite")
    page = agir(client, demande, "rechercher").content.decode()
    cle = f"compte:{technicien_metz.pk}"
    if trouve == "rien":
        assert "Aucune donnée trouvée" in page
        return
    assert "Aucune donnée trouvée" not in page and "(facultatif)" not in page
    assert cle not in page and "Compte technicien.metz" in page and "Camille Metz" in page
    assert agir(client, demande, "repondre", reponse="rien").status_code == 422
    page = agir(client, demande, "trancher", **{cle.replace(":", ""): "oui"}).content.decode()
    assert cle not in page and "Compte technicien.metz" in page
    remis = json.loads(client.get(reverse("droits-extraction", args=[demande.reference, "json"])).content)
    assert [compte["identifiant"] for compte in remis["comptes"]] == ["technicien.metz"]


def test_r03_the_form_says_for_whom_a_field_is_asked(connecte, dpo_moselle):
    """What one of the two asks for is not « facultatif », then refused."""
    page = connecte(dpo_moselle).get(reverse("droits-nouvelle")).content.decode()
    assert "(pour une personne accompagnée)" in page and "(pour un professionnel)" in page
    assert page.count("(facultatif)") == 1
