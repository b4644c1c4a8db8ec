"""A date entered wrongly: corrected or withdrawn with a reason, before its effect or after it (C-23)."""

import datetime as dt
import html

import pytest
import time_machine

from conformite.models.journal import LigneJournal
from conventions import bilans, regles
from conventions.models.conventions import Convention, Participation
from conventions.models.suites import Jalon, Signature
from signalements.models.chiffres import Chiffre
from socle.models import CourrielSortant
from tests.conventions.aides import champs_de, erreurs, lu, rien_ne_change
from tests.conventions.fabrique import SIRET, STRUCTURE, contenu, signer
from tests.distribution import connecte as entrer
from tests.distribution import creer_compte_actif
from tests.signalements.fabrique import deposer


@pytest.fixture
def base(en_vigueur):
    """The page of the convention in force."""
    return f"/conventions/{en_vigueur.reference}/"


def derniere(convention, document="convention"):
    """Return a signature of the document."""
    return convention.signataires.get(partie="partenaire").signatures.get(document=document)


def test_a_wrong_year_the_same_day(client, brouillon, caisse_moselle):
    """C-23: signed by one side only, the date is put right; nothing was in force."""
    client.post(f"/conventions/{brouillon.reference}/mettre-a-la-signature/")
    signataire = brouillon.signataires.get(partie="partenaire")
    fausse = regles.plus_mois(caisse_moselle.jour, -12)
    adresse = f"/conventions/{brouillon.reference}/signatures/convention/{signataire.pk}/"
    client.post(adresse, {"nom": "Alix Morel", "le": fausse.isoformat()})
    corriger = f"/conventions/{brouillon.reference}/corrections/signatures/{signataire.signatures.get().pk}/"
    with rien_ne_change():
        assert set(erreurs(client.post(corriger, {"le": caisse_moselle.jour.isoformat()}))) == {"raison"}
    envoi = {"le": caisse_moselle.jour.isoformat(), **lu(brouillon), "raison": "Une année de trop."}
    assert client.post(corriger, envoi).status_code == 302
    assert signataire.signatures.get().signee_le == caisse_moselle.jour
    assert not Participation.objects.exclude(debut=None).filter(convention=brouillon).exists()
    assert Jalon.objects.get(convention=brouillon, nature="correction").commentaire == "Une année de trop."


def test_a_wrong_year_found_three_months_later(client, en_vigueur, base, caisse_moselle):
    """C-23: start and échéances move, the terms of what was filed do not; the history says both dates; both are told."""
    part = en_vigueur.participations.get()
    avant, vrai = part.debut, part.debut - dt.timedelta(days=60)
    echeance = part.prochaine_echeance(caisse_moselle.jour)
    CourrielSortant.objects.all().delete()
    for signataire in en_vigueur.signataires.all():
        corriger = f"{base}corrections/signatures/{signataire.signatures.get(document='convention').pk}/"
        envoi = {"le": vrai.isoformat(), **lu(en_vigueur), "raison": "Le mois était faux."}
        assert client.post(corriger, envoi).status_code == 302
    part.refresh_from_db()
    assert part.debut == vrai
    # The convention d’utilisation was signed the day that its own signatures say, the same as the convention’s.
    assert part.prochaine_echeance(caisse_moselle.jour) == regles.plus_mois(vrai, 12) != echeance
    page = client.get(base).content.decode()
    assert f"En vigueur depuis le {vrai:%d/%m/%Y} au lieu du {avant:%d/%m/%Y}" in page
    assert Jalon.objects.get(convention=en_vigueur, nature="en-vigueur").jour == vrai
    lignes = LigneJournal.objects.filter(acte="convention.corriger")
    assert {ligne.details["quoi"] for ligne in lignes} == {"signature"}
    assert CourrielSortant.objects.filter(gabarit="conventions/correction").exists()


