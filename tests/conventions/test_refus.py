"""What is refused: a clear French sentence beside the field, and nothing changed (C-01 to C-18, A-21)."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from conventions.models.conventions import Convention, Participation
from conventions.models.suites import Document, MiseEnDemeure
from socle import horloge
from tests.conventions.aides import erreurs, rien_ne_change
from tests.conventions.fabrique import SIRET, STRUCTURE, contenu
from tests.distribution import connecte, creer_convention


def _envoyer(client, adresse, donnees, champ):
    """Post what must be refused; return the sentence beside the field."""
    with rien_ne_change():
        return erreurs(client.post(adresse, donnees))[champ]


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("duree_mois", "0", "Indiquez un nombre de 1 à 120."),
        ("duree_mois", "douze", "Indiquez un nombre entier."),
        ("denonciation_mois", "0", "Indiquez le préavis, en mois."),
        ("denonciation_mois", "13", "Le préavis ne peut dépasser la durée de la convention."),
        ("gestionnaires_10", "-1", "Indiquez un nombre de 1 à 500."),
        ("techniciens_plus", "-25", "Indiquez un nombre de 1 à 500."),
        ("bonne_fin_jours", "31", "Indiquez un nombre de 0 à 30."),
        ("bonne_fin_jours", "-1", "Indiquez un nombre de 0 à 30."),
        ("conservation_mois", "24", "Indiquez un nombre de 1 à 12."),
        ("notification_violation_heures", "0", "Indiquez un nombre de 1 à 72."),
        ("caisses", [], "Ce champ est obligatoire."),
        ("remplace", "C99-0000-0000", "Aucune convention de votre caisse ne porte cette référence."),
        ("signataire_acte_le", "29/02/2023", "Indiquez une date qui existe, sous la forme jour/mois/année."),
        ("structure-membres", "0", "Indiquez un nombre de 1 à 100000."),
        ("structure-membres", "-3", "Indiquez un nombre de 1 à 100000."),
        ("structure-domaines", "gmail.com", "messagerie grand public"),
        ("structure-domaines", "pas un domaine", "n’est pas un domaine de messagerie."),
    ],
)
def test_a_bad_value_in_the_draft(client, caisse_moselle, champ, valeur, phrase):
    """C-02, C-13, C-16, Q-01, A-03: the sentence stands beside its field, neither convention nor structure is made."""
    donnees = contenu(caisse_moselle) | STRUCTURE | {champ: valeur}
    assert phrase in _envoyer(client, f"/conventions/nouvelle/?siret={SIRET}", donnees, champ)


def test_falling_quota(client, caisse_moselle):
    """Q-01: a larger structure cannot have fewer accounts."""
    donnees = contenu(caisse_moselle, gestionnaires_25="1") | STRUCTURE
    phrase = _envoyer(client, f"/conventions/nouvelle/?siret={SIRET}", donnees, "gestionnaires_10")
    assert phrase == "Une structure plus grande ne peut avoir moins de comptes."


@pytest.mark.parametrize(
    ("siret", "phrase"),
    [
        ("123", "Un SIRET compte 14 chiffres."),
        ("90068001800019", "Ce SIRET n’existe pas : sa clé de contrôle est fausse."),
        ("9006800180001O", "Un SIRET compte 14 chiffres."),
    ],
)
def test_a_wrong_siret(client, siret, phrase):
    """A-21: refused beside its field, at the first step and where a convention is already being written."""
    with rien_ne_change():
        assert erreurs(client.get("/conventions/nouvelle/", {"siret": siret}))["siret"] == phrase
        reponse = client.post(f"/conventions/nouvelle/?siret={siret}", STRUCTURE)
        assert erreurs(reponse)["siret"] == phrase


def test_inverted_dates(client, en_vigueur, caisse_moselle):
    """C-01, C-04, C-05, C-06, C-07: a letter received before it was sent, signed tomorrow, older than what it ends."""
    base = f"/conventions/{en_vigueur.reference}/"
    part = f"{base}caisses/moselle/"
    jour = caisse_moselle.jour
    debut = en_vigueur.participations.get().debut
    veille, demain = (debut - dt.timedelta(days=1)).isoformat(), (jour + dt.timedelta(days=1)).isoformat()
    lettre = {"document": "convention", "qui": "caisse", "manquement": "Comptes prêtés."}
    avant_hier, hier = ((jour - dt.timedelta(days=n)).isoformat() for n in (2, 1))
    inversees = lettre | {"envoyee_le": hier, "recue_le": avant_hier}
    assert (
        _envoyer(client, part + "mettre-en-demeure/", inversees, "recue_le")
        == "Une lettre ne peut être reçue avant d’être envoyée."
    )
    tot = _envoyer(client, part + "mettre-en-demeure/", lettre | {"envoyee_le": veille}, "envoyee_le")
    assert tot == f"Ce document n’est en vigueur que depuis le {debut:%d/%m/%Y}."
    a_venir = _envoyer(client, part + "mettre-en-demeure/", lettre | {"envoyee_le": demain}, "envoyee_le")
    assert a_venir == "Cette date est à venir : indiquez celle de la lettre."
    denonciation = {"qui": "caisse", "lettre_du": veille, "bonne_fin_jours": "0"}
    assert (
        _envoyer(client, part + "denoncer/", denonciation, "lettre_du")
        == f"La convention n’est en vigueur que depuis le {debut:%d/%m/%Y}."
    )
    bonne_fin = denonciation | {"lettre_du": jour.isoformat(), "bonne_fin_jours": "-1"}
    assert (
        _envoyer(client, part + "denoncer/", bonne_fin, "bonne_fin_jours") == "Indiquez un nombre de 0 à 30."
    )


def test_dates_of_the_signatures(client, brouillon, caisse_moselle):
    """C-01: nobody signs tomorrow, nor twice."""
    client.post(f"/conventions/{brouillon.reference}/mettre-a-la-signature/")
    premier = brouillon.signataires.order_by("ordre")[0]
    adresse = f"/conventions/{brouillon.reference}/signatures/convention/{premier.pk}/"
    demain = (caisse_moselle.jour + dt.timedelta(days=1)).isoformat()
    phrase = _envoyer(client, adresse, {"nom": "Alix Morel", "le": demain}, "le")
    assert phrase == "La date de signature ne peut être à venir."
    signature = {"nom": "Alix Morel", "le": caisse_moselle.jour.isoformat()}
    assert client.post(adresse, signature).status_code == 302
    with rien_ne_change():
        reponse = client.post(adresse, signature)
        assert reponse.status_code == 409
        assert "Cette personne a déjà signé ce document." in reponse.content.decode()


def test_no_pdf(client, en_vigueur):
    """C-01, C-05: what is called PDF and is none is not kept."""
    faux = SimpleUploadedFile("convention.pdf", b"ceci n'est pas un PDF", "application/pdf")
    adresse = f"/conventions/{en_vigueur.reference}/preuves/nouvelle/"
    phrase = _envoyer(client, adresse, {"nature": "convention", "fichiers": faux}, "fichiers")
    assert "convention.pdf" in phrase and "Enregistrez-le en PDF" in phrase
    assert (
        _envoyer(client, adresse, {"nature": "convention"}, "fichiers") == "Choisissez au moins un fichier."
    )


def test_two_in_force_for_the_same_object(client, brouillon, caisse_moselle):
    """C-01, C-15: refused on the page, and by the database itself; another object is another matter."""
    creer_convention(brouillon.partenaire, caisse_moselle)
    client.post(f"/conventions/{brouillon.reference}/mettre-a-la-signature/")
    *premiers, dernier = brouillon.signataires.order_by("ordre")
    signature = {"nom": "Alix Morel", "le": caisse_moselle.jour.isoformat()}
    base = f"/conventions/{brouillon.reference}/signatures/convention/"
    for signataire in premiers:
        assert client.post(f"{base}{signataire.pk}/", signature).status_code == 302
    with rien_ne_change():
        reponse = client.post(f"{base}{dernier.pk}/", signature)
        assert reponse.status_code == 422
        assert (
            "Une convention de même objet est déjà en vigueur entre cette structure et CPAM de Moselle"
            in (reponse.content.decode())
        )
        part = brouillon.participations.get()
        with pytest.raises(IntegrityError, match="participation_une_seule_en_vigueur"), transaction.atomic():
            Participation.objects.filter(pk=part.pk).update(debut=caisse_moselle.jour)
    Convention.objects.filter(pk=brouillon.pk).update(objet="echange-fichiers")
    Participation.objects.filter(pk=part.pk).update(objet="echange-fichiers")
    assert client.post(f"{base}{dernier.pk}/", signature).status_code == 302
    brouillon.refresh_from_db()
    assert brouillon.statut == Convention.Statut.EN_VIGUEUR


def test_what_is_to_come_is_not_recorded(client, en_vigueur, caisse_moselle):
    """C-03, C-18: neither an evaluation nor an agreement dated tomorrow."""
    demain = (caisse_moselle.jour + dt.timedelta(days=1)).isoformat()
    base = f"/conventions/{en_vigueur.reference}/"
    accord = {"prestataire": "Infogérance du Rhin", "objet": "Sauvegardes", "agreee_le": demain}
    assert (
        _envoyer(client, base + "sous-traitances/nouvelle/", accord, "agreee_le")
        == "L’accord ne peut être daté d’un jour à venir."
    )
    assert (
        _envoyer(client, base + "evaluation/", {"le": demain}, "le")
        == "L’évaluation ne peut être datée d’un jour à venir."
    )


def test_a_part_that_has_ended_is_left_alone(
    client, en_vigueur, caisse_moselle, caisse_var, administrateur_moselle
):
    """C-01, C-05: one caisse's part ended: no act brings it back while the other one goes on."""
    part = en_vigueur.participations.get()
    Participation.objects.create(
        convention=en_vigueur,
        caisse=caisse_var,
        partenaire=en_vigueur.partenaire,
        objet=part.objet,
        debut=part.debut,
    )
    mise = MiseEnDemeure.objects.create(
        participation=part, document=Document.CONVENTION, manquement="Silence.",
        envoyee_le=part.debut, delai_jours=15, creee_le=horloge.maintenant(),
    )  # fmt: skip
    hier = caisse_moselle.jour - dt.timedelta(days=1)
    Participation.objects.filter(pk=part.pk).update(fin=hier, fin_cause="denonciation")
    base = f"/conventions/{en_vigueur.reference}/caisses/moselle/"
    jour = caisse_moselle.jour.isoformat()
    actes = {
        "denoncer/": {"qui": "caisse", "lettre_du": jour, "bonne_fin_jours": "0"},
        "mettre-en-demeure/": {
            "document": "utilisation",
            "qui": "caisse",
            "manquement": "X",
            "envoyee_le": jour,
        },
        f"mises-en-demeure/{mise.pk}/resilier/": {"le": jour, "raison": "Silence.", "bonne_fin_jours": "0"},
        "suspendre/": {"raison": "Silence."},
    }
    for acte, donnees in actes.items():
        with rien_ne_change():
            reponse = client.post(base + acte, donnees)
            assert reponse.status_code == 409, acte
            assert f"Cette convention a pris fin le {hier:%d/%m/%Y}" in reponse.content.decode()


