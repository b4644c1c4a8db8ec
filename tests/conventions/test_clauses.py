"""The text of a convention: a library of clauses, chosen, adapted and ordered per convention (C-19, C-22)."""

import datetime as dt
import gzip

import pytest
from django.core.management import call_command

from conventions.models.clauses import Clause, VersionDeClause
from conventions.models.conventions import Convention
from conventions.models.suites import Avenant
from socle.models import CourrielSortant
from tests.conventions.aides import champs_de, erreurs, rien_ne_change
from tests.conventions.fabrique import contenu, signer
from tests.conventions.textes import mots, texte_du_pdf


@pytest.fixture
def adresse(brouillon):
    """The page of the clauses of the draft."""
    return f"/conventions/{brouillon.reference}/clauses/"


def pdf(client, convention, piece="convention"):
    """Return what a document says."""
    return texte_du_pdf(client.get(f"/conventions/{convention.reference}/{piece}.pdf").content)


def saisie(client, adresse, **changements):
    """Return what the page of the clauses would send, with these changes; None leaves a box unticked."""
    donnees = champs_de(client.get(adresse)) | changements
    return {nom: valeur for nom, valeur in donnees.items() if valeur is not None}


def dernier(code):
    """Return the last text of a clause, without the words between brackets."""
    return VersionDeClause.objects.filter(clause=code).latest("numero").texte


def test_a_clause_not_held_is_not_printed(client, brouillon, adresse):
    """C-19: a clause ticked is printed under its article, one unticked is printed no more, and nothing else moves."""
    promesse, litiges = mots(dernier("partenaire-ruptures")), mots(dernier("util-litiges"))
    assert promesse not in pdf(client, brouillon)
    assert litiges in pdf(client, brouillon, "utilisation")
    envoi = saisie(client, adresse, **{"retenue_partenaire-ruptures": "on", "retenue_util-litiges": None})
    assert client.post(adresse, envoi).status_code == 302
    assert promesse in pdf(client, brouillon)
    utilisation = pdf(client, brouillon, "utilisation")
    assert litiges not in utilisation
    assert "Différends" not in utilisation


def test_a_document_without_clause_does_not_exist(client, brouillon, adresse):
    """C-19: no clause of an annexe, no annexe: neither on the page nor at its address."""
    ote = {f"retenue_{une.pk}": None for une in Clause.objects.filter(piece="vecteurs-de-contact")}
    assert client.post(adresse, saisie(client, adresse, **ote)).status_code == 302
    page = client.get(f"/conventions/{brouillon.reference}/").content.decode()
    assert "Vecteurs de contact" not in page
    assert client.get(f"/conventions/{brouillon.reference}/vecteurs-de-contact.pdf").status_code == 404


def test_a_clause_is_adapted_and_moved(client, brouillon, adresse):
    """C-19: the parties' own words replace those of the library, at the place that they choose."""
    propre = "Les parties se parlent chaque lundi."
    rang = {une["code"]: place for place, une in enumerate(brouillon.clauses)}
    assert rang["referents"] < rang["suivi-difficultes"]
    envoi = saisie(client, adresse, **{"texte_suivi-difficultes": propre, "place_confidentialite": "1"})
    assert client.post(adresse, envoi).status_code == 302
    texte = pdf(client, brouillon)
    assert propre in texte
    assert mots(dernier("suivi-difficultes")) not in texte
    assert texte.index("Article 1 – Confidentialité") < texte.index("– Objet")
    brouillon.refresh_from_db()
    adaptees = [une["code"] for une in brouillon.clauses if une["texte"]]
    assert adaptees == ["suivi-difficultes"]


def test_an_unknown_word_is_refused(client, brouillon, adresse):
    """C-19: a word between brackets calls the sentence of a rule; one that calls nothing is refused."""
    with rien_ne_change():
        reponse = client.post(adresse, saisie(client, adresse, texte_duree="Elle dure [duree_ans]."))
        assert reponse.status_code == 422
    assert "[duree_ans] n’est le nom d’aucune règle" in reponse.content.decode()


