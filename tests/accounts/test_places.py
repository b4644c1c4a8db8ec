"""Seats: how many accounts a structure may have, whatever the number of simultaneous attempts (Q-01 to Q-07)."""

import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.urls import reverse

from accounts.actions.activation import activer_compte
from accounts.actions.comptes import creer_compte, inactiver, reactiver
from accounts.actions.places import places
from accounts.models.compte import Compte
from accounts.regles import CERTIFICATIONS, Places
from socle.acteurs import MACHINE
from socle.profils import Profil
from tests import distribution
from tests.accounts.aides import personne, technicien, texte
from tests.distribution import GRAINE, MOT_DE_PASSE, connecte, creer_compte_actif, creer_convention


def remplir(partenaire, profil, nombre, statut=Compte.Statut.ACTIF):
    base = creer_compte_actif(f"premier.{profil}", profil, partenaire=partenaire)
    for rang in range(nombre - 1):
        Compte.objects.create(
            identifiant=f"{profil}.{rang}",
            profil=profil,
            nom=f"Nom{rang}",
            prenom="Prenom",
            email=f"{profil}{rang}@{partenaire.domaines[0]}",
            partenaire=partenaire,
            statut=statut,
            cree_le=base.cree_le,
        )
    return base


@pytest.mark.parametrize(
    ("membres", "gestionnaires", "techniciens"),
    [(1, 2, 5), (10, 2, 5), (11, 3, 15), (25, 3, 15), (26, 5, 25)],
)
def test_q01_q02_par_taille(metz, membres, gestionnaires, techniciens):
    """Q-01, Q-02."""
    metz.membres = membres
    metz.save()
    assert places(metz, Profil.GESTIONNAIRE).droits == gestionnaires
    assert places(metz, Profil.TECHNICIEN).droits == techniciens


def test_q03_regle_de_la_convention(caisse_moselle):
    """Q-03: [82], one gestionnaire and up to 25 techniciens whatever the size."""
    departement = distribution.creer_partenaire("22820001000014", "Conseil départemental", 300)
    creer_convention(departement, caisse_moselle, quota_gestionnaires=[[0, 1]], quota_techniciens=[[0, 25]])
    assert places(departement, Profil.GESTIONNAIRE).droits == 1
    gestionnaire = creer_compte_actif("gestionnaire.unique", Profil.GESTIONNAIRE, partenaire=departement)
    with pytest.raises(ValidationError, match="Toutes les places de gestionnaires sont prises"):
        creer_compte(
            profil=Profil.GESTIONNAIRE,
            nom="Second",
            prenom="Sacha",
            email="sacha@departement.example",
            partenaire=departement,
            par=MACHINE,
        )
    assert list(departement.comptes.all()) == [gestionnaire]


def test_q04_les_inactifs_ne_comptent_pas(gestionnaire_metz, metz):
    """Q-04: waiting and active accounts count, inactive ones do not; the meter says so."""
    metz.membres = 5
    metz.save()
    actif = remplir(metz, Profil.TECHNICIEN, 5, Compte.Statut.EN_ATTENTE)
    client = connecte(gestionnaire_metz)
    page = texte(client.get(reverse("compte-nouveau")))
    assert "5 sur 5 techniciens" in page and "dont 4 en attente d’activation" in page
    reponse = client.post(reverse("compte-nouveau"), technicien())
    assert reponse.status_code == 422
    assert "Toutes les places de techniciens sont prises (5 sur 5)" in texte(reponse)
    assert metz.comptes.filter(profil=Profil.TECHNICIEN).count() == 5
    inactiver(actif, par=gestionnaire_metz, cause=Compte.Inactivation.DEPART)
    assert "et 1 inactivé qui ne compte pas" in texte(client.get(reverse("compte-nouveau")))
    assert client.post(reverse("compte-nouveau"), technicien()).status_code == 302


def test_echange_en_un_geste(gestionnaire_metz, metz):
    """Q-04: inactivate A and create B in one act, when every seat is taken; refused as a whole when B is."""
    metz.membres = 5
    metz.save()
    ancien = remplir(metz, Profil.TECHNICIEN, 5)
    client = connecte(gestionnaire_metz)
    refuse = technicien(remplace=ancien.pk, email="alix@gmail.com")
    assert "messageries gratuites" in texte(client.post(reverse("compte-nouveau"), refuse))
    ancien.refresh_from_db()
    assert ancien.statut == Compte.Statut.ACTIF
    assert client.post(reverse("compte-nouveau"), technicien(remplace=ancien.pk)).status_code == 302
    ancien.refresh_from_db()
    assert ancien.statut == Compte.Statut.INACTIF
    assert places(metz, Profil.TECHNICIEN) == Places(droits=5, actifs=4, en_attente=1, inactifs=1)


