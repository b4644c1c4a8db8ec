"""The jobs of accounts, killed in the middle and run twice, on real processes (A-06, A-10, A-13, A-14, A-17).

A lock held on the second of three rows stops the job in the middle, at the same place each time; the whole worker is
then killed. Another worker, two runs at once, then one more, finish the work: each thing once, in the rows, the
journal and the mails.
"""

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Model, Sum

from accounts.actions.comptes import inactiver
from accounts.actions.departs import annoncer_depart
from accounts.actions.revues import ouvrir_revue
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from accounts.models.facteurs import PosteConnu
from conformite.models.journal import LigneJournal
from conformite.models.travaux import Execution
from conventions.models.conventions import FinCause
from socle import horloge
from socle.acteurs import MACHINE
from socle.models import CourrielSortant
from socle.profils import Profil
from tests.distribution import creer_caisse, creer_compte_actif, creer_convention, creer_partenaire
from tests.pannes.scene import Scene, attendre

pytestmark = [pytest.mark.pannes, pytest.mark.lent]

JOUR = dt.timedelta(days=1)
_rangs = itertools.count(1)


@pytest.fixture
def scene(scene_vide_du_module: Scene) -> Scene:
    """Return the scene of the file; the worker that ends a test begins the next one."""
    return scene_vide_du_module


class Structure:
    """A structure with a gestionnaire and three techniciens, of which the job will be stopped at the second."""

    def __init__(self) -> None:
        rang = next(_rangs)
        self.caisse = creer_caisse(f"panne-{rang}", f"CPAM d’essai {rang}", "57")
        self.partenaire = creer_partenaire(f"9006900{rang:07d}", f"CCAS d’essai {rang}")
        self.convention = creer_convention(self.partenaire, self.caisse)
        self.gestionnaire = self._compte(Profil.GESTIONNAIRE, f"gestionnaire.p{rang}")
        self.trois = [self._compte(Profil.TECHNICIEN, f"technicien.p{rang}{lettre}") for lettre in "abc"]

    def _compte(self, profil: str, identifiant: str) -> Compte:
        return creer_compte_actif(identifiant, profil, partenaire=self.partenaire)

    def finir_dans(self, jours: int) -> None:
        fin = self.caisse.jour + jours * JOUR
        self.partenaire.participations.update(fin=fin, fin_cause=FinCause.DENONCIATION)

    def etats(self) -> list[str]:
        return [Compte.objects.get(pk=compte.pk).statut for compte in self.trois]

    def actes(self, acte: str) -> list[int]:
        """Return how many lines of the journal tell this act, for each of the three."""
        lignes = LigneJournal.objects.filter(acte=acte).values_list("objet_id", flat=True)
        return [Counter(lignes)[str(compte.pk)] for compte in self.trois]

    def courriels(self, gabarit: str) -> list[int]:
        recus = CourrielSortant.objects.filter(gabarit=gabarit).values_list("destinataire", flat=True)
        return [Counter(recus)[compte.email] for compte in self.trois]


@dataclass(frozen=True)
class Panne:
    """What is locked, what stands done when the job waits there, and what must be in the end."""

    verrou: Model
    constat: Callable[[], Any]
    au_milieu: Any
    a_la_fin: Any


def departs() -> Panne:
    """A-10: three departures announced for yesterday."""
    s = Structure()
    for compte in s.trois:
        annoncer_depart(compte, depart_le=s.caisse.jour + JOUR, par=s.gestionnaire)
    Compte.objects.filter(pk__in=[c.pk for c in s.trois]).update(depart_le=s.caisse.jour - JOUR)
    return Panne(
        s.trois[1],
        lambda: (s.etats(), s.actes("compte.inactiver"), s.courriels("accounts/inactivation")),
        (["inactif", "actif", "actif"], [1, 0, 0], [1, 0, 0]),
        (["inactif"] * 3, [1] * 3, [1] * 3),
    )


def fins() -> Panne:
    """A-13: the last convention of the structure has ended; a batch is closed whole or not at all."""
    s = Structure()
    s.finir_dans(0)
    return Panne(
        s.trois[1],
        lambda: (s.etats(), s.actes("compte.inactiver"), s.courriels("accounts/inactivation")),
        (["actif"] * 3, [0] * 3, [0] * 3),
        (["inactif"] * 3, [1] * 3, [1] * 3),
    )


def notices() -> Panne:
    """A-13: the end of the access is near."""
    s = Structure()
    s.finir_dans(20)
    return Panne(
        s.trois[1],
        lambda: ([compte.notices.count() for compte in s.trois], s.courriels("accounts/fin_acces")),
        ([1, 0, 0], [1, 0, 0]),
        ([1] * 3, [1] * 3),
    )


