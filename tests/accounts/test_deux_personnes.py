"""Nobody alone opens a caisse's account, reopens one or gives it a caisse (A-24): the doors, tried one by one."""

import datetime as dt
import threading

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.actions.comptes import creer_compte, inactiver, modifier_compte, reactiver
from accounts.actions.confirmations import contresigner, expirer_contreseings, refuser
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from accounts.models.contreseings import Contreseing
from accounts.models.sessions import OUVERTE
from accounts.regles import DUREE_AVIS_SEUL, DUREE_CONTRESEING
from conformite.models.journal import LigneJournal
from socle import horloge
from socle.models import CourrielSortant
from socle.profils import Profil
from tests.accounts.aides import activer, courriels, lien, personne, texte
from tests.distribution import MOT_DE_PASSE, connecte, creer_caisse, creer_compte_actif

NOUVEAU = reverse("equipe-nouveau")
STATUT = Compte.Statut


def saisie(caisse, profil=Profil.AGENT, **autres) -> dict:
    return personne(domaine="caisse.example", profil=profil, caisses=[caisse.pk], **autres)


def decider(contreseing, compte, decision="confirmer", **autres):
    adresse = reverse("contreseing-decider", args=[contreseing.pk])
    preuve = {"identite-mot_de_passe": MOT_DE_PASSE}
    return connecte(compte).post(adresse, {"decision": decision} | preuve | autres)


def actes(contreseing) -> list[str]:
    lignes = LigneJournal.objects.filter(objet_type="accounts.contreseing", objet_id=str(contreseing.pk))
    return list(lignes.order_by("pk").values_list("acte", flat=True))


@pytest.fixture
def autre(caisse_moselle) -> Compte:
    """A second administrateur of the caisse."""
    return creer_compte_actif("autre.moselle", Profil.ADMINISTRATEUR, caisses=(caisse_moselle,))


@pytest.fixture
def demande(administrateur_moselle, national, caisse_moselle) -> Contreseing:
    """An agent's account, asked for by the only administrateur of the caisse."""
    reponse = connecte(administrateur_moselle).post(NOUVEAU, saisie(caisse_moselle))
    assert reponse.status_code == 302
    return Contreseing.objects.get()


# --- Two persons


def test_a24_le_compte_ne_donne_rien_avant_la_seconde_personne(
    demande, administrateur_moselle, superviseur_moselle, dpo_moselle, national
):
    """A-24: asked for, it has no link, no seat, nothing; the second sees who, for whom, what; then the person activates."""
    cible = demande.compte
    assert cible.statut == STATUT.A_CONFIRMER and courriels(cible.email) == []
    assert not LienPersonnel.objects.filter(compte=cible).exists()
    relance = connecte(administrateur_moselle).post(reverse("compte-relancer", args=[cible.pk]))
    assert relance.status_code == 409
    adresse = reverse("contreseing", args=[demande.pk])
    page = texte(connecte(national).get(adresse))
    for dit in (
        "Alix Petit",
        "alix.petit@caisse.example",
        "CPAM de Moselle",
        "Administrateur Moselle",
        "Agent",
    ):
        assert dit in page
    assert "Confirmer ou refuser" in page
    assert "À confirmer" in texte(connecte(national).get("/"))
    assert "À confirmer" not in texte(connecte(administrateur_moselle).get("/"))
    assert decider(demande, national).url == adresse
    cible.refresh_from_db()
    demande.refresh_from_db()
    assert (cible.statut, demande.statut, demande.decide_par) == (STATUT.EN_ATTENTE, "confirme", national)
    assert activer(Client(), lien(cible.email)).url == "/cgu/"
    assert actes(demande) == ["contreseing.demander", "contreseing.confirmer"]
    assert decider(demande, national).status_code == 409


