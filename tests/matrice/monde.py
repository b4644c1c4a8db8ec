"""The world of the matrix: one account for each profile on both sides of two borders, one object for each address."""

import datetime as dt
import functools
from dataclasses import dataclass, field
from typing import Any

import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.test.client import ClientHandler

from accounts.actions.acces import envoyer_lien, jeton_du_lien
from accounts.actions.agendas import ouvrir_agenda
from accounts.actions.comptes import creer_compte, inactiver, modifier_compte
from accounts.actions.habilitations import deposer_demande
from accounts.actions.revues import ouvrir_revue
from accounts.actions.securite import exclure, signaler
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from accounts.models.habilitations import DemandeHabilitation, SignalementSecurite
from accounts.models.sessions import OUVERTE, VUE
from caisses.actions import creer_pole
from caisses.models import Motif, VecteurContact
from conformite.gels import poser_gel
from conformite.models.travaux import FreinPurge, Gel
from conventions.actions.annonces import annoncer
from conventions.actions.avenants import rediger_avenant
from conventions.actions.conventions import Ouverture, mettre_a_la_signature, rediger_convention
from conventions.actions.fiches import (
    ajouter_referent,
    enregistrer_sous_traitance,
    enregistrer_suivi,
    renouveler_code,
)
from conventions.actions.fins import denoncer, mettre_en_demeure
from conventions.actions.importations import demander_importation
from conventions.actions.preuves import joindre_preuves
from conventions.importation import modele
from conventions.models.conventions import Objet, Participation
from conventions.models.suites import Signataire, Signature
from droits.actions.demandes import enregistrer
from droits.actions.violations import declarer_violation, noter_mesure
from espace_partenaires import guide
from fichiers import analyses
from fichiers.controle import Examine
from information.actions import demander_assistance, programmer, publier
from signalements.aiguillage.actions import enregistrer_regle
from socle import horloge
from socle.acteurs import ANONYME
from socle.models import CourrielSortant, Maintenance
from socle.profils import Profil
from socle.roles import Cote, role
from tests import distribution
from tests.accounts import authentificateur
from tests.matrice import monde_des_demandes, monde_des_echanges

# Mark of the accounts beyond the borders: another structure, another caisse.
AILLEURS = "@"
# The columns of the matrix: an account of each profile on this side, one beyond each border, and a colleague. A profile
# is here the day it is born.
COLONNES = (
    *Profil.values,
    "collegue",
    *(f"{profil}{AILLEURS}" for profil in Profil if role(profil).cote in (Cote.PARTENAIRE, Cote.CAISSE)),
)
AVANCE = dt.timedelta(hours=2)


def bloc() -> transaction.Atomic:
    """Return a block of the tests' own: what must be outermost in life may stand in it."""
    un = transaction.atomic()
    un._from_testcase = True
    return un


@dataclass
class Monde:
    """Accounts by column, and the arguments of the addresses by name of object."""

    comptes: dict[str, Compte]
    objets: dict[str, dict[str, Any]] = field(default_factory=dict)
    cles: dict[str, int] = field(default_factory=dict)
    entrees: dict[str, str] = field(default_factory=dict)

    def ouvrir_les_sessions(self) -> None:
        """Sign everybody in once; ahead of the clock, for a busy machine.

        The world may be walked for longer than the ten minutes of an identity.
        """
        for colonne, compte in self.comptes.items():
            self.entrees[colonne] = _avancee(distribution.connecte(compte))

    def entre(self, colonne: str) -> Client:
        """Return a client of this account, fully signed in."""
        return _avec(self.entrees[colonne])

    def sans_code(self, colonne: str) -> Client:
        """Return a client of this account that gave the password just now, and no code: it has ten minutes."""
        return distribution.connecte_sans_code(self.comptes[colonne])


def _avancee(client: Client) -> str:
    session = client.session
    session[OUVERTE] = session[VUE] = session[OUVERTE] + AVANCE.total_seconds()
    session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@functools.cache
def _guichet() -> ClientHandler:
    """What answers: a client of its own would build all the middleware for each question."""
    return ClientHandler(enforce_csrf_checks=False)


def _avec(session: str) -> Client:
    client = Client()
    client.handler = _guichet()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


def un(monde: Monde, modele: Any, cle: str) -> Any:
    """The object of the world under this name."""
    cles = monde.objets[cle]
    return modele.objects.get(**({"pk": cles["pk"]} if "pk" in cles else {"reference": cles["reference"]}))


