"""What the database should never hold, looked for every day: each kind has its query, and the keys that it finds.

Constraints refuse most of it; what remains is what a hand, a restored backup or a fault may leave. Nothing is repaired
here: somebody looks.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable

import structlog
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from accounts.models.compte import Compte
from conformite.models.journal import LigneJournal
from conformite.purge import modeles_scelles
from conformite.scellement import Illisible
from conventions.models.conventions import Participation
from fichiers.models import Fichier, modeles_de_fichiers
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.models.fil import Evenement, Message
from signalements.models.pieces import Piece
from socle import horloge
from socle.perimetre import par_lots
from socle.roles import Cote, profils_du

log = structlog.get_logger(__name__)

TACHE = "droits.verifier"
# An antivirus that is away, an end of convention whose job has not run, have this long before they are a fault.
DELAI = dt.timedelta(days=1)
MONTREES = 20
LIBELLES = {
    "demande_sans_historique": "Demande dont l’historique ne dit pas l’état",
    "fichier_sans_analyse": "Fichier servi, ou gardé plus d’un jour, sans analyse",
    "compte_sans_convention": "Compte actif d’une structure sans convention",
    "objet_sans_terme": "Objet scellé sans terme, ou déplacé : sa clé ne s’ouvre pas",
    "participation_double": "Partenariat dans deux états à la fois",
    "message_disparu": "Demande dont le journal dit plus de messages qu’il n’en reste",
    "contenu_ancien": "Contenu scellé qui n’est pas le dernier écrit",
    "retire_revenu": "Message ou pièce qui ont été retirés, et sont revenus",
}
# A message is written, taken back, destroyed at its author’s request: the last may be a piece, which leaves one fewer to find.
_MESSAGES = {
    str(Acte.DEMANDE_ECRIRE): 1,
    str(Acte.DEMANDE_RETIRER_MESSAGE): -1,
    str(Acte.DEMANDE_RETIRER_ENVOI): -1,
    str(Acte.DEMANDE_DETRUIRE): -1,
}


def verifier() -> dict[str, int]:
    """Look for each kind, log what was found by its keys, and return how many of each."""
    compteurs = {}
    for nature, chercher in CONTROLES.items():
        trouves = sorted(chercher())
        compteurs[nature] = len(trouves)
        if trouves:
            log.error("incoherence", nature=nature, nombre=len(trouves), objets=trouves[:MONTREES])
    return compteurs


def _demandes_sans_historique() -> Iterable[str]:
    """A demande whose last transition is not its state, or that never had one."""
    derniers = Evenement.objects.filter(demande=OuterRef("pk")).exclude(vers="").order_by("-le", "-pk")
    deposees = Demande.objects.deposees().annotate(dit=Subquery(derniers.values("vers")[:1]))
    # What an agent entered starts as deposited: its first line moves no state.
    saisies = Exists(Evenement.objects.filter(demande=OuterRef("pk"), verbe="saisir"))
    seules = Q(saisies, dit=None, statut=Demande.Statut.DEPOSEE)
    fausses = deposees.exclude(statut=F("dit"), dit__isnull=False).exclude(seules)
    return fausses.values_list("reference", flat=True)


def _fichiers_sans_analyse() -> Iterable[str]:
    avant = horloge.maintenant() - DELAI
    for modele in modeles_de_fichiers():
        oublies = Q(etat=Fichier.Etat.EN_ANALYSE, ajoute_le__lt=avant)
        servis = Q(etat=Fichier.Etat.SAIN) & (Q(analyse_version="") | Q(analyse_le=None))
        cles = modele.objects.filter(oublies | servis).values_list("pk", flat=True)
        yield from (f"{modele._meta.label_lower}:{cle}" for cle in cles)


def _comptes_sans_convention() -> Iterable[str]:
    """A-13: nobody enters without a convention; the nightly job closes the account, a day later it has run."""
    hier = horloge.maintenant() - DELAI
    structures = (
        Participation.objects.filter(partenaire=OuterRef("partenaire"), debut__isnull=False)
        .filter(Q(fin=None) | Q(fin__gt=hier.date()) | Q(bonne_fin_jusqu_au__gt=hier.date()))
        .order_by()
    )
    actifs = Compte.objects.actifs().filter(profil__in=profils_du(Cote.PARTENAIRE))
    return map(str, actifs.exclude(Exists(structures)).values_list("pk", flat=True))


def _objets_sans_terme() -> Iterable[str]:
    """Every sealed object opens under the key of its term, caisse and structure, or should be gone."""
    for modele in modeles_scelles():
        for objet in par_lots(modele._default_manager.all()):
            try:
                objet.verifier()
            except Illisible:
                yield f"{modele._meta.label_lower}:{objet.pk}"


def _participations_doubles() -> Iterable[str]:
    """A part that says another structure than its convention, that closes without an end, or that overlaps another."""
    voisines = (
        Participation.objects.filter(
            caisse=OuterRef("caisse"),
            partenaire=OuterRef("partenaire"),
            objet=OuterRef("objet"),
            debut__isnull=False,
        )
        .exclude(pk=OuterRef("pk"))
        .filter(Q(fin=None) | Q(fin__gt=OuterRef("debut")), Q(debut__lte=OuterRef("debut")))
    )
    doubles = Participation.objects.filter(
        ~Q(partenaire=F("convention__partenaire"))
        | ~Q(objet=F("convention__objet"))
        | Q(bonne_fin_jusqu_au__isnull=False, fin=None, utilisation_fin=None)
        | Q(Exists(voisines), debut__isnull=False) & (Q(fin=None) | Q(fin__gt=F("debut")))
    )
    return map(str, doubles.values_list("pk", flat=True))


def _messages_disparus() -> Iterable[str]:
    """The journal says each message that was written: one is no more there, and nobody took it back."""
    attendus: Counter[str] = Counter()
    lignes = LigneJournal.objects.filter(acte__in=_MESSAGES).order_by().values_list("reference", "acte")
    for reference, acte, nombre in lignes.annotate(nombre=Count("pk")):
        attendus[reference] += nombre * _MESSAGES[acte]
    comptes = Message.objects.order_by().values_list("demande__reference").annotate(nombre=Count("pk"))
    restes = dict(comptes)
    for reference in Demande.objects.deposees().values_list("reference", flat=True):
        if restes.get(reference, 0) < attendus[reference]:
            yield reference


def _contenus_anciens() -> Iterable[str]:
    """The journal says the print of what each sealed object was given last: something else was put back by hand.

    Not of a draft: it is saved at each rest of the keyboard, and its author reads it again before it leaves.
    """
    for modele in modeles_scelles():
        objets = Demande.objects.deposees() if modele is Demande else modele._default_manager.all()
        nom = modele._meta.label_lower
        lignes = LigneJournal.objects.filter(objet_type=nom, details__has_key="contenu")
        derniers = dict(lignes.order_by("pk").values_list("objet_id", "details__contenu").iterator())
        for objet in par_lots(objets.only("pk", *modele.VERSIONNES)):
            if derniers.get(str(objet.pk), objet.empreinte) != objet.empreinte:
                yield f"{nom}:{objet.pk}"


def _retires_revenus() -> Iterable[str]:
    """The journal says the seal of each message or piece that was taken back or destroyed."""
    actes = (*_MESSAGES, str(Acte.PIECE_RETIRER))
    retires = LigneJournal.objects.filter(acte__in=actes, details__has_key="retire").values_list(
        "details__retire"
    )
    sceaux = [un for (un,) in retires.iterator()]
    for objet in (*Message.objects.filter(sceau__in=sceaux), *Piece.objects.filter(emplacement__in=sceaux)):
        yield f"{objet._meta.label_lower}:{objet.pk}"


CONTROLES: dict[str, Callable[[], Iterable[str]]] = {
    "demande_sans_historique": _demandes_sans_historique,
    "fichier_sans_analyse": _fichiers_sans_analyse,
    "compte_sans_convention": _comptes_sans_convention,
    "objet_sans_terme": _objets_sans_terme,
    "participation_double": _participations_doubles,
    "message_disparu": _messages_disparus,
    "contenu_ancien": _contenus_anciens,
    "retire_revenu": _retires_revenus,
}
