"""Pages of the life of the partnership: what the caisses publish, their sessions."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models.compte import Compte
from conventions.views.preuves import AvecFichiers
from fichiers.reponse import servir
from information import actions, permissions
from information.accueil import nouveaux_arrivants
from information.forms import FormationForm, InformationsForm, PresencesForm, PublicationForm
from information.models import Abonnement, DocumentPublie, Formation, Publication
from socle import horloge
from socle.actes import LECTURE_ECRITURE, ActeDePage, PageASoi, PageDActes, PageDUnActe
from socle.listes import feuilleter
from socle.roles import exiger

PAR_PAGE = 20


@require_safe
def informations(request: HttpRequest) -> HttpResponse:
    """Show what the caisses publish, latest first, and the letter (I-01)."""
    compte = request.user
    exiger(permissions.can_consulter(compte))
    publications = Publication.objects.visibles_par(compte).a_l_affiche().select_related("caisse", "document")
    themes = sorted(set(publications.exclude(theme="").order_by().values_list("theme", flat=True)))
    filtres = InformationsForm(request.GET, themes=themes)
    contexte = {
        "filtres": filtres,
        "feuille": feuilleter(request, filtres.filter(publications), PAR_PAGE),
        "peut_publier": permissions.can_publier(compte),
        "peut_s_abonner": permissions.can_participer(compte),
        "abonne": Abonnement.objects.filter(compte=compte).exists(),
    }
    return render(request, "information/informations.html", contexte)


class _PagePublier(AvecFichiers, PageASoi):
    """Let an administrateur publish for his caisse (I-01)."""

    gabarit = "information/formulaire.html"
    vers = ("informations",)

    def options(self, acte: ActeDePage, objet: Compte) -> dict[str, object]:
        return {"caisses": list(objet.caisses.all())}

    def contexte(self, objet: Compte) -> dict[str, object]:
        return {"retour": self.vers[0]}


class _PageDUnePublication(AvecFichiers, PageDUnActe):
    """Keep a publication of the caisse up to date, or take it away (I-01)."""

    gabarit = "information/formulaire.html"
    vers = ("informations",)

    def charger(self) -> Publication:
        visibles = Publication.objects.visibles_par(self.compte).filter(retiree_le=None)
        trouvee: Publication = get_object_or_404(visibles.select_related("caisse"), pk=self.cles["pk"])
        return trouvee

    def options(self, acte: ActeDePage, objet: Publication) -> dict[str, object]:
        # Apart: a form writes what it reads in its own row.
        return {"instance": Publication.objects.get(pk=objet.pk), "caisses": [objet.caisse]}

    def contexte(self, objet: Publication) -> dict[str, object]:
        return {"retour": self.vers[0]}

    def faire(self, acte: ActeDePage, objet: Publication, /, **donnees: Any) -> Any:
        donnees.pop("caisse", None)
        return super().faire(acte, objet, **donnees)


class _PageDeRetrait(PageDUnActe):
    """Take a publication of the caisse away."""

    vers = ("informations",)

    def charger(self) -> Publication:
        visibles = Publication.objects.visibles_par(self.compte)
        trouvee: Publication = get_object_or_404(visibles, pk=self.cles["pk"])
        return trouvee


publier = _PagePublier.pour(
    "publier",
    titre="Publier une information",
    bouton="Publier",
    fait="C’est publié : vos partenaires le voient dès maintenant.",
    faire=actions.publier,
    formulaire=PublicationForm,
    permis=permissions.can_publier,
)
modifier = _PageDUnePublication.pour(
    "modifier",
    titre="Modifier une publication",
    bouton="Enregistrer",
    fait="La publication est à jour.",
    faire=actions.modifier,
    formulaire=PublicationForm,
    permis=permissions.can_publier,
    vu=lambda publication: publication.modifiee_le,
)
retirer = _PageDeRetrait.pour(
    "retirer",
    titre="Retirer cette publication",
    bouton="Retirer cette publication",
    fait="La publication est retirée.",
    faire=actions.retirer,
    permis=permissions.can_publier,
    obstacle=lambda une: "" if une.retiree_le is None else "Cette publication est déjà retirée.",
    pertes=lambda une: [
        f"« {une.titre} » ne sera plus lisible par les structures, et ne pourra pas être remise."
    ],
)


@require_safe
def document(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Send the file of a publication that is shown."""
    affichees = Publication.objects.visibles_par(request.user).a_l_affiche()
    return servir(get_object_or_404(DocumentPublie.objects.filter(publication__in=affichees), publication=pk))


class _PageDeLaLettre(PageASoi):
    """Subscribe to the weekly letter, or leave it (I-01)."""

    actes = (
        ActeDePage.unique(
            *("abonner", actions.abonner),
            fait=lambda dit: dit,
            permis=permissions.can_participer,
        ),
    )
    vers = ("informations",)

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> str:
        oui = self.request.POST.get("oui") == "1"
        actions.abonner(par=objet, oui=oui)
        abonne = "Vous recevrez la lettre chaque semaine où il y a du nouveau."
        return abonne if oui else "Vous ne recevrez plus la lettre."


abonner = _PageDeLaLettre.vue()