def une_annee_trop_tot(client, caisse, signee):
    """Return a convention of three years, signed on a day of the year before, with a demande filed and a bilan begun."""
    envoi = contenu(caisse, duree_mois="36", denonciation_mois="3") | STRUCTURE
    client.post(f"/conventions/nouvelle/?siret={SIRET}", envoi)
    convention = Convention.objects.get(partenaire__siret=SIRET)
    base = f"/conventions/{convention.reference}/"
    client.post(f"{base}mettre-a-la-signature/")
    signer(client, convention, le=regles.plus_mois(signee, -12))
    signer(client, convention, "utilisation", le=regles.plus_mois(signee, -12))
    technicien = creer_compte_actif("tess.thionville", "technicien", partenaire=convention.partenaire)
    client.post(f"{base}bilans/1/part/", {"texte": "Une année qui n’a pas été.", "version": "1"})
    return convention, deposer(technicien)


@pytest.mark.parametrize("mois", [0, 3], ids=["same-day", "three-months-later"])
def test_a_wrong_year_of_the_last_signature(client, caisse_moselle, administrateur_moselle, mois):
    """C-03, C-11, C-23, T-01: start, échéance, years of the bilan and history move; what was filed and told stays."""
    signee = caisse_moselle.jour
    fausse = regles.plus_mois(signee, -12)
    convention, demande = une_annee_trop_tot(client, caisse_moselle, signee)
    base = f"/conventions/{convention.reference}/"
    lignes = LigneJournal.objects.filter(reference=convention.reference).order_by("pk")
    dites = list(lignes.values())
    midi = dt.datetime.combine(regles.plus_mois(signee, mois), dt.time(12), tzinfo=dt.UTC)
    with time_machine.travel(midi, tick=False):
        client = entrer(administrateur_moselle)
        for document in ("convention", "utilisation"):
            for une in Signature.objects.filter(signataire__convention=convention, document=document):
                corriger = f"{base}corrections/signatures/{une.pk}/"
                corrigee = champs_de(client.get(corriger)) | {
                    "le": signee.isoformat(),
                    "raison": "Mauvaise année.",
                }
                assert client.post(corriger, corrigee).status_code == 302
        part = convention.participations.get()
        convention.refresh_from_db()
        # What moves
        assert (part.debut, part.utilisation_debut) == (signee, signee)
        assert part.prochaine_echeance(caisse_moselle.jour) == regles.plus_mois(signee, 36)
        assert [une.rang for une in bilans.annees(convention, caisse_moselle.jour)] == [1]
        assert client.get(f"{base}bilans/2/").status_code == 404
        natures = ("signature", "en-vigueur", "utilisation-en-vigueur")
        assert {un.jour for un in Jalon.objects.filter(convention=convention, nature__in=natures)} == {signee}
        # What stays: the state, what was filed, its term, the figures of its month.
        terme, depose = demande.terme_le, demande.deposee_le
        demande.refresh_from_db()
        assert (demande.terme_le, demande.deposee_le) == (terme, depose)
        assert convention.statut == Convention.Statut.EN_VIGUEUR
        assert Chiffre.objects.get(convention=convention, dimension="recue").nombre == 1
        page = html.unescape(client.get(base).content.decode())
        assert f"En vigueur depuis le {signee:%d/%m/%Y} au lieu du {fausse:%d/%m/%Y}" in page
        assert f"Le bilan commencé au {fausse.replace(day=1):%d/%m/%Y} n’est plus" in page
        assert page.count("Mauvaise année.") == 4
    # The journal keeps what it said, and says that it was corrected, by whom, four times.
    assert list(lignes.values())[: len(dites)] == dites
    neuves = [un for un in lignes[len(dites) :] if un.acte == "convention.corriger"]
    assert [(un.compte, un.details["quoi"]) for un in neuves] == [
        (administrateur_moselle.pk, "signature")
    ] * 4


