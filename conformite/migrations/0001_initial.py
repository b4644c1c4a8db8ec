
import conformite.models.journal
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='LotDetruit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lot', models.UUIDField(default=uuid.uuid4, unique=True, verbose_name='lot')),
                ('modele', models.CharField(max_length=80, verbose_name='modèle')),
                ('identites', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), size=None, verbose_name='identités')),
                ('nombre', models.PositiveIntegerField(verbose_name='nombre')),
                ('decompte', models.JSONField(default=dict, verbose_name='décompte')),
                ('repartition', models.JSONField(default=dict, verbose_name='répartition')),
                ('detruit_le', models.DateTimeField(verbose_name='détruit le')),
            ],
            options={
                'verbose_name': 'lot détruit',
                'verbose_name_plural': 'lots détruits',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='PurgeJournal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sceau', models.BigIntegerField(unique=True, verbose_name='sceau')),
                ('nombre', models.PositiveIntegerField(verbose_name='lignes')),
                ('purge_le', models.DateTimeField(verbose_name='purgé le')),
            ],
            options={
                'verbose_name': 'purge du journal',
                'verbose_name_plural': 'purges du journal',
                'ordering': ['sceau'],
            },
        ),
        migrations.CreateModel(
            name='SceauJournal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numero', models.BigIntegerField(unique=True, verbose_name='numéro')),
                ('jusqu_a', models.BigIntegerField(verbose_name='dernière ligne')),
                ('nombre', models.PositiveIntegerField(verbose_name='lignes')),
                ('releve', models.BinaryField(verbose_name='relevé des lignes')),
                ('empreinte_lignes', models.CharField(max_length=64, verbose_name='empreinte du relevé')),
                ('empreinte', models.CharField(max_length=64, verbose_name='empreinte chaînée')),
                ('scelle_le', models.DateTimeField(verbose_name='scellé le')),
            ],
            options={
                'verbose_name': 'sceau du journal',
                'verbose_name_plural': 'sceaux du journal',
                'ordering': ['numero'],
            },
        ),
        migrations.CreateModel(
            name='TemoinDesCles',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unique', models.BooleanField(default=True, unique=True)),
                ('empreinte', models.CharField(max_length=64, verbose_name='empreinte')),
            ],
            options={
                'verbose_name': 'témoin des clés',
                'verbose_name_plural': 'témoin des clés',
            },
        ),
        migrations.CreateModel(
            name='Execution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom', models.CharField(max_length=60, verbose_name='exécution')),
                ('tache', models.UUIDField(default=uuid.uuid4, verbose_name='identifiant de la tâche')),
                ('statut', models.CharField(choices=[('en_cours', 'En cours'), ('reussie', 'Réussie'), ('incomplete', 'Incomplète'), ('echouee', 'Échouée'), ('interrompue', 'Interrompue')], default='en_cours', max_length=12, verbose_name='état')),
                ('debut', models.DateTimeField(verbose_name='début')),
                ('fin', models.DateTimeField(blank=True, null=True, verbose_name='fin')),
                ('compteurs', models.JSONField(default=dict, verbose_name='compteurs')),
                ('erreur', models.CharField(blank=True, max_length=80, verbose_name='erreur')),
                ('repetitions', models.PositiveIntegerField(default=1, verbose_name='exécutions sans rien à faire')),
            ],
            options={
                'verbose_name': 'exécution automatique',
                'verbose_name_plural': 'exécutions automatiques',
                'ordering': ['-debut', '-pk'],
                'indexes': [models.Index(fields=['nom', '-debut'], name='execution_nom_debut')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('fin', None), ('statut', 'en_cours')), models.Q(models.Q(('statut', 'en_cours'), _negated=True), ('fin__isnull', False)), _connector='OR'), name='execution_finie_date')],
            },
        ),
        migrations.CreateModel(
            name='FreinPurge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('modele', models.CharField(max_length=80, verbose_name='modèle')),
                ('constate_le', models.DateTimeField(verbose_name='constaté le')),
                ('volume', models.PositiveIntegerField(verbose_name='lignes à détruire')),
                ('total', models.PositiveIntegerField(verbose_name='lignes présentes')),
                ('libere_le', models.DateTimeField(blank=True, null=True, verbose_name='libéré le')),
                ('libere_par', models.BigIntegerField(blank=True, null=True, verbose_name='libéré par')),
                ('clos_le', models.DateTimeField(blank=True, null=True, verbose_name='clos le')),
                ('cloture', models.CharField(blank=True, choices=[('execute', 'Purge libérée et faite'), ('sans-objet', 'Volume redevenu normal')], max_length=12, verbose_name='clôture')),
            ],
            options={
                'verbose_name': 'frein de la purge',
                'verbose_name_plural': 'freins de la purge',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('clos_le', None)), fields=('modele',), name='frein_un_seul_ouvert'), models.CheckConstraint(condition=models.Q(models.Q(('libere_le', None), ('libere_par', None)), models.Q(('libere_le__isnull', False), ('libere_par__isnull', False)), _connector='OR'), name='frein_libere_paire'), models.CheckConstraint(condition=models.Q(models.Q(('clos_le', None), ('cloture', '')), models.Q(('clos_le__isnull', False), models.Q(('cloture', ''), _negated=True)), _connector='OR'), name='frein_clos_paire')],
            },
        ),
        migrations.CreateModel(
            name='Gel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('objet_type', models.CharField(max_length=60, verbose_name='type d’objet')),
                ('objet_id', models.CharField(max_length=64, verbose_name='identifiant de l’objet')),
                ('reference', models.CharField(blank=True, max_length=40, verbose_name='référence')),
                ('caisse', models.BigIntegerField(null=True, verbose_name='caisse')),
                ('raison', models.CharField(choices=[('droits', 'Demande d’exercice de droits en cours'), ('contentieux', 'Réclamation ou contentieux'), ('violation', 'Violation de données en cours d’examen'), ('requisition', 'Demande d’une autorité')], max_length=12, verbose_name='raison')),
                ('jusqu_a', models.DateTimeField(verbose_name='jusqu’à')),
                ('terme_initial', models.DateField(blank=True, null=True, verbose_name='terme initial')),
                ('pose_le', models.DateTimeField(verbose_name='posé le')),
                ('pose_par', models.BigIntegerField(verbose_name='posé par')),
                ('leve_le', models.DateTimeField(blank=True, null=True, verbose_name='levé le')),
                ('leve_par', models.BigIntegerField(blank=True, null=True, verbose_name='levé par')),
            ],
            options={
                'verbose_name': 'gel',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['objet_type', 'objet_id'], name='gel_objet')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('leve_le', None), ('leve_par', None)), models.Q(('leve_le__isnull', False), ('leve_par__isnull', False)), _connector='OR'), name='gel_leve_paire'), models.UniqueConstraint(condition=models.Q(('leve_le', None)), fields=('objet_type', 'objet_id', 'raison'), name='gel_un_par_raison')],
            },
        ),
        migrations.CreateModel(
            name='LigneJournal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quand', models.DateTimeField(verbose_name='quand')),
                ('jour', models.DateField(verbose_name='jour')),
                ('acte', models.CharField(max_length=60, verbose_name='acte')),
                ('compte', models.BigIntegerField(null=True, verbose_name='compte')),
                ('profil', models.CharField(blank=True, max_length=15, verbose_name='profil')),
                ('objet_type', models.CharField(blank=True, max_length=60, verbose_name='type d’objet')),
                ('objet_id', models.CharField(blank=True, max_length=64, verbose_name='identifiant de l’objet')),
                ('reference', models.CharField(blank=True, max_length=40, verbose_name='référence')),
                ('citees', django.contrib.postgres.fields.ArrayField(base_field=conformite.models.journal.ReferenceScellee(max_length=80), default=list, size=None, verbose_name='références citées')),
                ('caisse', models.BigIntegerField(null=True, verbose_name='caisse')),
                ('partenaire', models.BigIntegerField(null=True, verbose_name='partenaire')),
                ('details', models.JSONField(default=dict, verbose_name='détails')),
            ],
            options={
                'verbose_name': 'ligne du journal',
                'verbose_name_plural': 'lignes du journal',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['jour', 'id'], name='journal_jour'), models.Index(fields=['compte', '-id'], name='journal_compte'), models.Index(fields=['caisse', '-id'], name='journal_caisse'), models.Index(fields=['partenaire', '-id'], name='journal_partenaire'), models.Index(fields=['acte'], name='journal_acte', opclasses=['varchar_pattern_ops']), models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['reference', '-id'], name='journal_reference'), models.Index(condition=models.Q(('details__has_key', 'contenu')), fields=['objet_type', 'objet_id', '-id'], name='journal_contenu'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('citees', []), _negated=True), fields=['citees'], name='journal_citees')],
            },
        ),
        migrations.AddIndex(
            model_name='lotdetruit',
            index=models.Index(fields=['modele', '-detruit_le'], name='lot_modele_date'),
        ),
        migrations.AddConstraint(
            model_name='temoindescles',
            constraint=models.CheckConstraint(condition=models.Q(('unique', True)), name='temoin_une_seule_ligne'),
        ),
    ]
