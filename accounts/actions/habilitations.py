"""Demandes d'habilitation: ask, send back, accept, refuse (A-01, A-09, A-10, A-21)."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions.comptes import creer_compte, modifier_compte, verifier_adresse
from accounts.actions.departs import annoncer_depart
from accounts.actions.places import verrouiller
from accounts.journal import Acte
from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from accounts.models.habilitations import DemandeHabilitation
from caisses.models import Caisse
from conformite.journal import consigner
from conventions.actions.partenaires import modifier_partenaire
from conventions.models.partenaires import Partenaire
from socle import horloge
from socle.actes import seulement
from socle.certain import certain
from socle.courriels import deposer_courriel
from socle.profils import Profil
from socle.roles import Droit, peut

Nature, Statut = DemandeHabilitation.Nature, DemandeHabilitation.Statut
DELAI_PAR_DEFAUT = 5
COORDONNEES = ("civilite", "nom", "prenom", "fonction", "telephone", "email")
# What one who completes a request may change, whatever its nature.
COMPLETABLES = frozenset(
    {*COORDONNEES, "caisse", "compte", "releve_de", "depart_le", "membres", "certifications"}
)


def echeance(partenaire: Partenaire, caisse: Caisse, recue: dt.datetime) -> dt.date:
    """Return the last working day on which the caisse answers in time (A-01, C-13, T-04)."""
    participation = (
        partenaire.participations.en_vigueur(recue).filter(caisse=caisse).select_related("convention").first()
    )
    delai = participation.convention.delai_habilitation_jours if participation else DELAI_PAR_DEFAUT
    return caisse.jour_ouvre_apres(horloge.jour(caisse.fuseau, recue), delai)


@transaction.atomic
def deposer_demande(
    *, nature: str, partenaire: Partenaire, caisse: Caisse, par: Compte, **champs: Any
) -> DemandeHabilitation:
    """File a request to the caisse, which is due in working days; raise ValidationError when a rule forbids it."""
    seulement(COMPLETABLES, champs)
    if not partenaire.participations.en_vigueur().filter(caisse=caisse).exists():
        raise ValidationError("Aucune convention n’est en vigueur avec cette caisse.", code="caisse")
    maintenant = horloge.maintenant()
    demande = DemandeHabilitation(
        nature=nature,
        partenaire=partenaire,
        caisse=caisse,
        deposee_le=maintenant,
        deposee_par=par,
        echeance=echeance(partenaire, caisse, maintenant),
        **champs,
    )
    verifier_demande(demande)
    demande.full_clean(exclude=["deposee_par"])
    demande.save()
    for adresse in _administrateurs(caisse):
        deposer_courriel(adresse, "accounts/habilitation_recue", _contexte(demande))
    consigner(
        Acte.HABILITATION_DEPOSER,
        par=par,
        objet=demande,
        nature=str(nature),
    )
    return demande


def verifier_demande(demande: DemandeHabilitation) -> None:
    """Raise ValidationError for what could not be accepted: wrong address, taken relève, no successor (A-10)."""
    if demande.nature == Nature.HABILITATION:
        verifier_utilisation(demande)
        verifier_adresse(demande.email, Profil.GESTIONNAIRE, demande.partenaire)
    if demande.nature == Nature.MODIFICATION and demande.email:
        verifier_adresse(demande.email, Profil.GESTIONNAIRE, demande.partenaire)
    if demande.nature in (Nature.MODIFICATION, Nature.INACTIVATION):
        cible = demande.compte
        if (
            cible is None
            or cible.partenaire_id != demande.partenaire_id
            or not peut(cible, Droit.GERER_STRUCTURE)
        ):
            raise ValidationError("Choisissez un gestionnaire de la structure.", code="compte")
    if demande.nature == Nature.INACTIVATION and not demande.nom:
        if successeur_exige(demande.partenaire):
            raise ValidationError(
                "La convention demande que chaque départ nomme un successeur : indiquez ses coordonnées.",
                code="successeur",
            )
        autres = (
            Compte.objects.gestionnaires(demande.partenaire_id)
            .filter(statut__in=STATUTS_OCCUPANTS)
            .exclude(pk__in=[demande.compte_id])
        )
        if not autres.exists():
            raise ValidationError(
                "C’est le seul gestionnaire de la structure : indiquez les coordonnées de son successeur.",
                code="successeur",
            )


def successeur_exige(partenaire: Partenaire) -> bool:
    """Return whether a convention in force has the clause by which every departure names a successor (A-10, C-19)."""
    tenues = {"convention__clauses__contains": [{"code": "util-successeur"}]}
    return partenaire.participations.en_vigueur().filter(**tenues).exists()


def verifier_utilisation(demande: DemandeHabilitation) -> None:
    """Raise ValidationError until the convention d'utilisation is signed with one of the caisses (A-01, C-07)."""
    signees = demande.partenaire.participations.en_vigueur().filter(utilisation_debut__isnull=False)
    if not signees.filter(caisse=demande.caisse).exists():
        raise ValidationError(
            "Un gestionnaire est habilité après la signature de la convention d’utilisation : elle n’est pas encore "
            "signée avec cette caisse.",
            code="caisse",
        )


