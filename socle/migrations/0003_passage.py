from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("espace_partenaires", "0002_lien_personnel")]

    operations = [
        migrations.CreateModel(
            name="Passage",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("cle", models.CharField(max_length=32)),
                ("quand", models.DateTimeField()),
            ],
            options={
                "verbose_name": "passage",
                "indexes": [models.Index(fields=["cle", "quand"], name="passage_recent")],
            },
        ),
    ]