def test_a24_superviseur_et_dpo_sont_prevenus_aussitot(
    administrateur_moselle, superviseur_moselle, dpo_moselle, agent_moselle, national, caisse_moselle
):
    """A-24: by mail and in the portal, where the notification leads to a page that they may read; they confirm nothing."""
    connecte(administrateur_moselle).post(NOUVEAU, saisie(caisse_moselle))
    demande = Contreseing.objects.get()
    adresse = reverse("contreseing", args=[demande.pk])
    assert courriels(national.email)[-1].gabarit == "accounts/contreseing_demande"
    assert courriels(agent_moselle.email) == []
    for veilleur in (superviseur_moselle, dpo_moselle):
        avis = courriels(veilleur.email)[-1]
        assert (avis.gabarit, avis.chemin) == ("accounts/contreseing_avis", adresse)
        assert "administrateur.moselle l’a demandé" in avis.corps and "alix.petit" in avis.corps
        client = connecte(veilleur)
        assert avis.sujet in texte(client.get("/notifications/"))
        assert "Confirmer ou refuser" not in texte(client.get(adresse))
        assert decider(demande, veilleur).status_code == 403
    decider(demande, national)
    for prevenu in (administrateur_moselle, superviseur_moselle, dpo_moselle):
        assert "c’est fait" in courriels(prevenu.email)[-1].corps


def test_a24_un_autre_administrateur_avant_le_national(
    demande, administrateur_moselle, autre, national, caisse_moselle
):
    """A-24: another administrateur of the caisse; the national only where there is one alone."""
    assert list(demande.seconds()) == [autre]
    assert decider(demande, national).status_code == 403
    assert decider(demande, autre).status_code == 302
    demande.compte.refresh_from_db()
    assert demande.compte.statut == STATUT.EN_ATTENTE


def test_a24_refus_motive(demande, administrateur_moselle, national):
    """A-24: a refusal says why; the account is closed, its asker told; reopening it takes two persons again."""
    assert decider(demande, national, "refuser").status_code == 422
    assert decider(demande, national, "refuser", raison="Personne inconnue.").status_code == 302
    cible = Compte.objects.get(pk=demande.compte_id)
    assert (cible.statut, cible.inactivation) == (STATUT.INACTIF, "non-confirme")
    assert "Personne inconnue." in courriels(administrateur_moselle.email)[-1].corps
    assert courriels(cible.email) == []
    assert actes(demande)[-1] == "contreseing.refuser"
    connecte(administrateur_moselle).post(reverse("compte-reactiver", args=[cible.pk]))
    cible.refresh_from_db()
    assert cible.statut == STATUT.INACTIF
    assert cible.contreseings.attendus().get().nature == "reouverture"


def test_a24_qui_a_demande_reprend_sa_demande(demande, administrateur_moselle):
    assert decider(demande, administrateur_moselle, "refuser", raison="Faute de frappe.").status_code == 302
    demande.compte.refresh_from_db()
    assert demande.compte.statut == STATUT.INACTIF


def test_a24_une_demande_expire(demande, administrateur_moselle, national):
    """A-24: after seven days nobody may confirm any more; the job closes it once, and says so."""
    with time_machine.travel(horloge.temps_reel() + DUREE_CONTRESEING + dt.timedelta(minutes=1), tick=False):
        with pytest.raises(ValidationError, match="expiré"):
            contresigner(demande, par=national)
        assert (expirer_contreseings(), expirer_contreseings()) == (1, 0)
    demande.compte.refresh_from_db()
    assert demande.compte.statut == STATUT.INACTIF
    assert "Personne n’a confirmé à temps" in courriels(administrateur_moselle.email)[-1].corps
    assert actes(demande)[-1] == "contreseing.expirer"


# --- One alone


