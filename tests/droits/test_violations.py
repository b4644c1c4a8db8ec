"""R-02, T-05: declared in one click, T0 fixed, clocks of the convention and of the authority, every step dated."""

import datetime as dt
from collections import Counter

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from conformite.models.journal import LigneJournal
from conformite.purge import purger
from conventions.models.conventions import Convention
from conventions.phrases import phrase
from conventions.regles import plus_heures
from droits.actions.surveillance import surveiller
from droits.models.violations import EtapeViolation, Violation
from droits.regles import HEURES_CONVENTION, Horloge, preavis
from signalements.actions import instruction
from socle import horloge
from socle.models import CourrielSortant
from socle.templatetags.portail import date_heure
from tests.signalements.fabrique import deposer

RAPPEL = "droits/violation_a_traiter"
CANARI = "Le dossier est parti chez un voisin"


def declaration(caisse, **champs):
    return {
        "caisse": caisse.pk,
        "natures": ["confidentialite"],
        "connue_le": (horloge.maintenant() - dt.timedelta(hours=2))
        .astimezone(dt.timezone(dt.timedelta(hours=1)))
        .strftime("%Y-%m-%dT%H:%M"),
        "description": CANARI,
        **champs,
    }


@pytest.fixture
def declaree(connecte, technicien_metz, caisse_moselle, dpo_moselle, gestionnaire_metz):
    reponse = connecte(technicien_metz).post(reverse("violation-nouvelle"), declaration(caisse_moselle))
    assert reponse.status_code == 302
    return Violation.objects.get()


def agir(client, violation, verbe, **champs):
    donnees = {f"{verbe}-{nom}": valeur for nom, valeur in champs.items()}
    return client.post(reverse("violation-agir", args=[violation.reference, verbe]), donnees, follow=True)


def maintenant_local() -> str:
    return horloge.maintenant().astimezone(dt.timezone(dt.timedelta(hours=1))).strftime("%Y-%m-%dT%H:%M")


# --- Clocks (T-05)


def test_t05_hours_run_through_nights_sundays_and_changes_of_hour():
    connue = dt.datetime(2026, 3, 28, 12, tzinfo=dt.UTC)  # the night of the change of hour follows
    assert plus_heures(connue, 48) - connue == dt.timedelta(hours=48)


@pytest.mark.parametrize(
    ("heures", "fait", "niveau", "phrase"),
    [
        (1, None, "avertissement", "Il reste 47 h"),
        (48, None, "avertissement", "Il reste moins d’une heure"),
        (49, None, "erreur", "Délai dépassé"),
        (60, 48, "succes", "Fait dans le délai"),
        (60, 49, "erreur", "Fait après le délai"),
    ],
)
def test_t05_a_clock_says_where_it_stands(heures, fait, niveau, phrase):
    t0 = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    fait_le = t0 + dt.timedelta(hours=fait) if fait else None
    une = Horloge("Essai", t0 + dt.timedelta(hours=48), fait_le)
    assert une.niveau(t0 + dt.timedelta(hours=heures)) == niveau
    assert une.phrase(t0 + dt.timedelta(hours=heures)) == phrase


@pytest.mark.parametrize(
    ("risque", "libelles"),
    [
        ("", ["Autre partie informée (48 h)", "Autorité notifiée (72 h)"]),
        ("aucun", ["Autre partie informée (48 h)"]),
        ("risque", ["Autre partie informée (48 h)", "Autorité notifiée (72 h)"]),
        ("eleve", ["Autre partie informée (48 h)", "Autorité notifiée (72 h)", "Personnes informées"]),
    ],
)
def test_t05_the_clocks_that_run_depend_on_the_risk(risque, libelles):
    t0 = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    une = Violation(connue_le=t0, declaree_le=t0, delai_heures=48, risque=risque, partenaire_id=1)
    assert [horloge.libelle for horloge in une.horloges()] == libelles
    une.partenaire_id = None
    assert [horloge.libelle for horloge in une.horloges()] == libelles[1:], "no other party to tell"


@pytest.mark.parametrize(
    ("delai", "heures", "attendu"),
    [
        (24, 11, ""),
        (24, 12, "bientot"),
        (24, 24, "bientot"),
        (24, 25, "depasse"),
        (48, 23, ""),
        (48, 24, "bientot"),
        (72, 47, ""),
        (72, 48, "bientot"),
    ],
)
def test_t05_r02_a_clock_is_recalled_a_day_before_its_end_or_half_of_a_short_delay(delai, heures, attendu):
    t0 = dt.datetime(2026, 3, 28, 12, tzinfo=dt.UTC)
    une = Horloge("Essai", plus_heures(t0, delai), None, preavis(delai))
    assert une.rappel(t0 + dt.timedelta(hours=heures)) == attendu
    fait = Horloge("Essai", plus_heures(t0, delai), t0, preavis(delai))
    assert fait.rappel(t0 + dt.timedelta(hours=heures)) == ""