@require_safe
def formations(request: HttpRequest) -> HttpResponse:
    """Show the sessions to come; to an administrateur, who should be trained (I-03)."""
    compte = request.user
    exiger(permissions.can_consulter(compte))
    a_venir = (
        Formation.objects.visibles_par(compte)
        .filter(quand__gt=horloge.maintenant(), annulee_le=None)
        .select_related("caisse")
    )
    tenues = Formation.objects.visibles_par(compte).filter(quand__lte=horloge.maintenant(), annulee_le=None)
    contexte = {
        "feuille": feuilleter(request, a_venir, PAR_PAGE),
        "peut_programmer": permissions.can_publier(compte),
        "tenues": tenues.order_by("-quand")[:PAR_PAGE] if permissions.can_publier(compte) else [],
        "arrivants": nouveaux_arrivants(compte)[:50] if permissions.can_publier(compte) else [],
    }
    return render(request, "information/formations.html", contexte)


class _PageDeProgrammation(PageASoi):
    """Let an administrateur hold a session (I-03)."""

    gabarit = "information/formulaire.html"

    def options(self, acte: ActeDePage, objet: Compte) -> dict[str, object]:
        return {"caisses": list(objet.caisses.all())}

    def contexte(self, objet: Compte) -> dict[str, object]:
        return {"retour": "formations"}

    def retour(self, acte: ActeDePage) -> str:
        return reverse("formation", args=[self.rendu.pk]) if self.rendu else reverse("formations")


formation_nouvelle = _PageDeProgrammation.pour(
    "programmer",
    titre="Annoncer une session",
    bouton="Annoncer",
    fait="La session est annoncée à vos partenaires.",
    faire=actions.programmer,
    formulaire=FormationForm,
    permis=permissions.can_publier,
)


@require_safe
def formation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one session; to an administrateur, who comes."""
    return _page_d_une_session(request, _formation(request, pk))


def _page_d_une_session(request: HttpRequest, trouvee: Formation, statut: int = 200) -> HttpResponse:
    compte = request.user
    inscriptions = trouvee.inscriptions.select_related("compte__partenaire").order_by("inscrite_le", "pk")
    conduit = permissions.can_publier(compte)
    contexte = {
        "formation": trouvee,
        "ouverte": not _finie(trouvee),
        "tenue": not _a_tenir(trouvee),
        "restantes": max(trouvee.places - len(inscriptions), 0),
        "inscriptions": inscriptions if conduit else [],
        "conduit": conduit,
        "participe": permissions.can_participer(compte),
        "inscrit": any(inscription.compte_id == compte.pk for inscription in inscriptions),
    }
    return render(request, "information/formation.html", contexte, status=statut)


class _PageDUneSession(PageDActes):
    """Take a place at a session, or give it back; cancel it, and tell those who meant to come (I-03)."""

    actes = (
        ActeDePage.unique(
            *("inscription", actions.inscrire),
            fait=lambda dit: dit,
            permis=permissions.can_participer,
            obstacle=lambda formation: _finie(formation),
        ),
        ActeDePage.unique(
            *("annuler", actions.annuler),
            bouton="Annuler cette session",
            fait="La session est annulée. Les personnes inscrites sont prévenues.",
            permis=permissions.can_publier,
            obstacle=lambda formation: _finie(formation),
            pertes=lambda formation: [
                "Les personnes inscrites seront prévenues, et leurs inscriptions perdues."
            ],
        ),
    )
    vers = ("formation", "pk")

    def charger(self) -> Formation:
        return _formation(self.request, self.cles["pk"])

    def afficher(
        self, objet: Formation, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        for refus in form.non_field_errors() if form is not None else ():
            messages.error(self.request, str(refus))
        return _page_d_une_session(self.request, objet, statut)

    def faire(self, acte: ActeDePage, objet: Formation, /, **donnees: Any) -> Any:
        if acte.verbe == "annuler":
            return actions.annuler(objet, par=self.compte)
        oui = self.request.POST.get("oui") == "1"
        actions.inscrire(objet, par=self.compte, oui=oui)
        return "Votre place est retenue." if oui else "Votre place est rendue."


def _finie(formation: Formation) -> str:
    ouverte = formation.annulee_le is None and formation.quand > horloge.maintenant()
    return "" if ouverte else "Cette session est passée ou annulée : les inscriptions sont closes."


def _a_tenir(formation: Formation) -> str:
    tenue = formation.annulee_le is None and formation.quand <= horloge.maintenant()
    return "" if tenue else "Les présences se notent une fois la session tenue."


class _PageDesPresences(PageDUnActe):
    """Say who came to a session (I-03)."""

    gabarit = "information/formulaire.html"
    vers = ("formation", "pk")

    def charger(self) -> Formation:
        return _formation(self.request, self.cles["pk"])

    def options(self, acte: ActeDePage, objet: Formation) -> dict[str, object]:
        return {"formation": objet}

    def contexte(self, objet: Formation) -> dict[str, object]:
        return {"retour": "formations"}


formation_presences = _PageDesPresences.pour(
    "presences",
    titre="Qui est venu ? {0.titre}",
    bouton="Enregistrer",
    fait="Les présences sont notées.",
    faire=actions.noter_presences,
    formulaire=PresencesForm,
    permis=permissions.can_publier,
    obstacle=_a_tenir,
)
formation_inscrire = _PageDUneSession.vue("inscription")
formation_annuler = _PageDUneSession.vue("annuler", LECTURE_ECRITURE)


def _formation(request: HttpRequest, pk: int) -> Formation:
    visibles = Formation.objects.visibles_par(request.user).select_related("caisse")
    return get_object_or_404(visibles, pk=pk)
