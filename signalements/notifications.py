"""The mails of a demande: its reference and a link, never a word about the person (D-14)."""

from typing import Any

from django.urls import reverse

from signalements.models.absences import remplacant_de, remplacant_du_technicien
from signalements.models.demandes import Demande
from socle.courriels import deposer_courriel
from socle.roles import Droit, profils_avec


def _au_technicien(demande: Demande, gabarit: str) -> None:
    """Tell the technicien, unless the caisse excluded him (A-16), and the shared mailbox of the structure (C-12, I-02)."""
    contexte = {"reference": demande.reference, "chemin": reverse("demande", args=[demande.reference])}
    adresses = list(
        dict.fromkeys(filter(None, [_adresse_du_technicien(demande), demande.partenaire.courriel]))
    )
    for adresse in adresses:
        deposer_courriel(adresse, f"signalements/{gabarit}", contexte, regrouper=True)
    if not adresses:
        _aux_gestionnaires(demande)


def _aux_gestionnaires(demande: Demande) -> None:
    """Nobody living reads what the caisse says: those who may name who takes the demande over are told (A-12)."""
    gestionnaires = demande.partenaire.comptes.filter(
        profil__in=profils_avec(Droit.GERER_STRUCTURE), statut="actif"
    )
    contexte = {
        "reference": demande.reference,
        "chemin": reverse("compte-reprendre", args=[demande.technicien_id]),
    }
    for compte in gestionnaires.order_by("pk"):
        deposer_courriel(compte.email, "signalements/sans_suivi", contexte, regrouper=True)


def _adresse_du_technicien(demande: Demande) -> str:
    """Return where who follows it reads, or his substitute while he is away.

    Empty for a closed account, or when the caisse excluded him: he would follow the link to a page that is closed to him.
    """
    suivant = remplacant_du_technicien(demande.technicien, demande.caisse.jour)
    exclu = suivant.caisses_excluantes().filter(caisse=demande.caisse_id).exists()
    return "" if exclu or suivant.statut != "actif" else suivant.email


def demande_reprise(demande: Demande, ancien: Any) -> None:
    """A colleague follows the demande now: who followed it until then is told, while his account is open."""
    if ancien.statut == "actif":
        contexte = {
            "reference": demande.reference,
            "repreneur": demande.technicien.nom_complet,
            "chemin": reverse("demande", args=[demande.reference]),
        }
        deposer_courriel(ancien.email, "signalements/reprise_par_un_collegue", contexte, regrouper=True)


def demande_deposee(demande: Demande) -> None:
    """Accusé de réception (D-07), with date and hour in the caisse's zone."""
    deposer_courriel(
        demande.technicien.email,
        "signalements/accuse_reception",
        {
            "reference": demande.reference,
            "deposee_le": demande.deposee_le,
            "fuseau": demande.caisse.fuseau,
            "promise_le": demande.promise_le,
            "chemin": reverse("demande", args=[demande.reference]),
        },
    )


def complement_demande(demande: Demande) -> None:
    """The caisse waits for something from the structure."""
    _au_technicien(demande, "complement_demande")


def reponse_donnee(demande: Demande) -> None:
    """The caisse answered."""
    _au_technicien(demande, "reponse_donnee")


def message_de_la_caisse(demande: Demande) -> None:
    """The caisse wrote in the thread."""
    _au_technicien(demande, "message_recu")


def demande_irrecevable(demande: Demande) -> None:
    """The caisse cannot treat the demande, and says why on its page."""
    _au_technicien(demande, "irrecevable")


def demande_close(demande: Demande) -> None:
    """The demande is closed."""
    _au_technicien(demande, "cloturee")


def rendez_vous_propose(demande: Demande) -> None:
    """The caisse proposes slots."""
    _au_technicien(demande, "rendez_vous_propose")


def demande_transferee(demande: Demande) -> None:
    """The demande went to another caisse: where and why stand on its page (D-19)."""
    _au_technicien(demande, "transferee")


def _a_l_agent(demande: Demande, gabarit: str) -> None:
    if demande.agent:
        deposer_courriel(
            remplacant_de(demande.agent, demande.caisse, demande.caisse.jour).email,
            f"signalements/{gabarit}",
            {"reference": demande.reference, "chemin": reverse("tri-demande", args=[demande.reference])},
            regrouper=True,
        )


def demande_attribuee(demande: Demande) -> None:
    """A colleague handed the demande over."""
    _a_l_agent(demande, "attribuee")


def rendez_vous_accepte(demande: Demande) -> None:
    """The structure chose a slot: both sides are told."""
    _a_l_agent(demande, "rendez_vous_accepte")
    _au_technicien(demande, "rendez_vous_confirme")


def complement_apporte(demande: Demande) -> None:
    """The structure answered: the agent in charge is told."""
    _a_l_agent(demande, "complement_apporte")


def terme_proche(demande: Demande, jours: int) -> None:
    """The personal data of the demande will disappear in so many days: technicien, agent, superviseurs (D-15)."""
    caisse = demande.caisse
    destinataires = {_adresse_du_technicien(demande): "demande"}
    superviseurs = caisse.comptes.filter(
        profil__in=profils_avec(Droit.ENCADRER_DEMANDES), statut="actif"
    ).order_by("pk")
    for compte in superviseurs:
        destinataires[compte.email] = "tri-demande"
    if demande.agent:
        destinataires[remplacant_de(demande.agent, caisse, caisse.jour).email] = "tri-demande"
    for adresse, vue in destinataires.items():
        if not adresse:
            continue
        deposer_courriel(
            adresse,
            "signalements/terme_proche",
            {
                "reference": demande.reference,
                "jours": jours,
                "terme_le": demande.terme_le,
                "chemin": reverse(vue, args=[demande.reference]),
            },
            regrouper=True,
        )