def test_a_signed_text_changes_by_an_avenant(client, en_vigueur):
    """C-06, C-19: an avenant says the clause before and after; the former text stays readable at its date."""
    adresse = f"/conventions/{en_vigueur.reference}/clauses/"
    propre = "Les parties se parlent chaque lundi."
    with rien_ne_change():
        assert "objet_avenant" in erreurs(client.post(adresse, saisie(client, adresse)))
    envoi = saisie(client, adresse, objet_avenant="Un rythme", **{"texte_suivi-difficultes": propre})
    assert client.post(adresse, envoi).status_code == 302
    avenant = Avenant.objects.get(convention=en_vigueur)
    assert set(avenant.changements) == {"clauses"}
    page = client.get(f"/conventions/{en_vigueur.reference}/avenants/1/").content.decode()
    assert "Clause, Suivi de la convention" in page
    assert propre in page
    assert propre not in pdf(client, en_vigueur)
    for signataire in en_vigueur.signataires.all():
        client.post(
            f"/conventions/{en_vigueur.reference}/avenants/1/signatures/{signataire.pk}/",
            {"le": en_vigueur.participations.get().caisse.jour.isoformat()},
        )
    assert propre in pdf(client, en_vigueur)


def test_a_new_version_leaves_what_is_signed(client, en_vigueur):
    """C-06, C-19: the library changes, the convention keeps the version that it took; a new draft takes the last one."""
    ancien = mots(dernier("confidentialite"))
    VersionDeClause.objects.create(
        clause_id="confidentialite", numero=2, texte="Texte d’après.", depuis=en_vigueur.creee_le
    )
    assert ancien in pdf(client, en_vigueur)
    call_command("charger_referentiels", verbosity=0)
    assert mots(dernier("confidentialite")) == ancien
    assert VersionDeClause.objects.filter(clause="confidentialite").count() == 3
    call_command("charger_referentiels", verbosity=0)
    assert VersionDeClause.objects.filter(clause="confidentialite").count() == 3


def test_signed_pdf_says_who_signed_and_when(client, en_vigueur, caisse_moselle):
    """C-22: once signed, the document carries names, dates and its effect instead of empty boxes."""
    le = en_vigueur.participations.get().debut
    texte = pdf(client, en_vigueur)
    assert texte.count("Signée le") == 2
    assert texte.count("Alix Morel") >= 2
    assert "En vigueur depuis le" in texte
    assert caisse_moselle.nom in texte
    assert le < caisse_moselle.jour


def test_a_deliberation_and_its_accuse(client, brouillon, caisse_moselle):
    """C-22: body, number, date, transmission and accusé are printed; before the accusé, the page warns."""
    page = f"/conventions/{brouillon.reference}/"
    assert "Acte pas encore exécutoire" in client.get(page).content.decode()
    acte = {
        "signataire_acte": "délibération",
        "signataire_acte_organe": "conseil d’administration",
        "signataire_acte_numero": "2026-117",
        "signataire_acte_le": "2026-09-01",
        "signataire_acte_transmis_le": "2026-09-03",
        "signataire_accuse_numero": "057-26570-AR",
        "signataire_accuse_le": "2026-09-04",
    }
    envoi = contenu(caisse_moselle, version=str(brouillon.version), **acte)
    assert client.post(f"{page}modifier/", envoi).status_code == 302
    assert "Acte pas encore exécutoire" not in client.get(page).content.decode()
    texte = pdf(client, brouillon)
    for mot in ("délibération n° 2026-117", "conseil d’administration", "04/09/2026", "057-26570-AR"):
        assert mot in texte


def test_signature_warns_before_the_accuse(client, brouillon):
    """C-22: the page of the signature says that the act binds nobody yet."""
    client.post(f"/conventions/{brouillon.reference}/mettre-a-la-signature/")
    partenaire = brouillon.signataires.get(partie="partenaire")
    adresse = f"/conventions/{brouillon.reference}/signatures/convention/{partenaire.pk}/"
    assert "pas encore exécutoire" in client.get(adresse).content.decode()
    caisse = brouillon.signataires.get(partie="caisse")
    autre = client.get(adresse.replace(str(partenaire.pk), str(caisse.pk))).content.decode()
    assert "exécutoire" not in autre
    assert "Numéro de l’acte" not in autre


