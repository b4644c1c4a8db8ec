"""The order of the locks: two acts on the accounts of one structure, at the same instant, both answer.

One act holds the structure; the other starts, and waits for it. The first then closes the account: whatever the second
has locked already would be a deadlock.
"""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from psycopg import sql

from accounts.actions import activation, comptes, departs, habilitations, places, revues, securite
from accounts.models.compte import Compte
from accounts.models.habilitations import DemandeHabilitation
from caisses.models import Caisse
from conventions.actions.partenaires import modifier_partenaire
from socle.acteurs import MACHINE
from socle.profils import Profil
from tests import distribution
from tests.accounts.aides import NEUF, personne
from tests.pannes.scene import attendre


@pytest.fixture
def metz(base_reelle):
    """A structure of two gestionnaires and a technicien, the administrateur of its caisse; real commits."""
    caisse = distribution.creer_caisse("moselle", "CPAM de Moselle", "57")
    partenaire = distribution.creer_partenaire("21570463000017", "Metz")
    distribution.creer_convention(partenaire, caisse)
    for nom in ("metz", "second"):
        distribution.creer_compte_actif(f"gestionnaire.{nom}", Profil.GESTIONNAIRE, partenaire=partenaire)
    distribution.creer_compte_actif("technicien.metz", Profil.TECHNICIEN, partenaire=partenaire)
    distribution.creer_compte_actif("administrateur.moselle", Profil.ADMINISTRATEUR, caisses=(caisse,))
    return partenaire


def compte(identifiant):
    return Compte.objects.get(identifiant=identifiant)


def exclure():
    caisse, par = Caisse.objects.get(code="moselle"), compte("administrateur.moselle")
    return lambda: securite.exclure(
        compte("technicien.metz"), caisse=caisse, par=par, raison="Usage détourné."
    )


def annoncer_depart():
    jour, par = Caisse.objects.get(code="moselle").jour, compte("gestionnaire.metz")
    return lambda: departs.annoncer_depart(compte("technicien.metz"), depart_le=jour, par=par)


def traiter_signalement():
    par = compte("administrateur.moselle")
    signalement = securite.signaler(nature="perte", faits="Perdu.", compte=compte("technicien.metz"), par=par)
    return lambda: securite.traiter_signalement(signalement, par=par, suite="inactiver")


def decider_ligne():
    parti, par = compte("technicien.metz"), compte("gestionnaire.metz")
    revue = revues.ouvrir_revue(parti.partenaire, caisse=Caisse.objects.get(code="moselle"), par=MACHINE)
    ligne = revue.lignes.get(compte=parti)
    return lambda: revues.decider_ligne(ligne, decision="inactive", par=par)


def modifier_compte():
    par = compte("gestionnaire.metz")
    return lambda: comptes.modifier_compte(compte("technicien.metz"), par=par, fonction="Référente")


def activer_compte():
    """The gestionnaire who takes the seat lets go the one who waited for him (A-10)."""
    par, partant = compte("administrateur.moselle"), compte("gestionnaire.metz")
    comptes.inactiver(compte("gestionnaire.second"), par=par, cause=Compte.Inactivation.DEPART)
    departs.annoncer_depart(partant, depart_le=Caisse.objects.get(code="moselle").jour, par=par)
    successeur = comptes.creer_compte(
        profil=Profil.GESTIONNAIRE,
        partenaire=partant.partenaire,
        releve_de=partant,
        par=par,
        **personne(),
    )
    return lambda: activation.activer_compte(successeur, mot_de_passe=NEUF, graine_totp=None)


def accepter_demande():
    partenaire, par = compte("technicien.metz").partenaire, compte("administrateur.moselle")
    demande = habilitations.deposer_demande(
        nature=DemandeHabilitation.Nature.HABILITATION,
        partenaire=partenaire,
        caisse=Caisse.objects.get(code="moselle"),
        par=compte("gestionnaire.metz"),
        **personne(),
    )
    return lambda: habilitations.accepter_demande(demande, par=par)


# What an act on accounts locks below the structure.
TABLES = (
    "accounts_compte",
    "accounts_revue",
    "accounts_demandehabilitation",
    "accounts_signalementsecurite",
    "accounts_lienpersonnel",
)
LIBRE = sql.SQL("SELECT 1 FROM {} FOR NO KEY UPDATE NOWAIT")
ACTES = [
    exclure,
    annoncer_depart,
    traiter_signalement,
    decider_ligne,
    modifier_compte,
    activer_compte,
    accepter_demande,
]


@pytest.mark.parametrize("preparer", ACTES)
def test_une_inactivation_et_un_autre_acte_au_meme_instant(metz, postgres, preparer):
    """What the second has locked while it waits is nothing that the first still needs."""
    agir, suites, par = preparer(), [], compte("gestionnaire.metz")

    def second():
        try:
            agir()
        except ValidationError as refus:
            suites.append(refus)
        except Exception as erreur:
            suites.append(erreur)
        finally:
            connection.close()

    fil = threading.Thread(target=second)
    with postgres.connexion() as admin, transaction.atomic():
        places.verrouiller(metz)
        fil.start()
        attente = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
        attendre(lambda: admin.execute(attente, [connection.settings_dict["NAME"]]).fetchone(), "le second")
        with connection.cursor() as curseur:
            for table in TABLES:
                curseur.execute(LIBRE.format(sql.Identifier(table)))
        comptes.inactiver(compte("technicien.metz"), par=par, cause=Compte.Inactivation.DEPART)
    fil.join()
    assert not [suite for suite in suites if not isinstance(suite, ValidationError)]
    assert compte("technicien.metz").statut == Compte.Statut.INACTIF


def test_une_structure_que_l_on_modifie_n_attend_aucun_depot(metz, postgres):
    """Rows that point to it, held by deposits, are no obstacle: its key does not change."""
    with postgres.connexion(connection.settings_dict["NAME"]) as ailleurs, ailleurs.transaction():
        ailleurs.execute("SELECT 1 FROM conventions_partenaire FOR KEY SHARE")
        with transaction.atomic():
            connection.cursor().execute("SET LOCAL lock_timeout = '1s'")
            modifier_partenaire(par=compte("administrateur.moselle"), partenaire=metz, membres=8)
    metz.refresh_from_db()
    assert metz.membres == 8
