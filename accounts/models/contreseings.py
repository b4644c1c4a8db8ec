"""What takes two persons: asked by the first, worth nothing until a second one confirms it (A-23, A-24)."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.compte import Compte, CompteQuerySet
from accounts.regles import DUREE_ADRESSE_NEUVE, DUREE_AVIS_SEUL, adresse_de_la_structure
from caisses.models import Caisse, Pole
from conformite.reperes import Reperes
from conventions.models.conventions import Participation
from socle import horloge
from socle.roles import Droit, peut, profils_avec


class ContreseingQuerySet(models.QuerySet):
    """Countersignatures in the words of the domain."""

    def attendus(self) -> "ContreseingQuerySet":
        """Return those that wait for their second person, and are not too old."""
        return self.filter(statut=Contreseing.Statut.ATTENDU, expire_le__gt=horloge.maintenant())

    def visibles_par(self, compte: Compte) -> "ContreseingQuerySet":
        """Return those of the caisses of `compte`, of its structure, of the structures that it follows; what it asked."""
        vus = Q(demande_par=compte)
        if peut(compte, Droit.VOIR_COMPTES):
            parts = Participation.objects.donnant(Droit.VOIR_COMPTES, compte)
            vus |= Q(compte__partenaire__in=parts.values("partenaire"))
        if peut(compte, Droit.VEILLER_AUX_COMPTES):
            vus |= _des_caisses(compte)
        if peut(compte, Droit.CREER_CAISSES):
            vus |= Q(pk__isnull=False)
        return self.filter(vus | Q(pk__in=Contreseing.objects.faits_seul(compte)))

    def a_confirmer_par(self, compte: Compte) -> "list[Contreseing]":
        """Return those of which `compte` may be the second person."""
        if not peut(compte, Droit.GERER_EQUIPE, Droit.GERER_STRUCTURE):
            return []
        attendus = self.visibles_par(compte).attendus().exclude(demande_par=compte)
        return [un for un in attendus.select_related("compte", "demande_par") if un.attend(compte)]

    def adresses_neuves(self) -> "ContreseingQuerySet":
        """Return the changes of address of these last days, after which a lost factor takes two persons (A-23)."""
        depuis = horloge.maintenant() - DUREE_ADRESSE_NEUVE
        return self.filter(
            nature=Contreseing.Nature.ADRESSE, statut=Contreseing.Statut.CONFIRME, decide_le__gt=depuis
        )

    def ouvertures_seules(self) -> "ContreseingQuerySet":
        """Return the accounts that one person alone opened in these last days (A-24)."""
        return self.filter(
            nature=Contreseing.Nature.OUVERTURE,
            statut=Contreseing.Statut.SEUL,
            demande_le__gt=horloge.maintenant() - DUREE_AVIS_SEUL,
        )

    def faits_seul(self, compte: Compte) -> "ContreseingQuerySet":
        """Return what a national alone opened lately in the caisses of `compte`, or for the whole portal (A-24)."""
        if not compte.cote_caisse:
            return self.none()
        recents = self.filter(
            statut=Contreseing.Statut.SEUL, demande_le__gt=horloge.maintenant() - DUREE_AVIS_SEUL
        )
        return recents.filter(_des_caisses(compte) | Q(caisses=None))


def _des_caisses(compte: Compte) -> Q:
    liens = Contreseing.caisses.through.objects.filter(caisse__in=compte.caisses.all())
    return Q(pk__in=liens.values("contreseing"))


class Contreseing(models.Model):
    """An act on an account that a second person confirms, neither the first nor the account (A-24)."""

    class Nature(models.TextChoices):
        OUVERTURE = "ouverture", "Ouvrir un compte"
        REOUVERTURE = "reouverture", "Rouvrir un compte"
        RATTACHEMENT = "rattachement", "Donner accès à une caisse"
        ADRESSE = "adresse", "Changer l’adresse électronique"
        FACTEUR = "facteur", "Remplacer un second facteur perdu"

    class Statut(models.TextChoices):
        ATTENDU = "attendu", "À confirmer"
        CONFIRME = "confirme", "Confirmé"
        REFUSE = "refuse", "Refusé"
        EXPIRE = "expire", "Expiré sans confirmation"
        SEUL = "seul", "Fait par une personne seule"

    nature = models.CharField("acte", max_length=15, choices=Nature)
    statut = models.CharField("état", max_length=10, choices=Statut, default=Statut.ATTENDU)
    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="contreseings")
    # What is given: to an account of a caisse, its caisses, or those added.
    caisses = models.ManyToManyField(Caisse, related_name="+", blank=True)
    poles = models.ManyToManyField(Pole, related_name="+", blank=True)
    # The address asked for, worth nothing until it is confirmed.
    email = models.EmailField("nouvelle adresse électronique", blank=True)
    demande_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    demande_le = models.DateTimeField("demandé le")
    expire_le = models.DateTimeField("à confirmer avant le")
    # The second person, or the owner of the account for an address that he confirms himself.
    decide_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decide_le = models.DateTimeField("décidé le", null=True, blank=True)
    raison = models.CharField("raison du refus", max_length=300, blank=True)

    objects = ContreseingQuerySet.as_manager()

    class Meta:
        verbose_name = "contreseing"
        ordering = ["-demande_le", "-pk"]
        constraints = [
            # Nobody is both persons; only an address is confirmed by its owner.
            models.CheckConstraint(
                condition=~Q(statut="confirme")
                | Q(decide_par=None)
                | Q(nature="adresse", decide_par=F("compte"))
                | (~Q(decide_par=F("demande_par")) & ~Q(decide_par=F("compte"))),
                name="contreseing_deux_personnes",
            ),
            models.CheckConstraint(
                condition=Q(statut__in=["attendu", "seul"]) ^ Q(decide_le__isnull=False),
                name="contreseing_decide",
            ),
            models.CheckConstraint(
                condition=~Q(statut="refuse") | ~Q(raison=""), name="contreseing_refus_motive"
            ),
            models.UniqueConstraint(
                fields=["compte", "nature"], condition=Q(statut="attendu"), name="contreseing_un_attendu"
            ),
        ]
        indexes = [models.Index(fields=["statut", "expire_le"], name="contreseing_attendus")]

    def __str__(self) -> str:
        return f"{self.nature} {self.pk}"

    def reperes_du_journal(self) -> Reperes:
        """R-04: of the caisses to which it gives something; of the structure of the account."""
        caisses = () if self.compte.partenaire_id else tuple(sorted(un.pk for un in self.caisses.all()))
        return Reperes(caisses=caisses, partenaire=self.compte.partenaire_id)

    def attend(self, compte: Compte) -> bool:
        """Whether `compte` may be the second person now."""
        return self.seconds().filter(pk=compte.pk).exists()

    def seconds(self) -> CompteQuerySet:
        """Return who may confirm: the nearest circle where somebody is who neither asked nor is concerned (A-24).

        Two accounts that read one mail box are one person.
        """
        boites = [self.compte.email, self.email, self.demande_par.email if self.demande_par else ""]
        libres = (
            Compte.objects.actifs()
            .exclude(pk__in=self.ecartes())
            .exclude(pk__in=Compte.objects.lus_dans(*boites).values("pk"))
        )
        for cercle in self._cercles():
            if (possibles := libres.filter(cercle)).exists():
                return possibles
        return libres.none()

    def ecartes(self) -> set[int]:
        """Return who is never the second person: the account, who asked and his hand, who made the address of a lost factor."""
        eux = {self.compte_id, self.demande_par_id, *self._meme_main()}
        if self.nature == self.Nature.FACTEUR:
            for paire in self.compte.contreseings.adresses_neuves().values_list("demande_par", "decide_par"):
                eux.update(paire)
        return eux - {None}

    def _meme_main(self) -> set[int | None]:
        """Return who is one person with who asked for thirty days: who alone opened that account, whom both opened (A-24).

        Nobody in a caisse that no convention binds yet: a national opens it alone, and nothing is to be read there.
        """
        seuls = Contreseing.objects.ouvertures_seules()
        mains = {
            self.demande_par_id,
            *seuls.filter(compte=self.demande_par_id).values_list("demande_par", flat=True),
        }
        ouverts = seuls.filter(demande_par__in=mains).values_list("compte", flat=True)
        if (mains == {self.demande_par_id} and not ouverts) or not self._engagee():
            return set()
        return mains | set(ouverts)

    def _engagee(self) -> bool:
        caisses = [] if self.compte.partenaire_id else list(self.caisses.all())
        return not caisses or Participation.objects.actuelles_des(caisses).exists()

    def prepare_par_son_auteur(self) -> bool:
        """Whether who asked made himself the only one lately: no national does alone what he prepared alone (A-24).

        He was opened by one alone; he closed who could confirm, or who could waits for a link; he declared the domain.
        """
        auteur, depuis = self.demande_par, horloge.maintenant() - DUREE_AVIS_SEUL
        if auteur is None or not self._engagee():
            return False
        partis = Q(inactive_par=auteur, inactive_le__gt=depuis) | Q(statut=Compte.Statut.EN_ATTENTE)
        possibles = Compte.objects.filter(partis, active_le__isnull=False).exclude(pk=self.compte_id)
        siennes = list(self.caisses.all())
        neufs = {un for caisse in siennes for un in caisse.domaines_neufs(auteur.pk, depuis)}
        surs = [un for caisse in siennes for un in caisse.domaines if un not in neufs]
        return (
            Contreseing.objects.ouvertures_seules().filter(compte=auteur).exists()
            or any(possibles.filter(cercle).exists() for cercle in self._cercles())
            or bool(neufs and not adresse_de_la_structure(self.compte.email, surs))
        )

    def _cercles(self) -> list[Q]:
        """Return who is asked first, then next: the structure's gestionnaires, the caisse's administrateurs, the nationals."""
        administrateurs = Q(profil__in=profils_avec(Droit.HABILITER))
        nationaux = Q(profil__in=profils_avec(Droit.CREER_CAISSES))
        if self.compte.partenaire_id:
            gestionnaires = Q(
                profil__in=profils_avec(Droit.GERER_STRUCTURE), partenaire=self.compte.partenaire_id
            )
            parts = Participation.objects.actuelles_des(Caisse.objects.all())
            liees = Caisse.objects.filter(
                participations__in=parts.filter(partenaire=self.compte.partenaire_id)
            )
            return [gestionnaires, administrateurs & Q(pk__in=_membres(liees)), nationaux]
        siennes = list(self.caisses.all())
        if not siennes:
            return [nationaux]
        for caisse in siennes:
            administrateurs &= Q(pk__in=_membres([caisse]))
        return [administrateurs, nationaux]


def _membres(caisses: Iterable[Caisse]) -> models.QuerySet:
    return Compte.caisses.through.objects.filter(caisse__in=caisses).values("compte")
