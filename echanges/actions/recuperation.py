"""The recovery of an indu, step by step (E-06): matched, calculated, mandated by two persons, told, closed."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from conformite.journal import consigner, consigner_tous
from conformite.scellement import ouvrir_secret, sceller_secret
from conventions.models.conventions import Participation
from conventions.models.suites import Avenant
from echanges import notifications
from echanges.actions.lecture import noter_le_travail
from echanges.journal import Acte
from echanges.lignes import LigneLue, chercher, lignes_a_traiter, lignes_de_la_participation, liste_de
from echanges.models.depots import Depot, LigneEcartee, StatutDepot
from echanges.models.recuperation import ComptePayeur, DossierIndu, Impossibilite, StatutDossier
from echanges.permissions import a_signe, can_recuperer, can_regler
from echanges.rapprochement import Correspondance
from echanges.retenue import MontantMensuel, Retenue, calculer, cle_rib
from socle import horloge
from socle.acteurs import MACHINE, Acteur
from socle.certain import certain
from socle.references import nouvelle_reference
from socle.roles import exiger

_USAGE_RIB = "compte-payeur"
TROP_TARD = "Ce dossier n’en est plus là : un collègue l’a avancé. Voici où il en est."
LISTE_RETIREE = "La liste des bénéficiaires d’où vient cette majoration a été retirée ou remplacée : rapprochez à nouveau la personne."
OPPOSEE = "Cette personne s’est opposée au traitement : plus rien n’est retenu. Dites la retenue impossible."
A_RECALCULER = "Les listes ont changé depuis le calcul : un montant, un premier versement ou un autre indu. Calculez la retenue à nouveau."
DEJA_RETENUE = (
    "La majoration de ces mois est déjà retenue en entier pour d’autres indus de la personne. Attendez leur issue, ou dites la "
    "retenue impossible."
)
SANS_MANDAT = "Aucun mandat n’est signé : maintenez la retenue, ou dites-la impossible."
MANDAT_SIGNE = "Le mandat est signé : maintenez la retenue, ou soldez le dossier."
# States in which what is withheld counts against the other indus of the person.
_RETENUS = (
    StatutDossier.CALCULE,
    StatutDossier.MANDATE,
    StatutDossier.NOTIFIE,
    StatutDossier.CONTESTE,
    StatutDossier.SOLDE,
)


@transaction.atomic
def ouvrir_dossiers(*, par: Acteur, depot: Depot) -> int:
    """Make a dossier of each indu of a deposit, matched where it is certain; return how many are new."""
    exiger(can_recuperer(par, depot) and a_signe(par, depot.participation.convention_id))
    verrouille = (
        Depot.objects.select_for_update(of=("self",)).select_related("caisse", "flux").get(pk=depot.pk)
    )
    if verrouille.statut != StatutDepot.DEPOSE:
        raise ValidationError("Ce dépôt n’est plus là.")
    beneficiaires = lignes_de_la_participation(verrouille, "mtp-nouveaux")
    liste = liste_de([une.ligne for une in beneficiaires])
    faits = set(verrouille.dossiers.values_list("rang", flat=True))
    neufs = []
    for rang, ligne in lignes_a_traiter(verrouille):
        if rang in faits:
            continue
        dossier = DossierIndu(
            reference=nouvelle_reference("I", verrouille.caisse.jour),
            depot=verrouille,
            rang=rang,
            caisse=verrouille.caisse,
            partenaire_id=verrouille.partenaire_id,
            recu_le=horloge.maintenant(),
        )
        dossier.fixer_terme(verrouille.terme_le)
        trouve = chercher(liste, ligne)
        dossier.poser(indu=ligne, rapprochement=trouve.verdict.value)
        if trouve.verdict is Correspondance.CERTAIN:
            _rattacher(dossier, beneficiaires[trouve.rangs[0]], par)
        dossier.save(force_insert=True)
        neufs.append(dossier)
    noter_le_travail(par, verrouille)
    consigner_tous(Acte.DOSSIER_OUVRIR, [verrouille, *neufs], par=par, dossiers=len(neufs))
    return len(neufs)


def _rattacher(dossier: DossierIndu, beneficiaire: LigneLue, par: Acteur) -> None:
    """Tie a dossier to the row of a beneficiary: it goes with the first of both deposits (E-11)."""
    dossier.depot_mtp, dossier.rang_mtp = beneficiaire.depot, beneficiaire.rang
    dossier.statut = StatutDossier.RAPPROCHE
    dossier.rapproche_le, dossier.rapproche_par = horloge.maintenant(), par.compte
    if beneficiaire.depot.terme_le < dossier.terme_le:
        dossier.fixer_terme(beneficiaire.depot.terme_le)
    dossier.poser(mtp=beneficiaire.ligne)


def candidats(dossier: DossierIndu) -> dict[str, LigneLue]:
    """Return the beneficiaries that a person has to choose between, by their key."""
    beneficiaires = lignes_de_la_participation(dossier.depot, "mtp-nouveaux")
    trouve = chercher(liste_de([une.ligne for une in beneficiaires]), dossier.contenu["indu"])
    return {beneficiaires[rang].cle: beneficiaires[rang] for rang in trouve.rangs}


def acte(*depuis: StatutDossier) -> Callable[[Callable[..., None]], Callable[..., DossierIndu]]:
    """Do an act on a locked dossier of one of these states, by who may; save and return it. Raise ValidationError when too late."""

    def decorer(faire: Callable[..., None]) -> Callable[..., DossierIndu]:
        @wraps(faire)
        @transaction.atomic
        def porte(*, par: Acteur, dossier: DossierIndu, **champs: Any) -> DossierIndu:
            # The dossiers of a deposit share months and payments: one at a time.
            Depot.objects.select_for_update(of=("self",)).get(pk=dossier.depot_id)
            verrouille = (
                DossierIndu.objects.select_for_update(of=("self",))
                .select_related("depot__participation", "depot__flux", "caisse")
                .get(pk=dossier.pk)
            )
            exiger(
                can_recuperer(par, verrouille.depot)
                and a_signe(par, verrouille.depot.participation.convention_id)
            )
            if verrouille.statut not in depuis:
                raise ValidationError(TROP_TARD)
            faire(par=par, dossier=verrouille, **champs)
            verrouille.save()
            return verrouille

        return porte

    return decorer


@acte(StatutDossier.RECU, StatutDossier.RAPPROCHE)
def rapprocher(*, par: Acteur, dossier: DossierIndu, choix: str) -> None:
    """Tie a dossier to the beneficiary that a person recognised. Raise ValidationError for another one."""
    possibles = candidats(dossier)
    if choix not in possibles:
        raise ValidationError({"choix": "Choisissez parmi les personnes proposées."})
    _rattacher(dossier, possibles[choix], par)
    consigner(Acte.DOSSIER_RAPPROCHER, par=par, objet=dossier)


@acte(StatutDossier.RECU, StatutDossier.RAPPROCHE, StatutDossier.CALCULE, StatutDossier.CONTESTE)
def declarer_impossible(*, par: Acteur, dossier: DossierIndu, raison: str) -> None:
    """Say why nothing can be withheld: kept, never dropped. Raise ValidationError once the mandate is signed."""
    if dossier.signe_le is not None:
        raise ValidationError(MANDAT_SIGNE)
    _impossible(dossier, raison, par)


def _impossible(dossier: DossierIndu, raison: str, par: Acteur) -> None:
    dossier.statut, dossier.impossibilite = StatutDossier.IMPOSSIBLE, raison
    dossier.clos_le = horloge.maintenant()
    dossier.poser(retenue={}, total=0, solde=dossier.contenu["indu"]["montant"])
    consigner(Acte.DOSSIER_IMPOSSIBLE, par=par, objet=dossier, raison=str(raison))
    notifications.indu_impossible(dossier)


def clore_les_trop_tard() -> int:
    """Say too late, the day after the first payment, for what nobody mandated: never dropped. Return how many."""
    ouverts = DossierIndu.objects.filter(statut__in=(StatutDossier.RAPPROCHE, StatutDossier.CALCULE))
    faits = 0
    for cle in list(ouverts.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            dossier = (
                ouverts.select_related(
                    "depot__participation__convention", "depot__flux", "depot__ouvert_par", "caisse"
                )
                .select_for_update(of=("self",), skip_locked=True)
                .filter(pk=cle)
                .first()
            )
            if dossier is not None and _trop_tard(dossier):
                _impossible(dossier, Impossibilite.TROP_TARD, MACHINE)
                dossier.save()
                faits += 1
    return faits


def rangs_opposes(depot: Depot) -> set[int]:
    """Return the indus of a deposit whose persons opposed, there or in the list of the MTP: nothing of them goes on (R-03)."""
    dans_la_liste = LigneEcartee.objects.filter(depot=OuterRef("depot_mtp"), rang=OuterRef("rang_mtp"))
    siens = depot.dossiers.filter(Exists(dans_la_liste)).order_by().values_list("rang", flat=True)
    return depot.rangs_ecartes | set(siens)


def _verifier_les_lignes(dossier: DossierIndu) -> None:
    """Raise ValidationError when the list of the MTP went, when the person opposed (R-03), when the indu is withheld elsewhere."""
    if dossier.depot_mtp is None or not dossier.depot_mtp.est_la:
        raise ValidationError(LISTE_RETIREE)
    if dossier.rang in rangs_opposes(dossier.depot):
        raise ValidationError(OPPOSEE)
    indu = dossier.contenu["indu"]
    autres = DossierIndu.objects.filter(
        depot__participation=dossier.depot.participation_id, statut__in=_RETENUS
    )
    for autre in autres.exclude(pk=dossier.pk).order_by("pk"):
        le_sien = autre.contenu["indu"]
        if all(le_sien[nom] == indu[nom] for nom in ("prestation", "debut", "fin")) and _est(le_sien, indu):
            raise ValidationError(
                f"Cet indu est déjà retenu dans le dossier {autre.reference} : dites-le impossible ici."
            )


@acte(StatutDossier.RAPPROCHE, StatutDossier.CALCULE)
def calculer_retenue(*, par: Acteur, dossier: DossierIndu) -> None:
    """Calculate what is withheld, month by month; too late, or no month in common, is said and kept."""
    _verifier_les_lignes(dossier)
    if _trop_tard(dossier):
        _impossible(dossier, Impossibilite.TROP_TARD, par)
        return
    retenue = _retenue(dossier, _deja_retenu(dossier))
    if not retenue.total:
        if _retenue(dossier, {}).total:
            raise ValidationError(DEJA_RETENUE)
        _impossible(dossier, Impossibilite.SANS_MOIS_COMMUN, par)
        return
    dossier.statut, dossier.calcule_le = StatutDossier.CALCULE, horloge.maintenant()
    dossier.prepare_le = dossier.prepare_par = None
    dossier.poser(retenue=retenue.mois, total=retenue.total, solde=retenue.solde)
    consigner(Acte.DOSSIER_CALCULER, par=par, objet=dossier)


def _retenue(dossier: DossierIndu, deja: dict[str, int]) -> Retenue:
    """Return what the lists of this instant withhold, beside what other indus take."""
    contenu = dossier.contenu
    indu, mtp = contenu["indu"], contenu["mtp"]
    return calculer(
        indu["montant"],
        dt.date.fromisoformat(indu["debut"]),
        dt.date.fromisoformat(indu["fin"]),
        _montants(dossier, mtp),
        dt.date.fromisoformat(mtp["premier_versement"]),
        deja,
        declare=_premier_declare(dossier, mtp),
    )


def _verifier_le_calcul(dossier: DossierIndu) -> None:
    """Raise ValidationError when the rows do not stand, or when what came or went since changes what is withheld."""
    _verifier_les_lignes(dossier)
    if _retenue(dossier, _deja_retenu(dossier)).mois != dossier.contenu["retenue"]:
        raise ValidationError(A_RECALCULER)


def _trop_tard(dossier: DossierIndu) -> bool:
    """Whether the first payment is made: the planned day is the Département’s deadline."""
    return dossier.caisse.jour > dt.date.fromisoformat(dossier.contenu["mtp"]["premier_versement"])


def _montants(dossier: DossierIndu, mtp: dict[str, Any]) -> list[MontantMensuel]:
    """Return the monthly amounts of a person: that of the opening, then those that the changes of amount told."""
    montants = {dt.date.fromisoformat(mtp["ouverture"]): mtp["montant_mensuel"]}
    for ligne in _lignes_de_la_personne(dossier, "mtp-modification", mtp):
        montants[dt.date.fromisoformat(ligne["effet"])] = ligne["nouveau"]
    return [MontantMensuel(depuis, centimes) for depuis, centimes in sorted(montants.items())]


def _premier_declare(dossier: DossierIndu, mtp: dict[str, Any]) -> int | None:
    """Return the first payment that a monthly state declares for a person; None while none does."""
    lignes = _lignes_de_la_personne(dossier, "mtp-mensuel", mtp)
    return min((ligne["a_verser"] for ligne in lignes if ligne["premier_versement"]), default=None)


def _lignes_de_la_personne(dossier: DossierIndu, code: str, mtp: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a flow that are certainly about a beneficiary, the oldest first."""
    lignes = [une.ligne for une in lignes_de_la_participation(dossier.depot, code)]
    proches = chercher(liste_de(lignes), mtp).rangs
    return [lignes[rang] for rang in proches if _est(lignes[rang], mtp)]


