"""Sealed demandes for the tests of the engine, written in one go: what matters here is their term."""

import datetime as dt
import uuid
from typing import Any

from accounts.models.compte import Compte
from caisses.models import Caisse, Motif, Pole
from conformite.index import Lieu, jetons_personne
from conventions.models.conventions import Participation
from fichiers import stockage
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.models.pieces import Piece
from socle import horloge
from socle.profils import Profil
from tests.distribution import creer_caisse, creer_compte_actif, creer_convention, creer_partenaire

CONTENU = {"assure": {"nom": "Canari", "prenom": "Jaune", "naissance": "1980-02-29"}}


def un_decor(code: str = "moselle", fuseau: str = "Europe/Paris") -> dict[str, Any]:
    """Make a caisse, a structure in convention with it, its technicien and an agent."""
    caisse = creer_caisse(code, f"CPAM {code}", "57", fuseau=fuseau)
    siret = f"{10000000000000 + 37 * Caisse.objects.count()}"
    partenaire = creer_partenaire(siret, f"CCAS {code}")
    creer_convention(partenaire, caisse)
    return {
        "caisse": caisse,
        "partenaire": partenaire,
        "participation": Participation.objects.get(caisse=caisse),
        "motif": Motif.objects.order_by("pk")[0],
        "pole": Pole.objects.filter(caisse=caisse).order_by("pk")[0],
        "technicien": creer_compte_actif(f"technicien.{code}", Profil.TECHNICIEN, partenaire=partenaire),
        "agent": creer_compte_actif(f"agent.{code}", Profil.AGENT, caisses=(caisse,)),
    }


def une_demande(decor: dict[str, Any], terme: dt.date, **champs: Any) -> Demande:
    """Make a closed demande to its term, with one message."""
    maintenant = horloge.maintenant()
    valeurs = {
        "reference": f"D26-{uuid.uuid4().hex[:8].upper()}",
        "statut": Demande.Statut.CLOTUREE,
        "issue": next(iter(Demande._meta.get_field("issue").choices))[0],
        "creee_le": maintenant,
        "modifiee_le": maintenant,
        "deposee_le": maintenant,
        "promise_le": maintenant.date(),
        "traitee_le": maintenant,
        "terminee_le": maintenant,
    }
    contenu = champs.pop("contenu", CONTENU)
    demande = Demande(**decor | valeurs | champs)
    demande.fixer_terme(terme)
    demande.poser_contenu(contenu)
    assure = contenu["assure"]
    lieu = Lieu(terme, demande.caisse_id, demande.partenaire_id)
    naissance = dt.date.fromisoformat(assure["naissance"])
    demande.jetons = jetons_personne(assure["nom"], assure["prenom"], naissance, lieu)
    demande.save()
    sceau = uuid.uuid4()
    Message.objects.create(
        demande=demande,
        caisse=demande.caisse,
        sceau=sceau,
        auteur=Compte.objects.get(pk=demande.technicien_id),
        cote="partenaire",
        texte_scelle=demande.sceller("Bonjour", Message.lien("message", demande.caisse_id, sceau)),
        ecrit_le=maintenant,
    )
    return demande


def une_piece(demande: Demande) -> Piece:
    """Store a piece of this demande, with its content, without the long check of a sending."""
    piece = Piece(
        demande=demande,
        genre="pdf",
        taille=7,
        etat=Piece.Etat.EN_ANALYSE,
        ajoute_le=horloge.maintenant(),
        ajoute_par_id=demande.technicien_id,
    )
    piece.poser_nom("identité.pdf")
    stockage.ecrire(demande, piece.emplacement, b"contenu")
    piece.save()
    return piece
