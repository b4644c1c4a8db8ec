"""Reviews of accounts: the gestionnaire decides line by line, the caisse opens and follows (A-17, A-22)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from accounts.actions.revues import decider_ligne, ouvrir_revue
from accounts.forms.revues import RevueForm
from accounts.journal import Acte
from accounts.models.compte import STATUTS_OCCUPANTS
from accounts.models.revues import LigneRevue, Revue
from accounts.ods import TYPE_MIME, classeur
from accounts.reauthentification import confirmer_identite
from accounts.regles import MOIS_SANS_CONNEXION
from accounts.views.erreurs import tenter
from conformite.journal import consigner
from conformite.jours import plus_mois
from socle import horloge
from socle.pdf import rendre_pdf, reponse_pdf
from socle.roles import exiger

COLONNES = ("Personne", "Profil", "Identifiant", "État", "Dernière connexion", "Décision")


def _exiger_lecteur(request: HttpRequest) -> None:
    exiger(permissions.can_revoir(request.user) or permissions.can_ouvrir_revue(request.user))


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show the reviews, the open ones first, with how far each has come."""
    _exiger_lecteur(request)
    revues = (
        Revue.objects.visibles_par(request.user)
        .avec_avancement()
        .select_related("partenaire", "caisse")
        .order_by("-close_le", "echeance")[:200]
    )
    lignes = [
        {
            "revue": revue,
            "taux": 100 * revue.faites // revue.total if revue.total else 100,
            "en_retard": revue.en_retard(revue.caisse.jour),
        }
        for revue in revues
    ]
    contexte = {"lignes": lignes, "peut_ouvrir": permissions.can_ouvrir_revue(request.user)}
    return render(request, "accounts/revues.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def ouvrir(request: HttpRequest) -> HttpResponse:
    """Open the review of one structure, or of all those of the caisse in one campaign (A-17)."""
    exiger(permissions.can_ouvrir_revue(request.user))
    formulaire = RevueForm(request.POST if request.method == "POST" else None, par=request.user)
    if request.method == "POST" and formulaire.is_valid():
        ouvertes: list[Revue] = []
        if tenter(formulaire, lambda: ouvertes.extend(_ouvrir(request, formulaire))):
            messages.success(request, f"Revues ouvertes : {len(ouvertes)}. Les gestionnaires sont prévenus.")
            return redirect("revues")
    contexte = {"form": formulaire}
    return render(request, "accounts/revue_ouvrir.html", contexte, status=422 if formulaire.errors else 200)


def _ouvrir(request: HttpRequest, formulaire: RevueForm) -> list[Revue]:
    donnees = formulaire.cleaned_data
    champs = {"caisse": donnees["caisse"], "par": request.user, "echeance": donnees["echeance"]}
    if donnees["partenaire"] is not None:
        return [ouvrir_revue(donnees["partenaire"], **champs)]
    ouvertes = []
    for partenaire in formulaire.structures():
        try:
            ouvertes.append(ouvrir_revue(partenaire, **champs))
        except ValidationError as refus:
            if refus.code == "echeance":
                raise
    return ouvertes


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
    revue = _charger(request, pk)
    lignes = _lignes(revue)
    comptes = [item["compte"] for item in lignes]
    contexte = {
        "revue": revue,
        "lignes": lignes,
        "inactivables": {c.pk for c in comptes if permissions.can_inactiver(request.user, c)},
        "en_retard": revue.en_retard(revue.caisse.jour),
        "peut_decider": permissions.can_revoir(request.user) and revue.close_le is None,
    }
    return render(request, "accounts/revue.html", contexte)


@confirmer_identite
@require_POST
def decider(request: HttpRequest, pk: int, ligne: int) -> HttpResponse:
    """Confirm or inactivate one account."""
    revue = _charger(request, pk)
    exiger(permissions.can_revoir(request.user))
    trouvee = get_object_or_404(revue.lignes.all(), pk=ligne)
    decision = request.POST.get("decision", "")
    if decision not in LigneRevue.Decision.values:
        raise Http404
    try:
        decider_ligne(trouvee, decision=decision, par=request.user)
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    else:
        messages.success(request, "La décision est enregistrée.")
    return redirect("revue", pk)


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


@confirmer_identite
@require_safe
def tableau_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the table of habilitations as a PDF (A-17)."""
    revue = _charger(request, pk)
    consigner(Acte.REVUE_EXPORTER, par=request.user, objet=revue, format="pdf")
    contexte = {"revue": revue, "colonnes": COLONNES, "lignes": _tableau(revue)}
    return reponse_pdf(rendre_pdf("accounts/pdf/revue.html", contexte), f"habilitations-{revue.pk}.pdf")


@confirmer_identite
@require_safe
def tableau_ods(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the table of habilitations as a spreadsheet (A-17)."""
    revue = _charger(request, pk)
    consigner(Acte.REVUE_EXPORTER, par=request.user, objet=revue, format="ods")
    contenu = classeur("Habilitations", [COLONNES, *_tableau(revue)])
    nom = f"habilitations-{revue.pk}.ods"
    return HttpResponse(
        contenu,
        content_type=TYPE_MIME,
        headers={"Content-Disposition": content_disposition_header(True, nom)},
    )
