"""The acts that the walk of the addresses does not do: doors of the sign-in, second steps, jobs, a machine's acts.

Each function is one story in the world of the matrix, undone after it. Those of one room are together.
"""

import contextlib
import datetime as dt
import uuid
from unittest import mock

import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from caisses import actions as caisses
from caisses.models import Motif
from conformite import freins, gels, purge, restauration
from conformite.models.travaux import FreinPurge, Gel
from conventions import bilans as bilans_de
from conventions import importation, regles
from conventions.actions import (
    annonces,
    avenants,
    bilans,
    clauses,
    conventions,
    corrections,
    fiches,
    fins,
    partenaires,
    signatures,
)
from conventions.actions.importations import demander_importation
from conventions.models.conventions import Convention, Participation
from conventions.models.partenaires import Partenaire
from conventions.models.suites import Avenant, Document, MiseEnDemeure, Referent
from droits.actions import attestations, violations
from droits.actions import demandes as droits
from droits.models.demandes import DemandeDroits
from droits.models.violations import Violation
from echanges.actions import recuperation
from echanges.actions.acces import retirer_autorisation, retirer_boite
from echanges.actions.depots import confirmer_depot, retirer_depot
from echanges.actions.flux import clore_flux, declarer_neant
from echanges.actions.inscriptions import noter_inscription
from echanges.actions.lecture import lire_depot
from echanges.actions.reception import recevoir_fichier
from echanges.echeances import faire_ce_qui_est_du as relancer_les_echanges
from echanges.models.depots import Depot
from echanges.regles import ESSAIS_MAX
from espace_partenaires.quarantaine import retenus
from fichiers.controle import Examine, examiner
from fichiers.refus import Refus
from information import actions as information
from information import lettre
from information.models import Formation, Publication
from signalements.actions import instruction
from signalements.aiguillage.actions import enregistrer_regle, retirer_regle
from signalements.bureau import actions as bureau
from signalements.conservation import appliquer_a_l_existant
from signalements.depot import actions as depot
from signalements.documents import actions as documents
from signalements.echeances import faire_ce_qui_est_du
from signalements.models.absences import Absence
from signalements.models.demandes import Demande
from signalements.models.modeles import ModeleReponse
from signalements.pieces import actions as pieces
from socle import horloge
from tests.distribution import connecte
from tests.echanges import fabrique as echanges
from tests.echanges import indus
from tests.fichiers.echantillons import jpeg
from tests.matrice.actes_des_comptes import (
    conduire_un_compte,
    confirmer_son_identite,
    employer_ce_qui_se_montre_une_fois,
    entrer_et_sortir,
    etre_refuse,
    etre_retenu,
    finir_la_revue,
    laisser_expirer_un_contreseing,
    oublier,
    ouvrir_seul,
    refuser_un_contreseing,
    refuser_une_habilitation,
    repondre_aux_habilitations,
    se_servir_de_cles,
    se_tromper_de_code,
)
from tests.matrice.actes_des_demandes import detruire_un_message, donner_un_avis, retirer_un_message
from tests.matrice.monde import Monde, un
from tests.signalements.fabrique import deposer

ESSAI = "Un mot d’explication."


def _part(monde: Monde) -> Participation:
    return un(monde, Participation, "participation")


# --- Caisses, conventions


def tenir_la_caisse(monde: Monde) -> None:
    national, chef = (monde.comptes[nom] for nom in ("national", "administrateur"))
    meuse = caisses.creer_caisse(par=national, code="meuse", nom="CPAM de la Meuse", departement="55")
    caisses.corriger_caisse(meuse, par=national, nom="Meuse", departements=[], courriel="", telephone="")
    caisses.fermer_caisse(meuse, par=national)
    ici = {"par": chef, "caisse": (caisse := chef.caisses.get())}
    caisses.decrire_caisse(**ici, telephone="03 87 00 00 00")
    caisses.ajouter_jour_chome(**ici, jour=caisse.jour + dt.timedelta(days=9), libelle="Pont")
    ici_aussi = ici | {"pole": caisses.creer_pole(**ici, libelle="Guichet mobile")}
    regle = {"motif": None, "structure": "", "departement": "", "poles": [ici_aussi["pole"]], "place": 1}
    retirer_regle(enregistrer_regle(None, **ici, **regle), **ici)
    caisses.renommer_pole(**ici_aussi, libelle="Bus des droits")
    caisses.retirer_pole(**ici_aussi)
    caisses.regler_motif(**ici, motif=Motif.objects.get(code="saisine-mas"), delai_jours=9)


