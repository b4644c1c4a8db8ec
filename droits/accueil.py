"""Cards of the home page: what awaits a DPO, what an administrateur must know."""

from typing import Any

from django.urls import reverse

from conformite.models import FreinPurge
from conformite.traitements import en_retard
from droits import permissions
from droits.calendrier import prolongees
from droits.models import DemandeDroits, Violation
from espace_partenaires import registres
from espace_partenaires.registres import Carte


@registres.accueil.inscrire("droits")
def cartes(compte: Any) -> list[Carte]:
    """Return the cards of `compte`; only what asks for someone shows."""
    toutes = []
    if permissions.can_traiter_violation(compte):
        toutes.append(
            Carte(
                "Violations à traiter",
                "Les délais courent depuis que la violation est connue.",
                reverse("violations"),
                Violation.objects.visibles_par(compte).ouvertes().count(),
                "erreur",
                5,
            )
        )
    if permissions.can_traiter_droits(compte):
        toutes.append(
            Carte(
                "Demandes d’exercice de droits",
                "Une réponse est due dans le mois.",
                reverse("droits"),
                DemandeDroits.objects.visibles_par(compte).ouvertes().count(),
                "avertissement",
                15,
            )
        )
    if permissions.can_liberer_frein(compte):
        toutes.append(
            Carte(
                "Purge arrêtée",
                "Un volume anormal attend votre décision.",
                reverse("conservation"),
                FreinPurge.objects.ouverts().filter(libere_le=None).count(),
                "erreur",
                8,
            )
        )
    if permissions.can_geler(compte):
        toutes.append(
            Carte(
                "Demandes prolongées",
                "Encore ouvertes à leur terme, elles sont gardées 15 jours de plus à chaque fois.",
                f"{reverse('conservation')}#prolongees",
                prolongees(compte).count(),
                "avertissement",
                20,
            )
        )
    if permissions.can_voir_traitements(compte):
        toutes.append(
            Carte(
                "Traitements en retard",
                "Un traitement automatique ne s’est pas exécuté pour sa période.",
                reverse("traitements"),
                len(en_retard()),
                "erreur",
                9,
            )
        )
    return [carte for carte in toutes if carte.compte]