@pytest.mark.parametrize(
    ("maintenant", "connue", "contrat", "autorite"),
    [
        ("2026-03-28T12:00Z", "2026-03-28T13:00", "30/03/2026 à 14 h", "31/03/2026 à 14 h"),
        ("2026-10-24T12:00Z", "2026-10-24T14:00", "26/10/2026 à 13 h", "27/10/2026 à 13 h"),
        ("2026-01-16T17:00Z", "2026-01-16T18:00", "18/01/2026 à 18 h", "19/01/2026 à 18 h"),
    ],
    ids=["summer time begins", "summer time ends", "a Friday evening"],
)
def test_t05_the_page_gives_the_hours_that_ran(
    request, connecte, caisse_moselle, metz, maintenant, connue, contrat, autorite
):
    """T-05: 48 and 72 hours of the clock of the world, shown in the hours of the caisse; later than now is refused."""
    with time_machine.travel(dt.datetime.fromisoformat(maintenant), tick=False):
        dpo = connecte(request.getfixturevalue("dpo_moselle"))
        envoi = declaration(caisse_moselle, partenaire=metz.pk, connue_le=connue)
        trop_tard = envoi | {"connue_le": connue.replace(":00", ":01")}
        refus = dpo.post(reverse("violation-nouvelle"), trop_tard)
        assert refus.status_code == 422 and "pas encore venu" in refus.content.decode()
        assert not Violation.objects.exists()
        page = dpo.post(reverse("violation-nouvelle"), envoi, follow=True).content.decode()
    lignes = page.split("<tbody>")[1].split("</tbody>")[0].replace("\xa0", " ").split("<tr>")[1:]
    assert [quand in ligne for quand, ligne in zip((contrat, autorite), lignes, strict=True)] == [True, True]


# --- Declaration


def test_r02_anyone_declares_and_the_other_party_is_told_at_once(
    declaree, dpo_moselle, gestionnaire_metz, technicien_metz
):
    assert declaree.partenaire == technicien_metz.partenaire
    assert declaree.delai_heures == 48
    assert CANARI.encode() not in bytes(declaree.description_scellee)
    assert declaree.description == CANARI
    gabarits = dict(
        CourrielSortant.objects.filter(gabarit__startswith="droits/").values_list("gabarit", "destinataire")
    )
    assert gabarits == {
        "droits/violation_dpo": dpo_moselle.email,
        "droits/violation_partenaire": gestionnaire_metz.email,
    }
    assert not CourrielSortant.objects.filter(corps__contains="voisin").exists()
    assert LigneJournal.objects.filter(acte="violation.declaree", compte=technicien_metz.pk).exists()


@pytest.mark.parametrize(("autres", "heures"), [(False, 30), (True, 24)])
def test_c13_the_delay_is_the_conventions_own(connecte, technicien_metz, caisse_moselle, autres, heures):
    """C-13, R-02: the clock towards the other party is the one that the convention gives."""
    Convention.objects.update(notification_violation_heures=30, notification_transfert_heures=24)
    champs = {"autres_echanges": "on"} if autres else {}
    connecte(technicien_metz).post(reverse("violation-nouvelle"), declaration(caisse_moselle, **champs))
    assert Violation.objects.get().delai_heures == heures


def test_c13_a_convention_may_give_no_delay(connecte, technicien_metz, caisse_moselle):
    """C-13, R-02: its text says none, and the portal counts its own one."""
    Convention.objects.update(notification_violation_heures=None)
    assert "sans délai" in phrase("notification_violation_heures", None)
    connecte(technicien_metz).post(reverse("violation-nouvelle"), declaration(caisse_moselle))
    assert Violation.objects.get().delai_heures == HEURES_CONVENTION


@pytest.fixture
def de_la_caisse(connecte, agent_moselle, caisse_moselle, metz, dpo_moselle, gestionnaire_metz):
    connecte(agent_moselle).post(
        reverse("violation-nouvelle"), declaration(caisse_moselle, partenaire=metz.pk)
    )
    return Violation.objects.get()


