"""Each act on an account asks the password again, whatever the session (ASVS 7.5.1, 7.5.3)."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import accounts.urls
import caisses.urls
import conventions.urls
import echanges.urls
from accounts.models.compte import Compte
from accounts.models.sessions import OUVERTE
from accounts.reauthentification import EXPRES, SENSIBLES, SI
from accounts.regles import CERTIFICATIONS
from tests.accounts.aides import texte
from tests.distribution import MOT_DE_PASSE, connecte
from tests.matrice.table import TABLE

# Addresses of accounts that change something, and ask nothing again: steps of the sign-in and links, which ask a proof
# of their own; what one does to one's own sessions; what only asks, and another decides.
SANS_REDEMANDER = {
    *(
        "connexion",
        "connexion-code",
        "connexion-cle",
        "deconnexion",
        "cgu",
        "activation",
        "activation-code",
        "adresse-confirmer",
    ),
    *("mot-de-passe-oublie", "mot-de-passe-changer", "mot-de-passe-nouveau", "second-facteur-nouveau"),
    *(
        "agenda-nouveau",
        "agenda-retirer",
        "identifiant-oublie",
        "codes-secours",
        "sessions-fermer",
        "session-fermer",
        "securite-signaler",
    ),
    *("habilitation-nouvelle", "habilitation-completer", "habilitation-retirer"),
    # It opens nothing, and closes nothing.
    "revue-ouvrir",
    # How a caisse works: its pôles, its delays, how the public reaches it.
    *(
        "caisse-regler-relances",
        "chome-nouveau",
        "motif-regler",
        "pole-nouveau",
        "pole-renommer",
        "pole-retirer",
    ),
    *("vecteur-modifier", "vecteur-nouveau", "vecteur-retirer"),
    # What is written before the signatures, that bind; the life of a convention, that opens no account.
    *("convention-nouvelle", "convention-modifier", "convention-clauses", "convention-mettre-a-la-signature"),
    *("convention-modele", "convention-renvoyer", "avenant-nouveau", "convention-preuve-nouvelle"),
    *("convention-suivi", "convention-evaluation", "comite-confirmer", "annonce-nouvelle", "annonce-clore"),
    *("bilan-part", "bilan-arreter", "referent-nouveau", "referent-retirer"),
    *("sous-traitance-nouvelle", "sous-traitance-finir", "convention-mettre-en-demeure"),
    *("mise-en-demeure-noter-reception", "mise-en-demeure-clore"),
    # What is only read, posted so that no address holds it.
    *("appelant", "code-confidentiel", "dossiers"),
    # What an authorisation opens already: each has a mail and a line; the engagement asks the password itself.
    *("engagement", "depot-ouvrir", "depot-fichier", "depot-confirmer", "depot-lecture", "depot-retirer"),
    *("flux-dire-neant", "inscription-noter", "rapprochement-decider", "dossier-agir"),
}


def test_chaque_acte_qui_donne_ou_retire_un_acces_redemande_le_mot_de_passe():
    """ASVS 7.5.1, 7.5.3: a new address of these rooms asks the password again, or says here why not."""
    ecrivent = {ligne.vue for ligne in TABLE if "POST" in ligne.methodes.split()}
    rooms = (accounts.urls, caisses.urls, conventions.urls, echanges.urls)
    adresses = {motif.name for room in rooms for motif in room.urlpatterns}
    assert adresses & (ecrivent - SENSIBLES) == SANS_REDEMANDER
    assert EXPRES | set(SI) <= SENSIBLES


def test_l_importation_redemande_le_mot_de_passe_avant_de_creer(gestionnaire_metz):
    """ASVS 7.5.3: the preview needs none; nothing is created, and nothing typed is lost, until it is given."""
    client = connecte(gestionnaire_metz)
    session = client.session
    session[OUVERTE] -= 11 * 60
    session.save()
    adresse = reverse("comptes-importer")
    contenu = (
        "civilite;nom;prenom;fonction;telephone;email\nmadame;Petit;Alix;Accueil;0387000000;alix@metz.example"
    )
    envoi = {"contenu": contenu, "confirmer": "on", "certifications": list(CERTIFICATIONS)}
    reponse = client.post(adresse, envoi)
    assert (
        "Cet acte demande votre mot de passe" in texte(reponse)
        and "alix@metz.example" in reponse.content.decode()
    )
    assert not Compte.objects.filter(nom="Petit").exists()
    assert client.post(adresse, envoi | {"identite-mot_de_passe": MOT_DE_PASSE}).status_code == 302
    assert Compte.objects.filter(nom="Petit").exists()


def test_un_fichier_n_attend_pas_le_mot_de_passe(administrateur_moselle, metz):
    """A denunciation is sent too late with its letter: the page says so, and leads back to the form, nothing being done."""
    client = connecte(administrateur_moselle)
    session = client.session
    session[OUVERTE] -= 11 * 60
    session.save()
    part = metz.participations.get()
    adresse = reverse("convention-denoncer", args=[part.convention.reference, part.caisse.code])
    lettre = SimpleUploadedFile("lettre.pdf", b"%PDF-1.7", "application/pdf")
    page = client.post(adresse, {"motif": "Fin du besoin.", "fichiers": lettre})
    assert "Un fichier ne peut attendre sur cette page" in texte(page)
    suite = {"identite-mot_de_passe": MOT_DE_PASSE, "identite-lecture": "1"}
    assert client.post(adresse, suite).url == adresse
    part.refresh_from_db()
    assert part.fin is None and client.get(adresse).status_code == 200
