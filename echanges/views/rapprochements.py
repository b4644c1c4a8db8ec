"""A list of PCH or ACTP beside the beneficiaries of the MTP: certain, to check, none; a person decides the middle (E-05)."""

from collections import Counter
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conformite.journal import consigner
from echanges import permissions, tableaux
from echanges.actions.rapprochements import AUCUNE, Comparee, comparer, decider, ouvrir
from echanges.forms import RapprochementForm
from echanges.journal import Acte
from echanges.models.depots import Depot
from echanges.rapprochement import Correspondance
from echanges.views.actes import PageDUnDepot
from echanges.views.portes import apres_engagement, charger_depot
from socle.actes import LECTURE_ECRITURE, ActeDePage
from socle.listes import feuilleter

PAR_PAGE = 50
# In the order in which they are read: what waits for a person first.
ONGLETS = {
    Correspondance.A_VERIFIER: ("À vérifier", "avertissement"),
    Correspondance.CERTAIN: ("Reconnues", "succes"),
    Correspondance.AUCUN: ("Absentes des nouveaux bénéficiaires", "neutre"),
}


@require_safe
@apres_engagement(charger=charger_depot, permis=permissions.can_rapprocher)
def rapprochement(request: HttpRequest, depot: Depot) -> HttpResponse:
    """Show who stands in both lists, those to check first."""
    if not depot.est_la:
        return redirect("depot", depot.reference)
    jugees = comparer(depot)
    nombres = Counter(une.verdict for une in jugees)
    demande = request.GET.get("etat", "")
    choisi = next((un for un in ONGLETS if un.value == demande), Correspondance.A_VERIFIER)
    feuille = feuilleter(request, [une for une in jugees if une.verdict is choisi], PAR_PAGE)
    siennes = list(feuille)
    if choisi is not Correspondance.AUCUN or "mtp-mensuel" not in permissions.flux_autorises(
        request.user, depot.participation_id
    ):
        siennes = [replace(une, verse=None) for une in siennes]
    lues = ouvrir(depot, siennes)
    contexte = {
        "depot": depot,
        "onglets": [(un.value, titre, nombres[un], un is choisi) for un, (titre, _) in ONGLETS.items()],
        "etat": choisi.value,
        "feuille": feuille,
        "lignes": [_ligne(une) for une in lues],
    }
    _consigner(request, depot, lues)
    return render(request, "echanges/rapprochement.html", contexte)


class _Decider(PageDUnDepot):
    """Say whom a row designates, among those that its names resemble; a colleague who decided meanwhile is not undone."""

    gabarit = "echanges/decision.html"
    trop_tard = (
        "Un collègue a décidé de cette ligne, ou ses listes ont changé : votre décision n’a pas été notée."
    )
    actes = (
        ActeDePage.unique(
            *("decider", decider, RapprochementForm),
            fait="Votre décision est notée.",
            droit=permissions.can_rapprocher,
            quand=lambda depot: depot.est_la,
            vu=lambda depot: depot.deja_decide,
        ),
    )

    def charger(self) -> Any:
        """Return the deposit, with what was decided of this row."""
        depot: Any = super().charger()
        decides = depot.rapprochements.filter(rang=self.cles["rang"])
        depot.deja_decide = list(decides.values_list("depot_mtp", "rang_mtp", "decide_le"))
        return depot

    def une(self, objet: Depot) -> Comparee:
        """Return the row (404 where nobody resembles it)."""
        siennes = [un for un in comparer(objet) if un.rang == self.cles["rang"] and un.candidats]
        for une in ouvrir(objet, siennes):
            return une
        raise Http404

    def options(self, acte: ActeDePage, objet: Depot) -> dict[str, Any]:
        return {"candidats": self.une(objet).candidats if objet.est_la else (), "aucune": AUCUNE}

    def contexte(self, objet: Depot) -> dict[str, Any]:
        une = self.une(objet)
        _consigner(self.request, objet, [une])
        return {"depot": objet, "ligne": _ligne(une)}

    def faire(self, acte: ActeDePage, objet: Depot, /, **donnees: Any) -> Any:
        return super().faire(acte, objet, rang=self.cles["rang"], **donnees)

    def retour(self, acte: ActeDePage) -> str:
        return reverse("rapprochement", args=[self.cles["cle"]])


decision = _Decider.vue(methodes=LECTURE_ECRITURE)


def _consigner(request: HttpRequest, depot: Depot, lues: list[Comparee]) -> None:
    """R-04: the rows of both lists were read."""
    autres = (un for une in lues for un in (*une.candidats, une.verse) if un)
    citees = sorted({un.depot.reference for un in autres})
    consigner(Acte.RAPPROCHEMENT_LIRE, par=request.user, objet=depot, citees=citees, lignes=len(lues))


def _ligne(une: Comparee) -> dict[str, Any]:
    ligne, trouvee, verse = une.ligne, une.beneficiaire, une.verse
    return {
        "une": une,
        "rang": une.jugee.rang,
        "decision": une.jugee.decision,
        "personne": f"{ligne['prenoms']} {ligne['nom']}",
        "usage": ligne["nom_usage"],
        "naissance": tableaux.en_jour(ligne["naissance"]),
        "commune": ligne["commune"],
        "prestation": ligne["prestation"],
        "debut": tableaux.en_jour(ligne["debut"]),
        "fin": tableaux.en_jour(ligne["fin"]) if ligne["fin"] else "",
        "montant": tableaux.en_euros(ligne["montant_mensuel"]),
        "mtp": trouvee
        and {
            "depuis": tableaux.en_jour(trouvee.ligne["ouverture"]),
            "montant": tableaux.en_euros(trouvee.ligne["montant_mensuel"]),
            "depot": trouvee.depot.reference,
        },
        "verse": verse
        and f"{tableaux.en_euros(verse.ligne['a_verser'])}\N{NO-BREAK SPACE}€ en {verse.depot.periode_en_mots}",
    }
