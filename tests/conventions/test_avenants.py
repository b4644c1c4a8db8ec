"""Avenants: numbered, dated, and the convention readable as it was on any date (C-06)."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from conventions import regles
from conventions.actions import avenants
from conventions.lecture import parametres_au
from conventions.models.conventions import Convention, Participation
from conventions.regles import Changement
from socle.acteurs import MACHINE
from tests.conventions.textes import texte_du_pdf

INITIAUX = {"duree_mois": 12, "conservation_mois": 6, "reconduction_tacite": True}
DEBUT = dt.date(2023, 1, 31)
CHANGEMENTS = st.lists(
    st.builds(
        Changement,
        numero=st.integers(1, 9),
        prend_effet_le=st.dates(DEBUT, dt.date(2030, 1, 1)),
        valeurs=st.one_of(
            st.fixed_dictionaries({"duree_mois": st.sampled_from([6, 12, 24])}),
            st.fixed_dictionaries({"conservation_mois": st.integers(1, 12)}),
        ),
    ),
    max_size=6,
    unique_by=lambda un: un.numero,
)


@given(CHANGEMENTS, st.dates(DEBUT, dt.date(2032, 1, 1)), st.randoms(use_true_random=False))
def test_any_order_of_avenants_gives_one_state(changements, jour, hasard):
    """C-06: whatever the order of their writing, the state on a day is one."""
    attendu = regles.parametres_au(INITIAUX, changements, jour, DEBUT)
    melanges = list(changements)
    hasard.shuffle(melanges)
    assert regles.parametres_au(INITIAUX, melanges, jour, DEBUT) == attendu


@given(CHANGEMENTS, st.dates(DEBUT, dt.date(2032, 1, 1)))
def test_a_later_avenant_never_changes_the_past(changements, jour):
    """C-06: re-reading on a past date gives what was true then."""
    avant = [un for un in changements if un.prend_effet_le <= jour]
    assert regles.parametres_au(INITIAUX, changements, jour, DEBUT) == regles.parametres_au(
        INITIAUX, avant, jour, DEBUT
    )


@settings(max_examples=60)
@given(CHANGEMENTS, st.dates(DEBUT, dt.date(2031, 1, 1)))
def test_a_new_duration_moves_no_running_period(changements, jour):
    """T-01, C-06: the échéance announced the day before an avenant on the duration is still the one announced."""
    etat = regles.parametres_au(INITIAUX, changements, jour, DEBUT)
    veille = regles.parametres_au(INITIAUX, changements, jour - dt.timedelta(days=1), DEBUT)
    annoncee = regles.prochaine_echeance(
        DEBUT, veille["duree_mois"], max(jour - dt.timedelta(days=1), DEBUT), veille["echeances_depuis"]
    )
    suivante = regles.prochaine_echeance(DEBUT, etat["duree_mois"], jour, etat["echeances_depuis"])
    assert suivante == annoncee if annoncee > jour else suivante > jour


@pytest.mark.parametrize(("duree", "depuis"), [(12, None), (24, dt.date(2024, 1, 31))])
def test_the_same_duration_written_again_moves_nothing(duree, depuis):
    """C-06: only another duration counts from the échéance of the running period."""
    changement = Changement(1, dt.date(2023, 6, 1), {"duree_mois": duree})
    etat = regles.parametres_au(INITIAUX, [changement], dt.date(2023, 7, 1), DEBUT)
    assert (etat["duree_mois"], etat["echeances_depuis"]) == (duree, depuis)


def avenant(convention):
    """Return the POST data of an avenant that changes nothing yet."""
    part = convention.participations.get()
    return {
        "objet_avenant": "Allonger la durée d’habilitation", "version": str(convention.version),
        "duree_mois": "12", "reconduction_tacite": "on", "denonciation": "avant-echeance", "denonciation_mois": "3",
        "denonciation_forme": "lettre recommandée", "mise_en_demeure_jours": "15",
        "mise_en_demeure_utilisation_jours": "30", "bonne_fin_jours": "0", "delai_habilitation_jours": "5",
        "gestionnaires_10": "2", "gestionnaires_25": "3", "gestionnaires_plus": "5",
        "techniciens_10": "5", "techniciens_25": "15", "techniciens_plus": "25",
        "conservation_mois": "6", "notification_violation_heures": "48", "bilan": "caisse", "responsabilite": "caisse",
        f"motifs_{part.caisse_id}": ["saisine-mas", "urgence"],
    }  # fmt: skip


def signer_l_avenant(client, convention, numero, le):
    """Sign it for every party, through the pages."""
    for signataire in convention.signataires.all():
        adresse = f"/conventions/{convention.reference}/avenants/{numero}/signatures/{signataire.pk}/"
        assert client.post(adresse, {"le": le.isoformat()}).status_code == 302


def lire_le_document(client, convention):
    """Return the document of the first avenant: what changes, article by article, before and after (C-14)."""
    dit = texte_du_pdf(client.get(f"/conventions/{convention.reference}/avenants/1/avenant.pdf").content)
    assert re.search(r"utilisation[^:]*, [^:]+ : Habilitation des gestionnaires", dit), dit
    assert dit.index("5 jours ouvrés") < dit.index("10 jours ouvrés")
    assert "Ouverts : Attestation de droits" in dit and "Fermés : Saisine" in dit
    return dit


def test_avenant_through_the_pages(client, en_vigueur, caisse_moselle):
    """C-06, C-09, C-13: it says what changes, takes effect on its last signature; the past reads as it was."""
    adresse = f"/conventions/{en_vigueur.reference}/avenants/nouveau/"
    donnees = avenant(en_vigueur)
    refus = client.post(adresse, donnees)
    assert "Cet avenant ne change rien." in refus.content.decode()
    assert not en_vigueur.avenants.exists()
    part = en_vigueur.participations.get()
    donnees |= {
        "delai_habilitation_jours": "10",
        f"motifs_{part.caisse_id}": ["urgence", "attestation-droits"],
    }
    assert client.post(adresse, donnees).status_code == 302
    page = client.get(f"/conventions/{en_vigueur.reference}/avenants/1/").content.decode()
    assert "5\xa0jours ouvrés" in page
    assert "10\xa0jours ouvrés" in page
    assert "Ouverts : Attestation de droits" in page
    assert "Fermés : Saisine Mission accompagnement santé<" in page.replace("\n", "")
    # Drafted, it is on the page of today; nobody had signed it yesterday.
    lien, hier = (
        f"/conventions/{en_vigueur.reference}/avenants/1/",
        caisse_moselle.jour - dt.timedelta(days=1),
    )
    aujourdhui = client.get(f"/conventions/{en_vigueur.reference}/").text
    assert lien in aujourdhui and "Rédiger un avenant" in aujourdhui
    assert lien not in client.get(f"/conventions/{en_vigueur.reference}/?au={hier.isoformat()}").text
    en_vigueur.refresh_from_db()
    assert en_vigueur.delai_habilitation_jours == 5
    projet = lire_le_document(client, en_vigueur)
    signer_l_avenant(client, en_vigueur, 1, caisse_moselle.jour)
    signe = lire_le_document(client, en_vigueur)
    jour = f"{caisse_moselle.jour:%d/%m/%Y}"
    assert "Signée le" not in projet and signe.count(f"Signée le {jour}") == 2
    assert f"Signé le {jour}, en vigueur à partir du {jour}." in signe
    en_vigueur.refresh_from_db()
    assert en_vigueur.delai_habilitation_jours == 10
    assert set(part.motifs.values_list("pk", flat=True)) == {"urgence", "attestation-droits"}
    ancienne = client.get(f"/conventions/{en_vigueur.reference}/?au={hier.isoformat()}").content.decode()
    assert "Vous lisez une version passée" in ancienne
    assert "dans les 5\xa0jours ouvrés" in ancienne
    assert "Saisine Mission accompagnement santé" in ancienne
    assert "Attestation de droits" not in ancienne
    assert "Rédiger un avenant" not in ancienne
    assert (
        "dans les 10\xa0jours ouvrés" in client.get(f"/conventions/{en_vigueur.reference}/").content.decode()
    )


def test_avenant_refuses_unsound_values(client, en_vigueur):
    """C-06: the same checks as the draft; nothing written."""
    adresse = f"/conventions/{en_vigueur.reference}/avenants/nouveau/"
    for champ, valeur in (("duree_mois", "0"), ("denonciation_mois", "0"), ("objet_avenant", "")):
        assert client.post(adresse, avenant(en_vigueur) | {champ: valeur}).status_code == 422
    assert not en_vigueur.avenants.exists()


def test_avenant_to_come_waits_for_its_day(en_vigueur, caisse_moselle, monkeypatch):
    """C-06: signed now for later, applied by the job on its day, once."""
    jour = caisse_moselle.jour
    futur = jour + dt.timedelta(days=10)
    suite = avenants.rediger_avenant(
        par=MACHINE,
        convention=en_vigueur,
        objet="Conservation",
        valeurs={"conservation_mois": 9},
        prend_effet_le=futur,
    )
    for signataire in en_vigueur.signataires.all():
        avenants.signer_avenant(par=MACHINE, avenant=suite, signataire=signataire, le=jour)
    assert avenants.appliquer_avenants() == {"appliques": 0}
    assert parametres_au(en_vigueur, futur)["conservation_mois"] == 9
    monkeypatch.setattr("socle.horloge.jour", lambda fuseau, a=None: futur)
    assert avenants.appliquer_avenants() == {"appliques": 1}
    assert avenants.appliquer_avenants() == {"appliques": 0}
    en_vigueur.refresh_from_db()
    assert en_vigueur.conservation_mois == 9
    assert parametres_au(en_vigueur, jour)["conservation_mois"] == 6


def test_end_of_tacit_renewal_fixes_the_term(en_vigueur, caisse_moselle):
    """C-03, C-06: without renewal, the convention ends at its coming échéance; given back, it goes on."""
    part = en_vigueur.participations.get()
    echeance = part.prochaine_echeance(caisse_moselle.jour)
    for valeur, fin in ((False, echeance), (True, None)):
        suite = avenants.rediger_avenant(
            par=MACHINE, convention=en_vigueur, objet="Reconduction", valeurs={"reconduction_tacite": valeur}
        )
        for signataire in en_vigueur.signataires.all():
            avenants.signer_avenant(par=MACHINE, avenant=suite, signataire=signataire, le=caisse_moselle.jour)
        part.refresh_from_db()
        assert part.fin == fin


def test_an_avenant_needs_a_convention_in_force(brouillon):
    """C-06: a draft is changed directly, not by avenant."""
    with pytest.raises(ValidationError, match="n’est plus possible"):
        avenants.rediger_avenant(par=MACHINE, convention=brouillon, objet="X", valeurs={"duree_mois": 24})
    assert Convention.objects.get().avenants.count() == 0
    assert Participation.objects.get().debut is None


def test_what_an_avenant_says(en_vigueur):
    """C-09: it says in words what it changes, and only what an avenant may change."""
    with pytest.raises(ValidationError, match="Dites en une phrase"):
        avenants.rediger_avenant(par=MACHINE, convention=en_vigueur, objet="  ", valeurs={"duree_mois": 24})
    with pytest.raises(TypeError, match="reference"):
        avenants.rediger_avenant(par=MACHINE, convention=en_vigueur, objet="X", valeurs={"reference": "C99"})
    assert not en_vigueur.avenants.exists()


def test_nobody_signs_an_avenant_twice(client, en_vigueur, caisse_moselle):
    """C-06: the second signature of the same person is refused with a sentence; the first day stays."""
    donnees = avenant(en_vigueur) | {"delai_habilitation_jours": "10"}
    assert client.post(f"/conventions/{en_vigueur.reference}/avenants/nouveau/", donnees).status_code == 302
    signataire = en_vigueur.signataires.order_by("pk")[0]
    adresse = f"/conventions/{en_vigueur.reference}/avenants/1/signatures/{signataire.pk}/"
    hier = caisse_moselle.jour - dt.timedelta(days=1)
    assert client.post(adresse, {"le": hier.isoformat()}).status_code == 302
    refus = client.post(adresse, {"le": caisse_moselle.jour.isoformat()})
    assert "a déjà signé ce document" in refus.content.decode()
    assert en_vigueur.avenants.get().signatures.get().signee_le == hier
