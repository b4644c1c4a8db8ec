"""Two persons on one convention at the same instant: each act once, the other told, nothing typed is lost, no 500."""

import datetime as dt
import html
import threading

import lxml.html
import pytest
from django.db import connection, transaction

from accounts.actions.comptes import inactiver
from accounts.models.compte import Compte
from caisses.models import Motif
from conformite.models.journal import LigneJournal
from conventions.actions.annonces import annoncer
from conventions.actions.avenants import rediger_avenant
from conventions.actions.conventions import Ouverture, mettre_a_la_signature, rediger_convention
from conventions.actions.fiches import ajouter_referent, enregistrer_sous_traitance, enregistrer_suivi
from conventions.actions.fins import denoncer, mettre_en_demeure, suspendre
from conventions.actions.signatures import signer
from conventions.models.conventions import Convention
from conventions.models.suites import Jalon, Signature
from socle.acteurs import MACHINE
from socle.models import CourrielSortant
from tests import distribution
from tests.pannes.scene import attendre

MOT = "Une raison écrite avec soin."


class Scene:
    """A structure, two administrateurs of its caisse and two gestionnaires, with real commits."""

    def __init__(self):
        self.caisse = distribution.creer_caisse("moselle", "CPAM de Moselle", "57")
        self.metz = distribution.creer_partenaire("21570463000017", "Metz", courriel="contact@metz.example")
        self.jour = self.caisse.jour
        self.equipe = [
            distribution.creer_compte_actif(f"{nom}.moselle", "administrateur", caisses=(self.caisse,))
            for nom in ("premier", "second")
        ]
        self.gestionnaire = distribution.creer_compte_actif(
            "tiers.metz", "gestionnaire", partenaire=self.metz
        )

    def brouillon(self):
        ouverture = Ouverture(self.caisse, Motif.objects.all()[:2])
        self.convention = rediger_convention(
            par=self.equipe[0],
            partenaire=self.metz,
            ouvertures=[ouverture],
            denonciation_mois=3,
            mise_en_demeure_jours=15,
        )

    def a_signer(self, *, signes=0):
        self.brouillon()
        mettre_a_la_signature(self.convention, par=self.equipe[0])
        self.signataires = list(self.convention.signataires.order_by("ordre"))
        for signataire in self.signataires[:signes]:
            signer(signataire, par=self.equipe[0], le=self.jour - dt.timedelta(days=40))

    def en_vigueur(self):
        self.a_signer(signes=2)
        self.convention.refresh_from_db()
        self.part = self.convention.participations.select_related("caisse").get()

    def adresse(self, fin):
        signataires = [str(un.pk) for un in getattr(self, "signataires", [])] + ["", ""]
        return f"/conventions/{self.convention.reference}/" + fin.format(
            part="caisses/moselle", objet=getattr(self, "objet", None), signataires=signataires
        )


@pytest.fixture
def scene(base_reelle):
    return Scene()


def rempli(client, adresse, changements):
    """Return what the form of a page would send, with these changes."""
    page = client.get(adresse)
    envoi = {}
    if page.status_code == 200 and (formulaires := lxml.html.fromstring(page.content).xpath("//main//form")):
        for nom, valeur in formulaires[-1].form_values():
            envoi.setdefault(nom, []).append(valeur)
    envoi.pop("csrfmiddlewaretoken", None)
    return envoi | changements


def ensemble(scene, *actes):
    """Send one act of each administrateur at the same instant, from pages that were open; return the answers, in order."""
    barriere, reponses = threading.Barrier(len(actes)), {}
    prets = []
    for compte, (fin, changements) in zip(scene.equipe, actes, strict=True):
        client, adresse = distribution.connecte(compte), scene.adresse(fin)
        prets.append((client, adresse, rempli(client, adresse, changements)))

    def agir(rang, client, adresse, envoi):
        barriere.wait()
        reponses[rang] = client.post(adresse, envoi)
        connection.close()

    fils = [threading.Thread(target=agir, args=(rang, *pret)) for rang, pret in enumerate(prets)]
    [fil.start() for fil in fils]
    [fil.join() for fil in fils]
    return [reponses[rang] for rang in range(len(actes))]


def mise(scene):
    scene.en_vigueur()
    part, valeurs = (
        scene.part,
        {"document": "convention", "manquement": "Silence.", "envoyee_le": scene.jour},
    )
    scene.objet = mettre_en_demeure(part, par=scene.equipe[0], recue_le=scene.jour, **valeurs).pk


