"""D-28: the words of a house on its demandes; one body for the two desks, where each sees and sets its own."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from caisses.models import Caisse
from conformite.journal import consigner
from conventions.models.partenaires import Partenaire
from signalements.journal import Acte
from signalements.models.demandes import Demande
from signalements.models.etiquettes import Etiquette, EtiquetteQuerySet
from socle.acteurs import Acteur
from socle.champs import Formulaire, Ligne
from socle.ecriture import sans_accents
from socle.garde import alertes
from socle.noms import PARTICULES, Personne, colle, mots, porte_presque

ETIQUETTES_MAX = 40
# As many letters of a name tell it.
ENTAME = 4
# Rights that tell an illness or a status, and days: what a text may say, sealed, and a word in clear may not.
DITS_D_UNE_PERSONNE = re.compile(
    r"\b(?:ame|c2s|css|cmu\w?|acs|aah|aeeh|ald|pch|apa|rqth|mdph|mas|invalid\w*|handi\w*|curatel\w*|tutel\w*)\b"
    r"|\d{1,2}\W\d{1,2}\W\d{2,4}|\d{4}\W\d{1,2}\W\d{1,2}|\d{6}"
)


def _maison(demande: Demande, *, cote_caisse: bool) -> Caisse | Partenaire:
    return demande.caisse if cote_caisse else demande.partenaire


def portees(demande: Demande) -> list[int]:
    """Return the words that the reader's house put on it, by key: on what one decides who changes them."""
    return [une.pk for une in demande.etiquettes.all()]


def _de_la_personne() -> ValidationError:
    return ValidationError(
        "Une étiquette ne dit rien de la personne : ni son nom, ni sa naissance, ni sa santé, ni ses droits, ni un numéro.",
        code="personne",
    )


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

    def _nomme(self, dite: str) -> bool:
        """Whether a word is the name of the person, begun, joined, or with a slip."""
        assure = self.demande.contenu.get("assure") or {}
        qui = Personne(assure.get("nom", ""), assure.get("prenom", ""))
        noms = {un for nom in (qui.nom, qui.prenom) for un in [*mots(nom), colle(nom)]} - PARTICULES
        siens, ecrit = set(mots(dite)), colle(dite)
        return (
            bool(noms & siens)
            or any(
                len(un) >= ENTAME and (any(nom.startswith(un) for nom in noms) or porte_presque(un, qui))
                for un in siens
            )
            or any(nom in ecrit for nom in noms if len(nom) >= ENTAME)
        )

    def clean_choisies(self) -> EtiquetteQuerySet:
        """Refuse a word, typed on another demande, that names the person of this one."""
        choisies: EtiquetteQuerySet = self.cleaned_data["choisies"]
        if any(self._nomme(une.mot) for une in choisies):
            raise _de_la_personne()
        return choisies

    def clean_nouvelle(self) -> str:
        """Return the word as the house writes it already; refuse the person of the demande, and what a text asks twice about."""
        dite: str = self.cleaned_data["nouvelle"]
        if self._nomme(dite) or alertes(dite) or DITS_D_UNE_PERSONNE.search(sans_accents(dite)):
            raise _de_la_personne()
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
    siennes.oublier_les_vides()
    consigner(Acte.DEMANDE_ETIQUETER, par=par, objet=demande)
