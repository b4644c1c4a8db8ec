"""Canaries: what is typed about a person is found nowhere in clear, under any form (D-14, R-04).

A portal of its own, with durable services, is used as people do: draft, refused forms, deposit, piece, thread, note,
rendez-vous, document of the caisse, answer, searches, rights of persons, violation, forms sent without a session. Then
every place that a copy, a theft or a curious eye could reach is searched. A control word, planted in clear in each of
these places, must be found by the same search. Then the demande comes to its term and is purged (D-15, T-06): nothing
is found, and a backup of the time when it lived, restored with today's keys, gives nothing back.
"""

import base64
import datetime as dt
import json
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from kombu import Connection
from psycopg import sql

from espace_partenaires.celery import app
from outils.portail import RACINE, Portail, port_libre
from outils.services import ADMIN, Postgres, binaires_postgres, creer_base
from outils.visiteur import Reponse, Visiteur
from tests.base_gardee import poser
from tests.fichiers.echantillons import pdf
from tests.pannes.fouille import Fouille
from tests.pannes.puits import Puits
from tests.pannes.scene import attendre

pytestmark = [pytest.mark.pannes, pytest.mark.lent]

# Every typed word holds this one, so that one search finds them all; what follows says where it was typed.
CANARI = "Xqvézork"
# Nobody of the demonstration was born that day.
NAISSANCE = dt.date(1909, 3, 17)
DATES = (
    *("17/03/1909", "17-03-1909", "17.03.1909", "17 03 1909"),
    *("1909-03-17", "1909/03/17", "17 mars 1909"),
)
NIR = "1 09 03 57 463 002"
TEMOIN = "Jfkwâtrub"
ATTESTATIONS = {"accord": "on", "consentement": "on"}
PATIENCE = 240
FINIE = "SELECT 1 FROM conformite_execution WHERE nom = %s AND fin > %s"


def mot(ou: str) -> str:
    """Return a text typed in the place `ou`."""
    return f"{CANARI}{ou}"


class Curieux(Visiteur):
    """A visitor who also sends files, and forms that come from nowhere."""

    def joindre(self, chemin: str, nom: str, contenu: bytes, **champs: str) -> Reponse:
        """Send one file with a form."""
        page = self.lire(chemin)
        caches = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.texte))
        borne = uuid.uuid4().hex
        corps = b"".join(
            f'--{borne}\r\nContent-Disposition: form-data; name="{cle}"\r\n\r\n{valeur}\r\n'.encode()
            for cle, valeur in (caches | champs).items()
        )
        entete = f'Content-Disposition: form-data; name="fichiers"; filename="{nom}"'
        corps += f"--{borne}\r\n{entete}\r\nContent-Type: application/pdf\r\n\r\n".encode() + contenu
        return self.envoyer_brut(
            chemin, corps + f"\r\n--{borne}--\r\n".encode(), f"multipart/form-data; boundary={borne}"
        )

    def envoyer_brut(self, chemin: str, corps: bytes, genre: str, **entetes: str) -> Reponse:
        """Send bytes."""
        url = self.adresse + chemin
        demande = urllib.request.Request(
            url, data=corps, headers={"Referer": url, "Content-Type": genre} | entetes
        )
        try:
            with self.ouvreur.open(demande, timeout=60) as reponse:
                return Reponse(reponse.status, reponse.url, reponse.read(), 0)
        except urllib.error.HTTPError as erreur:
            return Reponse(erreur.code, erreur.url or "", erreur.read(), 0)


@pytest.fixture
def ouvert(tmp_path: Path) -> Iterator[tuple[Portail, Puits]]:
    """Return a portal on durable services of its own, all of whose traces are below one folder."""
    ici = tmp_path / "tout"
    (ici / "temporaire").mkdir(parents=True)
    propre = {"TMPDIR": str(ici / "temporaire"), "HOME": str(ici), "DATABASE_POOL": "1"}
    with Puits() as puits:
        reglages = propre | {"EMAIL_URL": puits.url, "COURRIEL_BAIL_SECONDES": "5"}
        # Migrated already: nobody typed anything by then.
        poser(Postgres(ici / "etat/postgres", ici / "temporaire"))
        with Portail(ici / "etat", port_libre(), env=reglages) as portail:
            portail.tout_demarrer()
            yield portail, puits


