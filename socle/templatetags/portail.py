"""Filters and tags that every template may use without loading them: dates in words, fields, icons.

Dates are read in a zone: the caisse's one where the page has it (`|date_heure:caisse.fuseau`), else the current one.
"""

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template import Context
from django.template.defaultfilters import linebreaksbr
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from socle import horloge, roles, telephones
from socle.accessibilite import declaration
from socle.ecriture import INSECABLE, sans_accents
from socle.roles import Droit
from socle.texte import espaces_francaises

register = template.Library()

_COMPOSE = re.compile(r"\b(?:rendez-vous|[a-z]\d\d-[0-9a-z]{4}-[0-9a-z]{4})\b", re.IGNORECASE)
# First words of names that take an article.
ARTICLES = {
    "le ": {
        "bureau",
        "ccas",
        "centre",
        "cias",
        "comite",
        "conseil",
        "departement",
        "foyer",
        "groupement",
        "service",
    },
    "la ": {
        "caisse",
        "carsat",
        "cgss",
        "commission",
        "communaute",
        "cpam",
        "maison",
        "metropole",
        "mission",
        "ville",
    },
    "l’": {"agence", "assemblee", "association", "etablissement", "hopital", "office", "union"},
}
# Days from today that have a name of their own.
JOURS_PROCHES = {0: "aujourd’hui", 1: "demain", 2: "après-demain", -1: "hier", -2: "avant-hier"}
JOURS_EN_MOIS = 60
JOURS_EN_ANNEES = 730


def _fuseau(nom: str) -> dt.tzinfo:
    return ZoneInfo(nom) if nom else timezone.get_current_timezone()


def _jour(valeur: dt.date | dt.datetime, fuseau: str) -> dt.date:
    """Return the day of a date, or of an instant in the zone."""
    if isinstance(valeur, dt.datetime):
        return valeur.astimezone(_fuseau(fuseau)).date() if timezone.is_aware(valeur) else valeur.date()
    return valeur


def _aujourd_hui(fuseau: str) -> dt.date:
    return horloge.maintenant().astimezone(_fuseau(fuseau)).date()


@register.filter
def dans_combien(valeur: dt.date | dt.datetime | None, fuseau: str = "") -> str:
    """Say how far a day is from today, in calendar days, months or years: « dans 3 jours », « hier »."""
    if not isinstance(valeur, dt.date):
        return ""
    ecart = (_jour(valeur, fuseau) - _aujourd_hui(fuseau)).days
    if ecart in JOURS_PROCHES:
        return JOURS_PROCHES[ecart]
    nombre = abs(ecart)
    if nombre >= JOURS_EN_ANNEES:
        duree = f"{nombre // 365}{INSECABLE}ans"
    elif nombre >= JOURS_EN_MOIS:
        duree = f"{nombre // 30}{INSECABLE}mois"
    else:
        duree = f"{nombre}{INSECABLE}jours"
    return f"dans {duree}" if ecart > 0 else f"il y a {duree}"


@register.filter
def date_longue(valeur: dt.date | dt.datetime | None, fuseau: str = "") -> str:
    """Write a day in words: « jeudi 26 novembre 2026 », « dimanche 1er mars 2026 »."""
    if not isinstance(valeur, dt.date):
        return ""
    jour = _jour(valeur, fuseau)
    quantieme = "1er" if jour.day == 1 else str(jour.day)
    return f"{date_format(jour, 'l')} {quantieme}{INSECABLE}{mois_en_mots(jour)}"


@register.filter
def mois_en_mots(jour: dt.date) -> str:
    """Write a month and its year: « novembre 2026 »."""
    return date_format(jour, f"F{INSECABLE}Y")


@register.filter
def date_courte(valeur: dt.date | dt.datetime | None, fuseau: str = "") -> str:
    """Write a day in figures: « 26/11/2026 »."""
    return _jour(valeur, fuseau).strftime("%d/%m/%Y") if isinstance(valeur, dt.date) else ""


@register.filter
def date_heure(valeur: dt.datetime | dt.date | str | None, fuseau: str = "") -> str:
    """Write an instant as the zone's clocks show it: « le 26/11/2026 à 14 h 05 ».

    A day without hour gives « le 26/11/2026 »; a text that is already written is left as it is.
    """
    if isinstance(valeur, str):
        return valeur
    if not isinstance(valeur, dt.datetime):
        return f"le {date_courte(valeur)}" if valeur else ""
    local = valeur.astimezone(_fuseau(fuseau)) if timezone.is_aware(valeur) else valeur
    return f"le {local:%d/%m/%Y} à{INSECABLE}{heure(valeur, fuseau)}"


@register.filter
def heure(instant: dt.datetime, fuseau: str = "") -> str:
    """Write the hour that the zone's clocks show: « 14 h 05 »."""
    local = instant.astimezone(_fuseau(fuseau)) if timezone.is_aware(instant) else instant
    return f"{local.hour}{INSECABLE}h{INSECABLE}{local:%M}"