def test_q05_moins_de_membres(gestionnaire_metz, metz, administrateur_moselle):
    """Q-05: existing accounts stay; none is created nor reactivated; both sides see the overrun."""
    parti = remplir(metz, Profil.TECHNICIEN, 8)
    inactiver(parti, par=gestionnaire_metz, cause=Compte.Inactivation.DEPART)
    metz.membres = 5
    metz.save()
    client = connecte(gestionnaire_metz)
    assert metz.comptes.filter(profil=Profil.TECHNICIEN, statut="actif").count() == 7
    phrase = "La structure dépasse son nombre de places de 2"
    assert phrase in texte(client.get(reverse("comptes")))
    assert phrase in texte(
        connecte(administrateur_moselle).get(reverse("comptes-structure", args=[metz.siret]))
    )
    assert "Aucun compte ne peut être créé" in texte(client.post(reverse("compte-nouveau"), technicien()))
    reponse = client.post(reverse("compte-reactiver", args=[parti.pk]), follow=True)
    assert "compte 7 techniciens pour 5 places" in texte(reponse)
    parti.refresh_from_db()
    assert parti.statut == Compte.Statut.INACTIF
    assert metz.comptes.filter(profil=Profil.TECHNICIEN).count() == 8


def test_q05_l_accueil_de_la_caisse_dit_le_depassement(
    metz, grimaud, caisse_var, administrateur_moselle, administrateur_var, agent_moselle
):
    """Q-05, Q-06: a card for the caisse of that structure alone, gone once another convention gives the seats."""
    remplir(metz, Profil.TECHNICIEN, 7)
    for rang in range(6):
        creer_compte_actif(f"grimaud.{rang}", Profil.TECHNICIEN, partenaire=grimaud)
    client = connecte(administrateur_moselle)
    assert "places dépassées" not in texte(client.get("/"))
    for structure in (metz, grimaud):
        structure.membres = 5
        structure.save()
    page = client.get("/")
    assert f"{metz.nom} : places dépassées" in texte(page)
    assert "7 techniciens pour 5 places : aucun compte ne peut être créé ni réactivé." in texte(page)
    assert reverse("comptes-structure", args=[metz.siret]) in page.content.decode()
    assert f"{grimaud.nom} : places" not in texte(page)
    autre = texte(connecte(administrateur_var).get("/"))
    assert f"{grimaud.nom} : places dépassées" in autre and "6 techniciens pour 5 places" in autre
    assert f"{metz.nom} : places" not in autre
    assert "places dépassées" not in texte(connecte(agent_moselle).get("/"))
    creer_convention(metz, caisse_var, quota_techniciens=[[0, 7]])
    assert "places dépassées" not in texte(client.get("/"))


def test_q06_la_regle_la_plus_favorable(metz, caisse_var):
    """Q-06: with several caisses, the best rule among the conventions in force; Q-05 the day that it ends."""
    meilleure = creer_convention(metz, caisse_var, quota_gestionnaires=[[0, 9]], quota_techniciens=[[0, 60]])
    assert places(metz, Profil.GESTIONNAIRE).droits == 9
    assert places(metz, Profil.TECHNICIEN).droits == 60
    part = meilleure.participations.get()
    part.fin, part.fin_cause = caisse_var.jour, "denonciation"
    part.save()
    assert places(metz, Profil.TECHNICIEN).droits == 25


def test_q06_la_meilleure_regle_finie_q05_s_applique(metz, gestionnaire_metz, caisse_var):
    """Q-06, Q-05: the day that the better convention ends, those over the other one's quota stay, none is added."""
    meilleure = creer_convention(metz, caisse_var, quota_gestionnaires=[[0, 9]], quota_techniciens=[[0, 60]])
    remplir(metz, Profil.TECHNICIEN, 26)
    client = connecte(gestionnaire_metz)
    assert client.post(reverse("compte-nouveau"), technicien()).status_code == 302
    meilleure.participations.update(fin=caisse_var.jour, fin_cause="denonciation")
    refus = client.post(reverse("compte-nouveau"), technicien(prenom="Sacha"))
    assert refus.status_code == 422 and "compte 27 techniciens pour 25 places" in texte(refus)
    assert metz.comptes.filter(profil=Profil.TECHNICIEN).count() == 27


