# Everything starts here. `make run` opens the portal, `make test` checks it.
SHELL := /bin/sh
# The first interpreter that runs and that the portal accepts; none: amorce.py says what is missing.
define AMORCE
@for nom in $(PYTHON) python3 python3.11 python3.12; do \
	"$$nom" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null || continue; \
	exec "$$nom" outils/amorce.py $@; \
done; \
echo "Le portail demande Python 3.11 ou 3.12. Sur Debian : apt install python3 python3-venv" >&2; \
echo "Python 3.11 or 3.12 is missing. On Debian: apt install python3 python3-venv" >&2; exit 1
endef

.PHONY: run test vite epreuves bench mutants format clean aide
.DEFAULT_GOAL := aide
export PORT REGLES PARTIE

aide:
	@echo "make run     ouvre le portail avec sa démonstration (PORT=8000)"
	@echo "make test    vérifie tout"
	@echo "make vite    vérifie en trois minutes ce qui a changé, et le cœur"
	@echo "make epreuves  joue ce qui prend des minutes par nature (PARTIE=installation, docs/epreuves.md)"
	@echo "make bench   mesure (tableau et var/bench.json)"
	@echo "make mutants casse chaque règle et dit quels tests ne le voient pas (REGLES=C-05,Q-01)"
	@echo "make format  met en forme le code et les gabarits"
	@echo "make clean   efface l’état de make run (bases, clés, fichiers, journaux)"

run:
	$(AMORCE)

test:
	$(AMORCE)

vite:
	$(AMORCE)

epreuves:
	$(AMORCE)

bench:
	$(AMORCE)

mutants:
	$(AMORCE)

format:
	$(AMORCE)

clean:
	$(AMORCE)
