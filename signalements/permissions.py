"""Who may do what with a demande that he sees. The verbs of the workflow answer from its table."""

import datetime as dt

from conformite.gels import est_gele
from signalements.models.absences import Absence, remplaces_par
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.models.pieces import Piece
from signalements.models.rendez_vous import RendezVous
from signalements.regles import PREAVIS_JOURS
from signalements.workflow import OUVERTS, Statut, est_permise
from socle import horloge
from socle.acteurs import Acteur
from socle.roles import Droit, peut

CHOIX_DE_CRENEAU = frozenset({"accepter_creneau", "refuser_creneaux"})


def en_charge(compte: Acteur, demande: Demande) -> bool:
    """Whether the demande is the account's own, or that of a colleague whom he replaces today."""
    return demande.agent_id is not None and (
        demande.agent_id == compte.pk or demande.agent_id in remplaces_par(compte)
    )


def can_voir_historique(compte: Acteur) -> bool:
    """Whether the account has a history of demandes."""
    return peut(compte, Droit.SUIVRE_DEMANDES)


def can_nouvelle(compte: Acteur) -> bool:
    """Whether the account may start a demande."""
    return peut(compte, Droit.DEPOSER_DEMANDES)


def can_trier(compte: Acteur) -> bool:
    """Whether the account has a triage desk, and reads there."""
    return peut(compte, Droit.LIRE_DEMANDES)


def can_etre_depossede(compte: Acteur, demande: Demande) -> bool:
    """Whether the demande was handed over to a colleague, and who treats it had the right until then."""
    confiee = demande.agent_id not in (None, compte.pk)
    return confiee and compte.cote_caisse and not peut(compte, Droit.ENCADRER_DEMANDES)


def can_traiter(compte: Acteur) -> bool:
    """Whether the account acts on the demandes that it reads at the desk."""
    return peut(compte, Droit.TRAITER_DEMANDES)


def can_voir_modeles(compte: Acteur) -> bool:
    """Whether the account sees the models of answer of its caisses."""
    return peut(compte, Droit.LIRE_MODELES)


def can_modifier_modeles(compte: Acteur) -> bool:
    """Whether the account writes the models of answer."""
    return peut(compte, Droit.ECRIRE_MODELES)


def can_voir_equipe(compte: Acteur) -> bool:
    """Whether the account sees the load of each agent, and redistributes."""
    return peut(compte, Droit.ENCADRER_DEMANDES)


def can_lire_chiffres(compte: Acteur) -> bool:
    """Whether the account reads the figures of its structure, of its caisses, or of the nation."""
    return peut(compte, Droit.LIRE_CHIFFRES)


def can_exporter_chiffres(compte: Acteur) -> bool:
    """Whether the account takes the figures of its structure, or of its caisses, away."""
    return peut(compte, Droit.LIRE_CHIFFRES) and (compte.cote_partenaire or compte.cote_caisse)


def can_supprimer_absence(compte: Acteur, absence: Absence) -> bool:
    """Whether the account may end an absence: the agent himself, a superviseur."""
    return peut(compte, Droit.ENCADRER_DEMANDES) or absence.compte_id == compte.pk


def can_prolonger(compte: Acteur, demande: Demande) -> bool:
    """Whether the account may move the term (D-15): a superviseur, near the term of a demande still open."""
    proche = demande.terme_le <= demande.caisse.jour + dt.timedelta(days=PREAVIS_JOURS[0])
    return peut(compte, Droit.ENCADRER_DEMANDES) and demande.statut in OUVERTS and proche


def can_requalifier(compte: Acteur, demande: Demande) -> bool:
    """Whether the account says that a demande is urgent, or is not (D-22): a superviseur, while the caisse has to play."""
    return peut(compte, Droit.ENCADRER_DEMANDES) and demande.statut in (Statut.DEPOSEE, Statut.EN_COURS)


def can_noter_etape(compte: Acteur, demande: Demande) -> bool:
    """Whether the account may note a step of the accompagnement: who has it in charge, a superviseur."""
    sien = peut(compte, Droit.ENCADRER_DEMANDES) or en_charge(compte, demande)
    return (
        peut(compte, Droit.TRAITER_DEMANDES)
        and sien
        and demande.statut in OUVERTS
        and demande.accompagnement
        # The consent said aloud is confirmed first (D-23).
        and demande.technicien_id is not None
    )


