"""Personal links: activation, new password, new second factor; identifiant forgotten. A POST consumes, never a GET."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp.oath import TOTP

from accounts.actions.acces import (
    choisir_second_facteur,
    definir_mot_de_passe,
    entamer_lien,
    graine_du_lien,
    lien_entame,
    oublier_graine,
    trouver_lien,
)
from accounts.actions.activation import activer_compte
from accounts.actions.confirmations import confirmer_adresse
from accounts.actions.facteurs import verifier_second_facteur
from accounts.actions.oublis import demander_mot_de_passe, rappeler_identifiants
from accounts.cles import creer, demander_creation
from accounts.essais import OUBLI, PAS_LE_VOTRE, passer, prouver, retenir_lieu
from accounts.forms.acces import (
    AdresseConfirmeeForm,
    AdresseForm,
    ChangementForm,
    CodeSeulForm,
    IdentifiantForm,
    NouveauMotDePasseForm,
    PreuveParCleForm,
    SecondFacteurForm,
)
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from accounts.models.contreseings import Contreseing
from accounts.models.facteurs import DERIVE_TOLEREE, PAS_SECONDES
from accounts.mots_de_passe import LONGUEUR_MAX, REGLES, regles_manquees
from accounts.totp import adresse_otpauth, qr_svg, secret_lisible
from accounts.views.connexion import ouvrir_session, terminer_connexion
from socle import horloge

Usage = LienPersonnel.Usage
# What a passkey answered; None: the first code of an application is the proof.
Reponse = dict[str, Any] | None
# Key of the session's data: the link that this browser used, whose seed it may see.
ENTAME = "lien-entame"
CODE_REFUSE = (
    "Ce code n’est pas celui que votre application affiche. Attendez le suivant. S’il est refusé encore, réglez l’heure "
    "de votre téléphone sur automatique : une minute d’écart suffit."
)


def _a_juger(request: HttpRequest) -> bool:
    """Whether the page asks about a password being typed: nothing is set."""
    return request.method == "POST" and "juge" in request.GET


def _juger(request: HttpRequest, compte: Compte) -> HttpResponse:
    saisi = request.POST.get("mot_de_passe", "")[: LONGUEUR_MAX + 1]
    return JsonResponse({"manques": regles_manquees(saisi, compte)})


def _lien_refuse(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/lien_refuse.html", status=410)


@login_not_required
@never_cache
@sensitive_post_parameters("mot_de_passe", "confirmation")
@require_http_methods(["GET", "HEAD", "POST"])
def activation(request: HttpRequest, jeton: str) -> HttpResponse:
    """First step of an activation: the person sets the password, the rules being shown (A-05, A-06)."""
    lien = trouver_lien(jeton, Usage.ACTIVATION)
    if lien is None or lien.compte.statut != Compte.Statut.EN_ATTENTE:
        return _lien_refuse(request)
    if _a_juger(request):
        return _juger(request, lien.compte)
    formulaire = NouveauMotDePasseForm(request.POST if request.method == "POST" else None, compte=lien.compte)
    if request.method == "POST" and formulaire.is_valid():
        return _premier_mot_de_passe(request, jeton, formulaire.cleaned_data["mot_de_passe"])
    contexte = {"form": formulaire, "compte": lien.compte, "regles": REGLES.items()}
    return render(request, "accounts/activation.html", contexte)


@transaction.atomic
def _premier_mot_de_passe(request: HttpRequest, jeton: str, mot_de_passe: str) -> HttpResponse:
    """Keep the password's hash: the account still waits, the link is used up, this browser alone goes on (A-25)."""
    lien = trouver_lien(jeton, Usage.ACTIVATION, verrou=True)
    if lien is None:
        return _lien_refuse(request)
    lien.compte.set_password(mot_de_passe)
    lien.compte.save(update_fields=["password"])
    _entamer(request, lien)
    return redirect("activation-code", jeton)


def _entamer(request: HttpRequest, lien: LienPersonnel) -> None:
    entamer_lien(lien)
    request.session.cycle_key()
    request.session[ENTAME] = lien.pk


def code_juste(graine: bytes, saisi: str) -> bool:
    """Return whether the code typed is the one that the application shows now, a little drift of its clock allowed."""
    totp = TOTP(graine, step=PAS_SECONDES)
    totp.time = horloge.temps_reel().timestamp()
    return saisi.isascii() and saisi.isdigit() and totp.verify(int(saisi), DERIVE_TOLEREE)


@login_not_required
@never_cache
@sensitive_post_parameters("code", "preuve_de_cle")
@require_http_methods(["GET", "HEAD", "POST"])
def activation_code(request: HttpRequest, jeton: str) -> HttpResponse:
    """Second step: the application is shown the QR code and gives its first code; the account opens (A-07, A-25)."""
    lien = lien_entame(request.session.get(ENTAME), jeton, Usage.ACTIVATION)
    if lien is None:
        valable = trouver_lien(jeton, Usage.ACTIVATION) is not None
        return redirect("activation", jeton) if valable else _lien_refuse(request)
    if lien.compte.statut != Compte.Statut.EN_ATTENTE:
        return _lien_refuse(request)
    return _enregistrer(request, lien, partial(_activer, request, jeton), "accounts/activation_code.html")


