"""The guard of texts (D-03, D-04), measured on sentences that were written before its lists and were not used for them.

`corpus_ordinaire.txt`: letters of caisses and partners, both sides. `corpus_sante.txt`: what tells somebody's health.
"""

import itertools
import json
import re
import time
import unicodedata
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, luhn

from socle.garde import ALERTES, contient_un_nir, juger, pour_le_navigateur
from socle.lexique_sante import AUTRES_SENS, EXPRESSIONS, FINS, MOTS, PAS_SANTE, RACINES

ICI = Path(__file__).parent
ORDINAIRES = (ICI / "corpus_ordinaire.txt").read_text(encoding="utf-8").splitlines()
# Sentences on which the lists were worked: « + » tells a health, « - » does not.
AU_POINT = (ICI / "corpus_mise_au_point.txt").read_text(encoding="utf-8").splitlines()
SANTE = (ICI / "corpus_sante.txt").read_text(encoding="utf-8").splitlines()
# Written before the lists that they measure (« lettres »: nine sets, each measured before the lists grew from it); then
# thirty of each family, of which half were seen before the lists grew.
TENU_ORDINAIRE, TENU_SANTE, LETTRES_ORDINAIRE, LETTRES_SANTE, FAMILLES_SANTE = (
    (ICI / f"corpus_{nom}.txt").read_text(encoding="utf-8").splitlines()
    for nom in ("tenu_ordinaire", "tenu_sante", "lettres_ordinaire", "lettres_sante", "familles_sante")
)
BASES = [
    "285035746312",
    "185052A99999",
    "199122B033036",
    "755019935001",
    "856429912345",
    "311205912300",
    "402777500199",
]
PAR_UN = (1, 2, 2, 2, 3, 3, 2)


def avec_cle(treize: str) -> str:
    """A NIR of thirteen signs with its key."""
    chiffres = (
        treize.upper().replace("2A", "19").replace("2B", "18")
        if treize[5:7].upper() in ("2A", "2B")
        else treize
    )
    return f"{treize}{97 - int(chiffres) % 97:02d}"


NIRS = [(base + "123")[:13] for base in BASES]


def couper(nir: str, tailles: tuple[int, ...], separateur: str) -> str:
    """Cut a number into groups."""
    bornes = list(itertools.accumulate(tailles, initial=0))
    groupes = [nir[a:b] for a, b in itertools.pairwise(bornes)] + [nir[bornes[-1] :]]
    return separateur.join(groupe for groupe in groupes if groupe)


SEPARATEURS = [
    " ",
    ".",
    "-",
    "/",
    "_",
    "\u00a0",
    "\u202f",
    "\u2009",
    "\u2011",
    "\u2010",
    "\u2013",
    "\u2014",
    "\u2212",
    " - ",
    "\t",
    "\n",
    ", ",
    "·",
]
# Cut as people cut: usual groups, key apart, Excel's thousands, pairs, four by four.
COUPES = [
    PAR_UN,
    (13, 2),
    (3, 3, 3, 3, 3),
    (1, 2, 2, 2, 2, 2, 2, 2),
    (5, 5, 5),
    (4, 4, 4, 3),
    (1, 2, 2, 2, 3, 5),
    (1, 4, 2, 6, 2),
]
CHIFFRES = ["".join(chr(zero + n) for n in range(10)) for zero in (0xFF10, 0x660, 0x966, 0x1D7CE)]


