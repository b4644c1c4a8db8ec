"""A year of a convention by the clock: demandes that come and end, keys made, what is due purged by night."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import time_machine

from accounts.models.compte import Compte
from caisses.models import Motif
from conformite.purge import purger
from conformite.scellement import creer_cles
from conventions import regles
from conventions.models.conventions import Convention, Participation
from conventions.models.suites import Preuve
from signalements.actions import instruction
from signalements.bilan import DELAIS, ISSUES, SANS_REPONSE
from signalements.models.demandes import Demande
from signalements.suites import Irrecevable, Issue
from tests.conventions.aides import champs_de
from tests.conventions.textes import texte_du_pdf
from tests.distribution import connecte, creer_compte_actif
from tests.signalements.fabrique import deposer
from tests.signalements.soustractions import devines

MOTIFS = ("saisine-mas", "saisine-mas", "urgence")
# How many days after the deposit, what is answered, under which class of delay
REPONSES = (
    (1, Issue.DROITS_OUVERTS, "0-2"),
    (5, Issue.INFORMATION, "3-7"),
    (10, Issue.DROITS_OUVERTS, "8-14"),
    (1, Issue.REFUS_NOTIFIE, "0-2"),
    (20, Issue.DROITS_OUVERTS, "15-30"),
)


def des_cles(jour: dt.date) -> None:
    """Make the keys of the terms to come, as the job does."""
    creer_cles(jour + dt.timedelta(days=400), jour)


class Annee:
    """The year that begins on the first day of this month, and what was counted by hand while it ran."""

    def __init__(self, convention: Convention, technicien: Compte, agent: Compte) -> None:
        self.convention, self.technicien, self.agent = convention, technicien, agent
        self.caisse = agent.caisses.get()
        self.debut = self.caisse.jour.replace(day=1)
        self.fin = regles.plus_mois(self.debut, 12)
        self.attendu: dict[str, Counter[str]] = defaultdict(Counter)
        parts = Participation.objects.filter(convention=convention)
        parts.update(debut=self.debut, utilisation_debut=self.debut)
        self.agenda: dict[dt.date, list[Callable[[dt.date], None]]] = defaultdict(list)

    def noter(self, quoi: str, valeur: str, jour: dt.date) -> None:
        if jour < self.fin:
            self.attendu[quoi][valeur] += 1

    def vivre(self, par_mois: int, *, nuits: int = 1) -> "Annee":
        """Let the year run, and two months more: `par_mois` demandes, a purge every `nuits` nights."""
        for mois in range(12):
            premier = regles.plus_mois(self.debut, mois)
            for rang in range(par_mois):
                jour = premier + dt.timedelta(days=rang * 27 // par_mois)
                self.agenda[jour].append(lambda jour, rang=rang + mois: self._deposer(rang, jour))
        for passe in range((regles.plus_mois(self.fin, 2) - self.debut).days):
            jour = self.debut + dt.timedelta(days=passe)
            if jour.day == 1:
                self.a(jour, des_cles)
            for faire in self.agenda.pop(jour, ()):
                self.a(jour, faire)
            if passe % nuits == 0:
                self.a(jour, lambda _: purger(), heure=2)
        return self

    def a(self, jour: dt.date, faire: Callable[[dt.date], Any], heure: int = 12) -> Any:
        """Do something on a day."""
        quand = dt.datetime.combine(jour, dt.time(heure), tzinfo=dt.UTC)
        with time_machine.travel(quand, tick=False):
            return faire(jour)

    def _deposer(self, rang: int, jour: dt.date) -> None:
        motif = Motif.objects.get(pk=MOTIFS[rang % len(MOTIFS)])
        demande = deposer(self.technicien, motif.pk)
        for quoi, valeur in (("recue", ""), ("service", motif.service.libelle), ("motif", str(motif))):
            self.noter(quoi, valeur, jour)
        suite, apres = rang % 7, 1
        if suite < len(REPONSES):
            apres, issue, classe = REPONSES[suite]
            faire = lambda jour: self._repondre(demande, issue, classe, jour)  # noqa: E731
        elif suite == 5:
            faire = lambda jour: self._refuser(demande, jour)  # noqa: E731
        else:
            faire = lambda jour: self._annuler(demande, jour)  # noqa: E731
        self.agenda[jour + dt.timedelta(days=apres)].append(faire)

    def _finir(self, issue: str, classe: str, jour: dt.date) -> None:
        for quoi, valeur in (("terminee", ""), ("issue", ISSUES[issue]), ("delai", DELAIS[classe])):
            self.noter(quoi, valeur, jour)

    def _repondre(self, demande: Demande, issue: Issue, classe: str, jour: dt.date) -> None:
        instruction.repondre(demande, texte="C’est fait.", issue=issue, par=self.agent)
        instruction.cloturer(demande, par=self.technicien)
        self._finir(issue, classe, jour)

    def _refuser(self, demande: Demande, jour: dt.date) -> None:
        instruction.prendre_en_charge(demande, par=self.agent)
        raison = Irrecevable.HORS_MOTIF
        instruction.declarer_irrecevable(demande, raison=raison, texte="Autre motif.", par=self.agent)
        self._finir(raison, "sans-reponse", jour)

    def _annuler(self, demande: Demande, jour: dt.date) -> None:
        instruction.annuler(demande, texte="", par=self.technicien)
        self._finir("annulee", "sans-reponse", jour)

    # --- What is read

    def lire(self, jour: dt.date, qui: str) -> tuple[dict[str, dict[str, str]], str]:
        """Return the figures of the year on its page, and the words of its document, for an administrateur of that day."""

        def ouvrir(_: dt.date) -> tuple[dict[str, dict[str, str]], str]:
            client = connecte(creer_compte_actif(qui, "administrateur", caisses=(self.caisse,)))
            base = f"/conventions/{self.convention.reference}/bilans/1/"
            contenu = client.get(base).context["contenu"]
            texte = texte_du_pdf(client.get(f"{base}bilan.pdf").content)
            return {
                un["titre"]: {nom: dit for nom, dit, _ in un["lignes"]} for un in contenu["tableaux"]
            }, texte

        return self.a(jour, ouvrir)

    def arreter(self, jour: dt.date, qui: str) -> None:
        """Write the part of the caisse, and close the bilan."""

        def faire(_: dt.date) -> None:
            client = connecte(creer_compte_actif(qui, "administrateur", caisses=(self.caisse,)))
            base = f"/conventions/{self.convention.reference}/bilans/1/"
            for acte, champs in (("part", {"texte": "Une année pleine."}), ("arreter", {})):
                envoi = champs_de(client.get(f"{base}{acte}/")) | champs
                assert client.post(f"{base}{acte}/", envoi).status_code == 302

        self.a(jour, faire)

    def verifier(self, tableaux: dict[str, dict[str, str]]) -> int:
        """Assert that each figure shown is the one counted by hand, that none hidden is told; return how many are shown."""
        quoi = {
            "Par service": "service",
            "Par motif": "motif",
            "Suites données": "issue",
            "Délais de réponse": "delai",
        }
        vrais = {titre: self.attendu[nom] for titre, nom in quoi.items()}
        vrais["Demandes"] = Counter(
            {
                "Demandes reçues": self.attendu["recue"][""],
                "Demandes terminées": self.attendu["terminee"][""],
            }
        )
        montres = 0
        for titre, attendus in vrais.items():
            assert set(tableaux[titre]) == set(attendus), titre
            for nom, dit in tableaux[titre].items():
                assert not dit.isdigit() or (int(dit) == attendus[nom] >= 11), (titre, nom)
                montres += dit.isdigit()
        suites, delais = tableaux["Suites données"], dict(tableaux["Délais de réponse"])
        muets = {ISSUES[code] for code in SANS_REPONSE}
        devinees = devines(
            tableaux["Demandes"]["Demandes terminées"],
            delais.pop(DELAIS["sans-reponse"], "0"),
            {nom: dit for nom, dit in suites.items() if nom not in muets},
            {nom: dit for nom, dit in suites.items() if nom in muets},
            delais,
        )
        assert devinees == []
        return montres

    def tenir(self) -> int:
        """Assert all that a year owes (C-21); return how many figures are shown."""
        apres = regles.plus_mois(self.fin, 2)
        self.a(apres, des_cles)
        vus, _ = self.lire(apres, "avant.moselle")
        montres = self.verifier(vus)
        self.arreter(apres, "arrete.moselle")
        arretes, texte = self.lire(apres, "apres.moselle")
        assert {nom: dits for nom, dits in arretes.items() if nom in vus} == vus
        assert Preuve.objects.get(convention=self.convention).nature == Preuve.Nature.BILAN
        plus_tard = regles.plus_mois(self.fin, 14)
        for jour in range(0, (plus_tard - apres).days, 30):
            nuit = apres + dt.timedelta(days=jour)
            self.a(nuit, des_cles)
            self.a(nuit, lambda _: purger(), heure=2)
        assert not Demande.objects.exists()
        assert self.lire(plus_tard, "tard.moselle") == (arretes, texte)
        return montres
