"""The technicien deposits a demande: organisme and service, motif, content, recap. Each step is a sealed draft."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models.compte import Compte
from caisses.models import Service
from conformite.journal import consigner
from conventions.models.conventions import Objet, Participation
from signalements import permissions
from signalements.departements import DEPARTEMENTS
from signalements.depot import actions as depot
from signalements.depot.fiches import aide, fiche
from signalements.depot.forms import AU_GESTIONNAIRE, DepartementForm, DepotForm, MotifForm
from signalements.forms.contenu import ContenuForm
from signalements.forms.par_service import lire
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.pieces.actions import manquantes, panneau
from signalements.views.actes import PageSurDemande
from signalements.views.demande import journaliser_confirmation, memes_lues, personne, resume
from signalements.workflow import Statut
from socle.actes import ActeDePage, PageASoi
from socle.roles import Droit, exiger
from socle.templatetags.portail import heure
from socle.transitions import TropTard


def _participations(compte: Compte) -> QuerySet[Participation]:
    """The caisses' parts that open the portal now to the account (D-02, A-13, A-16)."""
    return (
        Participation.objects.donnant(Droit.DEPOSER_DEMANDES, compte, pour_commencer=True)
        .filter(objet=Objet.ACCES_DROITS)
        .select_related("caisse", "convention")
        .order_by("caisse__nom")
    )


