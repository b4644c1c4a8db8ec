"""The conventions of the demonstration, through the actions."""

import datetime as dt

import pytest

from caisses.actions import charger_referentiels
from caisses.models import Motif, ReglageMotif, Service
from conventions.models.conventions import Convention, Participation
from demonstration.conventions import installer
from signalements.aiguillage.actions import aiguiller
from socle.profils import Profil

JOUR = dt.date(2026, 11, 22)
MIDI = dt.datetime(2026, 11, 22, 11, tzinfo=dt.UTC)


@pytest.fixture
def demonstration(db):
    """Load it once per test; return caisses, structures and conventions."""
    charger_referentiels()
    return installer(JOUR)


def test_referentiels_loaded_twice_change_nothing(db):
    """D-01: five services; running the command again leaves the same rows."""
    assert charger_referentiels() == charger_referentiels()
    assert Service.objects.count() == 5
    assert set(Service.objects.values_list("code", flat=True)) == {
        "contact",
        "document",
        "rendez-vous",
        "difficulte",
        "etude-dossier",
    }


def test_all_are_in_force_and_open_the_portal(demonstration, monkeypatch):
    """C-01, C-07, C-13: each convention with its own parameters, in force, open on the portal."""
    _, _, conventions = demonstration
    assert {convention.statut for convention in conventions.values()} == {Convention.Statut.EN_VIGUEUR}
    assert Participation.objects.ouvrant_le_portail(MIDI).count() == 8
    assert conventions["C23-ELBE-0076"].delai_habilitation_jours == 10
    assert conventions["C22-MDPH-0068"].conservation_mois == 12


def test_motifs_follow_the_convention(demonstration):
    """C-09: [82] does not open « contacter votre organisme », [57] sends the EPS elsewhere."""
    caisses, partenaires, _ = demonstration
    ouvrantes = Participation.objects.ouvrant_le_portail(MIDI)
    departement = ouvrantes.get(partenaire=partenaires["tarnetgaronne"], caisse=caisses["tarnetgaronne"])
    assert "contact" not in {motif.service_id for motif in departement.motifs.all()}
    metz = ouvrantes.get(partenaire=partenaires["metz"], caisse=caisses["moselle"])
    assert "rdv-eps" not in {motif.code for motif in metz.motifs.all()}
    assert not ouvrantes.filter(partenaire=partenaires["metz"], caisse=caisses["var"]).exists()


def test_each_service_is_opened_by_a_convention(demonstration):
    """D-01, C-09: what the portal can do is seen in its demonstration."""
    ouverts = Participation.objects.ouvrant_le_portail(MIDI).values_list("motifs__service", flat=True)
    assert set(Service.objects.values_list("pk", flat=True)) <= set(ouverts)


def test_pole_and_delays_by_default(demonstration):
    """D-08, D-11: 10 working days, 2 in urgency, the pôle of the referential."""
    caisse = demonstration[0]["moselle"]
    mas = Motif.objects.get(code="saisine-mas")
    urgence = Motif.objects.get(code="urgence")
    assert ReglageMotif.objects.delai_cible(caisse, mas) == 10
    assert ReglageMotif.objects.delai_cible(caisse, mas, urgent=True) == 2
    assert ReglageMotif.objects.delai_cible(caisse, urgence) == 2
    assert aiguiller(caisse, mas, "CCAS").pole.code == "mas"


def test_places_of_a_structure(demonstration):
    """Q-01, Q-02, Q-03, Q-06."""
    partenaires = demonstration[1]
    assert partenaires["metz"].places(Profil.GESTIONNAIRE, MIDI) == 5
    assert partenaires["metz"].places(Profil.TECHNICIEN, MIDI) == 25
    assert partenaires["grimaud"].places(Profil.GESTIONNAIRE, MIDI) == 2
    assert partenaires["tarnetgaronne"].places(Profil.GESTIONNAIRE, MIDI) == 1
    assert partenaires["mdph68"].places(Profil.TECHNICIEN, MIDI) == 5


def test_contacts_and_code(demonstration):
    """C-08, C-12, I-02: référents on both sides, the channels in their order, the code of [57]."""
    caisses, _, conventions = demonstration
    canaux = list(caisses["var"].vecteurs.values_list("canal", flat=True))
    assert canaux == ["compte-ameli", "portail", "telephone", "bal", "telephone"]
    metz = conventions["C24-METZ-0057"]
    assert set(metz.referents.values_list("partie", flat=True)) == {"partenaire", "caisse"}
    assert metz.participations.get().code_scelle
    assert not conventions["C23-GRIM-0083"].participations.get().code_scelle