def contenu(ou: str, **autres: str) -> dict[str, str]:
    """Return the typed content of a fiche, with its canaries."""
    champs = {"civilite": "madame", "nom": mot(f"nom{ou}"), "prenom": mot(f"prenom{ou}"), "departement": "57"}
    champs |= {
        "naissance": "17/03/1909",
        "difficultes": "droits",
        "obstacles": "complexite",
        "aide": "droits",
    }
    return champs | {"texte": f"Voici {mot('texte' + ou)}."} | autres


def plaintes(reponse: Reponse) -> str:
    """Return what a page complains of, for the message of a failed assertion."""
    return f"{reponse.status} {reponse.url} {re.findall(r'error[^>]*>([^<]+)<', reponse.texte)}"


def commencer(technicien: Curieux) -> str:
    """Open a draft; return its address."""
    reponse = technicien.envoyer("/demandes/nouvelle/moselle/difficulte/", motif="saisine-mas")
    assert "/brouillon/" in reponse.url, plaintes(reponse)
    return reponse.url.removeprefix(technicien.adresse)


def raconter(technicien: Curieux, agent: Curieux, gestionnaire: Curieux) -> str:
    """Type canaries everywhere; return the reference of the demande that went all the way."""
    garde = commencer(technicien)
    reponse = technicien.envoyer(garde, **contenu("brouillon", naissance="1909-03-17"), **{"plus-tard": "1"})
    assert "Brouillon enregistré" in reponse.texte

    adresse = commencer(technicien)
    reponse = technicien.envoyer(
        adresse, **contenu("refus", texte=f"{mot('nir')} {NIR}", naissance="17 mars 1909")
    )
    assert reponse.status == 422 and CANARI in reponse.texte
    reponse = technicien.envoyer(adresse, **contenu(""))
    assert reponse.url.endswith("/recapitulatif/"), plaintes(reponse)
    reference = adresse.split("/")[2]
    joindre(technicien, reference)
    reponse = technicien.envoyer(f"/demandes/{reference}/recapitulatif/", **ATTESTATIONS)
    assert f"Sa référence\xa0: {reference}" in reponse.texte

    converser(technicien, agent, reference)
    chercher(technicien, agent, gestionnaire, reference)
    declarer_une_violation(technicien)
    sans_session(technicien, reference)
    return reference


def joindre(technicien: Curieux, reference: str) -> None:
    """A piece whose name and content speak, one refused by its format, and the copy that the structure downloads."""
    adresse = f"/demandes/{reference}/pieces/"
    code = re.search(r'<option value="([a-z0-9-]+)"', technicien.lire(adresse).texte)
    assert code
    ecrit = pdf(texte=mot("contenu").encode("latin-1"))
    reponse = technicien.joindre(adresse, f"{mot('fichier')}.pdf", ecrit, nature=code[1])
    assert reponse.status == 200 and mot("fichier") in reponse.texte
    refuse = technicien.joindre(adresse, f"{mot('refuse')}.pdf", mot("faux").encode() * 50, nature=code[1])
    assert refuse.status == 422


def creneau() -> dict[str, str]:
    """Return a slot of a working day, and where to come."""
    champs = {"creneau_1": "14/12/2099 10:30", "duree": "30", "lieu": "telephone"}
    return champs | {"precisions": mot("rendezvous")}


def converser(technicien: Curieux, agent: Curieux, reference: str) -> None:
    """Complement, note and answer."""
    ici, la = f"/tri/{reference}/", f"/demandes/{reference}/"
    gestes = (
        (agent, ici, "prendre-en-charge", {}),
        (agent, ici, "noter", {"texte": mot("note")}),
        (agent, ici, "demander-complement", {"texte": mot("question")}),
        (technicien, la, "completer", {"texte": mot("complement")}),
        (agent, ici, "proposer-creneaux", creneau()),
        (technicien, la, "refuser-creneaux", {"texte": mot("empechement")}),
        (agent, ici, "repondre", {"texte": mot("reponse"), "issue": "droits-ouverts"}),
    )
    for qui, page, verbe, champs in gestes:
        jeton = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', qui.lire(page).texte)
        assert jeton
        saisie = {f"{verbe}-{nom}": valeur for nom, valeur in champs.items()}
        reponse = qui.lire(f"{page}{verbe}/", {"csrfmiddlewaretoken": jeton[1]} | saisie)
        assert (reponse.status, reponse.url) == (200, qui.adresse + page), plaintes(reponse)
    assert mot("reponse") in technicien.lire(la).texte and mot("note") in agent.lire(ici).texte
    assert technicien.lire(f"{la}accuse-reception.pdf").octets.startswith(b"%PDF")


