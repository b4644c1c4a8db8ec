"""What the jobs do to accounts: ends of convention, notices, deletion (A-13, A-14, A-06, A-19)."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import echeances
from accounts.actions.comptes import inactiver
from accounts.actions.echeances import effacer_comptes
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from accounts.models.facteurs import PosteConnu
from accounts.models.habilitations import NoticeCompte
from accounts.models.sessions import empreinte
from accounts.tasks import balayage, fins_de_convention, notices
from conformite.models.journal import LigneJournal
from conformite.purge import purger
from conformite.tasks import purger_ce_qui_est_du
from conventions.models.conventions import FinCause
from information.models import Assistance
from socle import horloge
from socle.models import CourrielSortant
from socle.profils import Profil
from tests.accounts.aides import courriels, texte
from tests.distribution import connecte, creer_compte_actif, creer_convention, creer_partenaire


def finir(participation, jour, **champs):
    participation.fin, participation.fin_cause = jour, FinCause.DENONCIATION
    for nom, valeur in champs.items():
        setattr(participation, nom, valeur)
    participation.save()


@pytest.fixture
def le_15_mars(db):
    with time_machine.travel("2026-03-15T10:00:00Z", tick=False) as temps:
        yield temps


# ---


def test_a13_la_nuit_de_la_fin(le_15_mars, metz, technicien_metz, gestionnaire_metz, agent_moselle):
    """A-13: the access stops at the end even with no job; the job then inactivates all accounts, once."""
    client = connecte(technicien_metz)
    finir(metz.participations.get(), dt.date(2026, 3, 20))
    le_15_mars.move_to("2026-03-19T22:30:00Z")
    assert fins_de_convention() == {"inactives": 0}
    le_15_mars.move_to("2026-03-19T23:00:01Z")
    assert client.get("/").status_code == 302
    technicien_metz.refresh_from_db()
    assert technicien_metz.statut == "actif"
    assert fins_de_convention() == {"inactives": 2}
    assert fins_de_convention() == {"inactives": 0}
    for compte in (technicien_metz, gestionnaire_metz):
        compte.refresh_from_db()
        assert (compte.statut, compte.inactivation, compte.inactive_par) == (
            "inactif",
            "fin-convention",
            None,
        )
        assert compte.suppression_le == dt.date(2026, 9, 20)
        assert [c.gabarit for c in courriels(compte.email)] == ["accounts/inactivation"]
    agent_moselle.refresh_from_db()
    assert agent_moselle.statut == "actif"


def test_a13_une_fin_sur_deux_ne_ferme_que_cette_caisse(le_15_mars, metz, technicien_metz, caisse_var):
    """A-13: when one ends and others remain, only access to that caisse ends; both ended: all is inactivated."""
    seconde = creer_convention(metz, caisse_var).participations.get()
    premiere = metz.participations.exclude(pk=seconde.pk).get()
    finir(premiere, dt.date(2026, 3, 15))
    assert list(technicien_metz.participations_ouvertes()) == [seconde]
    assert connecte(technicien_metz).get("/").status_code == 200
    assert fins_de_convention() == {"inactives": 0}
    finir(seconde, dt.date(2026, 3, 16))
    le_15_mars.shift(dt.timedelta(days=1))
    assert fins_de_convention() == {"inactives": 1}


def test_a13_apres_la_bonne_fin(le_15_mars, metz, technicien_metz):
    """A-13, C-16: after the closing period; in it, the person still signs in to finish what is open."""
    finir(metz.participations.get(), dt.date(2026, 3, 15), bonne_fin_jusqu_au=dt.date(2026, 3, 25))
    assert not technicien_metz.participations_ouvertes().exists()
    assert connecte(technicien_metz).get("/").status_code == 200
    assert fins_de_convention() == {"inactives": 0}
    le_15_mars.move_to("2026-03-24T23:00:01Z")
    assert connecte(technicien_metz).get("/").status_code == 302
    assert fins_de_convention() == {"inactives": 1}


def test_a16_suspendue_garde_ses_comptes(le_15_mars, metz, technicien_metz):
    """A-16: a suspended structure keeps its accounts and seats; the door is closed, with the reason."""
    metz.participations.update(suspendue_le=horloge.maintenant(), suspension_raison="Usage détourné.")
    reponse = connecte(technicien_metz).get("/")
    assert reponse.url == "/connexion/?raison=structure-suspendue"
    assert fins_de_convention() == {"inactives": 0}
    metz.participations.update(suspendue_le=None, suspension_raison="")
    assert connecte(technicien_metz).get("/").status_code == 200


def test_une_convention_d_utilisation_seule_terminee(le_15_mars, metz, technicien_metz):
    """A-13, C-07: the convention d'utilisation may end alone: the portal closes."""
    metz.participations.update(
        utilisation_fin=dt.date(2026, 3, 15), utilisation_fin_cause=FinCause.RESILIATION
    )
    assert fins_de_convention() == {"inactives": 1}


