"""The passkeys of an account: one more, one less (A-25)."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django_otp_webauthn.models import WebAuthnCredential

from accounts.actions.facteurs import dire_un_facteur
from accounts.journal import Acte
from accounts.models.compte import Compte
from conformite.journal import consigner

CLES_MAX = 10


@transaction.atomic
def ajouter_cle(
    *, par: Compte, nom: str, creer: Callable[[Compte], WebAuthnCredential], ici: str
) -> WebAuthnCredential:
    """Keep the passkey that `creer` reads of the browser's answer, under a name; the other sessions end.

    Raise ValidationError when the answer is refused, or the account has ten already.
    """
    if par.cles_d_acces.count() >= CLES_MAX:
        raise ValidationError(
            f"Un compte a au plus {CLES_MAX} clés d’accès : retirez-en une d’abord.", code="nombre"
        )
    cle = creer(par)
    cle.name = nom
    cle.save(update_fields=["name"])
    dire_un_facteur(par, ici, "accounts/cle_ajoutee")
    consigner(Acte.COMPTE_CLE_AJOUTER, par=par, objet=par)
    return cle


def cle_exigee(compte: Compte) -> bool:
    """Whether a caisse of this account wants its people to sign in with a passkey (A-25)."""
    return not compte.cote_partenaire and compte.caisses.filter(cle_exigee=True).exists()


def autre_facteur(compte: Compte) -> bool:
    """Whether the account would keep a second factor without one of its passkeys."""
    return compte.cles_d_acces.count() > 1 or compte.appareiltotp_set.filter(application=True).exists()


@transaction.atomic
def retirer_cle(*, par: Compte, pk: int, ici: str) -> None:
    """Take a passkey away, lost or no longer used; the other sessions end. Twice is once."""
    cle = par.cles_d_acces.filter(pk=pk).first()
    if cle is None:
        return
    cle.delete()
    dire_un_facteur(par, ici, "accounts/cle_retiree")
    consigner(Acte.COMPTE_CLE_RETIRER, par=par, objet=par, cle=pk)
