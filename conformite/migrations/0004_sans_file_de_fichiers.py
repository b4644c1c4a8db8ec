from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("conformite", "0003_journal_par_acte"),
    ]

    operations = [
        migrations.DeleteModel(name="FichierAEffacer"),
    ]
