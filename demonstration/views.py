"""Pages of the demonstration. Public, and absent from any other installation."""

import datetime as dt

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from django_otp.oath import TOTP

from accounts.models.compte import Compte
from conformite.jours import plus_mois
from demonstration import boite, distribution, temps
from socle import horloge
from socle.courriels import corps_complet
from socle.listes import feuilleter
from socle.models import CourrielSortant

PERIODE = 30


@login_not_required
@require_safe
def demonstration(request: HttpRequest) -> HttpResponse:
    """The accounts by territory, the password, the one-time code of now and when the next one comes."""
    comptes = {
        compte.identifiant: compte
        for compte in Compte.objects.filter(identifiant__in=distribution.PERSONNES).select_related(
            "partenaire"
        )
    }
    groupes = [
        (titre, [comptes[nom] for nom in noms if nom in comptes]) for titre, noms in distribution.groupes()
    ]
    contexte = {
        "groupes": groupes,
        "mot_de_passe": distribution.MOT_DE_PASSE,
        "secret": distribution.SECRET_BASE32,
        "code": f"{TOTP(distribution.graine(), step=PERIODE).token():06d}",
        "secondes": PERIODE - int(horloge.temps_reel().timestamp()) % PERIODE,
        "jour_du_portail": temps.date_du_portail(),
    }
    return render(request, "demonstration/demonstration.html", contexte)


@login_not_required
@require_safe
def courriels(request: HttpRequest) -> HttpResponse:
    """The mails that the portal wrote, latest first."""
    feuille = feuilleter(request, CourrielSortant.objects.order_by("-id"), 20)
    for courriel in feuille:
        # This page is the mail box of its visitor: it shows the link that the table does not hold.
        parti = boite.relire(courriel.message_id) if courriel.envoye_le else None
        courriel.corps = parti or corps_complet(courriel)
    return render(request, "demonstration/courriels.html", {"feuille": feuille})


class HorlogeForm(forms.Form):
    """How far to move."""

    saut = forms.ChoiceField(
        choices=[
            ("jour", "Avancer d’un jour"),
            ("evenement", "Avancer jusqu’au prochain événement"),
            ("mois", "Avancer de six mois"),
            ("present", "Revenir à aujourd’hui"),
        ]
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def horloge_demo(request: HttpRequest) -> HttpResponse:
    """Show the portal's date and what comes next; move on, and tell what was done."""
    bilan = None
    if request.method == "POST":
        form = HorlogeForm(request.POST)
        if form.is_valid() and form.cleaned_data["saut"] == "present":
            temps.reculer_au_present()
            messages.success(
                request, "L’horloge du portail est revenue à aujourd’hui. Ce qui a été fait reste fait."
            )
            return redirect("demo-horloge")
        if form.is_valid():
            bilan = temps.avancer(_duree(form.cleaned_data["saut"]))
    contexte = {
        "jour_du_portail": temps.date_du_portail(),
        "evenements": temps.prochains_moments(),
        "sauts": [
            choix
            for choix in HorlogeForm.base_fields["saut"].choices
            if choix[0] != "present" or horloge.decalage()
        ],
        "bilan": bilan,
    }
    return render(request, "demonstration/horloge.html", contexte)


def _duree(saut: str) -> dt.timedelta:
    maintenant = horloge.maintenant()
    if saut == "mois":
        return dt.datetime.combine(plus_mois(maintenant.date(), 6), maintenant.timetz()) - maintenant
    if saut == "evenement" and (suivants := temps.prochains_moments(1)):
        return max(dt.timedelta(days=(suivants[0].jour - maintenant.date()).days), dt.timedelta(days=1))
    return dt.timedelta(days=1)