def test_un_acces_jamais_commence_n_inactive_personne(le_15_mars, metz, technicien_metz):
    metz.participations.update(debut=dt.date(2026, 4, 1), utilisation_debut=dt.date(2026, 4, 1))
    assert fins_de_convention() == {"inactives": 0}


def test_a19_rouverte_apres_une_nouvelle_convention(
    le_15_mars, metz, caisse_moselle, technicien_metz, gestionnaire_metz, administrateur_moselle
):
    """A-19: the administrateur reopens the gestionnaires in one act, each gestionnaire his techniciens; the next run undoes nothing."""
    finir(metz.participations.get(), dt.date(2026, 3, 15))
    fins_de_convention()
    client = connecte(administrateur_moselle)
    rouvrir = reverse("comptes-rouvrir", args=[metz.siret])
    # An ended convention gives no sight of the accounts any more.
    assert client.post(rouvrir).status_code == 404
    nouvelle = creer_convention(
        metz, caisse_moselle, debut=dt.date(2026, 3, 15), quota_gestionnaires=[[0, 0]]
    )
    assert "Laissés fermés faute de place : 1" in texte(client.post(rouvrir, follow=True))
    assert client.post(rouvrir).url == reverse("comptes-structure", args=[metz.siret])
    type(nouvelle).objects.filter(pk=nouvelle.pk).update(quota_gestionnaires=[[0, 5]])
    assert "Comptes rouverts : 1" in texte(client.post(rouvrir, follow=True))
    gestionnaire_metz.refresh_from_db()
    technicien_metz.refresh_from_db()
    assert (gestionnaire_metz.statut, technicien_metz.statut) == ("en_attente", "inactif")
    # The caisse does not reopen the techniciens: the gestionnaire does.
    assert client.post(reverse("compte-reactiver", args=[technicien_metz.pk])).status_code == 403
    Compte.objects.filter(pk=gestionnaire_metz.pk).update(statut="actif")
    gestionnaire_metz.refresh_from_db()
    assert connecte(gestionnaire_metz).post(rouvrir).url == reverse("comptes")
    technicien_metz.refresh_from_db()
    assert technicien_metz.statut == "en_attente"
    assert fins_de_convention() == {"inactives": 0}


def _structure_finie(rang, nombre, caisse):
    """A structure whose convention is over, with a gestionnaire and techniciens who have a session, a post and a link."""
    structure = creer_partenaire(f"9000000000{rang:04d}", f"CCAS fini {rang}")
    finir(creer_convention(structure, caisse).participations.get(), dt.date(2026, 3, 15))
    comptes = []
    for n in range(nombre):
        profil = Profil.TECHNICIEN if n else Profil.GESTIONNAIRE
        comptes.append(creer_compte_actif(f"fini.{rang}.{n}", profil, partenaire=structure))
        connecte(comptes[-1])
        dates = {"cree_le": horloge.maintenant(), "expire_le": horloge.maintenant() + dt.timedelta(hours=1)}
        PosteConnu.objects.create(compte=comptes[-1], empreinte=f"{rang}.{n}", **dates)
        LienPersonnel.objects.create(
            compte=comptes[-1],
            usage=LienPersonnel.Usage.MOT_DE_PASSE,
            empreinte=f"{rang}.{n}",
            **dates,
        )
    return comptes


