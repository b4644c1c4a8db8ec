"""The file of a deposit: after the password has left, judged, read in the cage, rebuilt, sealed (E-02, E-09)."""

import datetime as dt
import hashlib
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction

from conformite.index import Lieu
from conformite.journal import consigner
from conformite.jours import terme
from conformite.scellement import nouvelle_cle
from echanges import coffre, personnes, tableaux
from echanges.actions.depots import TROP_TARD, Quoi, lien_de, noter, verrouiller, vider
from echanges.journal import Acte
from echanges.models.depots import Depot, FichierDepose, LotDeLignes, StatutDepot
from echanges.models.recuperation import DossierIndu
from echanges.permissions import a_signe, can_poursuivre
from echanges.tableaux import Lu
from fichiers import clamd, stockage
from fichiers.actions import structure_de
from fichiers.controle import lire_tableau
from fichiers.models import Fichier, sans_antivirus
from fichiers.refus import Refus
from socle import horloge
from socle.acteurs import Acteur
from socle.roles import exiger

log = structlog.get_logger(__name__)

ANTIVIRUS_ABSENT = "L’antivirus ne répond pas : rien n’a été gardé. Réessayez dans quelques minutes."
# What a file is made of that tries an antivirus (EICAR): refused where there is none too, as the other side's would.
ESSAI = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
RANGEMENT = (
    "Le portail ne peut pas ranger ce fichier pour l’instant : rien n’a été gardé. Réessayez plus tard."
)


def mot_de_passe_parti(depot: Depot) -> dt.datetime | None:
    """Return when the mail of the password left; None while it has not (E-02)."""
    return depot.mot_de_passe_parti_le or (depot.courriel.envoye_le if depot.courriel else None)


def boite_refusee(depot: Depot) -> bool:
    """Whether the mailbox refused the password for good: the deposit stops there, its depositor is told."""
    return bool(depot.courriel and depot.courriel.abandonne_le)


def recevoir_fichier(*, par: Acteur, depot: Depot, nom: str, contenu: bytes) -> Lu:
    """Judge a table, and keep it sealed when every row is right; return what was read, or every fault of it.

    Raise ValidationError when it is too soon, too late, infected, the same as another one, or no table.
    """
    exiger(can_poursuivre(par, depot) and a_signe(par, depot.participation.convention_id))
    _verifier_l_ordre(depot)
    try:
        genre, brut = _examiner(nom, contenu, par)
    except Refus as refus:
        ou = f"Feuille n° {refus.feuille}" if refus.feuille else refus.colonne or "Toutes"
        _refuser(depot, par, refus.code, [[str(refus.ligne or "Toutes"), ou, refus.message]])
        raise ValidationError({"fichiers": refus.message}) from None
    flux, jour = depot.flux, depot.caisse.jour
    lu = tableaux.lire(brut, flux.flux, flux.colonnes, periode=depot.periode, jour=jour)
    if depot.flux.code == "recuperation" and not lu.problemes:
        _comparer_aux_mandats(depot, lu)
    if lu.problemes:
        points = [[str(un.ligne), un.colonne, un.phrase] for un in lu.problemes]
        _refuser(depot, par, "lignes", points, lignes=len(lu.refusees))
        return lu
    for ligne in lu.lignes:
        # The number of its line was for the faults.
        ligne.pop()
    try:
        _garder(depot, par, genre, contenu, lu)
    except OSError as erreur:
        log.error("stockage_impossible", erreur=type(erreur).__name__)
        raise ValidationError({"fichiers": RANGEMENT}) from None
    return lu


def _comparer_aux_mandats(depot: Depot, lu: Lu) -> None:
    """E-06: what goes back is what was mandated, to the cent; a mandate that the portal does not know is told."""
    place = personnes.places(lu.colonnes)
    mandates = DossierIndu.objects.filter(depot__participation=depot.participation_id, signe_le__isnull=False)
    connus = {un.reference: un.contenu for un in mandates.order_by("pk")}
    for ligne in lu.lignes:
        contenu = connus.get(ligne[place["mandat"]])
        if contenu is None:
            phrase = (
                "Ce mandat n’est pas de ceux que le portail connaît. Vérifiez son numéro avant de confirmer."
            )
            lu.avertir(ligne[-1], lu.colonnes[place["mandat"]].libelle, phrase)
            continue
        for code, juste in (("retenu", contenu["total"]), ("solde", contenu["solde"])):
            if ligne[place[code]] != juste:
                phrase = "Ce montant n’est pas celui du mandat. Partez du tableau que la page des dossiers prépare."
                lu.refuser(ligne[-1], lu.colonnes[place[code]].libelle, phrase)


def _verifier_l_ordre(depot: Depot) -> None:
    if depot.statut not in (StatutDepot.OUVERT, StatutDepot.A_CONFIRMER):
        raise ValidationError(TROP_TARD)
    if mot_de_passe_parti(depot) is None:
        raise ValidationError(
            "Le mot de passe n’est pas encore parti : le fichier vient après lui. Réessayez dans un instant."
        )


def _examiner(nom: str, contenu: bytes, par: Acteur) -> tuple[str, list[list[Any]]]:
    """The antivirus reads what was sent, before the cage does. Raise Refus, ValidationError."""
    if contenu and not sans_antivirus():
        try:
            verdict = clamd.analyser([contenu])
        except clamd.Indisponible as erreur:
            log.warning("antivirus_sans_verdict", erreur=str(erreur)[:60])
            raise ValidationError({"fichiers": ANTIVIRUS_ABSENT}) from None
        if not verdict.sain:
            raise Refus("tableau-limites" if verdict.non_examine else "infecte")
    elif ESSAI in contenu:
        raise Refus("infecte")
    return lire_tableau(nom, contenu, pour=structure_de(par))


