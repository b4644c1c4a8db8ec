"""An opinion asked without handing the demande over: the question and the answer are internal notes."""

from django import forms
from django.db import transaction
from django.http import QueryDict

from accounts.models.compte import Compte
from caisses.models import Pole
from conformite.journal import consigner
from signalements import journal, notifications, permissions
from signalements.actions.ecritures import ajouter_message
from signalements.forms.agents import agents_des
from signalements.forms.instruction import MotForm, NoteForm
from signalements.models.avis import AvisAttendu
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.views.demande import Acte
from socle.acteurs import Acteur
from socle.roles import Droit, peut


def can_donner_avis(compte: Compte, demande: Demande) -> bool:
    """Whether an opinion is asked of the account, of somebody whom he replaces, or of his pôle."""
    return (
        peut(compte, Droit.TRAITER_DEMANDES)
        and demande.est_ouverte
        and AvisAttendu.attendus_de(compte).filter(demande=demande).exists()
    )


class AvisForm(MotForm):
    """Of whom the opinion is asked, and the question."""

    a_qui = forms.ChoiceField(
        label="À qui ?", error_messages={"required": "Choisissez un pôle ou un collègue."}
    )
    field_order = ["a_qui", "texte"]

    def __init__(
        self,
        donnees: QueryDict | None = None,
        fichiers: object = None,
        *,
        demande: Demande,
        prefix: str | None = None,
    ) -> None:
        super().__init__(donnees, prefix=prefix)
        self.fields["texte"].label = "Votre question"
        self.poles = demande.caisse.poles.exclude(pk=demande.pole_id)
        self.agents = agents_des([demande.caisse_id]).filter(statut=Compte.Statut.ACTIF)
        self.agents = self.agents.exclude(pk=demande.agent_id)
        self.fields["a_qui"].choices = self._offerts

    def _offerts(self) -> list[tuple[str, str | list[tuple[str, str]]]]:
        return [
            ("", "Choisissez un pôle ou un collègue"),
            ("Pôles", [(f"pole-{un.pk}", str(un)) for un in self.poles]),
            ("Collègues", [(f"agent-{un.pk}", un.nom_complet) for un in self.agents]),
        ]

    def clean_a_qui(self) -> Pole | Compte:
        """Return the pôle, or the agent."""
        genre, _, cle = self.cleaned_data["a_qui"].partition("-")
        choisi: Pole | Compte = (self.poles if genre == "pole" else self.agents).get(pk=cle)
        return choisi


@transaction.atomic
def demander_avis(demande: Demande, *, a_qui: Pole | Compte, texte: str, par: Acteur) -> None:
    """Ask a pôle or a colleague; he, or its agents, are told. The demande stays where it is."""
    pole, agent = (a_qui, None) if isinstance(a_qui, Pole) else (None, a_qui)
    nom = agent.nom_complet if agent else str(pole)
    attendu, _ = demande.avis_attendus.get_or_create(pole=pole, agent=agent, auteur=par.compte)
    ajouter_message(demande, Message.Nature.NOTE, f"Avis demandé à {nom}. {texte}", par)
    consigner(journal.Acte.DEMANDE_AVIS_DEMANDER, par=par, objet=demande)
    notifications.avis_demande(attendu, par)


@transaction.atomic
def donner_avis(demande: Demande, *, texte: str, par: Acteur) -> None:
    """Answer what was asked; who asked is told."""
    attendus = list(AvisAttendu.attendus_de(par.compte).filter(demande=demande).select_related("auteur"))
    ajouter_message(demande, Message.Nature.NOTE, texte, par)
    consigner(journal.Acte.DEMANDE_AVIS_DONNER, par=par, objet=demande)
    for qui in {un.auteur_id: un.auteur for un in attendus}.values():
        notifications.avis_donne(demande, qui)
    demande.avis_attendus.filter(pk__in=[un.pk for un in attendus]).delete()


ACTES = (
    Acte(
        "donner-avis",
        "Donner l’avis qui vous est demandé",
        "Donner mon avis",
        "Votre avis est noté. Votre collègue en est informé ; la demande reste à lui.",
        donner_avis,
        NoteForm,
        aide="La question est dans la conversation. La structure ne lit ni la question ni votre avis.",
        droit=can_donner_avis,
        pour=(Droit.TRAITER_DEMANDES,),
        attendu=True,
    ),
    Acte(
        "demander-avis",
        "Demander un avis",
        "Demander cet avis",
        "L’avis est demandé. La demande reste à qui la traite ; vous serez informé de la réponse.",
        demander_avis,
        AvisForm,
        selon_la_demande=True,
        aide="À un collègue ou à un autre pôle, sans lui passer la demande. La structure ne le voit pas.",
        droit=permissions.can_orienter,
        pour=(Droit.TRAITER_DEMANDES,),
        variante="secondaire",
    ),
)
