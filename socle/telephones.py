"""Telephone numbers: read as people write them, kept in E.164, shown by pairs."""

import re

import phonenumbers
from django.core.exceptions import ValidationError

from socle.ecriture import INSECABLE, pour_juger

_INTERNATIONAL = phonenumbers.PhoneNumberFormat.INTERNATIONAL
_E164 = phonenumbers.PhoneNumberFormat.E164
_FRANCE = 33
# Overseas, a number is dialled as in France and bears another country code.
_OUTRE_MER = {
    **dict.fromkeys(("262", "263", "269", "639", "692", "693"), "RE"),
    **dict.fromkeys(("590", "690", "691"), "GP"),
    **dict.fromkeys(("594", "694"), "GF"),
    **dict.fromkeys(("596", "696", "697"), "MQ"),
}
_MIQUELON = 508
_COMME_EN_FRANCE = (_FRANCE, 262, _MIQUELON, 590, 594, 596)
# Services of three, four or six figures that are reached from France only: 115, 36 46, 118 008.
_COURT = re.compile(r"1\d{1,3}|3\d{3}|118\d{3}")
_LIEN = re.compile(r"^(?:tel|callto) ?: ?(?://)?", re.IGNORECASE)
# Said before a number, as a signature or a card has it.
_DIT = re.compile(
    r"^(?:t[ée]l(?:[ée]phone)?|portable|port|mob(?:ile)?|fixe|num[ée]ro|n°)(?:[ .]|(?=[:\d+]))[ .]*:? ?",
    re.IGNORECASE,
)
_MOTS = re.compile(r"[^\W\d_]{2,}")
_POSTE = re.compile(
    r"[ ,;]*(?:poste|p\.?|ext(?:ension)?\.?|int(?:erne)?\.?|x|#|;ext=)[ .:=]*(\d{1,6})$", re.IGNORECASE
)
_ADMIS = re.compile(r"[\d+().\-/ ]+")
_REFUS = (
    "Écrivez un numéro à 10 chiffres, par exemple 03 87 00 00 00, ou avec son indicatif : +352 26 00 00 00."
)


def lire(saisie: str, *, courts: bool = False) -> str:
    """Return the number that `saisie` says, in E.164 (« +33387000000 »); a short one as it is dialled, when allowed.

    French numbers first, overseas ones by their beginning, others by their country code. A link « tel:+33… » is read as
    its number. Raise ValidationError for what is no number to call: letters, a wrong length; and for an extension, which
    no telephone dials by itself.
    """
    texte = _DIT.sub("", _LIEN.sub("", " ".join(pour_juger(saisie).split()))).strip(",;")
    if poste := _POSTE.search(texte):
        raise ValidationError(
            f"Écrivez le numéro sans le poste {poste[1]}, qui ne se compose pas avec lui. Dites le poste dans un texte, "
            "par exemple avec la fonction.",
            code="telephone",
        )
    chiffres = re.sub(r"\D", "", texte)
    if len(chiffres) >= 10 and (mots := _MOTS.findall(texte)):
        raise ValidationError(
            f"Écrivez le numéro seul, et « {' '.join(mots)} » dans un texte de la demande.", code="telephone"
        )
    if courts and _COURT.fullmatch(chiffres):
        return chiffres
    try:
        if not _ADMIS.fullmatch(texte):
            raise ValidationError(_REFUS, code="telephone")
        numero = phonenumbers.parse(texte, "FR")
        if numero.country_code == _FRANCE and (region := _OUTRE_MER.get(str(numero.national_number)[:3])):
            numero = phonenumbers.parse(f"0{numero.national_number}", region)
        elif numero.country_code == _FRANCE and str(numero.national_number).startswith(str(_MIQUELON)):
            # The only one whose numbers are shorter than how they are dialled from here.
            numero = phonenumbers.parse(f"+{numero.national_number}")
    except phonenumbers.NumberParseException:
        raise ValidationError(_REFUS, code="telephone") from None
    if not _se_compose(numero):
        raise ValidationError(_REFUS, code="telephone")
    return phonenumbers.format_number(numero, _E164)


def _se_compose(numero: phonenumbers.PhoneNumber) -> bool:
    """Whether the number may ring. New French ranges open every year: their length is enough."""
    if numero.country_code in _COMME_EN_FRANCE:
        longueurs = (6,) if numero.country_code == _MIQUELON else (9,)
        return phonenumbers.is_possible_number(numero) and len(str(numero.national_number)) in longueurs
    return phonenumbers.is_valid_number(numero)


def montrer(numero: str) -> str:
    """Return a kept number as people read it: by pairs in France and overseas, « +352 26 00 00 00 » elsewhere."""
    if _COURT.fullmatch(numero):
        return INSECABLE.join(re.findall("..?", numero)) if len(numero) == 4 else numero
    try:
        lu = phonenumbers.parse(numero, "FR")
    except phonenumbers.NumberParseException:
        return numero
    national = f"0{lu.national_number}"
    if lu.country_code in _COMME_EN_FRANCE and len(national) == 10:
        return INSECABLE.join(re.findall("..", national))
    return phonenumbers.format_number(lu, _INTERNATIONAL).replace(" ", INSECABLE)
