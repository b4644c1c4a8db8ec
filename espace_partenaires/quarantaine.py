"""Mails kept back after a restored backup: some had left already, some never did. A person decides."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path, reverse

from accounts.models.compte import Compte
from conformite.journal import consigner
from conformite.restauration import QUARANTAINE
from espace_partenaires.journal import Acte
from socle import crochets, horloge
from socle.actes import ActeDePage, PageASoi
from socle.apres_commit import apres_commit
from socle.confirmation import demander_confirmation
from socle.courriels import envoyer_courriels
from socle.crochets import Carte
from socle.models import CourrielSortant
from socle.roles import Droit, peut
from socle.templatetags.portail import accorder

JETES = "jeté après restauration"
NOMBRE_AFFICHE = 200


def can_relire(compte: Compte) -> bool:
    """Whether the account decides on mails kept back: the national administrator, for the whole portal."""
    return peut(compte, Droit.RELIRE_COURRIELS)


def retenus() -> QuerySet[CourrielSortant]:
    """Return the mails kept back, oldest first."""
    return CourrielSortant.objects.filter(envoye_le=None, derniere_erreur=QUARANTAINE).order_by(
        "cree_le", "pk"
    )


@crochets.accueil.inscrire("courriels-retenus")
def cartes(compte: Compte) -> list[Carte]:
    """Return the card of whoever decides, when there is something to decide."""
    nombre = retenus().count() if can_relire(compte) else 0
    texte = "Une sauvegarde a été remise en place : ces courriels attendent votre décision."
    return (
        [Carte("Courriels retenus", texte, reverse("courriels-retenus"), nombre, "erreur", 7)]
        if nombre
        else []
    )


@transaction.atomic
def decider(cles: list[int], *, envoyer: bool, par: Compte) -> int:
    """Let these mails leave, or give them up for good; return how many were still kept back."""
    lignes = list(retenus().filter(pk__in=cles).select_for_update().values_list("pk", flat=True))
    etat = (
        {"abandonne_le": None, "derniere_erreur": ""}
        if envoyer
        else {"derniere_erreur": JETES, "secret_scelle": None}
    )
    CourrielSortant.objects.filter(pk__in=lignes).update(**etat)
    if lignes:
        acte = Acte.COURRIEL_LIBERER if envoyer else Acte.COURRIEL_JETER
        consigner(acte, par=par, objet=par, nombre=len(lignes), jour=horloge.maintenant().date().isoformat())
    if lignes and envoyer:
        apres_commit(envoyer_courriels)
    return len(lignes)


class _PageDesCourriels(PageASoi):
    """Show the mails kept back by subject, never their body nor their link; release or throw away those chosen."""

    gabarit = "pages/courriels_retenus.html"
    vers = ("courriels-retenus",)

    def contexte(self, objet: Any) -> dict[str, object]:
        return {"courriels": retenus()[:NOMBRE_AFFICHE], "total": retenus().count()}

    def montrer(self, objet: Any, acte: ActeDePage, form: Any) -> HttpResponse | None:
        """Ask once before mails are thrown away."""
        dit = self.request.POST
        choisis = dit.getlist("courriel")
        if not choisis or "confirme" in dit or dit.get("verbe") == "envoyer":
            return None
        pertes = [accorder(len(choisis), "courriel ne partira jamais.,courriels ne partiront jamais.")]
        champs = [("verbe", "jeter"), ("confirme", "1"), *(("courriel", un) for un in choisis)]
        return demander_confirmation(
            self.request, "Jeter les courriels choisis", pertes, self.retour(acte), champs=champs
        )

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> int:
        choisis = [int(cle) for cle in self.request.POST.getlist("courriel") if cle.isdecimal()]
        return decider(choisis, envoyer=self.request.POST.get("verbe") == "envoyer", par=objet)


courriels_retenus = _PageDesCourriels.pour(
    "decider",
    fait=lambda nombre: accorder(nombre, "courriel traité,courriels traités"),
    faire=decider,
    permis=can_relire,
)
urlpatterns = [path("national/courriels/", courriels_retenus, name="courriels-retenus")]