@transaction.atomic
def _refuser(depot: Depot, par: Acteur, code: str, points: list[list[str]], lignes: int = 0) -> None:
    """Leave the journal line of a file that was not taken: its code only. Its faults are kept to be downloaded."""
    verrouille = verrouiller(depot)
    verrouille.ecrire("resume_scelle", verrouille.resume | {"points": points}, "resume")
    verrouille.save(update_fields=["resume_scelle"])
    noter(verrouille, Quoi.REFUSE, par=par, lignes=lignes)
    consigner(Acte.DEPOT_REFUSER, par=par, objet=verrouille, code=code, lignes=lignes)


@transaction.atomic
def _garder(depot: Depot, par: Acteur, genre: str, contenu: bytes, lu: Lu) -> None:
    verrouille = verrouiller(depot)
    # The authorisation, the convention, the deposit itself may have gone while the file was read.
    exiger(can_poursuivre(par, verrouille) and a_signe(par, verrouille.participation.convention_id))
    _verifier_l_ordre(verrouille)
    recue = hashlib.sha256(contenu).hexdigest()
    autres = Depot.objects.filter(flux=verrouille.flux_id, empreinte_recue=recue).exclude(pk=verrouille.pk)
    if deja := autres.filter(statut__in=(StatutDepot.A_CONFIRMER, StatutDepot.DEPOSE)).first():
        raise ValidationError({"fichiers": f"Ce fichier est déjà celui du dépôt {deja.reference}."})
    vider(verrouille, par=par)
    rendu = tableaux.rendre(lu.colonnes, lu.lignes)
    maintenant, parti = horloge.maintenant(), mot_de_passe_parti(verrouille)
    if verrouille.mot_de_passe_parti_le is None:
        noter(verrouille, Quoi.MOT_DE_PASSE_PARTI, quand=parti)
    verrouille.mot_de_passe_parti_le, verrouille.recu_le = parti, maintenant
    verrouille.statut, verrouille.lignes = StatutDepot.A_CONFIRMER, len(lu.lignes)
    verrouille.empreinte_recue, verrouille.taille_recue = recue, len(contenu)
    verrouille.empreinte_servie = hashlib.sha256(rendu).hexdigest()
    verrouille.delai_jours = _delai(verrouille, lu)
    # Kept as long as a deposit that would be confirmed now: its confirmation counts again (E-11).
    verrouille.fixer_terme(
        terme(maintenant, verrouille.participation.convention.conservation_mois, verrouille.caisse.fuseau)
    )
    verrouille.ecrire("resume_scelle", _resume(verrouille, lu), "resume")
    _sceller_le_fichier(verrouille, par, genre, rendu)
    verrouille.save()
    _sceller_les_lignes(verrouille, lu)
    noter(verrouille, Quoi.RECU, par=par, lignes=len(lu.lignes))
    consigner(
        Acte.DEPOT_RECEVOIR,
        par=par,
        objet=verrouille,
        genre=genre,
        taille=len(contenu),
        lignes=len(lu.lignes),
        mot_de_passe_parti_le=parti.isoformat() if parti else "",
    )


def _delai(depot: Depot, lu: Lu) -> int | None:
    """E-10: « sans délai » is counted from the oldest decision to the deposit, in working days."""
    if lu.premiere_date is None:
        return None
    return min(depot.caisse.jours_ouvres_entre(lu.premiere_date, depot.caisse.jour), 999)


def _resume(depot: Depot, lu: Lu) -> dict[str, Any]:
    return {
        "raison": depot.resume.get("raison", ""),
        "total": lu.total,
        "colonnes": [[colonne.code, colonne.type, colonne.libelle] for colonne in lu.colonnes],
        "places": personnes.places(lu.colonnes),
        "avertissements": [[un.ligne, un.colonne, un.phrase] for un in lu.avertissements],
    }


def _sceller_le_fichier(depot: Depot, par: Acteur, genre: str, rendu: bytes) -> None:
    """Store the rebuilt file under a key that asks for the password and for the key of the deposit."""
    cle, maintenant = nouvelle_cle(), horloge.maintenant()
    enveloppe = coffre.envelopper(bytes(depot.cle_publique), cle, lien_de(depot))
    depot.contenu_enveloppe = depot.sceller_octets(enveloppe, "contenu")
    fichier = FichierDepose(
        depot=depot, genre=genre, taille=len(rendu), ajoute_le=maintenant, ajoute_par=par.compte
    )
    fichier.contenu = coffre.Contenu(cle, lien_de(depot))
    if sans_antivirus():
        fichier.etat = Fichier.Etat.NON_ANALYSE
    else:
        fichier.etat, fichier.analyse_le = Fichier.Etat.SAIN, horloge.temps_reel()
    stockage.ecrire(fichier.proprietaire, fichier.emplacement, rendu)
    try:
        with transaction.atomic():
            fichier.save(force_insert=True)
    except BaseException:
        stockage.effacer(stockage.nom_stocke(fichier.emplacement))
        raise


def _sceller_les_lignes(depot: Depot, lu: Lu) -> None:
    place, lots = personnes.places(lu.colonnes), []
    lieu = Lieu(depot.terme_le, depot.caisse_id, depot.partenaire_id)
    for rang, debut in enumerate(range(0, len(lu.lignes), personnes.LIGNES_PAR_LOT)):
        lignes = lu.lignes[debut : debut + personnes.LIGNES_PAR_LOT]
        lots.append(
            LotDeLignes(
                depot=depot,
                rang=rang,
                scelle=depot.sceller(lignes, f"lignes:{rang}"),
                jetons=personnes.jetons_des_lignes(lignes, place, lieu),
            )
        )
    LotDeLignes.objects.bulk_create(lots, batch_size=100)
