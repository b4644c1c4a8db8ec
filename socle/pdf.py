"""PDF documents: tagged (PDF/UA-1), with language and title, from a template and nothing else."""

import base64
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from typing import Any

import pikepdf
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header

from socle.polices import sans_carres

_IMAGE = "data:image/jpeg;base64,"


def _rien_du_dehors(url: str, *_: object, **__: object) -> object:
    """A document never fetches anything, neither a file of the machine nor another host: its pictures are in it."""
    adresses = import_module("weasyprint.urls")
    if url.startswith(_IMAGE):
        return adresses.URLFetcherResponse(
            url, base64.b64decode(url.removeprefix(_IMAGE)), {"Content-Type": "image/jpeg"}
        )
    raise adresses.URLFetchingError(f"adresse refusée dans un document : {url[:40]}")


def rendre_pdf(gabarit: str, contexte: dict[str, Any]) -> bytes:
    """Return the PDF of `templates/<gabarit>`, which extends `pdf/base.html`."""
    # A fifth of what a process takes to start, and most draw nothing.
    dessiner = import_module("weasyprint").HTML
    html = dessiner(string=sans_carres(render_to_string(gabarit, contexte)), url_fetcher=_rien_du_dehors)
    return _tableaux_lisibles(html.write_pdf(pdf_variant="pdf/ua-1"))


def _balises(balise: pikepdf.Object, en_tete: bool = False) -> Iterator[tuple[pikepdf.Dictionary, bool]]:
    """Walk the tags under one, each with whether it stands in the head of a table."""
    enfants: Any = balise.get("/K", [])
    for enfant in enfants if isinstance(enfants, pikepdf.Array) else [enfants]:
        if isinstance(enfant, pikepdf.Dictionary) and "/S" in enfant:
            yield enfant, en_tete
            yield from _balises(enfant, en_tete or enfant.S == "/THead")


def _tableaux_lisibles(contenu: bytes) -> bytes:
    """Write what WeasyPrint leaves out of a PDF/UA: what each header heads, and the index of the tags that cells name."""
    with pikepdf.open(BytesIO(contenu)) as document:
        racine = document.Root.StructTreeRoot
        identifiees = {}
        for balise, en_tete in _balises(racine):
            if balise.S == "/TH":
                portee = pikepdf.Name.Column if en_tete else pikepdf.Name.Row
                balise.A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=portee)
            if "/ID" in balise:
                identifiees[bytes(balise.ID)] = balise
        if not identifiees:
            return contenu
        noms = [un for cle in sorted(identifiees) for un in (pikepdf.String(cle), identifiees[cle])]
        racine.IDTree = document.make_indirect(pikepdf.Dictionary(Names=pikepdf.Array(noms)))
        sortie = BytesIO()
        document.save(sortie)
    return sortie.getvalue()


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
