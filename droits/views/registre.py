"""The register of processings (R-01), on screen and as PDF; certificates of what was destroyed (R-05)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from conformite.journal import consigner
from conventions.forms.listes import RechercheDeStructureForm
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from droits import permissions
from droits.actions.attestations import attester, peut_etre_attestee
from droits.certificats import certificat, participations_de
from droits.forms.attestations import AttestationForm
from droits.journal import Acte
from droits.models.attestations import AttestationDestruction
from droits.registre import TRAITEMENTS, durees
from socle import horloge
from socle.actes import ActeDePage, PageDUnActe
from socle.listes import feuilleter
from socle.pdf import rendre_pdf, reponse_pdf
from socle.roles import exiger

PAR_PAGE = 25


@require_safe
def registre(request: HttpRequest) -> HttpResponse:
    """Show the register."""
    exiger(permissions.can_voir_registre(request.user))
    return render(
        request, "droits/registre.html", {"traitements": [(une, durees(une)) for une in TRAITEMENTS]}
    )


@require_safe
def registre_pdf(request: HttpRequest) -> HttpResponse:
    """Give the register as PDF, for the impact assessment and the authority (R-07)."""
    exiger(permissions.can_voir_registre(request.user))
    contexte = {
        "traitements": [(une, durees(une)) for une in TRAITEMENTS],
        "le": horloge.jour("Europe/Paris"),
    }
    return reponse_pdf(rendre_pdf("droits/registre_pdf.html", contexte), "registre-des-traitements.pdf")


@require_safe
def certificats(request: HttpRequest) -> HttpResponse:
    """List the partnerships for which a certificate of destruction may be made (R-05)."""
    exiger(permissions.can_voir_certificats(request.user))
    filtres = RechercheDeStructureForm(request.GET)
    filtres.full_clean()
    participations = participations_de(request.user)
    if filtres.poses:
        participations = participations.filter(partenaire__in=filtres.filter(Partenaire.objects.all()))
    feuille = feuilleter(request, participations, PAR_PAGE)
    attestations = {
        une.participation_id: une
        for une in AttestationDestruction.objects.filter(participation__in=list(feuille))
    }
    lignes = [
        (une, attestations.get(une.pk), une.fin is not None and une.fin <= une.caisse.jour) for une in feuille
    ]
    contexte = {"participations": lignes, "feuille": feuille, "filtres": filtres}
    return render(request, "droits/certificats.html", contexte)


class _PageDeLAttestation(PageDUnActe):
    """R-05: attest that the structure destroyed what it held; the caisse writes down a letter that it received."""

    gabarit = "droits/attestation.html"
    vers = ("certificats",)

    def charger(self) -> Participation:
        return get_object_or_404(participations_de(self.compte), pk=self.cles["pk"])

    def options(self, acte: ActeDePage, objet: Participation) -> dict[str, object]:
        return {"participation": objet, "par": self.compte}

    def faire(self, acte: ActeDePage, objet: Participation, /, **donnees: Any) -> AttestationDestruction:
        return attester(objet, par=self.compte, **self.form.valeurs)


attestation = _PageDeLAttestation.pour(
    "attester",
    titre="Attester la destruction",
    fait="L’attestation est enregistrée ; elle figure sur le certificat.",
    faire=attester,
    formulaire=AttestationForm,
    permis=permissions.can_attester,
    obstacle=lambda part: (
        ""
        if peut_etre_attestee(part)
        else "Ce partenariat n’est pas terminé, ou sa destruction est déjà attestée."
    ),
)


@require_safe
def certificat_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the certificate of one partnership: what was destroyed, what is still there, and until when."""
    participation: Participation = get_object_or_404(participations_de(request.user), pk=pk)
    exiger(permissions.can_voir_certificats(request.user))
    consigner(
        Acte.CERTIFICAT_EXTRAIRE,
        par=request.user,
        objet=participation,
    )
    contenu = rendre_pdf("droits/certificat_pdf.html", certificat(participation))
    return reponse_pdf(contenu, f"certificat-{participation.convention.reference}.pdf")
