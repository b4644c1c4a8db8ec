"""The second factor: one-time code, printed codes, remembered post."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import TOTP

from conformite.scellement import ouvrir_secret, sceller_secret
from socle import horloge

USAGE_GRAINE = "totp"
PAS_SECONDES = 30
# Steps by which the clock of a telephone may have drifted since its last code; the drift is learned.
DERIVE_TOLEREE = 3
DERIVE_MAX = 20
# 2 ** (10 - 1) seconds: eight minutes at most, so that a thief cannot lock the owner out for ever.
ECHECS_COMPTES = 10


class AppareilTOTP(ThrottlingMixin, Device):
    """The one-time code of an account: sealed seed, each code valid once, real time.

    django-otp's own device keeps the seed in clear. Without an `application` the seed is in no hand, a
    passkey is the factor, and the row counts the tries of printed codes.
    """

    graine_scellee = models.BinaryField()
    dernier_pas = models.BigIntegerField(default=-1)
    # Steps by which the clock of the application is ahead of ours, as its last code told.
    derive = models.SmallIntegerField(default=0, db_default=0)
    application = models.BooleanField("la graine est dans une application", default=True, db_default=True)
    cree_le = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "appareil de code à usage unique"
        constraints = [models.UniqueConstraint(fields=["user"], name="appareil_un_par_compte")]

    def get_throttle_factor(self) -> int:
        """One second, doubled at each failure."""
        return 1

    def throttle_increment(self, commit: bool = True) -> None:
        """Count a failure, up to a ceiling."""
        self.throttling_failure_count = min(self.throttling_failure_count, ECHECS_COMPTES - 1)
        super().throttle_increment(commit)

    @property
    def graine(self) -> bytes:
        """The seed in clear, in memory only."""
        return ouvrir_secret(bytes(self.graine_scellee), USAGE_GRAINE, f"compte:{self.user_id}")

    def fixer_graine(self, graine: bytes) -> None:
        """Seal `graine` for this account; the caller saves."""
        self.graine_scellee = sceller_secret(graine, USAGE_GRAINE, f"compte:{self.user_id}")

    def verify_token(self, token: str | int) -> bool:
        """Return whether `token` is the present code, never used before. Call with the row locked."""
        permis, _ = self.verify_is_allowed()
        if not permis or not self.application:
            return False
        totp = TOTP(self.graine, step=PAS_SECONDES, drift=self.derive)
        totp.time = horloge.temps_reel().timestamp()
        chiffres = str(token)
        lisible = chiffres.isascii() and chiffres.isdigit()
        if (
            lisible
            and totp.verify(int(chiffres), DERIVE_TOLEREE, self.dernier_pas + 1)
            and abs(totp.drift) <= DERIVE_MAX
        ):
            self.dernier_pas, self.derive = totp.t(), totp.drift
            self.throttle_reset(commit=False)
            self.save(
                update_fields=[
                    "dernier_pas",
                    "derive",
                    "throttling_failure_timestamp",
                    "throttling_failure_count",
                ]
            )
            return True
        self.throttle_increment()
        return False

    def attente_secondes(self) -> int:
        """Return how long the next try must wait after failures, in seconds."""
        permis, detail = self.verify_is_allowed()
        if permis:
            return 0
        reste: dt.timedelta = detail["locked_until"] - horloge.temps_reel()
        return max(1, int(reste.total_seconds()) + 1)


class CodeSecours(models.Model):
    """One printed code, hashed, for who has no telephone at hand. Used once."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="codes_secours")
    empreinte = models.CharField("empreinte", max_length=128)
    cree_le = models.DateTimeField("créé le")
    utilise_le = models.DateTimeField("utilisé le", null=True, blank=True)

    class Meta:
        verbose_name = "code de secours"
        verbose_name_plural = "codes de secours"

    def __str__(self) -> str:
        return f"code {self.pk}"


class PosteConnu(models.Model):
    """A post on which the second factor is not asked again for twelve hours. The password always is."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="postes")
    empreinte = models.CharField("empreinte", max_length=64, unique=True)
    cree_le = models.DateTimeField("créé le")
    expire_le = models.DateTimeField("expire le")

    class Meta:
        verbose_name = "poste connu"
        verbose_name_plural = "postes connus"
        constraints = [
            models.CheckConstraint(condition=Q(expire_le__gt=models.F("cree_le")), name="poste_expire_apres")
        ]

    def __str__(self) -> str:
        return f"poste {self.pk}"