def _est(ligne: dict[str, Any], autre: dict[str, Any]) -> bool:
    return chercher(liste_de([ligne]), autre).verdict is Correspondance.CERTAIN


def _deja_retenu(dossier: DossierIndu) -> dict[str, int]:
    """Return what the other indus of the same beneficiary take, by month."""
    autres = DossierIndu.objects.filter(
        depot_mtp=dossier.depot_mtp_id, rang_mtp=dossier.rang_mtp, statut__in=_RETENUS
    ).exclude(pk=dossier.pk)
    deja: dict[str, int] = {}
    for autre in autres.order_by("pk"):
        for mois, part in autre.contenu.get("retenue", {}).items():
            deja[mois] = deja.get(mois, 0) + part
    return deja


@acte(StatutDossier.CALCULE)
def preparer_mandat(*, par: Acteur, dossier: DossierIndu) -> None:
    """Prepare the mandate to the paymaster’s account: a second person signs it. Raise ValidationError without account."""
    _verifier_le_calcul(dossier)
    if compte_en_vigueur(dossier.depot.participation) is None:
        raise ValidationError(
            "Le compte du payeur n’est pas déclaré. L’administrateur de la caisse le déclare avec les échanges de la convention."
        )
    dossier.prepare_le, dossier.prepare_par = horloge.maintenant(), par.compte
    consigner(Acte.DOSSIER_PREPARER, par=par, objet=dossier)


