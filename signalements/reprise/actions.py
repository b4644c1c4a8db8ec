"""The departure of a technicien: his open demandes go to another one of the structure (A-11, A-12).

Past acts keep their author: only who follows the demande, and receives its mails, changes.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models.compte import Compte
from accounts.models.habilitations import Exclusion
from conformite.journal import consigner
from signalements import notifications
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.models.fil import Evenement
from signalements.workflow import OUVERTS, TransitionImpossible
from socle import horloge
from socle.courriels import deposer_courriel
from socle.roles import Droit


def demandes_suivies(compte: Compte) -> QuerySet[Demande]:
    """Return the open demandes that this technicien follows, oldest first."""
    return Demande.objects.ouvertes().filter(technicien=compte).order_by("deposee_le", "pk")


def repreneurs(compte: Compte) -> QuerySet[Compte]:
    """Return who may take them over: the other active techniciens of the structure, excluded by none of the caisses."""
    exclus = Exclusion.objects.filter(levee_le=None, caisse__in=demandes_suivies(compte).values("caisse"))
    actifs = Compte.objects.actifs().pouvant(Droit.DEPOSER_DEMANDES).filter(partenaire=compte.partenaire_id)
    return actifs.exclude(Q(pk=compte.pk) | Q(pk__in=exclus.values("compte"))).order_by("nom", "prenom")


@transaction.atomic
def reprendre_une(demande: Demande, *, par: Compte) -> None:
    """Follow a colleague's open demande oneself; he is told, unless he left. Raise TransitionImpossible once over."""
    verrouillee = (
        Demande.objects.select_related("technicien").select_for_update(of=("self",)).get(pk=demande.pk)
    )
    if verrouillee.statut not in OUVERTS:
        raise TransitionImpossible("reprendre", verrouillee.statut)
    ancien = verrouillee.technicien
    if ancien == par:
        return
    demande.technicien = par
    demande.save(update_fields=["technicien"])
    demande.raconter("reprendre", par=par, precision="")
    notifications.demande_reprise(demande, ancien)


def reprendre(compte: Compte, *, repreneur: Compte, par: Compte) -> int:
    """Give all the open demandes of `compte` to `repreneur`; return how many. Twice is once."""
    return partager(
        compte, choix=dict.fromkeys(demandes_suivies(compte).values_list("pk", flat=True), repreneur), par=par
    )


@transaction.atomic
def partager(compte: Compte, *, choix: dict[int, Compte], par: Compte) -> int:
    """Give each open demande of `compte` to the colleague chosen for it (key -> colleague); return how many moved.

    Raise ValidationError unless each is an active technicien of the same structure. The right is the caller's to check.
    """
    if set(choix.values()) - set(repreneurs(compte)):
        raise ValidationError(
            "Choisissez un technicien actif de la structure, autre que la personne qui part.",
            code="repreneur",
        )
    maintenant = horloge.maintenant()
    suivies = demandes_suivies(compte).filter(pk__in=choix)
    demandes = list(suivies.select_for_update(of=("self",)).order_by("pk"))
    recues: dict[Compte, list[str]] = {}
    for demande in demandes:
        demande.technicien = choix[demande.pk]
        demande.save(update_fields=["technicien"])
        consigner(Acte.DEMANDE_REPRENDRE, par=par, objet=demande)
        recues.setdefault(demande.technicien, []).append(demande.reference)
    Evenement.objects.bulk_create(
        Evenement(
            demande=demande,
            verbe="reprendre",
            le=maintenant,
            par=par,
            a=demande.technicien,
        )
        for demande in demandes
    )
    for repreneur, references in recues.items():
        if repreneur.email:
            contexte = {"references": references, "chemin": reverse("demandes")}
            deposer_courriel(repreneur.email, "signalements/reprise", contexte)
    return len(demandes)
