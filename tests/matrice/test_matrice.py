"""The access matrix, played: every address, every profile, both sides of every border (R-04).

An address without a line fails; so does a line whose owner is not served. Every refusal leaves its journal line.
A GET writes nothing but the journal, read marks and the session; a method that is not offered gets 405.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from conformite.models.journal import LigneJournal
from socle.profils import Profil
from tests.matrice.monde import AILLEURS, COLONNES, Monde
from tests.matrice.table import TABLE, Ligne

SERVI = (200, 204, 302)
# An invalid form is shown again; a step that is no longer possible says so.
RECU = (*SERVI, 409, 422)
REFUS = (403, 404)
AUTORISES_EN_LECTURE = re.compile(
    r"""(INSERT\ INTO\ "conformite_lignejournal"
    |(INSERT\ INTO|UPDATE|DELETE\ FROM)\ "accounts_session\w*"
    |UPDATE\ "signalements_message"\ SET\ "lu_le"\ =\ \S+\ "lu_par_id"\ =\ \S+\ WHERE
    |UPDATE\ "signalements_demande"\ SET\ "lue_le"\ =\ \S+\ WHERE)""",
    re.VERBOSE,
)
ECRITURE = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|CREATE|ALTER|DROP)\b", re.IGNORECASE)


@contextmanager
def essai() -> Iterator[None]:
    """Try something, then undo it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def noms_du_resolveur(motifs: list[Any] | None = None) -> list[str]:
    """Return the name of every address; a nameless one is told by its pattern."""
    noms = []
    for motif in get_resolver().url_patterns if motifs is None else motifs:
        if isinstance(motif, URLResolver):
            noms += noms_du_resolveur(motif.url_patterns)
        else:
            assert isinstance(motif, URLPattern)
            noms.append(motif.name or str(motif.pattern))
    return noms


def adresse(monde: Monde, ligne: Ligne) -> str:
    cle, *mots = ligne.objet.split()
    return reverse(ligne.vue, kwargs=monde.objets[cle] | dict(mot.split("=", 1) for mot in mots))


def servis(ligne: Ligne) -> set[str]:
    """Return the columns that the line serves."""
    if ligne.servis == "tous":
        return set(COLONNES)
    colonnes: set[str] = set()
    for mot in ligne.servis.split():
        ici = mot.rstrip("*")
        colonnes |= {ici, f"{ici}{AILLEURS}"} if mot != ici else {ici}
    if {"technicien", f"technicien{AILLEURS}"} <= colonnes:
        colonnes.add("collegue")
    assert colonnes <= set(COLONNES), f"{ligne} : {colonnes - set(COLONNES)}"
    return colonnes


def un_servi(ligne: Ligne) -> str:
    """Return the first column that the line serves."""
    return next(colonne for colonne in COLONNES if colonne in servis(ligne))


def demander(client: Client, methode: str, ou: str, envoi: dict[str, Any] | None = None) -> HttpResponse:
    reponse = getattr(client, methode.lower())(ou, envoi) if envoi else getattr(client, methode.lower())(ou)
    # Read to its end: a download holds its file until then.
    return reponse if not reponse.streaming else _lue(reponse)


def _lue(reponse: HttpResponse) -> HttpResponse:
    reponse.getvalue()
    return reponse


def va_a_la_porte(reponse: HttpResponse) -> bool:
    """Whether the answer sends to a step of the sign-in instead of the page."""
    return reponse.status_code == 302 and bool(
        re.match(r"/(connexion|cgu|mot-de-passe/changer)/", reponse.headers["Location"])
    )


def test_chaque_adresse_a_sa_ligne():
    noms, lignes = set(noms_du_resolveur()), {ligne.vue for ligne in TABLE}
    assert noms - lignes == set(), "adresses sans ligne"
    assert lignes - noms == set(), "lignes sans adresse"
    assert not [nom for nom in noms if nom.startswith("demo")], "la démonstration est fermée ici"


def test_chaque_ligne_sert_quelquun():
    assert {Profil(colonne.removesuffix(AILLEURS)) for colonne in COLONNES if colonne != "collegue"} == set(
        Profil
    )
    for ligne in PROTEGEES:
        assert servis(ligne), f"{ligne} : personne n’est servi"


PROTEGEES = [ligne for ligne in TABLE if ligne.servis not in ("public", "porte")]


@pytest.mark.parametrize("ligne", PROTEGEES, ids=str)
def test_qui_est_servi(monde: Monde, ligne: Ligne):
    ou, faux = adresse(monde, ligne), []
    attendus = servis(ligne)
    for colonne in COLONNES:
        for methode in ligne.methodes.split():
            with essai():
                probleme = _jouer(monde, ligne, colonne, colonne in attendus, methode, ou)
            if probleme:
                faux.append(probleme)
    assert faux == []