def ecritures() -> list[str]:
    ecrites = []
    for treize in NIRS:
        quinze = avec_cle(treize)
        ecrites += [
            quinze,
            quinze.lower(),
            f"NIR {couper(treize, PAR_UN, ' ')}",
            f"NIR {treize}",
            f"n° de sécu : {treize}",
        ]
        ecrites += [
            f"{couper(treize, PAR_UN, ' ')} clé {quinze[13:]}",
            f"{treize} ({quinze[13:]})",
            f"NIR{quinze}",
        ]
        ecrites += [couper(quinze, coupe, s) for coupe in COUPES for s in SEPARATEURS]
        ecrites += [
            f"\u200b{quinze[:6]}\u200b{quinze[6:]}",
            f"{quinze[:4]}\u00ad{quinze[4:]}",
            "\ufe0f\u20e3".join(quinze),
            # The boxes of a form, the columns of a table, as a document copies them.
            "    ".join(quinze),
            f"{quinze[:7]}        {quinze[7:13]}      {quinze[13:]}",
            "....".join((quinze[:1], quinze[1:3], quinze[3:5], quinze[5:13], quinze[13:])),
        ]
        if treize.isdecimal():
            ecrites += [quinze.translate(str.maketrans("0123456789", autres)) for autres in CHIFFRES]
            ecrites.append("".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(c)] for c in quinze))
    return ecrites


@pytest.mark.parametrize(
    "phrase", ["{}", "Son numéro est {}.", "n°{}, merci", "({})", "Nom : DURAND\n{}\nMerci", "« {} »"]
)
def test_tout_nir_est_vu(phrase, capsys):
    """D-03: 100 % of the writings are refused, whatever cuts them, in any figures, with marks inside."""
    ecrites = ecritures()
    assert len(set(ecrites)) >= 100
    passes = [e for e in ecrites if not juger(phrase.format(e), sante=False).nir]
    with capsys.disabled():
        print(
            f"\nNIR, {len(ecrites)} écritures dans {phrase!r} : refusés {1 - len(passes) / len(ecrites):.1%}"
        )
    assert passes == []


def test_un_nir_parmi_dautres_nombres():
    """D-03: before or after a telephone, a date, an amount; in a file name."""
    for nir in map(avec_cle, NIRS):
        for texte in (
            f"{couper(nir, PAR_UN, ' ')} 03 87 00 00 00",
            f"03 87 00 00 00 {couper(nir, PAR_UN, ' ')}",
            f"née le 12/03/1985 {nir}",
            f"{nir} 12/03/1985",
            f"attestation_{nir}_scan.pdf",
            f"DURAND-{nir}.jpg",
            f"12 enfants, {nir}, 3 pièces",
        ):
            assert contient_un_nir(texte), texte


@st.composite
def nirs(draw) -> str:
    """A NIR with its key, in any of the ways that people write it."""
    dep = draw(st.sampled_from(["01", "13", "20", "57", "2A", "2B", "75", "83", "97", "99"]))
    mois = draw(st.sampled_from(["01", "06", "12", "20", "31", "42", "50", "99"]))
    treize = f"{draw(st.sampled_from('123478'))}{draw(st.integers(0, 99)):02d}{mois}{dep}"
    # No département 979.
    treize += f"{draw(st.integers(1, 890 if dep == '97' else 990)):03d}{draw(st.integers(1, 999)):03d}"
    nir = draw(st.sampled_from([treize, avec_cle(treize)]))
    coupe = draw(st.sampled_from([PAR_UN, PAR_UN[:6] if len(nir) == 13 else (13, 2)]))
    return couper(nir, coupe, draw(st.sampled_from([" ", ".", "-", "\u00a0", "\u2011", " - "])))


@given(nirs(), st.sampled_from(["{}", "Son numéro est {}.", "n°{}, merci", "({})", "NIR:{}\nMerci"]))
def test_un_nir_ne_passe_jamais_sans_un_mot(nir, phrase):
    """D-03: refused, or asked about when its thirteen signs stand without a word that says what they are."""
    jugement = juger(phrase.format(nir), sante=False)
    bare = len(re.sub("[^0-9A-Z]", "", nir)) == 13 and "NIR" not in phrase
    assert jugement == ((False, ["nir_possible"]) if bare else (True, []))


def test_corse_en_sixieme_et_septieme_position_seulement():
    """D-03: « 12A05… » is no NIR."""
    assert not contient_un_nir("12A057800608427")
    for treize in ("1850578006082", "1850599999954"):
        for rang in (0, 1, 3, 7, 9):
            assert juger(f"{treize[:rang]}2A{treize[rang + 2 :]}", sante=False) == (False, [])


