"""A year of exchanges by the clock: the Haut-Rhin and its département, then Metz and its centre (E-01 to E-11).

Told through screens: pages that open and forms that are sent, by the test client or by a browser.
"""

import datetime as dt
import html
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import lxml.html
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from accounts.models.compte import Compte
from conformite import purge
from conformite.scellement import creer_cles, vider_le_cache
from conventions.models.conventions import Participation
from echanges.echeances import faire_ce_qui_est_du
from echanges.models.acces import BoiteDediee
from echanges.models.depots import Depot
from echanges.models.flux import CompteurEchanges
from echanges.models.recuperation import DossierIndu
from fichiers.entretien import effacer_les_contenus
from socle.models import CourrielSortant
from socle.profils import Profil
from tests import distribution
from tests.distribution import MOT_DE_PASSE
from tests.echanges import fabrique
from tests.echanges.fabrique import CODE, csv, indu
from tests.echanges.fabrique import MOT_DE_PASSE as SECRET
from tests.echanges.indus import RIB


class Ecran(Protocol):
    """What somebody does in front of a page."""

    def texte(self, adresse: str) -> str:
        """What a page says."""

    def octets(self, adresse: str) -> bytes:
        """A document."""

    def envoyer(self, adresse: str, page: str = "", fichier: bytes = b"", **champs: Any) -> str:
        """Fill the form that leads to `adresse` on `page`, send it; return where it led. A refusal fails."""

    def recevoir(self, adresse: str, **champs: Any) -> bytes:
        """Fill the form of a page; return the document that it gives."""


class EcranDEssai:
    """The screen of the test client."""

    def __init__(self, compte: Compte) -> None:
        self.client = distribution.connecte(compte)

    def texte(self, adresse: str) -> str:
        return html.unescape(self.client.get(adresse).content.decode())

    def octets(self, adresse: str) -> bytes:
        return self.client.get(adresse).content

    def _poster(self, adresse: str, page: str, champs: dict[str, Any]) -> Any:
        ouverte = lxml.html.fromstring(self.client.get(page or adresse).content)
        [formulaire] = ouverte.xpath(f"//main//form[not(@action) or @action='{adresse}']")
        caches = {un.name: un.value for un in formulaire.xpath(".//input[@type='hidden']")}
        caches.pop("csrfmiddlewaretoken")
        return self.client.post(adresse, caches | champs)

    def envoyer(self, adresse: str, page: str = "", fichier: bytes = b"", **champs: Any) -> str:
        joint = {"fichiers": SimpleUploadedFile("liste.csv", fichier)} if fichier else {}
        reponse = self._poster(adresse, page, champs | joint)
        assert reponse.status_code == 302, (adresse, html.unescape(reponse.content.decode())[-4000:])
        return str(reponse["Location"])

    def recevoir(self, adresse: str, **champs: Any) -> bytes:
        return b"".join(self._poster(adresse, "", champs).streaming_content)