def chercher(technicien: Curieux, agent: Curieux, gestionnaire: Curieux, reference: str) -> None:
    """Searches by name and date on both sides, in the guide, and a person's request of rights (R-03)."""
    for qui, page in ((technicien, "/demandes/"), (agent, "/tri/")):
        assert reference in qui.envoyer(page, mots=mot("nom")).texte
        assert reference in qui.envoyer(page, mots=f"{mot('prenom')} 17/03/1909").texte
    technicien.lire(f"/aide/?q={mot('aide')}")
    adresse = "/conformite/droits/nouvelle/"
    caisse = re.search(r'name="caisse".*?value="(\d+)"', gestionnaire.lire(adresse).texte, re.DOTALL)
    assert caisse
    reponse = gestionnaire.envoyer(
        adresse,
        caisse=caisse[1],
        **{"qualite": "assure", "droit": "acces", "recue_le": dt.date.today().isoformat()},
        **{"nom": mot("droits"), "prenom": mot("droitsprenom"), "naissance": "17/03/1909"},
        precisions=mot("precisions"),
    )
    assert reponse.status == 200 and "/nouvelle/" not in reponse.url, plaintes(reponse)


def declarer_une_violation(technicien: Curieux) -> None:
    """R-02: told from any page, with what should not have been written there."""
    adresse = "/violations/nouvelle/"
    caisse = re.search(r'name="caisse".*?value="(\d+)"', technicien.lire(adresse).texte, re.DOTALL)
    assert caisse
    connue = dt.datetime.now() - dt.timedelta(hours=5)
    reponse = technicien.envoyer(
        adresse,
        caisse=caisse[1],
        natures="confidentialite",
        connue_le=f"{connue:%Y-%m-%dT%H:%M}",
        description=f"Un dossier égaré, celui de {mot('violation')}.",
    )
    assert mot("violation") in reponse.texte and "/nouvelle/" not in reponse.url, plaintes(reponse)


def sans_session(technicien: Curieux, reference: str) -> None:
    """The same forms without a token, and without a session: the text is given back, and kept nowhere."""
    perdu = Curieux(technicien.adresse)
    saisie = urllib.parse.urlencode({"ecrire-texte": f"Un texte un peu long, {mot('perdu')}."}).encode()
    adresse, genre = f"/demandes/{reference}/ecrire/", "application/x-www-form-urlencoded"
    for qui in (technicien, perdu):
        reponse = qui.envoyer_brut(adresse, saisie, genre, Origin=technicien.adresse)
        assert reponse.status == 403 and mot("perdu") in reponse.texte


def lieux(portail: Portail, puits: Puits) -> dict[str, list[Path]]:
    """Return the places to search, what is not a file being written beside: rows as text, mails as received."""
    etat = portail.etat
    lignes, courriels = etat / "lignes", etat / "courriels"
    for dossier in (lignes, courriels):
        shutil.rmtree(dossier, ignore_errors=True)
        dossier.mkdir()
    for rang, recu in enumerate(puits.recus):
        (courriels / f"{rang}.eml").write_bytes(recu.brut)
        (courriels / f"{rang}.txt").write_text(f"{recu.sujet}\n{recu.texte}")
    with portail.postgres.connexion("espace_partenaires") as base:
        tables = base.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            requete = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))
            with (lignes / f"{table}.txt").open("w") as sortie:
                sortie.writelines(f"{ligne}\n" for (ligne,) in base.execute(requete))
    return {
        "base": [etat / "postgres/base"],
        "journal de la base": [etat / "postgres/pg_wal"],
        "lignes": [lignes],
        "courtier": [etat / "valkey"],
        "fichiers": [etat / "fichiers"],
        "clés": [etat / "cles"],
        "journaux": [etat / "journaux"],
        "courriels": [courriels],
        "temporaire": [portail.etat.parent / "temporaire"],
        "sauvegarde": [etat / "sauvegarde"],
    }


