# Everything starts here. `make run` opens the portal, `make test` checks it.
SHELL := /bin/sh
PYTHON ?= $(firstword $(foreach nom,python3.12 python3.11 python3,$(shell command -v $(nom) 2>/dev/null)))
AMORCE = @if [ -z "$(PYTHON)" ]; then \
	echo "Il manque Python 3.11 ou 3.12. Sur Debian : apt install python3 python3-venv" >&2; exit 1; fi; \
	exec "$(PYTHON)" outils/amorce.py

.PHONY: run test bench format clean aide
.DEFAULT_GOAL := aide
export PORT

aide:
	@echo "make run     ouvre le portail avec sa démonstration (PORT=8000)"
	@echo "make test    vérifie tout"
	@echo "make bench   mesure (tableau et var/bench.json)"
	@echo "make format  met en forme le code et les gabarits"
	@echo "make clean   efface l’état de make run (bases, clés, fichiers, journaux)"

run:
	$(AMORCE) run

test:
	$(AMORCE) test

bench:
	$(AMORCE) bench

format:
	$(AMORCE) format

clean:
	$(AMORCE) clean
