"""What opens the portal to a person: personal links, password, second factor, conditions of use, sessions."""

import hashlib
import secrets

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from accounts.models.acces import AcceptationCGU, LienPersonnel, MotDePasseAncien, VersionCGU
from accounts.models.compte import Compte
from accounts.models.facteurs import USAGE_GRAINE, AppareilTOTP
from accounts.models.sessions import SessionPortail
from accounts.regles import DUREE_ACTIVATION, DUREE_MOT_DE_PASSE, MOTS_DE_PASSE_GARDES
from conformite.journal import consigner
from conformite.scellement import ouvrir_secret, sceller_secret
from socle import horloge
from socle.acteurs import Acteur
from socle.courriels import deposer_courriel

ROUTES = {
    LienPersonnel.Usage.ACTIVATION: "activation",
    LienPersonnel.Usage.MOT_DE_PASSE: "mot-de-passe-nouveau",
    LienPersonnel.Usage.SECOND_FACTEUR: "second-facteur-nouveau",
}
DUREES = {
    LienPersonnel.Usage.ACTIVATION: DUREE_ACTIVATION,
    LienPersonnel.Usage.MOT_DE_PASSE: DUREE_MOT_DE_PASSE,
    LienPersonnel.Usage.SECOND_FACTEUR: DUREE_ACTIVATION,
}
GABARITS = {
    LienPersonnel.Usage.ACTIVATION: "accounts/activation",
    LienPersonnel.Usage.MOT_DE_PASSE: "accounts/mot_de_passe",
    LienPersonnel.Usage.SECOND_FACTEUR: "accounts/second_facteur",
}
OCTETS_GRAINE = 20


def empreinte(jeton: str) -> str:
    """Return the hash under which a token of 256 random bits is kept."""
    return hashlib.sha256(jeton.encode()).hexdigest()


@transaction.atomic
def envoyer_lien(compte: Compte, usage: str) -> LienPersonnel:
    """Cancel the former links of this use and mail a fresh one, single use, that expires (A-05)."""
    maintenant = horloge.maintenant()
    compte.liens.filter(usage=usage, consomme_le=None).update(consomme_le=maintenant)
    jeton = secrets.token_urlsafe(32)
    usage = LienPersonnel.Usage(usage)
    lien = LienPersonnel.objects.create(
        compte=compte,
        usage=usage,
        empreinte=empreinte(jeton),
        cree_le=maintenant,
        expire_le=maintenant + DUREES[usage],
    )
    if usage == LienPersonnel.Usage.SECOND_FACTEUR:
        preparer_graine(lien)
    chemin = reverse(ROUTES[usage], args=[jeton])
    deposer_courriel(
        compte.email,
        GABARITS[usage],
        {
            "prenom": compte.prenom,
            "identifiant": compte.identifiant,
            "profil": compte.get_profil_display(),
            "lien": settings.ADRESSE_DU_PORTAIL + chemin,
            "expire_le": lien.expire_le,
        },
    )
    return lien


def preparer_graine(lien: LienPersonnel) -> None:
    """Draw the seed that the page of the link shows as a QR code; sealed, never written by a GET."""
    lien.graine_scellee = sceller_secret(secrets.token_bytes(OCTETS_GRAINE), USAGE_GRAINE, f"lien:{lien.pk}")
    lien.save(update_fields=["graine_scellee"])


def graine_du_lien(lien: LienPersonnel) -> bytes:
    """Return the seed prepared for this link."""
    return ouvrir_secret(bytes(lien.graine_scellee), USAGE_GRAINE, f"lien:{lien.pk}")


def trouver_lien(jeton: str, usage: str, *, verrou: bool = False) -> LienPersonnel | None:
    """Return the valid link of this token, None when unknown, used, cancelled or expired."""
    liens = LienPersonnel.objects.valables(horloge.maintenant()).filter(
        usage=usage, empreinte=empreinte(jeton)
    )
    return (liens.select_for_update(of=("self",)) if verrou else liens).first()


def poser_mot_de_passe(compte: Compte, mot_de_passe: str) -> None:
    """Set the password and keep the hash of the former one; the caller saves."""
    maintenant = horloge.maintenant()
    if compte.has_usable_password():
        MotDePasseAncien.objects.create(compte=compte, empreinte=compte.password, remplace_le=maintenant)
    compte.set_password(mot_de_passe)
    compte.mot_de_passe_change_le = maintenant
    perimes = compte.mots_de_passe_anciens.values_list("pk", flat=True)[MOTS_DE_PASSE_GARDES:]
    compte.mots_de_passe_anciens.filter(pk__in=list(perimes)).delete()


