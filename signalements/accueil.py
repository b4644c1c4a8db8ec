"""Cards of the home page: what awaits a technicien, an agent, a superviseur."""

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from conventions.models.conventions import Objet, Participation
from signalements.models.demandes import Demande
from signalements.paniers import PANIERS, compter
from signalements.workflow import Statut
from socle import crochets, horloge
from socle.crochets import Carte
from socle.profils import PROFILS_TRAITANTS, Profil

# Basket -> level and order of its card; the others stay on the desk.
_CORBEILLES = {
    "urgentes": ("erreur", 10),
    "en-retard": ("erreur", 20),
    "a-prendre": ("info", 30),
    "les-miennes": ("info", 40),
    "reponses": ("avertissement", 50),
    "bientot-au-terme": ("avertissement", 60),
    "sans-agent": ("avertissement", 70),
}


@crochets.accueil.inscrire("signalements")
def cartes(compte: Any) -> list[Carte]:
    """Return the cards of `compte`, those with nothing to do left out but the first step."""
    if compte.profil == Profil.TECHNICIEN:
        return _technicien(compte)
    if compte.profil in PROFILS_TRAITANTS:
        return _caisse(compte)
    if compte.profil == Profil.ADMINISTRATEUR:
        return [
            Carte(
                "Modèles de réponse",
                "Les textes que les agents insèrent dans leurs réponses.",
                reverse("tri-modeles"),
                ordre=95,
            )
        ]
    return []


def a_des_demandes(compte: Any) -> bool:
    """Whether a convention of the structure is about the services of the portal, not the exchange of files only."""
    siennes = Participation.objects.de(compte).filter(objet=Objet.ACCES_DROITS)
    return siennes.ouvrant_le_portail().exists() or siennes.en_bonne_fin().exists()


def _technicien(compte: Any) -> list[Carte]:
    if not a_des_demandes(compte):
        return []
    nombres = _compter(compte)
    liste = reverse("demandes")
    attentes = [
        Carte(
            "Compléments à apporter",
            "La caisse vous a posé une question.",
            f"{liste}?filtre=a-vous",
            nombres["complements"],
            "avertissement",
            10,
            un="Complément à apporter",
        ),
        Carte(
            "Réponses à lire",
            "La caisse a répondu.",
            f"{liste}?filtre=a-vous",
            nombres["reponses"],
            "succes",
            20,
            un="Réponse à lire",
        ),
        Carte(
            "Brouillons à finir",
            "Un brouillon est gardé 30 jours après sa dernière modification.",
            f"{liste}?filtre=brouillons",
            nombres["brouillons"],
            "info",
            40,
            un="Brouillon à finir",
        ),
        Carte(
            "Chez la caisse",
            _phrase_en_cours(nombres["retards"]),
            f"{liste}?filtre=ouvertes",
            nombres["ouvertes"],
            "info",
            50,
        ),
    ]
    nouvelle = Carte(
        "Nouvelle demande",
        "Signaler une situation, demander un document, un rendez-vous, une étude de dossier.",
        reverse("demande-nouvelle"),
        ordre=1,
    )
    return [nouvelle, *(carte for carte in attentes if carte.compte)]


def _compter(compte: Any) -> dict[str, int]:
    """Count, in one query, what the structure has to do or waits for."""
    return Demande.objects.visibles_par(compte).aggregate(
        complements=Count("id", filter=Q(statut=Statut.EN_ATTENTE)),
        reponses=Count("id", filter=Q(statut=Statut.TRAITEE, lue_le=None)),
        brouillons=Count("id", filter=Q(statut=Statut.BROUILLON)),
        ouvertes=Count("id", filter=Q(statut__in=(Statut.DEPOSEE, Statut.EN_COURS))),
        retards=Count(
            "id",
            filter=Q(
                statut__in=(Statut.DEPOSEE, Statut.EN_COURS), promise_le__lt=horloge.jour("Europe/Paris")
            ),
        ),
    )


def _phrase_en_cours(retards: int) -> str:
    if retards:
        return f"Demandes en cours de traitement, dont {retards} après la date promise."
    return "Demandes en cours de traitement."


def _caisse(compte: Any) -> list[Carte]:
    comptes = {
        panier.code: nombre for panier, nombre in compter(Demande.objects.visibles_par(compte), compte)
    }
    return [
        Carte(
            PANIERS[code].titre,
            PANIERS[code].definition,
            f"{reverse('tri')}?panier={code}",
            comptes[code],
            niveau,
            ordre,
        )
        for code, (niveau, ordre) in _CORBEILLES.items()
        if comptes[code] or code == "a-prendre"
    ]
