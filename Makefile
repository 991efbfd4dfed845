# SPDX-License-Identifier: MIT
# KMS monitoring plugins.  `make help` lists what can be made; everything lands under $(BUILD).

VERSION = 0.1.0
BUILD ?= build
PYTHON ?= $(firstword $(wildcard /usr/bin/python3) python3)
PKG_CONFIG ?= pkg-config

PREFIX ?= /usr/local
PLUGINDIR ?= $(PREFIX)/libexec/nagios
BINDIR ?= $(PREFIX)/bin
LIBEXECDIR ?= $(PREFIX)/libexec
MANDIR ?= $(PREFIX)/share/man
DATADIR ?= $(PREFIX)/share

CFLAGS ?= -O2 -g
WERROR ?=
SANITIZE ?=
WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes $(WERROR)
# Hidden: a function of ours never takes the place of one that has the same name in a library.
HARDENING = -fPIE -fvisibility=hidden -fstack-protector-strong $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2)
SANITIZING = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
JANSSON_CFLAGS := $(shell $(PKG_CONFIG) --cflags jansson 2>/dev/null)
JANSSON_LIBS := $(shell $(PKG_CONFIG) --libs jansson 2>/dev/null || echo -ljansson)
CARES_CFLAGS := $(shell $(PKG_CONFIG) --cflags libcares 2>/dev/null)
CARES_LIBS := $(shell $(PKG_CONFIG) --libs libcares 2>/dev/null || echo -lcares)
EXPAT_CFLAGS := $(shell $(PKG_CONFIG) --cflags expat 2>/dev/null)
EXPAT_LIBS := $(shell $(PKG_CONFIG) --libs expat 2>/dev/null || echo -lexpat)
CURL_CFLAGS := $(shell $(PKG_CONFIG) --cflags libcurl 2>/dev/null)
CURL_LIBS := $(shell $(PKG_CONFIG) --libs libcurl 2>/dev/null || echo -lcurl)
NETSNMP_CFLAGS := $(shell $(PKG_CONFIG) --cflags netsnmp 2>/dev/null)
NETSNMP_LIBS := $(shell $(PKG_CONFIG) --libs netsnmp 2>/dev/null || echo -lnetsnmp)
OPENSSL_CFLAGS := $(shell $(PKG_CONFIG) --cflags openssl 2>/dev/null)
OPENSSL_LIBS := $(shell $(PKG_CONFIG) --libs openssl 2>/dev/null || echo -lssl -lcrypto)
CMOCKA_LIBS := $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null || echo -lcmocka)

# `?=` lets a packager override CFLAGS and LDFLAGS; what the code needs is always added.
ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -DKMS_VERSION='"$(VERSION)"' -Ilib -Iplugins $(CFLAGS) $(WARNINGS) \
             $(HARDENING) $(SANITIZING) $(JANSSON_CFLAGS) $(CARES_CFLAGS) $(EXPAT_CFLAGS) $(CURL_CFLAGS) \
             $(NETSNMP_CFLAGS) $(OPENSSL_CFLAGS) \
             $(CPPFLAGS) -MMD -MP
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now $(LDFLAGS) $(SANITIZING)
# A program loads only the libraries that it uses.
ALL_LIBS = -Wl,--as-needed $(JANSSON_LIBS) $(CARES_LIBS) $(EXPAT_LIBS) $(CURL_LIBS) $(NETSNMP_LIBS) $(OPENSSL_LIBS)

# Every folder below plugins/ but the frame is a program.
PLUGINS := $(patsubst plugins/%/main.c,%,$(wildcard plugins/check_*/main.c))
PROGRAMS := $(PLUGINS) $(patsubst plugins/%/main.c,%,$(wildcard plugins/kms-*/main.c))

# main.c is the lean program; main_PART.c its twin with the libraries of that part, which it becomes when needed.
TWINS := $(patsubst plugins/%,%,$(wildcard plugins/check_*/main_*.c))
TWIN_PROGRAMS := $(foreach twin,$(TWINS),kms-monitoring/$(patsubst %/,%,$(dir $(twin)))-$(patsubst main_%.c,%,$(notdir $(twin))))

