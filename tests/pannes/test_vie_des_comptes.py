"""The whole life of the accounts of a structure, told once per case on a real worker, with the clock moved.

Signature, habilitation, activation, end, inactivation, notices, deletion. People act through the pages and follow the
links of the mails received; the machine acts by the tasks of beat's table. One scene serves all the cases: each has a
structure and caisses of its own, and the clock only goes forward.
"""

import datetime as dt
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from accounts.models.compte import Compte
from accounts.models.habilitations import DemandeHabilitation
from conformite.jours import plus_mois
from conventions.models.conventions import Convention, Participation
from conventions.models.partenaires import Partenaire
from socle import horloge
from socle.models import DecalageHorloge
from socle.profils import Profil
from tests.accounts.aides import NEUF, activer, personne, technicien, texte
from tests.conventions.fabrique import STRUCTURE, contenu, signer
from tests.distribution import connecte, creer_caisse, creer_compte_actif
from tests.pannes.scene import Scene, attendre

pytestmark = [pytest.mark.pannes, pytest.mark.lent]

PARIS = ZoneInfo("Europe/Paris")
# What a night does, in the order of beat's table.
NUIT = ("conventions", "comptes-departs", "comptes-fins", "comptes-notices", "conservation")
# One notice of two months, at any time: the end falls two months after the letter.
PREAVIS = {"denonciation": "a-tout-moment", "denonciation_mois": "2"}
# [82]: one gestionnaire, up to twenty-five techniciens, whatever the size.
QUOTAS_82 = {f"gestionnaires_{taille}": "1" for taille in ("10", "25", "plus")} | {
    f"techniciens_{taille}": "25" for taille in ("10", "25", "plus")
}
_rangs = itertools.count(1)


@pytest.fixture(scope="module")
def scene(scene_vide_du_module: Scene) -> Iterator[Scene]:
    """Return the scene of the file, its worker started; this process follows the same moved clock."""
    scene_vide_du_module.lancer("worker")
    with pytest.MonkeyPatch.context() as reglages:
        reglages.setattr(settings, "DEMO", True)
        horloge.relire()
        yield scene_vide_du_module
    horloge.relire()


