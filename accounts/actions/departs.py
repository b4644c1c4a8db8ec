"""Departures announced and carried out on the day (A-10, Q-07); swap of two techniciens in one act."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions.comptes import creer_compte, fuseau, inactiver, verifier_remise
from accounts.actions.places import verrouiller_compte
from accounts.actions.securite import signaler
from accounts.journal import Acte
from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from accounts.models.habilitations import SignalementSecurite
from accounts.regles import annonce_tardive
from conformite.journal import consigner
from socle import horloge
from socle.acteurs import MACHINE
from socle.profils import Profil
from socle.roles import Droit, peut


@transaction.atomic
def annoncer_depart(
    compte: Compte, *, depart_le: dt.date, par: Compte, annonce_le: dt.datetime | None = None
) -> Compte:
    """Record the wanted day of a departure (A-10); carried out now when that day has come.

    A late announcement is accepted; the pages mark it late.
    """
    ligne = verrouiller_compte(compte)
    if ligne.statut not in STATUTS_OCCUPANTS:
        raise ValidationError("Ce compte est déjà inactif.", code="etat")
    ligne.depart_le, ligne.depart_annonce_par = depart_le, par
    ligne.depart_annonce_le = annonce_le or horloge.maintenant()
    ligne.save(update_fields=["depart_le", "depart_annonce_le", "depart_annonce_par"])
    jour_annonce = horloge.jour(fuseau(ligne), ligne.depart_annonce_le)
    consigner(
        Acte.COMPTE_ANNONCER_DEPART,
        par=par,
        objet=ligne,
        tardive=annonce_tardive(jour_annonce, depart_le),
    )
    executer_depart(ligne)
    compte.refresh_from_db()
    return ligne


@transaction.atomic
def fermer_compte(compte: Compte, *, par: Compte, cause: str) -> None:
    """Close an account now (A-12, A-15, A-20): for a fraud, loss or theft both parties receive a dated proof.

    The last gestionnaire stays until the successor is active (A-10). Raise ValidationError while the person has cases.
    """
    if cause == Compte.Inactivation.FRAUDE:
        signaler(
            nature=SignalementSecurite.Nature.FRAUDE,
            faits="Inactivation immédiate depuis la page du compte.",
            par=par,
            compte=compte,
            inactivation=True,
        )
        return
    verifier_remise(compte)
    if peut(compte, Droit.GERER_STRUCTURE):
        annoncer_depart(compte, depart_le=horloge.jour(fuseau(compte)), par=par)
    else:
        inactiver(compte, par=par, cause=cause)


@transaction.atomic
def executer_depart(compte: Compte) -> bool:
    """Inactivate an account whose announced day has come; return whether it was done (A-10, Q-07).

    The last gestionnaire, or one whose relève is not active yet, waits for the successor.
    """
    if compte.depart_le is None or compte.depart_le > horloge.jour(fuseau(compte)):
        return False
    if compte.statut not in STATUTS_OCCUPANTS or (
        peut(compte, Droit.GERER_STRUCTURE) and _attend_sa_releve(compte)
    ):
        return False
    releve = compte.releves.filter(statut=Compte.Statut.ACTIF).exists()
    cause = Compte.Inactivation.RELEVE if releve else Compte.Inactivation.DEPART
    return inactiver(compte, par=compte.depart_annonce_par or MACHINE, cause=cause)


def _attend_sa_releve(compte: Compte) -> bool:
    if compte.releves.filter(statut=Compte.Statut.EN_ATTENTE).exists():
        return True
    return not Compte.objects.gestionnaires(compte.partenaire_id).actifs().exclude(pk=compte.pk).exists()


@transaction.atomic
def remplacer_technicien(ancien: Compte, *, par: Compte, **nouveau: Any) -> Compte:
    """Inactivate one technicien and create another in his seat, in one act (Q-04)."""
    if not inactiver(ancien, par=par, cause=Compte.Inactivation.DEPART):
        raise ValidationError("Ce compte est déjà inactif.", code="etat")
    return creer_compte(profil=Profil.TECHNICIEN, partenaire=ancien.partenaire, par=par, **nouveau)
