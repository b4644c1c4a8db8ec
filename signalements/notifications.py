"""The mails of a demande: its reference and a link, never a word about the person (D-14)."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models.compte import Compte
from caisses.models import Pole
from signalements.models.absences import remplacant_de, remplacant_du_technicien
from signalements.models.avis import AvisAttendu
from signalements.models.demandes import Demande
from signalements.models.preferences import Preferences
from socle import horloge
from socle.acteurs import Acteur
from socle.courriels import deposer_courriel
from socle.models import CourrielSortant
from socle.roles import Droit, profils_avec


def _dire(compte: Compte, gabarit: str, contexte: dict[str, Any], *, lu: bool = False) -> None:
    """Tell a piece of news as its reader chose: at once by mail, or in the portal until his next list of news."""
    deposer_courriel(
        compte.email,
        f"signalements/{gabarit}",
        contexte,
        regrouper=True,
        lu=lu,
        au_portail=Preferences.de(compte).courriels != Preferences.Rythme.AUSSITOT,
    )


def _au_technicien(demande: Demande, gabarit: str, *, auteur: Any = None, sauf: Any = None) -> None:
    """Tell the technicien, unless the caisse excluded him (A-16), and the shared mailbox of the structure (C-12, I-02).

    `auteur`: who did it; his own act is no news to him. `sauf`: who is not to be told.
    """
    contexte = {"reference": demande.reference, "chemin": reverse("demande", args=[demande.reference])}
    suivant, commune = _lecteur(demande), demande.partenaire.courriel
    if suivant and suivant != sauf:
        _dire(suivant, gabarit, contexte, lu=auteur is not None and suivant.email == auteur.email)
    if commune and (suivant is None or commune != suivant.email):
        deposer_courriel(commune, f"signalements/{gabarit}", contexte, regrouper=True)
    if not suivant and not commune:
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


def _lecteur(demande: Demande) -> Any | None:
    """Return who follows it for the structure, or his substitute while he is away.

    None when nobody follows it (D-23), for a closed account, one without an address, or when the caisse excluded him: he would follow the link to a page that is closed to him.
    """
    if demande.technicien is None:
        return None
    suivant = remplacant_du_technicien(demande.technicien, demande.caisse.jour)
    exclu = suivant.caisses_excluantes().filter(caisse=demande.caisse_id).exists()
    return None if exclu or suivant.statut != "actif" or not suivant.email else suivant


def demande_reprise(demande: Demande, ancien: Any | None) -> None:
    """A colleague follows the demande now: who followed it until then is told, while his account is open."""
    if ancien is not None and ancien.statut == "actif":
        contexte = {
            "reference": demande.reference,
            "repreneur": demande.technicien.nom_complet,
            "chemin": reverse("demande", args=[demande.reference]),
        }
        _dire(ancien, "reprise_par_un_collegue", contexte)


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


def complement_rappele(demande: Demande) -> None:
    """It still waits: a reminder is a mail, whatever its reader chose, before the demande is closed (D-20)."""
    contexte = {"reference": demande.reference, "chemin": reverse("demande", args=[demande.reference])}
    suivant = _lecteur(demande)
    adresses = {suivant.email if suivant else "", demande.partenaire.courriel} - {""}
    for adresse in sorted(adresses):
        deposer_courriel(adresse, "signalements/complement_demande", contexte, regrouper=True)
    if not adresses:
        _aux_gestionnaires(demande)


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
        _dire(
            remplacant_de(demande.agent, demande.caisse, demande.caisse.jour),
            gabarit,
            {"reference": demande.reference, "chemin": reverse("tri-demande", args=[demande.reference])},
        )


def demande_attribuee(demande: Demande) -> None:
    """A colleague handed the demande over."""
    _a_l_agent(demande, "attribuee")


def _aux_agents(demande: Demande, agents: QuerySet[Compte], gabarit: str, par: Acteur) -> None:
    for agent in agents.exclude(pk=par.pk).order_by("pk"):
        _dire(
            remplacant_de(agent, demande.caisse, demande.caisse.jour),
            gabarit,
            {"reference": demande.reference, "chemin": reverse("tri-demande", args=[demande.reference])},
        )


def _agents_du_pole(pole: Pole) -> QuerySet[Compte]:
    return pole.comptes.filter(
        profil__in=profils_avec(Droit.TRAITER_DEMANDES), statut="actif", caisses=pole.caisse_id
    )


def demande_orientee(demande: Demande, par: Acteur) -> None:
    """A colleague oriented the demande: the agents of its pôle are told, who may take it (D-22)."""
    _aux_agents(demande, _agents_du_pole(demande.pole), "orientee", par)


def avis_demande(attendu: AvisAttendu, par: Acteur) -> None:
    """A colleague asks for an opinion: who is asked is told."""
    agents = (
        _agents_du_pole(attendu.pole) if attendu.pole else Compte.objects.filter(pk__in=[attendu.agent_id])
    )
    _aux_agents(attendu.demande, agents, "avis_demande", par)


def avis_donne(demande: Demande, qui: Compte) -> None:
    """The opinion was given: who asked is told."""
    chemin = reverse("tri-demande", args=[demande.reference])
    _dire(qui, "avis_donne", {"reference": demande.reference, "chemin": chemin})


def rendez_vous_accepte(demande: Demande, *, par: Acteur) -> None:
    """The structure chose a slot: both sides are told."""
    _a_l_agent(demande, "rendez_vous_accepte")
    _au_technicien(demande, "rendez_vous_confirme", auteur=par.compte)


def rendez_vous_annule(demande: Demande, *, par: Acteur) -> None:
    """Told to all who put it in their diary, but to who cancelled it, and where the file is that takes it out (D-13)."""
    if demande.agent != par.compte:
        _a_l_agent(demande, "rendez_vous_annule")
    _au_technicien(demande, "rendez_vous_annule", sauf=par.compte)


def complement_apporte(demande: Demande) -> None:
    """The structure answered: the agent in charge is told."""
    _a_l_agent(demande, "complement_apporte")


# What is older was told by a list before, or is read in the portal.
NOUVELLES = dt.timedelta(days=8)
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
    if technicien := _lecteur(demande):
        adresses.append((technicien.email, "demandes"))
    return adresses


def nouvelles_gardees(compte: Acteur) -> list[tuple[str, str]]:
    """Return the news kept for the list of an account, that it has not read in the portal; they are told once."""
    depuis = horloge.maintenant() - NOUVELLES
    gardees = CourrielSortant.objects.notifications(compte).filter(au_portail=True, cree_le__gte=depuis)
    nouvelles = list(gardees.filter(lu_le=None).order_by("cree_le", "pk"))
    CourrielSortant.objects.filter(pk__in=[une.pk for une in nouvelles]).update(au_portail=False)
    return [(une.sujet, f"{settings.ADRESSE_DU_PORTAIL}{une.chemin}") for une in nouvelles]


def resume_du_matin(compte: Compte, lignes: list[tuple[str, int]], nouvelles: list[tuple[str, str]]) -> None:
    """The one mail of the morning: so many by basket, then the news that were kept for it. The portal has told both."""
    contexte = {
        "lignes": lignes,
        "nouvelles": nouvelles,
        "chemin": reverse("tri" if compte.cote_caisse else "demandes"),
    }
    deposer_courriel(compte.email, "signalements/resume_du_matin", contexte, lu=True)
