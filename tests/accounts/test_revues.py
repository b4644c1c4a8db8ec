"""Reviews of accounts: regular or on demand, line by line, exported, followed up when late (A-17, A-22)."""

import datetime as dt
import io
import zipfile

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.actions.revues import ouvrir_revue
from accounts.models.compte import Compte
from accounts.models.revues import LigneRevue, Revue
from accounts.ods import classeur
from accounts.tasks import revues
from socle import horloge
from socle.acteurs import MACHINE
from socle.profils import Profil
from tests.accounts.aides import courriels, texte
from tests.distribution import connecte, creer_compte_actif


@pytest.fixture
def revue(metz, caisse_moselle, gestionnaire_metz, technicien_metz, collegue_metz, administrateur_moselle):
    return ouvrir_revue(metz, caisse=caisse_moselle, par=administrateur_moselle)


def decider(client, revue, compte, decision):
    ligne = revue.lignes.get(compte=compte)
    return client.post(
        reverse("revue-decider", args=[revue.pk, ligne.pk]), {"decision": decision}, follow=True
    )


def test_a17_ouverte_par_la_caisse(
    metz, caisse_moselle, gestionnaire_metz, technicien_metz, administrateur_moselle
):
    """A-17: on demand of the caisse; the gestionnaires are told; one at a time."""
    client = connecte(administrateur_moselle)
    champs = {
        "caisse": caisse_moselle.pk,
        "echeance": (caisse_moselle.jour + dt.timedelta(days=20)).isoformat(),
    }
    # The structure reviews, it opens nothing.
    structure = connecte(gestionnaire_metz)
    assert "Ouvrir une revue" in texte(client.get("/revue/"))
    assert "Ouvrir une revue" not in texte(structure.get("/revue/"))
    assert structure.post("/revue/ouvrir/", champs).status_code == 403
    assert not Revue.objects.exists()
    passe = champs | {"echeance": caisse_moselle.jour.isoformat()}
    assert "L’échéance doit être dans le futur" in texte(client.post("/revue/ouvrir/", passe))
    assert client.post("/revue/ouvrir/", champs).status_code == 302
    ouverte = Revue.objects.get()
    assert set(ouverte.lignes.values_list("compte", flat=True)) == {gestionnaire_metz.pk, technicien_metz.pk}
    assert f"/revue/{ouverte.pk}/" in courriels(gestionnaire_metz.email)[-1].corps
    seconde = client.post("/revue/ouvrir/", champs | {"partenaire": metz.pk})
    assert seconde.status_code == 422 and "Une revue est déjà en cours" in texte(seconde)
    assert Revue.objects.count() == 1


def test_a17_une_structure_sans_compte_n_a_rien_a_revoir(metz, caisse_moselle, administrateur_moselle):
    """A-17: the last account left between the choice and the opening: nothing is opened, nobody is written to."""
    with pytest.raises(ValidationError, match="aucun compte ouvert"):
        ouvrir_revue(metz, caisse=caisse_moselle, par=administrateur_moselle)
    assert not Revue.objects.exists()


def test_a17_ligne_par_ligne(
    revue, gestionnaire_metz, technicien_metz, collegue_metz, administrateur_moselle
):
    """A-17: the gestionnaire confirms or inactivates each account; the rate is seen; the last line closes it."""
    client = connecte(gestionnaire_metz)
    assert "Revue des comptes" in texte(client.get("/"))
    decider(client, revue, technicien_metz, "confirme")
    assert "1 sur 3 (33 %)" in texte(connecte(administrateur_moselle).get("/revue/"))
    decider(client, revue, collegue_metz, "inactive")
    collegue_metz.refresh_from_db()
    assert (collegue_metz.statut, collegue_metz.inactivation) == ("inactif", "revue")
    refus = decider(client, revue, gestionnaire_metz, "inactive")
    assert "inactivé par la caisse" in texte(refus)
    gestionnaire_metz.refresh_from_db()
    assert gestionnaire_metz.statut == "actif"
    decider(client, revue, gestionnaire_metz, "confirme")
    revue.refresh_from_db()
    assert revue.close_le is not None
    assert "déjà décidée" in texte(decider(client, revue, technicien_metz, "inactive"))
    technicien_metz.refresh_from_db()
    assert technicien_metz.statut == Compte.Statut.ACTIF


def test_a17_qui_decide(
    revue, technicien_metz, administrateur_moselle, gestionnaire_grimaud, administrateur_var, agent_moselle
):
    ligne = revue.lignes.get(compte=technicien_metz)
    for acteur, attendu in (
        (administrateur_moselle, 403),
        (gestionnaire_grimaud, 404),
        (administrateur_var, 404),
        (agent_moselle, 404),
        (technicien_metz, 404),
    ):
        url = reverse("revue-decider", args=[revue.pk, ligne.pk])
        assert connecte(acteur).post(url, {"decision": "inactive"}).status_code == attendu
    assert not LigneRevue.objects.exclude(decision="").exists()


