#!/bin/sh
# The two roles and the database, once, when the cluster is created. The application's role owns nothing.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set proprietaire="$MOT_DE_PASSE_PROPRIETAIRE" --set application="$MOT_DE_PASSE_APPLICATION" <<'SQL'
CREATE ROLE espace_proprietaire LOGIN PASSWORD :'proprietaire';
CREATE ROLE espace_application LOGIN PASSWORD :'application';
CREATE DATABASE espace_partenaires OWNER espace_proprietaire;
REVOKE ALL ON DATABASE espace_partenaires FROM PUBLIC;
GRANT CONNECT ON DATABASE espace_partenaires TO espace_application;
SQL
