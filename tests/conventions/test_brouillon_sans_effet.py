"""A-21: a SIRET is public. A convention that nobody signed gives identity, members and domains; never the accounts."""

import pytest

from accounts.actions.comptes import modifier_compte
from accounts.models.compte import Compte
from conventions.models.conventions import Convention
from droits import extraction
from droits.actions.demandes import enregistrer
from droits.perimetre import lignes_visibles_par
from socle import horloge
from socle.profils import Profil
from tests.accounts.aides import texte
from tests.conventions.fabrique import contenu
from tests.distribution import creer_compte_actif

COMPTES = ("modifier", "inactiver", "relancer", "second-facteur", "exclure", "reactiver")


@pytest.fixture
def victimes(technicien_metz, gestionnaire_metz):
    """The accounts of Metz, in convention with Moselle only, and one line of its journal without caisse."""
    modifier_compte(technicien_metz, par=gestionnaire_metz, fonction="Accueil")
    return [technicien_metz, gestionnaire_metz]


@pytest.fixture
def brouillon(connecte, administrateur_var, caisse_var, metz) -> Convention:
    """A draft of the Var with the SIRET of Metz, made through the pages, signed by nobody."""
    reponse = connecte(administrateur_var).post(
        f"/conventions/nouvelle/?siret={metz.siret}", contenu(caisse_var)
    )
    assert reponse.status_code == 302, reponse.content.decode()
    return Convention.objects.exclude(statut=Convention.Statut.EN_VIGUEUR).get()


@pytest.fixture(params=["brouillon", "à signer"])
def etranger(request, connecte, administrateur_var, brouillon):
    """The administrateur of the Var, whose convention with Metz is a draft, then waits for its signatures."""
    client = connecte(administrateur_var)
    if request.param == "à signer":
        client.post(f"/conventions/{brouillon.reference}/mettre-a-la-signature/")
        brouillon.refresh_from_db()
        assert brouillon.statut == Convention.Statut.A_SIGNER
    return client


def test_a21_ni_comptes_ni_places_d_ailleurs(etranger, victimes, metz):
    """A-21: neither how many gestionnaires another caisse habilitated, nor the seats of its convention, are told."""
    arrivee = texte(etranger.get(f"/partenaires/{metz.siret}/arrivee/"))
    assert "habilité." not in arrivee and "Le gestionnaire peut créer" not in arrivee
    assert "comptes de technicien" not in texte(etranger.get(f"/partenaires/{metz.siret}/"))


def test_a21_un_brouillon_n_ouvre_aucun_compte(etranger, victimes, metz):
    """A-21: neither list, page nor act; nothing of an account has changed."""
    avant = list(Compte.objects.filter(partenaire=metz).order_by("pk").values())
    assert etranger.get(f"/comptes/structure/{metz.siret}/").status_code == 404
    assert etranger.post(f"/comptes/structure/{metz.siret}/rouvrir/").status_code == 404
    for compte in victimes:
        assert etranger.get(f"/comptes/{compte.pk}/").status_code == 404
        for acte in COMPTES:
            donnees = {"inactiver-cause": "fraude", "email": "moi@ailleurs.example"}
            assert etranger.post(f"/comptes/{compte.pk}/{acte}/", donnees).status_code == 404, acte
    assert etranger.get(f"/habilitations/nouvelle/membres/?structure={metz.siret}").status_code == 404
    assert list(Compte.objects.filter(partenaire=metz).order_by("pk").values()) == avant


def test_a21_ni_le_journal_ni_les_donnees(etranger, victimes, metz, administrateur_var, caisse_var):
    """R-03, R-04: the journal of the structure and the file of its people stay closed too."""
    lignes = lignes_visibles_par(administrateur_var).filter(partenaire=metz.pk)
    assert not lignes.exclude(compte=administrateur_var.pk).exists()
    assert "compte.modifier" not in set(lignes.values_list("acte", flat=True))
    page = etranger.get("/conformite/journal/").content.decode()
    assert victimes[0].identifiant not in page
    dpo = creer_compte_actif("dpo.var", Profil.DPO, caisses=(caisse_var,))
    demande = enregistrer(
        par=dpo,
        caisse=caisse_var,
        partenaire=None,
        droit="acces",
        qualite="professionnel",
        recue_le=horloge.maintenant().date(),
        contenu={"nom": "Metz", "prenom": "Technicien", "naissance": "", "precisions": ""}
        | {"courriel": victimes[0].email},
    )
    assert extraction.chercher(demande) == []


def test_a21_l_identite_reste(etranger, metz):
    """A-21: the one who drafts sees whom with: name, members and domains."""
    page = etranger.get(f"/partenaires/{metz.siret}/")
    assert page.status_code == 200
    assert "Metz Métropole" in page.content.decode()
    assert "Metz Métropole" in etranger.get("/partenaires/").content.decode()


def test_a21_ni_destinataire_ni_choix(etranger, connecte, victimes, caisse_var):
    """R-02, R-03: nothing is sent to a caisse that only drafts, and it names the structure in no act."""
    for page in ("/conformite/droits/nouvelle/", "/violations/nouvelle/"):
        form = connecte(victimes[1]).get(page).context["form"]
        assert caisse_var not in form.fields["caisse"].queryset, page
    assert not etranger.get("/violations/nouvelle/").context["form"].fields["partenaire"].queryset.exists()
