"""Mail domains: of which an address is, which are a structure's or a caisse's own."""

import re

from django.core.exceptions import ValidationError

# Mail providers open to all: never a domain of anybody.
MESSAGERIES_GRAND_PUBLIC = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "outlook.fr",
        "hotmail.com",
        "hotmail.fr",
        "live.fr",
        "live.com",
        "msn.com",
        "yahoo.com",
        "yahoo.fr",
        "ymail.com",
        "icloud.com",
        "me.com",
        "aol.com",
        "gmx.com",
        "gmx.fr",
        "proton.me",
        "protonmail.com",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "sfr.fr",
        "neuf.fr",
        "cegetel.net",
        "laposte.net",
        "bbox.fr",
        "numericable.fr",
        "club-internet.fr",
        "mail.com",
        "zoho.com",
        "tutanota.com",
        "yandex.com",
    ]
)
_DOMAINE = re.compile(r"^(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*\.[a-z]{2,24}$")


def verifier_domaine(saisie: str) -> str:
    """Return a mail domain in lower case, without « @ »; raise ValidationError for a free-mail one (A-03)."""
    domaine = saisie.strip().lower().removeprefix("@")
    try:
        ascii_ = domaine.encode("idna").decode() if domaine else ""
    except UnicodeError:
        ascii_ = ""
    if not _DOMAINE.match(ascii_) or len(ascii_) > 120:
        raise ValidationError(f"« {domaine[:60]} » n’est pas un domaine de messagerie.", code="domaine")
    if domaine in MESSAGERIES_GRAND_PUBLIC:
        raise ValidationError(
            f"« {domaine} » est une messagerie grand public : indiquez un domaine professionnel.",
            code="messagerie_grand_public",
        )
    return ascii_