@pytest.mark.parametrize(
    "nir", ["185052A99999979", "185052B99999909", "185059999995401", "185059999995597", "269054958815780"]
)
def test_nir_de_reference(nir):
    """Keys 01 and 97, Corsica, foreign birth."""
    assert contient_un_nir(nir)


def test_une_cle_fausse_demande():
    """A slip of the finger: asked about; refused when a word says what it is."""
    faux = avec_cle(NIRS[0])[:13] + "01"
    assert juger(faux) == (False, ["nir_possible"])
    assert juger(couper(faux, PAR_UN, " ")).nir  # cut as on a card
    assert juger(f"son numéro de sécurité sociale {faux}").nir


CERTAIN, DEMANDE, RIEN = (True, []), (False, ["nir_possible"]), (False, [])


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Relevé du compteur : 1 58 05 57 672 123 imp/kWh.", DEMANDE),
        ("Les lots 1 12 03 57 463 001 à 1 12 03 57 463 009 du cadastre.", DEMANDE),
        ("2 99 12 57 463 001", DEMANDE),
        ("Carte Vitale à jour, n° adhérent mutuelle 1580557672123.", DEMANDE),
        ("Son NIR manque, dossier n° 1580557672123", DEMANDE),
        ("Dossier de Mme Durand, NIR 1580557672123", CERTAIN),
        ("Assurée n° 1 58 05 57 672 123", CERTAIN),
        ("1580557672123 est son numéro de sécurité sociale, pas son dossier", CERTAIN),
        ("Dossier 2 58 05 57 672 123 51", CERTAIN),  # its key is right
        ("NIR provisoire demandé le 02/03/2026, relancé les 15/04/2026 et 20/05/2026.", RIEN),
        ("NIR 1 02/03/2026, 04/05/2026", RIEN),
        ("Numéro de sécurité sociale : 2 58 O5 57 672 123 51", CERTAIN),
        ("n° SS 2 58 O5 57 672 l23 5I", CERTAIN),
        ("Sécu : l 58 OI 57 672 123", CERTAIN),
        ("NIR I 58 lO 57 672 123", CERTAIN),
        ("2&nbsp;58&nbsp;05&nbsp;57&nbsp;672&nbsp;123&nbsp;51", CERTAIN),
        ("Sécu : 2&#160;58&#xA0;05&nbsp57 672 123", CERTAIN),
    ],
)
def test_le_mot_le_plus_proche_est_cru(texte, attendu):
    """D-03: thirteen figures are asked about, refused after a cue; letters typed for figures are read as such."""
    assert juger(texte, sante=False) == attendu


@pytest.mark.parametrize("treize", ["1580557463012", "1 58 05 57 463 012", "1.58.05.57.463.012"])
@pytest.mark.parametrize(
    "autour",
    ["Kowalska {} 12/05/1958", "{} (12/05/1958)", "12/05/1958 {}", "{} / 0612345678", "0612345678 {}", "{} 06 12 34 56 78",
     "{} 2600357463045", "{};2580557463013", "allocataire 1234567 {}", "A1 {}", "A1 {} clef 80", "{} - 57000 Metz", "3, {}"],
)  # fmt: skip
def test_un_nombre_voisin_ne_cache_pas_un_nir(treize, autour):
    """D-03: whatever number stands beside it, thirteen figures in one or cut as on a card are asked about at least."""
    assert juger(autour.format(treize), sante=False) != RIEN


def test_aucune_forme_ne_regarde_en_arriere():
    """Old engines stop the whole guard at a look-behind: neither a pattern nor the file that reads them has one."""
    ecrits = [
        json.dumps(pour_le_navigateur()),
        *(un.read_text("utf-8") for un in Path("static/portail").glob("*.js")),
    ]
    assert not [texte for texte in ecrits if re.search(r"\(\?<[=!]", texte)]