def poser_sur_disque(portail: Portail) -> None:
    """Write what memory still holds: pages and WAL of the database, the broker's log rewritten."""
    with portail.postgres.connexion("espace_partenaires") as base:
        base.execute("CHECKPOINT")
    with redis.Redis.from_url(f"unix://{portail.valkey.socket}") as courtier:
        courtier.bgrewriteaof()
        attendre(
            lambda: not courtier.info("persistence")["aof_rewrite_in_progress"], "la réécriture du courtier"
        )


def planter(portail: Portail, puits: Puits) -> None:
    """Leave the control word, in clear, in each place."""
    with portail.postgres.connexion("espace_partenaires") as base:
        base.execute("CREATE TABLE temoin (texte text)")
        base.execute("INSERT INTO temoin VALUES (%s)", [TEMOIN])
        base.execute(
            "INSERT INTO espace_partenaires_courrielsortant"
            " (message_id, destinataire, gabarit, sujet, corps, cree_le, essais, derniere_erreur, chemin)"
            " VALUES ('<temoin@portail.example>', 'temoin@portail.example', 'temoin', 'Bonjour', %s, now(), 0, '', '')",
            [TEMOIN],
        )
    with redis.Redis.from_url(f"unix://{portail.valkey.socket}") as courtier:
        courtier.set("temoin", TEMOIN)
    for dossier in (portail.etat / "fichiers", portail.etat / "cles", portail.etat.parent / "temporaire"):
        (dossier / "temoin").write_text(TEMOIN)
    for journal in portail.journaux.glob("*.log"):
        with journal.open("a") as sortie:
            sortie.write(f"{TEMOIN}\n")
    attendre(lambda: puits.pour("temoin@portail.example"), "le courriel témoin", PATIENCE)


# --- The backup, the term, the restored backup


def outil(portail: Portail, nom: str, *arguments: str) -> None:
    """Run a tool of Postgres on the portal's server."""
    lieu = ["-h", str(portail.postgres.socket), "-U", ADMIN]
    fait = subprocess.run(
        [str(binaires_postgres() / nom), *lieu, *arguments], capture_output=True, text=True, check=False
    )
    assert fait.returncode == 0, fait.stderr