def _administrateurs(caisse: Caisse) -> list[str]:
    administrateurs = Compte.objects.actifs().pouvant(Droit.HABILITER).filter(caisses=caisse)
    return sorted(set(administrateurs.exclude(email="").values_list("email", flat=True)))


def _contexte(demande: DemandeHabilitation) -> dict[str, Any]:
    return {
        "nature": demande.get_nature_display().lower(),
        "structure": demande.partenaire.nom,
        "echeance": demande.echeance,
        "chemin": f"/habilitations/{demande.pk}/",
        "commentaire": demande.commentaire,
    }


def _prevenir(demande: DemandeHabilitation, gabarit: str) -> None:
    adresses = {demande.deposee_par.email if demande.deposee_par else "", demande.partenaire.courriel}
    for adresse in sorted(adresses - {""}):
        deposer_courriel(adresse, f"accounts/{gabarit}", _contexte(demande))


def _a_traiter(demande: DemandeHabilitation) -> DemandeHabilitation:
    """Return the request read afresh and locked; raise ValidationError when a colleague was quicker."""
    verrouiller(demande.partenaire)
    ligne = (
        DemandeHabilitation.objects.select_for_update(of=("self",))
        .select_related("partenaire", "caisse")
        .get(pk=demande.pk)
    )
    if ligne.statut != Statut.DEPOSEE:
        raise ValidationError(
            f"Cette demande vient d’être traitée par un collègue : {ligne.get_statut_display().lower()}.",
            code="etat",
        )
    return ligne


def _decider(demande: DemandeHabilitation, statut: str, par: Compte, commentaire: str = "") -> None:
    demande.statut, demande.commentaire = statut, commentaire
    demande.traitee_le, demande.traitee_par = horloge.maintenant(), par
    demande.save(update_fields=["statut", "commentaire", "traitee_le", "traitee_par", "compte"])
    en_retard = horloge.jour(demande.caisse.fuseau) > demande.echeance
    consigner(
        Acte(f"habilitation.{statut}"),
        par=par,
        objet=demande,
        en_retard=en_retard,
    )


@transaction.atomic
def accepter_demande(demande: DemandeHabilitation, *, par: Compte) -> DemandeHabilitation:
    """Carry out the request (A-01, A-09, A-10, A-21) and tell the structure.

    Raise ValidationError when it cannot be: no seat left (Q-01), address refused, decided meanwhile.
    """
    demande = _a_traiter(demande)
    EXECUTIONS[Nature(demande.nature)](demande, par)
    _decider(demande, Statut.ACCEPTEE, par)
    _prevenir(demande, "habilitation_acceptee")
    return demande


def _habiliter(demande: DemandeHabilitation, par: Compte) -> None:
    verifier_utilisation(demande)
    demande.compte = _ouvrir(demande, demande.releve_de, par)


def _ouvrir(demande: DemandeHabilitation, releve_de: Compte | None, par: Compte) -> Compte:
    """Who filed it in the structure’s name decides nothing alone: a second person confirms (A-01, A-24)."""
    return creer_compte(
        profil=Profil.GESTIONNAIRE,
        partenaire=demande.partenaire,
        releve_de=releve_de,
        par=par,
        temoins=[demande.caisse] if par.pk == demande.deposee_par_id else [],
        **{nom: getattr(demande, nom) for nom in COORDONNEES},
    )


