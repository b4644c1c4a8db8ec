"""An older content, put back by hand under its own key, opens: the journal has the print of the last, the audit compares."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from accounts.actions.securite import signaler
from conformite.models.objet_scelle import ObjetScelle
from droits import coherence
from droits.actions import demandes, violations
from echanges.actions import depots, reception
from echanges.actions import recuperation as indus
from fichiers.models import Fichier
from information import actions as information
from signalements.actions import instruction, retraits
from signalements.depot import actions as depot
from signalements.models.fil import Message
from signalements.models.pieces import Piece
from signalements.pieces import actions as pieces
from socle import horloge
from tests.conformite.demandes import une_piece
from tests.echanges.conftest import argon_rapide, departement, hautrhin, scene, stockage_a_soi
from tests.echanges.fabrique import csv, ouvrir
from tests.echanges.indus import dossiers, relu
from tests.signalements.fabrique import commencer, deposer

__all__ = ["argon_rapide", "departement", "hautrhin", "scene", "stockage_a_soi"]


@pytest.fixture
def ecrits(
    scene, technicien_metz, administrateur_moselle, dpo_moselle, caisse_moselle, metz
) -> Iterator[ObjetScelle]:
    """Each sealed object there is, written more than once where it may be, by the acts that write it."""
    brouillon = commencer(technicien_metz)
    depot.enregistrer_brouillon(
        brouillon, contenu=brouillon.contenu | {"texte": "Puis."}, urgente=False, par=technicien_metz
    )
    jour = caisse_moselle.jour
    droits = demandes.enregistrer(
        par=dpo_moselle, caisse=caisse_moselle, droit="acces", qualite="assure", recue_le=jour,
        contenu={"nom": "Goff", "prenom": "Anne", "naissance": "", "precisions": ""},
    )  # fmt: skip
    demandes.masquer(droits, par=dpo_moselle, mots=["Dupont"])
    violation = violations.declarer_violation(
        par=dpo_moselle, caisse=caisse_moselle, partenaire=metz, natures=["regles"],
        connue_le=horloge.maintenant(), description="Un envoi.",
    )  # fmt: skip
    assistance = information.demander_assistance(
        par=technicien_metz, caisse=caisse_moselle, page="Tri", tentative="Lire", constat="Rien"
    )
    information.repondre(assistance, texte="Voici.", par=administrateur_moselle)
    fraude = signaler(nature="perte", faits="Perdu.", par=technicien_metz, compte=technicien_metz)
    [dossier] = dossiers(scene, {})
    indus.calculer_retenue(par=scene.agent, dossier=dossier)
    # Of a list that is taken back, the beneficiary has to be found again.
    depots.retirer_depot(par=scene.agent, depot=relu(dossier).depot_mtp, raison="erreur")
    refuse, _ = ouvrir(scene)
    fautif = csv("indu", {"nom": ""})
    assert reception.recevoir_fichier(
        par=scene.technicien, depot=refuse, nom="a.csv", contenu=fautif
    ).problemes
    return [deposer(technicien_metz), droits, violation, assistance, fraude, dossier, refuse]


def test_every_sealed_object_is_watched(ecrits):
    """R-04: one of each model, whose own sealed columns are all watched; none is said before something is put back."""
    # A file is written once, under a name of its own.
    modeles = {
        un
        for un in apps.get_models()
        if issubclass(un, ObjetScelle) and not issubclass(un, Fichier) and un.__module__[:5] != "tests"
    }
    assert {type(un) for un in ecrits} == modeles
    for modele in modeles:
        scelles = {
            un.name
            for un in modele._meta.fields
            if isinstance(un, models.BinaryField) and "scelle" in un.name
        }
        assert scelles - {"cle_privee_scellee"} == set(modele.VERSIONNES), modele
    assert not {nature: nombre for nature, nombre in coherence.verifier().items() if nombre}
    for un in ecrits:
        un.refresh_from_db()
        for champ in un.VERSIONNES:
            lignes = type(un).objects.filter(pk=un.pk)
            lignes.update(**{champ: un.sceller("Autrefois.", champ)})
            trouves = {nature: nombre for nature, nombre in coherence.verifier().items() if nombre}
            assert trouves == {"contenu_ancien": 1}, (un, champ)
            lignes.update(**{champ: getattr(un, champ)})


def test_what_was_taken_back_does_not_return(technicien_metz, agent_moselle):
    """D-24: a message or a piece that SQL puts back, with its content and under another number, is found."""
    demande = deposer(technicien_metz)
    instruction.prendre_en_charge(demande, par=agent_moselle)
    instruction.ecrire(demande, texte="Bonjour.", par=agent_moselle)
    message, piece = demande.messages.latest("pk"), une_piece(demande)
    retraits.retirer_message(Message.objects.get(pk=message.pk), par=agent_moselle)
    pieces.retirer_piece(Piece.objects.get(pk=piece.pk), par=piece.ajoute_par)
    assert not coherence.verifier()["retire_revenu"]
    for rang, objet in enumerate((message, piece), 1):
        objet.pk = None
        objet._state.adding = True
        objet.save()
        assert coherence.verifier()["retire_revenu"] == rang