def test_r02_declared_by_the_caisse_the_structure_is_told_by_its_dpo_who_notes_it_once(
    connecte, dpo_moselle, de_la_caisse, metz
):
    """R-02: the clock of the convention runs until the DPO says that the documentation was given."""
    assert (de_la_caisse.partenaire, de_la_caisse.partie_le) == (metz, None)
    client = connecte(dpo_moselle)
    agir(client, de_la_caisse, "evaluer", risque="aucun", texte="Rien de grave")
    page = client.get(reverse("violation", args=[de_la_caisse.reference])).content.decode()
    assert "Noter l’information de l’autre partie" in page and "Clore la violation" not in page
    refus = agir(client, de_la_caisse, "clore", texte="Rien")
    assert refus.status_code == 409
    assert "votre action n’a pas été faite" in refus.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Violation.objects.update(close_le=horloge.maintenant())
    page = agir(client, de_la_caisse, "partie", le=maintenant_local(), texte="Dossier remis à son DPO")
    assert "L’information de l’autre partie est enregistrée." in page.content.decode()
    de_la_caisse.refresh_from_db()
    notee = de_la_caisse.partie_le
    assert notee and LigneJournal.objects.filter(acte="violation.partie", compte=dpo_moselle.pk).count() == 1
    assert agir(client, de_la_caisse, "partie", le=maintenant_local()).status_code == 409
    de_la_caisse.refresh_from_db()
    assert de_la_caisse.partie_le == notee
    assert "est close" in agir(client, de_la_caisse, "clore", texte="Rien").content.decode()


def test_r02_without_a_structure_there_is_no_other_party_to_tell(
    connecte, agent_moselle, caisse_moselle, dpo_moselle
):
    connecte(agent_moselle).post(reverse("violation-nouvelle"), declaration(caisse_moselle))
    violation, client = Violation.objects.get(), connecte(dpo_moselle)
    assert "Autre partie" not in client.get(reverse("violation", args=[violation.reference])).content.decode()
    assert agir(client, violation, "partie", le=maintenant_local()).status_code == 409
    violation.refresh_from_db()
    assert violation.partie_le is None
    agir(client, violation, "evaluer", risque="aucun", texte="Rien de grave")
    assert "est close" in agir(client, violation, "clore", texte="Rien").content.decode()


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"connue_le": "2999-01-01T00:00"}, "pas encore venu"),
        ({"connue_le": "2020-01-01T00:00"}, "plus d’un an"),
        ({"natures": ["autre"]}, "choix valide"),
        ({"description": ""}, "obligatoire"),
        ({"description": "x" * 4001}, "au plus 4000"),
        ({"description": "NIR 1 84 12 76 451 089 46"}, "sécurité sociale"),
        ({"description": "a\u202eb"}, "invisible"),
        ({"personnes": "-1"}, "supérieure ou égale"),
    ],
)
def test_a_wrong_declaration_is_a_field_error_and_nothing_is_written(
    connecte, technicien_metz, caisse_moselle, champs, phrase
):
    reponse = connecte(technicien_metz).post(
        reverse("violation-nouvelle"), declaration(caisse_moselle, **champs)
    )
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()
    assert not Violation.objects.exists()


def test_a_structure_cannot_declare_at_a_caisse_that_is_not_its_own(connecte, technicien_metz, caisse_var):
    reponse = connecte(technicien_metz).post(reverse("violation-nouvelle"), declaration(caisse_var))
    assert reponse.status_code == 422
    assert not Violation.objects.exists()


def test_r02_the_national_one_declares_nothing(connecte, national, caisse_moselle):
    client = connecte(national)
    assert client.get(reverse("violation-nouvelle")).status_code == 403
    assert client.post(reverse("violation-nouvelle"), declaration(caisse_moselle)).status_code == 403
    assert not Violation.objects.exists()
    assert reverse("violation-nouvelle") not in client.get("/").content.decode()


def test_every_page_offers_the_declaration_in_one_click(connecte, technicien_metz, client, db):
    assert reverse("violation-nouvelle") in connecte(technicien_metz).get("/").content.decode()
    assert reverse("violation-nouvelle") not in client.get("/aide/").content.decode()


# --- Treatment


