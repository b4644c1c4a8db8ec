
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('caisses', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Abonnement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('depuis', models.DateTimeField(verbose_name='depuis le')),
                ('lettre_le', models.DateTimeField(blank=True, null=True, verbose_name='dernière lettre le')),
                ('compte', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='abonnement', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'abonnement',
            },
        ),
        migrations.CreateModel(
            name='Formation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('titre', models.CharField(max_length=120, verbose_name='titre')),
                ('texte', models.TextField(blank=True, max_length=1500, verbose_name='programme')),
                ('quand', models.DateTimeField(verbose_name='date et heure')),
                ('lieu', models.CharField(max_length=160, verbose_name='lieu')),
                ('places', models.PositiveSmallIntegerField(verbose_name='places')),
                ('annulee_le', models.DateTimeField(blank=True, null=True, verbose_name='annulée le')),
                ('caisse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='formations', to='caisses.caisse')),
            ],
            options={
                'verbose_name': 'formation',
                'ordering': ['quand', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Assistance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=13, unique=True, verbose_name='référence')),
                ('nature', models.CharField(choices=[('panne', 'Dysfonctionnement'), ('acces', 'Défaut d’accessibilité')], max_length=6, verbose_name='nature')),
                ('niveau', models.CharField(choices=[('local', 'Interlocuteur de la caisse'), ('national', 'Support national')], max_length=8, verbose_name='niveau')),
                ('courriel', models.EmailField(blank=True, max_length=254, verbose_name='courriel')),
                ('page', models.CharField(blank=True, max_length=200, verbose_name='page')),
                ('tentative', models.TextField(blank=True, max_length=1000, verbose_name='ce qui était tenté')),
                ('constat', models.TextField(max_length=2000, verbose_name='ce qui s’est passé')),
                ('environnement', models.CharField(blank=True, max_length=200, verbose_name='navigateur')),
                ('recue_le', models.DateTimeField(verbose_name='reçue le')),
                ('due_le', models.DateField(verbose_name='réponse due le')),
                ('reponse', models.TextField(blank=True, max_length=2000, verbose_name='réponse')),
                ('repondue_le', models.DateTimeField(blank=True, null=True, verbose_name='répondue le')),
                ('caisse', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assistances', to='caisses.caisse')),
                ('compte', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assistances', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'demande d’assistance',
                'ordering': ['due_le', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('repondue_le', None), ('reponse', '')), models.Q(('repondue_le__isnull', False), models.Q(('reponse', ''), _negated=True)), _connector='OR'), name='assistance_reponse_datee'), models.CheckConstraint(condition=models.Q(('niveau', 'national'), ('caisse__isnull', False), _connector='OR'), name='assistance_locale_de_caisse')],
            },
        ),
        migrations.CreateModel(
            name='Inscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('inscrite_le', models.DateTimeField(verbose_name='inscrite le')),
                ('compte', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='formations', to=settings.AUTH_USER_MODEL)),
                ('formation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='inscriptions', to='information.formation')),
            ],
            options={
                'verbose_name': 'inscription',
                'constraints': [models.UniqueConstraint(fields=('formation', 'compte'), name='inscription_unique')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('flash', 'Flash-info'), ('actualite', 'Actualité réglementaire'), ('document', 'Document à télécharger'), ('lien', 'Lien utile')], max_length=10, verbose_name='nature')),
                ('titre', models.CharField(max_length=120, verbose_name='titre')),
                ('texte', models.TextField(blank=True, max_length=1500, verbose_name='texte')),
                ('url', models.URLField(blank=True, verbose_name='adresse')),
                ('publiee_le', models.DateTimeField(verbose_name='publiée le')),
                ('jusqu_au', models.DateField(blank=True, null=True, verbose_name='affichée jusqu’au')),
                ('retiree_le', models.DateTimeField(blank=True, null=True, verbose_name='retirée le')),
                ('caisse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='caisses.caisse')),
            ],
            options={
                'verbose_name': 'publication',
                'ordering': ['-publiee_le', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('nature__in', ('document', 'lien')), _negated=True), models.Q(('url', ''), _negated=True), _connector='OR'), name='publication_adresse')],
            },
        ),
    ]
