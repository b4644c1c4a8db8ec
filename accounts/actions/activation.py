"""The activation of an account, and what it brings: the successor takes the seat (Q-07, A-11)."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions.acces import choisir_second_facteur, poser_mot_de_passe
from accounts.actions.departs import executer_depart
from accounts.actions.places import verrouiller_compte
from accounts.journal import Acte
from accounts.models.compte import Compte
from conformite.journal import consigner
from socle import horloge
from socle.roles import Droit, Geste, peut, profils_sous


@transaction.atomic
def activer_compte(
    compte: Compte, *, mot_de_passe: str | None, graine_totp: bytes | None, application: bool = True
) -> Compte:
    """Open an account that waits: password set, one-time code recorded, relève taken (A-05, A-07, A-10, A-11).

    `mot_de_passe`: None when a former step of the activation set it. `graine_totp`: 20 bytes or more; None leaves the
    account without a factor: it signs in nowhere until it has one. `application`: whether one has this seed. Raise ValidationError when the account does not wait for its activation.
    """
    compte = verrouiller_compte(compte)
    if compte.statut != Compte.Statut.EN_ATTENTE:
        raise ValidationError("Ce compte n’attend pas d’activation.", code="etat")
    if mot_de_passe is not None:
        poser_mot_de_passe(compte, mot_de_passe)
    compte.statut = Compte.Statut.ACTIF
    compte.active_le = compte.mot_de_passe_change_le = horloge.maintenant()
    compte.save(update_fields=["password", "mot_de_passe_change_le", "statut", "active_le"])
    if graine_totp is not None:
        choisir_second_facteur(compte, graine_totp, application=application)
    compte.liens.filter(consomme_le=None).update(consomme_le=compte.active_le)
    if peut(compte, Droit.GERER_STRUCTURE):
        prendre_la_releve(compte)
    consigner(Acte.COMPTE_ACTIVER, par=compte, objet=compte)
    return compte


def prendre_la_releve(successeur: Compte) -> None:
    """Let go those who waited for this gestionnaire (A-10, Q-07), and take the techniciens left alone (A-11)."""
    partants = Compte.objects.gestionnaires(successeur.partenaire_id).filter(depart_le__isnull=False)
    for partant in partants.exclude(pk=successeur.pk).order_by("pk"):
        executer_depart(partant)
    orphelins = Compte.objects.filter(
        partenaire=successeur.partenaire_id, profil__in=profils_sous(successeur, Geste.CONFIER)
    )
    orphelins.exclude(rattache_a__statut=Compte.Statut.ACTIF).update(rattache_a=successeur)