PERSONNES = (
    "technicien_metz",
    "gestionnaire_metz",
    "agent_moselle",
    "superviseur_moselle",
    "dpo_moselle",
    "national",
)


@pytest.mark.parametrize("personne", PERSONNES)
def test_nobody_else_conducts(request, personne, metz, caisse_moselle):
    """C-01 to C-18, A-21: the partner, the other people of the caisse and the national one change nothing."""
    reference = metz.conventions.get().reference
    jour = caisse_moselle.jour.isoformat()
    base, part = f"/conventions/{reference}/", f"/conventions/{reference}/caisses/moselle/"
    actes = {
        part + "denoncer/": {"qui": "caisse", "lettre_du": jour, "bonne_fin_jours": "0"},
        part + "mettre-en-demeure/": {
            "document": "utilisation",
            "qui": "caisse",
            "manquement": "X",
            "envoyee_le": jour,
        },
        part + "suspendre/": {"raison": "Silence."},
        part + "code/renouveler/": {},
        base + "avenants/nouveau/": {"objet_avenant": "X"},
        base + "referents/nouveau/": {"partie": "partenaire", "theme": "X", "nom": "X", "fonction": "X"},
        base + "sous-traitances/nouvelle/": {"prestataire": "X", "objet": "X", "agreee_le": jour},
        base + "suivi/": {"nature": "comite", "jour": jour},
        base + "evaluation/": {"le": jour},
        base + "modifier/": contenu(caisse_moselle),
        base + "mettre-a-la-signature/": {},
        base + "renvoyer/": {"commentaire": "X"},
        "/conventions/nouvelle/?siret=90057001100016": contenu(caisse_moselle),
        f"/partenaires/{metz.siret}/modifier/": {"membres": "3"},
        "/caisse/moselle/poles/nouveau/": {"libelle": "X"},
    }
    client = connecte(request.getfixturevalue(personne))
    # Nothing of a caisse itself is in the perimeter of a structure.
    hors_de_vue = {"/caisse/moselle/poles/nouveau/"} if personne.endswith("_metz") else set()
    # What the structure says and keeps itself (C-20)
    siens = (
        {f"{base}{acte}/" for acte in ("referents/nouveau", "suivi", "evaluation")}
        | {f"/partenaires/{metz.siret}/modifier/"}
        if personne == "gestionnaire_metz"
        else set()
    )
    with rien_ne_change():
        for adresse, donnees in actes.items():
            if adresse in siens:
                continue
            attendu = 404 if adresse in hors_de_vue else 403
            assert client.post(adresse, donnees).status_code == attendu, adresse
