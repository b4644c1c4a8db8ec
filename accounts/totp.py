"""The one-time code, as shown to a person: secret in letters, address for the application, QR code."""

import base64
from io import BytesIO
from urllib.parse import quote, urlencode

import qrcode
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from qrcode.image.svg import SvgPathImage

from accounts.models.compte import Compte


def secret_lisible(graine: bytes) -> str:
    """Return the seed in base32, by groups of four, to type by hand."""
    lettres = base64.b32encode(graine).decode().rstrip("=")
    return " ".join(lettres[i : i + 4] for i in range(0, len(lettres), 4))


def adresse_otpauth(compte: Compte, graine: bytes) -> str:
    """Return the otpauth address that an authenticator application reads."""
    emetteur = settings.OTP_TOTP_ISSUER
    parametres = urlencode(
        {
            "secret": base64.b32encode(graine).decode().rstrip("="),
            "issuer": emetteur,
            "digits": 6,
            "period": 30,
        },
        quote_via=quote,
    )
    return f"otpauth://totp/{quote(emetteur)}:{quote(compte.identifiant)}?{parametres}"


def qr_svg(texte: str) -> SafeString:
    """Return a QR code as an inline SVG: no image file, no request."""
    image = qrcode.make(texte, image_factory=SvgPathImage, border=2)
    tampon = BytesIO()
    image.save(tampon)
    svg = tampon.getvalue().decode()
    svg = svg[svg.index("<svg") :].replace(
        "<svg ", '<svg role="img" aria-label="Code QR à lire avec votre application" ', 1
    )
    return mark_safe(svg)  # noqa: S308 (made by the library from an address that we encode)
