"""The five services, each from the technicien's first click to the end of the demande, in a browser (D-01).

Real web server, worker and mail server, on one scene. Each person signs in once; each story opens browsers of its own:
one on a telephone, one without scripts. What cannot be seen by a label or a role is not there.
"""

import datetime as dt
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from caisses.models import Caisse
from signalements.models.rendez_vous import RendezVous
from socle import horloge
from tests.e2e.personnes import REFERENCE, Personne, Theatre, courriels
from tests.fichiers.echantillons import pdf
from tests.pannes.scene import Scene

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

NOM = "Larivandière"
REUNION = "Indian/Reunion"


@pytest.fixture(scope="module", autouse=True)
def outre_mer(scene_du_module: Scene) -> None:
    """An overseas caisse: its hours are neither the server's nor the browser's."""
    Caisse.objects.filter(code="var").update(fuseau=REUNION)


def deposer(
    technicien: Personne, service: str, motif: str, repondre: Callable[[], None], *, assure: bool = True
) -> str:
    """From the menu to « Votre demande est envoyée »; `repondre` fills what the service asks. Return the reference."""
    commencer(technicien, service, motif)
    if assure:
        identifier(technicien)
    repondre()
    technicien.cliquer("button", "Relire avant l’envoi")
    return envoyer(technicien, assure=assure)


def commencer(technicien: Personne, service: str, motif: str) -> None:
    technicien.menu("Nouvelle demande")
    technicien.cliquer("link", re.compile(rf"^{service} CPAM"))
    technicien.cliquer("button", motif)


def identifier(technicien: Personne) -> None:
    """The five fields about the person (D-03)."""
    technicien.cocher("Madame")
    technicien.remplir(technicien.page, "Nom de naissance", NOM)
    technicien.remplir(technicien.page, "Prénom", "Élodie")
    technicien.remplir(technicien.page, "Date de naissance", "27/03/1985")
    technicien.choisir("Département de résidence", "57 – Moselle")


def envoyer(technicien: Personne, *, assure: bool = True, consentement: bool = False) -> str:
    """Attest and send from the recap (D-05)."""
    if assure:
        technicien.voit(f"Madame Élodie {NOM}")
        technicien.cocher("La personne a été informée")
    if consentement:
        technicien.cocher("La personne accepte")
    technicien.cliquer("button", "Envoyer la demande")
    technicien.voit("Votre demande est envoyée.")
    trouvee = REFERENCE.search(technicien.page.get_by_role("main").inner_text())
    assert trouvee
    return trouvee[0]


def prendre(agent: Personne, reference: str) -> None:
    """The agent finds it in the basket of what waits, and takes it."""
    agent.menu("Demandes à traiter")
    agent.page.get_by_role("navigation", name="Corbeilles").get_by_role("link", name="À prendre").click()
    agent.cliquer("link", reference)
    agent.cliquer("button", "Prendre en charge")
    agent.voit("Vous avez pris cette demande en charge.")


def repondre(agent: Personne, issue: str, texte: str) -> None:
    acte = agent.deplier("Répondre à la structure")
    agent.choisir("Issue de la demande", issue)
    agent.remplir(acte, "Votre message", texte)
    agent.cliquer("button", "Envoyer la réponse", acte)
    agent.voit("Votre réponse est envoyée.")


def lire_et_clore(
    theatre: Theatre, technicien: Personne, qui: str, reference: str, issue: str, texte: str
) -> None:
    """The structure, told by mail, finds the answer in what awaits it, reads it and closes."""
    courriels(theatre.scene, qui, "La caisse a répondu", reference)
    a_vous(technicien, reference)
    technicien.voit(issue)
    technicien.voit(texte)
    technicien.cliquer("button", "La réponse convient, clore la demande")
    technicien.voit("La demande est close.")
    for recu in theatre.scene.puits.recus:
        assert NOM not in recu.texte and NOM not in recu.sujet


