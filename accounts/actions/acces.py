"""What opens the portal to a person: personal links, password, second factor, conditions of use, sessions."""

import base64
import datetime as dt
import hmac
import secrets

import structlog
from axes.handlers.proxy import AxesProxyHandler
from django.db import transaction
from django.db.models import Max
from django.utils.crypto import salted_hmac

from accounts.actions.avis import dire_le_geste
from accounts.actions.places import verrouiller_compte
from accounts.journal import Acte
from accounts.models.acces import AcceptationCGU, LienPersonnel, MotDePasseAncien, VersionCGU
from accounts.models.compte import Compte
from accounts.models.facteurs import USAGE_GRAINE, AppareilTOTP
from accounts.models.sessions import SessionPortail
from accounts.regles import (
    DUREE_ACTIVATION,
    DUREE_AGENDA,
    DUREE_CONTRESEING,
    DUREE_ENREGISTREMENT,
    DUREE_MOT_DE_PASSE,
    ENTRE_DEUX_AVIS,
    MOTS_DE_PASSE_GARDES,
)
from conformite.journal import consigner
from conformite.scellement import cle_derivee, ouvrir_secret, sceller_secret
from socle import horloge
from socle.acteurs import Acteur
from socle.certain import certain
from socle.courriels import deposer_courriel
from socle.models import CourrielSortant
from socle.roles import Droit, profils_avec

log = structlog.get_logger(__name__)
DUREES = {
    LienPersonnel.Usage.ACTIVATION: DUREE_ACTIVATION,
    LienPersonnel.Usage.MOT_DE_PASSE: DUREE_MOT_DE_PASSE,
    LienPersonnel.Usage.SECOND_FACTEUR: DUREE_ACTIVATION,
    LienPersonnel.Usage.ADRESSE: DUREE_CONTRESEING,
    LienPersonnel.Usage.AGENDA: DUREE_AGENDA,
}
GABARITS = {
    LienPersonnel.Usage.ACTIVATION: "accounts/activation",
    LienPersonnel.Usage.MOT_DE_PASSE: "accounts/mot_de_passe",
    LienPersonnel.Usage.SECOND_FACTEUR: "accounts/second_facteur",
    LienPersonnel.Usage.ADRESSE: "accounts/adresse",
}
OCTETS_GRAINE = 20


def empreinte(jeton: str) -> str:
    """Return the keyed hash under which a token of 256 bits is kept."""
    return salted_hmac("accounts.jeton", jeton, algorithm="sha256").hexdigest()


def jeton_du_lien(lien: LienPersonnel) -> str:
    """Return the token of a link, made again from its row and from the key folder: no table keeps it.

    Bound to the mail box: what was sent to a former address is not what the new one receives.
    """
    dit = f"{lien.pk}|{lien.usage}|{lien.compte_id}|{lien.compte.email}|{lien.cree_le.timestamp()}"
    return (
        base64.urlsafe_b64encode(hmac.digest(cle_derivee("lien-personnel"), dit.encode(), "sha256"))
        .decode()
        .rstrip("=")
    )


@transaction.atomic
def envoyer_lien(compte: Compte, usage: str) -> LienPersonnel:
    """Mail a link, single use, that expires (A-05): the one that lives, until half of its life is over, else a fresh one.

    Whoever asks again for somebody else kills nothing: a link dies when it is used, when it expires, or with its address.
    """
    usage, maintenant = LienPersonnel.Usage(usage), horloge.maintenant()
    # Two that ask at once get the same.
    Compte.objects.select_for_update(of=("self",)).get(pk=compte.pk)
    vivants = compte.liens.valables(maintenant + DUREES[usage] / 2).filter(usage=usage).order_by("-pk")
    lien = next((un for un in vivants if un.empreinte == empreinte(jeton_du_lien(un))), None)
    lien = lien or creer_lien(compte, usage, maintenant)
    deposer_courriel(
        compte.email,
        GABARITS[usage],
        {
            "prenom": compte.prenom,
            "identifiant": compte.identifiant,
            "profil": compte.get_profil_display(),
            "maison": compte.partenaire.nom
            if compte.partenaire
            else ", ".join(compte.caisses.values_list("nom", flat=True)),
            "ouvert_par": compte.cree_par.nom_complet if compte.cree_par else "",
            "lien_personnel": lien.pk,
            "expire_le": lien.expire_le,
        },
    )
    return lien