@register.filter
def date_iso(valeur: dt.date | dt.datetime | str | None) -> str:
    """Return what the `datetime` attribute of a time element holds, to the second; empty for a text."""
    if isinstance(valeur, dt.datetime):
        return valeur.isoformat(timespec="seconds")
    return valeur.isoformat() if isinstance(valeur, dt.date) else ""


@register.filter
def element(suite: Any, cle: object) -> Any:
    """Return `suite[cle]` of a list or of a dict; empty when there is none."""
    try:
        return suite[cle]
    except (KeyError, IndexError, TypeError):
        return ""


@register.filter
def pages_proches(page: Page) -> list[int | str]:
    """Return the page numbers to show around `page`, with the ellipsis where some are left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.filter
def accorder(nombre: int, mots: str) -> str:
    """Write a number and its noun: `3|accorder:"demande,demandes"` is « 3 demandes ». Zero is singular."""
    singulier, pluriel = mots.split(",")
    return f"{nombre}{INSECABLE}{pluriel if abs(nombre) >= 2 else singulier}"


@register.filter
def espaces(texte: object) -> Any:
    """Give a sentence written in Python, or in a tag, its no-break spaces; HTML is left as it is."""
    texte = str(texte)
    if isinstance(texte, SafeString):
        return texte if "<" in texte else SafeString(espaces_francaises(texte))
    return espaces_francaises(texte)


@register.filter
def telephone(numero: Any) -> str:
    """Write a number by pairs, as the forms keep it in E.164; what else stands there keeps its form."""
    return espaces_francaises(telephones.montrer(str(numero)))


@register.filter
def phrase(texte: object) -> SafeString:
    """Give a text its no-break spaces, and keep « rendez-vous » and references on one line."""
    return SafeString(
        _COMPOSE.sub(r'<span class="sans-retour">\g<0></span>', conditional_escape(espaces(texte)))
    )


def _article(nom: object) -> str:
    premier = sans_accents(str(nom)).split(maxsplit=1)[0]
    return next((article for article, mots in ARTICLES.items() if premier in mots), "")


@register.filter
def le(nom: object) -> str:
    """Write the name of a structure or a caisse in a sentence: « la CPAM du Var », « Metz Métropole »."""
    return f"{_article(nom)}{nom}"


@register.filter
def de(nom: Any) -> str:
    """Write « of » before such a name: « du CCAS de Grimaud », « de Metz Métropole »."""
    article = _article(nom)
    if article == "le ":
        return f"du {nom}"
    return f"d’{nom}" if not article and sans_accents(str(nom))[0] in "aeiou" else f"de {article}{nom}"


@register.filter
def au(nom: object) -> str:
    """Write « to » before such a name: « au CCAS de Grimaud », « à la CPAM du Var »."""
    article = _article(nom)
    return f"au {nom}" if article == "le " else f"à {article}{nom}"


@register.filter
def taille_fichier(octets: int) -> str:
    """Write a size in units of a thousand, as the limits say it: « 182 Ko », « 2,4 Mo » (Django counts in Kio)."""
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))}{INSECABLE}Ko"
    return f"{octets / 1_000_000:.1f}{INSECABLE}Mo".replace(".", ",")


@register.filter
def genre_de_champ(champ: BoundField) -> str:
    """Return which markup a bound field takes: case, cases, radios, choix, zone, fichier or texte."""
    widget = champ.field.widget
    sorte = getattr(widget, "input_type", "")
    if sorte == "checkbox":
        return "cases" if getattr(widget, "allow_multiple_selected", False) else "case"
    if sorte in {"radio", "select", "file"}:
        return {"radio": "radios", "select": "choix", "file": "fichier"}[sorte]
    return "texte" if sorte else "zone"


@register.filter
def marque(champ: BoundField) -> str:
    """Say beside its label that a field may be left empty: « facultatif », or the case that asks for it (`marques`)."""
    marques: dict[str, str] = getattr(champ.form, "marques", {})
    return "" if champ.field.required else marques.get(champ.name, "facultatif")


@register.simple_tag
def si(champ: BoundField) -> SafeString:
    """Return the attribute that tells the page in which case alone a field applies; nothing for one that always does."""
    cas = getattr(getattr(champ.form, "marques", {}).get(champ.name), "si", "")
    return (
        format_html(' data-si="{}"', cas)
        if cas and cas.partition("=")[0] in champ.form.fields
        else SafeString()
    )


@register.filter
def obligation(form: BaseForm) -> str:
    """Say which fields of a form are compulsory: all, or all but those marked.

    Empty where none is, and where there is one field alone (RGAA 11.10 asks for no mark there).
    """
    requis = [champ.field.required for champ in form.visible_fields()]
    marques = {marque(champ) for champ in form.visible_fields()} - {""}
    if len(requis) > 1 and not any(requis) and marques - {"facultatif"}:
        return espaces_francaises(
            "Tous les champs sont facultatifs, sauf ceux marqués « pour… », obligatoires dans ce cas."
        )
    if len(requis) < 2 or not any(requis):
        return ""
    pour = " Ceux marqués « pour… » le sont dans ce cas seulement." if marques - {"facultatif"} else ""
    if "facultatif" in marques:
        return espaces_francaises(
            f"Tous les champs sont obligatoires, sauf ceux marqués « facultatif ».{pour}"
        )
    return espaces_francaises(f"Tous les champs sont obligatoires.{pour}")


@register.filter
def a_redonner(form: BaseForm) -> str:
    """Say what a refused form never gives back, and has to be given again; empty when all is still there."""
    widgets = [champ.field.widget for champ in form.visible_fields()]
    sortes = {getattr(widget, "input_type", "") for widget in widgets}
    if form.files:
        return "choisissez à nouveau le fichier"
    if any(widget.attrs.get("autocomplete") == "one-time-code" for widget in widgets):
        return "saisissez un nouveau code"
    return "saisissez à nouveau le mot de passe" if "password" in sortes else ""


@register.filter
def en_listes(texte: str) -> SafeString:
    """Render a text of paragraphs; lines that bear numbers one after the other are a list (RGAA 9.3)."""
    return format_html_join(
        "", "{}", ((_paragraphe(un.split("\n")),) for un in re.split(r"\n{2,}", texte.strip()))
    )


def _paragraphe(lignes: list[str]) -> SafeString:
    points = [re.fullmatch(r"\d+[.)] (.+)", une) for une in lignes]
    if len(lignes) > 1 and all(points):
        return format_html(
            "<ol>{}</ol>", format_html_join("", "<li>{}</li>", ((un[1],) for un in points if un))
        )
    return format_html("<p>{}</p>", linebreaksbr("\n".join(lignes)))


@register.simple_tag
def rendre_widget(champ: BoundField, classe: str) -> SafeString:
    """Render the widget of a field with a class, tied to its hint and error for assistive technologies."""
    classes = f"{champ.field.widget.attrs.get('class', '')} {classe}".strip()
    attributs: dict[str, Any] = {"class": classes} if classes else {}
    if champ.field.required and not champ.form.use_required_attribute:
        attributs["aria-required"] = "true"
    limite = getattr(champ.field, "max_length", None)
    if limite and genre_de_champ(champ) == "zone":
        attributs |= {"maxlength": str(limite), "data-compteur": str(limite)}
    return champ.as_widget(attrs=attributs)


@register.simple_tag
def icone(nom: str, classe: str = "") -> SafeString:
    """Return a decorative icon of static/portail/icones.svg: the words beside it carry the meaning."""
    return format_html(
        '<svg class="icone {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        classe,
        static("portail/icones.svg"),
        nom,
    )


@register.simple_tag(takes_context=True)
def titre_erreur(context: Context) -> str:
    """Start the title of a page whose form is refused."""
    refuse = context.get("en_erreur") or getattr(context.get("form"), "errors", None)
    return "Erreur : " if refuse else ""


@register.simple_tag(takes_context=True)
def titre_page(context: Context) -> str:
    """Say in the title which page of a list this is, from the second one on."""
    for nom in ("feuille", "page"):
        if isinstance(feuille := context.get(nom), Page) and feuille.has_previous():
            return f", page {feuille.number}"
    return ""


@register.simple_tag(takes_context=True)
def titre_filtres(context: Context) -> str:
    """Say in the title of a list what narrows it, in the words of its form (RGAA 8.6), but what the title says itself."""
    form = context.get("filtres")
    if form is None or context.get("cherche") or not form.is_valid():
        return ""
    dits = getattr(form, "dits_par_le_titre", ())
    choisis = [
        (champ, form.cleaned_data.get(champ.name))
        for champ in form.visible_fields()
        if champ.name not in dits
    ]
    return "".join(f", {_filtre_dit(champ, valeur)}" for champ, valeur in choisis if valeur)


def _filtre_dit(champ: BoundField, valeur: object) -> str:
    if valeur is True:
        return str(champ.label)
    if isinstance(valeur, dt.date):
        valeur = f"{valeur:%d/%m/%Y}"
    elif isinstance(valeur, str):
        valeur = dict(getattr(champ.field, "choices", ())).get(valeur, valeur)
    return f"{champ.label}\u00a0: {valeur}"


@register.simple_tag
def etat_d_accessibilite() -> str:
    """Return the state that the accessibility declaration declares, said at the foot of every page."""
    return declaration().etat


@register.simple_tag
def session_secondes() -> int:
    """Return how long a session lasts without activity, in seconds, for the warning before it ends."""
    return settings.SESSION_INACTIVITE


@register.simple_tag(takes_context=True)
def session_secondes_maximum(context: template.Context) -> int:
    """Return how long the session may still last whatever happens, in seconds."""
    fin = getattr(context.get("request"), "fin_de_session", None)
    if fin is None:
        return settings.SESSION_COOKIE_AGE
    return max(0, int((fin - horloge.temps_reel()).total_seconds()))


@register.filter
def peut(acteur: Any, droit: str) -> bool:
    """Whether the table of rights gives `droit` to the one who reads; nobody has none."""
    return roles.accorde(getattr(acteur, "profil", ""), Droit(droit))
