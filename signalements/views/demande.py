"""What both sides share: a demande's page, and the acts that its page offers.

An act is one line of a table: its form, its action, the sentence that confirms it. A refused form, or an act that
came too late, shows the page again with what was typed.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Prefetch, Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.models.compte import Compte
from caisses.models import Service
from conformite.journal import consigner, consigner_lecture
from conformite.scellement import Illisible
from signalements import journal, permissions
from signalements.actions import instruction
from signalements.bureau.forms import etapes
from signalements.departements import DEPARTEMENTS
from signalements.forms.instruction import libelle_du_creneau
from signalements.forms.par_service import lire
from signalements.gestes import gestes
from signalements.models.demandes import Demande, DemandeQuerySet
from signalements.models.fil import Evenement, Message
from signalements.models.modeles import ModeleReponse
from signalements.models.presences import Presence
from signalements.models.rendez_vous import RendezVous
from signalements.personnes import meme_personne, personne_de
from signalements.pieces.actions import panneau
from signalements.pieces.views import verifier_poids
from signalements.tete import tete
from signalements.workflow import ACTES_SANS_ETAT, TRANSITIONS, Statut
from socle import horloge
from socle.actes import ActeDePage, PageDActes
from socle.certain import certain
from socle.naissances import Naissance
from socle.notifications import lire_celles_de
from socle.roles import Droit, exiger, peut
from socle.templatetags.portail import dans_combien, date_courte, date_heure, date_longue

# How many other demandes one answer closes.
JOINTES_MAX = 8
PHRASES_CRENEAUX = {
    "partenaire": "La caisse propose un rendez-vous : choisissez un créneau ou demandez-en d’autres. "
    "Le délai est suspendu jusqu’à votre réponse.",
    "caisse": "La structure doit choisir un créneau. Le délai est suspendu.",
}


@dataclass(frozen=True)
class Acte(ActeDePage):
    """One act offered on the page of a demande; the table of transitions says who and when, unless `droit` does."""

    aide: str = ""
    # Without a line in the table of transitions: who may do it at all. Refused, they came too late, and keep their words.
    pour: tuple[Droit, ...] = ()
    # Whether its form chooses among what belongs to this demande (slots, agents, caisses).
    selon_la_demande: bool = False
    # Whether one may go on to the next demande with the same press.
    enchaine: bool = False
    # Whether the demande waits for it: its form stands open at the head of the page.
    attendu: bool = False

    def __post_init__(self) -> None:
        """An act that is in no table tells who may come too late: the portal does not start without."""
        if not self.pour and self._verbe not in TRANSITIONS:
            raise ImproperlyConfigured(f"l’acte « {self.verbe} » ne dit pas pour qui il est (pour=)")

    @property
    def _verbe(self) -> str:
        return self.verbe.replace("-", "_")

    def former(self, objet: Demande, donnees: Any = None, fichiers: Any = None, **options: Any) -> Form:
        """Return the form of the act, bound to what was posted if any."""
        if self.selon_la_demande:
            options["demande"] = objet
        return super().former(objet, donnees, fichiers, **options)

    def refus(self, compte: Compte, objet: Demande) -> int:
        """Tell apart the one who may never (403) from the one who comes too late (409)."""
        if (
            self.droit(compte, objet)
            if self.droit
            else permissions.can_transition(compte, objet, self._verbe)
        ):
            return 0
        transition = TRANSITIONS.get(self._verbe)
        if not peut(compte, *(transition.droits if transition else self.pour)):
            return 403
        return 409 if transition is None or objet.statut not in transition.depuis else 403


def charger(compte: Compte, reference: str) -> Demande:
    """Return the demande if `compte` sees it; raise Http404 otherwise."""
    cote = Message.Cote.PARTENAIRE if compte.cote_partenaire else Message.Cote.CAISSE
    messages_du_fil = Message.objects.select_related("auteur", "lu_par").lisibles_du(cote, compte)
    return get_object_or_404(
        Demande.objects.visibles_par(compte)
        .select_related(
            "caisse",
            "partenaire",
            "motif__service",
            "pole",
            "technicien",
            "agent",
            "participation__convention",
        )
        .prefetch_related(
            Prefetch("messages", messages_du_fil),
            "rendez_vous",
            "etiquettes",
            "pieces",
            Prefetch("evenements", Evenement.objects.select_related("par", "a")),
        ),
        reference=reference,
    )


class PageDeDemande(PageDActes):
    """The page of a demande, for one side; each room of acts says which."""

    cote = "caisse"
    gabarit = adresse = adresse_agir = adresse_agenda = ""

    _memes: list[tuple[Demande, str]] | None = None

    def memes(self, objet: Demande) -> list[tuple[Demande, str]]:
        """Return the other demandes about the person, and whom each names; read once for a page."""
        if self._memes is None:
            visibles = Demande.objects.visibles_par(self.compte)
            self._memes = memes_lues(self.compte, visibles, objet, objet.contenu)
        return self._memes

    def verrouiller(self, objet: Demande) -> None:
        """Take it with those that one answer joins to it (D-29), by primary key."""
        jointes = Q(reference__in=self.request.POST.getlist("repondre-aussi")[:JOINTES_MAX])
        jointes |= Q(pk__in=Demande.objects.repondues_avec(objet).values("pk"))
        lignes = Demande.objects.select_for_update(of=("self",))
        list(lignes.filter(Q(pk=objet.pk) | jointes).order_by("pk").values_list("pk"))
        super().verrouiller(objet)

    def afficher(
        self, objet: Demande, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        """Show the page of a demande with the acts offered; `form` is the refused form of the act `verbe`."""
        instruction.journaliser_lecture(objet, par=self.compte)
        lire_celles_de(self.compte, reverse(self.adresse, args=[objet.reference]))
        contenu = objet.contenu
        offerts = self.offerts(objet, verbe, form)
        contexte = {
            "demande": objet,
            "cote": self.cote,
            "phrase": _phrase(objet, self.compte),
            "issue": issue(objet),
            "convention": ce_que_permet_la_convention(objet) if self.cote == "caisse" else [],
            "resume": resume(objet),
            "personne": personne(contenu),
            "sections": lire(contenu),
            "fil": [(message, gestes(self.compte, message)) for message in objet.messages.all()],
            "rendez_vous": rendez_vous(objet),
            "adresse_agenda": reverse(self.adresse_agenda, args=[objet.reference]),
            "historique": historique(objet),
            "pieces": panneau(objet, self.compte),
            "tete": tete_caisse(objet, contenu, self.compte) if self.cote == "caisse" else tete(objet),
            "accompagnement": accompagnement(objet),
            "memes": self.memes(objet),
            "presences": Presence.objects.des_autres(objet, self.compte) if self.cote == "caisse" else [],
            "actes": (actes := self._avec_adresses(objet, offerts)),
            "avec_fichiers": any(form is not None and form.is_multipart() for _, form, *_ in actes),
            # The act that was refused stands open; else the answer, under the thread.
            "acte_ouvert": verbe or ("repondre" if self.cote == "caisse" else ""),
            "en_erreur": bool(form and form.errors),
            "texte_perdu": self.perdu(offerts, verbe, form),
        }
        return render(self.request, self.gabarit, contexte, status=statut)

    def _avec_adresses(
        self, demande: Demande, offerts: list[tuple[Acte, Form]]
    ) -> list[tuple[Acte, Form, str, list[tuple[ModeleReponse, str]]]]:
        """Return each act offered with its form, its address, and the texts that may be inserted."""
        modeles = modeles_par_acte(demande, self.compte) if self.cote == "caisse" else {}
        return [
            (
                acte,
                form,
                reverse(self.adresse_agir, args=[demande.reference, acte.verbe]),
                modeles.get(acte.verbe, []),
            )
            for acte, form in offerts
        ]

    def former(self, acte: ActeDePage, objet: Demande) -> Form:
        """Bind the form to what was posted; with the chosen model, when it is to be inserted."""
        donnees = _avec_le_modele(self.request, objet, acte)
        return acte.former(objet, donnees, self.request.FILES, **self.options(acte, objet))

    def juger(self, form: Form) -> bool:
        """Refuse what weighs too much; a text to insert is shown first."""
        if "fichiers" in form.fields:
            verifier_poids(self.request, form)
        return form.is_valid()

    def montrer(self, objet: Demande, acte: ActeDePage, form: Form) -> HttpResponse | None:
        """Show the page again, without a word about its fields, when a text is to be inserted."""
        return self._rendre_le_texte(objet, acte, form, 200) if "inserer" in self.request.POST else None

    def refuser(self, refus: int, objet: Demande, acte: ActeDePage, form: Form) -> HttpResponse:
        """Give the text back to who came too late, or whose demande was handed over while he wrote."""
        transition = TRANSITIONS.get(acte.verbe.replace("-", "_"))
        confiee = permissions.can_etre_depossede(self.compte, objet) and (
            transition is None or objet.statut in transition.depuis
        )
        if refus == 403:
            exiger(confiee and peut(self.compte, *(transition.droits if transition else acte.pour)))
        if confiee:
            dit = f"Cette demande est confiée à {certain(objet.agent).nom_complet}. Votre action n’a pas été faite."
        else:
            autre = objet.agent if objet.agent_id != self.compte.pk else None
            qui = f" par {autre.nom_complet}" if autre else ""
            etat = Statut(objet.statut).label.lower()
            dit = f"La demande a changé entre-temps{qui} : elle est maintenant « {etat} ». Votre action n’a pas été faite."
        messages.warning(self.request, dit)
        return self._rendre_le_texte(objet, acte, form, 403 if confiee else 409)

    def _rendre_le_texte(self, objet: Demande, acte: ActeDePage, form: Form, statut: int) -> HttpResponse:
        """Show the page again with what was typed, without a word about its fields."""
        form.is_valid()
        form.errors.clear()
        return self.afficher(objet, acte.verbe, form, statut)

    def apres(self, objet: Demande, form: Form) -> None:
        """Log what was confirmed."""
        journaliser_confirmation(self.request, objet, form)


def memes_lues(
    compte: Compte, visibles: DemandeQuerySet, demande: Demande, contenu: dict[str, Any]
) -> list[tuple[Demande, str]]:
    """Return the demandes of `visibles` about the same person, or one who resembles, and whom each names (D-21).

    It is logged that they were shown (R-04).
    """
    memes = meme_personne(visibles, demande, contenu, compte)
    if memes:
        consigner_lecture(journal.Acte.DEMANDE_LIRE_MEMES, memes, par=compte, reliees=True)
    return [(une, _nommee(une)) for une in memes]


def _nommee(demande: Demande) -> str:
    """Whom a demande is about, as somebody needs it who decides whether it is the same person; empty if no key opens it."""
    try:
        qui = personne_de(demande.contenu.get("assure") or {})
    except Illisible:
        return ""
    return ", ".join(filter(None, (f"{qui.prenom} {qui.nom}".strip(), str(qui.naissance or ""))))


def accompagnement(demande: Demande) -> list[tuple[str, str]]:
    """Return the steps of a Mission accompagnement santé, each with its day; empty for another demande."""
    if not demande.accompagnement:
        return []
    fuseau = demande.caisse.fuseau
    return [
        (libelle, date_courte(horloge.jour(fuseau, quand)) if quand else "À venir")
        for libelle, quand in etapes(demande)
    ]


def modeles_par_acte(demande: Demande, compte: Compte) -> dict[str, list[tuple[ModeleReponse, str]]]:
    """Return the models of answer that suit the demande, by act, each with its text as `compte` would send it."""
    par_acte: dict[str, list[tuple[ModeleReponse, str]]] = {}
    for modele in ModeleReponse.objects.pour(demande):
        par_acte.setdefault(modele.acte, []).append((modele, modele.rediger(demande, compte)))
    return par_acte


def _avec_le_modele(request: HttpRequest, demande: Demande, acte: ActeDePage) -> Any:
    """Return what was posted; with the chosen model after what was typed, when it is to be inserted."""
    choisi = request.POST.get("inserer", "")
    if not request.user.cote_caisse or not choisi.isdecimal():
        return request.POST
    modele = ModeleReponse.objects.pour(demande).filter(pk=int(choisi[:9]), acte=acte.verbe).first()
    donnees, champ = request.POST.copy(), f"{acte.verbe}-texte"
    if modele:
        texte = modele.rediger(demande, request.user)
        donnees[champ] = "\n\n".join(filter(None, [donnees.get(champ, "").strip(), texte]))
        donnees.setdefault(f"{acte.verbe}-issue", "")
        donnees[f"{acte.verbe}-issue"] = donnees[f"{acte.verbe}-issue"] or modele.issue
    return donnees


def journaliser_confirmation(request: HttpRequest, demande: Demande, formulaire: Form) -> None:
    """Log that a flagged text was confirmed (D-04): which kind, never the text."""
    if confirmees := getattr(formulaire, "confirmees", []):
        consigner(
            journal.Acte.DEMANDE_TEXTE_CONFIRME,
            par=request.user,
            objet=demande,
            genres=sorted(set(confirmees)),
        )


def historique(demande: Demande) -> list[dict[str, Any]]:
    """Return the acts done on the demande, latest first, for the timeline."""
    return [
        {
            "quand": evenement.le,
            "titre": TRANSITIONS[evenement.verbe].libelle
            if evenement.verbe in TRANSITIONS
            else ACTES_SANS_ETAT.get(evenement.verbe, evenement.verbe),
            "texte": evenement.dit,
            "auteur": evenement.par.nom_complet if evenement.par else "Exécution automatique",
        }
        for evenement in reversed(list(demande.evenements.all()))
    ]


def resume(demande: Demande) -> list[tuple[str, Any]]:
    """Return the marks of a demande that name nobody but the professionals."""
    fuseau = demande.caisse.fuseau
    lignes = [
        ("Organisme", demande.caisse.nom),
        ("Structure", demande.partenaire.nom),
        ("Service", demande.motif.service.libelle),
        ("Motif", demande.motif.libelle),
    ]
    if demande.origine != Demande.Origine.PORTAIL:
        lignes.append(("Origine", _appel(demande)))
    if demande.deposee_le:
        lignes.append(
            ("Déposée", f"{date_heure(demande.deposee_le, fuseau)}, par {demande.deposee_par.nom_complet}")
        )
        lignes.append(("Suivie par", _suivi(demande)))
        # Nothing is awaited of a demande that the structure withdrew.
        if demande.statut != Statut.ANNULEE:
            agent = demande.agent.nom_complet if demande.agent else "Pas encore prise en charge"
            lignes += [("Traitée par", agent), ("Réponse promise", _promesse(demande))]
        lignes += [
            ("Pôle", demande.pole.libelle),
            ("Données conservées jusqu’au", date_longue(demande.terme_le)),
        ]
    elif demande.urgente:
        lignes.append(("Urgence", "Signalée urgente"))
    return lignes


def _suivi(demande: Demande) -> str:
    """Who follows it for the structure; somebody who left follows nothing."""
    if demande.technicien is None:
        return "Personne"
    parti = "" if demande.suivie else " (compte fermé : personne ne la suit)"
    return f"{demande.technicien.nom_complet}{parti}"


def _appel(demande: Demande) -> str:
    """How a demande came that the caisse entered, who spoke, who follows it (D-23)."""
    appel = demande.contenu.get("appel", {})
    qui = ", ".join(filter(None, [appel.get("qui"), appel.get("fonction")]))
    suivie = "" if demande.technicien else " Aucun technicien ne la suit encore."
    return f"{demande.get_origine_display()} : {qui}.{suivie}"


def ce_que_permet_la_convention(demande: Demande) -> list[tuple[str, str]]:
    """Return, for the agent, what the structure may ask and receive (C-09, C-10, C-17)."""
    part = demande.participation
    services = (
        Service.objects.filter(motifs__in=part.motifs.all()).distinct().values_list("libelle", flat=True)
    )
    fin = part.acces_fin
    return [
        (
            "Documents par le portail",
            "Permis, si la structure dit à quel titre elle les reçoit"
            if part.documents_par_portail
            else "Non permis : adressez-les à l’adresse connue de l’assuré",
        ),
        ("Services ouverts", ", ".join(services)),
        ("Public concerné", part.convention.public or "Toutes les personnes reçues par la structure"),
        ("Accès de la structure", f"Jusqu’au {date_courte(fin - dt.timedelta(days=1))}" if fin else "Ouvert"),
    ]


def issue(demande: Demande) -> str:
    """Return the outcome with the day of the answer; empty while there is none, or once it is reopened."""
    if not demande.issue or demande.statut in (Statut.DEPOSEE, Statut.EN_COURS, Statut.EN_ATTENTE):
        return ""
    quand = demande.traitee_le or demande.terminee_le
    return f"{demande.get_issue_display()}, le {date_courte(horloge.jour(demande.caisse.fuseau, quand))}"


def tete_caisse(demande: Demande, contenu: dict[str, Any], compte: Compte) -> list[str]:
    """Return what an agent must know at once: who, which structure, promised when and how late, who has it."""
    assure = contenu.get("assure") or {}
    naissance = str(Naissance.de(assure.get("naissance")) or "")
    qui = " ".join(filter(None, [*(un for _, un in personne(contenu)[:1]), naissance and f"({naissance})"]))
    promesse = ""
    if demande.promise_le and demande.statut in (Statut.DEPOSEE, Statut.EN_COURS):
        promesse = f"promise le {date_courte(demande.promise_le)}, {dans_combien(demande.promise_le, demande.caisse.fuseau)}"
    if demande.agent is None:
        prise = "personne ne l’a prise"
    elif demande.agent_id == compte.pk:
        prise = "prise par vous"
    else:
        prise = f"prise par {demande.agent.nom_complet}"
    return [un for un in (qui, demande.partenaire.nom, promesse, prise if demande.est_ouverte else "") if un]


def _phrase(demande: Demande, compte: Compte) -> str:
    """The sentence of the state; slots that wait for a choice are no complement, and a colleague's demande is his."""
    cote = "caisse" if compte.cote_caisse else "partenaire"
    if cote == "caisse" and demande.statut == Statut.EN_COURS and not permissions.en_charge(compte, demande):
        return f"La demande est prise en charge par {demande.agent.nom_complet}, dont la structure attend la réponse."
    if demande.creneaux_proposes:
        return PHRASES_CRENEAUX[cote]
    return demande.phrase(cote)


