"""The keyed index finds a person as people type names, and says nothing without its key."""

import datetime as dt
from pathlib import Path

import pytest

from conformite import index
from conformite.scellement import CleAbsente, creer_cles, detruire_cle_index, vider_le_cache
from socle import horloge

MOIS = horloge.temps_reel().date()
CAISSE, STRUCTURE = 1, 2
ICI = index.Lieu(MOIS, CAISSE, STRUCTURE)


@pytest.fixture(autouse=True)
def cles(tmp_path: Path, settings) -> None:
    settings.DOSSIER_CLES = tmp_path / "cles"
    vider_le_cache()
    creer_cles(MOIS + dt.timedelta(days=70), MOIS)
    yield
    vider_le_cache()


def trouve(saisie: str, jetons: list[int]) -> bool:
    cherches = index.jetons_recherche(saisie, index.lieux_vivants([(CAISSE, STRUCTURE), (1, 7)]))
    return bool(cherches) and all(set(un) & set(jetons) for un in cherches)


@pytest.mark.parametrize(
    ("nom", "prenom", "saisie"),
    [
        ("Le Goff-N'Guyen", "Élodie", "le goff"),
        ("Le Goff-N'Guyen", "Élodie", "LEGOFF"),
        ("Le Goff-N'Guyen", "Élodie", "nguyen elodie"),
        ("Le Goff-N'Guyen", "Élodie", "N’Guyen"),
        ("Le Goff-N'Guyen", "Élodie", "Élodie Le Goff-N'Guyen"),
        ("D’Angelo", "Li", "d'angelo"),
        ("D’Angelo", "Li", "d angelo li"),
        ("D’Angelo", "Li", "angelo"),
        ("Dangelo", "Li", "d'angelo"),
        ("O'Brien", "Seán", "obrien sean"),
        ("de la Fontaine", "Jean-Pierre", "jean pierre fontaine"),
        ("de la Fontaine", "Jean-Pierre", "delafontaine jeanpierre"),
        ("de la Fontaine", "Jean-Pierre", "Jean-Pierre de La Fontaine"),
        ("Jeanpierre", "Paul", "jean-pierre"),
        ("Nœl", "Zoé", "noel zoe"),
        ("Müller", "Jürgen", "mul jur"),
        ("X", "Y", "x y"),
        ("Null", "", "null"),
        ("محمد", "علي", "محمد"),
        ("Wolfeschlegelsteinhausen", "Hubert", "wolfeschlegelsteinhausen"),
    ],
)
def test_a_name_is_found_as_people_type_it(nom, prenom, saisie):
    assert trouve(saisie, index.jetons_personne(nom, prenom, None, ICI))


@pytest.mark.parametrize(
    "saisie",
    ["martin", "gof elo jean", "go", "le", "30/02/1980", "goff 01/03/1980", "29/02/1980", "l", "…", ""],
)
def test_what_is_not_the_person_is_not_found(saisie):
    assert not trouve(saisie, index.jetons_personne("Le Goff", "Élodie", dt.date(1980, 2, 29), ICI))


@pytest.mark.parametrize(
    "saisie", ["goff 29/02/1980", "29-2-1980 elo", "Le Goff 29.02.1980", "elodie 1980-02-29", "gof 29021980"]
)
def test_a_date_of_birth_is_found_in_its_forms(saisie):
    assert trouve(saisie, index.jetons_personne("Le Goff", "Élodie", dt.date(1980, 2, 29), ICI))


def test_what_one_structure_knows_tells_nothing_of_another():
    """The same person elsewhere: no token in common, in another structure, caisse or month; a birth date has none alone."""
    qui = ("Le Goff", "Élodie", dt.date(1980, 2, 29))
    ici = set(index.jetons_personne(*qui, ICI))
    for ailleurs in (ICI._replace(partenaire=3), ICI._replace(caisse=3), index.Lieu(MOIS, 2, 1)):
        assert not ici & set(index.jetons_personne(*qui, ailleurs))
    autre = index.jetons_personne("Orvandel", "Basile", qui[2], ICI)
    assert not ici & set(autre), "who is born on the same day shares nothing"
    assert index.naissance_seule("29/02/1980") and not index.naissance_seule("29/02/1980 goff")


def test_tokens_are_signed_64_bit_numbers_that_depend_on_the_month():
    suivant = MOIS + dt.timedelta(days=40)
    jetons = index.jetons_personne("Martin", "Paul", None, ICI)
    assert all(-(2**63) <= jeton < 2**63 for jeton in jetons)
    assert not set(jetons) & set(index.jetons_personne("Martin", "Paul", None, ICI._replace(mois=suivant)))
    assert trouve("martin", jetons), "a search covers all the living months"


def test_the_index_of_a_month_dies_with_its_key():
    jetons = index.jetons_personne("Martin", "Paul", None, ICI)
    detruire_cle_index(MOIS)
    assert not trouve("martin", jetons)
    with pytest.raises(CleAbsente):
        index.jetons_personne("Martin", "Paul", None, ICI)
