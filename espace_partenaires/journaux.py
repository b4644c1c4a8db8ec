"""Processors of the logs: one JSON line, identifiers only.

An exception is told by its type and where it was raised, never by its message: a database's message quotes rows,
a library's quotes what it was given. A personal link is told without its token, a client by its network.
"""

import ipaddress
import re
import sys
import time
import traceback

import structlog
from structlog.typing import EventDict

_JETON = re.compile(r"(/(?:activation|lien|second-facteur)/)[^/\s\"']+")
_SUPERVISION = re.compile(r" /(?:sante/|metriques$)")


def exception_sans_message(_: object, __: str, evenement: EventDict) -> EventDict:
    """Replace `exc_info` by the type of the exception, its cause and the places it went through."""
    info = evenement.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    erreur = info if isinstance(info, BaseException) else info[1] if info else None
    if erreur is not None:
        evenement["erreur"] = type(erreur).__name__
        if cause := erreur.__cause__ or erreur.__context__:
            evenement["cause"] = type(cause).__name__
        pile = traceback.extract_tb(erreur.__traceback__)
        evenement["lieux"] = [f"{place.filename}:{place.lineno} {place.name}" for place in pile[-12:]]
    return evenement


def sans_jeton(_: object, __: str, evenement: EventDict) -> EventDict:
    """Hide the token of a personal link wherever an address is logged, and whatever was typed after its « ? »."""
    if isinstance(demande := evenement.get("request"), str):
        evenement["request"] = demande.partition("?")[0]
    for cle, valeur in evenement.items():
        if isinstance(valeur, str):
            evenement[cle] = _JETON.sub(r"\1…", valeur)
    return evenement


def une_ligne_par_demande(_: object, __: str, evenement: EventDict) -> EventDict:
    """Keep one line a request, at its end, with its duration; none for a health check that is asked all day."""
    if evenement["event"] == "request_started":
        structlog.contextvars.bind_contextvars(debut=time.perf_counter())
        raise structlog.DropEvent
    if evenement["event"] in {"request_finished", "request_failed"}:
        if evenement["event"] == "request_finished" and _SUPERVISION.search(str(evenement.get("request"))):
            raise structlog.DropEvent
        evenement["duree_ms"] = round((time.perf_counter() - evenement.get("debut", 0)) * 1000, 1)
    return evenement


def sans_adresse(_: object, __: str, evenement: EventDict) -> EventDict:
    """Tell the network of the client (/24, /48) as the proxy does, not its address; the start is only for us."""
    evenement.pop("debut", None)
    if isinstance(adresse := evenement.get("ip"), str):
        try:
            prefixe = 24 if ipaddress.ip_address(adresse).version == 4 else 48
            evenement["ip"] = str(ipaddress.ip_network((adresse, prefixe), strict=False).network_address)
        except ValueError:
            evenement["ip"] = ""
    return evenement
