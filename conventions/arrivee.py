"""Where a newcomer stands, from the SIRET to the first sign-in, and who makes the next gesture."""

from django.db.models import QuerySet
from django.urls import reverse

from caisses.models import Caisse
from conventions.actions.signatures import attendus, designer
from conventions.models.conventions import Convention, Participation
from conventions.models.partenaires import Partenaire
from conventions.models.suites import Document
from socle import crochets
from socle.crochets import Etape

_ETAPES_SIGNEES = {Convention.Statut.EN_VIGUEUR, Convention.Statut.DENONCEE}


def arrivee_de(partenaire: Partenaire, caisses: QuerySet[Caisse]) -> list[Etape]:
    """Return all the steps with these caisses, each app telling its own, the lower ones first."""
    return [etape for fournir in crochets.arrivee.values() for etape in fournir(partenaire, caisses)]


@crochets.arrivee.inscrire("conventions")
def etapes(partenaire: Partenaire, caisses: QuerySet[Caisse]) -> list[Etape]:
    """Return the steps of the record and of the convention: the one in force, else the latest draft."""
    fiche = Etape(
        "Fiche de la structure",
        bool(partenaire.domaines),
        f"{partenaire.nom}, SIRET {partenaire.siret}."
        if partenaire.domaines
        else "Indiquez ses domaines de messagerie : sans eux, aucun compte ne peut être créé.",
        reverse("partenaire-modifier", args=[partenaire.siret]),
        "Compléter la fiche",
    )
    convention = _convention(partenaire, caisses)
    if convention is None:
        adresse = f"{reverse('convention-nouvelle')}?siret={partenaire.siret}"
        return [
            fiche,
            Etape("Rédaction de la convention", False, "", adresse, "Rédiger la convention"),
            Etape("Signature de la convention", False),
            Etape("Ouverture du portail", False),
        ]
    page = reverse("convention", args=[convention.reference])
    redigee = convention.statut != Convention.Statut.BROUILLON
    return [
        fiche,
        Etape(
            "Rédaction de la convention",
            redigee,
            f"Convention {convention.reference}."
            if redigee
            else "Relisez le texte, puis mettez-le à la signature.",
            page,
            "Ouvrir le brouillon",
        ),
        _signature("Signature de la convention", convention, Document.CONVENTION, page),
        _ouverture(convention, page),
    ]


def _convention(partenaire: Partenaire, caisses: QuerySet[Caisse]) -> Convention | None:
    siennes = Convention.objects.filter(partenaire=partenaire, participations__caisse__in=caisses)
    vivantes = siennes.filter(statut__in=_ETAPES_SIGNEES)
    en_cours = siennes.filter(statut__in=(Convention.Statut.BROUILLON, Convention.Statut.A_SIGNER))
    return vivantes.first() or en_cours.first()


def _signature(titre: str, convention: Convention, document: str, page: str) -> Etape:
    if convention.statut == Convention.Statut.BROUILLON:
        return Etape(titre, False)
    restants = attendus(convention, document)
    if not restants:
        return Etape(titre, True)
    noms = " ; ".join(designer(signataire) for signataire in restants)
    return Etape(titre, False, f"Signatures attendues : {noms}.", page, "Enregistrer les signatures")


def _ouverture(convention: Convention, page: str) -> Etape:
    titre = "Ouverture du portail"
    if Participation.objects.ouvrant_le_portail().filter(convention=convention).exists():
        return Etape(titre, True, "La convention d’utilisation est en vigueur.")
    if convention.statut not in _ETAPES_SIGNEES:
        return Etape(titre, False)
    etape = _signature("Signature de la convention d’utilisation", convention, Document.UTILISATION, page)
    return (
        etape
        if not etape.faite
        else Etape(titre, False, "L’accès est suspendu ou terminé.", page, "Voir la convention")
    )
