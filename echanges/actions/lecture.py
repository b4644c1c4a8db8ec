"""The reading of a deposit: the password, its tries, the antivirus again, then the file piece by piece (E-09)."""

import io
from collections.abc import Iterator

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction

from conformite.journal import consigner
from conformite.scellement import Illisible
from echanges import coffre, notifications, tableaux
from echanges.actions.depots import TROP_TARD, Quoi, lien_de, noter, verrouiller
from echanges.actions.reception import ANTIVIRUS_ABSENT
from echanges.journal import Acte
from echanges.models.depots import Depot, FichierDepose, StatutDepot
from echanges.permissions import a_signe, can_lire, cote_de
from echanges.regles import BLOCAGE, ESSAIS_MAX
from fichiers import clamd, stockage
from fichiers.models import Fichier, sans_antivirus
from socle import horloge
from socle.acteurs import Acteur
from socle.roles import exiger

log = structlog.get_logger(__name__)

MINUTES = int(BLOCAGE.total_seconds() // 60)
BLOQUE = (
    f"La lecture de ce dépôt est bloquée après {ESSAIS_MAX} mots de passe faux. Attendez {MINUTES} minutes : "
    "même le bon mot de passe n’ouvre rien d’ici là."
)
PERDU = "Ce fichier n’est plus lisible. Demandez à l’autre partie de le déposer à nouveau."
DEVENU_DANGEREUX = (
    "L’antivirus trouve maintenant un programme dangereux dans ce fichier : il n’est pas remis."
)


def lire_depot(*, par: Acteur, depot: Depot, mot_de_passe: str) -> tuple[FichierDepose, Iterator[bytes]]:
    """Open a deposit with its password; return its file and its clear pieces, the first one already opened.

    Raise ValidationError: wrong password, locked door, file that is gone or that the antivirus refuses now. A wrong
    password is counted whatever happens next.
    """
    cle = _ouvrir_la_serrure(par, depot, mot_de_passe)
    fichier = FichierDepose.objects.select_related("depot__flux").get(depot=depot)
    fichier.contenu = coffre.Contenu(cle, lien_de(depot))
    try:
        _juger_a_nouveau(fichier)
        morceaux = stockage.lire(fichier.proprietaire, fichier.emplacement)
    except Illisible:
        raise ValidationError(PERDU) from None
    _noter_la_lecture(par, depot)
    return fichier, morceaux


def _ouvrir_la_serrure(par: Acteur, depot: Depot, mot_de_passe: str) -> bytes:
    """Return the key of the file; count a wrong password under the lock of the deposit, and close the door at the fifth."""
    cle, faux = b"", ValidationError({"mot_de_passe": "Ce n’est pas le mot de passe de ce dépôt."})
    with transaction.atomic():
        verrouille = verrouiller(depot)
        exiger(can_lire(par, verrouille) and a_signe(par, verrouille.participation.convention_id))
        if verrouille.statut != StatutDepot.DEPOSE:
            raise ValidationError(TROP_TARD)
        if verrouille.bloque_jusqu_a and verrouille.bloque_jusqu_a > horloge.temps_reel():
            raise ValidationError({"mot_de_passe": BLOQUE})
        try:
            cle = coffre.developper(
                mot_de_passe,
                bytes(verrouille.sel),
                bytes(verrouille.cle_privee_scellee),
                verrouille.ouvrir_octets(bytes(verrouille.contenu_enveloppe), "contenu"),
                lien_de(verrouille),
            )
        except Illisible:
            raise ValidationError(PERDU) from None
        except coffre.MauvaisMotDePasse:
            if _compter(verrouille, par):
                faux = ValidationError({"mot_de_passe": BLOQUE})
        else:
            verrouille.essais = 0
        verrouille.save(update_fields=["essais", "bloque_jusqu_a"])
    if not cle:
        raise faux
    return cle


def _compter(depot: Depot, par: Acteur) -> bool:
    """Count one wrong password; return whether the door is closed now, both sides told."""
    depot.essais += 1
    noter(depot, Quoi.ESSAI_FAUX, par=par)
    consigner(Acte.DEPOT_ESSAYER, par=par, objet=depot, essais=depot.essais)
    if depot.essais < ESSAIS_MAX:
        return False
    depot.essais, depot.bloque_jusqu_a = 0, horloge.temps_reel() + BLOCAGE
    noter(depot, Quoi.BLOQUE)
    consigner(Acte.DEPOT_BLOQUER, par=par, objet=depot)
    notifications.bloque(depot)
    return True


def _juger_a_nouveau(fichier: FichierDepose) -> None:
    """Ask the antivirus of today, before the first byte leaves. Raise ValidationError, Illisible."""
    if sans_antivirus():
        return
    try:
        verdict = clamd.analyser(stockage.lire(fichier.proprietaire, fichier.emplacement))
        if verdict.sain:
            # It takes the elements of a table for a web page, whose texts it does not look at: they are given bare.
            contenu = io.BytesIO(b"".join(stockage.lire(fichier.proprietaire, fichier.emplacement)))
            verdict = clamd.analyser(tableaux.textes(contenu))
    except clamd.Indisponible as erreur:
        log.warning("antivirus_sans_verdict", erreur=str(erreur)[:60])
        raise ValidationError(ANTIVIRUS_ABSENT) from None
    if verdict.sain:
        return
    FichierDepose.objects.filter(pk=fichier.pk).update(
        etat=Fichier.Etat.INFECTE, raison=verdict.signature[:60], analyse_le=horloge.temps_reel()
    )
    raise ValidationError(DEVENU_DANGEREUX)


@transaction.atomic
def _noter_la_lecture(par: Acteur, depot: Depot) -> None:
    verrouille = verrouiller(depot)
    if verrouille.statut != StatutDepot.DEPOSE:
        raise ValidationError(TROP_TARD)
    consigner(Acte.DEPOT_LIRE, par=par, objet=verrouille)
    _dire_la_lecture(par, verrouille, Quoi.LU)


def noter_le_travail(par: Acteur, depot: Depot) -> None:
    """The side in front works on the rows of a deposit that is locked: its depositor sees it, once a person."""
    if (
        depot.vers == cote_de(par)
        and not depot.etapes.filter(quoi=Quoi.LIGNES_LUES, compte=par.compte).exists()
    ):
        _dire_la_lecture(par, depot, Quoi.LIGNES_LUES)


def _dire_la_lecture(par: Acteur, depot: Depot, quoi: str) -> None:
    """Say who and when to the side that sent it; the first time, by mail too."""
    noter(depot, quoi, par=par)
    if depot.lu_le is None:
        depot.lu_le, depot.lu_par = horloge.maintenant(), par.compte
        depot.save(update_fields=["lu_le", "lu_par"])
        notifications.lu(depot)
