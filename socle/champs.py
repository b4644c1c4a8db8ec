"""The fields of every form, safe by birth: folded, then measured, then judged; all that is wrong is said at once.

`rendable`: whether what was typed may be given back after a session ended. A field is bounded after folding, so that
what the browser counts is what the server counts. A NIR is refused in every text (D-03).
"""

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from stdnum.fr import siret

from socle import horloge, naissances, telephones
from socle.ecriture import ligne, normaliser, pour_juger, sans_milliers
from socle.garde import MESSAGE_NIR, contient_un_nir, juger, phrase_alerte
from socle.naissances import Naissance

LONGUEUR_TEXTE = 4000
AIDE_TEXTE = (
    "Écrivez seulement ce qui est utile pour traiter la demande. Pas de diagnostic ni d’information de santé, "
    "pas de numéro de sécurité sociale."
)
SANS_SUGGESTION = {"autocomplete": "off"}
ENTIER_MAX = 2**31 - 1
PREMIER_JOUR, DERNIER_JOUR = dt.date(1990, 1, 1), dt.date(2100, 12, 31)


def refuser_un_nir(texte: str) -> None:
    """Raise ValidationError when a text holds a NIR (D-03)."""
    if contient_un_nir(texte):
        raise ValidationError(MESSAGE_NIR, code="nir")


def _widget(options: dict[str, Any], defaut: forms.Widget) -> dict[str, Any]:
    """Give a field its own widget unless the form, or the column of a model, says what it wants."""
    return {"widget": defaut} | options


