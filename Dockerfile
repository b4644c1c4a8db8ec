# syntax=docker/dockerfile:1
# One image for web, worker, beat and migration. Nothing of the workshop (tests, embedded servers) is in it.

# What a closed network replaces by its own: the base (name or digest), the index of packages, the mirror of Debian.
ARG IMAGE_PYTHON=python:3.11-slim-bookworm

FROM ${IMAGE_PYTHON} AS construction
ARG INDEX_PYTHON=https://pypi.org/simple
ARG MIROIR_DEBIAN=http://deb.debian.org
ENV PYTHONDONTWRITEBYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_COMPILE_BYTECODE=1 \
    UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir --index-url "${INDEX_PYTHON}" uv==0.13.9
WORKDIR /application
COPY pyproject.toml uv.lock ./
# The lock names each file by its digest: whatever the index, they are the same.
RUN uv export --frozen --quiet --no-default-groups --no-emit-project --output-file /tmp/verrou.txt \
    && uv export --frozen --quiet --no-default-groups --format cyclonedx1.5 --output-file composants.json \
    && uv venv --quiet \
    && uv pip install --quiet --require-hashes --index-url "${INDEX_PYTHON}" --requirements /tmp/verrou.txt
COPY . .
# Libraries that the pages need while their static files are collected.
# hadolint ignore=DL3008
RUN sed -i "s|http://deb.debian.org|${MIROIR_DEBIAN}|" /etc/apt/sources.list.d/debian.sources \
    && apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
# The design system ships 1 600 files; the portal's own sheet holds what its templates use.
RUN SECRET_KEY=construction DATABASE_URL=postgres://x@localhost/x REDIS_URL=redis://localhost \
    STATIC_MANIFEST=1 STATIC_ROOT=/application/statique \
    .venv/bin/python manage.py collectstatic --noinput --verbosity 0 --ignore 'dsfr/*' --ignore 'admin/*' \
    && rm -rf outils tests docs deploiement demonstration templates/demonstration

FROM ${IMAGE_PYTHON}
ARG MIROIR_DEBIAN=http://deb.debian.org
# Security updates of the base come with each build; versions follow Debian's stable.
# hadolint ignore=DL3008
RUN sed -i "s|http://deb.debian.org|${MIROIR_DEBIAN}|" /etc/apt/sources.list.d/debian.sources \
    && apt-get update \
    && apt-get upgrade -y \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
        fonts-noto-core fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 portail \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin portail \
    && install -d -o portail -g portail -m 0710 /donnees \
    && install -d -o portail -g portail -m 0700 /donnees/cles /donnees/fichiers /donnees/sauvegardes \
    && useradd --uid 10002 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin lecteur \
    && install -d -o lecteur -g portail -m 0750 /donnees/lecteur \
    && install -d -o portail -g portail -m 0755 /donnees/indisponible
COPY --from=construction --chown=root:root /application /application
WORKDIR /application
USER 10001:10001
ENV PATH=/application/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=espace_partenaires.settings \
    STATIC_MANIFEST=1 \
    STATIC_ROOT=/application/statique \
    DOSSIER_CLES=/donnees/cles \
    DOSSIER_FICHIERS=/donnees/fichiers \
    DOSSIER_INDISPONIBLE=/donnees/indisponible \
    DOSSIER_SAUVEGARDES=/donnees/sauvegardes
VOLUME ["/donnees/cles", "/donnees/fichiers", "/donnees/indisponible", "/donnees/lecteur", "/donnees/sauvegardes"]
EXPOSE 8000
# SIGTERM: the requests under way are answered, then the workers leave.
STOPSIGNAL SIGTERM
CMD ["python", "servir.py", "granian", "--interface", "wsgi", "--http", "1", "--no-ws", \
     "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "12", \
     "--respawn-failed-workers", "--workers-kill-timeout", "20", "--log-level", "warning", \
     "espace_partenaires.wsgi:application"]