def test_un_nir_colle_a_un_autre_nombre():
    """D-03: its key tells it, in the middle of no word."""
    for texte in ("158055746301280260035746304561", "1580557463012800612345678"):
        assert juger(texte, sante=False) == DEMANDE
    assert juger("1580557463012 clef 80", sante=False) == CERTAIN


# Families of numbers that are no NIR, generated: two dates, two telephones, SIRET, amounts, references.
JOURS = [(2, 2), (12, 3), (1, 12), (28, 11), (3, 10), (31, 1)]


def autres_nombres() -> list[str]:
    textes = []
    for (j1, m1), (j2, m2) in itertools.permutations(JOURS, 2):
        for s in ("/", ".", "-", " ", "\u2011"):
            textes += [
                f"du {j1}{s}{m1:02}{s}2026 - {j2}{s}{m2:02}{s}2026",
                f"{j1:02}{s}{m1:02}{s}2025-{j2:02}{s}{m2:02}{s}2026",
            ]
        textes += [f"{j1}/{m1:02}/26 - {j2}/{m2:02}/26", f"2026-{m1:02}-{j1:02} 2026-{m2:02}-{j2:02}"]
    for n in range(60):
        un = f"0{1 + n % 9}{(n * 7919 + 10007) % 10**8:08d}"
        deux = f"0{1 + n * 5 % 9}{(n * 104729 + 50021) % 10**8:08d}"
        paires = [" ".join(t[i : i + 2] for i in range(0, 10, 2)) for t in (un, deux)]
        textes += [
            f"Tél. {' / '.join(paires)}",
            f"{n} : {paires[0]}",
            ".".join(paires[0].split()),
            f"{un} {deux}",
        ]
        textes += [f"+33 {un[1]} {paires[0][3:]}", f"+33 (0){un[1]} {paires[0][3:]}", f"0033{un[1:]}"]
        siret = f"{(n * 7919 + 10007) % 10**8:08d}00012"
        siret = siret[:13] + luhn.calc_check_digit(siret[:13])
        textes += [f"SIRET {siret}", f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]} - {n} agents"]
        textes += [f"Facture n° 2025{n:04}-{n * 37:04}", f"{n} {n * 7 % 1000:03},50 €, puis {n * 3} 250,00 €"]
    return textes


def test_aucun_autre_nombre_n_est_refuse(capsys):
    """Date ranges and telephones are never refused, nor SIRET, amounts, references; few are asked about."""
    textes = autres_nombres()
    demandes = [t for t in textes if juger(t, sante=False).alertes]
    with capsys.disabled():
        print(f"\nAutres nombres, {len(textes)} : refusés 0, demandés {len(demandes) / len(textes):.1%}")
    assert [t for t in textes if juger(t, sante=False).nir] == []
    assert len(demandes) <= len(textes) / 100


@pytest.mark.parametrize(
    ("sante", "ordinaires"),
    [(SANTE, ORDINAIRES), (TENU_SANTE, TENU_ORDINAIRE), (LETTRES_SANTE, LETTRES_ORDINAIRE)],
    ids=["gardé", "tenu", "lettres"],
)
def test_le_corpus_garde_de_cote(capsys, sante, ordinaires):
    """D-04: figures on sentences that were not used to write the lists; no ordinary one is ever refused."""
    assert len(ordinaires) >= 400 and len(sante) >= 200
    vues = sum("sante" in juger(p).alertes for p in sante)
    jugements = [juger(p) for p in ordinaires]
    fausses, refus = sum(bool(j.alertes) for j in jugements), sum(j.nir for j in jugements)
    with capsys.disabled():
        print(
            f"\nMots de santé : rappel {vues / len(sante):.1%} de {len(sante)} phrases ; "
            f"fausses alertes {fausses / len(ordinaires):.1%}, refus {refus} de {len(ordinaires)} phrases ordinaires"
        )
    assert refus == 0
    assert vues >= 0.95 * len(sante)
    assert fausses <= 0.03 * len(ordinaires)