def test_not_after_what_was_done_since(client, en_vigueur, base, caisse_moselle):
    """C-23: a start after a letter of denunciation is refused, and nothing moves."""
    lettre = caisse_moselle.jour - dt.timedelta(days=30)
    client.post(
        f"{base}caisses/moselle/denoncer/",
        {"qui": "caisse", "lettre_du": lettre.isoformat(), "bonne_fin_jours": "0"},
    )
    corriger = f"{base}corrections/signatures/{derniere(en_vigueur).pk}/"
    envoi = {"le": caisse_moselle.jour.isoformat(), **lu(en_vigueur), "raison": "Erreur."}
    with rien_ne_change():
        assert "le" in erreurs(client.post(corriger, envoi))


def test_a_denunciation_is_withdrawn(client, en_vigueur, base, caisse_moselle):
    """C-23: before its effect, the convention goes on as if nothing had been entered, and the history says what was."""
    jour = caisse_moselle.jour.isoformat()
    client.post(
        f"{base}caisses/moselle/denoncer/", {"qui": "caisse", "lettre_du": jour, "bonne_fin_jours": "10"}
    )
    fin = en_vigueur.participations.get().fin
    adresse = f"{base}caisses/moselle/corrections/denonciation/"
    assert (
        client.post(adresse, {"lettre_du": "", **lu(en_vigueur), "raison": "Mauvaise structure."}).status_code
        == 302
    )
    part = en_vigueur.participations.get()
    assert (part.fin, part.fin_cause, part.denoncee_le, part.bonne_fin_jusqu_au) == (None, "", None, None)
    en_vigueur.refresh_from_db()
    assert en_vigueur.statut == Convention.Statut.EN_VIGUEUR
    assert f"La fin du {fin:%d/%m/%Y} est annulée" in client.get(base).content.decode()
    with rien_ne_change():
        assert (
            client.post(adresse, {"lettre_du": "", **lu(en_vigueur), "raison": "Encore."}).status_code == 409
        )


def test_a_letter_dated_again(client, en_vigueur, base, caisse_moselle):
    """C-04, C-23: the effect is counted again from the true date of the letter."""
    jour, vrai = caisse_moselle.jour, caisse_moselle.jour - dt.timedelta(days=20)
    client.post(
        f"{base}caisses/moselle/denoncer/",
        {"qui": "caisse", "lettre_du": jour.isoformat(), "bonne_fin_jours": "0"},
    )
    adresse = f"{base}caisses/moselle/corrections/denonciation/"
    assert (
        client.post(
            adresse, {"lettre_du": vrai.isoformat(), **lu(en_vigueur), "raison": "Cachet."}
        ).status_code
        == 302
    )
    part = en_vigueur.participations.get()
    assert part.denoncee_le == vrai
    assert Jalon.objects.get(convention=en_vigueur, nature="denonciation").jour == vrai


def test_a_formal_notice_dated_again(client, en_vigueur, base, caisse_moselle):
    """C-05, C-23: the delay counts from the true sending."""
    jour, vrai = caisse_moselle.jour, caisse_moselle.jour - dt.timedelta(days=9)
    mise = {
        "document": "convention",
        "qui": "caisse",
        "manquement": "Silence.",
        "envoyee_le": jour.isoformat(),
    }
    client.post(f"{base}caisses/moselle/mettre-en-demeure/", mise)
    ligne = en_vigueur.participations.get().mises_en_demeure.get()
    avant = ligne.resiliable_des
    adresse = f"{base}caisses/moselle/mises-en-demeure/{ligne.pk}/corriger/"
    envoi = {"envoyee_le": vrai.isoformat(), **lu(en_vigueur), "raison": "Cachet de la poste."}
    assert client.post(adresse, envoi).status_code == 302
    ligne.refresh_from_db()
    assert avant - ligne.resiliable_des == dt.timedelta(days=9)


