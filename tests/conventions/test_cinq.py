"""The five real agreements come out of the library: each says its clauses, and no sentence of another (C-19)."""

import re

import pytest
from django.conf import settings

from conventions import clauses
from conventions.models.clauses import VersionDeClause
from conventions.models.conventions import Convention
from conventions.parametres import cle_motifs
from conventions.views.documents import GABARIT, contexte, pieces
from demonstration.conventions import installer
from socle import horloge
from socle.pdf import rendre_pdf
from tests.conventions.textes import mots, texte_du_pdf

# What makes each of them differ: a clause that it holds, and one that it does not.
PROPRES = {
    "C24-METZ-0057": ("contact-courriel", "pd-destruction"),
    "C23-ELBE-0076": ("partenaire-ameli", "contact-courriel"),
    "C23-TARN-0082": ("util-successeur", "contact-telephone"),
    "C23-GRIM-0083": ("partenaire-service-social", "util-successeur"),
    "C22-MDPH-0068": ("flux-securite", "confidentialite"),
}


def phrases_de(texte):
    """Return the sentences of a clause that are its own: without what the rules of the convention say in it."""
    for ligne in texte.splitlines():
        for morceau in re.split(r"\[[^\]]*\]", ligne.removeprefix("- ")):
            if mots(morceau):
                yield mots(morceau)


@pytest.fixture
def cinq(db):
    """The conventions of the demonstration."""
    return installer(horloge.maintenant().date())[2]


@pytest.mark.parametrize("reference", PROPRES)
def test_it_says_its_clauses_and_no_other(cinq, reference):
    """C-19: in its documents, each clause that it holds stands in its place, and no other of the library."""
    convention = Convention.objects.get(reference=reference)
    textes = {
        piece: texte_du_pdf(rendre_pdf(GABARIT, contexte(convention, piece))) for piece in pieces(convention)
    }
    lues = {une.code: une for une in clauses.lire(convention.clauses)}
    tenue, autre = PROPRES[reference]
    assert tenue in lues
    assert autre not in lues
    for lue in lues.values():
        for phrase in phrases_de(lue.texte):
            assert phrase in textes[lue.piece], (lue.code, phrase)
    dites = {phrase for lue in lues.values() for phrase in phrases_de(lue.texte)}
    tout = " ".join(textes.values())
    for version in VersionDeClause.objects.exclude(clause__in=lues):
        for phrase in phrases_de(version.texte):
            if len(phrase) > 20 and not any(phrase in dite for dite in dites):
                assert phrase not in tout, (version.clause_id, phrase)


def test_the_exchange_of_files_has_no_rules_of_use(cinq):
    """F6: neither convention d’utilisation, nor accounts, nor retention of demandes, nor box to sign for them."""
    convention = Convention.objects.get(reference="C22-MDPH-0068")
    assert set(pieces(convention)) == {
        "convention",
        "protection-des-donnees",
        "referents",
        "engagement-de-confidentialite",
    }
    texte = texte_du_pdf(rendre_pdf(GABARIT, contexte(convention, "convention")))
    for mot in (
        "convention d’utilisation",
        "accueillie",
        "demandes ouvertes",
        "48 heures",
        "demande sont effacées",
    ):
        assert mot not in texte
    assert "effacés au plus tard 12 mois après leur communication" in texte


def test_the_deliberation_and_the_common_director(cinq):
    """C-22: Metz signs by its deliberation, exécutoire; one director signs for the two caisses of Seine-Maritime."""
    metz = Convention.objects.get(reference="C24-METZ-0057").signataires.get(partie="partenaire")
    assert metz.executoire_le(horloge.maintenant().date())
    assert "délibération n° 2024-BD-11-04" in metz.habilitation
    elbeuf = Convention.objects.get(reference="C23-ELBE-0076")
    assert len(elbeuf.signataires.get(partie="caisse").parties) == 2


@pytest.mark.parametrize("reference", PROPRES)
def test_a_director_finds_no_slip(cinq, reference):
    """C-14: no space before a comma or a point, none left empty of a name, each party with its own address, no word of the machine."""
    convention = Convention.objects.get(reference=reference)
    for piece in pieces(convention):
        texte = texte_du_pdf(rendre_pdf(GABARIT, contexte(convention, piece)))
        assert not re.findall(r".{20} [,.](?= |$).{0,20}", texte), piece
        assert not re.search(r"\(\s*\)|\[|None|, ,|Non renseigné, |Assurance maladie", texte), piece
        assert not re.search(r"(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) \d", texte), piece
        if piece == "convention":
            for caisse in convention.participations.select_related("caisse"):
                assert f"{caisse.caisse.nom} ({caisse.caisse.adresse})" in texte
            autres = convention.participations.count() + len(convention.autres_signataires)
            assert f"Fait en {1 + autres} exemplaires." in texte
        else:
            assert " et la C" in texte.split("1.")[0]


def test_what_two_caisses_open_alike_is_told_once(cinq):
    """C-09, C-14: one list of motifs for Rouen and Le Havre, until they differ."""
    convention = Convention.objects.get(reference="C23-ELBE-0076")
    lire = lambda: texte_du_pdf(rendre_pdf(GABARIT, contexte(convention, "convention")))  # noqa: E731
    assert lire().count("Demander un document :") == 1
    part = convention.participations.get(caisse__code="lehavre")
    convention.parametres_initiaux[cle_motifs(part)].remove("carte-vitale")
    assert lire().count("Demander un document :") == 2


def test_the_deliberation_reads_as_french(cinq):
    """C-22: the act, its body and its day, then its transmission and its accusé."""
    metz = Convention.objects.get(reference="C24-METZ-0057").signataires.get(partie="partenaire")
    dite = metz.habilitation
    assert dite.startswith("délibération n° 2024-BD-11-04 du Bureau du ")
    assert ", transmission à la préfecture le " in dite
    assert ", accusé de réception n° 057-240700-20241106 du " in dite


def test_the_channels_of_rouen_and_le_havre(cinq):
    """I-02 [76]: nine mailboxes by service, in their order, each with its theme and its word; the portal has its address."""
    convention = Convention.objects.get(reference="C23-ELBE-0076")
    texte = texte_du_pdf(rendre_pdf(GABARIT, contexte(convention, "vecteurs-de-contact")))
    for caisse in convention.participations.select_related("caisse"):
        boites = caisse.caisse.vecteurs.filter(canal="bal")
        assert boites.count() == 9
        assert all(boite.valeur in texte for boite in boites)
    assert "départements 27 et 76" in texte
    assert settings.ADRESSE_DU_PORTAIL in texte
