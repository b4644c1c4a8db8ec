"""The drill: backup at day D, life, disaster, restore at D+40 by the two commands."""

import datetime as dt
import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from accounts.actions.acces import definir_mot_de_passe, envoyer_lien
from accounts.actions.cles import retirer_cle
from accounts.actions.comptes import inactiver
from accounts.actions.facteurs import refaire_facteur
from accounts.actions.securite import exclure
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from conformite.gels import lever_gel, poser_gel
from conformite.models.travaux import Gel
from conformite.purge import purger
from conformite.scellement import creer_cles, vider_le_cache
from conformite.temoin import retenir
from conventions.actions.fins import suspendre
from espace_partenaires import restauration, sauvegarde
from signalements.models.demandes import Demande
from socle.acteurs import MACHINE
from socle.courriels import envoyer_courriels
from socle.profils import Profil
from tests.accounts.authentificateur import enregistrer
from tests.conformite.demandes import CONTENU, un_decor, une_demande
from tests.distribution import connecte, creer_caisse, creer_compte_actif, creer_convention

JOUR_J = dt.datetime(2027, 2, 26, 12, tzinfo=dt.UTC)
TERME = dt.date(2027, 3, 20)


@pytest.fixture
def lieu(base_reelle: str, tmp_path: Path, settings) -> Iterator[Path]:
    """Folders of our own: keys, files, backups."""
    settings.DOSSIER_CLES, settings.DOSSIER_SAUVEGARDES = tmp_path / "cles", tmp_path / "sauvegardes"
    settings.DOSSIER_FICHIERS = tmp_path / "fichiers"
    settings.DOSSIER_FICHIERS.mkdir()
    vider_le_cache()
    with time_machine.travel(JOUR_J, tick=False):
        creer_cles(TERME + dt.timedelta(days=400), JOUR_J.date() - dt.timedelta(days=3))
        retenir()
    yield tmp_path
    vider_le_cache()


@pytest.fixture
def restaurer() -> Callable[..., str]:
    def lancer(*mots: object, **options: object) -> str:
        dit = io.StringIO()
        connections.close_all()
        call_command("restaurer", *map(str, mots), stdout=dit, **options)
        return dit.getvalue()

    return lancer


def sauvegarder() -> Path:
    call_command("sauvegarder", stdout=io.StringIO())
    return max((sauvegarde.settings.DOSSIER_SAUVEGARDES / "base").glob("*.base"))


def d_autres_acces(decor: dict[str, Any], gardee: Demande) -> tuple[list[Compte], Gel]:
    """Return who will be excluded, who will lose a factor, the DPO; and a hold that will be lifted."""
    # An exclusion by one of two caisses closes no account.
    creer_convention(decor["partenaire"], creer_caisse("autre", "CPAM autre", "67"))
    exclu, refait, referent = (
        creer_compte_actif(f"{nom}.moselle", profil, **ou)
        for nom, profil, ou in (
            ("exclu", Profil.TECHNICIEN, {"partenaire": decor["partenaire"]}),
            ("refait", Profil.TECHNICIEN, {"partenaire": decor["partenaire"]}),
            ("dpo", Profil.DPO, {"caisses": (decor["caisse"],)}),
        )
    )
    gel = poser_gel(
        gardee,
        raison="contentieux",
        jusqu_a=TERME + dt.timedelta(days=300),
        fuseau="Europe/Paris",
        par=referent,
    )
    enregistrer(connecte(referent))
    return [exclu, refait, referent], gel


def fermer_et_lever(decor: dict[str, Any], autres: list[Compte], gel: Gel) -> None:
    """Do what an older copy of the rows does not know."""
    exclu, refait, referent = autres
    exclure(exclu, caisse=decor["caisse"], par=decor["agent"], raison="Des demandes inventées.")
    refaire_facteur(refait, par=decor["agent"])
    retirer_cle(par=referent, pk=referent.cles_d_acces.get().pk, ici="")
    lever_gel(gel, fuseau="Europe/Paris", par=referent)
    poser_gel(
        Demande.objects.get(pk=gel.objet_id),
        raison="droits",
        jusqu_a=TERME + dt.timedelta(days=90),
        fuseau="Europe/Paris",
        par=referent,
    )
    administrateur = creer_compte_actif("admin.moselle", Profil.ADMINISTRATEUR, caisses=(decor["caisse"],))
    suspendre(decor["participation"], par=administrateur, raison="Usage détourné.")


