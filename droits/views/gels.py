"""Holds: what a DPO keeps past its term, why and until when."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.models.compte import Compte
from caisses.models import Caisse
from conformite.gels import DejaGele, lever_gel, poser_gel
from conformite.jours import dernier_jour
from conformite.models.travaux import Gel
from droits import permissions
from droits.forms.gels import GelForm
from socle import horloge
from socle.actes import ActeDePage, PageASoi, PageDUnActe
from socle.listes import feuilleter
from socle.transitions import TropTard

_PAR_PAGE = 25


def _visibles(compte: Compte) -> QuerySet[Gel]:
    return Gel.objects.filter(caisse__in=compte.caisses.values("pk"))


class _PageDesGels(PageASoi):
    """Show the holds of the DPO's caisses; put a new one."""

    gabarit = "droits/gels.html"
    vers = ("gels",)

    def options(self, acte: ActeDePage, objet: Compte) -> dict[str, object]:
        return {"par": objet}

    def contexte(self, objet: Compte) -> dict[str, object]:
        page = feuilleter(self.request, _visibles(objet), _PAR_PAGE)
        fuseaux = dict(Caisse.objects.values_list("pk", "fuseau"))
        for gel in page:
            gel.dernier_jour = dernier_jour(gel.jusqu_a, fuseaux[gel.caisse])
        return {"page": page, "maintenant": horloge.maintenant()}

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Gel:
        demande = donnees.pop("reference")
        try:
            return poser_gel(
                demande, fuseau=demande.caisse.fuseau, par=objet, caisse=demande.caisse, **donnees
            )
        except DejaGele as erreur:
            message = "Cette demande est déjà gelée pour cette raison."
            raise ValidationError({"reference": message}) from erreur


class _PageDuGel(PageDUnActe):
    """Lift a hold: the demande finds its term again."""

    vers = ("gels",)

    def charger(self) -> Gel:
        return get_object_or_404(_visibles(self.compte), pk=self.cles["pk"])

    def verrouiller(self, objet: Gel) -> None:
        """The action takes the demande, then the hold."""

    def faire(self, acte: ActeDePage, objet: Gel, /, **donnees: Any) -> Any:
        if not lever_gel(objet, fuseau=Caisse.objects.get(pk=objet.caisse).fuseau, par=self.compte):
            raise TropTard


gels = _PageDesGels.pour(
    "geler",
    titre="",
    bouton="",
    fait="La demande est gelée : elle ne sera pas détruite avant la fin du gel.",
    faire=poser_gel,
    formulaire=GelForm,
    permis=permissions.can_geler,
)
lever = _PageDuGel.pour(
    "lever",
    titre="Lever le gel",
    bouton="Lever le gel",
    fait="Le gel est levé : la demande retrouve son terme.",
    faire=lever_gel,
    permis=permissions.can_geler,
    obstacle=lambda gel: "" if gel.leve_le is None else "Ce gel est déjà levé.",
    pertes=lambda gel: [
        f"La demande {gel.reference} retrouve son terme. S’il est passé, elle sera détruite à la prochaine "
        "exécution de la purge."
    ],
)
