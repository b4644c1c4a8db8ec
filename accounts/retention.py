"""What accounts keep, for how long, and how it disappears (A-14)."""

import datetime as dt

from django.db.models import QuerySet

from accounts.actions.echeances import comptes_a_effacer, effacer_comptes
from accounts.actions.securite import MOIS_SIGNALEMENT
from accounts.models.habilitations import DemandeHabilitation, SignalementSecurite
from accounts.models.revues import Revue
from conformite.declarations import AvecSonParent, Conservation, ParExecution, Permanente, declarer
from conformite.jours import plus_mois


def _demandes_finies(a: dt.datetime) -> QuerySet:
    """Requests decided for a year that made no account, or whose account stays: their own data go."""
    limite = plus_mois(a.date(), -12)
    return DemandeHabilitation.objects.exclude(statut=DemandeHabilitation.Statut.DEPOSEE).filter(
        deposee_le__date__lt=limite
    )


def _signalements_anciens(a: dt.datetime) -> QuerySet:
    return SignalementSecurite.objects.filter(declare_le__date__lt=plus_mois(a.date(), -MOIS_SIGNALEMENT))


def _revues_anciennes(a: dt.datetime) -> QuerySet:
    return Revue.objects.filter(close_le__isnull=False, ouverte_le__date__lt=plus_mois(a.date(), -36))


declarer(
    "accounts.compte",
    Conservation(
        categorie="Comptes des professionnels",
        duree="6 mois après l’inactivation",
        depart="inactivation du compte",
        disparition="effacement de l’identité, des coordonnées et des moyens de connexion ; les actes passés "
        "gardent un pseudonyme",
        dus=comptes_a_effacer,
        terme="suppression_le",
        detruire=effacer_comptes,
        donnees="Identité, fonction, téléphone, adresse électronique professionnelle, dernière connexion",
    ),
)
declarer(
    "accounts.demandehabilitation",
    Conservation(
        categorie="Demandes d’habilitation",
        duree="12 mois, ou moins si le compte est effacé avant",
        depart="dépôt de la demande",
        disparition="suppression",
        dus=_demandes_finies,
        frein=False,
        donnees="Identité et coordonnées du gestionnaire demandé",
    ),
)
declarer(
    "accounts.signalementsecurite",
    Conservation(
        categorie="Signalements de sécurité des comptes",
        duree="12 mois, ou moins si le compte est effacé avant",
        depart="déclaration",
        disparition="suppression, puis destruction de la clé",
        terme="terme_le",
        dus=_signalements_anciens,
        frein=False,
        donnees="Identifiant, coordonnées du déclarant, faits",
    ),
)
declarer(
    "accounts.revue",
    Conservation(
        categorie="Revues d’habilitation",
        duree="36 mois",
        depart="ouverture de la revue",
        disparition="suppression de la revue et de ses lignes",
        dus=_revues_anciennes,
        frein=False,
    ),
)
declarer("accounts.lignerevue", AvecSonParent("accounts.revue"))
for _modele in (
    "appareiltotp",
    "codesecours",
    "contreseing",
    "motdepasseancien",
    "noticecompte",
    "exclusion",
    "acceptationcgu",
):
    declarer(f"accounts.{_modele}", AvecSonParent("accounts.compte"))
declarer("django_otp_webauthn.webauthncredential", AvecSonParent("accounts.compte"))
declarer("django_otp_webauthn.webauthnattestation", AvecSonParent("django_otp_webauthn.webauthncredential"))
declarer("django_otp_webauthn.webauthnuserhandle", AvecSonParent("accounts.compte"))
for _modele, _duree in (
    ("sessionportail", "12 heures"),
    ("posteconnu", "12 heures"),
    ("lienpersonnel", "30 jours après l’usage, ou l’expiration"),
    ("oubli", "quelques secondes, jusqu’au courriel"),
):
    declarer(
        f"accounts.{_modele}",
        ParExecution(
            categorie="Sessions, postes et liens personnels",
            duree=_duree,
            depart="ouverture ou création",
            disparition="suppression par le balayage quotidien",
        ),
    )
declarer(
    "accounts.versioncgu",
    Permanente("Preuve de ce qui fut accepté", nom="Textes des conditions d’utilisation"),
)