@transaction.atomic
def relancer(compte: Compte, *, par: Acteur) -> None:
    """Send the link of activation again to who waits (A-05)."""
    envoyer_lien(compte, LienPersonnel.Usage.ACTIVATION)
    dire_le_geste(Acte.COMPTE_RELANCER, compte, par=par)
    consigner(Acte.COMPTE_RELANCER, par=par, objet=compte)


def creer_lien(compte: Compte, usage: LienPersonnel.Usage, maintenant: dt.datetime) -> LienPersonnel:
    """Write a link that lives from `maintenant` for as long as its usage."""
    lien = LienPersonnel.objects.create(
        compte=compte,
        usage=usage,
        empreinte=secrets.token_hex(16),
        cree_le=maintenant,
        expire_le=maintenant + DUREES[usage],
    )
    lien.empreinte = empreinte(jeton_du_lien(lien))
    lien.save(update_fields=["empreinte"])
    return lien


def entamer_lien(lien: LienPersonnel) -> None:
    """Use the link up and draw the seed, sealed, for the browser session that gave the password (A-25).

    To call with the row locked; the session keeps the number of the link. What another session had begun is void.
    """
    maintenant = horloge.maintenant()
    freres = lien.compte.liens.filter(usage=lien.usage)
    freres.update(graine_scellee=None)
    freres.filter(consomme_le=None).update(consomme_le=maintenant)
    lien.consomme_le = maintenant
    lien.graine_scellee = sceller_secret(secrets.token_bytes(OCTETS_GRAINE), USAGE_GRAINE, f"lien:{lien.pk}")
    lien.save(update_fields=["consomme_le", "graine_scellee"])


def lien_entame(pk: int | None, jeton: str, usage: str, *, verrou: bool = False) -> LienPersonnel | None:
    """Return the link that a session began to use (A-25), while the seed waits for its first code; else None."""
    liens = LienPersonnel.objects.entames(horloge.maintenant() - DUREE_ENREGISTREMENT)
    liens = liens.filter(pk=pk, usage=usage, empreinte=empreinte(jeton))
    return (liens.select_for_update(of=("self",)) if verrou else liens).first()


def oublier_graine(lien: LienPersonnel) -> None:
    """Drop the seed of a link once an application holds it."""
    lien.graine_scellee = None
    lien.save(update_fields=["graine_scellee"])


def graine_du_lien(lien: LienPersonnel) -> bytes:
    """Return the seed drawn for the session that began this link."""
    return ouvrir_secret(bytes(certain(lien.graine_scellee)), USAGE_GRAINE, f"lien:{lien.pk}")


def trouver_lien(jeton: str, usage: str, *, verrou: bool = False) -> LienPersonnel | None:
    """Return the valid link of this token, None when unknown, used, expired, or sent to a former address."""
    liens = LienPersonnel.objects.valables(horloge.maintenant()).filter(
        usage=usage, empreinte=empreinte(jeton)
    )
    if verrou and (lien := liens.first()) is not None:
        verrouiller_compte(lien.compte)
    lien = (liens.select_for_update(of=("self",)) if verrou else liens).first()
    return lien if lien and hmac.compare_digest(jeton_du_lien(lien).encode(), jeton.encode()) else None


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
def definir_mot_de_passe(compte: Compte, mot_de_passe: str) -> None:
    """Set a new password, keep the hash of the former one (A-06), and close the sessions.

    The form has judged it (accounts.mots_de_passe). The second factor stays what it was.
    """
    poser_mot_de_passe(compte, mot_de_passe)
    compte.save(update_fields=["password", "mot_de_passe_change_le"])
    compte.liens.filter(usage=LienPersonnel.Usage.MOT_DE_PASSE, consomme_le=None).update(
        consomme_le=horloge.maintenant()
    )
    compte.postes.all().delete()
    fermer_sessions(compte)
    # The way out of a block: whoever holds the mail box is the owner.
    AxesProxyHandler.reset_attempts(username=empreinte(compte.identifiant))
    if compte.email:
        deposer_courriel(compte.email, "accounts/mot_de_passe_change", {"identifiant": compte.identifiant})
    consigner(Acte.COMPTE_MOT_DE_PASSE, par=compte, objet=compte)