def can_modifier_brouillon(compte: Acteur, demande: Demande) -> bool:
    """Whether the account may change this draft: its author alone."""
    return (
        peut(compte, Droit.DEPOSER_DEMANDES)
        and demande.statut == Statut.BROUILLON
        and demande.technicien_id == compte.pk
    )


def can_ecrire(compte: Acteur, demande: Demande) -> bool:
    """Whether the account may write in the thread (D-10): while the demande is open."""
    return peut(compte, Droit.DEPOSER_DEMANDES, Droit.TRAITER_DEMANDES) and demande.statut in OUVERTS


def can_reprendre(compte: Acteur, demande: Demande) -> bool:
    """Whether the account may follow an open demande of its structure in the place of the colleague who does."""
    return (
        peut(compte, Droit.DEPOSER_DEMANDES)
        and demande.statut in OUVERTS
        and demande.technicien_id != compte.pk
    )


def can_joindre(compte: Acteur, demande: Demande) -> bool:
    """Whether the account may attach a piece (D-06): the author of a draft, then the structure while it is open."""
    return peut(compte, Droit.DEPOSER_DEMANDES) and (
        demande.statut in OUVERTS or can_modifier_brouillon(compte, demande)
    )


def can_retirer(compte: Acteur, piece: Piece) -> bool:
    """Whether the account may remove a piece: from his draft, one that nobody may read, or has read (D-24)."""
    if piece.sortante:
        return False
    if piece.demande.statut == Statut.BROUILLON:
        return can_modifier_brouillon(compte, piece.demande)
    bloquee = piece.etat in (Piece.Etat.INFECTE, Piece.Etat.REFUSE)
    if bloquee:
        return can_joindre(compte, piece.demande)
    return piece.ouverte_le is None and peut(compte, Droit.DEPOSER_DEMANDES)


# What the caisse sends and the state of the demande stands on; a reason, for good.
ENVOIS_QUI_COMPTENT = frozenset({Message.Nature.REPONSE, Message.Nature.COMPLEMENT_DEMANDE})


def _a_envoye(compte: Acteur, objet: Message | Piece, auteur: int) -> bool:
    """Whether what was sent is the account's own affair: the structure is one, an agent sent it or has the demande."""
    if (objet.cote == Message.Cote.CAISSE) != compte.cote_caisse:
        return False
    if not compte.cote_caisse:
        return peut(compte, Droit.DEPOSER_DEMANDES)
    sien = auteur == compte.pk or en_charge(compte, objet.demande)
    return peut(compte, Droit.ENCADRER_DEMANDES) or (peut(compte, Droit.TRAITER_DEMANDES) and sien)


def can_retirer_message(compte: Acteur, message: Message) -> bool:
    """Whether the account may take a message of its side back (D-24), unread: its action judges that under a lock.

    The reason of an end, or its answer, is not taken back without the end: a superviseur reopens.
    """
    fin = message.nature == Message.Nature.RAISON or (
        message.nature in ENVOIS_QUI_COMPTENT and not message.demande.est_ouverte
    )
    if message.cote == Message.Cote.CAISSE and fin:
        return False
    return _a_envoye(compte, message, message.auteur_id)


def can_demander_destruction(compte: Acteur, objet: Message | Piece) -> bool:
    """Whether the account may ask the other side, once, to destroy what its own side sent (D-24)."""
    auteur = objet.ajoute_par_id if isinstance(objet, Piece) else objet.auteur_id
    return objet.a_detruire_le is None and _a_envoye(compte, objet, auteur)


def can_detruire(compte: Acteur, objet: Message | Piece) -> bool:
    """Whether the account destroys what the other side sent by mistake, at its request (D-24): not while a hold keeps the demande."""
    if objet.a_detruire_le is None or (objet.cote == Message.Cote.CAISSE) == compte.cote_caisse:
        return False
    demande = objet.demande
    sien = (
        peut(compte, Droit.DEPOSER_DEMANDES, Droit.ENCADRER_DEMANDES)
        or demande.agent_id is None
        or en_charge(compte, demande)
    )
    droit = peut(compte, Droit.DEPOSER_DEMANDES, Droit.TRAITER_DEMANDES)
    return droit and sien and not est_gele(demande)


def can_envoyer_document(compte: Acteur, demande: Demande) -> bool:
    """Whether the account may send a document (D-12): who has the demande in charge, a superviseur, while it is open.

    Not before a technicien follows it (D-23).
    What C-10 asks of the convention and of the structure is `pieces.obstacle_au_document`.
    """
    if not peut(compte, Droit.TRAITER_DEMANDES) or demande.statut not in OUVERTS:
        return False
    if demande.technicien_id is None:
        return False
    return peut(compte, Droit.ENCADRER_DEMANDES) or en_charge(compte, demande)


