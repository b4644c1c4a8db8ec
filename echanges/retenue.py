"""What a caisse withholds from the first payment of the MTP, month by month, to the cent (E-06). Pure, in cents.

The MTP is due by the month from the opening of the right, by its days for a month that is not whole; its first payment
brings all that is due up to the end of the month before it. What is withheld is the least of: the indu, the MTP due
over the months in common, the first payment. Two indus of one person share them.
"""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

# Bank, branch, account: their weights in the key of a RIB.
_POIDS = (89, 15, 3)
_LETTRES = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")


@dataclass(frozen=True)
class MontantMensuel:
    """A monthly amount of MTP, from a day on."""

    depuis: dt.date
    centimes: int


@dataclass(frozen=True)
class Retenue:
    """What is withheld: by month, in all; what remains of the indu."""

    mois: dict[str, int] = field(default_factory=dict)
    total: int = 0
    solde: int = 0


def mois_de(debut: dt.date, fin: dt.date) -> Iterator[tuple[str, dt.date, dt.date]]:
    """Yield each month of a period, with its first and last day inside it."""
    premier = debut.replace(day=1)
    while premier <= fin:
        dernier = premier.replace(day=monthrange(premier.year, premier.month)[1])
        yield f"{premier:%Y-%m}", max(debut, premier), min(fin, dernier)
        premier = dernier + dt.timedelta(days=1)


def mtp_due(montants: Sequence[MontantMensuel], debut: dt.date, fin: dt.date) -> dict[str, int]:
    """Return the MTP due for each month of a period, in cents; a part of a month counts by its days.

    `montants`: in order; the first one opens the right, each next one changes the amount from its day.
    """
    due: dict[str, int] = {}
    if not montants or fin < debut:
        return due
    for mois, du, au in mois_de(max(debut, montants[0].depuis), fin):
        jours_du_mois = monthrange(du.year, du.month)[1]
        somme = sum(
            Decimal(montant.centimes) * jours / jours_du_mois
            for montant, jours in _jours_a_chaque_montant(montants, du, au)
        )
        due[mois] = int(Decimal(somme).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return due


def _jours_a_chaque_montant(
    montants: Sequence[MontantMensuel], du: dt.date, au: dt.date
) -> Iterator[tuple[MontantMensuel, int]]:
    for montant, suivant in zip(montants, [*montants[1:], None], strict=True):
        debut = max(du, montant.depuis)
        fin = min(au, suivant.depuis - dt.timedelta(days=1)) if suivant else au
        if debut <= fin:
            yield montant, (fin - debut).days + 1


def premier_versement(montants: Sequence[MontantMensuel], versement: dt.date) -> int:
    """Return what the first payment brings: all that is due up to the end of the month before it, in cents."""
    veille = versement.replace(day=1) - dt.timedelta(days=1)
    return sum(mtp_due(montants, montants[0].depuis, veille).values()) if montants else 0


def calculer(
    indu: int,
    debut: dt.date,
    fin: dt.date,
    montants: Sequence[MontantMensuel],
    versement: dt.date,
    deja: Mapping[str, int] | None = None,
    *,
    declare: int | None = None,
) -> Retenue:
    """Return what is withheld for an indu of these days; `deja`: what other indus of the person take, by month.

    `declare`: the first payment that the caisse declared in its monthly state, when it did: never beyond it.
    """
    deja = deja or {}
    veille = versement.replace(day=1) - dt.timedelta(days=1)
    verse = premier_versement(montants, versement)
    if declare is not None:
        verse = min(verse, declare)
    reste = min(indu, max(verse - sum(deja.values()), 0))
    pris: dict[str, int] = {}
    for mois, due in mtp_due(montants, debut, min(fin, veille)).items():
        part = min(reste, max(due - deja.get(mois, 0), 0))
        if part:
            pris[mois] = part
            reste -= part
    total = sum(pris.values())
    return Retenue(pris, total, indu - total)


def cle_rib(banque: str, guichet: str, compte: str) -> str:
    """Return the key of a RIB; letters of the account count as their figures."""
    nombres = (int(un.upper().translate(_LETTRES)) for un in (banque, guichet, compte))
    return f"{97 - sum(poids * nombre for poids, nombre in zip(_POIDS, nombres, strict=True)) % 97:02}"