@transaction.atomic
def choisir_second_facteur(compte: Compte, graine: bytes, *, application: bool = True) -> AppareilTOTP:
    """Record the seed of the one-time code, sealed. In place of former factors: sessions end, the owner is told (A-25).

    `application`: whether one has the seed; else a passkey is the factor.
    """
    remplace = compte.appareiltotp_set.all().delete()[0]
    compte.cles_d_acces.all().delete()
    compte.codes_secours.all().delete()
    compte.postes.all().delete()
    appareil = AppareilTOTP(
        user=compte, name="Code à usage unique", application=application, cree_le=horloge.maintenant()
    )
    appareil.fixer_graine(graine)
    appareil.save()
    if remplace:
        fermer_sessions(compte)
        if compte.email:
            contexte = {"identifiant": compte.identifiant, "chemin": "/mon-compte/"}
            deposer_courriel(compte.email, "accounts/second_facteur_change", contexte)
    consigner(Acte.COMPTE_SECOND_FACTEUR, par=compte, objet=compte)
    return appareil


def prevenir_des_essais(identifiant: str) -> None:
    """Tell the owner that tries to sign in as him were blocked, with the way out; not more than twice a day."""
    compte = Compte.objects.actifs().filter(identifiant=identifiant).exclude(email="").first()
    if compte is not None:
        _avertir(compte.email, "accounts/essais", {"identifiant": identifiant, "chemin": "/mon-compte/"})


def prevenir_d_une_vague() -> None:
    """Tell the national ones, and the operator's log, that one network fails on many identifiants; twice a day at most."""
    nationaux = Compte.objects.actifs().filter(profil__in=profils_avec(Droit.CREER_CAISSES)).exclude(email="")
    if any([_avertir(un.email, "accounts/vague", {}) for un in nationaux]):
        log.warning("vague_d_essais")


def _avertir(adresse: str, gabarit: str, contexte: dict[str, str]) -> bool:
    depuis = horloge.maintenant() - ENTRE_DEUX_AVIS
    avis = CourrielSortant.objects.filter(destinataire=adresse, gabarit=gabarit, cree_le__gt=depuis)
    if avis.exists():
        return False
    with transaction.atomic():
        deposer_courriel(adresse, gabarit, contexte)
    return True


def fermer_sessions(*comptes: Compte, sauf: str | None = None) -> int:
    """Close the open sessions of these accounts, but `sauf`; return how many."""
    sessions = SessionPortail.objects.filter(compte__in=comptes)
    return (sessions.exclude(session_key=sauf) if sauf else sessions).delete()[0]


@transaction.atomic
def fermer_autres_sessions(*, par: Compte, ici: str) -> None:
    """Close my other sessions, and forget the posts that skip the second factor."""
    nombre = fermer_sessions(par, sauf=ici)
    par.postes.all().delete()
    consigner(Acte.CONNEXION_FERMER_AUTRES, par=par, objet=par, nombre=nombre)


@transaction.atomic
def fermer_une_session(*, par: Compte, ici: str, empreinte: str) -> None:
    """Close one of my other sessions; twice is once."""
    if par.sessions.exclude(session_key=ici).filter(session_key=empreinte).delete()[0]:
        consigner(Acte.CONNEXION_FERMER_UNE, par=par, objet=par)


@transaction.atomic
def publier_cgu(texte: str, par: Acteur) -> VersionCGU:
    """Publish a new version of the conditions of use: each account accepts it at its next request (A-08)."""
    dernier = VersionCGU.objects.aggregate(n=Max("numero"))["n"] or 0
    version = VersionCGU.objects.create(
        numero=dernier + 1, texte=texte, publiee_le=horloge.maintenant(), publiee_par=par.compte
    )
    consigner(Acte.CGU_PUBLIER, par=par, objet=version, numero=version.numero)
    return version


@transaction.atomic
def accepter_cgu(compte: Compte, version: VersionCGU) -> AcceptationCGU:
    """Record the proof that the account accepted this version (A-08). Twice is once."""
    acceptation, nouvelle = AcceptationCGU.objects.get_or_create(
        version=version, compte=compte, defaults={"acceptee_le": horloge.maintenant()}
    )
    if nouvelle:
        consigner(Acte.CGU_ACCEPTER, par=compte, objet=compte, numero=version.numero)
    return acceptation