def creer_monde() -> Monde:
    """Make everything, through the actions where there are some."""
    moselle = distribution.creer_caisse("moselle", "CPAM de Moselle", "57")
    var = distribution.creer_caisse("var", "CPAM du Var", "83")
    metz = distribution.creer_partenaire("20003986500014", "Metz Métropole", type="EPCI")
    grimaud = distribution.creer_partenaire("26830068800019", "CCAS de Grimaud")
    convention = distribution.creer_convention(
        metz, moselle, mise_en_demeure_jours=15, denonciation="avant-echeance", denonciation_mois=3
    )
    distribution.creer_convention(grimaud, var)
    ici = {Cote.PARTENAIRE: {"partenaire": metz}, Cote.CAISSE: {"caisses": (moselle,)}}
    la_bas = {Cote.PARTENAIRE: {"partenaire": grimaud}, Cote.CAISSE: {"caisses": (var,)}}
    monde = Monde({colonne: _compte(colonne, la_bas if AILLEURS in colonne else ici) for colonne in COLONNES})
    monde.cles = {"moselle": moselle.pk, "var": var.pk, "metz": metz.pk}
    monde.objets |= {"-": {}, "article": {"cle": guide.articles()[0].cle}, "session": {"empreinte": "0" * 32}}
    monde_des_demandes.installer(monde)
    _conventions(monde, convention, moselle, metz)
    monde_des_echanges.installer(monde, convention)
    _convention_brouillon(monde, moselle, metz)
    _comptes(monde, moselle, metz)
    _securite(monde)
    _information(monde, moselle)
    _voisinage(monde, moselle, var, metz)
    monde.ouvrir_les_sessions()
    return monde


def _compte(colonne: str, cotes: dict[str, Any]) -> Compte:
    profil = Profil.TECHNICIEN if colonne == "collegue" else Profil(colonne.removesuffix(AILLEURS))
    ou = "ailleurs" if AILLEURS in colonne else "ici"
    nom = f"{colonne.removesuffix(AILLEURS)}.{ou}"
    return distribution.creer_compte_actif(nom, profil, **cotes.get(role(profil).cote, {}))


def _voisinage(monde: Monde, moselle: Any, var: Any, metz: Any) -> None:
    """What binds Metz to the caisse beyond the border, and gives it no right: a draft, one to sign, an ended one (A-21)."""
    administrateur = monde.comptes["administrateur@"]
    motifs = list(Motif.objects.all()[:3])
    for objet in Objet.values:
        convention = rediger_convention(
            par=administrateur,
            partenaire=metz,
            ouvertures=[Ouverture(caisse=var, motifs=motifs)],
            objet=objet,
            denonciation_mois=3,
        )
    mettre_a_la_signature(par=administrateur, convention=convention)
    finie = distribution.creer_convention(
        metz, var, debut=var.jour - dt.timedelta(days=400), denonciation="sans-preavis"
    )
    denoncer(
        par=administrateur,
        participation=finie.participations.get(),
        lettre_du=var.jour - dt.timedelta(days=300),
        par_le_partenaire=False,
    )
    assert not Participation.objects.actuelles(administrateur).filter(partenaire=metz).exists()


def _information(monde: Monde, moselle: Any) -> None:
    administrateur = monde.comptes["administrateur"]
    publication = publier(
        par=administrateur, caisse=moselle, nature="lien", titre="Le site", url="https://ameli.example/"
    )
    tenu = publier(
        par=administrateur,
        caisse=moselle,
        nature="document",
        titre="Le guide",
        examines=[Examine(nom="guide.pdf", genre="pdf", contenu=b"%PDF-1.7", lisible=True)],
    )
    analyses.conclure(tenu.document, "sain", "", "essai")
    formation = programmer(
        par=administrateur,
        caisse=moselle,
        titre="Découvrir le portail",
        quand=horloge.maintenant() + dt.timedelta(days=20),
        lieu="À distance",
        places=12,
    )
    with time_machine.travel(horloge.temps_reel() - dt.timedelta(days=9), tick=False):
        tenue = programmer(
            par=administrateur,
            caisse=moselle,
            titre="Le compte ameli",
            quand=horloge.maintenant() + dt.timedelta(days=2),
            lieu="Metz",
            places=12,
        )
    demande = demander_assistance(
        par=monde.comptes["technicien"], caisse=moselle, constat="La page ne s’ouvre pas."
    )
    monde.objets |= {
        "notification": {
            "pk": CourrielSortant.objects.notifications(monde.comptes["technicien"]).values_list(
                "pk", flat=True
            )[0]
        },
        "publication": {"pk": publication.pk},
        "publication-document": {"pk": tenu.pk},
        "formation": {"pk": formation.pk},
        "formation-tenue": {"pk": tenue.pk},
        "assistance": {"reference": demande.reference},
    }


