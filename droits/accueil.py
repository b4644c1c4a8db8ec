"""Cards of the home page: what awaits a DPO, what an administrateur must know."""

from django.urls import reverse

from accounts.models.compte import Compte
from conformite.executions import en_retard
from conformite.models.travaux import FreinPurge
from droits import permissions
from droits.calendrier import prolongees
from droits.models.demandes import DemandeDroits
from droits.models.violations import Violation
from socle import crochets
from socle.crochets import Carte


@crochets.accueil.inscrire("droits")
def cartes(compte: Compte) -> list[Carte]:
    """Return the cards of `compte`; only what asks for someone shows."""
    return [carte for carte in (*_du_dpo(compte), *_de_surveillance(compte)) if carte.compte]


def _du_dpo(compte: Compte) -> list[Carte]:
    cartes = []
    if permissions.can_traiter_violation(compte):
        texte = "Les délais courent depuis que la violation est connue."
        nombre = Violation.objects.visibles_par(compte).ouvertes().count()
        cartes.append(Carte("Violations à traiter", texte, reverse("violations"), nombre, "erreur", 5))
    if permissions.can_traiter_droits(compte):
        titre, texte = "Demandes d’exercice de droits", "Une réponse est due dans le mois."
        nombre = DemandeDroits.objects.visibles_par(compte).ouvertes().count()
        cartes.append(Carte(titre, texte, reverse("droits"), nombre, "avertissement", 15))
    return cartes


def _de_surveillance(compte: Compte) -> list[Carte]:
    cartes = []
    if permissions.can_liberer_frein(compte):
        texte = "Un volume anormal attend votre décision."
        nombre = FreinPurge.objects.ouverts().filter(libere_le=None).count()
        cartes.append(Carte("Purge arrêtée", texte, reverse("conservation"), nombre, "erreur", 8))
    if permissions.can_geler(compte):
        texte = "Encore ouvertes à leur terme, elles sont gardées 15 jours de plus à chaque fois."
        url, nombre = f"{reverse('conservation')}#prolongees", prolongees(compte).count()
        cartes.append(Carte("Demandes prolongées", texte, url, nombre, "avertissement", 20))
    if permissions.can_voir_executions(compte):
        texte = "Une exécution automatique n’a pas eu lieu pour sa période."
        cartes.append(
            Carte("Exécutions en retard", texte, reverse("executions"), len(en_retard()), "erreur", 9)
        )
    return cartes
