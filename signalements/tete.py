"""The head of a demande, for the structure: whose turn it is, the caisse's last word, what waits to be read (D-09)."""

from typing import Any

from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.models.pieces import montrees
from signalements.workflow import Statut
from socle.naissances import Naissance
from socle.templatetags.portail import date_longue


def tete(demande: Demande) -> dict[str, Any]:
    """Return what the head of the page says before any scrolling: a title, the last word, the documents to open."""
    assure = demande.contenu.get("assure", {})
    mot = dernier_mot(demande)
    return {
        "personne": f"{assure.get('prenom', '')} {assure.get('nom', '')}".strip(),
        # What is looked for, posted, to have all the demandes about her in one page.
        "recherche": " ".join(filter(None, [assure.get("prenom"), assure.get("nom"), _jour(assure)])),
        "titre": _titre(demande),
        "a_vous": demande.a_qui_de_jouer == "partenaire",
        "dernier_mot": mot,
        # The question of the caisse says what to do: on a telephone, the answer stands right under it.
        "question": demande.statut == Statut.EN_ATTENTE and mot is not None and not demande.creneaux_proposes,
        # Reading it is the act: all of it is shown.
        "a_lire": demande.statut == Statut.TRAITEE,
        "documents": [
            piece
            for piece in montrees(demande)
            if piece.sortante
            and piece.est_telechargeable
            and piece.ouverte_le is None
            and piece.rappelee_le is None
        ],
    }


def _jour(assure: dict[str, Any]) -> str:
    naissance = Naissance.de(assure.get("naissance"))
    return str(naissance) if naissance and naissance.complete else ""


def _titre(demande: Demande) -> str:
    if demande.a_qui_de_jouer == "partenaire":
        return "À vous de jouer"
    if demande.a_qui_de_jouer == "caisse":
        jour = date_longue(demande.promise_le)
        return (
            f"Chez la caisse, réponse promise pour le {jour}"
            if demande.en_retard
            else f"Chez la caisse, jusqu’au {jour}"
        )
    return "Demande terminée"


def dernier_mot(demande: Demande) -> Message | None:
    """Return the last message of the caisse to the structure."""
    recus = [
        message
        for message in demande.messages.all()
        if message.cote == Message.Cote.CAISSE and not message.est_note
    ]
    return recus[-1] if recus else None
