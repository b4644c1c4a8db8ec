"""Birth dates as they are written and as they are known (D-26): families of writings, each with its reading."""

import datetime as dt
import re

import pytest
from babel import Locale, localedata
from babel.dates import format_date
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from hypothesis import given
from hypothesis import strategies as st

from socle.naissances import Naissance, lire

AUJOURD_HUI = dt.date(2026, 11, 27)
JOURS = st.dates(dt.date(1900, 1, 1), AUJOURD_HUI)
_PLEINS = "０１２３４５６７８９"
_ARABES = "٠١٢٣٤٥٦٧٨٩"


def _ecritures(jour: dt.date) -> list[str]:
    j, m, a = jour.day, jour.month, jour.year
    premier = "1er" if j == 1 else str(j)
    mois = str(MONTHS[m])
    ecrites = [f"{j:02}{s}{m:02}{s}{a}" for s in ("/", ".", "-", " ", " / ", "\u2011", "\u2013", "\u00a0")]
    ecrites += [f"{j}/{m}/{a}", f"{j:02}{m:02}{a}", f"{a}{m:02}{j:02}", f"{a}-{m:02}-{j:02}", f"{a}/{m}/{j}"]
    ecrites += [
        f"{premier} {mois} {a}",
        f"{j} {mois.upper()} {a}",
        f"né le {j} {mois} {a}",
        f"née le {j:02}/{m:02}/{a}",
    ]
    ecrites += [
        f"{j}/{mois}/{a}",
        f"{j}-{mois}-{a}",
        f"{j} {mois}, {a}",
        f"{j}{mois}{a}",
        f"mardi {j:02}/{m:02}/{a}",
    ]
    ecrites += [
        f"né(e) le : {j:02}/{m:02}/{a}",
        f"DDN : {j:02}/{m:02}/{a}",
        f"({j:02}/{m:02}/{a})",
        f"{premier}/{m:02}/{a}",
    ]
    ecrites += [f"{j:02}{s}{m:02}{s}{a}" for s in ("//", "\\", "|", ",")]
    ecrites += [f"{j:02}/{m:02}/{a} 00:00:00", f"premier {mois} {a}" if j == 1 else f"{j} {mois} {a}"]
    ecrites += [f"\u200b{j:02}/{m:02}/{a}\ufeff", f"{a}-{m:02}-{j:02}T00:00:00", f" {j:02}/{m:02}/{a}. "]
    traduits = [str.maketrans("0123456789", chiffres) for chiffres in (_PLEINS, _ARABES)]
    return ecrites + [f"{j:02}/{m:02}/{a}".translate(t) for t in traduits]


@given(JOURS)
def test_toute_ecriture_evidente_est_lue(jour):
    """D-26: one date, twenty writings, one reading; what is shown and what is kept read back."""
    attendue = Naissance.du(jour)
    for ecriture in _ecritures(jour):
        assert lire(ecriture, AUJOURD_HUI) == attendue, ecriture
    assert Naissance.fromisoformat(attendue.isoformat()) == attendue
    assert attendue.isoformat() == jour.isoformat()
    assert lire(attendue.saisie, AUJOURD_HUI) == lire(attendue.en_lettres(), AUJOURD_HUI) == attendue


@pytest.mark.parametrize(
    ("ecriture", "iso", "montre"),
    [
        ("00/00/1960", "1960", "1960 (jour et mois inconnus)"),
        ("0/0/1960", "1960", "1960 (jour et mois inconnus)"),
        ("xx/xx/1960", "1960", "1960 (jour et mois inconnus)"),
        ("??/??/1960", "1960", "1960 (jour et mois inconnus)"),
        ("--/--/1960", "1960", "1960 (jour et mois inconnus)"),
        ("1960-00-00", "1960", "1960 (jour et mois inconnus)"),
        ("1960", "1960", "1960 (jour et mois inconnus)"),
        ("99/99/1960", "1960", "1960 (jour et mois inconnus)"),
        ("99/05/1960", "1960-05", "05/1960 (jour inconnu)"),
        ("vers 1960", "1960", "1960 (jour et mois inconnus)"),
        ("née présumée en 1960", "1960", "1960 (jour et mois inconnus)"),
        ("né en 1960", "1960", "1960 (jour et mois inconnus)"),
        ("00/05/1960", "1960-05", "05/1960 (jour inconnu)"),
        ("05/1960", "1960-05", "05/1960 (jour inconnu)"),
        ("1960-05", "1960-05", "05/1960 (jour inconnu)"),
        ("1960/05", "1960-05", "05/1960 (jour inconnu)"),
        ("?? mai 1960", "1960-05", "05/1960 (jour inconnu)"),
        ("mai 1960", "1960-05", "05/1960 (jour inconnu)"),
        ("née en févr. 1960", "1960-02", "02/1960 (jour inconnu)"),
        ("12 sept. 1958", "1958-09-12", "12/09/1958"),
        ("lundi 12 mai 1958", "1958-05-12", "12/05/1958"),
        ("27/11/2026", "2026-11-27", "27/11/2026"),
        ("29/02/2024", "2024-02-29", "29/02/2024"),
        ("2026", "2026", "2026 (jour et mois inconnus)"),
    ],
)
def test_ce_qui_est_connu(ecriture, iso, montre):
    """D-26: an unknown day or month is a right answer, kept and shown as such."""
    naissance = lire(ecriture, AUJOURD_HUI)
    assert (naissance.isoformat(), str(naissance)) == (iso, montre)
    assert lire(naissance.saisie, AUJOURD_HUI) == naissance