def _enregistrer(
    request: HttpRequest, lien: LienPersonnel, finir: Callable[[Reponse], HttpResponse], gabarit: str
) -> HttpResponse:
    """Show how to record a factor; `finir` does it: with the answer of a passkey, or None when the first code was right."""
    par_cle = "preuve_de_cle" in request.POST
    formulaire = (PreuveParCleForm if par_cle else CodeSeulForm)(request.POST or None)
    graine = graine_du_lien(lien)
    if request.method == "POST" and formulaire.is_valid():
        if par_cle:
            try:
                return finir(formulaire.cleaned_data["preuve_de_cle"])
            except ValidationError as refus:
                formulaire.add_error(None, refus)
        elif code_juste(graine, formulaire.cleaned_data["code"]):
            return finir(None)
        else:
            formulaire.add_error("code", CODE_REFUSE)
    return render(request, gabarit, _contexte_qr(request, lien.compte, graine, formulaire))


def _contexte_qr(request: HttpRequest, compte: Compte, graine: bytes, formulaire: Form) -> dict[str, object]:
    par_cle = isinstance(formulaire, PreuveParCleForm)
    return {
        "form": formulaire,
        "champs": CodeSeulForm() if par_cle else formulaire,
        "creation": demander_creation(request, compte),
        "compte": compte,
        "qr": qr_svg(adresse_otpauth(compte, graine)),
        "secret": secret_lisible(graine),
    }