def test_a24_l_administrateur_seul_n_ouvre_rien(demande, administrateur_moselle, national):
    """A-24: who asked confirms nothing, by the page, by a direct POST, by the action, nor in the database."""
    assert "Confirmer ou refuser" not in texte(
        connecte(administrateur_moselle).get(reverse("contreseing", args=[demande.pk]))
    )
    assert decider(demande, administrateur_moselle).status_code == 403
    with pytest.raises(PermissionDenied):
        contresigner(demande, par=administrateur_moselle)
    refus = LigneJournal.objects.filter(acte="acces.refuse", compte=administrateur_moselle.pk)
    assert refus.exists()
    maintenant = horloge.maintenant()
    for personne_seule in (administrateur_moselle, demande.compte):
        with pytest.raises(IntegrityError, match="contreseing_deux_personnes"), transaction.atomic():
            Contreseing.objects.update(statut="confirme", decide_par=personne_seule, decide_le=maintenant)
    demande.compte.refresh_from_db()
    assert demande.compte.statut == STATUT.A_CONFIRMER


def test_a24_un_second_compte_de_la_meme_personne_n_est_pas_une_seconde_personne(
    administrateur_moselle, national, caisse_moselle
):
    """A-24: two accounts that read one mail box are one person, sub-addresses folded."""
    nom, _, domaine = administrateur_moselle.email.partition("@")
    double = creer_compte_actif(
        "double.moselle", Profil.ADMINISTRATEUR, caisses=(caisse_moselle,), email=f"{nom}+2@{domaine}".upper()
    )
    connecte(administrateur_moselle).post(NOUVEAU, saisie(caisse_moselle))
    demande = Contreseing.objects.get()
    assert list(demande.seconds()) == [national]
    assert decider(demande, double).status_code == 403


def test_a24_sa_propre_boite_pour_un_nouveau_compte(administrateur_moselle, autre, caisse_moselle):
    """A-04, A-24: no new account is read in the box of somebody else of the caisses."""
    nom, _, domaine = administrateur_moselle.email.partition("@")
    reponse = connecte(administrateur_moselle).post(
        NOUVEAU, saisie(caisse_moselle) | {"email": f"{nom}+agent@{domaine}"}
    )
    assert reponse.status_code == 422 and "celle d’une autre personne" in texte(reponse)
    assert not Contreseing.objects.exists()


def test_a24_rouvrir_seul(administrateur_moselle, autre, agent_moselle):
    """A-24: an account that was closed is asked for, and stays closed until the second person confirms."""
    inactiver(agent_moselle, par=administrateur_moselle, cause="depart")
    adresse = reverse("compte-reactiver", args=[agent_moselle.pk])
    client = connecte(administrateur_moselle)
    assert client.post(adresse).status_code == 302
    client.post(adresse)
    agent_moselle.refresh_from_db()
    assert agent_moselle.statut == STATUT.INACTIF
    demande = agent_moselle.contreseings.get()
    assert decider(demande, administrateur_moselle).status_code == 403
    assert decider(demande, autre).status_code == 302
    agent_moselle.refresh_from_db()
    assert agent_moselle.statut == STATUT.EN_ATTENTE and not agent_moselle.has_usable_password()
    assert "compte.reactiver" in LigneJournal.objects.values_list("acte", flat=True)


def test_a24_donner_une_caisse_seul(
    administrateur_moselle, autre, national, agent_moselle, caisse_moselle, caisse_var
):
    """A-24: a caisse more waits; the administrateur of one of the two caisses is no second person for the other."""
    deux = creer_compte_actif("admin.deux", Profil.ADMINISTRATEUR, caisses=(caisse_moselle, caisse_var))
    pole = caisse_var.poles.order_by("pk")[0]
    gardes = set(agent_moselle.poles.all())
    donnees = personne(nom="Moselle", prenom="Agent", domaine="caisse.example") | {
        "email": agent_moselle.email,
        "caisses": [caisse_moselle.pk, caisse_var.pk],
        "poles": [pole.pk, *(un.pk for un in gardes)],
    }
    assert (
        connecte(deux).post(reverse("compte-modifier", args=[agent_moselle.pk]), donnees).status_code == 302
    )
    assert list(agent_moselle.caisses.all()) == [caisse_moselle]
    assert set(agent_moselle.poles.all()) == gardes
    demande = agent_moselle.contreseings.get()
    assert (list(demande.caisses.all()), list(demande.poles.all())) == ([caisse_var], [pole])
    assert decider(demande, autre).status_code == 404
    assert decider(demande, deux).status_code == 403
    assert decider(demande, national).status_code == 302
    assert set(agent_moselle.caisses.all()) == {caisse_moselle, caisse_var}
    assert set(agent_moselle.poles.all()) == gardes | {pole}


