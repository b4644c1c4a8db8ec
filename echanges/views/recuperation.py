"""The recovery of the indus of a deposit: the list, a dossier, its acts, its letter, what goes back (E-06)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.models.compte import Compte
from conformite.journal import consigner
from echanges import catalogue, permissions, tableaux
from echanges.actions import recuperation as actes
from echanges.forms import ContestationForm, ImpossibleForm, PosteForm, RapprochementForm
from echanges.journal import Acte
from echanges.models.depots import Depot
from echanges.models.recuperation import DossierIndu, StatutDossier
from echanges.regles import en_mots
from echanges.views.actes import PageDEchange, PageDUnDepot
from echanges.views.portes import apres_engagement, charger_depot
from echanges.views.suivi import TYPES
from socle import horloge
from socle.actes import LECTURE_ECRITURE, ActeDePage, ActeForm
from socle.certain import certain
from socle.pdf import rendre_pdf, reponse_pdf
from socle.roles import exiger
from socle.templatetags.portail import accorder

IMPOSSIBLE = "La retenue est impossible : le dossier dit pourquoi, et il est gardé."


def _charger_dossier(request: HttpRequest, reference: str) -> DossierIndu:
    """Return a dossier of a deposit that the account sees (404)."""
    visibles = permissions.depots_visibles(request.user).values("pk")
    return get_object_or_404(
        DossierIndu.objects.filter(depot__in=visibles).select_related(
            "caisse",
            "partenaire",
            "depot__flux",
            "depot__participation__convention",
            "depot__caisse",
            "compte_payeur",
            "depot_mtp",
        ),
        reference=reference,
    )


class _Dossiers(PageDUnDepot):
    """List the dossiers of a deposit; open those that are not."""

    gabarit = "echanges/dossiers.html"
    lisible = True
    actes = (
        ActeDePage.unique(
            *("ouvrir", actes.ouvrir_dossiers, ActeForm),
            fait=lambda neufs: f"{accorder(neufs, 'dossier est ouvert,dossiers sont ouverts')}.",
            droit=permissions.can_recuperer,
            quand=lambda depot: depot.est_la,
        ),
    )

    def contexte(self, objet: Depot) -> dict[str, Any]:
        lignes = [{"dossier": un, **_resume(un)} for un in objet.dossiers.order_by("rang")]
        opposes = actes.rangs_opposes(objet)
        if lignes:
            citees = [un["dossier"].reference for un in lignes]
            consigner(Acte.DOSSIER_LISTER, par=self.compte, objet=objet, citees=citees)
        return {
            "depot": objet,
            "lignes": lignes,
            "a_ouvrir": objet.est_la and len(lignes) < objet.lignes,
            "mandates": {un["dossier"].rang for un in lignes if un["dossier"].signe_le} - opposes,
        }

    def charger(self) -> Depot:
        """Return the deposit, to who may read its dossiers: what is mandated is done, whatever became of it."""
        depot = super().charger()
        exiger(permissions.can_recuperer(self.compte, depot))
        return depot

    def retour(self, acte: ActeDePage) -> str:
        return self.request.path


dossiers = _Dossiers.vue(methodes=LECTURE_ECRITURE)


def _resume(dossier: DossierIndu) -> dict[str, Any]:
    contenu = dossier.contenu
    indu = contenu["indu"]
    return {
        "personne": f"{indu['prenoms']} {indu['nom']}",
        "naissance": tableaux.en_jour(indu["naissance"]),
        "indu": tableaux.en_euros(indu["montant"]),
        "retenu": tableaux.en_euros(contenu["total"]) if "total" in contenu else "",
    }


def _lisible(dossier: DossierIndu) -> dict[str, Any]:
    """Return what a page and the letter show, written."""
    contenu = dossier.contenu
    indu, mtp = contenu["indu"], contenu.get("mtp")
    return {
        **_resume(dossier),
        "indu_retire": not dossier.depot.est_la,
        "opposee": dossier.rang in actes.rangs_opposes(dossier.depot),
        "ligne": indu,
        "debut": tableaux.en_jour(indu["debut"]),
        "fin": tableaux.en_jour(indu["fin"]),
        "mtp": mtp and {
            "personne": f"{mtp['prenoms']} {mtp['nom']}" + (f" ({mtp['nom_usage']})" if mtp["nom_usage"] else ""),
            "naissance": tableaux.en_jour(mtp["naissance"]),
            "commune": mtp["commune"],
            "depot": dossier.depot_mtp,
            "ouverture": tableaux.en_jour(mtp["ouverture"]),
            "montant": tableaux.en_euros(mtp["montant_mensuel"]),
            "versement": tableaux.en_jour(mtp["premier_versement"]),
        },
        "colonnes": [{"libelle": "Mois"}, {"libelle": "Retenu (€)", "classe": "nombre"}],
        "contestation": contenu.get("contestation", ""),
        "mois": [[en_mots(mois), tableaux.en_euros(part)] for mois, part in contenu.get("retenue", {}).items()],
        "total": tableaux.en_euros(contenu["total"]) if "total" in contenu else "",
        "solde": tableaux.en_euros(contenu["solde"]) if "solde" in contenu else "",
    }  # fmt: skip


def _du_depot(compte: Compte, dossier: DossierIndu) -> bool:
    return permissions.can_recuperer(compte, dossier.depot)


def _dit(fait: str) -> Callable[[DossierIndu], str]:
    """Say what an act did, or that the dossier ended instead."""
    return lambda un: IMPOSSIBLE if un.impossibilite else fait


def _acte(
    verbe: str,
    faire: Callable[..., object],
    bouton: str,
    fait: str | Callable[[DossierIndu], str],
    depuis: tuple[StatutDossier, ...],
    **options: Any,
) -> ActeDePage:
    """An act of a dossier, and the states that offer it."""
    avec: dict[str, Any] = {
        "formulaire": ActeForm,
        "droit": _du_depot,
        "quand": lambda un: un.statut in depuis,
    } | options
    return ActeDePage(verbe=verbe, titre="", bouton=bouton, fait=fait, faire=faire, **avec)


def _retenu(dossier: DossierIndu) -> object:
    """What a mandate is decided upon: what is withheld, who prepared it."""
    contenu = dossier.contenu
    return [contenu.get("retenue"), contenu.get("solde"), dossier.prepare_le]


_S = StatutDossier
_IMPOSSIBLES = (_S.RECU, _S.RAPPROCHE, _S.CALCULE, _S.CONTESTE)


class _PageDuDossier(PageDEchange):
    """The person, the indu, the MTP, what is withheld month by month, and what comes next."""

    nom = "dossier"
    trop_tard = actes.TROP_TARD
    actes = (
        _acte(
            *(
                "rapprocher",
                actes.rapprocher,
                "C’est cette personne",
                "La personne est reconnue.",
                (_S.RECU,),
            ),
            formulaire=RapprochementForm,
        ),
        _acte(
            *("calculer", actes.calculer_retenue, "Calculer la retenue", _dit("La retenue est calculée.")),
            (_S.RAPPROCHE, _S.CALCULE),
        ),
        _acte(
            *("preparer", actes.preparer_mandat, "Préparer le mandat"),
            "Le mandat est préparé : une autre personne le signe.",
            (_S.CALCULE,),
            vu=_retenu,
        ),
        _acte(
            *("signer", actes.signer_mandat, "Signer le mandat", _dit("Le mandat est signé."), (_S.CALCULE,)),
            vu=_retenu,
        ),
        _acte(
            *("poster", actes.noter_la_poste, "Noter l’envoi de la lettre", "L’envoi de la lettre est noté."),
            (_S.MANDATE,),
            formulaire=PosteForm,
        ),
        _acte(
            *("contester", actes.contester, "Noter une contestation", "La contestation est notée."),
            (_S.CALCULE, _S.MANDATE, _S.NOTIFIE),
            formulaire=ContestationForm,
        ),
        _acte(
            *("maintenir", actes.maintenir, "Maintenir la retenue", "La retenue est maintenue."),
            (_S.CONTESTE,),
        ),
        _acte(
            *("solder", actes.solder, "Solder le dossier", "Le dossier est soldé."),
            (_S.NOTIFIE, _S.CONTESTE),
            quand=lambda un: un.statut in (_S.NOTIFIE, _S.CONTESTE) and un.signe_le is not None,
        ),
        _acte(
            *("impossible", actes.declarer_impossible, "Dire la retenue impossible"),
            "La retenue est dite impossible ; le dossier est gardé.",
            _IMPOSSIBLES,
            formulaire=ImpossibleForm,
            quand=lambda un: un.statut in _IMPOSSIBLES and un.signe_le is None,
        ),
    )

    def charger(self) -> DossierIndu:
        return _charger_dossier(self.request, self.cles["cle"])

    def verrouiller(self, objet: DossierIndu) -> None:
        """Lock the deposit first: its dossiers share months and payments."""
        get_object_or_404(Depot.objects.select_for_update(of=("self",)), pk=objet.depot_id)
        super().verrouiller(objet)

    def options(self, acte: ActeDePage, objet: DossierIndu) -> dict[str, Any]:
        if acte.formulaire is not RapprochementForm:
            return {}
        return {"candidats": actes.candidats(objet).values() if acte.quand(objet) else ()}

    def offerts(
        self, objet: DossierIndu, verbe: str = "", form: Form | None = None
    ) -> list[tuple[Any, Form]]:
        """Leave out the choice between nobody."""
        choix = super().offerts(objet, verbe, form)
        return [(acte, un) for acte, un in choix if acte.verbe != "rapprocher" or un.fields["choix"].choices]

    def afficher(
        self, objet: DossierIndu, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        consigner(Acte.DOSSIER_LIRE, par=self.compte, objet=objet)
        contexte = {
            "dossier": objet,
            "form": form,
            "convention": objet.participation.convention,
            **_lisible(objet),
            "actes": self.offerts(objet, verbe, form),
            "sans_personne": objet.statut == _S.RECU and not actes.candidats(objet),
        }
        return render(self.request, "echanges/dossier.html", contexte, status=statut)


agir = _PageDuDossier.vue()


@require_safe
@apres_engagement(charger=_charger_dossier, permis=_du_depot)
def dossier(request: HttpRequest, dossier: DossierIndu) -> HttpResponse:
    """Show a dossier."""
    return _PageDuDossier(request, cle=dossier.reference).afficher(dossier)


@require_safe
@apres_engagement(charger=_charger_dossier, permis=_du_depot)
def mandat(request: HttpRequest, dossier: DossierIndu) -> HttpResponse:
    """Send the mandate to the paymaster: account, amount, who prepared and signed. It names no person."""
    if dossier.compte_payeur is None:
        raise Http404
    contexte = {"dossier": dossier, "le": _signe_le(dossier), "rib": actes.rib_de(dossier.compte_payeur)}
    contenu = rendre_pdf("echanges/pdf/mandat.html", contexte | _lisible(dossier))
    consigner(Acte.DOSSIER_MANDAT, par=request.user, objet=dossier)
    return reponse_pdf(contenu, f"{dossier.reference}-mandat.pdf")


@require_safe
@apres_engagement(charger=_charger_dossier, permis=_du_depot)
def lettre(request: HttpRequest, dossier: DossierIndu) -> HttpResponse:
    """Send the letter to the person, to print and post: amount, prestation, period, months, reason, remedies."""
    if dossier.signe_le is None:
        raise Http404
    contenu = rendre_pdf(
        "echanges/pdf/lettre.html", {"dossier": dossier, "le": _signe_le(dossier), **_lisible(dossier)}
    )
    consigner(Acte.DOSSIER_LETTRE, par=request.user, objet=dossier)
    return reponse_pdf(contenu, f"{dossier.reference}-lettre.pdf")


@require_safe
@apres_engagement(charger=charger_depot, permis=permissions.can_recuperer)
def recuperations(request: HttpRequest, depot: Depot) -> HttpResponse:
    """Send the table of what was withheld, ready to be deposited as « recuperation »."""
    flux = depot.participation.flux.ouverts().filter(code="recuperation").first()
    colonnes = flux.colonnes if flux else catalogue.flux()["recuperation"].colonnes_de()
    signes = depot.dossiers.filter(signe_le__isnull=False)
    mandates = list(signes.exclude(rang__in=actes.rangs_opposes(depot)).order_by("rang"))
    if not mandates:
        raise Http404
    lignes = [[_recuperation(un).get(colonne.code) for colonne in colonnes] for un in mandates]
    consigner(
        Acte.RECUPERATION_TELECHARGER, par=request.user, objet=depot, citees=[un.reference for un in mandates]
    )
    return HttpResponse(
        tableaux.rendre(colonnes, lignes),
        content_type=TYPES["ods"],
        headers={
            "Content-Disposition": content_disposition_header(True, f"{depot.reference}_recuperation.ods"),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


def _signe_le(dossier: DossierIndu) -> dt.date:
    return horloge.jour(dossier.caisse.fuseau, certain(dossier.signe_le))


def _recuperation(dossier: DossierIndu) -> dict[str, Any]:
    """Return a row of the flow « recuperation »: the mandate bears the reference of its dossier."""
    contenu = dossier.contenu
    return contenu["indu"] | {
        "retenu": contenu["total"],
        "mandat": dossier.reference,
        "mandat_le": _signe_le(dossier).isoformat(),
        "solde": contenu["solde"],
    }
