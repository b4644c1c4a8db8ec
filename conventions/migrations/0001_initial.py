
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
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
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('code', models.SlugField(primary_key=True, serialize=False, verbose_name='code')),
                ('piece', models.CharField(choices=[('convention', 'Convention de partenariat'), ('utilisation', 'Règles d’utilisation du portail'), ('protection-des-donnees', 'Annexe – Protection des données'), ('referents', 'Annexe – Parties et référents'), ('vecteurs-de-contact', 'Annexe – Vecteurs de contact'), ('engagement-de-confidentialite', 'Annexe – Engagement de confidentialité')], max_length=30, verbose_name='document')),
                ('article', models.CharField(max_length=80, verbose_name='article')),
                ('ordre', models.PositiveSmallIntegerField(default=0, verbose_name='ordre')),
                ('objets', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None, verbose_name='objets')),
                ('types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, default=list, size=None, verbose_name='structures')),
                ('d_office', models.BooleanField(default=False, verbose_name='proposée d’office')),
                ('retiree', models.BooleanField(default=False, verbose_name='retirée')),
            ],
            options={
                'verbose_name': 'clause',
                'ordering': ['ordre', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Convention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True, verbose_name='référence')),
                ('objet', models.CharField(choices=[('acces-droits', 'Accès aux droits et aux soins'), ('echange-fichiers', 'Échange sécurisé de fichiers')], max_length=20, verbose_name='objet')),
                ('statut', models.CharField(choices=[('brouillon', 'Brouillon'), ('a_signer', 'À signer'), ('en_vigueur', 'En vigueur'), ('denoncee', 'Dénoncée'), ('resiliee', 'Résiliée'), ('remplacee', 'Remplacée'), ('terminee', 'Terminée')], default='brouillon', max_length=12, verbose_name='état')),
                ('autres_signataires', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, size=None, verbose_name='autres signataires')),
                ('public', models.TextField(blank=True, max_length=600, verbose_name='public concerné')),
                ('public_limite', models.BooleanField(default=False, verbose_name='public limité')),
                ('duree_mois', models.PositiveSmallIntegerField(default=12, verbose_name='durée (mois)')),
                ('reconduction_tacite', models.BooleanField(default=True, verbose_name='tacite reconduction')),
                ('denonciation', models.CharField(choices=[('avant-echeance', 'Avant l’échéance, avec préavis'), ('a-tout-moment', 'À tout moment, avec préavis'), ('sans-preavis', 'Au plus tard la veille de l’échéance')], default='avant-echeance', max_length=16, verbose_name='dénonciation')),
                ('denonciation_mois', models.PositiveSmallIntegerField(default=0, verbose_name='préavis (mois)')),
                ('denonciation_forme', models.CharField(blank=True, max_length=80, verbose_name='forme de la dénonciation')),
                ('mise_en_demeure_jours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='mise en demeure, convention (jours)')),
                ('mise_en_demeure_utilisation_jours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='mise en demeure, utilisation (jours)')),
                ('utilisation_en_annexe', models.BooleanField(default=False, verbose_name='convention d’utilisation en annexe')),
                ('delai_habilitation_jours', models.PositiveSmallIntegerField(default=5, verbose_name='délai d’habilitation (jours ouvrés)')),
                ('delai_habilitation_techniciens_jours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='délai d’habilitation des techniciens (jours ouvrés)')),
                ('quota_gestionnaires', models.JSONField(default=list, verbose_name='quota de gestionnaires')),
                ('quota_techniciens', models.JSONField(default=list, verbose_name='quota de techniciens')),
                ('conservation_mois', models.PositiveSmallIntegerField(default=6, verbose_name='conservation des demandes (mois)')),
                ('notification_violation_heures', models.PositiveSmallIntegerField(default=48, verbose_name='notification d’une violation (heures)')),
                ('notification_transfert_heures', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='notification d’une violation, autres échanges (heures)')),
                ('bonne_fin_jours', models.PositiveSmallIntegerField(default=0, verbose_name='période de bonne fin (jours)')),
                ('responsabilite', models.CharField(choices=[('caisse', 'La caisse, le partenaire agissant pour elle'), ('chacune', 'Chaque partie pour ce qu’elle fait'), ('conjointe', 'Les parties conjointement')], default='caisse', max_length=10, verbose_name='responsable du traitement')),
                ('bilan', models.CharField(choices=[('caisse', 'Par la caisse'), ('conjoint', 'Conjointement'), ('referents', 'Par les référents, partagé en comité')], default='caisse', max_length=10, verbose_name='bilan annuel')),
                ('comite_pilotage', models.BooleanField(default=False, verbose_name='comité de pilotage annuel')),
                ('clauses', models.JSONField(blank=True, default=list, verbose_name='clauses')),
                ('evaluation_le', models.DateField(blank=True, null=True, verbose_name='évaluation partagée de la première année')),
                ('creee_le', models.DateTimeField(verbose_name='créée le')),
                ('parametres_initiaux', models.JSONField(blank=True, default=dict, verbose_name='paramètres signés')),
                ('echeances_depuis', models.DateField(blank=True, null=True, verbose_name='échéances comptées depuis')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                ('remplace', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='remplacantes', to='conventions.convention', verbose_name='remplace')),
            ],
            options={
                'verbose_name': 'convention',
                'ordering': ['-creee_le', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Avenant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numero', models.PositiveSmallIntegerField(verbose_name='numéro')),
                ('objet', models.TextField(max_length=600, verbose_name='objet de l’avenant')),
                ('changements', models.JSONField(default=dict, verbose_name='changements')),
                ('vaut_pour_l_existant', models.BooleanField(default=False, verbose_name='vaut aussi pour les demandes déjà reçues')),
                ('prend_effet_le', models.DateField(blank=True, null=True, verbose_name='prend effet le')),
                ('signe_le', models.DateField(blank=True, null=True, verbose_name='signé le')),
                ('applique_le', models.DateTimeField(blank=True, null=True, verbose_name='appliqué le')),
                ('existant_traite_le', models.DateTimeField(blank=True, null=True, verbose_name='demandes déjà reçues traitées le')),
                ('cree_le', models.DateTimeField(verbose_name='rédigé le')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='avenants', to='conventions.convention')),
            ],
            options={
                'verbose_name': 'avenant',
                'ordering': ['convention', 'numero'],
            },
        ),
        migrations.CreateModel(
            name='Jalon',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.SlugField(max_length=40, verbose_name='nature')),
                ('jour', models.DateField(verbose_name='jour')),
                ('texte', models.TextField(blank=True, max_length=1200, verbose_name='texte')),
                ('commentaire', models.TextField(blank=True, max_length=1200, verbose_name='commentaire')),
                ('auteur', models.CharField(blank=True, max_length=160, verbose_name='auteur')),
                ('saisi_le', models.DateTimeField(verbose_name='saisi le')),
                ('caisse', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='caisses.caisse')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='jalons', to='conventions.convention')),
            ],
            options={
                'verbose_name': 'événement',
                'ordering': ['jour', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Partenaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('siret', models.CharField(max_length=14, unique=True, verbose_name='SIRET')),
                ('nom', models.CharField(max_length=160, verbose_name='nom')),
                ('type', models.CharField(choices=[('CCAS', 'CCAS'), ('CIAS', 'CIAS'), ('UDCCAS', 'UDCCAS'), ('departement', 'Conseil départemental'), ('EPCI', 'EPCI ou métropole'), ('MDPH', 'MDPH'), ('association', 'Association'), ('tutelle', 'Mandataire judiciaire (tutelle, curatelle)'), ('ase', 'Institution en charge d’enfants confiés à l’ASE'), ('depositaire', 'Organisme dépositaire'), ('sante', 'Établissement de santé'), ('autre', 'Autre')], max_length=12, verbose_name='type de structure')),
                ('membres', models.PositiveIntegerField(verbose_name='nombre de membres')),
                ('domaines', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, size=None, verbose_name='domaines de messagerie')),
                ('adresse_commune_permise', models.BooleanField(default=False, verbose_name='adresse électronique commune permise')),
                ('courriel', models.EmailField(blank=True, max_length=254, verbose_name='adresse de contact')),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('adresse', models.TextField(blank=True, max_length=400, verbose_name='adresse')),
                ('site_internet', models.URLField(blank=True, verbose_name='site internet')),
                ('sites', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None, verbose_name='sites')),
                ('representant', models.CharField(blank=True, max_length=120, verbose_name='représentant')),
                ('representant_qualite', models.CharField(blank=True, max_length=120, verbose_name='qualité du représentant')),
                ('dpo_nom', models.CharField(blank=True, max_length=120, verbose_name='délégué à la protection des données')),
                ('dpo_courriel', models.EmailField(blank=True, max_length=254, verbose_name='courriel du délégué')),
            ],
            options={
                'verbose_name': 'partenaire',
                'ordering': ['nom'],
                'constraints': [models.CheckConstraint(condition=models.Q(('siret__regex', '^[0-9]{14}$')), name='partenaire_siret_14_chiffres'), models.CheckConstraint(condition=models.Q(('membres__gte', 1)), name='partenaire_au_moins_un_membre')],
            },
        ),
        migrations.AddField(
            model_name='convention',
            name='partenaire',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conventions', to='conventions.partenaire'),
        ),
        migrations.CreateModel(
            name='Participation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('objet', models.CharField(choices=[('acces-droits', 'Accès aux droits et aux soins'), ('echange-fichiers', 'Échange sécurisé de fichiers')], max_length=20, verbose_name='objet')),
                ('debut', models.DateField(blank=True, null=True, verbose_name='en vigueur depuis')),
                ('fin', models.DateField(blank=True, null=True, verbose_name='prend fin le')),
                ('fin_cause', models.CharField(blank=True, choices=[('terme', 'Terme sans reconduction'), ('denonciation', 'Dénonciation'), ('resiliation', 'Résiliation'), ('remplacement', 'Remplacement par une nouvelle convention')], max_length=12, verbose_name='cause de la fin')),
                ('fin_raison', models.TextField(blank=True, max_length=600, verbose_name='raison de la fin')),
                ('utilisation_debut', models.DateField(blank=True, null=True, verbose_name='convention d’utilisation en vigueur depuis')),
                ('utilisation_fin', models.DateField(blank=True, null=True, verbose_name='convention d’utilisation terminée le')),
                ('utilisation_fin_cause', models.CharField(blank=True, choices=[('terme', 'Terme sans reconduction'), ('denonciation', 'Dénonciation'), ('resiliation', 'Résiliation'), ('remplacement', 'Remplacement par une nouvelle convention')], max_length=12, verbose_name='cause de la fin de l’utilisation')),
                ('bonne_fin_jusqu_au', models.DateField(blank=True, null=True, verbose_name='bonne fin jusqu’au')),
                ('denoncee_le', models.DateField(blank=True, null=True, verbose_name='dénoncée par lettre du')),
                ('denoncee_par_le_partenaire', models.BooleanField(default=False, verbose_name='dénoncée par le partenaire')),
                ('suspendue_le', models.DateTimeField(blank=True, null=True, verbose_name='suspendue le')),
                ('suspension_raison', models.TextField(blank=True, max_length=600, verbose_name='raison de la suspension')),
                ('documents_par_portail', models.BooleanField(default=False, verbose_name='documents par le portail')),
                ('documents_raison', models.TextField(blank=True, max_length=600, verbose_name='raison de cette habilitation')),
                ('code_scelle', models.BinaryField(blank=True, null=True)),
                ('code_renouvele_le', models.DateTimeField(blank=True, null=True, verbose_name='code confidentiel renouvelé le')),
                ('caisse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='caisses.caisse')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='conventions.convention')),
                ('motifs', models.ManyToManyField(blank=True, related_name='participations', to='caisses.motif', verbose_name='motifs ouverts')),
                ('partenaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='conventions.partenaire')),
            ],
            options={
                'verbose_name': 'participation',
                'ordering': ['convention', 'caisse'],
            },
        ),
        migrations.CreateModel(
            name='MiseEnDemeure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.CharField(choices=[('convention', 'Convention'), ('utilisation', 'Convention d’utilisation'), ('avenant', 'Avenant')], max_length=12, verbose_name='document visé')),
                ('par_le_partenaire', models.BooleanField(default=False, verbose_name='à l’initiative du partenaire')),
                ('manquement', models.TextField(max_length=1000, verbose_name='manquement')),
                ('envoyee_le', models.DateField(verbose_name='lettre envoyée le')),
                ('recue_le', models.DateField(blank=True, null=True, verbose_name='lettre reçue le')),
                ('delai_jours', models.PositiveSmallIntegerField(verbose_name='délai (jours)')),
                ('seconde_lettre_le', models.DateField(blank=True, null=True, verbose_name='seconde lettre envoyée le')),
                ('issue', models.CharField(blank=True, choices=[('remediee', 'Manquement réparé'), ('resiliation', 'Résiliation'), ('retiree', 'Retirée')], max_length=12, verbose_name='issue')),
                ('close_le', models.DateField(blank=True, null=True, verbose_name='close le')),
                ('creee_le', models.DateTimeField(verbose_name='enregistrée le')),
                ('participation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mises_en_demeure', to='conventions.participation')),
            ],
            options={
                'verbose_name': 'mise en demeure',
                'verbose_name_plural': 'mises en demeure',
                'ordering': ['-envoyee_le', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Preuve',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sceau', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('cle_enveloppee', models.BinaryField(verbose_name='clé enveloppée')),
                ('terme_le', models.DateField(verbose_name='conservé jusqu’au')),
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
                ('nature', models.CharField(choices=[('convention', 'Convention signée'), ('utilisation', 'Convention d’utilisation signée'), ('avenant', 'Avenant signé'), ('acte', 'Acte qui habilite à signer'), ('denonciation', 'Lettre de dénonciation'), ('mise-en-demeure', 'Mise en demeure, envoi ou réception'), ('resiliation', 'Lettre de résiliation'), ('autre', 'Autre pièce')], max_length=16, verbose_name='nature')),
                ('ajoute_par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preuves', to='conventions.convention')),
            ],
            options={
                'verbose_name': 'preuve',
                'ordering': ['ajoute_le', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Rappel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(max_length=20, verbose_name='nature')),
                ('pour_le', models.DateField(verbose_name='date annoncée')),
                ('seuil_jours', models.PositiveSmallIntegerField(verbose_name='jours avant')),
                ('destinataires', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                ('envoye_le', models.DateTimeField(verbose_name='envoyé le')),
                ('participation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rappels', to='conventions.participation')),
            ],
            options={
                'verbose_name': 'rappel',
                'ordering': ['envoye_le', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Referent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partie', models.CharField(choices=[('partenaire', 'Partenaire'), ('caisse', 'Caisse'), ('autre', 'Autre signataire')], max_length=10, verbose_name='partie')),
                ('organisme', models.CharField(blank=True, max_length=120, verbose_name='organisme')),
                ('theme', models.CharField(max_length=120, verbose_name='thème')),
                ('nom', models.CharField(max_length=120, verbose_name='nom')),
                ('fonction', models.CharField(max_length=160, verbose_name='service et fonction')),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('courriel', models.EmailField(blank=True, max_length=254, verbose_name='courriel')),
                ('depuis', models.DateField(verbose_name='depuis le')),
                ('jusqu_au', models.DateField(blank=True, null=True, verbose_name='jusqu’au')),
                ('caisse', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='caisses.caisse')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='referents', to='conventions.convention')),
            ],
            options={
                'verbose_name': 'référent',
                'ordering': ['convention', 'partie', 'theme', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Signataire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partie', models.CharField(choices=[('partenaire', 'Partenaire'), ('caisse', 'Caisse'), ('autre', 'Autre signataire')], max_length=10, verbose_name='partie')),
                ('organisme', models.CharField(blank=True, max_length=120, verbose_name='organisme')),
                ('nom', models.CharField(blank=True, max_length=120, verbose_name='nom')),
                ('qualite', models.CharField(max_length=120, verbose_name='qualité')),
                ('courriel', models.EmailField(blank=True, max_length=254, verbose_name='adresse de contact')),
                ('acte', models.CharField(blank=True, max_length=160, verbose_name='acte qui habilite à signer')),
                ('acte_organe', models.CharField(blank=True, max_length=120, verbose_name='organe qui l’a pris')),
                ('acte_numero', models.CharField(blank=True, max_length=40, verbose_name='numéro de l’acte')),
                ('acte_le', models.DateField(blank=True, null=True, verbose_name='date de l’acte')),
                ('acte_transmis_le', models.DateField(blank=True, null=True, verbose_name='transmis à la préfecture le')),
                ('accuse_numero', models.CharField(blank=True, max_length=60, verbose_name='numéro de l’accusé de réception')),
                ('accuse_le', models.DateField(blank=True, null=True, verbose_name='accusé de réception du')),
                ('ordre', models.PositiveSmallIntegerField(default=0)),
                ('aussi_pour', models.ManyToManyField(blank=True, related_name='+', to='caisses.caisse')),
                ('caisse', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='caisses.caisse')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signataires', to='conventions.convention')),
            ],
            options={
                'verbose_name': 'signataire',
                'ordering': ['convention', 'ordre', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.CharField(choices=[('convention', 'Convention'), ('utilisation', 'Convention d’utilisation'), ('avenant', 'Avenant')], max_length=12, verbose_name='document')),
                ('signee_le', models.DateField(verbose_name='signée le')),
                ('saisie_le', models.DateTimeField(verbose_name='enregistrée le')),
                ('avenant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='conventions.avenant')),
                ('signataire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='conventions.signataire')),
            ],
            options={
                'verbose_name': 'signature',
                'ordering': ['signee_le', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SousTraitance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prestataire', models.CharField(max_length=160, verbose_name='sous-traitant')),
                ('objet', models.CharField(max_length=300, verbose_name='ce qui lui est confié')),
                ('agreee_le', models.DateField(verbose_name='accord de la caisse donné le')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sous_traitances', to='conventions.convention')),
            ],
            options={
                'verbose_name': 'sous-traitance',
                'ordering': ['convention', 'agreee_le', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Suivi',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('comite', 'Comité de pilotage'), ('difficulte', 'Difficulté rencontrée'), ('bilan', 'Bilan annuel')], max_length=12, verbose_name='nature')),
                ('jour', models.DateField(verbose_name='jour')),
                ('texte', models.TextField(blank=True, max_length=1200, verbose_name='texte')),
                ('saisi_le', models.DateTimeField(verbose_name='saisi le')),
                ('convention', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='suivis', to='conventions.convention')),
            ],
            options={
                'verbose_name': 'suivi',
                'ordering': ['-jour', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='VersionDeClause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numero', models.PositiveSmallIntegerField(verbose_name='numéro')),
                ('texte', models.TextField(max_length=4000, verbose_name='texte')),
                ('depuis', models.DateTimeField(verbose_name='depuis le')),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='conventions.clause')),
            ],
            options={
                'verbose_name': 'version d’une clause',
                'verbose_name_plural': 'versions des clauses',
                'ordering': ['clause', 'numero'],
            },
        ),
        migrations.AddConstraint(
            model_name='avenant',
            constraint=models.UniqueConstraint(fields=('convention', 'numero'), name='avenant_numero_unique'),
        ),
        migrations.AddConstraint(
            model_name='jalon',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('nature', 'renvoi'), _negated=True), models.Q(('commentaire', ''), _negated=True), _connector='OR'), name='jalon_renvoi_commente'),
        ),
        migrations.AddConstraint(
            model_name='convention',
            constraint=models.CheckConstraint(condition=models.Q(('duree_mois__gte', 1)), name='convention_duree_positive'),
        ),
        migrations.AddConstraint(
            model_name='convention',
            constraint=models.CheckConstraint(condition=models.Q(('bonne_fin_jours__lte', 30)), name='convention_bonne_fin_30_jours'),
        ),
        migrations.AddConstraint(
            model_name='convention',
            constraint=models.CheckConstraint(condition=models.Q(('conservation_mois__gte', 1), ('conservation_mois__lte', 12)), name='convention_conservation_1_a_12_mois'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.UniqueConstraint(fields=('convention', 'caisse'), name='participation_unique'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.CheckConstraint(condition=models.Q(('fin', None), models.Q(('debut__isnull', False), ('fin__gte', models.F('debut'))), _connector='OR'), name='participation_fin_apres_debut'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fin', None), ('fin_cause', '')), models.Q(('fin__isnull', False), models.Q(('fin_cause', ''), _negated=True)), _connector='OR'), name='participation_fin_a_une_cause'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.CheckConstraint(condition=models.Q(('utilisation_debut', None), models.Q(('debut__isnull', False), ('utilisation_debut__gte', models.F('debut'))), _connector='OR'), name='participation_utilisation_apres_convention'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('utilisation_fin', None), ('utilisation_fin_cause', '')), models.Q(('utilisation_fin__gte', models.F('utilisation_debut')), models.Q(('utilisation_fin_cause', ''), _negated=True)), _connector='OR'), name='participation_utilisation_fin'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('debut__isnull', False)), expressions=[('partenaire', '='), ('caisse', '='), ('objet', '='), (models.Func(models.F('debut'), models.F('fin'), django.contrib.postgres.fields.ranges.RangeBoundary(), function='DATERANGE', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='participation_une_seule_en_vigueur'),
        ),
        migrations.AddConstraint(
            model_name='miseendemeure',
            constraint=models.CheckConstraint(condition=models.Q(('recue_le', None), ('recue_le__gte', models.F('envoyee_le')), _connector='OR'), name='mise_en_demeure_recue_apres_envoi'),
        ),
        migrations.AddConstraint(
            model_name='miseendemeure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('close_le', None), ('issue', '')), models.Q(('close_le__isnull', False), models.Q(('issue', ''), _negated=True)), _connector='OR'), name='mise_en_demeure_close_a_une_issue'),
        ),
        migrations.AddConstraint(
            model_name='miseendemeure',
            constraint=models.UniqueConstraint(condition=models.Q(('close_le', None)), fields=('participation', 'document'), name='mise_en_demeure_une_seule_en_cours'),
        ),
        migrations.AddIndex(
            model_name='preuve',
            index=models.Index(condition=models.Q(('etat__in', ('en_analyse', 'non_analyse'))), fields=['prochain_essai_le', 'id'], name='preuve_en_attente'),
        ),
        migrations.AddConstraint(
            model_name='preuve',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat__in', ('sain', 'infecte')), _negated=True), ('analyse_le__isnull', False), _connector='OR'), name='conventions_preuve_verdict_date'),
        ),
        migrations.AddConstraint(
            model_name='preuve',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat__in', ('infecte', 'refuse')), models.Q(('raison', ''), _negated=True)), models.Q(models.Q(('etat__in', ('infecte', 'refuse')), _negated=True), ('raison', '')), _connector='OR'), name='conventions_preuve_raison'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='preuve',
            trigger=pgtrigger.compiler.Trigger(name='contenu_a_effacer', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO fichiers_emplacementaeffacer (emplacement) VALUES (OLD.emplacement); RETURN OLD;', hash='cdea7bf7f28a7f934c40974cb3f888cfb4445d0c', operation='DELETE', pgid='pgtrigger_contenu_a_effacer_af96e', table='conventions_preuve', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='rappel',
            constraint=models.UniqueConstraint(fields=('participation', 'nature', 'pour_le', 'seuil_jours'), name='rappel_une_seule_fois'),
        ),
        migrations.AddConstraint(
            model_name='referent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('caisse__isnull', False), ('partie', 'caisse')), models.Q(models.Q(('partie', 'caisse'), _negated=True), ('caisse', None)), _connector='OR'), name='referent_caisse_selon_partie'),
        ),
        migrations.AddConstraint(
            model_name='referent',
            constraint=models.CheckConstraint(condition=models.Q(('partie', 'autre'), ('organisme', ''), _connector='XOR'), name='referent_autre_a_un_organisme'),
        ),
        migrations.AddConstraint(
            model_name='signataire',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('caisse__isnull', False), ('partie', 'caisse')), models.Q(models.Q(('partie', 'caisse'), _negated=True), ('caisse', None)), _connector='OR'), name='signataire_caisse_selon_partie'),
        ),
        migrations.AddConstraint(
            model_name='signataire',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('partie', 'autre'), _negated=True), models.Q(('organisme', ''), _negated=True), _connector='OR'), name='signataire_autre_a_un_organisme'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(fields=('signataire', 'document', 'avenant'), name='signature_unique', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('avenant__isnull', False), ('document', 'avenant')), models.Q(models.Q(('document', 'avenant'), _negated=True), ('avenant', None)), _connector='OR'), name='signature_avenant_selon_document'),
        ),
        migrations.AddConstraint(
            model_name='versiondeclause',
            constraint=models.UniqueConstraint(fields=('clause', 'numero'), name='version_de_clause_unique'),
        ),
    ]
