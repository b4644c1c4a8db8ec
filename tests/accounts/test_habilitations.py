"""Demandes d'habilitation: asked by the structure, due in working days, decided by the caisse (A-01, A-09, A-10, A-21)."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.actions.activation import activer_compte
from accounts.actions.confirmations import contresigner
from accounts.actions.departs import executer_depart
from accounts.actions.habilitations import deposer_demande
from accounts.models.compte import Compte
from accounts.models.habilitations import DemandeHabilitation
from accounts.tasks import departs
from socle import horloge
from socle.profils import Profil
from tests import distribution
from tests.accounts.aides import courriels, personne, texte
from tests.distribution import GRAINE, MOT_DE_PASSE, connecte, creer_compte_actif, creer_convention

Nature = DemandeHabilitation.Nature


def url(nature):
    return reverse("habilitation-nouvelle", args=[nature])


def deposer(client, caisse, nature="habilitation", **champs):
    defaut = personne() if nature == "habilitation" else {}
    return client.post(url(nature), {"caisse": caisse.pk, **defaut, **champs})


def decider(client, demande, decision, commentaire=""):
    return client.post(
        reverse("habilitation-decider", args=[demande.pk]), {"decision": decision, "commentaire": commentaire}
    )


def test_a01_de_la_demande_au_compte(gestionnaire_metz, caisse_moselle, administrateur_moselle, metz):
    """A-01: asked with the six fields, decided by the caisse only, once; a mail at each step."""
    deposant = connecte(gestionnaire_metz)
    reponse = deposer(deposant, caisse_moselle)
    demande = DemandeHabilitation.objects.get()
    assert reponse.url == f"/habilitations/{demande.pk}/"
    assert courriels(administrateur_moselle.email)[-1].gabarit == "accounts/habilitation_recue"
    client, page = connecte(administrateur_moselle), f"/habilitations/{demande.pk}/"
    assert "Alix Petit" in texte(client.get("/habilitations/"))
    assert "Décider" in texte(client.get(page)) and "Décider" not in texte(deposant.get(page))
    assert decider(client, demande, "accepter").url == "/habilitations/"
    assert "Décider" not in texte(client.get(page))
    cree = metz.comptes.get(prenom="Alix")
    assert (cree.profil, cree.statut, cree.telephone) == ("gestionnaire", "en_attente", "+33387000000")
    assert courriels(gestionnaire_metz.email)[-1].gabarit == "accounts/habilitation_acceptee"
    assert courriels(cree.email)[0].gabarit == "accounts/activation"
    demande.refresh_from_db()
    assert (demande.statut, demande.traitee_par, demande.compte) == ("acceptee", administrateur_moselle, cree)


@pytest.mark.parametrize("manquant", ["civilite", "nom", "prenom", "fonction", "telephone", "email"])
def test_a01_les_six_champs(gestionnaire_metz, caisse_moselle, manquant):
    """A-01: civilité, nom, prénom, fonction, téléphone, email: each is asked."""
    reponse = deposer(connecte(gestionnaire_metz), caisse_moselle, **{manquant: ""})
    dit = "Saisissez le prénom de la personne" if manquant == "prenom" else "Ce champ est obligatoire"
    assert reponse.status_code == 422 and dit in texte(reponse)
    assert not DemandeHabilitation.objects.exists()


@pytest.mark.parametrize(
    ("departement", "delai", "recue", "echeance"),
    [
        ("83", 5, "2026-04-02T10:00:00Z", dt.date(2026, 4, 10)),
        ("57", 5, "2026-04-02T10:00:00Z", dt.date(2026, 4, 13)),
        ("76", 10, "2026-04-30T10:00:00Z", dt.date(2026, 5, 19)),
    ],
)
def test_a01_t04_echeance_en_jours_ouvres(db, departement, delai, recue, echeance):
    """A-01, C-13, T-04: the delay of the convention, in working days of the caisse; late ones first, shown late."""
    with time_machine.travel(recue, tick=False) as temps:
        caisse = distribution.creer_caisse("essai", "CPAM d’essai", departement)
        partenaire = distribution.creer_partenaire(
            "90057001100016", "Structure", 40, domaines=["metz.example"]
        )
        creer_convention(partenaire, caisse, delai_habilitation_jours=delai)
        administrateur = creer_compte_actif("administrateur.essai", Profil.ADMINISTRATEUR, caisses=(caisse,))
        gestionnaire = creer_compte_actif("gestionnaire.essai", Profil.GESTIONNAIRE, partenaire=partenaire)
        deposer(connecte(gestionnaire), caisse)
        demande = DemandeHabilitation.objects.get()
        assert demande.echeance == echeance
        temps.move_to(dt.datetime(echeance.year, echeance.month, echeance.day, 12, tzinfo=dt.UTC))
        assert "En retard" not in texte(connecte(administrateur).get("/habilitations/"))
        temps.shift(dt.timedelta(days=1))
        client = connecte(administrateur)
        assert "En retard" in texte(client.get("/habilitations/"))
        assert "Dont 1 en retard" in texte(client.get("/"))
        # Late is shown, nothing is blocked.
        assert decider(client, demande, "accepter").status_code == 302


def test_a01_avant_la_signature_de_la_convention_d_utilisation(
    gestionnaire_metz, caisse_moselle, administrateur_moselle, metz
):
    """A-01, C-07: neither asked nor accepted before that signature; nobody is habilitated."""
    client = connecte(administrateur_moselle)
    adresse = f"{url('habilitation')}?structure={metz.siret}"
    deposer(connecte(gestionnaire_metz), caisse_moselle)
    demande = DemandeHabilitation.objects.get()
    metz.participations.update(utilisation_debut=None)
    for reponse in (
        client.post(adresse, {"caisse": caisse_moselle.pk, **personne(prenom="Sacha")}),
        decider(client, demande, "accepter"),
    ):
        assert reponse.status_code == 422
        assert "habilité après la signature de la convention d’utilisation" in texte(reponse)
    demande.refresh_from_db()
    assert demande.statut == "deposee" and DemandeHabilitation.objects.count() == 1
    assert list(metz.comptes.all()) == [gestionnaire_metz]


def test_a01_le_delai_tenu_se_mesure(gestionnaire_metz, caisse_moselle, administrateur_moselle):
    """A-01: two answered in time, one late, one sent back in time, one that waits: the page says two of three."""
    with time_machine.travel(horloge.maintenant(), tick=False) as temps:
        for prenom in ("Alix", "Sacha", "Noa", "Sam", "Camille"):
            deposer(connecte(gestionnaire_metz), caisse_moselle, **personne(prenom=prenom))
        *a_temps, renvoyee, tard, _ = DemandeHabilitation.objects.order_by("pk")
        for demande in a_temps:
            decider(connecte(administrateur_moselle), demande, "refuser", "Fonction à préciser.")
        decider(connecte(administrateur_moselle), renvoyee, "renvoyer", "Fonction à préciser.")
        temps.shift(dt.timedelta(days=20))
        client = connecte(administrateur_moselle)
        decider(client, tard, "refuser", "Fonction à préciser.")
        page = texte(client.get("/habilitations/"))
    assert "3 demandes traitées en 12 mois, dont 2 dans le délai (67 %)" in page.replace("\xa0", " ")


def test_a01_renvoyer_et_refuser_sont_motives(gestionnaire_metz, caisse_moselle, administrateur_moselle):
    """A-01: sent back with a comment, refused with a reason; completed and filed again, its delay starts again."""
    deposer(connecte(gestionnaire_metz), caisse_moselle)
    demande = DemandeHabilitation.objects.get()
    client = connecte(administrateur_moselle)
    for decision in ("renvoyer", "refuser"):
        reponse = decider(client, demande, decision, "  ")
        assert reponse.status_code == 422 and "Écrivez à la structure" in texte(reponse)
        demande.refresh_from_db()
        assert demande.statut == "deposee"
    decider(client, demande, "renvoyer", "Il manque la fonction exacte.")
    moi = connecte(gestionnaire_metz)
    assert "Il manque la fonction exacte." in texte(moi.get(f"/habilitations/{demande.pk}/"))
    assert "Il manque la fonction exacte." in courriels(gestionnaire_metz.email)[-1].corps
    donnees = {"caisse": caisse_moselle.pk, **personne(fonction="Directrice")}
    assert moi.post(reverse("habilitation-completer", args=[demande.pk]), donnees).status_code == 302
    demande.refresh_from_db()
    assert (demande.statut, demande.fonction) == ("deposee", "Directrice")
    decider(client, demande, "refuser", "La personne n’est pas de la structure.")
    demande.refresh_from_db()
    assert demande.statut == "refusee"
    assert moi.post(reverse("habilitation-retirer", args=[demande.pk])).status_code == 409


def test_a01_sans_place_la_caisse_le_voit(gestionnaire_metz, caisse_moselle, administrateur_moselle, metz):
    """A-01, Q-01: accepting over the quota is refused with the sentence; the request stays to decide."""
    metz.membres = 5
    metz.save()
    creer_compte_actif("second.metz", Profil.GESTIONNAIRE, partenaire=metz)
    deposer(connecte(gestionnaire_metz), caisse_moselle)
    demande = DemandeHabilitation.objects.get()
    reponse = decider(connecte(administrateur_moselle), demande, "accepter")
    assert reponse.status_code == 422
    assert "Toutes les places de gestionnaires sont prises (2 sur 2)" in texte(reponse)
    demande.refresh_from_db()
    assert demande.statut == "deposee" and metz.comptes.count() == 2


def test_deux_administrateurs_le_second_est_prevenu(
    gestionnaire_metz, caisse_moselle, administrateur_moselle, metz
):
    autre = creer_compte_actif("autre.moselle", Profil.ADMINISTRATEUR, caisses=(caisse_moselle,))
    deposer(connecte(gestionnaire_metz), caisse_moselle)
    demande = DemandeHabilitation.objects.get()
    decider(connecte(administrateur_moselle), demande, "accepter")
    reponse = decider(connecte(autre), demande, "refuser", "Un long commentaire déjà écrit.")
    assert reponse.status_code == 409
    page = reponse.content.decode()
    assert "vient d’être traitée par un collègue" in page and "Un long commentaire déjà écrit." in page
    assert metz.comptes.filter(prenom="Alix").count() == 1


@pytest.mark.parametrize(
    ("acteur", "attendu"),
    [
        ("technicien_metz", 403),
        ("agent_moselle", 403),
        ("superviseur_moselle", 403),
        ("dpo_moselle", 403),
        ("national", 403),
        ("gestionnaire_metz", 200),
        ("administrateur_moselle", 200),
    ],
)
def test_qui_voit_la_file(request, acteur, attendu, metz):
    assert connecte(request.getfixturevalue(acteur)).get("/habilitations/").status_code == attendu


def test_une_autre_structure_ou_caisse_recoit_404(
    gestionnaire_metz, caisse_moselle, gestionnaire_grimaud, administrateur_var
):
    deposer(connecte(gestionnaire_metz), caisse_moselle)
    demande = DemandeHabilitation.objects.get()
    for etranger in (gestionnaire_grimaud, administrateur_var):
        client = connecte(etranger)
        assert client.get(f"/habilitations/{demande.pk}/").status_code == 404
        assert decider(client, demande, "accepter").status_code == 404
        assert client.get(reverse("habilitation-completer", args=[demande.pk])).status_code == 404
    assert decider(connecte(gestionnaire_metz), demande, "accepter").status_code == 403
    demande.refresh_from_db()
    assert demande.statut == "deposee"


def test_pas_de_demande_a_une_caisse_sans_convention(gestionnaire_metz, caisse_var):
    reponse = deposer(connecte(gestionnaire_metz), caisse_var)
    assert reponse.status_code == 422 and not DemandeHabilitation.objects.exists()


def test_la_caisse_depose_pour_une_structure_sans_gestionnaire(
    metz, caisse_moselle, administrateur_moselle, national
):
    """A-01, A-10, A-24: the first gestionnaire is asked on paper; who files it is one person, another confirms."""
    client = connecte(administrateur_moselle)
    assert "structure sans gestionnaire" in texte(client.get("/"))
    reponse = client.post(
        f"{url('habilitation')}?structure={metz.siret}", {"caisse": caisse_moselle.pk, **personne()}
    )
    assert reponse.status_code == 302
    decider(client, DemandeHabilitation.objects.get(), "accepter")
    cree = metz.comptes.get()
    assert (cree.profil, cree.statut) == ("gestionnaire", "a_confirmer")
    contresigner(cree.contreseings.get(), par=national)
    cree.refresh_from_db()
    assert cree.statut == "en_attente"


def test_a09_modification_demandee_puis_faite_par_la_caisse(
    gestionnaire_metz, caisse_moselle, administrateur_moselle
):
    """A-09: only what was asked changes, and only once the caisse accepts."""
    client = connecte(gestionnaire_metz)
    vide = deposer(client, caisse_moselle, "modification", compte=gestionnaire_metz.pk)
    assert "Indiquez au moins un changement" in texte(vide)
    deposer(client, caisse_moselle, "modification", compte=gestionnaire_metz.pk, fonction="Cheffe de service")
    gestionnaire_metz.refresh_from_db()
    assert gestionnaire_metz.fonction == ""
    decider(connecte(administrateur_moselle), DemandeHabilitation.objects.get(), "accepter")
    gestionnaire_metz.refresh_from_db()
    assert (gestionnaire_metz.fonction, gestionnaire_metz.nom) == ("Cheffe de service", "Metz")


# --- Departures


def demander_depart(gestionnaire, caisse, jour, successeur=False, **champs):
    donnees = personne() if successeur else {}
    return deposer(
        connecte(gestionnaire),
        caisse,
        "inactivation",
        compte=gestionnaire.pk,
        depart_le=jour.isoformat(),
        **donnees,
        **champs,
    )


def test_a10_inactive_le_jour_voulu(gestionnaire_metz, metz, caisse_moselle, administrateur_moselle):
    """A-10: announced, accepted, carried out by the job on the wanted day, not the day before."""
    with time_machine.travel("2026-03-02T10:00:00Z", tick=False) as temps:
        metz.participations.update(debut=dt.date(2026, 1, 1), utilisation_debut=dt.date(2026, 1, 1))
        partant = creer_compte_actif("partant.metz", Profil.GESTIONNAIRE, partenaire=metz)
        demander_depart(partant, caisse_moselle, dt.date(2026, 3, 20))
        demande = DemandeHabilitation.objects.get()
        assert "Annonce tardive" not in texte(connecte(administrateur_moselle).get("/habilitations/"))
        decider(connecte(administrateur_moselle), demande, "accepter")
        temps.move_to("2026-03-19T22:59:00Z")
        assert departs() == {"inactives": 0}
        temps.move_to("2026-03-19T23:01:00Z")
        assert departs() == {"inactives": 1}
        assert departs() == {"inactives": 0}
    partant.refresh_from_db()
    assert (partant.statut, partant.inactivation) == ("inactif", "depart")
    assert partant.inactive_par == administrateur_moselle and partant.inactive_cote == "caisse"


def test_a10_annonce_tardive_acceptee(gestionnaire_metz, metz, caisse_moselle, administrateur_moselle):
    """A-10: later than 15 days before, it is accepted and marked late; a leaver keeps no access."""
    partant = creer_compte_actif("partant.metz", Profil.GESTIONNAIRE, partenaire=metz)
    demander_depart(partant, caisse_moselle, caisse_moselle.jour)
    client = connecte(administrateur_moselle)
    assert "Annonce tardive" in texte(client.get("/habilitations/"))
    decider(client, DemandeHabilitation.objects.get(), "accepter")
    partant.refresh_from_db()
    assert partant.statut == "inactif"


def test_a10_le_dernier_donne_son_successeur(gestionnaire_metz, caisse_moselle):
    """A-10: when it is the last one, with the successor's contact details."""
    reponse = demander_depart(gestionnaire_metz, caisse_moselle, caisse_moselle.jour)
    assert reponse.status_code == 422
    assert "indiquez les coordonnées de son successeur" in texte(reponse)
    partiel = demander_depart(gestionnaire_metz, caisse_moselle, caisse_moselle.jour, nom="Petit")
    assert "À remplir pour le successeur" in texte(partiel)
    assert not DemandeHabilitation.objects.exists()


