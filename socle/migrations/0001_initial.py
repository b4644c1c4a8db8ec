
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='CourrielSortant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.CharField(max_length=120, unique=True)),
                ('destinataire', models.EmailField(max_length=254)),
                ('gabarit', models.CharField(max_length=80)),
                ('sujet', models.CharField(max_length=200)),
                ('corps', models.TextField()),
                ('lien_personnel', models.PositiveBigIntegerField(blank=True, null=True)),
                ('secret_scelle', models.BinaryField(blank=True, null=True)),
                ('cree_le', models.DateTimeField()),
                ('pas_avant', models.DateTimeField(blank=True, null=True)),
                ('reclame_jusqu_a', models.DateTimeField(blank=True, null=True)),
                ('essais', models.PositiveSmallIntegerField(default=0)),
                ('regroupable', models.BooleanField(db_default=False, default=False)),
                ('derniere_erreur', models.CharField(blank=True, max_length=80)),
                ('envoye_le', models.DateTimeField(blank=True, null=True)),
                ('abandonne_le', models.DateTimeField(blank=True, null=True)),
                ('chemin', models.CharField(blank=True, default='', max_length=200)),
                ('lu_le', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'courriel sortant',
                'verbose_name_plural': 'courriels sortants',
                'constraints': [models.CheckConstraint(condition=models.Q(('envoye_le', None), ('secret_scelle', None), _connector='OR'), name='courriel_secret_efface')],
                'indexes': [models.Index(models.F('id'), condition=models.Q(('abandonne_le', None), ('envoye_le', None)), name='courriel_en_attente'), models.Index(models.F('destinataire'), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('chemin', ''), _negated=True), name='courriel_notification')],
            },
        ),
        migrations.CreateModel(
            name='DecalageHorloge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unique', models.BooleanField(default=True, unique=True)),
                ('duree', models.DurationField()),
            ],
            options={
                'verbose_name': 'décalage de l’horloge',
                'verbose_name_plural': 'décalage de l’horloge',
                'constraints': [models.CheckConstraint(condition=models.Q(('unique', True)), name='decalage_une_seule_ligne')],
            },
        ),
        migrations.CreateModel(
            name='Maintenance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('debut', models.DateTimeField(verbose_name='début')),
                ('fin', models.DateTimeField(verbose_name='fin')),
                ('message', models.CharField(blank=True, max_length=200, verbose_name='message')),
                ('annoncee_le', models.DateTimeField()),
                ('annulee_le', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'maintenance',
                'ordering': ['-debut'],
                'constraints': [models.CheckConstraint(condition=models.Q(('fin__gt', models.F('debut'))), name='maintenance_fin_apres_debut')],
            },
        ),
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cle', models.CharField(max_length=32)),
                ('quand', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'passage',
                'indexes': [models.Index(fields=['cle', 'quand'], name='passage_recent')],
            },
        ),
    ]