def verifier_ferme_et_leve(autres: list[Compte], gel: Gel) -> None:
    exclu, refait, referent = (Compte.objects.get(pk=un.pk) for un in autres)
    # Excluded by one of two caisses, as before; a factor made again since closes its account.
    assert (exclu.statut, refait.statut, referent.statut) == ("actif", "inactif", "actif")
    assert not referent.cles_d_acces.exists()
    exclusion = exclu.exclusions.get(levee_le=None)
    assert exclusion.caisse.code == "moselle" and exclusion.raison
    assert exclusion.caisse.participations.get().suspendue_le
    assert Gel.objects.get(leve_le=None).raison == "droits"
    gel.refresh_from_db()
    assert gel.leve_par == referent.pk


def test_backup_at_day_d_restored_forty_days_later(lieu: Path, restaurer, mailoutbox):
    """Destroyed stays destroyed, closed stays closed, no mail leaves by itself, no link works twice; the rest is back."""
    fichier = lieu / "fichiers/ab/piece"
    with time_machine.travel(JOUR_J, tick=False):
        decor = un_decor()
        due, gardee = une_demande(decor, TERME), une_demande(decor, TERME + dt.timedelta(days=200))
        fraudeur, distrait = decor["technicien"], decor["agent"]
        lien = envoyer_lien(fraudeur, LienPersonnel.Usage.MOT_DE_PASSE)
        autres, gel = d_autres_acces(decor, gardee)
        fichier.parent.mkdir()
        fichier.write_bytes(b"scelle")
    with time_machine.travel(JOUR_J + dt.timedelta(hours=1), tick=False):
        base = sauvegarder()
    with time_machine.travel(JOUR_J + dt.timedelta(days=39), tick=False):
        assert purger()["demande"] == 1
        inactiver(fraudeur, par=MACHINE, cause=Compte.Inactivation.FRAUDE)
        definir_mot_de_passe(distrait, "Apres-2027-Essai!")
        fermer_et_lever(decor, autres, gel)
        envoyer_courriels()
        envoyes = len(mailoutbox)
    fichier.unlink()
    with time_machine.travel(JOUR_J + dt.timedelta(days=40), tick=False):
        dit = restaurer(base)
        assert "Rien n’a changé" in dit and "Refus" not in dit
        assert Demande.objects.count() == 1
        dit = restaurer(base, pour_de_vrai=True)
        assert [un.reference for un in Demande.objects.all()] == [gardee.reference] != [due.reference]
        assert Demande.objects.get().contenu == CONTENU
        fraudeur.refresh_from_db()
        distrait.refresh_from_db()
        assert (fraudeur.statut, distrait.statut) == (Compte.Statut.INACTIF, Compte.Statut.ACTIF)
        assert fraudeur.inactivation == Compte.Inactivation.FRAUDE
        assert not distrait.has_usable_password()
        verifier_ferme_et_leve(autres, gel)
        assert Demande.objects.get().terme_le == TERME + dt.timedelta(days=200)
        assert LienPersonnel.objects.get(pk=lien.pk).consomme_le
        assert fraudeur.identifiant in dit and "1 comptes demanderont" in dit
        assert fichier.read_bytes() == b"scelle"
        envoyer_courriels()
        assert len(mailoutbox) == envoyes and "courriels sont retenus" in dit
        assert not restauration.en_cours()
        # Twice is once; new rows get new numbers.
        restaurer(base, pour_de_vrai=True)
        assert une_demande(decor, TERME + dt.timedelta(days=100)).pk > gardee.pk


