"""R-03, D-26: what resembles the person who asks is shown to the DPO, who decides; nothing is joined nor denied alone."""

import itertools
import json

import pytest
from django.urls import reverse

from conformite.models.journal import LigneJournal
from droits.models.demandes import DemandeDroits
from signalements.models.demandes import Demande
from signalements.personnes import lieux_de, meme_personne, ressemblantes
from signalements.recherche import rechercher, rechercher_au_plus_pres
from socle import horloge
from socle.naissances import Naissance
from socle.noms import Personne, Ressemblance
from tests.signalements.fabrique import ASSURE, deposer
from tests.socle.test_noms import ALPHABETS, MEME, PERHAPS

YASMINE = "Ben M'Barek/Yasmine-Inès/1979-07-14"
HUONG = "Nguyễn Thị/Hương/1988-09-21"
JURGEN = "De La Fontaine-Müller/Jürgen/1962-05-05"
MOHAMED = "Ould Ahmed/Mohamed Lemine/1960"
LUCJA = "Strauß/Łucja/1984-11-02"
ANNE = "Dupont épouse Martin/Anne Marie/1970-06-09"
CAGLA = "Yıldız/Çağla/1991-02-03"
KADER = "Ben Abd el-Kader/SNP/1955"
TRAORE = "Traoré/SNP/1991-08-08"
LOUISE = "Charpenel/Louise/1990-10-10"
LEA = ("Zorgnat/Léa/1980-02-01", "Zorgnat/Léa/1980-06-05")
# What is kept, what is asked.
PAIRES = [
    (YASMINE, "Ben M'Barek/Yasmine/14/07/1979"),
    (YASMINE, "BENMBAREK/Yasmine/14/07/1979"),
    (YASMINE, "Ben M Barek/Inès/14/07/1979"),
    (YASMINE, "Yasmine/Ben M'Barek/14/07/1979"),
    (HUONG, "Nguyen/Huong/21/09/1988"),
    (HUONG, "NGUYEN/Thi Huong/21/09/1988"),
    (JURGEN, "De La Fontaine/Jürgen/05/05/1962"),
    (JURGEN, "DE LA FONTAINE MUELLER/Jurgen/1962"),
    (MOHAMED, "Ould Ahmed/Mohamed/1960"),
    (MOHAMED, "Ould Ahmed/Mohamed/00/00/1960"),
    (MOHAMED, "Ould Ahmed/Mohamed/01/01/1960"),
    (MOHAMED, "Ould Ahmed/Mohamed Lemine/15/03/1960"),
    (MOHAMED, "Ould Ahmed/Mohamed Lemine/1960"),
    (LUCJA, "Straus/Lucja/02/11/1984"),
    (LUCJA, "Straus/Lucja/1984"),
    (LUCJA, "Traus/Lucja/02/11/1984"),
    (ANNE, "Dupond/Anne-Marie/09/06/1970"),
    (ANNE, "MARTIN/Anne/09/06/1970"),
    (CAGLA, "Yildiz/Cagla/02/03/1991"),
    (CAGLA, "Yildiz/Cagla/1991"),
    (CAGLA, "Yildiz/Cagla/00/02/1991"),
    (LOUISE, "Charpenel/Louise Marie/10/10/1990"),
    (LOUISE, "Charpenel-Xa/Louise/10/10/1990"),
    (KADER, "Ben Abd el-Kader/Ali/1955"),
    (KADER, "Abd el-Kader/Ben/1955"),
    (KADER, "Abdelkader/SNP/1955"),
    (KADER, "Abdelkader/Ben/1955"),
    (TRAORE, "Traore/Moussa/1991"),
    (TRAORE, "Traore/Moussa/08/09/1991"),
    ("Traoré/Moussa/1991-08-08", "Traore/S.N.P./08/09/1991"),
    ("Mohammed/Ben Ali/1990-07-07", "Ali/Ben Mohamed/1990"),
    # The same name and what is known of the birth; a part of it; day and month turned about, with a part of the names.
    ("El Amrani/Fatima Zahra/1960", "El Amrani/Fatma/1960"),
    ("El Amrani/Fatima Zahra/1960", "El Amrani/Rachida/12/05/1960"),
    ("Ben Abdallah/Mohamed/1971-10", "Benabdallah/Ahmed/10/1971"),
    ("de La Tour d’Auvergne/Jean/1950-07-07", "Latour/Jeannot/07/07/1950"),
    ("de La Tour d’Auvergne/Jean/1950", "Latour/Jeannot/1950"),
    ("N’Guessan-Kouassi/Marie-Ange/1971-03-12", "Kouassi/Marie/03/12/1971"),
    ("Nguyễn Thị Minh/Hoa/1969-01-30", "Nguyen/Hoa/30/01/1970"),
    # A name that is an article elsewhere, a name of one sign.
    ("Lê/Văn Tám/1980-02-03", "Le/Thi Hoa/03/02/1980"),
    ("王/芳/1980-02-03", "王/伟/03/02/1980"),
    ("Dupont/Jean-Pierre/1980-02-03", "Dupont/JP/1980"),
]
CERTAINES = [
    (JURGEN, "DE LA FONTAINE MUELLER/Jurgen/05/05/1962"),
    (LUCJA, "STRAUSS/Lucja/02/11/1984"),
    (CAGLA, "YILDIZ/CAGLA/03/02/1991"),
    (ANNE, "Martin/Anne-Marie/09/06/1970"),
]


