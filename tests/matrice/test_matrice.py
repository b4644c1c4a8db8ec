"""The access matrix, played: every address, every profile, both sides of every border (R-04).

An address without a line fails; so does a line whose owner is not served. Every refusal leaves its journal line.
A GET writes nothing but the journal, the count of documents, read marks and the session; a method that is not offered gets 405.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models.sessions import OUVERTE
from accounts.reauthentification import PREFIXE, SENSIBLES, SI
from conformite.models.journal import LigneJournal
from espace_partenaires.volumes import DOCUMENTS
from signalements.views import suivi, tri
from signalements.views.demande import Acte
from socle import horloge
from socle.models import CourrielSortant
from socle.profils import Profil
from tests.matrice.monde import AILLEURS, COLONNES, Monde, bloc
from tests.matrice.table import TABLE, Ligne

Vue = Callable[..., HttpResponse]
SERVI = (200, 204, 302)
# An invalid form is shown again; a step that is no longer possible says so.
RECU = (*SERVI, 409, 422)
REFUS = (403, 404)
AUTORISES_EN_LECTURE = re.compile(
    r"""(INSERT\ INTO\ "conformite_lignejournal"
    |INSERT\ INTO\ "espace_partenaires_passage"
    |(INSERT\ INTO|UPDATE|DELETE\ FROM)\ "accounts_session\w*"
    |UPDATE\ "signalements_message"\ SET\ "lu_le"\ =\ \S+\ "lu_par_id"\ =\ \S+\ WHERE
    |UPDATE\ "signalements_demande"\ SET\ "lue_le"\ =\ \S+\ WHERE
    |UPDATE\ "signalements_piece"\ SET\ "ouverte_le"\ =\ \S+\ "ouverte_par_id"\ =\ \S+\ WHERE
    |UPDATE\ "espace_partenaires_courrielsortant"\ SET\ "lu_le"\ =\ \S+\ WHERE)""",
    re.VERBOSE,
)
ECRITURE = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|CREATE|ALTER|DROP)\b", re.IGNORECASE)


@contextmanager
def essai() -> Iterator[None]:
    """Try something, then undo it."""
    with bloc():
        yield
        transaction.set_rollback(True)


def motifs_du_resolveur(motifs: list[Any] | None = None) -> Iterator[URLPattern]:
    """Yield every address of the portal."""
    for motif in get_resolver().url_patterns if motifs is None else motifs:
        if isinstance(motif, URLResolver):
            yield from motifs_du_resolveur(motif.url_patterns)
        else:
            assert isinstance(motif, URLPattern)
            yield motif


def noms_du_resolveur() -> list[str]:
    """Return the name of every address; a nameless one is told by its pattern."""
    return [motif.name or str(motif.pattern) for motif in motifs_du_resolveur()]


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
    """Return the first column that the line serves; a technicien where everybody is."""
    if ligne.servis in ("public", "porte"):
        return "technicien"
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


# Its file goes through the antivirus: tests/fichiers/test_documents.py asks it of each side.
AVEC_UN_FICHIER = {"envoyer-document"}


@pytest.mark.parametrize(("vue", "actes"), [("tri-agir", tri.ACTES), ("demande-agir", suivi.ACTES)])
def test_chaque_acte_d_une_demande_a_sa_ligne(vue: str, actes: list[Acte]):
    """The address is one, the acts are many: each is tried by everybody."""
    lignes = {ligne.objet.partition("verbe=")[2] for ligne in TABLE if ligne.vue == vue}
    assert lignes == {acte.verbe for acte in actes} - AVEC_UN_FICHIER


def test_chaque_ligne_sert_quelquun():
    assert {Profil(colonne.removesuffix(AILLEURS)) for colonne in COLONNES if colonne != "collegue"} == set(
        Profil
    )
    for ligne in PROTEGEES:
        assert servis(ligne), f"{ligne} : personne n’est servi"


PROTEGEES = [ligne for ligne in TABLE if ligne.servis not in ("public", "porte")]


# --- The questions asked of a line: each tells, one by one, the answers that are not the table's


def qui_est_servi(monde: Monde, ligne: Ligne, ou: str) -> Iterator[str]:
    """Each profile on both sides of each border, each method; a refusal leaves its line in the journal."""
    attendues = servis(ligne)
    refus = LigneJournal.objects.filter(acte="acces.refuse")
    # What is tried is undone: so many for each account before each try.
    deja = Counter(refus.values_list("compte", flat=True))
    for colonne in COLONNES:
        servi, compte = colonne in attendues, monde.comptes[colonne].pk
        for methode in ligne.methodes.split():
            envoi = {nom: str(valeur).format_map(monde.cles) for nom, valeur in ligne.envoi.items()}
            qui = f"{colonne} {methode} {ou}"
            with essai(), ecritures(qui) as ecrites:
                reponse = demander(monde.entre(colonne), methode, ou, envoi if methode == "POST" else None)
                trace = servi or refus.filter(compte=compte).count() == deja[compte] + 1
            yield from ecrites if methode == "GET" else ()
            qui += f" : {reponse.status_code}"
            # A form sent empty on purpose is received and shown again; the page itself, or a lone act, is served.
            seul = methode == "GET" or "GET" not in ligne.methodes
            attendus = (SERVI if seul else RECU) if servi else REFUS
            if reponse.status_code not in attendus or (servi and va_a_la_porte(reponse)):
                yield f"{qui}, attendu {attendus}"
            elif (
                methode == "GET"
                and reponse.headers["Content-Type"] == "application/pdf"
                and not couteuse(ligne)
            ):
                yield f"{qui}, un document que rien ne compte"
            elif not trace:
                yield f"{qui}, sans ligne au journal"


def sans_session_ni_second_facteur(monde: Monde, ligne: Ligne, ou: str) -> Iterator[str]:
    """Each method sends to the step of the sign-in that is missing."""
    clients = {"/connexion/?next=": Client, "/connexion/code/": lambda: monde.sans_code(un_servi(ligne))}
    for methode in ligne.methodes.split():
        for porte, client in clients.items():
            with essai():
                reponse = demander(client(), methode, ou, ligne.envoi)
            vers = reponse.headers.get("Location", "")
            if reponse.status_code != 302 or not vers.startswith(porte):
                yield f"{methode} {ou} : {reponse.status_code} {vers}, attendu {porte}"


def couteuse(ligne: Ligne) -> bool:
    """Whether the documents of this address are counted (espace_partenaires/volumes.py), or kept, not drawn."""
    gardes = {"mode-d-emploi", "convention-preuve", "demande-piece", "tri-piece", "publication-document"}
    return ligne.vue in DOCUMENTS | gardes | {"violation-document"}


def preuve_perimee(monde: Monde, ligne: Ligne, ou: str) -> Iterator[str]:
    """A sensitive act is not done, nor its page shown, by who typed the password a quarter of an hour ago (ASVS 7.5.3)."""
    for methode in ligne.methodes.split() if ligne.vue in SENSIBLES else ():
        with essai():
            client = monde.entre(un_servi(ligne))
            session = client.session
            session[OUVERTE] = int(horloge.temps_reel().timestamp()) - 15 * 60
            session.save()
            envoi = (ligne.envoi or {}) | {"confirmer": "on", f"{PREFIXE}-mot_de_passe": "deviné"}
            reponse = demander(client, methode, ou, envoi if methode == "POST" else None)
        if methode == "GET" and ligne.vue in SI:
            continue
        if "Confirmer votre identité" not in reponse.content.decode():
            yield f"{methode} {ou} : fait sans le mot de passe"


def autres_methodes(monde: Monde, ligne: Ligne, ou: str) -> Iterator[str]:
    """A method that the address does not offer gets 405, from the one who is served."""
    offertes = {"GET": {"GET", "HEAD"}, "POST": {"POST"}}
    permises = set().union(*(offertes[methode] for methode in ligne.methodes.split()))
    for methode in sorted({"GET", "POST", "PUT", "PATCH", "DELETE"} - permises):
        with essai():
            statut = demander(monde.entre(un_servi(ligne)), methode, ou).status_code
        if statut != 405:
            yield f"{methode} {ou} : {statut}, attendu 405"


def publique(monde: Monde, ligne: Ligne, ou: str) -> Iterator[str]:
    """Open to everyone, whatever the step of the sign-in."""
    bons = (*SERVI, 503) if ligne.vue == "sante-etat" else SERVI
    for client in (Client, lambda: monde.sans_code("technicien"), lambda: monde.entre("agent")):
        with essai():
            entrant = client()
            with ecritures(f"GET {ou}") as ecrites:
                reponse = demander(entrant, "GET", ou)
        yield from ecrites
        if reponse.status_code not in bons or va_a_la_porte(reponse):
            yield f"GET {ou} : {reponse.status_code}, attendu servi"


def porte(monde: Monde, ligne: Ligne, ou: str) -> Iterator[str]:
    """Who passes is another test's (test_portes)."""
    if "GET" in ligne.methodes.split():
        with essai(), ecritures(f"GET {ou}") as ecrites:
            demander(Client(), "GET", ou)
        yield from ecrites


