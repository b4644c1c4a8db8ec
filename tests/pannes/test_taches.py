"""The jobs of data protection, killed at ten different points each, on a real worker with the movable clock.

Retention, seals, keys, watch and demandes (D-15, T-06, R-03, R-04): the child that runs the job dies by SIGKILL at a
chosen statement, sync or removal of a file; the broker delivers the task again, another child ends the work. Then
the broker is emptied, five days go by with nobody, two beats come at once, the clock jumps one year, and last week's
backup is restored. Each time: the same end state, and nothing destroyed that should not be.
"""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connections
from django.utils import timezone

from accounts.models.compte import Compte
from conformite.gels import poser_gel
from conformite.journal import Acte, consigner
from conformite.livre import lots
from conformite.models.journal import LigneJournal, SceauJournal
from conformite.models.travaux import Execution, FreinPurge, LotDetruit
from conformite.sceaux import verifier_le_journal
from conformite.scellement import Illisible, jours_de_terme, vider_le_cache
from droits.actions.demandes import enregistrer
from droits.models.demandes import DemandeDroits
from outils.portail import RACINE
from outils.services import creer_base, supprimer_base
from signalements.models.demandes import Demande
from socle import horloge
from socle.models import CourrielSortant, DecalageHorloge
from socle.profils import Profil
from tests.conformite.demandes import CONTENU, un_decor, une_demande
from tests.distribution import creer_compte_actif
from tests.pannes.mort import ORDRE
from tests.pannes.scene import Scene, attendre

pytestmark = [pytest.mark.pannes, pytest.mark.lent]

JOUR = dt.timedelta(days=1)
MIDI = dt.time(12, tzinfo=dt.UTC)
FINIES = (Execution.Statut.REUSSIE, Execution.Statut.INCOMPLETE)
OUVERTE = {
    "statut": Demande.Statut.EN_COURS,
    "issue": "",
    "traitee_le": None,
    "terminee_le": None,
}
# What a job must show in the end, and what it must be.
Etat = tuple[Callable[[], Any], Any]


