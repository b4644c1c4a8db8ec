"""Each parameter of a convention in one sentence (C-13), for its page and for its PDF.

A sentence depends on its own parameter only: changing one parameter changes its sentence and no other line.
"""

from collections.abc import Callable, Mapping
from typing import Any

from conventions import regles
from conventions.models.conventions import Convention

NBSP = "\N{NO-BREAK SPACE}"


def nombre(valeur: int, singulier: str, pluriel: str = "") -> str:
    """Write a number and its noun with a non-breaking space: « 3 mois », « 1 jour »."""
    return f"{valeur}{NBSP}{(pluriel or singulier + 's') if valeur >= 2 else singulier}"


def paliers(regle: regles.Paliers, singulier: str) -> str:
    """Write a quota rule: « 2 gestionnaires jusqu’à 10 membres, 3 jusqu’à 25, 5 au-delà » (Q-01 to Q-03)."""
    if len(regle) == 1:
        return f"{nombre(regle[0][1], singulier)}, quel que soit le nombre de membres de la structure"
    morceaux = []
    for rang, (jusqu_a, comptes) in enumerate(regle):
        quoi = nombre(comptes, singulier) if rang == 0 else str(comptes)
        taille = "au-delà" if jusqu_a == 0 else f"jusqu’à {jusqu_a}{NBSP}membres"
        morceaux.append(f"{quoi} {taille}")
    return ", ".join(morceaux)


def _denonciation(mode: str) -> str:
    return {
        regles.AVANT_ECHEANCE: "Chaque partie peut dénoncer la convention avant l’échéance ; la dénonciation prend "
        "effet à l’échéance.",
        regles.A_TOUT_MOMENT: "Chaque partie peut dénoncer la convention à tout moment ; la dénonciation prend effet "
        "au terme du préavis, quelle que soit l’échéance.",
        regles.SANS_PREAVIS: "Chaque partie peut dénoncer la convention jusqu’à la veille de l’échéance ; la "
        "dénonciation prend effet à l’échéance.",
    }[mode]


def _bilan(valeur: str) -> str:
    return {
        Convention.Bilan.CAISSE: "Le bilan annuel est établi par la caisse ; il relate les difficultés rencontrées.",
        Convention.Bilan.CONJOINT: "Le bilan annuel est établi conjointement par les parties.",
        Convention.Bilan.REFERENTS: "Le bilan annuel est établi par les référents et partagé en comité.",
    }[Convention.Bilan(valeur)]


def _responsabilite(valeur: str) -> str:
    return {
        Convention.Responsabilite.CAISSE: "La caisse est responsable du traitement ; le partenaire agit pour son compte.",
        Convention.Responsabilite.CHACUNE: "Chaque partie est responsable des traitements qu’elle fait.",
        Convention.Responsabilite.CONJOINTE: "Les parties sont conjointement responsables du traitement.",
    }[Convention.Responsabilite(valeur)]


def _si(valeur: object, oui: Callable[[Any], str], non: str = "") -> str:
    return oui(valeur) if valeur else non


