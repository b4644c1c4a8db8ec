"""The fields of every form: folded, measured after folding, judged; all that is wrong is said at once."""

import datetime as dt
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from phonenumbers import PhoneNumberType

from socle import champs, telephones
from socle.naissances import Naissance

NIR = "2 85 03 57 463 121 23"
INVISIBLES = "\ufeff\u200b{}\u200e\u00ad"
SET = [
    champs.Ligne(),
    champs.Texte(),
    champs.Lignes(),
    champs.NomDePersonne(),
    champs.Code(),
    champs.Telephone(),
    champs.Siret(),
    champs.Courriel(),
    champs.AdresseWeb(),
    champs.Montant(),
    champs.JourDeNaissance(),
]


def refus(champ: forms.Field, saisie: str) -> list[str]:
    """The codes of what a field says of a text."""
    with pytest.raises(ValidationError) as refuse:
        champ.clean(saisie)
    return [erreur.code for erreur in refuse.value.error_list]


@pytest.mark.parametrize("champ", SET, ids=lambda c: type(c).__name__)
@pytest.mark.parametrize(
    "saisie",
    [
        "a\x00b",
        "fac\u202eerut",
        NIR,
        NIR.replace(" ", "\u2011"),
        "１２３",
        "x" * 10_000,
        "\u200b",
        "=cmd|' /C calc'!A0",
        "²",
    ],
)
def test_rien_ne_fait_tomber_un_champ(champ, saisie):
    """K6, exigence 38: an answer or a sentence, never an exception; no NIR, no NUL comes through."""
    try:
        valeur = champ.clean(saisie)
    except ValidationError as refuse:
        assert all(message for message in refuse.messages)
    else:
        assert saisie not in ("a\x00b", NIR, "\u200b", "x" * 10_000) or (
            saisie[0] == "x" and not champ.max_length
        )
        assert "\x00" not in str(valeur)


def test_tout_est_dit_a_la_fois():
    champ = champs.Texte(max_length=30)
    assert refus(champ, f"Numéro {NIR}, merci bien") == ["max_length", "nir"]
    assert refus(champ, "\u200b \ufeff") == ["required"]
    deux = f"Numéro {NIR}, et elle suit une chimiothérapie."
    assert refus(champs.Texte(personne=True), deux) == ["nir", "alerte"]


def test_la_longueur_est_celle_que_compte_le_navigateur():
    """Each line break counts once, marks without meaning do not."""
    champ = champs.Texte(max_length=9)
    assert champ.clean("ab\r\ncd\r\nefg") == "ab\ncd\nefg"
    assert champ.clean(INVISIBLES.format("abcdefghi")) == "abcdefghi"
    assert champ.clean("e\u0301" * 9) == "é" * 9
    assert refus(champ, "ab\r\ncd\r\nefgh") == ["max_length"]
    assert champ.widget.attrs["maxlength"] == "9"


def test_une_ligne_n_a_pas_de_fin_de_ligne():
    """Before: three fields, three answers to « Jean⏎Dupont »."""
    assert (
        champs.Ligne().clean("Jean\r\n Dupont\u00a0")
        == champs.NomDePersonne().clean("Jean\nDupont")
        == "Jean Dupont"
    )
    assert champs.Lignes().clean(" un \r\n\r\n deux\t trois") == ["un", "deux trois"]
    assert champs.Ligne(required=False).clean(None) == ""


# A text of each kind, and what Word, Outlook, Teams and PDF readers put in it.
COLLES = "\x0b\x0c\x01\x05\x07\x13\x15\x1f\x7f\u00ad\ufffc\u200b\ufeff\u2028"


