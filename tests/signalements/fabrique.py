"""Demandes of the tests, made through the actions as the views do."""

import uuid
from typing import Any

from accounts.models.compte import Compte
from caisses.models import Caisse, Motif
from conventions.models.conventions import Participation
from signalements.actions import instruction
from signalements.depot import actions as depot
from signalements.models.demandes import Demande
from signalements.suites import Irrecevable, Issue
from signalements.workflow import Statut
from socle.models import CourrielSortant

ASSURE = {
    "civilite": "madame",
    "nom": "Larivandière",
    "prenom": "Élodie",
    "naissance": "1985-03-27",
    "departement": "57",
}
FICHE = {
    "difficultes": ["droits"],
    "obstacles": ["complexite"],
    "demarches": ["courrier"],
    "aide": ["rendez-vous"],
}
TEXTE = "Les droits sont fermés depuis le printemps."


def commencer(
    technicien: Compte, motif: str = "saisine-mas", caisse: Caisse | None = None, **contenu: Any
) -> Demande:
    """A complete draft of `technicien`, with `caisse`, or the first one that opens the portal to him."""
    ouvertes = (
        Participation.objects.ouvrant_le_portail().filter(partenaire=technicien.partenaire).order_by("pk")
    )
    participation = ouvertes.filter(caisse=caisse)[0] if caisse else ouvertes[0]
    demande = depot.commencer(
        participation=participation, motif=Motif.objects.get(pk=motif), jeton=uuid.uuid4(), par=technicien
    )
    complet = {"assure": ASSURE, "texte": TEXTE, **FICHE} | contenu
    depot.enregistrer_brouillon(demande, contenu=complet, urgente=False, par=technicien)
    return demande


def deposer(
    technicien: Compte, motif: str = "saisine-mas", caisse: Caisse | None = None, **contenu: Any
) -> Demande:
    """A demande sent by `technicien`."""
    demande = commencer(technicien, motif, caisse, **contenu)
    depot.deposer(demande, attestations=["information", "accord", "consentement"], par=technicien)
    return demande


def demande_en(statut: str, technicien: Compte, agent: Compte) -> Demande:
    """A demande brought to `statut` by the shortest path, in charge of `agent`."""
    if statut == Statut.BROUILLON:
        return commencer(technicien)
    demande = deposer(technicien)
    if statut == Statut.ANNULEE:
        instruction.annuler(demande, texte="", par=technicien)
    if statut in (Statut.DEPOSEE, Statut.ANNULEE):
        return demande
    instruction.prendre_en_charge(demande, par=agent)
    if statut == Statut.IRRECEVABLE:
        instruction.declarer_irrecevable(
            demande, raison=Irrecevable.HORS_MOTIF, texte="Autre motif.", par=agent
        )
    if statut == Statut.EN_ATTENTE:
        instruction.demander_complement(demande, texte="Depuis quand ?", par=agent)
    if statut in (Statut.TRAITEE, Statut.CLOTUREE):
        instruction.repondre(
            demande, texte="Les droits sont rouverts.", issue=Issue.DROITS_OUVERTS, par=agent
        )
    if statut == Statut.CLOTUREE:
        instruction.cloturer(demande, par=technicien)
    return demande


def dernier_courriel(gabarit: str) -> CourrielSortant:
    """The last mail of this kind."""
    return CourrielSortant.objects.filter(gabarit=f"signalements/{gabarit}").latest("pk")
