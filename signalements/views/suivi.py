"""The structure follows its demandes: history, page of a demande, thread, accusé de réception."""

from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from caisses.referentiels import PIECES_ENTRANTES
from conformite.journal import consigner, consigner_lecture
from conformite.scellement import Illisible
from signalements import journal, permissions
from signalements.actions import instruction, rendez_vous
from signalements.agenda import fichier_agenda
from signalements.appel.actions import suivre
from signalements.appel.forms import SuivreForm
from signalements.bureau.actions import rappeler
from signalements.bureau.forms import RappelForm
from signalements.bureau.preferences import SANS_NOM, VueForm
from signalements.depot import fiches
from signalements.etiquettes import EtiquettesForm, etiqueter, portees
from signalements.forms.historique import ETATS, SUIVIS, FiltreForm, compter_les_onglets
from signalements.forms.instruction import (
    AnnulationForm,
    ChoixCreneauForm,
    ClotureForm,
    MessageForm,
    NoteLibreForm,
)
from signalements.models.demandes import Demande, DemandeQuerySet
from signalements.models.fil import Evenement
from signalements.pieces.actions import manquantes
from signalements.pieces.envoi import EnvoiAvecPiecesForm, QuestionForm, avec_pieces
from signalements.recherche import RechercheForm
from signalements.reprise.actions import reprendre_une
from signalements.views.demande import Acte, PageDeDemande, charger, personne
from signalements.views.demande import rendez_vous as rendez_vous_de
from signalements.workflow import Statut
from socle.listes import feuilleter
from socle.pdf import rendre_pdf, reponse_pdf
from socle.roles import Droit, exiger

PAR_PAGE = 25

ACTES = [
    Acte(
        "accepter-creneau",
        "Choisir un créneau",
        "Confirmer ce rendez-vous",
        "Le rendez-vous est confirmé. Vous pouvez l’ajouter à votre agenda.",
        rendez_vous.accepter_creneau,
        ChoixCreneauForm,
        selon_la_demande=True,
        attendu=True,
    ),
    Acte(
        "refuser-creneaux",
        "Demander d’autres créneaux",
        "Demander d’autres créneaux",
        "La caisse proposera d’autres créneaux.",
        rendez_vous.refuser_creneaux,
        MessageForm,
        aide="Dites quand la personne est disponible.",
    ),
    Acte(
        "completer",
        "Apporter le complément demandé",
        "Envoyer le complément",
        "Votre complément est envoyé. La caisse reprend le traitement.",
        avec_pieces(instruction.completer),
        EnvoiAvecPiecesForm,
        aide="Un message, des pièces jointes, ou les deux : l’un ou l’autre suffit.",
        selon_la_demande=True,
        attendu=True,
    ),
    Acte(
        "cloturer",
        "Clore la demande",
        "La réponse convient, clore la demande",
        "La demande est close. Elle reste lisible jusqu’à sa date d’effacement.",
        instruction.cloturer_ensemble,
        ClotureForm,
        attendu=True,
    ),
    Acte(
        "relancer",
        "Il reste une question",
        "Envoyer la question",
        "Votre question est envoyée. La demande est de nouveau en cours.",
        avec_pieces(instruction.relancer),
        QuestionForm,
        aide="Un simple merci n’est pas nécessaire : la demande se clôt d’elle-même 15 jours après la lecture.",
        variante="secondaire",
        selon_la_demande=True,
        attendu=True,
    ),
    Acte(
        "ecrire",
        "Écrire à la caisse",
        "Envoyer le message",
        "Votre message est envoyé.",
        avec_pieces(instruction.ecrire),
        EnvoiAvecPiecesForm,
        selon_la_demande=True,
        droit=lambda compte, demande: (
            permissions.can_ecrire(compte, demande) and demande.statut in (Statut.DEPOSEE, Statut.EN_COURS)
        ),
        pour=(Droit.DEPOSER_DEMANDES,),
    ),
    Acte(
        "reprendre",
        "Je reprends cette demande",
        "Je reprends cette demande",
        "Vous suivez cette demande : les messages de la caisse vous sont adressés. Votre collègue est prévenu.",
        reprendre_une,
        variante="secondaire",
        droit=permissions.can_reprendre,
        pour=(Droit.DEPOSER_DEMANDES,),
        vu=lambda demande: demande.technicien_id,
    ),
    Acte(
        "annuler-rendez-vous",
        "Annuler le rendez-vous",
        "Annuler le rendez-vous",
        "Le rendez-vous est annulé. La caisse en est informée.",
        rendez_vous.annuler_rendez_vous,
        MessageForm,
        aide="Dites pourquoi, et si la personne souhaite un autre rendez-vous.",
        variante="secondaire",
        droit=permissions.can_annuler_rendez_vous,
        pour=(Droit.DEPOSER_DEMANDES,),
    ),
    Acte(
        "suivre",
        "Suivre cette demande",
        "Suivre cette demande",
        "Vous suivez cette demande. Les messages de la caisse vous parviennent.",
        suivre,
        SuivreForm,
        selon_la_demande=True,
        aide="La caisse l’a enregistrée pour votre structure. Confirmez ce qui a été attesté.",
        droit=permissions.can_suivre,
        pour=(Droit.DEPOSER_DEMANDES,),
    ),
    Acte(
        "rappeler",
        "Me le rappeler",
        "Enregistrer le rappel",
        "C’est noté. La demande reviendra ce jour-là à votre accueil.",
        rappeler,
        RappelForm,
        selon_la_demande=True,
        aide="Pour vous seul : elle revient ce jour-là à votre accueil.",
        droit=permissions.can_ecrire,
        pour=(Droit.DEPOSER_DEMANDES,),
        variante="secondaire",
    ),
    Acte(
        "noter",
        "Ajouter une note interne",
        "Enregistrer la note",
        "La note est enregistrée. La caisse ne la voit pas.",
        instruction.noter,
        NoteLibreForm,
        aide="Pour vos collègues de la structure\N{NO-BREAK SPACE}: la caisse ne la lit pas.",
        droit=permissions.can_noter,
        pour=(Droit.DEPOSER_DEMANDES,),
        variante="secondaire",
    ),
    Acte(
        "etiqueter",
        "Étiquettes de la structure",
        "Enregistrer les étiquettes",
        "Les étiquettes sont enregistrées. La caisse ne les voit pas.",
        etiqueter,
        EtiquettesForm,
        selon_la_demande=True,
        vu=portees,
        droit=permissions.can_etiqueter,
        pour=(Droit.DEPOSER_DEMANDES,),
        variante="secondaire",
    ),
    Acte(
        "annuler",
        "Annuler la demande",
        "Annuler la demande",
        "La demande est annulée. La caisse ne la traite plus.",
        instruction.annuler,
        AnnulationForm,
        variante="danger",
    ),
]