@pytest.mark.parametrize("colle", COLLES, ids=lambda c: f"U+{ord(c):04X}")
def test_ce_que_les_logiciels_collent_est_plie_dans_chaque_champ(colle):
    """Kept without it, in every kind of field; between words it is a blank or nothing."""
    for champ, saisie, garde in (
        (champs.Ligne(), "Jean Dupont", "Jean Dupont"),
        (champs.Texte(), "Avis joint.", "Avis joint."),
        (champs.Lignes(), "un avis", ["un avis"]),
        (champs.NomDePersonne(), "Le Goff", "Le Goff"),
        (champs.Code(), "D26-7KQ4", "D26-7KQ4"),
        (champs.Telephone(), "03 87 00 00 00", "+33387000000"),
        (champs.Siret(), "90057001100016", "90057001100016"),
        (champs.Courriel(), "ada@metz.test", "ada@metz.test"),
        (champs.AdresseWeb(), "https://metz.test/", "https://metz.test/"),
        (champs.Montant(), "1 250,50", 125050),
        (champs.JourDeNaissance(), "12/05/1958", Naissance(1958, 5, 12)),
        (champs.Jour(), "31/12/2026", dt.date(2026, 12, 31)),
        (champs.Entier(), "12", 12),
    ):
        for colles in (f"{colle}{saisie}", f"{saisie}{colle}", f"{colle}{saisie} {colle}"):
            assert champ.clean(colles) == garde, (type(champ).__name__, colles)
    assert champs.NomDePersonne().clean(f"Le{colle} Goff") == "Le Goff"


def test_les_noms():
    champ = champs.NomDePersonne()
    for nom in ("O'Brien", "D’Angelo", "Le Goff-N'Guyen", "A", "Null", "محمد", "李小龍"):
        assert champ.clean(INVISIBLES.format(nom)) == nom
    assert refus(champ, "12") == ["nom"] and refus(champ, f"Élodie {NIR}") == ["nir"] == refus(
        champ, "Élodie 2850357463121"
    )
    assert champ.widget.attrs["autocomplete"] == "off"


def test_un_code_se_colle_comme_il_vient():
    assert champs.Code().clean("\u200bＤ２６‑7KQ4–M9XP ") == "D26-7KQ4-M9XP"


def test_un_mot_de_passe_est_compose():
    """Composed or decomposed, one password; nothing else is changed, it is never given back."""
    champ = champs.MotDePasse()
    assert champ.clean(" e\u0301te\u0301 ") == " été " and not champ.rendable
    assert champs.Texte().rendable and not champs.Ligne(rendable=False).rendable


# Numbers of libphonenumber itself: an example of each kind in each neighbour and overseas region.
REGIONS = (
    "FR",
    "RE",
    "GP",
    "GF",
    "MQ",
    "YT",
    "PM",
    "NC",
    "PF",
    "LU",
    "BE",
    "DE",
    "CH",
    "IT",
    "ES",
    "MC",
    "GB",
    "PT",
    "MA",
    "DZ",
    "TN",
)
EXEMPLES = [
    numero
    for region in REGIONS
    for genre in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
    if (numero := phonenumbers.example_number_for_type(region, genre))
]


@pytest.mark.parametrize("numero", EXEMPLES, ids=lambda n: phonenumbers.format_number(n, 0))
def test_un_numero_de_partout(numero):
    """Every writing of a number of every neighbour gives its E.164; what is shown reads back."""
    e164 = phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.E164)
    international = phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    ecrits = [
        e164,
        international,
        f"00{e164[1:]}",
        international.replace(" ", "\u00a0"),
        international.replace(" ", "-"),
    ]
    if numero.country_code == 33 or numero.country_code in (262, 590, 594, 596):
        national = f"0{numero.national_number}"
        paires = [national[i : i + 2] for i in range(0, 10, 2)]
        ecrits += [s.join(paires) for s in ("", " ", ".", "-", "/", "\u202f", "\u2011")]
        ecrits += [f"+{numero.country_code} (0){national[1]} {' '.join(paires[1:])}"]
        assert telephones.montrer(e164) == "\u00a0".join(paires)
    champ = champs.Telephone()
    for ecrit in ecrits:
        assert champ.clean(INVISIBLES.format(ecrit)) == e164, ecrit
    assert champ.clean(telephones.montrer(e164)) == e164
    assert champ.prepare_value(e164) == telephones.montrer(e164)


def test_ce_qui_n_est_pas_un_numero():
    champ = champs.Telephone()
    for faux in (
        "03 87 00 00",
        "appeler le 03 87 00 00 00",
        "03 87 00 00 00 poste 12",
        "0800 ALLO 00",
        "00 00 00 00 00",
        "3646",
        "1",
    ):
        assert refus(champ, faux) == ["telephone"], faux
    assert refus(champ, NIR) == ["nir"]
    assert (
        champs.Telephone(courts=True).clean("36 46") == "3646" and telephones.montrer("3646") == "36\u00a046"
    )
    assert telephones.montrer("") == "" and telephones.montrer("Non renseigné") == "Non renseigné"


