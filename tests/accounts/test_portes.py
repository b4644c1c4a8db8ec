"""What every address of accounts owes to strangers, and every step of the sign-in to unknown people (A-07, ASVS 6.3.8, 8.x)."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from accounts import urls as urls_des_comptes
from accounts.actions.comptes import creer_compte, inactiver, reactiver
from accounts.actions.habilitations import deposer_demande
from accounts.actions.revues import ouvrir_revue
from accounts.actions.securite import signaler
from accounts.models.compte import Compte
from accounts.models.contreseings import Contreseing
from accounts.models.habilitations import DemandeHabilitation, Exclusion, SignalementSecurite
from accounts.models.revues import LigneRevue, Revue
from accounts.regles import CERTIFICATIONS
from conformite.models.journal import LigneJournal
from socle import horloge
from socle.acteurs import ANONYME, MACHINE
from socle.profils import Profil
from tests import conftest
from tests.accounts.aides import personne
from tests.accounts.authentificateur import enregistrer
from tests.accounts.test_connexion import saisir_mot_de_passe
from tests.distribution import connecte

# Addresses whose argument is no row: a personal token, a kind of form, one's own session.
SANS_OBJET = {"jeton", "nature", "empreinte"}
MODELES = (Compte, Contreseing, DemandeHabilitation, Revue, LigneRevue, Exclusion, SignalementSecurite)


def motifs_avec_objet() -> list[URLPattern]:
    """Return the addresses of accounts that name a row, as the resolver has them; the hand-over is one of them."""
    tous = [motif for motif in get_resolver().url_patterns if isinstance(motif, URLPattern)]
    for inclus in get_resolver().url_patterns:
        tous += [m for m in getattr(inclus, "url_patterns", []) if isinstance(m, URLPattern)]
    connus = {motif.name for motif in urls_des_comptes.urlpatterns} | {"compte-reprendre"}
    choisis = [m for m in tous if m.name in connus and set(m.pattern.converters) - SANS_OBJET]
    assert len(choisis) > 20
    return choisis


@pytest.fixture
def objets(
    metz, caisse_moselle, gestionnaire_metz, technicien_metz, administrateur_moselle, agent_moselle, national
) -> dict[str, dict]:
    """Return the rows of Metz, by the first word of the address."""
    cle = enregistrer(connecte(technicien_metz))
    demande = deposer_demande(
        nature="habilitation", partenaire=metz, caisse=caisse_moselle, par=gestionnaire_metz, **personne()
    )
    revue = ouvrir_revue(metz, caisse=caisse_moselle, par=MACHINE)
    signalement = signaler(nature="perte", faits="Téléphone perdu.", compte=technicien_metz, par=ANONYME)
    exclusion = Exclusion.objects.create(
        compte=technicien_metz,
        caisse=caisse_moselle,
        raison="Usage détourné.",
        prononcee_le=horloge.maintenant(),
        prononcee_par=administrateur_moselle,
    )
    inactiver(agent_moselle, par=administrateur_moselle, cause="depart")
    reactiver(agent_moselle, par=administrateur_moselle)
    return {
        "cle": {"pk": cle.pk},
        "contreseing": {"pk": agent_moselle.contreseings.get().pk},
        "compte": {"pk": technicien_metz.pk, "exclusion": exclusion.pk},
        "comptes": {"siret": metz.siret},
        "habilitation": {"pk": demande.pk},
        "revue": {"pk": revue.pk, "ligne": revue.lignes.order_by("pk")[0].pk},
        "securite": {"pk": signalement.pk},
    }


def etat() -> list:
    return [list(modele.objects.order_by("pk").values()) for modele in MODELES]


@pytest.mark.parametrize(
    "etranger",
    ["gestionnaire_grimaud", "administrateur_var", "technicien_grimaud", "agent_var", "collegue_metz"],
)
def test_un_etranger_recoit_404_partout(request, objets, etranger):
    """The gestionnaire of another structure, the administrateur of another caisse: 404 on each address.

    A profile that has no such page at all may be told so (403). A journal line each time, and nothing changed.
    """
    acteur = request.getfixturevalue(etranger)
    attendus = {404} if acteur.profil in (Profil.GESTIONNAIRE, Profil.ADMINISTRATEUR) else {403, 404}
    client, avant, faux = connecte(acteur), etat(), []
    essais = 0
    for motif in motifs_avec_objet():
        noms = objets[motif.name.partition("-")[0]]
        if etranger == "collegue_metz" and "siret" in noms:
            # His own structure.
            continue
        adresse = reverse(motif.name, kwargs={nom: noms[nom] for nom in motif.pattern.converters})
        for methode in ("get", "post"):
            statut = getattr(client, methode)(adresse).status_code
            essais += statut in attendus
            if statut not in attendus | {405}:
                faux.append(f"{methode} {adresse} : {statut}")
    assert faux == []
    assert etat() == avant
    assert LigneJournal.objects.filter(compte=acteur.pk, acte="acces.refuse").count() == essais


# --- The same answer, and the same work, for who is known and who is not


def sans_hasard(reponse: HttpResponse, *identifiants: str) -> str:
    page = re.sub(r"(nonce|value|name|content)=\"[^\"]*\"", "", reponse.content.decode())
    for identifiant in identifiants:
        page = page.replace(identifiant, "X")
    return page


@pytest.fixture
def connus(metz, gestionnaire_metz, technicien_metz, collegue_metz) -> tuple[str, ...]:
    """Return an active identifiant, one that waits, a closed one, and one that nobody has."""
    attente = creer_compte(
        profil=Profil.TECHNICIEN,
        partenaire=metz,
        par=gestionnaire_metz,
        certifications=CERTIFICATIONS,
        **personne(),
    )
    inactiver(collegue_metz, par=gestionnaire_metz, cause="depart")
    return technicien_metz.identifiant, attente.identifiant, collegue_metz.identifiant, "inconnu.total"


def test_meme_reponse_et_meme_travail_a_la_connexion(connus, monkeypatch):
    """A-07: active, waiting, closed, unknown: the same page, one hash, the same number of queries."""
    calculs = Counter()
    for nom in ("encode", "verify"):
        d_origine = getattr(conftest.ArgonRapide, nom)

        def compter(self, *args, _d_origine=d_origine, **kwargs):
            calculs["faits"] += 1
            return _d_origine(self, *args, **kwargs)

        monkeypatch.setattr(conftest.ArgonRapide, nom, compter)
    pages, travaux = set(), set()
    for identifiant in connus:
        calculs.clear()
        with CaptureQueriesContext(connection) as requetes:
            reponse = saisir_mot_de_passe(Client(), identifiant, "un autre mot de passe")
        pages.add((reponse.status_code, sans_hasard(reponse, identifiant)))
        travaux.add((calculs["faits"], len(requetes)))
    assert len(pages) == 1
    assert len(travaux) == 1 and next(iter(travaux))[0] == 1, travaux


@pytest.mark.parametrize(
    ("vue", "champ", "connu", "inconnu"),
    [
        ("mot-de-passe-oublie", "identifiant", "technicien.metz", "inconnu.total"),
        ("identifiant-oublie", "email", "technicien.metz@metz.example", "personne@metz.example"),
    ],
)
def test_meme_reponse_aux_oublis(technicien_metz, vue, champ, connu, inconnu):
    """A-04: the forgotten identifiant or password answers the same, whoever asks."""
    reponses = []
    for valeur in (connu, inconnu):
        client = Client()
        depart = client.post(reverse(vue), {champ: valeur})
        reponses.append((depart.status_code, depart.url, sans_hasard(client.get(depart.url), valeur)))
    assert reponses[0] == reponses[1]
