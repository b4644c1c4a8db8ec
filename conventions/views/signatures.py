"""From the draft to the last signature: motifs of each caisse, text fixed, sent back, signed."""

from typing import Any

from django.shortcuts import get_object_or_404

from conventions.actions import avenants, conventions, signatures
from conventions.actions.signatures import designer, peut_signer
from conventions.forms.suites import DateForm, OuvertureForm, PriseDeModeleForm, RenvoiForm, SignatureForm
from conventions.models.suites import Document, Partie, Signature
from conventions.views.actes import PageDUnePart, PageSurConvention, jour_de_la_page
from conventions.workflow import obstacle

PAS_ENCORE_EXECUTOIRE = (
    "L’acte qui habilite le signataire du partenaire n’est pas encore exécutoire : l’accusé de réception de la "
    "préfecture n’est pas noté. Une signature donnée avant lui peut être contestée."
)


def peut_la_signer(compte: Any, signature: Signature) -> bool:
    """Whether the account writes down, or corrects, this signature (C-01)."""
    return peut_signer(compte, signature.signataire.convention, signature.signataire)


class _PageDUneSignature(PageSurConvention):
    """A signature to come: its signatory, its document."""

    droit = staticmethod(peut_la_signer)

    def trouver(self, signataire: int, document: str = "", numero: int | None = None) -> Signature:
        avenant = get_object_or_404(self.convention.avenants, numero=numero) if numero is not None else None
        if avenant is not None:
            avenant.convention, document = self.convention, Document.AVENANT
        elif document != "utilisation":
            document = Document.CONVENTION
        lignes = self.convention.signataires.select_related("caisse", "convention__partenaire")
        return Signature(
            signataire=get_object_or_404(lignes, pk=signataire), document=Document(document), avenant=avenant
        )


def _obstacle(signature: Signature) -> str:
    """Return why this signature is not expected: the state of the convention, or it was given."""
    verbes = {
        Document.CONVENTION: "signer",
        Document.UTILISATION: "signer_utilisation",
        Document.AVENANT: "amender",
    }
    faites = Signature.objects.filter(
        signataire=signature.signataire, document=signature.document, avenant=signature.avenant
    )
    if faites.exists():
        return "Cette personne a déjà signé ce document."
    return obstacle(signature.signataire.convention, verbes[Document(signature.document)])


def _initial(compte: Any, signature: Signature) -> dict[str, Any]:
    personne = signature.signataire
    initial = {nom: getattr(personne, nom) for nom in ("nom", *signatures.ACTE)}
    return {"initial": initial, "partenaire": personne.partie == Partie.PARTENAIRE}


def _avant(signature: Signature) -> list[str]:
    personne = signature.signataire
    avant = [
        designer(personne) + ".",
        "Le document entre en vigueur à la date de la dernière signature attendue.",
    ]
    if not personne.executoire_le(jour_de_la_page(personne.convention)):
        avant.append(PAS_ENCORE_EXECUTOIRE)
    return avant


# Fix the text; from now on signatures are expected.
mettre_a_la_signature = PageSurConvention.pour(
    "mettre-a-la-signature",
    titre="Mettre à la signature",
    bouton="Mettre à la signature",
    fait="Le texte est arrêté : vous pouvez enregistrer les signatures.",
    faire=conventions.mettre_a_la_signature,
    obstacle=lambda convention: obstacle(convention, "mettre_a_la_signature"),
)
# Offer this text to the next drafts of the caisse, or no more (C-23)
modele = PageSurConvention.pour(
    "modele",
    titre="Modèle de la caisse",
    bouton="Enregistrer",
    fait="C’est enregistré : les prochains brouillons en tiennent compte.",
    faire=conventions.marquer_modele,
    formulaire=PriseDeModeleForm,
    avec=lambda compte, convention: {"initial": {"modele": not convention.modele}},
)
# What one caisse opens, apart from the others, while the text is a draft (C-09, C-10)
ouvrir_motifs = PageDUnePart.pour(
    "ouvrir-motifs",
    titre="Services et motifs – {0.caisse}",
    bouton="Enregistrer",
    fait="Les services et motifs sont enregistrés.",
    faire=conventions.ouvrir_motifs,
    formulaire=OuvertureForm,
    avec=lambda compte, part: {"participation": part},
    obstacle=lambda part: obstacle(part.convention, "mettre_a_la_signature"),
    avant=lambda part: [
        "Ces choix ne valent que pour cette caisse. Une fois la convention signée, ils changent par avenant."
    ],
)
renvoyer = PageSurConvention.pour(
    "renvoyer",
    titre="Renvoyer en rédaction",
    bouton="Renvoyer en rédaction",
    fait="La convention est de nouveau en rédaction.",
    faire=conventions.renvoyer_en_redaction,
    formulaire=RenvoiForm,
    obstacle=lambda convention: obstacle(convention, "renvoyer"),
)
# C-01, C-07
signer = _PageDUneSignature.pour(
    "signer",
    titre="Enregistrer une signature : {0.document.label}",
    bouton="Enregistrer la signature",
    fait="La signature est enregistrée.",
    faire=lambda une, **champs: signatures.signer(une.signataire, document=une.document, **champs),
    formulaire=SignatureForm,
    avec=_initial,
    obstacle=_obstacle,
    avant=_avant,
)
signer_avenant = _PageDUneSignature.pour(
    "signer-avenant",
    titre="Signature de l’avenant n° {0.avenant.numero}",
    bouton="Enregistrer la signature",
    fait="La signature est enregistrée.",
    faire=lambda une, **champs: avenants.signer_avenant(une.avenant, signataire=une.signataire, **champs),
    formulaire=DateForm,
    obstacle=_obstacle,
    avant=lambda une: [designer(une.signataire) + "."],
)
