# The front door. Everything a bare Debian 12 lacks is installed by tools/setup; the build itself is Meson.
BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
T ?= 60
export NOROSHI_SOURCE := $(CURDIR)

.PHONY: all run test bench fuzz check soak install dist deb fresh clean setup-build setup-check

all: setup-build
	@[ -f $(BUILD)/build.ninja ] || meson setup $(BUILD) --prefix=$(PREFIX) >/dev/null
	@ninja -C $(BUILD) $(if $(JOBS),-j$(JOBS)) noroshi $(if $(V),-v)

setup-build:
	@tools/setup build

setup-check:
	@tools/setup build check

# Makes an exercise, hunts it, scores the result, and says where the report is.
run: all
	@tools/demo $(BUILD)/noroshi

test: setup-build
	@[ -f $(BUILD)/build.ninja ] || meson setup $(BUILD) --prefix=$(PREFIX) >/dev/null
	@ninja -C $(BUILD)
	@tools/run-tests $(BUILD)

bench: setup-check
	@[ -f build-bench/build.ninja ] || meson setup build-bench --buildtype=release -Dfuzz=false >/dev/null
	@ninja -C build-bench noroshi bench/gen bench/bench_json bench/bench_match bench/bench_packets bench/bench_routes bench/bench_scope
	@bench/run build-bench
	@bench/routes build-bench
	@bench/packets build-bench

# make fuzz T=600: T seconds for each target, with libFuzzer under ASan and UBSan.
fuzz: setup-check
	@tools/fuzz $(T)

# All that CI runs.
check: setup-check
	@tools/check

# The long versions: 100 seeds of drill and recall, more interruptions, longer fuzzing.
soak: setup-check
	@NOROSHI_SOAK=1 tools/check
	@tools/fuzz 600

install: all
	@DESTDIR=$(DESTDIR) meson install -C $(BUILD) --no-rebuild

dist: all
	@tools/dist

deb: all
	@tools/deb

# Proves `make run` and `make test` in a bare Debian 12 (debootstrap, needs root).
fresh:
	@tools/fresh

clean:
	rm -rf build build-* dist out
