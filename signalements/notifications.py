"""The mails of a demande: its reference and a link, never a word about the person (D-14)."""

from typing import Any

from django.urls import reverse

from signalements.models.absences import remplacant_de
from signalements.models.demandes import Demande
from socle.acteurs import Acteur
from socle.courriels import deposer_courriel
from socle.roles import Droit, profils_avec


def _au_technicien(demande: Demande, gabarit: str) -> None:
    """Tell the technicien, unless the caisse excluded him (A-16), and the shared mailbox of the structure (C-12, I-02)."""
    contexte = {"reference": demande.reference, "chemin": reverse("demande", args=[demande.reference])}
    adresses = [_adresse_du_technicien(demande), demande.partenaire.courriel]
    for adresse in dict.fromkeys(filter(None, adresses)):
        deposer_courriel(adresse, f"signalements/{gabarit}", contexte, regrouper=True)


def _adresse_du_technicien(demande: Demande) -> str:
    """Empty when nobody follows it (D-23), or when the caisse excluded him: the page is closed to him."""
    if demande.technicien is None:
        return ""
    exclu = demande.technicien.caisses_excluantes().filter(caisse=demande.caisse_id).exists()
    return "" if exclu else demande.technicien.email


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


def demande_saisie(demande: Demande) -> None:
    """Accusé of what the caisse entered for the structure, to its contact address (D-23)."""
    if demande.partenaire.courriel:
        deposer_courriel(
            demande.partenaire.courriel,
            "signalements/saisie",
            {
                "reference": demande.reference,
                "origine": demande.get_origine_display().lower(),
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


def demande_orientee(demande: Demande, par: Acteur) -> None:
    """A colleague oriented the demande: the agents of its pôle are told, who may take it (D-22)."""
    agents = demande.pole.comptes.filter(
        profil__in=profils_avec(Droit.TRAITER_DEMANDES), statut="actif", caisses=demande.caisse_id
    ).exclude(pk=par.pk)
    for agent in agents.order_by("pk"):
        deposer_courriel(
            remplacant_de(agent, demande.caisse, demande.caisse.jour).email,
            "signalements/orientee",
            {"reference": demande.reference, "chemin": reverse("tri-demande", args=[demande.reference])},
            regrouper=True,
        )


def rendez_vous_accepte(demande: Demande) -> None:
    """The structure chose a slot: both sides are told."""
    _a_l_agent(demande, "rendez_vous_accepte")
    _au_technicien(demande, "rendez_vous_confirme")


def complement_apporte(demande: Demande) -> None:
    """The structure answered: the agent in charge is told."""
    _a_l_agent(demande, "complement_apporte")


def termes_proches(demandes: list[Demande]) -> None:
    """The personal data of these demandes will disappear: one message a person, that opens the list (D-15).

    Told: technicien, agent (or his substitute), superviseurs. One demande alone: its page.
    """
    superviseurs: dict[int, list[str]] = {}
    par_adresse: dict[tuple[str, bool], list[Demande]] = {}
    for demande in demandes:
        caisse = demande.caisse
        if caisse.pk not in superviseurs:
            encadrants = caisse.comptes.filter(
                profil__in=profils_avec(Droit.ENCADRER_DEMANDES), statut="actif"
            )
            superviseurs[caisse.pk] = list(encadrants.order_by("pk").values_list("email", flat=True))
        a_la_caisse = set(superviseurs[caisse.pk])
        if demande.agent:
            a_la_caisse.add(remplacant_de(demande.agent, caisse, caisse.jour).email)
        for adresse in sorted(a_la_caisse):
            par_adresse.setdefault((adresse, True), []).append(demande)
        if adresse := _adresse_du_technicien(demande):
            par_adresse.setdefault((adresse, False), []).append(demande)
    for (adresse, a_la_caisse), siennes in par_adresse.items():
        deposer_courriel(adresse, "signalements/terme_proche", _termes(siennes, caisse=a_la_caisse))


def _termes(demandes: list[Demande], *, caisse: bool) -> dict[str, Any]:
    premiere = min(demandes, key=lambda demande: demande.terme_le)
    if len(demandes) == 1:
        chemin = reverse("tri-demande" if caisse else "demande", args=[premiere.reference])
    else:
        chemin = f"{reverse('tri')}?panier=bientot-au-terme" if caisse else reverse("demandes")
    return {
        "nombre": len(demandes),
        "reference": premiere.reference,
        "jours": (premiere.terme_le - premiere.caisse.jour).days,
        "terme_le": premiere.terme_le,
        "urgentes": sum(demande.urgente and demande.est_ouverte for demande in demandes),
        "chemin": chemin,
    }


def resume_du_matin(compte: Any, lignes: list[tuple[str, int]]) -> None:
    """What awaits an agent who asked for it: so many by basket, never a reference."""
    deposer_courriel(
        compte.email, "signalements/resume_du_matin", {"lignes": lignes, "chemin": reverse("tri")}
    )
