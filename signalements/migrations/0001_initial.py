
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
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
            name='Demande',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sceau', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('cle_enveloppee', models.BinaryField(verbose_name='clé enveloppée')),
                ('terme_le', models.DateField(verbose_name='conservé jusqu’au')),
                ('reference', models.CharField(max_length=13, unique=True, verbose_name='référence')),
                ('jeton', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('statut', models.CharField(choices=[('brouillon', 'Brouillon'), ('deposee', 'Déposée'), ('en_cours', 'En cours de traitement'), ('en_attente', 'Complément demandé'), ('traitee', 'Réponse donnée'), ('cloturee', 'Close'), ('annulee', 'Annulée par la structure'), ('irrecevable', 'Non recevable')], default='brouillon', max_length=12, verbose_name='état')),
                ('urgente', models.BooleanField(default=False, verbose_name='urgente')),
                ('contenu_scelle', models.BinaryField(default=bytes)),
                ('jetons', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('creee_le', models.DateTimeField(verbose_name='créée le')),
                ('modifiee_le', models.DateTimeField(verbose_name='modifiée le')),
                ('deposee_le', models.DateTimeField(blank=True, null=True, verbose_name='déposée le')),
                ('promise_le', models.DateField(blank=True, null=True, verbose_name='réponse promise le')),
                ('en_attente_le', models.DateTimeField(blank=True, null=True, verbose_name='complément demandé le')),
                ('relances', models.PositiveSmallIntegerField(default=0, verbose_name='relances envoyées')),
                ('traitee_le', models.DateTimeField(blank=True, null=True, verbose_name='réponse donnée le')),
                ('lue_le', models.DateTimeField(blank=True, null=True, verbose_name='réponse lue le')),
                ('terminee_le', models.DateTimeField(blank=True, null=True, verbose_name='terminée le')),
                ('prolongations', models.PositiveSmallIntegerField(default=0, verbose_name='prolongations')),
                ('notice_jours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='dernier rappel avant le terme (jours)')),
                ('issue', models.CharField(blank=True, choices=[('droits-ouverts', 'Droits ouverts ou renouvelés'), ('dossier-transmis', 'Dossier complet, en cours d’instruction'), ('refus-notifie', 'Refus notifié à l’assuré'), ('document-adresse', 'Document envoyé à l’adresse connue de l’assuré'), ('document-portail', 'Document remis par le portail'), ('rdv-honore', 'Rendez-vous honoré'), ('rdv-manque', 'Rendez-vous manqué'), ('accompagnement', 'Accompagnement engagé (Mission accompagnement santé)'), ('service-social', 'Orientation vers le service social'), ('autre-organisme', 'Relève d’un autre organisme'), ('information', 'Information donnée'), ('sans-reponse', 'Sans réponse du partenaire')], max_length=20, verbose_name='issue')),
                ('irrecevable', models.CharField(blank=True, choices=[('non-identifie', 'Assuré non identifié avec les éléments transmis'), ('autre-caisse', 'Assuré affilié à une autre caisse'), ('hors-motif', 'Le motif choisi ne convient pas'), ('canal-usuel', 'Démarche à faire par le compte ameli ou le 3646'), ('pieces', 'Pièces manquantes ou illisibles'), ('doublon', 'Démarche déjà en cours dans votre structure'), ('accord', 'Accord de la personne absent')], max_length=20, verbose_name='raison de l’irrecevabilité')),
                ('agent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='demandes_traitees', to=settings.AUTH_USER_MODEL)),
                ('caisse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demandes', to='caisses.caisse')),
                ('motif', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demandes', to='caisses.motif')),
                ('partenaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demandes', to='conventions.partenaire')),
                ('participation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demandes', to='conventions.participation')),
                ('pole', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demandes', to='caisses.pole')),
                ('technicien', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demandes_deposees', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'demande',
            },
        ),
        migrations.CreateModel(
            name='Evenement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verbe', models.SlugField(verbose_name='verbe')),
                ('de', models.CharField(blank=True, choices=[('brouillon', 'Brouillon'), ('deposee', 'Déposée'), ('en_cours', 'En cours de traitement'), ('en_attente', 'Complément demandé'), ('traitee', 'Réponse donnée'), ('cloturee', 'Close'), ('annulee', 'Annulée par la structure'), ('irrecevable', 'Non recevable')], max_length=12, verbose_name='depuis')),
                ('vers', models.CharField(blank=True, choices=[('brouillon', 'Brouillon'), ('deposee', 'Déposée'), ('en_cours', 'En cours de traitement'), ('en_attente', 'Complément demandé'), ('traitee', 'Réponse donnée'), ('cloturee', 'Close'), ('annulee', 'Annulée par la structure'), ('irrecevable', 'Non recevable')], max_length=12, verbose_name='vers')),
                ('precision', models.CharField(blank=True, max_length=160, verbose_name='précision')),
                ('le', models.DateTimeField(verbose_name='le')),
                ('demande', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evenements', to='signalements.demande')),
                ('par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'événement',
                'ordering': ['le', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sceau', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('cote', models.CharField(choices=[('partenaire', 'Partenaire'), ('caisse', 'Caisse')], max_length=10, verbose_name='côté')),
                ('nature', models.CharField(choices=[('message', 'Message'), ('complement_demande', 'Complément demandé'), ('complement', 'Complément apporté'), ('reponse', 'Réponse de la caisse'), ('question', 'Il reste une question'), ('raison', 'Raison'), ('note', 'Note interne')], default='message', max_length=20, verbose_name='nature')),
                ('texte_scelle', models.BinaryField()),
                ('ecrit_le', models.DateTimeField(verbose_name='écrit le')),
                ('lu_le', models.DateTimeField(blank=True, null=True, verbose_name='lu le')),
                ('auteur', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('caisse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='caisses.caisse')),
                ('demande', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='signalements.demande')),
                ('lu_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'message',
                'ordering': ['ecrit_le', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ModeleReponse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('acte', models.CharField(choices=[('repondre', 'Répondre à la structure'), ('demander-complement', 'Demander un complément'), ('ecrire', 'Écrire à la structure'), ('declarer-irrecevable', 'Déclarer non recevable')], max_length=20, verbose_name='moment')),
                ('titre', models.CharField(max_length=80, verbose_name='titre')),
                ('texte', models.TextField(max_length=4000, verbose_name='texte')),
                ('modifie_le', models.DateTimeField(verbose_name='modifié le')),
                ('caisse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='modeles_de_reponse', to='caisses.caisse')),
                ('modifie_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('motif', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='caisses.motif')),
            ],
            options={
                'verbose_name': 'modèle de réponse',
                'verbose_name_plural': 'modèles de réponse',
                'ordering': ['caisse', 'acte', 'titre', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Piece',
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
                ('cote', models.CharField(choices=[('partenaire', 'Partenaire'), ('caisse', 'Caisse')], default='partenaire', max_length=10, verbose_name='côté')),
                ('nature', models.SlugField(default='autre', verbose_name='nature de la pièce')),
                ('ouverte_le', models.DateTimeField(blank=True, null=True, verbose_name='ouverte le')),
                ('rappelee_le', models.DateTimeField(blank=True, null=True, verbose_name='rappelée le')),
                ('envoi', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('ajoute_par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('demande', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='signalements.demande')),
                ('ouverte_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rappelee_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reunie_dans', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='originaux', to='signalements.piece', verbose_name='réunie dans')),
            ],
            options={
                'verbose_name': 'pièce',
                'ordering': ['ajoute_le', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vue_le', models.DateTimeField(verbose_name='vue le')),
                ('ecrit_le', models.DateTimeField(null=True, verbose_name='écrit le')),
                ('compte', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('demande', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='signalements.demande')),
            ],
            options={
                'verbose_name': 'présence',
            },
        ),
        migrations.CreateModel(
            name='RendezVous',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sceau', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('statut', models.CharField(choices=[('propose', 'Proposé'), ('accepte', 'Accepté'), ('ecarte', 'Écarté'), ('annule', 'Annulé'), ('honore', 'Honoré'), ('manque', 'Manqué')], default='propose', max_length=8, verbose_name='état')),
                ('debut', models.DateTimeField(verbose_name='début')),
                ('duree_minutes', models.PositiveSmallIntegerField(default=30, verbose_name='durée (minutes)')),
                ('lieu', models.CharField(choices=[('caisse', 'À la caisse'), ('telephone', 'Par téléphone'), ('service', 'Dans un service (centre d’examens de santé, service social…)')], max_length=10, verbose_name='lieu')),
                ('precisions_scellees', models.BinaryField()),
                ('propose_le', models.DateTimeField(verbose_name='proposé le')),
                ('decide_le', models.DateTimeField(blank=True, null=True, verbose_name='décidé le')),
                ('decide_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('demande', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rendez_vous', to='signalements.demande')),
                ('propose_par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'rendez-vous',
                'verbose_name_plural': 'rendez-vous',
                'ordering': ['debut'],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('debut', models.DateField(verbose_name='premier jour d’absence')),
                ('fin', models.DateField(verbose_name='dernier jour d’absence')),
                ('compte', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL)),
                ('remplacant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remplacements', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'absence',
                'constraints': [models.CheckConstraint(condition=models.Q(('fin__gte', models.F('debut'))), name='absence_fin_apres_debut'), models.CheckConstraint(condition=models.Q(('compte', models.F('remplacant')), _negated=True), name='absence_remplacant_est_un_autre')],
            },
        ),
        migrations.CreateModel(
            name='Chiffre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mois', models.DateField(verbose_name='mois')),
                ('dimension', models.CharField(max_length=10, verbose_name='dimension')),
                ('valeur', models.CharField(blank=True, max_length=50, verbose_name='valeur')),
                ('nombre', models.IntegerField(default=0, verbose_name='nombre')),
                ('caisse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='caisses.caisse')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conventions.convention')),
            ],
            options={
                'verbose_name': 'chiffre',
                'ordering': ['mois', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('convention', 'caisse', 'mois', 'dimension', 'valeur'), name='chiffre_unique')],
            },
        ),
        migrations.CreateModel(
            name='Compteur',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mois', models.DateField(verbose_name='mois')),
                ('type_partenaire', models.CharField(choices=[('CCAS', 'CCAS'), ('CIAS', 'CIAS'), ('UDCCAS', 'UDCCAS'), ('departement', 'Conseil départemental'), ('EPCI', 'EPCI ou métropole'), ('MDPH', 'MDPH'), ('association', 'Association'), ('tutelle', 'Mandataire judiciaire (tutelle, curatelle)'), ('ase', 'Institution en charge d’enfants confiés à l’ASE'), ('depositaire', 'Organisme dépositaire'), ('sante', 'Établissement de santé'), ('autre', 'Autre')], max_length=12, verbose_name='type de structure')),
                ('issue', models.CharField(max_length=20, verbose_name='issue')),
                ('delai', models.CharField(max_length=12, verbose_name='classe de délai')),
                ('nombre', models.PositiveIntegerField(default=0, verbose_name='nombre')),
                ('caisse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='caisses.caisse')),
                ('motif', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='caisses.motif')),
            ],
            options={
                'verbose_name': 'compteur',
                'constraints': [models.UniqueConstraint(fields=('mois', 'caisse', 'type_partenaire', 'motif', 'issue', 'delai'), name='compteur_unique')],
            },
        ),
        migrations.AddIndex(
            model_name='demande',
            index=models.Index(models.F('caisse'), models.OrderBy(models.F('urgente'), descending=True), models.F('promise_le'), models.F('id'), condition=models.Q(('statut__in', ('deposee', 'en_cours', 'en_attente', 'traitee'))), include=('statut', 'pole', 'agent', 'en_attente_le', 'terme_le'), name='demande_tri'),
        ),
        migrations.AddIndex(
            model_name='demande',
            index=models.Index(condition=models.Q(('terminee_le__isnull', False)), fields=['caisse', 'terminee_le', 'id'], include=('statut', 'pole'), name='demande_terminees'),
        ),
        migrations.AddIndex(
            model_name='demande',
            index=models.Index(models.F('partenaire'), models.OrderBy(models.F('id'), descending=True), name='demande_historique'),
        ),
        migrations.AddIndex(
            model_name='demande',
            index=models.Index(models.F('terme_le'), models.F('id'), name='demande_terme'),
        ),
        migrations.AddIndex(
            model_name='demande',
            index=models.Index(models.F('agent'), condition=models.Q(('statut__in', ('deposee', 'en_cours', 'en_attente', 'traitee'))), name='demande_agent'),
        ),
        migrations.AddIndex(
            model_name='demande',
            index=django.contrib.postgres.indexes.GinIndex(fields=['caisse', 'jetons'], name='demande_jetons'),
        ),
        migrations.AddConstraint(
            model_name='demande',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deposee_le', None), ('promise_le', None), ('statut', 'brouillon')), models.Q(models.Q(('statut', 'brouillon'), _negated=True), ('deposee_le__isnull', False), ('promise_le__isnull', False)), _connector='OR'), name='demande_deposee_date'),
        ),
        migrations.AddConstraint(
            model_name='demande',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('statut__in', ('cloturee', 'annulee', 'irrecevable')), ('terminee_le__isnull', False)), models.Q(models.Q(('statut__in', ('cloturee', 'annulee', 'irrecevable')), _negated=True), ('terminee_le', None)), _connector='OR'), name='demande_terminee_date'),
        ),
        migrations.AddConstraint(
            model_name='demande',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('statut', 'en_attente'), _negated=True), ('en_attente_le__isnull', False), _connector='OR'), name='demande_en_attente_date'),
        ),
        migrations.AddConstraint(
            model_name='demande',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('statut', 'irrecevable'), _negated=True), models.Q(('irrecevable', ''), _negated=True), _connector='OR'), name='demande_irrecevable_raison'),
        ),
        migrations.AddConstraint(
            model_name='demande',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('statut__in', ('traitee', 'cloturee')), _negated=True), models.Q(('issue', ''), _negated=True), _connector='OR'), name='demande_issue_codee'),
        ),
        migrations.AddConstraint(
            model_name='demande',
            constraint=models.CheckConstraint(condition=models.Q(('statut__in', ('brouillon', 'deposee', 'annulee', 'irrecevable')), ('agent__isnull', False), _connector='OR'), name='demande_en_cours_agent'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lu_le', None), ('lu_par', None)), models.Q(('lu_le__isnull', False), ('lu_par__isnull', False)), _connector='OR'), name='message_lu_paire'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('nature', 'note'), _negated=True), ('cote', 'caisse'), _connector='OR'), name='message_note_de_la_caisse'),
        ),
        migrations.AddConstraint(
            model_name='modelereponse',
            constraint=models.UniqueConstraint(fields=('caisse', 'acte', 'titre'), name='modele_titre_unique'),
        ),
        migrations.AddIndex(
            model_name='piece',
            index=models.Index(condition=models.Q(('etat__in', ('en_analyse', 'non_analyse'))), fields=['prochain_essai_le', 'id'], name='piece_en_attente'),
        ),
        migrations.AddConstraint(
            model_name='piece',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat__in', ('sain', 'infecte')), _negated=True), ('analyse_le__isnull', False), _connector='OR'), name='signalements_piece_verdict_date'),
        ),
        migrations.AddConstraint(
            model_name='piece',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat__in', ('infecte', 'refuse')), models.Q(('raison', ''), _negated=True)), models.Q(models.Q(('etat__in', ('infecte', 'refuse')), _negated=True), ('raison', '')), _connector='OR'), name='signalements_piece_raison'),
        ),
        migrations.AddConstraint(
            model_name='piece',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ouverte_le', None), ('ouverte_par', None)), models.Q(('cote', 'caisse'), ('ouverte_le__isnull', False), ('ouverte_par__isnull', False)), _connector='OR'), name='piece_ouverte_paire'),
        ),
        migrations.AddConstraint(
            model_name='piece',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rappelee_le', None), ('rappelee_par', None)), models.Q(('cote', 'caisse'), ('rappelee_le__isnull', False), ('rappelee_par__isnull', False)), _connector='OR'), name='piece_rappelee_paire'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='piece',
            trigger=pgtrigger.compiler.Trigger(name='contenu_a_effacer', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO fichiers_emplacementaeffacer (emplacement) VALUES (OLD.emplacement); RETURN OLD;', hash='7cf0978d5f33e7f0c7c728dd3e3831eb97ec3b69', operation='DELETE', pgid='pgtrigger_contenu_a_effacer_368ca', table='signalements_piece', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.UniqueConstraint(fields=('demande', 'compte'), name='presence_unique'),
        ),
        migrations.AddConstraint(
            model_name='rendezvous',
            constraint=models.UniqueConstraint(condition=models.Q(('statut', 'accepte')), fields=('demande',), name='rendez_vous_un_seul_accepte'),
        ),
        migrations.AddConstraint(
            model_name='rendezvous',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decide_le', None), ('decide_par', None)), models.Q(('decide_le__isnull', False), ('decide_par__isnull', False)), _connector='OR'), name='rendez_vous_decide_paire'),
        ),
    ]