def denoncee(scene):
    scene.en_vigueur()
    denoncer(scene.part, par=scene.equipe[0], lettre_du=scene.jour, par_le_partenaire=False)


def suspendue(scene):
    scene.en_vigueur()
    suspendre(scene.part, par=scene.equipe[0], raison="Usage étranger.")


def avec_un_avenant(scene):
    scene.en_vigueur()
    scene.avenant = rediger_avenant(
        scene.convention, par=scene.equipe[0], objet="Délai", valeurs={"bonne_fin_jours": 10}
    )


def avec_un_objet(faire):
    def preparer(scene):
        scene.en_vigueur()
        scene.objet = faire(scene).pk

    return preparer


def annonce(scene):
    return annoncer(
        scene.convention, par=scene.gestionnaire, caisse=scene.caisse, nature="regle", texte="Un délai."
    )


def referent(scene):
    champs = {"partie": "partenaire", "theme": "Droits", "nom": "Alix Morel", "fonction": "Accueil"}
    return ajouter_referent(scene.convention, par=scene.equipe[0], **champs)


def comite(scene):
    return enregistrer_suivi(
        scene.convention, par=scene.equipe[0], nature="comite", jour=scene.jour, texte=""
    )


def accord(scene):
    champs = {"prestataire": "Infogérance", "objet": "Sauvegardes", "agreee_le": scene.jour}
    return enregistrer_sous_traitance(scene.convention, par=scene.equipe[0], **champs)


def jour(champ, **plus):
    """What is sent on the day of the scene."""
    return lambda scene: {champ: scene.jour.isoformat(), **plus}


SIGNER = "signatures/convention/{signataires[1]}/"
LETTRE = {"qui": "caisse", "bonne_fin_jours": "0"}
MISE = {"document": "convention", "qui": "caisse", "manquement": MOT}
# Two same acts: one effect, and what the database then holds of it once.
MEMES = {
    "signature": (
        lambda s: s.a_signer(signes=1),
        SIGNER,
        jour("le", nom="Alix Morel"),
        409,
        "convention.signer",
    ),
    "renvoi": (Scene.a_signer, "renvoyer/", lambda s: {"commentaire": MOT}, 409, "convention.renvoyer"),
    "a-signer": (
        Scene.brouillon,
        "mettre-a-la-signature/",
        lambda s: {},
        409,
        "convention.mettre_a_la_signature",
    ),
    "modifier": (Scene.brouillon, "modifier/", lambda s: {"duree_mois": "24"}, 422, "convention.modifier"),
    "avenant": (
        Scene.en_vigueur,
        "avenants/nouveau/",
        lambda s: {"objet_avenant": MOT, "bonne_fin_jours": "12"},
        422,
        "convention.rediger_avenant",
    ),
    "denonciation": (
        Scene.en_vigueur,
        "{part}/denoncer/",
        jour("lettre_du", **LETTRE),
        409,
        "convention.denoncer",
    ),
    "suspension": (
        Scene.en_vigueur,
        "{part}/suspendre/",
        lambda s: {"raison": MOT},
        409,
        "convention.suspendre",
    ),
    "levee": (suspendue, "{part}/lever-suspension/", lambda s: {}, 409, "convention.lever_suspension"),
    "mise": (
        Scene.en_vigueur,
        "{part}/mettre-en-demeure/",
        jour("envoyee_le", **MISE),
        422,
        "convention.mettre_en_demeure",
    ),
    "cloture": (
        mise,
        "{part}/mises-en-demeure/{objet}/clore/",
        jour("le", issue="retiree"),
        409,
        "convention.clore_mise_en_demeure",
    ),
    "correction": (
        denoncee,
        "{part}/corrections/denonciation/",
        lambda s: {"lettre_du": "", "raison": MOT},
        409,
        "convention.corriger",
    ),
    "reponse": (
        avec_un_objet(annonce),
        "annonces/{objet}/repondre/",
        lambda s: {"issue": "ecartee", "reponse": MOT},
        409,
        "annonce.clore",
    ),
    "referent": (
        avec_un_objet(referent),
        "referents/{objet}/retirer/",
        lambda s: {},
        409,
        "convention.retirer_referent",
    ),
    "comite": (
        avec_un_objet(comite),
        "suivi/{objet}/confirmer/",
        lambda s: {"tenu": "oui", "presents": "Les directions", "texte": MOT},
        409,
        "convention.confirmer_comite",
    ),
    "accord": (
        avec_un_objet(accord),
        "sous-traitances/{objet}/fin/",
        jour("le", raison=MOT),
        409,
        "convention.finir_sous_traitance",
    ),
    "evaluation": (Scene.en_vigueur, "evaluation/", jour("le"), 409, "convention.evaluation"),
    "bilan": (Scene.en_vigueur, "bilans/1/part/", lambda s: {"texte": MOT}, 422, "bilan.ecrire"),
}


