from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_structures")]

    operations = [
        migrations.AddField(
            model_name="appareiltotp",
            name="derive",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
    ]