def _identite(texte: str) -> dict[str, str]:
    nom, prenom, naissance = texte.split("/", 2)
    return {"nom": nom, "prenom": prenom, "naissance": naissance}


@pytest.fixture
def garder(technicien_metz):
    return lambda texte: deposer(technicien_metz, assure=ASSURE | _identite(texte))


@pytest.fixture
def demander(connecte, dpo_moselle, caisse_moselle):
    """Ask, check the identity, search; return the page, the acts of the DPO and the request as it is."""
    client = connecte(dpo_moselle)

    def agir(verbe: str, **champs: str):
        demande = DemandeDroits.objects.get()
        saisie = {f"{verbe}-{nom}": valeur for nom, valeur in champs.items()}
        return client.post(reverse("droits-agir", args=[demande.reference, verbe]), saisie, follow=True)

    def faire(texte: str):
        recue = {"droit": "acces", "qualite": "assure", "recue_le": horloge.jour("Europe/Paris").isoformat()}
        saisie = recue | _identite(texte) | {"caisse": caisse_moselle.pk}
        assert client.post(reverse("droits-nouvelle"), saisie).status_code == 302
        agir("identite")
        return agir("rechercher").content.decode()

    faire.agir, faire.client = agir, client
    return faire


def _remis(client) -> list[str]:
    adresse = reverse("droits-extraction", args=[DemandeDroits.objects.get().reference, "json"])
    return [une["reference"] for une in json.loads(client.get(adresse).content)["demandes"]]


@pytest.mark.parametrize(("gardee", "demandee"), PAIRES, ids=lambda texte: texte)
def test_r03_une_ressemblance_est_montree_et_se_tranche(garder, demander, gardee, demandee):
    """Never « aucune »: named to the DPO, out of the file until it is chosen, and nothing closes over it."""
    une = garder(gardee)
    page = demander(demandee)
    assert "Aucune donnée trouvée" not in page
    assert "1 dossier ressemble à cette personne" in page.replace("\u00a0", " ") and une.reference in page
    assert _remis(demander.client) == []
    refus = demander.agir("repondre", reponse="rien")
    assert refus.status_code == 422 and "ressemblent à cette personne" in refus.content.decode()
    assert demander.agir("trancher", **{une.reference.lower(): "oui"}).status_code == 200
    assert _remis(demander.client) == [une.reference]
    lignes = LigneJournal.objects.filter(acte="droits.trancher", citees__contains=[une.reference])
    assert lignes.count() == 1


