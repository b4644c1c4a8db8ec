"""An agent enters the demande of a structure that calls or writes (D-23)."""

from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models.compte import Compte
from caisses.models import Motif
from conventions.models.conventions import Objet, Participation
from signalements import permissions
from signalements.appel.actions import preparer, saisir
from signalements.appel.forms import AppelForm
from signalements.forms.contenu import ContenuForm
from signalements.models.demandes import Demande
from signalements.views.demande import journaliser_confirmation
from socle.actes import ActeDePage, PageASoi, envoye
from socle.roles import Droit, exiger


def _parts(compte: Compte, siret: str) -> QuerySet[Participation]:
    """The conventions of the structure, with the account's caisses, that allow something new today."""
    return (
        Participation.objects.donnant(Droit.TRAITER_DEMANDES, compte, pour_commencer=True)
        .filter(objet=Objet.ACCES_DROITS, partenaire__siret=siret, suspendue_le=None)
        .select_related("caisse", "partenaire", "convention")
        .order_by("caisse__nom")
    )


@require_safe
def motifs(request: HttpRequest, siret: str) -> HttpResponse:
    """Which motif, among those that the conventions of the structure open."""
    exiger(permissions.can_traiter(request.user))
    parts = list(_parts(request.user, siret))
    if not parts:
        raise Http404
    contexte = {
        "partenaire": parts[0].partenaire,
        "parts": [(part, part.motifs.select_related("service")) for part in parts],
    }
    return render(request, "signalements/appel_motifs.html", contexte)


class _PageDeLAppel(PageASoi):
    """The structure's own form, who called, and what was attested aloud."""

    gabarit = "signalements/appel.html"
    appel: AppelForm

    def charger(self) -> Any:
        exiger(permissions.can_traiter(self.compte))
        part = get_object_or_404(_parts(self.compte, self.cles["siret"]), caisse__code=self.cles["organisme"])
        motif: Motif = get_object_or_404(part.motifs.select_related("service"), pk=self.cles["motif"])
        self.demande = preparer(part, motif)
        return self.compte

    def former(self, acte: ActeDePage, objet: Any) -> Form:
        donnees = envoye(self.request)
        self.appel = AppelForm(donnees, motif=self.demande.motif)
        return ContenuForm(donnees, demande=self.demande)

    def juger(self, form: Any) -> bool:
        return form.is_valid() & self.appel.is_valid()

    def contexte(self, objet: Any) -> dict[str, object]:
        return {"demande": self.demande, "appel": self.appel, "en_erreur": bool(self.appel.errors)}

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Demande:
        return saisir(
            self.demande,
            contenu=self.form.contenu(),
            appel=self.appel.appel(),
            urgente=donnees.get("urgente", False),
            jeton=self.appel.cleaned_data["jeton"],
            par=objet,
        )

    def apres(self, objet: Any, form: Form) -> None:
        journaliser_confirmation(self.request, self.rendu, form)

    def retour(self, acte: ActeDePage) -> str:
        if self.rendu is None:
            return reverse("appel-motifs", args=[self.cles["siret"]])
        return reverse("tri-demande", args=[self.rendu.reference])


enregistrer = _PageDeLAppel.pour(
    "enregistrer",
    fait="La demande est enregistrée : donnez sa référence à la personne.",
    faire=saisir,
    formulaire=ContenuForm,
    permis=permissions.can_traiter,
)