def test_a13_par_lots_chaque_compte_a_ses_effets(
    le_15_mars, caisse_moselle, monkeypatch, django_assert_max_num_queries
):
    """A-13: as many statements for forty accounts as for four, and for each account all that its end does."""
    _structure_finie(1, 4, caisse_moselle)
    with CaptureQueriesContext(connection) as peu:
        assert fins_de_convention() == {"inactives": 4}
    comptes = _structure_finie(2, 40, caisse_moselle)
    with django_assert_max_num_queries(len(peu)):
        assert fins_de_convention() == {"inactives": 40}
    comptes += _structure_finie(3, 7, caisse_moselle)
    monkeypatch.setattr(echeances, "LOT_FERMETURE", 3)
    assert fins_de_convention() == {"inactives": 7}
    assert fins_de_convention() == {"inactives": 0}
    for compte in comptes:
        compte.refresh_from_db()
        assert (compte.statut, compte.inactivation) == ("inactif", "fin-convention")
        assert not compte.sessions.exists() and not compte.postes.exists()
        assert compte.liens.get().consomme_le == horloge.maintenant()
        assert [c.gabarit for c in courriels(compte.email)] == ["accounts/inactivation"]
        assert compte.identifiant in courriels(compte.email)[0].corps
        ligne = LigneJournal.objects.get(acte="compte.inactiver", objet_id=str(compte.pk))
        assert (ligne.objet_type, ligne.partenaire) == ("accounts.compte", compte.partenaire_id)
        assert ligne.details == {"cause": "fin-convention"}


def test_a14_par_lots_chaque_compte_perd_ses_donnees(
    le_15_mars, caisse_moselle, django_assert_max_num_queries
):
    """A-14: as many statements for forty accounts as for four; each keeps its own pseudonym and nothing of the person."""
    quatre = [compte.pk for compte in _structure_finie(1, 4, caisse_moselle)]
    comptes = _structure_finie(2, 40, caisse_moselle)
    fins_de_convention()
    with CaptureQueriesContext(connection) as peu:
        assert effacer_comptes(Compte.objects.filter(pk__in=quatre))["comptes"] == 4
    with django_assert_max_num_queries(len(peu)):
        assert effacer_comptes(Compte.objects.filter(pk__in=[c.pk for c in comptes]))["comptes"] == 40
    for compte in comptes:
        compte.refresh_from_db()
        assert (compte.identifiant, compte.statut) == (f"supprime-{compte.pk}", "supprime")
        assert (compte.nom_complet, compte.email, compte.has_usable_password()) == (
            "Compte supprimé",
            "",
            False,
        )
        assert not compte.liens.exists() and not compte.postes.exists()


# --- Notices


def test_notices_avant_la_fin(le_15_mars, metz, technicien_metz):
    """A-13: at −30 and −7 days, once each whatever the runs, a missed one caught up by the closest only."""
    finir(metz.participations.get(), dt.date(2026, 4, 15))
    le_15_mars.move_to("2026-03-15T10:00:00Z")
    assert notices()["fins_d_acces"] == 0
    le_15_mars.shift(dt.timedelta(days=1))
    assert notices()["fins_d_acces"] == 1
    assert notices()["fins_d_acces"] == 0
    le_15_mars.move_to("2026-04-08T10:00:00Z")
    assert notices()["fins_d_acces"] == 1
    le_15_mars.move_to("2026-04-14T10:00:00Z")
    assert notices()["fins_d_acces"] == 0
    corps = [c.corps for c in courriels(technicien_metz.email)]
    assert len(corps) == 2
    for phrase in ("Merci pour le travail accompli", "15 avril 2026", "terminez ou transmettez vos demandes"):
        assert all(phrase in c for c in corps)


