"""Reports of errors to a tracker of the operator (`SENTRY_DSN`; off by default): the type, the places, the view.

What leaves is built from a list of what may: no message, no value, no address typed, no header, no account.
"""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.django import DjangoIntegration


def suivre(dsn: str, version: str) -> None:
    """Report every unhandled error of this process to this tracker."""
    sentry_sdk.init(
        dsn=dsn,
        release=version,
        integrations=[DjangoIntegration(transaction_style="function_name")],
        before_send=depouiller,
        before_breadcrumb=lambda *_: None,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        send_default_pii=False,
        auto_session_tracking=False,
        send_client_reports=False,
        enable_logs=False,
        server_name="",
    )


def depouiller(rapport: Any, _: object) -> Any:
    """Return an event made of what may leave; none for a line of log, whose words are anyone’s."""
    exceptions = rapport.get("exception", {}).get("values")
    if not exceptions:
        return None
    garde = ("event_id", "timestamp", "level", "release", "environment", "platform")
    return {cle: rapport[cle] for cle in garde if cle in rapport} | {
        # The name of the view, or of the task; an address that leads nowhere stays here.
        "transaction": vue if not (vue := rapport.get("transaction", "")).startswith("/") else "",
        "exception": {"values": [_places(un) for un in exceptions]},
    }


def _places(exception: dict[str, Any]) -> dict[str, object]:
    pile = (exception.get("stacktrace") or {}).get("frames", [])
    places = [{cle: place.get(cle) for cle in ("filename", "function", "lineno", "in_app")} for place in pile]
    return {
        "type": exception.get("type"),
        "module": exception.get("module"),
        "stacktrace": {"frames": places},
    }