def test_one_person_signs_for_two_caisses(
    client, administrateur_moselle, brouillon, caisse_moselle, caisse_var
):
    """C-22: one box, one signature, both caisses bound by it."""
    envoi = contenu(caisse_moselle, version=str(brouillon.version), signataire_commun="on")
    envoi["caisses"] = [str(caisse_moselle.pk), str(caisse_var.pk)]
    assert client.post(f"/conventions/{brouillon.reference}/modifier/", envoi).status_code == 302
    signataire = brouillon.signataires.get(partie="caisse")
    assert sorted(signataire.parties) == sorted([caisse_moselle.nom, caisse_var.nom])
    client.post(f"/conventions/{brouillon.reference}/mettre-a-la-signature/")
    brouillon.refresh_from_db()
    assert brouillon.statut == Convention.Statut.A_SIGNER
    signer(client, brouillon)
    assert brouillon.statut == Convention.Statut.EN_VIGUEUR
    assert brouillon.participations.exclude(debut=None).count() == 2


def test_a_third_party_is_a_party(client, brouillon, caisse_moselle):
    """F7: the third party is among the soussignés, names its référents, and is told of the changes (C-01, C-08)."""
    envoi = contenu(
        caisse_moselle,
        version=str(brouillon.version),
        autres_signataires="CARSAT Nord-Est ; partenariats@carsat.example",
    )
    assert client.post(f"/conventions/{brouillon.reference}/modifier/", envoi).status_code == 302
    texte = pdf(client, brouillon)
    assert texte.index("CARSAT Nord-Est") < texte.index("il est convenu")
    client.post(f"/conventions/{brouillon.reference}/mettre-a-la-signature/")
    signer(client, brouillon, le=caisse_moselle.jour - dt.timedelta(days=3))
    CourrielSortant.objects.all().delete()
    referent = {
        "partie": "CARSAT Nord-Est",
        "theme": "Service social",
        "nom": "Alix Morel",
        "fonction": "Service social, responsable",
    }
    adresse = f"/conventions/{brouillon.reference}/referents/nouveau/"
    assert client.post(adresse, referent).status_code == 302
    assert "CARSAT Nord-Est" in pdf(client, brouillon, "referents")
    destinataires = CourrielSortant.objects.values_list("destinataire", flat=True)
    assert "partenariats@carsat.example" in destinataires
    mauvais = contenu(caisse_moselle, autres_signataires="CARSAT ; pas une adresse")
    autre = client.post(f"/conventions/nouvelle/?siret={brouillon.partenaire.siret}", mauvais)
    assert "autres_signataires" in erreurs(autre)


def test_a_text_comes_when_it_is_asked_for(client, brouillon, adresse):
    """C-19: the page tells the library in little; a text is asked for by its button, and nothing typed is lost then."""
    page = client.get(adresse)
    assert len(gzip.compress(page.content, 6)) <= 10_000
    assert "texte_caisse-lettre" not in champs_de(page)
    envoi = saisie(client, adresse, **{"retenue_caisse-lettre": "on", "place_confidentialite": "abc"})
    with rien_ne_change():
        page = client.post(adresse, envoi | {"adapter": "1", "clause": "caisse-lettre"})
    assert page.status_code == 200
    rendus = champs_de(page)
    assert rendus["texte_caisse-lettre"].strip() == dernier("caisse-lettre")
    assert rendus["place_confidentialite"] == "abc"
    assert rendus["retenue_caisse-lettre"] == "on"
    assert "_error" not in page.content.decode()
    propre = "La caisse écrit une lettre par mois."
    rendus |= {"texte_caisse-lettre": propre, "place_confidentialite": "2"}
    # Another text is asked for: this one stays, and so does it when the form is sent.
    rendus = champs_de(client.post(adresse, rendus | {"adapter": "1", "clause": "caisse-themes"}))
    assert rendus["texte_caisse-lettre"].strip() == propre
    assert client.post(adresse, rendus).status_code == 302
    assert propre in pdf(client, brouillon)
    # What the convention has of its own is shown from then on, and nothing else.
    textes = [nom for nom in champs_de(client.get(adresse)) if nom.startswith("texte_")]
    assert textes == ["texte_caisse-lettre"]
    assert client.post(adresse, rendus | {"adapter": "1", "clause": "inconnue"}).status_code == 200
