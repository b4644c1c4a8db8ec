"""The daily audit: each fault that the database should never hold, planted alone, is found alone and told (requirement 104)."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from conformite import executions
from conventions.models.conventions import Participation
from droits import coherence
from droits.actions.surveillance import surveiller
from signalements.actions import instruction, retraits
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from socle import horloge
from socle.models import CourrielSortant
from tests.conformite.demandes import une_piece
from tests.signalements.fabrique import deposer

JOUR = dt.timedelta(days=1)


@pytest.fixture
def demande(technicien_metz, technicien_grimaud, gestionnaire_metz, agent_moselle, dpo_moselle) -> Demande:
    """A demande in charge, another one elsewhere, a file: nothing is wrong."""
    demande = deposer(technicien_metz)
    deposer(technicien_grimaud)
    instruction.prendre_en_charge(demande, par=agent_moselle)
    instruction.ecrire(demande, texte="Bonjour.", par=agent_moselle)
    instruction.ecrire(demande, texte="Pardon.", par=agent_moselle)
    retraits.retirer_message(demande.messages.latest("pk"), par=agent_moselle)
    une_piece(demande)
    return Demande.objects.get(pk=demande.pk)


def sans_histoire(demande: Demande) -> None:
    demande.evenements.all().delete()


def etat_force(demande: Demande) -> None:
    Demande.objects.filter(pk=demande.pk).update(statut="traitee", issue="droits-ouverts")


def jamais_analyse(demande: Demande) -> None:
    Piece.objects.update(ajoute_le=horloge.maintenant() - 2 * JOUR)


def dit_sain(demande: Demande) -> None:
    Piece.objects.update(etat="sain", analyse_le=horloge.maintenant(), analyse_version="")


def sans_convention(demande: Demande) -> None:
    avant = demande.participation.debut
    Participation.objects.filter(pk=demande.participation_id).update(fin=avant + JOUR, fin_cause="terme")


def sans_cle(demande: Demande) -> None:
    Demande.objects.filter(pk=demande.pk).update(cle_enveloppee=b"")


def terme_passe(demande: Demande) -> None:
    Demande.objects.filter(pk=demande.pk).update(terme_le=horloge.maintenant().date() - 400 * JOUR)


def deplacee(demande: Demande) -> None:
    autre = Demande.objects.exclude(pk=demande.pk).get()
    Demande.objects.filter(pk=demande.pk).update(partenaire=autre.partenaire_id, caisse=autre.caisse_id)


def d_une_autre_structure(demande: Demande) -> None:
    autre = Demande.objects.exclude(pk=demande.pk).get()
    Participation.objects.filter(pk=autre.participation_id).update(objet="echange-fichiers")


def bonne_fin_sans_fin(demande: Demande) -> None:
    Participation.objects.filter(pk=demande.participation_id).update(
        bonne_fin_jusqu_au=horloge.maintenant().date() + 9 * JOUR
    )


def message_efface(demande: Demande) -> None:
    demande.messages.order_by("pk")[0].delete()


def ancienne_version(demande: Demande) -> None:
    """A content that the demande really had, under its own key: it opens, and says something else."""
    ancien = demande.sceller(demande.contenu | {"texte": "Avant correction."}, "contenu")
    Demande.objects.filter(pk=demande.pk).update(contenu_scelle=ancien)
    assert Demande.objects.get(pk=demande.pk).contenu["texte"] == "Avant correction."


@pytest.mark.parametrize(
    ("nature", "planter"),
    [
        ("demande_sans_historique", sans_histoire),
        ("demande_sans_historique", etat_force),
        ("fichier_sans_analyse", jamais_analyse),
        ("fichier_sans_analyse", dit_sain),
        ("compte_sans_convention", sans_convention),
        ("objet_sans_terme", sans_cle),
        ("objet_sans_terme", terme_passe),
        ("objet_sans_terme", deplacee),
        ("participation_double", d_une_autre_structure),
        ("participation_double", bonne_fin_sans_fin),
        ("message_disparu", message_efface),
        ("contenu_ancien", ancienne_version),
    ],
)
def test_what_is_planted_is_found_and_nothing_else(demande, nature: str, planter: Callable[[Demande], None]):
    """R-04: found by its kind; the other kinds stay silent, before and after."""
    assert set(coherence.verifier().values()) == {0}
    planter(demande)
    trouve = {une for une, nombre in coherence.verifier().items() if nombre}
    assert trouve == {nature}


def test_what_is_found_is_told_to_the_dpo_and_to_the_operator(demande, dpo_moselle, administrateur_moselle):
    """R-02: one mail each while it lasts, red on the page of supervision and in the metrics; green once it is mended."""
    tache = _passer()
    assert surveiller()["alertes"] == 0 and "coherence" not in Client().get("/sante/etat").json()["alertes"]
    ancienne_version(demande)
    _passer()
    surveiller()
    surveiller()
    ecrits = CourrielSortant.objects.filter(gabarit="droits/incoherence")
    assert sorted(ecrits.values_list("destinataire", flat=True)) == sorted(
        [dpo_moselle.email, administrateur_moselle.email]
    )
    assert demande.reference not in "".join(ecrits.values_list("corps", flat=True))
    etat = Client().get("/sante/etat").json()
    assert "coherence" in etat["alertes"] and etat["mesures"]["coherence"]["contenu_ancien"] == 1
    mesures = Client().get("/metriques").content.decode()
    assert 'portail_coherence{mesure="contenu_ancien"} 1.0' in mesures and tache
    Demande.objects.filter(pk=demande.pk).update(contenu_scelle=demande.contenu_scelle)
    _passer()
    surveiller()
    assert "coherence" not in Client().get("/sante/etat").json()["alertes"]


def _passer() -> uuid.UUID:
    """Run the job as the worker does: its row keeps what was found."""
    tache = uuid.uuid4()
    executions.ouvrir(coherence.TACHE, tache)
    executions.reussir(tache, coherence.verifier())
    return tache