def test_a24_le_profil_ne_change_pas_par_un_champ_en_trop(
    administrateur_moselle, agent_moselle, caisse_moselle
):
    """A-24: no door changes a profile: a posted one is nobody's."""
    donnees = personne(nom="Moselle", prenom="Agent", domaine="caisse.example") | {
        "email": agent_moselle.email,
        "caisses": [caisse_moselle.pk],
        "profil": "superviseur",
        "statut": "actif",
    }
    connecte(administrateur_moselle).post(reverse("compte-modifier", args=[agent_moselle.pk]), donnees)
    agent_moselle.refresh_from_db()
    assert agent_moselle.profil == Profil.AGENT
    with pytest.raises(TypeError):
        modifier_compte(agent_moselle, par=administrateur_moselle, profil="superviseur")


def test_a24_qui_vient_de_se_connecter_donne_son_mot_de_passe(demande, national):
    """A-24: the second person answers for it by his password, never by a session that somebody may have taken."""
    reponse = connecte(national).post(
        reverse("contreseing-decider", args=[demande.pk]), {"decision": "confirmer"}
    )
    assert "Cet acte demande votre mot de passe" in texte(reponse)
    demande.refresh_from_db()
    assert demande.statut == "attendu"


@pytest.mark.parametrize(
    "vue", ["equipe-nouveau", "compte-modifier", "compte-reactiver", "contreseing-decider"]
)
def test_a24_la_session_volee_ne_suffit_pas(vue, demande, administrateur_moselle, agent_moselle, national):
    """A-24, ASVS 7.5.3: each door asks the password again; who has the session only does nothing."""
    acteur = national if vue == "contreseing-decider" else administrateur_moselle
    objet = demande if vue == "contreseing-decider" else agent_moselle
    if vue == "compte-reactiver":
        inactiver(agent_moselle, par=administrateur_moselle, cause="depart")
    client = connecte(acteur)
    session = client.session
    session[OUVERTE] -= 11 * 60
    session.save()
    adresse = reverse(vue, args=[] if vue == "equipe-nouveau" else [objet.pk])
    avant = list(Compte.objects.order_by("pk").values_list()), Contreseing.objects.count()
    envoi = {"decision": "confirmer", "identite-mot_de_passe": "deviné"}
    reponse = client.post(adresse, envoi)
    assert "Cet acte demande votre mot de passe" in texte(reponse)
    assert (list(Compte.objects.order_by("pk").values_list()), Contreseing.objects.count()) == avant
    if vue == "contreseing-decider":
        envoi["identite-mot_de_passe"] = MOT_DE_PASSE
        assert client.post(adresse, envoi).status_code == 302
        demande.compte.refresh_from_db()
        assert demande.compte.statut == STATUT.EN_ATTENTE


def test_a24_un_domaine_que_la_caisse_n_a_pas(
    administrateur_moselle, autre, national, agent_moselle, caisse_moselle, caisse_var
):
    """A-24: no account of a caisse is written to out of its mail domains, that the national alone declares."""
    envoi = saisie(caisse_moselle) | {"email": "agathe@ailleurs.example"}
    client = connecte(administrateur_moselle)
    refus = client.post(NOUVEAU, envoi)
    assert refus.status_code == 422 and "Domaines acceptés : caisse.example" in texte(refus)
    with pytest.raises(ValidationError, match="pas celle de la caisse"):
        modifier_compte(agent_moselle, par=administrateur_moselle, email="moi@ailleurs.example")
    adresse = reverse("national-caisse-domaines", args=[caisse_moselle.code])
    assert client.post(adresse, {"domaines": "ailleurs.example"}).status_code == 403
    page = connecte(national)
    vu = {"vu": page.get(adresse).context["form"]["vu"].value()}
    assert page.post(adresse, {"domaines": "gmail.com"} | vu).status_code == 422
    assert page.post(adresse, {"domaines": "ailleurs.example\ncaisse.example"} | vu).status_code == 302
    assert page.post(adresse, {"domaines": "autre.example"} | vu).status_code == 409, "declared meanwhile"
    assert client.post(NOUVEAU, envoi).status_code == 302
    deux = saisie(caisse_moselle, nom="Deux") | {"caisses": [caisse_var.pk], "email": "deux@ailleurs.example"}
    assert connecte(national).post(NOUVEAU, deux | {"profil": "administrateur"}).status_code == 422


