"""A deposit from its opening to its announcement, or its withdrawal (E-02, E-03, E-09)."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from django.core.exceptions import ValidationError
from django.db import transaction

from conformite.index import Lieu
from conformite.journal import consigner
from conformite.jours import terme
from conventions.models.conventions import Participation
from echanges import coffre, notifications, personnes
from echanges.journal import Acte
from echanges.models.depots import Depot, EtapeDepot, FichierDepose, Raison, StatutDepot
from echanges.models.flux import EtatNeant, FluxConvenu
from echanges.models.rapprochements import RapprochementTenu
from echanges.permissions import a_signe, can_deposer, can_poursuivre, can_retirer
from echanges.recherche import reporter
from echanges.regles import (
    ANNUEL,
    DEPOTS_PAR_JOUR,
    MENSUEL,
    SANS_FICHIER_JOURS,
    periode_valide,
    periodes_offertes,
)
from fichiers.actions import retirer
from socle import horloge
from socle.acteurs import MACHINE, Acteur
from socle.certain import certain
from socle.references import nouvelle_reference
from socle.roles import exiger

Quoi = EtapeDepot.Quoi
TROP_TARD = "Ce dépôt n’en est plus là : un collègue l’a poursuivi ou retiré. Voici où il en est."


SANS_BOITE = (
    "L’autre partie n’a pas de boîte dédiée vérifiée : rien ne peut lui être annoncé. L’administrateur de la caisse la déclare sur "
    "la page de la convention."
)


def lien_de(depot: Depot) -> str:
    """Return what binds the lock and the file to their deposit."""
    return f"depot:{depot.sceau}"


def noter(
    depot: Depot, quoi: str, *, par: Acteur = MACHINE, quand: dt.datetime | None = None, lignes: int = 0
) -> None:
    """Write a step of a deposit; `lignes`: the rows that it took, or refused."""
    EtapeDepot.objects.create(
        depot=depot, quoi=quoi, quand=quand or horloge.maintenant(), compte=par.compte, lignes=lignes
    )


def verrouiller(depot: Depot) -> Depot:
    """Lock a deposit inside the caller's transaction, what hangs on it at hand."""
    return (
        Depot.objects.select_for_update(of=("self",))
        .select_related("caisse", "partenaire", "participation__convention", "flux", "ouvert_par", "courriel")
        .get(pk=depot.pk)
    )


@transaction.atomic
def ouvrir_depot(
    *, par: Acteur, flux: FluxConvenu, periode: str, remplace: Depot | None = None, raison: str = ""
) -> Depot:
    """Make the password and its pair of keys, and write it to the mailbox in front; nothing else leaves before (E-09).

    Raise ValidationError for a period that is not awaited or already there, a full day, a mailbox that is missing.
    """
    exiger(can_deposer(par, flux) and a_signe(par, flux.participation.convention_id))
    participation = (
        Participation.objects.select_for_update(no_key=True, of=("self",))
        .select_related("caisse", "convention")
        .get(pk=flux.participation_id)
    )
    caisse = participation.caisse
    _verifier_la_periode(flux, periode, caisse.jour, remplace)
    _verifier_le_jour(participation, flux.de)
    boite = notifications.boite_de(participation, flux.de.autre)
    if boite is None:
        raise ValidationError(SANS_BOITE)
    maintenant, mot_de_passe = horloge.maintenant(), coffre.nouveau_mot_de_passe()
    depot = Depot(
        reference=nouvelle_reference("E", caisse.jour),
        participation=participation,
        caisse=caisse,
        partenaire_id=participation.partenaire_id,
        flux=flux,
        periode=periode,
        cote=flux.de,
        remplace=remplace,
        ouvert_le=maintenant,
        ouvert_par=par.compte,
    )
    depot.cle_publique, depot.sel, depot.cle_privee_scellee = coffre.creer_paire(mot_de_passe, lien_de(depot))
    depot.fixer_terme(caisse.jour + dt.timedelta(days=SANS_FICHIER_JOURS))
    if remplace is not None:
        depot.ecrire("resume_scelle", {"raison": raison}, "resume")
    depot.courriel = notifications.mot_de_passe(depot, boite, mot_de_passe)
    depot.save(force_insert=True)
    noter(depot, Quoi.OUVERT, par=par)
    consigner(Acte.DEPOT_OUVRIR, par=par, objet=depot, flux=flux.code, periode=periode)
    return depot


def _verifier_la_periode(flux: FluxConvenu, periode: str, jour: dt.date, remplace: Depot | None) -> None:
    offertes = periodes_offertes(flux.periodicite, flux.depuis, jour)
    if remplace is not None:
        if remplace.statut != StatutDepot.DEPOSE or (remplace.flux_id, remplace.periode) != (
            flux.pk,
            periode,
        ):
            raise ValidationError(
                "Le dépôt à remplacer n’est plus là, ou n’est pas de ce flux et de cette période."
            )
        return
    if not periode_valide(flux.periodicite, periode) or periode not in offertes:
        raise ValidationError({"periode": "Cette période n’est pas attendue pour ce flux."})
    if flux.periodicite in (MENSUEL, ANNUEL) and flux.depots.deposes().filter(periode=periode).exists():
        raise ValidationError(
            {"periode": "Un fichier est déjà déposé pour cette période. Ouvrez sa page pour le remplacer."}
        )


def _verifier_le_jour(participation: Participation, cote: str) -> None:
    """Sixty a day and side, counted under the lock of the participation."""
    depuis = participation.caisse.minuit
    if participation.depots.filter(cote=cote, ouvert_le__gte=depuis).count() >= DEPOTS_PAR_JOUR:
        raise ValidationError(
            f"{DEPOTS_PAR_JOUR} dépôts ont déjà été ouverts aujourd’hui de votre côté. Reprenez demain."
        )


