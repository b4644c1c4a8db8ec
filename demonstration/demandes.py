"""Demandes of the demonstration, in every state over the last months, written through the depot."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from accounts.models.compte import Compte
from caisses.models import Caisse, Motif
from conventions.models.conventions import Objet, Participation
from demonstration import pieces
from signalements.actions import instruction, rendez_vous
from signalements.bureau.actions import enregistrer_modele
from signalements.depot import actions as depot
from signalements.models.demandes import Demande
from signalements.suites import Irrecevable, Issue
from socle import horloge
from socle.acteurs import MACHINE


@dataclass(frozen=True)
class Histoire:
    """A demande and how far it went: `etapes` are the verbs done after the deposit, one working day apart."""

    technicien: str
    agent: str
    motif: str
    il_y_a_jours: int
    personne: tuple[str, str, str, str]
    texte: str
    etapes: tuple[str, ...] = ()
    urgence: str = ""
    # Answers of the service's own fields
    reponses: tuple[tuple[str, Any], ...] = ()


_FICHE = {
    "difficultes": ["droits", "soins"],
    "obstacles": ["complexite", "ressources"],
    "demarches": ["telephone", "courrier"],
    "aide": ["dossier", "rendez-vous"],
}
_CLOSE = ("prendre_en_charge", "repondre", "lire", "cloturer")
_REPONDUE = ("prendre_en_charge", "repondre")
_EN_ATTENTE = ("prendre_en_charge", "demander_complement")
_COMPLETEE = ("prendre_en_charge", "demander_complement", "lire", "completer")

_M, _E, _T, _G = (
    ("technicien.metz", "agent.moselle"),
    ("technicien.elbeuf", "agent.rouen"),
    ("technicien.tarnetgaronne", "agent.tarnetgaronne"),
    ("technicien.grimaud", "agent.var"),
)
_TU = ("technicien.tutelle", "agent.moselle")

HISTOIRES: list[Histoire] = [
    Histoire(
        *_M,
        "saisine-mas",
        2,
        ("madame", "Perrigault", "Lucienne", "1958-04-12"),
        "Ne comprend plus les courriers reçus et renonce à ses soins dentaires.",
    ),
    Histoire(
        *_M,
        "urgence",
        1,
        ("monsieur", "Tchanque", "Oumar", "1990-11-03"),
        "Sortie d’hébergement prévue, plus aucun droit ouvert.",
        urgence="Sortie vendredi sans couverture.",
    ),
    Histoire(
        *_M,
        "dossier-complexe",
        18,
        ("monsieur", "Verdolin", "Marcel", "1949-07-30"),
        "Rupture de droits après un déménagement, trois caisses successives.",
    ),
    Histoire(
        *_M,
        "renoncement",
        6,
        ("madame", "Aït-Larbès", "Nadia", "1985-03-27"),
        "Reporte ses rendez-vous faute de pouvoir avancer les frais.",
        ("prendre_en_charge",),
    ),
    Histoire(
        *_M,
        "suivi-demande",
        9,
        ("madame", "O’Sullivane", "Maeve", "1977-01-19"),
        "Dossier envoyé il y a deux mois, pas de nouvelle.",
        _EN_ATTENTE,
    ),
    Histoire(
        *_M,
        "service-social",
        11,
        ("monsieur", "Le Goffiec", "Yann", "1966-09-08"),
        "Isolement et difficultés budgétaires.",
        _COMPLETEE,
    ),
    Histoire(
        *_M,
        "saisine-mas",
        20,
        ("madame", "Dos Ramires", "Fátima", "2001-12-24"),
        "Étudiante sans mutuelle, démarches en ligne bloquées.",
        _REPONDUE,
    ),
    Histoire(
        *_M,
        "dossier-complexe",
        60,
        ("monsieur", "Kowalczykowski", "Piotr", "1954-05-05"),
        "Indemnités journalières à reprendre depuis l’origine.",
        _CLOSE,
    ),
    Histoire(
        *_M,
        "suivi-demande",
        130,
        ("madame", "Brunnerie", "Odile", "1939-02-28"),
        "Carte perdue, demande restée sans réponse.",
        _CLOSE,
    ),
    Histoire(
        *_M,
        "renoncement",
        165,
        ("monsieur", "Sarrazinel", "Tom", "2008-06-15"),
        "Lunettes non renouvelées depuis trois ans.",
        _CLOSE,
    ),
    Histoire(
        *_M,
        "dossier-complexe",
        40,
        ("madame", "Yildirimel", "Elif", "1993-10-10"),
        "Affiliation à vérifier.",
        ("prendre_en_charge", "declarer_irrecevable"),
    ),
    Histoire(
        *_M,
        "suivi-demande",
        30,
        ("monsieur", "Hamelinot", "Paul", "1971-08-21"),
        "Réglé par la personne elle-même.",
        ("annuler",),
    ),
    Histoire(
        *_M,
        "saisine-mas",
        0,
        ("madame", "Ravoisier", "Jeanne", "1962-11-11"),
        "Brouillon à compléter.",
        ("brouillon",),
    ),
    Histoire(
        *_E,
        "saisine-mas",
        3,
        ("monsieur", "Lemercelle", "André", "1951-03-14"),
        "Ne se déplace plus, médecin traitant parti.",
    ),
    Histoire(
        *_E,
        "dossier-complexe",
        25,
        ("madame", "Quesnelot", "Brigitte", "1960-12-02"),
        "Changement de régime non pris en compte.",
        ("prendre_en_charge",),
    ),
    Histoire(
        *_E,
        "suivi-demande",
        70,
        ("monsieur", "Toutainel", "Kévin", "1999-05-17"),
        "Feuilles de soins en attente.",
        _CLOSE,
    ),
    Histoire(
        *_T,
        "urgence",
        1,
        ("madame", "Castanède", "Rosa", "1988-08-08"),
        "Opération programmée, droits fermés par erreur.",
        urgence="Opération dans quatre jours.",
    ),
    Histoire(
        *_T,
        "service-social",
        12,
        ("monsieur", "Delbosque", "Firmin", "1947-01-06"),
        "Retour à domicile à préparer.",
        _REPONDUE,
    ),
    Histoire(
        *_T,
        "dossier-complexe",
        90,
        ("madame", "Lacombelle", "Ginette", "1955-09-29"),
        "Rétroactivité à étudier.",
        _CLOSE,
    ),
    Histoire(
        *_G,
        "renoncement",
        4,
        ("monsieur", "Olivarès-Bont", "Luis", "1983-04-04"),
        "Le devis est trop cher, rien ne le rembourse.",
        _EN_ATTENTE,
    ),
    Histoire(
        *_G,
        "saisine-mas",
        8,
        ("madame", "Mistralet", "Céleste", "1970-07-07"),
        "Plus de médecin traitant depuis un an.",
        ("prendre_en_charge",),
    ),
    Histoire(
        *_TU,
        "dossier-complexe",
        5,
        ("monsieur", "Thiébautin", "Gérard", "1945-06-18"),
        "Majeur protégé, droits à renouveler avec le mandat.",
    ),
    Histoire(
        *_M,
        "rdv-c2s",
        4,
        ("madame", "Fauvergue", "Simone", "1952-02-20"),
        "Souhaite être aidée pour sa demande de complémentaire.",
        ("prendre_en_charge", "proposer_creneaux"),
        reponses=(
            ("raison_portail", "autonomie"),
            ("lieu", "caisse"),
            ("moments", ["mardi-matin", "jeudi-matin"]),
        ),
    ),
    Histoire(
        *_M,
        "rdv-ame",
        7,
        ("monsieur", "Diaraké", "Mamadou", "1994-05-16"),
        "",
        ("prendre_en_charge", "proposer_creneaux", "lire", "accepter_creneau"),
        reponses=(
            ("raison_portail", "autonomie"),
            ("lieu", "telephone"),
            ("moments", ["lundi-apres-midi"]),
            ("besoins", ["interprete"]),
            ("langue", "Soninké"),
        ),
    ),
    Histoire(
        *_M,
        "attestation-droits",
        10,
        ("madame", "Charpenel", "Louise", "1974-09-02"),
        "",
        _CLOSE,
        reponses=(("livraison", "adresse"),),
    ),
    Histoire(
        *_TU,
        "attestation-droits",
        2,
        ("monsieur", "Aubrigeon", "Jacky", "1959-12-12"),
        "",
        ("prendre_en_charge", "envoyer_document"),
        reponses=(("livraison", "portail"), ("qualite", "tutelle"), ("mandat_fin", "2029-06-30")),
    ),
    Histoire(
        *_M,
        "c2s",
        3,
        ("madame", "Bellecombe", "Irène", "1967-03-09"),
        "Ressources en baisse depuis la retraite de son mari.",
        reponses=(("raison_portail", "autonomie"),),
    ),
    Histoire(
        *_M,
        "offres-de-service",
        15,
        ("", "", "", ""),
        "Existe-t-il des ateliers de prévention à Metz ?",
        _REPONDUE,
    ),
]


# Models of answer of each caisse, for every motif: act, outcome, title, text.
_MODELES = [
    (
        "repondre",
        "droits-ouverts",
        "Droits ouverts",
        "Bonjour,\n\nLes droits sont ouverts à compter du [date]. L’attestation est disponible dans le compte ameli "
        "de la personne.\n\nCordialement,\n{signature}",
    ),
    (
        "demander-complement",
        "",
        "Pièces illisibles",
        "Bonjour,\n\nLes pièces jointes ne sont pas lisibles. Pouvez-vous les photographier à plat, en pleine "
        "lumière, et les joindre à nouveau ?\n\nCordialement.",
    ),
    (
        "declarer-irrecevable",
        "",
        "Personne non identifiée",
        "Bonjour,\n\nNous ne retrouvons personne avec ces éléments. Vérifiez l’orthographe du nom de naissance et la "
        "date de naissance, puis faites une nouvelle demande.\n\nCordialement.",
    ),
]


def _ecrire_les_modeles() -> None:
    for caisse in Caisse.objects.order_by("pk"):
        for acte, issue, titre, texte in _MODELES:
            enregistrer_modele(
                None,
                par=MACHINE,
                caisse=caisse,
                motif=None,
                acte=acte,
                titre=titre,
                texte=texte,
                issue=issue,
            )


def installer() -> int:
    """Write every story at its date; return how many."""
    _ecrire_les_modeles()
    comptes = {compte.identifiant: compte for compte in Compte.objects.all()}
    maintenant = horloge.maintenant()
    for histoire in HISTOIRES:
        debut = _ouvre(maintenant - dt.timedelta(days=histoire.il_y_a_jours))
        _raconter(histoire, comptes[histoire.technicien], comptes[histoire.agent], debut, maintenant)
    return len(HISTOIRES)


def _ouvre(instant: dt.datetime) -> dt.datetime:
    """Move to the office hours of a working day: nobody writes at night or on Sunday."""
    jour = instant.replace(hour=8 + instant.day % 7, minute=(instant.day * 13) % 60)
    if jour > instant:
        jour -= dt.timedelta(days=1)
    return jour - dt.timedelta(days=max(0, jour.weekday() - 4))


def _raconter(h: Histoire, technicien: Compte, agent: Compte, debut: dt.datetime, fin: dt.datetime) -> None:
    with horloge.a_l_instant(debut):
        demande = _deposer(h, technicien)
    for rang, etape in enumerate(e for e in h.etapes if e != "brouillon"):
        with horloge.a_l_instant(min(debut + dt.timedelta(hours=25 * (rang + 1)), fin)):
            _GESTES[etape](Demande.objects.get(pk=demande.pk), technicien, agent)


def _creneau(jours: int) -> dt.datetime:
    """A slot at ten, so many working days after the present one of the story, and later than today."""
    jour = max(horloge.maintenant(), horloge.temps_reel()) + dt.timedelta(days=jours)
    return _ouvre(jour).replace(hour=9, minute=0, second=0, microsecond=0)


def contenu_de(h: Histoire, motif: Motif, departement: str) -> dict[str, Any]:
    """Return what the demande of a story says, as its form would."""
    if not motif.assure:
        return {"texte": h.texte}
    civilite, nom, prenom, naissance = h.personne
    assure = {"civilite": civilite, "nom": nom, "prenom": prenom, "naissance": naissance}
    contenu = {"assure": assure | {"departement": departement}, "texte": h.texte, "raison_urgence": h.urgence}
    return contenu | (_FICHE if motif.fiche else {}) | dict(h.reponses)


def _deposer(h: Histoire, technicien: Compte) -> Demande:
    participation = (
        Participation.objects.ouvrant_le_portail()
        .filter(partenaire=technicien.partenaire_id, objet=Objet.ACCES_DROITS, motifs=h.motif)
        .select_related("caisse", "convention")
        .order_by("pk")[0]
    )
    motif = Motif.objects.get(pk=h.motif)
    demande = depot.commencer(participation=participation, motif=motif, jeton=uuid.uuid4(), par=technicien)
    contenu = contenu_de(h, motif, participation.caisse.departement)
    depot.enregistrer_brouillon(demande, contenu=contenu, urgente=bool(h.urgence), par=technicien)
    pieces.joindre(demande, technicien, h.personne[1])
    if "brouillon" not in h.etapes:
        attestations = ["information", "accord", *(["consentement"] if motif.consentement else [])]
        depot.deposer(demande, attestations=attestations, par=technicien)
    return demande


_GESTES: dict[str, Any] = {
    "envoyer_document": lambda d, t, a: pieces.envoyer(d, a, d.contenu["assure"]["nom"]),
    "prendre_en_charge": lambda d, t, a: instruction.prendre_en_charge(d, par=a),
    "demander_complement": lambda d, t, a: instruction.demander_complement(
        d, texte="Pouvez-vous préciser depuis quelle date la personne n’a plus de droits ouverts ?", par=a
    ),
    "proposer_creneaux": lambda d, t, a: rendez_vous.proposer_creneaux(
        d,
        creneaux=[_creneau(3), _creneau(5)],
        duree=30,
        lieu=d.contenu.get("lieu", "caisse"),
        precisions="Demander l’accueil, ou attendre l’appel de la caisse.",
        par=a,
    ),
    "accepter_creneau": lambda d, t, a: rendez_vous.accepter_creneau(
        d, creneau=d.rendez_vous.proposes().order_by("debut")[0], par=t
    ),
    "completer": lambda d, t, a: instruction.completer(
        d, texte="Depuis le mois de mai, d’après ses courriers.", par=t
    ),
    "repondre": lambda d, t, a: instruction.repondre(
        d,
        texte="Le dossier est mis à jour. La personne recevra une notification à son adresse sous dix jours.",
        issue=Issue.DROITS_OUVERTS,
        par=a,
    ),
    "lire": lambda d, t, a: instruction.journaliser_lecture(d, par=t),
    "cloturer": lambda d, t, a: instruction.cloturer(d, par=t),
    "annuler": lambda d, t, a: instruction.annuler(d, texte="La personne a réglé sa situation seule.", par=t),
    "declarer_irrecevable": lambda d, t, a: instruction.declarer_irrecevable(
        d,
        raison=Irrecevable.AUTRE_CAISSE,
        texte="La personne est affiliée à une autre caisse. Adressez-vous à la caisse de son département.",
        par=a,
    ),
}
