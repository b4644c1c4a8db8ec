"""Fraud, loss or theft of credentials: told from every page and from the sign-in page (A-15)."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import journal, permissions
from accounts.actions.securite import signaler, signaler_le_sien, traiter_signalement
from accounts.essais import SECURITE, passer
from accounts.forms.comptes import ClassementForm, SignalementForm, SignalementPublicForm
from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from accounts.models.habilitations import SignalementSecurite
from accounts.views.actes import PageDeLAuteur, PageSurCompte
from conformite.journal import consigner
from conventions.models.partenaires import Partenaire
from socle.actes import LECTURE_ECRITURE, ActeDePage
from socle.acteurs import ANONYME
from socle.certain import certain
from socle.listes import feuilleter
from socle.pdf import rendre_pdf, reponse_pdf
from socle.roles import exiger

PAR_PAGE = 25


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signalement(request: HttpRequest) -> HttpResponse:
    """Tell a fraud, a loss or a theft. From the sign-in page, the answer is the same for an unknown identifiant."""
    if request.user.is_authenticated and request.user.is_verified():
        return sur_soi(request)
    formulaire = SignalementPublicForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and passer(request, formulaire, SECURITE, "identifiant"):
        donnees = formulaire.cleaned_data
        signaler(
            par=ANONYME,
            nature=donnees["nature"],
            faits=donnees["faits"],
            identifiant_declare=donnees["identifiant"],
            coordonnees=donnees["coordonnees"],
        )
        return redirect(f"{reverse('securite-signaler')}?fait=1")
    contexte = {"form": formulaire, "fait": request.GET.get("fait") == "1", "interne": False}
    return render(request, "accounts/securite_signaler.html", contexte)


class _SurSoi(PageDeLAuteur):
    """Tell it about one's own account: it is closed at once, and oneself with it."""

    actes = (
        # The next page says it, to who is signed out.
        ActeDePage.unique("signaler", signaler_le_sien, SignalementForm, permis=lambda compte: True),
    )
    gabarit = "accounts/securite_signaler.html"

    def contexte(self, objet: Compte) -> dict[str, object]:
        return {"fait": False, "interne": True}

    def apres(self, objet: Compte, form: Form) -> None:
        logout(self.request)

    def retour(self, acte: ActeDePage) -> str:
        return f"{reverse('securite-signaler')}?fait=1"


sur_soi = _SurSoi.vue(methodes=LECTURE_ECRITURE)


def _visibles(compte: Compte) -> QuerySet[SignalementSecurite]:
    comptes = Compte.objects.visibles_par(compte)
    return SignalementSecurite.objects.filter(compte__in=comptes.values("pk")).select_related(
        "compte__partenaire", "declare_par", "traite_par"
    )


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show the reports about the accounts that the person runs, those to answer first."""
    exiger(permissions.can_voir_securite(request.user))
    feuille = feuilleter(request, _visibles(request.user), PAR_PAGE)
    return render(request, "accounts/securite.html", {"feuille": feuille})


@require_safe
def preuve(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the dated proof of one report, to print (A-15)."""
    page = _Page(request, pk=pk)
    return page.afficher(page.charger())


class _Page(PageSurCompte):
    """Close the account at once, or file the report without effect."""

    actes = (
        ActeDePage.unique(
            *("traiter", traiter_signalement, ClassementForm),
            fait="Le signalement est traité.",
            quand=lambda signalement: signalement.traite_le is None,
            droit=lambda compte, signalement: permissions.can_inactiver(compte, signalement.compte),
        ),
    )
    vers = ("securite-preuve", "pk")
    trop_tard = "Ce signalement a déjà été traité."

    def charger(self) -> SignalementSecurite:
        exiger(permissions.can_voir_securite(self.compte))
        return get_object_or_404(_visibles(self.compte), pk=self.cles["pk"])

    def structure(self, objet: SignalementSecurite) -> Partenaire | None:
        return certain(objet.compte).partenaire

    def comptes(self, objet: SignalementSecurite) -> set[int | None]:
        return {objet.compte_id}

    def afficher(
        self, objet: SignalementSecurite, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        peut = not self.acte("traiter").refus(self.compte, objet)
        contexte = {
            "signalement": objet,
            "dit": objet.dit,
            "form": form if statut == 422 else None,
            "peut_traiter": peut,
            "peut_inactiver": peut and certain(objet.compte).statut in STATUTS_OCCUPANTS,
        }
        return render(self.request, "accounts/securite_preuve.html", contexte, status=statut)


traiter = _Page.vue()


@require_safe
def preuve_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the dated proof as a PDF, for both parties (A-15)."""
    exiger(permissions.can_voir_securite(request.user))
    ligne = get_object_or_404(_visibles(request.user), pk=pk)
    consigner(journal.Acte.SECURITE_EXPORTER, par=request.user, objet=ligne)
    return reponse_pdf(
        rendre_pdf("accounts/pdf/securite.html", {"signalement": ligne}), f"signalement-{ligne.pk}.pdf"
    )