def test_nobody_signs_what_opens_nothing(client, brouillon, caisse_moselle):
    """C-23: nothing open, no signature; an exchange of files opens none of the portal's services, and is signed."""
    envoi = contenu(caisse_moselle, version=str(brouillon.version), motifs_difficulte=[])
    client.post(f"/conventions/{brouillon.reference}/modifier/", envoi)
    with rien_ne_change():
        reponse = client.post(f"/conventions/{brouillon.reference}/mettre-a-la-signature/", follow=True)
        assert "choisissez au moins un motif" in reponse.content.decode()
    fichiers = contenu(caisse_moselle, objet="echange-fichiers", motifs_difficulte=[])
    client.post(f"/conventions/nouvelle/?siret={brouillon.partenaire.siret}", fichiers)
    echange = Convention.objects.get(objet="echange-fichiers")
    client.post(f"/conventions/{echange.reference}/mettre-a-la-signature/")
    echange.refresh_from_db()
    assert echange.statut == Convention.Statut.A_SIGNER


def test_everything_is_opened_in_one_tick(client, brouillon, caisse_moselle):
    """C-09, C-23: « tout ouvrir » opens every motif of its service, and of no other."""
    envoi = contenu(caisse_moselle, version=str(brouillon.version), motifs_difficulte=["tout"])
    assert client.post(f"/conventions/{brouillon.reference}/modifier/", envoi).status_code == 302
    motifs = brouillon.participations.get().motifs.all()
    assert {motif.service_id for motif in motifs} == {"difficulte"}
    assert motifs.count() > 2


def test_a_draft_starts_from_a_convention(client, en_vigueur, base, caisse_moselle):
    """C-15, C-23: what it replaces, its rules, motifs and clauses are there; the signatures are not."""
    adresse = f"/conventions/nouvelle/?siret={en_vigueur.partenaire.siret}&depuis={en_vigueur.reference}"
    page = client.get(adresse).content.decode()
    assert f'value="{en_vigueur.reference}"' in page
    form = client.get(adresse).context["form"]
    assert form.initial["motifs_difficulte"] == ["saisine-mas", "urgence"]
    assert form.initial["mise_en_demeure_jours"] == 15
    assert client.post(adresse, contenu(caisse_moselle, remplace=en_vigueur.reference)).status_code == 302
    nouvelle = Convention.objects.get(remplace=en_vigueur)
    assert nouvelle.clauses == en_vigueur.clauses


def test_a_model_of_the_caisse_serves_another_structure(client, en_vigueur, base, administrateur_var, metz):
    """C-23: marked, a convention is offered to the next drafts of its caisse, not to those of another."""
    assert client.post(f"{base}modele/", {"modele": "oui"}).status_code == 302
    assert en_vigueur.reference in client.get("/conventions/nouvelle/").content.decode()
    assert (
        en_vigueur.reference not in entrer(administrateur_var).get("/conventions/nouvelle/").content.decode()
    )
    form = client.get(f"/conventions/nouvelle/?siret={metz.siret}&depuis={en_vigueur.reference}").context[
        "form"
    ]
    assert form.initial["remplace"] == ""
    assert form.initial["motifs_difficulte"] == ["saisine-mas", "urgence"]
    client.post(f"{base}modele/")
    assert en_vigueur.reference not in client.get("/conventions/nouvelle/").content.decode()


def test_the_utilisation_follows_only_its_own_signatures(client, en_vigueur, base, caisse_moselle):
    """C-07, C-23: its date is corrected apart, never before the convention."""
    part = en_vigueur.participations.get()
    corriger = f"{base}corrections/signatures/{derniere(en_vigueur, 'utilisation').pk}/"
    apres = part.debut + dt.timedelta(days=5)
    assert (
        client.post(corriger, {"le": apres.isoformat(), **lu(en_vigueur), "raison": "Erreur."}).status_code
        == 302
    )
    part.refresh_from_db()
    assert part.utilisation_debut == apres
