"""The register of processings (R-01), on screen and as PDF; certificates of what was destroyed (R-05)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from conformite.journal import consigner
from conventions.models.conventions import Participation
from droits import permissions
from droits.actions.attestations import AttestationImpossible, attester, peut_etre_attestee
from droits.certificats import certificat, participations_de
from droits.forms.attestations import AttestationForm
from droits.journal import Acte
from droits.models.attestations import AttestationDestruction
from droits.registre import TRAITEMENTS, durees
from socle import horloge
from socle.pdf import rendre_pdf, reponse_pdf
from socle.roles import exiger


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
    participations = list(participations_de(request.user))
    attestations = {
        une.participation_id: une
        for une in AttestationDestruction.objects.filter(participation__in=participations)
    }
    lignes = [
        (une, attestations.get(une.pk), une.fin is not None and une.fin <= une.caisse.jour)
        for une in participations
    ]
    return render(request, "droits/certificats.html", {"participations": lignes})


@require_http_methods(["GET", "HEAD", "POST"])
def attestation(request: HttpRequest, pk: int) -> HttpResponse:
    """R-05: attest that the structure destroyed what it held; the caisse writes down a letter that it received."""
    participation = get_object_or_404(participations_de(request.user), pk=pk)
    exiger(permissions.can_attester(request.user))
    if not peut_etre_attestee(participation):
        messages.info(request, "Ce partenariat n’est pas terminé, ou sa destruction est déjà attestée.")
        return redirect("certificats")
    saisi = request.POST if request.method == "POST" else None
    form = AttestationForm(saisi, participation=participation, par=request.user)
    if form.is_valid():
        try:
            attester(participation, par=request.user, **form.valeurs)
            messages.success(request, "L’attestation est enregistrée ; elle figure sur le certificat.")
        except AttestationImpossible:
            messages.info(request, "Cette destruction vient d’être attestée.")
        return redirect("certificats")
    return render(request, "droits/attestation.html", {"form": form}, status=422 if form.errors else 200)


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
