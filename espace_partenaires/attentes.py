"""The database has no place or no lock to give: the page says so within seconds, and gives back what was typed.

The limits are in the roles themselves (`manage.py migrer`). A page that reaches one answers 503, with the way out,
without asking the database anything more; an act that the database cancelled to save another is done once more. Only
so many pages are served at once: the threads that are left answer the health pages. The waits of one page share what it
may wait in all: what comes after a long one waits less.
"""

import threading
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import ResolverMatch
from psycopg import Error as PsycopgError
from psycopg import errors
from psycopg.pq import TransactionStatus

from espace_partenaires.metriques import OCCUPE
from espace_partenaires.saisies import contexte_de_la_saisie
from socle import envois, horloge

log = structlog.get_logger(__name__)

# Neither is anybody's fault: the database chose one of two acts, and the other one is done by now.
A_REFAIRE = (errors.DeadlockDetected, errors.SerializationFailure)
REESSAYER_DANS = 10  # seconds
SANTE = ("/sante/", "/metriques")
# Seconds: what the role gives to one lock (`manage.py migrer`), to all those of a page, to each at the least.
UN_VERROU, TOUS_LES_VERROUS, AU_MOINS = 2.0, 4.5, 0.1
Reponse = Callable[[HttpRequest], HttpResponse]


def est_une_attente(erreur: BaseException | None) -> bool:
    """Whether the database has only to be asked again later: no lock, no time, no place, no answer."""
    return isinstance(erreur, OperationalError | InterfaceError)


def page_occupee(request: HttpRequest, erreur: BaseException | None = None) -> HttpResponse:
    """Answer 503 with what was typed, without database nor session."""
    cause = erreur.__cause__ if erreur is not None else None
    log.warning("portail_occupe", cause=(nom := type(cause or erreur).__name__))
    OCCUPE.labels(nom).inc()
    # What is left of the request asks neither who it is, nor to write it.
    request.user = AnonymousUser()
    if hasattr(request, "session"):
        request.session.modified = False
    contexte = contexte_de_la_saisie(request) | {"quand": horloge.temps_reel()}
    texte = render_to_string("503.html", contexte | {"csrf_token": get_token(request)})
    response = HttpResponse(texte, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = str(REESSAYER_DANS)
    response.headers["Cache-Control"] = "no-store"
    return response


def places_comptees(get_response: Reponse) -> Reponse:
    """Serve so many pages at once; those beyond are told so at once, and a thread is left for the health pages."""
    places = threading.BoundedSemaphore(settings.PAGES_A_LA_FOIS)

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(SANTE):
            # Nobody: who asks with a cookie of the portal would wait for the sessions. The cookie stays in the browser.
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
            request.session, request.user = type(request.session)(), AnonymousUser()
            return get_response(request)
        if not places.acquire(blocking=False):
            return page_occupee(request)
        try:
            with Patience():
                # Read here, once: what comes next would each wait for it in turn.
                _ = request.user.is_authenticated
                return get_response(request)
        except (OperationalError, InterfaceError) as erreur:
            return page_occupee(request, erreur)
        finally:
            places.release()

    return middleware


class Patience:
    """What the locks of one request may still be waited for. One that is quick asks nothing more of the base."""

    def __enter__(self) -> None:
        """Count from now; follow each statement."""
        self.debut, self.pose = time.monotonic(), False
        connection.execute_wrappers.append(self._suivre)

    def __exit__(self, *_: object) -> None:
        """Give the connection back as the role has it."""
        connection.execute_wrappers.remove(self._suivre)
        if self.pose and connection.connection is not None:
            try:
                connection.connection.execute("RESET lock_timeout")
            except PsycopgError:
                connection.connection.close()

    def _suivre(self, executer: Callable[..., Any], *requete: Any) -> Any:
        # Halved: a row that several want is waited for twice, to be the next one, then to have it.
        reste = max((self.debut + TOUS_LES_VERROUS - time.monotonic()) / 2, AU_MOINS)
        # Behind a pooler nothing of ours may outlive a transaction; one that failed takes nothing but its rollback.
        rompue = connection.connection.info.transaction_status == TransactionStatus.INERROR
        if reste < UN_VERROU and not rompue and (connection.in_atomic_block or not settings.DATABASE_POOLEUR):
            local = connection.in_atomic_block
            with connection.wrap_database_errors:
                connection.connection.execute(
                    "SELECT set_config('lock_timeout', %s, %s)", [f"{int(1000 * reste)}ms", local]
                )
            self.pose = self.pose or not local
        return executer(*requete)


def _servir(
    request: HttpRequest, vue: Reponse, places: tuple[Any, ...], mots: dict[str, Any]
) -> HttpResponse:
    cle, servir = envois.empreinte(request), partial(vue, request, *places, **mots)
    return envois.une_fois(cle, servir) if cle else servir()


class Attentes:
    """Have a form its effect once; do a cancelled act once more, then tell; health pages tell by themselves."""

    def __init__(self, get_response: Reponse) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, vue: Reponse, places: tuple[Any, ...], mots: dict[str, Any]
    ) -> HttpResponse | None:
        """Serve here what may arrive twice; leave the others to Django."""
        if not envois.empreinte(request):
            return None
        try:
            return _servir(request, vue, places, mots)
        except Exception as erreur:
            if (reponse := self.process_exception(request, erreur)) is None:
                raise
            return reponse

    def process_exception(self, request: HttpRequest, erreur: Exception) -> HttpResponse | None:
        """Answer an exception of a view, when it is the database's."""
        page: ResolverMatch | None = request.resolver_match
        if not est_une_attente(erreur) or request.path_info.startswith(SANTE) or page is None:
            return None
        if isinstance(erreur.__cause__, A_REFAIRE) and not connection.in_atomic_block:
            for fichier in request.FILES.values():
                fichier.seek(0)
            try:
                return _servir(request, page.func, page.args, page.kwargs)
            except DatabaseError as encore:
                if not est_une_attente(encore):
                    raise
                erreur = encore
        return page_occupee(request, erreur)
