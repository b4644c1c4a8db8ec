"""What the actions refuse by themselves, whatever form, import or command calls them."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actions.comptes import creer_compte, inactiver, modifier_compte
from accounts.actions.habilitations import deposer_demande
from accounts.actions.securite import exclure, lever_exclusion
from accounts.models.compte import Compte
from accounts.models.habilitations import DemandeHabilitation
from accounts.regles import CERTIFICATIONS
from conformite.models.journal import LigneJournal
from socle.acteurs import MACHINE
from socle.profils import Profil
from tests.accounts.aides import personne, rien_ne_change
from tests.conventions.aides import erreurs
from tests.distribution import connecte, creer_compte_actif, creer_convention

NEUF = {"nom": "Petit", "prenom": "Alix", "email": "alix.petit@metz.example"}


def refuse(**champs):
    with rien_ne_change(), pytest.raises(ValidationError) as refus:
        creer_compte(**(NEUF | champs))
    return refus.value.messages


def test_a03_sans_chaque_point_certifie(gestionnaire_metz, metz):
    """A-03: one point that is not certified is enough to refuse a technicien."""
    for oublie in CERTIFICATIONS:
        assert refuse(
            profil=Profil.TECHNICIEN,
            partenaire=metz,
            par=gestionnaire_metz,
            certifications=set(CERTIFICATIONS) - {oublie},
        ) == ["Certifiez chacun des points demandés."]


def test_q07_on_ne_releve_qu_un_gestionnaire_en_place(
    administrateur_moselle, gestionnaire_metz, gestionnaire_grimaud, technicien_metz, metz
):
    """Q-07: the relève takes the seat of a gestionnaire in place of this structure, for a gestionnaire, once."""
    parti = creer_compte_actif("parti.metz", Profil.GESTIONNAIRE, partenaire=metz)
    Compte.objects.filter(pk=parti.pk).update(
        statut="inactif", inactivation="depart", inactive_le=parti.cree_le, suppression_le="2030-01-01"
    )
    commun = {"partenaire": metz, "par": administrateur_moselle}
    for titulaire in (technicien_metz, gestionnaire_grimaud, parti):
        assert refuse(profil=Profil.GESTIONNAIRE, releve_de=titulaire, **commun) == [
            "Cette personne n’est pas un gestionnaire de la structure."
        ]
    assert refuse(
        profil=Profil.TECHNICIEN, releve_de=gestionnaire_metz, certifications=CERTIFICATIONS, **commun
    ) == ["Cette personne n’est pas un gestionnaire de la structure."]
    creer_compte(**NEUF, profil=Profil.GESTIONNAIRE, releve_de=gestionnaire_metz, **commun)
    seconde = {"nom": "Grand", "email": "alix.grand@metz.example"}
    assert refuse(profil=Profil.GESTIONNAIRE, releve_de=gestionnaire_metz, **commun, **seconde) == [
        "Un successeur est déjà annoncé pour ce gestionnaire."
    ]


def test_a09_enregistrer_sans_rien_changer(administrateur_moselle, gestionnaire_metz):
    """A-09: nothing changed, nothing told: no mail, no line in the journal."""
    avant = LigneJournal.objects.filter(acte="compte.modifier").count()
    with rien_ne_change():
        modifier_compte(gestionnaire_metz, par=administrateur_moselle, nom=gestionnaire_metz.nom)
    assert LigneJournal.objects.filter(acte="compte.modifier").count() == avant


def test_a20_un_compte_de_la_caisse_a_une_adresse_de_la_caisse(administrateur_moselle, agent_moselle, metz):
    """A-20, A-24: the domains of the caisse bind its accounts, those of a structure its own only."""
    for ailleurs in ("agent@ailleurs.example", f"agent@{metz.domaines[0]}"):
        with rien_ne_change(), pytest.raises(ValidationError, match="n’est pas celle de la caisse"):
            modifier_compte(agent_moselle, par=administrateur_moselle, email=ailleurs)
    modifier_compte(agent_moselle, par=administrateur_moselle, email="autre@caisse.example")
    assert agent_moselle.contreseings.get().email == "autre@caisse.example"


def test_a20_une_adresse_d_un_autre_domaine(administrateur_moselle, technicien_metz):
    """A-03, A-20: changing an address obeys what its creation obeyed."""
    with rien_ne_change(), pytest.raises(ValidationError) as refus:
        modifier_compte(technicien_metz, par=administrateur_moselle, email="alix@ailleurs.example")
    assert "n’est pas rattachée à votre structure" in refus.value.messages[0]


def test_a10_une_modification_obeit_aux_memes_adresses(gestionnaire_metz, caisse_moselle, metz):
    """A-03, A-09, A-10: a new address asked for a gestionnaire is one that a creation would accept."""
    with rien_ne_change(), pytest.raises(ValidationError) as refus:
        deposer_demande(
            nature=DemandeHabilitation.Nature.MODIFICATION,
            partenaire=metz,
            caisse=caisse_moselle,
            par=gestionnaire_metz,
            compte=gestionnaire_metz,
            email="camille@gmail.com",
        )
    assert "les messageries gratuites ne sont pas acceptées" in refus.value.messages[0]
    assert not DemandeHabilitation.objects.exists()


@pytest.mark.parametrize("nature", ["modification", "inactivation"])
def test_a10_on_ne_designe_qu_un_gestionnaire_de_la_structure(
    gestionnaire_metz, gestionnaire_grimaud, technicien_metz, caisse_moselle, metz, nature
):
    """A-09, A-10: nobody, a technicien, another structure's gestionnaire: refused, nothing written."""
    for cible in (None, technicien_metz, gestionnaire_grimaud):
        with rien_ne_change(), pytest.raises(ValidationError) as refus:
            deposer_demande(
                nature=nature,
                partenaire=metz,
                caisse=caisse_moselle,
                par=gestionnaire_metz,
                compte=cible,
                nom="Petit",
            )
        assert refus.value.messages == ["Choisissez un gestionnaire de la structure."]
    assert not DemandeHabilitation.objects.exists()


