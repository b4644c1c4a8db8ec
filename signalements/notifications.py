"""The mails of a demande: its reference and a link, never a word about the person (D-14)."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from signalements.models.absences import remplacant_de, remplacant_du_technicien
from signalements.models.demandes import Demande
from socle.acteurs import Acteur
from socle.courriels import deposer_courriel
from socle.models import CourrielSortant
from socle.roles import Droit, profils_avec


def _au_technicien(demande: Demande, gabarit: str, *, auteur: str = "") -> None:
    """Tell the technicien, unless the caisse excluded him (A-16), and the shared mailbox of the structure (C-12, I-02).

    `auteur`: where who did it reads; his own act is no news to him.
    """
    contexte = {"reference": demande.reference, "chemin": reverse("demande", args=[demande.reference])}
    adresses = list(
        dict.fromkeys(filter(None, [_adresse_du_technicien(demande), demande.partenaire.courriel]))
    )
    for adresse in adresses:
        deposer_courriel(adresse, f"signalements/{gabarit}", contexte, regrouper=True, lu=adresse == auteur)
    if not adresses:
        _aux_gestionnaires(demande)


def _aux_gestionnaires(demande: Demande) -> None:
    """Nobody living reads what the caisse says: those who may name who takes the demande over are told (A-12)."""
    gestionnaires = demande.partenaire.comptes.filter(
        profil__in=profils_avec(Droit.GERER_STRUCTURE), statut="actif"
    )
    contexte = {
        "reference": demande.reference,
        "chemin": reverse("compte-reprendre", args=[demande.technicien_id])
        if demande.technicien_id
        else reverse("accueil"),
    }
    for compte in gestionnaires.order_by("pk"):
        deposer_courriel(compte.email, "signalements/sans_suivi", contexte, regrouper=True)


def _adresse_du_technicien(demande: Demande) -> str:
    """Return where who follows it reads, or his substitute while he is away.

    Empty when nobody follows it (D-23), for a closed account, or when the caisse excluded him: he would follow the link to a page that is closed to him.
    """
    if demande.technicien is None:
        return ""
    suivant = remplacant_du_technicien(demande.technicien, demande.caisse.jour)
    exclu = suivant.caisses_excluantes().filter(caisse=demande.caisse_id).exists()
    return "" if exclu or suivant.statut != "actif" else suivant.email


def demande_reprise(demande: Demande, ancien: Any | None) -> None:
    """A colleague follows the demande now: who followed it until then is told, while his account is open."""
    if ancien is not None and ancien.statut == "actif":
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
        lu=True,
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


def rendez_vous_accepte(demande: Demande, *, par: Acteur) -> None:
    """The structure chose a slot: both sides are told."""
    _a_l_agent(demande, "rendez_vous_accepte")
    _au_technicien(demande, "rendez_vous_confirme", auteur=par.compte.email)


def complement_apporte(demande: Demande) -> None:
    """The structure answered: the agent in charge is told."""
    _a_l_agent(demande, "complement_apporte")


LISTE_DES_TERMES = "signalements/termes_proches"


def liste_deja_partie(lundi: dt.date) -> bool:
    """Whether the list of this week was written: there is one a week."""
    depuis = dt.datetime.combine(lundi, dt.time(), ZoneInfo(settings.TIME_ZONE))
    return CourrielSortant.objects.filter(gabarit=LISTE_DES_TERMES, cree_le__gte=depuis).exists()


def termes_proches(demandes: list[Demande]) -> None:
    """The personal data of these demandes will disappear soon: one list to each who reads them (D-15)."""
    listes: dict[tuple[str, str], list[Demande]] = {}
    encadrants: dict[int, list[str]] = {}
    for demande in demandes:
        for lecteur in dict.fromkeys(_lecteurs(demande, encadrants)):
            listes.setdefault(lecteur, []).append(demande)
    for (adresse, vue), siennes in listes.items():
        lignes = [(un.reference, un.terme_le) for un in siennes if un.est_ouverte]
        closes = [(un.reference, un.terme_le) for un in siennes if not un.est_ouverte]
        contexte = {"ouvertes": lignes, "closes": closes, "nombre": len(siennes), "chemin": reverse(vue)}
        deposer_courriel(adresse, LISTE_DES_TERMES, contexte)


def _lecteurs(demande: Demande, encadrants: dict[int, list[str]]) -> list[tuple[str, str]]:
    """Who is told of a term, and the list where he finds it: technicien, superviseurs of the caisse, agent."""
    caisse = demande.caisse
    if caisse.pk not in encadrants:
        superviseurs = caisse.comptes.filter(profil__in=profils_avec(Droit.ENCADRER_DEMANDES), statut="actif")
        encadrants[caisse.pk] = list(superviseurs.order_by("pk").values_list("email", flat=True))
    adresses = [(adresse, "tri") for adresse in encadrants[caisse.pk]]
    if demande.agent:
        adresses.append((remplacant_de(demande.agent, caisse, caisse.jour).email, "tri"))
    if technicien := _adresse_du_technicien(demande):
        adresses.append((technicien, "demandes"))
    return adresses


def resume_du_matin(compte: Any, lignes: list[tuple[str, int]]) -> None:
    """What awaits an agent who asked for it: so many by basket, never a reference."""
    deposer_courriel(
        compte.email, "signalements/resume_du_matin", {"lignes": lignes, "chemin": reverse("tri")}
    )
