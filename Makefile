# `make` alone prints what there is. Python 3.11 or newer: make demo PYTHON=python3.12, where python3 is an older one.
PYTHON ?= python3
PORT ?= 8000
UV = uv==0.13.9
SCANNERS = wapiti3==3.2.3 sqlmap==1.10.10

# Debian puts mariadbd where an ordinary user's PATH does not look.
export PATH := $(PATH):/usr/sbin

# Where byte code may not be written, each of the many processes of a test run would compile every library anew.
unexport PYTHONDONTWRITEBYTECODE

PACKAGES = mariadbd=mariadb-server-core mariadb=mariadb-client-core \
	chromium=chromium /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc=fonts-noto-cjk \
	soffice=libreoffice-calc-nogui nginx=nginx haproxy=haproxy logrotate=logrotate systemd-analyze=systemd

# One process more than there are cores, each with a server and a browser of its own: a third of a run is waiting for
# those. Not more than eight, as each has to read all tests first.
AT_ONCE = -n $(shell cores=$$(nproc); echo $$((cores < 7 ? cores + 1 : 8))) --dist worksteal

# What reads photos, and what understands the lines.
RECOGNITION = tests/models/adapters/ocr tests/test_read_card.py \
	$(wildcard tests/models/rules/documents tests/models/services/test_card_reading.py)

LIBRARIES = /usr/lib/$(shell uname -m)-linux-gnu
# What opencv-python, unlike the headless one of the lean file, needs of Debian.
CNOCR_PACKAGES = $(LIBRARIES)/libxcb.so.1=libxcb1 $(LIBRARIES)/libGL.so.1=libgl1 \
	$(LIBRARIES)/libgthread-2.0.so.0=libglib2.0-0

# What puts the clock of a process wrong.
CLOCK_PACKAGES = $(LIBRARIES)/faketime/libfaketimeMT.so.1=libfaketime

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: demo test test-cnocr lint audit bench trial scan help

demo: .venv/lean  ## the whole service on this machine with a simulated WeChat; PORT=8000
	.venv/bin/python hallpass.py demo --port $(PORT)

test: .venv/dev packages  ## all tests, on SQLite and on a private MariaDB; ALLOW_SKIP=1 lets skipped ones pass
	.venv/bin/python -m pytest $(AT_ONCE)

test-cnocr: .venv-cnocr/ready  ## the recognition tests with cnocr, in a .venv-cnocr of its own: 7 GB
	HALLPASS_ENGINE=cnocr .venv-cnocr/bin/python -m pytest --timeout 600 $(RECOGNITION)

lint: .venv/dev  ## ruff (rules and format) and mypy
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

audit: .venv/dev  ## known weaknesses of the pinned libraries, where an advisory list can be had
	.venv/bin/python -m tests.advisories

bench: .venv/dev packages  ## how fast it is, as ratios against a peer measured in the same run; CARDS="FOLDER…" reads photos too
	.venv/bin/python -m bench.run
	$(if $(CARDS),.venv/bin/python -m bench.cards $(CARDS))

trial: .venv/dev packages  ## what is too long for `make test`: 20,000 random conversations, 3,000 examples of each property, kills, the opening hour
	@.ci/debian-packages $(CLOCK_PACKAGES)
	HALLPASS_TRIAL=1 .venv/bin/python -m pytest $(AT_ONCE)
	.venv/bin/python -m bench.fuzz
	.venv/bin/python -m bench.raw
	.venv/bin/python -m bench.kills
	.venv/bin/python -m bench.faults
	.venv/bin/python -m bench.opening
	.venv/bin/python -m bench.costs
	.venv/bin/python -m bench.posters
	.venv/bin/python -m bench.queries
	.venv/bin/python -m bench.boards
	.venv/bin/python -m bench.exports
	.venv/bin/python -m bench.notices
	.venv/bin/python -m bench.tracing
	.venv/bin/python -m bench.restore
	.venv/bin/python -m bench.purge
	.venv/bin/python -m bench.forgetting
	.venv/bin/python -m bench.sealing
	$(MAKE) scan

scan: .venv/dev packages var/scan/ready  ## wapiti and sqlmap against planted holes, the demo and a whole installation
	.venv/bin/python -m bench.scan

help:  ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

.PHONY: packages
packages:
	@.ci/debian-packages $(PACKAGES)

# The stamps: an install is done once for each change of the requirement files.
.venv/lean: requirements-lean.txt requirements-common.txt | .venv/bin/pip
	$(call install,requirements-lean.txt)
	@touch $@

.venv/dev: requirements-dev.txt requirements-lean.txt requirements-common.txt | .venv/bin/pip
	$(call install,requirements-dev.txt)
	@touch $@

# A folder of its own, since cnocr and the lean file want two versions of rapidocr; with the tools of the tests beside.
.venv-cnocr/ready: requirements.txt requirements-common.txt requirements-dev.txt | .venv/bin/pip
	@.ci/debian-packages $(CNOCR_PACKAGES)
	@test -x .venv-cnocr/bin/pip || $(PYTHON) -m venv .venv-cnocr
	@sed '/^-r /d' requirements-dev.txt > .venv-cnocr/tools.txt
	$(call install_in,.venv-cnocr,-r requirements.txt -r .venv-cnocr/tools.txt)
	@touch $@

# In a folder of its own: what scanners need has no business beside what is served.
var/scan/ready: | .venv/bin/pip
	@test -x var/scan/bin/pip || $(PYTHON) -m venv var/scan
	$(call install_in,var/scan,$(SCANNERS))
	@touch $@

# uv is ten times faster than pip; where it cannot be had, or does not reach the index that pip is set up for, pip does.
install = $(call install_in,.venv,-r $(1))
install_in = @echo "Installing $(2)"; \
	{ $(1)/bin/pip install --quiet --disable-pip-version-check "$(UV)" \
		&& $(1)/bin/uv pip install --quiet --python $(1)/bin/python $(2); } \
	|| $(1)/bin/pip install --quiet --disable-pip-version-check $(2)

# Debian splits off what `python -m venv` needs. pip is there last: without it, .venv is half-made and is made again.
.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed, such as: make PYTHON=python3.12 …" >&2; exit 1; }
	@.ci/debian-packages "$$($(PYTHON) -c 'import sys, sysconfig; \
		print("%s/ensurepip/__init__.py=python%d.%d-venv" % (sysconfig.get_path("stdlib"), *sys.version_info[:2]))')"
	@rm -rf .venv
	$(PYTHON) -m venv .venv
