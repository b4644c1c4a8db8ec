"""The second factor beside the application: printed codes, remembered post."""

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.actions.acces import empreinte, envoyer_lien, fermer_sessions
from accounts.actions.avis import dire_le_geste
from accounts.actions.contreseings import demander_contreseing
from accounts.actions.places import verrouiller_compte
from accounts.journal import Acte
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from accounts.models.contreseings import Contreseing
from accounts.models.facteurs import AppareilTOTP, CodeSecours, PosteConnu
from accounts.regles import DUREE_POSTE
from conformite.journal import consigner
from socle import horloge
from socle.courriels import deposer_courriel

# Ten codes of ten digits: as many as fit a card, and a numeric keyboard types them.
NOMBRE_CODES = 10
CHIFFRES = 10


def _empreinte_code(compte: Compte, code: str) -> str:
    return salted_hmac("accounts.code_secours", f"{compte.pk}:{code}", algorithm="sha256").hexdigest()


@transaction.atomic
def tirer_codes_secours(compte: Compte, *, ici: str) -> list[str]:
    """Draw ten printed codes in place of the former ones; they are shown once, only their hash is kept.

    The other sessions end and the owner is told: whoever reads them has a second factor (A-25).
    """
    maintenant = horloge.maintenant()
    codes = [f"{secrets.randbelow(10**CHIFFRES):0{CHIFFRES}d}" for _ in range(NOMBRE_CODES)]
    compte.codes_secours.all().delete()
    CodeSecours.objects.bulk_create(
        CodeSecours(compte=compte, empreinte=_empreinte_code(compte, code), cree_le=maintenant)
        for code in codes
    )
    dire_un_facteur(compte, ici, "accounts/codes_tires")
    consigner(Acte.COMPTE_CODES_SECOURS, par=compte, objet=compte)
    return codes


def dire_un_facteur(compte: Compte, ici: str, gabarit: str) -> None:
    """End the other sessions of an account whose second factor changes, forget its posts, and tell its owner (A-25)."""
    fermer_sessions(compte, sauf=ici)
    compte.postes.all().delete()
    if compte.email:
        deposer_courriel(compte.email, gabarit, {"identifiant": compte.identifiant, "chemin": "/mon-compte/"})


@transaction.atomic
def verifier_second_facteur(compte: Compte, saisi: str) -> bool:
    """Return whether the one-time code, or printed code, is right; spent in the same transaction, journaled.

    Both share the throttling of the account's device, whose row is locked.
    """
    appareil = AppareilTOTP.objects.select_for_update().filter(user=compte).first()
    juste = False
    if appareil is not None:
        juste = (
            _code_secours_juste(compte, appareil, saisi)
            if len(saisi) == CHIFFRES
            else appareil.verify_token(saisi)
        )
    if not juste:
        consigner(Acte.CONNEXION_CODE_REFUSE, par=compte, objet=compte)
    return juste


def _code_secours_juste(compte: Compte, appareil: AppareilTOTP, saisi: str) -> bool:
    if not appareil.verify_is_allowed()[0]:
        return False
    codes = compte.codes_secours.filter(utilise_le=None, empreinte=_empreinte_code(compte, saisi))
    if not codes.update(utilise_le=horloge.maintenant()):
        appareil.throttle_increment()
        return False
    appareil.throttle_reset()
    restants = compte.codes_secours.filter(utilise_le=None).count()
    consigner(Acte.CONNEXION_CODE_SECOURS, par=compte, objet=compte, restants=restants)
    deposer_courriel(
        compte.email, "accounts/code_secours", {"identifiant": compte.identifiant, "restants": restants}
    )
    return True


@transaction.atomic
def refaire_facteur(compte: Compte, *, par: Compte) -> None:
    """Have a lost one-time code recorded again: `par` made sure who the person is.

    Seven days after a change of address, a second person confirms; neither made that change (A-23): raise
    ValidationError for who did.
    """
    ligne = verrouiller_compte(compte)
    nature = Contreseing.Nature.FACTEUR
    if not ligne.contreseings.adresses_neuves().exists():
        envoyer_lien_du_facteur(ligne, par=par)
        return
    if par.pk in Contreseing(nature=nature, compte=ligne).ecartes():
        raise ValidationError(
            "Vous avez changé l’adresse de ce compte il y a moins de sept jours : deux autres personnes sont nécessaires.",
            code="contreseing",
        )
    demander_contreseing(nature, ligne, par=par, caisses=ligne.caisses.all())


def envoyer_lien_du_facteur(compte: Compte, *, par: Compte) -> None:
    """Mail the link of a new one-time code to its owner."""
    envoyer_lien(compte, LienPersonnel.Usage.SECOND_FACTEUR)
    dire_le_geste(Acte.COMPTE_REFAIRE_FACTEUR, compte, par=par)
    consigner(Acte.COMPTE_REFAIRE_FACTEUR, par=par, objet=compte)


@transaction.atomic
def retenir_poste(compte: Compte) -> str:
    """Remember a post for twelve hours, for the second factor only; return the token for its cookie."""
    jeton, maintenant = secrets.token_urlsafe(32), horloge.maintenant()
    PosteConnu.objects.create(
        compte=compte, empreinte=empreinte(jeton), cree_le=maintenant, expire_le=maintenant + DUREE_POSTE
    )
    consigner(Acte.COMPTE_RETENIR_POSTE, par=compte, objet=compte)
    return jeton


def poste_connu(compte: Compte, jeton: str) -> bool:
    """Return whether this post skips the second factor for this account now."""
    if not jeton:
        return False
    return compte.postes.filter(empreinte=empreinte(jeton), expire_le__gt=horloge.maintenant()).exists()