@pytest.mark.parametrize("nom", MEMES)
def test_le_meme_acte_au_meme_instant(scene, nom):
    """C-20, C-23: done once, told once in the journal and by mail; the other one is told, with what he had typed."""
    preparer, fin, envoi, refus, acte = MEMES[nom]
    preparer(scene)
    CourrielSortant.objects.all().delete()
    avant = LigneJournal.objects.filter(acte=acte).count()
    reponses = ensemble(scene, (fin, envoi(scene)), (fin, envoi(scene)))
    assert sorted(reponse.status_code for reponse in reponses) == [302, refus]
    assert LigneJournal.objects.filter(acte=acte).count() == avant + 1
    (tardive,) = (reponse for reponse in reponses if reponse.status_code != 302)
    page = html.unescape(tardive.content.decode())
    assert "n’a pas été faite" in page or "pendant votre" in page or "déjà en cours" in page
    assert MOT not in envoi(scene).values() or MOT in page
    envoyes = CourrielSortant.objects.values_list("destinataire", "gabarit")
    assert len(envoyes) == len(set(envoyes))


# Two acts of which one at most is possible after the other; the state in which they leave the convention
CONTRAIRES = {
    "derniere-signature-renvoi": (
        lambda s: s.a_signer(signes=1),
        (SIGNER, jour("le", nom="Alix Morel")),
        ("renvoyer/", lambda s: {"commentaire": MOT}),
        {"en_vigueur", "brouillon"},
    ),
    "modifier-a-signer": (
        Scene.brouillon,
        ("modifier/", lambda s: {"duree_mois": "24"}),
        ("mettre-a-la-signature/", lambda s: {}),
        {"a_signer"},
    ),
    "clore-corriger": (
        mise,
        ("{part}/mises-en-demeure/{objet}/clore/", jour("le", issue="retiree")),
        ("{part}/mises-en-demeure/{objet}/corriger/", lambda s: {"raison": MOT}),
        {"en_vigueur"},
    ),
    "retirer-redater": (
        denoncee,
        ("{part}/corrections/denonciation/", lambda s: {"lettre_du": "", "raison": MOT}),
        (
            "{part}/corrections/denonciation/",
            lambda s: {"lettre_du": s.part.debut.isoformat(), "raison": MOT},
        ),
        {"en_vigueur", "denoncee"},
    ),
}


@pytest.mark.parametrize("nom", CONTRAIRES)
def test_deux_actes_contraires_au_meme_instant(scene, nom):
    """C-01, C-05, C-23: one, or both where the second still holds; never a state that neither of them gives."""
    preparer, (un, envoi_un), (autre, envoi_autre), etats = CONTRAIRES[nom]
    preparer(scene)
    reponses = ensemble(scene, (un, envoi_un(scene)), (autre, envoi_autre(scene)))
    statuts = sorted(reponse.status_code for reponse in reponses)
    assert statuts[0] == 302 and statuts[1] in {302, 409, 422}
    scene.convention.refresh_from_db()
    assert scene.convention.statut in etats
    if nom == "derniere-signature-renvoi":
        # A convention that is sent back holds no signature; one that is signed is not sent back.
        assert statuts[1] == 409
        signees = Signature.objects.filter(signataire__convention=scene.convention).count()
        assert signees == (2 if scene.convention.statut == "en_vigueur" else 0)


# Two acts that both hold, whatever the order
LIBRES = {
    "deux-signataires": (
        Scene.a_signer,
        ("signatures/convention/{signataires[0]}/", jour("le", nom="Alix Morel")),
        (SIGNER, jour("le", nom="Sacha Petit")),
    ),
    "denoncer-mettre-en-demeure": (
        mise,
        ("{part}/denoncer/", jour("lettre_du", **LETTRE)),
        ("{part}/mises-en-demeure/{objet}/clore/", jour("le", issue="retiree")),
    ),
    "deux-signataires-d-avenant": (
        avec_un_avenant,
        ("avenants/1/signatures/{signataires[0]}/", jour("le")),
        ("avenants/1/signatures/{signataires[1]}/", jour("le")),
    ),
    "suspendre-denoncer": (
        Scene.en_vigueur,
        ("{part}/suspendre/", lambda s: {"raison": MOT}),
        ("{part}/denoncer/", jour("lettre_du", **LETTRE)),
    ),
}