@acte(StatutDossier.CALCULE)
def signer_mandat(*, par: Acteur, dossier: DossierIndu) -> None:
    """Sign a mandate that somebody else prepared; it keeps the account of this day."""
    _verifier_le_calcul(dossier)
    if dossier.prepare_par_id is None:
        raise ValidationError("Le mandat n’est pas préparé.")
    if dossier.prepare_par_id == par.pk:
        raise ValidationError("Vous avez préparé ce mandat : une autre personne le signe.")
    if _trop_tard(dossier):
        _impossible(dossier, Impossibilite.TROP_TARD, par)
        return
    dossier.statut, dossier.signe_le = StatutDossier.MANDATE, horloge.maintenant()
    dossier.signe_par = par.compte
    dossier.compte_payeur = compte_en_vigueur(dossier.depot.participation)
    consigner(Acte.DOSSIER_SIGNER, par=par, objet=dossier)


@acte(StatutDossier.MANDATE)
def noter_la_poste(*, par: Acteur, dossier: DossierIndu, le: dt.date) -> None:
    """Note the day on which the letter to the person was posted: it is never mailed."""
    if le > dossier.caisse.jour:
        raise ValidationError({"le": "Ce jour n’est pas encore venu."})
    if le < horloge.jour(dossier.caisse.fuseau, certain(dossier.signe_le)):
        raise ValidationError({"le": "La lettre ne part pas avant la signature du mandat."})
    dossier.statut, dossier.lettre_postee_le = StatutDossier.NOTIFIE, le
    consigner(Acte.DOSSIER_POSTER, par=par, objet=dossier)