@pytest.mark.parametrize(
    ("ecriture", "code"),
    [
        *[(f"12/05/{annee:02}", "annee") for annee in (0, 25, 26, 27, 58, 99)],
        *[
            ("12 mai 58", "annee"),
            ("12-mai-58", "annee"),
            ("12.5.58", "annee"),
            ("12/05/195", "annee"),
            ("1/1/19588", "annee"),
        ],
        *[("28/11/2026", "futur"), ("12/2026", "futur"), ("2027", "futur"), ("01/01/2100", "futur")],
        *[("31/12/1899", "ancienne"), ("01/01/0202", "ancienne"), ("1850", "ancienne")],
        *[(faux, "invalid") for faux in ("29/02/2023", "31/04/1980", "05/25/1958", "13/1958")],
        *[(sans, "mois") for sans in ("15/00/1960", "15/xx/1960", "12-0-1960", "1960-00-15", "15/??/1960")],
        *[
            (faux, "invalid")
            for faux in (
                "hier",
                "12",
                "12/05",
                "",
                "12 ma 1958",
                "12 maille 1958",
                "ccas57",
                "martin 1958",
                "0000",
                "1958-5-5-5",
            )
        ],
    ],
)
def test_rien_n_est_devine(ecriture, code):
    """D-26: two figures of a year never guess, a day that does not exist is said, nothing is turned about."""
    with pytest.raises(ValidationError) as refus:
        lire(ecriture, AUJOURD_HUI)
    assert refus.value.code == code


@pytest.mark.parametrize(
    ("ecriture", "voies"),
    [
        ("12/00/1958", ["l’année seule : 1958", "si 12 est le mois : 00/12/1958"]),
        ("3/00/1958", ["l’année seule : 1958", "si 3 est le mois : 00/03/1958"]),
        ("15/00/1960", ["l’année seule : 1960"]),
    ],
)
def test_un_jour_sans_mois_dit_ses_voies(ecriture, voies):
    """D-26: the day is not dropped without a word; what is offered is taken."""
    with pytest.raises(ValidationError) as refus:
        lire(ecriture, AUJOURD_HUI)
    [phrase] = refus.value.messages
    assert all(voie in phrase for voie in voies) and ("est le mois" in phrase) == (len(voies) > 1)
    for voie in voies:
        lire(voie.rpartition(": ")[2], AUJOURD_HUI)


def _motifs_de_cldr() -> dict[str, str]:
    """Short dates of all languages, by their pattern: those that write the day before the month, or the year first."""
    motifs = {}
    for langue in localedata.locale_identifiers():
        motif = Locale.parse(langue).date_formats["short"].pattern
        # Bulgarian and Latin write a word after the year.
        if re.sub("[^dMy]", "", motif)[0] != "M" and not re.search("G|'", motif):
            motifs.setdefault(motif, langue)
    return motifs


MOTIFS = _motifs_de_cldr()


@pytest.mark.parametrize(("motif", "langue"), MOTIFS.items(), ids=MOTIFS.values())
def test_une_date_comme_chaque_langue_l_ecrit(motif, langue):
    """D-26: with its marks, blanks and order, its year in four figures is read; in two, it is asked for."""
    assert len(MOTIFS) >= 30
    for jour in (dt.date(1958, 5, 12), dt.date(1987, 11, 30), dt.date(2004, 1, 1)):
        ecrite = format_date(jour, re.sub("y+", "y", motif), locale=langue)
        assert lire(ecrite, AUJOURD_HUI) == Naissance.du(jour), ecrite
        with pytest.raises(ValidationError) as refus:
            lire(format_date(jour, re.sub("y+", "yy", motif), locale=langue), AUJOURD_HUI)
        assert refus.value.code == "annee"


@given(JOURS, JOURS)
def test_compatible_avec_ce_qui_est_connu(un, autre):
    """D-26: what is known of both agrees, whichever knows less; two whole dates are the same or not."""
    complete = Naissance.du(un)
    for connue in (complete, Naissance(un.year, un.month), Naissance(un.year)):
        assert connue.compatible(complete) and complete.compatible(connue)
        assert connue.premiere <= un <= connue.derniere
        assert connue.compatible(Naissance.du(autre)) == (connue.premiere <= autre <= connue.derniere)


def test_un_faux_pas_n_est_pas_compatible():
    a, b = Naissance(1958, 5, 12), Naissance(1958, 12, 5)
    assert a.voisine(b) and not a.compatible(b)
    assert a.voisine(Naissance(1959, 5, 12)) and not a.voisine(Naissance(1959, 6, 12))