def test_q07_la_releve_ne_compte_pas_a_cote(metz, gestionnaire_metz):
    """Q-07: one relève per seat; the predecessor goes when the successor is active."""
    metz.membres = 5
    metz.save()
    remplir(metz, Profil.GESTIONNAIRE, 1)
    champs = {
        "profil": Profil.GESTIONNAIRE,
        "partenaire": metz,
        "par": MACHINE,
        "releve_de": gestionnaire_metz,
    }
    successeur = creer_compte(nom="Neuf", prenom="Noa", email="noa@metz.example", **champs)
    assert places(metz, Profil.GESTIONNAIRE).occupees == 2
    with pytest.raises(ValidationError, match="Un successeur est déjà annoncé"):
        creer_compte(nom="Autre", prenom="Lou", email="lou@metz.example", **champs)
    activer_compte(successeur, mot_de_passe=MOT_DE_PASSE, graine_totp=GRAINE)
    assert places(metz, Profil.GESTIONNAIRE).occupees == 2
    inactiver(gestionnaire_metz, par=MACHINE, cause=Compte.Inactivation.RELEVE)
    assert places(metz, Profil.GESTIONNAIRE).occupees == 2


# --- Twenty at once


def vingt_a_la_fois(faire: Callable[[int], object]) -> tuple[int, int]:
    """Run `faire` in twenty threads released together; return (won, refused)."""
    barriere, issues = threading.Barrier(20), []

    def courir(rang: int) -> None:
        try:
            barriere.wait(timeout=30)
            faire(rang)
            issues.append(True)
        except ValidationError:
            issues.append(False)
        finally:
            connections.close_all()

    fils = [threading.Thread(target=courir, args=(rang,)) for rang in range(20)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(timeout=120)
    assert len(issues) == 20
    return issues.count(True), issues.count(False)


def _scene(membres=5):
    caisse = distribution.creer_caisse("moselle", "CPAM de Moselle", "57")
    partenaire = distribution.creer_partenaire("20003986500014", "Metz Métropole", membres)
    creer_convention(partenaire, caisse)
    return partenaire


def _creer(partenaire, profil):
    def faire(rang):
        return creer_compte(
            profil=profil,
            nom=f"Nom{rang}",
            prenom="Camille",
            email=f"camille{rang}@{partenaire.domaines[0]}",
            partenaire=partenaire,
            certifications=CERTIFICATIONS if profil == Profil.TECHNICIEN else (),
            identifiant=f"camille.{rang}",
            par=MACHINE,
        )

    return faire


@pytest.mark.parametrize("profil", ["gestionnaire", "technicien"])
def test_q01_q02_au_dela_de_la_taille(
    metz, gestionnaire_metz, administrateur_moselle, caisse_moselle, profil
):
    """Q-01, Q-02: ten members, two gestionnaires and five techniciens: one more is refused, and none is made."""
    metz.membres = 10
    metz.save()
    if profil == "technicien":
        remplir(metz, Profil.TECHNICIEN, 5)
        refus = connecte(gestionnaire_metz).post(reverse("compte-nouveau"), technicien())
        assert "Toutes les places de techniciens sont prises (5 sur 5)" in texte(refus)
    else:
        remplir(metz, Profil.GESTIONNAIRE, 1)
        connecte(gestionnaire_metz).post(
            reverse("habilitation-nouvelle", args=["habilitation"]),
            {"caisse": caisse_moselle.pk, **personne()},
        )
        demande = metz.demandes_habilitation.get()
        refus = connecte(administrateur_moselle).post(
            reverse("habilitation-decider", args=[demande.pk]), {"decision": "accepter"}
        )
        assert "Toutes les places de gestionnaires sont prises (2 sur 2)" in texte(refus)
    assert refus.status_code == 422
    assert metz.comptes.filter(email=personne()["email"]).count() == 0


@pytest.mark.parametrize("profil", [Profil.TECHNICIEN, Profil.GESTIONNAIRE])
def test_q04_vingt_creations_pour_la_derniere_place(base_reelle, profil):
    """Q-04: exactly one wins the last seat of each profile."""
    partenaire = _scene()
    droits = partenaire.places(profil)
    remplir(partenaire, profil, droits - 1)
    assert vingt_a_la_fois(_creer(partenaire, profil)) == (1, 19)
    assert places(partenaire, profil).occupees == droits


def test_q04_vingt_reactivations_pour_la_derniere_place(base_reelle):
    """Q-04, A-19: reactivation is held by the same lock."""
    partenaire = _scene()
    remplir(partenaire, Profil.TECHNICIEN, 4)
    admin = creer_compte_actif("gestionnaire.metz", Profil.GESTIONNAIRE, partenaire=partenaire)
    fermes = []
    for rang in range(20):
        partis = Compte.objects.create(
            identifiant=f"parti.{rang}",
            profil=Profil.TECHNICIEN,
            nom=f"Parti{rang}",
            prenom="Paul",
            email=f"parti{rang}@{partenaire.domaines[0]}",
            partenaire=partenaire,
            cree_le=admin.cree_le,
            statut=Compte.Statut.INACTIF,
            inactive_le=admin.cree_le,
            inactivation="depart",
            suppression_le=admin.cree_le.date(),
        )
        fermes.append(partis)
    assert vingt_a_la_fois(lambda rang: reactiver(fermes[rang], par=admin)) == (1, 19)
    assert places(partenaire, Profil.TECHNICIEN).occupees == 5


def test_q07_vingt_releves_pour_une_place(base_reelle):
    """Q-07: exactly one relève takes the seat."""
    partenaire = _scene()
    titulaire = creer_compte_actif("gestionnaire.metz", Profil.GESTIONNAIRE, partenaire=partenaire)

    def annoncer(rang):
        return creer_compte(
            profil=Profil.GESTIONNAIRE,
            nom=f"Suite{rang}",
            prenom="Sam",
            email=f"sam{rang}@{partenaire.domaines[0]}",
            partenaire=partenaire,
            releve_de=titulaire,
            identifiant=f"sam.{rang}",
            par=MACHINE,
        )

    assert vingt_a_la_fois(annoncer) == (1, 19)
    assert titulaire.releves.count() == 1


def test_sans_le_verrou_la_place_est_depassee(base_reelle, monkeypatch):
    """The test of the test: with the lock taken out, more than one of the twenty wins."""
    monkeypatch.setattr("accounts.actions.comptes.verrouiller", lambda partenaire: partenaire)
    partenaire = _scene()
    remplir(partenaire, Profil.TECHNICIEN, 4)
    gagnants, _ = vingt_a_la_fois(_creer(partenaire, Profil.TECHNICIEN))
    assert gagnants > 1
    assert places(partenaire, Profil.TECHNICIEN).occupees > 5


def test_personne_ne_depasse_par_un_champ_en_trop(gestionnaire_metz, metz, grimaud):
    """A field that the form does not have (structure, profile, author) changes nothing."""
    client = connecte(gestionnaire_metz)
    client.post(
        reverse("compte-nouveau"),
        technicien(partenaire=grimaud.pk, profil="administrateur", statut="actif", cree_par=1),
    )
    nouveau = Compte.objects.get(email=personne()["email"])
    assert (nouveau.partenaire, nouveau.profil, nouveau.statut) == (metz, "technicien", "en_attente")


def test_vingt_structures_creent_le_meme_nom(base_reelle):
    """Generated identifiants stay unique when twenty homonyms are created at once; nobody is refused."""
    caisse = distribution.creer_caisse("moselle", "CPAM de Moselle", "57")
    structures = []
    for rang in range(20):
        structures.append(distribution.creer_partenaire(f"9005700110{rang:04d}", f"Structure {rang}", 5))
        creer_convention(structures[-1], caisse)

    def creer(rang):
        return creer_compte(
            profil=Profil.GESTIONNAIRE,
            nom="Durand",
            prenom="Camille",
            email=f"camille@{structures[rang].domaines[0]}",
            partenaire=structures[rang],
            par=MACHINE,
        )

    assert vingt_a_la_fois(creer) == (20, 0)
    assert len(set(Compte.objects.values_list("identifiant", flat=True))) == 20