def test_a10_toujours_un_successeur_ou_la_convention_le_dit(gestionnaire_metz, metz, caisse_moselle):
    """A-10 [82]: two gestionnaires, and each departure names its successor all the same, where the convention holds that clause."""
    partant = creer_compte_actif("partant.metz", Profil.GESTIONNAIRE, partenaire=metz)
    convention = metz.conventions.get()
    convention.clauses += [{"code": "util-successeur", "version": 1, "texte": ""}]
    convention.save()
    page = connecte(gestionnaire_metz).get(url("inactivation")).content.decode()
    assert "tout ou rien" not in page
    reponse = demander_depart(partant, caisse_moselle, caisse_moselle.jour)
    assert reponse.status_code == 422
    assert not DemandeHabilitation.objects.exists()
    with pytest.raises(ValidationError, match="chaque départ nomme un successeur"):
        deposer_demande(
            nature=Nature.INACTIVATION,
            partenaire=metz,
            caisse=caisse_moselle,
            par=gestionnaire_metz,
            compte=partant,
            depart_le=caisse_moselle.jour,
        )


def test_q07_a11_le_seul_gestionnaire_est_remplace(caisse_moselle, administrateur_moselle):
    """Q-07, A-10, A-11 [82]: one seat; the successor takes it, the predecessor goes on the successor's activation."""
    departement = distribution.creer_partenaire(
        "90082001600014", "Département", 300, domaines=["metz.example"]
    )
    creer_convention(departement, caisse_moselle, quota_gestionnaires=[[0, 1]], quota_techniciens=[[0, 25]])
    seul = creer_compte_actif("seul.cd", Profil.GESTIONNAIRE, partenaire=departement)
    technicien = creer_compte_actif(
        "technicien.cd", Profil.TECHNICIEN, partenaire=departement, rattache_a=seul
    )
    demander_depart(seul, caisse_moselle, caisse_moselle.jour, successeur=True)
    decider(connecte(administrateur_moselle), DemandeHabilitation.objects.get(), "accepter")
    successeur = departement.comptes.get(prenom="Alix")
    assert successeur.releve_de == seul
    assert departs() == {"inactives": 0}
    seul.refresh_from_db()
    assert seul.statut == "actif"
    activer_compte(successeur, mot_de_passe=MOT_DE_PASSE, graine_totp=GRAINE)
    seul.refresh_from_db()
    technicien.refresh_from_db()
    assert (seul.statut, seul.inactivation) == ("inactif", "releve")
    assert (technicien.statut, technicien.rattache_a) == ("actif", successeur)