def test_les_familles_de_sante(capsys):
    """D-04: thirty ways to say each: moving, bearing a child, losing one, cancer, drink and drugs, what troubles the mind."""
    vues = [p for p in FAMILLES_SANTE if "sante" in juger(p).alertes]
    with capsys.disabled():
        print(f"\nFamilles de santé : rappel {len(vues) / len(FAMILLES_SANTE):.1%} de {len(FAMILLES_SANTE)}")
    assert len(FAMILLES_SANTE) >= 150 and len(vues) >= 0.95 * len(FAMILLES_SANTE)


DITS = [
    "un quatre-vingt-cinq zéro quatre cinquante-sept six cent soixante-douze cent vingt-trois",
    "Un, quatre-vingt-cinq, zéro quatre, cinquante-sept, six cent soixante-douze, cent vingt-trois",
    "1 85 zéro quatre cinquante-sept 672 123",
    "un huit cinq zéro quatre cinq sept six sept deux un deux trois",
    "un quatre-vingt-cinq zéro quatre soixante-quinze cent un zéro zéro sept",
]


@pytest.mark.parametrize("dit", DITS)
def test_un_nir_dit_en_lettres(dit):
    """D-03: in words, or half in words: refused after a cue, asked about without one."""
    assert juger(f"Son numéro de sécu : {dit}", sante=False).nir
    assert juger(f"Merci de noter {dit}.", sante=False) == DEMANDE


def test_un_nir_entier_dit_en_lettres_est_refuse():
    cle = avec_cle("1850457672123")[13:]
    assert juger(f"{DITS[0]}, clé {cle}", sante=False).nir


@pytest.mark.parametrize(
    "texte",
    [
        "Un rendez-vous le 12/03/2026 et un autre le 04/05/2026",
        "un 12/03/2026 et deux 04/05/2026",
        "Deux cent douze euros et quarante centimes, puis trois cent quatre",
        "Un, deux, trois, quatre, cinq, six, sept, huit, neuf, dix",
        "1 58 25 57 672 123",  # no month 25
        "1582557672123",
        "1 58 05 97 972 123",  # no département 979
    ],
)
def test_ni_des_dates_ni_des_quantites_dites(texte):
    assert juger(texte, sante=False) == RIEN


@pytest.mark.parametrize(
    "texte",
    ["12 rue du Docteur Parkinson", "AVC : avis de versement", "IRM (imprimé de rattachement) reçu"],
)
def test_un_nom_de_rue_et_un_sigle_explique(texte):
    """A street after a title, letters whose meaning is said: what is said is judged."""
    assert juger(texte) == RIEN
    assert juger("AVC : accident vasculaire") == (False, ["sante"])


def test_le_corpus_de_mise_au_point():
    """D-04: the sentences on which the lists were worked are a floor."""
    sante, autres = ([p[2:] for p in AU_POINT if p[0] == signe] for signe in "+-")
    assert sum("sante" in juger(p).alertes for p in sante) >= 0.95 * len(sante)
    assert sum(juger(p) != (False, []) for p in autres) <= 0.03 * len(autres)


def test_le_vocabulaire_du_portail_ne_crie_pas():
    """The findings' own sentences, and where no person is spoken of."""
    for phrase in (
        "l’Assurance maladie de la Moselle",
        "En congé maladie",
        "caisse primaire d’assurance maladie",
        "arrêt maladie",
    ):
        assert juger(phrase) == (False, [])
    assert juger("Le cancer du sein", sante=False) == (False, [])


@pytest.mark.parametrize(
    "phrase", ["Elle est enceinte.", "Une femme enceinte de trois mois", "enceinte, sans droits"]
)
def test_une_grossesse_qui_se_dit_est_une_information_de_sante(phrase):
    """D-04: the state of a person asks for a second look; it is never refused."""
    assert juger(phrase) == (False, ["sante"])