@pytest.mark.parametrize(
    "colonne", ["gestionnaire_metz", "technicien_metz", "agent_moselle", "administrateur_var"]
)
def test_a24_personne_d_autre(request, colonne, demande):
    """A-24: neither a gestionnaire, nor an agent, nor the administrateur of another caisse even sees it."""
    etranger = request.getfixturevalue(colonne)
    assert connecte(etranger).get(reverse("contreseing", args=[demande.pk])).status_code == 404
    assert decider(demande, etranger).status_code == 404


def test_a24_sans_seconde_personne_rien_n_est_ouvert(administrateur_moselle, caisse_moselle):
    """A-24: one administrateur, no national: the request itself is refused, and leaves nothing."""
    reponse = connecte(administrateur_moselle).post(NOUVEAU, saisie(caisse_moselle))
    assert reponse.status_code == 422 and "aucune autre ne peut le confirmer" in texte(reponse)
    assert not Compte.objects.filter(nom="Petit").exists()


# --- The national


def test_a24_le_national_n_ouvre_pas_seul_un_administrateur(national, administrateur_moselle, caisse_moselle):
    """A-24: the administrateur of the caisse confirms the one that the national asks for."""
    connecte(national).post(NOUVEAU, saisie(caisse_moselle, Profil.ADMINISTRATEUR))
    demande = Contreseing.objects.get()
    assert decider(demande, national).status_code == 403
    assert decider(demande, administrateur_moselle).status_code == 302
    demande.compte.refresh_from_db()
    assert demande.compte.statut == STATUT.EN_ATTENTE


def test_a24_un_national_par_un_autre_national(national, administrateur_moselle, caisse_moselle):
    """A-24: another national confirms a national; no administrateur does."""
    second = creer_compte_actif("second.national", Profil.NATIONAL)
    connecte(national).post(NOUVEAU, personne(domaine="cnam.example", profil=Profil.NATIONAL))
    demande = Contreseing.objects.get()
    assert decider(demande, administrateur_moselle).status_code == 404
    assert decider(demande, national).status_code == 403
    assert decider(demande, second).status_code == 302


def test_a24_ce_que_le_national_ouvre_seul_est_dit_a_tous(
    national, agent_moselle, dpo_moselle, agent_var, caisse_moselle
):
    """A-24: nobody else could confirm: it is done, told to every address of the caisse, on its home for thirty days."""
    connecte(national).post(NOUVEAU, saisie(caisse_moselle, Profil.ADMINISTRATEUR))
    fait = Contreseing.objects.get()
    assert fait.statut == "seul" and fait.compte.statut == STATUT.EN_ATTENTE
    assert actes(fait) == ["contreseing.seul"]
    for membre in (agent_moselle, dpo_moselle):
        assert "l’a fait seul" in courriels(membre.email)[-1].corps
        client = connecte(membre)
        assert "Ouvert par une personne seule" in texte(client.get("/"))
        assert client.get(reverse("contreseing", args=[fait.pk])).status_code == 200
    assert courriels(agent_var.email) == []
    assert "Ouvert par une personne seule" not in texte(connecte(agent_var).get("/"))
    with time_machine.travel(horloge.temps_reel() + DUREE_AVIS_SEUL + dt.timedelta(minutes=1), tick=False):
        assert "Ouvert par une personne seule" not in texte(connecte(agent_moselle).get("/"))


