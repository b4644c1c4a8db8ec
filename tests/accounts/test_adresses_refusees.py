"""A mail that its server refuses is told to who can correct the address, beside the account and by mail (A-09)."""

import datetime as dt
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from accounts.models.compte import Compte
from socle.courriels import ESSAIS_REFUS, deposer_courriel, envoyer_courriels
from socle.models import CourrielSortant
from tests.accounts.aides import texte
from tests.distribution import connecte

PHRASE = "a été refusée par la messagerie du destinataire"


class Relais(EmailBackend):
    """A relay that refuses one address; `CODE` is what it answers."""

    REFUSEE, CODE = "", 550

    def send_messages(self, messages):
        for un in messages:
            if un.to == [self.REFUSEE]:
                raise SMTPRecipientsRefused({self.REFUSEE: (self.CODE, b"no such user")})
        return super().send_messages(messages)


@pytest.fixture
def relais(settings, monkeypatch, collegue_metz):
    settings.EMAIL_BACKEND = f"{__name__}.Relais"
    monkeypatch.setattr(Relais, "REFUSEE", collegue_metz.email)
    mail.outbox = []
    return Relais


def envoyer(fois: int = 1) -> None:
    for _ in range(fois):
        envoyer_courriels()
        for courriel in CourrielSortant.objects.filter(envoye_le=None).exclude(pas_avant=None):
            courriel.pas_avant -= dt.timedelta(hours=1)
            courriel.save(update_fields=["pas_avant"])


def ecrire(compte) -> None:
    deposer_courriel(
        compte.email, "accounts/essais", {"identifiant": compte.identifiant, "chemin": "/mon-compte/"}
    )


def dits(*comptes) -> list[str]:
    gabarit = CourrielSortant.objects.filter(
        gabarit="accounts/adresse_refusee", destinataire__in=[c.email for c in comptes]
    )
    return list(gabarit.values_list("destinataire", flat=True))


def test_le_gestionnaire_lit_le_refus_des_le_premier(
    relais, collegue_metz, gestionnaire_metz, technicien_metz
):
    """550: at once beside the account, on its page and on the home page; by mail once given up, once; gone when corrected."""
    client = connecte(gestionnaire_metz)
    pages = ("/", "/comptes/", f"/comptes/{collegue_metz.pk}/")
    assert not any("refusée" in texte(client.get(page)) for page in pages)
    ecrire(collegue_metz)
    ecrire(technicien_metz)
    envoyer()
    accueil, liste, fiche = (texte(client.get(page)) for page in pages)
    assert "Adresse refusée" in accueil and collegue_metz.nom_complet in accueil
    assert liste.count("Adresse refusée") == 1 and PHRASE in fiche
    assert PHRASE not in texte(client.get(f"/comptes/{technicien_metz.pk}/"))
    assert dits(gestionnaire_metz) == []
    ecrire(collegue_metz)
    envoyer(ESSAIS_REFUS + 1)
    assert dits(gestionnaire_metz) == [gestionnaire_metz.email] and dits(collegue_metz, technicien_metz) == []
    CourrielSortant.objects.filter(gabarit="accounts/adresse_refusee").get(envoye_le__isnull=False)
    # Another address, whose mails were not refused.
    Compte.objects.filter(pk=collegue_metz.pk).update(email="juste@metz.example")
    assert not any("refusée" in texte(client.get(page)) for page in pages[1:])
    assert "Adresse refusée" not in texte(client.get("/"))


def test_un_retard_n_est_pas_un_refus(relais, monkeypatch, collegue_metz, gestionnaire_metz):
    """450 (greylist): nothing is said, and the mail that leaves later clears what was said before."""
    client, page = connecte(gestionnaire_metz), f"/comptes/{collegue_metz.pk}/"
    monkeypatch.setattr(relais, "CODE", 450)
    ecrire(collegue_metz)
    envoyer()
    assert PHRASE not in texte(client.get(page))
    monkeypatch.setattr(relais, "CODE", 550)
    envoyer()
    assert PHRASE in texte(client.get(page))
    monkeypatch.setattr(relais, "REFUSEE", "")
    envoyer()
    assert PHRASE not in texte(client.get(page)) and dits(gestionnaire_metz) == []


def test_sans_autre_gestionnaire_la_caisse_est_prevenue(
    relais, monkeypatch, gestionnaire_metz, administrateur_moselle, technicien_metz
):
    """The gestionnaire's own address: who habilitates him, nobody else."""
    monkeypatch.setattr(relais, "REFUSEE", gestionnaire_metz.email)
    ecrire(gestionnaire_metz)
    envoyer(ESSAIS_REFUS + 1)
    assert dits(administrateur_moselle) == [administrateur_moselle.email]
    assert dits(gestionnaire_metz, technicien_metz) == []
    assert "Adresse refusée" in texte(connecte(administrateur_moselle).get("/"))