def a_vous(technicien: Personne, reference: str) -> None:
    """Open a demande from what awaits the structure."""
    technicien.menu("Demandes de la structure")
    technicien.cliquer("link", re.compile("^À vous de jouer"))
    technicien.cliquer("link", reference)


def proposer(agent: Personne, *creneaux: dt.datetime) -> None:
    acte = agent.deplier("Proposer un rendez-vous")
    for rang, creneau in enumerate(creneaux, 1):
        acte.get_by_label(f"Créneau {rang}").fill(f"{creneau:%Y-%m-%dT%H:%M}")
    agent.cocher("Par téléphone", acte)
    agent.remplir(acte, "Adresse, étage", "Mme Ourliac appellera.")
    agent.cliquer("button", "Proposer ces créneaux", acte)
    agent.voit("Les créneaux sont proposés.")


def verifier_l_agenda(personne: Personne, reference: str, debut: dt.datetime) -> None:
    """The calendar file: the agreed hour in the zone of the caisse, the reference, nobody's name."""
    with personne.page.expect_download() as telechargement:
        personne.page.get_by_role("link", name="Ajouter à mon agenda").click()
    assert telechargement.value.suggested_filename == f"{reference}.ics"
    contenu = telechargement.value.path().read_bytes()
    (evenement,) = Calendar.from_ical(contenu).events
    assert evenement.start == debut
    assert evenement.start.utcoffset() == dt.timedelta(0)
    assert NOM.encode() not in contenu


def test_rendez_vous_jusqu_a_l_agenda(theatre: Theatre):
    """D-13: the .ics carries the hour of the accepted slot, in the zone of an overseas caisse."""
    technicien, agent = theatre.entrer("technicien.grimaud"), theatre.entrer("agent.var")

    def souhaiter() -> None:
        # A field that one answer alone calls for is not there before.
        for libelle in ("Langue de l’interprète", "Numéro à appeler", "Pourquoi est-ce urgent"):
            expect(technicien.page.get_by_label(re.compile(f"^{libelle}"))).to_be_hidden()
        technicien.cocher("La personne n’a pas l’autonomie")
        technicien.cocher("Par téléphone")
        technicien.cocher("Mardi matin")
        technicien.cocher("Un interprète")
        technicien.remplir(technicien.page, "Langue de l’interprète", "Ourdou")
        technicien.remplir(technicien.page, "Numéro à appeler", "04 65 71 83 41")

    reference = deposer(technicien, "Demander un rendez-vous pour un assuré", "C2S", souhaiter)
    prendre(agent, reference)
    for mot in ("Ourdou", "Mardi matin", "04 65 71 83 41"):
        agent.voit(mot)

    jour = Caisse.objects.get(code="var").jour_ouvre_apres(horloge.jour(REUNION), 7)
    matin, soir = (dt.datetime.combine(jour, dt.time(heure, 30)) for heure in (9, 16))
    proposer(agent, matin, soir)

    courriels(theatre.scene, "technicien.grimaud", "Rendez-vous proposé", reference)
    a_vous(technicien, reference)
    technicien.page.get_by_role("button", name=re.compile(r"à 16\sh\s30")).click()
    technicien.voit("Le rendez-vous est confirmé.")
    courriels(theatre.scene, "agent.var", "Créneau choisi", reference)
    courriels(theatre.scene, "technicien.grimaud", "Rendez-vous confirmé", reference)

    agent.page.reload()
    for personne in (technicien, agent):
        verifier_l_agenda(personne, reference, soir.replace(tzinfo=ZoneInfo(REUNION)))

    # The hour comes: before it, nobody is asked whether the person came.
    assert agent.page.get_by_text("Dire si le rendez-vous a eu lieu").count() == 0
    RendezVous.objects.filter(demande__reference=reference).update(debut=horloge.maintenant())
    agent.page.reload()
    acte = agent.deplier("Dire si le rendez-vous a eu lieu")
    agent.cocher("Oui, la personne est venue", acte)
    agent.cliquer("button", "Enregistrer", acte)
    repondre(agent, "Rendez-vous honoré", "Le dossier C2S est ouvert.")
    lire_et_clore(
        *(theatre, technicien, "technicien.grimaud", reference),
        *("Rendez-vous honoré", "Le dossier C2S est ouvert."),
    )


