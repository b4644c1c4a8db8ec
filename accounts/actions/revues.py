"""Reviews of accounts: opened by a caisse or by the job, decided line by line, followed up when late (A-17)."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min

from accounts.actions.comptes import inactiver
from accounts.actions.places import verrouiller, verrouiller_compte
from accounts.journal import Acte
from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from accounts.models.revues import LigneRevue, Revue
from accounts.permissions import peut_sur
from accounts.regles import MOIS_ENTRE_REVUES, REVUE_JOURS
from caisses.models import Caisse
from conformite.journal import consigner
from conformite.jours import plus_mois
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from socle import horloge
from socle.acteurs import MACHINE, Acteur
from socle.courriels import deposer_courriel
from socle.roles import Geste

Decision = LigneRevue.Decision
# A reminder from seven days before, then each week that it is late.
JOURS_DE_RELANCE = 7


@transaction.atomic
def ouvrir_revue(
    partenaire: Partenaire, *, caisse: Caisse, par: Acteur, echeance: dt.date | None = None
) -> Revue:
    """Open the review of a structure and write to its gestionnaires (A-17); one at a time.

    `echeance`: thirty days from now by default. Raise ValidationError when one runs already, or nothing to review.
    """
    verrouiller(partenaire)
    if Revue.objects.ouvertes().filter(partenaire=partenaire).exists():
        raise ValidationError(f"Une revue est déjà en cours pour {partenaire.nom}.", code="en_cours")
    comptes = Compte.objects.filter(partenaire=partenaire, statut__in=STATUTS_OCCUPANTS).order_by("pk")
    if not comptes:
        raise ValidationError(f"{partenaire.nom} n’a aucun compte ouvert.", code="vide")
    echeance = echeance or caisse.jour + dt.timedelta(days=REVUE_JOURS)
    if echeance <= caisse.jour:
        raise ValidationError("L’échéance doit être dans le futur.", code="echeance")
    revue = Revue.objects.create(
        partenaire=partenaire,
        caisse=caisse,
        ouverte_le=horloge.maintenant(),
        ouverte_par=par.compte,
        echeance=echeance,
    )
    LigneRevue.objects.bulk_create(LigneRevue(revue=revue, compte=compte) for compte in comptes)
    _ecrire(revue, "revue_ouverte")
    consigner(Acte.REVUE_OUVRIR, par=par, objet=revue, lignes=len(comptes))
    return revue


@transaction.atomic
def ouvrir_revues(
    *, caisse: Caisse, structures: list[Partenaire], echeance: dt.date, par: Compte
) -> list[Revue]:
    """Open the review of each of `structures` (A-17); in a campaign, one that has one already is left aside."""
    ouvertes = []
    for structure in structures:
        try:
            ouvertes.append(ouvrir_revue(structure, caisse=caisse, par=par, echeance=echeance))
        except ValidationError as refus:
            if refus.code == "echeance" or len(structures) == 1:
                raise
    return ouvertes


def _ecrire(revue: Revue, gabarit: str) -> None:
    gestionnaires = Compte.objects.gestionnaires(revue.partenaire_id).actifs()
    contexte = {"structure": revue.partenaire.nom, "caisse": revue.caisse.nom, "echeance": revue.echeance}
    for adresse in sorted(set(gestionnaires.values_list("email", flat=True))):
        deposer_courriel(adresse, f"accounts/{gabarit}", contexte | {"chemin": f"/revue/{revue.pk}/"})


@transaction.atomic
def decider_ligne(ligne: LigneRevue, *, decision: str, par: Compte) -> None:
    """Confirm or inactivate one account (A-17); the last line decided closes the review.

    A gestionnaire's account is confirmed here, and inactivated by the caisse on a request (A-10).
    """
    verrouiller_compte(ligne.compte)
    revue = Revue.objects.select_for_update().get(pk=ligne.revue_id)
    ligne = LigneRevue.objects.select_related("compte").get(pk=ligne.pk)
    if revue.close_le is not None or ligne.decision:
        raise ValidationError("Cette ligne est déjà décidée.", code="etat")
    if decision == Decision.INACTIVE:
        if not peut_sur(par, Geste.INACTIVER, ligne.compte):
            raise ValidationError(
                "Le compte d’un gestionnaire est inactivé par la caisse : déposez une demande.",
                code="gestionnaire",
            )
        inactiver(ligne.compte, par=par, cause=Compte.Inactivation.REVUE)
    ligne.decision, ligne.decidee_le, ligne.decidee_par = decision, horloge.maintenant(), par
    ligne.save(update_fields=["decision", "decidee_le", "decidee_par"])
    consigner(Acte.REVUE_DECIDER, par=par, objet=ligne, compte=ligne.compte_id, decision=str(decision))
    clore_si_finie(revue)


def clore_si_finie(revue: Revue) -> bool:
    """Close a review of which no open account is left undecided; return whether it was done."""
    if revue.close_le or revue.lignes.filter(decision="", compte__statut__in=STATUTS_OCCUPANTS).exists():
        return False
    revue.close_le = horloge.maintenant()
    revue.save(update_fields=["close_le"])
    consigner(Acte.REVUE_CLORE, objet=revue)
    return True


# --- The job


def suivre_les_revues() -> dict[str, int]:
    """Open the regular reviews, remind the late ones, close those that have nothing left (A-17). Twice is once."""
    closes = relancees = 0
    for revue in Revue.objects.ouvertes().select_related("caisse", "partenaire").order_by("pk"):
        if clore_si_finie(revue):
            closes += 1
        else:
            relancees += relancer_revue(revue)
    return {"ouvertes": ouvrir_les_regulieres(), "relancees": relancees, "closes": closes}


@transaction.atomic
def relancer_revue(revue: Revue) -> bool:
    """Remind the gestionnaires from seven days before the due day, then each week; return whether it was done."""
    revue = (
        Revue.objects.select_for_update(of=("self",)).select_related("caisse", "partenaire").get(pk=revue.pk)
    )
    jour, pas = revue.caisse.jour, dt.timedelta(days=JOURS_DE_RELANCE)
    if jour < revue.echeance - pas or (revue.relancee_le is not None and jour < revue.relancee_le + pas):
        return False
    revue.relancee_le = jour
    revue.save(update_fields=["relancee_le"])
    _ecrire(revue, "revue_relance")
    return True


def ouvrir_les_regulieres() -> int:
    """Open the review of each structure whose last one, or first account, is a year old; return how many."""
    limite = plus_mois(horloge.jour(settings.TIME_ZONE), -MOIS_ENTRE_REVUES)
    ouvertes = Participation.objects.ouvrant_le_portail()
    structures = (
        Partenaire.objects.filter(pk__in=ouvertes.values("partenaire"))
        .filter(pk__in=Compte.objects.actifs().values("partenaire"))
        .exclude(pk__in=Revue.objects.filter(ouverte_le__date__gt=limite).values("partenaire"))
        .exclude(pk__in=Revue.objects.ouvertes().values("partenaire"))
        .annotate(premier=Min("comptes__cree_le"))
        .filter(premier__date__lte=limite)
        .order_by("pk")
    )
    total = 0
    for structure in structures:
        caisse = Caisse.objects.filter(participations__in=ouvertes.filter(partenaire=structure)).order_by(
            "pk"
        )[0]
        ouvrir_revue(structure, caisse=caisse, par=MACHINE)
        total += 1
    return total
