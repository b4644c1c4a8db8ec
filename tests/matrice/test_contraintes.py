"""What the database refuses by itself: each constraint that carries a rule, tried on a row of the world by hand."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from conventions.models.suites import Avenant, Signataire, Signature
from tests.matrice.monde import Monde

pytestmark = pytest.mark.django_db
COPIE = "copie"
HIER, DEMAIN = dt.date(2020, 1, 1), dt.date(2099, 1, 1)
# Constraint, model, which row, what is changed by hand; COPIE: the row is written a second time with these changes.
Essai = tuple[str, str, dict[str, Any], dict[str, Any]]


def refuser(essais: Iterable[Essai]) -> None:
    """Fail for each change that the database lets through, or that another constraint than the named one refuses."""
    for contrainte, modele, filtre, champs in essais:
        lignes = apps.get_model(modele)._base_manager
        ligne = lignes.filter(**filtre).order_by("pk").first()
        assert ligne is not None, f"{contrainte} : aucune ligne"
        champs = dict(champs)
        with pytest.raises(IntegrityError, match=f'"{contrainte}"'), transaction.atomic():
            if champs.pop(COPIE, False):
                colonnes = {
                    c.attname: getattr(ligne, c.attname)
                    for c in ligne._meta.concrete_fields
                    if not c.primary_key
                }
                lignes.create(**(colonnes | champs))
            else:
                lignes.filter(pk=ligne.pk).update(**champs)


def test_des_comptes(monde: Monde):
    """A-04, A-05, A-08, Q-07: what an account cannot be, whoever writes it."""
    technicien, gestionnaire = monde.comptes["technicien"], monde.comptes["gestionnaire"]
    ferme = {"pk": monde.objets["compte-ferme"]["pk"]}
    refuser(
        [
            ("lien_expire_apres", "accounts.LienPersonnel", {}, {"expire_le": F("cree_le")}),
            ("acceptation_unique", "accounts.AcceptationCGU", {}, {COPIE: True}),
            (
                "compte_partenaire_selon_profil",
                "accounts.Compte",
                {"pk": technicien.pk},
                {"partenaire": None},
            ),
            (
                "compte_partenaire_selon_profil",
                "accounts.Compte",
                {"pk": monde.comptes["agent"].pk},
                {"partenaire": technicien.partenaire},
            ),
            ("compte_inactif_date", "accounts.Compte", ferme, {"inactive_le": None}),
            (
                "compte_inactif_date",
                "accounts.Compte",
                {"pk": technicien.pk},
                {"inactive_le": timezone.now()},
            ),
            ("compte_inactif_motif", "accounts.Compte", ferme, {"inactivation": ""}),
            ("compte_inactif_motif", "accounts.Compte", {"pk": technicien.pk}, {"inactivation": "depart"}),
            ("compte_depart_annonce", "accounts.Compte", {"pk": gestionnaire.pk}, {"depart_le": DEMAIN}),
            (
                "compte_une_releve_par_place",
                "accounts.Compte",
                {"pk": _releve(gestionnaire)},
                {COPIE: True, "identifiant": "autre.releve"},
            ),
        ]
    )


def test_de_ce_qui_se_decide_sur_un_compte(monde: Monde):
    """A-01, A-09, A-10, A-16, A-17: a decision has its date and its reason, an exclusion or a review is not doubled."""
    refuser(
        [
            ("demande_habilitation_traitee", "accounts.DemandeHabilitation", {}, {"statut": "acceptee"}),
            (
                "demande_habilitation_motivee",
                "accounts.DemandeHabilitation",
                {},
                {"statut": "refusee", "traitee_le": timezone.now(), "commentaire": ""},
            ),
            ("exclusion_une_en_cours", "accounts.Exclusion", {"levee_le": None}, {COPIE: True}),
            ("exclusion_motivee", "accounts.Exclusion", {}, {"raison": ""}),
            ("revue_une_ouverte_par_structure", "accounts.Revue", {"close_le": None}, {COPIE: True}),
        ]
    )


def _releve(gestionnaire: Any) -> int:
    releve = type(gestionnaire).objects.create(
        identifiant="releve.metz",
        profil=gestionnaire.profil,
        nom="Relève",
        prenom="Alix",
        email="releve@metz.example",
        partenaire=gestionnaire.partenaire,
        statut="en_attente",
        releve_de=gestionnaire,
        cree_le=timezone.now(),
    )
    return releve.pk


def test_des_caisses_et_des_conventions(monde: Monde):
    """A-21, C-01, C-06, C-13, D-11, T-04, T-06: numbers and doubles."""
    caisse = monde.comptes["administrateur"].caisses.get()
    caisse.chomes.create(jour=DEMAIN, libelle="Fête")
    convention = {"reference": monde.objets["convention"]["reference"]}
    refuser(
        [
            (
                "caisse_relances_dans_l_ordre",
                "caisses.Caisse",
                {},
                {"seconde_relance_jours": F("premiere_relance_jours")},
            ),
            ("jour_chome_unique", "caisses.JourChome", {"caisse": caisse}, {COPIE: True}),
            ("pole_unique_par_caisse", "caisses.Pole", {"caisse": caisse}, {COPIE: True}),
            ("convention_duree_positive", "conventions.Convention", convention, {"duree_mois": 0}),
            ("convention_bonne_fin_30_jours", "conventions.Convention", convention, {"bonne_fin_jours": 31}),
            (
                "convention_conservation_1_a_12_mois",
                "conventions.Convention",
                convention,
                {"conservation_mois": 13},
            ),
            (
                "convention_conservation_1_a_12_mois",
                "conventions.Convention",
                convention,
                {"conservation_mois": 0},
            ),
            ("partenaire_siret_14_chiffres", "conventions.Partenaire", {}, {"siret": "123"}),
            ("partenaire_au_moins_un_membre", "conventions.Partenaire", {}, {"membres": 0}),
        ]
    )


def test_des_participations(monde: Monde):
    """C-01, C-07, C-09, C-10, T-01: dates in their order, each end with its cause, one in force at a time."""
    part = {"pk": monde.objets["participation"]["pk"]}
    convention = {"reference": monde.objets["convention"]["reference"]}
    refuser(
        [
            (
                "participation_unique",
                "conventions.Participation",
                part,
                {COPIE: True, "debut": None, "utilisation_debut": None},
            ),
            (
                "participation_fin_apres_debut",
                "conventions.Participation",
                part,
                {"fin": HIER, "fin_cause": "terme"},
            ),
            ("participation_fin_a_une_cause", "conventions.Participation", part, {"fin": DEMAIN}),
            (
                "participation_utilisation_apres_convention",
                "conventions.Participation",
                part,
                {"utilisation_debut": HIER},
            ),
            ("participation_utilisation_fin", "conventions.Participation", part, {"utilisation_fin": DEMAIN}),
            (
                "participation_une_seule_en_vigueur",
                "conventions.Participation",
                part,
                {COPIE: True, "convention_id": _autre_convention(convention)},
            ),
        ]
    )


def _autre_convention(convention: dict[str, Any]) -> int:
    return apps.get_model("conventions.Convention").objects.exclude(**convention).order_by("pk")[0].pk


def test_des_signatures(monde: Monde):
    """C-01, C-06, C-07: who signs for whom, each document once, avenants numbered."""
    signataire = Signataire.objects.filter(partie="caisse").order_by("pk")[0]
    avenant = Avenant.objects.get()
    Signature.objects.create(
        signataire=signataire,
        document="avenant",
        avenant=avenant,
        signee_le=signataire.caisse.jour,
        saisie_le=timezone.now(),
    )
    signature = {"avenant": avenant}
    refuser(
        [
            (
                "signataire_caisse_selon_partie",
                "conventions.Signataire",
                {"partie": "caisse"},
                {"caisse": None},
            ),
            (
                "signataire_autre_a_un_organisme",
                "conventions.Signataire",
                {"partie": "caisse"},
                {"partie": "autre", "caisse": None},
            ),
            ("avenant_numero_unique", "conventions.Avenant", {}, {COPIE: True}),
            ("signature_unique", "conventions.Signature", signature, {COPIE: True}),
            (
                "signature_avenant_selon_document",
                "conventions.Signature",
                signature,
                {"document": "convention"},
            ),
        ]
    )


def test_de_la_vie_d_une_convention(monde: Monde):
    """C-05, C-06, C-08: what a letter needs, what is not written twice, a sending back says why."""
    refuser(
        [
            ("mise_en_demeure_recue_apres_envoi", "conventions.MiseEnDemeure", {}, {"recue_le": HIER}),
            ("mise_en_demeure_close_a_une_issue", "conventions.MiseEnDemeure", {}, {"close_le": DEMAIN}),
            (
                "mise_en_demeure_une_seule_en_cours",
                "conventions.MiseEnDemeure",
                {"close_le": None},
                {COPIE: True},
            ),
            (
                "referent_caisse_selon_partie",
                "conventions.Referent",
                {"partie": "partenaire"},
                {"partie": "caisse"},
            ),
            ("jalon_renvoi_commente", "conventions.Jalon", {"commentaire": ""}, {"nature": "renvoi"}),
        ]
    )


def test_des_droits_et_des_violations(monde: Monde):
    """R-02, R-03: an answer has its date, a search its identity, a closed violation its notifications."""
    refuser(
        [
            ("droits_reponse_date", "droits.DemandeDroits", {}, {"repondue_le": timezone.now()}),
            (
                "droits_identite_avant_recherche",
                "droits.DemandeDroits",
                {},
                {"recherchee_le": timezone.now()},
            ),
            (
                "violation_connue_avant_declaree",
                "droits.Violation",
                {},
                {"connue_le": F("declaree_le") + dt.timedelta(seconds=1)},
            ),
            ("violation_risque_date", "droits.Violation", {}, {"risque": "aucun"}),
            (
                "violation_close_une_fois_notifiee",
                "droits.Violation",
                {},
                {
                    "close_le": timezone.now(),
                    "risque": "risque",
                    "evaluee_le": timezone.now(),
                    "autorite_le": None,
                },
            ),
        ]
    )


def test_du_portail(monde: Monde):
    """D-16, I-01, I-04: an interruption ends after its start, a link has its address, an answer its date."""
    refuser(
        [
            ("maintenance_fin_apres_debut", "espace_partenaires.Maintenance", {}, {"fin": F("debut")}),
            ("publication_adresse", "information.Publication", {"nature": "lien"}, {"url": ""}),
            ("assistance_reponse_datee", "information.Assistance", {}, {"repondue_le": timezone.now()}),
            ("assistance_locale_de_caisse", "information.Assistance", {"niveau": "local"}, {"caisse": None}),
        ]
    )


def test_des_demandes(monde: Monde):
    """D-01, D-15: each state has its date, its agent, its reason; a figure is written once."""
    refuser(
        [
            ("demande_deposee_date", "signalements.Demande", {"statut": "deposee"}, {"deposee_le": None}),
            (
                "demande_deposee_date",
                "signalements.Demande",
                {"statut": "brouillon"},
                {"deposee_le": timezone.now()},
            ),
            ("demande_terminee_date", "signalements.Demande", {"statut": "cloturee"}, {"terminee_le": None}),
            (
                "demande_terminee_date",
                "signalements.Demande",
                {"statut": "deposee"},
                {"terminee_le": timezone.now()},
            ),
            (
                "demande_en_attente_date",
                "signalements.Demande",
                {"statut": "en_attente"},
                {"en_attente_le": None},
            ),
            (
                "demande_irrecevable_raison",
                "signalements.Demande",
                {"statut": "irrecevable"},
                {"irrecevable": ""},
            ),
            ("demande_issue_codee", "signalements.Demande", {"statut": "traitee"}, {"issue": ""}),
            ("demande_en_cours_agent", "signalements.Demande", {"statut": "en_cours"}, {"agent": None}),
        ]
    )


def test_de_ce_qu_un_agent_garde(monde: Monde):
    """D-08, D-28: one list of a name, one day a demande, for each account; a word once, of one house."""
    refuser(
        [
            ("a_revoir_unique", "signalements.ARevoir", {}, {COPIE: True}),
            ("avis_unique", "signalements.AvisAttendu", {}, {COPIE: True}),
            ("avis_d_un_pole_ou_d_un_agent", "signalements.AvisAttendu", {}, {"agent": None}),
            ("vue_titre_unique", "signalements.Vue", {}, {COPIE: True}),
            ("etiquette_unique", "signalements.Etiquette", {}, {COPIE: True}),
            ("etiquette_d_une_maison", "signalements.Etiquette", {"partenaire": None}, {"caisse": None}),
        ]
    )


def test_du_suivi_d_une_demande(monde: Monde):
    """D-23: only what the caisse entered may have nobody to follow it."""
    portail, personne = {"origine": "portail"}, {"technicien": None}
    refuser([("demande_du_portail_suivie", "signalements.Demande", portail, personne)])


def test_de_la_vie_d_une_demande(monde: Monde):
    """D-06, D-10, D-12, D-13: each mark has its author; one rendez-vous is agreed at a time."""
    agent, accepte = monde.comptes["agent"], {"statut": "accepte"}
    refuser(
        [
            ("message_lu_paire", "signalements.Message", {"lu_le": None}, {"lu_le": timezone.now()}),
            (
                "message_note_de_la_caisse",
                "signalements.Message",
                {},
                {"cote": "partenaire", "nature": "note"},
            ),
            (
                "message_note_de_la_structure",
                "signalements.Message",
                {},
                {"cote": "caisse", "nature": "note_structure"},
            ),
            ("piece_ouverte_paire", "signalements.Piece", {"cote": "caisse"}, {"ouverte_le": timezone.now()}),
            (
                "piece_rappelee_paire",
                "signalements.Piece",
                {"cote": "caisse"},
                {"rappelee_le": timezone.now()},
            ),
            (
                "rendez_vous_un_seul_accepte",
                "signalements.RendezVous",
                accepte,
                {COPIE: True, "sceau": uuid.uuid4()},
            ),
            ("rendez_vous_decide_paire", "signalements.RendezVous", accepte, {"decide_par": None}),
            (
                "rendez_vous_decide_paire",
                "signalements.RendezVous",
                {"decide_le": None},
                {"decide_par": agent},
            ),
        ]
    )
