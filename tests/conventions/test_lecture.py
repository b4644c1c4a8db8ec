"""A convention read as it was on a past day (C-06)."""

import datetime as dt
import re

import pytest

from conventions.models.suites import Avenant, MiseEnDemeure, Partie, Referent, SousTraitance, Suivi
from socle import horloge


@pytest.fixture
def le(caisse_moselle):
    """The day at which it is read, twenty days ago."""
    return caisse_moselle.jour - dt.timedelta(days=20)


def une_histoire(convention, le):
    """Write one item of each kind on that day, one of the day after, and what had ended that day."""
    part, apres = convention.participations.get(), le + dt.timedelta(days=1)
    for nom, jour in (("Présent", le), ("Suivant", apres)):
        Referent.objects.create(
            convention=convention,
            partie=Partie.PARTENAIRE,
            theme="Droits",
            nom=f"Référent {nom}",
            depuis=jour,
        )
        SousTraitance.objects.create(
            convention=convention, prestataire=f"Hébergeur {nom}", objet="Hébergement", agreee_le=jour
        )
        Suivi.objects.create(
            convention=convention,
            nature="difficulte",
            jour=jour,
            texte=f"Difficulté {nom}",
            saisi_le=horloge.maintenant(),
        )
    Referent.objects.create(
        convention=convention,
        partie=Partie.PARTENAIRE,
        theme="Droits",
        nom="Référent Parti",
        depuis=le - dt.timedelta(days=9),
        jusqu_au=le,
    )
    # One at a time for a document, unless it is closed.
    _mise(part, "convention", le)
    _mise(part, "utilisation", apres)
    _mise(part, "convention", le - dt.timedelta(days=9), issue="remediee", close_le=le)
    for numero, signe_le in ((1, le), (2, apres)):
        Avenant.objects.create(
            convention=convention,
            numero=numero,
            objet="Délais",
            signe_le=signe_le,
            prend_effet_le=signe_le,
            cree_le=horloge.maintenant(),
        )


def lettres(page):
    """Return the days of the letters whose delay ran."""
    return set(re.findall(r"lettre envoyée le (\d\d/\d\d/\d{4})", page))


def _mise(part, document, envoyee_le, **champs):
    MiseEnDemeure.objects.create(
        participation=part,
        document=document,
        manquement="Comptes prêtés.",
        envoyee_le=envoyee_le,
        delai_jours=15,
        creee_le=horloge.maintenant(),
        **champs,
    )


def test_what_was_and_what_was_not_yet(client, en_vigueur, le):
    """C-05, C-06, C-09: what began that day is read, what began the day after or had ended is not; nobody acts there."""
    une_histoire(en_vigueur, le)
    adresse = f"/conventions/{en_vigueur.reference}/"
    page = client.get(f"{adresse}?au={le.isoformat()}").content.decode()
    assert "Vous lisez une version passée" in page
    for quoi in ("Référent", "Hébergeur", "Difficulté"):
        assert f"{quoi} Présent" in page and f"{quoi} Suivant" not in page, quoi
    assert "Référent Parti" not in page and lettres(page) == {f"{le:%d/%m/%Y}"}
    assert f"{adresse}avenants/1/" in page and f"{adresse}avenants/2/" not in page
    assert f"{adresse}caisses/moselle/denoncer/" not in page


def test_what_is_today(client, en_vigueur, le):
    """C-05, C-06, C-09: today's page has what ran since, and what one may do."""
    une_histoire(en_vigueur, le)
    adresse = f"/conventions/{en_vigueur.reference}/"
    page = client.get(adresse).content.decode()
    assert "Vous lisez une version passée" not in page
    for quoi in ("Référent", "Hébergeur", "Difficulté"):
        assert f"{quoi} Présent" in page and f"{quoi} Suivant" in page, quoi
    assert "Référent Parti" not in page
    assert lettres(page) == {f"{jour:%d/%m/%Y}" for jour in (le, le + dt.timedelta(days=1))}
    assert f"{adresse}avenants/1/" in page and f"{adresse}avenants/2/" in page
    assert f"{adresse}caisses/moselle/denoncer/" in page