def renseigner_un_appelant(monde: Monde) -> None:
    """The SIRET of the world is nobody's: it takes one that a form reads."""
    for saisie in [{"siret": "35600000000048", "code": ""}] * 2:
        monde.entre("agent").post(reverse("appelant"), saisie)
        monde.entre("administrateur").get(reverse("convention-nouvelle"), saisie)
        Partenaire.objects.filter(pk=monde.cles["metz"]).update(siret=saisie["siret"])


def reprendre_des_conventions(monde: Monde) -> None:
    moselle = _part(monde).caisse
    demander_importation(par=monde.comptes["administrateur"], caisse=moselle, texte=importation.modele())


def exporter_les_conventions(monde: Monde) -> None:
    monde.entre("administrateur").get(reverse("conventions"), {"export": "csv"})
    monde.entre("gestionnaire").get(reverse("conventions"), {"export": "csv"})
    monde.entre("administrateur").get(reverse("partenaires"), {"export": "csv"})


def rediger_et_signer(monde: Monde) -> None:
    administrateur, brouillon = (
        monde.comptes["administrateur"],
        un(monde, Convention, "convention-brouillon"),
    )
    part = brouillon.participations.get()
    ouverture = conventions.Ouverture(caisse=part.caisse, motifs=list(Motif.objects.order_by("pk")[:2]))
    conventions.ouvrir_motifs(par=administrateur, participation=part, ouverture=ouverture)
    brouillon.refresh_from_db()
    conventions.modifier_brouillon(
        par=administrateur, convention=brouillon, version=brouillon.version, ouvertures=[ouverture]
    )
    brouillon.refresh_from_db()
    clauses.choisir_clauses(par=administrateur, convention=brouillon, retenues=brouillon.clauses)
    for renvoyee in (True, False):
        brouillon.refresh_from_db()
        conventions.mettre_a_la_signature(par=administrateur, convention=brouillon)
        brouillon.refresh_from_db()
        if renvoyee:
            conventions.renvoyer_en_redaction(par=administrateur, convention=brouillon, commentaire=ESSAI)
    for signataire in brouillon.signataires.order_by("pk"):
        signatures.signer(
            par=administrateur, signataire=signataire, le=part.caisse.jour, document=Document.CONVENTION,
            nom="Dominique Roy", acte="Délibération", acte_le=part.caisse.jour,
        )  # fmt: skip


