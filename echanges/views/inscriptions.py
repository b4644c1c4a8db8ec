"""The inscriptions of a deposit: what became of each, noted by the centre, seen by who sent them (E-07)."""

from collections import Counter, defaultdict
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conformite.journal import consigner
from echanges import permissions, tableaux
from echanges.actions.inscriptions import noter_inscription
from echanges.forms import InscriptionForm
from echanges.journal import Acte
from echanges.lignes import lignes_de
from echanges.models.depots import Depot
from echanges.models.inscriptions import SuiteInscription, SuiviInscription
from echanges.views.actes import PageDUnDepot
from echanges.views.portes import apres_engagement, charger_depot
from socle import horloge
from socle.actes import ActeDePage
from socle.listes import feuilleter

PAR_PAGE = 50


class _Noter(PageDUnDepot):
    """Note what becomes of an inscription; what is wrong comes back beside its field."""

    trop_tard = (
        "Un collègue a noté cette inscription, ou le dépôt n’est plus là : votre suite n’a pas été notée."
    )
    actes = (
        ActeDePage.unique(
            *("suite", noter_inscription, InscriptionForm),
            fait="La suite est notée : la structure la voit.",
            droit=permissions.can_noter_inscription,
            quand=lambda depot: depot.est_la,
        ),
    )

    def options(self, acte: ActeDePage, objet: Depot) -> dict[str, Any]:
        vue = {"vue_le": horloge.maintenant().isoformat()}
        return {"lignes": dict(lignes_de(objet)) if objet.est_la else {}, "initial": vue}

    def refuser(self, refus: int, objet: Depot, acte: ActeDePage, form: Any) -> HttpResponse:
        """Sent again from this page, it is decided upon what this page shows."""
        form.data = form.data.copy()
        form.data["vue_le"] = horloge.maintenant().isoformat()
        return super().refuser(refus, objet, acte, form)

    def afficher(
        self, objet: Depot, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        if not objet.est_la:
            return super().afficher(objet, verbe, form, statut)
        return _page(self.request, objet, form, statut)

    def retour(self, acte: ActeDePage) -> str:
        return reverse("inscriptions", args=[self.cles["cle"]])


noter = _Noter.vue()


@require_safe
@apres_engagement(charger=charger_depot, permis=permissions.can_suivre_inscriptions)
def inscriptions(request: HttpRequest, depot: Depot) -> HttpResponse:
    """Show each inscription and where it stands; the centre gets the form that notes what becomes of one."""
    if not depot.est_la:
        return redirect("depot", depot.reference)
    page, acte = _Noter(request, cle=depot.reference), _Noter.actes[0]
    return _page(request, depot, None if acte.refus(page.compte, depot) else page.vierge(acte, depot))


def _page(request: HttpRequest, depot: Depot, form: Form | None, statut: int = 200) -> HttpResponse:
    lignes = list(lignes_de(depot))
    suivis = {un.rang: un for un in depot.inscriptions.filter(remplace_le=None).order_by("rang")}
    feuille = feuilleter(request, lignes, PAR_PAGE)
    ecartes = depot.rangs_ecartes
    nombres = Counter(un.suite for un in suivis.values())
    notes = defaultdict(list)
    lus = [rang for rang, _ in feuille]
    for un in depot.inscriptions.filter(rang__in=lus).select_related("note_par").order_by("-pk"):
        notes[un.rang].append(un)
    contexte = {
        "depot": depot,
        "feuille": feuille,
        "lignes": [_ligne(rang, ligne, notes[rang], rang in ecartes) for rang, ligne in feuille],
        "nombres": [(un.label, nombres[un.value]) for un in SuiteInscription],
        "restent": len(lignes) - len(suivis),
        "form": form,
    }
    consigner(Acte.INSCRIPTION_LIRE, par=request.user, objet=depot)
    return render(request, "echanges/inscriptions.html", contexte, status=statut)


def _ligne(rang: int, ligne: dict[str, Any], notes: list[SuiviInscription], ecartee: bool) -> dict[str, Any]:
    return {
        "numero": rang + 1,
        "personne": f"{ligne['prenoms']} {ligne['nom']}",
        "naissance": tableaux.en_jour(ligne["naissance"]),
        "joindre": "" if ecartee else ligne["telephone"] or ligne["structure"],
        "ecartee": ecartee,
        "notes": notes[:1],
        "avant": notes[1:],
    }
