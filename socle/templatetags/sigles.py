"""Initials of the house, spelt out on each page that reads them (RGAA, plain French)."""

import re

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

SIGLES = {
    "ACTP": "allocation compensatrice pour tierce personne",
    "AIPD": "analyse d’impact relative à la protection des données",
    "AME": "aide médicale de l’État",
    "ASE": "aide sociale à l’enfance",
    "AT/MP": "accidents du travail et maladies professionnelles",
    "C2S": "complémentaire santé solidaire",
    "CARSAT": "caisse d’assurance retraite et de la santé au travail",
    "CCAS": "centre communal d’action sociale",
    "CEAM": "carte européenne d’assurance maladie",
    "CIAS": "centre intercommunal d’action sociale",
    "CNIL": "Commission nationale de l’informatique et des libertés",
    "CPAM": "caisse primaire d’assurance maladie",
    "DPO": "délégué à la protection des données",
    "EPCI": "établissement public de coopération intercommunale",
    "IJ": "indemnités journalières",
    "MDPH": "maison départementale des personnes handicapées",
    "PCH": "prestation de compensation du handicap",
    "PUMa": "protection universelle maladie",
    "RGPD": "règlement général sur la protection des données",
    "RIB": "relevé d’identité bancaire",
    "SIRET": "numéro d’identification d’un établissement",
    "UDCCAS": "union départementale des centres communaux d’action sociale",
}
_BALISES = re.compile(r"<[^>]*>")
_LUS = re.compile(rf"\b({'|'.join(SIGLES)})\b")


def sigles_de(html: str) -> list[str]:
    """Return the initials that the page reads before it spells them out, in order."""
    texte = _BALISES.sub(" ", html)
    minuscules = texte.lower()
    return [
        un
        for un in sorted(set(_LUS.findall(texte)))
        if not -1 < minuscules.find(SIGLES[un].lower()) < texte.index(un)
    ]


class _Sigles(template.Node):
    """What the page says, then what its initials mean."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Render the content, and the meaning of what it reads."""
        html = self.nodelist.render(context)
        lus = sigles_de(html)
        if not lus:
            return html
        dits = format_html_join("", "<li>{}&nbsp;: {}</li>", ((un, SIGLES[un]) for un in lus))
        return html + format_html(
            '<details class="sigles discret petit"><summary>Sigles de cette page</summary><ul>{}</ul></details>',
            dits,
        )


@register.tag
def sigles(parser: Parser, token: Token) -> _Sigles:
    """{% sigles %}…{% finsigles %}: the initials read between are spelt out after."""
    contenu = parser.parse(("finsigles",))
    parser.delete_first_token()
    return _Sigles(contenu)