def tenir_la_convention(monde: Monde) -> None:
    administrateur, convention = monde.comptes["administrateur"], un(monde, Convention, "convention")
    jour = _part(monde).caisse.jour
    fiches.retirer_referent(
        par=administrateur, referent=Referent.objects.get(pk=monde.objets["referent"]["referent"])
    )
    accord = fiches.enregistrer_sous_traitance(
        par=administrateur, convention=convention, prestataire="Atelier", objet="Saisie", agreee_le=jour
    )
    fiches.finir_sous_traitance(par=administrateur, sous_traitance=accord, le=jour, raison="Fini")
    comite = fiches.enregistrer_suivi(
        par=administrateur, convention=convention, nature="comite", jour=jour, texte=ESSAI
    )
    fiches.confirmer_comite(
        par=monde.comptes["gestionnaire"], suivi=comite, tenu=True, presents="Les parties", texte=ESSAI
    )
    part = _part(monde)
    premiere = regles.plus_mois(part.debut, -14)
    Participation.objects.filter(pk=part.pk).update(debut=premiere)
    annee = bilans_de.annees(convention, jour)[0]
    bilan = bilans.ecrire_sa_part(
        par=monde.comptes["gestionnaire"], convention=convention, annee=annee, texte=ESSAI
    )
    bilan = bilans.ecrire_sa_part(par=administrateur, convention=convention, annee=annee, texte=ESSAI)
    bilans.arreter(par=administrateur, convention=convention, annee=annee, version=bilan.version)
    conventions.marquer_modele(par=administrateur, convention=convention, modele=True)
    corrections.corriger_mise_en_demeure(
        par=administrateur, mise=MiseEnDemeure.objects.get(pk=monde.objets["mise"]["mise"]), raison=ESSAI,
        envoyee_le=jour,
    )  # fmt: skip
    annonce = annonces.annoncer(
        par=monde.comptes["gestionnaire"], convention=convention, caisse=_part(monde).caisse, nature="domaine",
        texte=ESSAI,
    )  # fmt: skip
    annonces.clore_annonce(par=administrateur, annonce=annonce, issue="suivie")
    fiches.enregistrer_evaluation(par=administrateur, convention=convention, le=jour)
    fiches.lire_code(par=monde.comptes["gestionnaire"], participation=_part(monde))


def creer_une_structure(monde: Monde) -> None:
    partenaires.creer_partenaire(
        par=monde.comptes["administrateur"], siret="35600000000048", nom="CCAS de Scy", type=Partenaire.Type.CCAS, membres=4,
        domaines=["scy.example"],
    )  # fmt: skip


def suspendre_puis_denoncer(monde: Monde) -> None:
    """The notice runs out: the job notes the end, and the structure attests its destruction."""
    administrateur, jour = monde.comptes["administrateur"], _part(monde).caisse.jour
    fins.suspendre(par=administrateur, participation=_part(monde), raison=ESSAI)
    fins.lever_suspension(par=administrateur, participation=_part(monde))
    fins.denoncer(par=administrateur, participation=_part(monde), lettre_du=jour, par_le_partenaire=False)
    with time_machine.travel(horloge.temps_reel() + dt.timedelta(days=800), tick=False):
        fins.constater_les_fins()
        part = _part(monde)
        attestations.attester(
            part, par=monde.comptes["gestionnaire"], signataire="Dominique Roy", attestee_le=part.caisse.jour
        )


def clore_la_mise_en_demeure(monde: Monde) -> None:
    mise = MiseEnDemeure.objects.get(pk=monde.objets["mise"]["mise"])
    jour = mise.participation.caisse.jour
    fins.noter_reception(par=monde.comptes["administrateur"], mise=mise, recue_le=jour)
    mise.refresh_from_db()
    fins.clore_mise_en_demeure(par=monde.comptes["administrateur"], mise=mise, le=jour)


def resilier(monde: Monde) -> None:
    mise = MiseEnDemeure.objects.get(pk=monde.objets["mise"]["mise"])
    with time_machine.travel(horloge.temps_reel() + dt.timedelta(days=40), tick=False):
        fins.resilier(
            par=monde.comptes["administrateur"], mise=mise, le=mise.participation.caisse.jour, raison=ESSAI
        )


def appliquer_un_avenant(monde: Monde) -> None:
    """Signed by all, it takes effect; the terms of what is already there move."""
    convention, par, jour = (
        un(monde, Convention, "convention"),
        monde.comptes["administrateur"],
        _part(monde).caisse.jour,
    )
    Avenant.objects.filter(convention=convention).delete()
    avenant = avenants.rediger_avenant(
        par=par, convention=convention, objet="Durée", valeurs={"conservation_mois": 3},
        prend_effet_le=jour, vaut_pour_l_existant=True,
    )  # fmt: skip
    signataires = list(convention.signataires.order_by("pk"))
    if not any(un.partie == "partenaire" for un in signataires):
        signataires.append(convention.signataires.create(partie="partenaire", qualite="Maire", ordre=2))
    for signataire in signataires:
        avenants.signer_avenant(par=par, avenant=avenant, signataire=signataire, le=jour)
    avenants.appliquer_avenants()
    appliquer_a_l_existant()


