"""The second person's part: confirm, refuse; and what nobody confirmed in time (A-23, A-24)."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions.acces import trouver_lien
from accounts.actions.avis import dire_le_geste
from accounts.actions.comptes import (
    fermer,
    ouvrir,
    poser_adresse,
    rattacher,
    refaire_identite,
    rouvrir,
    verifier_creation,
)
from accounts.actions.contreseings import prevenir
from accounts.actions.facteurs import envoyer_lien_du_facteur
from accounts.actions.places import verrouiller
from accounts.journal import Acte
from accounts.models.acces import LienPersonnel
from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from accounts.models.contreseings import Contreseing
from caisses.models import Caisse
from conformite.journal import consigner
from socle import horloge
from socle.acteurs import MACHINE, Acteur
from socle.certain import certain
from socle.roles import Geste, exiger, gestes

Nature, Statut = Contreseing.Nature, Contreseing.Statut
# What the first person must still be allowed to do, and the states in which the account may still be.
GESTES = {
    Nature.OUVERTURE: Geste.CREER,
    Nature.REOUVERTURE: Geste.REACTIVER,
    Nature.RATTACHEMENT: Geste.MODIFIER,
    Nature.FACTEUR: Geste.REFAIRE_FACTEUR,
}
# What opens caisses to the account: they are the first person's own.
DONNENT = (Nature.OUVERTURE, Nature.RATTACHEMENT)
ETATS: dict[str, tuple[str, ...]] = {
    Nature.OUVERTURE: (Compte.Statut.A_CONFIRMER,),
    Nature.REOUVERTURE: (Compte.Statut.INACTIF,),
    Nature.RATTACHEMENT: STATUTS_OCCUPANTS,
    Nature.ADRESSE: STATUTS_OCCUPANTS,
    Nature.FACTEUR: (Compte.Statut.ACTIF,),
}


def _changer_d_adresse(contreseing: Contreseing, par: Compte) -> None:
    """The former box is lost: nothing that it could have given is worth anything any more (A-23)."""
    poser_adresse(contreseing.compte, contreseing.email, par=par)
    refaire_identite(contreseing.compte)


def _ouvrir(contreseing: Contreseing) -> None:
    """The seat of a structure is judged again: the person whom the account relieves may be gone (Q-04, Q-07)."""
    compte = contreseing.compte
    if compte.partenaire is not None:
        if compte.releve_de is not None and compte.releve_de.statut not in STATUTS_OCCUPANTS:
            compte.releve_de = None
            compte.save(update_fields=["releve_de"])
        verifier_creation(compte)
        dire_le_geste(Acte.COMPTE_CREER, compte, par=certain(contreseing.demande_par))
    ouvrir(compte)


EXECUTIONS: dict[str, Callable[[Contreseing, Compte], None]] = {
    Nature.OUVERTURE: lambda contreseing, par: _ouvrir(contreseing),
    Nature.REOUVERTURE: lambda contreseing, par: rouvrir(contreseing.compte, par=par),
    Nature.RATTACHEMENT: lambda contreseing, par: rattacher(
        contreseing.compte, contreseing.caisses.all(), contreseing.poles.all(), par=par
    ),
    Nature.ADRESSE: _changer_d_adresse,
    Nature.FACTEUR: lambda contreseing, par: envoyer_lien_du_facteur(contreseing.compte, par=par),
}


def _verrouiller(contreseing: Contreseing, *personnes: int | None) -> Contreseing:
    """Return it read afresh, with its account and its persons, all locked; raise ValidationError once it waits no more."""
    cible = contreseing.compte
    if cible.partenaire is not None:
        verrouiller(cible.partenaire)
    cles = {cle for cle in (cible.pk, contreseing.demande_par_id, *personnes) if cle is not None}
    verrous = Compte.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    comptes = {compte.pk: compte for compte in verrous.filter(pk__in=cles)}
    ligne = Contreseing.objects.select_for_update(of=("self",)).get(pk=contreseing.pk)
    if ligne.statut != Statut.ATTENDU:
        raise ValidationError(
            f"Cette demande n’attend plus personne : {ligne.get_statut_display().lower()}.", code="etat"
        )
    ligne.compte, ligne.demande_par = comptes[cible.pk], comptes.get(ligne.demande_par_id or 0)
    return ligne


@transaction.atomic
def contresigner(contreseing: Contreseing, *, par: Compte) -> Contreseing:
    """Confirm, and do what was asked (A-24). The rights of both are asked again once everything is locked.

    Raise PermissionDenied for who is not the second person, ValidationError when the first one may no more, or too late.
    """
    ligne = _verrouiller(contreseing, par.pk)
    if ligne.expire_le <= horloge.maintenant():
        raise ValidationError("Cette demande a expiré : elle est à refaire.", code="etat")
    exiger(ligne.attend(par))
    if not _demandeur_peut(ligne) or ligne.compte.statut not in ETATS[ligne.nature]:
        raise ValidationError(
            "Cette demande ne tient plus : le compte a changé, ou la personne qui l’a faite n’en a plus le droit.",
            code="etat",
        )
    EXECUTIONS[ligne.nature](ligne, par)
    _decider(ligne, Statut.CONFIRME, Acte.CONTRESEING_CONFIRMER, par)
    return ligne


def _demandeur_peut(ligne: Contreseing) -> bool:
    """Whether the first person still is active, still sees the account, and may still do this with it, in these caisses."""
    demandeur = ligne.demande_par
    if demandeur is None or not demandeur.is_active:
        return False
    # A gestionnaire asks for his own address, by a demande d’habilitation.
    if ligne.nature in GESTES and GESTES[Nature(ligne.nature)] not in gestes(demandeur, ligne.compte.profil):
        return False
    donnees = (
        ligne.caisses.all() if ligne.nature in DONNENT and demandeur.cote_caisse else Caisse.objects.none()
    )
    if donnees.exclude(pk__in=demandeur.caisses.all()).exists():
        return False
    return Compte.objects.visibles_par(demandeur).filter(pk=ligne.compte_id).exists()


@transaction.atomic
def confirmer_adresse(contreseing: Contreseing, *, jeton: str) -> Contreseing:
    """The owner, who gave his password and his factor, confirms from the former address: nothing else changes (A-23).

    Raise ValidationError when the link, the request or the account is no more.
    """
    ligne = _verrouiller(contreseing)
    lien = trouver_lien(jeton, LienPersonnel.Usage.ADRESSE, verrou=True)
    if lien is None or lien.compte_id != ligne.compte_id or not ligne.compte.is_active:
        raise ValidationError("Ce lien ne sert plus.", code="lien")
    poser_adresse(ligne.compte, ligne.email, par=ligne.compte)
    _decider(ligne, Statut.CONFIRME, Acte.CONTRESEING_CONFIRMER, ligne.compte)
    return ligne


@transaction.atomic
def refuser(contreseing: Contreseing, *, par: Compte, raison: str) -> Contreseing:
    """Refuse with a reason; who asked may take it back. What was not open is closed (A-24)."""
    ligne = _verrouiller(contreseing, par.pk)
    exiger(ligne.demande_par_id == par.pk or ligne.attend(par))
    ligne.raison = raison
    _abandonner(ligne, Statut.REFUSE, Acte.CONTRESEING_REFUSER, par)
    return ligne


def decider_contreseing(contreseing: Contreseing, *, par: Compte, decision: str, raison: str) -> Contreseing:
    """Confirm, or refuse with a reason (A-24)."""
    if decision == "confirmer":
        return contresigner(contreseing, par=par)
    return refuser(contreseing, par=par, raison=raison)


def expirer_contreseings() -> int:
    """Close what nobody confirmed in time; return how many. A row that another run takes is left to it."""
    passes = Contreseing.objects.filter(statut=Statut.ATTENDU, expire_le__lte=horloge.maintenant())
    expires = 0
    for contreseing in passes.select_related("compte__partenaire").order_by("pk"):
        with transaction.atomic():
            try:
                ligne = _verrouiller(contreseing)
            except ValidationError:
                continue
            _abandonner(ligne, Statut.EXPIRE, Acte.CONTRESEING_EXPIRER, MACHINE)
            expires += 1
    return expires


def _abandonner(ligne: Contreseing, statut: str, acte: Acte, par: Acteur) -> None:
    if ligne.compte.statut == Compte.Statut.A_CONFIRMER:
        fermer([ligne.compte], par=par, cause=Compte.Inactivation.NON_CONFIRME, prevenir=False)
    if ligne.nature == Nature.ADRESSE:
        # The next address asked for has a link of its own: what its page showed is what it confirms.
        liens = ligne.compte.liens.filter(usage=LienPersonnel.Usage.ADRESSE, consomme_le=None)
        liens.update(consomme_le=horloge.maintenant())
    _decider(ligne, statut, acte, par)


def _decider(ligne: Contreseing, statut: str, acte: Acte, par: Acteur) -> None:
    ligne.statut, ligne.decide_le, ligne.decide_par = statut, horloge.maintenant(), par.compte
    ligne.save(update_fields=["statut", "decide_le", "decide_par", "raison"])
    prevenir(ligne)
    consigner(acte, par=par, objet=ligne, nature=ligne.nature, cible=ligne.compte_id)
