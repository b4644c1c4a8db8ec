"""The name of a browser in a few words, for the list of one's own sessions. No library, no version."""

_NAVIGATEURS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def nom_du_navigateur(agent: str) -> str:
    """Return « Firefox sur Windows » from a User-Agent header; « navigateur inconnu » when it says nothing."""
    navigateur = next((nom for marque, nom in _NAVIGATEURS if marque in agent), "")
    systeme = next((nom for marque, nom in _SYSTEMES if marque in agent), "")
    if not navigateur:
        return "navigateur inconnu"
    return f"{navigateur} sur {systeme}" if systeme else navigateur
