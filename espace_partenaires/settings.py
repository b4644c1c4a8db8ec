"""Settings of the portal. Everything that changes from one place to another comes from the environment.

docs/exploitation.md lists the variables; .env.example gives a local set.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
import structlog
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

from espace_partenaires import journaux
from socle.perimetre import Curseur

BASE_DIR = Path(__file__).resolve().parent.parent


class _Lignes(FileAwareMapping):
    """Each variable may come from a file instead (SECRET_KEY_FILE=/run/secrets/…), whose last line ends too."""

    def __getitem__(self, cle: str) -> str:
        return super().__getitem__(cle).strip()


@contextmanager
def _lisible(nom: str) -> Iterator[None]:
    """A value that cannot be read stops with a sentence, which does not tell it: it may be a secret."""
    try:
        yield
    except (ValueError, OSError, ImproperlyConfigured):
        sys.exit(f"Réglage illisible : {nom}. Les valeurs attendues sont dans docs/exploitation.md.")


class _Reglages(environ.Env):
    def get_value(self, var: str, *options: Any, **autres: Any) -> Any:
        with _lisible(var):
            return super().get_value(var, *options, **autres)

    def adresse(self, nom: str, *debuts: str) -> str:
        """Return an address, that begins with one of these."""
        with _lisible(nom):
            if not (valeur := self.str(nom)).startswith(debuts):
                raise ValueError
            return str(valeur)

    def base(self, nom: str) -> dict[str, Any]:
        with _lisible(nom):
            return dict(self.db_url_config(self.adresse(nom, "postgres://", "postgresql://")))


environ.Env.ENVIRON = _Lignes()
env = _Reglages()
env.read_env(BASE_DIR / ".env")
if absentes := [nom for nom in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL") if not env.str(nom, "")]:
    sys.exit(
        f"Réglages absents : {', '.join(absentes)}. Donnez-les par l’environnement ou par le fichier .env."
    )

# The authorities that every client of the portal believes (mail, object store, broker, database), instead of the system's.
if autorites := env.str("AUTORITES", ""):
    os.environ |= dict.fromkeys(("SSL_CERT_FILE", "AWS_CA_BUNDLE", "PGSSLROOTCERT"), autorites)

DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)
# The filler of volumes, for measures and rehearsals; the production image does not hold it.
REPETITION = env.bool("REPETITION", False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ADRESSE_DU_PORTAIL = env.str("ADRESSE_DU_PORTAIL", "http://localhost:8000").rstrip("/")
HTTPS = ADRESSE_DU_PORTAIL.startswith("https://")

# Where things that are not in Postgres live. Shared by all machines (docs/exploitation.md).
DOSSIER_CLES = Path(env.str("DOSSIER_CLES", str(BASE_DIR / "var/cles")))
DOSSIER_FICHIERS = Path(env.str("DOSSIER_FICHIERS", str(BASE_DIR / "var/fichiers")))
# s3+https://key:secret@host/bucket?region=…: sealed files go to this object store instead of the folder.
FICHIERS_URL = env.str("FICHIERS_URL", "")
# Where `manage.py sauvegarder` writes; supervision is told when the last one is older than so many hours (0: never).
DOSSIER_SAUVEGARDES = Path(env.str("DOSSIER_SAUVEGARDES", str(BASE_DIR / "var/sauvegardes")))
SAUVEGARDE_AGE_HEURES = env.int("SAUVEGARDE_AGE_HEURES", 0 if DEMO else 26)
# The page that the proxy serves when the portal is down; a job writes it (D-16).
DOSSIER_INDISPONIBLE = Path(env.str("DOSSIER_INDISPONIBLE", str(BASE_DIR / "var/indisponible")))
# Base64 of 32 bytes; the first is in use, the others only read (rotation). Empty: nothing can be sealed.
CLES_MAITRES = env.list("CLES_MAITRES", default=[])
# tcp://host:port or unix:///path of clamd; empty: files are marked « non analysé » (demonstration only).
# Socket of the reader of files (fichiers/lecteur.py); empty: each process reads them in children of its own.
LECTEUR = env.str("LECTEUR", "")
CLAMD_URL = env.str("CLAMD_URL", "")
# Declares that clamd's TemporaryDirectory is a memory file system: it writes there, in clear, what it scans.
CLAMD_TEMPORAIRE_EN_MEMOIRE = env.bool("CLAMD_TEMPORAIRE_EN_MEMOIRE", False)

INSTALLED_APPS = [
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_otp",
    "django_otp_webauthn",
    "django_structlog",
    "pgtrigger",
    "socle",
    "conformite",
    "fichiers",
    "caisses",
    "conventions",
    "accounts",
    "signalements",
    "echanges",
    "information",
    "droits",
    "espace_partenaires",
]
if DEMO or REPETITION:
    INSTALLED_APPS.append("demonstration")

MIDDLEWARE = [
    "espace_partenaires.metriques.mesurer",
    "espace_partenaires.mandataire.adresse_du_client",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "espace_partenaires.middleware.entetes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "espace_partenaires.middleware.adresses_lisibles",
    "espace_partenaires.middleware.horloge_relue",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "espace_partenaires.attentes.places_comptees",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "espace_partenaires.saisies.saisie_gardee",
    "accounts.middleware.ConnexionExigee",
    "accounts.middleware.AccesMiddleware",
    "accounts.middleware.perimetre",
    "espace_partenaires.volumes.Volumes",
    "espace_partenaires.middleware.refus_journalises",
    "axes.middleware.AxesMiddleware",
    "espace_partenaires.attentes.Attentes",
]
if DEMO:
    # What the proxy does elsewhere (deploiement/): a page weighs the same on the wire.
    MIDDLEWARE.insert(
        MIDDLEWARE.index("whitenoise.middleware.WhiteNoiseMiddleware"),
        "django.middleware.gzip.GZipMiddleware",
    )
# Pages that one web process serves at once; it has some more threads (Procfile, Dockerfile), for the health pages.
PAGES_A_LA_FOIS = env.int("PAGES_A_LA_FOIS", 8)

ROOT_URLCONF = "espace_partenaires.urls"
WSGI_APPLICATION = "espace_partenaires.wsgi.application"
FORM_RENDERER = "espace_partenaires.rendu.Rendu"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "espace_partenaires.rendu.SansRetrait",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "espace_partenaires.accueil.contexte",
                "espace_partenaires.maintenance.contexte",
            ],
            "builtins": ["socle.templatetags.portail"],
        },
    }
]

# Two roles: the application's one reads and writes rows; the owner's one, present only where migrations run.
DATABASES = {"default": env.base("DATABASE_URL")}
DATABASES["default"] |= {"CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# Each statement says for whom it is (ADR 27); a cursor that stays on the server would be asked in nobody's name.
DATABASES["default"]["OPTIONS"]["cursor_factory"] = Curseur
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
# The limits of a page are those of its role (`manage.py migrer`). Jobs and commands ask for longer ones, in seconds:
# a statement, a lock, a transaction where nothing happens.
DATABASE_DELAIS = env.list("DATABASE_DELAIS", cast=int, default=[])
if DATABASE_DELAIS:
    DATABASES["default"]["OPTIONS"]["options"] = " ".join(
        f"-c {nom}={delai}s"
        for nom, delai in zip(
            ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"),
            DATABASE_DELAIS,
            strict=True,
        )
    )
# A pooler in front gives a connection for one transaction: nothing of ours outlives it.
DATABASE_POOLEUR = env.bool("DATABASE_POOLEUR", False)
if env.bool("DATABASE_POOL", True) and not DATABASE_POOLEUR:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL_MAX", 10),
        # With the wait for a lock that may follow: less than five seconds.
        "timeout": 1.5,
    }
if env.str("DATABASE_URL_PROPRIETAIRE", ""):
    DATABASES["proprietaire"] = env.base("DATABASE_URL_PROPRIETAIRE")
# A statement that takes longer is told in the logs, without its values; milliseconds, 0: never.
REQUETE_LENTE_MS = env.int("REQUETE_LENTE_MS", 500)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Access
AUTH_USER_MODEL = "accounts.Compte"
LOGIN_URL = "connexion"
LOGIN_REDIRECT_URL = "accueil"
LOGOUT_REDIRECT_URL = "connexion"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.ComptesActifs"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.mots_de_passe.Longueur"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.mots_de_passe.Devinable"},
    {"NAME": "accounts.mots_de_passe.PasDejaUtilise"},
]
# Own rows, tied to their account: they are listed and closed (accounts).
SESSION_ENGINE = "accounts.models.sessions"
# « __Host- »: a browser takes it from this very name only, over TLS, and no sub-domain can plant one.
PREFIXE_COOKIES = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{PREFIXE_COOKIES}session", f"{PREFIXE_COOKIES}csrf"
MESSAGE_STORAGE = "espace_partenaires.middleware.Messages"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_INACTIVITE = 30 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
# Together: the place, a network or a known post, is written as an address (accounts.essais).
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/verrouille.html"
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "accounts.essais.nom_compte"
AXES_DISABLE_ACCESS_LOG = True
AXES_HANDLER = "accounts.essais.EssaisSansSaisie"
# What an account of each profile is usually shown within an hour, at the most; conformite.volumes bounds it.
VOLUMES_USUELS = {
    "technicien": 60,
    "gestionnaire": 40,
    "agent": 120,
    "superviseur": 140,
    "dpo": 60,
    "administrateur": 60,
    "national": 40,
} | env.dict("VOLUMES_USUELS", {"value": int}, default={})
OTP_TOTP_ISSUER = "Espace Partenaires"
# Passkeys belong to the portal's address: another one makes them worth nothing.
OTP_WEBAUTHN_HELPER_CLASS = "accounts.cles.Portail"
OTP_WEBAUTHN_RP_ID = urlsplit(ADRESSE_DU_PORTAIL).hostname or ""
OTP_WEBAUTHN_RP_NAME = OTP_TOTP_ISSUER
OTP_WEBAUTHN_ALLOWED_ORIGINS = [ADRESSE_DU_PORTAIL]

# Transport
# Number of proxies of ours in front: only they are believed about the client's address.
MANDATAIRES = env.int("MANDATAIRES", 0)
SECURE_SSL_REDIRECT = HTTPS and env.bool("REDIRIGER_VERS_HTTPS", True)
SECURE_REDIRECT_EXEMPT = [r"^sante/", r"^metriques$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDES", 365 * 24 * 3600) if HTTPS else 0
# Binding for every name below this one, and for long: the operator's choice.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS and env.bool("HSTS_SOUS_DOMAINES", False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Uploads stay in memory: no plaintext on disk.
FILE_UPLOAD_HANDLERS = ["fichiers.reception.EnMemoire"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# Who runs the portal, for the legal notice and the accessibility declaration.
_FICTIF = "Organisme fictif de la démonstration" if DEMO else ""
EXPLOITANT = {
    "Éditeur": env.str("EXPLOITANT_EDITEUR", _FICTIF),
    "Directeur de la publication": env.str("EXPLOITANT_DIRECTEUR", _FICTIF),
    "Hébergeur": env.str("EXPLOITANT_HEBERGEUR", _FICTIF),
    "Contact": env.str("EXPLOITANT_CONTACT", _FICTIF),
}
SCHEMA_ACCESSIBILITE = env.str("SCHEMA_ACCESSIBILITE", "")
CSRF_FAILURE_VIEW = "espace_partenaires.saisies.echec_csrf"

# Words and dates
LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = USE_TZ = True

# Static files
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "var/static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "fichiers": (
        {"BACKEND": "fichiers.stockage_s3.StockageS3", "OPTIONS": {"url": FICHIERS_URL}}
        if FICHIERS_URL
        else {
            "BACKEND": "fichiers.stockage_local.StockageLocal",
            "OPTIONS": {
                "location": DOSSIER_FICHIERS,
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    ),
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if env.bool("STATIC_MANIFEST", False)
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not env.bool("STATIC_MANIFEST", False)

# Mails
with _lisible("EMAIL_URL"):
    _courriels = env.email_url("EMAIL_URL", "dummymail://")
if DEMO and "dummy" in _courriels["EMAIL_BACKEND"]:
    # Both sides of an exchange are played by one reader: what was sent is kept beside the database.
    _courriels["EMAIL_BACKEND"] = "demonstration.boite.Boite"
vars().update(_courriels)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("EXPEDITEUR", "Espace Partenaires <ne-pas-repondre@espace-partenaires.example>")
DOMAINE_COURRIEL = env.str("DOMAINE_COURRIEL", "espace-partenaires.example")
COURRIEL_BAIL_SECONDES = env.int("COURRIEL_BAIL_SECONDES", 120)
# What happens to demandes is told after this pause, all at once; 0: each event at once.
COURRIEL_REGROUPER_SECONDES = env.int("COURRIEL_REGROUPER_SECONDES", 0 if DEMO else 120)
# Hours without a mail leaving after which supervision is told; 0: never.
COURRIEL_SILENCE_HEURES = env.int("COURRIEL_SILENCE_HEURES", 72)

# Workers. The broker only wakes; what is due is in Postgres.
CELERY_BROKER_URL = env.adresse("REDIS_URL", "redis://", "rediss://", "redis+socket://")
# One try of one second: kombu would wait for a broker that is down, and the user with it.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker never gives its broker up: nobody may be there to start it again.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 3600
CELERY_TIMEZONE = "UTC"
# An hour of the clock, not a pause, for what is not asked each minute: a beat that starts again and again does it too.
CELERY_BEAT_SCHEDULE = {
    "courriels": {"task": "courriels.envoyer", "schedule": 30.0},
    "oublis": {"task": "comptes.oublis", "schedule": 30.0},
    "conservation": {"task": "conformite.purger", "schedule": crontab(minute="10")},
    "page-indisponible": {"task": "portail.ecrire_page_indisponible", "schedule": crontab(minute="*/10")},
    "cles": {"task": "conformite.creer_cles", "schedule": crontab(hour="2", minute="30")},
    "surveillance": {"task": "droits.surveiller", "schedule": crontab(minute="*/15")},
    "coherence": {"task": "droits.verifier", "schedule": crontab(hour="3", minute="30")},
    "sceau-du-journal": {"task": "conformite.sceller_journal", "schedule": crontab(minute="*/5")},
    "demandes": {"task": "demandes.echeances", "schedule": crontab(minute="*/15")},
    "demandes-resumes": {"task": "demandes.resumes", "schedule": crontab(hour="6", minute="0")},
    "conventions": {"task": "conventions.echeances", "schedule": crontab(minute="*/15")},
    "conventions-rappels": {"task": "conventions.rappels", "schedule": crontab(hour="5", minute="30")},
    "comptes-departs": {"task": "comptes.departs", "schedule": crontab(minute="15")},
    "comptes-fins": {"task": "comptes.fins_de_convention", "schedule": crontab(minute="20")},
    "comptes-notices": {"task": "comptes.notices", "schedule": crontab(hour="5", minute="0")},
    "comptes-revues": {"task": "comptes.revues", "schedule": crontab(hour="5", minute="30")},
    "comptes-balayage": {"task": "comptes.balayer", "schedule": crontab(hour="4", minute="0")},
    "echanges": {"task": "echanges.echeances", "schedule": crontab(minute="25")},
    "echanges-rapprochements": {"task": "echanges.rapprochements", "schedule": 60.0},
    "lettre": {"task": "information.lettre", "schedule": crontab(hour="6", minute="30")},
    "fichiers": {"task": "fichiers.balayer", "schedule": 60.0},
    "fichiers-nouvelle-analyse": {"task": "fichiers.reanalyser", "schedule": crontab(minute="40")},
    "fichiers-reparation": {"task": "fichiers.reparer", "schedule": crontab(hour="4", minute="15")},
}

# Logs: one JSON line, identifiers only.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                journaux.exception_sans_message,
                journaux.sans_jeton,
                journaux.sans_adresse,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
            ],
        }
    },
    # A refusal is told by the line of its request; Django's own is kept for what has a trace.
    "filters": {
        "trace": {"()": "django.utils.log.CallbackFilter", "callback": lambda ligne: bool(ligne.exc_info)}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.str("NIVEAU_JOURNAUX", "INFO")},
    "loggers": {
        "django.server": {"handlers": [], "propagate": False},
        "django.request": {"filters": ["trace"]},
        # It tells each failure with the identifiant as typed, which may be a password; the journal has its own line.
        "axes": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
# Reports of errors, stripped; empty: none leaves.
SENTRY_DSN = env.str("SENTRY_DSN", "")
# The release that runs, as the image was named.
VERSION = env.str("VERSION", "local")
# Warnings too are one JSON line.
logging.captureWarnings(True)
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        journaux.une_ligne_par_demande,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
