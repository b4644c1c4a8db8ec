"""Absences of both sides: who is away, who answers for him."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models.compte import Compte
from signalements import permissions
from signalements.bureau.actions import declarer_absence, supprimer_absence
from signalements.forms.absences import AbsenceDuTechnicienForm, AbsenceForm, PeriodeForm
from signalements.models.absences import Absence
from socle.actes import ActeDePage, PageASoi, envoye
from socle.roles import exiger


@dataclass(frozen=True)
class CoteDesAbsences:
    """What differs from one side to the other: who may, the form, the addresses, the words."""

    droit: Callable[[Any], bool]
    formulaire: type[PeriodeForm]
    liste: tuple[str, str]
    vue: str
    suppression: str
    qui: str
    chapo: str


COTES = {
    "partenaire": CoteDesAbsences(
        permissions.can_nouvelle,
        AbsenceDuTechnicienForm,
        ("demandes", "Demandes de la structure"),
        "demandes-absences",
        "demandes-absence-supprimer",
        "Technicien",
        "Pendant votre absence, vos demandes et les courriels de la caisse vont à un collègue. "
        "Ils vous reviennent ensuite.",
    ),
    "caisse": CoteDesAbsences(
        permissions.can_traiter,
        AbsenceForm,
        ("tri", "Demandes à traiter"),
        "tri-absences",
        "tri-absence-supprimer",
        "Agent",
        "Pendant une absence, les demandes et les courriels de l’agent vont à son remplaçant. "
        "Ils lui reviennent ensuite.",
    ),
}


def _visibles(compte: Compte) -> QuerySet[Absence]:
    """The absences of the account's structure, or of its caisses; of nobody when it has none."""
    if compte.partenaire_id:
        siens = Compte.objects.filter(partenaire=compte.partenaire_id)
    else:
        siens = Compte.objects.filter(caisses__in=compte.caisses.all())
    return Absence.objects.filter(compte__in=siens).select_related("compte", "remplacant")


class _PageDesAbsences(PageASoi):
    """Who is away, today or later, and who answers for him."""

    lisible = True
    gabarit = "signalements/absences.html"

    @property
    def cote(self) -> CoteDesAbsences:
        return COTES[self.cles["cote"]]

    def charger(self) -> Any:
        exiger(self.cote.droit(self.compte))
        return self.compte

    def former(self, acte: ActeDePage, objet: Any) -> Form:
        if acte.pertes:
            return super().former(acte, objet)
        return self.cote.formulaire(envoye(self.request), compte=objet)

    def contexte(self, objet: Any) -> dict[str, object]:
        a_montrer = _visibles(self.compte).a_montrer()
        peut = permissions.can_supprimer_absence
        return {"cote": self.cote, "absences": [(une, peut(self.compte, une)) for une in a_montrer]}

    def retour(self, acte: ActeDePage) -> str:
        return reverse(self.cote.vue)


class _PageDUneAbsence(_PageDesAbsences):
    """Who was away is back, or does not go: his demandes are his again."""

    lisible = False

    def charger(self) -> Absence:
        super().charger()
        return get_object_or_404(_visibles(self.compte), pk=self.cles["pk"])

    def faire(self, acte: ActeDePage, objet: Absence, /, **donnees: Any) -> Any:
        return acte.faire(objet, par=self.compte)


absences = _PageDesAbsences.pour(
    "declarer",
    titre="Noter une absence",
    bouton="Noter l’absence",
    fait="L’absence est notée. Pendant cette période, demandes et courriels vont au remplaçant.",
    faire=declarer_absence,
    permis=lambda compte: any(cote.droit(compte) for cote in COTES.values()),
)
absence_supprimer = _PageDUneAbsence.pour(
    "supprimer",
    titre="Supprimer cette absence",
    bouton="Supprimer cette absence",
    fait="L’absence est supprimée.",
    faire=supprimer_absence,
    droit=permissions.can_supprimer_absence,
    pertes=lambda absence: [
        f"L’absence de {absence.compte.nom_complet} sera supprimée : ses demandes et ses courriels lui reviennent "
        "aussitôt."
    ],
)
