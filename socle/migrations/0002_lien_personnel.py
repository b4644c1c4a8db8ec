from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("espace_partenaires", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="courrielsortant",
            name="lien_personnel",
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
    ]