def test_what_would_open_too_early_is_refused(lieu: Path, restaurer, postgres, base_reelle: str):
    """Another schema, somebody connected, another key folder, an altered or cut file: nothing changes."""
    with time_machine.travel(JOUR_J, tick=False):
        un_decor()
        base = sauvegarder()
        with postgres.connexion(base_reelle), pytest.raises(CommandError, match="connexions à la base"):
            restaurer(base, pour_de_vrai=True)
        with postgres.connexion(base_reelle) as admin:
            admin.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('droits', '0999_x', now())"
            )
        assert "Refus : Le schéma" in restaurer(base)
        with postgres.connexion(base_reelle) as admin:
            admin.execute("DELETE FROM django_migrations WHERE name = '0999_x'")
        with pytest.raises(CommandError, match="n’est pas vide"):
            restaurer(base, cles=max((lieu / "sauvegardes/cles").glob("*.cles")), pour_de_vrai=True)
        (lieu / "cles").rename(lieu / "cles-d-avant")
        (lieu / "cles").mkdir()
        vider_le_cache()
        with pytest.raises(CommandError, match="dossier de clés"):
            restaurer(base, pour_de_vrai=True)
        octets = base.read_bytes()
        for faux in (octets[:-40], octets[:5000] + bytes([octets[5000] ^ 1]) + octets[5001:]):
            base.write_bytes(faux)
            with pytest.raises(CommandError, match=r"coupé|altéré"):
                restaurer(base, pour_de_vrai=True)
        assert Compte.objects.exists()


@pytest.mark.parametrize("reglage", ["DEMO", "DEBUG"])
def test_no_real_data_outside_production(lieu: Path, restaurer, settings, reglage: str):
    """A portal that demonstrates or debugs takes no backup, dry or for good."""
    un_decor()
    base = sauvegarder()
    setattr(settings, reglage, True)
    assert "Refus : Ce portail n’est pas la production" in restaurer(base)
    with pytest.raises(CommandError, match="n’est pas la production"):
        restaurer(base, pour_de_vrai=True)
    assert Compte.objects.exists()


def test_keys_lost_too_come_back_from_their_own_backup(lieu: Path, restaurer):
    with time_machine.travel(JOUR_J, tick=False):
        une_demande(un_decor(), TERME)
        base = sauvegarder()
        shutil.rmtree(lieu / "cles")
        (lieu / "cles").mkdir()
        vider_le_cache()
        restaurer(base, cles=max((lieu / "sauvegardes/cles").glob("*.cles")), pour_de_vrai=True)
        assert Demande.objects.get().contenu == CONTENU


def test_nothing_is_readable_in_a_backup_and_sessions_are_not_in_it(lieu: Path, client: Client):
    with time_machine.travel(JOUR_J, tick=False):
        agent = un_decor()["agent"]
        client.force_login(agent, backend="accounts.backends.ComptesActifs")
        base = sauvegarder()
    cle = client.session.session_key
    clair = b"".join(octets for _, octets in sauvegarde.lire(base))
    assert agent.identifiant.encode() in clair and cle.encode() not in clair
    scelle = b"".join(un.read_bytes() for un in (lieu / "sauvegardes").rglob("*") if un.is_file())
    assert agent.identifiant.encode() not in scelle


def test_old_backups_go_keys_first(lieu: Path):
    """Seven days after a term no copy of its key is left; thirty days of the database."""
    for jour in (0, 5, 12, 40):
        with time_machine.travel(JOUR_J + dt.timedelta(days=jour), tick=False):
            sauvegarder()
    restent = {f: len(list((lieu / "sauvegardes" / f).iterdir())) for f in ("base", "cles")}
    assert restent == {"base": 2, "cles": 1}


def test_supervision_tells_the_age_and_a_restoration_under_way(lieu: Path, client: Client, settings):
    settings.SAUVEGARDE_AGE_HEURES = 26
    assert "sauvegardes" in client.get("/sante/etat").json()["alertes"], "never saved"
    with time_machine.travel(JOUR_J, tick=False):
        sauvegarder()
    for heures, alerte in ((25, False), (27, True)):
        with time_machine.travel(JOUR_J + dt.timedelta(hours=heures), tick=False):
            corps = client.get("/sante/etat").json()
            assert corps["mesures"]["sauvegardes"] == {"base": heures, "cles": heures}
            assert ("sauvegardes" in corps["alertes"]) == alerte
    (lieu / "cles" / restauration.MARQUE).touch()
    assert "restauration" in client.get("/sante/pret").json()["manques"]