@transaction.atomic
def definir_mot_de_passe(compte: Compte, mot_de_passe: str, *, sauf_session: str | None = None) -> None:
    """Set a new password, keep the hash of the former one (A-06), and close the other sessions.

    The form has judged it (accounts.mots_de_passe). The second factor stays what it was.
    """
    poser_mot_de_passe(compte, mot_de_passe)
    compte.save(update_fields=["password", "mot_de_passe_change_le"])
    compte.liens.filter(usage=LienPersonnel.Usage.MOT_DE_PASSE, consomme_le=None).update(
        consomme_le=horloge.maintenant()
    )
    compte.postes.all().delete()
    fermer_sessions(compte, sauf=sauf_session)
    # The way out of a block: whoever holds the mail box is the owner.
    AxesProxyHandler.reset_attempts(username=compte.identifiant)
    if compte.email:
        deposer_courriel(compte.email, "accounts/mot_de_passe_change", {"identifiant": compte.identifiant})
    consigner("compte.mot_de_passe", par=compte, objet=compte, partenaire=compte.partenaire_id)


@transaction.atomic
def choisir_second_facteur(compte: Compte, graine: bytes) -> AppareilTOTP:
    """Record the seed of the one-time code, sealed, in place of a former one."""
    compte.appareiltotp_set.all().delete()
    compte.codes_secours.all().delete()
    compte.postes.all().delete()
    appareil = AppareilTOTP(user=compte, name="Code à usage unique", cree_le=horloge.maintenant())
    appareil.fixer_graine(graine)
    appareil.save()
    consigner("compte.second_facteur", par=compte, objet=compte, partenaire=compte.partenaire_id)
    return appareil


@transaction.atomic
def demander_mot_de_passe(identifiant: str) -> None:
    """Mail a link to set a new password, if the identifiant is an active account's; say nothing either way."""
    compte = Compte.objects.actifs().filter(identifiant=identifiant.strip().lower()).first()
    if compte is not None and compte.email:
        envoyer_lien(compte, LienPersonnel.Usage.MOT_DE_PASSE)
    consigner("compte.mot_de_passe_oublie", objet=compte, connu=compte is not None)


@transaction.atomic
def rappeler_identifiants(adresse: str) -> None:
    """Mail to an address the identifiants tied to it (A-04); say nothing either way."""
    comptes = list(Compte.objects.actifs().filter(email__iexact=adresse.strip()).order_by("identifiant"))
    if comptes:
        deposer_courriel(
            comptes[0].email,
            "accounts/identifiants",
            {"comptes": [(c.identifiant, c.get_profil_display()) for c in comptes]},
        )
    consigner("compte.identifiant_oublie", nombre=len(comptes))


def fermer_sessions(*comptes: Compte, sauf: str | None = None) -> int:
    """Close the open sessions of these accounts, but `sauf`; return how many."""
    sessions = SessionPortail.objects.filter(compte__in=comptes)
    return (sessions.exclude(session_key=sauf) if sauf else sessions).delete()[0]


@transaction.atomic
def publier_cgu(texte: str, par: Acteur) -> VersionCGU:
    """Publish a new version of the conditions of use: each account accepts it at its next request (A-08)."""
    dernier = VersionCGU.objects.aggregate(n=Max("numero"))["n"] or 0
    version = VersionCGU.objects.create(
        numero=dernier + 1, texte=texte, publiee_le=horloge.maintenant(), publiee_par=par.compte
    )
    consigner("cgu.publier", par=par, objet=version, numero=version.numero)
    return version


@transaction.atomic
def accepter_cgu(compte: Compte, version: VersionCGU) -> AcceptationCGU:
    """Record the proof that the account accepted this version (A-08). Twice is once."""
    acceptation, nouvelle = AcceptationCGU.objects.get_or_create(
        version=version, compte=compte, defaults={"acceptee_le": horloge.maintenant()}
    )
    if nouvelle:
        consigner("cgu.accepter", par=compte, objet=version, numero=version.numero)
    return acceptation
