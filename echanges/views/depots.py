"""A deposit step by step: opened, sent, confirmed, read, taken back (E-02, E-09); or nothing to send (E-10)."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from conformite.journal import consigner
from echanges import permissions, tableaux
from echanges.actions.depots import confirmer_depot, ouvrir_depot, retirer_depot
from echanges.actions.flux import declarer_neant
from echanges.actions.lecture import lire_depot
from echanges.actions.reception import boite_refusee, mot_de_passe_parti, recevoir_fichier
from echanges.forms import FichierForm, LectureForm, NeantForm, OuvertureDepotForm, RetraitForm
from echanges.journal import Acte
from echanges.models.depots import Depot, StatutDepot
from echanges.models.flux import FluxConvenu
from echanges.regles import periodes_offertes
from echanges.views.actes import PageDEchange, PageDUnDepot, RefusGarde, verrouiller_part
from echanges.views.portes import apres_engagement, charger_depot, charger_flux
from echanges.views.suivi import TYPES, montrer_depot, montrer_echange
from socle.actes import LECTURE_ECRITURE, ActeDePage, ActeForm, PageDUnActe
from socle.tableur import reponse_csv

APERCU_LIGNES = 5


class _PageDUnFlux(PageDEchange, PageDUnActe):
    """The page of one act on a flow: its part is locked, that its deposits share."""

    nom = "flux"

    def charger(self) -> FluxConvenu:
        return charger_flux(self.request, self.cles["cle"])

    def verrouiller(self, objet: FluxConvenu) -> None:
        verrouiller_part(objet.participation_id)

    def retour(self, acte: ActeDePage) -> str:
        part = self.charger().participation
        return reverse("echange", args=[part.convention.reference, part.caisse.code])


class _OuvrirUnDepot(_PageDUnFlux):
    """Choose the period; the password leaves first."""

    gabarit = "echanges/ouvrir.html"
    trop_tard = "Le dépôt à remplacer n’est plus là : un collègue l’a retiré ou remplacé. Voici où il en est."
    actes = (
        ActeDePage.unique(
            *("ouvrir", ouvrir_depot, OuvertureDepotForm),
            fait="Le mot de passe part vers la boîte de l’autre partie. Vous pourrez ensuite envoyer le fichier.",
            droit=permissions.can_deposer,
            quand=lambda flux: flux.a_remplacer is None or flux.a_remplacer.est_la,
        ),
    )

    def charger(self) -> Any:
        flux: Any = super().charger()
        reference = self.request.GET.get("remplace", "")
        flux.a_remplacer = (
            get_object_or_404(flux.depots.annonces(), reference=reference) if reference else None
        )
        return flux

    def options(self, acte: ActeDePage, objet: Any) -> dict[str, Any]:
        jour, ancien = objet.participation.caisse.jour, objet.a_remplacer
        periodes = [ancien.periode] if ancien else periodes_offertes(objet.periodicite, objet.depuis, jour)
        return {"periodes": periodes, "remplace": ancien is not None}

    def contexte(self, objet: Any) -> dict[str, Any]:
        return {"flux": objet, "participation": objet.participation, "remplace": objet.a_remplacer}

    def afficher(
        self, objet: Any, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        if not self.actes[0].quand(objet):
            return montrer_depot(
                self.request, charger_depot(self.request, objet.a_remplacer.reference), statut
            )
        return super().afficher(objet, verbe, form, statut)

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Any:
        return super().faire(acte, objet, remplace=objet.a_remplacer, **donnees)

    def renoncer(self, acte: ActeDePage) -> str:
        ancien = self.charger().a_remplacer
        return reverse("depot", args=[ancien.reference]) if ancien else super().retour(acte)

    def retour(self, acte: ActeDePage) -> str:
        return reverse("depot-fichier", args=[self.rendu.reference])


class _Neant(_PageDUnFlux):
    """Say that a period has nothing to send (E-10)."""

    actes = (
        ActeDePage.unique(
            *("neant", declarer_neant, NeantForm),
            fait="L’état néant est déclaré : rien n’est attendu pour cette période.",
            droit=permissions.can_declarer_neant,
        ),
    )

    def afficher(
        self, objet: Any, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        for phrase in [une for phrases in (form.errors if form else {}).values() for une in phrases]:
            messages.error(self.request, str(phrase))
        return montrer_echange(self.request, objet.participation, statut)


class _Fichier(RefusGarde, PageDUnDepot):
    """Send the table, once the password has left; every fault of it is told."""

    gabarit = "echanges/fichier.html"
    actes = (
        ActeDePage.unique(
            *("fichier", recevoir_fichier, FichierForm),
            droit=permissions.can_poursuivre,
            quand=lambda depot: depot.attend_un_fichier,
        ),
    )

    def contexte(self, objet: Depot) -> dict[str, Any]:
        return {
            "depot": objet,
            "lu": self.rendu,
            "parti_le": mot_de_passe_parti(objet),
            "refusee": boite_refusee(objet),
            "en_erreur": bool(self.rendu),
            "points": "points" in objet.resume,
        }

    def finir(self, acte: ActeDePage) -> HttpResponse:
        if self.rendu and self.rendu.problemes:
            return self.afficher(self.charger(), acte.verbe, self.form, 422)
        return super().finir(acte)

    def retour(self, acte: ActeDePage) -> str:
        return reverse("depot-confirmer", args=[self.cles["cle"]])


@require_safe
@apres_engagement(charger=charger_depot, permis=permissions.can_poursuivre)
def points(request: HttpRequest, depot: Depot) -> HttpResponse:
    """Send the faults of the last table that was refused: line, column, what to do; never what was in a cell."""
    trouves = depot.resume.get("points")
    if not trouves:
        raise Http404
    return reponse_csv(f"{depot.reference}-points-a-corriger.csv", ("Ligne", "Colonne", "Que faire"), trouves)


class _Confirmer(PageDUnDepot):
    """Show what was read, then announce it: what is announced is what was shown."""

    gabarit = "echanges/confirmation.html"
    actes = (
        ActeDePage.unique(
            *("confirmer", confirmer_depot, ActeForm),
            fait="Le dépôt est annoncé à la boîte de l’autre partie.",
            droit=permissions.can_poursuivre,
            quand=lambda depot: depot.statut == StatutDepot.A_CONFIRMER,
            vu=lambda depot: depot.empreinte_recue,
        ),
    )

    def verrouiller(self, objet: Depot) -> None:
        """Lock the part, then both deposits by primary key."""
        verrouiller_part(objet.participation_id)
        list(
            Depot.objects.select_for_update(of=("self",))
            .filter(pk__in=[objet.pk, objet.remplace_id])
            .order_by("pk")
        )

    def contexte(self, objet: Depot) -> dict[str, Any]:
        consigner(Acte.DEPOT_RELIRE, par=self.compte, objet=objet)
        return {"depot": objet, **_apercu(objet)}


def _apercu(depot: Depot) -> dict[str, Any]:
    """Return the first rows, the total and the warnings, unsealed."""
    resume, premier = depot.resume, depot.lots.order_by("rang").first()
    lignes = depot.ouvrir(bytes(premier.scelle), f"lignes:{premier.rang}")[:APERCU_LIGNES] if premier else []
    colonnes = depot.flux.colonnes
    return {
        "colonnes": [{"libelle": colonne.libelle} for colonne in colonnes],
        "lignes": tableaux.montrer(colonnes, lignes),
        "total": None if resume["total"] is None else tableaux.en_euros(resume["total"]),
        "avertissements": [
            [str(numero), colonne, phrase] for numero, colonne, phrase in resume["avertissements"]
        ],
        "colonnes_avertissements": [{"libelle": un} for un in ("Ligne", "Colonne", "À vérifier")],
    }


class _Lire(RefusGarde, PageDUnDepot):
    """Ask for the password, then give the file; a wrong one is counted, whatever is answered."""

    gabarit = "echanges/lecture.html"
    actes = (
        ActeDePage.unique(
            *("lire", lire_depot, LectureForm),
            droit=permissions.can_lire,
            quand=lambda depot: depot.est_la,
        ),
    )

    def finir(self, acte: ActeDePage) -> Any:
        if self.refuse is not None:
            return super().finir(acte)
        remis, morceaux = self.rendu
        return StreamingHttpResponse(
            morceaux,
            content_type=TYPES["ods"],
            headers={
                "Content-Disposition": content_disposition_header(True, remis.nom),
                "Content-Length": str(remis.taille),
                "Content-Security-Policy": "sandbox; default-src 'none'",
                "Cross-Origin-Resource-Policy": "same-origin",
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "no-store",
            },
        )


class _Retirer(PageDUnDepot):
    """Take a deposit back, with a reason."""

    gabarit = "echanges/retrait.html"
    actes = (
        ActeDePage.unique(
            *("retirer", retirer_depot, RetraitForm),
            fait="Le dépôt est retiré : son fichier est détruit.",
            droit=permissions.can_retirer,
            quand=lambda depot: depot.est_vivant,
        ),
    )


ouvrir, fichier, confirmation, retrait = (
    page.vue(methodes=LECTURE_ECRITURE) for page in (_OuvrirUnDepot, _Fichier, _Confirmer, _Retirer)
)
lecture = sensitive_post_parameters("mot_de_passe")(_Lire.vue(methodes=LECTURE_ECRITURE))
neant = _Neant.vue()