def test_the_dpo_assesses_notifies_and_closes_and_every_step_is_dated(connecte, dpo_moselle, declaree):
    client = connecte(dpo_moselle)
    page = client.get(reverse("violation", args=[declaree.reference])).content.decode()
    assert CANARI in page
    assert "Clore la violation" not in page
    assert agir(client, declaree, "clore", texte="Rien").status_code == 409
    agir(client, declaree, "evaluer", risque="eleve", texte="Des identités sont en cause")
    agir(client, declaree, "autorite", le=maintenant_local())
    assert agir(client, declaree, "autorite", le=maintenant_local()).status_code == 409
    assert agir(client, declaree, "clore", texte="Rien").status_code == 409, "the persons are not told"
    agir(client, declaree, "mesure", texte="Les liens sont coupés")
    agir(client, declaree, "personnes", le=maintenant_local(), texte="Par courrier")
    assert "est close" in agir(client, declaree, "clore", texte="Procédure revue").content.decode()
    declaree.refresh_from_db()
    assert declaree.close_le
    assert sorted(declaree.etapes.values_list("quoi", flat=True)) == sorted(EtapeViolation.Quoi.values)
    assert "Procédure revue" in {etape.texte for etape in declaree.etapes.all()}
    assert not EtapeViolation.objects.filter(texte_scelle__contains=b"Proc").exists()
    trop_tard = agir(client, declaree, "evaluer", risque="aucun", texte="Écrit trop tard.")
    assert trop_tard.status_code == 409, "closed is closed"
    assert "Écrit trop tard." in trop_tard.content.decode()


def test_r02_the_dpo_asks_who_saw_what(connecte, dpo_moselle, agent_moselle, technicien_metz, declaree):
    lue, prise = deposer(technicien_metz), deposer(technicien_metz)
    instruction.journaliser_lecture(lue, par=agent_moselle)
    instruction.prendre_en_charge(prise, par=agent_moselle)
    client = connecte(dpo_moselle)
    page = client.get(reverse("violation", args=[declaree.reference]))
    adresse = page.context["qui_a_vu_quoi"]
    assert adresse.replace("&", "&amp;") in page.content.decode()
    journal = client.get(adresse).content.decode()
    assert lue.reference in journal and "agent.moselle" in journal
    assert prise.reference not in journal


def test_t0_does_not_move(connecte, dpo_moselle, declaree):
    avant = declaree.connue_le
    agir(connecte(dpo_moselle), declaree, "evaluer", risque="aucun", texte="x", connue_le="2026-01-01T00:00")
    declaree.refresh_from_db()
    assert declaree.connue_le == avant


def test_the_database_refuses_to_close_what_is_not_notified(declaree):
    with pytest.raises(IntegrityError), transaction.atomic():
        Violation.objects.update(close_le=horloge.maintenant())
    with pytest.raises(IntegrityError), transaction.atomic():
        Violation.objects.update(
            close_le=horloge.maintenant(),
            risque="eleve",
            evaluee_le=horloge.maintenant(),
            autorite_le=horloge.maintenant(),
        )


