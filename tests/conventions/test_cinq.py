"""The five real agreements come out of the library: each says its clauses, and no sentence of another (C-19)."""

import re
from functools import cache

import pytest
from django.conf import settings
from django.db import connection, transaction

from conventions import clauses
from conventions.models.clauses import VersionDeClause
from conventions.models.conventions import Convention
from conventions.parametres import cle_motifs
from conventions.views.documents import GABARIT, contexte, pieces
from demonstration.conventions import installer
from socle import horloge
from socle.pdf import rendre_pdf
from tests.conftest import _brouiller
from tests.conventions.textes import mots, texte_du_pdf
from tests.matrice.monde import bloc

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


@pytest.fixture(scope="module")
def cinq(django_db_setup, django_db_blocker):
    """The conventions of the demonstration, made once; nothing of them is committed."""
    with django_db_blocker.unblock(), bloc(), connection.execute_wrapper(_brouiller):
        yield installer(horloge.maintenant().date())[2]
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def texte(cinq):
    """Return what a document of a convention says, written once."""

    @cache
    def lire(reference, piece):
        return texte_du_pdf(rendre_pdf(GABARIT, contexte(Convention.objects.get(reference=reference), piece)))

    return lire


@pytest.mark.parametrize("reference", PROPRES)
def test_it_says_its_clauses_and_no_other(texte, reference):
    """C-19: in its documents, each clause that it holds stands in its place, and no other of the library."""
    convention = Convention.objects.get(reference=reference)
    textes = {piece: texte(reference, piece) for piece in pieces(convention)}
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


def test_the_exchange_of_files_has_no_rules_of_use(texte):
    """F6: neither convention d’utilisation, nor accounts, nor retention of demandes, nor box to sign for them."""
    convention = Convention.objects.get(reference="C22-MDPH-0068")
    assert set(pieces(convention)) == {
        "convention",
        "protection-des-donnees",
        "referents",
        "engagement-de-confidentialite",
    }
    dite = texte("C22-MDPH-0068", "convention")
    for mot in (
        "convention d’utilisation",
        "accueillie",
        "demandes ouvertes",
        "48 heures",
        "demande sont effacées",
    ):
        assert mot not in dite
    assert "effacés au plus tard 12 mois après leur communication" in dite


def test_the_deliberation_and_the_common_director(cinq):
    """C-22: Metz signs by its deliberation, exécutoire; one director signs for the two caisses of Seine-Maritime."""
    metz = Convention.objects.get(reference="C24-METZ-0057").signataires.get(partie="partenaire")
    assert metz.executoire_le(horloge.maintenant().date())
    assert "délibération n° 2024-BD-11-04" in metz.habilitation
    elbeuf = Convention.objects.get(reference="C23-ELBE-0076")
    assert len(elbeuf.signataires.get(partie="caisse").parties) == 2


@pytest.mark.parametrize("reference", PROPRES)
def test_a_director_finds_no_slip(texte, reference):
    """C-14: no space before a comma or a point, none left empty of a name, each party with its own address, no word of the machine."""
    convention = Convention.objects.get(reference=reference)
    for piece in pieces(convention):
        dit = texte(reference, piece)
        assert not re.findall(r".{20} [,.](?= |$).{0,20}", dit), piece
        assert not re.search(r"\(\s*\)|\[|None|, ,|Non renseigné, |Assurance maladie", dit), piece
        assert not re.search(r"(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) \d", dit), piece
        if piece == "convention":
            for caisse in convention.participations.select_related("caisse"):
                assert f"{caisse.caisse.nom} ({caisse.caisse.adresse})" in dit
            autres = convention.participations.count() + len(convention.autres_signataires)
            assert f"Fait en {1 + autres} exemplaires." in dit
        else:
            assert " et la C" in dit.split("1.")[0]


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


def test_the_channels_of_rouen_and_le_havre(texte):
    """I-02 [76]: nine mailboxes by service, in their order, each with its theme and its word; the portal has its address."""
    convention = Convention.objects.get(reference="C23-ELBE-0076")
    dit = texte("C23-ELBE-0076", "vecteurs-de-contact")
    for caisse in convention.participations.select_related("caisse"):
        boites = caisse.caisse.moyens_de_contact.filter(canal="bal")
        assert boites.count() == 9
        assert boites.filter(aussi_pour=["lehavre"]).count() == 3, "one mailbox for the two caisses"
        assert all(boite.valeur in dit for boite in boites)
    assert "départements 27 et 76" in dit
    assert settings.ADRESSE_DU_PORTAIL in dit