@pytest.mark.parametrize(("gardee", "demandee"), CERTAINES, ids=lambda texte: texte)
def test_r03_la_meme_identite_entre_au_dossier(garder, demander, gardee, demandee):
    """The same names and the same whole birth date need no choice; « aucune donnée » is not an answer."""
    une = garder(gardee)
    assert "ressemble" not in demander(demandee)
    assert _remis(demander.client) == [une.reference]
    assert "sont conservées" in demander.agir("repondre", reponse="rien").content.decode()


def test_r03_ecartee_la_demande_se_clot_sans_donnee(garder, demander):
    """Set aside by the DPO, it stays out, also when the search is made again; the choice can be changed before the end."""
    une = garder(LOUISE)
    demander("Charpenel/Louise Marie/10/10/1990")
    assert demander.agir("trancher").status_code == 422
    demander.agir("trancher", **{une.reference.lower(): "oui"})
    demander.agir("trancher", **{une.reference.lower(): "non"})
    demander.agir("rechercher")
    assert _remis(demander.client) == []
    assert demander.agir("repondre", reponse="rien").status_code == 200
    assert DemandeDroits.objects.get().reponse == "rien"


def test_r03_ce_qui_arrive_depuis_la_recherche_n_est_pas_nie(garder, demander):
    """« Aucune donnée » is judged on what is kept when it is said."""
    assert "Aucune donnée trouvée" in demander("Charpenel/Louise/10/10/1990")
    garder(LOUISE)
    assert demander.agir("repondre", reponse="rien").status_code == 422
    assert DemandeDroits.objects.get().repondue_le is None


@pytest.mark.parametrize("annee", ["1980", "00/00/1980"])
def test_r03_deux_personnes_ne_sont_jamais_reunies(garder, demander, annee):
    """D-26: two homonyms born the same year: each is chosen alone, never both in one file."""
    une, autre = map(garder, LEA)
    page = demander(f"Zorgnat/Léa/{annee}")
    assert "01/02/1980" in page and "05/06/1980" in page
    assert _remis(demander.client) == []
    deux = {une.reference.lower(): "oui", autre.reference.lower(): "oui"}
    refus = demander.agir("trancher", **deux)
    assert refus.status_code == 422 and "plusieurs personnes" in refus.content.decode()
    assert _remis(demander.client) == []
    demander.agir("trancher", **deux | {autre.reference.lower(): "non"})
    assert _remis(demander.client) == [une.reference]


@pytest.mark.parametrize(
    ("gardee", "mots"),
    [
        (MOHAMED, "Ould Ahmed 1960"),
        (MOHAMED, "Ould Ahmed 00/00/1960"),
        (CAGLA, "Yildiz 1991"),
        (CAGLA, "02/1991 Yildiz"),
        (JURGEN, "Mueller"),
        (YASMINE, "Ben M Barek"),
        (YASMINE, "benmbarek yasmine"),
        (KADER, "abdelkader"),
        (KADER, "elkader 1955"),
        ("de La Fontaine-Le Goff/Jean-Baptiste/1949-07-14", "legoff"),
        ("de La Fontaine-Le Goff/Jean-Baptiste/1949-07-14", "Fontaine-Legoff"),
        ("N’Guessan-Kouassi/Marie-Ange/1971-03-12", "kouassi (12/03/1971)"),
        ("N’Guessan-Kouassi/Marie-Ange/1971-03-12", "kouassi 12 mars 1971"),
        ("N’Guessan-Kouassi/Marie-Ange/1971-03-12", "12 03 1971 kouassi"),
    ],
)
def test_d26_le_bureau_trouve_par_ce_qui_est_connu(garder, gardee, mots):
    """The known part of a birth date, transcribed letters inside a compound, a blank for an apostrophe."""
    une = garder(gardee)
    garder("Orvandel/Basile/1971-03-04")
    assert list(rechercher(Demande.objects.all(), mots, une.technicien)) == [une]