def can_suivre(compte: Acteur, demande: Demande) -> bool:
    """Whether the account takes a demande that nobody follows for the structure (D-23)."""
    libre = demande.technicien_id is None and demande.statut in OUVERTS
    return peut(compte, Droit.DEPOSER_DEMANDES) and libre


def can_rappeler(compte: Acteur, piece: Piece) -> bool:
    """Whether the account may take a sent document back: the agent in charge or a superviseur, at any time."""
    if not piece.sortante or not peut(compte, Droit.TRAITER_DEMANDES):
        return False
    return (
        peut(compte, Droit.ENCADRER_DEMANDES)
        or piece.ajoute_par_id == compte.pk
        or en_charge(compte, piece.demande)
    )


def can_noter(compte: Acteur, demande: Demande) -> bool:
    """Whether the account may leave an internal note, never shown to the other side."""
    return peut(compte, Droit.DEPOSER_DEMANDES, Droit.TRAITER_DEMANDES) and demande.statut != Statut.BROUILLON


def can_repondre_aussi(compte: Acteur, une: Demande, demande: Demande) -> bool:
    """Whether the answer to `demande` may be that of `une` too (D-29): of the same structure, and followed by somebody (D-23)."""
    siennes = (une.partenaire_id, une.caisse_id) == (demande.partenaire_id, demande.caisse_id)
    return siennes and une.technicien_id is not None and can_transition(compte, une, "repondre")


def can_etiqueter(compte: Acteur, demande: Demande) -> bool:
    """Whether the account puts the words of its house on a demande that was sent (D-28)."""
    return peut(compte, Droit.DEPOSER_DEMANDES, Droit.TRAITER_DEMANDES) and demande.statut != Statut.BROUILLON


def can_orienter(compte: Acteur, demande: Demande) -> bool:
    """Whether the account may hand over or redirect: the agent in charge, a superviseur, anyone while nobody has it."""
    if not peut(compte, Droit.TRAITER_DEMANDES) or demande.statut not in OUVERTS:
        return False
    return peut(compte, Droit.ENCADRER_DEMANDES) or (demande.agent_id is None or en_charge(compte, demande))


def can_annuler_rendez_vous(compte: Acteur, demande: Demande) -> bool:
    """Whether the account may cancel the rendez-vous that was agreed; once its hour has come, who came is noted (D-13)."""
    agree = demande.rendez_vous.en(RendezVous.Statut.ACCEPTE)
    return can_ecrire(compte, demande) and any(un.debut > horloge.maintenant() for un in agree)


def can_conclure_rendez_vous(compte: Acteur, demande: Demande) -> bool:
    """Whether the account may end the rendez-vous for the caisse: who has the demande in charge, a superviseur."""
    return _conduit(compte, demande) and can_annuler_rendez_vous(compte, demande)


def _conduit(compte: Acteur, demande: Demande) -> bool:
    return peut(compte, Droit.ENCADRER_DEMANDES) or en_charge(compte, demande)


def can_noter_venue(compte: Acteur, demande: Demande) -> bool:
    """Whether the account may say that the person came, or not: nobody knows it before the hour (D-13)."""
    agree = demande.rendez_vous.en(RendezVous.Statut.ACCEPTE)
    commence = any(un.debut <= horloge.maintenant() for un in agree)
    return commence and can_ecrire(compte, demande) and _conduit(compte, demande)


def can_transition(compte: Acteur, demande: Demande, verbe: str) -> bool:
    """Whether the table of transitions lets the account do `verbe` now.

    An agent acts on the demandes that he has in charge, or whose agent he replaces today; a superviseur on all those of his caisses. The caisse closes
    only once the structure has read the answer (D-20).
    """
    if not est_permise(verbe, demande.statut, compte):
        return False
    # Slots that wait for a choice are answered by a choice, a complement by a complement.
    if verbe in CHOIX_DE_CRENEAU or verbe == "completer":
        return (verbe in CHOIX_DE_CRENEAU) == (demande.rendez_vous.en(RendezVous.Statut.PROPOSE) != [])
    if peut(compte, Droit.TRAITER_DEMANDES) and verbe == "cloturer" and demande.lue_le is None:
        return False
    if compte.cote_caisse and not peut(compte, Droit.ENCADRER_DEMANDES):
        return demande.agent_id is None or en_charge(compte, demande)
    return True
