"""The guard of the free-text zones, for the pages that show some."""

from django import template

register = template.Library()


@register.inclusion_tag("signalements/includes/garde.html")
def garde_texte() -> dict[str, str]:
    """Bring the guard that speaks while one types, with the server's own patterns (D-04)."""
    return {}