def _modifier(demande: DemandeHabilitation, par: Compte) -> None:
    champs = {nom: getattr(demande, nom) for nom in COORDONNEES if getattr(demande, nom)}
    modifier_compte(certain(demande.compte), par=par, demandeur=demande.deposee_par, **champs)


def _inactiver(demande: DemandeHabilitation, par: Compte) -> None:
    if demande.nom:
        _ouvrir(demande, demande.compte, par)
    compte, depart_le = certain(demande.compte), certain(demande.depart_le)
    annoncer_depart(compte, depart_le=depart_le, par=par, annonce_le=demande.deposee_le)


def _changer_membres(demande: DemandeHabilitation, par: Compte) -> None:
    partenaire = modifier_partenaire(par=par, partenaire=demande.partenaire, membres=demande.membres)
    autres = Caisse.objects.filter(participations__in=partenaire.participations.en_vigueur()).exclude(
        pk=demande.caisse_id
    )
    for caisse in autres.order_by("pk"):
        for adresse in _administrateurs(caisse):
            deposer_courriel(
                adresse, "accounts/membres_changes", {"structure": partenaire.nom, "membres": demande.membres}
            )


EXECUTIONS = {
    Nature.HABILITATION: _habiliter,
    Nature.MODIFICATION: _modifier,
    Nature.INACTIVATION: _inactiver,
    Nature.MEMBRES: _changer_membres,
}


@transaction.atomic
def renvoyer_demande(demande: DemandeHabilitation, *, par: Compte, commentaire: str) -> DemandeHabilitation:
    """Send the request back with what is missing (A-01); the comment is compulsory."""
    demande = _a_traiter(demande)
    _decider(demande, Statut.RENVOYEE, par, commentaire)
    _prevenir(demande, "habilitation_renvoyee")
    return demande


@transaction.atomic
def refuser_demande(demande: DemandeHabilitation, *, par: Compte, commentaire: str) -> DemandeHabilitation:
    """Refuse the request with its reason (A-01)."""
    demande = _a_traiter(demande)
    _decider(demande, Statut.REFUSEE, par, commentaire)
    _prevenir(demande, "habilitation_refusee")
    return demande


@transaction.atomic
def completer_demande(demande: DemandeHabilitation, *, par: Compte, **champs: object) -> DemandeHabilitation:
    """File again what the caisse sent back: the delay starts again (A-01)."""
    seulement(COMPLETABLES, champs)
    ligne = DemandeHabilitation.objects.select_for_update(of=("self",)).get(pk=demande.pk)
    if ligne.statut not in (Statut.RENVOYEE, Statut.DEPOSEE):
        raise ValidationError("Cette demande n’est plus à compléter.", code="etat")
    for nom, valeur in champs.items():
        setattr(ligne, nom, valeur)
    ligne.statut, ligne.deposee_le, ligne.deposee_par = Statut.DEPOSEE, horloge.maintenant(), par
    ligne.traitee_le = ligne.traitee_par = None
    ligne.echeance = echeance(ligne.partenaire, ligne.caisse, ligne.deposee_le)
    verifier_demande(ligne)
    ligne.save()
    consigner(Acte.HABILITATION_COMPLETER, par=par, objet=ligne)
    return ligne


@transaction.atomic
def retirer_demande(demande: DemandeHabilitation, *, par: Compte) -> None:
    """Withdraw a request not decided yet."""
    ligne = DemandeHabilitation.objects.select_for_update(of=("self",)).get(pk=demande.pk)
    if ligne.statut not in (Statut.RENVOYEE, Statut.DEPOSEE):
        raise ValidationError("Cette demande a déjà été traitée.", code="etat")
    ligne.statut = Statut.RETIREE
    ligne.save(update_fields=["statut"])
    consigner(Acte.HABILITATION_RETIRER, par=par, objet=ligne)


@transaction.atomic
def decider_demande(
    demande: DemandeHabilitation, *, par: Compte, decision: str, commentaire: str
) -> DemandeHabilitation:
    """Accept, send back with a comment (« renvoyer »), or refuse with a reason (A-01)."""
    if decision == "accepter":
        return accepter_demande(demande, par=par)
    decider = renvoyer_demande if decision == "renvoyer" else refuser_demande
    return decider(demande, par=par, commentaire=commentaire)
