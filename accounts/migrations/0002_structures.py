
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('caisses', '0001_initial'),
        ('conventions', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='compte',
            name='partenaire',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comptes', to='conventions.partenaire', verbose_name='structure'),
        ),
        migrations.AddField(
            model_name='compte',
            name='poles',
            field=models.ManyToManyField(blank=True, related_name='comptes', to='caisses.pole', verbose_name='pôles'),
        ),
        migrations.AddField(
            model_name='compte',
            name='rattache_a',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='rattaches', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='compte',
            name='releve_de',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='releves', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='acceptationcgu',
            name='compte',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acceptations', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appareiltotp',
            name='user',
            field=models.ForeignKey(help_text='The user that this device belongs to.', on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='codesecours',
            name='compte',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes_secours', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='demandehabilitation',
            name='caisse',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demandes_habilitation', to='caisses.caisse'),
        ),
        migrations.AddField(
            model_name='demandehabilitation',
            name='compte',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='demandes', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='demandehabilitation',
            name='deposee_par',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='demandehabilitation',
            name='partenaire',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demandes_habilitation', to='conventions.partenaire'),
        ),
        migrations.AddField(
            model_name='demandehabilitation',
            name='releve_de',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='demandes_de_releve', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='demandehabilitation',
            name='traitee_par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='exclusion',
            name='caisse',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exclusions', to='caisses.caisse'),
        ),
        migrations.AddField(
            model_name='exclusion',
            name='compte',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exclusions', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='exclusion',
            name='levee_par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='exclusion',
            name='prononcee_par',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lienpersonnel',
            name='compte',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='liens', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lignerevue',
            name='compte',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lignes_revue', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lignerevue',
            name='decidee_par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='motdepasseancien',
            name='compte',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mots_de_passe_anciens', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='noticecompte',
            name='compte',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='oubli',
            name='compte',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='oublis', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='posteconnu',
            name='compte',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='postes', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='revue',
            name='caisse',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revues', to='caisses.caisse'),
        ),
        migrations.AddField(
            model_name='revue',
            name='ouverte_par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='revue',
            name='partenaire',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revues', to='conventions.partenaire'),
        ),
        migrations.AddField(
            model_name='lignerevue',
            name='revue',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lignes', to='accounts.revue'),
        ),
        migrations.AddField(
            model_name='sessionportail',
            name='compte',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signalementsecurite',
            name='compte',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='signalements_securite', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signalementsecurite',
            name='declare_par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signalementsecurite',
            name='traite_par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='versioncgu',
            name='publiee_par',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='acceptationcgu',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acceptations', to='accounts.versioncgu'),
        ),
        migrations.AddIndex(
            model_name='compte',
            index=models.Index(fields=['partenaire', 'profil', 'statut'], name='compte_places'),
        ),
        migrations.AddIndex(
            model_name='compte',
            index=models.Index(models.F('suppression_le'), condition=models.Q(('statut', 'inactif')), name='compte_a_supprimer'),
        ),
        migrations.AddIndex(
            model_name='compte',
            index=models.Index(fields=['email'], name='compte_email'),
        ),
        migrations.AddConstraint(
            model_name='compte',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('partenaire__isnull', False), ('profil__in', frozenset(['gestionnaire', 'technicien']))), models.Q(models.Q(('profil__in', frozenset(['gestionnaire', 'technicien'])), _negated=True), ('partenaire__isnull', True)), _connector='OR'), name='compte_partenaire_selon_profil'),
        ),
        migrations.AddConstraint(
            model_name='compte',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('inactive_le__isnull', False), ('statut__in', ('inactif', 'supprime')), ('suppression_le__isnull', False)), models.Q(('inactive_le__isnull', True), ('suppression_le__isnull', True), models.Q(('statut__in', ('inactif', 'supprime')), _negated=True)), _connector='OR'), name='compte_inactif_date'),
        ),
        migrations.AddConstraint(
            model_name='compte',
            constraint=models.CheckConstraint(condition=models.Q(('statut__in', ('inactif', 'supprime')), ('inactivation', ''), _connector='XOR'), name='compte_inactif_motif'),
        ),
        migrations.AddConstraint(
            model_name='compte',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('depart_annonce_le', None), ('depart_le', None)), models.Q(('depart_annonce_le__isnull', False), ('depart_le__isnull', False)), _connector='OR'), name='compte_depart_annonce'),
        ),
        migrations.AddConstraint(
            model_name='compte',
            constraint=models.UniqueConstraint(condition=models.Q(('releve_de__isnull', False), ('statut__in', ('en_attente', 'actif'))), fields=('releve_de',), name='compte_une_releve_par_place'),
        ),
        migrations.AddConstraint(
            model_name='appareiltotp',
            constraint=models.UniqueConstraint(fields=('user',), name='appareil_un_par_compte'),
        ),
        migrations.AddIndex(
            model_name='demandehabilitation',
            index=models.Index(fields=['caisse', 'statut', 'echeance'], name='demande_habilitation_file'),
        ),
        migrations.AddConstraint(
            model_name='demandehabilitation',
            constraint=models.CheckConstraint(condition=models.Q(('statut__in', ['deposee', 'retiree']), ('traitee_le__isnull', False), _connector='OR'), name='demande_habilitation_traitee'),
        ),
        migrations.AddConstraint(
            model_name='demandehabilitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('statut__in', ['renvoyee', 'refusee']), _negated=True), models.Q(('commentaire', ''), _negated=True), _connector='OR'), name='demande_habilitation_motivee'),
        ),
        migrations.AddConstraint(
            model_name='exclusion',
            constraint=models.UniqueConstraint(condition=models.Q(('levee_le', None)), fields=('compte', 'caisse'), name='exclusion_une_en_cours'),
        ),
        migrations.AddConstraint(
            model_name='exclusion',
            constraint=models.CheckConstraint(condition=models.Q(('raison', ''), _negated=True), name='exclusion_motivee'),
        ),
        migrations.AddConstraint(
            model_name='lienpersonnel',
            constraint=models.CheckConstraint(condition=models.Q(('expire_le__gt', models.F('cree_le'))), name='lien_expire_apres'),
        ),
        migrations.AddConstraint(
            model_name='noticecompte',
            constraint=models.UniqueConstraint(fields=('compte', 'nature', 'seuil_jours', 'date'), name='notice_une_par_seuil_et_date'),
        ),
        migrations.AddConstraint(
            model_name='posteconnu',
            constraint=models.CheckConstraint(condition=models.Q(('expire_le__gt', models.F('cree_le'))), name='poste_expire_apres'),
        ),
        migrations.AddConstraint(
            model_name='revue',
            constraint=models.UniqueConstraint(condition=models.Q(('close_le', None)), fields=('partenaire',), name='revue_une_ouverte_par_structure'),
        ),
        migrations.AddConstraint(
            model_name='lignerevue',
            constraint=models.UniqueConstraint(fields=('revue', 'compte'), name='ligne_revue_unique'),
        ),
        migrations.AddConstraint(
            model_name='lignerevue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decidee_le', None), ('decision', '')), models.Q(models.Q(('decision', ''), _negated=True), ('decidee_le__isnull', False)), _connector='OR'), name='ligne_revue_decidee'),
        ),
        migrations.AddConstraint(
            model_name='acceptationcgu',
            constraint=models.UniqueConstraint(fields=('version', 'compte'), name='acceptation_unique'),
        ),
        migrations.CreateModel(
            name='Contreseing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('ouverture', 'Ouvrir un compte'), ('reouverture', 'Rouvrir un compte'), ('rattachement', 'Donner accès à une caisse'), ('adresse', 'Changer l’adresse électronique'), ('facteur', 'Remplacer un second facteur perdu')], max_length=15, verbose_name='acte')),
                ('statut', models.CharField(choices=[('attendu', 'À confirmer'), ('confirme', 'Confirmé'), ('refuse', 'Refusé'), ('expire', 'Expiré sans confirmation'), ('seul', 'Fait par une personne seule')], default='attendu', max_length=10, verbose_name='état')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='nouvelle adresse électronique')),
                ('demande_le', models.DateTimeField(verbose_name='demandé le')),
                ('expire_le', models.DateTimeField(verbose_name='à confirmer avant le')),
                ('decide_le', models.DateTimeField(blank=True, null=True, verbose_name='décidé le')),
                ('raison', models.CharField(blank=True, max_length=300, verbose_name='raison du refus')),
                ('caisses', models.ManyToManyField(blank=True, related_name='+', to='caisses.caisse')),
                ('compte', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contreseings', to=settings.AUTH_USER_MODEL)),
                ('decide_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('demande_par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('poles', models.ManyToManyField(blank=True, related_name='+', to='caisses.pole')),
            ],
            options={
                'verbose_name': 'contreseing',
                'ordering': ['-demande_le', '-pk'],
                'indexes': [models.Index(fields=['statut', 'expire_le'], name='contreseing_attendus')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('statut', 'confirme'), _negated=True), ('decide_par', None), models.Q(('decide_par', models.F('compte')), ('nature', 'adresse')), models.Q(models.Q(('decide_par', models.F('demande_par')), _negated=True), models.Q(('decide_par', models.F('compte')), _negated=True)), _connector='OR'), name='contreseing_deux_personnes'), models.CheckConstraint(condition=models.Q(('statut__in', ['attendu', 'seul']), ('decide_le__isnull', False), _connector='XOR'), name='contreseing_decide'), models.CheckConstraint(condition=models.Q(models.Q(('statut', 'refuse'), _negated=True), models.Q(('raison', ''), _negated=True), _connector='OR'), name='contreseing_refus_motive'), models.UniqueConstraint(condition=models.Q(('statut', 'attendu')), fields=('compte', 'nature'), name='contreseing_un_attendu')],
            },
        ),
    ]
