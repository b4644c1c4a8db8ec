"""Password or identifiant forgotten: the page does the same work whoever is asked for; the worker finds who is known."""

from celery import shared_task
from django.db import transaction

from accounts.actions.acces import envoyer_lien
from accounts.journal import Acte
from accounts.models.acces import LienPersonnel, Oubli
from accounts.models.compte import Compte
from conformite.journal import consigner, consigner_tous
from socle import horloge
from socle.apres_commit import apres_commit
from socle.courriels import deposer_courriel


@transaction.atomic
def demander_mot_de_passe(identifiant: str) -> None:
    """Have a link mailed to set a new password, if the identifiant is an active account's; say nothing either way."""
    compte = Compte.objects.actifs().filter(identifiant=identifiant.strip().lower()).exclude(email="").first()
    _noter(Oubli.Quoi.MOT_DE_PASSE, compte)
    consigner(Acte.COMPTE_MOT_DE_PASSE_OUBLIE, objet=compte, connu=compte is not None)


@transaction.atomic
def rappeler_identifiants(adresse: str) -> None:
    """Have the identifiants tied to an address mailed to it (A-04); say nothing either way."""
    comptes = list(_comptes_a(adresse.strip()))
    _noter(Oubli.Quoi.IDENTIFIANT, comptes[0] if comptes else None)
    consigner_tous(Acte.COMPTE_IDENTIFIANT_OUBLIE, comptes or [None], nombre=len(comptes))


def _comptes_a(adresse: str) -> list[Compte]:
    return list(Compte.objects.actifs().filter(email__iexact=adresse).order_by("identifiant"))


def _noter(quoi: str, compte: Compte | None) -> None:
    """Leave a row, of nobody when nobody is known: time and traces tell nothing (ASVS 6.3.8)."""
    Oubli.objects.create(quoi=quoi, compte=compte, cree_le=horloge.maintenant())
    apres_commit(repondre_aux_oublis)


@shared_task(name="comptes.oublis")
def repondre_aux_oublis() -> dict[str, int]:
    """Mail what was asked, one row at a time; each goes with its mail. Safe beside any number of twins."""
    ecrits = 0
    while True:
        with transaction.atomic():
            oubli = Oubli.objects.select_for_update(of=("self",), skip_locked=True).order_by("pk").first()
            if oubli is None:
                return {"ecrits": ecrits}
            ecrits += _repondre(oubli)
            oubli.delete()


def _repondre(oubli: Oubli) -> int:
    compte = oubli.compte
    if compte is None or not compte.is_active or not compte.email:
        return 0
    if oubli.quoi == Oubli.Quoi.MOT_DE_PASSE:
        envoyer_lien(compte, LienPersonnel.Usage.MOT_DE_PASSE)
    else:
        comptes = [(un.identifiant, un.get_profil_display()) for un in _comptes_a(compte.email)]
        deposer_courriel(compte.email, "accounts/identifiants", {"comptes": comptes})
    return 1
