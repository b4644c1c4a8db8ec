"""What opens the portal stands nowhere in clear once it was typed: tables, logs, broker, mails (ASVS 6.2, 11.4)."""

import base64
import binascii
import hashlib
import logging
import time
from dataclasses import dataclass
from urllib.parse import quote

import pytest
import redis
import time_machine
from django import forms
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.actions.acces import envoyer_lien
from accounts.actions.comptes import modifier_compte
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from accounts.views.connexion import COOKIE_POSTE
from conventions.models.conventions import Participation
from echanges.actions import acces as acces_echanges
from outils.services import Postgres
from socle.champs import ChampSecret
from socle.profils import Profil
from tests.accounts.aides import lien
from tests.accounts.test_activation import nouveau  # noqa: F401 (fixture)
from tests.accounts.test_connexion import code_present, saisir_mot_de_passe
from tests.distribution import MOT_DE_PASSE, connecte, connecte_sans_code, creer_caisse, creer_compte_actif
from tests.echanges import fabrique as echanges

# Three pages take it as a new password: long, hard to guess, and like nothing else in the database.
CANARI = "Zqfw trombone violette 4711"
CODE = "739518"
CODE_IMPRIME = "7395184026"
CODE_CONFIDENTIEL = "ZQFW-4711"
DEUX = {"mot_de_passe": CANARI, "confirmation": CANARI}
DIFFERENTS = {"mot_de_passe": CANARI, "confirmation": CANARI + "!"}
CODAGES = (binascii.hexlify, base64.b64encode, base64.urlsafe_b64encode)
TEMOIN = "Témoin du journal des écritures"
# A page of the log that Postgres writes ahead, and what stands at the head of each, and of each file.
PAGE_WAL, ENTETE_PAGE, ENTETE_SEGMENT = 8192, 24, 40
TAPES = (CANARI, CODE, CODE_IMPRIME, CODE_CONFIDENTIEL)


def formulaires(racine: type = forms.BaseForm) -> list[type[forms.BaseForm]]:
    """Return every form of the portal; its addresses load them."""
    assert get_resolver().url_patterns
    trouves = [forme for enfant in racine.__subclasses__() for forme in [enfant, *formulaires(enfant)]]
    return [
        forme
        for forme in trouves
        if hasattr(forme, "base_fields")
        and not forme.__module__.startswith(("django.", "django_otp.", "tests."))
    ]


def champs_secrets() -> set[str]:
    """Return « form.field » for every field that is declared secret."""
    return {
        f"{forme.__name__}.{nom}"
        for forme in formulaires()
        for nom, champ in forme.base_fields.items()
        if isinstance(champ, ChampSecret)
    }


def test_un_champ_masque_ou_un_code_est_declare_secret():
    """No field that hides what is typed, or that the browser fills as a secret, escapes the declaration."""
    oublies = {
        f"{forme.__name__}.{nom}"
        for forme in formulaires()
        for nom, champ in forme.base_fields.items()
        if not isinstance(champ, ChampSecret)
        and (
            isinstance(champ.widget, forms.PasswordInput)
            or champ.widget.attrs.get("autocomplete") in {"current-password", "new-password", "one-time-code"}
        )
    }
    assert oublies == set()


