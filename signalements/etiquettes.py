"""D-28: the words of a house on its demandes; one body for the two desks, where each sees and sets its own."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from caisses.models import Caisse
from conformite.journal import consigner
from conventions.models.partenaires import Partenaire
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.models.etiquettes import Etiquette, EtiquetteQuerySet
from socle.acteurs import Acteur
from socle.champs import Formulaire, Ligne
from socle.garde import alertes
from socle.noms import PARTICULES, mots

ETIQUETTES_MAX = 40


def _maison(demande: Demande, *, cote_caisse: bool) -> Caisse | Partenaire:
    return demande.caisse if cote_caisse else demande.partenaire


def portees(demande: Demande) -> list[int]:
    """Return the words that the reader's house put on it, by key: on what one decides who changes them."""
    return [une.pk for une in demande.etiquettes.all()]


class EtiquettesForm(Formulaire):
    """Which words a demande bears. They are kept in clear: nobody, and nothing of anybody's health, may stand there."""

    cote_caisse = False

    choisies = forms.ModelMultipleChoiceField(
        Etiquette.objects.none(), label="Étiquettes", required=False, widget=forms.CheckboxSelectMultiple
    )
    nouvelle = Ligne(
        label="Nouvelle étiquette",
        help_text="Un mot ou deux sur le sujet ou le suivi, par exemple « permanence du jeudi ». Jamais un nom.",
        max_length=30,
        required=False,
    )

    def __init__(self, *args: Any, demande: Demande, **options: Any) -> None:
        self.demande = demande
        self.siennes = _maison(demande, cote_caisse=self.cote_caisse).etiquettes.all()
        super().__init__(*args, initial={"choisies": portees(demande)}, **options)
        self.fields["choisies"].queryset = self.siennes
        if not self.siennes:
            del self.fields["choisies"]

    def clean_nouvelle(self) -> str:
        """Return the word as the house writes it already; refuse the person of the demande, and what a text asks twice about."""
        dite: str = self.cleaned_data["nouvelle"]
        assure = self.demande.contenu.get("assure") or {}
        noms = {un for nom in ("nom", "prenom") for un in mots(assure.get(nom, ""))} - PARTICULES
        if noms & set(mots(dite)) or alertes(dite):
            raise ValidationError(
                "Une étiquette ne dit rien de la personne : ni son nom, ni sa santé, ni un numéro.",
                code="personne",
            )
        connue = next((une.mot for une in self.siennes if une.mot.casefold() == dite.casefold()), "")
        if dite and not connue and len(self.siennes) >= ETIQUETTES_MAX:
            raise ValidationError(
                f"Vous avez déjà {ETIQUETTES_MAX} étiquettes : reprenez-en une.", code="nombre"
            )
        return connue or dite


class EtiquettesDeLaCaisseForm(EtiquettesForm):
    """Those of the caisse."""

    cote_caisse = True


@transaction.atomic
def etiqueter(
    demande: Demande, *, nouvelle: str, par: Acteur, choisies: EtiquetteQuerySet | None = None
) -> None:
    """Have the demande bear these words of the actor's house and no other of them; one that no demande bears is forgotten.

    The rows of the house are locked, in their order: what one act forgets, another takes up before or after.
    """
    maison = _maison(demande, cote_caisse=par.cote_caisse)
    siennes = maison.etiquettes.all()
    list(siennes.select_for_update().order_by("pk"))
    voulues = {une.pk for une in choisies or ()}
    if nouvelle:
        voulues.add(maison.etiquettes.get_or_create(mot=nouvelle)[0].pk)
    demande.etiquettes.remove(*siennes.exclude(pk__in=voulues))
    demande.etiquettes.add(*siennes.filter(pk__in=voulues))
    portee = Etiquette.demandes.through.objects.filter(etiquette=OuterRef("pk"))
    siennes.exclude(Exists(portee)).delete()
    consigner(Acte.DEMANDE_ETIQUETER, par=par, objet=demande)