@transaction.atomic
def confirmer_depot(*, par: Acteur, depot: Depot) -> Depot:
    """Announce what was read and previewed (E-02); replace the former one where there is one.

    Raise ValidationError when it is too late. Retention runs from here, or from the reception (E-11).
    """
    former = depot.remplace_id
    # Two rows of one table by primary key.
    verrous = {
        un.pk: un
        for un in Depot.objects.select_for_update(no_key=True, of=("self",))
        .select_related("caisse", "partenaire", "participation__convention", "flux", "ouvert_par")
        .filter(pk__in=[depot.pk, former])
        .order_by("pk")
    }
    verrouille = verrous[depot.pk]
    exiger(can_poursuivre(par, verrouille) and a_signe(par, verrouille.participation.convention_id))
    if verrouille.statut != StatutDepot.A_CONFIRMER:
        raise ValidationError(TROP_TARD)
    if notifications.boite_de(verrouille.participation, verrouille.vers) is None:
        raise ValidationError(SANS_BOITE)
    # One confirmation at a time for a participation: what the opening asked of a period is asked again (D-27).
    Participation.objects.select_for_update(no_key=True).get(pk=depot.participation_id)
    ancien = verrous.get(former) if former else None
    try:
        ouvert = horloge.jour(verrouille.caisse.fuseau, verrouille.ouvert_le)
        _verifier_la_periode(verrouille.flux, verrouille.periode, ouvert, ancien)
    except ValidationError as erreur:
        raise ValidationError(erreur.messages) from None
    verrouille.statut, verrouille.depose_le = StatutDepot.DEPOSE, horloge.maintenant()
    _fixer_le_terme(verrouille)
    verrouille.save()
    noter(verrouille, Quoi.ANNONCE, par=par)
    consigner(Acte.DEPOT_ANNONCER, par=par, objet=verrouille, lignes=verrouille.lignes)
    reporter(verrouille)
    if ancien is not None:
        raison = verrouille.resume.get("raison") or Raison.ERREUR
        _finir(ancien, StatutDepot.REMPLACE, raison, par=par)
        consigner(Acte.DEPOT_REMPLACER, par=par, objet=ancien, par_le_depot=verrouille.reference)
    EtatNeant.objects.filter(flux=verrouille.flux_id, periode=verrouille.periode).delete()
    notifications.annonce(verrouille)
    return verrouille


def _fixer_le_terme(depot: Depot) -> None:
    """E-11: never later than what the convention says of the communication, or of the reception."""
    depuis_reception = depot.flux.conservation_depart == FluxConvenu.Depart.RECEPTION
    depart = depot.recu_le if depuis_reception else depot.depose_le
    mois = depot.participation.convention.conservation_mois
    nouveau = terme(certain(depart), mois, depot.caisse.fuseau)
    if (nouveau.year, nouveau.month) != (depot.terme_le.year, depot.terme_le.month):
        reindexer(depot, nouveau)
    depot.fixer_terme(nouveau)


def reindexer(
    depot: Depot, mois: dt.date, neuves: Callable[[], AbstractContextManager] = nullcontext
) -> None:
    """Compute the tokens of the rows again, under the key of another month, or another key."""
    place = depot.resume["places"]
    for lot in depot.lots.select_for_update().order_by("rang"):
        lignes = depot.ouvrir(bytes(lot.scelle), f"lignes:{lot.rang}")
        with neuves():
            lot.jetons = personnes.jetons_des_lignes(
                lignes, place, Lieu(mois, depot.caisse_id, depot.partenaire_id)
            )
        lot.save(update_fields=["jetons"])


@transaction.atomic
def retirer_depot(*, par: Acteur, depot: Depot, raison: str) -> None:
    """Take a deposit back, opened or not: its file and rows go at once, its history stays until its term.

    Raise ValidationError when it is too late.
    """
    verrouille = verrouiller(depot)
    if verrouille.statut not in (StatutDepot.OUVERT, StatutDepot.A_CONFIRMER, StatutDepot.DEPOSE):
        raise ValidationError(TROP_TARD)
    exiger(can_retirer(par, verrouille))
    _finir(verrouille, StatutDepot.RETIRE, raison, par=par)
    consigner(Acte.DEPOT_RETIRER, par=par, objet=verrouille, raison=raison)


def _finir(depot: Depot, statut: str, raison: str, *, par: Acteur) -> None:
    """Close a deposit: what it held goes, the other side is told when it was announced."""
    depot.statut, depot.raison = statut, raison
    depot.retire_le, depot.retire_par = horloge.maintenant(), par.compte
    depot.contenu_enveloppe = b""
    depot.save(update_fields=["statut", "raison", "retire_le", "retire_par", "contenu_enveloppe"])
    vider(depot, par=par)
    noter(depot, Quoi.REMPLACE if statut == StatutDepot.REMPLACE else Quoi.RETIRE, par=par)
    if depot.depose_le is not None:
        notifications.retire(depot)


def vider(depot: Depot, *, par: Acteur) -> None:
    """Remove the file and the rows of a deposit, inside the caller's transaction."""
    depot.lots.all().delete()
    # What is mandated is done; what is not has nothing to stand on any more, or a beneficiary to find again.
    depot.dossiers.filter(signe_le=None).delete()
    for dossier in depot.dossiers_mtp.filter(signe_le=None).select_for_update().order_by("pk"):
        dossier.detacher()
        dossier.save()
        consigner(Acte.DOSSIER_DETACHER, par=par, objet=dossier)
    depot.rapprochements.all().delete()
    depot.rapprochements_mtp.all().delete()
    RapprochementTenu.objects.filter(depot=depot).delete()
    for fichier in FichierDepose.objects.filter(depot=depot):
        retirer(fichier)
