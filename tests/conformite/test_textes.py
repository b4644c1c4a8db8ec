"""What people type: sealed, or in clear for a reason, column by column; strangers' words nowhere in clear (A-15, I-04, R-02, R-03)."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.test import Client

from accounts.models.habilitations import SignalementSecurite
from conformite import purge
from conformite.models.objet_scelle import ObjetScelle
from conformite.scellement import Illisible, creer_cles, jours_de_terme, vider_le_cache
from droits.actions import demandes as droits
from droits.actions import violations
from droits.actions.surveillance import surveiller
from droits.models.demandes import DemandeDroits
from droits.models.violations import Violation
from information.models import Assistance
from socle import horloge
from tests.accounts.test_secrets import partout
from tests.distribution import connecte

# A name and an illness fit in this; shorter columns, and slugs, hold codes, references, numbers.
PHRASE = 30
# Columns in clear, by the reason why. Every field of a form refuses a NIR (tests/socle/test_formulaires.py).
EN_CLAIR = {
    "a caisse, an organism, a professional: who they are and how to reach them": """
        caisses.caisse.domaines caisses.caisse.domaines_declares caisses.vecteurcontact.mention
        conventions.signataire.acte_numero conventions.signataire.accuse_numero
        caisses.caisse.nom caisses.caisse.courriel caisses.caisse.adresse caisses.caisse.site_internet
        caisses.caisse.support_nom caisses.caisse.support_courriel caisses.caisse.dpo_nom caisses.caisse.dpo_courriel
        caisses.caisse.dpo_adresse caisses.vecteurcontact.libelle caisses.vecteurcontact.valeur
        caisses.vecteurcontact.usage caisses.vecteurcontact.theme caisses.vecteurcontact.departements
        conventions.partenaire.nom conventions.partenaire.domaines conventions.partenaire.courriel
        conventions.partenaire.adresse conventions.partenaire.site_internet conventions.partenaire.sites
        conventions.partenaire.representant conventions.partenaire.representant_qualite conventions.partenaire.dpo_nom
        conventions.partenaire.dpo_courriel conventions.convention.autres_signataires
        conventions.signataire.organisme conventions.signataire.nom conventions.signataire.qualite
        conventions.signataire.courriel conventions.signataire.acte conventions.signataire.acte_organe
        conventions.referent.organisme conventions.referent.theme conventions.referent.nom conventions.referent.fonction
        conventions.referent.courriel conventions.annonce.auteur conventions.jalon.auteur
        conventions.soustraitance.prestataire accounts.compte.nom accounts.compte.prenom accounts.compte.fonction
        accounts.compte.email accounts.contreseing.email accounts.demandehabilitation.nom
        accounts.demandehabilitation.prenom accounts.demandehabilitation.fonction accounts.demandehabilitation.email
        echanges.autorisationdepot.courriel echanges.boitedediee.courriel echanges.engagement.nom
        echanges.engagement.fonction echanges.engagement.organisme echanges.engagement.informateur
        information.assistance.courriel droits.attestationdestruction.signataire
        conventions.importation.texte conventions.importation.resultats""",
    "a partnership or an account, in the words of its parties, sent to the other one": """
        conventions.convention.public conventions.convention.denonciation_forme
        conventions.participation.fin_raison conventions.participation.suspension_raison
        conventions.participation.documents_raison conventions.avenant.objet conventions.miseendemeure.manquement
        conventions.soustraitance.objet conventions.soustraitance.fin_raison conventions.suivi.texte
        conventions.suivi.presents conventions.annonce.texte conventions.annonce.reponse
        conventions.bilanannuel.part_caisse conventions.bilanannuel.part_partenaire conventions.jalon.texte
        conventions.jalon.commentaire accounts.contreseing.raison accounts.demandehabilitation.commentaire
        accounts.exclusion.raison""",
    "published or shared by a caisse, of nobody": """
        espace_partenaires.maintenance.message caisses.jourchome.libelle caisses.pole.libelle caisses.service.libelle
        caisses.motif.libelle conventions.clause.article conventions.versiondeclause.texte accounts.versioncgu.texte
        signalements.modelereponse.titre signalements.modelereponse.texte information.publication.titre
        information.publication.texte information.publication.autre_forme information.publication.url
        information.formation.titre information.formation.texte information.formation.lieu
        echanges.engagement.texte information.publication.theme information.formation.theme""",
    "a word of a house, that its form refuses when it says something of a person": "signalements.etiquette.mot",
    "what an account calls its own list, beside no demande": "signalements.vue.titre",
    "codes, addresses and figures that the portal writes; a name of a pôle, an agent, a caisse": """
        conventions.convention.quota_gestionnaires conventions.convention.quota_techniciens
        conventions.convention.clauses conventions.convention.parametres_initiaux conventions.avenant.changements
        conventions.bilanannuel.contenu conventions.preuve.analyse_version accounts.compte.password
        accounts.lienpersonnel.empreinte accounts.motdepasseancien.empreinte accounts.appareiltotp.name
        django_otp_webauthn.webauthncredential.name django_otp_webauthn.webauthncredential.credential_id_sha256
        django_otp_webauthn.webauthncredential.transports django_otp_webauthn.webauthnuserhandle.handle_hex
        accounts.codesecours.empreinte accounts.posteconnu.empreinte accounts.sessionportail.session_data
        signalements.evenement.precision signalements.piece.analyse_version signalements.vue.adresse
        django_otp_webauthn.webauthncredential.aaguid espace_partenaires.passage.cle caisses.caisse.fuseau
        conventions.preuve.raison accounts.compte.identifiant accounts.sessionportail.session_key
        accounts.sessionportail.navigateur signalements.chiffre.valeur signalements.piece.raison
        echanges.fluxconvenu.ajoutees echanges.fichierdepose.raison echanges.rapprochementdecide.ecartees
        information.documentpublie.raison droits.documentdeviolation.raison
        echanges.boitedediee.code_empreinte echanges.depot.empreinte_recue echanges.depot.empreinte_servie
        echanges.fichierdepose.analyse_version echanges.engagement.empreinte
        information.documentpublie.analyse_version droits.documentdeviolation.analyse_version
        droits.alerte.cle echanges.rapprochementtenu.listes""",
    "a mail, until its own purge: what it says of a person is behind its link": """
        espace_partenaires.courrielsortant.message_id espace_partenaires.courrielsortant.destinataire
        espace_partenaires.courrielsortant.gabarit espace_partenaires.courrielsortant.sujet
        espace_partenaires.courrielsortant.corps espace_partenaires.courrielsortant.derniere_erreur
        espace_partenaires.courrielsortant.chemin""",
}
# Written by the engine, which takes codes and identifiers only (tests/matrice/test_journal.py).
MACHINERIE = ("auth", "contenttypes", "axes", "conformite")
SANS_FORMULAIRE = {"espace_partenaires.envoirecu.cle", "espace_partenaires.envoirecu.vers"}
CANARI = "Zqxmarquise"
JOUR = dt.timedelta(days=1)


def _colonnes() -> Iterator[str]:
    for modele in apps.get_models():
        for champ in modele._meta.concrete_fields:
            fond = champ.base_field if isinstance(champ, ArrayField) else champ
            libre = (
                isinstance(fond, models.TextField | models.CharField | models.JSONField)
                and not isinstance(fond, models.SlugField)
                and not fond.choices
            )
            if libre and (getattr(fond, "max_length", None) or PHRASE) >= PHRASE:
                yield f"{modele._meta.label_lower}.{champ.name}"


def test_every_column_that_takes_a_sentence_is_sealed_or_says_why_not():
    """D-03: a new column of text is a binary one, sealed by its object, or stands here with its reason."""
    declarees = [colonne for colonnes in EN_CLAIR.values() for colonne in colonnes.split()]
    trouvees = {
        une for une in _colonnes() if une.partition(".")[0] not in MACHINERIE and une not in SANS_FORMULAIRE
    }
    assert len(declarees) == len(set(declarees))
    assert trouvees == set(declarees), "declare what is new, take away what is gone"


@pytest.fixture(autouse=True)
def cles(db, tmp_path: Path, settings) -> Iterator[None]:
    settings.DOSSIER_CLES = tmp_path / "cles"
    vider_le_cache()
    creer_cles(horloge.temps_reel().date() + 400 * JOUR)
    yield
    vider_le_cache()


@pytest.fixture
def dits(technicien_metz, gestionnaire_metz, caisse_moselle, dpo_moselle, national) -> list[ObjetScelle]:
    """Everything that takes persons' names from strangers and users, written from the pages."""
    phrase = f"Madame {CANARI} est concernée."
    envois = (
        (
            Client(),
            "/securite/signaler/",
            {"nature": "vol", "identifiant": "technicien.metz", "faits": phrase, "coordonnees": CANARI},
        ),
        (
            Client(),
            "/securite/signaler/",
            {"nature": "vol", "identifiant": CANARI, "faits": phrase, "coordonnees": "moi"},
        ),
        (
            Client(),
            "/accessibilite/contact/",
            {"page": CANARI, "constat": phrase, "environnement": phrase, "courriel": "une@ccas.example"},
        ),
        (
            connecte(technicien_metz),
            "/assistance/",
            {"caisse": caisse_moselle.pk, "page": CANARI, "tentative": phrase, "constat": phrase},
        ),
    )
    for client, adresse, champs in envois:
        assert client.post(adresse, champs).status_code == 302, adresse
    return [*SignalementSecurite.objects.order_by("pk"), *Assistance.objects.order_by("pk")]