def sauvegarder(portail: Portail) -> Path:
    """Back up the database and the storage, as of now; the key folder is never in it. Restore it beside."""
    dossier = portail.etat / "sauvegarde"
    shutil.copytree(portail.etat / "fichiers", dossier / "fichiers")
    outil(portail, "pg_dump", "-f", str(dossier / "base.sql"), "espace_partenaires")
    with portail.postgres.connexion() as admin:
        creer_base(admin, "restauree")
    outil(portail, "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(dossier / "base.sql"), "restauree")
    return dossier


def lecture(portail: Portail, commande: str, reference: str, ou: str, **env: str) -> Any:
    """Have a process of the portal read, or attach, with its keys of this very moment."""
    fait = subprocess.run(
        [sys.executable, "-m", "tests.pannes.lecture", commande, reference, mot(ou)],
        cwd=RACINE,
        env=portail.environnement() | {"DATABASE_POOL": "0"} | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert fait.returncode == 0, fait.stderr
    return json.loads(fait.stdout.splitlines()[-1])


def avancer(portail: Portail, jours: int, *entrees: str) -> None:
    """Move the portal's clock, and have its worker run these jobs one after the other."""
    with portail.postgres.connexion("espace_partenaires") as base:
        base.execute("DELETE FROM espace_partenaires_decalagehorloge")
        base.execute(
            'INSERT INTO espace_partenaires_decalagehorloge ("unique", duree) VALUES (true, %s)',
            [dt.timedelta(days=jours)],
        )
        for entree in entrees:
            tache = settings.CELERY_BEAT_SCHEDULE[entree]["task"]
            (debut,) = base.execute("SELECT clock_timestamp()").fetchone()
            with Connection(portail.valkey.url) as courtier:
                app.send_task(tache, connection=courtier, retry=False)
            attendre(lambda t=tache, d=debut: base.execute(FINIE, [t, d]).fetchone(), tache, PATIENCE)


def vieillir(portail: Portail) -> None:
    """Read and left: closed after fifteen days; at its term, destroyed in the first run after it."""
    # Those still open are prolonged as they come: all at once, the brake would hold them (K12).
    for jours in (16, *range(150, 215, 13)):
        avancer(portail, jours, "demandes")
    avancer(portail, 215, "demandes", "conservation", "fichiers")


def attendre_les_courriels(puits: Puits, reference: str) -> None:
    """Wait until the partner was told each step of the demande."""
    for debut in ("Accusé de réception", "La caisse attend", "La caisse a répondu"):
        attendre(
            lambda debut=debut: any(r.sujet.startswith(debut) and reference in r.texte for r in puits.recus),
            f"le courriel « {debut} »",
            PATIENCE,
        )


def test_canaris(ouvert: tuple[Portail, Puits]):
    portail, puits = ouvert
    gens = [Curieux(portail.adresse) for _ in range(3)]
    for qui, identifiant in zip(gens, ("technicien.metz", "agent.moselle", "gestionnaire.metz"), strict=True):
        qui.se_connecter(identifiant)
    reference = raconter(*gens)
    attendre_les_courriels(puits, reference)
    lecture(portail, "joindre", reference, "document")
    fouille = Fouille([CANARI, *DATES, NIR, NIR.replace(" ", "")])
    # The broker's log before its rewriting holds every message that went by.
    assert fouille.dans(portail.etat / "valkey") == []
    poser_sur_disque(portail)
    lieux(portail, puits)
    assert fouille.dans(portail.etat.parent) == []

    planter(portail, puits)
    sauvegarde = sauvegarder(portail)
    restauree = {
        "DATABASE_URL": portail.postgres.url(base="restauree"),
        "DOSSIER_FICHIERS": str(sauvegarde / "fichiers"),
    }
    vivante = lecture(portail, "lire", reference, "nom", **restauree)
    # The content, five messages, a slot, two files and their names.
    assert vivante == {"presente": True, "scelles": 11, "lus": 11, "trouvee": True}
    poser_sur_disque(portail)
    temoin = Fouille([TEMOIN])
    ou_est_il = {lieu: temoin.dans(*ou) for lieu, ou in lieux(portail, puits).items()}
    assert [lieu for lieu, trouve in ou_est_il.items() if not trouve] == []
    journaux = {chemin.name for chemin in portail.journaux.glob("*.log")}
    assert {"web.log", "worker.log", "beat.log", "postgres.log", "valkey.log"} <= journaux
    assert all(any(nom in quoi for quoi in ou_est_il["journaux"]) for nom in journaux)

    vieillir(portail)
    # Back to the day of the sessions: passwords have aged.
    avancer(portail, 0)
    technicien, agent, _ = gens
    for qui, page in ((technicien, "/demandes/"), (agent, "/tri/")):
        assert qui.lire(f"{page}{reference}/").status == 404
        assert reference not in qui.envoyer(page, mots=mot("nom")).texte
    absente = {"presente": False, "scelles": 0, "lus": 0, "trouvee": False}
    assert lecture(portail, "lire", reference, "nom") == absente
    poser_sur_disque(portail)
    lieux(portail, puits)
    assert fouille.dans(portail.etat.parent) == []
    # The row of the backup is there again; nothing of it opens any more, and no search finds it.
    revenue = lecture(portail, "lire", reference, "nom", **restauree)
    assert revenue == vivante | {"lus": 0, "trouvee": False}


@pytest.mark.parametrize(
    "octets",
    [
        *(forme(f"avant {CANARI} après") for forme in (str.encode, lambda t: t.encode("utf-16-le"))),
        *(base64.b64encode(b"a" * n + CANARI.encode() + b"suite") for n in range(3)),
        *(base64.urlsafe_b64encode(b"\xff" * n + CANARI.upper().encode() + b"\xff") for n in range(3)),
        CANARI.lower().encode().hex().encode(),
        urllib.parse.quote(CANARI).encode(),
        json.dumps(CANARI).encode(),
        json.dumps(json.dumps(CANARI)).encode(),
        b"xqvezork",
    ],
)
def test_la_fouille_voit_chaque_forme(tmp_path: Path, octets: bytes):
    (tmp_path / "trace").write_bytes(b"\0" * 5000 + octets + b"\0" * 5000)
    assert Fouille([CANARI]).dans(tmp_path) != []
    assert Fouille([TEMOIN]).dans(tmp_path) == []