def test_a11_les_techniciens_passent_au_gestionnaire_qui_reste(gestionnaire_metz, technicien_metz, metz):
    """A-11: attached to the gestionnaire who stays; with nobody left, they keep the one they had."""
    partant = creer_compte_actif("partant.metz", Profil.GESTIONNAIRE, partenaire=metz)
    Compte.objects.filter(pk=technicien_metz.pk).update(rattache_a=partant)
    inactiver(partant, par=MACHINE, cause="depart")
    technicien_metz.refresh_from_db()
    assert (technicien_metz.rattache_a, technicien_metz.statut) == (gestionnaire_metz, "actif")
    inactiver(gestionnaire_metz, par=MACHINE, cause="depart")
    technicien_metz.refresh_from_db()
    assert (technicien_metz.rattache_a, technicien_metz.statut) == (gestionnaire_metz, "actif")


def test_a16_une_exclusion_a_une_raison_et_ne_se_repete_pas(
    technicien_metz, metz, caisse_moselle, caisse_var, administrateur_moselle
):
    """A-16: no exclusion without its reason, none twice by the same caisse, none of a closed account."""
    creer_convention(metz, caisse_var)
    commun = {"caisse": caisse_moselle, "par": administrateur_moselle}

    def refusee(raison: str) -> list[str]:
        with rien_ne_change(), pytest.raises(ValidationError) as refus:
            exclure(technicien_metz, raison=raison, **commun)
        return refus.value.messages

    assert refusee("  ") == ["Écrivez la raison de l’exclusion : elle est notifiée à la structure."]
    exclure(technicien_metz, raison="Consultations sans rapport.", **commun)
    assert refusee("Encore.") == ["Cette personne est déjà exclue par la caisse."]
    inactiver(technicien_metz, par=MACHINE, cause="depart")
    assert refusee("Encore.") == ["Ce compte est déjà inactif."]


def test_a19_une_exclusion_ne_se_leve_qu_une_fois(
    technicien_metz, metz, caisse_moselle, administrateur_moselle
):
    """A-16, A-19: lifted once, with its author; a second time is refused."""
    exclusion = exclure(
        technicien_metz,
        caisse=caisse_moselle,
        par=administrateur_moselle,
        raison="Consultations sans rapport.",
    )
    lever_exclusion(exclusion, par=administrateur_moselle)
    exclusion.refresh_from_db()
    assert exclusion.levee_par == administrateur_moselle
    with rien_ne_change(), pytest.raises(ValidationError) as refus:
        lever_exclusion(exclusion, par=administrateur_moselle)
    assert refus.value.messages == ["Cette exclusion est déjà levée."]


def test_a20_un_administrateur_a_au_moins_une_caisse(national):
    """A-20: only the national profile has none."""
    donnees = personne() | {"profil": Profil.ADMINISTRATEUR}
    with rien_ne_change():
        refus = connecte(national).post("/caisse/agents/nouveau/", donnees)
        assert erreurs(refus)["caisses"] == "Choisissez au moins une caisse."


def test_a03_un_fichier_sans_une_lettre(gestionnaire_metz):
    """A-03: a spreadsheet saved empty (its marker of encoding alone) is no file."""
    vide = SimpleUploadedFile("vide.csv", b"\xef\xbb\xbf")
    with rien_ne_change():
        refus = connecte(gestionnaire_metz).post("/comptes/importer/", {"fichier": vide})
        assert erreurs(refus)["fichier"].startswith("Ce tableau ne contient aucune ligne sous ses titres.")


def test_un_acte_nomme_ce_qu_il_change(administrateur_moselle, technicien_metz):
    """A-20: the profile, the state, the password are no coordinates: the act does not know them."""
    for champ, valeur in {"profil": "administrateur", "statut": "inactif", "password": "!"}.items():
        with rien_ne_change(), pytest.raises(TypeError, match=champ):
            modifier_compte(technicien_metz, par=administrateur_moselle, **{champ: valeur})