def _promesse(demande: Demande) -> str:
    raison = demande.raison_promesse
    return f"{date_longue(demande.promise_le)}{f' ({raison})' if raison else ''}"


def personne(contenu: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the identity of the assuré, labelled; empty when the demande names nobody (D-03)."""
    assure = contenu.get("assure")
    if not assure:
        return []
    civilite = {"madame": "Madame", "monsieur": "Monsieur"}.get(assure.get("civilite", ""), "")
    naissance = assure.get("naissance")
    return [
        ("Personne", " ".join(filter(None, [civilite, assure.get("prenom"), assure.get("nom")]))),
        ("Date de naissance", str(Naissance.de(naissance) or "")),
        ("Département de résidence", dict(DEPARTEMENTS).get(assure.get("departement", ""), "")),
    ]


# What its file does in a diary.
AGENDA: dict[str, str] = {
    RendezVous.Statut.ACCEPTE: "Ajouter à mon agenda",
    RendezVous.Statut.ANNULE: "Retirer de mon agenda",
}


def rendez_vous(demande: Demande) -> list[dict[str, Any]]:
    """Return the slots of a demande that still say something: proposed, agreed, held or missed (D-13)."""
    muets = (RendezVous.Statut.ECARTE,)
    dernier = demande.rendez_vous.a_l_agenda()[-1:]
    return [
        {
            "creneau": libelle_du_creneau(rdv, demande),
            "etat": rdv.get_statut_display(),
            "precisions": rdv.precisions,
            "agenda": AGENDA[rdv.statut] if rdv in dernier else "",
        }
        for rdv in demande.rendez_vous.all()
        if rdv.statut not in muets
    ]