class Monde:
    """A scene, its clock, a caisse with its people, and a worker that dies when it is told to."""

    def __init__(self, scene: Scene, dossier: Path) -> None:
        self.scene, self.dossier, self.rang = scene, dossier, 0
        self.ordre = dossier / "ordre"
        self.aller_au(horloge.temps_reel().date())
        self.decor = un_decor("panne")
        self.dpo = creer_compte_actif("dpo.panne", Profil.DPO, caisses=(self.decor["caisse"],))

    # --- Time

    @property
    def jour(self) -> dt.date:
        return horloge.jour("Europe/Paris")

    def aller_au(self, jour: dt.date) -> None:
        """Move the clock of every process to noon of that day."""
        duree = dt.datetime.combine(jour, MIDI) - timezone.now()
        DecalageHorloge.objects.update_or_create(unique=True, defaults={"duree": duree})
        horloge.relire()

    def avancer(self, jours: int) -> None:
        self.aller_au(self.jour + jours * JOUR)

    # --- The worker

    def lancer(self) -> None:
        self.rang += 1
        self.scene.lancer_ouvrier(
            f"ouvrier{self.rang}",
            self.dossier / f"temporaire{self.rang}",
            *("--include", "tests.pannes.mort"),
            **{ORDRE: str(self.ordre)},
        )

    def tuer(self) -> None:
        self.scene.portail.tuer(f"ouvrier{self.rang}")

    def rejouer(self, depuis: dt.date) -> None:
        """Destroy again, in a backup just restored, what the ledger says was destroyed since."""
        commande = ["manage.py", "rejouer_livre", "--depuis", depuis.isoformat(), "--pour-de-vrai"]
        fait = subprocess.run(
            [sys.executable, *commande],
            cwd=RACINE,
            env=self.scene.portail.environnement(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert fait.returncode == 0, fait.stdout + fait.stderr

    def executer(self, entree: str, fois: int = 1, mourir_a: int | None = None) -> None:
        """Publish a job of beat's table and wait for its ends; its child dies once at the step `mourir_a`."""
        tache = settings.CELERY_BEAT_SCHEDULE[entree]["task"]

        def finies() -> set:
            return set(
                Execution.objects.filter(nom=tache, statut__in=FINIES).values_list("pk", "repetitions", "fin")
            )

        def mortes() -> int:
            return Execution.objects.filter(nom=tache, statut=Execution.Statut.INTERROMPUE).count()

        avant, deja_mortes = finies(), mortes()
        if mourir_a is not None:
            self.ordre.write_text(f"{tache} {mourir_a}")
        for _ in range(fois):
            self.scene.publier(entree)
        attendre(lambda: sum(1 for _ in finies() - avant) and self._tout_est_fini(tache, fois, avant), entree)
        assert mortes() - deja_mortes == (1 if mourir_a else 0), f"{entree} : mort au pas {mourir_a}"

    def _tout_est_fini(self, tache: str, fois: int, avant: set) -> bool:
        total = sum(
            repetitions
            for _, repetitions, _ in Execution.objects.filter(nom=tache, statut__in=FINIES).values_list(
                "pk", "repetitions", "fin"
            )
        )
        return total - sum(repetitions for _, repetitions, _ in avant) >= fois

    def pas(self, entree: str) -> int:
        """Run a job whole, and return how many steps it took."""
        self.executer(entree, mourir_a=0)
        return int(attendre(lambda: _lire(Path(f"{self.ordre}.pas")), "le compte des pas"))


def _lire(fichier: Path) -> str:
    """Return a file and take it away; empty while it is not there."""
    if not fichier.exists() or not (texte := fichier.read_text()):
        return ""
    fichier.unlink()
    return texte


@pytest.fixture(scope="module")
def monde(scene_vide_du_module: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monde]:
    with pytest.MonkeyPatch.context() as reglages:
        reglages.setattr(settings, "DEMO", True)
        horloge.relire()
        monde = Monde(scene_vide_du_module, tmp_path_factory.mktemp("monde"))
        monde.lancer()
        yield monde
    horloge.relire()


@pytest.fixture(autouse=True)
def _table_rase(monde: Monde) -> Iterator[None]:
    """Leave nothing of a test under the days of the next one."""
    yield
    Demande.objects.filter(caisse=monde.decor["caisse"]).delete()


def lisible(demande: Demande) -> bool:
    """Whether the row is there and the portal reads it."""
    vider_le_cache()
    trouvee = Demande.objects.filter(pk=demande.pk).first()
    try:
        return trouvee is not None and trouvee.contenu == CONTENU
    except Illisible:
        return False


# --- What each job finds, and what it must leave


def a_purger(monde: Monde) -> Etat:
    """T-06: three that are due; beside them one later, one held, one open (D-15)."""
    terme = monde.jour + JOUR
    dues = [une_demande(monde.decor, terme) for _ in range(3)]
    plus_tard = une_demande(monde.decor, terme + 60 * JOUR)
    gelee = une_demande(monde.decor, terme)
    poser_gel(
        gelee,
        raison="contentieux",
        jusqu_a=terme + 90 * JOUR,
        fuseau="Europe/Paris",
        par=monde.dpo,
        caisse=monde.decor["caisse"],
    )
    ouverte = une_demande(monde.decor, terme + JOUR, **OUVERTE)
    monde.avancer(3)

    def constat() -> Any:
        references = [une.reference for une in dues]
        dedans = [
            r for lot in LotDetruit.objects.filter(modele="signalements.demande") for r in lot.identites
        ]
        dehors = [
            r
            for lot in lots(dt.date.min)
            if lot.modele == "signalements.demande" and lot.fait
            for r in lot.identites
        ]
        return (
            [lisible(une) for une in (*dues, plus_tard, gelee, ouverte)],
            Demande.objects.filter(reference__in=references).count(),
            [dedans.count(r) for r in references],
            [r in dehors for r in references],
            terme in jours_de_terme(),
            [un for un in verifier_le_journal() if "attendent leur sceau" not in un.message],
        )

    return constat, ([False] * 3 + [True] * 3, 0, [1] * 3, [True] * 3, False, [])


def a_sceller(monde: Monde) -> Etat:
    """R-04: lines of three days that wait for their seal."""
    for _ in range(3):
        consigner(Acte.PURGE_CLE, par=monde.dpo)
        monde.avancer(1)
    derniere = LigneJournal.objects.latest("pk").pk

    def constat() -> Any:
        numeros = list(SceauJournal.objects.order_by("numero").values_list("numero", flat=True))
        scellee = SceauJournal.objects.filter(jusqu_a__gte=derniere).exists()
        return scellee, numeros == list(range(1, len(numeros) + 1)), verifier_le_journal()

    return constat, (True, True, [])


def a_creer(monde: Monde) -> Etat:
    """The last keys ahead are missing; those that are there must not change."""
    demande = une_demande(monde.decor, monde.jour + 20 * JOUR)
    for jour in (derniers := jours_de_terme()[-6:]):
        (Path(settings.DOSSIER_CLES) / f"termes/{jour.isoformat()}.cle").unlink()

    def constat() -> Any:
        provisoires = list(Path(settings.DOSSIER_CLES).glob("termes/*.cle"))
        return (
            set(derniers) <= set(jours_de_terme()),
            len(provisoires) == len(jours_de_terme()),
            lisible(demande),
        )

    return constat, (True, True, True)


def a_surveiller(monde: Monde) -> Etat:
    """R-03: two requests of persons received fifteen days ago."""
    recues = [
        enregistrer(
            par=monde.dpo,
            partenaire=None,
            contenu={"nom": "Canari", "prenom": "Jaune", "naissance": "1980-02-29", "precisions": ""},
            caisse=monde.decor["caisse"],
            droit=DemandeDroits.Droit.ACCES,
            qualite=DemandeDroits.Qualite.ASSURE,
            recue_le=monde.jour - 15 * JOUR,
        )
        for _ in range(2)
    ]

    def constat() -> Any:
        rappels = CourrielSortant.objects.filter(gabarit="droits/droits_a_repondre")
        return (
            [DemandeDroits.objects.get(pk=une.pk).alerte_jours for une in recues],
            [rappels.filter(corps__contains=une.reference).count() for une in recues],
        )

    return constat, ([15, 15], [1, 1])


def a_echeance(monde: Monde) -> Etat:
    """D-15, D-20: one read fifteen days ago, one open at its term, one whose term is near."""
    jour = monde.jour
    # The list of the terms leaves on Mondays: until the next one, two days ahead at least.
    attente = 7 - jour.weekday() if jour.weekday() < 6 else 8
    lue = une_demande(
        monde.decor,
        jour + 90 * JOUR,
        statut=Demande.Statut.TRAITEE,
        terminee_le=None,
        lue_le=horloge.maintenant() - 14 * JOUR,
    )
    ouverte = une_demande(monde.decor, jour + JOUR, **OUVERTE)
    proche = une_demande(monde.decor, jour + (attente + 7) * JOUR, **OUVERTE)
    monde.avancer(attente)

    def constat() -> Any:
        actes = LigneJournal.objects.filter(reference__in=[lue.reference, ouverte.reference])
        prolongee = Demande.objects.get(pk=ouverte.pk)
        notices = CourrielSortant.objects.filter(corps__contains=proche.reference)
        return (
            Demande.objects.get(pk=lue.pk).statut,
            sorted(actes.values_list("acte", flat=True)),
            (prolongee.terme_le, prolongee.prolongations, lisible(ouverte)),
            sorted(notices.values_list("destinataire", flat=True)),
        )

    personnes = sorted(Compte.objects.get(pk=monde.decor[qui].pk).email for qui in ("agent", "technicien"))
    return constat, (
        Demande.Statut.CLOTUREE,
        ["demande.cloturer", "demande.prolonger"],
        (jour + (attente + 15) * JOUR, 1, True),
        personnes,
    )


@pytest.mark.parametrize(
    ("entree", "preparer"),
    [
        ("conservation", a_purger),
        ("sceau-du-journal", a_sceller),
        ("cles", a_creer),
        ("surveillance", a_surveiller),
        ("demandes", a_echeance),
    ],
    ids=lambda valeur: valeur if isinstance(valeur, str) else "",
)
def test_tue_en_dix_points(monde: Monde, entree: str, preparer: Callable[[Monde], Etat]):
    """SIGKILL at ten different points of the job, and once not at all: the same end state."""
    monde.executer(entree)
    constat, attendu = preparer(monde)
    pas = monde.pas(entree)
    assert constat() == attendu
    points = [max(1, pas * rang // 11) for rang in range(1, 11)]
    assert len(set(points)) == 10, f"{pas} pas seulement"
    for point in points:
        constat, attendu = preparer(monde)
        monde.executer(entree, mourir_a=point)
        assert constat() == attendu, f"mort au pas {point} sur {pas}"


def test_courtier_vide_cinq_jours_manques_deux_battements(monde: Monde):
    """D-15, T-06: nobody works for five days, what waited in the broker is lost, then two beats come at once."""
    monde.tuer()
    constat, attendu = a_purger(monde)
    monde.scene.publier("conservation")
    with redis.Redis.from_url(f"unix://{monde.scene.portail.valkey.socket}") as courtier:
        courtier.flushall()
    monde.avancer(5)
    assert constat() != attendu
    monde.lancer()
    monde.executer("conservation", fois=2)
    assert constat() == attendu


def test_horloge_avancee_d_un_an(monde: Monde):
    """A clock that jumps one year: the brake holds, nothing goes, everything is read when the clock is right again."""
    jour, cles = monde.jour, jours_de_terme()
    demandes = [une_demande(monde.decor, jour + 30 * JOUR) for _ in range(205)]
    monde.aller_au(jour + 365 * JOUR)
    monde.executer("conservation")
    frein = FreinPurge.objects.ouverts().get(modele="signalements.demande")
    assert frein.volume >= 205
    assert jours_de_terme() == cles, "no key goes while the clock is in doubt"
    monde.executer("surveillance")
    assert CourrielSortant.objects.filter(gabarit__contains="frein", destinataire=monde.dpo.email).exists()
    monde.aller_au(jour)
    monde.executer("conservation")
    assert all(lisible(une) for une in demandes)
    frein.refresh_from_db()
    assert frein.cloture == FreinPurge.Cloture.SANS_OBJET


def test_sauvegarde_de_la_semaine_derniere(monde: Monde):
    """A backup of last week with today's keys: what was destroyed since goes again, no mail leaves twice (D-15, R-04)."""
    scene = monde.scene
    constat, attendu = a_purger(monde)
    parti = CourrielSortant.objects.create(
        message_id=CourrielSortant.nouveau_message_id(),
        destinataire="deux.fois@exemple.example",
        gabarit="essai",
        sujet="Essai",
        corps="Essai",
        cree_le=horloge.maintenant(),
    )
    monde.tuer()
    sauvegarde = f"{scene.base}_sauvegarde"
    connections.close_all()
    with scene.postgres.connexion() as admin:
        creer_base(admin, sauvegarde, scene.base)
    depuis = monde.jour
    monde.lancer()
    monde.executer("conservation")
    scene.reveiller()
    attendre(lambda: scene.puits.pour(parti.destinataire), "le courriel part une fois")
    monde.avancer(7)
    monde.executer("sceau-du-journal")
    assert constat() == attendu

    monde.tuer()
    connections.close_all()
    with scene.postgres.connexion() as admin:
        supprimer_base(admin, scene.base)
        creer_base(admin, scene.base, sauvegarde)
        supprimer_base(admin, sauvegarde)
    monde.aller_au(depuis + 8 * JOUR)
    assert Demande.objects.filter(terme_le=depuis - 2 * JOUR).count() >= 3, "they are back"
    monde.rejouer(depuis)
    monde.lancer()
    monde.executer("conservation")
    monde.executer("sceau-du-journal")
    assert constat() == attendu
    scene.reveiller(2)
    monde.executer("cles")
    assert len(scene.puits.pour(parti.destinataire)) == 1
