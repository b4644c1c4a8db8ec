"""Mails of data protection: reference and link only (D-14)."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.models.compte import Compte
from caisses.models import Caisse
from droits.models.demandes import DemandeDroits
from droits.models.violations import Violation
from droits.regles import Horloge
from socle.acteurs import Acteur
from socle.courriels import deposer_courriel, deposer_courriels
from socle.roles import Droit


def dpo_de(caisse: Caisse) -> list[str]:
    """Return the addresses of the DPO of a caisse, the declared one with them; its mailbox when there is none (R-08)."""
    adresses = _adresses(Compte.objects.actifs().pouvant(Droit.TRAITER_VIOLATIONS).filter(caisses=caisse))
    declares = sorted({*adresses, caisse.dpo_courriel} - {""})
    return declares or ([caisse.courriel] if caisse.courriel else [])


def violation_declaree(violation: Violation) -> None:
    """Tell both sides that a violation is declared: the DPO of the caisse, the structure and its DPO (R-02, R-08)."""
    contexte = {
        "reference": violation.reference,
        "delai": violation.delai_heures,
        "chemin": reverse("violation", args=[violation.reference]),
    }
    for adresse in dpo_de(violation.caisse):
        deposer_courriel(adresse, "droits/violation_dpo", contexte)
    _a_la_structure(violation, "droits/violation_partenaire")


def violation_suivie(violation: Violation, *, par: Acteur) -> None:
    """Tell the other side that a step was written (R-08)."""
    if not par.cote_partenaire:
        _a_la_structure(violation, "droits/violation_suivie")
        return
    contexte = {"reference": violation.reference, "chemin": reverse("violation", args=[violation.reference])}
    for adresse in dpo_de(violation.caisse):
        deposer_courriel(adresse, "droits/violation_suivie", contexte | {"dpo": False})


def _a_la_structure(violation: Violation, gabarit: str) -> None:
    """Write to the gestionnaires, who hold the page, and to the declared DPO, who is told that they do (R-08)."""
    if violation.partenaire is None:
        return
    contexte = {"reference": violation.reference, "chemin": reverse("violation", args=[violation.reference])}
    gestionnaires = _adresses(
        Compte.objects.actifs().pouvant(Droit.GERER_STRUCTURE).filter(partenaire=violation.partenaire_id)
    )
    for adresse in gestionnaires:
        deposer_courriel(adresse, gabarit, contexte | {"dpo": False})
    dpo = violation.partenaire.dpo_courriel
    if dpo and dpo not in gestionnaires:
        deposer_courriel(dpo, gabarit, contexte | {"dpo": True})


def violation_a_traiter(violation: Violation, delai: Horloge, *, depasse: bool) -> None:
    """Tell the DPO and the administrateurs that a clock ends soon, or is over, and what is to be done (R-02).

    An administrateur has no access to the violation: his mail has no link.
    """
    contexte = {
        "reference": violation.reference,
        "delai": delai,
        "depasse": depasse,
        "fuseau": violation.caisse.fuseau,
    }
    lien = {"chemin": reverse("violation", args=[violation.reference])}
    dpo = dpo_de(violation.caisse)
    administrateurs = Compte.objects.actifs().pouvant(Droit.HABILITER).filter(caisses=violation.caisse_id)
    for adresse in dpo:
        deposer_courriel(adresse, "droits/violation_a_traiter", contexte | lien)
    for adresse in _adresses(administrateurs):
        if adresse not in dpo:
            deposer_courriel(adresse, "droits/violation_a_traiter", contexte)


def droits_recus(demande: DemandeDroits) -> None:
    """Tell the DPO that a person's request was passed on (R-03)."""
    _au_dpo(demande, "droits/droits_recus")


def droits_a_repondre(demande: DemandeDroits) -> None:
    """Remind the DPO of the month that runs (R-03)."""
    _au_dpo(demande, "droits/droits_a_repondre")


def rectification(demande: DemandeDroits, comptes: Iterable[Compte], references: list[str]) -> None:
    """Tell the other party without delay that data were rectified (R-03); what changed is on the demande's page."""
    for adresse in _adresses(comptes):
        deposer_courriel(
            adresse, "droits/rectification", {"reference": demande.reference, "demandes": references}
        )


def frein_de_la_purge(categorie: str) -> None:
    """Tell every DPO that the purge waits for a release."""
    for adresse in _adresses(Compte.objects.actifs().pouvant(Droit.LIBERER_FREIN)):
        deposer_courriel(adresse, "droits/frein", {"categorie": categorie, "chemin": reverse("conservation")})


def volume_inhabituel(compte: Compte, caisses: Iterable[Caisse], *, montrees: int, arrete: bool) -> None:
    """Tell the DPO and the superviseurs of the caisses whose data were read, never the account itself (R-09).

    A superviseur does not read the journal: his mail has no link.
    """
    contexte = {
        "identifiant": compte.identifiant,
        "profil": compte.get_profil_display(),
        "montrees": montrees,
        "arrete": arrete,
    }
    lien = {"chemin": f"{reverse('journal')}?compte={compte.identifiant}"}
    dpo = {adresse for caisse in caisses for adresse in dpo_de(caisse)} - {compte.email}
    superviseurs = Compte.objects.actifs().pouvant(Droit.ENCADRER_DEMANDES).filter(caisses__in=caisses)
    deposer_courriels([(adresse, contexte | lien) for adresse in sorted(dpo)], "droits/volume")
    autres = {*_adresses(superviseurs)} - dpo - {compte.email}
    deposer_courriels([(adresse, contexte) for adresse in sorted(autres)], "droits/volume")


def execution_en_retard(nom: str) -> None:
    """Tell the administrateurs, national ones included, that a job did not run for its period."""
    administrateurs = Compte.objects.actifs().pouvant(Droit.GERER_EQUIPE)
    for adresse in _adresses(administrateurs):
        deposer_courriel(adresse, "droits/execution_en_retard", {"nom": nom, "chemin": reverse("executions")})


def incoherence(nature: str, nombre: int) -> None:
    """Tell the DPO of every caisse, and the administrateurs, that the daily audit found what should not be."""
    for adresse in _adresses(Compte.objects.actifs().pouvant(Droit.TRAITER_VIOLATIONS, Droit.GERER_EQUIPE)):
        deposer_courriel(
            adresse,
            "droits/incoherence",
            {"nature": nature, "nombre": nombre, "chemin": reverse("executions")},
        )


def _au_dpo(demande: DemandeDroits, gabarit: str) -> None:
    contexte = {
        "reference": demande.reference,
        "echeance_le": demande.echeance_le,
        "chemin": reverse("droits-demande", args=[demande.reference]),
    }
    for adresse in dpo_de(demande.caisse):
        deposer_courriel(adresse, gabarit, contexte)


def _adresses(comptes: Iterable[Compte]) -> list[str]:
    return sorted({compte.email for compte in comptes})