def test_q07_la_date_voulue_si_elle_est_plus_tardive(
    metz, gestionnaire_metz, caisse_moselle, administrateur_moselle
):
    """Q-07: at the wanted date, or on the successor's activation if later."""
    jour = caisse_moselle.jour + dt.timedelta(days=20)
    demander_depart(gestionnaire_metz, caisse_moselle, jour, successeur=True)
    decider(connecte(administrateur_moselle), DemandeHabilitation.objects.get(), "accepter")
    activer_compte(metz.comptes.get(prenom="Alix"), mot_de_passe=MOT_DE_PASSE, graine_totp=GRAINE)
    gestionnaire_metz.refresh_from_db()
    assert gestionnaire_metz.statut == "actif"
    with time_machine.travel(horloge.maintenant() + dt.timedelta(days=20)):
        assert departs() == {"inactives": 1}


def test_le_dernier_gestionnaire_ne_part_pas_sans_successeur(gestionnaire_metz, administrateur_moselle):
    """A-10: even by the caisse's own hand; the page says that it waits."""
    client = connecte(administrateur_moselle)
    reponse = client.post(
        reverse("compte-inactiver", args=[gestionnaire_metz.pk]), {"inactiver-cause": "depart"}, follow=True
    )
    assert "dès que son successeur aura activé le sien" in texte(reponse)
    gestionnaire_metz.refresh_from_db()
    assert gestionnaire_metz.statut == Compte.Statut.ACTIF and not executer_depart(gestionnaire_metz)


def test_a21_le_nombre_de_membres_change(
    gestionnaire_metz, metz, caisse_moselle, caisse_var, administrateur_moselle, administrateur_var
):
    """A-21: asked by a gestionnaire, changed by a caisse with a convention in force, the others being told."""
    creer_convention(metz, caisse_var)
    deposer(connecte(gestionnaire_metz), caisse_moselle, "membres", membres=8)
    metz.refresh_from_db()
    assert metz.membres == 40
    decider(connecte(administrateur_moselle), DemandeHabilitation.objects.get(), "accepter")
    metz.refresh_from_db()
    assert metz.membres == 8
    assert courriels(administrateur_var.email)[-1].gabarit == "accounts/membres_changes"


def test_un_gestionnaire_de_plus_par_l_action(metz, caisse_moselle, gestionnaire_metz):
    demande = deposer_demande(
        nature=Nature.HABILITATION,
        partenaire=metz,
        caisse=caisse_moselle,
        par=gestionnaire_metz,
        civilite="madame",
        nom="Petit",
        prenom="Alix",
        fonction="Cheffe",
        telephone="0387000000",
        email="alix@metz.example",
    )
    assert demande.statut == "deposee"
