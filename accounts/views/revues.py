"""Reviews of accounts: the gestionnaire decides line by line, the caisse opens and follows (A-17, A-22)."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts import journal, permissions
from accounts.actions.revues import decider_ligne, ouvrir_revues
from accounts.forms.revues import DecisionDeLigneForm, RevueForm
from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from accounts.models.revues import LigneRevue, Revue
from accounts.ods import TYPE_MIME, classeur
from accounts.regles import MOIS_SANS_CONNEXION
from accounts.views.actes import PageDeLAuteur, PageSurCompte
from conformite.journal import consigner
from conformite.jours import plus_mois
from conventions.models.partenaires import Partenaire
from socle import horloge
from socle.actes import LECTURE_ECRITURE, ActeDePage
from socle.listes import feuilleter
from socle.pdf import rendre_pdf, reponse_pdf
from socle.roles import exiger

PAR_PAGE = 25
COLONNES = ("Personne", "Profil", "Identifiant", "État", "Dernière connexion", "Décision")


def _exiger_lecteur(request: HttpRequest) -> None:
    exiger(permissions.can_gerer_structure(request.user) or permissions.can_ouvrir_revue(request.user))


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show the reviews, the open ones first, with how far each has come."""
    _exiger_lecteur(request)
    revues = (
        Revue.objects.visibles_par(request.user)
        .avec_avancement()
        .select_related("partenaire", "caisse")
        .order_by("-close_le", "echeance", "pk")
    )
    feuille = feuilleter(request, revues, PAR_PAGE)
    lignes = [
        {
            "revue": revue,
            "taux": 100 * revue.faites // revue.total if revue.total else 100,
            "en_retard": revue.en_retard(revue.caisse.jour),
        }
        for revue in feuille
    ]
    contexte = {
        "lignes": lignes,
        "feuille": feuille,
        "peut_ouvrir": permissions.can_ouvrir_revue(request.user),
    }
    return render(request, "accounts/revues.html", contexte)


class _Ouvrir(PageDeLAuteur):
    """Open the review of one structure, or of all those of the caisse in one campaign (A-17)."""

    actes = (
        ActeDePage.unique(
            *("ouvrir", ouvrir_revues, RevueForm),
            fait=lambda ouvertes: f"Revues ouvertes : {len(ouvertes)}. Les gestionnaires sont prévenus.",
            permis=permissions.can_ouvrir_revue,
        ),
    )
    vers = ("revues",)
    gabarit = "accounts/revue_ouvrir.html"

    def options(self, acte: ActeDePage, objet: Compte) -> dict[str, object]:
        return {"par": self.compte}

    def verrouiller(self, objet: Compte) -> None:
        """The action locks the structures, which come before any account."""


ouvrir = _Ouvrir.vue(methodes=LECTURE_ECRITURE)


def _charger(request: HttpRequest, pk: int) -> Revue:
    visibles = (
        Revue.objects.visibles_par(request.user).avec_avancement().select_related("partenaire", "caisse")
    )
    return get_object_or_404(visibles, pk=pk)


def _lignes(revue: Revue) -> list[dict[str, Any]]:
    """Return the lines to show: those to decide first, the accounts unused for six months marked (A-22)."""
    limite = plus_mois(revue.caisse.jour, -MOIS_SANS_CONNEXION)
    lignes = revue.lignes.select_related("compte", "decidee_par").order_by(
        "compte__profil", "compte__nom", "compte__prenom"
    )
    tableau = []
    for ligne in lignes:
        compte = ligne.compte
        vu = compte.derniere_connexion_le
        tableau.append(
            {
                "ligne": ligne,
                "compte": compte,
                "a_decider": not ligne.decision and compte.statut in STATUTS_OCCUPANTS,
                "dormant": (vu is None and compte.cree_le.date() <= limite)
                or (vu is not None and horloge.jour(revue.caisse.fuseau, vu) <= limite),
            }
        )
    return sorted(tableau, key=lambda item: not item["a_decider"])


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one review, line by line."""
    return _page(request, _charger(request, pk))


def _page(request: HttpRequest, revue: Revue, form: Form | None = None, statut: int = 200) -> HttpResponse:
    lignes = _lignes(revue)
    comptes = [item["compte"] for item in lignes]
    contexte = {
        "revue": revue,
        "form": form if statut == 422 else None,
        "lignes": lignes,
        "inactivables": {c.pk for c in comptes if permissions.can_inactiver(request.user, c)},
        "en_retard": revue.en_retard(revue.caisse.jour),
        "peut_decider": permissions.can_gerer_structure(request.user) and revue.close_le is None,
    }
    return render(request, "accounts/revue.html", contexte, status=statut)


class _PageDeLigne(PageSurCompte):
    """Confirm or inactivate one account."""

    actes = (
        ActeDePage.unique(
            *("decider", decider_ligne, DecisionDeLigneForm),
            fait="La décision est enregistrée.",
            quand=lambda ligne: not ligne.decision and ligne.revue.close_le is None,
            permis=permissions.can_gerer_structure,
        ),
    )
    vers = ("revue", "pk")
    trop_tard = "Cette ligne est déjà décidée. Votre action n’a pas été faite."

    def charger(self) -> LigneRevue:
        revue = _charger(self.request, self.cles["pk"])
        exiger(permissions.can_gerer_structure(self.compte))
        return get_object_or_404(revue.lignes.select_related("compte", "revue"), pk=self.cles["ligne"])

    def structure(self, objet: LigneRevue) -> Partenaire | None:
        return objet.compte.partenaire

    def comptes(self, objet: LigneRevue) -> set[int | None]:
        return {objet.compte_id}

    def verrouiller(self, objet: LigneRevue) -> None:
        super().verrouiller(objet)
        Revue.objects.select_for_update().get(pk=objet.revue_id)

    def afficher(
        self, objet: LigneRevue, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        return _page(self.request, _charger(self.request, objet.revue_id), form, statut)


decider = _PageDeLigne.vue()


def _tableau(revue: Revue) -> list[list[str]]:
    lignes = []
    for item in _lignes(revue):
        compte, ligne = item["compte"], item["ligne"]
        vu = compte.derniere_connexion_le
        lignes.append(
            [
                compte.nom_complet,
                compte.get_profil_display(),
                compte.identifiant,
                compte.get_statut_display(),
                f"{horloge.jour(revue.caisse.fuseau, vu):%d/%m/%Y}" if vu else "Jamais",
                ligne.get_decision_display() or "À décider",
            ]
        )
    return lignes


@require_safe
def tableau_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the table of habilitations as a PDF (A-17)."""
    revue = _charger(request, pk)
    consigner(journal.Acte.REVUE_EXPORTER, par=request.user, objet=revue, format="pdf")
    contexte = {"revue": revue, "colonnes": COLONNES, "lignes": _tableau(revue)}
    return reponse_pdf(rendre_pdf("accounts/pdf/revue.html", contexte), f"habilitations-{revue.pk}.pdf")


@require_safe
def tableau_ods(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the table of habilitations as a spreadsheet (A-17)."""
    revue = _charger(request, pk)
    consigner(journal.Acte.REVUE_EXPORTER, par=request.user, objet=revue, format="ods")
    contenu = classeur("Habilitations", [COLONNES, *_tableau(revue)])
    nom = f"habilitations-{revue.pk}.ods"
    return HttpResponse(
        contenu,
        content_type=TYPE_MIME,
        headers={"Content-Disposition": content_disposition_header(True, nom)},
    )