# --- Demandes


def tenir_le_bureau(monde: Monde) -> None:
    bureau.supprimer_absence(un(monde, Absence, "absence"), par=monde.comptes["agent"])
    bureau.supprimer_modele(un(monde, ModeleReponse, "modele"), par=monde.comptes["superviseur"])


def jeter_un_brouillon(monde: Monde) -> None:
    depot.supprimer_brouillon(un(monde, Demande, "brouillon"), par=monde.comptes["technicien"])


def confirmer_un_texte(monde: Monde) -> None:
    ou = reverse("demande-agir", args=[monde.objets["deposee"]["reference"], "ecrire"])
    saisie = {"ecrire-texte": "Elle suit une chimiothérapie.", "ecrire-texte_confirme": "on"}
    monde.entre("technicien").post(ou, saisie)


def joindre_et_retirer(monde: Monde) -> None:
    technicien, brouillon = monde.comptes["technicien"], un(monde, Demande, "brouillon")
    pieces.refuser(brouillon, Refus("format"), par=technicien)
    pages = [examiner(f"page{rang}.jpg", jpeg()) for rang in range(2)]
    jointes = pieces.joindre(brouillon, examines=pages, nature="identite", envoi=uuid.uuid4(), par=technicien)
    document = pieces.reunir_images(
        brouillon, examine=Examine(nom="réunion.pdf", genre="pdf", contenu=b"%PDF-1.7"), images=jointes,
        par=technicien,
    )  # fmt: skip
    pieces.retirer_piece(document, par=technicien)


def envoyer_et_rappeler(monde: Monde) -> None:
    agent = monde.comptes["agent"]
    Participation.objects.update(documents_par_portail=True, documents_raison="Tutelle")
    demande = deposer(
        monde.comptes["technicien"],
        "attestation-droits",
        _part(monde).caisse,
        livraison="portail",
        qualite="tutelle",
    )
    instruction.prendre_en_charge(demande, par=agent)
    examine = Examine(nom="attestation.pdf", genre="pdf", contenu=b"%PDF-1.7")
    documents.envoyer(demande, examines=[examine], nature="attestation-droits", envoi=uuid.uuid4(), par=agent)
    documents.rappeler(demande.pieces.get(), par=agent)


def attendre_une_reponse(monde: Monde) -> None:
    """Nobody answers the complement: the nightly job closes."""
    for jours in (15, 30, 60):
        with time_machine.travel(horloge.temps_reel() + dt.timedelta(days=jours), tick=False):
            faire_ce_qui_est_du()


# --- Information


def retirer_une_information(monde: Monde) -> None:
    information.abonner(par=monde.comptes["technicien"], oui=True)
    with time_machine.travel(horloge.temps_reel() + dt.timedelta(days=8), tick=False):
        information.publier(
            par=monde.comptes["administrateur"], caisse=monde.comptes["administrateur"].caisses.get(), nature="lien", titre="Le site",
            url="https://ameli.example/",
        )  # fmt: skip
        lettre.envoyer()
    publication = un(monde, Publication, "publication")
    information.modifier(publication, par=monde.comptes["administrateur"], titre="Le site, à jour")
    information.retirer(publication, par=monde.comptes["administrateur"])
    information.annuler(un(monde, Formation, "formation"), par=monde.comptes["administrateur"])


def annoncer_une_maintenance(monde: Monde) -> None:
    national, demain = monde.entre("national"), horloge.maintenant() + dt.timedelta(days=1)
    national.post(
        reverse("national-maintenances"),
        {"debut": f"{demain:%Y-%m-%dT%H:%M}", "fin": f"{demain + dt.timedelta(hours=2):%Y-%m-%dT%H:%M}"},
    )
    national.post(reverse("national-maintenance-annuler", kwargs=monde.objets["maintenance"]))