def en_clair() -> list[str]:
    """Return the columns that hold the canary, as text or as bytes that nothing seals."""
    formes = (CANARI.lower(), CANARI.encode().hex())
    return [ou for ou, valeurs in partout().items() if any(une in valeurs.lower() for une in formes)]


def test_a15_i04_the_words_of_strangers_are_nowhere_in_clear(
    dits, gestionnaire_metz, national, administrateur_moselle
):
    """A-15, I-04: not in a table, nor in a mail; read on the page of who answers; unreadable without the key of the term."""
    assert len(dits) == 4
    # typed one field too high.
    Client().post("/connexion/", {"identifiant": CANARI, "mot_de_passe": "faux"})
    assert AccessAttempt.objects.exists()
    assert en_clair() == []
    lu = connecte(gestionnaire_metz).get(f"/securite/{dits[0].pk}/").content.decode()
    assert lu.count(CANARI) == 2
    fiche = f"/assistance/{dits[2].reference}/"
    assert CANARI in connecte(national).get(fiche).content.decode()
    for une in dits[2:]:
        adresse = f"/assistance/{une.reference}/repondre/"
        repondant = national if une.caisse is None else administrateur_moselle
        assert connecte(repondant).post(adresse, {"texte": f"{CANARI} est réparé."}).status_code == 302
    assert f"{CANARI} est réparé." in connecte(national).get(fiche).content.decode()
    assert en_clair() == []


