
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Motif',
            fields=[
                ('code', models.SlugField(primary_key=True, serialize=False, verbose_name='code')),
                ('libelle', models.CharField(max_length=160, verbose_name='libellé')),
                ('ordre', models.PositiveSmallIntegerField(default=0, verbose_name='ordre')),
                ('pole_code', models.SlugField(verbose_name='pôle par défaut')),
                ('assure', models.BooleanField(default=True, verbose_name='concerne un assuré')),
                ('consentement', models.BooleanField(default=False, verbose_name='accord demandé à part')),
                ('fiche', models.BooleanField(default=False, verbose_name='fiche de signalement')),
                ('urgent', models.BooleanField(default=False, verbose_name='urgent par nature')),
                ('lie_a_une_demande', models.BooleanField(default=False, verbose_name='porte sur une demande déjà déposée')),
                ('pieces', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, default=list, size=None, verbose_name='pièces appelées')),
                ('pieces_facultatives', models.BooleanField(default=False, verbose_name='pièces facultatives')),
            ],
            options={
                'verbose_name': 'motif',
                'ordering': ['service__ordre', 'ordre'],
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('code', models.SlugField(primary_key=True, serialize=False, verbose_name='code')),
                ('libelle', models.CharField(max_length=120, verbose_name='libellé')),
                ('ordre', models.PositiveSmallIntegerField(default=0, verbose_name='ordre')),
            ],
            options={
                'verbose_name': 'service',
                'ordering': ['ordre'],
            },
        ),
        migrations.CreateModel(
            name='Caisse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('nom', models.CharField(max_length=120, verbose_name='nom')),
                ('fuseau', models.CharField(default='Europe/Paris', max_length=40, verbose_name='fuseau horaire')),
                ('departement', models.CharField(max_length=3, verbose_name='département du siège')),
                ('departements', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3), default=list, size=None, verbose_name='départements couverts')),
                ('domaines', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, size=None, verbose_name='domaines de messagerie')),
                ('domaines_declares', models.JSONField(blank=True, default=dict, verbose_name='déclarations des domaines')),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('courriel', models.EmailField(blank=True, max_length=254, verbose_name='courriel')),
                ('adresse', models.TextField(blank=True, max_length=400, verbose_name='adresse')),
                ('site_internet', models.URLField(blank=True, verbose_name='site internet')),
                ('support_nom', models.CharField(blank=True, max_length=120, verbose_name='interlocuteur local')),
                ('support_telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone de l’interlocuteur local')),
                ('support_courriel', models.EmailField(blank=True, max_length=254, verbose_name='courriel de l’interlocuteur local')),
                ('dpo_nom', models.CharField(blank=True, max_length=120, verbose_name='délégué à la protection des données')),
                ('dpo_courriel', models.EmailField(blank=True, max_length=254, verbose_name='courriel du délégué à la protection des données')),
                ('dpo_adresse', models.TextField(blank=True, max_length=400, verbose_name='adresse postale du délégué')),
                ('premiere_relance_jours', models.PositiveSmallIntegerField(db_default=5, default=5, verbose_name='premier rappel')),
                ('seconde_relance_jours', models.PositiveSmallIntegerField(db_default=10, default=10, verbose_name='second rappel')),
                ('sans_reponse_jours', models.PositiveSmallIntegerField(db_default=20, default=20, verbose_name='clôture sans réponse')),
                ('fermee_le', models.DateField(blank=True, null=True, verbose_name='fermée le')),
                ('cle_exigee', models.BooleanField(db_default=False, default=False, verbose_name='clé d’accès exigée')),
            ],
            options={
                'verbose_name': 'caisse',
                'ordering': ['nom'],
                'constraints': [models.CheckConstraint(condition=models.Q(('premiere_relance_jours__gte', 1), ('sans_reponse_jours__gt', models.F('seconde_relance_jours')), ('seconde_relance_jours__gt', models.F('premiere_relance_jours'))), name='caisse_relances_dans_l_ordre')],
            },
        ),
        migrations.CreateModel(
            name='Pole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(verbose_name='code')),
                ('libelle', models.CharField(max_length=120, verbose_name='libellé')),
                ('caisse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='poles', to='caisses.caisse')),
            ],
            options={
                'verbose_name': 'pôle',
                'ordering': ['libelle'],
            },
        ),
        migrations.CreateModel(
            name='ReglageMotif',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delai_jours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='délai visé (jours ouvrés)')),
                ('delai_urgent_jours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='délai visé en urgence (jours ouvrés)')),
                ('caisse', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reglages', to='caisses.caisse')),
                ('motif', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reglages', to='caisses.motif')),
            ],
            options={
                'verbose_name': 'réglage d’un motif',
                'verbose_name_plural': 'réglages des motifs',
            },
        ),
        migrations.AddField(
            model_name='motif',
            name='service',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='motifs', to='caisses.service'),
        ),
        migrations.CreateModel(
            name='VecteurContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordre', models.PositiveSmallIntegerField(default=0, verbose_name='ordre')),
                ('canal', models.CharField(choices=[('compte-ameli', 'Compte ameli de l’assuré'), ('portail', 'Espace Partenaires'), ('telephone', 'Téléphone'), ('bal', 'Boîte aux lettres électronique'), ('courrier', 'Courrier'), ('accueil', 'Accueil sur place')], max_length=12, verbose_name='canal')),
                ('libelle', models.CharField(max_length=120, verbose_name='intitulé')),
                ('valeur', models.CharField(blank=True, max_length=200, verbose_name='numéro, adresse ou lien')),
                ('usage', models.CharField(blank=True, max_length=200, verbose_name='pour quoi faire')),
                ('theme', models.CharField(blank=True, max_length=80, verbose_name='thème')),
                ('departements', models.CharField(blank=True, max_length=80, verbose_name='départements')),
                ('pole', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='caisses.pole', verbose_name='pôle')),
                ('aussi_pour', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, default=list, size=None, verbose_name='sert aussi')),
                ('mention', models.CharField(blank=True, max_length=60, verbose_name='mot à dire, ou à écrire dans l’objet')),
                ('caisse', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vecteurs', to='caisses.caisse')),
            ],
            options={
                'verbose_name': 'vecteur de contact',
                'verbose_name_plural': 'vecteurs de contact',
                'ordering': ['ordre', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='JourChome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jour', models.DateField(verbose_name='jour')),
                ('libelle', models.CharField(max_length=80, verbose_name='libellé')),
                ('caisse', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chomes', to='caisses.caisse')),
            ],
            options={
                'verbose_name': 'jour chômé',
                'verbose_name_plural': 'jours chômés',
                'ordering': ['jour'],
                'constraints': [models.UniqueConstraint(fields=('caisse', 'jour'), name='jour_chome_unique')],
            },
        ),
        migrations.CreateModel(
            name='RegleAiguillage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordre', models.PositiveSmallIntegerField(default=0, verbose_name='ordre')),
                ('departement', models.CharField(blank=True, max_length=3, verbose_name='département de la personne')),
                ('structure', models.CharField(blank=True, max_length=12, verbose_name='type de structure')),
                ('caisse', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aiguillages', to='caisses.caisse')),
                ('motif', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='caisses.motif')),
                ('poles', models.ManyToManyField(related_name='aiguillages', to='caisses.pole')),
            ],
            options={
                'verbose_name': 'règle d’aiguillage',
                'verbose_name_plural': 'règles d’aiguillage',
                'ordering': ['ordre', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='pole',
            constraint=models.UniqueConstraint(fields=('caisse', 'code'), name='pole_unique_par_caisse'),
        ),
        migrations.AddConstraint(
            model_name='reglagemotif',
            constraint=models.UniqueConstraint(fields=('caisse', 'motif'), name='reglage_unique'),
        ),
    ]
