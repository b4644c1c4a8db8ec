"""What the acts share: promised date, search tokens, term, thread."""

import datetime as dt
import uuid
from typing import Any

from caisses.models import ReglageMotif
from conformite import index
from conformite.journal import consigner
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.models.preferences import ARevoir
from signalements.regles import JOURS_PROLONGATION
from signalements.workflow import Statut, TransitionImpossible
from socle import horloge
from socle.acteurs import Acteur
from socle.naissances import Naissance


def promesse(demande: Demande) -> dt.date:
    """The target delay of the motif, in working days of the caisse, from today (D-08, T-04)."""
    delai = ReglageMotif.objects.delai_cible(demande.caisse, demande.motif, urgent=demande.urgente)
    return demande.caisse.jour_ouvre_apres(demande.caisse.jour, delai)


def promesse_au_retour(demande: Demande) -> dt.date:
    """The promised date, later by the working days spent waiting for the structure."""
    if demande.en_attente_le is None or demande.promise_le is None:
        raise TransitionImpossible("completer", demande.statut)
    caisse = demande.caisse
    attendus = caisse.jours_ouvres_entre(horloge.jour(caisse.fuseau, demande.en_attente_le), caisse.jour)
    return caisse.jour_ouvre_apres(demande.promise_le, attendus)


def jetons_de(demande: Demande, contenu: dict[str, Any]) -> list[int]:
    """The keyed search tokens of the person, under the key of its term, caisse and structure; none without a person."""
    assure = contenu.get("assure")
    if not assure:
        return []
    lieu = index.Lieu(demande.terme_le, demande.caisse_id, demande.partenaire_id)
    naissance = Naissance.fromisoformat(assure["naissance"])
    return index.jetons_personne(assure["nom"], assure["prenom"], naissance, lieu)


def deplacer_terme(demande: Demande, jour: dt.date) -> None:
    """Move the last readable day: re-wrap the key, recompute the search tokens, re-arm the notices."""
    demande.fixer_terme(jour)
    demande.jetons = jetons_de(demande, demande.contenu)
    demande.notice_jours = None
    demande.save(update_fields=["cle_enveloppee", "terme_le", "jetons", "notice_jours"])


def clore_le_tour(demande: Demande, *, par: Acteur) -> dict[str, Any]:
    """End what the caisse still asked: slots withdrawn, complement, reminders, opinions and what was to see again over. Return the fields to write.

    The machine, at night, decides of no slot in anybody's name.
    """
    ecarter_les_proposes(demande, par=par)
    ARevoir.objects.filter(demande=demande).delete()
    demande.avis_attendus.all().delete()
    return {"en_attente_le": None, "relances": 0}


def ecarter_les_proposes(demande: Demande, *, par: Acteur) -> None:
    """Withdraw the slots that still wait for a choice."""
    demande.rendez_vous.proposes().update(
        statut="ecarte", decide_le=par.compte and horloge.maintenant(), decide_par=par.compte
    )


def prendre_si_libre(demande: Demande, *, par: Acteur) -> None:
    """To answer is to take in charge: told on its own line of the history. The caller holds the transaction."""
    if demande.statut == Statut.DEPOSEE:
        demande.transiter("prendre_en_charge", par=par, le=horloge.maintenant(), agent=par)


def laisser_lire(demande: Demande) -> None:
    """A demande that was prolonged goes 15 days after its end, so that the answer can be read (D-15)."""
    if demande.prolongations:
        deplacer_terme(demande, demande.caisse.jour + dt.timedelta(days=JOURS_PROLONGATION))


def ajouter_message(demande: Demande, nature: str, texte: str, par: Acteur) -> Message:
    """Seal one line of the thread and journal it; the caller holds the transaction."""
    sceau = uuid.uuid4()
    message = demande.messages.create(
        sceau=sceau,
        auteur=par.compte,
        cote=Message.Cote.CAISSE if par.cote_caisse else Message.Cote.PARTENAIRE,
        nature=nature,
        caisse_id=demande.caisse_id,
        texte_scelle=demande.sceller(texte, Message.lien(nature, demande.caisse_id, sceau)),
        ecrit_le=horloge.maintenant(),
    )
    consigner(
        Acte.DEMANDE_ECRIRE,
        par=par,
        objet=message,
        nature=str(nature),
    )
    return message