def test_siret():
    champ = champs.Siret()
    for ecrit in (
        "90057001100016",
        "n° SIRET : 900 570 011 00016",
        "900.570.011-00016",
        "９００ 570 011 00016",
    ):
        assert champ.clean(ecrit) == "90057001100016"
    # La Poste: the sum of the digits is a multiple of five.
    assert champ.clean("356 000 000 09075") == "35600000009075"
    assert champ.clean("732 829 320 00074") == "73282932000074"
    assert refus(champ, "73282932000075") == ["siret"] and refus(champ, "7328293200007") == ["siret"]


@pytest.mark.parametrize(
    "ecrit",
    ["Camille.Durand@ccas.example", "mailto:camille.durand@ccas.example", "Camille Durand <camille.durand@ccas.example>",
     "\u200bcamille.durand@ccas.example\u00a0", "camille.durand@ccas.example;", "camille.durand＠ccas.example", "<camille.durand@ccas.example>,"],
)  # fmt: skip
def test_un_courriel_colle(ecrit):
    assert champs.Courriel().clean(ecrit) == "camille.durand@ccas.example"


def test_les_courriels():
    champ = champs.Courriel()
    assert champ.clean("accueil@mairie-élan.example") == "accueil@xn--mairie-lan-h7a.example"
    for faux in (
        "camille",
        "a@b",
        "a b@ccas.example",
        "@ccas.example",
        "a@b.example\r\nBcc: x@y.example",
        "a@" + "é" * 70 + ".example",
    ):
        assert refus(champ, faux), faux


@pytest.mark.parametrize(
    ("ecrit", "centimes"),
    [
        ("1 250,50 €", 125050),
        ("1\u202f250", 125000),
        ("12.5", 1250),
        ("0", 0),
        ("１２", 1200),
        ("86,40 euros", 8640),
        ("1250€50", 125050),
        ("€ 1'250,5", 125050),
        ("1 250 000,00 €", 125000000),
    ],
)
def test_les_montants(ecrit, centimes):
    assert champs.Montant().clean(ecrit) == centimes
    # A hundred times what was meant is worse than a refusal.
    for faux in ("12,345", "-3", "12 50", "1 2 5 0", "1.250", "1 250 00"):
        assert refus(champs.Montant(), faux) == ["montant"], faux
    assert champs.Montant(required=False).clean("") is None


def test_les_entiers():
    assert champs.Entier().clean("1\u00a0250") == 1250 == champs.Entier().clean("１２５０")
    assert refus(champs.Entier(), "douze") == ["invalid"] == refus(champs.Entier(), "12 50")
    # A browser that is told « number » sends nothing of what it cannot read: « obligatoire » would be the wrong reason.
    for champ in (champs.Entier(), champs.entier("Membres")):
        assert champ.widget.input_type == "text" and champ.widget.attrs["inputmode"] == "numeric"


def test_un_prenom_qui_manque_dit_sa_voie():
    with pytest.raises(ValidationError, match="SNP"):
        champs.Prenom().clean(" ")
    assert champs.Prenom().clean("SNP") == "SNP" and champs.Prenom(required=False).clean("") == ""


def test_les_jours():
    champ = champs.Jour()
    for ecrit in ("2026-12-31", "31/12/2026", "31.12.2026", "31‑12‑2026", "\u200b31/12/2026\u00a0"):
        assert champ.clean(ecrit) == dt.date(2026, 12, 31)
    for faux in ("0202-01-01", "1899-01-01", "2101-01-01"):
        assert refus(champ, faux) == ["bornes"]
    assert refus(champ, "29/02/2023") == ["invalid"] and refus(champ, "31/12/2026\x00") == [
        "caractere_interdit"
    ]


def test_un_instant_dit_l_heure_qui_n_existe_pas():
    with timezone.override(ZoneInfo("Europe/Paris")):
        assert champs.Instant().clean("14/12/2026 10:30").hour == 10
        assert refus(champs.Instant(), "2026-03-29T02:30") == ["heure"]
        assert refus(champs.Instant(), "9999-01-01T10:00") == ["bornes"]