class Ligne(forms.CharField):
    """One line of text: blanks folded, no invisible mark, no NIR."""

    rendable = True

    def __init__(self, *, rendable: bool | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.rendable = self.rendable if rendable is None else rendable

    def plier(self, texte: str) -> str:
        """Return the form of the text that is measured, judged and kept."""
        return ligne(texte)

    def to_python(self, value: Any) -> Any:
        """Fold what was typed; raise ValidationError for a control character."""
        texte = self.plier(str(value)) if value not in self.empty_values else ""
        return texte or self.empty_value

    def run_validators(self, value: Any) -> None:
        """Say everything that is wrong with a text, its length and its content alike."""
        if value in self.empty_values:
            return
        erreurs: list[ValidationError] = []
        # What lies beyond the limit is refused for its length: no need to read it.
        for juge, texte in (
            (super().run_validators, value),
            (self.juger, value[: self.max_length or LONGUEUR_TEXTE]),
        ):
            try:
                juge(texte)
            except ValidationError as erreur:
                erreurs += erreur.error_list
        if erreurs:
            if isinstance(self, Texte) and (codes := self.douteux(value[: self.max_length])):
                erreurs.append(ValidationError(f"{phrase_alerte(codes)}.", code="alerte"))
            raise ValidationError(erreurs)

    def juger(self, texte: str) -> None:
        """Raise ValidationError for what this kind of text may not hold."""
        refuser_un_nir(texte)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Have the browser of a shared post offer nothing of it to the next person, unless the form says otherwise."""
        muet = widget.is_hidden or "autocomplete" in widget.attrs
        return super().widget_attrs(widget) | ({} if muet else SANS_SUGGESTION)

    def douteux(self, valeur: Any) -> list[str]:
        """Return the codes of what a clean value seems to hold, and that asks for a confirmation."""
        return juger(valeur, sante=False).alertes if isinstance(valeur, str) else []


class Texte(Ligne):
    """Several lines of text. `personne`: it may speak of somebody, so that health words ask for a confirmation (D-04)."""

    def __init__(self, *, personne: bool = False, **options: Any) -> None:
        self.personne = personne
        options["max_length"] = options.get("max_length") or LONGUEUR_TEXTE
        super().__init__(**_widget(options, forms.Textarea(attrs={"rows": 5})))

    def plier(self, texte: str) -> str:
        return normaliser(texte)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Have the browser say while one types what the server will say."""
        garde = {} if widget.is_hidden else {"data-garde-texte": "" if self.personne else "nir"}
        return super().widget_attrs(widget) | garde

    def douteux(self, valeur: Any) -> list[str]:
        """Health words too, where a person is spoken of."""
        return juger(valeur, sante=self.personne).alertes


class Lignes(Texte):
    """One value per line."""

    def clean(self, value: Any) -> list[str]:
        """Return the lines that are not empty."""
        return [propre for une in super().clean(value).split("\n") if (propre := ligne(une))]

    def douteux(self, valeur: list[str] | str) -> list[str]:
        """Look at all the lines at once."""
        return super().douteux(valeur if isinstance(valeur, str) else "\n".join(valeur))


class TexteDeFichier(Texte):
    """The text of a table that is imported: each of its cells is judged by a field of its own."""

    def douteux(self, valeur: Any) -> list[str]:
        """Nothing: telephones of neighbouring cells make long numbers."""
        return []


class NomDePersonne(Ligne):
    """The name or the first name of somebody, with at least one letter."""

    def __init__(self, **options: Any) -> None:
        options = {"max_length": 80} | options
        super().__init__(
            **_widget(options, forms.TextInput(attrs={"data-garde-texte": "nom", **SANS_SUGGESTION}))
        )

    def juger(self, texte: str) -> None:
        """Refuse what is no name: a number in it needs no second look. One who bears a single name has « SNP » beside it."""
        if juger(texte, sante=False) != (False, []):
            raise ValidationError(MESSAGE_NIR, code="nir")
        if not any(signe.isalpha() for signe in texte):
            raise ValidationError(
                "Saisissez un nom avec au moins une lettre. Si la personne n’en a pas, écrivez « SNP » (sans nom, "
                "sans prénom).",
                code="nom",
            )


class Prenom(NomDePersonne):
    """The first name of somebody, or what papers write for one who has none."""

    default_error_messages = {
        "required": "Saisissez le prénom de la personne. Si elle porte un seul nom, écrivez « SNP » (sans prénom)."
    }


class _Numero(Ligne):
    """A line that has a grammar of its own: nothing in it is doubtful."""

    def douteux(self, valeur: Any) -> list[str]:
        """Nothing: what is not refused is right."""
        return []


class Code(_Numero):
    """A reference, an identifiant or a one-time code: plain figures and dashes, whatever was pasted."""

    def plier(self, texte: str) -> str:
        """Fold figures of all scripts and all dashes."""
        return pour_juger(super().plier(texte))


class ChampSecret:
    """What is typed there opens something: it is compared or hashed, and stands nowhere else.

    No table, no log, no mail, no page that gives back what was typed (`espace_partenaires.saisies`). A secret is declared
    by its field, never guessed from a name.
    """

    rendable = False


class CodeSecret(ChampSecret, Code):
    """A code that opens something, shown while it is typed: one-time code, printed code, code confidentiel."""


class MotDePasse(ChampSecret, forms.CharField):
    """A password: only composed (NFC), so that two keyboards that type « é » in two ways open the same account."""

    def __init__(self, *, nouveau: bool = False, **options: Any) -> None:
        completion = "new-password" if nouveau else "current-password"
        saisie = forms.PasswordInput(attrs={"autocomplete": completion, "spellcheck": "false"})
        super().__init__(strip=False, **_widget(options, saisie))

    def to_python(self, value: Any) -> str:
        """Compose the letters; change nothing else."""
        return unicodedata.normalize("NFC", super().to_python(value) or "")


class ReponseDeCle(ChampSecret, forms.CharField):
    """What the browser got from a passkey, a JSON object: worth something for one challenge."""

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        messages = {"required": "Aucune clé d’accès n’a répondu. Réessayez, ou utilisez un code."}
        super().__init__(max_length=20_000, error_messages=messages, **options)

    def clean(self, value: Any) -> dict[str, Any]:
        """Return the object; raise ValidationError for any other text."""
        try:
            lue = json.loads(super().clean(value))
        except (ValueError, RecursionError):
            lue = None
        if not isinstance(lue, dict):
            raise ValidationError("Ce n’est pas la réponse d’une clé d’accès : recommencez.", code="cle")
        return lue


class Telephone(_Numero):
    """A telephone number of any country, kept in E.164. `courts`: services such as 36 46 too."""

    def __init__(self, *, courts: bool = False, **options: Any) -> None:
        self.courts = courts
        options = {
            "label": "Téléphone",
            "max_length": 40,
            "help_text": "Par exemple 03 87 00 00 00 ou +352 26 00 00 00.",
        } | options
        super().__init__(**_widget(options, forms.TextInput(attrs={"type": "tel", **SANS_SUGGESTION})))

    def clean(self, value: Any) -> str:
        """Return the number in E.164; raise ValidationError for what is no number."""
        texte = super().clean(value)
        return telephones.lire(texte, courts=self.courts) if texte else texte

    def prepare_value(self, value: Any) -> Any:
        """Show a kept number by pairs."""
        return telephones.montrer(value) if value and str(value).lstrip("+").isdecimal() else value


class Siret(_Numero):
    """A SIRET: fourteen digits, whose key is right (La Poste has its own rule)."""

    def __init__(self, **options: Any) -> None:
        options = {
            "label": "SIRET",
            "help_text": "14 chiffres, par exemple 900 570 011 00016.",
            "max_length": 30,
        } | options
        super().__init__(**_widget(options, forms.TextInput(attrs={"inputmode": "numeric"})))

    def plier(self, texte: str) -> str:
        """Leave the digits alone."""
        return re.sub(r"^(?:n°)?\s*(?:siret)?|[\s.\-/_:=]", "", pour_juger(super().plier(texte)).lower())

    def juger(self, texte: str) -> None:
        """Refuse a wrong number of digits, or a wrong key."""
        if not re.fullmatch(r"[0-9]{14}", texte):
            raise ValidationError("Un SIRET compte 14 chiffres.", code="siret")
        if not siret.is_valid(texte):
            raise ValidationError("Ce SIRET n’existe pas : sa clé de contrôle est fausse.", code="siret")


class Courriel(_Numero):
    """A mail address, in lower case, its domain in ASCII (IDN)."""

    default_validators = forms.EmailField.default_validators

    def __init__(self, **options: Any) -> None:
        options = {"label": "Adresse électronique", "max_length": 254} | options
        super().__init__(**_widget(options, forms.EmailInput(attrs=SANS_SUGGESTION)))

    def plier(self, texte: str) -> str:
        """Read what mail software gives: « Nom <adresse> », « mailto:adresse », a comma after it."""
        adresse = pour_juger(super().plier(texte)).lower()
        if entre := re.search(r"<([^<>]+)>\W*$", adresse):
            adresse = entre[1]
        adresse = adresse.strip(" ,;<>\"'").removeprefix("mailto:").rstrip(".")
        compte, arobase, domaine = adresse.rpartition("@")
        try:
            return f"{compte}{arobase}{domaine.encode('idna').decode()}" if arobase else adresse
        except UnicodeError:
            return adresse


class AdresseWeb(_Numero):
    """An address of the web, in https."""

    default_validators = [URLValidator(schemes=["https"], message="Indiquez une adresse en https://.")]

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"max_length": 200} | options))