def _jouer(monde: Monde, ligne: Ligne, colonne: str, servi: bool, methode: str, ou: str) -> str:
    compte = monde.comptes[colonne]
    client = monde.entre(colonne)
    traces = LigneJournal.objects.filter(acte="acces.refuse", compte=compte.pk)
    avant = traces.count()
    envoi = {nom: str(valeur).format_map(monde.cles) for nom, valeur in ligne.envoi.items()}
    reponse = demander(client, methode, ou, envoi if methode == "POST" else None)
    qui = f"{colonne} {methode} {ou} : {reponse.status_code}"
    if servi:
        # A form sent empty on purpose is received and shown again; the page itself, or a lone act, is served.
        seul = methode == "GET" or "GET" not in ligne.methodes
        if reponse.status_code not in (SERVI if seul else RECU) or va_a_la_porte(reponse):
            return f"{qui}, attendu servi"
        return ""
    if reponse.status_code not in REFUS:
        return f"{qui}, attendu refusé"
    return "" if traces.count() == avant + 1 else f"{qui}, sans ligne au journal"


@pytest.mark.parametrize("ligne", PROTEGEES, ids=str)
def test_sans_session_et_sans_second_facteur(monde: Monde, ligne: Ligne):
    ou = adresse(monde, ligne)
    for methode in ligne.methodes.split():
        with essai():
            anonyme = demander(Client(), methode, ou, ligne.envoi)
            assert anonyme.status_code == 302, f"{methode} {ou}"
            assert anonyme.headers["Location"].startswith("/connexion/?next="), anonyme.headers["Location"]
            a_demi = demander(monde.sans_code(un_servi(ligne)), methode, ou, ligne.envoi)
            assert (a_demi.status_code, a_demi.headers.get("Location")) == (302, "/connexion/code/")


@pytest.mark.parametrize("ligne", [ligne for ligne in TABLE if ligne.servis == "public"], ids=str)
def test_publiques(monde: Monde, ligne: Ligne):
    ou = adresse(monde, ligne)
    for client in (Client(), monde.sans_code("technicien"), monde.entre("agent")):
        with essai():
            reponse = client.get(ou)
            assert reponse.status_code in (*SERVI, 503 if ligne.vue == "sante-etat" else 200), ou
            assert not va_a_la_porte(reponse)


def test_portes(monde: Monde):
    """The steps of the sign-in: each serves the one who stands before it, and sends the others on their way."""
    portes = {ligne.vue for ligne in TABLE if ligne.servis == "porte"}
    assert portes == {"connexion", "connexion-code", "deconnexion", "cgu"}
    vus = {
        "anonyme": Client,
        "mot de passe": lambda: monde.sans_code("technicien"),
        "entré": lambda: monde.entre("technicien"),
    }
    attendus = {
        ("GET", "connexion"): (200, "/", "/"),
        ("GET", "connexion-code"): ("/connexion/?next=/connexion/code/", 200, "/"),
        ("POST", "deconnexion"): (
            "/connexion/?next=/deconnexion/",
            "/connexion/?raison=deconnexion",
            "/connexion/?raison=deconnexion",
        ),
        ("GET", "cgu"): ("/connexion/?next=/cgu/", "/connexion/code/", 200),
    }
    for (methode, vue), reponses in attendus.items():
        for (qui, client), attendue in zip(vus.items(), reponses, strict=True):
            with essai():
                reponse = demander(client(), methode, reverse(vue))
                recue = reponse.headers.get("Location", reponse.status_code)
                assert recue == attendue, f"{qui} {vue}"


EN_LECTURE = [ligne for ligne in TABLE if "GET" in ligne.methodes.split()]


@pytest.mark.parametrize("ligne", EN_LECTURE, ids=str)
def test_un_get_n_ecrit_rien(monde: Monde, ligne: Ligne):
    """Nothing but the reading log, read marks and the session's last activity."""
    ou, ecritures = adresse(monde, ligne), []

    def noter(executer: Any, sql: str, params: Any, many: bool, contexte: dict[str, Any]) -> Any:
        if ECRITURE.match(sql) and not AUTORISES_EN_LECTURE.match(sql):
            ecritures.append(sql[:200])
        return executer(sql, params, many, contexte)

    for colonne in servis(ligne) if ligne in PROTEGEES else ["technicien"]:
        with essai():
            client = monde.entre(colonne) if ligne in PROTEGEES else Client()
            with connection.execute_wrapper(noter):
                demander(client, "GET", ou)
    assert ecritures == []


@pytest.mark.parametrize("ligne", TABLE, ids=str)
def test_autres_methodes(monde: Monde, ligne: Ligne):
    """A method that the address does not offer gets 405, from the one who is served."""
    ou = adresse(monde, ligne)
    colonne = un_servi(ligne) if ligne in PROTEGEES else "technicien"
    offertes = {"GET": {"GET", "HEAD"}, "POST": {"POST"}}
    permises = set().union(*(offertes[methode] for methode in ligne.methodes.split()))
    faux = []
    for methode in {"GET", "POST", "PUT", "PATCH", "DELETE"} - permises:
        with essai():
            statut = getattr(monde.entre(colonne), methode.lower())(ou).status_code
        if statut != 405:
            faux.append(f"{methode} {ou} : {statut}")
    assert faux == []