@contextmanager
def ecritures(qui: str) -> Iterator[list[str]]:
    """Collect what a GET may not write: anything but the journal, read marks and the session's last activity."""
    vues: list[str] = []

    def noter(executer: Any, sql: str, params: Any, many: bool, contexte: dict[str, Any]) -> Any:
        if ECRITURE.match(sql) and not AUTORISES_EN_LECTURE.match(sql):
            vues.append(f"{qui} écrit : {sql[:200]}")
        return executer(sql, params, many, contexte)

    with connection.execute_wrapper(noter):
        yield vues


QUESTIONS = {"public": (publique, autres_methodes), "porte": (porte, autres_methodes)}
DES_PAGES = (qui_est_servi, sans_session_ni_second_facteur, preuve_perimee, autres_methodes)


def reponses_fausses(monde: Monde, ligne: Ligne) -> list[str]:
    """Ask a line all its questions in one pass; a wrong answer to one hides none of the others."""
    ou = adresse(monde, ligne)
    return [
        faux for question in QUESTIONS.get(ligne.servis, DES_PAGES) for faux in question(monde, ligne, ou)
    ]


@pytest.mark.parametrize("ligne", TABLE, ids=str)
def test_une_ligne(monde: Monde, ligne: Ligne):
    assert reponses_fausses(monde, ligne) == []


