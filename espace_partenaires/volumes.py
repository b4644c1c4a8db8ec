"""What holds an account back, and its page: shown too much, it waits, then types its one-time code (R-09); documents
drawn without end wait too.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.defaults import permission_denied

from accounts.actions.facteurs import verifier_second_facteur
from accounts.forms.acces import CodeSeulForm
from conformite import volumes
from droits.actions.volumes import reprendre, retenir
from espace_partenaires.saisies import contexte_de_la_saisie
from socle.certain import certain
from socle.limites import Porte, laisser_passer

PREFIXE = "volume"
CODE = f"{PREFIXE}-code"
# Where the code leads when there is no form to send again.
SUITE = f"{PREFIXE}-suite"
REFUSE = "Ce code n’est pas valable. Un code ne sert qu’une fois et change toutes les 30 secondes."
# Addresses that draw a document, or read many rows for one: dear, and of use a few times.
DOCUMENTS = frozenset(
    {
        *("notice-pdf", "aipd", "registre-pdf", "certificat-pdf", "droits-extraction"),
        *(
            "demande-accord",
            "demande-accuse",
            "demande-notice",
            "demande-visite",
            "demandes-export",
            "statistiques-exporter",
            "journal-exporter",
        ),
        *("convention-pdf", "agenda", "avenant-pdf", "bilan-pdf", "revue-pdf", "revue-ods", "securite-pdf"),
        *("engagement-pdf", "depot-preuve-pdf", "dossier-lettre-pdf", "dossier-mandat-pdf"),
        "dossiers-recuperation",
    }
)
DOCUMENT = Porte(
    "document",
    "Beaucoup de documents ont été demandés depuis une heure. Attendez un peu avant d’en demander un autre.",
    compte=120,
    reseau=300,
)


class Volumes:
    """Count what each page shows; read the code of an account that is stopped, whatever page asked for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve one page."""
        with volumes.page():
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, vue: Callable[..., Any], places: tuple[Any, ...], mots: dict[str, Any]
    ) -> HttpResponse | None:
        """Take the code typed, then go on with the form that waited, or go back to the page."""
        if certain(request.resolver_match).view_name in DOCUMENTS:
            # Colleagues sit behind one address: it is counted for who has no account.
            qui = request.user.pk
            de = {"compte": qui} if qui else {"reseau": request.META.get("REMOTE_ADDR", "")}
            try:
                laisser_passer(DOCUMENT, **de)
            except ValidationError as refus:
                contexte = {"texte": " ".join(refus.messages)}
                return render(request, "pages/document.html", contexte, status=HTTPStatus.TOO_MANY_REQUESTS)
        if request.method != "POST" or CODE not in request.POST or not request.user.is_verified():
            return None
        if volumes.constater(request.user).arrete:
            formulaire = CodeSeulForm(request.POST, prefix=PREFIXE)
            if not formulaire.is_valid():
                return _page(request, formulaire, HTTPStatus.UNPROCESSABLE_ENTITY)
            if not verifier_second_facteur(request.user, formulaire.cleaned_data["code"]):
                formulaire.add_error("code", REFUSE)
                return _page(request, formulaire, HTTPStatus.UNPROCESSABLE_ENTITY)
            reprendre(request.user)
        suite = request.POST.get(SUITE)
        if suite is None:
            return None
        return redirect(request.get_full_path() if suite == "page" else "accueil")


def refus(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    """Answer a refusal: the page of an account that is held back, or « votre compte ne permet pas » (handler403)."""
    if not isinstance(exception, volumes.VolumeInhabituel):
        return permission_denied(request, exception)
    retenir(request.user, exception)
    formulaire = None if exception.attente else CodeSeulForm(prefix=PREFIXE)
    reponse = _page(request, formulaire, HTTPStatus.TOO_MANY_REQUESTS, exception.attente)
    if exception.attente:
        reponse.headers["Retry-After"] = str(exception.attente)
    return reponse


def _page(
    request: HttpRequest, formulaire: CodeSeulForm | None, statut: HTTPStatus, attente: int = 0
) -> HttpResponse:
    rendue = contexte_de_la_saisie(request)
    lecture = request.method != "POST" or request.POST.get(SUITE) == "page"
    suite = "" if rendue["champs"] else "page" if lecture else "accueil"
    contexte = rendue | {"form": formulaire, "attente": attente, "suite": suite, "champ_suite": SUITE}
    reponse = render(request, "pages/volume.html", contexte, status=statut)
    reponse.headers["Cache-Control"] = "no-store"
    return reponse