def revues() -> Panne:
    """A-17: three reviews to remind."""
    structures = [Structure() for _ in range(3)]
    ouvertes = []
    for s in structures:
        revue = ouvrir_revue(s.partenaire, caisse=s.caisse, par=MACHINE)
        revue.echeance = s.caisse.jour + JOUR
        revue.save()
        ouvertes.append(revue)

    def constat() -> list[int]:
        adresses = CourrielSortant.objects.filter(gabarit="accounts/revue_relance").values_list(
            "destinataire", flat=True
        )
        return [Counter(adresses)[s.gestionnaire.email] for s in structures]

    return Panne(ouvertes[1], constat, [1, 0, 0], [1, 1, 1])


def balayage() -> Panne:
    """Posts and links that expired: the posts are gone when the job waits at the links."""
    s, hier = Structure(), horloge.maintenant() - JOUR
    for rang, compte in enumerate(s.trois):
        dates = {"cree_le": hier - JOUR, "expire_le": hier, "empreinte": f"{compte.pk}-{rang}"}
        PosteConnu.objects.create(compte=compte, **dates)
        LienPersonnel.objects.create(compte=compte, usage=LienPersonnel.Usage.MOT_DE_PASSE, **dates)
    vivant = LienPersonnel.objects.create(
        compte=s.gestionnaire,
        usage=LienPersonnel.Usage.MOT_DE_PASSE,
        cree_le=hier,
        expire_le=hier + 2 * JOUR,
        empreinte=f"vivant-{s.gestionnaire.pk}",
    )
    comptes = [*s.trois, s.gestionnaire]
    return Panne(
        s.trois[1].liens.get(),
        lambda: ([c.postes.count() for c in comptes], [c.liens.count() for c in comptes], vivant.compte_id),
        ([0] * 4, [1] * 4, s.gestionnaire.pk),
        ([0] * 4, [0, 0, 0, 1], s.gestionnaire.pk),
    )


def effacements() -> Panne:
    """A-14: six months after the inactivation; a batch is erased whole or not at all."""
    s = Structure()
    for compte in s.trois:
        inactiver(compte, par=s.gestionnaire, cause=Compte.Inactivation.DEPART)
    passe = s.caisse.jour - 10 * JOUR
    Compte.objects.filter(pk__in=[c.pk for c in s.trois]).update(suppression_le=passe)

    def constat() -> tuple[list[str], int]:
        return s.etats(), Compte.objects.filter(email__in=[c.email for c in s.trois]).count()

    # The purge steps over a locked account: it waits at what belongs to the second one.
    lien = LienPersonnel.objects.create(
        compte=s.trois[1],
        usage=LienPersonnel.Usage.ACTIVATION,
        cree_le=horloge.maintenant(),
        expire_le=horloge.maintenant() + JOUR,
        empreinte=f"retenu-{s.trois[1].pk}",
    )
    return Panne(lien, constat, (["inactif"] * 3, 3), (["supprime"] * 3, 0))


@contextmanager
def retenir(scene: Scene, ligne: Model) -> Iterator[None]:
    """Hold one row, as somebody else's transaction would; raise nothing when it is let go."""
    with scene.postgres.connexion(scene.base) as autre, autre.transaction():
        autre.execute(f"SELECT 1 FROM {ligne._meta.db_table} WHERE id = %s FOR UPDATE", [ligne.pk])  # noqa: S608
        yield


def quelqu_un_attend(scene: Scene) -> bool:
    with scene.postgres.connexion() as admin:
        attente = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
        return admin.execute(attente, [scene.base]).fetchone() is not None


def finies(entree: str) -> int:
    """Return how many runs of this job came to their end."""
    tache = settings.CELERY_BEAT_SCHEDULE[entree]["task"]
    faites = Execution.objects.filter(nom=tache, fin__isnull=False)
    assert not faites.exclude(erreur="").exists(), list(faites.values())
    return faites.aggregate(n=Sum("repetitions"))["n"] or 0


@pytest.mark.parametrize(
    ("entree", "preparer"),
    [
        ("comptes-departs", departs),
        ("comptes-fins", fins),
        ("comptes-notices", notices),
        ("comptes-revues", revues),
        ("comptes-balayage", balayage),
        ("conservation", effacements),
    ],
    ids=lambda valeur: valeur if isinstance(valeur, str) else "",
)
def test_tue_au_milieu_puis_deux_fois(scene: Scene, entree: str, preparer: Callable[[], Panne]):
    """SIGKILL in the middle, another worker, two runs at once, one more: the same state, nothing twice."""
    panne = preparer()
    scene.lancer("worker")
    with retenir(scene, panne.verrou):
        scene.publier(entree)
        attendre(lambda: quelqu_un_attend(scene), f"{entree} arrêté au milieu")
        scene.portail.tuer("worker")
        assert panne.constat() == panne.au_milieu

    scene.lancer("worker")
    avant = finies(entree)
    scene.publier(entree)
    scene.publier(entree)
    attendre(lambda: finies(entree) >= avant + 2, f"{entree} deux fois")
    assert panne.constat() == panne.a_la_fin
    scene.executer(entree)
    assert panne.constat() == panne.a_la_fin