def test_a22_les_comptes_dormants_sont_marques(revue, gestionnaire_metz, technicien_metz):
    """A-22: six months without a sign-in are listed, with the last one; a closed account is not to be decided."""
    page = texte(connecte(gestionnaire_metz).get(f"/revue/{revue.pk}/"))
    assert "Plus de 6 mois" not in page and "Fermé par ailleurs" not in page
    assert page.count("Confirmer") == revue.lignes.count()
    Compte.objects.filter(pk=technicien_metz.pk).update(
        derniere_connexion_le=dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    )
    page = texte(connecte(gestionnaire_metz).get(f"/revue/{revue.pk}/"))
    assert page.count("Plus de 6 mois") == 1 and "05/01/2026" in page


@pytest.mark.parametrize(("cree_le", "marques"), [("2026-05-22", 1), ("2026-05-23", 0)])
def test_a22_jamais_connecte_le_compte_a_l_age_de_sa_creation(
    metz, caisse_moselle, gestionnaire_metz, technicien_metz, cree_le, marques
):
    """A-22: an account that nobody ever used is marked six months after its creation, not the day before."""
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False):
        Compte.objects.update(derniere_connexion_le=horloge.maintenant())
        Compte.objects.filter(pk=technicien_metz.pk).update(
            derniere_connexion_le=None, cree_le=f"{cree_le}T12:00:00Z"
        )
        ouverte = ouvrir_revue(metz, caisse=caisse_moselle, par=MACHINE)
        page = texte(connecte(gestionnaire_metz).get(f"/revue/{ouverte.pk}/"))
    assert page.count("Plus de 6 mois") == marques


def test_a17_exports(revue, gestionnaire_metz, technicien_metz):
    """A-17: the table as PDF and as a spreadsheet of texts, no formula."""
    Compte.objects.filter(pk=technicien_metz.pk).update(nom="=cmd|'/C calc'!A1")
    client = connecte(gestionnaire_metz)
    pdf = client.get(reverse("revue-pdf", args=[revue.pk]))
    assert pdf.content.startswith(b"%PDF") and "attachment" in pdf["Content-Disposition"]
    ods = client.get(reverse("revue-ods", args=[revue.pk]))
    with zipfile.ZipFile(io.BytesIO(ods.content)) as archive:
        assert archive.namelist()[0] == "mimetype"
        contenu = archive.read("content.xml").decode()
    assert "=cmd|" in contenu and "formula" not in contenu and contenu.count('value-type="string"') == 24


def test_un_classeur_est_toujours_le_meme():
    assert classeur("A", [["é", None, 3]]) == classeur("A", [["é", None, 3]])


def test_a17_relances_et_retard(metz, caisse_moselle, gestionnaire_metz, administrateur_moselle):
    """A-17: reminded from seven days before, then each week; late ones are seen; nothing twice."""
    with time_machine.travel("2026-03-02T10:00:00Z", tick=False) as temps:
        metz.participations.update(debut=dt.date(2026, 1, 1), utilisation_debut=dt.date(2026, 1, 1))
        ouvrir_revue(metz, caisse=caisse_moselle, par=MACHINE, echeance=dt.date(2026, 3, 31))
        envoyees = []
        for jour in range(3, 32):
            temps.move_to(dt.datetime(2026, 3, jour, 10, tzinfo=dt.UTC))
            envoyees += [jour] * revues()["relancees"] + [jour] * revues()["relancees"]
        assert envoyees == [24, 31]
        temps.move_to("2026-04-01T10:00:00Z")
        assert "En retard" in texte(connecte(administrateur_moselle).get("/revue/"))
    assert [c.gabarit for c in courriels(gestionnaire_metz.email)].count("accounts/revue_relance") == 2


def test_a17_reguliere_chaque_annee(caisse_moselle, metz):
    """A-17: opened by the job when the accounts, then the last review, are a year old; once."""
    with time_machine.travel("2026-03-02T10:00:00Z", tick=False) as temps:
        metz.participations.update(debut=dt.date(2026, 1, 1), utilisation_debut=dt.date(2026, 1, 1))
        creer_compte_actif("ancien.metz", Profil.GESTIONNAIRE, partenaire=metz)
        temps.move_to("2027-03-01T10:00:00Z")
        assert revues()["ouvertes"] == 0
        temps.move_to("2027-03-02T10:00:00Z")
        assert revues()["ouvertes"] == 1
        assert revues()["ouvertes"] == 0
        Revue.objects.update(close_le=Revue.objects.get().ouverte_le)
        temps.move_to("2028-03-01T10:00:00Z")
        assert revues()["ouvertes"] == 0
        temps.move_to("2028-03-03T10:00:00Z")
        assert revues()["ouvertes"] == 1


def test_une_revue_dont_les_comptes_sont_fermes_se_clot(revue, metz):
    metz.comptes.update(
        statut="inactif", inactive_le=revue.ouverte_le, inactivation="depart", suppression_le=revue.echeance
    )
    assert revues()["closes"] == 1