def siret(rang: int) -> str:
    """Return an invented SIRET whose key is right."""
    for candidat in range(10):
        chiffres = f"9006800{rang:06d}{candidat}"
        doubles = [int(c) * (2 if place % 2 == 0 else 1) for place, c in enumerate(chiffres)]
        if sum(d // 10 + d % 10 for d in doubles) % 10 == 0:
            return chiffres
    raise AssertionError


class Histoire:
    """One structure, its caisses and their people."""

    def __init__(self, scene: Scene, caisses: int = 1, **conditions: str) -> None:
        self.scene = scene
        self.rang = next(_rangs)
        self.siret, self.domaine = siret(self.rang), f"ccas{self.rang}.example"
        self.caisses = [
            creer_caisse(f"vie-{self.rang}-{n}", f"CPAM d’essai {self.rang}-{n}", "57")
            for n in range(caisses)
        ]
        self.administrateur = creer_compte_actif(
            f"admin{self.rang}.vie", Profil.ADMINISTRATEUR, caisses=tuple(self.caisses)
        )
        # Who files for the structure does not decide.
        self.second = creer_compte_actif(
            f"second{self.rang}.vie", Profil.ADMINISTRATEUR, caisses=tuple(self.caisses)
        )
        self.conditions = PREAVIS | conditions

    # --- Time

    @property
    def jour(self) -> dt.date:
        return horloge.jour("Europe/Paris")

    def aller_au(self, jour: dt.date) -> None:
        """Move the clock of all the processes to one o'clock in the morning of that day, and pass the night."""
        instant = dt.datetime.combine(jour, dt.time(1), PARIS)
        assert instant > horloge.maintenant()
        duree = instant - horloge.temps_reel()
        DecalageHorloge.objects.update_or_create(unique=True, defaults={"duree": duree})
        horloge.relire()
        for entree in NUIT:
            self.scene.executer(entree)

    # --- What people do

    def signer_une_convention(self, deja_connue: bool = False) -> Convention:
        """Draft and sign both documents, for each party, through the pages."""
        client = connecte(self.administrateur)
        structure = STRUCTURE | {
            "structure-domaines": self.domaine,
            "structure-nom": f"CCAS d’essai {self.rang}",
        }
        saisie = contenu(
            self.caisses[0], caisses=[str(caisse.pk) for caisse in self.caisses], **self.conditions
        )
        reponse = client.post(
            f"/conventions/nouvelle/?siret={self.siret}", saisie | ({} if deja_connue else structure)
        )
        assert reponse.status_code == 302, texte(reponse)
        convention = Convention.objects.filter(partenaire__siret=self.siret).latest("pk")
        client.post(f"/conventions/{convention.reference}/mettre-a-la-signature/")
        signer(client, convention)
        signer(client, convention, "utilisation")
        assert convention.statut == Convention.Statut.EN_VIGUEUR
        return convention

    @property
    def structure(self) -> Partenaire:
        return Partenaire.objects.get(siret=self.siret)

    def compte(self, prenom: str) -> Compte:
        return self.structure.comptes.get(prenom=prenom)

    def entrer(self, prenom: str) -> Client:
        return connecte(self.compte(prenom))

    def adresse(self, prenom: str) -> str:
        return f"{prenom}.petit@{self.domaine}".lower()

    def demander(self, client: Client, nature: str, **champs: object) -> HttpResponse:
        adresse = f"/habilitations/nouvelle/{nature}/?structure={self.siret}"
        return client.post(adresse, {"caisse": self.caisses[0].pk, **champs})

    def accepter(self) -> None:
        demande = DemandeHabilitation.objects.filter(partenaire=self.structure).latest("pk")
        reponse = connecte(self.second).post(
            f"/habilitations/{demande.pk}/decider/", {"decision": "accepter"}
        )
        assert reponse.url == "/habilitations/", texte(reponse)

    def habiliter(self, prenom: str) -> None:
        """A-01: asked for the structure, accepted; the person activates with the link received."""
        reponse = self.demander(
            connecte(self.administrateur), "habilitation", **personne(prenom=prenom, domaine=self.domaine)
        )
        assert reponse.status_code == 302, texte(reponse)
        self.accepter()
        self.activer(prenom)

    def creer_technicien(self, gestionnaire: str, prenom: str) -> None:
        """A-02: created by the gestionnaire, activated with the link received."""
        reponse = self.entrer(gestionnaire).post(
            "/comptes/nouveau/", technicien(prenom=prenom, domaine=self.domaine)
        )
        assert reponse.url == "/comptes/", texte(reponse)
        self.activer(prenom)

    def activer(self, prenom: str) -> None:
        """A-05 to A-08: the last link in the mail box, then the conditions."""
        envoyes = self.compte(prenom).liens.filter(usage="activation").count()
        self.scene.reveiller()
        lien = attendre(lambda: self.liens(prenom)[envoyes - 1 :], f"le lien de {prenom}")[-1]
        client = Client()
        # Never one of the former passwords.
        assert activer(client, lien, f"{NEUF} {envoyes}").url == "/cgu/"
        client.post("/cgu/", {"accepter": "on"})
        assert client.get("/").status_code == 200

    def liens(self, prenom: str) -> list[str]:
        recus = self.scene.puits.pour(self.adresse(prenom))
        return re.findall(r"https?://[^/\s]+(/activation/\S+)", "\n".join(recu.texte for recu in recus))

    def denoncer(self, caisse: int = 0) -> dt.date:
        """C-04: the letter of today; return the first day without portal for that caisse."""
        part = self.participations().get(caisse=self.caisses[caisse])
        reponse = connecte(self.administrateur).post(
            f"/conventions/{part.convention.reference}/caisses/{part.caisse.code}/denoncer/",
            {"qui": "caisse", "lettre_du": self.jour.isoformat(), "bonne_fin_jours": "0"},
        )
        assert reponse.status_code == 302, texte(reponse)
        part.refresh_from_db()
        assert part.fin == plus_mois(self.jour, 2)
        return part.fin

    # --- What is seen

    def participations(self):
        return Participation.objects.ouvrant_le_portail().filter(partenaire=self.structure)

    def etats(self) -> dict[str, str]:
        return dict(self.structure.comptes.values_list("prenom", "statut"))

    def courriels(self, prenom: str, gabarit: str) -> int:
        """Return how many mails of this kind the person received."""
        sujets = {"fin": "prend fin le", "ferme": "est fermé", "effacement": "seront effacées après le"}
        recus = self.scene.puits.pour(self.adresse(prenom))
        return sum(sujets[gabarit] in recu.sujet for recu in recus)

    def attendre_courriels(self, prenom: str, **attendus: int) -> None:
        """Wait for these numbers of mails, by kind; a mail too many never goes away."""
        self.scene.reveiller()
        for gabarit, nombre in attendus.items():
            attendre(lambda g=gabarit, n=nombre: self.courriels(prenom, g) >= n, f"{nombre} « {gabarit} »")
            assert self.courriels(prenom, gabarit) == nombre

    # --- The common chapters

    def s_installer(self) -> Convention:
        """Signature, habilitation, creation, activation."""
        convention = self.signer_une_convention()
        self.habiliter("Alix")
        self.creer_technicien("Alix", "Billie")
        assert self.etats() == {"Alix": "actif", "Billie": "actif"}
        return convention

    def finir(self, fin: dt.date) -> None:
        """A-13: told at −30 and −7 days, closed the night of the end and no sooner, by the job."""
        self.aller_au(fin - dt.timedelta(days=30))
        self.attendre_courriels("Billie", fin=1)
        self.aller_au(fin - dt.timedelta(days=7))
        self.attendre_courriels("Billie", fin=2)
        self.aller_au(fin - dt.timedelta(days=1))
        assert set(self.etats().values()) == {"actif"}
        billie = self.entrer("Billie")
        assert billie.get("/").status_code == 200
        self.aller_au(fin)
        assert set(self.etats().values()) == {"inactif"}
        assert billie.get("/").url.startswith("/connexion/")
        for compte in self.structure.comptes.all():
            assert (compte.inactivation, compte.inactive_par) == ("fin-convention", None)
            assert compte.suppression_le == plus_mois(fin, 6)
        self.attendre_courriels("Billie", fin=2, ferme=1)

    def effacer(self, fin: dt.date) -> None:
        """A-14: told at −30 and −7 days, kept the last day, gone the night after; nothing is left of the person."""
        terme = plus_mois(fin, 6)
        self.aller_au(terme - dt.timedelta(days=30))
        self.attendre_courriels("Billie", effacement=1)
        self.aller_au(terme - dt.timedelta(days=7))
        self.attendre_courriels("Billie", effacement=2)
        self.aller_au(terme)
        assert set(self.etats().values()) == {"inactif"}
        # Everywhere on Earth the last day is over.
        self.aller_au(terme + dt.timedelta(days=2))
        assert Counter(self.structure.comptes.values_list("statut", "nom", "email")) == {
            ("supprime", "supprimé", ""): self.structure.comptes.count()
        }
        assert not Compte.objects.filter(email__endswith=self.domaine).exists()


def test_une_caisse(scene: Scene):
    """A-01, A-05, A-13, A-14: from the signature to the deletion, for a partner with one caisse."""
    h = Histoire(scene)
    h.s_installer()
    fin = h.denoncer()
    h.finir(fin)
    h.effacer(fin)


def test_deux_caisses_finissant_le_meme_jour(scene: Scene):
    """A-13, A-14: two parts that end the same day close the accounts once, with one set of notices."""
    h = Histoire(scene, caisses=2)
    h.s_installer()
    fin = h.denoncer(0)
    assert h.denoncer(1) == fin
    h.finir(fin)
    h.effacer(fin)


def test_deux_caisses_finissant_a_deux_dates(scene: Scene):
    """A-13: the first end closes that caisse only and tells nobody; the second one closes the accounts."""
    h = Histoire(scene, caisses=2)
    h.s_installer()
    premiere = h.denoncer(0)
    h.aller_au(premiere - dt.timedelta(days=7))
    h.aller_au(premiere)
    assert h.etats() == {"Alix": "actif", "Billie": "actif"}
    h.attendre_courriels("Billie", fin=0, ferme=0)
    billie = h.compte("Billie")
    assert [part.caisse for part in billie.participations_ouvertes()] == [h.caisses[1]]
    assert connecte(billie).get("/").status_code == 200
    seconde = h.denoncer(1)
    h.finir(seconde)
    h.effacer(seconde)


def test_le_seul_gestionnaire_est_remplace(scene: Scene):
    """Q-03, Q-07, A-10, A-11, A-14 [82]: the one seat goes to the successor, on his activation; nobody is left alone."""
    h = Histoire(scene, **QUOTAS_82)
    h.s_installer()
    reponse = h.demander(h.entrer("Alix"), "habilitation", **personne(prenom="Camille", domaine=h.domaine))
    demande = DemandeHabilitation.objects.latest("pk")
    refus = connecte(h.administrateur).post(f"/habilitations/{demande.pk}/decider/", {"decision": "accepter"})
    assert reponse.status_code == 302 and refus.status_code == 422
    assert "Toutes les places de gestionnaires sont prises (1 sur 1)" in texte(refus)
    assert h.etats() == {"Alix": "actif", "Billie": "actif"}

    depart = h.jour + dt.timedelta(days=20)
    champs = {"compte": h.compte("Alix").pk, "depart_le": depart.isoformat()}
    seule = h.demander(h.entrer("Alix"), "inactivation", **champs)
    assert "indiquez les coordonnées de son successeur" in texte(seule)
    h.demander(h.entrer("Alix"), "inactivation", **champs, **personne(prenom="Camille", domaine=h.domaine))
    h.accepter()
    h.aller_au(depart)
    # The wanted day has come, but the successor is not there: the structure is not left without gestionnaire.
    assert h.etats() == {"Alix": "actif", "Billie": "actif", "Camille": "en_attente"}
    # The link of seven days is over: the caisse sends a fresh one.
    connecte(h.administrateur).post(f"/comptes/{h.compte('Camille').pk}/relancer/")
    h.activer("Camille")
    parti = h.compte("Alix")
    assert (parti.statut, parti.inactivation) == ("inactif", "releve")
    assert h.compte("Billie").rattache_a == h.compte("Camille")
    assert h.entrer("Camille").get("/comptes/").status_code == 200

    terme = parti.suppression_le
    h.aller_au(terme)
    assert h.compte("Alix").statut == "inactif"
    h.aller_au(terme + dt.timedelta(days=2))
    assert h.etats() == {"Compte": "supprime", "Billie": "actif", "Camille": "actif"}
    assert h.structure.places(Profil.GESTIONNAIRE) == 1


def test_une_structure_rouverte(scene: Scene):
    """A-13, A-19: closed by the end, reopened in two acts after a new signature; no later night undoes it."""
    h = Histoire(scene)
    h.s_installer()
    fin = h.denoncer()
    h.finir(fin)
    rouvrir = f"/comptes/structure/{h.siret}/rouvrir/"
    # Between two conventions the caisse reaches no account of the structure.
    assert connecte(h.administrateur).post(rouvrir).status_code == 404
    assert set(h.etats().values()) == {"inactif"}

    h.aller_au(fin + dt.timedelta(days=60))
    h.signer_une_convention(deja_connue=True)
    assert "Comptes rouverts : 1" in texte(connecte(h.administrateur).post(rouvrir, follow=True))
    assert h.etats() == {"Alix": "en_attente", "Billie": "inactif"}
    h.activer("Alix")
    assert "Comptes rouverts : 1" in texte(h.entrer("Alix").post(rouvrir, follow=True))
    h.activer("Billie")
    for mois in (3, 7):
        h.aller_au(plus_mois(fin, mois))
        assert h.etats() == {"Alix": "actif", "Billie": "actif"}
    h.attendre_courriels("Billie", effacement=0)
