"""Several demandes at once, from the triage desk: each checked and locked on its own, its result said."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms

from accounts.models.compte import Compte
from signalements import permissions
from signalements.actions import instruction, orientation
from signalements.forms.agents import AgentField, agents_de
from signalements.models.demandes import Demande
from signalements.workflow import Statut, TransitionImpossible
from socle.acteurs import Acteur
from socle.champs import Formulaire, Texte
from socle.roles import Droit, peut

MAXIMUM = 50


@dataclass(frozen=True)
class Resultat:
    """What became of one demande of the lot."""

    reference: str
    phrase: str
    fait: bool


def _prendre(demande: Demande, par: Acteur, **_: object) -> str:
    if not permissions.can_transition(par, demande, "prendre_en_charge"):
        return ""
    instruction.prendre_en_charge(demande, par=par)
    return "vous l’avez prise en charge."


def _attribuer(demande: Demande, par: Acteur, agent: Any, texte: str) -> str:
    if not permissions.can_orienter(par, demande) or not agent.caisses.filter(pk=demande.caisse_id).exists():
        return ""
    orientation.attribuer(demande, agent=agent, texte=texte, par=par)
    return f"confiée à {agent.nom_complet}."


def _cloturer(demande: Demande, par: Acteur, **_: object) -> str:
    if demande.reponse_commune:
        # Closed already with another of the lot, that was given the same answer.
        avant, demande.statut = (
            demande.statut,
            Demande.objects.values_list("statut", flat=True).get(pk=demande.pk),
        )
        if (avant, demande.statut) == (Statut.TRAITEE, Statut.CLOTUREE):
            return "close."
    if not permissions.can_transition(par, demande, "cloturer"):
        return ""
    instruction.cloturer_ensemble(demande, par=par)
    return "close."


def _prolonger(demande: Demande, par: Acteur, texte: str, **_: object) -> str:
    if not permissions.can_prolonger(par, demande):
        return ""
    instruction.prolonger(demande, texte=texte, par=par)
    return f"conservée jusqu’au {demande.terme_le:%d/%m/%Y}."


# What may be done at once: code -> (label, who is offered it, act that returns its sentence, empty without the right).
ACTES: dict[str, tuple[str, Droit, Callable[..., str]]] = {
    "prendre": ("Prendre en charge", Droit.TRAITER_DEMANDES, _prendre),
    "attribuer": ("Confier à un agent", Droit.TRAITER_DEMANDES, _attribuer),
    "prolonger": ("Prolonger de 15 jours", Droit.ENCADRER_DEMANDES, _prolonger),
    "cloturer": ("Clore", Droit.TRAITER_DEMANDES, _cloturer),
}
# The acts that ask for a word, and how it is asked for.
MOTS = {
    "attribuer": "Dites en une phrase à votre collègue pourquoi vous les lui passez.",
    "prolonger": "Dites pourquoi ces demandes ne peuvent pas être terminées avant leur terme.",
}


class LotForm(Formulaire):
    """Which demandes of the page, and what to do with them."""

    marques: ClassVar = {"agent": "pour confier", "texte": "pour confier ou prolonger"}

    references = forms.MultipleChoiceField(
        label="Choix des demandes", error_messages={"required": "Cochez au moins une demande."}
    )
    acte = forms.ChoiceField(
        label="Pour les demandes cochées",
        error_messages={"required": "Choisissez ce qu’il faut faire des demandes cochées."},
    )
    agent = AgentField("Confier à", "Choisissez un agent.", required=False)
    texte = Texte(
        personne=True,
        label="Un mot, que la structure ne lit pas",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 1}),
    )

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, **options)
        # Whatever was ticked: an unknown or foreign reference is answered on its own line.
        cochees = self.data.getlist("references")[:MAXIMUM] if self.is_bound else []
        self.fields["references"].choices = [(une, une) for une in cochees]
        self.fields["agent"].queryset = agents_de(compte)
        self.fields["acte"].choices = [
            ("", "Choisissez une action"),
            *((code, titre) for code, (titre, droit, _) in ACTES.items() if peut(compte, droit)),
        ]

    def clean(self) -> dict[str, Any]:
        """Require the agent and the word when the demandes are handed over (D-22)."""
        donnees = super().clean() or {}
        if donnees.get("acte") == "attribuer" and not donnees.get("agent"):
            self.add_error("agent", "Choisissez à quel agent confier les demandes cochées.")
        if donnees.get("acte") in MOTS and not donnees.get("texte") and "texte" not in self.errors:
            self.add_error("texte", MOTS[donnees["acte"]])
        return donnees


def verrouiller_dans_l_ordre(references: list[str], compte: Acteur) -> None:
    """Take the demandes of a lot, and those that one answer joins to them, by primary key: two lots never wait for each other."""
    visibles = Demande.objects.visibles_par(compte)
    siennes = visibles.filter(reference__in=references)
    siennes |= visibles.filter(reponse_commune__in=siennes.values("reponse_commune"))
    list(siennes.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def traiter(references: list[str], *, acte: str, par: Acteur, **donnees: Any) -> list[Resultat]:
    """Do `acte`, with what it asks for in `donnees`, on each of `references` that `par` sees, each in its own transaction; return what became of each."""
    visibles = Demande.objects.visibles_par(par).select_related("caisse", "agent", "motif", "technicien")
    trouvees = {une.reference: une for une in visibles.filter(reference__in=references)}
    return [_traiter(reference, trouvees.get(reference), acte, par, donnees) for reference in references]


def _traiter(
    reference: str, demande: Demande | None, acte: str, par: Acteur, donnees: dict[str, Any]
) -> Resultat:
    if demande is None:
        return Resultat(reference, "introuvable parmi les demandes de vos caisses.", False)
    try:
        phrase = ACTES[acte][2](demande, par, **donnees)
    except TransitionImpossible:
        demande.refresh_from_db()
        phrase = ""
    if phrase:
        return Resultat(reference, phrase, True)
    qui = f", suivie par {demande.agent.nom_complet}" if demande.agent else ""
    etat = Statut(demande.statut).label.lower()
    return Resultat(reference, f"rien n’a été fait : elle est « {etat} »{qui}.", False)