@acte(StatutDossier.CALCULE, StatutDossier.MANDATE, StatutDossier.NOTIFIE)
def contester(*, par: Acteur, dossier: DossierIndu, contestation: str) -> None:
    """Note what the person contests: nothing goes on before the answer."""
    dossier.statut, dossier.conteste_le = StatutDossier.CONTESTE, horloge.maintenant()
    dossier.poser(contestation=contestation)
    consigner(Acte.DOSSIER_CONTESTER, par=par, objet=dossier)


@acte(StatutDossier.CONTESTE)
def maintenir(*, par: Acteur, dossier: DossierIndu) -> None:
    """Go on where the contestation stopped the recovery: it is answered, and not well founded."""
    if dossier.lettre_postee_le is not None:
        dossier.statut = StatutDossier.NOTIFIE
    else:
        dossier.statut = StatutDossier.CALCULE if dossier.signe_le is None else StatutDossier.MANDATE
    consigner(Acte.DOSSIER_MAINTENIR, par=par, objet=dossier)


@acte(StatutDossier.NOTIFIE, StatutDossier.CONTESTE)
def solder(*, par: Acteur, dossier: DossierIndu) -> None:
    """Close a recovery: what remains came back to the Département as solde. Raise ValidationError without mandate."""
    if dossier.signe_le is None:
        raise ValidationError(SANS_MANDAT)
    dossier.statut, dossier.clos_le = StatutDossier.SOLDE, horloge.maintenant()
    consigner(Acte.DOSSIER_SOLDER, par=par, objet=dossier)


