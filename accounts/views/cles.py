"""Passkeys: sign in with one, add one, take one away (A-07, A-25)."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp_webauthn.models import WebAuthnCredential

from accounts.actions.cles import ajouter_cle, autre_facteur, cle_exigee, retirer_cle
from accounts.cles import creer, demander_creation, demander_preuve, reconnaitre
from accounts.essais import CLE
from accounts.forms.acces import CleForm, PreuveParCleForm
from accounts.journal import Acte
from accounts.models.compte import Compte
from accounts.models.sessions import empreinte
from accounts.views.actes import PageDeLAuteur
from accounts.views.connexion import SUITE, entrer, ouvrir_session, suite_permise
from conformite.journal import consigner
from socle.actes import LECTURE_ECRITURE, ActeDePage
from socle.limites import laisser_passer


@login_not_required
@never_cache
@sensitive_post_parameters("preuve_de_cle")
@require_http_methods(["GET", "HEAD", "POST"])
def connexion(request: HttpRequest) -> HttpResponse:
    """Ask for a passkey: the second factor after the password, or both at once before it (A-25)."""
    compte = request.user if request.user.is_authenticated else None
    if compte is not None and compte.is_verified():
        return redirect("accueil")
    # Nobody is asked anything, and no session begins, before the button of the sign-in page was pressed.
    if compte is None and request.method != "POST":
        return redirect("connexion")
    formulaire = PreuveParCleForm(request.POST if "preuve_de_cle" in request.POST else None)
    try:
        if formulaire.is_valid():
            return _entrer(request, reconnaitre(request, compte, formulaire.cleaned_data["preuve_de_cle"]))
        if compte is None:
            laisser_passer(CLE, reseau=request.META.get("REMOTE_ADDR", ""))
    except ValidationError as refus:
        formulaire = PreuveParCleForm(request.POST)
        formulaire.is_valid()
        formulaire.add_error(None, refus)
        consigner(Acte.CONNEXION_CLE_REFUSEE, objet=compte)
    suite = suite_permise(request, request.POST.get("next") or "")
    contexte = {
        "form": formulaire,
        "preuve": demander_preuve(request, compte),
        "seule": compte is None,
        "code": compte is not None and not cle_exigee(compte),
        "suite": suite,
    }
    return render(request, "accounts/cle.html", contexte)


def _entrer(request: HttpRequest, cle: WebAuthnCredential) -> HttpResponse:
    if not request.user.is_authenticated:
        suite = suite_permise(request, request.POST.get("next", ""))
        ouvrir_session(request, cle.user)
        if suite:
            request.session[SUITE] = suite
    return entrer(request, cle)


_acte = partial(ActeDePage.unique, permis=lambda compte: True)


class _Ajouter(PageDeLAuteur):
    """The form of a passkey more."""

    actes = (_acte("ajouter", ajouter_cle, CleForm, fait="Votre clé d’accès est enregistrée."),)
    vers = ("mon-compte",)
    gabarit = "accounts/cle_ajouter.html"

    def faire(self, acte: ActeDePage, objet: Compte, /, **donnees: Any) -> Any:
        """Read the answer of the browser within the act."""
        lire = partial(creer, self.request, reponse=donnees.pop("preuve_de_cle"))
        return super().faire(
            acte, objet, creer=lire, ici=empreinte(self.request.session.session_key), **donnees
        )

    def contexte(self, objet: Compte) -> dict[str, object]:
        return {"creation": demander_creation(self.request, objet)}


def _seule(compte: Compte) -> str:
    if autre_facteur(compte):
        return ""
    return "C’est votre seul second facteur : ajoutez une autre clé d’abord, puis retirez celle-ci."


class _Retirer(PageDeLAuteur):
    """The page that asks before a passkey opens nothing any more."""

    actes = (
        _acte(
            *("retirer", retirer_cle),
            bouton="Retirer cette clé d’accès",
            obstacle=_seule,
            fait="Cette clé d’accès n’ouvre plus votre compte.",
        ),
    )
    vers = ("mon-compte",)

    def faire(self, acte: ActeDePage, objet: Compte, /, **donnees: Any) -> Any:
        return super().faire(acte, objet, ici=empreinte(self.request.session.session_key), **self.cles)

    def charger(self) -> Any:
        if not self.compte.cles_d_acces.filter(**self.cles).exists():
            raise Http404
        return super().charger()

    def pertes(self, acte: ActeDePage, objet: Compte) -> list[str]:
        cle = objet.cles_d_acces.get(**self.cles)
        return [
            f"La clé « {cle.name} » ne permettra plus de vous connecter.",
            "Vos autres sessions seront fermées.",
        ]


ajouter = never_cache(_Ajouter.vue(methodes=LECTURE_ECRITURE))
retirer = never_cache(_Retirer.vue(methodes=LECTURE_ECRITURE))
