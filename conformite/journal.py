"""The journal: who did what, on what, when. Identifiers only, never a person's data.

A line is written in the transaction of the act, explicitly, where the change is made. The object says whose line it is
(`conformite.reperes`); the acts are the enumerations of the rooms (`<room>/journal.py`), with their words. The database
refuses to change or remove a line (trigger, and no right for the application's role); it is sealed every few minutes
(`conformite.sceaux`).
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, TextChoices

from conformite import fermetures, volumes
from conformite.models.journal import LigneJournal
from conformite.models.objet_scelle import ObjetScelle
from conformite.reperes import Reperes, reperes
from socle import crochets, horloge
from socle.acteurs import ANONYME, Acteur

DETAIL_MAX = 60
LECTURE, EXPORT = volumes.LECTURE, volumes.EXPORT


class ActeDuJournal(TextChoices):
    """The acts of a room: the code that is kept, `LECTURE` or `EXPORT` for what showed somebody's data, the words."""

    lecture: int

    def __new__(cls, code: str, lecture: int = 0) -> "ActeDuJournal":
        """Make a member whose value is its code."""
        membre = str.__new__(cls, code)
        membre._value_ = code
        membre.lecture = lecture
        return membre


@crochets.actes.inscrire("conformite")
class Acte(ActeDuJournal):
    """What the retention engine does, the holds, and who was shown too much."""

    GEL_LEVER = "gel.lever", "Gel levé"
    GEL_POSER = "gel.poser", "Gel posé"
    PURGE_CLE = "purge.cle", "Clé d’un jour détruite"
    PURGE_FREIN = "purge.frein", "Purge arrêtée"
    PURGE_LIBERER = "purge.liberer", "Purge libérée"
    PURGE_LOT = "purge.lot", "Données détruites à leur terme"
    RESTAURATION_REJOUER = "restauration.rejouer", "Livre des destructions rejoué après une restauration"
    VOLUME_ARRETER = volumes.ARRETER, "Compte arrêté après un volume inhabituel"
    VOLUME_RALENTIR = volumes.RALENTIR, "Lecture retardée par un volume inhabituel"
    VOLUME_REPRENDRE = volumes.REPRENDRE, "Code saisi après un volume inhabituel"


def consigner(
    acte: ActeDuJournal,
    *,
    par: Acteur = ANONYME,
    objet: Model | None = None,
    avant: Reperes | None = None,
    citees: Iterable[str] = (),
    **details: Any,
) -> None:
    """Write in the current transaction that `acte` was done: one line in the journal of each caisse of `objet`.

    `par`: who acts, an account or the machine. `objet`: a saved instance, that says whose line
    it is; None for an act of the whole portal. `avant`: what `objet` said before the act, when the act changes it.
    `citees`: references of other objects that the act showed. `details`: identifiers, slugs and numbers; raise
    ValueError for anything else, and for a string longer than 60 characters. Raise TypeError for an act that is not of
    an enumeration.
    """
    les_siens = reperes(objet)
    quittees = () if avant is None else tuple(une for une in avant.caisses if une not in les_siens.caisses)
    _ecrire(
        acte,
        [(objet, les_siens.caisses + quittees, les_siens, citees)],
        par,
        details,
    )


def consigner_tous(
    acte: ActeDuJournal, objets: Iterable[Model | None], *, par: Acteur = ANONYME, **details: object
) -> None:
    """Write the lines of each of `objets`, all at once: the same act on a batch (see `consigner`)."""
    dits = [(objet, reperes(objet)) for objet in objets]
    _ecrire(acte, [(objet, les_siens.caisses, les_siens, ()) for objet, les_siens in dits], par, details)


def consigner_lecture(
    acte: ActeDuJournal, objets: Iterable[Model], *, par: Acteur, reliees: bool = False, **details: object
) -> None:
    """Write that `par` read a list: one line for each caisse shown, with the references of that caisse (R-04).

    An empty list is read too: the line is the reader's. `reliees`: what was shown is of one person, and the line tells no
    structure.
    """
    par_caisse: dict[int | None, list[Reperes]] = {}
    for dits in map(reperes, objets):
        for caisse in dits.caisses or (None,):
            par_caisse.setdefault(caisse, []).append(dits)
    lignes: list[_Ligne] = []
    for caisse, lus in par_caisse.items():
        structures = set() if reliees else {un.partenaire for un in lus}
        commun = Reperes(partenaire=structures.pop() if len(structures) == 1 else None)
        caisses: tuple[int, ...] = () if caisse is None else (caisse,)
        lignes.append((None, caisses, commun, [un.reference for un in lus if un.reference]))
    if not lignes:
        lecteur = reperes(par)
        lignes = [(None, lecteur.caisses, lecteur, ())]
    _ecrire(acte, lignes, par, details)


_Ligne = tuple[Model | None, tuple[int, ...], Reperes, Iterable[str]]


def _ecrire(acte: ActeDuJournal, lignes: list[_Ligne], par: Acteur, details: dict[str, Any]) -> None:
    if not isinstance(acte, ActeDuJournal):
        raise TypeError(f"journal : « {acte} » n’est pas un acte d’une énumération")
    objets = [objet for objet, *_ in lignes]
    if acte.lecture:
        volumes.admettre(par, objets[0] if len(objets) == 1 else None)
    maintenant = horloge.maintenant()
    details = {nom: _verifier(nom, valeur) for nom, valeur in details.items()}
    fermetures.noter(acte, objets, par=par.pk, **details)
    versions = [{} if acte.lecture else _version(objet) for objet in objets]
    LigneJournal.objects.bulk_create(
        LigneJournal(
            quand=maintenant,
            jour=maintenant.date(),
            acte=acte.value,
            compte=par.pk,
            profil=par.profil,
            objet_type=objet._meta.label_lower if objet is not None else "",
            objet_id=str(objet.pk) if objet is not None else "",
            reference=dits.reference,
            citees=list(citees),
            caisse=caisse,
            partenaire=dits.partenaire,
            details=details | version,
        )
        for (objet, caisses, dits, citees), version in zip(lignes, versions, strict=True)
        for caisse in caisses or (None,)
    )


def _version(objet: Model | None) -> dict[str, str]:
    """The print of what the act has just sealed, once: the daily audit compares (`droits.coherence`)."""
    if not (isinstance(objet, ObjetScelle) and objet.vient_d_ecrire):
        return {}
    objet.vient_d_ecrire = False
    return {"contenu": objet.empreinte}


def _verifier(nom: str, valeur: object) -> Any:
    if valeur is None or isinstance(valeur, bool | int):
        return valeur
    if isinstance(valeur, str):
        if len(valeur) > DETAIL_MAX:
            raise ValueError(f"journal : « {nom} » dépasse {DETAIL_MAX} caractères")
        return str(valeur)
    if isinstance(valeur, list | tuple | set | frozenset):
        return [
            _verifier(nom, un) for un in (sorted(valeur) if isinstance(valeur, set | frozenset) else valeur)
        ]
    raise ValueError(f"journal : « {nom} » n’est ni un identifiant, ni un nombre, ni un code")