@require_http_methods(["GET", "HEAD", "POST"])
def demandes(request: HttpRequest) -> HttpResponse:
    """History of the structure (D-09). A search is posted: a name never stands in an address."""
    exiger(permissions.can_voir_historique(request.user))
    visibles = Demande.objects.visibles_par(request.user).entamees()
    recherche = RechercheForm(request.POST if request.method == "POST" else None)
    filtres = FiltreForm(request.GET, compte=request.user, demandes=visibles)
    # A person is looked for in the whole structure: who follows her is not known yet.
    trouve = recherche.trouver(visibles, request.user) if request.method == "POST" else None
    trouvees = trouve.demandes.order_by("-id") if trouve else filtres.filter(visibles)
    lues = (
        trouvees.pour_lignes()
        .select_related("caisse", "motif", "technicien")
        .prefetch_related(Prefetch("evenements", Evenement.objects.depots()))
    )
    feuille = feuilleter(request, lues, PAR_PAGE, trouve.nombre if trouve else None)
    lignes = ouvrir_lignes(feuille.object_list)
    consigner_lecture(journal.Acte.DEMANDE_LIRE_HISTORIQUE, feuille.object_list, par=request.user)
    garder = VueForm.de(request)
    contexte = {
        "feuille": feuille,
        "lignes": lignes,
        "recherche": recherche,
        "filtres": filtres,
        "titre": ETATS[filtres.etat].libelle,
        "onglets": _onglets(request, filtres, visibles),
        "suivis": [
            (_adresse(request, qui=code), libelle, code == filtres.suivi_par and request.method != "POST")
            for code, libelle in SUIVIS
        ],
        "legende": f"Demandes : {feuille.paginator.count} au total",
        "parametres": _parametres(request),
        "cherche": request.method == "POST",
        "mots": recherche.data.get("mots", ""),
        "proches": trouve is not None and trouve.proches,
        "en_erreur": bool(recherche.errors or filtres.errors or garder.errors),
        "vues": request.user.vues.all(),
        "garder": garder,
    }
    return render(request, "signalements/demandes.html", contexte)


def _parametres(request: HttpRequest, **change: str) -> str:
    """Return the filters of the address, changed, without the page that was read."""
    choix = request.GET.copy()
    for nom in ("page", SANS_NOM):
        choix.pop(nom, None)
    for nom, valeur in change.items():
        choix[nom] = valeur
    return choix.urlencode()


def _adresse(request: HttpRequest, **change: str) -> str:
    return f"{reverse('demandes')}?{_parametres(request, **change)}"


def _onglets(
    request: HttpRequest, filtres: FiltreForm, visibles: DemandeQuerySet
) -> list[tuple[str, str, int, bool]]:
    """Return the tabs of the list: address, label, count among those followed by whom was chosen, whether it is shown."""
    nombres = compter_les_onglets(filtres.perimetre(visibles))
    montre = "" if request.method == "POST" else filtres.etat
    return [
        (_adresse(request, filtre=code), ETATS[code].libelle, nombre, code == montre)
        for code, nombre in nombres.items()
    ]


