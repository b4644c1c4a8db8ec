"""What the list of a structure shows, as a file: never a word about a person (D-09, D-14)."""

import csv
import io
from collections.abc import Iterable

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.ods import TYPE_MIME, classeur
from conformite.journal import consigner_lecture
from signalements import journal, permissions
from signalements.forms.historique import FiltreForm
from signalements.models.demandes import Demande
from signalements.models.fil import Evenement
from socle import horloge
from socle.roles import exiger
from socle.templatetags.portail import date_courte

COLONNES = (
    *("Référence", "Organisme", "Service", "Motif", "État", "Urgente", "Déposée le", "Déposée par"),
    *("Suivie par", "Réponse promise le", "En retard", "Réponse donnée le", "Issue", "Effacée après le"),
)
# What a spreadsheet would take for a formula.
FORMULES = ("=", "+", "-", "@", "\t", "\r")


@require_safe
def exporter(request: HttpRequest, forme: str) -> HttpResponse:
    """Give the demandes that the filters of the address choose, as CSV or as a spreadsheet."""
    exiger(permissions.can_voir_historique(request.user))
    visibles = Demande.objects.visibles_par(request.user).entamees()
    choisies = list(
        FiltreForm(request.GET, compte=request.user, demandes=visibles)
        .filter(visibles)
        .select_related("caisse", "motif__service", "technicien")
        .prefetch_related(Prefetch("evenements", Evenement.objects.depots()))
    )
    lignes = [COLONNES, *map(ligne, choisies)]
    if forme == "csv":
        contenu, genre = _csv(lignes), "text/csv; charset=utf-8"
    elif forme == "ods":
        contenu, genre = classeur("Demandes", lignes), TYPE_MIME
    else:
        raise Http404
    consigner_lecture(journal.Acte.DEMANDE_EXPORTER, choisies, par=request.user, export=forme)
    nom = content_disposition_header(as_attachment=True, filename=f"demandes.{forme}")
    return HttpResponse(contenu, content_type=genre, headers={"Content-Disposition": nom})


def ligne(demande: Demande) -> tuple[str, ...]:
    """Return one demande as a row: what the queues need, and nothing that is sealed."""
    fuseau = demande.caisse.fuseau
    depot = date_courte(horloge.jour(fuseau, demande.deposee_le)) if demande.deposee_le else ""
    reponse = date_courte(horloge.jour(fuseau, demande.traitee_le)) if demande.traitee_le else ""
    return (
        *(demande.reference, demande.caisse.nom, demande.motif.service.libelle, demande.motif.libelle),
        *(demande.get_statut_display(), "Oui" if demande.urgente else "Non", depot),
        *(
            demande.deposee_par.nom_complet if demande.deposee_le else "",
            demande.technicien.nom_complet if demande.technicien else "",
        ),
        date_courte(demande.promise_le) if demande.promise_le else "",
        *("Oui" if demande.en_retard else "Non", reponse, demande.get_issue_display()),
        date_courte(demande.terme_le),
    )


def _csv(lignes: Iterable[tuple[str, ...]]) -> bytes:
    """Return a CSV as the spreadsheets of this country read it: semicolons, a mark of UTF-8, no formula."""
    tampon = io.StringIO()
    ecrire = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    for une in lignes:
        ecrire.writerow([f"'{valeur}" if valeur.startswith(FORMULES) else valeur for valeur in une])
    return tampon.getvalue().encode("utf-8-sig")