@pytest.mark.parametrize(
    "phrase",
    [
        "Son congé maternité commence le 3 mai.",
        "La déclaration de grossesse est faite.",
        "Le suivi de grossesse est pris en charge à 100 %.",
        "Prime de naissance non reçue",
        "dans l’enceinte de la caisse",
        "l’enceinte sportive de la commune",
    ],
)
def test_les_droits_de_la_maternite_ne_crient_pas(phrase):
    """D-04: the administration of a right says nothing of a person’s health."""
    assert juger(phrase) == (False, [])


def comptes_et_cartes() -> list[str]:
    """An account and a card, then the same with a slip of the finger."""
    compte = f"FR{iban.calc_check_digits('FR0030006000011234567890189')}30006000011234567890189"
    carte = f"497010123456789{luhn.calc_check_digit('497010123456789')}"
    formes = [compte, compte.lower(), couper(compte, (4,) * 7, " "), f"{compte} merci"]
    formes += [couper(carte, (4, 4, 4), s) for s in ("", " ", "-")]
    return [f"Voici {forme}" for forme in formes] + [
        f"Voici {forme[:-1]}x" for forme in formes if forme[-1] != "i"
    ]


@pytest.mark.parametrize("texte", comptes_et_cartes())
def test_comptes_et_cartes_demandent_confirmation(texte):
    """D-04: bank account and card number; a number that only looks like one passes."""
    attendu = [] if texte.endswith("x") else ["iban" if "fr" in texte.lower() else "carte"]
    assert juger(texte).alertes == attendu


def test_tout_est_dit_a_la_fois():
    compte, carte = comptes_et_cartes()[0], comptes_et_cartes()[4]
    jugement = juger(f"NIR {NIRS[0]}, {compte}, {carte}, son cancer")
    assert jugement == (True, ["iban", "carte", "sante"])
    assert set(jugement.alertes) <= set(ALERTES)


@pytest.mark.parametrize("forme", ["NFC", "NFD", "NFKD"])
def test_la_forme_ne_change_rien(forme):
    for phrase in (*SANTE, *ORDINAIRES, *TENU_SANTE, *TENU_ORDINAIRE):
        assert juger(unicodedata.normalize(forme, phrase)) == juger(phrase)


def test_un_vieux_navigateur_lit_tout():
    """An engine without look-behind stops at the script that has one: neither ours, nor the patterns that we give it."""
    scripts = sorted(Path(settings.BASE_DIR, "static/portail").glob("*.js"))
    lus = {un.name: un.read_text(encoding="utf-8") for un in scripts}
    assert {"garde.js", "garde_formes.js", "portail.js"} <= set(lus)
    assert not [
        nom
        for nom, texte in lus.items()
        if re.search(r"\(\?<[=!]|\.(?:at|replaceAll|toSorted|findLast)\(", texte)
    ]


def test_le_lexique_se_tient():
    """Beginnings are sorted and none begins as another, endings alike once reversed: the search by halves needs it."""
    assert list(RACINES) == sorted(RACINES)
    for racines in (RACINES, sorted(fin[::-1] for fin in FINS)):
        assert not any(b.startswith(a) for a, b in itertools.pairwise(racines))
    for liste in (RACINES, EXPRESSIONS, AUTRES_SENS, MOTS, PAS_SANTE):
        assert all(mot.isascii() and mot == mot.lower() for mot in liste)


def test_la_duree_est_mesuree(capsys):
    """Printed, not judged: 4 000 characters (the aim is 5 ms of processor), and 100 kB of what is worst for the patterns."""
    juger(" ".join(ORDINAIRES))
    court = " ".join(ORDINAIRES + SANTE)[:4000]
    for nom, texte in (
        ("4 000 caractères", court),
        ("100 ko de chiffres", "1 " * 50_000),
        ("100 ko", (court * 25)),
        ("100 ko d’IBAN", "fr76" * 25_000),
    ):
        durees = []
        for _ in range(10 if len(texte) < 5000 else 1):
            debut = time.process_time()
            juger(texte)
            durees.append(time.process_time() - debut)
        with capsys.disabled():
            print(f"\nGarde, {nom} : {min(durees) * 1000:.1f} ms")
