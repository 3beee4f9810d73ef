# Everything here sets up .venv by itself, with whatever Python 3.11 to 3.13 is there; when it is set up, that costs nothing.

SHELL := /bin/sh
# Kept whatever the machine's habit is: tests start the program some hundred times, and each would compile it again.
unexport PYTHONDONTWRITEBYTECODE
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BROWSER := $(VENV)/.browser
OUT ?= build
OSM ?= ../shared/data/osm/otp_moorgate.osm.pbf

.PHONY: help maps maps-all pictures site test test-browser lint format bench bench-valhalla docs expected fonts setup clean

help:  ## show this
	@echo 'make maps    build the maps of the five pilot stations into $(OUT)/   (파일럿 다섯 역의 지도 만들기)'
	@echo 'make maps-all  build the maps of all stations into $(OUT)/               (모든 역의 지도 만들기)'
	@echo 'make site    make the riders'\'' site of the pilots into site/          (이용자 사이트 만들기)'
	@echo 'make test    run the tests                                          (테스트)'
	@echo 'make test-browser  look at pages and pictures in a real Chromium     (크로미움으로 쪽과 그림 확인)'
	@echo 'make lint    check style and types                                  (코드 점검)'
	@echo 'make bench   print the figures that the README states               (성능·일치율 측정)'
	@echo 'make bench-valhalla  the same search beside Valhalla'\''s         (Valhalla와 견주기)'
	@echo 'make docs    write the generated parts of docs/ again               (문서의 생성 부분 갱신)'
	@echo 'make expected  accept all routes as they are now: read the difference  (지금 경로를 기준으로 저장)'
	@echo 'make clean   remove what can be made again                          (생성물 지우기)'

setup: $(READY)

$(READY): requirements-lock.txt pyproject.toml
	@set -e; \
	if ! $(BIN)/python -c 'import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; then \
	  found=''; \
	  for python in python3.13 python3.12 python3.11 python3 python; do \
	    if $$python -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; \
	    then found=$$python; break; fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo 'Python 3.11, 3.12 또는 3.13과 venv가 필요해요. (데비안·우분투: apt install python3-venv)' >&2; \
	    echo 'Python 3.11, 3.12 or 3.13 with venv is needed. (Debian, Ubuntu: apt install python3-venv)' >&2; \
	    exit 1; \
	  fi; \
	  echo "setting up $(VENV) with $$($$found --version)"; \
	  $$found -m venv --clear $(VENV); \
	fi; \
	echo 'installing the locked versions (once)'; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-lock.txt; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
	touch $(READY)

maps: $(READY)  ## the pilot stations, into build/
	@$(BIN)/python -m muui_maps build --set pilot --out $(OUT)

maps-all: $(READY)  ## every station, into build/
	@$(BIN)/python -m muui_maps build --all --out $(OUT)

site: $(READY)  ## the pilot stations, as a site for riders
	@$(BIN)/python -m muui_maps site --set pilot --out site

test: $(READY)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

test-browser: $(BROWSER)  ## pages and pictures in a real Chromium; installs Debian's where it may
	@sh tests/browser/set_up.sh
	@$(BIN)/python -m pytest -n 2 --dist worksteal tests/browser $(ARGS)

$(BROWSER): requirements-browser-lock.txt $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-browser-lock.txt
	@touch $(BROWSER)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(READY)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(READY)
	@$(BIN)/python bench/bench.py
	@$(BIN)/python bench/bench_walkable.py
	@$(BIN)/python bench/bench_city.py
	@$(BIN)/python bench/bench_site.py

bench-valhalla:  ## beside Valhalla, on a station of OpenStreetMap: make bench-valhalla OSM=EXTRACT.osm.pbf
	@set -e; \
	if [ ! -f '$(OSM)' ]; then echo 'no extract at $(OSM): give OSM=EXTRACT.osm.pbf (추출 파일이 없어요)' >&2; exit 2; fi; \
	found=''; for python in python3.13 python3.12; do \
	  if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo 'pyvalhalla has wheels for Python 3.12 and later alone (Python 3.12 이상이 필요해요)' >&2; exit 2; fi; \
	[ -d .venv-bench ] || $$found -m venv .venv-bench; \
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r bench/requirements-valhalla.txt; \
	.venv-bench/bin/python bench/bench_valhalla.py '$(OSM)'

expected: $(READY)
	@$(BIN)/python -m muui_maps.insight.expected

docs: $(READY)
	@$(BIN)/python -m muui_maps.cli_docs docs

pictures: $(READY)  ## the pictures of docs/maps.md again
	@for view in oblique section; do $(BIN)/muui-maps map 노원 --from 4:상계 --to 7:중계 --view $$view --format svg --out docs/pictures; done
	@$(BIN)/muui-maps map 노원 --view overview --format svg --out docs/pictures

fonts: $(READY)  ## cut the bundled typefaces again, from npm packages (needs npm; 90 MB)
	@set -e; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	for each in pretendard@1.3.9 @expo-google-fonts/noto-sans-jp@0.4.3 @expo-google-fonts/noto-sans-sc@0.4.3; do \
	  (cd "$$folder" && file=$$(npm pack --silent "$$each") && mkdir "$${file%.tgz}" && tar xzf "$$file" -C "$${file%.tgz}"); \
	done; \
	$(BIN)/python -m muui_maps.maps.typeface_subset "$$folder/pretendard-1.3.9/package" \
	  "$$folder/expo-google-fonts-noto-sans-jp-0.4.3/package" "$$folder/expo-google-fonts-noto-sans-sc-0.4.3/package"

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