def _conventions(monde: Monde, convention: Any, moselle: Any, metz: Any) -> None:
    par, objets = monde.comptes["administrateur"], monde.objets
    hier = moselle.jour - dt.timedelta(days=1)
    part = convention.participations.get()
    objets["caisse"] = {"code": moselle.code}
    objets["participation"] = {"pk": part.pk}
    vecteur = VecteurContact.objects.create(
        caisse=moselle, ordre=1, canal="telephone", libelle="Accueil", valeur="3646"
    )
    pole = creer_pole(par=par, caisse=moselle, libelle="Cellule précarité")
    objets["pole"] = objets["caisse"] | {"pole": pole.pk}
    loin = {"motif": None, "structure": "sante", "departement": "", "poles": [pole], "place": 1}
    objets["aiguillage"] = objets["caisse"] | {
        "pk": enregistrer_regle(None, par=par, caisse=moselle, **loin).pk
    }
    objets["vecteur"] = objets["caisse"] | {"vecteur": vecteur.pk}
    objets["structure"] = {"siret": metz.siret}
    objets["convention"] = {"reference": convention.reference}
    objets["part"] = objets["convention"] | {"caisse": moselle.code}
    referent = ajouter_referent(
        par=par,
        convention=convention,
        partie="partenaire",
        theme="Droits",
        nom="Alix Morel",
        fonction="Accueil",
    )
    objets["referent"] = objets["convention"] | {"referent": referent.pk}
    mise = mettre_en_demeure(
        par=par, participation=part, document="convention", manquement="Silence.", envoyee_le=hier,
        par_le_partenaire=False,
    )  # fmt: skip
    objets["mise"] = objets["part"] | {"mise": mise.pk}
    renouveler_code(par=par, participation=part)
    _vie_de_la_convention(monde, convention, moselle, hier)


def _vie_de_la_convention(monde: Monde, convention: Any, moselle: Any, hier: dt.date) -> None:
    """What both sides wrote, an avenant to sign, a proof, a signature."""
    par, objets = monde.comptes["administrateur"], monde.objets
    comite = enregistrer_suivi(par=par, convention=convention, nature="comite", jour=hier, texte="")
    objets["comite"] = objets["convention"] | {"suivi": comite.pk}
    annonce = annoncer(
        par=monde.comptes["gestionnaire"],
        convention=convention,
        caisse=moselle,
        nature="regle",
        texte="Délai.",
    )
    accord = enregistrer_sous_traitance(
        par=par, convention=convention, prestataire="Atelier", objet="Saisie", agreee_le=hier
    )
    objets["sous-traitance"] = objets["convention"] | {"sous_traitance": accord.pk}
    importation = demander_importation(par=par, caisse=moselle, texte=modele())
    objets["importation"] = {"pk": importation.pk}
    objets["bilan"] = objets["convention"] | {"rang": 1}
    objets["annonce"] = objets["convention"] | {"annonce": annonce.pk}
    avenant = rediger_avenant(par=par, convention=convention, objet="Délai", valeurs={"bilan": "conjoint"})
    objets["avenant"] = objets["convention"] | {"numero": avenant.numero}
    examine = Examine(nom="signée.pdf", genre="pdf", contenu=b"%PDF-1.7")
    (preuve,) = joindre_preuves(par=par, convention=convention, nature="convention", examines=[examine])
    analyses.conclure(preuve, "sain", "", "essai")
    objets["preuve"] = objets["convention"] | {"emplacement": preuve.emplacement}
    signataire = Signataire.objects.create(
        convention=convention, partie="caisse", caisse=moselle, qualite="Directeur", ordre=1
    )
    signature = Signature.objects.create(
        signataire=signataire, document="convention", signee_le=hier, saisie_le=horloge.maintenant()
    )
    objets["signature"] = objets["convention"] | {"signature": signature.pk}
    objets["avenant-signataire"] = objets["avenant"] | {"signataire": signataire.pk}


def _convention_brouillon(monde: Monde, moselle: Any, metz: Any) -> None:
    par, objets = monde.comptes["administrateur"], monde.objets
    motifs = list(Motif.objects.all()[:3])
    brouillon = rediger_convention(
        par=par,
        partenaire=metz,
        ouvertures=[Ouverture(caisse=moselle, motifs=motifs)],
        objet="echange-fichiers",
        denonciation_mois=3,
    )
    objets["part-brouillon"] = {"reference": brouillon.reference, "caisse": moselle.code}
    objets["signataire"] = {
        "reference": brouillon.reference,
        "signataire": brouillon.signataires.filter(caisse=moselle)[0].pk,
    }
    objets["convention-brouillon"] = {"reference": brouillon.reference}


