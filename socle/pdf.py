"""PDF documents: tagged (PDF/UA-1), with language and title, from a template and nothing else."""

import base64
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from weasyprint import HTML
from weasyprint.urls import URLFetcherResponse, URLFetchingError

_IMAGE = "data:image/jpeg;base64,"


def _rien_du_dehors(url: str, *_: Any, **__: Any) -> URLFetcherResponse:
    """A document never fetches anything, neither a file of the machine nor another host: its pictures are in it."""
    if url.startswith(_IMAGE):
        return URLFetcherResponse(
            url, base64.b64decode(url.removeprefix(_IMAGE)), {"Content-Type": "image/jpeg"}
        )
    raise URLFetchingError(f"adresse refusée dans un document : {url[:40]}")


def rendre_pdf(gabarit: str, contexte: dict[str, Any]) -> bytes:
    """Return the PDF of `templates/<gabarit>`, which extends `pdf/base.html`."""
    html = HTML(string=render_to_string(gabarit, contexte), url_fetcher=_rien_du_dehors)
    return html.write_pdf(pdf_variant="pdf/ua-1")


def reponse_pdf(contenu: bytes, nom: str) -> HttpResponse:
    """Return `contenu` as a download named `nom`."""
    return HttpResponse(
        contenu,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(True, nom),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