LIB_SOURCES := $(filter-out lib/catalog/compile_catalog.c,$(wildcard lib/*/*.c))
FRAME_SOURCES := $(wildcard plugins/frame/*.c)
LIB_OBJECTS = $(LIB_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/activation_error_data.o
FRAME_OBJECTS = $(FRAME_SOURCES:%.c=$(BUILD)/%.o)
UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

# What a target has to have made first is made on all cores, unless the caller said how many.  A recipe with it begins
# with +, so that make knows another make in it.
JOBS ?= $(shell nproc 2>/dev/null || echo 1)
remake = $(MAKE) --no-print-directory --output-sync $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))

# One short line for every file; `make V=1` shows the commands.
say = @$(if $(V),set -x;,echo "$(1) $@";)

.PHONY: all deps test check check-daemons check-packages deb rpm dist screenshots demo bench fuzz docs install clean help unit replay sanitize lint
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules

all: $(PROGRAMS:%=$(BUILD)/%) $(TWIN_PROGRAMS:%=$(BUILD)/%)

help:
	@echo 'make                 build every program as $(BUILD)/NAME'
	@echo 'make demo            install what is missing, build, and show the plugins at work on the lab'
	@echo 'make check           install what is missing, build without warnings, run all tests and linters'
	@echo 'make check-daemons   the same with real Nagios 4 and Icinga 2: what they store, show and page'
	@echo 'make check-packages  build the packages twice, install, upgrade and remove them'
	@echo 'make test            run the tests; installs nothing, lists what it has to skip'
	@echo 'make deps            install the Debian packages that check needs; NEED=demo, NEED=daemons, ...'
	@echo 'make deb, make rpm   build a package, make dist the tarball of the source, in $(BUILD)/packages'
	@echo 'make install         PREFIX=$(PREFIX) DESTDIR= PLUGINDIR= BINDIR= LIBEXECDIR= MANDIR= DATADIR= DOCDIR='
	@echo 'make docs            write the generated documents again (man pages, alerts, Icinga 2, Nagios, Grafana)'
	@echo 'make screenshots     take the pictures of the documents again'
	@echo 'make fuzz            run every fuzz target for FUZZ_SECONDS (60) seconds each'
	@echo 'make bench           compare the cost of a run with an empty program, as ratios'
	@echo 'make clean           remove $(BUILD)'

# ---- programs -------------------------------------------------------------------------------------------------

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC) $(CC) $(ALL_CFLAGS) -c $< -o $@

# The folder of the twins is compiled in: another one is another object.
$(BUILD)/plugins/frame/twin.o: ALL_CFLAGS += -DKMS_LIBEXECDIR='"$(LIBEXECDIR)"'
$(BUILD)/plugins/frame/twin.o: $(BUILD)/libexecdir
$(BUILD)/libexecdir: ALWAYS
	@mkdir -p $(@D)
	@echo '$(LIBEXECDIR)' | cmp -s - $@ || echo '$(LIBEXECDIR)' > $@
.PHONY: ALWAYS

# P in rcsP: two rooms may have a file of the same name.
$(BUILD)/libkms.a: $(LIB_OBJECTS)
	@rm -f $@
	@$(AR) rcsP $@ $^

$(BUILD)/compile_catalog: lib/catalog/compile_catalog.c
	@mkdir -p $(@D)
	$(call say,LD) $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $< -o $@

$(BUILD)/activation_error_data.c: $(BUILD)/compile_catalog lib/catalog/activation_errors.tsv \
                                  lib/catalog/activation_error_variants.tsv
	@$< $(filter %.tsv,$^) > $@

$(BUILD)/activation_error_data.o: $(BUILD)/activation_error_data.c
	$(call say,CC) $(CC) $(ALL_CFLAGS) -c $< -o $@

$(BUILD)/libframe.a: $(FRAME_OBJECTS)
	@rm -f $@
	@$(AR) rcs $@ $^

# What a program does not use is not linked in.
ARCHIVES = $(BUILD)/libframe.a $(BUILD)/libkms.a

define twin_rule
$(BUILD)/kms-monitoring/$(1)-$(2): $$(patsubst %.c,$(BUILD)/%.o,$$(filter-out plugins/$(1)/main%.c,$$(wildcard plugins/$(1)/*.c)) \
                                     plugins/$(1)/main_$(2).c) $$(ARCHIVES)
	@mkdir -p $$(@D)
	$$(call say,LD) $$(CC) $$(ALL_LDFLAGS) $$(filter %.o,$$^) $$(ARCHIVES) $$(ALL_LIBS) -o $$@
endef
$(foreach twin,$(TWINS),$(eval $(call twin_rule,$(patsubst %/,%,$(dir $(twin))),$(patsubst main_%.c,%,$(notdir $(twin))))))

define program_rule
$(BUILD)/$(1): $$(patsubst %.c,$(BUILD)/%.o,$$(filter-out plugins/$(1)/main_%.c,$$(wildcard plugins/$(1)/*.c))) $$(ARCHIVES)
	$$(call say,LD) $$(CC) $$(ALL_LDFLAGS) $$(filter %.o,$$^) $$(ARCHIVES) $$(ALL_LIBS) -o $$@
endef
$(foreach program,$(PROGRAMS),$(eval $(call program_rule,$(program))))

# ---- generated documents --------------------------------------------------------------------------------------

# Links the option tables, no transport: of the libraries only that for JSON stays.
$(BUILD)/describe: $(BUILD)/packaging/describe.o $(PROGRAMS:%=$(BUILD)/plugins/%/options.o) \
                   $(ARCHIVES)
	$(call say,LD) $(CC) $(ALL_LDFLAGS) $(filter %.o,$^) $(ARCHIVES) -Wl,--as-needed $(JANSSON_LIBS) -o $@

docs: $(BUILD)/describe
	@mkdir -p packaging/man packaging/icinga2 packaging/nagios packaging/doc packaging/grafana
	for program in $(PROGRAMS); do $(BUILD)/describe man $$program > packaging/man/$$program.1 || exit 1; done
	$(BUILD)/describe man kms-monitoring > packaging/man/kms-monitoring.7
	$(BUILD)/describe alerts > packaging/doc/alerts.md
	$(BUILD)/describe icinga2 > packaging/icinga2/kms-commands.conf
	$(BUILD)/describe nagios > packaging/nagios/kms-commands.cfg
	$(BUILD)/describe basket > packaging/icinga2/kms-basket.json
	for store in influxdb prometheus; do $(PYTHON) packaging/grafana/dashboards.py $$store \
	    > packaging/grafana/kms-monitoring-$$store.json || exit 1; done

# ---- tests ----------------------------------------------------------------------------------------------------

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(call say,LD) $(CC) $(ALL_LDFLAGS) $(filter %.o,$^) $(ARCHIVES) $(ALL_LIBS) $(CMOCKA_LIBS) -o $@

$(BUILD)/replay/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/replay.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(call say,LD) $(CC) $(ALL_LDFLAGS) $(filter %.o,$^) $(ARCHIVES) $(ALL_LIBS) -o $@

# These read documents: every fixture is an input for them.
DOCUMENT_READERS = fuzz_cim_json fuzz_document fuzz_ospp_text fuzz_slmgr_text

unit: $(UNIT_TESTS:%=run-%)

run-test_%: $(BUILD)/unit/test_%
	@BUILD=$(BUILD) $<

replay: $(FUZZ_TARGETS:%=run-%)

run-fuzz_%: $(BUILD)/replay/fuzz_%
	@$< tests/fuzz/corpus/$* $(if $(filter fuzz_$*,$(DOCUMENT_READERS)),tests/fixtures)

# The same unit tests and the fuzz corpora under AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer.
sanitize:
	+@$(remake) BUILD=$(BUILD)/sanitize SANITIZE=address,undefined CFLAGS='-O1 -g' unit replay

test:
	+@$(remake) all unit $(BUILD)/describe
	@$(MAKE) --no-print-directory sanitize
	BUILD=$(BUILD) $(PYTHON) -m pytest -q -rs -p no:cacheprovider -n $(JOBS) tests/contract tests/system tests/screenshots

lint:
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr \
	    --suppress=missingIncludeSystem -D_POSIX_C_SOURCE=200809L -DKMS_VERSION='"0"' -Ilib -Iplugins lib plugins packaging
	+@$(remake) CC=gcc BUILD=$(BUILD)/strict WERROR=-Werror all
	+@$(remake) CC=clang BUILD=$(BUILD)/clang WERROR=-Werror all unit

check:
	@packaging/dependencies.sh check || $(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory test

check-daemons:
	@packaging/dependencies.sh daemons || $(MAKE) --no-print-directory deps NEED=daemons
	+@$(remake) all
	BUILD=$(BUILD) $(PYTHON) -m pytest -q -rs -p no:cacheprovider tests/daemons

# Packages of a clean copy of this folder, into $(BUILD)/packages.
deb rpm:
	@packaging/dependencies.sh $@ || $(MAKE) --no-print-directory deps NEED=$@
	BUILD=$(BUILD) packaging/package.sh $@ $(if $(NOCHECK),nocheck)

dist:
	BUILD=$(BUILD) packaging/package.sh source

check-packages:
	@packaging/dependencies.sh packages || $(MAKE) --no-print-directory deps NEED=packages
	BUILD=$(BUILD) $(PYTHON) -m pytest -q -rs -p no:cacheprovider tests/packages

# The pictures of the documents, from real web interfaces.
screenshots:
	@packaging/dependencies.sh screenshots || $(MAKE) --no-print-directory deps NEED=screenshots
	+@$(remake) all
	$(PYTHON) tests/screenshots/take.py --plugins $(BUILD)

demo:
	@packaging/dependencies.sh demo || $(MAKE) --no-print-directory deps NEED=demo
	+@$(remake) all
	@BUILD=$(BUILD) $(PYTHON) tests/lab/demo.py

deps:
	@packaging/dependencies.sh install $(or $(NEED),check)

FUZZ_SECONDS ?= 60
fuzz:
	+@$(remake) BUILD=$(BUILD)/fuzz CC=clang SANITIZE=address,undefined,fuzzer-no-link \
	    CFLAGS='-O1 -g' fuzz-run FUZZ_SECONDS=$(FUZZ_SECONDS)

$(BUILD)/fuzzer/%: $(BUILD)/tests/fuzz/%.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(call say,LD) $(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer $(filter %.o,$^) $(ARCHIVES) $(ALL_LIBS) -o $@

.PHONY: fuzz-run
fuzz-run: $(FUZZ_TARGETS:%=$(BUILD)/fuzzer/%)
	@for target in $(FUZZ_TARGETS); do name=$${target#fuzz_}; mkdir -p $(BUILD)/found/$$name; \
	    echo "== $$name"; $(BUILD)/fuzzer/$$target -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=1024 \
	    -verbosity=0 -print_final_stats=1 -artifact_prefix=$(BUILD)/found/$$name/ $(BUILD)/found/$$name \
	    tests/fuzz/corpus/$$name > $(BUILD)/found/$$name.log 2>&1 || { tail -40 $(BUILD)/found/$$name.log; exit 1; }; \
	    grep stat::number_of_executed $(BUILD)/found/$$name.log; done

bench: all
	@BUILD=$(BUILD) CC='$(CC)' $(PYTHON) tests/bench/bench.py

# ---- installation ---------------------------------------------------------------------------------------------

# Every kind of document goes into a folder of its own, as it stands below packaging/.  What names our own folder names
# the one that is installed to.
SHARED = $(DESTDIR)$(DATADIR)/kms-monitoring
DOCDIR ?= $(DATADIR)/doc/kms-monitoring
with_folders = sed -e 's|/usr/libexec/kms-monitoring|$(LIBEXECDIR)/kms-monitoring|g' \
                   -e 's|/usr/share/kms-monitoring|$(DATADIR)/kms-monitoring|g' \
                   -e 's|/usr/share/doc/monitoring-plugins-kms|$(DOCDIR)|g'
PLAIN_DOCUMENTS := $(wildcard packaging/icinga2/* packaging/nagios/*)
COPIED_DOCUMENTS := $(wildcard packaging/windows/* packaging/grafana/*.json packaging/grafana/*.md)

install: all
	install -d $(DESTDIR)$(PLUGINDIR) $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR)/kms-monitoring $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man7
	install -d $(sort $(dir $(patsubst packaging/%,$(SHARED)/%,$(PLAIN_DOCUMENTS) $(COPIED_DOCUMENTS)))) $(DESTDIR)$(DOCDIR)
	install -m 755 $(PLUGINS:%=$(BUILD)/%) $(DESTDIR)$(PLUGINDIR)
	install -m 755 $(TWIN_PROGRAMS:%=$(BUILD)/%) packaging/notify/kms-notify $(DESTDIR)$(LIBEXECDIR)/kms-monitoring
	install -m 755 $(BUILD)/kms-explain $(DESTDIR)$(BINDIR)
	install -m 644 $(wildcard packaging/man/*.1) $(DESTDIR)$(MANDIR)/man1
	install -m 644 packaging/man/kms-monitoring.7 $(DESTDIR)$(MANDIR)/man7
	install -m 644 LICENSE $(DESTDIR)$(DOCDIR)
	@for file in $(COPIED_DOCUMENTS); do \
	    install -m 644 $$file $(SHARED)/$${file#packaging/} || exit 1; done
	@for file in $(PLAIN_DOCUMENTS); do \
	    $(with_folders) $$file > $(SHARED)/$${file#packaging/} && chmod 644 $(SHARED)/$${file#packaging/} || exit 1; done
	@for file in $(notdir $(wildcard packaging/doc/*.md)); do \
	    $(with_folders) packaging/doc/$$file > $(DESTDIR)$(DOCDIR)/$$file && chmod 644 $(DESTDIR)$(DOCDIR)/$$file || exit 1; done

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