@dataclass
class Personnes:
    """Who types, and what each does."""

    nouveau: Compte
    technicien: Compte
    gestionnaire: Compte
    administrateur: Compte
    agent: Compte

    def connexion(self) -> None:
        Client().post("/connexion/", {"identifiant": self.technicien.identifiant, "mot_de_passe": CANARI})

    def code(self) -> None:
        for saisi in (CODE, CODE_IMPRIME):
            connecte_sans_code(self.technicien).post("/connexion/code/", {"code": saisi, "se_souvenir": "on"})

    def cle(self) -> None:
        """An answer of a passkey that is none, at each door: nothing of it stays."""
        for client in (Client(), connecte_sans_code(self.technicien), connecte(self.technicien)):
            for chemin in ("/connexion/cle/", "/mon-compte/cles/ajouter/"):
                client.post(chemin, {"preuve_de_cle": CANARI, "nom": "Poste"})

    def activation(self) -> None:
        client, chemin = Client(), lien(self.nouveau.email)
        for adresse, saisie in ((f"{chemin}?juge=1", DEUX), (chemin, DIFFERENTS), (chemin, DEUX)):
            client.post(adresse, saisie)
        client.post(f"{chemin}code/", {"code": CODE})

    def second_facteur(self) -> None:
        envoyer_lien(self.technicien, LienPersonnel.Usage.SECOND_FACTEUR)
        chemin = lien(self.technicien.email, "second-facteur")
        client = Client()
        for mot_de_passe in (CANARI, MOT_DE_PASSE):
            client.post(chemin, {"mot_de_passe": mot_de_passe})
        client.post(chemin, {"code": CODE})

    def adresse(self) -> None:
        modifier_compte(self.technicien, par=self.gestionnaire, email="neuve@metz.example")
        chemin = lien(self.technicien.email, "adresse/lien")
        for mot_de_passe in (CANARI, MOT_DE_PASSE):
            Client().post(chemin, {"mot_de_passe": mot_de_passe, "code": CODE})

    def oublie(self) -> None:
        Client().post("/mot-de-passe/oublie/", {"identifiant": self.technicien.identifiant})
        chemin = lien(self.technicien.email, "mot-de-passe")
        for saisie in (DIFFERENTS, DEUX):
            Client().post(chemin, saisie)

    def changement(self) -> None:
        client = connecte(self.gestionnaire)
        client.post("/mot-de-passe/changer/?juge=1", DEUX)
        for actuel in (CANARI, MOT_DE_PASSE):
            client.post("/mot-de-passe/changer/", DEUX | {"actuel": actuel})
        self.gestionnaire.refresh_from_db()

    def redemande(self) -> None:
        connecte(self.agent).post("/mon-compte/codes-de-secours/", {"mot_de_passe": CANARI})
        with time_machine.travel(time.time(), tick=False) as temps:
            client = connecte(self.administrateur)
            temps.shift(660)
            adresse = reverse("compte-inactiver", args=[self.nouveau.pk])
            client.post(adresse, {"identite-mot_de_passe": CANARI})

    def code_confidentiel(self) -> None:
        part = Participation.objects.get(partenaire=self.gestionnaire.partenaire)
        adresse = reverse("code-confidentiel", args=[part.convention.reference, part.caisse.code])
        connecte(self.gestionnaire).post(adresse, {"mot_de_passe": CANARI})

    def appelant(self) -> None:
        siret = self.gestionnaire.partenaire.siret
        connecte(self.agent).post("/appelant/", {"siret": siret, "code": CODE_CONFIDENTIEL})

    def echanges(self) -> None:
        part = echanges.participation_d_echange(
            self.gestionnaire.partenaire, creer_caisse("rhin", "CPAM d’essai", "68")
        )
        administrateur = creer_compte_actif(
            "administrateur.rhin", Profil.ADMINISTRATEUR, caisses=(part.caisse,)
        )
        agent = creer_compte_actif("agent.rhin", Profil.AGENT, caisses=(part.caisse,))
        sc = echanges.Scene(part, self.technicien, agent, administrateur)
        echanges.convenir(part, administrateur)
        echanges.autoriser(part, administrateur, self.technicien, agent)
        signature = {"fonction": "Accueil", "informateur": "Son responsable", "mention": "Lu et approuvé"}
        adresse = reverse("engagement", args=[part.convention.reference])
        connecte(self.technicien).post(adresse, signature | {"mot_de_passe": CANARI})
        boite = acces_echanges.declarer_boite(
            par=administrateur, participation=part, cote="caisse", courriel="petra.autre@caisse.example"
        )
        adresse = reverse("boite-verifier", args=[part.convention.reference, part.caisse.code, boite.pk])
        connecte(administrateur).post(adresse, {"code": CODE_CONFIDENTIEL})
        echanges.signer(part, self.technicien, agent)
        echanges.ouvrir_les_boites(part, administrateur)
        with echanges.antivirus_content():
            depot = echanges.deposer(sc)[0]
        connecte(agent).post(reverse("depot-lecture", args=[depot.reference]), {"mot_de_passe": CANARI})


