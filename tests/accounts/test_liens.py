"""Personal links stand in clear nowhere, are sent again as they were, and serve one browser (A-05, A-25, ASVS 6.4)."""

import datetime as dt
import html
import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.actions.acces import envoyer_lien
from accounts.actions.comptes import inactiver
from accounts.actions.oublis import repondre_aux_oublis
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from accounts.regles import DUREE_ENREGISTREMENT
from conformite.models.journal import LigneJournal
from conformite.scellement import cle_derivee
from socle import horloge
from socle.acteurs import MACHINE
from socle.courriels import LIEN, envoyer_courriels
from tests.accounts.aides import NEUF, code_de, lien
from tests.accounts.test_activation import nouveau  # noqa: F401 (fixture)
from tests.accounts.test_secrets import formes, partout
from tests.distribution import MOT_DE_PASSE, connecte

AUTRE = "Quatre hérons et un violoncelle"


def recus() -> list[str]:
    """Return the paths of the personal links that left by mail, oldest first."""
    repondre_aux_oublis()
    envoyer_courriels()
    tous = "\n".join(message.body for message in mail.outbox)
    return re.findall(r"https://portail\.example(/(?:activation|mot-de-passe/lien|second-facteur)/\S+)", tous)


@pytest.fixture
def liens(nouveau: Compte, technicien_metz: Compte, gestionnaire_metz: Compte) -> dict[str, str]:  # noqa: F811
    """Return each use's link as its owner received it, and the tables as they were before it left."""
    Client().post(reverse("mot-de-passe-oublie"), {"identifiant": technicien_metz.identifiant})
    connecte(gestionnaire_metz).post(reverse("compte-refaire-facteur", args=[technicien_metz.pk]))
    avant = partout()
    chemins = recus()
    assert len(chemins) == 3
    return {chemin: avant for chemin in chemins}


def test_a05_aucun_lien_n_est_en_clair_dans_la_base(liens):
    """A-05: before the mail leaves and after, no table holds a link, nor anything from which it could be told."""
    for moment in ("waiting", "sent"):
        for chemin, avant in liens.items():
            jeton = chemin.rstrip("/").rpartition("/")[2]
            assert Client().get(chemin).status_code == 200
            contenu = avant if moment == "waiting" else partout()
            ou = [lieu for lieu, texte in contenu.items() if any(forme in texte for forme in formes(jeton))]
            assert ou == [], moment


def test_ce_que_la_base_garde_n_ouvre_rien(liens):
    """What stands in the rows of links and mails, given back to the portal, opens nothing."""
    gardes = {
        mot
        for lieu, contenu in partout().items()
        if lieu.startswith(
            ("accounts_lienpersonnel.", "espace_partenaires_courrielsortant.", "accounts_poste")
        )
        for mot in re.findall(r"[A-Za-z0-9_-]{20,128}", contenu)
    }
    assert gardes
    for mot in gardes:
        for vue in ("activation", "mot-de-passe-nouveau", "second-facteur-nouveau"):
            assert Client().get(reverse(vue, args=[mot])).status_code == 410
    assert cle_derivee("lien-personnel").hex() not in "".join(partout().values())


def test_redemander_renvoie_le_meme_lien(technicien_metz):
    """Thirty people who ask for somebody's reset kill no link: the same one leaves, until half of its life is over."""
    for _ in range(3):
        Client().post(reverse("mot-de-passe-oublie"), {"identifiant": technicien_metz.identifiant})
    assert len(set(recus())) == 1 and Client().get(recus()[0]).status_code == 200


@pytest.mark.urls("tests.pages.adresses_demo")
def test_la_demonstration_montre_le_lien(nouveau):  # noqa: F811
    """The page of mails of the demonstration is the mail box of its visitor: the link opens from there."""
    page = html.unescape(Client().get("/demo/courriels/").content.decode())
    assert LIEN not in page and lien(nouveau.email) in page


def test_a25_la_boite_aux_lettres_n_a_pas_le_second_facteur(nouveau):  # noqa: F811
    """A-25: who holds only the link sees no seed, before the owner's password nor after; nor does a later reset give it."""
    chemin, proprietaire, voleur = lien(nouveau.email), Client(), Client()
    assert voleur.get(f"{chemin}code/", follow=True).redirect_chain[-1][0] == chemin
    page = proprietaire.post(chemin, {"mot_de_passe": NEUF, "confirmation": NEUF}, follow=True)
    graine = code_de(page)
    assert voleur.get(chemin).status_code == 410
    assert voleur.post(chemin, {"mot_de_passe": AUTRE, "confirmation": AUTRE}).status_code == 410
    for reponse in (
        voleur.get(f"{chemin}code/", follow=True),
        voleur.post(f"{chemin}code/", {"code": graine}, follow=True),
    ):
        assert reponse.status_code == 410 and b"reference" not in reponse.content
    assert proprietaire.post(f"{chemin}code/", {"code": graine}).url == "/cgu/"
    assert proprietaire.get(f"{chemin}code/", follow=True).status_code == 410
    assert not any(nouveau.liens.values_list("graine_scellee", flat=True))