@pytest.mark.parametrize(
    ("gardee", "demandee"),
    [
        ("Nguyễn/Thị Đào/1985", "Dao/Nguyen Thi/1985"),
        ("Traoré/Fatoumata Binta/1993-01-01", "Fatoumata/Traoré/1993"),
        ("Benkaddour/Yasmina/1988", "BENKADDOUR Yasmina/SNP/1988"),
        ("Benkaddour/Yasmina/1988", "Fatima/Yasmina Benkaddour/1988"),
        ("Benkaddour/Yasmina/1988", "Benkaddour/Yasmina/1989"),
        ("Ivanov/Александр/1980", "Ivanov/Aleksandr/1980"),
        ("Иванов/Александр/1980-05-12", "Ivanov/Aleksandr/1980"),
        ("Chevtchenko/Ioulia/1980", "Шевченко/Юлия/1980-05"),
        ("El Amrani/Mohamed/1980-05-12", "العمراني/محمد/1980-05-12"),
        ("العمراني/محمد/1980-05-12", "Amrani/Mohamed/1980-05-12"),
        ("El-Hadj M’Bâ/N’Golo/1980", "Mba/Ngolo/1980"),
        ("Mba/Ngolo/1980-05-12", "El-Hadj M’Bâ/N’Golo/1980"),
    ],
)
def test_r03_des_mots_coupes_ailleurs_sont_montres(technicien_metz, gardee, demandee):
    """R-03, D-26: the same words under the other name, in another alphabet, a year given about: shown, and warned of."""
    nom, prenom, naissance = gardee.split("/")
    demande = deposer(technicien_metz, assure=ASSURE | {"nom": nom, "prenom": prenom, "naissance": naissance})
    nom, prenom, naissance = demandee.split("/")
    visibles, lieux = Demande.objects.all(), lieux_de(technicien_metz)
    qui = Personne(nom, prenom, Naissance.de(naissance))
    assert [(une, dit) for une, _, dit in ressemblantes(visibles, qui, lieux)] == [
        (demande, Ressemblance.PROCHE)
    ]


@pytest.mark.parametrize("mots", ["Mr Larivandière", "Madame Larivandière", "M. Élodie Larivandière"])
def test_d09_une_civilite_n_est_pas_un_nom(technicien_metz, mots):
    demande = deposer(technicien_metz)
    assert list(rechercher(Demande.objects.all(), mots, technicien_metz)) == [demande]


@pytest.mark.parametrize(
    ("gardee", "tapee", "exacte"),
    [
        ("Roy/Lucie", "Petit née Roy", False),
        ("Roy/Lucie", "Mme Petit née Roy Lucie", False),
        ("Petit épouse Roy/Lucie", "Roy née Petit", True),
        ("Le Goff/Yann", "Legoff", True),
        ("Legoff/Yann", "Le Goff", True),
        ("De La Cruz/Ana", "Delacruz", True),
        ("Delacruz/Ana", "De La Cruz", True),
        ("Benyoussef/Ines", "Ben Youssef", False),
        ("Ould Ben Abd el-Kader/SNP", "abdelkadir", False),
        ("Larivandière/Élodie", "Larivandière E.", False),
        ("Larivandière/Élodie", "E. Larivandiere", True),
        ("Larivandière/Élodie", "Larivandierre", False),
        ("Larivandière/Élodie", "Larivandèire", False),
        ("Larivandière/Élodie", "Larivandire", False),
        ("Larivandière/Élodie", "Lairvandière", False),
        ("Kowalczyk/Hania", "Kowalczik", False),
        ("Иванов/Александр", "Ivanov", True),
        ("Ivanov/Aleksandr", "Иванов", True),
        ("Ivanov/Aleksandr", "Иванов Александр", True),
        ("Diallo/Mamadou", "diallo 80", False),
        ("Durand épse Martin/Lucie", "Martin Lucie", True),
        ("Park/Ji-sung", "박 지성", False),
        ("张/伟", "张伟", True),
        ("김/민수", "김민수", True),
    ],
)
def test_d26_une_recherche_sans_date_trouve_ou_montre(garder, gardee, tapee, exacte):
    """D-26: two names, a blank inside a name, an initial, a name alone with a slip: found, or shown as near."""
    une = garder(f"{gardee}/1980-05-12")
    garder("Orvandel/Basile/1971-03-04")
    trouvees, _, ressemble = rechercher_au_plus_pres(Demande.objects.all(), tapee, une.technicien)
    assert (list(trouvees), ressemble) == ([une], not exacte)


