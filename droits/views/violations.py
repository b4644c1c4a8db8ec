"""Violations (R-02): declared by anyone in one click, treated by the DPO, kept in a register."""

import datetime as dt
import uuid
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.forms import Form
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conformite.journal import consigner
from conventions.views.preuves import AvecFichiers
from droits import permissions
from droits.actions import violations as actions
from droits.forms.journal import LECTURES
from droits.forms.violations import DeclarationForm, EvaluationForm, MesureForm, MesuresForm, NotificationForm
from droits.journal import Acte
from droits.models.violations import EtapeViolation, Violation
from fichiers.reponse import servir
from signalements.models.demandes import Demande
from socle import horloge
from socle.actes import ActeDePage, PageASoi, PageDActes
from socle.listes import feuilleter
from socle.roles import exiger

_PAR_PAGE = 25
_acte = partial(ActeDePage, permis=permissions.can_traiter_violation)
ACTES = (
    _acte(
        "evaluer",
        "Évaluer le risque",
        "Enregistrer l’évaluation",
        "L’évaluation est enregistrée.",
        actions.evaluer,
        quand=lambda v: v.close_le is None,
        formulaire=EvaluationForm,
    ),
    _acte(
        "mesure",
        "Écrire ce que nous faisons",
        "Enregistrer",
        "C’est enregistré ; l’autre partie en est avertie.",
        actions.noter_mesure,
        quand=lambda v: v.close_le is None and v.partenaire_id is not None,
        # Each side writes what it does.
        formulaire=MesureForm,
        permis=permissions.can_suivre_violation,
    ),
    _acte(
        "partie",
        "Noter l’information de l’autre partie",
        "Enregistrer",
        "L’information de l’autre partie est enregistrée.",
        actions.informer_partie,
        quand=lambda v: v.close_le is None and v.partenaire_id is not None and v.partie_le is None,
        formulaire=NotificationForm,
    ),
    _acte(
        "autorite",
        "Noter la notification à l’autorité",
        "Enregistrer",
        "La notification à l’autorité est enregistrée.",
        actions.notifier_autorite,
        quand=lambda v: v.close_le is None and v.autorite_le is None and v.risque in ("", "risque", "eleve"),
        formulaire=NotificationForm,
    ),
    _acte(
        "personnes",
        "Noter l’information des personnes",
        "Enregistrer",
        "L’information des personnes est enregistrée.",
        actions.informer_personnes,
        quand=lambda v: v.close_le is None and v.personnes_le is None and v.risque == "eleve",
        formulaire=NotificationForm,
    ),
    _acte(
        "clore",
        "Clore la violation",
        "Clore",
        "La violation est close ; elle reste au registre.",
        actions.clore,
        quand=lambda v: v.peut_etre_close,
        formulaire=MesuresForm,
    ),
)


class _PageDeDeclaration(PageASoi):
    """Declare a violation."""

    gabarit = "droits/violation_nouvelle.html"

    def options(self, acte: ActeDePage, objet: Any) -> dict[str, object]:
        return {"par": objet, "initial": _deja_su(self.request)}

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Violation:
        return actions.declarer_violation(par=objet, **{"partenaire": objet.partenaire} | donnees)

    def retour(self, acte: ActeDePage) -> str:
        return reverse("violation", args=[self.rendu.reference]) if self.rendu else reverse("violations")


nouvelle = _PageDeDeclaration.pour(
    "declarer",
    fait="Merci. Le délégué à la protection des données de la caisse est prévenu à l’instant.",
    faire=actions.declarer_violation,
    formulaire=DeclarationForm,
    permis=permissions.can_declarer_violation,
)


def _deja_su(request: HttpRequest) -> dict[str, object]:
    """What is known of an envoi by mistake on a demande that the account sees (D-24): its caisse, its reference."""
    reference = request.GET.get("demande", "")[:13]
    demande = (
        Demande.objects.visibles_par(request.user).filter(reference=reference).first() if reference else None
    )
    if demande is None:
        return {}
    a_qui = "structure" if request.user.cote_caisse else "caisse"
    return {
        "caisse": demande.caisse_id,
        "natures": [Violation.Nature.CONFIDENTIALITE],
        "personnes": 1,
        "partenaire": demande.partenaire_id,
        "description": f"Envoi par erreur à la {a_qui}, sur la demande {demande.reference}. Sa destruction lui est demandée.",
    }


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show the register of the DPO's caisses, or what the account declared."""
    visibles = Violation.objects.visibles_par(request.user).select_related("caisse", "partenaire")
    page = feuilleter(request, visibles, _PAR_PAGE)
    maintenant = horloge.maintenant()
    contexte = {
        "page": page,
        "lignes": [
            (une, [(h.libelle, h.phrase(maintenant), h.niveau(maintenant)) for h in une.horloges()])
            for une in page
        ],
        "registre": permissions.can_traiter_violation(request.user),
        "peut_declarer": permissions.can_declarer_violation(request.user),
    }
    return render(request, "droits/violations.html", contexte)