_EUROS = re.compile(r"(?:€ ?)?(\d{1,12})(?: ?[.,€] ?(\d{1,2}))?(?: ?(?:€|eur(?:os?)?\.?))?")


class Entier(forms.IntegerField):
    """A whole number that a column can hold, as people write it: « 1 250 »."""

    rendable = True

    def __init__(self, **options: Any) -> None:
        # A field of numbers gives nothing at all of « 1 250 » that is pasted in some browsers: the server reads it.
        saisie = forms.TextInput(attrs={"inputmode": "numeric", "size": 8, **SANS_SUGGESTION})
        super().__init__(**({"max_value": ENTIER_MAX} | _widget(options, saisie)))

    def to_python(self, value: Any) -> Any:
        """Fold figures of all scripts and the spaces between thousands."""
        return super().to_python(value if value is None else sans_milliers(ligne(str(value))))


def entier(libelle: str, aide: str = "", *, requis: bool = True, mini: int = 0, maxi: int = 120) -> Entier:
    """Return a number field with its bounds, said in its errors."""
    bornes = f"Indiquez un nombre de {mini} à {maxi}."
    return Entier(
        label=libelle,
        help_text=aide,
        required=requis,
        min_value=mini,
        max_value=maxi,
        error_messages={"min_value": bornes, "max_value": bornes, "invalid": "Indiquez un nombre entier."},
    )