# For each field that takes a secret, the act that types in it.
GESTES = {
    "ConnexionForm.mot_de_passe": Personnes.connexion,
    "CodeForm.code": Personnes.code,
    "PreuveParCleForm.preuve_de_cle": Personnes.cle,
    "CleForm.preuve_de_cle": Personnes.cle,
    "CodeSeulForm.code": Personnes.activation,
    "SecondFacteurForm.mot_de_passe": Personnes.second_facteur,
    "AdresseConfirmeeForm.mot_de_passe": Personnes.adresse,
    "AdresseConfirmeeForm.code": Personnes.adresse,
    "NouveauMotDePasseForm.mot_de_passe": Personnes.oublie,
    "NouveauMotDePasseForm.confirmation": Personnes.oublie,
    "ChangementForm.actuel": Personnes.changement,
    "ChangementForm.mot_de_passe": Personnes.changement,
    "ChangementForm.confirmation": Personnes.changement,
    "MotDePasseActuelForm.mot_de_passe": Personnes.redemande,
    "MotDePasseForm.mot_de_passe": Personnes.code_confidentiel,
    "AppelantForm.code": Personnes.appelant,
    "EngagementForm.mot_de_passe": Personnes.echanges,
    "CodeDeBoiteForm.code": Personnes.echanges,
    "LectureForm.mot_de_passe": Personnes.echanges,
}


@pytest.fixture
def personnes(
    nouveau: Compte,  # noqa: F811
    technicien_metz: Compte,
    gestionnaire_metz: Compte,
    administrateur_moselle: Compte,
    agent_moselle: Compte,
) -> Personnes:
    return Personnes(nouveau, technicien_metz, gestionnaire_metz, administrateur_moselle, agent_moselle)


def digests_de(octets: bytes) -> list[bytes]:
    """Return what any unsalted digest would make of a secret."""
    return [
        hashlib.new(nom, octets).digest()
        for nom in ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b")
    ]


def formes(secret: str) -> set[str]:
    """Return the writings under which a secret could be found again, unsalted digests included."""
    octets = secret.encode()
    digests = digests_de(octets)
    lisibles = {secret, quote(secret), secret.replace(" ", "+"), octets.hex(" ")}
    codes = {code(un).decode().rstrip("=") for un in [octets, *digests] for code in CODAGES}
    return lisibles | codes


