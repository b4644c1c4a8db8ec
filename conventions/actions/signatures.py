"""Signatures: the last one puts a document in force, and ends the convention that it replaces (C-01, C-07, C-15)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from caisses.models import Caisse, Motif
from conformite.journal import consigner
from conventions import regles
from conventions.actions.etat import changer_statut, deduire_statut, jour_de, noter, verrouiller
from conventions.actions.fiches import ouvrir_code, sceller_code
from conventions.journal import Acte
from conventions.models.conventions import Convention, FinCause, Participation
from conventions.models.suites import Document, Partie, Signataire, Signature
from conventions.parametres import photographier
from conventions.permissions import can_conduire_convention, can_rediger_convention
from socle import horloge
from socle.actes import seulement
from socle.acteurs import Acteur
from socle.certain import certain
from socle.courriels import deposer_courriels
from socle.roles import Droit, exiger

Statut = Convention.Statut
# What is known of the act that empowers a signatory (C-22)
ACTE = frozenset(
    {"acte", "acte_organe", "acte_numero", "acte_le", "acte_transmis_le", "accuse_numero", "accuse_le"}
)


@transaction.atomic
def signer(
    signataire: Signataire,
    *,
    par: Acteur,
    le: dt.date,
    document: str = Document.CONVENTION,
    nom: str = "",
    **acte: object,
) -> Signature:
    """Write down the signature of one person on the convention or the convention d'utilisation (C-01, C-07).

    The last one puts the document in force from that date. `par`: an administrateur of the caisse that signs (of any
    of the convention's caisses for the other parties), or the machine for a command.
    `acte`: what is known of the act that empowers, a deliberation with its transmission and its accusé (C-22).
    Raise ValidationError for a date to come, a document out of turn, or a period already taken.
    """
    seulement(ACTE, acte)
    verbe = "signer" if document == Document.CONVENTION else "signer_utilisation"
    convention = verrouiller(signataire.convention, verbe)
    exiger(peut_signer(par, convention, signataire))
    if le > jour_de(convention):
        raise ValidationError({"le": "La date de signature ne peut être à venir."})
    if document == Document.UTILISATION:
        _verifier_utilisation(convention, signataire, le)
    _completer(signataire, nom=nom, **acte)
    signature, nouvelle = Signature.objects.get_or_create(
        signataire=signataire,
        document=document,
        avenant=None,
        defaults={"signee_le": le, "saisie_le": horloge.maintenant()},
    )
    if not nouvelle:
        raise ValidationError("Cette personne a déjà signé ce document.", code="deja_signe")
    texte = f"{Document(document).label} : {designer(signataire)}"
    noter(convention, "signature", le, par=par, texte=texte)
    consigner(Acte.CONVENTION_SIGNER, objet=convention, par=par, document=str(document))
    _conclure(convention, document, par)
    return signature


def designer(signataire: Signataire) -> str:
    """Return how a signatory is named on the timeline: name and quality, party."""
    partie = ", ".join(signataire.parties)
    qui = f"{signataire.nom} ({signataire.qualite})" if signataire.nom else signataire.qualite
    return f"{qui}, {partie}"


def attendus(convention: Convention, document: str) -> list[Signataire]:
    """Return the signatories whose signature is still expected on a document (C-01, C-07: no other party on the use)."""
    signataires = convention.signataires.exclude(
        signatures__in=Signature.objects.filter(document=document, signataire__convention=convention)
    )
    if document == Document.UTILISATION:
        signataires = signataires.exclude(partie=Partie.AUTRE)
    return list(signataires)


def motifs_perdus(convention: Convention) -> list[Motif]:
    """Return the motifs that the replaced convention opens and this one does not: listed before signing (C-15)."""
    if convention.remplace is None:
        return []
    gardes = Participation.motifs.through.objects.filter(participation__convention=convention)
    perdus = Motif.objects.filter(participations__convention=convention.remplace).exclude(
        pk__in=gardes.values("motif")
    )
    return list(perdus.distinct())


def peut_signer(par: Acteur, convention: Convention, signataire: Signataire) -> bool:
    """Whether this account writes down the signature of this person: each caisse its own, any of them the others' (C-01)."""
    if signataire.caisse is not None:
        return any(
            can_rediger_convention(par, une) for une in (signataire.caisse, *signataire.aussi_pour.all())
        )
    return can_conduire_convention(par, convention)


def _verifier_utilisation(convention: Convention, signataire: Signataire, le: dt.date) -> None:
    if convention.utilisation_liee:
        raise ValidationError(
            "Cette convention n’a pas de convention d’utilisation séparée.", code="sans_objet"
        )
    if signataire.partie == Partie.AUTRE:
        raise ValidationError(
            "La convention d’utilisation ne lie que le partenaire et les caisses.", code="hors_partie"
        )
    debut = certain(convention.participations.order_by("debut").values_list("debut", flat=True)[0])
    if le < debut:
        raise ValidationError(
            {"le": f"La convention est signée la première : elle est en vigueur depuis le {debut:%d/%m/%Y}."}
        )


def _completer(signataire: Signataire, **champs: object) -> None:
    donnes = {nom: valeur for nom, valeur in champs.items() if valeur}
    for nom, valeur in donnes.items():
        setattr(signataire, nom, valeur)
    if donnes:
        signataire.full_clean()
        signataire.save(update_fields=list(donnes))


def _conclure(convention: Convention, document: str, par: Acteur) -> None:
    """Put the document in force when nobody else is expected."""
    if attendus(convention, document):
        return
    dates = Signature.objects.filter(document=document, signataire__convention=convention)
    debut = dates.order_by("-signee_le").values_list("signee_le", flat=True)[0]
    if document == Document.UTILISATION:
        convention.participations.filter(utilisation_debut=None).update(utilisation_debut=debut)
        convention.version += 1
        convention.save(update_fields=["version"])
        noter(convention, "utilisation-en-vigueur", debut, par=par)
    else:
        _mettre_en_vigueur(convention, debut, par)
    consigner(
        Acte.CONVENTION_EN_VIGUEUR,
        objet=convention,
        par=par,
        document=str(document),
        debut=f"{debut:%Y-%m-%d}",
    )
    if par.compte is not None:
        _annoncer(convention, document, debut, par)


def _annoncer(convention: Convention, document: str, debut: dt.date, par: Acteur) -> None:
    """Tell those whose accounts it opens: the caisse writes down the signatures of both parties, nobody else did (C-01)."""
    parts = list(convention.participations.select_related("partenaire", "caisse").order_by("caisse__nom"))
    for structure in {part.partenaire for part in parts}:
        gestionnaires = structure.comptes.actifs().pouvant(Droit.GERER_STRUCTURE)
        adresses = {structure.courriel, *gestionnaires.values_list("email", flat=True)}
        for caisse in Caisse.objects.filter(participations__in=structure.participations.en_vigueur()):
            autres = caisse.comptes.actifs().pouvant(Droit.CONDUIRE_CONVENTIONS).exclude(pk=par.pk or 0)
            adresses |= set(autres.values_list("email", flat=True))
        contexte = {
            "reference": convention.reference,
            "document": Document(document).label,
            "structure": structure.nom,
            "caisses": ", ".join(part.caisse.nom for part in parts),
            "debut": debut,
            "chemin": f"/conventions/{convention.reference}/",
        }
        deposer_courriels([(un, contexte) for un in sorted(adresses - {""})], "conventions/en_vigueur")


def _mettre_en_vigueur(convention: Convention, debut: dt.date, par: Acteur) -> None:
    """Start every caisse's part on `debut`, end the replaced ones the same day (C-01, C-15)."""
    anciennes = _remplacer(convention, debut, par)
    terme = None if convention.reconduction_tacite else regles.echeance(debut, convention.duree_mois, 1)
    for participation in convention.participations.select_related("caisse"):
        verifier_unicite(participation, debut, terme)
        participation.debut = debut
        participation.fin = terme
        participation.fin_cause = FinCause.TERME if terme else ""
        if convention.utilisation_liee:
            participation.utilisation_debut = debut
        if ancienne := anciennes.get(participation.caisse_id):
            _succeder(participation, ancienne, debut)
        try:
            with transaction.atomic():
                participation.save(
                    update_fields=[
                        *("debut", "fin", "fin_cause", "utilisation_debut", "suspendue_le"),
                        *("suspension_raison", "code_scelle", "code_renouvele_le"),
                    ]
                )
        except IntegrityError as erreur:
            raise _deja_en_vigueur(participation.caisse) from erreur
    convention.parametres_initiaux = photographier(convention)
    convention.save(update_fields=["parametres_initiaux"])
    changer_statut(convention, Statut.EN_VIGUEUR)
    noter(convention, "en-vigueur", debut, par=par)


def verifier_unicite(participation: Participation, debut: dt.date, terme: dt.date | None) -> None:
    """Raise ValidationError when another convention of the same object binds this structure and caisse meanwhile."""
    autres = Participation.objects.filter(
        Q(fin=None) | Q(fin__gt=debut),
        partenaire=participation.partenaire_id,
        caisse=participation.caisse_id,
        objet=participation.objet,
        debut__isnull=False,
    ).exclude(pk=participation.pk)
    if terme:
        autres = autres.filter(debut__lt=terme)
    if autres.exists():
        raise _deja_en_vigueur(participation.caisse)


def _deja_en_vigueur(caisse: Caisse) -> ValidationError:
    return ValidationError(
        f"Une convention de même objet est déjà en vigueur entre cette structure et {caisse} sur cette période : "
        "indiquez que la nouvelle la remplace, ou mettez d’abord fin à l’ancienne.",
        code="deja_en_vigueur",
    )


def _succeder(participation: Participation, ancienne: Participation, debut: dt.date) -> None:
    """Carry over what the former convention gave with that caisse: the portal, a suspension, the code (C-12, C-15)."""
    fermee = ancienne.utilisation_fin is not None and ancienne.utilisation_fin <= debut
    if ancienne.utilisation_debut and not fermee:
        participation.utilisation_debut = debut
    participation.suspendue_le = ancienne.suspendue_le
    participation.suspension_raison = ancienne.suspension_raison
    if ancienne.code_scelle is not None:
        participation.code_scelle = sceller_code(participation, ouvrir_code(ancienne))
        participation.code_renouvele_le = ancienne.code_renouvele_le


def _remplacer(convention: Convention, debut: dt.date, par: Acteur) -> dict[int, Participation]:
    """End the replaced convention on `debut`; return its parts by caisse (C-15)."""
    if convention.remplace is None:
        return {}
    ancienne = Convention.objects.select_for_update().get(pk=convention.remplace.pk)
    caisses = set(convention.participations.values_list("caisse_id", flat=True))
    remplacees = {}
    parts = ancienne.participations.filter(
        Q(fin=None) | Q(fin__gt=debut), caisse__in=caisses, debut__isnull=False
    )
    for part in parts:
        if certain(part.debut) > debut:
            raise ValidationError(
                f"La convention remplacée est entrée en vigueur le {part.debut:%d/%m/%Y}, après cette signature."
            )
        remplacees[part.caisse_id] = part
        part.fin, part.fin_cause = debut, FinCause.REMPLACEMENT
        part.save(update_fields=["fin", "fin_cause"])
    deduire_statut(ancienne, jour_de(ancienne))
    noter(ancienne, "remplacee", debut, par=par, texte=f"Remplacée par la convention {convention.reference}")
    return remplacees
