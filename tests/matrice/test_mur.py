"""The third wall, by raw SQL under the application's role: what hangs from a demande or from the exchanges (ADR 27).

The world is all Metz's and Moselle's; whoever stands beyond a border, or is nobody, sees no row of it.
"""

import datetime as dt

import pytest
import time_machine
from django.apps import apps
from django.db import DatabaseError, connection, models
from django.db.models import Model
from psycopg import sql

from caisses.models import Motif
from conventions.models.conventions import Participation
from echanges.actions.flux import declarer_neant
from echanges.actions.inscriptions import noter_inscription
from echanges.actions.rapprochements import decider, tenir_les_rapprochements
from echanges.echeances import faire_ce_qui_est_du
from echanges.models.depots import Depot
from echanges.models.flux import FluxConvenu
from echanges.recherche import ecarter, lignes_de
from echanges.retention import detruire_depots
from outils.services import APPLICATION
from signalements.actions.orientation import transferer
from signalements.models.demandes import Demande
from signalements.models.etiquettes import Etiquette
from signalements.models.presences import Presence
from signalements.tasks import echeances as echeances_des_demandes
from socle import horloge
from socle.naissances import Naissance
from socle.noms import Personne
from socle.perimetre import MACHINE, PERSONNE, au_nom_de
from tests.echanges import fabrique
from tests.matrice.monde import AILLEURS, COLONNES, Monde, un
from tests.matrice.test_matrice import essai

SANS_MAISON = {"national"}
# Who is on one side of the border or the other; the national one is nobody's.
ICI = [colonne for colonne in COLONNES if AILLEURS not in colonne and colonne not in SANS_MAISON]
LA_BAS = [colonne for colonne in COLONNES if AILLEURS in colonne]


# What remains of the deposits once they are gone.
RESTES = {"echanges_compteurechanges", "echanges_perioderecue"}


def proteges() -> set[type[Model]]:
    """Return every model that hangs from a demande or from the exchanges, however far."""
    tous = set(apps.get_models(include_auto_created=True))
    trouves: set[type[Model]] = set()
    suivants: set[type[Model]] = {Demande, *apps.get_app_config("echanges").get_models()}
    while suivants:
        trouves |= suivants
        suivants = {
            un
            for un in tous - trouves
            for champ in un._meta.get_fields()
            if isinstance(champ, models.ForeignKey) and champ.related_model in trouves
        }
    return trouves


ETIQUETEES = Etiquette.demandes.through._meta.db_table
TABLES = sorted(modele._meta.db_table for modele in proteges())


def lignes(acteur: int) -> dict[str, int]:
    """Count the rows of each table that this actor sees, by the shortest statement; leave out those where he sees none."""
    vues = {}
    with au_nom_de(acteur), connection.cursor() as curseur:
        for table in TABLES:
            curseur.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            vues[table] = curseur.fetchone()[0]
    return {table: nombre for table, nombre in vues.items() if nombre}


@pytest.fixture(scope="module")
def plein(monde: Monde) -> Monde:
    """A row in each table, written by the acts and the jobs that write it in life."""
    agent, moselle = monde.comptes["agent"], monde.comptes["agent"].caisses.get()
    Presence.objects.noter(un(monde, Demande, "en_cours"), agent, ecrit=True)
    noter_inscription(par=agent, depot=un(monde, Depot, "depot-eps"), rang=0, suite="convoque")
    decider(par=agent, depot=un(monde, Depot, "depot-pch"), rang=0, choix="aucune")
    tenir_les_rapprochements()
    ecarter(lignes_de(Personne("Larivandière", "Élodie", Naissance(1955, 3, 27)), moselle.pk))
    flux = FluxConvenu.objects.get(code="mtp-mensuel")
    declarer_neant(par=agent, flux=flux, periode=f"{moselle.jour:%Y-%m}")
    _deposer_un_etat(monde, flux, moselle.jour.replace(day=1) - dt.timedelta(days=1))
    with time_machine.travel(horloge.temps_reel() + dt.timedelta(days=70)):
        faire_ce_qui_est_du()
    return monde


def _deposer_un_etat(monde: Monde, flux: FluxConvenu, veille: dt.date) -> None:
    """The monthly state of the month before."""
    comptes = [monde.comptes[nom] for nom in ("technicien", "agent", "administrateur")]
    ligne = {"mois": f"{veille:%m/%Y}", "a_verser": "12,00", "premier_versement": "non"}
    with fabrique.antivirus_content():
        fabrique.deposer(
            fabrique.Scene(flux.participation, *comptes),
            "mtp-mensuel",
            fabrique.csv("mtp-mensuel", ligne),
            periode=f"{veille:%Y-%m}",
        )


