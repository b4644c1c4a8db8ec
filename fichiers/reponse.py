"""A file as a download. The owning app has checked the person's right and written its journal line."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, StreamingHttpResponse
from django.utils.http import content_disposition_header

from conformite.scellement import Illisible
from fichiers import stockage
from fichiers.controle import TYPES
from fichiers.models import Fichier


def servir(fichier: Fichier) -> StreamingHttpResponse:
    """Return `fichier` as an attachment, opened piece by piece.

    Raise PermissionDenied unless it may be downloaded (a clean one only), Http404 when it cannot be read any more.
    """
    if not fichier.est_telechargeable:
        raise PermissionDenied
    try:
        morceaux = stockage.lire(fichier.proprietaire, fichier.emplacement)
    except Illisible as erreur:
        raise Http404 from erreur
    return StreamingHttpResponse(
        morceaux,
        content_type=TYPES[fichier.genre],
        headers={
            "Content-Disposition": content_disposition_header(True, fichier.nom),
            "Content-Length": str(fichier.taille),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
