"""The support page: who to ask first, the report that gathers what the support needs, the answers (I-04)."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models.compte import Compte
from information import actions, permissions
from information.forms import AccessibiliteForm, AssistanceForm, ReponseAssistanceForm
from information.models import Assistance, caisses_suivies
from information.regles import ANONYMES_PAR_HEURE
from socle.actes import ActeDePage, PageASoi, PageDActes
from socle.acteurs import ANONYME
from socle.limites import Porte, laisser_passer

NOMBRE_AFFICHE = 50
ENVIRONNEMENT = 200


class _PageDAssistance(PageASoi):
    """Show the interlocuteur of each caisse, take a report, list what was told and what waits (I-04)."""

    gabarit = "information/assistance.html"

    def options(self, acte: ActeDePage, objet: Compte) -> dict[str, object]:
        page = self.request.GET.get("page", "")[:ENVIRONNEMENT]
        return {"caisses": list(caisses_suivies(objet)), "initial": {"page": page}}

    def contexte(self, objet: Compte) -> dict[str, object]:
        demandes = Assistance.objects.visibles_par(objet).select_related("caisse", "compte")
        return {
            "caisses": list(caisses_suivies(objet)),
            "demandes": demandes.order_by("repondue_le", "due_le", "pk")[:NOMBRE_AFFICHE],
        }

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Assistance:
        environnement = _navigateur(self.request)
        return actions.demander_assistance(par=objet, **donnees, environnement=environnement)

    def retour(self, acte: ActeDePage) -> str:
        return reverse("assistance-fiche", args=[self.rendu.reference]) if self.rendu else reverse("aide")


assistance = _PageDAssistance.pour(
    "demander",
    fait=lambda demande: f"Votre demande {demande.reference} est transmise.",
    faire=actions.demander_assistance,
    formulaire=AssistanceForm,
    permis=lambda compte: True,
)


class _Fiche(PageDActes):
    """Answer, or hand over to the national support (I-04)."""

    actes = (
        ActeDePage.unique(
            *("repondre", actions.repondre, ReponseAssistanceForm),
            fait="Votre réponse est envoyée.",
            droit=permissions.can_repondre,
        ),
        ActeDePage.unique(
            *("transmettre", actions.transmettre),
            fait="La demande est transmise au support national.",
            droit=permissions.can_transmettre,
        ),
    )
    vers = ("assistance-fiche", "reference")

    def charger(self) -> Assistance:
        visibles = Assistance.objects.visibles_par(self.compte).select_related("caisse", "compte__partenaire")
        trouvee: Assistance = get_object_or_404(visibles, reference=self.reference)
        return trouvee

    def afficher(
        self, objet: Assistance, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        offerts = {acte.verbe: forme for acte, forme in self.offerts(objet, verbe, form)}
        contexte = {
            "demande": objet,
            "recit": objet.recit,
            "form": offerts.get("repondre") or form or ReponseAssistanceForm(),
            "peut_repondre": "repondre" in offerts,
            "peut_transmettre": "transmettre" in offerts,
            "fuseau": objet.caisse.fuseau if objet.caisse else "",
        }
        return render(self.request, "information/assistance_fiche.html", contexte, status=statut)


@require_safe
def fiche(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one request and its answer."""
    page = _Fiche(request, reference)
    return page.afficher(page.charger())


agir = _Fiche.vue()


ANONYMES = Porte(
    "accessibilite",
    "Trop de messages arrivent de votre réseau en ce moment. Réessayez dans une heure.",
    reseau=ANONYMES_PAR_HEURE,
)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accessibilite_contact(request: HttpRequest) -> HttpResponse:
    """Take an obstacle met with a disability, from anybody; the answer is due within a week."""
    compte = request.user if request.user.is_authenticated and request.user.is_verified() else None
    par = compte or ANONYME
    initial = {"courriel": compte.email if compte else "", "environnement": _navigateur(request)}
    form = AccessibiliteForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if par.compte is None:
                laisser_passer(ANONYMES, reseau=request.META.get("REMOTE_ADDR", ""))
            demande = actions.demander_accessibilite(par=par, **form.cleaned_data)
        except ValidationError as refus:
            form.add_error(None, refus)
        else:
            return redirect(f"{reverse('accessibilite-contact')}?recue={demande.reference}")
    recue = Assistance.objects.filter(reference=request.GET.get("recue", "")[:13]).first()
    return render(request, "information/accessibilite_contact.html", {"form": form, "recue": recue})


def _navigateur(request: HttpRequest) -> str:
    """Return what the browser says of itself, without what is not printable."""
    return "".join(c for c in request.headers.get("User-Agent", "") if c.isprintable())[:ENVIRONNEMENT]
