"""What the mails ask of the accounts: the address of a personal link, made when its mail leaves (A-05: tables keep its
number, never the link), and who can correct an address that its server refuses (A-09).
"""

from django.conf import settings
from django.urls import reverse

from accounts.actions.acces import jeton_du_lien
from accounts.models.acces import LienPersonnel
from accounts.models.compte import STATUTS_OCCUPANTS, Compte, CompteQuerySet
from conventions.models.conventions import Participation
from socle import crochets
from socle.courriels import deposer_courriel
from socle.models import CourrielSortant
from socle.roles import Droit

GABARIT = "accounts/adresse_refusee"
ROUTES = {
    LienPersonnel.Usage.ACTIVATION: "activation",
    LienPersonnel.Usage.MOT_DE_PASSE: "mot-de-passe-nouveau",
    LienPersonnel.Usage.SECOND_FACTEUR: "second-facteur-nouveau",
    LienPersonnel.Usage.ADRESSE: "adresse-confirmer",
    LienPersonnel.Usage.AGENDA: "agenda",
}


@crochets.liens.inscrire("accounts")
def adresse(pk: int) -> str:
    """Return the address of a link; of one that is no more, the page from which another is asked."""
    lien = LienPersonnel.objects.select_related("compte").filter(pk=pk).first()
    if lien is None:
        return settings.ADRESSE_DU_PORTAIL + reverse("connexion")
    return settings.ADRESSE_DU_PORTAIL + reverse(ROUTES[lien.usage], args=[jeton_du_lien(lien)])


@crochets.adresse_refusee.inscrire("accounts")
def prevenir(refusee: str) -> None:
    """Tell once, for each account of this address, who can correct it."""
    for compte in Compte.objects.filter(email=refusee, statut__in=STATUTS_OCCUPANTS):
        contexte = {"identifiant": compte.identifiant, "chemin": reverse("compte", args=[compte.pk])}
        dits = CourrielSortant.objects.filter(gabarit=GABARIT, chemin=contexte["chemin"], lu_le=None)
        for un in _qui_corrige(compte).order_by("pk"):
            if not dits.filter(destinataire=un.email).exists():
                deposer_courriel(un.email, GABARIT, contexte)


def _qui_corrige(compte: Compte) -> CompteQuerySet:
    """The other gestionnaires of its structure; where there is none, who habilitates it."""
    autres = Compte.objects.actifs().exclude(pk=compte.pk).exclude(email="")
    caisses = compte.caisses.values("pk")
    if compte.partenaire_id:
        siens = autres.pouvant(Droit.GERER_STRUCTURE).filter(partenaire=compte.partenaire_id)
        if siens.exists():
            return siens
        caisses = Participation.objects.filter(partenaire=compte.partenaire_id).values("caisse")
    liens = Compte.caisses.through.objects.filter(caisse__in=caisses)
    return autres.pouvant(Droit.HABILITER).filter(pk__in=liens.values("compte"))
