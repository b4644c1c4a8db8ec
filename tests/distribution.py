"""The cast of the tests: two caisses, two structures, one active account for each profile.

Plain functions make the objects; the fixtures name them. `connecte(compte)` gives a client fully signed in
(password, second factor, conditions of use) without going through the pages; `connecte_sans_code(compte)` stops
at the password.
"""

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.actions.acces import accepter_cgu, choisir_second_facteur, publier_cgu
from accounts.models.acces import VersionCGU
from accounts.models.compte import Compte
from accounts.models.sessions import OUVERTE, VUE
from accounts.regles import CERTIFICATIONS
from accounts.views.connexion import BACKEND
from caisses.models import Caisse, Motif, Pole
from conventions.clauses import par_defaut
from conventions.models.conventions import Convention, Objet, Participation
from conventions.models.partenaires import Partenaire
from conventions.regles import QUOTA_GESTIONNAIRES, QUOTA_TECHNICIENS
from socle import horloge
from socle.acteurs import MACHINE
from socle.profils import Profil

MOT_DE_PASSE = "Un cheval pile des agrafes"
GRAINE = b"12345678901234567890"


@cache
def _empreinte() -> str:
    """Hash once: Argon2 is slow on purpose."""
    return make_password(MOT_DE_PASSE)


# --- Objects


def creer_caisse(code: str, nom: str, departement: str, **champs: Any) -> Caisse:
    """Create a caisse, with a pôle for each pôle of the motifs; its mail domain is `caisse.example` unless given."""
    champs = {"domaines": ["caisse.example"]} | champs
    caisse = Caisse.objects.create(
        code=code, nom=nom, departement=departement, departements=[departement], **champs
    )
    for pole in set(Motif.objects.order_by("pole_code").values_list("pole_code", flat=True)):
        Pole.objects.create(caisse=caisse, code=pole, libelle=pole.replace("-", " ").capitalize())
    return caisse


def creer_partenaire(siret: str, nom: str, membres: int = 40, **champs: Any) -> Partenaire:
    """Create a structure whose mail domain is `s<siret>.example` unless given."""
    return Partenaire.objects.create(
        siret=siret,
        nom=nom,
        membres=membres,
        type=champs.pop("type", Partenaire.Type.CCAS),
        domaines=champs.pop("domaines", [f"s{siret}.example"]),
        **champs,
    )


def creer_convention(
    partenaire: Partenaire, *caisses: Caisse, debut: dt.date | None = None, **champs: Any
) -> Convention:
    """Create a convention in force with these caisses, all motifs open, both documents signed."""
    convention = Convention.objects.create(
        reference=f"C{Convention.objects.count() + 1:04d}",
        partenaire=partenaire,
        objet=Objet.ACCES_DROITS,
        statut=Convention.Statut.EN_VIGUEUR,
        creee_le=horloge.maintenant(),
        clauses=champs.pop("clauses", par_defaut(Objet.ACCES_DROITS, partenaire)),
        quota_gestionnaires=champs.pop("quota_gestionnaires", [list(p) for p in QUOTA_GESTIONNAIRES]),
        quota_techniciens=champs.pop("quota_techniciens", [list(p) for p in QUOTA_TECHNICIENS]),
        **champs,
    )
    for caisse in caisses:
        depuis = debut or caisse.jour - dt.timedelta(days=100)
        participation = Participation.objects.create(
            convention=convention,
            caisse=caisse,
            partenaire=partenaire,
            objet=convention.objet,
            debut=depuis,
            utilisation_debut=depuis,
        )
        participation.motifs.set(Motif.objects.all())
    return convention


def creer_compte_actif(
    identifiant: str,
    profil: str,
    *,
    partenaire: Partenaire | None = None,
    caisses: tuple[Caisse, ...] = (),
    **champs: Any,
) -> Compte:
    """Create an active account with password, second factor and conditions accepted."""
    prenom, _, nom = identifiant.partition(".")
    maintenant = horloge.maintenant()
    domaine = partenaire.domaines[0] if partenaire else "caisse.example"
    valeurs = {
        "nom": nom.capitalize(),
        "prenom": prenom.capitalize(),
        "email": f"{identifiant}@{domaine}",
        "statut": Compte.Statut.ACTIF,
        "password": _empreinte(),
        "mot_de_passe_change_le": maintenant,
        "cree_le": maintenant,
        "active_le": maintenant,
        "derniere_connexion_le": maintenant,
        "certifications": sorted(CERTIFICATIONS) if profil == Profil.TECHNICIEN else [],
    }
    compte = Compte.objects.create(
        identifiant=identifiant, profil=profil, partenaire=partenaire, **valeurs | champs
    )
    compte.caisses.set(caisses)
    compte.poles.set(Pole.objects.filter(caisse__in=caisses))
    choisir_second_facteur(compte, GRAINE)
    accepter_cgu(compte, VersionCGU.objects.en_vigueur() or publier_cgu("Conditions d’essai.", MACHINE))
    return compte