def test_every_table_has_its_policy_and_no_role_passes_by(monde: Monde):
    """The list is made from the models: a table that is added without a policy is named here."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT relname, relforcerowsecurity, pg_get_userbyid(relowner) FROM pg_class"
            " WHERE relrowsecurity AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid)"
        )
        murees = {nom: (force, a_qui) for nom, force, a_qui in curseur.fetchall()}
        curseur.execute("SELECT rolname, rolbypassrls, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert curseur.fetchone() == (APPLICATION, False, False)
    assert sorted(murees) == TABLES
    # The owner, who makes the backups of the server, reads every row.
    assert APPLICATION not in {a_qui for _, a_qui in murees.values()}
    assert not any(force for force, _ in murees.values())


def test_nobody_sees_a_row_and_the_machine_sees_them_all(plein: Monde):
    assert lignes(PERSONNE) == {}
    with essai():
        assert sorted(lignes(MACHINE)) == [une for une in TABLES if une not in RESTES]
        detruire_depots(Depot.objects.all())
        assert lignes(MACHINE).keys() >= RESTES
        assert lignes(PERSONNE) == {}
        assert lignes(plein.comptes["agent"].pk).keys() >= RESTES
        assert not lignes(plein.comptes["agent@"].pk).keys() & RESTES


@pytest.mark.parametrize("colonne", [*LA_BAS, *SANS_MAISON])
def test_who_stands_beyond_a_border_sees_no_row(plein: Monde, colonne: str):
    assert lignes(plein.comptes[colonne].pk) == {}


@pytest.mark.parametrize("colonne", ICI)
def test_the_wall_hides_nothing_from_the_house(plein: Monde, colonne: str):
    """Whose rows they are. What a profile may read of them is for the two other walls."""
    vues, toutes = lignes(plein.comptes[colonne].pk), lignes(MACHINE)
    # Its own words on a demande; those of the other house are hidden by the wall itself (D-28).
    assert (vues.pop(ETIQUETEES), toutes.pop(ETIQUETEES)) == (1, 2)
    assert vues == toutes


@pytest.mark.parametrize("colonne", ["agent@", "technicien@"])
def test_nothing_is_written_beyond_a_border(plein: Monde, colonne: str):
    """Neither changed, nor taken away, nor brought in, nor hung from what is not seen."""
    etranger, demande = plein.comptes[colonne].pk, un(plein, Demande, "deposee")
    ordres = {
        "UPDATE signalements_demande SET urgente = NOT urgente": 0,
        "DELETE FROM signalements_message": 0,
        "DELETE FROM echanges_lotdelignes": 0,
    }
    with essai(), au_nom_de(etranger), connection.cursor() as curseur:
        for ordre, attendu in ordres.items():
            curseur.execute(ordre)
            assert curseur.rowcount == attendu, ordre
    ordre = "INSERT INTO signalements_presence (demande_id, compte_id, vue_le) VALUES (%s, %s, now())"
    refusee = pytest.raises(DatabaseError, match="row-level security")
    with essai(), au_nom_de(etranger), connection.cursor() as curseur, refusee:
        curseur.execute(ordre, [demande.pk, etranger])


def test_the_functions_of_the_search_pass_no_border(plein: Monde):
    """They are the owner's: each says the perimeter itself."""
    jetons = [
        un(plein, Demande, "deposee").jetons,
        Depot.objects.get(**plein.objets["depot-depose"]).lots.get().jetons,
    ]
    fin = plein.objets["deposee"]["reference"][-4:]
    appels = [
        ("SELECT signalements_portant(%s)", jetons[0]),
        ("SELECT echanges_portant(%s)", jetons[1]),
        ("SELECT signalements_finissant(%s)", fin),
    ]
    for ordre, cherche in appels:
        vues = {}
        for qui in ("agent", "technicien", "agent@", "technicien@", "national"):
            with au_nom_de(plein.comptes[qui].pk), connection.cursor() as curseur:
                curseur.execute(ordre, [cherche])
                vues[qui] = bool(curseur.fetchone()[0])
        assert vues == {
            "agent": True,
            "technicien": True,
            "agent@": False,
            "technicien@": False,
            "national": False,
        }


def test_a_demande_that_is_transferred_leaves_the_wall_of_its_caisse(plein: Monde):
    voisine = Participation.objects.get(pk=plein.cles["voisine"])
    demande, agent = un(plein, Demande, "en_cours"), plein.comptes["agent"]
    voir = "SELECT count(*) FROM signalements_message WHERE demande_id = %s"
    with essai():
        voisine.motifs.set(Motif.objects.all())
        with au_nom_de(agent.pk):
            transferer(demande, participation=voisine, texte="Le domicile a changé.", par=agent)
        vus = {}
        for qui in ("agent", "technicien"):
            with au_nom_de(plein.comptes[qui].pk), connection.cursor() as curseur:
                curseur.execute(voir, [demande.pk])
                vus[qui] = curseur.fetchone()[0] > 0
        assert vus == {"agent": False, "technicien": True}


def test_a_job_reads_what_it_needs_whoever_calls_it(plein: Monde):
    """The base of the tasks says that it is the machine: what comes from the broker says nothing."""
    attendent = Demande.objects.filter(statut="en_attente").count()
    with essai(), au_nom_de(PERSONNE), time_machine.travel(horloge.temps_reel() + dt.timedelta(days=20)):
        assert echeances_des_demandes()["relances"] >= attendent > 0