@require_safe
def violation(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one violation: its clocks, its steps; and to the DPO what was told, with the acts that come now."""
    page = _Page(request, reference)
    return page.afficher(page.charger())


class _Page(AvecFichiers, PageDActes):
    """Do one act of the DPO, or write a step of one's own side (R-08)."""

    actes = ACTES

    def options(self, acte: ActeDePage, objet: Violation) -> dict[str, object]:
        return {"violation": objet} if acte.formulaire is NotificationForm else {}

    def charger(self) -> Violation:
        visibles = Violation.objects.visibles_par(self.compte).select_related(
            "caisse", "partenaire", "declaree_par"
        )
        return get_object_or_404(visibles, reference=self.reference)

    def afficher(
        self, objet: Violation, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        traite = permissions.can_traiter_violation(self.compte)
        # Both parties read it, and each writes its steps.
        suit = permissions.can_suivre_violation(self.compte)
        maintenant = horloge.maintenant()
        consigner(Acte.VIOLATION_LIRE, par=self.compte, objet=objet)
        natures = dict(Violation.Nature.choices)
        offerts = self.offerts(objet, verbe, form)
        contexte = {
            "violation": objet,
            "natures": [natures[nature] for nature in objet.natures],
            "description": objet.description if suit or objet.declaree_par_id == self.compte.pk else "",
            "horloges": [
                (h.libelle, h.echeance, h.phrase(maintenant), h.niveau(maintenant)) for h in objet.horloges()
            ],
            "etapes": _frise(objet, traite, suit),
            "documents": objet.documents.order_by("ajoute_le", "pk") if suit else [],
            "actes": offerts,
            "refuse": verbe,
            "texte_perdu": self.perdu(offerts, verbe, form),
            "form": form,
            "traite": traite,
            "suit": suit,
            "qui_a_vu_quoi": _qui_a_vu_quoi(objet) if traite else "",
        }
        return render(self.request, "droits/violation.html", contexte, status=statut)


agir = _Page.vue()


@require_safe
def document(request: HttpRequest, reference: str, emplacement: uuid.UUID) -> StreamingHttpResponse:
    """Send a document of a violation to either side (R-08)."""
    exiger(permissions.can_suivre_violation(request.user))
    une = get_object_or_404(Violation.objects.visibles_par(request.user), reference=reference)
    reponse = servir(get_object_or_404(une.documents, emplacement=emplacement))
    consigner(Acte.VIOLATION_TELECHARGER, par=request.user, objet=une)
    return reponse


def _qui_a_vu_quoi(une: Violation) -> str:
    """The address of the search that the DPO starts from: what was read in the week before it was known, and since."""
    connue = horloge.jour(une.caisse.fuseau, une.connue_le)
    periode = {"du": connue - dt.timedelta(days=7), "au": horloge.jour(une.caisse.fuseau)}
    return f"{reverse('journal')}?{urlencode({'acte': LECTURES} | periode)}"


def _frise(une: Violation, traite: bool, suit: bool) -> list[dict[str, object]]:
    """Return the steps: all of them to the DPO; to the structure, but for the reasons of an evaluation (R-08)."""
    risques = dict(Violation.Risque.choices)
    return [
        {
            "quand": etape.le,
            "titre": EtapeViolation.Quoi(etape.quoi).label,
            "texte": "\n".join(
                filter(
                    None,
                    [
                        risques.get(etape.precision, "") if suit else "",
                        etape.texte if traite or (suit and etape.quoi != EtapeViolation.Quoi.EVALUEE) else "",
                    ],
                )
            ),
            "auteur": _auteur(une, etape, traite, suit),
        }
        for etape in une.etapes.select_related("par")
    ]


def _auteur(une: Violation, etape: EtapeViolation, traite: bool, suit: bool) -> str:
    """Return who did a step: the person to the DPO, the party to the other side."""
    if traite:
        return etape.par.nom_complet
    if not suit:
        return ""
    return str(une.partenaire) if etape.par.cote_partenaire else str(une.caisse)
