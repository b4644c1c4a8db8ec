"""The caisse's triage desk: baskets, page of a demande, acts of agents and superviseurs."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conformite.journal import consigner_lecture
from signalements import journal, permissions
from signalements.actions import instruction, orientation, rendez_vous
from signalements.agenda import fichier_agenda
from signalements.bureau import actions, avis
from signalements.bureau.filtres import FiltresForm, adresse_de
from signalements.bureau.forms import EtapeForm, RappelForm
from signalements.bureau.lots import LotForm, Resultat, traiter, verrouiller_dans_l_ordre
from signalements.bureau.preferences import VueForm
from signalements.bureau.suivante import prochaine, quitter
from signalements.documents.actions import DocumentForm, can_envoyer_ici
from signalements.etiquettes import EtiquettesDeLaCaisseForm, etiqueter, portees
from signalements.forms.instruction import (
    AttributionForm,
    CreneauxForm,
    EnvoiCaisseForm,
    IrrecevableForm,
    NoteForm,
    NoteLibreForm,
    RedirectionForm,
    ReponseForm,
    TransfertForm,
    UrgenceForm,
    VenueForm,
    caisses_de_transfert,
)
from signalements.models.demandes import Demande
from signalements.models.preferences import Preferences
from signalements.models.presences import Presence
from signalements.paniers import PANIERS, compter, par_groupe
from signalements.pieces.envoi import envoyer_un_document
from signalements.recherche import RechercheAuBureauForm, RechercheForm
from signalements.views.demande import JOINTES_MAX, Acte, PageDeDemande, charger
from signalements.views.suivi import PAR_PAGE, ouvrir_lignes
from signalements.workflow import Statut
from socle.actes import ActeDePage, PageASoi
from socle.acteurs import Acteur
from socle.confirmation import demander_confirmation
from socle.listes import feuilleter
from socle.perimetre import lecture
from socle.roles import Droit, exiger
from socle.templatetags.portail import accorder
from socle.transitions import TropTard


def can_transferer(compte: Acteur, demande: Demande) -> bool:
    """Whether the table allows it, and another caisse may receive the demande (D-19)."""
    return (
        permissions.can_transition(compte, demande, "transferer") and caisses_de_transfert(demande).exists()
    )


ACTES = [
    Acte(
        *("prendre-en-charge", "Prendre en charge", "Prendre en charge"),
        "Vous avez pris cette demande en charge.",
        instruction.prendre_en_charge,
    ),
    Acte(
        "repondre",
        "Répondre à la structure",
        "Envoyer la réponse",
        "Votre réponse est envoyée. La structure peut la lire.",
        instruction.repondre,
        ReponseForm,
        selon_la_demande=True,
        enchaine=True,
    ),
    Acte(
        "demander-complement",
        "Demander un complément",
        "Demander le complément",
        "La demande de complément est envoyée. Le délai est suspendu jusqu’à la réponse de la structure.",
        instruction.demander_complement,
        EnvoiCaisseForm,
        enchaine=True,
    ),
    Acte(
        "proposer-creneaux",
        "Proposer un rendez-vous",
        "Proposer ces créneaux",
        "Les créneaux sont proposés. Le délai est suspendu jusqu’au choix de la structure.",
        rendez_vous.proposer_creneaux,
        CreneauxForm,
        selon_la_demande=True,
        enchaine=True,
    ),
    Acte(
        "envoyer-document",
        "Envoyer un document à la structure",
        "Envoyer le document",
        "Le document est envoyé à la structure. Répondez-lui maintenant avec l’issue qui convient.",
        envoyer_un_document,
        DocumentForm,
        selon_la_demande=True,
        droit=can_envoyer_ici,
        pour=(Droit.TRAITER_DEMANDES,),
    ),
    Acte(
        "noter-venue",
        "Dire si le rendez-vous a eu lieu",
        "Enregistrer",
        "C’est enregistré. Répondez maintenant à la structure avec l’issue qui convient.",
        rendez_vous.noter_venue,
        VenueForm,
        droit=permissions.can_noter_venue,
        pour=(Droit.TRAITER_DEMANDES,),
    ),
    Acte(
        *("annuler-rendez-vous", "Annuler le rendez-vous", "Annuler le rendez-vous"),
        "Le rendez-vous est annulé. La structure en est informée.",
        rendez_vous.annuler_rendez_vous,
        EnvoiCaisseForm,
        aide="La structure lira ce message : dites pourquoi, puis proposez d’autres créneaux.",
        droit=permissions.can_conclure_rendez_vous,
        pour=(Droit.TRAITER_DEMANDES,),
        variante="secondaire",
    ),
    Acte(
        "ecrire",
        "Écrire à la structure sans changer l’état",
        "Envoyer le message",
        "Votre message est envoyé.",
        instruction.ecrire,
        EnvoiCaisseForm,
        droit=lambda compte, demande: (
            permissions.can_ecrire(compte, demande)
            and demande.statut in (Statut.EN_COURS, Statut.EN_ATTENTE, Statut.TRAITEE)
        ),
        pour=(Droit.TRAITER_DEMANDES,),
    ),
    Acte(
        "noter",
        "Ajouter une note interne",
        "Enregistrer la note",
        "La note est enregistrée. La structure ne la voit pas.",
        instruction.noter,
        NoteLibreForm,
        aide="Visible par les agents de la caisse seulement.",
        droit=permissions.can_noter,
        pour=(Droit.TRAITER_DEMANDES,),
        variante="secondaire",
    ),
    *avis.ACTES,
    Acte(
        "etiqueter",
        "Étiquettes de la caisse",
        "Enregistrer les étiquettes",
        "Les étiquettes sont enregistrées. La structure ne les voit pas.",
        etiqueter,
        EtiquettesDeLaCaisseForm,
        selon_la_demande=True,
        vu=portees,
        droit=permissions.can_etiqueter,
        pour=(Droit.TRAITER_DEMANDES,),
        variante="secondaire",
    ),
    Acte(
        "rappeler",
        "Me le rappeler",
        "Enregistrer le rappel",
        "C’est noté. La demande reviendra ce jour-là dans « À revoir ».",
        actions.rappeler,
        RappelForm,
        selon_la_demande=True,
        aide="Pour vous seul : elle revient ce jour-là dans votre corbeille « À revoir ».",
        droit=lambda compte, demande: permissions.can_noter(compte, demande) and demande.est_ouverte,
        pour=(Droit.TRAITER_DEMANDES,),
        variante="secondaire",
    ),
    Acte(
        "noter-etape",
        "Noter une étape de l’accompagnement",
        "Noter cette étape",
        "L’étape est notée. La structure la voit, avec sa date.",
        instruction.noter_etape,
        EtapeForm,
        selon_la_demande=True,
        droit=permissions.can_noter_etape,
        pour=(Droit.TRAITER_DEMANDES,),
    ),
    Acte(
        "prolonger",
        "Prolonger la conservation de 15 jours",
        "Prolonger de 15 jours",
        "Les données de la demande sont conservées 15 jours de plus.",
        instruction.prolonger,
        NoteForm,
        aide="Dites pourquoi la demande ne peut pas être terminée avant son terme. La raison reste dans les notes internes.",
        droit=permissions.can_prolonger,
        pour=(Droit.ENCADRER_DEMANDES,),
        vu=lambda demande: demande.terme_le,
    ),
    Acte(
        "requalifier",
        "Dire que la demande est urgente, ou ne l’est pas",
        "Changer l’urgence",
        "L’urgence est changée. La structure en lit la raison.",
        instruction.requalifier,
        UrgenceForm,
        vu=lambda demande: demande.urgente,
        aide="Urgente, elle passe devant et sa date promise se rapproche. Non urgente, elle garde la date qui a été promise.",
        droit=permissions.can_requalifier,
        pour=(Droit.ENCADRER_DEMANDES,),
        variante="secondaire",
    ),
    Acte(
        "cloturer",
        "Clore la demande",
        "Clore la demande",
        "La demande est close.",
        instruction.cloturer_ensemble,
        variante="secondaire",
    ),
    Acte(
        "attribuer",
        "Confier à un autre agent",
        "Confier la demande",
        "La demande est confiée. L’agent en est informé.",
        orientation.attribuer,
        AttributionForm,
        selon_la_demande=True,
        vu=lambda demande: (demande.agent_id, demande.pole_id),
        variante="secondaire",
        droit=permissions.can_orienter,
        pour=(Droit.TRAITER_DEMANDES,),
    ),
    Acte(
        "rediriger",
        "Orienter vers un autre pôle",
        "Orienter la demande",
        "La demande est orientée : elle est à prendre dans l’autre pôle, la date promise reste.",
        orientation.rediriger,
        RedirectionForm,
        selon_la_demande=True,
        vu=lambda demande: (demande.agent_id, demande.pole_id),
        variante="secondaire",
    ),
    Acte(
        "transferer",
        "Transférer à une autre caisse",
        "Transférer la demande",
        "La demande est transférée. Votre caisse ne la voit plus.",
        orientation.transferer,
        TransfertForm,
        selon_la_demande=True,
        aide="La référence et la date de réception restent, le délai repart. Vos notes internes ne suivent pas.",
        variante="secondaire",
        droit=can_transferer,
    ),
    Acte(
        "declarer-irrecevable",
        "Déclarer non recevable",
        "Déclarer non recevable",
        "La demande est déclarée non recevable. La structure en est informée.",
        instruction.declarer_irrecevable,
        IrrecevableForm,
        aide="La structure lira la raison et votre explication : dites-lui ce qu’elle peut faire.",
        variante="danger",
        enchaine=True,
    ),
    Acte(
        "rouvrir",
        "Rouvrir la demande",
        "Rouvrir la demande",
        "La demande est rouverte.",
        instruction.rouvrir,
        EnvoiCaisseForm,
        variante="secondaire",
    ),
]


# The acts by which a demande leaves who does them.
REMISES = frozenset({"attribuer", "rediriger", "transferer"})


@require_http_methods(["GET", "HEAD", "POST"])
@lecture(seulement=True)
def tri(request: HttpRequest) -> HttpResponse:
    """The baskets with their counts, and the demandes of the one that is open: urgent first, then promised date."""
    exiger(permissions.can_trier(request.user))
    recherche = RechercheAuBureauForm(request.POST if request.method == "POST" else None)
    return _bureau(request, recherche, LotForm(compte=request.user))


def _confirmer_la_cloture(request: HttpRequest, references: list[str]) -> HttpResponse:
    """Ask once before several demandes are closed: only a superviseur may open them again, one by one."""
    nombre = accorder(len(references), "demande,demandes")
    pertes = [
        f"{nombre} à clore : {', '.join(references)}.",
        "Seul un superviseur peut rouvrir une demande close.",
    ]
    champs = [("acte", "cloturer"), ("confirme", "1"), *(("references", une) for une in references)]
    return demander_confirmation(request, "Clore ces demandes", pertes, reverse("tri"), champs=champs)


class _PageDuLot(PageASoi):
    """Take, hand over or close the demandes that were ticked; say what became of each, on the same list."""

    actes = (ActeDePage.unique("traiter", traiter, LotForm, permis=permissions.can_traiter),)

    @property
    def recherche(self) -> RechercheAuBureauForm:
        return RechercheAuBureauForm(self.request.POST if "mots" in self.request.POST else None)

    def options(self, acte: ActeDePage, objet: Any) -> dict[str, object]:
        return {"compte": objet}

    def afficher(self, objet: Any, verbe: str = "", form: Any = None, statut: int = 200) -> HttpResponse:
        return _bureau(self.request, self.recherche, form or LotForm(compte=objet), self.rendu, statut)

    def montrer(self, objet: Any, acte: ActeDePage, form: Any) -> HttpResponse | None:
        """Tick all, or ask before demandes are closed: only a superviseur may open them again, one by one."""
        if "tout" in self.request.POST:
            return self.afficher(objet)
        cloture = form.is_valid() and form.cleaned_data["acte"] == "cloturer"
        if not cloture or "confirme" in self.request.POST:
            return None
        return _confirmer_la_cloture(self.request, form.cleaned_data["references"])

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> list[Resultat]:
        references = donnees.pop("references")
        verrouiller_dans_l_ordre(references, objet)
        return traiter(references, par=objet, **donnees)

    def finir(self, acte: ActeDePage) -> HttpResponse:
        return self.afficher(self.compte)


lot = _PageDuLot.vue()


def _bureau(
    request: HttpRequest,
    recherche: RechercheForm,
    form: LotForm,
    resultats: list[Resultat] | None = None,
    statut: int = 200,
) -> HttpResponse:
    """Show the desk: the basket and the filters of the address, or what was looked for."""
    filtres = FiltresForm(request.GET, compte=request.user)
    form.fields["agent"].offrir(filtres.agents)
    demandes = Demande.objects.visibles_par(request.user)
    panier = PANIERS.get(request.GET.get("panier", ""), PANIERS["a-prendre"])
    paniers = compter(filtres.filter(demandes), request.user)
    trouve = recherche.trouver(demandes, request.user) if recherche.is_bound else None
    if trouve:
        trouvees = trouve.demandes.par_urgence()
    else:
        trouvees = filtres.ranger(panier.choisir(filtres.filter(demandes), request.user), panier.ordre)
        quitter(request.session, panier.code if "panier" in request.GET else "", filtres.adresse)
    trouvees = trouvees.pour_lignes().select_related("caisse", "motif", "partenaire", "agent", "pole")
    # Counted already: with the other baskets, or by the search.
    deja = trouve.nombre if trouve else None if panier.a_part else dict(paniers)[panier]
    feuille = feuilleter(request, trouvees, PAR_PAGE, deja)
    consigner_lecture(
        journal.Acte.DEMANDE_LIRE_TRI,
        [*feuille.object_list, *_dites(request.user, resultats, feuille)],
        par=request.user,
    )
    contexte = {
        "groupes": par_groupe(paniers),
        "panier": panier,
        "filtres": filtres,
        "legende": f"{'Recherche' if recherche.is_bound else panier.titre} : {accorder(feuille.paginator.count, 'demande,demandes')}",
        "parametres": adresse_de(panier.code, filtres),
        "feuille": feuille,
        "lignes": ouvrir_lignes(feuille.object_list),
        "recherche": recherche,
        "cherche": recherche.is_bound,
        "mots": recherche.data.get("mots", ""),
        "proches": trouve is not None and trouve.proches,
        "form": form,
        "cochees": _cochees(request, form, feuille),
        "resultats": resultats,
    } | _du_lecteur(request, recherche)
    return render(request, "signalements/tri.html", contexte, status=statut)


def _du_lecteur(request: HttpRequest, recherche: RechercheForm) -> dict[str, object]:
    """What the desk shows of its reader: what he may do, the lists that he keeps, his keys, what he left out."""
    compte, garder = request.user, VueForm.de(request)
    return {
        "garder": garder,
        "en_erreur": bool(recherche.errors or garder.errors),
        "equipe": permissions.can_voir_equipe(compte),
        "traite": permissions.can_traiter(compte),
        "vues": compte.vues.all(),
        "preferences": Preferences.de(compte),
    }


def _dites(compte: Acteur, resultats: list[Resultat] | None, feuille: Any) -> list[Demande]:
    """The demandes of which a batch tells the state, and that are not in the list any more: read too (R-04)."""
    if not resultats:
        return []
    en_vue = [demande.pk for demande in feuille.object_list]
    dites = Demande.objects.visibles_par(compte).filter(reference__in=[un.reference for un in resultats])
    return list(dites.exclude(pk__in=en_vue))


def _cochees(request: HttpRequest, form: LotForm, feuille: Any) -> list[str]:
    """What stands ticked: all the page when that was asked (or nothing, the second time), else what was sent back."""
    if request.POST.get("tout") == "1":
        return [demande.reference for demande in feuille.object_list]
    return form.data.getlist("references") if form.is_bound else []


@require_safe
def suivante(request: HttpRequest) -> HttpResponse:
    """Go to the next demande to treat, in the basket and the filters that one left (D-08)."""
    exiger(permissions.can_traiter(request.user))
    trouvee, ailleurs = prochaine(request.user, request.session, request.GET.get("apres", "")[:20])
    if trouvee is None:
        messages.success(request, "Il n’y a plus de demande à traiter pour vous.")
        return redirect("tri")
    if ailleurs:
        messages.info(request, "La liste que vous suiviez est finie : voici la suite de votre travail.")
    return redirect("tri-demande", reference=trouvee.reference)


def _de_la_caisse(request: HttpRequest, reference: str) -> Demande:
    trouvee = charger(request.user, reference)
    exiger(permissions.can_trier(request.user))
    return trouvee


@require_safe
def demande(request: HttpRequest, reference: str) -> HttpResponse:
    """The page of a demande, for the caisse."""
    page = _Page(request, reference)
    return page.afficher(page.charger())


@require_POST
def presence(request: HttpRequest, reference: str) -> HttpResponse:
    """Note that the page is open, and whether its reader writes; return the line that names the others."""
    trouvee = get_object_or_404(Demande.objects.visibles_par(request.user), reference=reference)
    exiger(permissions.can_trier(request.user))
    Presence.objects.noter(trouvee, request.user, ecrit="ecrit" in request.POST)
    contexte = {"demande": trouvee, "presences": Presence.objects.des_autres(trouvee, request.user)}
    return render(request, "signalements/includes/presences.html", contexte)


class _Page(PageDeDemande):
    """Do one of the caisse's acts."""

    actes = ACTES
    gabarit, adresse, adresse_agir, adresse_agenda = (
        "signalements/tri_demande.html",
        "tri-demande",
        "tri-agir",
        "tri-agenda",
    )

    def charger(self) -> Demande:
        return _de_la_caisse(self.request, self.reference)

    def options(self, acte: ActeDePage, objet: Demande) -> dict[str, object]:
        """Offer to answer with it the others of its structure about the person (D-29)."""
        if acte.verbe != "repondre" or acte.refus(self.compte, objet):
            return {}
        memes = self.memes(objet)
        aussi = [meme for meme in memes if permissions.can_repondre_aussi(self.compte, meme[0], objet)]
        return {"aussi": aussi[:JOINTES_MAX]}

    def faire(self, acte: ActeDePage, objet: Demande, /, **donnees: Any) -> object:
        """Ask again, under their locks, for those that the same answer closes."""
        if "aussi" in donnees:
            donnees["aussi"] = list(donnees["aussi"].all())
            if not all(permissions.can_repondre_aussi(self.compte, une, objet) for une in donnees["aussi"]):
                raise TropTard
        return super().faire(acte, objet, **donnees)

    def retour(self, acte: ActeDePage) -> str:
        # What was handed over is somebody else's: one goes on to one's next demande (D-22).
        if acte.verbe in REMISES or "suivante" in self.request.POST:
            return f"{reverse('tri-suivante')}?apres={self.reference}"
        return reverse("tri-demande", args=[self.reference])


agir = _Page.vue()


@require_safe
def agenda(request: HttpRequest, reference: str) -> HttpResponse:
    """The calendar file of the rendez-vous that was agreed (D-13)."""
    return fichier_agenda(_de_la_caisse(request, reference), par=request.user)