def test_notices_apres_un_changement_de_date(le_15_mars, metz, technicien_metz):
    """A date that moves re-arms the notices; none leaves for the old one."""
    part = metz.participations.get()
    finir(part, dt.date(2026, 4, 1))
    assert notices()["fins_d_acces"] == 1
    finir(part, dt.date(2026, 4, 10))
    assert notices()["fins_d_acces"] == 1
    assert sorted(NoticeCompte.objects.values_list("date", flat=True)) == [
        dt.date(2026, 4, 1),
        dt.date(2026, 4, 10),
    ]


def test_pas_de_notice_quand_une_autre_convention_reste(le_15_mars, metz, technicien_metz, caisse_var):
    creer_convention(metz, caisse_var)
    finir(metz.participations.order_by("pk").first(), dt.date(2026, 4, 1))
    assert notices()["fins_d_acces"] == 0


def test_a06_notice_avant_l_age(le_15_mars, technicien_metz):
    """A-06: the person is told before the password is too old."""
    Compte.objects.filter(pk=technicien_metz.pk).update(
        mot_de_passe_change_le=horloge.maintenant() - dt.timedelta(days=340)
    )
    assert notices()["mots_de_passe"] == 1
    assert notices()["mots_de_passe"] == 0
    assert "9 avril 2026" in courriels(technicien_metz.email)[0].corps


# ---


@pytest.mark.parametrize(
    ("inactive", "dernier_jour"),
    [
        ("2025-08-31T10:00:00Z", dt.date(2026, 2, 28)),
        ("2026-01-15T22:59:00Z", dt.date(2026, 7, 15)),
        ("2026-01-15T23:01:00Z", dt.date(2026, 7, 16)),
    ],
)
def test_a14_six_mois_plus_tard(db, inactive, dernier_jour, request):
    """A-14, T-02, T-06: kept the last day, erased in the first run after it; past acts keep a pseudonym."""
    with time_machine.travel(inactive, tick=False) as temps:
        technicien = request.getfixturevalue("technicien_metz")
        gestionnaire = request.getfixturevalue("gestionnaire_metz")
        inactiver(technicien, par=gestionnaire, cause="depart")
        assert technicien.suppression_le == dernier_jour
        temps.move_to(dt.datetime(dernier_jour.year, dernier_jour.month, dernier_jour.day, 20, tzinfo=dt.UTC))
        assert purger().get("comptes", 0) == 0
        temps.shift(dt.timedelta(hours=4))
        assert purger()["comptes"] == 1
        assert purger().get("comptes", 0) == 0
        technicien.refresh_from_db()
        assert technicien.statut == Compte.Statut.SUPPRIME
        assert connecte(gestionnaire).get(reverse("compte", args=[technicien.pk])).status_code == 404


def test_a14_les_donnees_personnelles_ont_disparu(le_15_mars, metz, technicien_metz, gestionnaire_metz):
    """A-14: nothing personal is left in any column of any row tied to the account."""
    Compte.objects.filter(pk=technicien_metz.pk).update(
        nom="Zorglubov", prenom="Ornella", telephone="0387654321", fonction="Tisseuse de liens"
    )
    technicien_metz.refresh_from_db()
    connecte(technicien_metz).get("/")
    inactiver(technicien_metz, par=gestionnaire_metz, cause="depart")
    le_15_mars.move_to("2026-09-16T01:00:00Z")
    purger_ce_qui_est_du()
    ligne = Compte.objects.filter(pk=technicien_metz.pk).values().get()
    for canari in ("Zorglubov", "Ornella", "0387654321", "Tisseuse", "technicien.metz"):
        assert canari not in str(ligne)
    assert ligne["identifiant"] == f"supprime-{technicien_metz.pk}"
    technicien_metz.refresh_from_db()
    for relation in (
        "appareiltotp_set",
        "sessions",
        "liens",
        "codes_secours",
        "postes",
        "mots_de_passe_anciens",
    ):
        assert not getattr(technicien_metz, relation).exists()
    assert not technicien_metz.has_usable_password()
    # The journal still says who acted, by an opaque number.
    assert LigneJournal.objects.filter(objet_id=str(technicien_metz.pk), acte="compte.inactiver").exists()


