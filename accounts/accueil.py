"""Cards of the home page: what awaits a gestionnaire or an administrateur about accounts."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.actions.places import NOMS, depassements, places
from accounts.models.acces import VersionCGU
from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from accounts.models.contreseings import Contreseing
from accounts.models.habilitations import DemandeHabilitation, SignalementSecurite
from accounts.models.revues import Revue
from caisses.models import Caisse, VecteurContact
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from socle import crochets
from socle.crochets import Carte
from socle.models import CourrielSortant
from socle.profils import Profil
from socle.roles import Droit, peut, profils_avec
from socle.templatetags.portail import accorder

MONTREES_MAX = 5


@crochets.accueil.inscrire("accounts")
def cartes(compte: Compte) -> list[Carte]:
    """Return the cards of `compte`."""
    possibles = (
        (Droit.VOIR_SECURITE, _securite),
        (Droit.GERER_STRUCTURE, _gestionnaire),
        (Droit.HABILITER, _administrateur),
        (Droit.GERER_STRUCTURE, _adresses_refusees),
        (Droit.HABILITER, _adresses_refusees),
        (Droit.PUBLIER_CGU, _national),
        (Droit.REGLER_CAISSE, _mise_en_route),
    )
    liste = [carte for droit, fournir in possibles if peut(compte, droit) for carte in fournir(compte)]
    return liste + _contreseings(compte)


def _contreseings(compte: Compte) -> list[Carte]:
    """A-24: what the account is asked to confirm, and what a national opened alone these thirty days."""
    liste = []
    if attendus := Contreseing.objects.a_confirmer_par(compte):
        phrase = "Un acte sur un compte attend une seconde personne : vous."
        liste.append(Carte("À confirmer", phrase, reverse("contreseings"), len(attendus), "avertissement", 6))
    for fait in Contreseing.objects.faits_seul(compte).select_related("compte"):
        phrase = (
            f"Compte {fait.compte.identifiant} ({fait.compte.get_profil_display().lower()}), le {fait.demande_le:%d/%m/%Y}, "
            "par l’administrateur national sans seconde personne."
        )
        adresse = reverse("contreseing", args=[fait.pk])
        liste.append(Carte("Ouvert par une personne seule", phrase, adresse, niveau="avertissement", ordre=7))
    return liste


def _adresses_refusees(compte: Compte) -> list[Carte]:
    """The accounts that no mail reaches, to who can correct their address."""
    vivants = Compte.objects.visibles_par(compte).filter(statut__in=STATUTS_OCCUPANTS)
    refusees = CourrielSortant.objects.adresses_refusees(vivants.exclude(email="").values("email"))
    return [
        Carte(
            "Adresse refusée",
            f"Aucun message n’arrive à {un.nom_complet} : corrigez son adresse.",
            reverse("compte", args=[un.pk]),
            niveau="erreur",
            ordre=5,
        )
        for un in vivants.filter(email__in=refusees).order_by("pk")[:MONTREES_MAX]
    ]


def _national(compte: Compte) -> list[Carte]:
    version = VersionCGU.objects.en_vigueur()
    phrase = (
        f"Version {version.numero}, publiée le {version.publiee_le:%d/%m/%Y}."
        if version
        else "Aucune version publiée."
    )
    administrateurs = Compte.objects.filter(
        caisses=OuterRef("pk"), profil__in=profils_avec(Droit.REGLER_CAISSE)
    )
    seules = Caisse.objects.ouvertes().exclude(Exists(administrateurs)).order_by("nom")
    return [
        *(
            Carte(
                f"{caisse.nom} : sans administrateur",
                "Ouvrez le compte de son premier administrateur : il fera le reste.",
                reverse("equipe-nouveau"),
                niveau="avertissement",
                ordre=20,
            )
            for caisse in seules[:MONTREES_MAX]
        ),
        Carte("Administrateurs", "Ceux des caisses, et les vôtres.", reverse("equipe"), ordre=30),
        Carte("Conditions d’utilisation", phrase, reverse("national-cgu"), ordre=40),
    ]


def _mise_en_route(compte: Compte) -> list[Carte]:
    """The first steps of a caisse, each until it is done."""
    agents = Compte.objects.filter(caisses=OuterRef("pk"), profil__in=profils_avec(Droit.TRAITER_DEMANDES))
    caisses = compte.caisses.ouvertes().annotate(
        joignable=Exists(VecteurContact.objects.filter(caisse=OuterRef("pk"))),
        peuplee=Exists(agents),
        engagee=Exists(Participation.objects.filter(caisse=OuterRef("pk"))),
    )
    return [
        Carte(f"Mise en route : {titre}", f"{caisse} – {phrase}", adresse, niveau="avertissement", ordre=rang)
        for caisse in caisses
        for rang, (faite, titre, phrase, adresse) in enumerate(
            (
                (
                    caisse.courriel and caisse.support_nom,
                    *("coordonnées", "comment les structures la joignent, qui les aide sur le portail."),
                    reverse("caisse-decrire", args=[caisse.code]),
                ),
                (
                    caisse.joignable,
                    *("moyens de contact", "ceux qu’une convention énumère, dans leur ordre."),
                    reverse("vecteur-nouveau", args=[caisse.code]),
                ),
                (
                    caisse.peuplee,
                    *("premier agent", "personne ne peut encore traiter une demande."),
                    reverse("equipe-nouveau"),
                ),
                (
                    caisse.engagee,
                    *("première convention", "enregistrez une structure, puis rédigez."),
                    reverse("partenaires"),
                ),
            ),
            1,
        )
        if not faite
    ]


def _securite(compte: Compte) -> list[Carte]:
    visibles = Compte.objects.visibles_par(compte).values("pk")
    nombre = SignalementSecurite.objects.filter(compte__in=visibles, traite_le=None).count()
    if not nombre:
        return []
    phrase = "Une fraude, une perte ou un vol a été signalé : décidez."
    return [Carte("Signalements de sécurité", phrase, reverse("securite"), nombre, "erreur", 5)]


def _gestionnaire(compte: Any) -> list[Carte]:
    p = places(compte.partenaire, Profil.TECHNICIEN)
    if p.depassement:
        phrase = (
            f"Votre structure dépasse son nombre de places de {p.depassement} : aucune création possible."
        )
    elif p.en_attente:
        phrase = f"{accorder(p.occupees, 'place prise,places prises')} sur {p.droits}, {p.en_attente} en attente d’activation."
    else:
        phrase = f"{accorder(p.occupees, 'place prise,places prises')} sur {p.droits}."
    niveau = "avertissement" if p.depassement else "info"
    liste = [Carte("Comptes des techniciens", phrase, reverse("comptes"), p.actifs, niveau, 20)]
    renvoyees = DemandeHabilitation.objects.visibles_par(compte).filter(
        statut=DemandeHabilitation.Statut.RENVOYEE
    )
    if nombre := renvoyees.count():
        phrase = "La caisse attend un complément de votre part."
        liste.append(
            Carte("Demandes à compléter", phrase, reverse("habilitations"), nombre, "avertissement", 10)
        )
    for revue in Revue.objects.visibles_par(compte).ouvertes().avec_avancement():
        phrase = f"Comptes revus : {revue.faites} sur {revue.total}, à rendre avant la fin du {revue.echeance:%d/%m/%Y}."
        url = reverse("revue", args=[revue.pk])
        liste.append(Carte("Revue des comptes", phrase, url, revue.total - revue.faites, "avertissement", 8))
    return liste


def _administrateur(compte: Compte) -> list[Carte]:
    attendues = list(DemandeHabilitation.objects.visibles_par(compte).a_traiter().select_related("caisse"))
    retards = sum(demande.en_retard(demande.caisse.jour) for demande in attendues)
    phrase = (
        f"Dont {retards} en retard."
        if retards
        else "Toutes dans les délais."
        if attendues
        else "Aucune en attente."
    )
    liste = [
        Carte(
            "Demandes d’habilitation",
            phrase,
            reverse("habilitations"),
            len(attendues),
            "erreur" if retards else "info",
            10,
        )
    ]
    liste.append(
        Carte("Comptes de la caisse", "Agents, superviseurs, délégués.", reverse("equipe"), ordre=60)
    )
    revues = Revue.objects.visibles_par(compte).ouvertes()
    tardives = sum(revue.en_retard(revue.caisse.jour) for revue in revues.select_related("caisse"))
    phrase = (
        f"Dont {tardives} en retard." if tardives else "Comptes confirmés ou inactivés par les structures."
    )
    niveau = "avertissement" if tardives else "info"
    liste.append(Carte("Revues d’habilitation", phrase, reverse("revues"), len(revues), niveau, 40))
    liste += _depassements(compte)
    return liste + _sans_gestionnaire(compte)


def _sans_gestionnaire(compte: Compte) -> list[Carte]:
    """Return one card: the structure that no gestionnaire runs, or how many they are, with their list."""
    structures = list(structures_sans_gestionnaire(compte))
    texte = "Habilitez un gestionnaire d’abord ; les techniciens continuent."
    if len(structures) == 1:
        adresse = reverse("comptes-structure", args=[structures[0].siret])
        titre = f"{structures[0].nom} : structure sans gestionnaire"
        return [Carte(titre, texte, adresse, None, "avertissement", 15)]
    adresse, nombre = f"{reverse('conventions')}?alerte=sans-gestionnaire", len(structures)
    return [Carte("Structures sans gestionnaire", texte, adresse, nombre, "avertissement", 15)] * bool(nombre)


def _depassements(compte: Compte) -> list[Carte]:
    """Return a card per structure that exceeds its quota: the caisse sees the overrun (Q-05)."""
    parts = Participation.objects.donnant(Droit.HABILITER, compte)
    structures = Partenaire.objects.filter(pk__in=parts.values("partenaire"))
    return [
        Carte(
            f"{structure.nom} : places dépassées",
            f"{p.occupees} {NOMS[Profil(profil)]} pour {accorder(p.droits, 'place,places')} : "
            "aucun compte ne peut être créé ni réactivé.",
            reverse("comptes-structure", args=[structure.siret]),
            p.depassement,
            "avertissement",
            15,
        )
        for structure, profil, p in depassements(structures)[:5]
    ]


def structures_sans_gestionnaire(compte: Compte) -> Any:
    """Return the structures in convention with the administrateur's caisses that no gestionnaire runs (A-10)."""
    ouvertes = Participation.objects.ouvrant_le_portail().filter(caisse__in=compte.caisses.all())
    gestionnaires = Compte.objects.actifs().pouvant(Droit.GERER_STRUCTURE)
    return (
        Partenaire.objects.filter(pk__in=ouvertes.values("partenaire"))
        .exclude(pk__in=gestionnaires.values("partenaire"))
        .order_by("nom")
    )