class Annee:
    """The two stories; `ecran` opens a screen for an account, the clock of the whole process is moved."""

    def __init__(self, ecran: Callable[[Compte], Ecran], cles: Path, settings: Any) -> None:
        self.ecran = ecran
        settings.DOSSIER_CLES = cles
        vider_le_cache()
        creer_cles(dt.date(2028, 3, 31), dt.date(2026, 12, 31))

    def vivre(self) -> None:
        """Tell everything, a year and a half long."""
        with self._le(4, 1):
            self._preparer()
            self._deposer(self.agent, "mtp-mensuel", self._mensuel("01/2027"), "2027-01", self.technicien)
        with self._le(10, 2):
            self._un_retard_puis_neant()
        with self._le(15, 2):
            self._une_beneficiaire_reconnue()
        with self._le(16, 2):
            dossier = self._un_indu_retenu()
        with self._le(17, 2):
            self._poster_et_rendre(dossier)
            self._quarante_inscriptions()
        with self._le(18, 2, 2028):
            self._rien_que_des_nombres()

    def _le(self, jour: int, mois: int, annee: int = 2027) -> Any:
        return time_machine.travel(dt.datetime(annee, mois, jour, 9, tzinfo=dt.UTC), tick=True)

    # --- What comes before

    def _preparer(self) -> None:
        caisse = distribution.creer_caisse("colmar", "CPAM de Colmar", "68")
        structure = distribution.creer_partenaire("90068001800018", "Département du Haut-Rhin", 30)
        self.part = fabrique.participation_d_echange(structure, caisse)
        creer = distribution.creer_compte_actif
        self.technicien = creer("histoire.mdph", Profil.TECHNICIEN, partenaire=structure)
        self.agent = creer("histoire.agent", Profil.AGENT, caisses=(caisse,))
        self.comptable = creer("histoire.comptable", Profil.SUPERVISEUR, caisses=(caisse,))
        self.administrateur = creer("histoire.admin", Profil.ADMINISTRATEUR, caisses=(caisse,))
        codes = ["mtp-nouveaux", "mtp-mensuel", "pch-actp", "indu", "recuperation"]
        self._regler(self.part, self.administrateur, codes, self.technicien, self.agent, self.comptable)
        self.ecran(self.administrateur).envoyer(self._adresse("compte-payeur", self.part), **RIB)

    def _adresse(self, nom: str, part: Participation, *cles: Any) -> str:
        return reverse(nom, args=[part.convention.reference, part.caisse.code, *cles])

    def _regler(self, part: Participation, par: Compte, codes: list[str], *comptes: Compte) -> None:
        """Flows, authorisations, mailboxes with their codes, then the engagement of each, before any deposit."""
        ecran = self.ecran(par)
        for code in codes:
            mensuel = code == "mtp-mensuel"
            ecran.envoyer(
                self._adresse("flux-nouveau", part),
                code=code,
                periodicite="mensuel" if mensuel else "libre",
                rang="5",
                mois="1",
                conservation_depart="communication",
                depuis="2027-01-01",
            )
        for compte in comptes:
            cote = "partenaire" if compte.cote_partenaire else "caisse"
            ecran.envoyer(
                self._adresse("autorisation-nouvelle", part),
                cote=cote,
                courriel=compte.email,
                flux=codes,
                debut="2027-01-01",
            )
        for cote in ("partenaire", "caisse"):
            boite = self._boite(part, cote)
            ecran.envoyer(self._adresse("boite-nouvelle", part), cote=cote, courriel=boite)
            cle = BoiteDediee.objects.get(participation=part, cote=cote).pk
            ecran.envoyer(self._adresse("boite-verifier", part, cle), code=fabrique.courrier(boite, CODE))
        for compte in comptes:
            adresse = reverse("engagement", args=[part.convention.reference])
            assert "Engagement de confidentialité" in self.ecran(compte).texte("/")
            self.ecran(compte).envoyer(
                adresse,
                fonction="Instructrice",
                informateur="Le délégué à la protection des données",
                mention="Lu et approuvé",
                mot_de_passe=MOT_DE_PASSE,
            )

    def _boite(self, part: Participation, cote: str) -> str:
        domaine = part.partenaire.domaines[0] if cote == "partenaire" else part.caisse.domaines[0]
        return f"petra.{part.caisse.code}@{domaine}"

    # --- A deposit

    def _deposer(
        self,
        par: Compte,
        code: str,
        contenu: bytes,
        periode: str = "",
        lecteur: Compte | None = None,
        part: Any = None,
    ) -> Depot:
        """The password first, then the file, announced; read by the other side, who is seen to."""
        part = part or self.part
        flux = part.flux.get(code=code)
        ecran = self.ecran(par)
        ouvert = ecran.envoyer(
            reverse("depot-ouvrir", args=[flux.pk]), periode=periode or part.caisse.jour.isoformat()
        )
        assert "Le mot de passe part" in ecran.texte(ouvert)
        secret = fabrique.courrier(self._boite(part, flux.de.autre), SECRET)
        confirmation = ecran.envoyer(ouvert, fichier=contenu)
        assert "aucune refusée" in ecran.texte(confirmation)
        ecran.envoyer(confirmation)
        depot = Depot.objects.latest("pk")
        if lecteur is not None:
            remis = self.ecran(lecteur).recevoir(
                reverse("depot-lecture", args=[depot.reference]), mot_de_passe=secret
            )
            assert remis.startswith(b"PK")
            page = ecran.texte(reverse("depot", args=[depot.reference]))
            assert "Fichier remis" in page and lecteur.nom_complet in page
            preuve = ecran.octets(reverse("depot-preuve-pdf", args=[depot.reference]))
            assert preuve.startswith(b"%PDF")
        return depot

    def _mensuel(self, mois: str) -> bytes:
        return csv(
            "mtp-mensuel",
            {"mois": mois, "a_verser": "1250,00", "premier_versement": "non", "nom": "Autrefois"},
        )

    # --- The year

    def _un_retard_puis_neant(self) -> None:
        faire_ce_qui_est_du()
        assert CourrielSortant.objects.filter(gabarit="echanges/en_retard").exists()
        assert "Envoi en retard" in self.ecran(self.agent).texte("/")
        assert "Envoi attendu de l’autre partie" in self.ecran(self.technicien).texte("/")
        neant = reverse("flux-dire-neant", args=[self.part.flux.get(code="mtp-mensuel").pk])
        self.ecran(self.agent).envoyer(neant, self._adresse("echange", self.part))
        assert "Envoi en retard" not in self.ecran(self.agent).texte("/")

    def _une_beneficiaire_reconnue(self) -> None:
        liste = {"prestation": "PCH", "debut": "01/12/2026", "montant_mensuel": "750,00"}
        pch = self._deposer(self.technicien, "pch-actp", csv("pch-actp", liste), lecteur=self.agent)
        nouvelle = {"decision": "12/02/2027", "ouverture": "01/12/2026", "montant_mensuel": "1200,00"}
        nouvelle |= {"premier_versement": "05/03/2027"}
        self._deposer(self.agent, "mtp-nouveaux", csv("mtp-nouveaux", nouvelle), lecteur=self.technicien)
        page = self.ecran(self.agent).texte(reverse("rapprochement", args=[pch.reference]) + "?etat=certain")
        assert "Larivandière" in page and "Même période" in page

    def _un_indu_retenu(self) -> DossierIndu:
        """Two months of PCH, 1 500 €: withheld within the MTP of each month, signed by a second person."""
        du = indu(debut="01/12/2026", fin="31/01/2027", montant="1500,00")
        depot = self._deposer(self.technicien, "indu", csv("indu", du), lecteur=self.agent)
        self.ecran(self.agent).envoyer(reverse("dossiers", args=[depot.reference]))
        dossier = depot.dossiers.get()
        page = reverse("dossier", args=[dossier.reference])
        for compte, verbe in ((self.agent, "calculer"), (self.agent, "preparer"), (self.comptable, "signer")):
            self.ecran(compte).envoyer(f"{page}{verbe}/", page)
        texte = self.ecran(self.agent).texte(page)
        assert "décembre 2026" in texte and "1200,00" in texte and "300,00" in texte and "Mandaté" in texte
        return dossier

    def _poster_et_rendre(self, dossier: DossierIndu) -> None:
        """The letter is posted, the recovery goes back as a file, and the dossier closes."""
        agent, page = self.ecran(self.agent), reverse("dossier", args=[dossier.reference])
        assert agent.octets(f"{page}lettre.pdf").startswith(b"%PDF")
        agent.envoyer(f"{page}poster/", page, **{"poster-le": "2027-02-17"})
        rendu = agent.octets(reverse("dossiers-recuperation", args=[dossier.depot.reference]))
        assert rendu.startswith(b"PK")
        rendue = {
            "retenu": "1500,00",
            "mandat": dossier.reference,
            "mandat_le": "16/02/2027",
            "solde": "0,00",
        }
        self._deposer(self.agent, "recuperation", csv("recuperation", rendue), lecteur=self.technicien)
        agent.envoyer(f"{page}solder/", page)
        assert "Soldé" in agent.texte(page)

    def _quarante_inscriptions(self) -> None:
        """Metz sends forty, the centre follows three, Metz sees them."""
        caisse = distribution.creer_caisse("metz", "CPAM de Metz", "57")
        structure = distribution.creer_partenaire("21570463000017", "Ville de Metz")
        part = fabrique.participation_d_echange(structure, caisse)
        creer = distribution.creer_compte_actif
        technicien = creer("histoire.metz", Profil.TECHNICIEN, partenaire=structure)
        centre = creer("histoire.ces", Profil.AGENT, caisses=(caisse,))
        admin = creer("histoire.admin57", Profil.ADMINISTRATEUR, caisses=(caisse,))
        self._regler(part, admin, ["eps-inscriptions"], technicien, centre)
        lettres = [f"{a}{b}" for a in "abcdefgh" for b in "aeiou"]
        gens = [{"nom": f"Dubourg{un}", "structure": "Le CCAS", "accord_le": "10/02/2027"} for un in lettres]
        depot = self._deposer(
            technicien, "eps-inscriptions", csv("eps-inscriptions", *gens), lecteur=centre, part=part
        )
        suivi, noter = (reverse(nom, args=[depot.reference]) for nom in ("inscriptions", "inscription-noter"))
        for rang, suite, cause in ((0, "inscrit", ""), (1, "convoque", ""), (2, "non-retenu", "refus")):
            self.ecran(centre).envoyer(noter, suivi, rang=str(rang), suite=suite, cause=cause)
        page = " ".join(self.ecran(technicien).texte(suivi).split())
        assert "ne souhaite plus venir" in page and "Sans suite encore" in page and "37" in page

    def _rien_que_des_nombres(self) -> None:
        """A year after the last one: no row, no file, no name anywhere; the counters."""
        for _ in range(2):
            purge.purger()
        effacer_les_contenus()
        assert not Depot.objects.exists() and not DossierIndu.objects.exists()
        nombres = dict(CompteurEchanges.objects.order_by("code").values_list("code", "lignes"))
        codes = ("mtp-mensuel", "pch-actp", "mtp-nouveaux", "indu", "recuperation")
        suites = dict.fromkeys(("eps-inscrit", "eps-convoque", "eps-non-retenu"), 1)
        assert nombres == dict.fromkeys(codes, 1) | {"eps-inscriptions": 40} | suites
        with connection.cursor() as curseur:
            for table in connection.introspection.table_names(curseur):
                curseur.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 (our own tables)
                lignes = [
                    ligne for (ligne,) in curseur.fetchall() if "Larivandi" in ligne or "Dubourg" in ligne
                ]
                assert not lignes, table
