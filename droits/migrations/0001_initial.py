
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('caisses', '0001_initial'),
        ('conventions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Alerte',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cle', models.CharField(max_length=80, verbose_name='clé')),
                ('ouverte_le', models.DateTimeField(verbose_name='ouverte le')),
                ('close_le', models.DateTimeField(blank=True, null=True, verbose_name='close le')),
            ],
            options={
                'verbose_name': 'alerte',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('close_le', None)), fields=('cle',), name='alerte_une_ouverte')],
            },
        ),
        migrations.CreateModel(
            name='Violation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sceau', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('cle_enveloppee', models.BinaryField(verbose_name='clé enveloppée')),
                ('terme_le', models.DateField(verbose_name='conservé jusqu’au')),
                ('reference', models.CharField(max_length=13, unique=True, verbose_name='référence')),
                ('natures', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('confidentialite', 'Des données ont pu être vues par quelqu’un qui ne devait pas'), ('integrite', 'Des données ont pu être modifiées à tort'), ('disponibilite', 'Des données ont pu être perdues ou rendues inaccessibles'), ('regles', 'Une règle de la convention n’a pas été respectée')], max_length=20), size=None, verbose_name='nature')),
                ('autres_echanges', models.BooleanField(default=False, verbose_name='concerne un échange hors du portail')),
                ('connue_le', models.DateTimeField(verbose_name='connue le')),
                ('declaree_le', models.DateTimeField(verbose_name='déclarée le')),
                ('delai_heures', models.PositiveSmallIntegerField(verbose_name='délai de la convention (heures)')),
                ('description_scellee', models.BinaryField()),
                ('personnes', models.PositiveIntegerField(blank=True, null=True, verbose_name='nombre de personnes concernées')),
                ('risque', models.CharField(blank=True, choices=[('aucun', 'Pas de risque pour les personnes : à documenter seulement'), ('risque', 'Un risque : à notifier à l’autorité'), ('eleve', 'Un risque élevé : à notifier à l’autorité et aux personnes')], max_length=8, verbose_name='risque')),
                ('evaluee_le', models.DateTimeField(blank=True, null=True, verbose_name='évaluée le')),
                ('partie_le', models.DateTimeField(blank=True, null=True, verbose_name='autre partie informée le')),
                ('autorite_le', models.DateTimeField(blank=True, null=True, verbose_name='notifiée à l’autorité le')),
                ('personnes_le', models.DateTimeField(blank=True, null=True, verbose_name='personnes informées le')),
                ('close_le', models.DateTimeField(blank=True, null=True, verbose_name='close le')),
                ('caisse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='violations', to='caisses.caisse')),
                ('declaree_par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='violations_declarees', to=settings.AUTH_USER_MODEL)),
                ('partenaire', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='violations', to='conventions.partenaire')),
            ],
            options={
                'verbose_name': 'violation de données',
                'verbose_name_plural': 'violations de données',
                'ordering': ['-declaree_le', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='EtapeViolation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sceau', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('quoi', models.CharField(choices=[('declaree', 'Déclarée'), ('partie', 'Autre partie informée'), ('evaluee', 'Risque évalué'), ('autorite', 'Notifiée à l’autorité'), ('personnes', 'Personnes informées'), ('mesure', 'Ce qui est fait'), ('close', 'Close')], max_length=12, verbose_name='étape')),
                ('precision', models.CharField(blank=True, max_length=20, verbose_name='précision')),
                ('texte_scelle', models.BinaryField(default=bytes)),
                ('le', models.DateTimeField(verbose_name='le')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('violation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='etapes', to='droits.violation')),
            ],
            options={
                'verbose_name': 'étape d’une violation',
                'verbose_name_plural': 'étapes des violations',
                'ordering': ['le', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DocumentDeViolation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('emplacement', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('nom_scelle', models.BinaryField()),
                ('genre', models.CharField(choices=[('pdf', 'PDF'), ('jpeg', 'JPEG'), ('png', 'PNG')], max_length=4, verbose_name='format')),
                ('taille', models.PositiveIntegerField(verbose_name='taille (octets)')),
                ('etat', models.CharField(choices=[('en_analyse', 'Analyse en cours'), ('sain', 'Sain'), ('infecte', 'Infecté'), ('refuse', 'Refusé'), ('non_analyse', 'Non analysé')], default='en_analyse', max_length=12, verbose_name='état')),
                ('raison', models.CharField(blank=True, max_length=60, verbose_name='raison')),
                ('avertissements', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None)),
                ('ajoute_le', models.DateTimeField(verbose_name='ajouté le')),
                ('analyse_le', models.DateTimeField(blank=True, null=True, verbose_name='analysé le')),
                ('analyse_version', models.CharField(blank=True, max_length=100, verbose_name='version des signatures')),
                ('essais', models.PositiveSmallIntegerField(default=0, verbose_name='essais d’analyse')),
                ('prochain_essai_le', models.DateTimeField(blank=True, null=True, verbose_name='prochain essai le')),
                ('ajoute_par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('violation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='droits.violation')),
            ],
            options={
                'verbose_name': 'document d’une violation',
                'verbose_name_plural': 'documents des violations',
                'ordering': ['ajoute_le', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AttestationDestruction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signataire', models.CharField(max_length=120, verbose_name='signataire')),
                ('attestee_le', models.DateField(verbose_name='attestée le')),
                ('saisie_le', models.DateTimeField(verbose_name='saisie le')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='attestation', to='conventions.participation', verbose_name='partenariat')),
            ],
            options={
                'verbose_name': 'attestation de destruction',
                'verbose_name_plural': 'attestations de destruction',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('signataire', ''), _negated=True), name='attestation_a_un_signataire')],
            },
        ),
        migrations.CreateModel(
            name='DemandeDroits',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sceau', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('cle_enveloppee', models.BinaryField(verbose_name='clé enveloppée')),
                ('terme_le', models.DateField(verbose_name='conservé jusqu’au')),
                ('reference', models.CharField(max_length=13, unique=True, verbose_name='référence')),
                ('droit', models.CharField(choices=[('information', 'Information'), ('acces', 'Accès'), ('rectification', 'Rectification'), ('limitation', 'Limitation'), ('opposition', 'Opposition')], max_length=15, verbose_name='droit exercé')),
                ('qualite', models.CharField(choices=[('assure', 'Une personne accompagnée'), ('professionnel', 'Un professionnel, pour son compte du portail')], default='assure', max_length=15, verbose_name='qui demande')),
                ('recue_le', models.DateField(verbose_name='reçue le')),
                ('echeance_le', models.DateField(verbose_name='à répondre au plus tard le')),
                ('saisie_le', models.DateTimeField(verbose_name='saisie le')),
                ('contenu_scelle', models.BinaryField()),
                ('identite_le', models.DateTimeField(blank=True, null=True, verbose_name='identité vérifiée le')),
                ('recherchee_le', models.DateTimeField(blank=True, null=True, verbose_name='recherche faite le')),
                ('resultat_scelle', models.BinaryField(default=bytes, verbose_name='ce que la recherche a trouvé')),
                ('repondue_le', models.DateTimeField(blank=True, null=True, verbose_name='répondue le')),
                ('reponse', models.CharField(blank=True, choices=[('accordee', 'Accordée'), ('partielle', 'Accordée en partie'), ('refusee', 'Refusée'), ('rien', 'Aucune donnée conservée')], max_length=10, verbose_name='réponse')),
                ('alerte_jours', models.PositiveSmallIntegerField(default=0, verbose_name='dernière alerte envoyée')),
                ('caisse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demandes_de_droits', to='caisses.caisse')),
                ('partenaire', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='demandes_de_droits', to='conventions.partenaire')),
                ('saisie_par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'demande d’exercice de droits',
                'verbose_name_plural': 'demandes d’exercice de droits',
                'ordering': ['echeance_le', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('repondue_le', None), ('reponse', '')), models.Q(('repondue_le__isnull', False), models.Q(('reponse', ''), _negated=True)), _connector='OR'), name='droits_reponse_date'), models.CheckConstraint(condition=models.Q(('recherchee_le', None), ('identite_le__isnull', False), _connector='OR'), name='droits_identite_avant_recherche')],
            },
        ),
        migrations.AddConstraint(
            model_name='violation',
            constraint=models.CheckConstraint(condition=models.Q(('connue_le__lte', models.F('declaree_le'))), name='violation_connue_avant_declaree'),
        ),
        migrations.AddConstraint(
            model_name='violation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('evaluee_le', None), ('risque', '')), models.Q(models.Q(('risque', ''), _negated=True), ('evaluee_le__isnull', False)), _connector='OR'), name='violation_risque_date'),
        ),
        migrations.AddConstraint(
            model_name='violation',
            constraint=models.CheckConstraint(condition=models.Q(('close_le', None), models.Q(models.Q(('partenaire', None), ('partie_le__isnull', False), _connector='OR'), models.Q(('risque', 'aucun'), models.Q(('autorite_le__isnull', False), ('risque', 'risque')), models.Q(('autorite_le__isnull', False), ('personnes_le__isnull', False), ('risque', 'eleve')), _connector='OR')), _connector='OR'), name='violation_close_une_fois_notifiee'),
        ),
        migrations.AddIndex(
            model_name='documentdeviolation',
            index=models.Index(condition=models.Q(('etat__in', ('en_analyse', 'non_analyse'))), fields=['prochain_essai_le', 'id'], name='documentdeviolation_en_attente'),
        ),
        migrations.AddConstraint(
            model_name='documentdeviolation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat__in', ('sain', 'infecte')), _negated=True), ('analyse_le__isnull', False), _connector='OR'), name='droits_documentdeviolation_verdict_date'),
        ),
        migrations.AddConstraint(
            model_name='documentdeviolation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat__in', ('infecte', 'refuse')), models.Q(('raison', ''), _negated=True)), models.Q(models.Q(('etat__in', ('infecte', 'refuse')), _negated=True), ('raison', '')), _connector='OR'), name='droits_documentdeviolation_raison'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='documentdeviolation',
            trigger=pgtrigger.compiler.Trigger(name='contenu_a_effacer', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO fichiers_emplacementaeffacer (emplacement) VALUES (OLD.emplacement); RETURN OLD;', hash='092dfc0fe22b08ce3f3953e004ef6d5b0576af73', operation='DELETE', pgid='pgtrigger_contenu_a_effacer_38cc9', table='droits_documentdeviolation', when='AFTER')),
        ),
    ]
