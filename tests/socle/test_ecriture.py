"""What software pastes: one folding, before anything is judged."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError

from socle.ecriture import ligne, normaliser, pour_juger, sans_accents, suites_de_chiffres

# Marks without meaning, from Unicode's own table of format characters; overrides apart, joiners apart.
MARQUES = [
    chr(code)
    for code in range(0x110000)
    if unicodedata.category(chr(code)) == "Cf"
    and code not in (0x200C, 0x200D, 0x202D, 0x202E)
    and not 0x600 <= code <= 0x605  # Arabic number signs are printed
    and code not in (0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)
    and not 0x13430 <= code <= 0x13438  # hieroglyphs
    and not 0x1BCA0 <= code <= 0x1BCA3
    and not 0x1D173 <= code <= 0x1D17A
]


@pytest.mark.parametrize("marque", MARQUES, ids=lambda m: f"U+{ord(m):04X}")
def test_une_marque_sans_sens_disparait(marque):
    """Before, inside and after a word, whatever software pasted it."""
    assert normaliser(f"{marque}Du{marque}rand{marque}") == "Durand"


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("une\r\ndeux\rtrois\x0bquatre\u2028cinq\x85six", "une\ndeux\ntrois\nquatre\ncinq\nsix"),
        ("e\u0301te\u0301", "été"),
        ("a\u3000b\u2009c", "a b c"),
        ("Merci\u00a0!", "Merci\u00a0!"),
        ("\ufeff  bonjour \u200b ", "bonjour"),
        ("\uf0b7 un\n\uf0a7 deux\n \uf0fc\ttrois", "• un\n• deux\n •\ttrois"),
        ("l\x92avis du 3\x962\x85 c\x9cur", "l’avis du 3–2\n cœur"),
        ("porte\x1emonnaie, rendez\x1fvous", "porte-monnaie, rendezvous"),
        ("une\x07deux\x0ctrois", "une deux\ntrois"),
        ("voir \x13 PAGE \x14 12\x15 \ufffc", "voir  PAGE  12"),
        ("a\x1b[2J\x7f", "a[2J"),
        ("can\u200dcer", "cancer"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", None),
        ("\u202eDurand\u202c", "Durand"),
        ("Jean \u202eDurand", "Jean Durand"),
        ("tab\tule", "tab\tule"),
    ],
)
def test_la_forme_gardee(pasted, kept):
    assert normaliser(pasted) == (pasted if kept is None else kept)
    assert normaliser(normaliser(pasted)) == normaliser(pasted)


@pytest.mark.parametrize("interdit", ["a\x00b", "\x00", "fac\u202eerut", "\ud800"])
def test_refuse(interdit):
    """NUL, half characters, an override inside a word: an error that says what to do, never a 500."""
    with pytest.raises(ValidationError) as refus:
        normaliser(interdit)
    assert refus.value.code == "caractere_interdit"


COMMANDES = [chr(code) for code in (*range(1, 0x20), *range(0x7F, 0xA0))]


@pytest.mark.parametrize("commande", COMMANDES, ids=lambda c: f"U+{ord(c):04X}")
def test_une_commande_est_pliee(commande):
    """Word and PDF paste them: none is kept but tab and line feed, none refuses the text."""
    plie = normaliser(f"avis{commande}joint")
    assert plie.startswith("avis") and plie.endswith("joint") and plie == normaliser(plie)
    assert all(unicodedata.category(signe) != "Cc" or signe in "\t\n" for signe in plie)
    assert ligne(plie).isprintable()


def test_une_ligne():
    assert ligne(" Jean\u00a0Pierre\r\nDurand\t\u202f") == "Jean Pierre Durand"


def test_les_chiffres_de_toutes_les_ecritures():
    """Every digit that Unicode knows reads as its value; the browser's table says the same."""
    for code in range(0x80, 0x110000):
        if (valeur := unicodedata.digit(chr(code), None)) is not None:
            assert pour_juger(chr(code)) == str(valeur), hex(code)
    table = {code + i: valeur + i for code, valeur, nombre in suites_de_chiffres() for i in range(nombre)}
    assert table == {
        code: unicodedata.digit(chr(code))
        for code in range(0x80, 0x110000)
        if unicodedata.digit(chr(code), None) is not None
    }


@pytest.mark.parametrize(
    "tiret", [chr(c) for c in range(0x110000) if unicodedata.category(chr(c)) == "Pd"] + ["−"]
)
def test_les_tirets(tiret):
    assert pour_juger(f"a{tiret}b") == "a-b"


def test_les_lettres_de_tous_les_alphabets_latins():
    """Every Latin letter with a stroke, a hook, a bar… folds to its letter, capital and small alike."""
    vues = 0
    for code in range(0xC0, 0x2000):
        signe = chr(code)
        nom = unicodedata.name(signe, "")
        for casse in ("LATIN SMALL LETTER ", "LATIN CAPITAL LETTER "):
            reste = nom.removeprefix(casse)
            if (
                reste != nom
                and " WITH " in reste
                and "SMALL LETTER" not in reste
                and "HALF RING" not in reste
                and len(base := reste.split(" WITH ")[0]) == 1
            ):
                assert sans_accents(signe) == base.lower(), nom
                vues += 1
    assert vues > 600
    assert sans_accents("ÆŒßŁØĐÞÐŊıİĦŦĲƏ") == "aeoesslodthdngiihtije"
    assert sans_accents("Ärger ÉLÈVE ﬁn") == "arger eleve fin"
    assert sans_accents("Привет") == "привет"