def ouvrir_lignes(demandes_de_la_page: Any) -> list[dict[str, object]]:
    """Return each demande of a page beside the name of the person, unsealed for this answer only.

    One that does not open (altered, moved by hand) is shown without a name, and closes the page to no other.
    """
    lignes = []
    for demande in demandes_de_la_page:
        try:
            assure = demande.contenu.get("assure", {})
        except Illisible:
            assure = {"nom": "illisible"}
        lignes.append(
            {"demande": demande, "personne": f"{assure.get('prenom', '')} {assure.get('nom', '')}".strip()}
        )
    return lignes


def _de_la_structure(request: HttpRequest, reference: str) -> Demande:
    trouvee = charger(request.user, reference)
    exiger(permissions.can_voir_historique(request.user))
    return trouvee


@require_safe
def demande(request: HttpRequest, reference: str) -> HttpResponse:
    """The page of a demande, for the structure."""
    trouvee = _de_la_structure(request, reference)
    if trouvee.statut == Statut.BROUILLON:
        return redirect("demande-brouillon", reference=reference)
    return _Page(request, reference).afficher(trouvee)


class _Page(PageDeDemande):
    """Do one of the structure's acts."""

    actes = ACTES
    cote = "partenaire"
    gabarit, adresse, adresse_agir, adresse_agenda = (
        "signalements/demande.html",
        "demande",
        "demande-agir",
        "demande-agenda",
    )

    def preparer(self, verbe: str) -> HttpResponse | None:
        """The second press of a double click has nothing to take."""
        if verbe == "reprendre" and self.charger().technicien_id == self.compte.pk:
            return redirect("demande", reference=self.reference)
        return None

    def charger(self) -> Demande:
        return _de_la_structure(self.request, self.reference)


agir = _Page.vue()


@require_safe
def accuse_reception(request: HttpRequest, reference: str) -> HttpResponse:
    """The accusé de réception as PDF (D-07): reference, date and hour; nobody's name but the sender's."""
    trouvee = _de_la_structure(request, reference)
    if trouvee.deposee_le is None:
        raise Http404
    consigner(journal.Acte.DEMANDE_ACCUSE, par=request.user, objet=trouvee)
    contenu = rendre_pdf("signalements/accuse_reception.html", {"demande": trouvee})
    return reponse_pdf(contenu, f"accuse-reception-{trouvee.reference}.pdf")


@require_safe
def notice(request: HttpRequest, reference: str) -> HttpResponse:
    """The notice to hand to the person, before the deposit or later (D-05): who reads what, how long, which rights."""
    return _pour_la_personne(request, reference, "notice", "information-de-la-personne.pdf")


@require_safe
def accord(request: HttpRequest, reference: str) -> HttpResponse:
    """The consent to print and to sign, in easy French, for the structure's own file (D-05): her name is written by hand."""
    return _pour_la_personne(request, reference, "accord", "accord-de-la-personne.pdf")


def _pour_la_personne(request: HttpRequest, reference: str, papier: str, fichier: str) -> HttpResponse:
    """A paper for the person that a demande names; nothing of hers stands in it."""
    trouvee = _de_la_structure(request, reference)
    if not trouvee.motif.assure:
        raise Http404
    contexte = {
        "demande": trouvee,
        "mois": trouvee.participation.convention.conservation_mois,
        "consentement": fiches.accord(trouvee.motif, dit="accord_dit") if trouvee.motif.consentement else "",
    }
    return reponse_pdf(rendre_pdf(f"signalements/{papier}_personne.html", contexte), fichier)


@require_safe
def fiche_de_visite(request: HttpRequest, reference: str) -> HttpResponse:
    """What one takes to the person’s home, on one page: who, where it stands, what is still to bring."""
    trouvee = _de_la_structure(request, reference)
    if trouvee.deposee_le is None:
        raise Http404
    consigner(journal.Acte.DEMANDE_VISITE, par=request.user, objet=trouvee)
    contexte = {
        "demande": trouvee,
        "personne": personne(trouvee.contenu),
        "manquantes": [PIECES_ENTRANTES[code] for code in manquantes(trouvee)],
        "rendez_vous": rendez_vous_de(trouvee),
    }
    contenu = rendre_pdf("signalements/fiche_visite.html", contexte)
    return reponse_pdf(contenu, f"fiche-de-visite-{trouvee.reference}.pdf")


@require_safe
def agenda(request: HttpRequest, reference: str) -> HttpResponse:
    """The calendar file of the rendez-vous that was agreed (D-13)."""
    return fichier_agenda(_de_la_structure(request, reference), par=request.user)
