"""From the draft to the last signature (C-01, C-07, C-13, C-15)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from caisses.models import Caisse, Motif
from conformite.journal import consigner
from conventions import clauses, regles
from conventions.actions.etat import (
    changer_statut,
    jour_de,
    noter,
    verifier_version,
    verrouiller,
)
from conventions.journal import Acte
from conventions.models.conventions import Convention, Objet, Participation
from conventions.models.partenaires import Partenaire
from conventions.models.suites import Partie, Signataire, Signature
from conventions.parametres import PARAMETRES
from conventions.permissions import can_conduire_convention, can_rediger_convention
from socle import horloge
from socle.acteurs import Acteur
from socle.references import nouvelle_reference
from socle.roles import exiger

Statut = Convention.Statut


@dataclass(frozen=True)
class Ouverture:
    """What a caisse opens in a convention: its motifs (C-09) and documents by the portal (C-10)."""

    caisse: Caisse
    motifs: Iterable[Motif] = ()
    documents_par_portail: bool = False
    documents_raison: str = ""
    documents_titres: Sequence[str] = ()


@dataclass(frozen=True)
class SignataireSaisi:
    """A person who will sign for a party (C-01)."""

    partie: str
    qualite: str
    nom: str = ""
    caisse: Caisse | None = None
    organisme: str = ""
    courriel: str = ""
    aussi_pour: Sequence[Caisse] = ()
    acte: str = ""
    acte_organe: str = ""
    acte_numero: str = ""
    acte_le: dt.date | None = None
    acte_transmis_le: dt.date | None = None
    accuse_numero: str = ""
    accuse_le: dt.date | None = None


# The rule of most conventions, unless another one is agreed.
_QUOTAS = {
    "quota_gestionnaires": regles.QUOTA_GESTIONNAIRES,
    "quota_techniciens": regles.QUOTA_TECHNICIENS,
}


@transaction.atomic
def rediger_convention(
    *,
    par: Acteur,
    partenaire: Partenaire,
    ouvertures: Sequence[Ouverture],
    objet: str = Objet.ACCES_DROITS,
    signataires: Sequence[SignataireSaisi] | None = None,
    remplace: Convention | None = None,
    reference: str = "",
    **parametres: Any,
) -> Convention:
    """Draft a convention with all its parameters (C-13), one `Ouverture` per caisse (C-01, C-09).

    `par`: an administrateur of one of the caisses, or the machine for a command (import, demonstration).
    `signataires`: by default the representative, the director of each caisse and each other signatory.
    `remplace`: the convention in force that this one will replace on its last signature (C-15).
    Raise ValidationError for a parameter that no convention can have, TypeError for an unknown one.
    """
    if not ouvertures:
        raise ValidationError({"caisses": "Une convention engage au moins une caisse."})
    exiger(any(can_rediger_convention(par, ouverture.caisse) for ouverture in ouvertures))
    if inconnus := set(parametres) - set(PARAMETRES):
        raise TypeError(f"paramètres inconnus : {sorted(inconnus)}")
    maintenant = horloge.maintenant()
    convention = Convention(
        reference=reference or nouvelle_reference("C", maintenant.date()),
        partenaire=partenaire,
        objet=objet,
        remplace=remplace,
        creee_le=maintenant,
        **_QUOTAS | {"clauses": clauses.par_defaut(objet, partenaire)} | parametres,
    )
    verifier_parametres(convention)
    convention.save()
    _ouvrir(convention, ouvertures)
    _nommer_les_signataires(convention, signataires)
    # Entered by a command (import, demonstration): it was written elsewhere, on a day that the portal does not know.
    if par.compte is not None:
        noter(convention, "redaction", ouvertures[0].caisse.jour, par=par)
    consigner(Acte.CONVENTION_REDIGER, objet=convention, par=par)
    return convention


@transaction.atomic
def modifier_brouillon(
    convention: Convention,
    *,
    par: Acteur,
    version: int,
    ouvertures: Sequence[Ouverture],
    signataires: Sequence[SignataireSaisi] | None = None,
    **parametres: Any,
) -> Convention:
    """Replace the content of a draft; `version` is the one that the person read.

    Raise ValidationError (code `version`) when somebody else changed it meanwhile: nothing is overwritten.
    """
    exiger(can_conduire_convention(par, convention))
    convention = verrouiller(convention, "mettre_a_la_signature")
    verifier_version(convention, version)
    if not ouvertures:
        raise ValidationError({"caisses": "Une convention engage au moins une caisse."})
    if inconnus := set(parametres) - set(PARAMETRES):
        raise TypeError(f"paramètres inconnus : {sorted(inconnus)}")
    for nom, valeur in parametres.items():
        setattr(convention, nom, valeur)
    verifier_parametres(convention)
    convention.version += 1
    convention.save()
    avant = convention.reperes_du_journal()
    convention.participations.all().delete()
    _ouvrir(convention, ouvertures)
    convention.signataires.all().delete()
    _nommer_les_signataires(convention, signataires)
    consigner(Acte.CONVENTION_MODIFIER, objet=convention, avant=avant, par=par)
    return convention


@transaction.atomic
def ouvrir_motifs(participation: Participation, *, par: Acteur, ouverture: Ouverture) -> Participation:
    """Set what one caisse opens in a draft, apart from the others (C-09, C-10); later, an avenant does it.

    Raise ValidationError once the text is fixed, or without the reason that C-10 asks.
    """
    exiger(can_rediger_convention(par, participation.caisse))
    convention = verrouiller(participation.convention, "mettre_a_la_signature")
    verifier_documents(convention.partenaire, ouverture)
    participation.documents_par_portail = ouverture.documents_par_portail
    participation.documents_raison = ouverture.documents_raison
    participation.documents_titres = list(ouverture.documents_titres)
    participation.save(update_fields=["documents_par_portail", "documents_raison", "documents_titres"])
    participation.motifs.set(ouverture.motifs)
    convention.version += 1
    convention.save(update_fields=["version"])
    consigner(
        Acte.CONVENTION_OUVRIR_MOTIFS,
        objet=participation,
        par=par,
        motifs=participation.motifs.count(),
    )
    return participation


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
    try:
        clauses.verifier(convention.clauses, convention.objet, convention.partenaire)
    except ValidationError as erreur:
        erreurs |= erreur.message_dict
    if convention.remplace and convention.remplace.partenaire_id != convention.partenaire_id:
        erreurs["remplace"] = "La convention remplacée lie un autre partenaire."
    elif convention.remplace and convention.remplace.objet != convention.objet:
        erreurs["remplace"] = "La convention remplacée a un autre objet."
    if erreurs:
        raise ValidationError(erreurs)


def verifier_documents(partenaire: Partenaire, ouverture: Ouverture) -> None:
    """Raise ValidationError when documents by the portal are opened to another kind of structure without a reason (C-10)."""
    if ouverture.documents_par_portail and not (
        partenaire.peut_recevoir_des_documents or ouverture.documents_raison.strip()
    ):
        raise ValidationError(
            {
                "documents_raison": "Cette structure n’est pas de celles qui reçoivent d’ordinaire les documents "
                "des personnes : écrivez la raison de cette habilitation."
            }
        )


def _ouvrir(convention: Convention, ouvertures: Sequence[Ouverture]) -> None:
    if len({ouverture.caisse.pk for ouverture in ouvertures}) != len(ouvertures):
        raise ValidationError({"caisses": "Une caisse est indiquée deux fois."})
    if fermees := [ouverture.caisse.nom for ouverture in ouvertures if ouverture.caisse.fermee_le]:
        raise ValidationError({"caisses": f"Cette caisse est fermée : {', '.join(fermees)}."})
    for ouverture in ouvertures:
        verifier_documents(convention.partenaire, ouverture)
        participation = Participation.objects.create(
            convention=convention,
            caisse=ouverture.caisse,
            partenaire=convention.partenaire,
            objet=convention.objet,
            documents_par_portail=ouverture.documents_par_portail,
            documents_raison=ouverture.documents_raison,
            documents_titres=list(ouverture.documents_titres),
        )
        participation.motifs.set(ouverture.motifs)


def _nommer_les_signataires(convention: Convention, signataires: Sequence[SignataireSaisi] | None) -> None:
    for ordre, saisi in enumerate(signataires or _signataires_par_defaut(convention)):
        champs = dict(vars(saisi))
        aussi_pour = champs.pop("aussi_pour")
        Signataire.objects.create(convention=convention, ordre=ordre, **champs).aussi_pour.set(aussi_pour)


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
def marquer_modele(convention: Convention, *, par: Acteur, modele: bool) -> Convention:
    """Offer a convention as a start to the drafts of its caisses, or no more (C-23)."""
    exiger(can_conduire_convention(par, convention))
    Convention.objects.filter(pk=convention.pk).update(modele=modele)
    consigner(Acte.CONVENTION_MODELE, objet=convention, par=par, modele=modele)
    return convention


@transaction.atomic
def mettre_a_la_signature(convention: Convention, *, par: Acteur) -> Convention:
    """brouillon → à signer: the text is fixed, each signatory is expected (C-01).

    Raise ValidationError when a party has nobody to sign for it, or when the portal would open on nothing (C-23).
    """
    exiger(can_conduire_convention(par, convention))
    convention = verrouiller(convention, "mettre_a_la_signature")
    signataires = list(convention.signataires.prefetch_related("aussi_pour"))
    if not any(signataire.partie == Partie.PARTENAIRE for signataire in signataires):
        raise ValidationError({"signataires": "Indiquez qui signe pour le partenaire."})
    prevues = {signataire.caisse_id for signataire in signataires if signataire.caisse_id}
    prevues |= {caisse.pk for signataire in signataires for caisse in signataire.aussi_pour.all()}
    for participation in convention.participations.select_related("caisse"):
        if participation.caisse_id not in prevues:
            raise ValidationError({"signataires": f"Indiquez qui signe pour {participation.caisse}."})
        if convention.objet == Objet.ACCES_DROITS and not participation.motifs.exists():
            raise ValidationError(
                {"motifs": f"Rien n’est ouvert avec {participation.caisse} : choisissez au moins un motif."}
            )
    changer_statut(convention, Statut.A_SIGNER)
    if par.compte is not None:
        noter(convention, "a-signer", jour_de(convention), par=par)
    consigner(Acte.CONVENTION_METTRE_A_LA_SIGNATURE, objet=convention, par=par)
    return convention


@transaction.atomic
def renvoyer_en_redaction(convention: Convention, *, par: Acteur, commentaire: str) -> Convention:
    """à signer → brouillon, with a compulsory comment; the signatures already given fall."""
    exiger(can_conduire_convention(par, convention))
    if not commentaire.strip():
        raise ValidationError({"commentaire": "Dites pourquoi la convention est renvoyée en rédaction."})
    convention = verrouiller(convention, "renvoyer")
    Signature.objects.filter(signataire__convention=convention).delete()
    changer_statut(convention, Statut.BROUILLON)
    noter(convention, "renvoi", jour_de(convention), par=par, commentaire=commentaire.strip())
    consigner(Acte.CONVENTION_RENVOYER, objet=convention, par=par)
    return convention
