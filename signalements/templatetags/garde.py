"""The guard of the free-text zones, for the pages that show some."""

from typing import Any

from django import template

from socle.garde import pour_le_navigateur

register = template.Library()


@register.inclusion_tag("signalements/includes/garde.html")
def garde_texte() -> dict[str, Any]:
    """Bring the guard that speaks while one types, with the server's own patterns (D-04)."""
    return {"garde": pour_le_navigateur()}
