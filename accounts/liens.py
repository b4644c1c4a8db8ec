"""The address of a personal link, made when its mail leaves (A-05): tables keep its number, never the link."""

from django.conf import settings
from django.urls import reverse

from accounts.actions.acces import jeton_du_lien
from accounts.models.acces import LienPersonnel
from socle import crochets

ROUTES = {
    LienPersonnel.Usage.ACTIVATION: "activation",
    LienPersonnel.Usage.MOT_DE_PASSE: "mot-de-passe-nouveau",
    LienPersonnel.Usage.SECOND_FACTEUR: "second-facteur-nouveau",
    LienPersonnel.Usage.ADRESSE: "adresse-confirmer",
}


@crochets.liens.inscrire("accounts")
def adresse(pk: int) -> str:
    """Return the address of a link; of one that is no more, the page from which another is asked."""
    lien = LienPersonnel.objects.select_related("compte").filter(pk=pk).first()
    if lien is None:
        return settings.ADRESSE_DU_PORTAIL + reverse("connexion")
    return settings.ADRESSE_DU_PORTAIL + reverse(ROUTES[lien.usage], args=[jeton_du_lien(lien)])