@transaction.atomic
def _activer(request: HttpRequest, jeton: str, reponse: Reponse) -> HttpResponse:
    lien = lien_entame(request.session.get(ENTAME), jeton, Usage.ACTIVATION, verrou=True)
    if lien is None:
        return _lien_refuse(request)
    graine = graine_du_lien(lien)
    compte = activer_compte(lien.compte, mot_de_passe=None, graine_totp=graine, application=reponse is None)
    cle = None if reponse is None else creer(request, compte, reponse)
    oublier_graine(lien)
    ouvrir_session(request, compte)
    terminer_connexion(request, compte, cle)
    return retenir_lieu(request, redirect("cgu"), compte.identifiant)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mot_de_passe_oublie(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same for an unknown identifiant."""
    formulaire = IdentifiantForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and passer(request, formulaire, OUBLI, "identifiant"):
        demander_mot_de_passe(formulaire.cleaned_data["identifiant"])
        return redirect(f"{reverse('lien-envoye')}?quoi=mot-de-passe")
    return render(request, "accounts/mot_de_passe_oublie.html", {"form": formulaire})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def identifiant_oublie(request: HttpRequest) -> HttpResponse:
    """Mail the identifiants tied to an address to that address (A-04); the answer is the same for all."""
    formulaire = AdresseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and passer(request, formulaire, OUBLI, "email"):
        rappeler_identifiants(formulaire.cleaned_data["email"])
        return redirect(f"{reverse('lien-envoye')}?quoi=identifiant")
    return render(request, "accounts/identifiant_oublie.html", {"form": formulaire})


@login_not_required
@require_http_methods(["GET", "HEAD"])
def lien_envoye(request: HttpRequest) -> HttpResponse:
    """Say that a mail leaves if there is someone to write to."""
    return render(
        request, "accounts/lien_envoye.html", {"identifiant": request.GET.get("quoi") == "identifiant"}
    )


@login_not_required
@never_cache
@sensitive_post_parameters("mot_de_passe", "confirmation")
@require_http_methods(["GET", "HEAD", "POST"])
def mot_de_passe_nouveau(request: HttpRequest, jeton: str) -> HttpResponse:
    """Set a new password by link. All sessions end; the second factor is asked at the next sign-in."""
    lien = trouver_lien(jeton, Usage.MOT_DE_PASSE)
    if lien is None or not lien.compte.is_active:
        return _lien_refuse(request)
    if _a_juger(request):
        return _juger(request, lien.compte)
    formulaire = NouveauMotDePasseForm(request.POST if request.method == "POST" else None, compte=lien.compte)
    if request.method == "POST" and formulaire.is_valid():
        with transaction.atomic():
            if trouver_lien(jeton, Usage.MOT_DE_PASSE, verrou=True) is None:
                return _lien_refuse(request)
            definir_mot_de_passe(lien.compte, formulaire.cleaned_data["mot_de_passe"])
        reponse = redirect(f"{reverse('connexion')}?raison=mot-de-passe")
        # The way in for who is besieged: whoever holds the mail box is the owner.
        return retenir_lieu(request, reponse, lien.compte.identifiant)
    contexte = {"form": formulaire, "compte": lien.compte, "regles": REGLES.items()}
    return render(request, "accounts/mot_de_passe_nouveau.html", contexte)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def mot_de_passe_changer(request: HttpRequest) -> HttpResponse:
    """Change one's own password, by choice or because it is too old (A-06)."""
    if _a_juger(request):
        return _juger(request, request.user)
    formulaire = ChangementForm(request.POST if request.method == "POST" else None, request=request)
    if request.method == "POST" and formulaire.is_valid():
        definir_mot_de_passe(request.user, formulaire.cleaned_data["mot_de_passe"])
        # Its row is gone: nothing of it is to be written.
        logout(request)
        return redirect(f"{reverse('connexion')}?raison=mot-de-passe")
    return render(
        request, "accounts/mot_de_passe_changer.html", {"form": formulaire, "regles": REGLES.items()}
    )


@login_not_required
@never_cache
@sensitive_post_parameters("mot_de_passe", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def adresse(request: HttpRequest, jeton: str) -> HttpResponse:
    """Confirm a new address by the link sent to the former one: the password, then the factor, are asked (A-23)."""
    lien = trouver_lien(jeton, Usage.ADRESSE)
    attendus = Contreseing.objects.attendus().filter(nature=Contreseing.Nature.ADRESSE)
    contreseing = attendus.filter(compte=lien.compte).first() if lien else None
    if contreseing is None or not lien.compte.is_active:
        return _lien_refuse(request)
    formulaire = AdresseConfirmeeForm(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and formulaire.is_valid()
        and _est_le_proprietaire(request, lien.compte, formulaire)
        and _est_confirmee(contreseing, jeton, formulaire)
    ):
        return redirect(f"{reverse('connexion')}?raison=adresse")
    contexte = {"form": formulaire, "compte": lien.compte, "nouvelle": contreseing.email}
    return render(request, "accounts/adresse.html", contexte)


def _est_confirmee(contreseing: Contreseing, jeton: str, formulaire: AdresseConfirmeeForm) -> bool:
    try:
        confirmer_adresse(contreseing, jeton=jeton)
    except ValidationError as refus:
        formulaire.add_error(None, refus.messages)
    return not formulaire.errors


def _est_le_proprietaire(request: HttpRequest, compte: Compte, formulaire: AdresseConfirmeeForm) -> bool:
    if _a_donne_le_sien(request, compte, formulaire) and not verifier_second_facteur(
        compte, formulaire.cleaned_data["code"]
    ):
        formulaire.add_error("code", CODE_REFUSE)
    return not formulaire.errors


def _a_donne_le_sien(request: HttpRequest, compte: Compte, formulaire: Form) -> bool:
    try:
        if prouver(request, compte.identifiant, formulaire.cleaned_data["mot_de_passe"], compte) is None:
            formulaire.add_error("mot_de_passe", PAS_LE_VOTRE)
    except ValidationError as refus:
        formulaire.add_error("mot_de_passe", refus)
    return not formulaire.errors


@login_not_required
@never_cache
@sensitive_post_parameters("code", "preuve_de_cle")
@require_http_methods(["GET", "HEAD", "POST"])
def second_facteur_nouveau(request: HttpRequest, jeton: str) -> HttpResponse:
    """Record a new one-time code after a loss, by a link that a second person asked for: the password, then the code."""
    lien = lien_entame(request.session.get(ENTAME), jeton, Usage.SECOND_FACTEUR)
    if lien is None:
        return _prouver(request, jeton)
    if not lien.compte.is_active:
        return _lien_refuse(request)
    finir = partial(_remplacer_second_facteur, request, jeton)
    return _enregistrer(request, lien, finir, "accounts/second_facteur_nouveau.html")


def _prouver(request: HttpRequest, jeton: str) -> HttpResponse:
    """Ask the password before any seed is drawn; once it is given, the link serves this browser alone (A-25)."""
    lien = trouver_lien(jeton, Usage.SECOND_FACTEUR)
    if lien is None or not lien.compte.is_active:
        return _lien_refuse(request)
    formulaire = SecondFacteurForm(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and formulaire.is_valid()
        and _a_donne_le_sien(request, lien.compte, formulaire)
    ):
        with transaction.atomic():
            lien = trouver_lien(jeton, Usage.SECOND_FACTEUR, verrou=True)
            if lien is None:
                return _lien_refuse(request)
            _entamer(request, lien)
        return redirect("second-facteur-nouveau", jeton)
    contexte = {"form": formulaire, "champs": formulaire, "compte": lien.compte}
    return render(request, "accounts/second_facteur_nouveau.html", contexte)


@transaction.atomic
def _remplacer_second_facteur(request: HttpRequest, jeton: str, reponse: Reponse) -> HttpResponse:
    lien = lien_entame(request.session.get(ENTAME), jeton, Usage.SECOND_FACTEUR, verrou=True)
    if lien is None:
        return _lien_refuse(request)
    choisir_second_facteur(lien.compte, graine_du_lien(lien), application=reponse is None)
    if reponse is not None:
        creer(request, lien.compte, reponse)
    oublier_graine(lien)
    return redirect(f"{reverse('connexion')}?raison=second-facteur")
