"""What mypy is told of a request: the gate (`accounts/middleware.py`) lets nobody in but accounts, public pages apart."""

from collections.abc import Callable

from mypy.plugin import AttributeContext, Plugin
from mypy.typeops import make_simplified_union
from mypy.types import Instance, Type, UnionType, get_proper_type

_ANONYME = "django.contrib.auth.models.AnonymousUser"


class Requete(Plugin):
    """`request.user` is an account: a public page asks `is_authenticated` of it."""

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        """Answer for the attribute `user` of a request."""
        return _compte if fullname == "django.http.request.HttpRequest.user" else None


def _compte(contexte: AttributeContext) -> Type:
    dit = get_proper_type(contexte.default_attr_type)
    if not isinstance(dit, UnionType):
        return dit
    lus = [get_proper_type(un) for un in dit.items]
    return make_simplified_union(
        [un for un in lus if not (isinstance(un, Instance) and un.type.fullname == _ANONYME)]
    )


def plugin(version: str) -> type[Plugin]:
    """Return the plugin, as mypy asks."""
    return Requete