@require_safe
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Step 1: which organisme, which service."""
    exiger(permissions.can_nouvelle(request.user))
    participations = list(_participations(request.user))
    ou = DepartementForm(request.GET)
    code = ou.choix("departement") if ou.is_valid() else ""
    # Those of the département first; the others stay within reach.
    siennes = [une.caisse for une in participations if code in une.caisse.couverts]
    participations.sort(key=lambda une: une.caisse not in siennes)
    organismes = [
        {
            "participation": participation,
            "services": [
                (service, aide(service))
                for service in Service.objects.filter(motifs__participations=participation).distinct()
            ],
        }
        for participation in participations
    ]
    contexte = {
        "organismes": organismes,
        "partages": _departements_partages(participations),
        "ou": ou,
        "departement": dict(DEPARTEMENTS).get(code, ""),
        "siennes": [caisse.nom for caisse in siennes],
        "pour": ou.choix("pour") or "",
    }
    return render(request, "signalements/nouvelle.html", contexte)


def _departements_partages(participations: list[Participation]) -> list[tuple[str, list[str]]]:
    """Return each département that several of these caisses cover, with their names (D-02)."""
    caisses: dict[str, list[str]] = {}
    for participation in participations:
        caisse = participation.caisse
        for code in caisse.couverts:
            caisses.setdefault(code, []).append(caisse.nom)
    noms = dict(DEPARTEMENTS)
    return [(noms.get(code, code), liste) for code, liste in sorted(caisses.items()) if len(liste) > 1]


class _PageDuMotif(PageASoi):
    """Step 2: which motif; the POST opens the draft."""

    gabarit = "signalements/motif.html"

    def charger(self) -> Any:
        exiger(permissions.can_nouvelle(self.compte))
        self.participation = get_object_or_404(
            _participations(self.compte), caisse__code=self.cles["organisme"]
        )
        services = Service.objects.filter(motifs__participations=self.participation).distinct()
        self.service = get_object_or_404(services, code=self.cles["service"])
        return self.compte

    def options(self, acte: ActeDePage, objet: Any) -> dict[str, object]:
        motifs = self.participation.motifs.filter(service=self.service)
        return {"motifs": motifs, "pour": self.request.GET.get("pour", "")}

    def contexte(self, objet: Any) -> dict[str, object]:
        motifs = self.participation.motifs.filter(service=self.service)
        sans_personne = motifs.filter(assure=False).exists()
        return {
            "service": self.service,
            "participation": self.participation,
            "au_gestionnaire": motifs.filter(pk__in=AU_GESTIONNAIRE).exists(),
            "suivante": "Votre demande" if sans_personne else "La personne et sa situation",
        }

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Demande:
        try:
            return depot.commencer(
                participation=self.participation,
                motif=donnees["motif"],
                jeton=donnees["jeton"],
                par=objet,
                depuis=_suivie(objet, donnees["pour"]),
            )
        except Demande.DoesNotExist:
            raise Http404 from None

    def retour(self, acte: ActeDePage) -> str:
        if self.rendu is None:
            return reverse("demande-nouvelle")
        return reverse("demande-brouillon", args=[self.rendu.reference])


choisir_motif = _PageDuMotif.pour(
    "commencer",
    faire=depot.commencer,
    formulaire=MotifForm,
    permis=permissions.can_nouvelle,
)


def _suivie(compte: Compte, reference: str) -> Demande | None:
    """The demande that this one is for the same person as, when the account sees it; None otherwise."""
    return Demande.objects.visibles_par(compte).filter(reference=reference).first() if reference else None


def _charger_brouillon(compte: Compte, reference: str) -> Demande:
    demande = get_object_or_404(
        Demande.objects.visibles_par(compte).select_related(
            "caisse", "motif__service", "participation__convention", "partenaire", "technicien"
        ),
        reference=reference,
    )
    exiger(permissions.can_nouvelle(compte))
    return demande


class _PageDeBrouillon(PageSurDemande):
    """A draft, for its author, until it is sent."""

    def charger(self) -> Demande:
        return _charger_brouillon(self.compte, self.reference)

    def retour(self, acte: ActeDePage) -> str:
        return reverse("demande", args=[self.reference])


def _deja_envoyee(demande: Demande) -> str:
    return "" if demande.statut == Statut.BROUILLON else "Cette demande est déjà envoyée."


class _PageDeLaSaisie(_PageDeBrouillon):
    """Step 3: who and what. « Finir plus tard » keeps what is there, complete or not; so does the page by itself."""

    gabarit = "signalements/brouillon.html"
    trop_tard = "Vos dernières modifications n’y sont pas."
    conflit: dt.datetime | None = None

    @property
    def seule(self) -> bool:
        """Whether the page saves by itself."""
        return "auto" in self.request.POST

    def options(self, acte: ActeDePage, objet: Demande) -> dict[str, object]:
        return {
            "demande": objet,
            "facultatif": self.seule or "plus-tard" in self.request.POST,
            "initial": ContenuForm.initial_de(objet.contenu, urgente=objet.urgente),
        }

    def contexte(self, objet: Demande) -> dict[str, object]:
        consigner(Acte.DEMANDE_LIRE, par=self.compte, objet=objet)
        contenu = objet.contenu
        return {
            "demande": objet,
            "conflit": self.conflit,
            "version": (self.conflit or objet.modifiee_le).isoformat(),
            "entame": objet.modifiee_le != objet.creee_le,
            "fiche": fiche(objet.motif, objet.participation),
            "fiche_ouverte": self.request.method != "POST" and not contenu.keys() - depot.DE_LA_PERSONNE,
            "deja": _deja_en_cours(self.compte, objet, contenu),
        }

    def juger(self, form: Any) -> bool:
        """Keep what holds, when the page saves by itself."""
        return form.is_valid() or self.seule

    def faire(self, acte: ActeDePage, objet: Demande, /, **donnees: Any) -> Demande:
        """Seal what was typed, unless the draft was sent, or changed elsewhere since the page was shown."""
        try:
            version = dt.datetime.fromisoformat(self.request.POST["version"])
        except (KeyError, ValueError):
            version = None
        contenu, self.ecartes = (
            self.form.contenu_partiel(objet.contenu) if self.seule else (self.form.contenu(), [])
        )
        urgente = donnees.get("urgente", False)
        try:
            acte.faire(objet, contenu=contenu, urgente=urgente, par=self.compte, version=version)
        except depot.BrouillonModifie as modifie:
            self.conflit = modifie.le
            raise TropTard from modifie
        return objet

    def refuser(self, refus: int, objet: Demande, acte: ActeDePage, form: Form) -> HttpResponse:
        """Say what was written meanwhile; the page that saves by itself is told in its own words."""
        exiger(refus != 403)
        if self.seule:
            return JsonResponse(_ailleurs(self.conflit, objet) if self.conflit else DEJA_ENVOYEE)
        if self.conflit:
            return self.afficher(objet, acte.verbe, form, 409)
        return super().refuser(refus, objet, acte, form)

    def finir(self, acte: ActeDePage) -> HttpResponse:
        """Saved: on to the recap, or to the drafts, where this one is seen."""
        demande = self.rendu
        if self.seule:
            return JsonResponse(_garde(demande, self.ecartes))
        journaliser_confirmation(self.request, demande, self.form)
        if "plus-tard" not in self.request.POST:
            # The pieces are a step of the path when the motif calls for some that are not there.
            suite = "demande-pieces" if manquantes(demande) else "demande-recapitulatif"
            return redirect(suite, reference=demande.reference)
        messages.success(self.request, "Brouillon enregistré. Vous le retrouverez ici.")
        return redirect(f"{reverse('demandes')}?filtre=brouillons")


# What the page is told instead of « enregistré », when it has nothing to save any more.
DEJA_ENVOYEE = {
    "fini": True,
    "genre": "envoyee",
    "mots": "Cette demande est déjà envoyée : ce que vous écrivez ici n’est plus enregistré.",
}


def _ailleurs(le: dt.datetime, demande: Demande) -> dict[str, Any]:
    """What the page is told when another one saved the draft since."""
    mots = (
        f"Ce brouillon a été modifié ailleurs à {heure(le, demande.caisse.fuseau)} : ce que vous écrivez ici n’est plus "
        "enregistré. Il reste à l’écran ; rouvrez le brouillon dans un autre onglet pour comparer."
    )
    return {"fini": True, "genre": "conflit", "mots": mots}


def _garde(demande: Demande, refuses: list[str]) -> dict[str, Any]:
    """Say what the server has: the hour, and what it could not take yet."""
    mots = f"Enregistré à {heure(demande.modifiee_le, demande.caisse.fuseau)}"
    if refuses:
        mots += f", sauf : {', '.join(refuses)} (à corriger ou à terminer)"
    return {
        "version": demande.modifiee_le.isoformat(),
        "genre": "sauf" if refuses else "fait",
        "mots": f"{mots}.",
        "reste": bool(refuses),
    }


def _complet(demande: Demande) -> bool:
    return ContenuForm.est_complet(demande, demande.contenu)


def _montree(demande: Demande) -> object:
    """What the recap shows and the technicien attests."""
    return demande.contenu, demande.urgente, sorted(demande.pieces.presentes().values_list("pk", flat=True))


class _PageDuRecapitulatif(_PageDeBrouillon):
    """Step 4: read again, attest, send (D-05). Sent twice, the second answer is the same page."""

    gabarit = "signalements/recapitulatif.html"

    def preparer(self, verbe: str) -> HttpResponse | None:
        """Lead back to what is left to write, or to what is sent."""
        demande = self.charger()
        if not permissions.can_modifier_brouillon(self.compte, demande):
            return redirect("demande", reference=self.reference)
        if _complet(demande):
            return None
        messages.info(self.request, "Il manque encore des informations avant l’envoi.")
        return redirect("demande-brouillon", reference=self.reference)

    def options(self, acte: ActeDePage, objet: Demande) -> dict[str, object]:
        convention = objet.participation.convention
        return {
            "motif": objet.motif,
            "manquantes": manquantes(objet),
            "public": convention.public if convention.public_limite else "",
        }

    def contexte(self, objet: Demande) -> dict[str, object]:
        consigner(Acte.DEMANDE_LIRE, par=self.compte, objet=objet)
        contenu = objet.contenu
        return {
            "demande": objet,
            "resume": resume(objet),
            "personne": personne(contenu),
            "sections": lire(contenu),
            "pieces": panneau(objet, self.compte),
            "autre_caisse": _autre_caisse(self.compte, objet, contenu),
            "deja": _deja_en_cours(self.compte, objet, contenu),
        }

    def verrouiller(self, objet: Demande) -> None:
        """Take the part of the convention first."""
        depot.part_du_depot(objet, par=self.compte)
        super().verrouiller(objet)

    def faire(self, acte: ActeDePage, objet: Demande, /, **donnees: Any) -> None:
        acte.faire(
            objet, attestations=self.form.attestations(), absentes=self.form.absentes(), par=self.compte
        )

    def refuser(self, refus: int, objet: Demande, acte: ActeDePage, form: Form) -> HttpResponse:
        """A double click: it is sent, once. Another tab wrote meanwhile: that is read, or completed, before it is sent."""
        exiger(refus != 403)
        return self.preparer(acte.verbe) or super().refuser(refus, objet, acte, form)

    def annoncer(self, acte: ActeDePage) -> None:
        messages.success(self.request, f"Votre demande est envoyée. Sa référence : {self.reference}.")


class _PageDeSuppression(_PageDeBrouillon):
    """Throw the draft away, once it was said what goes with it."""

    def retour(self, acte: ActeDePage) -> str:
        return reverse("demandes")

    def renoncer(self, acte: ActeDePage) -> str:
        return reverse("demande-brouillon", args=[self.reference])


brouillon = _PageDeLaSaisie.pour(
    "enregistrer",
    titre="Brouillon",
    faire=depot.enregistrer_brouillon,
    formulaire=ContenuForm,
    permis=permissions.can_nouvelle,
    obstacle=_deja_envoyee,
)
recapitulatif = _PageDuRecapitulatif.pour(
    "envoyer",
    titre="Relire et envoyer",
    faire=depot.deposer,
    formulaire=DepotForm,
    permis=permissions.can_nouvelle,
    quand=_complet,
    obstacle=_deja_envoyee,
    vu=_montree,
)
supprimer = _PageDeSuppression.pour(
    "supprimer",
    titre="Supprimer ce brouillon",
    bouton="Supprimer ce brouillon",
    fait="Le brouillon est supprimé.",
    faire=depot.supprimer_brouillon,
    droit=permissions.can_modifier_brouillon,
    pertes=lambda demande: [
        f"Le brouillon {demande.reference} sera supprimé, avec ce que vous y avez écrit.",
        "L’identité de la personne et les pièces jointes le seront aussi.",
    ],
)


def _autre_caisse(compte: Compte, demande: Demande, contenu: dict[str, Any]) -> str:
    """Warn, before the sending, that a person of this département depends in general on another caisse (D-02)."""
    code = contenu.get("assure", {}).get("departement", "")
    if not code or code in demande.caisse.couverts:
        return ""
    autres = [part.caisse.nom for part in _participations(compte) if code in part.caisse.couverts]
    laquelle = f" : {' ou '.join(autres)}" if autres else ""
    return (
        f"Une personne qui réside dans ce département ({dict(DEPARTEMENTS).get(code, code)}) dépend en général d’une autre "
        f"caisse{laquelle}. Sa caisse est écrite sur son attestation de droits. Si c’est bien {demande.caisse.nom}, envoyez."
    )


def _deja_en_cours(compte: Compte, demande: Demande, contenu: dict[str, Any]) -> list[tuple[Demande, str]]:
    """The open demandes of the structure for the same person, or one who resembles, and the same motif: a warning, never a refusal."""
    ouvertes = Demande.objects.visibles_par(compte).ouvertes().filter(motif=demande.motif_id)
    return memes_lues(compte, ouvertes, demande, contenu)