def test_a25_un_second_lien_annule_ce_que_l_autre_avait_commence(nouveau):  # noqa: F811
    """A-25: the first browser left; the link asked again starts anew, and the seed once shown is worth nothing."""
    premier, second = Client(), Client()
    page = premier.post(lien(nouveau.email), {"mot_de_passe": NEUF, "confirmation": NEUF}, follow=True)
    ancien = lien(nouveau.email)
    envoyer_lien(nouveau, LienPersonnel.Usage.ACTIVATION)
    assert lien(nouveau.email) != ancien
    second.post(lien(nouveau.email), {"mot_de_passe": AUTRE, "confirmation": AUTRE})
    reponse = premier.post(f"{ancien}code/", {"code": code_de(page)}, follow=True)
    assert reponse.status_code == 410


def test_a25_la_graine_ne_se_montre_qu_apres_le_mot_de_passe(technicien_metz, gestionnaire_metz):
    """A-25: the link of a lost factor shows no seed to who has not given the password, and serves one browser."""
    connecte(gestionnaire_metz).post(reverse("compte-refaire-facteur", args=[technicien_metz.pk]))
    chemin = lien(technicien_metz.email, "second-facteur")
    assert b'class="reference"' not in Client().get(chemin).content
    proprietaire = Client()
    code_de(proprietaire.post(chemin, {"mot_de_passe": MOT_DE_PASSE}, follow=True))
    assert Client().get(chemin).status_code == 410
    with time_machine.travel(horloge.maintenant() + DUREE_ENREGISTREMENT + dt.timedelta(seconds=1)):
        assert proprietaire.get(chemin).status_code == 410


@pytest.fixture
def abonner(administrateur_moselle: Compte, technicien_metz: Compte):
    """Return what makes an address, as its owner does, and gives the path that the page showed."""

    def faire() -> str:
        page = connecte(administrateur_moselle).post(
            reverse("agenda-nouveau"), {"mot_de_passe": MOT_DE_PASSE}
        )
        [chemin] = re.findall(r"https://portail\.example(/agenda/[^<]+\.ics)", page.content.decode())
        return chemin

    return faire


def test_c03_un_agenda_lit_les_dates_et_personne(abonner, administrateur_moselle, technicien_metz):
    """C-03: without a session, the structures and the dates of the perimeter; no name; one line a day in the journal."""
    chemin, lues = abonner(), LigneJournal.objects.filter(acte="compte.agenda_lire")
    assert not any(chemin[8:-4] in texte for texte in partout().values()), "only its hash is kept"
    for _ in range(2):
        reponse = Client().get(chemin)
        assert reponse["Content-Type"].startswith("text/calendar") and "no-store" in reponse["Cache-Control"]
    dit = reponse.content.decode()
    assert "Metz" in dit and "Reconduction" in dit
    for compte in (administrateur_moselle, technicien_metz):
        assert compte.nom_complet not in dit and compte.email not in dit
    with time_machine.travel(horloge.temps_reel() + dt.timedelta(days=1), tick=False):
        Client().get(chemin)
    assert lues.count() == 2


@pytest.mark.parametrize("fin", ["renewed", "withdrawn", "account closed", "year over"])
def test_c03_l_adresse_d_agenda_finit(abonner, administrateur_moselle, fin):
    """C-03: the former address, the withdrawn one, that of an account that ended, give nothing."""
    chemin, delai = abonner(), dt.timedelta(0)
    if fin == "renewed":
        assert abonner() != chemin
    elif fin == "withdrawn":
        client = connecte(administrateur_moselle)
        assert "Retirer l’adresse d’agenda" in client.get(reverse("mon-compte")).content.decode()
        client.post(reverse("agenda-retirer"))
        assert "Aucune adresse" in client.get(reverse("mon-compte")).content.decode()
    elif fin == "account closed":
        inactiver(administrateur_moselle, par=MACHINE, cause=Compte.Inactivation.DEPART)
    else:
        delai = dt.timedelta(days=366)
    with time_machine.travel(horloge.temps_reel() + delai, tick=False):
        assert Client().get(chemin).status_code == 404


def test_c03_l_adresse_d_agenda_demande_le_mot_de_passe(administrateur_moselle, technicien_metz):
    """ASVS 7.5.3: a wrong password makes nothing; a profile that keeps no convention has no such page."""
    reponse = connecte(administrateur_moselle).post(reverse("agenda-nouveau"), {"mot_de_passe": "deviné"})
    assert "/agenda/" not in reponse.content.decode().replace("/mon-compte/agenda/", "")
    assert not administrateur_moselle.liens.exists()
    assert connecte(technicien_metz).get(reverse("agenda-nouveau")).status_code == 403
