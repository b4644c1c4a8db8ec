"""Processors of the logs: one JSON line, identifiers only.

An exception is told by its type and where it was raised, never by its message: a database's message quotes rows,
a library's quotes what it was given. An address is told without what was typed in it, a client by its network.
"""

import ipaddress
import re
import sys
import time
import traceback

import structlog
from django.urls import Resolver404, resolve
from structlog.typing import EventDict

from socle.references import FORME

_JETON = re.compile(r"(/(?:activation|agenda|lien|second-facteur)/)[^/\s\"']+")
_CHEMIN = re.compile(r"(?<=\s)/\S*")
_SUPERVISION = re.compile(r" /(?:sante/|metriques$)")


def exception_sans_message(_: object, __: str, ligne: EventDict) -> EventDict:
    """Replace `exc_info` by the type of the exception, its cause and the places it went through."""
    info = ligne.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    erreur = info if isinstance(info, BaseException) else info[1] if info else None
    if erreur is not None:
        ligne["erreur"] = type(erreur).__name__
        if cause := erreur.__cause__ or erreur.__context__:
            ligne["cause"] = type(cause).__name__
        pile = traceback.extract_tb(erreur.__traceback__)
        ligne["lieux"] = [f"{place.filename}:{place.lineno} {place.name}" for place in pile[-12:]]
    return ligne


def sans_jeton(_: object, __: str, ligne: EventDict) -> EventDict:
    """Hide the token of a personal link wherever one is logged; of any address, what is neither ours nor a reference."""
    for cle, valeur in ligne.items():
        if isinstance(valeur, str):
            ligne[cle] = _JETON.sub(r"\1…", valeur)
    for cle in ("request", *(["event"] if str(ligne.get("logger")).startswith("django.") else [])):
        if isinstance(valeur := ligne.get(cle), str):
            ligne[cle] = _CHEMIN.sub(lambda trouve: _sans_saisie(trouve[0]), valeur)
    return ligne


def _sans_saisie(adresse: str) -> str:
    chemin = adresse.partition("?")[0]
    try:
        prevus = f"/{resolve(chemin).route}".split("/")
    except Resolver404:
        return "/…"
    morceaux = zip(chemin.split("/"), prevus, strict=False)
    return "/".join(un if un == prevu or FORME.fullmatch(un) else "…" for un, prevu in morceaux)


def une_ligne_par_demande(_: object, __: str, ligne: EventDict) -> EventDict:
    """Keep one line a request, at its end, with its duration; none for a health check that is asked all day."""
    if ligne["event"] == "request_started":
        structlog.contextvars.bind_contextvars(debut=time.perf_counter())
        raise structlog.DropEvent
    if ligne["event"] in {"request_finished", "request_failed"}:
        if ligne["event"] == "request_finished" and _SUPERVISION.search(str(ligne.get("request"))):
            raise structlog.DropEvent
        ligne["duree_ms"] = round((time.perf_counter() - ligne.get("debut", 0)) * 1000, 1)
    return ligne


def sans_adresse(_: object, __: str, ligne: EventDict) -> EventDict:
    """Tell the network of the client (/24, /48) as the proxy does, not its address; the start is only for us."""
    ligne.pop("debut", None)
    if isinstance(adresse := ligne.get("ip"), str):
        try:
            prefixe = 24 if ipaddress.ip_address(adresse).version == 4 else 48
            ligne["ip"] = str(ipaddress.ip_network((adresse, prefixe), strict=False).network_address)
        except ValueError:
            ligne["ip"] = ""
    return ligne