def test_portes(monde: Monde):
    """The steps of the sign-in: each serves the one who stands before it, and sends the others on their way."""
    portes = {ligne.vue for ligne in TABLE if ligne.servis == "porte"}
    assert portes == {"connexion", "connexion-code", "connexion-cle", "deconnexion", "cgu"}
    vus = {
        "anonyme": Client,
        "mot de passe": lambda: monde.sans_code("technicien"),
        "entré": lambda: monde.entre("technicien"),
    }
    attendus = {
        ("GET", "connexion"): (200, "/", "/"),
        ("GET", "connexion-code"): ("/connexion/?next=/connexion/code/", 200, "/"),
        ("GET", "connexion-cle"): ("/connexion/", 200, "/"),
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


# --- Each question sees its fault: a page put in the place of another answers wrongly in one way


def _qui_ecrit(vue: Vue) -> Vue:
    def fautive(request: HttpRequest, **adresse: Any) -> HttpResponse:
        CourrielSortant.objects.update(sujet="Lu")
        return vue(request, **adresse)

    return fautive


def _pour_tous(vue: Vue) -> Vue:
    return lambda request, **adresse: HttpResponse("Servi à tous.")


def _pour_personne(vue: Vue) -> Vue:
    return lambda request, **adresse: HttpResponse("Refusé.", status=403)


def _en_silence(vue: Vue) -> Vue:
    def fautive(request: HttpRequest, **adresse: Any) -> HttpResponse:
        try:
            return vue(request, **adresse)
        except PermissionDenied:
            # The journal tells no refusal of an address that it does not know.
            request.resolver_match = None
            raise

    return fautive


def _sans_connexion(vue: Vue) -> Vue:
    def fautive(request: HttpRequest, **adresse: Any) -> HttpResponse:
        return vue(request, **adresse) if request.user.is_authenticated else HttpResponse("Entrez.")

    return login_not_required(fautive)


FAUTES = {
    "écrit": (_qui_ecrit, {" écrit : UPDATE"}),
    "tous": (_pour_tous, {": 200, attendu (403, 404)", ": 200, attendu 405"}),
    "personne": (_pour_personne, {": 403, attendu (200, 204, 302)", ": 403, attendu 405"}),
    "silence": (_en_silence, {": 403, sans ligne au journal"}),
    "sans connexion": (_sans_connexion, {"attendu /connexion/?next=", "attendu /connexion/code/"}),
}


@pytest.mark.parametrize("faute", FAUTES)
def test_chaque_question_voit_sa_faute(monde: Monde, monkeypatch: pytest.MonkeyPatch, faute: str):
    ligne = next(ligne for ligne in TABLE if ligne.vue == "conservation")
    motif = next(motif for motif in motifs_du_resolveur() if motif.name == ligne.vue)
    fauter, vues = FAUTES[faute]
    monkeypatch.setattr(motif, "callback", fauter(motif.callback))
    reponses = reponses_fausses(monde, ligne)
    assert {vue for vue in vues if any(vue in reponse for reponse in reponses)} == vues, reponses
    assert {reponse for reponse in reponses if not any(vue in reponse for vue in vues)} == set()
