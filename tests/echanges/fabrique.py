"""Exchanges of the tests: a convention of the Haut-Rhin and its département, made through the actions as in life."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.core import mail

from accounts.models.compte import Compte
from caisses.models import Caisse
from conventions.actions.partenaires import modifier_partenaire
from conventions.models.conventions import Objet, Participation
from conventions.models.partenaires import Partenaire
from echanges import catalogue, tableaux
from echanges.actions import acces, depots, engagements, flux, reception
from echanges.models.depots import Depot
from echanges.models.flux import FluxConvenu
from fichiers import clamd
from socle import courriels, horloge
from socle.models import CourrielSortant
from socle.profils import Profil
from tests import distribution

MOT_DE_PASSE = re.compile(r"\b(?:[0-9A-Z]{5}-){3}[0-9A-Z]{5}\b")
CODE = re.compile(r"^([0-9A-Z]{8})$", re.MULTILINE)
BOITES = {"partenaire": "petra@hautrhin.example", "caisse": "petra@caisse.example"}


@dataclass
class Scene:
    """The two sides, their accounts, and what the convention says."""

    participation: Participation
    technicien: Compte
    agent: Compte
    administrateur: Compte

    def flux(self, code: str) -> FluxConvenu:
        return FluxConvenu.objects.select_related(
            "participation__caisse", "participation__convention", "participation__partenaire"
        ).get(participation=self.participation, code=code, clos_le=None)


def participation_d_echange(partenaire: Partenaire, caisse: Caisse) -> Participation:
    """A convention on the exchange of files, in force for a hundred days."""
    convention = distribution.creer_convention(partenaire, caisse, conservation_mois=12)
    convention.objet = Objet.ECHANGE_FICHIERS
    convention.save(update_fields=["objet"])
    convention.participations.update(objet=Objet.ECHANGE_FICHIERS)
    part = convention.participations.select_related("caisse", "convention", "partenaire").get()
    part.motifs.clear()
    return part


def convenir(part: Participation, par: Any, *codes: str, **champs: Any) -> None:
    """Open flows, from the start of the convention."""
    for code in codes or tuple(catalogue.flux()):
        flux.convenir_flux(par=par, participation=part, code=code, **{"depuis": part.debut, **champs})


def autoriser(part: Participation, par: Any, *comptes: Compte, **champs: Any) -> None:
    """Authorise accounts for all the flows of the convention."""
    codes = list(part.flux.ouverts().values_list("code", flat=True))
    for compte in comptes:
        cote = "partenaire" if compte.cote_partenaire else "caisse"
        acces.donner_autorisation(
            par=par,
            participation=part,
            cote=cote,
            courriel=compte.email,
            flux=codes,
            **{"debut": part.debut, **champs},
        )


def signer(part: Participation, *comptes: Compte) -> None:
    """Have accounts sign the engagement."""
    for compte in comptes:
        engagements.signer_engagement(
            par=compte,
            convention=part.convention,
            fonction="Instructrice",
            informateur="Son chef de service",
            mention="Lu et approuvé",
        )


def ouvrir_les_boites(part: Participation, par: Any) -> None:
    """Declare both mailboxes, and give back the codes that they received."""
    structure, domaine = part.partenaire, BOITES["partenaire"].partition("@")[2]
    if domaine not in structure.domaines:
        modifier_partenaire(structure, par=par, domaines=[*structure.domaines, domaine])
        structure.refresh_from_db()
    for cote, adresse in BOITES.items():
        boite = acces.declarer_boite(par=par, participation=part, cote=cote, courriel=adresse)
        acces.verifier_boite(par=par, boite=boite, code=courrier(adresse, CODE))


def courrier(adresse: str, motif: re.Pattern[str]) -> str:
    """Let the mails to this address leave, and return what the last one holds."""
    for courriel in (
        CourrielSortant.objects.en_attente(horloge.temps_reel()).filter(destinataire=adresse).order_by("pk")
    ):
        courriels._envoyer([courriel])
    recus = [un for un in mail.outbox if adresse in un.to and motif.search(un.body)]
    return motif.search(recus[-1].body)[0]


def scene(caisse: Caisse, partenaire: Partenaire) -> Scene:
    """Everything ready for a deposit, of either side."""
    part = participation_d_echange(partenaire, caisse)
    comptes = {
        "technicien": distribution.creer_compte_actif(
            "technicien.mdph", Profil.TECHNICIEN, partenaire=partenaire
        ),
        "agent": distribution.creer_compte_actif("agent.hautrhin", Profil.AGENT, caisses=(caisse,)),
        "administrateur": distribution.creer_compte_actif(
            "administrateur.hautrhin", Profil.ADMINISTRATEUR, caisses=(caisse,)
        ),
    }
    faite = Scene(part, **comptes)
    convenir(part, faite.administrateur)
    autoriser(part, faite.administrateur, faite.technicien, faite.agent)
    signer(part, faite.technicien, faite.agent)
    ouvrir_les_boites(part, faite.administrateur)
    return faite


def scene_validee() -> Scene:
    """The same scene, for a base of real commits."""
    caisse = distribution.creer_caisse("hautrhin", "CPAM du Haut-Rhin", "68")
    structure = distribution.creer_partenaire("90068001800018", "Département du Haut-Rhin", 30)
    return scene(caisse, structure)


def avec_un_comptable(sc: Scene) -> Compte:
    """A second person of the caisse, authorised and engaged too."""
    compte = distribution.creer_compte_actif(
        "comptable.hautrhin", Profil.SUPERVISEUR, caisses=(sc.participation.caisse,)
    )
    autoriser(sc.participation, sc.administrateur, compte)
    signer(sc.participation, compte)
    return compte


@contextmanager
def antivirus_content() -> Iterator[None]:
    """An antivirus that finds every file clean: for what is not about it."""
    with mock.patch.object(clamd, "analyser", lambda morceaux: clamd.Verdict()):
        yield


def csv(code: str, *lignes: dict[str, str], avec_nir: bool = False) -> bytes:
    """A table of a flow, its titles as the model gives them; each row says its columns by their codes."""
    colonnes = catalogue.flux()[code].colonnes_de(avec_nir=avec_nir)
    titres = tableaux.modele(colonnes, "csv").decode("utf-8-sig").strip()
    corps = [";".join((PERSONNE | ligne).get(colonne.code, "") for colonne in colonnes) for ligne in lignes]
    return "\r\n".join([titres, *corps, ""]).encode()


PERSONNE = {
    "nom": "Larivandière",
    "prenoms": "Élodie",
    "naissance": "27/03/1955",
    "commune": "Colmar",
}


def indu(**champs: str) -> dict[str, str]:
    """A right row of the flow « indu »."""
    return {
        "prestation": "PCH",
        "debut": "01/01/2026",
        "fin": "31/03/2026",
        "montant": "1250,50",
        "dossier": "N-12",
    } | champs


def ouvrir(
    sc: Scene, code: str = "indu", par: Compte | None = None, periode: str = "", **champs: Any
) -> tuple[Depot, str]:
    """Open a deposit and let the mail of its password leave; return both."""
    flux_ = sc.flux(code)
    par = par or (sc.technicien if flux_.de == "partenaire" else sc.agent)
    periode = periode or sc.participation.caisse.jour.isoformat()
    depot = depots.ouvrir_depot(par=par, flux=flux_, periode=periode, **champs)
    mot_de_passe = courrier(BOITES[flux_.de.autre], MOT_DE_PASSE)
    return recharge(depot), mot_de_passe


def recevoir(sc: Scene, **champs: str) -> Depot:
    """A deposit whose file was taken, to confirm."""
    depot, _ = ouvrir(sc)
    reception.recevoir_fichier(
        par=depot.ouvert_par, depot=depot, nom="indus.csv", contenu=csv("indu", indu(**champs))
    )
    return recharge(depot)


def deposer(
    sc: Scene, code: str = "indu", contenu: bytes = b"", par: Compte | None = None, **champs: Any
) -> tuple[Depot, str]:
    """A deposit that was announced, and its password."""
    depot, mot_de_passe = ouvrir(sc, code, par, **champs)
    lu = reception.recevoir_fichier(
        par=depot.ouvert_par, depot=depot, nom="indus.csv", contenu=contenu or csv(code, indu())
    )
    assert lu.problemes == []
    depots.confirmer_depot(par=depot.ouvert_par, depot=recharge(depot))
    return recharge(depot), mot_de_passe


def recharge(depot: Depot) -> Depot:
    """The deposit as a page loads it."""
    return Depot.objects.select_related(
        "caisse", "partenaire", "participation__convention", "flux", "ouvert_par", "courriel"
    ).get(pk=depot.pk)