# --- The paymaster’s account


def verifier_rib(banque: str, guichet: str, compte: str, cle: str) -> None:
    """Raise ValidationError for a wrong RIB; an account of ten characters is refused, with what would make it right."""
    if len(compte) == 10 and cle_rib(banque, guichet, compte + "0") == cle:
        raise ValidationError(
            {
                "compte": "Un numéro de compte a onze caractères, celui-ci en a dix. La clé serait juste avec un zéro ajouté "
                "à la fin : vérifiez-le auprès du payeur, puis saisissez les onze caractères."
            }
        )
    if len(compte) != 11:
        raise ValidationError(
            {"compte": f"Un numéro de compte a onze caractères, celui-ci en a {len(compte)}."}
        )
    if cle_rib(banque, guichet, compte) != cle:
        raise ValidationError({"cle": "La clé de ce RIB n’est pas juste : vérifiez chaque chiffre."})


@transaction.atomic
def declarer_compte(
    *,
    par: Acteur,
    participation: Participation,
    banque: str,
    guichet: str,
    compte: str,
    cle: str,
    avenant: Avenant | None = None,
) -> ComptePayeur:
    """Declare the paymaster’s account: the first one is the convention’s, another one needs its signed avenant (C-06)."""
    exiger(can_regler(par, participation))
    Participation.objects.select_for_update(no_key=True).get(pk=participation.pk)
    verifier_rib(banque, guichet, compte, cle)
    if avenant is None and participation.comptes_payeurs.exists():
        raise ValidationError(
            {"avenant": "Le compte change par avenant seulement : choisissez l’avenant signé qui le dit."}
        )
    if avenant is not None and (
        avenant.convention_id != participation.convention_id or avenant.signe_le is None
    ):
        raise ValidationError({"avenant": "Cet avenant n’est pas signé, ou n’est pas de cette convention."})
    if avenant is not None and participation.comptes_payeurs.filter(avenant=avenant).exists():
        raise ValidationError({"avenant": "Cet avenant a déjà changé le compte."})
    neuf = ComptePayeur(
        participation=participation, avenant=avenant, declare_le=horloge.maintenant(), declare_par=par.compte
    )
    rib = f"{banque} {guichet} {compte} {cle}"
    neuf.rib_scelle = sceller_rib(neuf, rib)
    neuf.save()
    consigner(Acte.PAYEUR_DECLARER, par=par, objet=neuf, avenant=avenant.numero if avenant else None)
    return neuf


def sceller_rib(compte: ComptePayeur, rib: str) -> bytes:
    """Return the RIB sealed for that account."""
    return sceller_secret(rib.encode(), _USAGE_RIB, str(compte.sceau))


def rib_de(compte: ComptePayeur) -> str:
    """Return the RIB: bank, branch, account, key."""
    return ouvrir_secret(bytes(compte.rib_scelle), _USAGE_RIB, str(compte.sceau)).decode()


def compte_en_vigueur(participation: Participation) -> ComptePayeur | None:
    """Return the account of the day: that of the last avenant in force, else the convention’s."""
    jour = participation.caisse.jour
    vigueur = Q(avenant=None) | Q(avenant__prend_effet_le__lte=jour)
    return (
        participation.comptes_payeurs.filter(vigueur)
        .order_by(F("avenant__prend_effet_le").desc(nulls_last=True), "-pk")
        .first()
    )