def copie(objet: ObjetScelle) -> ObjetScelle:
    """Return what a backup of the row gives back."""
    return type(objet)(
        **{champ.attname: getattr(objet, champ.attname) for champ in objet._meta.concrete_fields}
    )


def test_a_copy_of_what_was_told_dies_with_its_term(dits):
    """R-01: purged a year later, its key with it: the row of a backup opens no more."""
    copies = [copie(un) for un in dits]
    with time_machine.travel(horloge.temps_reel() + 380 * JOUR):
        purge.purger()
        assert not SignalementSecurite.objects.exists() and not Assistance.objects.exists()
        assert not {un.terme_le for un in copies} & set(jours_de_terme())
        for un in copies:
            with pytest.raises(Illisible):
                _ = un.dit if isinstance(un, SignalementSecurite) else un.recit


def test_r02_r03_requests_and_violations_live_as_long_as_they_must(
    dpo_moselle, caisse_moselle, technicien_metz
):
    """R-02, R-03: readable while open, whatever the time; a year after the answer, five after the closing, no copy opens."""
    debut = horloge.temps_reel()
    demande = droits.enregistrer(
        par=dpo_moselle, caisse=caisse_moselle, droit="acces", qualite="assure", recue_le=debut.date(),
        contenu={"nom": CANARI, "prenom": "Élodie", "naissance": "1955-03-27", "precisions": ""},
    )  # fmt: skip
    violation = violations.declarer_violation(
        par=technicien_metz, caisse=caisse_moselle, partenaire=technicien_metz.partenaire,
        natures=["confidentialite"], connue_le=debut, description=CANARI,
    )  # fmt: skip
    with time_machine.travel(debut + 300 * JOUR):
        creer_cles(horloge.maintenant().date() + 400 * JOUR)
        assert surveiller()["prolongees"] == 2
        for une in (demande, violation):
            une.refresh_from_db()
        droits.repondre(demande, par=dpo_moselle, reponse="refusee")
        violations.evaluer(violation, par=dpo_moselle, risque="aucun", texte=CANARI)
        violations.clore(violation, par=dpo_moselle, texte="Fait.")
    demande.refresh_from_db()
    copies = [copie(demande), copie(violation)]
    assert demande.terme_le == (debut + 665 * JOUR).date()
    assert en_clair() == []
    for jours in range(560, 300 + 5 * 365 + 10, 260):
        with time_machine.travel(debut + jours * JOUR):
            creer_cles(horloge.maintenant().date() + 400 * JOUR)
            surveiller()
            purge.purger()
            assert DemandeDroits.objects.exists() == (jours < 300 + 365)
            assert Violation.objects.get().etapes.filter(quoi="evaluee").get().texte == CANARI
    with time_machine.travel(debut + (300 + 5 * 365 + 10) * JOUR):
        purge.purger()
        assert not Violation.objects.exists() and not DemandeDroits.objects.exists()
        for une in copies:
            with pytest.raises(Illisible):
                _ = une.description if isinstance(une, Violation) else une.contenu