def partout() -> dict[str, str]:
    """Return every value of every text, json and bytea column of the database, by « table.column »."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('text', 'character varying', 'character', 'json', 'jsonb', 'bytea', 'ARRAY')"
        )
        lues = {}
        for table, colonne in curseur.fetchall():
            # A bytea comes as hexadecimal, where `formes` looks too.
            curseur.execute(f'SELECT string_agg("{colonne}"::text, chr(10)) FROM "{table}"')  # noqa: S608
            lues[f"{table}.{colonne}"] = curseur.fetchone()[0] or ""
    return lues


def au_courtier() -> str:
    """Return all that the broker holds."""
    courtier = redis.Redis.from_url(settings.CELERY_BROKER_URL.replace("redis+socket", "unix"))
    return "\n".join(repr(cle) + repr(courtier.dump(cle)) for cle in courtier.scan_iter())


def dans_le_wal(postgres: Postgres, depuis: str) -> bytes:
    """Return what the server wrote ahead since that file, rolled back or not, without the headers of its pages."""
    with postgres.connexion() as admin:
        (dernier,) = admin.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
    segments = [f for f in sorted((postgres.donnees / "pg_wal").iterdir()) if depuis <= f.name <= dernier]
    ecrit = b""
    for segment in (fichier.read_bytes() for fichier in segments):
        ecrit += segment[ENTETE_SEGMENT:PAGE_WAL]
        ecrit += b"".join(
            segment[page + ENTETE_PAGE : page + PAGE_WAL] for page in range(PAGE_WAL, len(segment), PAGE_WAL)
        )
    return ecrit


def test_un_secret_tape_n_est_garde_nulle_part(
    personnes: Personnes, postgres: Postgres, caplog: pytest.LogCaptureFixture
):
    """A password, a code, a printed code typed in every field that takes one: found in no place that lasts."""
    assert set(GESTES) == champs_secrets(), "each secret field has the act that types in it"
    with postgres.connexion() as admin:
        (debut,) = admin.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
    Compte.objects.filter(pk=personnes.agent.pk).update(fonction=TEMOIN)
    with caplog.at_level(logging.DEBUG):
        for geste in dict.fromkeys(GESTES.values()):
            geste(personnes)
    lieux = partout() | {
        "journaux": "\n".join(f"{trace.getMessage()} {vars(trace)}" for trace in caplog.records),
        "courtier": au_courtier(),
        "courriels": "\n".join(str(message.message()) for message in mail.outbox),
    }
    assert "agent.moselle" in lieux["accounts_compte.identifiant"], "the search sees what is there"
    trouves = {
        (ou, secret)
        for ou, contenu in lieux.items()
        for secret in TAPES
        if any(forme in contenu for forme in formes(secret))
    }
    assert trouves == set()
    ecrit = dans_le_wal(postgres, debut)
    assert TEMOIN.encode() in ecrit, "the search sees what is there"
    octets = {
        secret: {forme.encode() for forme in formes(secret)} | {*digests_de(secret.encode())}
        for secret in TAPES
    }
    # Six figures alone stand in any mass of numbers.
    assert {
        s for s, cherchees in octets.items() if any(len(f) > 6 and f in ecrit for f in cherchees)
    } == set()


def test_un_essai_refuse_ne_garde_ni_la_saisie_ni_l_adresse(technicien_metz):
    """A personal link is a secret too: the page where a password was wrong is not written down."""
    envoyer_lien(technicien_metz, LienPersonnel.Usage.SECOND_FACTEUR)
    chemin = lien(technicien_metz.email, "second-facteur")
    jeton = chemin.split("/")[2]
    client = Client()
    client.post(chemin, {"mot_de_passe": CANARI})
    axes = {ou: contenu for ou, contenu in partout().items() if ou.startswith("axes_")}
    assert axes["axes_accessattempt.username"].strip(), "the failure is counted"
    dits = (jeton, CANARI, technicien_metz.identifiant)
    assert [ou for ou, contenu in axes.items() if any(dit in contenu for dit in dits)] == []


def test_ce_qui_est_en_base_donne_au_portail_n_ouvre_rien(technicien_metz):
    """F5: who reads every table, a replica or a backup comes in with none of it: session, post, link, printed code."""
    ouverte = connecte(technicien_metz)
    ouverte.post("/mon-compte/codes-de-secours/", {"mot_de_passe": MOT_DE_PASSE})
    retenir = connecte_sans_code(technicien_metz)
    retenir.post("/connexion/code/", {"code": code_present(), "se_souvenir": "on"})
    for usage in set(LienPersonnel.Usage) - {LienPersonnel.Usage.AGENDA}:
        envoyer_lien(technicien_metz, usage)
    ouverte.post(reverse("agenda-nouveau"), {"mot_de_passe": MOT_DE_PASSE})
    lus = partout()
    assert ouverte.get("/").status_code == 200 and lus["accounts_posteconnu.empreinte"]
    assert ouverte.cookies[settings.SESSION_COOKIE_NAME].value not in "".join(lus.values())
    valeurs = {
        mot
        for ou, contenu in lus.items()
        if ou.startswith(("accounts_", "otp_", "espace_partenaires_", "axes_"))
        for mot in contenu.split()
        if 20 <= len(mot) <= 128 and mot.isascii()
    }
    assert len(valeurs) > 20
    for valeur in valeurs:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = valeur
        assert client.get("/mon-compte/").url.startswith("/connexion/"), valeur
        client = Client()
        client.cookies[COOKIE_POSTE] = valeur
        saisir_mot_de_passe(client, technicien_metz.identifiant)
        assert client.get("/mon-compte/").url == "/connexion/code/", valeur
        if "/" not in valeur:
            for chemin in ("activation", "mot-de-passe/lien", "second-facteur", "adresse/lien"):
                assert Client().get(f"/{chemin}/{valeur}/").status_code == 410, (chemin, valeur)