@pytest.mark.parametrize(
    "mots", ["kouassi 12/03/71", "kouassi 12 mars 71", "(12.3.71) kouassi", "kouassi né le 12-mars-71"]
)
def test_d26_une_annee_courte_est_demandee_par_la_recherche(connecte, agent_moselle, mots):
    """D-26: two figures of a year never guess, nor find nobody without a word."""
    page = connecte(agent_moselle).post(reverse("tri"), {"mots": mots}).content.decode()
    assert "Écrivez l’année avec ses quatre chiffres" in page and "Aucune demande" not in page


@pytest.mark.parametrize("tapee", ["Orvandel", "Roy", "Orvandel Basile", "Larousse", "Lucien", "Иванов"])
def test_d26_un_nom_seul_ne_montre_pas_tout_le_monde(garder, tapee):
    for autre in ("Larivandière/Élodie", "Petit/Basile", "Lucas/Émile"):
        une = garder(f"{autre}/1980-05-12")
    assert not rechercher_au_plus_pres(Demande.objects.all(), tapee, une.technicien)[0]


# Kept, typed: both ways, with one birth date each: who is found is the one who was looked for.
CINQUANTE = [
    (gardee, tapee, Naissance(1920 + rang % 90, 1 + rang % 12, 1 + rang % 28), paire in MEME)
    for rang, (paire, sens) in enumerate(itertools.product((*MEME, *PERHAPS, *ALPHABETS), (1, -1)))
    for gardee, tapee in [paire.split("|")[::sens]]
]


def test_cinquante_ecritures_sont_trouvees_signalees_et_montrees(technicien_metz, caisse_moselle):
    """R-03, D-26: of each pair one is kept, the other is typed, both ways: the search finds it, the new demande is warned
    of it, the DPO is shown it; certain where the names are the same, never « aucune »."""
    assert len(CINQUANTE) >= 100
    gardees = []
    for gardee, _, naissance, _ in CINQUANTE:
        nom, _, prenom = gardee.partition("/")
        assure = {"nom": nom, "prenom": prenom, "naissance": naissance.isoformat()}
        gardees.append(deposer(technicien_metz, assure=ASSURE | assure))
    visibles, perdues = Demande.objects.filter(caisse=caisse_moselle), []
    for demande, (gardee, tapee, naissance, meme) in zip(gardees, CINQUANTE, strict=True):
        nom, _, prenom = tapee.partition("/")
        trouvees, *_ = rechercher_au_plus_pres(
            visibles, f"{nom} {prenom} {naissance.saisie}", technicien_metz
        )
        nouvelle = {"nom": nom, "prenom": prenom or "SNP", "naissance": naissance.isoformat()}
        signalees = meme_personne(visibles, Demande(), {"assure": nouvelle}, technicien_metz)
        montrees = ressemblantes(visibles, Personne(nom, prenom, naissance), lieux_de(technicien_metz))
        dit = next((dit for une, _, dit in montrees if une == demande), None)
        vu = (demande in trouvees, demande in signalees, dit)
        if vu != (True, True, Ressemblance.CERTAINE if meme else Ressemblance.PROCHE):
            perdues.append((gardee, tapee, *vu))
    assert perdues == []