# --- Signed-in clients


def connecte_sans_code(compte: Compte) -> Client:
    """Return a client that gave the password only."""
    client = Client()
    client.force_login(compte, backend=BACKEND)
    session = client.session
    session[OUVERTE] = session[VUE] = int(horloge.temps_reel().timestamp())
    session.save()
    return client


def connecte(compte: Compte) -> Client:
    """Return a client fully signed in."""
    client = connecte_sans_code(compte)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = compte.appareiltotp_set.get().persistent_id
    session.save()
    assert session[SESSION_KEY] == str(compte.pk)
    return client


@pytest.fixture(name="connecte")
def _connecte(db: None) -> Callable[[Compte], Client]:
    return connecte


@pytest.fixture(name="connecte_sans_code")
def _connecte_sans_code(db: None) -> Callable[[Compte], Client]:
    return connecte_sans_code


# --- The cast


@pytest.fixture
def caisse_moselle(db: None) -> Caisse:
    return creer_caisse("moselle", "CPAM de Moselle", "57")


@pytest.fixture
def caisse_var(db: None) -> Caisse:
    return creer_caisse("var", "CPAM du Var", "83")


@pytest.fixture
def metz(caisse_moselle: Caisse) -> Partenaire:
    """Metz Métropole, 40 members, in convention with Moselle."""
    partenaire = creer_partenaire(
        "90057001100016", "Metz Métropole", 40, type=Partenaire.Type.EPCI, domaines=["metz.example"]
    )
    creer_convention(partenaire, caisse_moselle)
    return partenaire


@pytest.fixture
def grimaud(caisse_var: Caisse) -> Partenaire:
    """CCAS de Grimaud, 6 members, in convention with Var."""
    partenaire = creer_partenaire("90083001900015", "CCAS de Grimaud", 6, domaines=["grimaud.example"])
    creer_convention(partenaire, caisse_var)
    return partenaire


@pytest.fixture
def technicien_metz(metz: Partenaire) -> Compte:
    return creer_compte_actif("technicien.metz", Profil.TECHNICIEN, partenaire=metz)


@pytest.fixture
def collegue_metz(metz: Partenaire) -> Compte:
    return creer_compte_actif("collegue.metz", Profil.TECHNICIEN, partenaire=metz)


@pytest.fixture
def gestionnaire_metz(metz: Partenaire) -> Compte:
    return creer_compte_actif("gestionnaire.metz", Profil.GESTIONNAIRE, partenaire=metz)


@pytest.fixture
def technicien_grimaud(grimaud: Partenaire) -> Compte:
    return creer_compte_actif("technicien.grimaud", Profil.TECHNICIEN, partenaire=grimaud)


@pytest.fixture
def gestionnaire_grimaud(grimaud: Partenaire) -> Compte:
    return creer_compte_actif("gestionnaire.grimaud", Profil.GESTIONNAIRE, partenaire=grimaud)


@pytest.fixture
def agent_moselle(caisse_moselle: Caisse) -> Compte:
    return creer_compte_actif("agent.moselle", Profil.AGENT, caisses=(caisse_moselle,))


@pytest.fixture
def superviseur_moselle(caisse_moselle: Caisse) -> Compte:
    return creer_compte_actif("superviseur.moselle", Profil.SUPERVISEUR, caisses=(caisse_moselle,))


@pytest.fixture
def administrateur_moselle(caisse_moselle: Caisse) -> Compte:
    return creer_compte_actif("administrateur.moselle", Profil.ADMINISTRATEUR, caisses=(caisse_moselle,))


@pytest.fixture
def dpo_moselle(caisse_moselle: Caisse) -> Compte:
    return creer_compte_actif("dpo.moselle", Profil.DPO, caisses=(caisse_moselle,))


@pytest.fixture
def agent_var(caisse_var: Caisse) -> Compte:
    return creer_compte_actif("agent.var", Profil.AGENT, caisses=(caisse_var,))


@pytest.fixture
def administrateur_var(caisse_var: Caisse) -> Compte:
    return creer_compte_actif("administrateur.var", Profil.ADMINISTRATEUR, caisses=(caisse_var,))


@pytest.fixture
def national(db: None) -> Compte:
    return creer_compte_actif("national", Profil.NATIONAL, nom="National", prenom="Nadia")
