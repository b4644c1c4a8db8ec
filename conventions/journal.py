"""The acts of this room in the journal, with their words."""

from conformite.journal import LECTURE, ActeDuJournal
from socle import crochets


@crochets.actes.inscrire("conventions")
class Acte(ActeDuJournal):
    """What is done, or read."""

    APPELANT_IDENTIFIER = "appelant.identifier", "Appelant identifié"
    CODE_LIRE = "code.lire", "Code confidentiel lu"
    CODE_RENOUVELER = "code.renouveler", "Code confidentiel renouvelé"
    CONVENTION_AJOUTER_REFERENT = "convention.ajouter_referent", "Référent ajouté"
    CONVENTION_APPLIQUER_AVENANT = "convention.appliquer_avenant", "Avenant appliqué"
    CONVENTION_CLAUSES = "convention.clauses", "Clauses choisies"
    CONVENTION_CLORE_MISE_EN_DEMEURE = "convention.clore_mise_en_demeure", "Mise en demeure close"
    CONVENTION_DENONCER = "convention.denoncer", "Dénonciation enregistrée"
    CONVENTION_EN_VIGUEUR = "convention.en_vigueur", "Convention en vigueur"
    CONVENTION_EVALUATION = "convention.evaluation", "Évaluation partagée"
    CONVENTION_EXPORTER = "convention.exporter", LECTURE, "Conventions exportées"
    CONVENTION_JOINDRE_PREUVE = "convention.joindre_preuve", "Preuve jointe"
    CONVENTION_LEVER_SUSPENSION = "convention.lever_suspension", "Suspension levée"
    CONVENTION_METTRE_A_LA_SIGNATURE = "convention.mettre_a_la_signature", "Convention mise à la signature"
    CONVENTION_METTRE_EN_DEMEURE = "convention.mettre_en_demeure", "Mise en demeure enregistrée"
    CONVENTION_MISE_EN_DEMEURE_RECUE = "convention.mise_en_demeure_recue", "Mise en demeure reçue"
    CONVENTION_MODIFIER = "convention.modifier", "Convention modifiée"
    CONVENTION_OUVRIR_MOTIFS = "convention.ouvrir_motifs", "Motifs ouverts"
    CONVENTION_PDF = "convention.pdf", "Convention téléchargée"
    CONVENTION_REDIGER = "convention.rediger", "Convention rédigée"
    CONVENTION_REDIGER_AVENANT = "convention.rediger_avenant", "Avenant rédigé"
    CONVENTION_RENVOYER = "convention.renvoyer", "Convention renvoyée"
    CONVENTION_RESILIER = "convention.resilier", "Résiliation enregistrée"
    CONVENTION_RETIRER_REFERENT = "convention.retirer_referent", "Référent retiré"
    CONVENTION_SIGNER = "convention.signer", "Convention signée"
    CONVENTION_SIGNER_AVENANT = "convention.signer_avenant", "Avenant signé"
    CONVENTION_SOUS_TRAITANCE = "convention.sous_traitance", "Sous-traitance acceptée"
    CONVENTION_SUIVI = "convention.suivi", "Suivi du partenariat noté"
    CONVENTION_SUSPENDRE = "convention.suspendre", "Accès suspendu"
    CONVENTION_TELECHARGER_PREUVE = "convention.telecharger_preuve", "Preuve téléchargée"
    CONVENTION_TERMINER = "convention.terminer", "Convention terminée"
    PARTENAIRE_CREER = "partenaire.creer", "Structure créée"
    PARTENAIRE_MODIFIER = "partenaire.modifier", "Structure modifiée"