def _comptes(monde: Monde, moselle: Any, metz: Any) -> None:
    objets, comptes = monde.objets, monde.comptes
    for nom in ("technicien", "collegue", "gestionnaire", "agent", "administrateur"):
        objets[f"compte-{nom}"] = {"pk": comptes[nom].pk}
    attente = _technicien(metz, "attente", statut=Compte.Statut.EN_ATTENTE)
    objets["compte-attente"] = {"pk": attente.pk}
    ferme = _technicien(metz, "ferme")
    inactiver(ferme, par=comptes["gestionnaire"], cause=Compte.Inactivation.DEPART)
    objets["compte-ferme"] = {"pk": ferme.pk}
    neuf = creer_compte(
        profil=Profil.AGENT,
        nom="Petit",
        prenom="Alix",
        email="alix.petit@caisse.example",
        caisses=[moselle],
        par=comptes["administrateur"],
    )
    objets["contreseing"] = {"pk": neuf.contreseings.get().pk}
    exclusion = exclure(
        _technicien(metz, "exclu"), caisse=moselle, par=comptes["administrateur"], raison="Usage étranger."
    )
    objets["exclusion"] = {"pk": exclusion.compte_id, "exclusion": exclusion.pk}
    demande = deposer_demande(
        nature=DemandeHabilitation.Nature.MEMBRES,
        partenaire=metz,
        caisse=moselle,
        par=comptes["gestionnaire"],
        membres=50,
    )
    objets["habilitation"] = {"pk": demande.pk}
    revue = ouvrir_revue(metz, caisse=moselle, par=comptes["administrateur"])
    objets["revue"] = {"pk": revue.pk}
    objets["revue-ligne"] = {"pk": revue.pk, "ligne": revue.lignes.get(compte=comptes["collegue"]).pk}
    modifier_compte(comptes["technicien"], par=comptes["gestionnaire"], email=f"neuf@{metz.domaines[0]}")
    objets["lien-agenda"] = {"jeton": jeton_du_lien(ouvrir_agenda(comptes["administrateur"]))}
    for usage in set(LienPersonnel.Usage) - {LienPersonnel.Usage.AGENDA}:
        compte = attente if usage == LienPersonnel.Usage.ACTIVATION else comptes["technicien"]
        lien = envoyer_lien(compte, usage)
        objets[f"lien-{usage}"] = {"jeton": jeton_du_lien(lien)}


def _technicien(metz: Any, nom: str, **champs: Any) -> Compte:
    return distribution.creer_compte_actif(f"{nom}.metz", Profil.TECHNICIEN, partenaire=metz, **champs)


def _securite(monde: Monde) -> None:
    preuve = signaler(
        nature=SignalementSecurite.Nature.PERTE,
        faits="Téléphone perdu.",
        compte=monde.comptes["technicien"],
        par=ANONYME,
    )
    monde.objets["securite"] = {"pk": preuve.pk}
    monde.objets["cle"] = {
        "pk": authentificateur.enregistrer(distribution.connecte(monde.comptes["technicien"])).pk
    }
    frein = FreinPurge.objects.create(
        modele="signalements.Demande", constate_le=horloge.maintenant(), volume=900, total=1000
    )
    monde.objets["frein"] = {"pk": frein.pk}
    _protection(monde)
    demain = horloge.maintenant() + dt.timedelta(days=1)
    maintenance = Maintenance.objects.create(
        debut=demain, fin=demain + dt.timedelta(hours=2), annoncee_le=horloge.maintenant()
    )
    monde.objets["maintenance"] = {"pk": maintenance.pk}


def _protection(monde: Monde) -> None:
    """A violation declared by the technicien, a person's request passed on by the gestionnaire, a hold by the DPO."""
    comptes, maintenant = monde.comptes, horloge.maintenant()
    moselle, metz = comptes["dpo"].caisses.get(), comptes["technicien"].partenaire
    violation = declarer_violation(
        par=comptes["technicien"],
        caisse=moselle,
        partenaire=metz,
        natures=["confidentialite"],
        connue_le=maintenant,
        description="Un dossier parti chez un voisin.",
    )
    monde.objets["violation"] = {"reference": violation.reference}
    examine = Examine(nom="constat.pdf", genre="pdf", contenu=b"%PDF-1.7")
    noter_mesure(violation, par=comptes["gestionnaire"], texte="Le constat est joint.", examines=[examine])
    document = violation.documents.get()
    analyses.conclure(document, "sain", "", "essai")
    monde.objets["violation-document"] = monde.objets["violation"] | {"emplacement": document.emplacement}
    demande = enregistrer(
        par=comptes["gestionnaire"],
        caisse=moselle,
        partenaire=metz,
        droit="acces",
        qualite="assure",
        recue_le=maintenant.date(),
        contenu={
            "nom": "Larivandière",
            "prenom": "Élodie",
            "naissance": "1985-03-27",
            "courriel": "",
            "precisions": "",
        },
    )
    monde.objets["demande-droits"] = {"reference": demande.reference}
    gel = poser_gel(
        violation,
        raison=Gel.Raison.VIOLATION,
        jusqu_a=moselle.jour + dt.timedelta(days=30),
        fuseau=moselle.fuseau,
        par=comptes["dpo"],
        caisse=moselle,
    )
    monde.objets["gel"] = {"pk": gel.pk}
