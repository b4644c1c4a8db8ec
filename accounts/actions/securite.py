"""Security acts: fraud, loss or theft (A-15); exclusion of a user by a caisse (A-16)."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions.avis import destinataires
from accounts.actions.comptes import inactiver
from accounts.actions.places import verrouiller_compte
from accounts.journal import Acte
from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from accounts.models.habilitations import Exclusion, SignalementSecurite
from caisses.models import Caisse
from conformite.journal import consigner
from conformite.jours import plus_mois
from socle import horloge
from socle.acteurs import Acteur
from socle.courriels import deposer_courriel

MOIS_SIGNALEMENT = 12


@transaction.atomic
def signaler(
    *,
    nature: str,
    faits: str,
    par: Acteur,
    compte: Compte | None = None,
    identifiant_declare: str = "",
    coordonnees: str = "",
    inactivation: bool = False,
) -> SignalementSecurite:
    """Record a fraud, loss or theft of credentials, dated (A-15).

    `inactivation`: the account is closed at once, everywhere; the caller has checked the right. Without it the
    caisses and the gestionnaires of the structure are told and decide. Both parties receive a dated proof.
    """
    maintenant = horloge.maintenant()
    if compte is None and identifiant_declare:
        compte = Compte.objects.filter(identifiant=identifiant_declare.strip().lower()).first()
    signalement = SignalementSecurite(
        nature=nature, compte=compte, declare_le=maintenant, declare_par=par.compte
    )
    signalement.fixer_terme(plus_mois(maintenant.date(), MOIS_SIGNALEMENT))
    dit = {"faits": faits, "coordonnees": coordonnees, "identifiant": identifiant_declare}
    signalement.ecrire("dit_scelle", dit, "dit")
    signalement.save(force_insert=True)
    consigner(
        Acte.SECURITE_SIGNALER, par=par, objet=signalement, nature=str(nature), connu=compte is not None
    )
    if compte is None:
        return signalement
    if inactivation:
        inactiver(compte, par=par, cause=Compte.Inactivation.FRAUDE)
        _clore(signalement, par)
    informer(compte, signalement, inactivation)
    return signalement


def signaler_le_sien(*, par: Compte, nature: str, faits: str) -> SignalementSecurite:
    """Tell it of one's own account, which is closed at once (A-15)."""
    return signaler(par=par, compte=par, inactivation=True, nature=nature, faits=faits)


def _clore(signalement: SignalementSecurite, par: Acteur) -> None:
    signalement.traite_le, signalement.traite_par = horloge.maintenant(), par.compte
    signalement.save(update_fields=["traite_le", "traite_par"])


def informer(compte: Compte, signalement: SignalementSecurite, inactive: bool) -> None:
    """Tell the other party and the partner's other caisses, with the dated proof (A-15)."""
    contexte = {
        "identifiant": compte.identifiant,
        "structure": compte.partenaire.nom if compte.partenaire else "",
        "nature": signalement.get_nature_display().lower(),
        "declare_le": signalement.declare_le,
        "inactive": inactive,
        "chemin": f"/securite/{signalement.pk}/",
    }
    for adresse in destinataires(compte):
        deposer_courriel(adresse, "accounts/securite", contexte)


@transaction.atomic
def traiter_signalement(signalement: SignalementSecurite, *, par: Compte, suite: str) -> None:
    """Answer a report: close the account at once (« inactiver », A-15), or file it without effect."""
    inactivation = suite == "inactiver"
    if signalement.compte is not None:
        verrouiller_compte(signalement.compte)
    ligne = SignalementSecurite.objects.select_for_update(of=("self",)).get(pk=signalement.pk)
    if ligne.traite_le is not None:
        raise ValidationError("Ce signalement a déjà été traité.", code="etat")
    if inactivation and ligne.compte is not None:
        inactiver(ligne.compte, par=par, cause=Compte.Inactivation.FRAUDE)
        informer(ligne.compte, ligne, inactive=True)
    _clore(ligne, par)
    consigner(Acte.SECURITE_TRAITER, par=par, objet=ligne, inactive=inactivation)


@transaction.atomic
def exclure(compte: Compte, *, caisse: Caisse, par: Compte, raison: str) -> Exclusion:
    """Close the access of a user to one caisse, with a reason and no notice (A-16).

    With no caisse left, the account is inactivated. The structure and its other caisses are told.
    """
    if not raison.strip():
        raise ValidationError(
            "Écrivez la raison de l’exclusion : elle est notifiée à la structure.", code="raison"
        )
    compte = verrouiller_compte(compte)
    if compte.statut not in STATUTS_OCCUPANTS:
        raise ValidationError("Ce compte est déjà inactif.", code="etat")
    if compte.exclusions.filter(caisse=caisse, levee_le=None).exists():
        raise ValidationError("Cette personne est déjà exclue par la caisse.", code="etat")
    exclusion = Exclusion.objects.create(
        compte=compte,
        caisse=caisse,
        raison=raison.strip(),
        prononcee_le=horloge.maintenant(),
        prononcee_par=par,
    )
    consigner(Acte.COMPTE_EXCLURE, par=par, objet=exclusion, compte=compte.pk)
    contexte = {"identifiant": compte.identifiant, "caisse": caisse.nom, "raison": exclusion.raison}
    for adresse in destinataires(compte):
        deposer_courriel(adresse, "accounts/exclusion", contexte)
    if not compte.participations_en_vigueur().exists():
        inactiver(compte, par=par, cause=Compte.Inactivation.EXCLUSION)
    return exclusion


@transaction.atomic
def lever_exclusion(exclusion: Exclusion, *, par: Compte) -> None:
    """Give the access to the caisse back. An account inactivated meanwhile is reopened apart (A-19)."""
    ligne = Exclusion.objects.select_for_update(of=("self",)).get(pk=exclusion.pk)
    if ligne.levee_le is not None:
        raise ValidationError("Cette exclusion est déjà levée.", code="etat")
    ligne.levee_le, ligne.levee_par = horloge.maintenant(), par
    ligne.save(update_fields=["levee_le", "levee_par"])
    consigner(Acte.COMPTE_LEVER_EXCLUSION, par=par, objet=ligne, compte=ligne.compte_id)