def test_a24_un_national_de_plus_ouvert_seul_est_dit_a_toutes_les_caisses(
    national, agent_moselle, agent_var, technicien_metz
):
    """A-24: a national acts for every caisse: all are told; no structure is."""
    connecte(national).post(NOUVEAU, personne(domaine="cnam.example", profil=Profil.NATIONAL))
    for membre in (agent_moselle, agent_var):
        assert "l’a fait seul" in courriels(membre.email)[-1].corps
        assert "Ouvert par une personne seule" in texte(connecte(membre).get("/"))
    assert courriels(technicien_metz.email) == []
    assert "Ouvert par une personne seule" not in texte(connecte(technicien_metz).get("/"))


# --- Under the lock


@pytest.mark.parametrize("perdu", ["closed", "moved"])
def test_a24_les_droits_sont_redemandes_sous_le_verrou(
    perdu, demande, administrateur_moselle, national, caisse_var
):
    """A-24: the first person left, or runs the caisse no more: what he asked is worth nothing, and says so."""
    if perdu == "closed":
        inactiver(administrateur_moselle, par=national, cause="depart")
    else:
        administrateur_moselle.caisses.set([caisse_var])
    reponse = decider(demande, national)
    assert reponse.status_code == 422 and "ne tient plus" in texte(reponse)
    demande.compte.refresh_from_db()
    assert demande.compte.statut == STATUT.A_CONFIRMER


def test_a24_le_second_parti_entre_temps(demande, autre, national):
    """A-24: the second person's right is read afresh, whatever his session remembers."""
    assert demande.attend(autre)
    inactiver(autre, par=national, cause="depart")
    with pytest.raises(PermissionDenied):
        contresigner(demande, par=autre)
    assert contresigner(demande, par=national).statut == "confirme"


def test_a24_deux_seconds_au_meme_instant(base_reelle, postgres):
    """A-24: one confirms, the other is told; one link leaves."""
    demande = _scene()
    suites: list[str] = []

    def agir(identifiant, faire):
        try:
            faire(Compte.objects.get(identifiant=identifiant))
            suites.append("fait")
        except ValidationError:
            suites.append("trop tard")
        finally:
            connection.close()

    fils = [
        threading.Thread(target=agir, args=("second.moselle", lambda par: contresigner(demande, par=par))),
        threading.Thread(
            target=agir, args=("tiers.moselle", lambda par: refuser(demande, par=par, raison="Inconnue."))
        ),
    ]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(suites) == ["fait", "trop tard"]
    liens = CourrielSortant.objects.filter(gabarit="accounts/activation").count()
    assert liens == (Contreseing.objects.get().statut == "confirme")


def _scene() -> Contreseing:
    caisse = creer_caisse("moselle", "CPAM de Moselle", "57")
    premier, *_ = [
        creer_compte_actif(f"{nom}.moselle", Profil.ADMINISTRATEUR, caisses=(caisse,))
        for nom in ("premier", "second", "tiers")
    ]
    creer_compte(
        profil=Profil.AGENT,
        nom="Petit",
        prenom="Alix",
        email="alix@caisse.example",
        caisses=[caisse],
        par=premier,
    )
    return Contreseing.objects.get()


def test_a24_les_actions_elles_memes_ne_donnent_rien(
    administrateur_moselle, national, agent_moselle, caisse_moselle
):
    """A-24: the guard is in the act, whatever page calls it."""
    neuf = creer_compte(
        profil=Profil.DPO,
        nom="Neuf",
        prenom="Noa",
        email="noa@caisse.example",
        caisses=[caisse_moselle],
        par=administrateur_moselle,
    )
    assert neuf.statut == STATUT.A_CONFIRMER
    inactiver(agent_moselle, par=administrateur_moselle, cause="depart")
    assert reactiver(agent_moselle, par=administrateur_moselle).statut == STATUT.INACTIF
