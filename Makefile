# Everything that a user or developer of Deskpipe runs, by one word.
.PHONY: help demo cluster-demo build install test check format bench bench-replicas chaos fuzz tsan simulation test-kafka clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: ## from nothing to rows in a database: simulator, extraction, loading
	@deploy/demo.sh

cluster-demo: ## a broker, a database, 2 extractors, 3 loaders, 20 simulated tenants; their loading report
	@deploy/cluster-demo.sh

build: ## the release binary, .build/release/deskpipe
	@deploy/packages.sh build
	swift build -c release --product deskpipe

install: build ## into PREFIX (/usr/local) of DESTDIR: binary, sample, completion, documents, systemd unit
	@deploy/install.sh --prefix "$(or $(PREFIX),/usr/local)" --destdir "$(DESTDIR)"

test: ## every test, with a PostgreSQL and a broker of its own
	@Tests/run.sh

check: ## format, warnings as errors, tests
	swift format lint --strict --recursive Package.swift Shared Services Tests Benchmarks/Package.swift Benchmarks/Bench Benchmarks/HotPaths Benchmarks/Work
	@Tests/run.sh --warnings-as-errors

test-kafka: ## the transport and end-to-end tests against KAFKA_BOOTSTRAP_SERVERS (docs/kafka.md)
	@Tests/kafka.sh

format: ## write the house format into every file
	swift format format --in-place --recursive Package.swift Shared Services Tests Benchmarks/Package.swift Benchmarks/Bench Benchmarks/HotPaths Benchmarks/Work

bench: ## speed and memory, each beside what it is compared with; ARGS="--quick" for small sizes
	@Benchmarks/run.sh $(ARGS)

bench-replicas: ## 300 connections on three extractors, killed and added, and 10,000 idle ones: times, shares, memory
	@Tests/replicas.sh $(ARGS)

chaos: ## kills, faults and cut links for MINUTES=5, by SEED=, at SCALE=1; then every table compared (docs/reliability.md)
	@Tests/chaos.sh "$(MINUTES)" "$(SEED)" "$(SCALE)"

fuzz: ## what reads input from outside under libFuzzer, a minute each; SECONDS=600 or RUNS=10000000, TARGET=cron,dates
	@Tests/Fuzz/run.sh $(if $(filter command% env%,$(origin SECONDS)),--seconds $(SECONDS)) $(if $(RUNS),--runs $(RUNS)) $(if $(TARGET),--target $(TARGET))

tsan: ## the tests that need no librdkafka under ThreadSanitizer, in a build of their own
	@Tests/tsan.sh $(if $(FILTER),--filter '$(FILTER)')

simulation: ## extractor, loader and console driven by one seed, 10,000 times; RUNS=100 or SEED=7
	@DESKPIPE_SIMULATION_RUNS=$(or $(RUNS),10000) DESKPIPE_SIMULATION_SEED=$(SEED) swift test --filter SimulationTests

clean: ## what was built and the demo's data
	rm -rf .build data/demo
