"""The acts on accounts, sign-in and habilitations that no address of the table does at once (actes_du_journal.py)."""

import datetime as dt

import time_machine
from django.test import Client
from django.urls import reverse

from accounts.actions import (
    acces,
    activation,
    comptes,
    confirmations,
    departs,
    facteurs,
    habilitations,
    oublis,
    revues,
)
from accounts.models.contreseings import Contreseing
from accounts.models.habilitations import DemandeHabilitation
from accounts.models.revues import Revue
from accounts.models.sessions import SessionPortail, empreinte
from accounts.regles import CERTIFICATIONS, DUREE_CONTRESEING
from conformite.volumes import VolumeInhabituel
from droits.actions import volumes
from socle import horloge
from socle.profils import Profil
from tests import distribution
from tests.accounts.test_connexion import code_present, saisir_mot_de_passe
from tests.distribution import MOT_DE_PASSE
from tests.matrice.monde import AVANCE, Monde, un

ESSAI = "Un mot d’explication."


def entrer_et_sortir(monde: Monde) -> None:
    """A wrong password, a wrong code, the right one, an emergency code, another session closed, out."""
    identifiant = monde.comptes["technicien"].identifiant
    saisir_mot_de_passe(Client(), identifiant, "mauvais")
    saisir_mot_de_passe(Client(), "ferme.metz")
    client = Client()
    with time_machine.travel(horloge.temps_reel(), tick=False):
        saisir_mot_de_passe(client, identifiant)
        client.post(reverse("connexion-code"), {"code": code_present(), "retenir": "on"})
    autre = SessionPortail.objects.filter(compte=monde.comptes["technicien"]).exclude(
        session_key=empreinte(client.session.session_key)
    )
    client.post(reverse("session-fermer", args=[autre[0].pk]))
    client.post(reverse("deconnexion"))


def se_servir_de_cles(monde: Monde) -> None:
    """One is refused at the sign-in, another is withdrawn."""
    client = distribution.connecte_sans_code(monde.comptes["technicien"])
    client.get(reverse("connexion-cle"))
    client.post(reverse("connexion-cle"), {"preuve_de_cle": "{}"})
    distribution.connecte(monde.comptes["technicien"]).post(
        reverse("cle-retirer", kwargs=monde.objets["cle"])
    )


def se_tromper_de_code(monde: Monde) -> None:
    facteurs.verifier_second_facteur(monde.comptes["collegue"], "000000")


def employer_ce_qui_se_montre_une_fois(monde: Monde) -> None:
    code = facteurs.tirer_codes_secours(monde.comptes["collegue"], ici="")[0]
    facteurs.verifier_second_facteur(monde.comptes["collegue"], code)
    facteurs.retenir_poste(monde.comptes["collegue"])
    client = monde.entre("administrateur")
    client.post(reverse("agenda-nouveau"), {"mot_de_passe": MOT_DE_PASSE})
    lien = monde.comptes["administrateur"].liens.order_by("pk").last()
    Client().get(reverse("agenda", args=[acces.jeton_du_lien(lien)]))
    client.post(reverse("agenda-retirer"))


def oublier(monde: Monde) -> None:
    oublis.demander_mot_de_passe(monde.comptes["technicien"].identifiant)
    oublis.rappeler_identifiants(monde.comptes["collegue"].email)
    acces.definir_mot_de_passe(monde.comptes["technicien"], "Trois loutres et un piano")


def confirmer_son_identite(monde: Monde) -> None:
    with time_machine.travel(horloge.temps_reel() + AVANCE + dt.timedelta(minutes=20), tick=False):
        monde.entre("gestionnaire").post(
            reverse("compte-refaire-facteur", args=[monde.comptes["technicien"].pk]),
            {"identite-mot_de_passe": MOT_DE_PASSE},
        )


def conduire_un_compte(monde: Monde) -> None:
    gestionnaire = monde.comptes["gestionnaire"]
    neuf = comptes.creer_compte(
        profil=Profil.TECHNICIEN,
        nom="Petit",
        prenom="Alix",
        email=f"alix.petit@{gestionnaire.partenaire.domaines[0]}",
        par=gestionnaire,
        partenaire=gestionnaire.partenaire,
        certifications=CERTIFICATIONS,
    )
    activation.activer_compte(neuf, mot_de_passe="Trois loutres et un piano", graine_totp=b"1" * 20)
    comptes.modifier_compte(neuf, par=gestionnaire, fonction="Accueil")
    jour = horloge.jour("Europe/Paris") + dt.timedelta(days=20)
    departs.annoncer_depart(neuf, depart_le=jour, par=gestionnaire)
    comptes.modifier_compte(monde.comptes["agent"], par=monde.comptes["administrateur"], caisses=[], poles=[])


def refuser_un_contreseing(monde: Monde) -> None:
    demande = un(monde, Contreseing, "contreseing")
    confirmations.refuser(demande, par=monde.comptes["national"], raison=ESSAI)


def laisser_expirer_un_contreseing(monde: Monde) -> None:
    with time_machine.travel(horloge.temps_reel() + DUREE_CONTRESEING + AVANCE, tick=False):
        confirmations.expirer_contreseings()


def ouvrir_seul(monde: Monde) -> None:
    """A national who is alone opens another (A-24)."""
    comptes.creer_compte(
        profil=Profil.NATIONAL,
        nom="Seul",
        prenom="Lou",
        email="lou@cnam.example",
        par=monde.comptes["national"],
    )


def repondre_aux_habilitations(monde: Monde) -> None:
    demande, administrateur = un(monde, DemandeHabilitation, "habilitation"), monde.comptes["administrateur"]
    habilitations.renvoyer_demande(demande, par=administrateur, commentaire=ESSAI)
    demande.refresh_from_db()
    habilitations.retirer_demande(demande, par=monde.comptes["gestionnaire"])


def refuser_une_habilitation(monde: Monde) -> None:
    demande = un(monde, DemandeHabilitation, "habilitation")
    habilitations.refuser_demande(demande, par=monde.comptes["administrateur"], commentaire=ESSAI)


def finir_la_revue(monde: Monde) -> None:
    for ligne in un(monde, Revue, "revue").lignes.select_related("revue", "compte").order_by("pk"):
        revues.decider_ligne(ligne, decision="confirme", par=monde.comptes["gestionnaire"])


def etre_refuse(monde: Monde) -> None:
    """Beyond the caisse, beyond the structure, and of one's own structure without the right."""
    reference = monde.objets["deposee"]["reference"]
    monde.entre("agent@").get(reverse("tri-demande", args=[reference]))
    monde.entre("technicien@").get(reverse("demande", args=[reference]))
    monde.entre("gestionnaire").get(reverse("demande", args=[reference]))


def etre_retenu(monde: Monde) -> None:
    """R-09: told to wait, stopped, opened again by a code."""
    for montrees, attente in ((120, 9), (240, 0)):
        volumes.retenir(monde.comptes["agent"], VolumeInhabituel(montrees, attente))
    volumes.reprendre(monde.comptes["agent"])
