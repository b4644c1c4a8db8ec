"""The rules of a caisse, and the one place that applies them (D-11)."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q

from caisses.actions import verifier_l_aiguillage
from caisses.models import Caisse, Motif, Pole, RegleAiguillage
from caisses.permissions import can_regler_caisse
from conformite.journal import consigner
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.workflow import Statut
from socle.acteurs import Acteur
from socle.perimetre import MACHINE, au_nom_de
from socle.roles import exiger


@dataclass(frozen=True)
class Aiguillage:
    """Where a demande goes, and the rule that decided: none for the usual pôle of the motif."""

    pole: Pole
    regle: RegleAiguillage | None
    # What each pôle of the rule had to do, when the least loaded was looked for.
    charges: tuple[tuple[str, int], ...] = ()


def aiguiller(caisse: Caisse, motif: Motif, structure: str, departement: str = "") -> Aiguillage:
    """Return where such a demande goes: the first rule of the caisse that holds, else the usual pôle of the motif."""
    regles = caisse.aiguillages.prefetch_related("poles")
    regle = next((une for une in regles if une.vaut(motif, structure, departement)), None)
    if regle is None:
        return Aiguillage(caisse.poles.get(code=motif.pole_code), None)
    poles = list(regle.poles.all())
    if len(poles) == 1:
        return Aiguillage(poles[0], regle)
    attend = Q(demandes__statut__in=(Statut.DEPOSEE, Statut.EN_COURS))
    # Who deposits sees the demandes of its structure alone: the load of a pôle is that of all.
    with au_nom_de(MACHINE):
        charges = [
            (pole, pole.nombre)
            for pole in regle.poles.order_by("pk").annotate(nombre=Count("demandes", attend))
        ]
    pole, _ = min(charges, key=lambda un: (un[1], un[0].pk))
    return Aiguillage(pole, regle, tuple((str(un), nombre) for un, nombre in charges))


def pole_de(demande: Demande) -> Pole:
    """Return where this demande goes, its content known."""
    departement = (demande.contenu.get("assure") or {}).get("departement", "")
    return aiguiller(demande.caisse, demande.motif, demande.partenaire.type, departement).pole


@transaction.atomic
def enregistrer_regle(
    regle: RegleAiguillage | None,
    *,
    caisse: Caisse,
    motif: Motif | None,
    structure: str,
    departement: str,
    poles: list[Pole],
    place: int,
    par: Acteur,
) -> RegleAiguillage:
    """Write a rule, new or changed, at its place. Raise ValidationError for a pôle of another caisse, for a motif that goes nowhere."""
    exiger(can_regler_caisse(par, caisse))
    if not poles or any(pole.caisse_id != caisse.pk for pole in poles):
        raise ValidationError({"poles": "Choisissez parmi les pôles de votre caisse."})
    regle = regle or RegleAiguillage(caisse=caisse)
    regle.motif, regle.structure, regle.departement = motif, structure, departement
    regle.save()
    regle.poles.set(poles)
    suite = list(caisse.aiguillages.exclude(pk=regle.pk))
    suite.insert(place - 1, regle)
    for ordre, une in enumerate(suite):
        une.ordre = ordre
    RegleAiguillage.objects.bulk_update(suite, ["ordre"])
    verifier_l_aiguillage(caisse)
    consigner(Acte.AIGUILLAGE_ENREGISTRER, par=par, objet=caisse)
    return regle


@transaction.atomic
def retirer_regle(regle: RegleAiguillage, *, caisse: Caisse, par: Acteur) -> None:
    """Take a rule away: what it decided goes on to the next ones. Raise ValidationError when nothing is left to go to."""
    exiger(can_regler_caisse(par, caisse))
    regle.delete()
    verifier_l_aiguillage(caisse)
    consigner(Acte.AIGUILLAGE_RETIRER, par=par, objet=caisse)