def test_document_a_l_adresse_sur_un_telephone(theatre: Theatre):
    """D-12, C-10: this convention lets no document through; both screens say where it goes instead."""
    technicien, agent = theatre.entrer("technicien.metz", largeur=360), theatre.entrer("agent.moselle")

    def demander() -> None:
        expect(technicien.page.get_by_label("Remise à la structure par le portail")).to_have_count(0)
        expect(technicien.page.get_by_role("radio", name="Envoi à l’adresse")).to_have_count(0)

    reference = deposer(technicien, "Demander un document", "Attestation de droits", demander)
    dit = "Envoi à l’adresse de l’assuré connue de la caisse"
    expect(technicien.page.get_by_role("main")).to_contain_text(dit)
    prendre(agent, reference)
    agent.voit(dit)
    agent.cliquer("link", "Envoyer ou rappeler un document")
    agent.voit("La convention ne permet pas d’envoyer de document à cette structure.")
    expect(agent.page.get_by_role("button", name="Envoyer à la structure")).to_have_count(0)
    agent.cliquer("link", "Revenir à la demande")
    repondre(agent, "Document envoyé à l’adresse connue de l’assuré", "L’attestation est partie aujourd’hui.")
    lire_et_clore(
        *(theatre, technicien, "technicien.metz", reference),
        *("Document envoyé à l’adresse connue de l’assuré", "L’attestation est partie aujourd’hui."),
    )


def test_fiche_de_signalement_et_sa_difficulte(theatre: Theatre):
    """D-18: what was coded on the fiche reads in words on the agent's screen, and free text after it."""
    technicien, agent = theatre.entrer("technicien.metz"), theatre.entrer("agent.moselle")
    commencer(
        technicien,
        "Signaler une situation de difficultés d’accès aux droits et aux soins",
        "Renoncement aux soins",
    )
    identifier(technicien)
    technicien.cocher("Accès aux soins")
    technicien.cocher("Situation sociale complexe")
    technicien.cocher("Ressources insuffisantes")
    technicien.cocher("Par courrier, ou dossier déposé")
    technicien.cocher("Un rendez-vous avec un conseiller")
    technicien.cliquer("button", "Relire avant l’envoi")
    reference = envoyer(technicien, consentement=True)
    prendre(agent, reference)
    fiche = agent.page.get_by_role("region", name="Fiche de signalement")
    expect(fiche.get_by_role("heading", name="Difficultés", exact=True)).to_be_visible()
    expect(fiche).to_contain_text("Accès aux soins, Situation sociale complexe")
    expect(fiche).to_contain_text("Ressources insuffisantes")
    titres = fiche.get_by_role("heading", level=3).all_inner_texts()
    assert (
        titres.index("Difficultés") < titres.index("Obstacles") < titres.index("Aide attendue de la caisse")
    )
    repondre(agent, "Accompagnement engagé (Mission accompagnement santé)", "Une conseillère la suit.")
    lire_et_clore(
        *(theatre, technicien, "technicien.metz", reference),
        *("Accompagnement engagé", "Une conseillère la suit."),
    )


def joindre(technicien: Personne, nature: str, nom: str) -> None:
    """From the page of the pieces: one file of one kind."""
    technicien.page.get_by_label(re.compile(f"^{re.escape(nature)}")).set_input_files(
        {"name": nom, "mimeType": "application/pdf", "buffer": pdf(texte=nom.encode())}
    )
    technicien.cliquer("button", "Joindre")
    technicien.voit(nom)


