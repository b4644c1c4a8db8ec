"""From the draft to the last signature (C-01, C-07, C-13, C-15)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from conformite.journal import consigner
from conventions import regles
from conventions.actions.commun import (
    changer_statut,
    deduire_statut,
    jour_de,
    noter,
    nouvelle_reference,
    verrouiller,
)
from conventions.models import (
    Caisse,
    Convention,
    Document,
    Motif,
    Objet,
    Partenaire,
    Participation,
    Partie,
    Signataire,
    Signature,
)
from conventions.models.conventions import FinCause
from conventions.parametres import PARAMETRES, photographier
from conventions.permissions import can_conduire_convention, can_rediger_convention, exiger
from espace_partenaires import horloge

Statut = Convention.Statut


@dataclass(frozen=True)
class Ouverture:
    """What a caisse opens in a convention: its motifs (C-09) and documents by the portal (C-10)."""

    caisse: Caisse
    motifs: Iterable[Motif] = ()
    documents_par_portail: bool = False
    documents_motif: str = ""


@dataclass(frozen=True)
class SignataireSaisi:
    """A person who will sign for a party (C-01)."""

    partie: str
    qualite: str
    nom: str = ""
    caisse: Caisse | None = None
    organisme: str = ""
    acte: str = ""
    acte_le: dt.date | None = None


@transaction.atomic
def rediger_convention(
    *,
    par: Any,
    partenaire: Partenaire,
    ouvertures: Sequence[Ouverture],
    objet: str = Objet.ACCES_DROITS,
    signataires: Sequence[SignataireSaisi] | None = None,
    remplace: Convention | None = None,
    reference: str = "",
    **parametres: Any,
) -> Convention:
    """Draft a convention with all its parameters (C-13), one `Ouverture` per caisse (C-01, C-09).

    `par`: an administrateur of one of the caisses, or None for a command (import, demonstration).
    `signataires`: by default the representative, the director of each caisse and each other signatory.
    `remplace`: the convention in force that this one will replace on its last signature (C-15).
    Raise ValidationError for a parameter that no convention can have, TypeError for an unknown one.
    """
    if not ouvertures:
        raise ValidationError({"caisses": "Une convention engage au moins une caisse."})
    exiger(par is None or any(can_rediger_convention(par, ouverture.caisse) for ouverture in ouvertures))
    if inconnus := set(parametres) - set(PARAMETRES):
        raise TypeError(f"paramètres inconnus : {sorted(inconnus)}")
    maintenant = horloge.maintenant()
    convention = Convention(
        reference=reference or nouvelle_reference(maintenant.date()),
        partenaire=partenaire,
        objet=objet,
        remplace=remplace,
        creee_le=maintenant,
        **{
            "quota_gestionnaires": regles.QUOTA_GESTIONNAIRES,
            "quota_techniciens": regles.QUOTA_TECHNICIENS,
        }
        | parametres,
    )
    verifier_parametres(convention)
    convention.save()
    _ouvrir(convention, ouvertures)
    for ordre, signataire in enumerate(signataires or _signataires_par_defaut(convention)):
        Signataire.objects.create(convention=convention, ordre=ordre, **vars(signataire))
    # Entered by a command (import, demonstration): it was written elsewhere, on a day that the portal does not know.
    if par is not None:
        noter(convention, "redaction", ouvertures[0].caisse.jour, par=par)
    consigner(
        "convention.rediger",
        par=par,
        objet=convention,
        reference=convention.reference,
        partenaire=partenaire,
        caisse=ouvertures[0].caisse,
    )
    return convention


@transaction.atomic
def modifier_brouillon(
    *,
    par: Any,
    convention: Convention,
    version: int,
    ouvertures: Sequence[Ouverture],
    signataires: Sequence[SignataireSaisi] | None = None,
    **parametres: Any,
) -> Convention:
    """Replace the content of a draft; `version` is the one that the person read.

    Raise ValidationError (code `version`) when somebody else changed it meanwhile: nothing is overwritten.
    """
    exiger(par is None or can_conduire_convention(par, convention))
    convention = verrouiller(convention, "mettre_a_la_signature")
    if convention.version != version:
        raise ValidationError(
            "Une autre personne a modifié cette convention pendant votre saisie. Votre texte est conservé "
            "ci-dessous : relisez la convention telle qu’elle est, puis envoyez à nouveau.",
            code="version",
        )
    if not ouvertures:
        raise ValidationError({"caisses": "Une convention engage au moins une caisse."})
    if inconnus := set(parametres) - set(PARAMETRES):
        raise TypeError(f"paramètres inconnus : {sorted(inconnus)}")
    for nom, valeur in parametres.items():
        setattr(convention, nom, valeur)
    verifier_parametres(convention)
    convention.version += 1
    convention.save()
    convention.participations.all().delete()
    _ouvrir(convention, ouvertures)
    convention.signataires.all().delete()
    for ordre, signataire in enumerate(signataires or _signataires_par_defaut(convention)):
        Signataire.objects.create(convention=convention, ordre=ordre, **vars(signataire))
    consigner(
        "convention.modifier",
        par=par,
        objet=convention,
        reference=convention.reference,
        partenaire=convention.partenaire_id,
    )
    return convention


def verifier_parametres(convention: Convention) -> None:
    """Raise ValidationError, field by field, when the parameters do not hold together (C-02 to C-05, C-13, Q-03)."""
    erreurs: dict[str, Any] = {}
    try:
        convention.full_clean()
    except ValidationError as erreur:
        erreurs |= erreur.message_dict
    if convention.denonciation != regles.SANS_PREAVIS and not convention.denonciation_mois:
        erreurs["denonciation_mois"] = "Indiquez le préavis, en mois."
    if (
        convention.denonciation == regles.AVANT_ECHEANCE
        and convention.denonciation_mois > convention.duree_mois
    ):
        erreurs["denonciation_mois"] = "Le préavis ne peut dépasser la durée de la convention."
    for champ in ("quota_gestionnaires", "quota_techniciens"):
        if defauts := regles.verifier_paliers(getattr(convention, champ)):
            erreurs[champ] = defauts
    if convention.remplace and convention.remplace.partenaire_id != convention.partenaire_id:
        erreurs["remplace"] = "La convention remplacée lie un autre partenaire."
    elif convention.remplace and convention.remplace.objet != convention.objet:
        erreurs["remplace"] = "La convention remplacée a un autre objet."
    if erreurs:
        raise ValidationError(erreurs)


def verifier_documents(partenaire: Partenaire, ouverture: Ouverture) -> None:
    """Raise ValidationError when documents by the portal are opened to another kind of structure without a reason (C-10)."""
    if ouverture.documents_par_portail and not (
        partenaire.peut_recevoir_des_documents or ouverture.documents_motif.strip()
    ):
        raise ValidationError(
            {
                "documents_motif": "Cette structure n’est pas de celles qui reçoivent d’ordinaire les documents "
                "des personnes : écrivez la raison de cette habilitation."
            }
        )


def _ouvrir(convention: Convention, ouvertures: Sequence[Ouverture]) -> None:
    if len({ouverture.caisse.pk for ouverture in ouvertures}) != len(ouvertures):
        raise ValidationError({"caisses": "Une caisse est indiquée deux fois."})
    for ouverture in ouvertures:
        verifier_documents(convention.partenaire, ouverture)
        participation = Participation.objects.create(
            convention=convention,
            caisse=ouverture.caisse,
            partenaire=convention.partenaire,
            objet=convention.objet,
            documents_par_portail=ouverture.documents_par_portail,
            documents_motif=ouverture.documents_motif,
        )
        participation.motifs.set(ouverture.motifs)


def _signataires_par_defaut(convention: Convention) -> list[SignataireSaisi]:
    partenaire = convention.partenaire
    return [
        SignataireSaisi(
            Partie.PARTENAIRE,
            partenaire.representant_qualite or "Représentant de la structure",
            nom=partenaire.representant,
        ),
        *(
            SignataireSaisi(Partie.CAISSE, "Directeur", caisse=participation.caisse)
            for participation in convention.participations.select_related("caisse")
        ),
        *(
            SignataireSaisi(Partie.AUTRE, "Représentant", organisme=organisme)
            for organisme in convention.autres_signataires
        ),
    ]


@transaction.atomic
def mettre_a_la_signature(*, par: Any, convention: Convention) -> Convention:
    """brouillon → à signer: the text is fixed, each signatory is expected (C-01).

    Raise ValidationError when a party has nobody to sign for it.
    """
    exiger(par is None or can_conduire_convention(par, convention))
    convention = verrouiller(convention, "mettre_a_la_signature")
    signataires = list(convention.signataires.all())
    if not any(signataire.partie == Partie.PARTENAIRE for signataire in signataires):
        raise ValidationError({"signataires": "Indiquez qui signe pour le partenaire."})
    prevues = {signataire.caisse_id for signataire in signataires if signataire.caisse_id}
    for participation in convention.participations.select_related("caisse"):
        if participation.caisse_id not in prevues:
            raise ValidationError({"signataires": f"Indiquez qui signe pour {participation.caisse}."})
    changer_statut(convention, Statut.A_SIGNER)
    if par is not None:
        noter(convention, "a-signer", jour_de(convention), par=par)
    consigner(
        "convention.mettre_a_la_signature",
        par=par,
        objet=convention,
        reference=convention.reference,
        partenaire=convention.partenaire_id,
    )
    return convention


@transaction.atomic
def renvoyer_en_redaction(*, par: Any, convention: Convention, commentaire: str) -> Convention:
    """à signer → brouillon, with a compulsory comment; the signatures already given fall."""
    exiger(can_conduire_convention(par, convention))
    if not commentaire.strip():
        raise ValidationError({"commentaire": "Dites pourquoi la convention est renvoyée en rédaction."})
    convention = verrouiller(convention, "renvoyer")
    Signature.objects.filter(signataire__convention=convention).delete()
    changer_statut(convention, Statut.BROUILLON)
    noter(convention, "renvoi", jour_de(convention), par=par, commentaire=commentaire.strip())
    consigner(
        "convention.renvoyer",
        par=par,
        objet=convention,
        reference=convention.reference,
        partenaire=convention.partenaire_id,
    )
    return convention


@transaction.atomic
def signer(
    *,
    par: Any,
    signataire: Signataire,
    le: dt.date,
    document: str = Document.CONVENTION,
    nom: str = "",
    acte: str = "",
    acte_le: dt.date | None = None,
) -> Signature:
    """Write down the signature of one person on the convention or the convention d'utilisation (C-01, C-07).

    The last one puts the document in force from that date. `par`: an administrateur of the caisse that signs (of any
    of the convention's caisses for the other parties), or None for a command.
    Raise ValidationError for a date to come, a document out of turn, or a period already taken.
    """
    convention = verrouiller(
        signataire.convention,
        "signer" if document == Document.CONVENTION else "signer_utilisation",
    )
    exiger(par is None or _peut_signer(par, convention, signataire))
    if le > jour_de(convention):
        raise ValidationError({"le": "La date de signature ne peut être à venir."})
    if document == Document.UTILISATION:
        _verifier_utilisation(convention, signataire, le)
    _completer(signataire, nom=nom, acte=acte, acte_le=acte_le)
    signature, nouvelle = Signature.objects.get_or_create(
        signataire=signataire,
        document=document,
        avenant=None,
        defaults={"signee_le": le, "saisie_le": horloge.maintenant()},
    )
    if not nouvelle:
        raise ValidationError("Cette personne a déjà signé ce document.", code="deja_signe")
    noter(
        convention,
        "signature",
        le,
        par=par,
        texte=f"{Document(document).label} : {designer(signataire)}",
    )
    consigner(
        "convention.signer",
        par=par,
        objet=convention,
        reference=convention.reference,
        caisse=signataire.caisse,
        partenaire=convention.partenaire_id,
        document=str(document),
    )
    _conclure(convention, document, par)
    return signature


def designer(signataire: Signataire) -> str:
    """Return how a signatory is named on the timeline: name and quality, party."""
    partie = signataire.caisse or signataire.organisme or signataire.convention.partenaire
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


def _peut_signer(par: Any, convention: Convention, signataire: Signataire) -> bool:
    if signataire.caisse is not None:
        return can_rediger_convention(par, signataire.caisse)
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
    debut = convention.participations.order_by("debut").values_list("debut", flat=True)[0]
    if le < debut:
        raise ValidationError(
            {"le": f"La convention est signée la première : elle est en vigueur depuis le {debut:%d/%m/%Y}."}
        )


def _completer(signataire: Signataire, **champs: Any) -> None:
    donnes = {nom: valeur for nom, valeur in champs.items() if valeur}
    for nom, valeur in donnes.items():
        setattr(signataire, nom, valeur)
    if donnes:
        signataire.full_clean()
        signataire.save(update_fields=list(donnes))


def _conclure(convention: Convention, document: str, par: Any) -> None:
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
        "convention.en_vigueur",
        par=par,
        objet=convention,
        reference=convention.reference,
        partenaire=convention.partenaire_id,
        document=str(document),
        debut=f"{debut:%Y-%m-%d}",
    )


def _mettre_en_vigueur(convention: Convention, debut: dt.date, par: Any) -> None:
    """Start every caisse's part on `debut`, end the replaced ones the same day (C-01, C-15)."""
    anciennes = _remplacer(convention, debut, par)
    terme = None if convention.reconduction_tacite else regles.echeance(debut, convention.duree_mois, 1)
    for participation in convention.participations.select_related("caisse"):
        _verifier_unicite(participation, debut, terme)
        participation.debut = debut
        participation.fin = terme
        participation.fin_cause = FinCause.TERME if terme else ""
        # C-15: where the former one opened the portal, it stays open without a gap.
        if convention.utilisation_liee or participation.caisse_id in anciennes:
            participation.utilisation_debut = debut
        try:
            with transaction.atomic():
                participation.save(update_fields=["debut", "fin", "fin_cause", "utilisation_debut"])
        except IntegrityError as erreur:
            raise _deja_en_vigueur(participation.caisse) from erreur
    convention.parametres_initiaux = photographier(convention)
    convention.save(update_fields=["parametres_initiaux"])
    changer_statut(convention, Statut.EN_VIGUEUR)
    noter(convention, "en-vigueur", debut, par=par)


def _verifier_unicite(participation: Participation, debut: dt.date, terme: dt.date | None) -> None:
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


def _remplacer(convention: Convention, debut: dt.date, par: Any) -> set[int]:
    """End the replaced convention on `debut`; return the caisses for which it opened the portal (C-15)."""
    if convention.remplace is None:
        return set()
    ancienne = Convention.objects.select_for_update().get(pk=convention.remplace_id)
    caisses = set(convention.participations.values_list("caisse_id", flat=True))
    ouvertes = set()
    parts = ancienne.participations.filter(
        Q(fin=None) | Q(fin__gt=debut), caisse__in=caisses, debut__isnull=False
    )
    for part in parts:
        if part.debut > debut:
            raise ValidationError(
                f"La convention remplacée est entrée en vigueur le {part.debut:%d/%m/%Y}, après cette signature."
            )
        if part.utilisation_debut and (part.utilisation_fin is None or part.utilisation_fin > debut):
            ouvertes.add(part.caisse_id)
        part.fin, part.fin_cause = debut, FinCause.REMPLACEMENT
        part.save(update_fields=["fin", "fin_cause"])
    deduire_statut(ancienne, jour_de(ancienne))
    noter(ancienne, "remplacee", debut, par=par, texte=f"Remplacée par la convention {convention.reference}")
    return ouvertes
