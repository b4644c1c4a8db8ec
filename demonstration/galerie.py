"""Gallery of the components, in demonstration only: every state of each one, on one page."""

import datetime as dt

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from socle import champs, horloge

NIVEAUX = ("info", "succes", "avertissement", "erreur")


class GalerieForm(champs.Formulaire):
    """One field of each kind."""

    nom = champs.NomDePersonne(
        label="Nom de naissance",
        max_length=80,
        help_text="Tel qu’il figure sur la pièce d’identité.",
    )
    courriel = champs.Courriel(label="Adresse électronique professionnelle", required=False)
    jour = champs.Jour(
        label="Date souhaitée",
        help_text="Au plus tard dans trois mois.",
    )
    service = forms.ChoiceField(
        label="Service",
        choices=[
            ("", "Choisissez un service"),
            ("contact", "Contacter la caisse"),
            ("etude", "Étude de dossier"),
        ],
    )
    difficulte = forms.ChoiceField(
        label="Quelle difficulté la personne rencontre-t-elle ?",
        widget=forms.RadioSelect,
        choices=[
            ("droits", "Accès aux droits"),
            ("soins", "Accès aux soins"),
            ("numerique", "Usage du numérique"),
        ],
        help_text="Une seule réponse : la principale.",
    )
    demarches = forms.MultipleChoiceField(
        label="Démarches déjà faites",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[
            ("ameli", "Compte ameli"),
            ("telephone", "Appel au 3646"),
            ("accueil", "Passage à l’accueil"),
        ],
    )
    precisions = champs.Texte(
        label="Précisions",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=500,
        help_text="Rien sur la santé de la personne, ni numéro de sécurité sociale.",
    )
    piece = forms.FileField(
        label="Pièce jointe",
        required=False,
        help_text="PDF, JPEG ou PNG, 5 Mo au plus.",
    )
    attestation = forms.BooleanField(label="La personne est informée de cette démarche et l’accepte.")


class PeriodeDeGalerie(forms.Form):
    """Two days that are one question."""

    du = champs.Jour(label="Du", required=False)
    au = champs.Jour(label="Au", required=False)


@login_not_required
@require_safe
def galerie(request: HttpRequest) -> HttpResponse:
    """Show each component in each of its states."""
    maintenant = horloge.maintenant()
    vide = GalerieForm(prefix="vide")
    fautif = GalerieForm(
        {
            "nom": "Exemple",
            "courriel": "exemple",
            "service": "",
            "precisions": "x" * 501,
        }
    )
    return render(
        request,
        "pages/galerie.html",
        {
            **_coque(),
            "niveaux": NIVEAUX,
            "vide": vide,
            "fautif": fautif,
            "periode": PeriodeDeGalerie(),
            "page": Paginator(range(200), 10).page(7),
            "jours": [maintenant + dt.timedelta(days=n) for n in (-400, -2, 0, 1, 3, 95)],
            "maintenant": maintenant,
            "evenements": _evenements(maintenant),
            **_tableaux(),
        },
    )


def _coque() -> dict[str, object]:
    """What the shell reads: navigation, profile, announcements."""
    return {
        "navigation": [
            {"libelle": "Accueil", "url": "/", "active": False},
            {
                "libelle": "Nouvelle demande",
                "url": "/demandes/nouvelle/",
                "active": False,
            },
            {
                "libelle": "Demandes de la structure",
                "url": "/demandes/",
                "active": True,
            },
            {"libelle": "Convention", "url": "/conventions/", "active": False},
            {"libelle": "Aide", "url": "/aide/", "active": False},
        ],
        "profil_libelle": "Technicien · CCAS de démonstration",
        "annonces": [
            {
                "niveau": "avertissement",
                "titre": "Maintenance prévue samedi de 6 h à 8 h.",
                "texte": "Le portail sera fermé ; votre caisse reste joignable au 3646.",
                "url": "/aide/",
                "libelle": "Autres moyens de contact",
            }
        ],
    }


def _tableaux() -> dict[str, object]:
    """What tables, definitions and lists of files read."""
    return {
        "barres": [
            ({"libelle": "Octobre 2026", "texte": "24"}, 100),
            ({"libelle": "Novembre 2026", "texte": "9"}, 38),
        ],
        "colonnes": [
            {"libelle": "Référence"},
            {"libelle": "Motif"},
            {"libelle": "État"},
            {"libelle": "Messages", "classe": "nombre"},
        ],
        "lignes": _lignes(),
        "paires": [
            ("Structure", "CCAS de démonstration"),
            ("Caisse", "CPAM de la Moselle"),
            ("Téléphone", ""),
        ],
        "fichiers": [
            {
                "nom": "attestation-de-residence.pdf",
                "url": "/demo/composants/",
                "taille": 182_400,
                "piece": "Justificatif de domicile",
            },
            {
                "nom": "courrier.jpg",
                "taille": 2_400_000,
                "etat": "Analyse en cours",
                "niveau": "info",
            },
            {
                "nom": "scan.pdf",
                "taille": 91_000,
                "etat": "Refusé : fichier protégé",
                "niveau": "erreur",
            },
        ],
    }


def _evenements(maintenant: dt.datetime) -> list[dict[str, object]]:
    return [
        {
            "quand": maintenant,
            "titre": "Réponse de la caisse",
            "auteur": "Service accès aux droits",
            "niveau": "succes",
            "texte": "Le dossier est complet.\nLes droits sont ouverts à compter du 1er du mois.",
        },
        {
            "quand": maintenant - dt.timedelta(days=2),
            "titre": "Complément demandé",
            "auteur": "Service accès aux droits",
            "niveau": "avertissement",
        },
        {
            "quand": maintenant - dt.timedelta(days=5),
            "titre": "Demande déposée",
            "auteur": "Votre structure",
        },
    ]


def _lignes() -> list[list[object]]:
    lien = '<a class="reference" href="/demo/composants/">{}</a>'
    return [
        [
            format_html(lien, "D26-7KQ4-M9XP"),
            "Renoncement aux soins",
            "À vous de répondre",
            3,
        ],
        [
            format_html(lien, "D26-B2RT-58HC"),
            "Ouverture de droits",
            "En cours à la caisse",
            0,
        ],
        [
            format_html(lien, "D26-NN0Z-QW41"),
            "Complémentaire santé solidaire",
            "Traitée",
            12,
        ],
    ]