# --- Exchanges of files


def echanger_un_fichier(monde: Monde) -> None:
    """Sent, refused, read after wrong passwords, reminded, replaced; nothing to send; all that lets do it."""
    part = _part(monde)
    scene = echanges.Scene(
        part, monde.comptes["technicien"], monde.comptes["agent"], monde.comptes["administrateur"]
    )
    with echanges.antivirus_content():
        depot, mot_de_passe = echanges.deposer(scene)
        for faux in ["FAUX"] * ESSAIS_MAX:
            monde.entre("agent").post(
                reverse("depot-lecture", args=[depot.reference]), {"mot_de_passe": faux}
            )
        with time_machine.travel(horloge.temps_reel() + dt.timedelta(minutes=20), tick=False):
            lire_depot(par=scene.agent, depot=depot, mot_de_passe=mot_de_passe)
        muet, _ = echanges.deposer(scene, contenu=echanges.csv("indu", echanges.indu(dossier="D-8")))
        with time_machine.travel(horloge.temps_reel() + dt.timedelta(days=9), tick=False):
            relancer_les_echanges()
        neuf, _ = echanges.ouvrir(scene, remplace=muet, raison="erreur", periode=muet.periode)
        with contextlib.suppress(ValidationError):
            recevoir_fichier(par=scene.technicien, depot=neuf, nom="a.csv", contenu=b"%PDF-1.7")
        contenu = echanges.csv("indu", echanges.indu(dossier="D-9"))
        recevoir_fichier(par=scene.technicien, depot=neuf, nom="a.csv", contenu=contenu)
    declarer_neant(par=scene.agent, flux=scene.flux("mtp-mensuel"), periode=f"{part.caisse.jour:%Y-%m}")
    confirmer_depot(par=scene.technicien, depot=echanges.recharge(neuf))
    echanges.signer(part, monde.comptes["collegue"])
    echanges.ouvrir_les_boites(part, scene.administrateur)
    recuperer_des_indus(monde, scene)
    clore_flux(par=scene.administrateur, flux=scene.flux("recuperation"))
    siennes = part.autorisations.filter(cote="caisse").order_by("pk")
    retirer_autorisation(par=scene.administrateur, autorisation=siennes[0])
    retirer_boite(par=scene.administrateur, boite=part.boites.presentes().get(cote="caisse"))


def recuperer_des_indus(monde: Monde, scene: echanges.Scene) -> None:
    """From the row to the solde, by two persons; one recognised by a person, one impossible, one to find again."""
    second = monde.comptes["superviseur"]
    echanges.autoriser(scene.participation, scene.administrateur, second)
    echanges.signer(scene.participation, second)
    elle, autre = {"prenoms": "Elodie", "naissance": "28/03/1955"}, {"nom": "Inconnue"}
    with echanges.antivirus_content():
        lignes = [indus.un_indu(scene, dossier=f"N-2{n}") | un for n, un in enumerate((elle, autre, elle))]
        depot, _ = echanges.deposer(scene, contenu=echanges.csv("indu", *lignes))
    noter_inscription(par=scene.agent, depot=un(monde, Depot, "depot-eps"), rang=0, suite="convoque")
    recuperation.ouvrir_dossiers(par=scene.agent, depot=depot)
    douteux, inconnu, suivant = depot.dossiers.order_by("rang")
    [choix] = recuperation.candidats(douteux)
    [recuperation.rapprocher(par=scene.agent, dossier=u, choix=choix) for u in (douteux, suivant)]
    recuperation.declarer_impossible(par=scene.agent, dossier=inconnu, raison="inconnue")
    agent = {"par": scene.agent, "dossier": douteux}
    [acte(**agent) for acte in (recuperation.calculer_retenue, recuperation.preparer_mandat)]
    recuperation.signer_mandat(par=second, dossier=douteux)
    recuperation.noter_la_poste(**agent, le=scene.participation.caisse.jour)
    recuperation.contester(**agent, contestation="La période est fausse.")
    [acte(**agent) for acte in (recuperation.maintenir, recuperation.solder)]
    retirer_depot(par=scene.agent, depot=indus.relu(suivant).depot_mtp, raison="erreur")


