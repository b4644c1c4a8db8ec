"""The demandes of the world: one in each state, what was sent by mistake, what the desk lives on (monde.py)."""

import datetime as dt
import uuid
from typing import Any

from accounts.models.compte import Compte
from signalements.actions.ecritures import deplacer_terme
from signalements.actions.instruction import ecrire, journaliser_lecture
from signalements.actions.rendez_vous import accepter_creneau, proposer_creneaux
from signalements.actions.retraits import demander_destruction
from signalements.appel.actions import preparer, saisir
from signalements.bureau.actions import declarer_absence, enregistrer_modele
from signalements.bureau.avis import demander_avis
from signalements.documents.actions import ouvrir
from signalements.etiquettes import etiqueter
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from signalements.models.preferences import ARevoir, Vue
from signalements.workflow import Statut
from socle import horloge
from tests import distribution
from tests.fichiers.conftest import piece_saine
from tests.signalements.fabrique import demande_en


def installer(monde: Any) -> None:
    """What the desk lives on, then every state."""
    _bureau(monde)
    bientot, qui = Demande.objects.get(**monde.objets["bientot"]), monde.comptes["superviseur"]
    demander_avis(bientot, a_qui=qui, texte="Un mot d’explication.", par=monde.comptes["agent"])
    _demandes(monde)


def _bureau(monde: Any) -> None:
    """What the desk lives on: a demande near its term, a model of answer, an absence."""
    technicien, agent = monde.comptes["technicien"], monde.comptes["agent"]
    bientot = demande_en(Statut.EN_COURS, technicien, agent)
    deplacer_terme(bientot, bientot.caisse.jour + dt.timedelta(days=5))
    monde.objets["bientot"] = {"reference": bientot.reference}
    modele = enregistrer_modele(
        None,
        par=monde.comptes["superviseur"],
        caisse=bientot.caisse,
        motif=None,
        acte="repondre",
        titre="Bonjour",
        texte="Bonjour.",
    )
    monde.objets["modele"] = {"pk": modele.pk}
    absence = declarer_absence(
        agent=agent,
        remplacant=monde.comptes["superviseur"],
        debut=bientot.caisse.jour + dt.timedelta(days=40),
        fin=bientot.caisse.jour + dt.timedelta(days=50),
        par=agent,
    )
    monde.objets["absence"] = {"pk": absence.pk}
    demande = preparer(bientot.participation, bientot.motif)
    appel = {"origine": "telephone", "qui": "Morel", "fonction": "Accueil", "identification": "rappel"}
    sans_suivi = saisir(
        demande,
        contenu=bientot.contenu,
        appel=appel | {"attestations": ["information", "accord"]},
        urgente=False,
        jeton=uuid.uuid4(),
        par=agent,
    )
    monde.objets["sans-suivi"] = {"reference": sans_suivi.reference}
    vue = Vue.objects.create(compte=agent, titre="En retard", adresse="panier=en-retard")
    ARevoir.objects.create(compte=agent, demande=bientot, le=bientot.caisse.jour)
    monde.objets["vue"] = {"pk": vue.pk}
    for compte in (agent, technicien):
        etiqueter(bientot, nouvelle="permanence", par=compte)
    sienne = Vue.objects.create(compte=technicien, titre="En retard", adresse="retard=on")
    monde.objets["vue-technicien"] = {"pk": sienne.pk}
    conge = declarer_absence(
        agent=technicien,
        remplacant=monde.comptes["collegue"],
        debut=bientot.caisse.jour + dt.timedelta(days=40),
        fin=bientot.caisse.jour + dt.timedelta(days=50),
        par=technicien,
    )
    monde.objets["absence-technicien"] = {"pk": conge.pk}


