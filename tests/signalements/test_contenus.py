"""What is written by hand elsewhere answers to the form of today: demonstration, measures, fabric of the tests."""

import uuid

import pytest

from caisses.models import Motif
from conventions.models.conventions import Participation
from demonstration.demandes import HISTOIRES, contenu_de
from outils.bench import brouillons
from signalements.depot import actions as depot
from signalements.forms.contenu import ContenuForm
from tests.signalements import fabrique


@pytest.fixture
def commencer(technicien_metz):
    """A draft of a motif, with a convention that lets documents go through the portal."""
    participation = Participation.objects.get(partenaire=technicien_metz.partenaire)
    participation.documents_par_portail = True

    def un(motif):
        return depot.commencer(
            participation=participation,
            motif=Motif.objects.get(pk=motif),
            jeton=uuid.uuid4(),
            par=technicien_metz,
        )

    return un


@pytest.mark.parametrize("rang", range(len(HISTOIRES)))
def test_chaque_demande_de_la_demonstration_est_complete(commencer, rang):
    histoire = HISTOIRES[rang]
    demande = commencer(histoire.motif)
    demande.urgente = bool(histoire.urgence)
    assert ContenuForm.est_complet(demande, contenu_de(histoire, demande.motif, "57"))


@pytest.mark.parametrize(
    ("motif", "contenu"),
    [
        (brouillons.MOTIF, brouillons.CONTENU),
        ("saisine-mas", {"assure": fabrique.ASSURE, "texte": fabrique.TEXTE, **fabrique.FICHE}),
    ],
    ids=["mesures", "fabrique"],
)
def test_ce_qui_s_ecrit_sans_formulaire_est_complet(commencer, motif, contenu):
    assert ContenuForm.est_complet(commencer(motif), contenu)
