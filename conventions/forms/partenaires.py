"""Forms of the structures."""

from collections.abc import Iterable
from typing import Any

from django import forms

from caisses.forms import DomainesForm
from conventions.models.partenaires import Partenaire
from socle.champs import (
    AdresseWeb,
    CodeSecret,
    Courriel,
    Formulaire,
    Ligne,
    Lignes,
    Siret,
    Telephone,
    Texte,
    entier,
)


class SiretForm(Formulaire):
    """Find a structure by its exact SIRET (A-21)."""

    siret = Siret(label="SIRET de la structure")


class DepartDuBrouillonForm(SiretForm):
    """With which structure, and from which text a draft starts (C-23)."""

    depuis = forms.ChoiceField(label="Partir de", required=False)

    def __init__(self, *args: Any, modeles: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["depuis"].choices = [
            ("", "Les règles d’usage"),
            *((une.reference, f"{une.partenaire.nom} ({une.reference})") for une in modeles),
        ]


class PartenaireForm(DomainesForm):
    """The record of a structure."""

    field_order = ("nom", "type", "membres", "domaines")
    nom = Ligne(label="Nom de la structure", max_length=160)
    type = forms.ChoiceField(
        label="Type de structure", choices=[("", "Choisissez…"), *Partenaire.Type.choices]
    )
    membres = entier(
        "Nombre de membres",
        "Salariés et bénévoles de la structure : il fixe le nombre de comptes.",
        mini=1,
        maxi=100_000,
    )
    domaines = Lignes(
        label="Domaines de messagerie",
        help_text="Un par ligne, par exemple « ccas-exemple.fr ». Les comptes n’auront d’adresse que là.",
        max_length=600,
    )
    courriel = Courriel(
        label="Adresse de contact", help_text="Une seule, pour toutes les informations de la convention."
    )
    telephone = Telephone(label="Téléphone", help_text="", max_length=25, required=False)
    adresse = Texte(label="Adresse", max_length=400, required=False)
    site_internet = AdresseWeb(label="Site internet", required=False)
    sites = Lignes(
        label="Sites",
        help_text="Où la structure reçoit : une adresse par ligne.",
        max_length=2000,
        required=False,
    )
    representant = Ligne(label="Représentant", max_length=120, required=False)
    representant_qualite = Ligne(
        label="Qualité du représentant",
        help_text="Par exemple « Présidente ».",
        max_length=120,
        required=False,
    )
    dpo_nom = Ligne(label="Délégué à la protection des données", max_length=120, required=False)
    dpo_courriel = Courriel(label="Courriel du délégué", required=False)


class PartenaireModificationForm(PartenaireForm):
    """What a caisse with a convention in force may change (A-21): all but the kind and the SIRET."""

    type = None
    adresse_commune_permise = forms.BooleanField(
        label="Permettre une même adresse électronique pour deux personnes",
        help_text="Une boîte partagée recevrait des liens personnels : à n’ouvrir qu’en dernier recours.",
        required=False,
    )


class ContactsForm(PartenaireForm):
    """What the structure must communicate, and keeps itself (C-20)."""

    nom = type = membres = domaines = None


class AppelantForm(Formulaire):
    """Identify who calls or writes (C-12)."""

    siret = Siret(label="SIRET annoncé")
    code = CodeSecret(
        label="Code confidentiel",
        help_text="Toujours demandé par courriel ; inutile au téléphone.",
        max_length=20,
        required=False,
    )