def _demandes(monde: Any) -> None:
    technicien, agent = monde.comptes["technicien"], monde.comptes["agent"]
    for statut in Statut:
        demande = demande_en(statut, technicien, agent)
        if statut == Statut.TRAITEE:
            demande.lue_le = demande.traitee_le
            demande.save(update_fields=["lue_le"])
        monde.objets[statut.value] = {"reference": demande.reference}
        if statut in (Statut.BROUILLON, Statut.DEPOSEE):
            nom = "piece" if statut == Statut.DEPOSEE else "piece-brouillon"
            monde.objets[nom] = monde.objets[statut.value] | {"emplacement": piece_saine(demande).emplacement}
        if statut == Statut.DEPOSEE:
            ecrire(demande, texte="Un mot.", par=technicien)
            monde.objets["message"] = monde.objets[statut.value] | {"pk": demande.messages.get().pk}
        if statut == Statut.EN_COURS:
            document = piece_saine(demande)
            Piece.objects.filter(pk=document.pk).update(cote="caisse", ajoute_par=agent)
            monde.objets["document"] = monde.objets[statut.value] | {"emplacement": document.emplacement}
    _envoyes_par_erreur(monde, technicien, agent)
    for nom in ("creneau", "rendez-vous", "rendez-vous-passe"):
        demande = demande_en(Statut.EN_COURS, technicien, agent)
        creneau = horloge.maintenant() + dt.timedelta(days=3)
        proposer_creneaux(
            demande,
            creneaux=[creneau],
            duree=30,
            lieu="telephone",
            precisions="La caisse appelle.",
            par=agent,
        )
        monde.objets[nom] = {"reference": demande.reference}
        if nom == "creneau":
            monde.cles["creneau"] = demande.rendez_vous.get().pk
            continue
        accepter_creneau(demande, creneau=demande.rendez_vous.get(), par=technicien)
        if nom == "rendez-vous-passe":
            demande.rendez_vous.update(debut=horloge.maintenant() - dt.timedelta(hours=1))
    demande = demande_en(Statut.EN_COURS, technicien, agent)
    for auteur in (agent, monde.comptes["superviseur"]):
        demander_avis(demande, a_qui=demande.pole, texte="Qu’en dites-vous ?", par=auteur)
    monde.objets["avis"] = {"reference": demande.reference}
    # Another caisse of the structure, where a demande may be transferred: made last, so that all the others are Moselle's.
    voisine = distribution.creer_caisse("vosges", "CPAM des Vosges", "88")
    ailleurs = distribution.creer_convention(technicien.partenaire, voisine)
    monde.cles["voisine"] = ailleurs.participations.get().pk
    monde.cles |= {
        "superviseur": monde.comptes["superviseur"].pk,
        "pole": demande.caisse.poles.exclude(pk=demande.pole_id).order_by("pk")[0].pk,
    }


def _envoyes_par_erreur(monde: Any, technicien: Compte, agent: Compte) -> None:
    """D-24: on both sides, a message that nobody read, what was read, what its sender asked to destroy."""
    demande = demande_en(Statut.EN_COURS, technicien, agent)
    ici = {"reference": demande.reference}
    ecrire(demande, texte="Un mot.", par=agent)
    monde.objets["message-caisse"] = ici | {"pk": demande.messages.get().pk}
    demande = demande_en(Statut.EN_COURS, technicien, agent)
    ici = {"reference": demande.reference}
    for _ in range(2):
        ecrire(demande, texte="Un mot.", par=agent)
    ecrire(demande, texte="Un mot.", par=technicien)
    piece, document, rappele = (piece_saine(demande) for _ in range(3))
    Piece.objects.filter(pk__in=[document.pk, rappele.pk]).update(cote="caisse", ajoute_par=agent)
    for lecteur in (technicien, agent):
        journaliser_lecture(demande, par=lecteur)
    for une, lecteur in ((piece, agent), (document, technicien), (rappele, technicien)):
        ouvrir(une, par=lecteur)
    lu, perdu, recu = demande.messages.all()
    monde.objets["message-caisse-lu"] = ici | {"pk": lu.pk}
    monde.objets["document-lu"] = ici | {"emplacement": document.emplacement}
    for nom, objet, par in (
        ("message-caisse-a-detruire", perdu, agent),
        ("message-a-detruire", recu, technicien),
        ("document-a-detruire", rappele, agent),
        ("piece-a-detruire", piece, technicien),
    ):
        demander_destruction(objet, par=par)
        cle = {"emplacement": objet.emplacement} if isinstance(objet, Piece) else {"pk": objet.pk}
        monde.objets[nom] = ici | cle
