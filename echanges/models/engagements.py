"""The engagement de confidentialité that each person signs before the first act (E-04)."""

from django.conf import settings
from django.db import models

from accounts.models.compte import Compte
from conventions.models.conventions import Convention
from echanges.catalogue import version_en_cours


class EngagementQuerySet(models.QuerySet):
    """Engagements in the words of the domain."""

    def valables(self) -> "EngagementQuerySet":
        """Return those of the text asked for today: another text is asked for again."""
        return self.filter(version=version_en_cours())

    def de(self, compte: Compte) -> "EngagementQuerySet":
        """Return those that an account signed."""
        return self.filter(compte=compte)


class Engagement(models.Model):
    """The proof of a signature: the whole text, who, in what function, when, and the hash of it all (E-04)."""

    journal_de = "convention"

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="engagements")
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="engagements")
    version = models.PositiveSmallIntegerField("version du texte")
    texte = models.TextField("texte signé")
    nom = models.CharField("nom du signataire", max_length=161)
    fonction = models.CharField("fonction", max_length=120)
    organisme = models.CharField("organisme", max_length=160)
    informateur = models.CharField("informé par", max_length=160)
    mention = models.CharField("mention", max_length=20)
    signe_le = models.DateTimeField("signé le")
    empreinte = models.CharField("empreinte", max_length=64)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = "engagement de confidentialité"
        verbose_name_plural = "engagements de confidentialité"
        ordering = ["-signe_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["compte", "convention", "version"], name="engagement_une_fois_par_texte"
            )
        ]

    def __str__(self) -> str:
        return f"engagement {self.pk}"