@pytest.mark.parametrize("nom", LIBRES)
def test_deux_actes_qui_valent_ensemble(scene, nom):
    """C-01, C-06, A-16: neither undoes what the other did; what the last one brings comes once."""
    preparer, (un, envoi_un), (autre, envoi_autre) = LIBRES[nom]
    preparer(scene)
    reponses = ensemble(scene, (un, envoi_un(scene)), (autre, envoi_autre(scene)))
    assert [reponse.status_code for reponse in reponses] == [302, 302]
    scene.convention.refresh_from_db()
    part = scene.convention.participations.get()
    if nom == "deux-signataires":
        assert scene.convention.statut == Convention.Statut.EN_VIGUEUR and part.debut == scene.jour
        assert Jalon.objects.filter(convention=scene.convention, nature="en-vigueur").count() == 1
    if nom == "deux-signataires-d-avenant":
        assert scene.convention.bonne_fin_jours == 10
        assert LigneJournal.objects.filter(acte="convention.appliquer_avenant").count() == 1
    if nom == "suspendre-denoncer":
        assert part.suspendue_le and part.denoncee_le


@pytest.mark.parametrize(
    ("perdre", "attendu"),
    [
        (lambda compte, _: inactiver(compte, par=MACHINE, cause="depart"), 403),
        (lambda compte, _: Compte.objects.filter(pk=compte.pk).update(profil="agent"), 403),
        (lambda compte, _: Compte.caisses.through.objects.filter(compte=compte).delete(), 404),
        (lambda _, scene: denoncer(
            scene.part, par=scene.equipe[1], lettre_du=scene.jour, par_le_partenaire=False
        ), 409),
    ],
    ids=["compte-ferme", "droit", "perimetre", "fait-par-un-autre"],
)  # fmt: skip
def test_qui_perd_son_droit_pendant_qu_il_attend_n_agit_pas(scene, postgres, perdre, attendu):
    """Asked again under the lock, to the account and the part read afresh."""
    scene.en_vigueur()
    compte, reponses = scene.equipe[0], []
    client, adresse = distribution.connecte(compte), scene.adresse("{part}/denoncer/")
    envoi = {"lettre_du": scene.jour.isoformat(), **LETTRE}

    def envoyer():
        reponses.append(client.post(adresse, envoi))
        connection.close()

    fil = threading.Thread(target=envoyer)
    with postgres.connexion() as admin, transaction.atomic():
        Convention.objects.select_for_update().get(pk=scene.convention.pk)
        fil.start()
        attente = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
        attendre(lambda: admin.execute(attente, [connection.settings_dict["NAME"]]).fetchone(), "l’acte")
        perdre(compte, scene)
    fil.join()
    assert [reponse.status_code for reponse in reponses] == [attendu]
    faites = LigneJournal.objects.filter(acte="convention.denoncer")
    assert faites.count() == (attendu == 409)
    if attendu == 409:
        assert "prend déjà fin le" in reponses[0].content.decode()


def test_un_formulaire_envoye_cinq_fois_au_meme_instant(scene):
    """One draft, one référent, one avenant, each led to five times."""
    scene.en_vigueur()
    premiere = distribution.connecte(scene.equipe[0])
    formes = {
        "referents/nouveau/": {
            "partie": "partenaire",
            "theme": "Droits",
            "nom": "Alix Morel",
            "fonction": "Accueil",
        },
        "avenants/nouveau/": {"objet_avenant": MOT, "bonne_fin_jours": "12"},
        "suivi/": {"nature": "comite", "jour": scene.jour.isoformat()},
    }
    for fin, changements in formes.items():
        adresse = scene.adresse(fin)
        envoi = rempli(premiere, adresse, changements) | {"csrfmiddlewaretoken": "jeton"}
        barriere, reponses = threading.Barrier(5), []

        def agir(adresse=adresse, envoi=envoi, barriere=barriere, reponses=reponses):
            client = distribution.Client()
            client.cookies = premiere.cookies
            barriere.wait()
            reponses.append(client.post(adresse, envoi))
            connection.close()

        fils = [threading.Thread(target=agir) for _ in range(5)]
        [fil.start() for fil in fils]
        [fil.join() for fil in fils]
        assert [reponse.status_code for reponse in reponses] == [302] * 5
        assert len({reponse.headers["Location"] for reponse in reponses}) == 1
    convention = scene.convention
    assert [convention.referents.count(), convention.avenants.count(), convention.suivis.count()] == [1, 1, 1]
