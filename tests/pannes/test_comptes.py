"""The life of accounts by the jobs, on real processes, with the clock moved (A-10, A-13, A-14, A-19)."""

import datetime as dt
from collections import Counter

import pytest
from kombu import Connection

from accounts.models import Compte
from conformite.models import Execution, LigneJournal
from conventions.models import Partenaire
from conventions.models.conventions import FinCause
from espace_partenaires import horloge
from espace_partenaires.celery import app
from espace_partenaires.models import CourrielSortant, DecalageHorloge
from espace_partenaires.profils import Profil
from tests.pannes.scene import Scene, attendre

pytestmark = [pytest.mark.pannes, pytest.mark.lent]

FINS = "comptes.fins_de_convention"
NOMBRE = 150


def avancer(jours: int) -> None:
    """Move the clock of all the processes that read this database."""
    DecalageHorloge.objects.update_or_create(unique=True, defaults={"duree": dt.timedelta(days=jours)})


def publier(scene: Scene, tache: str) -> None:
    with Connection(scene.portail.valkey.url) as courtier:
        app.send_task(tache, connection=courtier, retry=False)


def executer(scene: Scene, tache: str) -> Counter:
    """Run one job on the worker, as beat's table names it; return its counts. A run with nothing to do is folded."""

    def passees() -> set:
        faites = Execution.objects.filter(nom=tache, fin__isnull=False)
        return set(faites.values_list("pk", "repetitions", "fin"))

    avant = passees()
    publier(scene, tache)
    attendre(lambda: passees() - avant, tache)
    (nouvelle,) = passees() - avant
    faite = Execution.objects.get(pk=nouvelle[0])
    assert not faite.erreur
    return Counter(faite.compteurs)


def structure(scene: Scene, nom: str) -> Partenaire:
    return Partenaire.objects.get(nom__contains=nom)


def denoncer(partenaire: Partenaire, jours: int) -> None:
    jour = horloge.jour("Europe/Paris") + dt.timedelta(days=jours)
    partenaire.participations.update(fin=jour, fin_cause=FinCause.DENONCIATION)


def etats(partenaire: Partenaire) -> Counter:
    return Counter(partenaire.comptes.values_list("statut", flat=True))


def test_de_la_fin_a_l_effacement(scene: Scene):
    """A-13, A-14: notices, end, inactivation, notices, deletion: told by the jobs alone; another structure untouched."""
    metz, grimaud = structure(scene, "Metz"), structure(scene, "Grimaud")
    nombre, temoin = metz.comptes.count(), etats(grimaud)
    noms = list(metz.comptes.values_list("nom", flat=True))
    denoncer(metz, 20)
    scene.lancer("worker")

    assert executer(scene, "comptes.notices")["fins_d_acces"] == nombre
    assert executer(scene, FINS)["inactives"] == 0
    avancer(20)
    assert executer(scene, FINS)["inactives"] == nombre
    assert etats(metz) == {"inactif": nombre}
    # A clock thrown back and forth, and a second run, change nothing.
    assert executer(scene, FINS)["inactives"] == 0
    avancer(20 + 160)
    assert executer(scene, "comptes.notices")["suppressions"] == nombre
    executer(scene, "conformite.purger")
    assert etats(metz) == {"inactif": nombre}
    avancer(20 + 185)
    executer(scene, "conformite.purger")
    assert etats(metz) == {"supprime": nombre}
    assert not Compte.objects.filter(nom__in=noms, partenaire=metz).exists()
    assert etats(grimaud) == temoin


def test_ouvrier_tue_au_milieu_de_la_fin_de_convention(scene: Scene):
    """SIGKILL in the middle, then a second run, then two at once: each account closed once, one mail, one line."""
    metz = structure(scene, "Metz")
    modele = metz.comptes.filter(profil=Profil.TECHNICIEN).order_by("pk")[0]
    Compte.objects.bulk_create(
        Compte(
            identifiant=f"foule.{rang}",
            profil=Profil.TECHNICIEN,
            nom=f"Foule{rang}",
            prenom="Camille",
            email=f"foule{rang}@{metz.domaines[0]}",
            partenaire=metz,
            statut=Compte.Statut.ACTIF,
            cree_le=modele.cree_le,
            active_le=modele.cree_le,
        )
        for rang in range(NOMBRE)
    )
    total = metz.comptes.count()
    denoncer(metz, 0)
    scene.lancer("worker")
    publier(scene, FINS)
    attendre(lambda: metz.comptes.filter(statut="inactif").count() >= 5, "la fin commencée")
    scene.portail.tuer("worker")
    au_milieu = metz.comptes.filter(statut="inactif").count()
    assert 5 <= au_milieu < total

    scene.lancer("worker")
    publier(scene, FINS)
    publier(scene, FINS)
    attendre(lambda: metz.comptes.filter(statut="inactif").count() == total, "tous inactivés")
    executer(scene, FINS)
    lignes = LigneJournal.objects.filter(acte="compte.inactiver", partenaire=metz.pk)
    assert Counter(lignes.values_list("objet_id", flat=True)) == {
        str(pk): 1 for pk in metz.comptes.values_list("pk", flat=True)
    }
    adresses = metz.comptes.filter(identifiant__startswith="foule.").values_list("email", flat=True)
    courriels = CourrielSortant.objects.filter(gabarit="accounts/inactivation", destinataire__in=adresses)
    assert Counter(courriels.values_list("destinataire", flat=True)) == dict.fromkeys(adresses, 1)