# --- Conformity


def satisfaire_une_personne(monde: Monde) -> None:
    dpo, demande = monde.comptes["dpo"], un(monde, DemandeDroits, "demande-droits")
    [acte(demande, par=dpo) for acte in (droits.verifier_identite, droits.rechercher)]
    droits.trancher(demande, par=dpo, choix={})
    demande.refresh_from_db()
    droits.masquer(demande, par=dpo, mots=["Martin"])
    droits.extraire(demande, par=dpo)
    droits.limiter(demande, par=dpo, jusqu_a=demande.caisse.jour + dt.timedelta(days=300))
    droits.signaler_rectification(demande, par=dpo)
    droits.signaler_opposition(demande, par=dpo)
    gels.lever_gel(un(monde, Gel, "gel"), fuseau=demande.caisse.fuseau, par=dpo)


def clore_une_violation(monde: Monde) -> None:
    dpo, violation, maintenant = (
        monde.comptes["dpo"],
        un(monde, Violation, "violation"),
        horloge.maintenant(),
    )
    violations.noter_mesure(violation, par=monde.comptes["gestionnaire"], texte=ESSAI)
    violations.evaluer(violation, par=dpo, risque="eleve", texte=ESSAI)
    violations.notifier_autorite(violation, par=dpo, le=maintenant)
    violations.informer_personnes(violation, par=dpo, le=maintenant)
    violations.clore(violation, par=dpo, texte=ESSAI)


def detruire(monde: Monde) -> None:
    """Two years later: what is due goes, with its keys; a brake that stops, one that is released; a restored backup."""
    freins.liberer(un(monde, FreinPurge, "frein"), par=monde.comptes["dpo"], a=horloge.maintenant())
    with time_machine.travel(horloge.temps_reel() + dt.timedelta(days=200), tick=False):
        with mock.patch.dict(freins.juger.__kwdefaults__, plancher=0):
            purge.purger()
        purge.purger()
        purge.detruire_les_cles(horloge.maintenant())
    restauration.rejouer(horloge.maintenant().date())


def relire_les_courriels(monde: Monde) -> None:
    """A backup is put back: one of the mails that waited is thrown away, the others leave."""
    restauration.rejouer(horloge.maintenant().date())
    national, ou = connecte(monde.comptes["national"]), reverse("courriels-retenus")
    un, *autres = retenus().values_list("pk", flat=True)
    national.post(ou, {"verbe": "jeter", "courriel": [un], "confirme": "1"})
    national.post(ou, {"verbe": "envoyer", "courriel": autres})


SCENARIOS = [
    *(
        entrer_et_sortir,
        se_servir_de_cles,
        se_tromper_de_code,
        employer_ce_qui_se_montre_une_fois,
        oublier,
        confirmer_son_identite,
    ),
    *(refuser_un_contreseing, laisser_expirer_un_contreseing, ouvrir_seul),
    *(conduire_un_compte, repondre_aux_habilitations, refuser_une_habilitation, finir_la_revue, etre_refuse),
    etre_retenu,
    *(tenir_la_caisse, renseigner_un_appelant, exporter_les_conventions, rediger_et_signer),
    reprendre_des_conventions,
    *(tenir_la_convention, creer_une_structure, suspendre_puis_denoncer, clore_la_mise_en_demeure),
    *(resilier, appliquer_un_avenant, tenir_le_bureau, jeter_un_brouillon, confirmer_un_texte),
    *(
        joindre_et_retirer,
        envoyer_et_rappeler,
        donner_un_avis,
        retirer_un_message,
        detruire_un_message,
        attendre_une_reponse,
        retirer_une_information,
    ),
    *(
        echanger_un_fichier,
        annoncer_une_maintenance,
        satisfaire_une_personne,
        clore_une_violation,
        detruire,
        relire_les_courriels,
    ),
]
