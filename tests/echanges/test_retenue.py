"""What is withheld, to the cent; who is whom, without a false certainty; the key of a RIB (E-06)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echanges.rapprochement import Correspondance, Liste
from echanges.retenue import MontantMensuel, calculer, cle_rib, mtp_due, premier_versement
from socle.naissances import Naissance
from socle.noms import Personne


def j(texte: str) -> dt.date:
    return dt.date.fromisoformat(texte)


MTP = [MontantMensuel(j("2026-01-01"), 1200_00)]


@pytest.mark.parametrize(
    ("indu", "debut", "fin", "montants", "versement", "mois", "solde"),
    [
        # The indu, within the MTP of its months.
        (800_00, "2026-01-01", "2026-01-31", MTP, "2026-04-05", {"2026-01": 800_00}, 0),
        # More than the MTP due over its months: the rest comes back as solde.
        (3000_00, "2026-02-01", "2026-03-31", MTP, "2026-04-05", {"2026-02": 1200_00, "2026-03": 1200_00}, 600_00),
        # Part months at both ends: by their days.
        (5000_00, "2026-01-16", "2026-02-14", MTP, "2026-04-05", {"2026-01": 619_35, "2026-02": 600_00}, 3780_65),
        # The right opens inside the period.
        (900_00, "2026-01-01", "2026-02-28", [MontantMensuel(j("2026-02-15"), 1200_00)], "2026-03-05", {"2026-02": 600_00}, 300_00),
        # The amount changes inside a month.
        (
            5000_00, "2026-03-01", "2026-03-31", [*MTP, MontantMensuel(j("2026-03-11"), 1500_00)], "2026-05-05",
            {"2026-03": 1403_23}, 3596_77,
        ),
        # What is not paid by the first payment cannot be withheld from it.
        (5000_00, "2026-01-01", "2026-06-30", MTP, "2026-03-05", {"2026-01": 1200_00, "2026-02": 1200_00}, 2600_00),
        # No month in common.
        (500_00, "2025-01-01", "2025-12-31", MTP, "2026-04-05", {}, 500_00),
    ],
)  # fmt: skip
def test_month_by_month(indu, debut, fin, montants, versement, mois, solde):
    retenue = calculer(indu, j(debut), j(fin), montants, j(versement))
    assert (retenue.mois, retenue.total, retenue.solde) == (mois, sum(mois.values()), solde)


def test_two_prestations_share_the_months_and_the_payment():
    pch = calculer(1000_00, j("2026-01-01"), j("2026-02-28"), MTP, j("2026-03-05"))
    actp = calculer(2000_00, j("2026-01-01"), j("2026-02-28"), MTP, j("2026-03-05"), pch.mois)
    assert pch.mois == {"2026-01": 1000_00}
    assert actp.mois == {"2026-01": 200_00, "2026-02": 1200_00}
    assert pch.total + actp.total == premier_versement(MTP, j("2026-03-05"))


@given(
    indu=st.integers(0, 10_000_00),
    debut=st.dates(dt.date(2025, 6, 1), dt.date(2026, 6, 1)),
    duree=st.integers(0, 400),
    ouverture=st.dates(dt.date(2025, 6, 1), dt.date(2026, 6, 1)),
    montant=st.integers(0, 2_000_00),
    attente=st.integers(0, 200),
)
def test_never_beyond_any_of_the_three(indu, debut, duree, ouverture, montant, attente):
    """The least of the indu, the MTP of the months in common, the first payment; nothing lost, nothing made."""
    fin, montants = debut + dt.timedelta(days=duree), [MontantMensuel(ouverture, montant)]
    versement = ouverture + dt.timedelta(days=attente)
    retenue = calculer(indu, debut, fin, montants, versement)
    assert retenue.total + retenue.solde == indu
    assert 0 <= retenue.total <= min(indu, premier_versement(montants, versement))
    assert retenue.total <= sum(mtp_due(montants, debut, fin).values())
    assert all(part > 0 for part in retenue.mois.values())


def test_rib_of_ten_characters():
    """An account of ten characters has no key: only a zero at its end gives back the one that is printed."""
    cle = cle_rib("30001", "00307", "C6800000000")
    assert cle_rib("30001", "00307", "C680000000" + "0") == cle
    assert cle_rib("30001", "00307", "0C680000000") != cle
    assert cle_rib("20041", "01005", "0500013M026") == "06", "the example of the banks"


# --- Who is whom


def personne(nom: str, prenom: str, naissance: str, usage: str = "") -> Personne:
    return Personne(nom, prenom, Naissance.fromisoformat(naissance), usage)


NOMS = [
    f"{debut}{fin}"
    for debut in ("Bel", "Mor", "Kas", "Vern", "Tour", "Ast", "Lind", "Grav", "Pol", "Ruf")
    for fin in ("ard", "ier", "ette", "oux", "ange")
]
PRENOMS = ["Adèle", "Bastien", "Chloé", "Désiré", "Élise", "Fanny", "Gaspard", "Hélène", "Irène", "Jules"]
CINQ_CENTS = [
    personne(nom, prenom, f"{1930 + (rang * 7) % 50}-{rang % 12 + 1:02}-{(rang + i * 3) % 27 + 1:02}")
    for rang, nom in enumerate(NOMS)
    for i, prenom in enumerate(PRENOMS)
]


def glisser(nom: str, place: int) -> str:
    return nom[:place] + ("x" if nom[place] != "x" else "y") + nom[place + 1 :]


def test_five_hundred_pairs_and_no_false_certainty():
    """The same: certain. A slip, a date turned about, a maiden name: to check. Another one: never certain."""
    liste = Liste(CINQ_CENTS)
    for rang, une in enumerate(CINQ_CENTS):
        n = une.naissance
        memes = [une, Personne(une.nom.upper(), une.prenom.lower(), n)]
        assert [liste.chercher(meme).rangs for meme in memes] == [(rang,)] * 2
        assert {liste.chercher(meme).verdict for meme in memes} == {Correspondance.CERTAIN}
        douteuses = [
            Personne(glisser(une.nom, 2), une.prenom, n),
            Personne(
                une.nom,
                une.prenom,
                Naissance(n.annee, n.jour, n.mois) if n.jour <= 12 else Naissance(n.annee),
            ),
            Personne("Autre", une.prenom, n, une.nom[:-1] + "z"),
            # A twin: another first name, the same day.
            Personne(une.nom, "Zénobie", n),
        ]
        for douteuse in douteuses:
            trouve = liste.chercher(douteuse)
            if trouve.verdict is Correspondance.CERTAIN:
                assert douteuse.naissance == n and douteuse.nom == une.nom, douteuse
        ailleurs = Personne(une.nom, une.prenom, Naissance(n.annee - 11, n.mois, n.jour))
        assert liste.chercher(ailleurs).verdict is not Correspondance.CERTAIN


def test_the_number_where_the_convention_has_it():
    """E-05: another number is never certain; the same one under other names is somebody to look at."""
    liste = Liste(
        [personne("Durand", "Anne", "1950-03-12"), personne("Petit", "Zoé", "1961-01-01")],
        ["1" * 15, "2" * 15],
    )
    anne = personne("Durand", "Anne", "1950-03-12")
    assert liste.chercher(anne, "1" * 15).verdict is liste.chercher(anne).verdict is Correspondance.CERTAIN
    assert liste.chercher(anne, "3" * 15).verdict is Correspondance.A_VERIFIER
    assert liste.chercher(anne, "2" * 15).rangs == (0, 1)
    assert liste.chercher(personne("Autre", "Luc", "1999-01-01"), "2" * 15).rangs == (1,)


def test_twins_are_for_a_person_to_decide():
    """E-05: the same birth name and the same day: the one that is written exactly is not certain beside the other."""
    jumelles = Liste([personne("Durand", "Anne", "1980-06-05"), personne("Durand", "Anna", "1980-06-05")])
    trouve = jumelles.chercher(personne("Durand", "Anne", "1980-06-05"))
    assert (trouve.verdict, trouve.rangs) == (Correspondance.A_VERIFIER, (0, 1))


def test_never_beyond_the_payment_that_was_declared():
    retenue = calculer(900_00, j("2026-01-01"), j("2026-03-31"), MTP, j("2026-04-05"), declare=300_00)
    assert (retenue.total, retenue.solde) == (300_00, 600_00)


def test_the_middle_is_for_a_person():
    liste = Liste([personne("Durand", "Anne", "1950-03-12"), personne("Durand", "Anne", "1950-03-12")])
    assert liste.chercher(personne("Durand", "Anne", "1950-03-12")).verdict is Correspondance.A_VERIFIER, (
        "twice in the list"
    )
    seule = Liste([personne("Martin", "Anne", "1950-03-12", usage="Durand")])
    assert seule.chercher(personne("Martin", "Anne", "1950-03-12")).verdict is Correspondance.CERTAIN
    assert seule.chercher(personne("Durand", "Anne", "1950-03-12")).verdict is Correspondance.A_VERIFIER, (
        "maiden name"
    )
    assert seule.chercher(personne("Durant", "Anne", "1950-03-12")).verdict is Correspondance.A_VERIFIER
    assert seule.chercher(personne("Durand", "Anne", "1950-12-03")).verdict is Correspondance.A_VERIFIER
    assert seule.chercher(Personne("Durand", "Anne")).verdict is Correspondance.A_VERIFIER, "the name alone"
    assert seule.chercher(personne("Petit", "Zoé", "1961-01-01")).verdict is Correspondance.AUCUN
