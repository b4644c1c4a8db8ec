"""From the first click to the deposit: a sealed draft, then a demande."""

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from caisses.models import Motif
from conformite.journal import consigner
from conformite.jours import terme
from conventions.models.conventions import Objet, Participation
from signalements import notifications
from signalements.actions.ecritures import jetons_de, promesse
from signalements.aiguillage.actions import aiguiller, pole_de
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.pieces import actions as pieces
from signalements.regles import JOURS_BROUILLON, nouvelle_reference
from signalements.workflow import Statut, TransitionImpossible
from socle import horloge
from socle.acteurs import Acteur

# Who she is, and under which mandate the structure acts for her: typed once (C-10).
DE_LA_PERSONNE = frozenset({"assure", "qualite", "mandat_fin"})


@transaction.atomic
def commencer(
    *,
    participation: Participation,
    motif: Motif,
    jeton: uuid.UUID,
    par: Acteur,
    depuis: Demande | None = None,
) -> Demande:
    """Open a sealed draft for `motif` with one caisse; the same `jeton` twice gives the same draft.

    `depuis`: a demande of the same person, whose identity and mandate are taken over; one's own draft where nothing else was typed
    gives its place (D-02). Raise Demande.DoesNotExist for a `jeton` that served somebody else.
    """
    maintenant = horloge.maintenant()
    demande = Demande(
        reference=nouvelle_reference(participation.caisse.jour),
        jeton=jeton,
        partenaire_id=participation.partenaire_id,
        caisse=participation.caisse,
        participation=participation,
        motif=motif,
        pole=aiguiller(participation.caisse, motif, participation.partenaire.type).pole,
        technicien=par.compte,
        urgente=motif.urgent,
        creee_le=maintenant,
        modifiee_le=maintenant,
    )
    demande.fixer_terme(participation.caisse.jour + dt.timedelta(days=JOURS_BROUILLON))
    connu = depuis.contenu if depuis and motif.assure else {}
    demande.poser_contenu({nom: connu[nom] for nom in DE_LA_PERSONNE if connu.get(nom)})
    try:
        with transaction.atomic():
            demande.save(force_insert=True)
    except IntegrityError as erreur:
        # By the name of the constraint: the other one may be out of the perimeter.
        if "reference" in str(erreur):
            # Drawn already: one deposit in 34 000 when there are a million demandes.
            return commencer(participation=participation, motif=motif, jeton=jeton, par=par, depuis=depuis)
        # The twin of a double click was there before.
        return Demande.objects.get(jeton=jeton, technicien=par.compte)
    _ceder_la_place(depuis, par=par)
    return demande


def _ceder_la_place(depuis: Demande | None, *, par: Acteur) -> None:
    """Throw away one's own draft where nothing but the person was typed."""
    if depuis is None or depuis.statut != Statut.BROUILLON or depuis.technicien != par:
        return
    if not depuis.contenu.keys() - DE_LA_PERSONNE:
        supprimer_brouillon(depuis, par=par)


class BrouillonModifie(Exception):
    """The draft was changed elsewhere since this page showed it; the argument is when."""

    def __init__(self, le: dt.datetime) -> None:
        super().__init__(le)
        self.le = le


@transaction.atomic
def enregistrer_brouillon(
    demande: Demande,
    *,
    contenu: dict[str, Any],
    urgente: bool,
    par: Acteur,
    version: dt.datetime | None = None,
) -> None:
    """Keep what was typed so far, sealed, for 30 more days (D-15). Raise TransitionImpossible once sent.

    `version`: the last change that the page knew; raise BrouillonModifie when another tab made a later one.
    """
    verrouille = Demande.objects.select_for_update().get(pk=demande.pk)
    if verrouille.statut != Statut.BROUILLON:
        raise TransitionImpossible("enregistrer", verrouille.statut)
    if version is not None and verrouille.modifiee_le != version:
        raise BrouillonModifie(verrouille.modifiee_le)
    demande.urgente = urgente or demande.motif.urgent
    demande.modifiee_le = horloge.maintenant()
    demande.fixer_terme(demande.caisse.jour + dt.timedelta(days=JOURS_BROUILLON))
    demande.poser_contenu(contenu)
    demande.save(update_fields=["urgente", "modifiee_le", "cle_enveloppee", "terme_le", "contenu_scelle"])


@transaction.atomic
def supprimer_brouillon(demande: Demande, *, par: Acteur) -> None:
    """Throw a draft away. Raise TransitionImpossible once sent."""
    verrouille = Demande.objects.select_for_update().get(pk=demande.pk)
    if verrouille.statut != Statut.BROUILLON:
        raise TransitionImpossible("supprimer", verrouille.statut)
    consigner(Acte.DEMANDE_SUPPRIMER_BROUILLON, par=par, objet=demande)
    demande.delete()


def part_du_depot(demande: Demande, *, par: Acteur) -> Participation:
    """D-27: return the part under which a draft may be sent now, its own first, another that replaced it otherwise.

    Locked: the end of the convention waits, or is seen. Raise ValidationError when no part takes it any more.
    """
    parts = list(
        Participation.objects.ouvrant_le_portail()
        .de(par)
        .filter(objet=Objet.ACCES_DROITS, caisse=demande.caisse_id)
        .select_related("convention")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    if not parts:
        raise ValidationError(
            "Votre structure ne peut plus envoyer de demande à cet organisme aujourd’hui. Le brouillon n’est pas "
            "envoyé ; il reste dans vos demandes.",
            code="convention",
        )
    avec_motif: list[Participation] = [
        part for part in parts if part.motifs.filter(pk=demande.motif_id).exists()
    ]
    if not avec_motif:
        raise ValidationError(
            "Ce motif n’est plus ouvert à votre structure avec cet organisme. Le brouillon n’est pas envoyé : "
            "copiez vos textes dans une nouvelle demande, avec un autre motif.",
            code="motif",
        )
    return next((part for part in avec_motif if part.pk == demande.participation_id), avec_motif[-1])


@transaction.atomic
def deposer(
    demande: Demande, *, attestations: list[str], par: Acteur, absentes: dict[str, str] | None = None
) -> None:
    """Send a draft to the caisse (D-05, D-07, D-27): convention and term are those of this moment (T-06).

    `attestations` are the codes of what the technicien attested, `absentes` why called pieces are not there. Raise TransitionImpossible when it was sent already,
    ValidationError when what the opening asked does not hold any more.
    """
    maintenant = horloge.maintenant()
    participation = part_du_depot(demande, par=par)
    mois = participation.convention.conservation_mois
    contenu = demande.contenu | {"attestations": attestations, "atteste_le": maintenant.isoformat()}
    if absentes:
        contenu["pieces_absentes"] = absentes
    demande.fixer_terme(terme(maintenant, mois, demande.caisse.fuseau))
    demande.poser_contenu(contenu)
    demande.transiter(
        "deposer",
        par=par,
        le=maintenant,
        technicien=par.compte,
        participation=participation,
        pole=pole_de(demande),
        deposee_le=maintenant,
        modifiee_le=maintenant,
        promise_le=promesse(demande),
        cle_enveloppee=demande.cle_enveloppee,
        terme_le=demande.terme_le,
        contenu_scelle=demande.contenu_scelle,
        jetons=jetons_de(demande, contenu),
    )
    pieces.oublier_originaux(demande)
    notifications.demande_deposee(demande)
