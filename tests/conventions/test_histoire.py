"""A convention from the SIRET to its end, through the pages, with what is refused on the way."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from caisses.models import Motif
from conformite.models.journal import LigneJournal
from conventions.actions import fins, preuves, rappels
from conventions.actions.preuves import fin_des_preuves
from conventions.models.conventions import Convention, Participation
from conventions.models.partenaires import Partenaire
from socle.acteurs import MACHINE
from socle.models import CourrielSortant
from tests.conventions.aides import champs_de, erreurs, rien_ne_change
from tests.conventions.fabrique import SIRET, STRUCTURE, contenu, signer
from tests.distribution import MOT_DE_PASSE, creer_convention, creer_partenaire


def test_from_siret_to_signature(client, brouillon, caisse_moselle):
    """C-01, C-07, C-13, A-21: SIRET → partenaire → convention → signatures → in force → portal opened."""
    assert brouillon.statut == Convention.Statut.BROUILLON
    assert Partenaire.objects.get(siret=SIRET).domaines == ["ccas-thionville.example"]
    client.post(f"/conventions/{brouillon.reference}/mettre-a-la-signature/")
    brouillon.refresh_from_db()
    assert brouillon.statut == Convention.Statut.A_SIGNER
    signer(client, brouillon)
    assert brouillon.statut == Convention.Statut.EN_VIGUEUR
    part = brouillon.participations.get()
    assert part.debut == caisse_moselle.jour
    assert not Participation.objects.ouvrant_le_portail().filter(pk=part.pk).exists()
    signer(client, brouillon, "utilisation")
    assert Participation.objects.ouvrant_le_portail().filter(pk=part.pk).exists()
    actes = (
        LigneJournal.objects.filter(reference=brouillon.reference)
        .order_by("pk")
        .values_list("acte", flat=True)
    )
    assert {"convention.rediger", "convention.signer", "convention.en_vigueur"} <= set(actes)


def test_twelve_months_unless_it_says_otherwise(client, caisse_moselle):
    """C-02: the form proposes twelve months, the convention lasts what was agreed."""
    adresse = f"/conventions/nouvelle/?siret={SIRET}"
    propose = client.get(adresse).context["form"]["duree_mois"].value()
    assert propose == 12
    client.post(adresse, contenu(caisse_moselle, duree_mois=str(propose)) | STRUCTURE)
    convention = Convention.objects.get(partenaire__siret=SIRET)
    assert convention.duree_mois == 12
    page = f"/conventions/{convention.reference}/"
    client.post(f"{page}modifier/", contenu(caisse_moselle, duree_mois="36", version=str(convention.version)))
    assert "pour une durée de 36\xa0mois" in client.get(page).content.decode()


def test_in_force_from_the_last_signature(client, brouillon, caisse_moselle):
    """C-01: two signatures on two days, in force from the later one."""
    client.post(f"/conventions/{brouillon.reference}/mettre-a-la-signature/")
    tot, tard = caisse_moselle.jour - dt.timedelta(days=9), caisse_moselle.jour - dt.timedelta(days=2)
    for signataire, le in zip(brouillon.signataires.order_by("ordre"), (tard, tot), strict=True):
        client.post(
            f"/conventions/{brouillon.reference}/signatures/convention/{signataire.pk}/",
            {"nom": "Alix Morel", "le": le.isoformat()},
        )
    assert brouillon.participations.get().debut == tard


def test_utilisation_not_before_the_convention(client, brouillon, caisse_moselle):
    """C-07: the métier convention is signed first."""
    signataire = brouillon.signataires.first()
    adresse = f"/conventions/{brouillon.reference}/signatures/utilisation/{signataire.pk}/"
    client.post(f"/conventions/{brouillon.reference}/mettre-a-la-signature/")
    reponse = client.post(adresse, {"nom": "Alix Morel", "le": caisse_moselle.jour.isoformat()})
    assert reponse.status_code == 409
    assert "cet acte n’est plus possible" in reponse.content.decode()
    signer(client, brouillon)
    avant = caisse_moselle.jour - dt.timedelta(days=1)
    reponse = client.post(adresse, {"nom": "Alix Morel", "le": avant.isoformat()})
    assert "La convention est signée la première" in reponse.content.decode()
    assert brouillon.participations.get().utilisation_debut is None


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("public", "texte\u202einversé", "caractère invisible"),
        ("public", "Madame Durand, 2 85 03 57 463 002 12", "sécurité sociale"),
        ("signataire_nom", "Durand 2 85 03 57 463 002 12", "sécurité sociale"),
        ("motifs_difficulte", ["inconnu"], "Sélectionnez un choix valide"),
        ("documents_par_portail", "on", "écrivez la raison de cette habilitation"),
    ],
)
def test_bad_input(client, caisse_moselle, champ, valeur, phrase):
    """C-09, C-10: what the form cannot mean; nothing written."""
    donnees = contenu(caisse_moselle) | STRUCTURE | {champ: valeur}
    with rien_ne_change():
        reponse = client.post(f"/conventions/nouvelle/?siret={SIRET}", donnees)
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()


def test_refused_draft_leaves_no_structure(client, caisse_moselle):
    """A refused convention does not leave the structure behind."""
    donnees = contenu(caisse_moselle, denonciation_mois="0") | STRUCTURE
    assert client.post(f"/conventions/nouvelle/?siret={SIRET}", donnees).status_code == 422
    assert not Partenaire.objects.filter(siret=SIRET).exists()


def test_other_caisse_only_is_refused(client, caisse_moselle, caisse_var):
    """C-01: an administrateur drafts with at least one of his own caisses."""
    reponse = client.post(f"/conventions/nouvelle/?siret={SIRET}", contenu(caisse_var) | STRUCTURE)
    assert "Cochez au moins une caisse que vous administrez." in reponse.content.decode()
    assert not Convention.objects.exists()


def test_sent_back_needs_a_comment(client, brouillon):
    """Sent back with a compulsory comment; the signatures fall, the comment stays in the history."""
    client.post(f"/conventions/{brouillon.reference}/mettre-a-la-signature/")
    adresse = f"/conventions/{brouillon.reference}/renvoyer/"
    assert client.post(adresse, {"commentaire": "  "}).status_code == 422
    brouillon.refresh_from_db()
    assert brouillon.statut == Convention.Statut.A_SIGNER
    client.post(adresse, {"commentaire": "Le préavis n’est pas le bon."})
    brouillon.refresh_from_db()
    assert brouillon.statut == Convention.Statut.BROUILLON
    page = client.get(f"/conventions/{brouillon.reference}/").content.decode()
    assert "Le préavis n’est pas le bon." in page


def test_second_administrateur_is_told(client, brouillon, caisse_moselle):
    """Two administrateurs on one draft: the second is told, its text is kept, nothing is overwritten."""
    adresse = f"/conventions/{brouillon.reference}/modifier/"
    assert client.get(adresse).status_code == 200
    premier = contenu(caisse_moselle, version=str(brouillon.version), public="Premier texte")
    assert client.post(adresse, premier).status_code == 302
    second = contenu(caisse_moselle, version=str(brouillon.version), public="Second texte")
    reponse = client.post(adresse, second)
    assert reponse.status_code == 422
    page = reponse.content.decode()
    assert "Une autre personne a modifié cette convention" in page
    assert "Second texte" in page
    brouillon.refresh_from_db()
    assert brouillon.public == "Premier texte"


def test_replacement_without_gap(client, en_vigueur, caisse_moselle):
    """C-15: the new one ends the former on its last signature; the portal stays open; lost motifs are listed before."""
    donnees = contenu(caisse_moselle, remplace=en_vigueur.reference, motifs_difficulte=["urgence"])
    client.post(f"/conventions/nouvelle/?siret={SIRET}", donnees)
    nouvelle = Convention.objects.exclude(pk=en_vigueur.pk).get()
    page = client.get(f"/conventions/{nouvelle.reference}/").content.decode()
    assert "Motifs que la nouvelle convention n’ouvre plus" in page
    assert Motif.objects.get(pk="saisine-mas").libelle in page
    client.post(f"/conventions/{nouvelle.reference}/mettre-a-la-signature/")
    signer(client, nouvelle)
    en_vigueur.refresh_from_db()
    assert en_vigueur.statut == Convention.Statut.REMPLACEE
    ancienne, part = en_vigueur.participations.get(), nouvelle.participations.get()
    assert ancienne.fin == part.debut == part.utilisation_debut == caisse_moselle.jour
    assert list(Participation.objects.ouvrant_le_portail()) == [part]


def test_replacement_carries_the_code_and_a_suspension(client, en_vigueur, caisse_moselle):
    """C-12, C-15, A-16: a new text neither takes the code back nor opens again what the caisse had suspended."""
    base = f"/conventions/{en_vigueur.reference}/caisses/moselle/"
    code = client.post(f"{base}code/renouveler/").context["code"]
    assert client.post(f"{base}suspendre/", {"raison": "Identifiants partagés."}).status_code == 302
    donnees = contenu(caisse_moselle, remplace=en_vigueur.reference)
    client.post(f"/conventions/nouvelle/?siret={SIRET}", donnees)
    nouvelle = Convention.objects.exclude(pk=en_vigueur.pk).get()
    client.post(f"/conventions/{nouvelle.reference}/mettre-a-la-signature/")
    signer(client, nouvelle)
    assert not Participation.objects.ouvrant_le_portail().exists()
    page = client.get(f"/conventions/{nouvelle.reference}/").content.decode()
    assert "Identifiants partagés." in page
    appelant = client.post("/appelant/", {"siret": SIRET, "code": code}).content.decode()
    assert "code confidentiel vérifié" in appelant


def test_denunciation(client, en_vigueur, caisse_moselle):
    """C-04: in time it ends at the échéance; both parties are told; a second denunciation is refused."""
    part = en_vigueur.participations.get()
    echeance = part.prochaine_echeance(caisse_moselle.jour)
    adresse = f"/conventions/{en_vigueur.reference}/caisses/moselle/denoncer/"
    assert "mettrait fin à la convention" in client.get(adresse).content.decode()
    demain = caisse_moselle.jour + dt.timedelta(days=1)
    donnees = {"qui": "partenaire", "lettre_du": demain.isoformat(), "bonne_fin_jours": "10"}
    refus = client.post(adresse, donnees)
    assert "Cette date est à venir" in refus.content.decode()
    donnees["lettre_du"] = caisse_moselle.jour.isoformat()
    assert client.post(adresse, donnees).status_code == 302
    part.refresh_from_db()
    en_vigueur.refresh_from_db()
    assert (part.fin, en_vigueur.statut) == (echeance, Convention.Statut.DENONCEE)
    assert part.bonne_fin_jusqu_au == echeance + dt.timedelta(days=10)
    assert CourrielSortant.objects.filter(gabarit="conventions/denonciation").count() == 1
    assert "prend déjà fin" in client.post(adresse, donnees).content.decode()


def test_formal_notice_of_the_convention(client, en_vigueur, caisse_moselle):
    """C-05, T-03: 15 days from the sending; one day early it is refused; a person terminates; access ends that day."""
    base = f"/conventions/{en_vigueur.reference}/caisses/moselle/"
    envoi = caisse_moselle.jour - dt.timedelta(days=15)
    lettre = {
        "document": "convention", "qui": "caisse", "manquement": "Comptes prêtés.", "envoyee_le": envoi.isoformat(),
    }  # fmt: skip
    assert client.post(base + "mettre-en-demeure/", lettre | {"manquement": ""}).status_code == 422
    assert client.post(base + "mettre-en-demeure/", lettre).status_code == 302
    part = en_vigueur.participations.get()
    mise = part.mises_en_demeure.get()
    jour = caisse_moselle.jour
    fin = {"le": jour.isoformat(), "raison": "Manquement persistant.", "bonne_fin_jours": "0"}
    refus = client.post(f"{base}mises-en-demeure/{mise.pk}/resilier/", fin)
    assert "Le délai court encore" in refus.content.decode()
    mise.envoyee_le = envoi - dt.timedelta(days=1)
    mise.save()
    assert client.post(f"{base}mises-en-demeure/{mise.pk}/resilier/", fin).status_code == 302
    part.refresh_from_db()
    en_vigueur.refresh_from_db()
    assert (part.fin, en_vigueur.statut) == (jour, Convention.Statut.RESILIEE)
    assert not Participation.objects.ouvrant_le_portail().exists()


def test_formal_notice_of_the_utilisation(client, en_vigueur, caisse_moselle):
    """C-05, C-07, T-03: 30 days from the reception, not one less; the portal closes, the partnership goes on."""
    base = f"/conventions/{en_vigueur.reference}/caisses/moselle/"
    envoi = caisse_moselle.jour - dt.timedelta(days=35)
    lettre = {
        "document": "utilisation", "qui": "caisse", "manquement": "Comptes prêtés.", "envoyee_le": envoi.isoformat(),
    }  # fmt: skip
    client.post(base + "mettre-en-demeure/", lettre)
    part = en_vigueur.participations.get()
    mise = part.mises_en_demeure.get()
    fin = {"le": caisse_moselle.jour.isoformat(), "raison": "Manquement.", "bonne_fin_jours": "0"}
    adresse = f"{base}mises-en-demeure/{mise.pk}/resilier/"
    assert "Notez d’abord la réception" in client.post(adresse, fin).content.decode()
    inversee = {"recue_le": (envoi - dt.timedelta(days=1)).isoformat()}
    refus = client.post(f"{base}mises-en-demeure/{mise.pk}/noter-reception/", inversee)
    assert "ne peut être reçue avant d’être envoyée" in refus.content.decode()
    corriger = f"{base}mises-en-demeure/{mise.pk}/corriger/"
    for jours, phrase in ((30, "Le délai court encore"), (31, "")):
        recue = {"recue_le": (caisse_moselle.jour - dt.timedelta(days=jours)).isoformat()}
        if phrase:
            verbe = "noter-reception"
        else:
            verbe, recue = "corriger", champs_de(client.get(corriger)) | {"raison": "Cachet."} | recue
        assert client.post(f"{base}mises-en-demeure/{mise.pk}/{verbe}/", recue).status_code == 302
        if phrase:
            with rien_ne_change():
                assert phrase in client.post(adresse, fin).content.decode()
    assert client.post(adresse, fin).status_code == 302
    part.refresh_from_db()
    en_vigueur.refresh_from_db()
    assert (part.fin, part.utilisation_fin) == (None, caisse_moselle.jour)
    assert en_vigueur.statut == Convention.Statut.EN_VIGUEUR
    assert not Participation.objects.ouvrant_le_portail().exists()


def test_cured_breach_closes_the_notice(client, en_vigueur, caisse_moselle):
    """C-05: a breach cured in time closes the formal notice: no termination afterwards."""
    base = f"/conventions/{en_vigueur.reference}/caisses/moselle/"
    jour = caisse_moselle.jour.isoformat()
    client.post(
        base + "mettre-en-demeure/",
        {"document": "convention", "qui": "caisse", "manquement": "Comptes prêtés.", "envoyee_le": jour},
    )
    mise = en_vigueur.participations.get().mises_en_demeure.get()
    cloture = {"le": jour, "issue": "remediee"}
    assert client.post(f"{base}mises-en-demeure/{mise.pk}/clore/", cloture).status_code == 302
    fin = {"le": jour, "raison": "Silence.", "bonne_fin_jours": "0"}
    tardive = client.post(f"{base}mises-en-demeure/{mise.pk}/resilier/", fin)
    assert tardive.status_code == 409
    assert "manquement réparé" in tardive.content.decode()
    assert "Silence." in tardive.content.decode()


def test_no_clause_no_formal_notice(client, metz, caisse_moselle):
    """C-05: the métier conventions [57] and [68] have no such clause."""
    reference = metz.conventions.get().reference
    donnees = {
        "document": "convention", "qui": "caisse", "manquement": "Rien.",
        "envoyee_le": caisse_moselle.jour.isoformat(),
    }  # fmt: skip
    reponse = client.post(f"/conventions/{reference}/caisses/moselle/mettre-en-demeure/", donnees)
    assert "ne prévoit pas de résiliation pour manquement" in reponse.content.decode()


def test_one_caisse_ends_the_other_goes_on(client, connecte, administrateur_var, caisse_moselle, caisse_var):
    """C-01 [76]: a caisse's part ends, the other's goes on; each caisse conducts its own part only."""
    partenaire = creer_partenaire(SIRET, "CCAS de Thionville")
    convention = creer_convention(partenaire, caisse_moselle, caisse_var, denonciation="sans-preavis")
    donnees = {"qui": "caisse", "lettre_du": caisse_moselle.jour.isoformat(), "bonne_fin_jours": "0"}
    autre = f"/conventions/{convention.reference}/caisses/var/denoncer/"
    assert client.post(autre, donnees).status_code == 403
    sienne = f"/conventions/{convention.reference}/caisses/moselle/denoncer/"
    assert client.post(sienne, donnees).status_code == 302
    convention.refresh_from_db()
    assert convention.statut == Convention.Statut.EN_VIGUEUR
    assert convention.participations.get(caisse=caisse_var).fin is None
    assert connecte(administrateur_var).post(autre, donnees).status_code == 302
    convention.refresh_from_db()
    assert convention.statut == Convention.Statut.DENONCEE


def test_suspension(client, en_vigueur):
    """A-16: with a reason, at once, for that caisse only; lifted by the caisse."""
    base = f"/conventions/{en_vigueur.reference}/caisses/moselle/suspendre/"
    assert client.post(base, {"raison": " "}).status_code == 422
    assert client.post(base, {"raison": "Identifiants partagés."}).status_code == 302
    assert not Participation.objects.ouvrant_le_portail().exists()
    assert "Identifiants partagés." in client.get(f"/conventions/{en_vigueur.reference}/").content.decode()
    assert client.post(base.replace("suspendre", "lever-suspension")).status_code == 302
    assert Participation.objects.ouvrant_le_portail().exists()


def test_a_caisse_that_names_nobody_for_itself(client, en_vigueur):
    """C-08: a référent belongs to a party of the convention; nothing is told to the others otherwise."""
    adresse = f"/conventions/{en_vigueur.reference}/referents/nouveau/"
    fiche = {"theme": "Accès aux droits", "nom": "Alix Morel", "fonction": "Partenariats", "partie": "999999"}
    with rien_ne_change():
        assert "Sélectionnez un choix valide" in erreurs(client.post(adresse, fiche))["partie"]
    assert not CourrielSortant.objects.filter(gabarit="conventions/referents").exists()


def test_referents(client, en_vigueur, caisse_moselle):
    """C-08: référents of both sides, a change told without avenant."""
    adresse = f"/conventions/{en_vigueur.reference}/referents/nouveau/"
    fiche = {"theme": "Accès aux droits", "nom": "Alix Morel", "fonction": "Partenariats"}
    assert client.post(adresse, fiche | {"partie": "999999"}).status_code == 422
    assert client.post(adresse, fiche | {"partie": str(caisse_moselle.pk)}).status_code == 302
    assert client.post(adresse, fiche | {"partie": "partenaire", "nom": "Noé Petit"}).status_code == 302
    assert CourrielSortant.objects.filter(gabarit="conventions/referents").count() == 2
    referent = en_vigueur.referents.get(nom="Noé Petit")
    client.post(f"/conventions/{en_vigueur.reference}/referents/{referent.pk}/retirer/")
    page = client.get(f"/conventions/{en_vigueur.reference}/").content.decode()
    assert "Alix Morel" in page
    assert not en_vigueur.referents.filter(nom="Noé Petit", jusqu_au=None).exists()


def test_code_confidentiel(client, connecte, gestionnaire_metz, technicien_metz, metz, agent_moselle):
    """C-12: given by the caisse, read by the gestionnaire, checked by mail; sealed, each reading logged."""
    convention = metz.conventions.get()
    base = f"/conventions/{convention.reference}/caisses/moselle/code/"
    page = f"/conventions/{convention.reference}/"
    assert "Lire le code confidentiel" not in connecte(gestionnaire_metz).get(page).content.decode()
    code = client.post(base + "renouveler/").context["code"]
    assert "Lire le code confidentiel" in connecte(gestionnaire_metz).get(page).content.decode()
    part = convention.participations.get()
    assert code.encode() not in bytes(part.code_scelle)
    gestionnaire = connecte(gestionnaire_metz)
    assert code not in gestionnaire.get(base).content.decode()
    faux = gestionnaire.post(base, {"mot_de_passe": "pas le bon"})
    assert faux.status_code == 422
    assert "Ce n’est pas votre mot de passe." in faux.content.decode()
    assert code not in faux.content.decode()
    assert code in gestionnaire.post(base, {"mot_de_passe": MOT_DE_PASSE}).content.decode()
    assert connecte(technicien_metz).post(base, {"mot_de_passe": MOT_DE_PASSE}).status_code == 403
    assert LigneJournal.objects.filter(acte="code.lire", compte=gestionnaire_metz.pk).count() == 1
    agent = connecte(agent_moselle)
    bon = agent.post("/appelant/", {"siret": metz.siret, "code": code.lower()})
    assert "code confidentiel vérifié" in bon.content.decode()
    faux = agent.post("/appelant/", {"siret": metz.siret, "code": "AAAA-AAAA"})
    assert "Structure non reconnue" in faux.content.decode()
    assert metz.nom in agent.post("/appelant/", {"siret": metz.siret}).content.decode()


def test_sub_processing_and_evaluation(client, en_vigueur, caisse_moselle):
    """C-03, C-18: recorded with the convention; a date to come is refused."""
    jour = caisse_moselle.jour
    adresse = f"/conventions/{en_vigueur.reference}/sous-traitances/nouvelle/"
    ligne = {"prestataire": "Infogérance du Rhin", "objet": "Sauvegardes"}
    demain = (jour + dt.timedelta(days=1)).isoformat()
    assert client.post(adresse, ligne | {"agreee_le": demain}).status_code == 422
    assert client.post(adresse, ligne | {"agreee_le": jour.isoformat()}).status_code == 302
    evaluation = f"/conventions/{en_vigueur.reference}/evaluation/"
    assert client.post(evaluation, {"le": demain}).status_code == 422
    assert client.post(evaluation, {"le": jour.isoformat()}).status_code == 302
    en_vigueur.refresh_from_db()
    assert en_vigueur.evaluation_le == jour


def test_actions_refuse_without_right(
    metz, caisse_moselle, agent_moselle, administrateur_var, gestionnaire_metz
):
    """Behind the pages, the action itself refuses: agent, other caisse, partner."""
    part = metz.conventions.get().participations.get()
    for par in (agent_moselle, administrateur_var, gestionnaire_metz):
        with pytest.raises(PermissionDenied):
            fins.denoncer(par=par, participation=part, lettre_du=caisse_moselle.jour, par_le_partenaire=False)
        with pytest.raises(PermissionDenied):
            fins.suspendre(par=par, participation=part, raison="Non")
    with pytest.raises(ValidationError):
        fins.suspendre(par=MACHINE, participation=part, raison=" ")
    part.refresh_from_db()
    assert (part.fin, part.suspendue_le) == (None, None)


def test_proofs(client, connecte, administrateur_var, en_vigueur):
    """C-01, C-05: the signed PDF is kept, sealed; what is no PDF is refused beside its field; others find nothing."""
    liste = f"/conventions/{en_vigueur.reference}/preuves/"
    adresse = liste + "nouvelle/"
    faux = SimpleUploadedFile("convention.pdf", b"ceci n'est pas un PDF", "application/pdf")
    refus = client.post(adresse, {"nature": "convention", "fichiers": faux})
    assert refus.status_code == 422
    assert "convention.pdf" in refus.content.decode()
    assert client.post(adresse, {"nature": "convention"}).status_code == 422
    assert not en_vigueur.preuves.exists()
    contenu_pdf = client.get(f"/conventions/{en_vigueur.reference}/convention.pdf").content
    vrai = SimpleUploadedFile("signée.pdf", contenu_pdf, "application/pdf")
    assert client.post(adresse, {"nature": "convention", "fichiers": vrai}).status_code == 302
    preuve = en_vigueur.preuves.get()
    assert preuve.nom == "signée.pdf"
    assert "signée.pdf" in client.get(liste).content.decode()
    assert connecte(administrateur_var).get(liste).status_code == 404
    assert connecte(administrateur_var).get(f"{liste}{preuve.emplacement}/").status_code == 404


def test_terms_of_proofs_follow_the_convention(client, en_vigueur, caisse_moselle):
    """T-06: the term of a proof moves along while the convention is kept; running twice changes nothing."""
    contenu_pdf = client.get(f"/conventions/{en_vigueur.reference}/convention.pdf").content
    vrai = SimpleUploadedFile("signée.pdf", contenu_pdf, "application/pdf")
    client.post(
        f"/conventions/{en_vigueur.reference}/preuves/nouvelle/", {"nature": "convention", "fichiers": vrai}
    )
    preuve = en_vigueur.preuves.get()
    preuve.fixer_terme(caisse_moselle.jour + dt.timedelta(days=20))
    preuve.save()
    assert preuves.prolonger_les_preuves() == {"preuves_prolongees": 1}
    assert preuves.prolonger_les_preuves() == {"preuves_prolongees": 0}
    preuve.refresh_from_db()
    assert preuve.terme_le > caisse_moselle.jour + dt.timedelta(days=380)
    assert preuve.nom == "signée.pdf"


def test_the_term_of_a_proof_after_the_end(en_vigueur, caisse_moselle, caisse_var):
    """T-06: five years after the last end, a part that never began counting for nothing."""
    part = en_vigueur.participations.get()
    Participation.objects.create(
        convention=en_vigueur, caisse=caisse_var, partenaire=part.partenaire, objet=part.objet
    )
    jour = caisse_moselle.jour
    assert fin_des_preuves(en_vigueur) is None
    fin = dt.date(jour.year - 4, 1, 31)
    Participation.objects.filter(pk=part.pk).update(
        debut=fin - dt.timedelta(days=400), utilisation_debut=None, fin=fin, fin_cause="denonciation"
    )
    assert fin_des_preuves(en_vigueur) == dt.date(jour.year + 1, 1, 31)


def test_yearly_follow_up(client, en_vigueur, caisse_moselle):
    """C-11: comité, difficulty, evaluation; only a comité may be to come; both sides are reminded of it once."""
    adresse = f"/conventions/{en_vigueur.reference}/suivi/"
    bientot = (caisse_moselle.jour + dt.timedelta(days=6)).isoformat()
    refus = client.post(adresse, {"nature": "evaluation", "jour": bientot, "texte": "Trop tôt"})
    assert "Seul un comité peut être daté" in refus.content.decode()
    muette = client.post(
        adresse, {"nature": "difficulte", "jour": caisse_moselle.jour.isoformat(), "texte": " "}
    )
    assert "Écrivez en quelques mots" in muette.content.decode()
    assert not en_vigueur.suivis.exists()
    assert client.post(adresse, {"nature": "comite", "jour": bientot, "texte": ""}).status_code == 302
    caisse_moselle.courriel = "partenaires@moselle.example"
    caisse_moselle.save()
    assert rappels.rappeler()["comites"] == 1
    assert rappels.rappeler()["comites"] == 0
    assert CourrielSortant.objects.filter(gabarit="conventions/comite").count() == 2


def test_motifs_per_caisse(client, administrateur_moselle, caisse_moselle, caisse_var):
    """C-09: each caisse opens its own motifs; changing the draft afterwards keeps them; not once it is signed."""
    administrateur_moselle.caisses.add(caisse_var)
    donnees = contenu(caisse_moselle, caisses=[str(caisse_moselle.pk), str(caisse_var.pk)]) | STRUCTURE
    client.post(f"/conventions/nouvelle/?siret={SIRET}", donnees)
    convention = Convention.objects.get(partenaire__siret=SIRET)
    adresse = f"/conventions/{convention.reference}/caisses/var/ouvrir-motifs/"
    assert client.post(adresse, {"motifs_document": ["carte-vitale"]}).status_code == 302
    convention.refresh_from_db()
    donnees = contenu(
        caisse_moselle, caisses=[str(caisse_moselle.pk), str(caisse_var.pk)], version=str(convention.version)
    )
    assert client.post(f"/conventions/{convention.reference}/modifier/", donnees).status_code == 302
    ouverts = {
        part.caisse.code: set(part.motifs.values_list("pk", flat=True))
        for part in convention.participations.all()
    }
    assert ouverts == {"moselle": {"saisine-mas", "urgence"}, "var": {"carte-vitale"}}
    client.post(f"/conventions/{convention.reference}/mettre-a-la-signature/")
    refus = client.post(adresse, {"motifs_document": []})
    assert "cet acte n’est plus possible" in refus.content.decode()
    assert convention.participations.get(caisse=caisse_var).motifs.count() == 1
