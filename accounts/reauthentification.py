"""The password asked again before a sensitive act: habilitations, exports, security acts (ASVS 7.5.3)."""

import datetime as dt
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from accounts.forms.acces import MotDePasseActuelForm
from accounts.journal import Acte
from accounts.models.sessions import CONFIRMEE, OUVERTE
from conformite.journal import consigner
from socle import horloge

# How long a password typed is worth for the acts that ask for it again.
DUREE_CONFIRMATION = dt.timedelta(minutes=10)
PREFIXE = "identite"
# The page of a GET is asked for by a POST: it goes back to the GET.
LECTURE = "identite-lecture"


def identite_recente(request: HttpRequest) -> bool:
    """Whether the password was typed in this session in the last ten minutes (real time)."""
    tape = max(request.session.get(OUVERTE, 0), request.session.get(CONFIRMEE, 0))
    return horloge.temps_reel().timestamp() - tape < DUREE_CONFIRMATION.total_seconds()


def confirmer_identite(
    vue: Callable[..., HttpResponse], si: Callable[[HttpRequest], bool] = lambda request: True
) -> Callable[..., HttpResponse]:
    """Ask for the password before `vue` unless it was typed lately. Outermost decorator; no view that receives files.

    What was posted stays on the page and is sent again with the password: nothing typed is lost. `si`: of the request,
    whether it is asked for this time.
    """

    @wraps(vue)
    @sensitive_post_parameters(f"{PREFIXE}-mot_de_passe")
    def porte(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if si(request) and not identite_recente(request):
            saisi = request.POST if f"{PREFIXE}-mot_de_passe" in request.POST else None
            formulaire = MotDePasseActuelForm(saisi, request=request, prefix=PREFIXE)
            if not formulaire.is_valid():
                return _demander(request, formulaire)
            request.session[CONFIRMEE] = int(horloge.temps_reel().timestamp())
            consigner(Acte.CONNEXION_CONFIRMER, par=request.user, objet=request.user)
        if LECTURE in request.POST:
            return redirect(request.get_full_path())
        return vue(request, *args, **kwargs)

    porte.redemande_l_identite = True
    return porte


def _demander(request: HttpRequest, formulaire: MotDePasseActuelForm) -> HttpResponse:
    gardes = [
        (nom, valeur)
        for nom, valeurs in request.POST.lists()
        for valeur in valeurs
        if nom != "csrfmiddlewaretoken" and not nom.startswith(f"{PREFIXE}-")
    ]
    lecture = request.method != "POST" or LECTURE in request.POST
    contexte = {
        "form": formulaire,
        "gardes": [(LECTURE, "1")] if lecture else gardes,
        "minutes": int(DUREE_CONFIRMATION.total_seconds() // 60),
    }
    return render(request, "accounts/confirmer.html", contexte, status=422 if formulaire.errors else 200)
