"""One's own page: data, factors, sessions (ASVS 7.x)."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import journal
from accounts.actions.acces import fermer_autres_sessions, fermer_une_session
from accounts.actions.agendas import lire_agenda, ouvrir_agenda, retirer_agenda
from accounts.actions.facteurs import tirer_codes_secours
from accounts.forms.acces import MotDePasseActuelForm
from accounts.liens import adresse
from accounts.models.compte import Compte
from accounts.models.sessions import empreinte
from accounts.regles import age_mot_de_passe
from accounts.views.actes import PageDeLAuteur
from conformite.models.journal import LigneJournal
from conventions.agenda import en_calendrier
from conventions.models.conventions import Convention
from conventions.permissions import can_chercher_partenaire
from socle import horloge
from socle.actes import ActeDePage
from socle.roles import exiger, role

_acte = partial(ActeDePage.unique, permis=lambda compte: True)


class _Page(PageDeLAuteur):
    """What the portal holds about me, my sessions and my last sign-ins; to close the sessions that are not this one."""

    actes = (
        _acte("fermer-autres", fermer_autres_sessions, fait="Vos autres sessions sont fermées."),
        _acte("fermer-une", fermer_une_session, fait="La session est fermée."),
        ActeDePage.unique(
            "retirer-agenda",
            retirer_agenda,
            permis=can_chercher_partenaire,
            fait="L’adresse est retirée : votre agenda ne la lit plus.",
        ),
    )
    vers = ("mon-compte",)
    gabarit = "accounts/mon_compte.html"

    def faire(self, acte: ActeDePage, objet: Compte, /, **donnees: Any) -> Any:
        ici = {} if acte.faire is retirer_agenda else {"ici": empreinte(self.request.session.session_key)}
        return super().faire(acte, objet, **ici, **self.cles)

    def contexte(self, objet: Compte) -> dict[str, object]:
        return {
            "moi": objet,
            "phrase": role(objet.profil).phrase,
            "age": age_mot_de_passe(objet.profil),
            "appareil": objet.appareiltotp_set.first(),
            "cles": objet.cles_d_acces.order_by("created_at"),
            "codes_restants": objet.codes_secours.filter(utilise_le=None).count(),
            "agenda": objet.liens.agendas(horloge.maintenant()).first(),
            "sessions": objet.sessions.order_by("-vue_le"),
            "ici": empreinte(self.request.session.session_key),
            "acceptation": objet.acceptations.select_related("version").order_by("-acceptee_le").first(),
            # An account of several caisses leaves a line in the journal of each.
            "connexions": LigneJournal.objects.filter(compte=objet.pk, acte=journal.Acte.CONNEXION_OUVERTE)
            .order_by("-quand")
            .values("quand")
            .distinct()[:10],
        }


@require_safe
def mon_compte(request: HttpRequest) -> HttpResponse:
    """Show what the portal holds about me, my sessions and my last sign-ins."""
    page = _Page(request)
    return page.afficher(page.charger(), page.actes[0].verbe)


fermer_les_autres = _Page.vue("fermer-autres")
fermer_session = _Page.vue("fermer-une")
agenda_retirer = _Page.vue("retirer-agenda")


@never_cache
@sensitive_post_parameters("mot_de_passe")
@require_http_methods(["GET", "HEAD", "POST"])
def codes_secours(request: HttpRequest) -> HttpResponse:
    """Draw the printed card of single-use codes: the password is asked again, the codes are shown once."""
    formulaire = MotDePasseActuelForm(request.POST if request.method == "POST" else None, request=request)
    codes: list[str] = []
    if request.method == "POST" and formulaire.is_valid():
        codes = tirer_codes_secours(request.user, ici=empreinte(request.session.session_key))
    contexte = {
        "form": formulaire,
        "codes": [f"{code[:5]} {code[5:]}" for code in codes],
        "restants": request.user.codes_secours.filter(utilise_le=None).count(),
    }
    return render(request, "accounts/codes_secours.html", contexte)


@never_cache
@sensitive_post_parameters("mot_de_passe")
@require_http_methods(["GET", "HEAD", "POST"])
def agenda_nouveau(request: HttpRequest) -> HttpResponse:
    """Make the address that a calendar reads: the password is asked again, the address is shown once."""
    exiger(can_chercher_partenaire(request.user))
    formulaire = MotDePasseActuelForm(request.POST if request.method == "POST" else None, request=request)
    faite = ""
    if request.method == "POST" and formulaire.is_valid():
        faite = adresse(ouvrir_agenda(request.user).pk)
    return render(request, "accounts/agenda.html", {"form": formulaire, "adresse": faite})


@never_cache
@login_not_required
@require_safe
def agenda(request: HttpRequest, jeton: str) -> HttpResponse:
    """Give the dates of the conventions to the calendar that has the address: references and structures, nobody's name."""
    if (compte := lire_agenda(jeton)) is None:
        raise Http404
    conventions = Convention.objects.visibles_par(compte).select_related("partenaire")
    return en_calendrier(conventions.prefetch_related("participations__caisse", "bilans"))