PHRASES: dict[str, Callable[[Any], str]] = {
    "public": lambda v: _si(
        v,
        lambda texte: f"Public concerné : {texte.rstrip('.')}.",
        "Public concerné : toute personne accueillie par la structure.",
    ),
    "public_limite": lambda v: _si(
        v, lambda _: "Les demandes portent sur ce public, à l’exclusion de tout autre."
    ),
    "duree_mois": lambda v: f"La convention est conclue pour une durée de {nombre(v, 'mois', 'mois')}.",
    "reconduction_tacite": lambda v: (
        "Elle est reconduite tacitement à chaque échéance, pour la même durée."
        if v
        else "Elle n’est pas reconduite : elle prend fin à son échéance."
    ),
    "denonciation": _denonciation,
    "denonciation_mois": lambda v: _si(v, lambda m: f"Le préavis est de {nombre(m, 'mois', 'mois')}."),
    "denonciation_forme": lambda v: _si(v, lambda forme: f"La dénonciation se fait par {forme}."),
    "mise_en_demeure_jours": lambda v: _si(
        v,
        lambda j: (
            "En cas de manquement, la convention peut être résiliée par lettre recommandée, "
            f"{nombre(j, 'jour')} après l’envoi d’une mise en demeure restée sans effet."
        ),
    ),
    "mise_en_demeure_utilisation_jours": lambda v: _si(
        v,
        lambda j: (
            "En cas de manquement aux règles du portail, son utilisation peut être résiliée par une seconde "
            f"lettre recommandée, {nombre(j, 'jour')} calendaires après la réception d’une mise en demeure."
        ),
    ),
    "utilisation_en_annexe": lambda v: (
        "Les règles d’utilisation du portail forment une annexe, signée avec la convention."
        if v
        else "Les règles d’utilisation du portail forment une convention d’utilisation, signée après la convention."
    ),
    "delai_habilitation_jours": lambda v: (
        f"La caisse habilite un gestionnaire dans les {nombre(v, 'jour ouvré', 'jours ouvrés')} suivant la demande."
    ),
    "delai_habilitation_techniciens_jours": lambda v: _si(
        v,
        lambda j: (
            f"Le gestionnaire crée les comptes des techniciens dans les {nombre(j, 'jour ouvré', 'jours ouvrés')} "
            "suivant l’annonce de son propre compte."
        ),
    ),
    "quota_gestionnaires": lambda v: f"Comptes de gestionnaires : {paliers(v, 'compte')}.",
    "quota_techniciens": lambda v: f"Comptes de techniciens : {paliers(v, 'compte')}.",
    "conservation_mois": lambda v: (
        f"Les données d’une demande sont effacées {nombre(v, 'mois', 'mois')} après sa réception."
    ),
    "notification_violation_heures": lambda v: _si(
        v,
        lambda h: (
            "Chaque partie avertit l’autre d’une violation de données, ou d’un soupçon, dans les "
            f"{nombre(h, 'heure')} de sa découverte."
        ),
        "Chaque partie avertit l’autre sans délai d’une violation de données, ou d’un soupçon.",
    ),
    "notification_transfert_heures": lambda v: _si(
        v,
        lambda h: f"Pour les échanges hors du portail, ce délai d’avertissement est de {nombre(h, 'heure')}.",
    ),
    "bonne_fin_jours": lambda v: _si(
        v,
        lambda j: (
            f"À la fin de l’accès, les demandes ouvertes restent consultables pendant {nombre(j, 'jour')} (bonne fin)."
        ),
        "À la fin de l’accès, la caisse termine les demandes ouvertes, pour que cette fin ne pénalise personne.",
    ),
    "responsabilite": _responsabilite,
    "bilan": _bilan,
    "comite_pilotage": lambda v: _si(
        v, lambda _: "Un comité de pilotage se réunit au moins une fois par an."
    ),
}

# Another sentence of a parameter, for another object: name -> (parameter, sentence)
DERIVEES: dict[str, tuple[str, Callable[[Any], str]]] = {
    "conservation_fichiers": (
        "conservation_mois",
        lambda v: (
            f"Les fichiers reçus sont effacés au plus tard {nombre(v, 'mois', 'mois')} après leur communication."
        ),
    ),
}

# How a parameter is called in a table or in an avenant
LIBELLES: dict[str, str] = {
    "public": "Public concerné",
    "public_limite": "Limite du public",
    "duree_mois": "Durée",
    "reconduction_tacite": "Reconduction",
    "denonciation": "Dénonciation",
    "denonciation_mois": "Préavis",
    "denonciation_forme": "Forme de la dénonciation",
    "mise_en_demeure_jours": "Résiliation de la convention",
    "mise_en_demeure_utilisation_jours": "Résiliation de l’utilisation",
    "utilisation_en_annexe": "Règles d’utilisation",
    "delai_habilitation_jours": "Habilitation des gestionnaires",
    "delai_habilitation_techniciens_jours": "Comptes des techniciens, délai",
    "quota_gestionnaires": "Gestionnaires",
    "quota_techniciens": "Techniciens",
    "conservation_mois": "Conservation",
    "notification_violation_heures": "Violation de données",
    "notification_transfert_heures": "Violation, autres échanges",
    "bonne_fin_jours": "Bonne fin",
    "responsabilite": "Responsable du traitement",
    "bilan": "Bilan annuel",
    "comite_pilotage": "Comité de pilotage",
}


def phrase(nom: str, valeur: object) -> str:
    """Return the sentence of one parameter; empty where the convention says nothing on it."""
    return PHRASES[nom](valeur)


def phrase_de(nom: str, parametres: Mapping[str, Any]) -> str:
    """Return the sentence that a clause names, drawn from the parameters of a day."""
    parametre, dire = DERIVEES.get(nom, (nom, PHRASES.get(nom, str)))
    return dire(parametres[parametre])
