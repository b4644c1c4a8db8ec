"""Who may sign in: the same answer, in the same time, whether the identifiant exists or not."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts.models.compte import Compte


class ComptesActifs(ModelBackend):
    """Identifiant and password of an active account."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_: object,
    ) -> Compte | None:
        """Return the active account of these credentials, else None.

        One hash is computed in every case. When the password is right but the account closed, the account is
        left on `request.compte_ferme`: its owner, and nobody else, is told why.
        """
        if username is None or password is None:
            return None
        compte = Compte.objects.filter(identifiant=username.strip().lower()).first()
        if compte is None or not compte.has_usable_password():
            make_password(password)
            return None
        if not compte.check_password(password):
            return None
        if not compte.is_active:
            if request is not None:
                request.compte_ferme = compte
            return None
        return compte

    def get_user(self, user_id: int) -> Compte | None:
        """Return the account of a session while it is active: a closed one is cut at its next request."""
        # Asked by every page: `first` would order what is one row at most.
        siens = Compte.objects.select_related("partenaire").filter(pk=user_id, statut=Compte.Statut.ACTIF)
        return next(iter(siens), None)