def test_a14_ni_courriel_ni_assistance(le_15_mars, technicien_metz, gestionnaire_metz, caisse_moselle):
    """A-14: what was sent to the person, and the address that support keeps, go with the account."""
    adresse = technicien_metz.email
    recit = {
        "caisse": caisse_moselle.pk,
        "page": "Accueil",
        "tentative": "Lire",
        "constat": "Rien ne s’affiche.",
    }
    assert connecte(technicien_metz).post("/assistance/", recit).status_code == 302
    assert Assistance.objects.get().courriel == adresse
    inactiver(technicien_metz, par=gestionnaire_metz, cause="depart")
    le_15_mars.move_to("2026-09-15T10:00:00Z")
    CourrielSortant.objects.filter(destinataire=adresse).update(envoye_le=horloge.maintenant())
    assert CourrielSortant.objects.filter(destinataire=adresse).exists()
    le_15_mars.move_to("2026-09-16T01:00:00Z")
    purger_ce_qui_est_du()
    assert not CourrielSortant.objects.filter(destinataire=adresse).exists()
    assert Assistance.objects.get().courriel == "" and Assistance.objects.get().recit["page"] == "Accueil"


def test_a14_pas_dans_une_structure_suspendue(le_15_mars, metz, technicien_metz, gestionnaire_metz):
    """A-16: no deletion runs until the suspension is lifted."""
    inactiver(technicien_metz, par=gestionnaire_metz, cause="depart")
    metz.participations.update(suspendue_le=horloge.maintenant(), suspension_raison="Usage détourné.")
    le_15_mars.move_to("2026-09-10T10:00:00Z")
    assert notices()["suppressions"] == 0
    le_15_mars.move_to("2026-09-20T01:00:00Z")
    assert purger().get("comptes", 0) == 0
    metz.participations.update(suspendue_le=None, suspension_raison="")
    assert purger()["comptes"] == 1


def test_a14_notices_avant_l_effacement(le_15_mars, technicien_metz, gestionnaire_metz):
    """A-14: at −30 and −7 days, once each; they thank, explain, and say what to do."""
    inactiver(technicien_metz, par=gestionnaire_metz, cause="depart")
    for jour, attendu in (("2026-08-15", 0), ("2026-08-16", 1), ("2026-09-08", 1), ("2026-09-09", 0)):
        le_15_mars.move_to(f"{jour}T10:00:00Z")
        assert notices()["suppressions"] == attendu, jour
    dernier = courriels(technicien_metz.email)[-1]
    assert "effacées après le 15 septembre 2026" in dernier.sujet
    for phrase in (
        "Merci pour le travail accompli",
        "votre nom, vos coordonnées",
        "adressez-vous avant cette date",
    ):
        assert phrase in dernier.corps


def test_le_balayage(le_15_mars, technicien_metz):
    """Expired sessions go by real time; a live one stays."""
    client = connecte(technicien_metz)
    le_15_mars.shift(dt.timedelta(hours=11))
    vivante = connecte(technicien_metz)
    le_15_mars.shift(dt.timedelta(hours=2))
    balayage()
    assert technicien_metz.sessions.count() == 1
    assert technicien_metz.sessions.get().session_key == empreinte(vivante.session.session_key)
    assert client.get("/").status_code == 302


def test_le_profil_d_un_compte_de_caisse_n_a_pas_de_fin(le_15_mars, metz, caisse_moselle):
    agent = creer_compte_actif("agent.seul", Profil.AGENT, caisses=(caisse_moselle,))
    finir(metz.participations.get(), dt.date(2026, 3, 15))
    fins_de_convention()
    agent.refresh_from_db()
    assert agent.statut == "actif"