@pytest.mark.parametrize(
    "champs",
    [
        {"risque": "aucun"},
        {"evaluee_le": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
        {"connue_le": dt.datetime(2999, 1, 1, tzinfo=dt.UTC)},
    ],
    ids=str,
)
def test_r02_the_database_refuses_a_step_without_its_date(declaree, champs):
    with pytest.raises(IntegrityError), transaction.atomic():
        Violation.objects.update(**champs)


@pytest.mark.parametrize(
    "qui", ["technicien_grimaud", "collegue_metz", "administrateur_moselle", "agent_moselle", "national"]
)
def test_others_do_not_see_it(request, connecte, declaree, qui):
    client = connecte(request.getfixturevalue(qui))
    assert client.get(reverse("violation", args=[declaree.reference])).status_code == 404
    assert agir(client, declaree, "evaluer", risque="aucun", texte="x").status_code == 404
    assert declaree.reference not in client.get(reverse("violations")).content.decode()


def test_who_declared_follows_it_and_treats_nothing(connecte, technicien_metz, declaree):
    client = connecte(technicien_metz)
    page = client.get(reverse("violation", args=[declaree.reference])).content.decode()
    assert CANARI in page
    assert "Évaluer le risque" not in page
    assert agir(client, declaree, "evaluer", risque="aucun", texte="x").status_code == 403
    assert client.get(reverse("violation-agir", args=[declaree.reference, "evaluer"])).status_code == 405


def test_an_unknown_act_is_not_found(connecte, dpo_moselle, declaree):
    assert agir(connecte(dpo_moselle), declaree, "effacer").status_code == 404


def test_a_late_clock_shows_in_the_register(connecte, dpo_moselle, declaree):
    Violation.objects.update(connue_le=horloge.maintenant() - dt.timedelta(hours=80))
    contenu = connecte(dpo_moselle).get(reverse("violations")).content.decode()
    assert "Délai dépassé" in contenu
    assert "Fait après le délai" in contenu


def rappels() -> list[tuple[str, str]]:
    return sorted(CourrielSortant.objects.filter(gabarit=RAPPEL).values_list("destinataire", "corps"))


def test_r02_the_dpo_is_written_to_once_before_each_clock_ends(connecte, declaree, dpo_moselle, settings):
    """R-02, T-05: nothing 25 h before the end, one mail per clock from 24 h on, even over a night without a job."""
    settings.CELERY_BEAT_SCHEDULE = {}
    connue = declaree.connue_le
    for heures, attendus in ((47, 0), (48, 1), (60, 1), (71, 1)):
        with time_machine.travel(connue + dt.timedelta(hours=heures, minutes=1)):
            surveiller()
            surveiller()
        assert len(rappels()) == attendus, heures
    with time_machine.travel(connue + dt.timedelta(hours=61)):
        agir(connecte(dpo_moselle), declaree, "evaluer", risque="eleve", texte="Des identités sont en cause")
    for heures in (62, 71):
        with time_machine.travel(connue + dt.timedelta(hours=heures)):
            surveiller()
    autorite, personnes = rappels()
    fin = date_heure(connue + dt.timedelta(hours=72), declaree.caisse.fuseau)
    for (destinataire, corps), quoi in ((autorite, "Autorité notifiée"), (personnes, "Personnes informées")):
        assert destinataire == dpo_moselle.email
        assert quoi in corps and f"Au plus tard\xa0: {fin}." in corps and declaree.reference in corps
        assert CANARI not in corps


def test_r02_t05_the_clock_of_the_contract_writes_before_and_past_its_end_to_dpo_and_administrateur(
    connecte, de_la_caisse, dpo_moselle, administrateur_moselle, settings
):
    """R-02, T-05: once each whatever the beats, reference only; no link for who may not open it; then no more."""
    settings.CELERY_BEAT_SCHEDULE = {}
    client, connue = connecte(dpo_moselle), de_la_caisse.connue_le
    agir(client, de_la_caisse, "autorite", le=maintenant_local())
    for heures, attendus in ((23, 0), (24, 2), (47, 2), (48, 4), (60, 4)):
        with time_machine.travel(connue + dt.timedelta(hours=heures, minutes=1)):
            surveiller()
            surveiller()
        assert len(rappels()) == attendus, heures
    sujets = Counter(CourrielSortant.objects.filter(gabarit=RAPPEL).values_list("sujet", flat=True))
    nom = f"violation {de_la_caisse.reference}"
    assert sujets == {f"Délai bientôt écoulé : {nom}": 2, f"Délai dépassé : {nom}": 2}
    lien = reverse("violation", args=[de_la_caisse.reference])
    for destinataire, corps in rappels():
        assert (lien in corps) is (destinataire == dpo_moselle.email)
        assert destinataire in (dpo_moselle.email, administrateur_moselle.email)
        assert "Autre partie informée (48 h)" in corps and CANARI not in corps
    with time_machine.travel(connue + dt.timedelta(hours=61)):
        page = agir(
            connecte(dpo_moselle), de_la_caisse, "partie", le=maintenant_local(), texte="Tard, mais fait"
        )
        assert "Fait après le délai" in page.content.decode()
        surveiller()
    assert len(rappels()) == 4


@pytest.mark.parametrize(
    ("verbe", "champs"),
    [
        ("autorite", {"le": maintenant_local}),
        ("evaluer", {"risque": lambda: "aucun", "texte": lambda: "Rien"}),
    ],
)
def test_r02_no_mail_for_a_clock_that_is_stopped_nor_for_the_other_party_who_knows(
    connecte, declaree, dpo_moselle, settings, verbe, champs
):
    """R-02: the declaration tells the other party, which stops that clock; told in time, the authority's stops too."""
    settings.CELERY_BEAT_SCHEDULE = {}
    agir(connecte(dpo_moselle), declaree, verbe, **{nom: valeur() for nom, valeur in champs.items()})
    with time_machine.travel(declaree.connue_le + dt.timedelta(hours=71)):
        surveiller()
    assert rappels() == []


def test_a_closed_violation_stays_five_years(declaree):
    clos = horloge.maintenant()
    Violation.objects.update(close_le=clos, risque="aucun", evaluee_le=clos)
    for jours, reste in ((5 * 365 - 1, 1), (5 * 365 + 1, 0)):
        with time_machine.travel(clos + dt.timedelta(days=jours)):
            purger()
        assert Violation.objects.count() == reste
