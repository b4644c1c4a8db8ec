
import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('caisses', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AcceptationCGU',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('acceptee_le', models.DateTimeField(verbose_name='acceptée le')),
            ],
            options={
                'verbose_name': 'acceptation des CGU',
                'verbose_name_plural': 'acceptations des CGU',
            },
        ),
        migrations.CreateModel(
            name='AppareilTOTP',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='The human-readable name of this device.', max_length=64)),
                ('confirmed', models.BooleanField(default=True, help_text='Is this device ready for use?')),
                ('throttling_failure_timestamp', models.DateTimeField(blank=True, default=None, help_text='A timestamp of the last failed verification attempt. Null if last attempt succeeded.', null=True)),
                ('throttling_failure_count', models.PositiveIntegerField(default=0, help_text='Number of successive failed attempts.')),
                ('graine_scellee', models.BinaryField()),
                ('dernier_pas', models.BigIntegerField(default=-1)),
                ('derive', models.SmallIntegerField(db_default=0, default=0)),
                ('application', models.BooleanField(db_default=True, default=True, verbose_name='la graine est dans une application')),
                ('cree_le', models.DateTimeField(verbose_name='enregistré le')),
            ],
            options={
                'verbose_name': 'appareil de code à usage unique',
            },
        ),
        migrations.CreateModel(
            name='CodeSecours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('empreinte', models.CharField(max_length=128, verbose_name='empreinte')),
                ('cree_le', models.DateTimeField(verbose_name='créé le')),
                ('utilise_le', models.DateTimeField(blank=True, null=True, verbose_name='utilisé le')),
            ],
            options={
                'verbose_name': 'code de secours',
                'verbose_name_plural': 'codes de secours',
            },
        ),
        migrations.CreateModel(
            name='DemandeHabilitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('habilitation', 'Habiliter un gestionnaire'), ('modification', 'Modifier les coordonnées d’un gestionnaire'), ('inactivation', 'Inactiver un gestionnaire'), ('membres', 'Déclarer un changement du nombre de membres')], max_length=12, verbose_name='objet')),
                ('statut', models.CharField(choices=[('deposee', 'À traiter par la caisse'), ('renvoyee', 'Renvoyée pour complément'), ('acceptee', 'Acceptée'), ('refusee', 'Refusée'), ('retiree', 'Retirée')], default='deposee', max_length=10, verbose_name='état')),
                ('civilite', models.CharField(blank=True, choices=[('madame', 'Madame'), ('monsieur', 'Monsieur')], max_length=10, verbose_name='civilité')),
                ('nom', models.CharField(blank=True, max_length=80, verbose_name='nom')),
                ('prenom', models.CharField(blank=True, max_length=80, verbose_name='prénom')),
                ('fonction', models.CharField(blank=True, max_length=120, verbose_name='fonction')),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='adresse électronique professionnelle')),
                ('depart_le', models.DateField(blank=True, null=True, verbose_name='date de départ souhaitée')),
                ('membres', models.PositiveIntegerField(blank=True, null=True, verbose_name='nombre de membres')),
                ('deposee_le', models.DateTimeField(verbose_name='déposée le')),
                ('echeance', models.DateField(verbose_name='à traiter avant la fin du')),
                ('traitee_le', models.DateTimeField(blank=True, null=True, verbose_name='traitée le')),
                ('commentaire', models.TextField(blank=True, verbose_name='commentaire de la caisse')),
            ],
            options={
                'verbose_name': 'demande d’habilitation',
                'verbose_name_plural': 'demandes d’habilitation',
                'ordering': ['-deposee_le'],
            },
        ),
        migrations.CreateModel(
            name='Exclusion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('raison', models.TextField(verbose_name='raison')),
                ('prononcee_le', models.DateTimeField(verbose_name='prononcée le')),
                ('levee_le', models.DateTimeField(blank=True, null=True, verbose_name='levée le')),
            ],
            options={
                'verbose_name': 'exclusion',
            },
        ),
        migrations.CreateModel(
            name='LienPersonnel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('usage', models.CharField(choices=[('activation', 'Activation du compte'), ('mot-de-passe', 'Mot de passe oublié'), ('second-facteur', 'Second facteur perdu'), ('adresse', 'Nouvelle adresse à confirmer'), ('agenda', 'Dates des conventions dans un agenda')], max_length=15, verbose_name='usage')),
                ('empreinte', models.CharField(max_length=64, unique=True, verbose_name='empreinte du jeton')),
                ('graine_scellee', models.BinaryField(blank=True, null=True)),
                ('cree_le', models.DateTimeField(verbose_name='créé le')),
                ('expire_le', models.DateTimeField(verbose_name='expire le')),
                ('consomme_le', models.DateTimeField(blank=True, null=True, verbose_name='consommé le')),
            ],
            options={
                'verbose_name': 'lien personnel',
                'verbose_name_plural': 'liens personnels',
            },
        ),
        migrations.CreateModel(
            name='LigneRevue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(blank=True, choices=[('confirme', 'Confirmé'), ('inactive', 'Inactivé')], max_length=10, verbose_name='décision')),
                ('decidee_le', models.DateTimeField(blank=True, null=True, verbose_name='décidée le')),
            ],
            options={
                'verbose_name': 'ligne de revue',
                'verbose_name_plural': 'lignes de revue',
            },
        ),
        migrations.CreateModel(
            name='MotDePasseAncien',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('empreinte', models.CharField(max_length=128, verbose_name='empreinte')),
                ('remplace_le', models.DateTimeField(verbose_name='remplacé le')),
            ],
            options={
                'verbose_name': 'ancien mot de passe',
                'verbose_name_plural': 'anciens mots de passe',
                'ordering': ['-remplace_le', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='NoticeCompte',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('fin-acces', 'Fin d’accès annoncée'), ('suppression', 'Suppression du compte'), ('mot-de-passe', 'Mot de passe à changer')], max_length=15, verbose_name='nature')),
                ('seuil_jours', models.PositiveSmallIntegerField(verbose_name='jours avant')),
                ('date', models.DateField(verbose_name='date annoncée')),
                ('envoyee_le', models.DateTimeField(verbose_name='envoyée le')),
            ],
            options={
                'verbose_name': 'notice',
            },
        ),
        migrations.CreateModel(
            name='Oubli',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quoi', models.CharField(choices=[('mot-de-passe', 'Mot de passe'), ('identifiant', 'Identifiant')], max_length=15, verbose_name='oubli')),
                ('cree_le', models.DateTimeField(verbose_name='créé le')),
            ],
            options={
                'verbose_name': 'oubli',
            },
        ),
        migrations.CreateModel(
            name='PosteConnu',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('empreinte', models.CharField(max_length=64, unique=True, verbose_name='empreinte')),
                ('cree_le', models.DateTimeField(verbose_name='créé le')),
                ('expire_le', models.DateTimeField(verbose_name='expire le')),
            ],
            options={
                'verbose_name': 'poste connu',
                'verbose_name_plural': 'postes connus',
            },
        ),
        migrations.CreateModel(
            name='Revue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ouverte_le', models.DateTimeField(verbose_name='ouverte le')),
                ('echeance', models.DateField(verbose_name='à rendre avant la fin du')),
                ('relancee_le', models.DateField(blank=True, null=True, verbose_name='dernière relance')),
                ('close_le', models.DateTimeField(blank=True, null=True, verbose_name='close le')),
            ],
            options={
                'verbose_name': 'revue d’habilitation',
                'verbose_name_plural': 'revues d’habilitation',
                'ordering': ['-ouverte_le'],
            },
        ),
        migrations.CreateModel(
            name='SessionPortail',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('navigateur', models.CharField(blank=True, max_length=60, verbose_name='navigateur')),
                ('ouverte_le', models.DateTimeField(null=True, verbose_name='ouverte le')),
                ('vue_le', models.DateTimeField(null=True, verbose_name='dernière activité')),
            ],
            options={
                'verbose_name': 'session ouverte',
                'verbose_name_plural': 'sessions ouvertes',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SignalementSecurite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sceau', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('cle_enveloppee', models.BinaryField(verbose_name='clé enveloppée')),
                ('terme_le', models.DateField(verbose_name='conservé jusqu’au')),
                ('nature', models.CharField(choices=[('fraude', 'Utilisation frauduleuse'), ('perte', 'Perte d’identifiants ou d’appareil'), ('vol', 'Vol d’identifiants ou d’appareil')], max_length=8, verbose_name='nature')),
                ('dit_scelle', models.BinaryField()),
                ('declare_le', models.DateTimeField(verbose_name='déclaré le')),
                ('traite_le', models.DateTimeField(blank=True, null=True, verbose_name='traité le')),
            ],
            options={
                'verbose_name': 'signalement de sécurité',
                'verbose_name_plural': 'signalements de sécurité',
                'ordering': [models.OrderBy(models.F('traite_le'), nulls_first=True), '-declare_le'],
            },
        ),
        migrations.CreateModel(
            name='VersionCGU',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numero', models.PositiveIntegerField(unique=True, verbose_name='version')),
                ('texte', models.TextField(verbose_name='texte')),
                ('publiee_le', models.DateTimeField(verbose_name='publiée le')),
            ],
            options={
                'verbose_name': 'version des CGU',
                'verbose_name_plural': 'versions des CGU',
                'ordering': ['-numero'],
            },
        ),
        migrations.CreateModel(
            name='Compte',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('identifiant', models.CharField(max_length=60, unique=True, verbose_name='identifiant')),
                ('profil', models.CharField(choices=[('technicien', 'Technicien'), ('gestionnaire', 'Gestionnaire'), ('agent', 'Agent'), ('superviseur', 'Superviseur'), ('dpo', 'Délégué à la protection des données'), ('administrateur', 'Administrateur'), ('national', 'Administrateur national')], max_length=15, verbose_name='profil')),
                ('statut', models.CharField(choices=[('a_confirmer', 'À confirmer par une seconde personne'), ('en_attente', 'En attente d’activation'), ('actif', 'Actif'), ('inactif', 'Inactif'), ('supprime', 'Supprimé')], default='en_attente', max_length=12, verbose_name='état')),
                ('civilite', models.CharField(blank=True, choices=[('madame', 'Madame'), ('monsieur', 'Monsieur')], max_length=10, verbose_name='civilité')),
                ('nom', models.CharField(max_length=80, verbose_name='nom')),
                ('prenom', models.CharField(max_length=80, verbose_name='prénom')),
                ('fonction', models.CharField(blank=True, max_length=120, verbose_name='fonction')),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='adresse électronique')),
                ('certifications', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, default=list, size=None, verbose_name='certifications')),
                ('cree_le', models.DateTimeField(verbose_name='créé le')),
                ('active_le', models.DateTimeField(blank=True, null=True, verbose_name='activé le')),
                ('depart_le', models.DateField(blank=True, null=True, verbose_name='départ annoncé pour le')),
                ('depart_annonce_le', models.DateTimeField(blank=True, null=True, verbose_name='départ annoncé le')),
                ('inactive_le', models.DateTimeField(blank=True, null=True, verbose_name='inactivé le')),
                ('inactive_cote', models.CharField(blank=True, max_length=12, verbose_name='inactivé par le côté')),
                ('inactivation', models.CharField(blank=True, choices=[('fin-convention', 'Fin de la dernière convention'), ('depart', 'Départ de la structure'), ('changement', 'Changement de fonction'), ('releve', 'Relève par un successeur'), ('fraude', 'Utilisation frauduleuse, perte ou vol'), ('exclusion', 'Exclusion par la caisse'), ('revue', 'Revue d’habilitation'), ('non-confirme', 'Ouverture non confirmée')], max_length=15, verbose_name='motif d’inactivation')),
                ('suppression_le', models.DateField(blank=True, null=True, verbose_name='suppression après le')),
                ('mot_de_passe_change_le', models.DateTimeField(blank=True, null=True, verbose_name='mot de passe changé le')),
                ('derniere_connexion_le', models.DateTimeField(blank=True, null=True, verbose_name='dernière connexion')),
                ('caisses', models.ManyToManyField(blank=True, related_name='comptes', to='caisses.caisse', verbose_name='caisses')),
                ('cree_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='comptes_crees', to=settings.AUTH_USER_MODEL)),
                ('depart_annonce_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('inactive_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='comptes_inactives', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'compte',
                'ordering': ['nom', 'prenom'],
            },
        ),
    ]