def test_etude_et_sa_piece_manquante(theatre: Theatre):
    """D-06, D-10: the list says what is missing; the agent asks for it, the structure adds it and says so."""
    technicien, agent = theatre.entrer("technicien.metz"), theatre.entrer("agent.moselle")
    commencer(technicien, "Soumettre une demande d’étude de dossier", "Étude de C2S")
    identifier(technicien)
    technicien.cocher("La personne a besoin de soins en urgence")
    technicien.cliquer("button", "Relire avant l’envoi")
    joindre(technicien, "Formulaire de demande de complémentaire santé solidaire", "formulaire.pdf")
    joindre(technicien, "Justificatifs de ressources", "ressources.pdf")
    appelees = technicien.page.get_by_role("listitem")
    expect(appelees.filter(has_text=re.compile(r"^\s*Avis d’imposition"))).to_contain_text("à joindre")
    expect(appelees.filter(has_text=re.compile(r"^\s*Justificatifs de ressources"))).to_contain_text("jointe")
    technicien.cliquer("link", "Continuer vers l’envoi")
    technicien.choisir("Avis d’imposition : pourquoi", "Elle sera envoyée plus tard")
    reference = envoyer(technicien)

    prendre(agent, reference)
    manque = agent.page.get_by_role("listitem").filter(has_text=re.compile(r"^\s*Avis d’imposition"))
    expect(manque).to_contain_text("à joindre")
    acte = agent.deplier("Demander un complément")
    agent.remplir(acte, "Votre message", "Il manque l’avis d’imposition.")
    agent.cliquer("button", "Demander le complément", acte)
    agent.voit("La demande de complément est envoyée.")

    courriels(theatre.scene, "technicien.metz", "La caisse attend un complément", reference)
    a_vous(technicien, reference)
    technicien.voit("Il manque l’avis d’imposition.")
    technicien.remplir(technicien.page, "Votre message", "L’avis est joint.")
    technicien.page.get_by_label(re.compile("^Fichiers à joindre")).set_input_files(
        {"name": "avis.pdf", "mimeType": "application/pdf", "buffer": pdf(texte=b"avis")}
    )
    technicien.cliquer("button", "Envoyer le complément")
    technicien.voit("Votre complément est envoyé.")

    courriels(theatre.scene, "agent.moselle", "La structure a répondu", reference)
    agent.page.reload()
    agent.voit("avis.pdf")
    expect(manque).to_contain_text("jointe")
    repondre(agent, "Dossier complet, en cours d’instruction", "Le dossier est complet.")
    lire_et_clore(
        *(theatre, technicien, "technicien.metz", reference),
        *("Dossier complet, en cours d’instruction", "Le dossier est complet."),
    )


def test_contact_sans_script_et_une_question(theatre: Theatre):
    """D-01, D-20: about the partnership nobody is named; answered, asked again, answered again, closed."""
    technicien, agent = (
        theatre.entrer(qui, javascript=False) for qui in ("technicien.metz", "agent.moselle")
    )

    def demander() -> None:
        expect(technicien.page.get_by_role("textbox", name="Prénom")).to_have_count(0)
        technicien.remplir(technicien.page, "Votre question", "Quelles permanences à la rentrée ?")

    reference = deposer(
        *(technicien, "Contacter votre organisme d’assurance maladie"),
        *("Connaître les offres de service de l’Assurance Maladie", demander),
        assure=False,
    )
    prendre(agent, reference)
    agent.voit("Quelles permanences à la rentrée ?")
    repondre(agent, "Information donnée", "Le mardi, à Metz.")
    a_vous(technicien, reference)
    technicien.voit("Le mardi, à Metz.")
    technicien.remplir(technicien.page, "Votre message", "À quelle heure ?")
    technicien.cliquer("button", "Envoyer la question")
    technicien.voit("Votre question est envoyée.")
    agent.page.reload()
    agent.voit("À quelle heure ?")
    repondre(agent, "Information donnée", "De 9 h à 12 h.")
    lire_et_clore(
        *(theatre, technicien, "technicien.metz", reference), *("Information donnée", "De 9 h à 12 h.")
    )