def test_une_naissance_se_juge_au_jour_de_la_caisse():
    """K9, D-26: a child born this evening in La Réunion is born; the field gives back what was kept."""
    champ = champs.JourDeNaissance(aujourd_hui=lambda: dt.date(2027, 1, 1))
    assert champ.clean("01/01/2027") == Naissance(2027, 1, 1)
    assert champ.clean("00/00/1960") == Naissance(1960)
    assert (
        refus(champ, "02/01/2027") == ["futur"]
        and refus(champ, "12/05/58") == ["annee"]
        and refus(champ, "") == ["required"]
    )
    assert champs.JourDeNaissance(required=False).clean("") is None
    assert champ.prepare_value(Naissance(1960, 5)) == "05/1960" == champ.clean(Naissance(1960, 5)).saisie
    assert champ.prepare_value(dt.date(1960, 5, 12)) == "12/05/1960"


class _Formulaire(champs.Formulaire):
    texte = champs.Texte(personne=True)
    public = champs.Texte(required=False)


def test_ce_qui_est_douteux_demande_une_confirmation():
    """D-03, D-04: health where a person is spoken of; what looks like a NIR everywhere; one box for all."""
    saisie = {"texte": "Son cancer", "public": "Dossier 2850357463001"}
    formulaire = _Formulaire(saisie)
    assert set(formulaire.errors) == {"texte", "public"} and "texte_confirme" in formulaire.fields
    assert "information de santé" in str(formulaire.errors["texte"])
    assert "ressemble à un numéro" in str(formulaire.errors["public"])
    confirme = _Formulaire(saisie | {"texte_confirme": "on"})
    assert confirme.is_valid() and confirme.confirmees == ["sante", "nir_possible"]
    assert _Formulaire({"texte": "Bonjour", "public": "Le cancer"}).is_valid()
    assert not _Formulaire.use_required_attribute


@pytest.mark.parametrize(
    "saisie",
    [
        *("tel:+33387000000", "tel:+33-3-87-00-00-00", "TEL: 03 87 00 00 00", "Tél : 03 87 00 00 00"),
        *(
            "Téléphone\u00a0: 03.87.00.00.00",
            "Tél. 03 87 00 00 00",
            "n° 0387000000",
            "Portable 03 87 00 00 00",
        ),
    ],
)
def test_un_lien_de_telephone_est_un_numero(saisie):
    """Pasted from a page or a signature."""
    assert champs.Telephone().clean(saisie) == "+33387000000"


@pytest.mark.parametrize(
    "court", ["06 12 34 56 7", "03 87 00 00 0", "+33 6 12 34 56 7", "0690 12 34 5", "+262 262 12 34 5"]
)
def test_un_chiffre_de_moins_ne_sonne_nulle_part(court):
    """Nine figures whose first is a nought are not a number of nine: the nought is no part of it."""
    with pytest.raises(ValidationError, match="10 chiffres"):
        champs.Telephone().clean(court)


@pytest.mark.parametrize(
    ("ecrit", "garde"),
    [("0508 41 12 34", "+508411234"), ("Mob. 06 12 34 56 78,", "+33612345678")],
)
def test_un_numero_ecrit_autrement(ecrit, garde):
    assert champs.Telephone().clean(ecrit) == garde


def test_a_qui_est_un_numero_se_dit_ailleurs():
    """The words beside a number are neither lost without a word nor said to be a wrong number."""
    with pytest.raises(ValidationError, match="Écrivez le numéro seul, et « fils »"):
        champs.Telephone().clean("06 12 34 56 78 (fils)")


@pytest.mark.parametrize(
    "saisie", ["03 87 00 00 00 poste 12", "03.87.00.00.00, p. 12", "+33387000000;ext=12", "0387000000 #12"]
)
def test_un_poste_est_dit(saisie):
    """No telephone dials it with the number: the sentence names it."""
    with pytest.raises(ValidationError) as refus:
        champs.Telephone().clean(saisie)
    assert "sans le poste 12" in refus.value.messages[0]


@pytest.mark.parametrize("barre", ["\u2044", "\u2215", "\u29f8", "\uff0f"])
def test_une_barre_de_toute_sorte_separe_une_date(barre):
    saisie = f"27{barre}03{barre}1985"
    assert champs.JourDeNaissance().clean(saisie) == Naissance(1985, 3, 27)
    assert champs.Jour().clean(f"27{barre}03{barre}2026") == dt.date(2026, 3, 27)