class Montant(_Numero):
    """An amount in euros, given in cents: « 1 250,50 € »."""

    def __init__(self, *, maximum: int = 10_000_000_00, **options: Any) -> None:
        self.maximum = maximum
        options = {"max_length": 20} | options
        super().__init__(
            **_widget(options, forms.TextInput(attrs={"inputmode": "decimal", **SANS_SUGGESTION}))
        )

    def clean(self, value: Any) -> int | None:
        """Return the cents; None for nothing. Raise ValidationError for what is no amount."""
        texte = sans_milliers(ligne(super().clean(value))).lower()
        if not texte:
            return None
        if not (lu := _EUROS.fullmatch(texte)):
            raise ValidationError("Écrivez un montant en euros, par exemple 1 250,50.", code="montant")
        centimes = int(lu[1]) * 100 + int((lu[2] or "0").ljust(2, "0"))
        if centimes > self.maximum:
            raise ValidationError("Ce montant est trop grand : vérifiez la virgule.", code="montant")
        return centimes


class Jour(forms.DateField):
    """A day, typed or picked; years that no letter bears are refused."""

    rendable = True
    formats = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y")

    def __init__(self, **options: Any) -> None:
        invalide = "Indiquez une date qui existe, sous la forme jour/mois/année."
        options["error_messages"] = {"invalid": invalide} | options.get("error_messages", {})
        options = {"input_formats": list(self.formats)} | options
        super().__init__(**_widget(options, forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")))

    def to_python(self, value: Any) -> Any:
        """Fold what was pasted before reading it."""
        return super().to_python(pour_juger(ligne(value)) if isinstance(value, str) else value)

    def validate(self, value: dt.date | None) -> None:
        """Refuse a day before 1990 or after 2100."""
        super().validate(value)
        if value is not None and not PREMIER_JOUR <= value <= DERNIER_JOUR:
            raise ValidationError("Indiquez une date entre 1990 et 2100.", code="bornes")


class Instant(forms.DateTimeField):
    """A day and an hour, in the current zone; an hour that the change of clock skips is said so."""

    rendable = True
    formats = ("%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M", "%d/%m/%Y à %H h %M", "%d/%m/%Y %Hh%M")

    def __init__(self, **options: Any) -> None:
        invalide = "Saisissez la date et l’heure, par exemple 14/12/2026 10:30."
        options["error_messages"] = {"invalid": invalide} | options.get("error_messages", {})
        options = {"input_formats": list(self.formats)} | options
        defaut = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(**_widget(options, defaut))

    def to_python(self, value: Any) -> Any:
        """Return the aware instant; raise ValidationError for what is no hour of the clock."""
        try:
            return super().to_python(pour_juger(ligne(value)) if isinstance(value, str) else value)
        except ValidationError as erreur:
            if erreur.code != "ambiguous_timezone":
                raise
            raise ValidationError(
                "Cette heure n’existe pas ce jour-là, ou y vient deux fois : les montres changent d’heure.",
                code="heure",
            ) from None

    def validate(self, value: dt.datetime | None) -> None:
        """Refuse an instant before 1990 or after 2100."""
        super().validate(value)
        if value is not None and not PREMIER_JOUR <= value.date() <= DERNIER_JOUR:
            raise ValidationError("Indiquez une date entre 1990 et 2100.", code="bornes")


class InstantPasse(Instant):
    """An instant that is not to come, and not older than a year."""

    def validate(self, value: dt.datetime | None) -> None:
        """Refuse what is to come, or too old: narrower than any instant."""
        forms.DateTimeField.validate(self, value)
        maintenant = horloge.maintenant()
        if value is not None and value > maintenant:
            raise ValidationError("Ce moment n’est pas encore venu.", code="futur")
        if value is not None and value < maintenant - dt.timedelta(days=366):
            raise ValidationError("Ce moment date de plus d’un an.", code="ancien")


class JourDeNaissance(_Numero):
    """A birth date as it is known (D-26). `aujourd_hui`: the day in the zone of the caisse, asked when it is judged."""

    def __init__(self, *, aujourd_hui: Callable[[], dt.date] | None = None, **options: Any) -> None:
        self.aujourd_hui = aujourd_hui or (lambda: horloge.jour(settings.TIME_ZONE))
        options = {
            "label": "Date de naissance",
            "max_length": 40,
            "empty_value": None,
            "help_text": "Par exemple : 27/03/1985. Jour ou mois inconnu : 00/03/1985, ou 1985 seulement.",
        } | options
        super().__init__(**_widget(options, forms.TextInput(attrs=SANS_SUGGESTION)))

    def clean(self, value: Any) -> Naissance | None:
        """Return the birth date; raise ValidationError for what is none, or lies ahead."""
        if isinstance(value, Naissance):
            value = value.saisie
        elif isinstance(value, dt.date):
            value = Naissance.du(value).saisie
        texte = super().clean(value)
        return naissances.lire(texte, self.aujourd_hui()) if texte else None

    def prepare_value(self, value: Any) -> Any:
        """Give back a kept date as it is typed."""
        if isinstance(value, dt.date):
            value = Naissance.du(value)
        return value.saisie if isinstance(value, Naissance) else value


class Formulaire(forms.Form):
    """A form that the server judges. What its texts seem to hold and should not asks for a second look (D-03, D-04).

    The box to tick appears only when it is needed; nothing typed is lost meanwhile. `confirmees`: the codes of what was
    confirmed. What is compulsory is said by `aria-required`, not kept back by the browser.
    """

    # Each of its own class: a form sets the choices, the queryset, the words of its fields.
    fields: dict[str, Any]
    # What was posted: a form that is shown again may change it.
    data: Any
    CONFIRMATION = "texte_confirme"
    use_required_attribute = False
    # Its visible fields may be given back when a session ended, but for those that say `rendable = False`.
    a_rendre = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.confirmees: list[str] = []
        self.confirme = False
        if self.is_bound and self.add_prefix(self.CONFIRMATION) in self.data:
            self._demander_confirmation()

    def _demander_confirmation(self) -> None:
        self.fields[self.CONFIRMATION] = forms.BooleanField(
            label="J’ai relu mes textes : ces informations sont indispensables au traitement de la demande.",
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        """Flag each text; refuse until the box is ticked."""
        donnees = super().clean() or self.cleaned_data
        self.confirme = donnees.pop(self.CONFIRMATION, False)
        for nom, champ in list(self.fields.items()):
            codes = champ.douteux(donnees[nom]) if isinstance(champ, Ligne) and donnees.get(nom) else []
            if codes and self.confirme:
                self.confirmees += codes
            elif codes:
                self._demander_confirmation()
                self.add_error(
                    nom,
                    f"{phrase_alerte(codes)}, sinon cochez la case de confirmation en bas du formulaire.",
                )
        return donnees
